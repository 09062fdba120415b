"""Equilibria and limit cycles of one neuron over a slider, coloured by class, with the value of now on them."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..analysis.branches import Diagram, diagram
from ..analysis.cycles import STABLE, UNSTABLE, with_cycles
from ..analysis.grid import Box
from ..analysis.problem import Problem, leaf_names
from ..ir.model import Slider
from .controls import Control
from .newest import Newest, Unwanted
from .phase_view import PhaseView, Span, _single
from .picture import INK, Line, Panel, Point
from .views import TraceView, View, Window
from .words import class_name

COLOURS = {"stable-node": 0, "stable-focus": 4, "unstable-node": 1, "unstable-focus": 5, "saddle-node": 3}
COLOURS |= {"stable-point": 0, "unstable-point": 1, STABLE: 2, UNSTABLE: 2}
OTHER = 2
WIDER = 2.0
"""Seeds are looked for so many times as far beyond what the variables have been as that is wide."""
MOST_KEPT = 24


class Choice(NamedTuple):
    """A slider of a parameter or an input that the equations read: its number, its name there and in the equations,
    its ends."""

    control: int
    label: str
    name: str
    slider: Slider


def choices_of(phase: PhaseView, controls: list[Control]) -> list[Choice]:
    """The sliders that an analysis can vary."""
    plane = phase.plane
    read = {name for variable in plane.variables for name in leaf_names(plane.equations[variable])}
    places = {place: name for name, place in plane.params.items() if name in read}
    numbers = {number: name for name, number in plane.inputs.items() if name in read}
    found = []
    for k, control in enumerate(controls):
        moved = [places[target] for target in control.targets if target in places]
        moved += [numbers[number] for number in control.inputs if number in numbers]
        name = moved[0] if moved else None
        if name is not None and control.slider is not None and control.slider.low < control.slider.high:
            found.append(Choice(k, control.name, name, control.slider))
    return found


@dataclass
class BifurcationView(View):
    """A diagram over one parameter. It is there once it was asked for.

    Parameters
    ----------
    phase : PhaseView
        Whose neuron it is about.
    choices : list of Choice
    """

    phase: PhaseView = None  # type: ignore[assignment]
    choices: list[Choice] = field(default_factory=list)
    shown: bool = False

    def __post_init__(self):
        self.kind, self.name = "bifurcation", "bifurcation diagram"
        self.newest = Newest()
        self.choice = self.choices[0]
        self.y = self.phase.plane.variables[0]
        self._kept: dict[tuple, Diagram | Exception] = {}
        self._asked: tuple | None = None
        self._drawn: Diagram | None = None
        self._renewed: Callable[[object], object] = lambda _: None
        self._is_old, self._is_part = True, False
        self._of: object = None  # the plane that the problem was made for
        self._made: Problem
        self.reset()

    def choose(self, choice: Choice, y: str) -> None:
        """Show this parameter and this variable."""
        if choice != self.choice:
            self._drawn = None
        self.choice, self.y = choice, y
        self._side = Span(0.06)

    def reset(self) -> None:
        """Let the axes be chosen anew."""
        self._spans: dict[str, Span] = {}
        self._side = Span(0.06)

    def watch(self, renewed: Callable[[object], object]) -> None:
        """``renewed(None)`` is called from another thread when a diagram is ready."""
        self._renewed = renewed

    def close(self) -> None:
        """Give up what is being computed."""
        self.newest.close()

    @property
    def recorded(self) -> list:
        return []

    @property
    def x_label(self) -> tuple[str, str]:
        return self.choice.label, self.phase.plane.units.get(self.choice.name, "")

    @property
    def y_label(self) -> tuple[str, str]:
        return self.y, self.phase.plane.units.get(self.y, "")

    def spec(self) -> dict:
        name, unit = self.x_label
        return {
            **super().spec(),
            "x": {"name": name, "unit": unit},
            "variables": self.phase.plane.variables,
            "choices": [[one.label, one.control] for one in self.choices],
        }

    def describe_axes(self) -> str:
        return (
            f"Bifurcation diagram: equilibria of {self.y} over a parameter and the ends of its limit cycles, by class, "
            "with the value of now"
        )

    # ------------------------------------------------------------------ computing

    def wait_for(self, simulation, window: Window, seconds: float) -> None:
        """Return when the diagram of now is complete, or after so many seconds; not in a session's thread."""
        end = time.monotonic() + seconds
        self.find(simulation, window)
        while (self._is_old or self._is_part) and time.monotonic() < end:
            time.sleep(0.02)
            self.find(simulation, window)

    def find(self, simulation, window: Window) -> Diagram | Exception | None:
        """The diagram for the present values of everything else, the last one while that is computed, or None."""
        plane, choice = self.phase.plane, self.choice
        variables = plane.variables
        problem = self._problem()
        values = plane.values(problem, simulation)
        start = np.array([float(plane.readers[name](simulation)) for name in variables])
        box = self._box(simulation, window, start)
        others = tuple(values[name] for name in problem.free if name != choice.name)
        key = (plane.element, choice.name, *box.low, *box.high, *others)
        known = self._kept.get(key)
        self._is_old, self._is_part = known is None, isinstance(known, Diagram) and not known.is_complete
        if known is not None:
            self._drawn = known if isinstance(known, Diagram) else None
            if not self._is_part:
                return known
        ends = choice.slider.low, choice.slider.high
        me = weakref.ref(self)

        def keep(found: Diagram | Exception) -> None:
            view = me()
            if view is not None:
                view._keep(key, found)
                view._renewed(None)

        def work(unwanted: Unwanted) -> Diagram:
            found = diagram(problem, choice.name, ends, box, values, start, unwanted)
            keep(found)  # equilibria are seen while cycles are followed, which newer values end at once
            return with_cycles(found, problem, choice.name, ends, box, values, start, lambda: unwanted(True))

        if key != self._asked:
            self._asked = key
            self.newest.ask(work, keep)
        return self._drawn

    def _keep(self, key: tuple, found: Diagram | Exception) -> None:
        while len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[key] = found

    def _problem(self) -> Problem:
        plane = self.phase.plane
        if self._of is not plane:
            equations = [plane.equations[name] for name in plane.variables]
            read = dict.fromkeys(name for equation in equations for name in leaf_names(equation))
            self._made = Problem(equations, {}, [name for name in read if name not in plane.variables])
            self._of = plane
        return self._made

    def _box(self, simulation, window: Window, start: np.ndarray) -> Box:
        """Where the variables have been, and a good deal more; it grows in few jumps."""
        ends = []
        for name, now in zip(self.phase.plane.variables, start):
            span = self._spans.setdefault(name, Span(0.25))
            series = self.phase.series_of(name)
            seen = TraceView.values(simulation, series, self.phase.seen(window))
            span.include(np.concatenate([seen, [now], self.phase.reach(name)]))
            low, high = span.ends
            ends.append((low - WIDER * (high - low), high + WIDER * (high - low)))
        return Box(*np.array(ends, float).T)

    # ------------------------------------------------------------------ showing

    def _lines(self, found: Diagram | None) -> list[tuple[str, np.ndarray]]:
        """Parts of curves of one class: its name, and places of shape (n, 2). Of cycles the least and largest value."""
        column = self.phase.plane.variables.index(self.y)
        lines = []
        for branch in found.branches if found else ():
            places = np.column_stack([branch.parameter, branch.points[:, column]])
            lines += [(name, places[part]) for name, part in branch.runs()]
        for family in found.cycles if found else ():
            for ends in (family.low, family.high):
                places = np.column_stack([family.parameter, ends[:, column]])
                lines += [(name, places[part]) for name, part in family.runs()]
        return lines

    def _axes(self, found: Diagram | None, now: float) -> tuple[float, float]:
        side = self._side
        side.include(np.concatenate([[now], *(places[:, 1] for _, places in self._lines(found))]))
        return side.ends

    def _now(self, simulation) -> tuple[float, float]:
        plane = self.phase.plane
        return float(plane.readers[self.choice.name](simulation)), float(plane.readers[self.y](simulation))

    def told(self, one) -> str:
        """A special place for people."""
        column = self.phase.plane.variables.index(self.y)
        period = f", period {one.period:.4g} ms" if np.isfinite(one.period) else ""
        more = f", {one.told}" if one.told else ""
        return f"{self.choice.label} = {one.parameter:.6g}, {self.y} = {one.point[column]:.4g}{period}{more}"

    def frame(self, simulation, window: Window, columns: int, put) -> dict | None:
        """None, which hides it, while nobody has asked for it."""
        if not self.shown:
            return None
        result = self.find(simulation, window)
        found = result if isinstance(result, Diagram) else None
        parameter, y = self._now(simulation)
        column = self.phase.plane.variables.index(self.y)
        low, high = self._axes(found, y)
        return {
            "kind": "bifurcation",
            "title": self.headline,
            "axes": [list(self.x_label), list(self.y_label)],
            "control": self.choice.control,
            "x": [self.choice.slider.low, self.choice.slider.high],
            "y": [float(low), float(high)],
            "now": [parameter, y],
            "runs": [
                {"name": name, "colour": COLOURS.get(name, OTHER), "line": put(_single(places))}
                for name, places in self._lines(found)
            ],
            "specials": [
                {"x": one.parameter, "y": float(one.point[column]), "name": one.kind, "told": self.told(one)}
                for one in (found.specials if found else ())
            ],
            "note": self._note(result),
        }

    @property
    def headline(self) -> str:
        """The title."""
        return f"{self.y} over {self.choice.label}"

    def _note(self, result: Diagram | Exception | None) -> str:
        if self._is_old:
            return "computing\N{HORIZONTAL ELLIPSIS}"
        if self._is_part:
            return "following limit cycles\N{HORIZONTAL ELLIPSIS}"
        if isinstance(result, Exception):
            return f"no diagram: {result}"
        if result is not None and result.is_unfinished:
            return "some limit cycles were not followed to their end"
        return "" if result is not None and (result.branches or result.cycles) else "no equilibrium in sight"

    def panel(self, simulation, window: Window, columns: int) -> Panel | None:
        """The same for the saved picture: what there is of it."""
        if not self.shown:
            return None
        result = self.find(simulation, window)
        found = result if isinstance(result, Diagram) else None
        parameter, y = self._now(simulation)
        low, high = self._axes(found, y)
        items, named = [], set()
        for name, places in self._lines(found):
            told = "" if name in named else class_name(name)
            items.append(Line(told, *places.T, COLOURS.get(name, OTHER), dashed="stable" != name[:6]))
            named.add(name)
        items.append(Line("", np.full(2, parameter), np.array([low, high]), INK))
        column = self.phase.plane.variables.index(self.y)
        marks = [Point(one.kind, one.parameter, float(one.point[column])) for one in (found.specials if found else ())]
        slider = self.choice.slider
        ends = (float(slider.low), float(slider.high)), (float(low), float(high))
        marks.append(Point("now", parameter, y))
        return Panel(self.kind, self.headline, self.x_label, self.y_label, ends[0], items, ends[1], marks)

    def describe(self, simulation, window: Window) -> str:
        if not self.shown:
            return ""
        result = self.find(simulation, window)
        if not isinstance(result, Diagram):
            return self._note(result)
        classes = dict.fromkeys(class_name(name) for branch in result.branches for name, _ in branch.runs())
        cycles = dict.fromkeys(class_name(name) for family in result.cycles for name, _ in family.runs())
        found = [*classes, *cycles]
        places = [f"{one.kind} at {self.told(one)}" for one in result.specials]
        return "; ".join([f"equilibria and cycles of {self.headline}: {', '.join(found) or 'none'}", *places])


def with_bifurcation(subject):
    """The subject, with a diagram after its phase plane, where it has one and a slider that its equations read."""
    phase = next((view for view in subject.views if isinstance(view, PhaseView)), None)
    is_one = phase is not None and len(phase.groups) <= 1
    if is_one and not any(isinstance(view, BifurcationView) for view in subject.views):
        choices = choices_of(phase, subject.controls)
        if choices:
            place = next(k for k, view in enumerate(subject.views) if view is phase) + 1
            subject.views.insert(place, BifurcationView("", [], "bifurcation", phase=phase, choices=choices))
    return subject
