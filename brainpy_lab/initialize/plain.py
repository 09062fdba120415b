"""Initializers that leave nothing to chance."""

from __future__ import annotations

import numpy as np

from .. import checks
from .base import Initializer, checked_number


class Constant(Initializer):
    """The same number everywhere.

    Parameters
    ----------
    value : float
    """

    def __init__(self, value=1.0):
        self.value = checked_number("value", value)

    def make(self, shape):
        return np.full(shape, self.value, np.float64)


class OneInit(Constant):
    """`value` everywhere, 1 when left out."""


class ZeroInit(Initializer):
    """Zero everywhere."""

    def make(self, shape):
        return np.zeros(shape)


class Identity(Initializer):
    """`value` on the diagonal of a matrix, zero elsewhere.

    Parameters
    ----------
    value : float

    Notes
    -----
    The shape ``n`` is that of a square matrix, ``(n, n)``.
    """

    def __init__(self, value=1.0):
        self.value = checked_number("value", value)

    def make(self, shape):
        if len(shape) not in (1, 2):
            what = "n or (n, m): Identity makes a matrix"
            raise checks.wrong("shape", shape, what, "Give one or two lengths.")
        return np.eye(*shape) * self.value
