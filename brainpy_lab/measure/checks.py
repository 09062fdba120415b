"""Checks of the arguments of this package."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUseError

FORGIVEN = 1e-9  # steps: 0.3 / 0.1 counts as 3


def positive(name: str, value, unit: str) -> float:
    """`value` when it is a finite number above 0."""
    is_number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    if not is_number or not 0 < value < float("inf"):
        raise ModelUseError(f'"{name}" must be a number of {unit} above 0, but got {value!r}.')
    return float(value)


def recording(name: str, value, what: str) -> np.ndarray:
    """`value` as a table of numbers without NaN, shape (n_steps, n)."""
    array = np.asarray(value)
    if array.ndim != 2 or array.dtype.kind not in "biuf":
        raise ModelUseError(
            f'{what} must have shape (n_steps, n), but "{name}" is {array.dtype} of shape {array.shape}. Give what a '
            "monitor recorded."
        )
    if array.dtype.kind == "f" and np.isnan(array).any():
        step, column = np.argwhere(np.isnan(array))[0]
        raise ModelUseError(
            f'"{name}" has NaN in row {step}, column {column}: leave out the rows where it is not known.'
        )
    return array
