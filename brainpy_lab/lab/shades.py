"""From numbers to shades: the colours of images, and pixels of one byte.

The colours run from a dark blue through grey to yellow, evenly in lightness (CIELAB L* from 14 to 92) and with almost
no change between red and green, so that readers with any kind of colour vision, and printers, see the same order.
"""

from __future__ import annotations

import numpy as np

from .axes import nice_step
from .raster import colour

COLOURS = (
    "#00245d", "#002e61", "#1b3865", "#324368", "#454e6a", "#565a6c", "#66656d", "#76716f", "#867e6f",
    "#968a70", "#a59770", "#b5a470", "#c5b16f", "#d5be6f", "#e5cb6e", "#f6d96d", "#ffe76d",
)  # fmt: skip
"""From low to high, at even distances; colours between two of them are mixed. The page gets them from here."""
LEVELS = 254
"""The highest shade."""
MISSING = 255
"""The pixel of what is not known, or no number."""


def table() -> np.ndarray:
    """The colour of every shade, shape (LEVELS + 1, 3), 0 to 255."""
    anchors = np.array([colour(text) for text in COLOURS], float)
    at = np.linspace(0, len(anchors) - 1, LEVELS + 1)
    return np.stack([np.interp(at, np.arange(len(anchors)), anchors[:, k]) for k in range(3)], axis=1)


def shaded(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """The shade of every value, uint8: 0 at `low` and below, LEVELS at `high` and above."""
    with np.errstate(invalid="ignore", over="ignore"):
        share = np.clip((np.asarray(values, float) - low) / (high - low), 0.0, 1.0)
        return np.where(np.isnan(share), MISSING, np.rint(np.nan_to_num(share) * LEVELS)).astype(np.uint8)


class Shades:
    """The range of a colour bar: it grows to round numbers, and never shrinks until `reset`."""

    def __init__(self, floor: float | None = None) -> None:
        self.floor = floor
        self.reset()

    def reset(self) -> None:
        self.low, self.high = np.inf, -np.inf

    def include(self, values: np.ndarray) -> tuple[float, float]:
        """Hold these values too, and return the range."""
        values = values[np.isfinite(values)]
        if values.size:
            low, high = min(float(values.min()), self.low), max(float(values.max()), self.high)
            if self.floor is not None:
                low = min(low, self.floor)
            if low == high == 0.0:
                return self.ends  # nothing yet tells how large it will be
            span = high - low or max(1e-3, abs(high) * 0.2)
            step = nice_step(span / 10)
            if low < self.low:
                self.low = np.floor(low / step + 1e-9) * step
            if high > self.high:
                self.high = np.ceil(high / step - 1e-9) * step
            if self.high <= self.low:
                self.high = self.low + step
        return self.ends

    @property
    def ends(self) -> tuple[float, float]:
        return (float(self.low), float(self.high)) if self.low < self.high else (0.0, 1.0)


def pooled(values: np.ndarray, most: int, axis: int = 0) -> np.ndarray:
    """At most so many rows: each is the mean of neighbours, of equally many up to one."""
    n = values.shape[axis]
    if n <= most:
        return values
    starts = np.arange(most) * n // most
    counts = np.diff(np.append(starts, n))
    shape = [1] * values.ndim
    shape[axis] = most
    with np.errstate(over="ignore", invalid="ignore"):
        return np.add.reduceat(np.asarray(values, float), starts, axis=axis) / counts.reshape(shape)
