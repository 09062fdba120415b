"""Initializers that draw every number from one distribution, and random orthogonal matrices."""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..errors import ModelValueError
from .base import RandomInitializer, checked_number


class Normal(RandomInitializer):
    """Normal numbers.

    Parameters
    ----------
    mean : float
    scale : float
        Standard deviation.
    seed : int, optional
        For a generator of its own; the default one of ``bm.random`` when left out.
    """

    def __init__(self, mean=0.0, scale=1.0, seed=None):
        super().__init__(seed)
        self.mean, self.scale = checked_number("mean", mean), checked_number("scale", scale, low=0.0)

    def make(self, shape):
        return self.rng.normal(self.mean, self.scale, shape)


class TruncatedNormal(RandomInitializer):
    """Normal numbers, given that they lie between two limits.

    Parameters
    ----------
    loc, scale : float
        Mean and standard deviation before the cut.
    lower, upper : float, optional
        Limits; two standard deviations from `loc` when left out.
    seed : int, optional
        For a generator of its own; the default one of ``bm.random`` when left out.
    """

    def __init__(self, loc=0.0, scale=1.0, lower=None, upper=None, seed=None):
        super().__init__(seed)
        self.loc, self.scale = checked_number("loc", loc), checked_number("scale", scale, low=0.0, strict=True)
        self.lower = loc - 2.0 * scale if lower is None else checked_number("lower", lower)
        self.upper = loc + 2.0 * scale if upper is None else checked_number("upper", upper)
        if self.lower >= self.upper:
            raise ModelValueError(
                f'"lower" must be below "upper", but got {self.lower!r} and {self.upper!r}. Give another.'
            )

    def make(self, shape):
        return self.rng.truncated_normal(self.lower, self.upper, shape, self.loc, self.scale)


class Uniform(RandomInitializer):
    """Numbers between two limits, all equally likely.

    Parameters
    ----------
    min_val, max_val : float
    seed : int, optional
        For a generator of its own; the default one of ``bm.random`` when left out.
    """

    def __init__(self, min_val=0.0, max_val=1.0, seed=None):
        super().__init__(seed)
        self.min_val, self.max_val = checked_number("min_val", min_val), checked_number("max_val", max_val)
        if min_val > max_val:
            raise ModelValueError(
                f'"min_val" must not be above "max_val", but got {min_val!r} and {max_val!r}. Give another.'
            )

    def make(self, shape):
        return self.rng.uniform(self.min_val, self.max_val, shape)


class Gamma(RandomInitializer):
    """Gamma-distributed numbers: mean ``shape * scale``, variance ``shape * scale**2``.

    Parameters
    ----------
    shape : float
    scale : float
    seed : int, optional
        For a generator of its own; the default one of ``bm.random`` when left out.
    """

    def __init__(self, shape, scale=1.0, seed=None):
        super().__init__(seed)
        self.shape, self.scale = checked_number("shape", shape, low=0.0), _scale(scale)

    def make(self, shape):
        return self.rng.gamma(self.shape, self.scale, shape)


class Exponential(RandomInitializer):
    """Exponentially distributed numbers of the mean `scale`.

    Parameters
    ----------
    scale : float
    seed : int, optional
        For a generator of its own; the default one of ``bm.random`` when left out.
    """

    def __init__(self, scale=1.0, seed=None):
        super().__init__(seed)
        self.scale = _scale(scale)

    def make(self, shape):
        return self.rng.exponential(self.scale, shape)


class Orthogonal(RandomInitializer):
    """A random orthogonal matrix, all directions equally likely.

    Parameters
    ----------
    scale : float
        What the matrix is multiplied with.
    axis : int
        The axis of the shape that counts the rows of the matrix; all the others together are its columns. The rows
        are orthonormal where there are fewer of them, the columns otherwise.
    seed : int, optional
        For a generator of its own; the default one of ``bm.random`` when left out.

    References
    ----------
    Saxe, McClelland and Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks. Mezzadri 2007, How to generate random matrices from the classical compact groups (the signs).
    """

    def __init__(self, scale=1.0, axis=-1, seed=None):
        super().__init__(seed)
        if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
            raise checks.wrong("axis", axis, "a whole number, the axis of the rows", "Write 0 or -1, say.")
        self.scale, self.axis = checked_number("scale", scale), int(axis)

    def make(self, shape):
        if len(shape) < 2 or not -len(shape) <= self.axis < len(shape) or 0 in shape:
            raise ModelValueError(
                f"Orthogonal(axis={self.axis}) makes a matrix: give a shape of two or more lengths above 0 that has "
                f"this axis, but got {shape}."
            )
        n_rows = shape[self.axis]
        n_columns = math.prod(shape) // n_rows
        q, r = np.linalg.qr(self.rng.normal(size=(max(n_rows, n_columns), min(n_rows, n_columns))))
        q = q * np.where(
            np.diag(r) < 0.0, -1.0, 1.0
        )  # else the signs would be those that the library happens to choose
        rest = [n for k, n in enumerate(shape) if k != self.axis % len(shape)]
        matrix = q if n_rows >= n_columns else q.T
        return self.scale * np.moveaxis(matrix.reshape(n_rows, *rest), 0, self.axis)


def _scale(scale):
    """A scale, which programs also leave to us by None."""
    return 1.0 if scale is None else checked_number("scale", scale, low=0.0)
