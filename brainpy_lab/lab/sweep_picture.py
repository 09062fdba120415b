"""The picture that a sweep leaves in the notebook: lines or a map, with failed points crossed, as PNG."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import picture
from .axes import format_tick, label
from .picture import Line, Panel
from .sweep_shown import Shown, edges, is_logarithmic, label_of, positions, room_for

# Eleven colours of 'viridis' (van der Walt and Smith, 2015), which people with any colour vision can order.
SCALE = (
    "#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c", "#22a884", "#44bf70", "#7ad151", "#bddf26",
    "#fde725",
)  # fmt: skip
MISSING = "#eceff3"
picture.HEIGHTS.update(lines=260, map=300)
BAD = "#b3261e"


@dataclass
class Marks:
    """The points of a line, and its repeats."""

    points: np.ndarray
    colour: int
    size: float = 4.0
    alpha: float = 1.0
    name: str = ""

    def draw(self, frame, clip) -> None:
        ink = picture.PALETTE[self.colour % len(picture.PALETTE)]
        at = np.stack([frame._x(self.points[:, 0]), frame._y(self.points[:, 1])], axis=1)
        frame.canvas.dots(at, ink, self.size * 2, self.alpha, clip=clip)


@dataclass
class Crosses:
    """Failed points."""

    points: np.ndarray
    name: str = ""

    def draw(self, frame, clip) -> None:
        lines = []
        for x, y in zip(frame._x(self.points[:, 0]), frame._y(self.points[:, 1])):
            lines += [np.array([[x - 9, y - 9], [x + 9, y + 9]]), np.array([[x - 9, y + 9], [x + 9, y - 9]])]
        frame.canvas.strokes(lines, "#ffffff", 8.0, clip=clip)
        frame.canvas.strokes(lines, BAD, 4.0, clip=clip)


@dataclass
class Cells:
    """A map: values of shape (n_y, n_x) between the borders of their cells, and what the colours mean."""

    values: np.ndarray
    x_edges: np.ndarray
    y_edges: np.ndarray
    low: float
    high: float
    legend: str
    name: str = ""

    def draw(self, frame, clip) -> None:
        canvas, inks = frame.canvas, colours(self.values, self.low, self.high)
        x, y = frame._x(self.x_edges), frame._y(self.y_edges)
        for row in range(len(y) - 1):
            for column in range(len(x) - 1):
                canvas.fill(
                    max(x[column], clip[0]), max(y[row + 1], clip[1]),
                    min(x[column + 1], clip[2]), min(y[row], clip[3]), inks[row][column],
                )  # fmt: skip
        self._bar(frame)

    def _bar(self, frame) -> None:
        """The colours and their values, in the head of the panel."""
        canvas, s = frame.canvas, 2
        step = 10.0 ** np.floor(np.log10(max(self.high - self.low, 1e-12)) - 1)
        right, top = frame.right, frame.top - 20 * s
        right -= canvas.text(right, top + 10 * s, format_tick(self.high, step), "#59636e", 7.2 * s, "right") + 6 * s
        left = right - 140 * s
        for k in range(70):
            ink = colours(np.array([[k / 69]]), 0.0, 1.0)[0][0]
            canvas.fill(left + k * 2 * s, top + 2 * s, left + (k + 1) * 2 * s, top + 11 * s, ink)
        left -= 6 * s
        left -= canvas.text(left, top + 10 * s, format_tick(self.low, step), "#59636e", 7.2 * s, "right") + 10 * s
        canvas.text(left, top + 10 * s, self.legend, "#59636e", 7.2 * s, "right")


def colours(values: np.ndarray, low: float, high: float) -> list[list[str]]:
    """'#rrggbb' of each value."""
    table = np.array([[int(text[k : k + 2], 16) for k in (1, 3, 5)] for text in SCALE], float)
    at = np.clip((np.nan_to_num(values) - low) / max(high - low, 1e-300), 0, 1) * (len(SCALE) - 1)
    first = np.minimum(at.astype(int), len(SCALE) - 2)
    share = (at - first)[..., None]
    rgb = np.rint(table[first] * (1 - share) + table[first + 1] * share).astype(int)
    there = np.isfinite(values)
    return [
        ["#{:02x}{:02x}{:02x}".format(*cell) if there[row, k] else MISSING for k, cell in enumerate(cells)]
        for row, cells in enumerate(rgb)
    ]


def draw(shown: Shown, width: int = 800) -> bytes:
    """The picture as PNG."""
    sweep = shown.sweep
    subtitle = f"{sweep.n_done:,} of {sweep.n_points:,} points"
    if sweep.errors:
        subtitle += f", {len(sweep.errors)} failed"
    panel = _map(shown) if shown.kind == "map" else _lines(shown)
    return picture.draw(sweep.name, subtitle, [panel], width=width, text=shown.description())


def _scaled(axis: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where values lie along an axis; those of one that is spaced by a factor by their logarithm."""
    return np.log10(values) if is_logarithmic(axis) else values


def _name(shown: Shown, parameter: str) -> tuple[str, str]:
    axis = shown.sweep.axes[parameter]
    if axis.dtype.kind == "U":
        return f"{parameter}: " + ", ".join(f"{k} {text}" for k, text in enumerate(axis)), ""
    return (
        (f"log10 {label_of(shown, parameter)}", "") if is_logarithmic(axis) else (parameter, shown.unit_of(parameter))
    )


def _lines(shown: Shown) -> Panel:
    axis = shown.sweep.axes[shown.x]
    number = dict(zip(axis.tolist(), _scaled(axis, positions(axis))))
    items: list = []
    low, high = [], []
    for k, curve in enumerate(shown.curves()):
        x = np.array([number[value] for value in curve.x.tolist()])
        order = np.argsort(x)
        x, y, repeats = x[order], curve.y[order], curve.repeats[order]
        items.append(Line(curve.name if shown.y else "", x, y, k))
        items.append(Marks(np.stack([x, y], axis=1), k))
        if repeats.shape[1] > 1:
            all_of = np.stack([np.repeat(x, repeats.shape[1]), repeats.reshape(-1)], axis=1)
            items.append(Marks(all_of[np.isfinite(all_of[:, 1])], k, 2.4, 0.45))
        found = repeats[np.isfinite(repeats)]
        low += [found.min()] if found.size else []
        high += [found.max()] if found.size else []
    y_range = room_for(np.array(low + high)) if low else (0.0, 1.0)
    failures = shown.failures()
    if failures:
        at = np.array([[number[f.x], y_range[0] + 0.03 * (y_range[1] - y_range[0])] for f in failures])
        items.append(Crosses(at))
    return Panel(
        "lines", shown.title, _name(shown, shown.x), shown.y_label, _wide(list(number.values())), items, y_range
    )


def _map(shown: Shown) -> Panel:
    axes = shown.sweep.axes
    (x_order, x_edges), (y_order, y_edges) = edges(axes[shown.x]), edges(axes[shown.y])
    values = shown.map()[np.ix_(y_order, x_order)]
    x_edges, y_edges = _scaled(axes[shown.x], x_edges), _scaled(axes[shown.y], y_edges)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    cells = Cells(values, x_edges, y_edges, low, high, label(*shown.y_label))
    items: list = [cells]
    failures = shown.failures()
    if failures:
        number = [dict(zip(axes[p].tolist(), _scaled(axes[p], positions(axes[p])))) for p in (shown.x, shown.y)]
        items.insert(0, Crosses(np.array([[number[0][f.x], number[1][f.y]] for f in failures])))
    ranges = (float(x_edges[0]), float(x_edges[-1])), (float(y_edges[0]), float(y_edges[-1]))
    return Panel("map", shown.title, _name(shown, shown.x), _name(shown, shown.y), ranges[0], items, ranges[1])


def _wide(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = 0.03 * (high - low) or 0.5
    return low - room, high + room
