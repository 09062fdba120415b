"""A box of the phase space, and grids on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Golden section: with it no node falls on a round number, where rate functions have a removable 0/0.
_SHIFT = 0.6180339887498949


@dataclass(frozen=True)
class Box:
    """Lower and upper ends of the analysed variables, each of shape (d,)."""

    low: np.ndarray
    high: np.ndarray

    @property
    def span(self) -> np.ndarray:
        return self.high - self.low

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Which of the points (n, d) lie inside, ends included."""
        room = 1e-9 * self.span
        return ((points >= self.low - room) & (points <= self.high + room)).all(axis=1)

    def nodes(self, axis: int, cells: int) -> np.ndarray:
        """`cells` + 2 nodes that cover the box and reach a little over both ends."""
        size = self.span[axis] / cells
        return self.low[axis] + size * (np.arange(cells + 2) - _SHIFT)


def box(ranges) -> Box:
    """A box from pairs (low, high)."""
    low, high = np.array(list(ranges), dtype=float).T
    return Box(low, high)


def typical(values: np.ndarray) -> np.ndarray:
    """The usual size of values (n_problems, ...): the median of their sizes; 1 where there is none."""
    flat = values.reshape(len(values), -1)
    flat = np.abs(flat[:, :: max(1, flat.shape[1] // 2000)])  # two thousand nodes tell it as well as all
    flat = np.where(np.isfinite(flat), flat, np.nan)
    found = np.array([np.nanmedian(row) if np.isfinite(row).any() else 0.0 for row in flat])
    peak = np.array([np.nanmax(row) if np.isfinite(row).any() else 0.0 for row in flat])
    found = np.where(found > 0, found, peak)
    return np.where(found > 0, found, 1.0)
