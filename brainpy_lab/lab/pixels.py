"""Images and histograms in the saved picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .axes import format_tick, ticks
from .shades import LEVELS, MISSING, table

_INK, _SOFT, _SCALE = "#1f2328", "#59636e", 2  # as in `picture`
ROOM = 86
"""Points for the colour bar, to the right of an image that is not over time."""


@dataclass
class Image:
    """An image of shades (`lab.shades`) with the colours it has.

    Parameters
    ----------
    label : str
        Name and unit of what the colours say.
    pixels : ndarray, shape (rows, columns), uint8
        Row 0 at the bottom.
    x, y : (float, float)
        What the image spans.
    low, high : float
        The ends of the colours.
    mark : (x0, y0, x1, y1), optional
        A box to point out.
    shape : (float, float), optional
        Least and most width over height of the panel, where pixels are to be square; without, it is as wide as others.
    """

    label: str
    pixels: np.ndarray
    x: tuple[float, float]
    y: tuple[float, float]
    low: float
    high: float
    mark: list[float] | None = None
    shape: tuple[float, float] | None = None
    name: str = ""  # no line in the legend

    def right_edge(self, left: float, right: float, height: float) -> float:
        """Where the panel ends, points."""
        if self.shape is None:
            return right
        rows, columns = (abs(ends[1] - ends[0]) for ends in (self.y, self.x))
        least, most = self.shape
        return left + min(right - ROOM - left, min(most, max(least, columns / rows)) * height)

    def draw(self, frame, clip) -> None:
        shown = np.where((self.pixels == MISSING)[:, :, None], 255.0, table()[np.minimum(self.pixels, LEVELS)])
        x0, x1 = (float(frame._x(edge)) for edge in self.x)
        y1, y0 = (float(frame._y(edge)) for edge in self.y)
        frame.canvas.image(x0, y0, x1, y1, shown[::-1], clip)
        if self.mark is not None:
            draw_box(frame, self.mark, clip)
        if self.shape is None:
            self._legend(frame)
        else:
            self._bar(frame)

    def _bar(self, frame) -> None:
        """The colours to the right of the data, with ticks."""
        s, canvas = _SCALE, frame.canvas
        left, height = frame.right + 14 * s, frame.bottom - frame.top
        canvas.image(left, frame.top, left + 12 * s, frame.bottom, table()[::-1, None], None)
        values, step = ticks(self.low, self.high, max(2, height / s / 38))
        for value in values:
            y = frame.bottom - (value - self.low) / (self.high - self.low) * height
            canvas.text(left + 17 * s, y + 3.5 * s, format_tick(value, step), _SOFT, 7 * s)
        middle = (frame.top + frame.bottom) / 2
        canvas.text(left + 62 * s, middle, self.label, _SOFT, 7.4 * s, "center", turned=True)

    def _legend(self, frame) -> None:
        """The colours beside the title, with the ends of their range: the time axis is as wide as in other panels."""
        s, canvas, y = _SCALE, frame.canvas, frame.top - 9 * _SCALE
        step = max((self.high - self.low) / 10, 1e-9)
        x = frame.right - canvas.text(frame.right, y, self.label, _SOFT, 7.2 * s, "right") - 8 * s
        x -= canvas.text(x, y, format_tick(self.high, step), _SOFT, 7.2 * s, "right") + 6 * s
        canvas.image(x - 90 * s, y - 8 * s, x, y + s, table()[None], None)
        canvas.text(x - 96 * s, y, format_tick(self.low, step), _SOFT, 7.2 * s, "right")


@dataclass
class Bars:
    """A histogram: ``counts``, shape (n,), between ``edges``, shape (n + 1,); ``mark`` is a value to point out."""

    edges: np.ndarray
    counts: np.ndarray
    ink: str
    mark: float | None = None
    name: str = ""

    def draw(self, frame, clip) -> None:
        left, right = frame._x(self.edges[:-1]), frame._x(self.edges[1:])
        base = float(frame._y(0.0))
        for x0, x1, top in zip(left, right, frame._y(self.counts)):
            if top < base:
                frame.canvas.fill(max(x0, clip[0]), top, min(x1 - 1, clip[2]), base, self.ink, 0.8)
        if self.mark is not None:
            x = float(frame._x(self.mark))
            frame.canvas.polyline(np.array([[x, frame.top], [x, frame.bottom]]), _INK, 1.6 * _SCALE, clip=clip)


@dataclass
class Marked:
    """A box around a row, or a cell, that is pointed out: x0, y0, x1, y1."""

    box: tuple[float, float, float, float]
    name: str = ""

    def draw(self, frame, clip) -> None:
        draw_box(frame, self.box, clip)


def draw_box(frame, box, clip) -> None:
    """Point out a box, light around dark so that it is seen on any colour; thin boxes are drawn around their middle."""
    (x0, x1), (y0, y1) = (
        sorted((float(to(box[k])), float(to(box[k + 2])))) for k, to in enumerate((frame._x, frame._y))
    )
    least = 5 * _SCALE
    dx, dy = max(0.0, (least - (x1 - x0)) / 2), max(0.0, (least - (y1 - y0)) / 2)
    x0, x1, y0, y1 = x0 - dx, x1 + dx, y0 - dy, y1 + dy
    corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]])
    frame.canvas.polyline(corners, _INK, 2.6 * _SCALE, clip=clip)
    frame.canvas.polyline(corners, "#ffffff", 1.1 * _SCALE, clip=clip)
