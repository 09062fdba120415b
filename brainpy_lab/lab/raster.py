"""A small rasteriser in NumPy: lines, dots, boxes and text with smooth edges.

Shapes are drawn three times as large into a mask of one byte a pixel, and the mask is averaged down; that is all the
smoothing there is. The saved picture of a lab is drawn with it, without matplotlib.
"""

from __future__ import annotations

import numpy as np

from . import font

_FINE = 3  # sub-pixels along each axis
_COVER = np.rint(np.arange(_FINE**2 + 1) / _FINE**2 * 4).astype(np.float32) / 4
"""Of a pixel, by its sub-pixels with ink. Quarters look as ninths do, and need less room in a file."""

Colour = tuple[int, int, int]


def colour(text: str) -> Colour:
    """'#rrggbb' as three numbers."""
    value = int(text.lstrip("#"), 16)
    return value >> 16 & 255, value >> 8 & 255, value & 255


class Canvas:
    """A picture to draw on, in pixels, (0, 0) at the upper left.

    Parameters
    ----------
    width, height : int
        Size, px.
    background : str
        '#rrggbb'.
    """

    def __init__(self, width: int, height: int, background: str = "#ffffff"):
        self.width = int(width)
        self.height = int(height)
        self.pixels = np.empty((self.height, self.width, 3), np.float32)
        self.pixels[:] = colour(background)

    def to_array(self) -> np.ndarray:
        """The picture, shape (height, width, 3), uint8."""
        return np.clip(np.rint(self.pixels), 0, 255).astype(np.uint8)

    def fill(self, x0: float, y0: float, x1: float, y1: float, ink: str, alpha: float = 1.0) -> None:
        """A filled box; edges fall on whole pixels."""
        part = self.pixels[max(0, round(y0)) : round(y1), max(0, round(x0)) : round(x1)]
        part += (np.array(colour(ink), np.float32) - part) * np.float32(alpha)

    def polyline(self, points: np.ndarray, ink: str, width: float = 1.0, alpha: float = 1.0, clip=None) -> None:
        """A line through `points`, shape (n, 2); a row with NaN breaks it."""
        self.strokes([np.asarray(points, float)], ink, width, alpha, clip)

    def strokes(self, lines: list[np.ndarray], ink: str, width: float = 1.0, alpha: float = 1.0, clip=None) -> None:
        """Several lines in one colour; where they cross the ink is not laid twice.

        Parameters
        ----------
        lines : list of ndarray, shape (n, 2)
        ink : str
            '#rrggbb'.
        width : float
            Of the pen, px.
        alpha : float
            0 leaves the picture as it is, 1 covers it.
        clip : (x0, y0, x1, y1), optional
            Nothing is drawn outside this box.
        """
        limits = clip if clip is not None else (0, 0, self.width, self.height)
        room = tuple(_FINE * (edge + sign * (width + 1)) for edge, sign in zip(limits, (-1, -1, 1, 1)))
        gap = np.full((1, 2), np.nan)
        longer = [part for line in lines if len(line) > 1 for part in (np.asarray(line, float), gap)]
        samples = [np.asarray(line, float) * _FINE for line in lines if len(line) == 1]
        if longer:
            samples.append(_along(np.concatenate(longer) * _FINE, room))
        if samples:
            self._stamp(np.concatenate(samples), width, ink, alpha, clip)

    def dots(self, points: np.ndarray, ink: str, size: float = 2.0, alpha: float = 1.0, clip=None) -> None:
        """Round dots of `size` px at `points`, shape (n, 2)."""
        points = np.asarray(points, float).reshape(-1, 2)
        if len(points):
            self._stamp(points * _FINE, size, ink, alpha, clip)

    def area(self, points: np.ndarray, base: float, ink: str, alpha: float, clip=None) -> None:
        """The area between a line, x increasing, and the horizontal `base`."""
        points = np.asarray(points, float)
        points = points[np.isfinite(points).all(axis=1)]
        if len(points) < 2:
            return
        xs = np.arange(int(np.ceil(points[0, 0] * _FINE)), int(points[-1, 0] * _FINE) + 1)
        if not xs.size:
            return
        ys = np.interp(xs, points[:, 0] * _FINE, points[:, 1] * _FINE)
        box = _Box(self, clip)
        mask = box.mask()
        low = np.clip(np.minimum(ys, base * _FINE) - box.y0, 0, box.h)
        high = np.clip(np.maximum(ys, base * _FINE) - box.y0, 0, box.h)
        rows = np.arange(box.h)[:, None]
        keep = (xs >= box.x0) & (xs < box.x0 + box.w)
        mask[:, xs[keep] - box.x0] = (rows >= low[keep]) & (rows < high[keep])
        self._lay(box, mask, ink, alpha)

    def image(self, x0: float, y0: float, x1: float, y1: float, pixels: np.ndarray, clip=None) -> None:
        """An image, shape (rows, columns, 3), 0 to 255, row 0 on top, in the box: every pixel takes what lies below
        its middle."""
        limits = clip if clip is not None else (0, 0, self.width, self.height)
        left, top = (max(round(low), int(edge)) for low, edge in ((x0, limits[0]), (y0, limits[1])))
        right, bottom = (min(round(high), int(edge)) for high, edge in ((x1, limits[2]), (y1, limits[3])))
        rows, columns = pixels.shape[:2]
        if rows and columns and right > left and bottom > top:
            across = np.clip((np.arange(left, right) + 0.5 - x0) / (x1 - x0) * columns, 0, columns - 1).astype(int)
            down = np.clip((np.arange(top, bottom) + 0.5 - y0) / (y1 - y0) * rows, 0, rows - 1).astype(int)
            self.pixels[top:bottom, left:right] = pixels[np.ix_(down, across)]

    def text(
        self,
        x: float,
        y: float,
        words: str,
        ink: str = "#202020",
        size: float = 8.0,
        align: str = "left",
        weight: float = 1.0,
        turned: bool = False,
    ) -> float:
        """One line of text with its base line at `y`; returns its width, px.

        ``align`` is left, center or right of `x`; ``turned`` writes upwards, and then `x` is the base line.
        """
        lines, width = font.layout(words, size)
        shift = {"left": 0.0, "center": -width / 2, "right": -width}[align]
        placed = []
        for line in lines:
            along, off = line[:, 0] + shift, line[:, 1]
            placed.append(np.stack([x + off, y - along] if turned else [x + along, y + off], axis=1))
        self.strokes(placed, ink, max(0.9, 0.135 * size * weight))
        return width

    def _stamp(self, points: np.ndarray, width: float, ink: str, alpha: float, clip) -> None:
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            return
        reach = max(width * _FINE / 2, 0.5)
        box = _Box(self, clip, points, reach)
        # Around the box lies a margin as wide as half a pen, and before and behind it as much again in the flat array:
        # what a pen in the margin puts beyond a row comes down in the margin of the next.
        margin = int(reach)
        rows, columns = box.h + 2 * margin, box.w + 2 * margin
        x, y = (np.rint(points).astype(np.int64) - (box.x0 - margin, box.y0 - margin)).T
        near = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
        before = margin * (columns + 1)
        flat = np.zeros(rows * columns + 2 * before, bool)
        flat[before + y[near] * columns + x[near]] = True
        span = np.arange(-margin, margin + 1)
        pen = (span[:, None] * columns + span)[span[:, None] ** 2 + span**2 <= reach * reach]
        flat[(np.flatnonzero(flat)[:, None] + pen).ravel()] = True
        wide = flat[before : before + rows * columns].reshape(rows, columns)
        self._lay(box, wide[margin : margin + box.h, margin : margin + box.w], ink, alpha)

    def _lay(self, box: _Box, mask: np.ndarray, ink: str, alpha: float) -> None:
        inked = mask.view(np.uint8)
        count = sum(inked[row::_FINE, column::_FINE] for row in range(_FINE) for column in range(_FINE))
        rows, columns = np.nonzero(count)
        part = self.pixels[box.top : box.bottom, box.left : box.right]
        under = part[rows, columns]
        cover = _COVER[count[rows, columns]] * np.float32(alpha)
        part[rows, columns] = under + (np.array(colour(ink), np.float32) - under) * cover[:, None]


class _Box:
    """The part of a canvas that a shape may touch, in pixels and in sub-pixels."""

    def __init__(self, canvas: Canvas, clip, points: np.ndarray | None = None, reach: float = 0.0):
        left, top, right, bottom = clip if clip is not None else (0, 0, canvas.width, canvas.height)
        if points is not None:
            (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
            left, top = max(left, (x0 - reach) / _FINE - 1), max(top, (y0 - reach) / _FINE - 1)
            right, bottom = min(right, (x1 + reach) / _FINE + 2), min(bottom, (y1 + reach) / _FINE + 2)
        self.left, self.top = max(0, int(left)), max(0, int(top))
        self.right = max(self.left, min(canvas.width, round(right)))
        self.bottom = max(self.top, min(canvas.height, round(bottom)))
        self.x0, self.y0 = self.left * _FINE, self.top * _FINE
        self.w, self.h = max(0, self.right - self.left) * _FINE, max(0, self.bottom - self.top) * _FINE

    def mask(self) -> np.ndarray:
        return np.zeros((self.h, self.w), bool)


def _along(line: np.ndarray, room: tuple[float, ...]) -> np.ndarray:
    """Points along the part of a line inside the box `room`, none further apart than a sub-pixel; NaN breaks it."""
    start, end = line[:-1], line[1:]
    good = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    start, end = _inside(start[good], end[good], room)
    if not len(start):
        return np.empty((0, 2))
    counts = np.ceil(np.abs(end - start).max(axis=1) * 1.5).astype(int) + 1
    which = np.repeat(np.arange(len(start)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    share = (np.arange(counts.sum()) - first) / np.maximum(counts[which] - 1, 1)
    return start[which] + (end - start)[which] * share[:, None]


def _inside(start: np.ndarray, end: np.ndarray, room: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Cut segments to a box (Liang and Barsky 1984): a state that blew up must not ask for millions of points."""
    step = end - start
    enter, leave = np.zeros(len(start)), np.ones(len(start))
    with np.errstate(divide="ignore", invalid="ignore"):
        for axis in (0, 1):
            low, high = (room[axis] - start[:, axis]) / step[:, axis], (room[axis + 2] - start[:, axis]) / step[:, axis]
            flat = step[:, axis] == 0
            outside = flat & ((start[:, axis] < room[axis]) | (start[:, axis] > room[axis + 2]))
            enter = np.where(flat, enter, np.maximum(enter, np.minimum(low, high)))
            leave = np.where(flat, leave, np.minimum(leave, np.maximum(low, high)))
            leave = np.where(outside, -1.0, leave)
    seen = enter <= leave
    start, step = start[seen], step[seen]
    return start + enter[seen, None] * step, start + leave[seen, None] * step
