"""The picture that a lab leaves in the notebook: panels with titles, axes, units and legends, as PNG."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from . import font, png
from .axes import format_tick, label, limits, ticks
from .pixels import Image
from .raster import Canvas

# Told apart by every kind of colour vision; the same as in js/widget/styles/colours.css.
PALETTE = ("#0072b2", "#c24b00", "#169f73", "#b4558d", "#6898c8", "#c58811")
_INK, _SOFT, _EDGE, _GRID, _ARROW = "#1f2328", "#59636e", "#c6ccd4", "#eceff3", "#b3bcc7"
INK = -1
"""Instead of the number of a colour: as text is."""
_DIM = 0.4  # how much of what is of another course is seen
_SCALE = 2  # drawn for screens with two pixels per point
_LEFT, _RIGHT, _HEAD, _FOOT = 78, 22, 34, 44
HEIGHTS = {
    "trace": 210, "raster": 210, "few": 70, "rate": 110, "protocol": 110, "phase": 240, "bifurcation": 210,
    "heat": 190, "sheet": 240, "activity": 240, "weights": 240, "histogram": 150,
}  # fmt: skip
FEW_ROWS = 4


@dataclass
class Line:
    """One curve of a panel: ``x`` and ``y`` of shape (n,), or (n, 2) low and high of pixel columns.

    Without a name it is not in the legend.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    colour: int = 0
    dashed: bool = False


@dataclass
class Dots:
    """Spikes of one population: times ``x``, ms, and rows ``y``."""

    name: str
    x: np.ndarray
    y: np.ndarray
    colour: int = 0


@dataclass
class Point:
    """The state in a phase plane, or an equilibrium: filled where it is stable, a rhomb where it is a saddle."""

    name: str
    x: float
    y: float


@dataclass
class Panel:
    """One view of the picture."""

    kind: str
    title: str
    x_label: tuple[str, str]
    y_label: tuple[str, str]
    x_range: tuple[float, float]
    items: list = field(default_factory=list)
    y_range: tuple[float, float] | None = None
    points: list[Point] = field(default_factory=list)
    arrows: np.ndarray = field(default_factory=lambda: np.empty((0, 4)))
    dim: list[tuple[str, list[Line | Dots]]] = field(default_factory=list)
    """Of another course: its name, curves and dots."""

    @property
    def height(self) -> int:
        """Points; a raster of a few neurons needs little."""
        few = self.kind == "raster" and self.y_range is not None and self.y_range[1] - self.y_range[0] <= FEW_ROWS
        return HEIGHTS["few"] if few else HEIGHTS[self.kind]


def draw(title: str, subtitle: str, panels: list[Panel], *, width: int = 800, text: str = "") -> bytes:
    """Draw panels one below the other.

    Parameters
    ----------
    title, subtitle : str
        The first line of the picture.
    panels : list of Panel
    width : int
        Points; the file has twice as many pixels.
    text : str
        Description kept inside the file.

    Returns
    -------
    bytes
        A PNG file.
    """
    canvas = _compose(Canvas, title, subtitle, panels, width)
    return png.encode(_few_colours(canvas.to_array()), dpi=96 * _SCALE, text=text)


def draw_svg(title: str, subtitle: str, panels: list[Panel], *, width: int = 800, text: str = "") -> str:
    """The same picture as SVG; parameters are those of `draw`."""
    from .svg import SvgCanvas

    return _compose(SvgCanvas, title, subtitle, panels, width).to_text(title, text, _SCALE)


def _compose(kind: type, title: str, subtitle: str, panels: list[Panel], width: int):
    """A canvas of that kind with everything on it."""
    s = _SCALE
    heights = [panel.height + _HEAD + _FOOT for panel in panels]
    canvas = kind(width * s, (34 + sum(heights) + 6) * s)
    end = canvas.text(16 * s, 25 * s, title, _INK, size=10.5 * s, weight=1.45)
    canvas.text(16 * s + end + 14 * s, 25 * s, subtitle, _SOFT, size=7.6 * s)
    top = 34
    for panel, height in zip(panels, heights):
        _Frame(canvas, panel, (_LEFT, top + _HEAD, width - _RIGHT, top + height - _FOOT)).draw()
        top += height
    return canvas


def _few_colours(pixels: np.ndarray) -> np.ndarray:
    """Round to 32 levels a channel, white kept white: fewer colours make a much smaller file."""
    return np.minimum((pixels.astype(np.uint16) + 4) // 8 * 8, 255).astype(np.uint8)


def _ink(number: int) -> str:
    """The colour of a number."""
    return _INK if number == INK else PALETTE[number % len(PALETTE)]


class _Frame:
    """One panel on the canvas; ``box`` is left, top, right, bottom of the data area in points."""

    def __init__(self, canvas: Canvas, panel: Panel, box: tuple[float, float, float, float]):
        self.canvas, self.panel = canvas, panel
        left, top, right, bottom = box
        for item in panel.items:
            if isinstance(item, Image):
                right = item.right_edge(left, right, bottom - top)
        self.left, self.top, self.right, self.bottom = (edge * _SCALE for edge in (left, top, right, bottom))
        self.x_range = panel.x_range
        self.y_range = panel.y_range or self._fit()

    def draw(self) -> None:
        self._axes()
        clip = (self.left + 1, self.top + 1, self.right, self.bottom)
        self._arrows(clip)
        for _, items in self.panel.dim:
            self._items(items, clip, _DIM)
        self._items(self.panel.items, clip, 1.0)
        for point in reversed(self.panel.points):
            self._point(point, clip)
        self._legend()

    def _items(self, items: list[Line | Dots], clip, alpha: float) -> None:
        for item in reversed(items):  # the first curve lies on top
            if not isinstance(item, Dots | Line):
                item.draw(self, clip)
                continue
            ink = _ink(item.colour)
            if isinstance(item, Dots):
                self._dots(item, ink, clip, alpha)
            else:
                self._line(item, ink, clip, alpha)

    def _fit(self) -> tuple[float, float]:
        low, high = self.x_range
        seen = [item.y[(item.x >= low) & (item.x <= high)] for _, items in self.panel.dim for item in items]
        seen += [item.y for item in self.panel.items]
        values = [y[np.isfinite(y)] for y in seen]
        values = [v for v in values if v.size]
        if not values:
            return 0.0, 1.0
        low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
        if self.panel.kind == "rate":
            return 0.0, max(1.0, limits(0.0, high)[1])
        return limits(low, high)

    def _x(self, value):
        low, high = self.x_range
        return self.left + (np.asarray(value, float) - low) / (high - low) * (self.right - self.left)

    def _y(self, value):
        low, high = self.y_range
        return self.bottom - (np.asarray(value, float) - low) / (high - low) * (self.bottom - self.top)

    def _axes(self) -> None:
        s, canvas, panel = _SCALE, self.canvas, self.panel
        across, x_step = ticks(*self.x_range, 8)
        up, y_step = ticks(*self.y_range, max(2, min(6, (self.bottom - self.top) / s / 38)))
        if panel.kind == "raster":  # there is no neuron 0.5
            up, y_step = [value for value in up if float(value).is_integer()], max(1.0, y_step)
        for value in across:
            canvas.fill(self._x(value) - s / 2, self.top, self._x(value) + s / 2, self.bottom, _GRID)
            canvas.text(float(self._x(value)), self.bottom + 15 * s, format_tick(value, x_step), _SOFT, 7 * s, "center")
        for value in up:
            canvas.fill(self.left, self._y(value) - s / 2, self.right, self._y(value) + s / 2, _GRID)
            canvas.text(
                self.left - 7 * s, float(self._y(value)) + 3.5 * s, format_tick(value, y_step), _SOFT, 7 * s, "right"
            )
        corners = [(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)]
        canvas.polyline(np.array([*corners, corners[0]]), _EDGE, s)
        middle = (self.left + self.right) / 2
        canvas.text(middle, self.bottom + 32 * s, label(*panel.x_label), _SOFT, 7.4 * s, "center")
        canvas.text(30 * s, (self.top + self.bottom) / 2, label(*panel.y_label), _SOFT, 7.4 * s, "center", turned=True)
        canvas.text(self.left, self.top - 9 * s, panel.title, _INK, 8 * s, weight=1.25)

    def _line(self, item: Line, ink: str, clip, alpha: float) -> None:
        x, y = _path(item.x, item.y) if item.y.ndim == 2 else (item.x, item.y)
        points = np.stack([self._x(x), self._y(np.clip(y, *_wide(self.y_range)))], axis=1)
        if self.panel.kind == "rate":
            self.canvas.area(points, float(self._y(0.0)), ink, 0.16 * alpha, clip)
        if item.dashed:
            self.canvas.strokes(_dashes(points, 7 * _SCALE, 4 * _SCALE), ink, 1.7 * _SCALE, alpha, clip=clip)
        else:
            self.canvas.polyline(points, ink, 1.7 * _SCALE, alpha, clip=clip)

    def _dots(self, item: Dots, ink: str, clip, alpha: float) -> None:
        low, high = self.y_range
        tall = max(1.0, min(5.0, 0.8 * (self.bottom - self.top) / _SCALE / (high - low))) * _SCALE
        x, y = self._x(item.x), self._y(item.y)
        if tall <= 3 * _SCALE or len(x) > 20_000:
            self.canvas.dots(np.stack([x, y], axis=1), ink, max(3.0, 0.9 * tall), alpha, clip=clip)
            return
        marks = [np.array([[a, b - tall / 2], [a, b + tall / 2]]) for a, b in zip(x, y)]
        self.canvas.strokes(marks, ink, 1.6 * _SCALE, alpha, clip=clip)

    def _arrows(self, clip) -> None:
        """The flow: each arrow as long as the root of its speed."""
        x, y, u, v = self.panel.arrows.T
        tail = np.stack([self._x(x), self._y(y)], axis=1)
        way = np.stack([u * (self.right - self.left), -v * (self.bottom - self.top)], axis=1)
        size = np.hypot(*way.T)
        flows = size > 0
        tail, way = tail[flows], way[flows]
        half = way / size[flows, None] * (np.maximum(0.3, np.hypot(u, v)[flows]) * 9 * _SCALE)[:, None]
        tip = tail + half
        angle = np.arctan2(half[:, 1], half[:, 0])[:, None] + np.array([2.6, -2.6])
        wings = tip[:, None] + 4 * _SCALE * np.stack([np.cos(angle), np.sin(angle)], axis=2)
        shafts, heads = np.stack([tail - half, tip], axis=1), np.stack([wings[:, 0], tip, wings[:, 1]], axis=1)
        lines = [line for both in zip(shafts, heads) for line in both]
        self.canvas.strokes(lines, _ARROW, 1.1 * _SCALE, clip=clip)

    def _point(self, point: Point, clip) -> None:
        s, x, y = _SCALE, float(self._x(point.x)), float(self._y(point.y))
        if point.name in ("state", "now"):
            ink = _ink(INK if point.name == "now" else self.panel.items[0].colour)
            self.canvas.dots(np.array([[x, y]]), ink, 8 * s, clip=clip)
            return
        if "saddle" in point.name:
            ends = [(x, y - 6 * s), (x + 6 * s, y), (x, y + 6 * s), (x - 6 * s, y), (x, y - 6 * s)]
            self.canvas.polyline(np.array(ends), _INK, 2 * s, clip=clip)
            return
        self.canvas.dots(np.array([[x, y]]), _INK, 10 * s, clip=clip)
        if not point.name.startswith("stable"):
            self.canvas.dots(np.array([[x, y]]), "#ffffff", 6 * s, clip=clip)

    def _legend(self) -> None:
        """From the right to the title; what finds no room there goes into a line above."""
        s, x, y = _SCALE, self.right, self.top - 9 * _SCALE
        free = self.left + font.measure(self.panel.title, 8 * s) + 24 * s
        named = [item for item in self.panel.items if item.name]
        entries = [(item.name, item.colour, 1.0, getattr(item, "dashed", False)) for item in named]
        entries += [(name, items[0].colour, _DIM, False) for name, items in self.panel.dim]
        for name, number, alpha, dashed in reversed(entries):
            if x - font.measure(name, 7.2 * s) - 20 * s < free:
                x, y, free = self.right, y - 12 * s, -np.inf
            x -= self.canvas.text(x, y, name, _SOFT, 7.2 * s, "right") + 6 * s
            mark = np.array([[x - 14 * s, y - 3 * s], [x, y - 3 * s]])
            parts = _dashes(mark, 4 * s, 2.5 * s) if dashed else [mark]
            self.canvas.strokes(parts, _ink(number), 2.4 * s, alpha)
            x -= 14 * s + 14 * s


def _dashes(points: np.ndarray, long: float, gap: float) -> list[np.ndarray]:
    """A line cut into dashes; NaN separates pieces."""
    found = []
    for piece in np.split(points, np.flatnonzero(np.isnan(points[:, 0]))):
        piece = piece[np.isfinite(piece).all(axis=1)]
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(piece, axis=0).T))]) if len(piece) > 1 else [0.0]
        for start in np.arange(0.0, along[-1], long + gap):
            end = min(start + long, along[-1])
            between = [at for at in along if start < at < end]
            at = np.array([start, *between, end])
            found.append(np.stack([np.interp(at, along, piece[:, k]) for k in (0, 1)], axis=1))
    return found


def _path(x: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A line through (low, high) of every column: rising columns from low to high, falling ones the other way.

    Where the columns before and behind are wholly below and above, or above and below, it passes through the middle.
    """
    with np.errstate(invalid="ignore", over="ignore"):  # a state may have become infinite
        middle = pairs.mean(axis=1)
        rising = np.gradient(middle) >= 0 if len(middle) > 1 else np.ones(len(middle), bool)
    first, second = np.where(rising, pairs.T, pairs.T[::-1])
    width = x[1] - x[0] if len(x) > 1 else 0.0
    places = np.stack([x - width / 4, x + width / 4], axis=1)
    values = np.stack([first, second], axis=1)
    low, high = pairs.T
    up, down = high[:-1] <= low[1:], low[:-1] >= high[1:]
    slope = np.zeros(len(middle), bool)
    slope[1:-1] = (up[:-1] & up[1:]) | (down[:-1] & down[1:])
    places[slope, 0], values[slope, 0] = x[slope], middle[slope]
    drawn = np.ones(places.shape, bool)
    drawn[slope, 1] = False
    return places[drawn], values[drawn]


def _wide(limits_: tuple[float, float]) -> tuple[float, float]:
    low, high = limits_
    return low - 10 * (high - low), high + 10 * (high - low)
