"""The phase plane of one neuron: nullclines and equilibria that follow the sliders, and the state that moves in it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from ..analysis.grid import Box
from ..analysis.sketch import ARROWS, Sketch, flow_arrows, sketch
from . import axes
from .picture import Line, Panel, Point
from .plane import Plane
from .populations import Population
from .trials import Trials
from .views import Series, TraceView, View, Window
from .words import class_name

MOST_POINTS = 4000
"""Of the path, in one frame."""
CELLS = 200
SHARE_OF_TIME = 0.2
"""At most this part of the time goes into planes that change only because other variables move."""
NULLCLINES = (2, 3)
"""Colours."""
PATH, TRIAL, SEPARATRIX = 0, 4, 5


def thinned(path: np.ndarray, across: int = 800) -> np.ndarray:
    """A long path, shape (n, 2), of which each piece as long as 1 / `across` of its extent has its first point only."""
    if len(path) <= across or not np.isfinite(path).all():
        return path
    extent = np.ptp(path, axis=0)
    steps = np.diff(path, axis=0) / np.where(extent > 0, extent, 1.0)
    piece = np.floor(across * np.cumsum(np.hypot(*steps.T)))
    return path[np.concatenate([[True], piece[1:] != piece[:-1], [True]])]


def phase_view(plane: Plane) -> PhaseView:
    """The plane of one neuron, or of one neuron of a group."""
    return PhaseView("", [], plane=plane)


def phase_view_of(groups: list[tuple[Population, Plane]]) -> PhaseView:
    """The planes of several groups, of which one is seen: that of the neuron which its population has chosen."""
    view = PhaseView("", [], groups=groups)
    view.shown = False
    return view


def first_axes(plane: Plane) -> tuple[str, str]:
    """What is shown first: of two variables both, of more V, or else the first, and the last, which is a slow gate in
    the usual order of membranes."""
    names = plane.variables
    x = next((name for name in names if name.rpartition(".")[2] in ("V", "v")), names[0])
    return x, [name for name in names if name != x][-1]


class Plotted(NamedTuple):
    """What one picture shows: the path of the state, the axes, what stands in them, the flow, and of every trial its
    path and its state."""

    path: np.ndarray
    box: Box
    drawn: Sketch
    arrows: np.ndarray
    trials: list[tuple[np.ndarray, list[float]]]


class Span:
    """The range of one axis. It only grows, in few jumps: with `room`, a share of itself, beyond what it must hold."""

    def __init__(self, room: float) -> None:
        self.low, self.high, self.room = np.inf, -np.inf, room

    @property
    def ends(self) -> tuple[float, float]:
        return (self.low, self.high) if self.low < self.high else (0.0, 1.0)

    def hold(self, low: float, high: float) -> None:
        """Reach from here to there at least."""
        self.low, self.high = min(low, self.low), max(high, self.high)

    def include(self, values: np.ndarray) -> bool:
        """Whether the range has changed to hold the values."""
        values = values[np.isfinite(values)]
        if not values.size:
            return False
        low, high = min(float(values.min()), self.low), max(float(values.max()), self.high)
        if (low, high) == (self.low, self.high):
            return False
        # A state at rest has axes as wide as a part of its size.
        least = max(1.0, 0.25 * max(abs(low), abs(high)))
        room = max(self.room * (high - low), (least - (high - low)) / 2)
        step = axes.nice_step((high - low + 2 * room) / 10)
        if low < self.low:
            self.low = np.floor((low - room) / step) * step
        if high > self.high:
            self.high = np.ceil((high + room) / step) * step
        return True


@dataclass
class PhaseView(View):
    """Two variables of one neuron against each other.

    Parameters
    ----------
    plane : Plane
        Of a model that has one.
    groups : list of (Population, Plane)
        Of a network, instead.
    """

    plane: Plane = None  # type: ignore[assignment]
    groups: list[tuple[Population, Plane]] = field(default_factory=list)
    fixed: dict[str, float] = field(default_factory=dict)
    is_of_time = False
    _drawn: tuple[Box, Sketch, np.ndarray] | None = field(default=None, init=False, repr=False)

    def __post_init__(self):
        self.kind = "phase"
        self.trials = Trials()
        self._is_mixed = False
        self._expected: dict[tuple[int, int, str], np.ndarray] = {}  # of an element of a group: ends of a variable
        self._since = 0  # the first step of the run at which this neuron was recorded
        if self.groups:
            self.offers = [population.name for population, _ in self.groups]
            self.plane = self.groups[0][1]
        self.choose(*first_axes(self.plane))

    def plane_of(self, of: int) -> Plane:
        """The plane of a group."""
        return self.groups[of][1] if self.groups else self.plane

    def show_choice(self, of: int) -> None:
        """Show the plane of another group; trials of the present one end."""
        if of != self.of:
            self.of = of
            self.trials.clear()
            self.fixed = {}
            self.plane = self.groups[of][1]
            self.choose(*first_axes(self.plane))

    def follow(self, population: Population, neuron: int, simulation) -> None:
        """A neuron has been chosen."""
        if not self.groups:
            if self.plane.size == population.size:
                self.look_at(neuron, simulation)
            return
        for k, (one, _) in enumerate(self.groups):
            if one is population:
                self.show_choice(k)

    def _sync(self) -> None:
        """Of a group, look at the neuron that its population has chosen, as far as it was recorded."""
        if self.groups:
            population = self.groups[self.of][0]
            self.choose_element(population.neuron)
            self._since = population.since

    def choose(self, x: str, y: str) -> None:
        """Show these two variables."""
        self.problem = self.plane.problem(x, y)
        self.x, self.y = x, y
        self._of_x, self._of_y = self.series_of(x), self.series_of(y)
        self.series = [
            Series(-1, "path", colour=PATH),
            *(Series(-1, f"d{name}/dt = 0", colour=ink) for name, ink in zip((x, y), NULLCLINES)),
            Series(-1, "separatrix", colour=SEPARATRIX),
        ]
        self.title = f"{y} against {x}" + (f" of {self.who}" if self.plane.size > 1 or self.groups else "")
        self.reset()

    @property
    def recorded(self) -> list[Series]:
        # Once another neuron was chosen the rings hold parts of several, which nobody can compute again.
        # Of the groups of a network, traces record it.
        return [] if self._is_mixed or self.groups else [self._of_x, self._of_y]

    def choose_element(self, element: int) -> None:
        """Show another neuron of the group; trials of the present one end."""
        if element != self.plane.element and self.plane.at is not None:
            self.plane = self.plane.at(element)
            self.trials.clear()
            self._is_mixed = True
            self.choose(self.x, self.y)

    def look_at(self, element: int, simulation) -> None:
        """Show another neuron and record it from now on."""
        self.choose_element(element)
        if simulation is not None and self.plane.record(simulation):
            self._since = simulation.run_step

    def lacks(self, window: Window) -> bool:
        self._sync()
        return self._since > window.first

    def has_seen(self, first: int) -> None:
        self._since = min(self._since, first)

    def fix(self, fixed: Mapping[str, float]) -> None:
        """Give other variables these values in the picture, whatever they are in the neuron; others are as they are."""
        self.fixed = dict(fixed)
        self._known = None

    def reset(self) -> None:
        """Let the axes be chosen anew."""
        self._spans, self._shown = [Span(0.25), Span(0.25)], [Span(0.06), Span(0.06)]
        for span, name in zip(self._spans, (self.x, self.y)):
            span.include(self._expected.get((self.plane.element, self.of, name), np.zeros(0)))
        self._drawn, self._known, self._cost, self._when = None, None, 0.0, 0.0

    def expect(self, simulation, window: Window) -> None:
        self._sync()
        for name in self.plane.monitors:
            values = TraceView.values(simulation, self.series_of(name), window)
            known = values[np.isfinite(values)]
            if known.size == values.size > 0:  # a run that diverges says nothing of where the next one will go
                self._expected[self.plane.element, self.of, name] = np.array([known.min(), known.max()])
        self.reset()

    @property
    def who(self) -> str:
        """Whose plane it is."""
        if len(self.groups) > 1:
            return f"neuron {self.plane.element} of {self.offers[self.of]}"
        return f"neuron {self.plane.element}" if self.plane.element else "the first neuron"

    @property
    def others(self) -> list[str]:
        """The variables that the flow depends on besides the two."""
        return [name for name in self.problem.free if name in self.plane.monitors]

    @property
    def y_label(self) -> tuple[str, str]:
        return self.y, self._of_y.unit

    @property
    def x_label(self) -> tuple[str, str]:
        return self.x, self._of_x.unit

    def spec(self) -> dict:
        name, unit = self.x_label
        return {
            **super().spec(),
            "x": {"name": name, "unit": unit},
            "planes": [
                {"variables": plane.variables, "size": plane.size}
                for plane in (self.plane_of(k) for k in range(max(1, len(self.groups))))
            ],
        }

    def describe_axes(self) -> str:
        return f"Phase plane: {self.y} against {self.x}, with the path of {self.who} and both nullclines"

    def dim_items(self, held: bool) -> int:
        # Of a future that was left, only the path: the nullclines are those of the moment.
        return 3 if held else 1

    def ghost(self, simulation, window: Window, columns: int, put, held: bool) -> dict:
        self._sync()
        curves = [self.path(simulation, window, self._since)]
        if held:
            curves += self.plot(simulation, window).drawn.nullclines
        return {
            "kind": "phase",
            "axes": [self.x, self.y],
            "element": self.plane.element,
            "of": self.of,
            "curves": [put(_single(curve)) for curve in curves],
        }

    def shows(self, ghost: dict) -> bool:
        return (ghost["axes"], ghost["element"], ghost["of"]) == ([self.x, self.y], self.plane.element, self.of)

    def series_of(self, name: str) -> Series:
        """Where a variable is recorded."""
        monitor, column = self.plane.monitors[name]
        return Series(monitor, name, self.plane.units.get(name, ""), column)

    def reach(self, name: str) -> np.ndarray:
        """What the plane shows of a variable: the ends of its axis, or nothing."""
        if self._drawn is None or name not in (self.x, self.y):
            return np.empty(0)
        box, k = self._drawn[0], (self.x, self.y).index(name)
        return np.array([box.low[k], box.high[k]])

    def seen(self, window: Window) -> Window:
        """The part of a window in which this neuron was recorded."""
        return replace(window, first=min(window.last, max(window.first, self._since)))

    def path(self, simulation, window: Window, since: int) -> np.ndarray:
        """Where the state of a simulation has been from a step on, oldest first, shape (n, 2)."""
        window = replace(window, first=min(window.last, max(window.first, since)))
        x, y = (TraceView.values(simulation, one, window) for one in (self._of_x, self._of_y))
        if len(x) > MOST_POINTS:
            every = -(-len(x) // MOST_POINTS)
            keep = np.arange((len(x) - 1) % every, len(x), every)  # with the last one
            x, y = x[keep], y[keep]
        return np.stack([x, y], axis=1)

    def now(self, simulation) -> list[float]:
        """The state."""
        return [float(self.plane.readers[name](simulation)) for name in (self.x, self.y)]

    def values(self, simulation) -> dict[str, float]:
        """What the flow depends on besides the two variables."""
        return self.plane.values(self.problem, simulation) | {
            name: value for name, value in self.fixed.items() if name in self.problem.free
        }

    def plot(self, simulation, window: Window) -> Plotted:
        """What is to be drawn now; the flow is computed anew where something has moved."""
        self._sync()
        if self.plane.record(simulation):
            self._since = simulation.run_step
        self._since = min(self._since, simulation.run_step)  # what was run again is this neuron's
        path = self.path(simulation, window, self._since)
        trials = [(trial.path(self, window), self.now(trial.simulation)) for trial in self.trials.running(simulation)]
        states = [self.now(simulation), *(state for _, state in trials)]
        seen = np.concatenate([path, *(line for line, _ in trials), states])
        grown = [span.include(seen[:, k]) for k, span in enumerate(self._spans)]
        values = self.values(simulation)
        moved = self._moved_by_hand(values)
        stale = self._known != tuple(values.values())
        waited = time.perf_counter() - self._when > self._cost / SHARE_OF_TIME
        if self._drawn is None or any(grown) or moved or (stale and (waited or not window.moving)):
            began = time.perf_counter()
            self._drawn = self._compute(values)
            self._when = time.perf_counter()
            self._cost, self._known = self._when - began, tuple(values.values())
        return Plotted(path, *self._drawn, trials)

    def _compute(self, values: dict[str, float]) -> tuple[Box, Sketch, np.ndarray]:
        """Look as far again, each way, as the state has been, and show the equilibria that are there."""
        low, high = np.array([span.ends for span in self._spans]).T
        reach = high - low
        drawn = sketch(self.problem, Box(low - reach, high + reach), values, CELLS)
        for k, shown in enumerate(self._shown):
            shown.hold(low[k], high[k])
            shown.include(drawn.points[:, k])
        box = Box(*np.array([shown.ends for shown in self._shown]).T)
        return box, drawn, flow_arrows(self.problem, box, values)

    def _moved_by_hand(self, values: dict[str, float]) -> bool:
        """Whether something other than a variable has changed since the last drawing."""
        if self._known is None:
            return True
        return any(
            value != known
            for (name, value), known in zip(values.items(), self._known)
            if name in self.plane.params or name in self.plane.inputs
        )

    def frame(self, simulation, window: Window, columns: int, put) -> dict:
        plotted = self.plot(simulation, window)
        box, drawn = plotted.box, plotted.drawn
        return {
            "kind": "phase",
            "title": self.title,
            "axes": [[self.x, self._of_x.unit], [self.y, self._of_y.unit]],
            "element": self.plane.element,
            "of": self.of,
            "others": [
                [name, self.plane.units.get(name, ""), value, name in self.fixed]
                for name, value in self.values(simulation).items()
                if name in self.others
            ],
            "x": [float(box.low[0]), float(box.high[0])],
            "y": [float(box.low[1]), float(box.high[1])],
            "state": self.now(simulation),
            "path": put(_single(thinned(plotted.path))),
            "trials": [{"path": put(_single(thinned(path))), "state": state} for path, state in plotted.trials],
            "nullclines": [put(_single(line)) for line in drawn.nullclines],
            "separatrices": put(_single(drawn.separatrices)),
            "arrows": put(_single(plotted.arrows)),
            "grid": list(ARROWS),
            "points": [
                {
                    "x": float(x),
                    "y": float(y),
                    "name": name,
                    "told": f"{self.x} = {x:.4g}, {self.y} = {y:.4g}",
                    "eigenvalues": told_eigenvalues(eigenvalues),
                }
                for (x, y), name, eigenvalues in zip(drawn.points, drawn.names, drawn.eigenvalues)
            ],
        }

    def panel(self, simulation, window: Window, columns: int) -> Panel:
        plotted = self.plot(simulation, window)
        box, drawn = plotted.box, plotted.drawn
        curves = [plotted.path, *drawn.nullclines, drawn.separatrices]
        items = [
            Line(one.name, *curve.T, one.colour, dashed=one.colour == SEPARATRIX)
            for one, curve in zip(self.series, curves)
            if len(curve) or one.colour != SEPARATRIX
        ]
        items += [Line("" if k else "trial", *path.T, TRIAL) for k, (path, _) in enumerate(plotted.trials)]
        marks = [Point("state", *self.now(simulation))]
        marks += [Point(name, x, y) for (x, y), name in zip(drawn.points, drawn.names)]
        x_range, y_range = ((float(low), float(high)) for low, high in zip(box.low, box.high))
        return Panel(self.kind, self.title, self.x_label, self.y_label, x_range, items, y_range, marks, plotted.arrows)

    def describe(self, simulation, window: Window) -> str:
        drawn = self.plot(simulation, window).drawn
        return "; ".join(
            f"{class_name(name)} at {self.x} = {x:.4g}, {self.y} = {y:.4g}"
            for (x, y), name in zip(drawn.points, drawn.names)
        )


def told_eigenvalues(values: np.ndarray) -> str:
    """Eigenvalues for people, 1/ms: a pair of complex ones as one number with both signs."""
    first = complex(values[0])
    if first.imag:
        return f"{first.real:.4g} \N{PLUS-MINUS SIGN} {abs(first.imag):.4g}i"
    return ", ".join(f"{value.real:.4g}" for value in values)


def _single(array: np.ndarray) -> np.ndarray:
    """In the type of the page; a run that has diverged may not fit, and becomes infinite."""
    with np.errstate(over="ignore"):
        return array.astype(np.float32)
