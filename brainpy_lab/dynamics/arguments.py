"""Checks of what a person gives to an analysis."""

from __future__ import annotations

from collections import OrderedDict

from .. import checks
from ..errors import ModelUseError


def ranges(what: str, given, at_most: int, order: bool = True) -> dict[str, tuple[float, float]]:
    """Name -> (low, high), sorted by name unless `given` is an OrderedDict or `order` is False."""
    if not isinstance(given, dict) or not given:
        raise checks.wrong(what, given, "a dict of names and ranges", "Write {'V': [-3, 3]}, say.")
    if len(given) > at_most:
        raise ModelUseError(
            f'"{what}" takes at most {at_most} names, but got {len(given)}: '
            f"{', '.join(map(str, given))}. Give the others a value in fixed_vars."
        )
    checks.mapping(what, given, "names and ranges")
    names = list(given) if isinstance(given, OrderedDict) or not order else sorted(given)
    found = {}
    for name in names:
        pair = checks.pair(f"{what}['{name}']", given[name], "a range [low, high]")
        low, high = (checks.number(f"{what}['{name}']", end) for end in pair)
        if not low < high:
            raise checks.wrong(
                f"{what}['{name}']", given[name], "a range from low to high", "Give the lower end first."
            )
        found[name] = (low, high)
    return found


def per_name(what: str, value, names) -> dict[str, float]:
    """One positive number for all names, or a dict of them."""
    if isinstance(value, dict):
        unknown = [name for name in value if name not in names]
        missing = [name for name in names if name not in value]
        if unknown or missing:
            raise ModelUseError(
                f'"{what}" must name {", ".join(names)}, but names {", ".join(map(str, value)) or "nothing"}. Give one '
                "number for each, or one for all."
            )
        return {name: checks.number(f"{what}['{name}']", value[name], above=0) for name in names}
    return dict.fromkeys(names, checks.number(what, value, above=0))
