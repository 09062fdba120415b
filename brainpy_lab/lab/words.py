"""Names of models and of analysis as a reader expects them; the page has the same rules in js/widget/words.ts."""

from __future__ import annotations

import re

_MICRO = re.compile(r"\bu(?=[A-Z])")
_SQUARE = re.compile(r"(?<=[a-z])2\b")
_STABLE = re.compile(r"^(stable|unstable)-")


def class_name(name: str) -> str:
    """'unstable-focus' -> 'unstable focus', and 'saddle-node', the manual's word for one, -> 'saddle'."""
    return "saddle" if name == "saddle-node" else _STABLE.sub(r"\1 ", name)


def unit_text(unit: str) -> str:
    """'uA/cm2' -> '\N{MICRO SIGN}A/cm\N{SUPERSCRIPT TWO}': units are typed on any keyboard, and read as in print."""
    return _SQUARE.sub("\N{SUPERSCRIPT TWO}", _MICRO.sub("\N{MICRO SIGN}", unit))


def with_unit(text: str, unit: str) -> str:
    """A number with its unit, where it has one."""
    return f"{text} {unit_text(unit)}" if unit else text
