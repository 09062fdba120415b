"""What the figure of a sweep shows: which measure, over which parameters, as lines or as a map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import checks
from ..errors import ModelUseError
from ..sweeps.sweep import PointError, Run, shown
from .axes import label, limits
from .words import with_unit

MOST_LINES = 6  # as many colours as people tell apart
KINDS = ("auto", "lines", "map")


@dataclass
class Curve:
    """One line: its name, and by value of the first parameter the mean over repeats and the repeats, shape (n, r)."""

    name: str
    x: np.ndarray
    y: np.ndarray
    repeats: np.ndarray
    places: list[dict[str, int]]


@dataclass
class Failure:
    """A failed point: where it is drawn, its place, and what is said of it."""

    x: object
    y: object
    place: dict[str, int]
    text: str


class Shown:
    """What is drawn of a sweep.

    Parameters
    ----------
    sweep : Run
    measure : str, optional
        The first one that is a number, when left out.
    x, y : str, optional
        Parameters along the axes of a map; of lines, x is along the axis and y makes lines.
    kind : {'auto', 'lines', 'map'}
        'auto': lines for one parameter, or a second with few values; else a map.

    Attributes
    ----------
    at : dict of str to int
        Parameters beyond those two -> which of their values is shown.
    """

    def __init__(self, sweep: Run, measure=None, x=None, y=None, kind="auto"):
        self.sweep = sweep
        names = list(sweep.axes)
        self._asked = None if measure is None else checks.text("measure", measure)
        for name, value in (("x", x), ("y", y)):
            if value is not None:
                checks.key(name, value, names, "a parameter of the sweep")
        self.x = x or next(name for name in names if name != y)
        self.y = y or next((name for name in names if name != self.x), None)
        if self.x == self.y:
            raise ModelUseError(f'"x" and "y" are both {self.x}: give two parameters.')
        kind = checks.choice("kind", kind, KINDS)
        if kind == "map" and self.y is None:
            raise ModelUseError(f'a map needs two parameters, and this sweep has only {self.x}: choose kind="lines".')
        few = self.y is None or len(sweep.axes[self.y]) <= MOST_LINES
        self.kind = kind if kind != "auto" else "lines" if few else "map"
        self.at = {name: 0 for name in names if name not in (self.x, self.y)}

    # -- what there is ------------------------------------------------------------------------------------------------

    @property
    def measures(self) -> list[str]:
        """The measures that are numbers, as far as is known."""
        n = len(self.sweep.axes) + 1
        return [name for name, values in list(self.sweep._values.items()) if values.ndim == n]

    @property
    def measure(self) -> str | None:
        """The one that is shown; None while no point is done.

        Raises
        ------
        ModelUseError
            When no measure is a number, or the one that was asked for is not there.
        """
        known = self.measures
        if self._asked is not None and known:
            return checks.key("measure", self._asked, known, "a measure that is a number")
        return known[0] if known else None

    def choose(self, measure: str) -> None:
        """Show another measure."""
        self._asked = checks.key("measure", measure, self.measures, "a measure that is a number")

    @property
    def y_label(self) -> tuple[str, str]:
        """Name and unit of the measure."""
        name = self.measure or (self._asked or "")
        return name, self.sweep.unit(name)

    def unit_of(self, parameter: str) -> str:
        """Unit of a parameter, '' when it is not known."""
        params = getattr(getattr(getattr(self.sweep.job, "model", None), "ir", None), "params", ())
        return next((p.unit for p in params if p.name == parameter), "")

    def value(self, place: dict[str, int]) -> dict:
        """The parameters at a place."""
        return {name: axis[place[name]].item() for name, axis in self.sweep.axes.items()}

    def number(self, place: dict[str, int]) -> float:
        """The shown measure at a place: the mean over repeats, nan where there is none."""
        if self.measure is None:
            return np.nan
        with self.sweep._lock:
            held = self.sweep._values[self.measure][tuple(place[name] for name in self.sweep.axes)]
        return _mean(held.real[None, :])[0]

    def errors_at(self, place: dict[str, int]) -> list[PointError]:
        """What failed at a place."""
        where = tuple(place[name] for name in self.sweep.axes)
        return [error for error in self.sweep.errors if error.index[:-1] == where]

    # -- what is drawn ------------------------------------------------------------------------------------------------

    def _slice(self) -> np.ndarray:
        """The shown measure, shape (n_x, n_y, repeats); n_y is 1 without a second parameter."""
        axes = self.sweep.axes
        if self.measure is None:
            return np.full((len(axes[self.x]), len(axes[self.y]) if self.y else 1, 1), np.nan)
        with self.sweep._lock:
            held = self.sweep._values[self.measure].real.copy()
        names = list(axes)
        held = held[tuple(self.at[name] if name in self.at else slice(None) for name in names)]
        left = [name for name in names if name not in self.at]
        if self.y is None:
            return held[:, None, :]
        return held if left == [self.x, self.y] else held.swapaxes(0, 1)

    def curves(self) -> list[Curve]:
        """The lines, with the points that are done."""
        values, axes = self._slice(), self.sweep.axes
        found = []
        for k in range(values.shape[1]):
            name = f"{self.y} = {shown(axes[self.y][k].item())}" if self.y else (self.measure or "")
            y = _mean(values[:, k])
            done = np.flatnonzero(np.isfinite(y))
            more = {self.y: k} if self.y else {}
            places = [{**self.at, self.x: int(i), **more} for i in done]
            found.append(Curve(name, axes[self.x][done], y[done], values[done, k], places))
        return found

    def map(self) -> np.ndarray:
        """The map, shape (n_y, n_x), nan where a point is not done."""
        return _mean(self._slice()).T

    def failures(self) -> list[Failure]:
        """The failed points in what is shown."""
        axes, found = self.sweep.axes, {}
        names = list(axes)
        for error in self.sweep.errors:
            place = dict(zip(names, error.index))
            if all(place[name] == k for name, k in self.at.items()):
                x = axes[self.x][place[self.x]].item()
                y = axes[self.y][place[self.y]].item() if self.y else None
                found.setdefault(error.index[:-1], Failure(x, y, place, str(error)))
        return list(found.values())

    # -- in words -----------------------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        name, _ = self.y_label
        over = f" over {self.x} and {self.y}" if self.kind == "map" else f" against {self.x}"
        return f"{name}{over}"

    def description(self) -> str:
        """What is seen, in words."""
        sweep = self.sweep
        ranges = [f"{name} {_range(axis)}" for name, axis in sweep.axes.items()]
        parts = [f"Sweep of {sweep.name} over {', '.join(ranges)}"]
        if len(sweep.seeds) > 1:
            parts[0] += f", {len(sweep.seeds)} repeats of each point"
        fixed = ", ".join(f"{name} = {shown(sweep.axes[name][k].item())}" for name, k in self.at.items())
        values = self.map()
        if np.isfinite(values).any():
            low, high = np.nanmin(values), np.nanmax(values)
            row, column = np.unravel_index(np.nanargmax(values), values.shape)
            where = f"{self.x} = {shown(sweep.axes[self.x][column].item())}"
            if self.y:
                where += f", {self.y} = {shown(sweep.axes[self.y][row].item())}"
            high = with_unit(f"{high:.4g}", self.y_label[1])
            seen = f"{self.title}{f' at {fixed}' if fixed else ''}: between {low:.4g} and {high}"
            parts.append(f"{seen}, highest at {where}")
        state = f"{sweep.n_done} of {sweep.n_points} points are done"
        parts.append(f"{state}, {len(sweep.errors)} failed" if sweep.errors else state)
        if first := sweep.first_error:
            parts.append(first.rstrip("."))
        return ". ".join(parts) + "."


def label_of(shown_: Shown, parameter: str) -> str:
    """Name and unit of a parameter."""
    return label(parameter, shown_.unit_of(parameter))


def _mean(values: np.ndarray) -> np.ndarray:
    """Over the last axis, of what is there."""
    there = np.isfinite(values)
    count = there.sum(axis=-1)
    total = np.where(there, values, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _range(axis: np.ndarray) -> str:
    if axis.dtype.kind == "U" or len(axis) <= 3:
        return "= " + ", ".join(shown(value.item()) for value in axis)
    return f"from {shown(axis.min().item())} to {shown(axis.max().item())} ({len(axis)} values)"


def is_logarithmic(axis: np.ndarray) -> bool:
    """Whether the values of a parameter are spaced by a factor."""
    if axis.dtype.kind == "U" or len(axis) < 3 or not (axis > 0).all():
        return False
    steps = np.diff(np.log(np.sort(axis)))
    return bool(np.ptp(steps) <= 1e-6 * steps.mean()) and axis.max() / axis.min() > 4


def positions(axis: np.ndarray) -> np.ndarray:
    """Numbers along an axis: the values, or 0, 1, 2, ... for texts."""
    return np.arange(len(axis), dtype=float) if axis.dtype.kind == "U" else axis.astype(float)


def edges(axis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The order of the values, and the borders of the cells of a map, which lie in the middle between them."""
    at = positions(axis)
    order = np.argsort(at)
    is_log = is_logarithmic(axis)
    at = np.log(at[order]) if is_log else at[order]
    if len(at) == 1:
        half = 0.5 if not is_log else 0.1
        found = np.array([at[0] - half, at[0] + half])
    else:
        middle = (at[1:] + at[:-1]) / 2
        found = np.concatenate([[at[0] - (middle[0] - at[0])], middle, [at[-1] + (at[-1] - middle[-1])]])
    return order, np.exp(found) if is_log else found


def room_for(values: np.ndarray) -> tuple[float, float]:
    """Limits of an axis around finite values; what is never negative, such as a rate, begins just below 0."""
    least, most = float(values.min()), float(values.max())
    low, high = limits(least, most)
    return (-0.04 * high if least >= 0 and low < 0 else low), high
