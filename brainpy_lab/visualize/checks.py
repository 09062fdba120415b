"""Checks of the arguments of this package."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUseError

_unset = object()


def positive(name: str, value, given=_unset) -> float:
    """`value` when it is a positive number."""
    is_number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not is_number or not 0 < value < float("inf"):
        shown = value if given is _unset else given
        raise ModelUseError(f'"{name}" must be a positive number, or a pair of them for a size, but got {shown!r}.')
    return float(value)


def count(name: str, value) -> int:
    """`value` when it is a whole number of at least 1."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ModelUseError(f'"{name}" must be a whole number of at least 1, but got {value!r}.')
    return int(value)


def matrix(name: str, value) -> np.ndarray:
    """`value` as a table of numbers, one row per time step."""
    array = np.asarray(value)
    if array.ndim != 2 or array.dtype.kind not in "biuf":
        raise ModelUseError(
            f'"{name}" must be an array of numbers of shape (n_steps, n), but is {array.dtype} of shape {array.shape}.'
        )
    return array
