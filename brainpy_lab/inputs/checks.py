"""Checks of the arguments of this package."""

from __future__ import annotations

import numpy as np

from .. import profile
from ..errors import ModelUseError

NUMBERS = (int, float, np.integer, np.floating)


def number(name: str, value, *, low: float | None = None, strict: bool = False) -> float:
    """`value` when it is a finite number, at least (with `strict`: above) `low`."""
    if not isinstance(value, NUMBERS) or isinstance(value, bool) or not np.isfinite(value):
        raise ModelUseError(f'"{name}" must be a finite number, but got {value!r}.')
    if low is not None and (value < low or (strict and value == low)):
        raise ModelUseError(f'"{name}" must be {"above" if strict else "at least"} {low:g}, but got {value!r}.')
    return value


def time_step(dt) -> float:
    """The step, ms: the profile's when None."""
    return profile.get_dt() if dt is None else float(number("dt", dt, low=0.0, strict=True))


def numbers(name: str, value, *, low: float | None = None) -> np.ndarray:
    """`value` as float64 numbers, all finite and at least `low`."""
    array = np.asarray(value)
    if array.dtype.kind not in "iuf":
        raise ModelUseError(f'"{name}" must be a number or an array of numbers, but got {value!r}.')
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise ModelUseError(f'"{name}" must be finite, but has {array[~np.isfinite(array)].flat[0]}.')
    if low is not None and array.size and array.min() < low:
        raise ModelUseError(f'"{name}" must be at least {low:g}, but has {array.min():g}.')
    return array
