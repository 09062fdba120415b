"""Checks of the arguments of this package."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUseError


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
