"""``log`` and ``step 0.1``, which may follow the range of a slider: what they make of it, in cells of every kind."""

from __future__ import annotations

from typing import NamedTuple

from ...ir.model import Slider
from .source import Span
from .words import closest, number_text

OPTIONS = ("log", "step")
STEP_ADVICE = "write it like: step 0.1"


class Option(NamedTuple):
    """An option and its place; ``step`` is None for 'log'. What does not fit is marked at ``number``."""

    span: Span
    step: float | None
    number: Span


def slider_with(low: float, high: float, option: Option | None) -> Slider | tuple[str, dict[str, str]]:
    """The slider over a range; where the option does not fit the range, the rule that it breaks and its words."""
    if option is None:
        return Slider(low, high)
    if option.step is None:
        if low > 0:
            return Slider(low, high, scale="log")
        fixed, end = (number_text(high / 1000), number_text(high)) if high > 0 else ("0.01", "10")
        return "slider-log", {"low": number_text(low), "fixed": fixed, "high": end}
    if 0 < option.step <= high - low:
        return Slider(low, high, step=option.step)
    width, fixed = number_text(high - low), number_text((high - low) / 10)
    return "slider-step", {"step": number_text(option.step), "range": width, "fixed": fixed}


def advice_behind(option: Option | None, found: str, is_number: bool) -> str:
    """What to do about a word or number that stands behind a range and its option, if it has one."""
    if found in OPTIONS:
        return "keep one of the two"
    if is_number and (option is None or option.step is None):
        return f"write: step {found}"
    other = closest(found, OPTIONS)
    return f"did you mean '{other}'?" if other else "take it away"
