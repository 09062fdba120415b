"""Points of a sweep over the parameters of one neuron model: many at once, as the neurons of one group.

Neurons of a group do not meet, so a neuron computes the same bits alone and among others, unless its model says
otherwise: `why_alone` lists the reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .measures import Measures
from .points import Outcome, Point
from .recording import Recording

MOST_TOGETHER = 256
MOST_BYTES = 64 * 2**20  # recorded values of one group


@dataclass
class NeuronJob:
    """A neuron model with all that a point needs besides its values.

    Parameters
    ----------
    model : NeuType
    duration, discard : float, ms
    measures : Measures
    settings : dict
        As of `settings.of_profile`.
    backend : str
    inputs : tuple
        As for ``NeuGroup.run``, the same for all points.
    record : list of str
        Variables to record besides those that the measures need.
    """

    model: object
    duration: float
    discard: float
    measures: Measures
    settings: dict
    backend: str
    inputs: tuple = ()
    record: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def n_steps(self) -> int:
        return steps_of(self.duration, self.settings["_dt"])

    def check(self, names) -> None:
        """Refuse parameters that the model has not, and variables that it does not compute."""
        known = {p.name: p.value for p in self.model.ir.params}
        for name in names:
            if name == "input" and self._takes_input:
                continue
            if name not in known:
                more = ["input"] if self._takes_input else []
                raise ModelUseError(
                    f'"{name}" is no parameter of {self.name}. Its parameters are {", ".join([*known, *more])}. '
                    f"{checks.near(name, [*known, *more])}"
                )
            if np.size(known[name]) != 1:
                raise ModelUseError(
                    f'"{name}" of {self.name} is an array of shape {np.shape(known[name])}, and a sweep sets numbers: '
                    "sweep a function that makes the group, as in bp.sweep(make, ...)."
                )
        states = [state.name for state in self.model.ir.states]
        for argument, names in (("measure", self.measures.variables), ("record", self.record)):
            for name in names:
                if name not in states:
                    raise ModelUseError(
                        f'"{argument}" asks for "{name}", which is no variable of {self.name}. Its variables are '
                        f"{', '.join(states)}. {checks.near(name, states)}"
                    )

    @property
    def _takes_input(self) -> bool:
        return any(state.name == "input" for state in self.model.ir.states)

    @property
    def recorded(self) -> list[str]:
        """The variables to record."""
        states = [s.name for s in self.model.ir.states if s.name not in ("input", "spike")]
        wanted = [*self.measures.variables, *self.record] + (states if self.measures.wants_all else [])
        return list(dict.fromkeys(wanted))

    def most_together(self, names) -> int:
        """How many points may be the neurons of one group."""
        if self.why_alone(names):
            return 1
        per_point = 8 * self.n_steps * max(1, len(self.recorded))
        return int(max(1, min(MOST_TOGETHER, MOST_BYTES // per_point))) if self.recorded else MOST_TOGETHER

    def why_alone(self, names) -> str:
        """Why a neuron could compute other bits among others than alone; '' when it cannot."""
        from ..frontends.types_api import Network, NeuGroup
        from ..frontends.types_api.program import has_noise
        from ..ir.expr import Element, walk
        from ..ir.python_step import python_steps
        from ..ir.statements import expressions
        from ..passes.typing import statements_of

        ir = self.model.ir
        if any(item.kind != "value" for item in ir.initial):
            return "it begins at random"
        if self.model.n not in (None, 1) or any(np.size(p.value) != 1 for p in ir.params):
            return "it states the number of its neurons"
        if python_steps(ir.steps):
            return "a step of it stays Python"
        if any(not isinstance(item, str) and not checks.is_number(item) for item in _flat(self.inputs)):
            return "its input is an array"
        program, _ = Network(NeuGroup(self.model, 1)).build_program()
        if has_noise(program):
            return "it has noise"
        for step in ir.steps:
            for statement in statements_of(step.body):
                if any(isinstance(node, Element) for tree in expressions(statement) for node in walk(tree)):
                    return "it counts its neurons"
        return ""

    def prepare(self, points: list[Point]) -> Callable[[Callable[[], bool]], list[Outcome]]:
        """Bind a program to points, under the settings that hold now; what is returned compiles and runs it.

        It takes a function that says whether to stop, and then returns nothing.
        """
        from ..frontends.types_api import Network, NeuGroup

        together = {name: np.array([point.values[name] for point in points]) for name in points[0].values}
        fed = together.pop("input", None)
        size = len(points)
        if size == 1:
            together = {name: float(values[0]) for name, values in together.items()}
        group = NeuGroup(self.model, size if size > 1 or self.model.n is None else None, pars_update=together)
        inputs = [(group, *item) for item in _listed(self.inputs)]
        if fed is not None:
            inputs.append((group, "ST.input", float(fed[0]) if size == 1 else fed.reshape(1, -1)))
        spikes = any(state.name == "spike" for state in self.model.ir.states) and self.measures.wants_spikes
        wanted = [(group, "spike")] * spikes + [(group, name) for name in self.recorded]
        program, bindings = Network(group).build_program(inputs, wanted, self.n_steps)

        def run(stopped: Callable[[], bool]) -> list[Outcome]:
            from ..runtime.build import build

            simulation = build(program, bindings, self.backend)
            if not advance(simulation, self.n_steps, stopped):
                return []
            simulation.sync()
            return [self._outcome(k, point, simulation, bindings, group, spikes) for k, point in enumerate(points)]

        return run

    def _outcome(self, k: int, point: Point, simulation, bindings, group, spikes: bool) -> Outcome:
        whole = self.model.n not in (None, 1)  # the model states how many neurons it has: all are one point
        per = slice(0, group.num) if whole else slice(k, k + 1)
        first = steps_of(self.discard, simulation.dt) if self.discard else 0

        def run() -> dict:
            refuse_lost({name: values[per] for name, values in _states(group)}, simulation.t)
            found = {}
            if spikes:
                steps, ids = simulation.monitor(0)
                keep = (steps >= first) & (ids >= per.start) & (ids < per.stop)
                found = {self.name: (steps[keep] * simulation.dt, ids[keep] - per.start)}
            # Contiguous, as of a neuron alone: NumPy sums strided columns in another order.
            values = {
                name: lambda number=spikes + number: np.ascontiguousarray(simulation.monitor(number)[first:, per])
                for number, name in enumerate(self.recorded)
            }
            ts = np.arange(first, self.n_steps) * simulation.dt
            size = {self.name: per.stop - per.start} if spikes else {}
            return self.measures.of(Recording(ts, simulation.dt, point.values, size, found, values))

        return guarded(point, run)

    def run(self, points: list[Point]) -> list[Outcome]:
        """Compute points, in whatever process this is."""
        from .settings import applied

        try:
            with applied(self.settings, points[0].seed):
                return self.prepare(points)(lambda: False)
        except Exception as error:
            return [failed(point, error) for point in points]


def _states(group):
    return [
        (name, group.state_array(name)) for name in dict.keys(group.ST) if group.state_array(name).dtype.kind == "f"
    ]


def refuse_lost(states: dict[str, np.ndarray], t: float) -> None:
    """Raise for a state that is infinite or no number: what was measured means nothing."""
    for name, values in states.items():
        if not np.isfinite(values).all() and name != "t_last_spike":
            raise ArithmeticError(
                f"{name} is {values[~np.isfinite(values)][0]} at t = {t:g} ms: the step may be too long for these "
                "values. Try a smaller dt."
            )


def advance(simulation, n_steps: int, stopped: Callable[[], bool]) -> bool:
    """Run from t = 0, in chunks; False when told to stop."""
    simulation.begin(0.0, n_steps)
    while simulation.run_step < n_steps:
        if stopped():
            return False
        simulation.advance(min(simulation.chunk_steps(), n_steps - simulation.run_step))
    return True


def guarded(point: Point, run: Callable[[], dict]) -> Outcome:
    """The outcome of a point, an error too."""
    try:
        return Outcome(point.index, run())
    except Exception as error:  # whatever a model or a measure raises belongs to this point
        return failed(point, error)


def failed(point: Point, error: BaseException) -> Outcome:
    import traceback

    return Outcome(point.index, None, (type(error).__name__, str(error), "".join(traceback.format_exception(error))))


def steps_of(duration: float, dt: float) -> int:
    from ..runtime.plain_run import count_steps

    return count_steps(0.0, duration, dt)


def _listed(inputs) -> list[tuple]:
    """Inputs of one group as a list of tuples."""
    if not inputs:
        return []
    return [tuple(item) for item in inputs] if isinstance(inputs[0], (list, tuple)) else [tuple(inputs)]


def _flat(inputs):
    for item in _listed(inputs):
        yield from item
