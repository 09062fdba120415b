"""Checks of what a person gives to an analysis."""

from __future__ import annotations

import math
from collections import OrderedDict

import numpy as np

from ..errors import ModelUseError


def number(what: str, value) -> float:
    """A finite number; an error that names `what` otherwise."""
    try:
        found = float(np.asarray(value, dtype=np.float64)) if not isinstance(value, (str, bytes)) else math.nan
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise ModelUseError(f"{what} must be a finite number, but got {value!r}.")
    return found


def positive(what: str, value) -> float:
    """A finite number above 0."""
    found = number(what, value)
    if found <= 0:
        raise ModelUseError(f"{what} must be above 0, but got {value!r}.")
    return found


def ranges(what: str, given, at_most: int, order: bool = True) -> dict[str, tuple[float, float]]:
    """Name -> (low, high), sorted by name unless `given` is an OrderedDict or `order` is False."""
    if not isinstance(given, dict) or not given:
        raise ModelUseError(f"\"{what}\" must be a dict of names and ranges, like {{'V': [-3, 3]}}, but got {given!r}.")
    if len(given) > at_most:
        raise ModelUseError(
            f'"{what}" takes at most {at_most} names, but got {len(given)}: '
            f"{', '.join(map(str, given))}. Give the others a value in fixed_vars."
        )
    names = list(given) if isinstance(given, OrderedDict) or not order else sorted(given)
    found = {}
    for name in names:
        pair = given[name]
        if isinstance(pair, (str, bytes)) or not hasattr(pair, "__len__") or len(pair) != 2:
            raise ModelUseError(f'{what}["{name}"] must be a range [low, high], but got {pair!r}.')
        low, high = (number(f'{what}["{name}"]', end) for end in pair)
        if not low < high:
            raise ModelUseError(f'{what}["{name}"] must go from low to high, but got [{low}, {high}].')
        found[name] = (low, high)
    return found


def per_name(what: str, value, names) -> dict[str, float]:
    """One positive number for all names, or a dict of them."""
    if isinstance(value, dict):
        unknown = [name for name in value if name not in names]
        missing = [name for name in names if name not in value]
        if unknown or missing:
            raise ModelUseError(f'"{what}" must name {", ".join(names)}, but names {", ".join(value) or "nothing"}.')
        return {name: positive(f'{what}["{name}"]', value[name]) for name in names}
    return dict.fromkeys(names, positive(f'"{what}"', value))
