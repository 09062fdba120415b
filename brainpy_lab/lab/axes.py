"""Round numbers for an axis, and how to write them; the page's js/widget/ticks.ts follows the same rules."""

from __future__ import annotations

import math

from .words import unit_text


def nice_step(size: float) -> float:
    """1, 2 or 5 times a power of ten, not below `size`."""
    if not (size > 0 and math.isfinite(size)):
        return 1.0
    power = 10.0 ** math.floor(math.log10(size))
    for factor in (1, 2, 5):
        if factor * power >= size * (1 - 1e-9):
            return factor * power
    return 10 * power


def ticks(low: float, high: float, count: float) -> tuple[list[float], float]:
    """Multiples of a nice step inside [low, high], about `count` of them, and that step."""
    step = nice_step((high - low) / max(1.0, count))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step for k in range(first, min(last, first + 99) + 1)], step


def format_tick(value: float, step: float) -> str:
    """The number with as many digits as the step needs, and a true minus sign."""
    if max(abs(value), step) >= 1e6 or step < 1e-4:
        digits = max(0, min(3, math.floor(math.log10(max(abs(value), step) / step))))
        text = f"{value:.{digits}e}" if value else "0"
    else:
        text = f"{value:.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"
    return "0" if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def limits(low: float, high: float) -> tuple[float, float]:
    """Round limits with a little room around [low, high]."""
    if not (math.isfinite(low) and math.isfinite(high)) or low == high == 0.0:
        return 0.0, 1.0
    span = high - low or max(1e-3, abs(high) * 0.2)
    step = nice_step(span / 10)
    return math.floor((low - 0.04 * span) / step) * step, math.ceil((high + 0.04 * span) / step) * step


def label(name: str, unit: str) -> str:
    """Name and unit of an axis."""
    return f"{name} ({unit_text(unit)})" if unit else name
