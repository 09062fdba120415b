"""A histogram: of a state over the neurons now, of their rates, of the intervals between their spikes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .axes import label
from .images import is_young, rates
from .picture import PALETTE, Panel
from .pixels import Bars
from .shades import Shades
from .views import View, Window, events_in
from .words import with_unit

if TYPE_CHECKING:
    from .populations import Population, Populations, Quantity
    from .weights import Connection

BINS = 40


@dataclass
class Counted:
    """Something that a histogram can count.

    Parameters
    ----------
    name, unit : str
    read : callable
        ``read(simulation, window)`` returns the values, shape (n,).
    population : Population, optional
        Whose neurons have one value each; without, values are no neuron's.
    floor : float, optional
        Always on the axis.
    many : str
        What is counted.
    """

    name: str
    unit: str
    read: Callable[[object, Window], np.ndarray]
    population: Population | None = None
    floor: float | None = None
    many: str = "neurons"


def what_to_count(who: Populations, connections: list[Connection]) -> list[Counted]:
    """Everything that a lab can count: states, rates, intervals, degrees."""
    found = []
    for one in who:
        if one.size > 1:
            found += [_state(who, one, quantity) for quantity in one.quantities]
    for one in who:
        if one.spikes is not None:
            found += [_rate(who, one), _interval(who, one)]
    for item in connections:
        found += [_degree(item, "in"), _degree(item, "out")]
    return found


def _state(who: Populations, one: Population, quantity: Quantity) -> Counted:
    name = who.called(one, quantity.name)
    return Counted(name, quantity.unit, lambda simulation, _: np.asarray(quantity.read(simulation), float), one)


def _of(who: Populations, one: Population) -> str:
    return "" if who.is_alone else f" of {one.name}"


def _rate(who: Populations, one: Population) -> Counted:
    return Counted(f"rate{_of(who, one)}", "Hz", lambda simulation, window: rates(simulation, one, window), one, 0.0)


def _interval(who: Populations, one: Population) -> Counted:
    name = f"interval between spikes{_of(who, one)}"
    return Counted(name, "ms", lambda simulation, window: intervals(simulation, one, window), None, 0.0, "intervals")


def _degree(item: Connection, end: str) -> Counted:
    kept: list[np.ndarray] = []

    def read(simulation, window: Window) -> np.ndarray:
        if not kept:
            kept.append(item.degree(end))
        return kept[0]

    return Counted(f"{end}-degree of {item.name}", "edges", read, None, 0.0)


def intervals(simulation, population: Population, window: Window) -> np.ndarray:
    """Times between spikes of the same neuron in the window, ms, neuron by neuron."""
    steps, ids = events_in(simulation, population.events, window)
    order = np.argsort(ids, kind="stable")  # spikes are in order of time already
    steps, ids = steps[order], ids[order]
    return np.diff(steps)[np.diff(ids) == 0] * window.dt


@dataclass
class HistogramView(View):
    """How many neurons, or intervals, have which value."""

    who: Populations = None  # type: ignore[assignment]
    offered: list[Counted] = field(default_factory=list)

    def __post_init__(self):
        self.kind, self.name, self.title = "histogram", "histogram", "histogram"
        self.offers = [one.name for one in self.offered]
        self.reset()

    @property
    def counted(self) -> Counted:
        return self.offered[self.of]

    def reset(self) -> None:
        self._range = Shades(self.counted.floor)

    @property
    def heading(self) -> str:
        return f"histogram of {self.offers[self.of]}"

    @property
    def x_label(self) -> tuple[str, str]:
        return self.counted.name, self.counted.unit

    @property
    def y_label(self) -> tuple[str, str]:
        return self.counted.many, ""

    def spec(self) -> dict:
        name, unit = self.x_label
        return {**super().spec(), "x": {"name": name, "unit": unit}}

    def describe_axes(self) -> str:
        return f"{self.heading}: number of {self.y_label[0]} against {label(*self.x_label)}"

    def counts(self, simulation, window: Window) -> tuple[np.ndarray, tuple[float, float], float | None]:
        """How many values fall in each of `BINS` bins, the range of the bins, and the value of the chosen neuron."""
        values = self.counted.read(simulation, window)
        if self.counted.unit == "Hz" and is_young(window):
            self.reset()
        low, high = self._range.include(values)
        finite = values[np.isfinite(values)]
        counts, _ = np.histogram(finite, BINS, (low, high))
        one = self.counted.population
        neuron = self.who.marked(one) if one is not None else None
        mark = None if neuron is None else float(values[neuron])
        return counts, (low, high), mark if mark is not None and np.isfinite(mark) else None

    def frame(self, simulation, window: Window, columns: int, put) -> dict:
        counts, (low, high), mark = self.counts(simulation, window)
        return {
            "kind": "histogram",
            "of": self.of,
            "title": self.heading,
            "axes": [list(self.x_label), list(self.y_label)],
            "counts": put(counts.astype(np.float32)),
            "x": [low, high],
            "mark": mark,
        }

    def panel(self, simulation, window: Window, columns: int) -> Panel:
        counts, (low, high), mark = self.counts(simulation, window)
        edges = np.linspace(low, high, BINS + 1)
        top = max(1.0, float(counts.max(initial=0)) * 1.05)
        bars = Bars(edges, counts, PALETTE[0], mark)
        return Panel(self.kind, self.heading, self.x_label, self.y_label, (low, high), [bars], (0.0, top))

    def describe(self, simulation, window: Window) -> str:
        values = self.counted.read(simulation, window)
        values = values[np.isfinite(values)]
        if not values.size:
            return f"{self.heading}: nothing yet"
        mean, spread = (with_unit(text, self.x_label[1]) for text in (f"{values.mean():.4g}", f"{values.std():.3g}"))
        return f"{self.heading}: mean {mean}, standard deviation {spread}"
