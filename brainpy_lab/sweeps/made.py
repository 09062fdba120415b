"""Points of a sweep over what a function makes or returns, and over the attributes of a model of classes."""

from __future__ import annotations

import copy
import inspect
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .measures import Measures, named
from .neurons import advance, failed, guarded, refuse_lost, steps_of
from .points import Outcome, Point
from .recording import Recording


def is_model(made: Any) -> bool:
    """Whether something can be run with inputs, which may be beside it."""
    from ..frontends.objects_api.base import DynamicalSystem
    from ..frontends.types_api import Network, NeuGroup

    return isinstance(made, Network | NeuGroup | DynamicalSystem)


@dataclass
class MadeJob:
    """A function that makes a model for the values of a point, or that returns the result itself.

    Parameters
    ----------
    make : callable
        Gets the values as keywords, and the seed where it has a parameter of that name.
    called : str
    duration : float or None, ms
    discard : float, ms
    measures : Measures
    settings, backend, inputs, record
        As for `NeuronJob`.
    """

    make: object
    called: str
    duration: float | None
    discard: float
    measures: Measures
    settings: dict
    backend: str
    inputs: tuple = ()
    record: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.called

    def check(self, names) -> None:
        """Refuse names that the function does not take."""
        if isinstance(self.make, Changed):
            for name in names:
                self.make.find(name)
            return
        try:
            signature = inspect.signature(self.make)
        except (TypeError, ValueError):
            return  # a builtin does not tell
        known = [
            name
            for name, one in signature.parameters.items()
            if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
        ]
        takes_any = any(one.kind is one.VAR_KEYWORD for one in signature.parameters.values())
        for name in names:
            if name not in known and not takes_any:
                raise ModelUseError(
                    f'{self.name} takes no argument "{name}". Its arguments are {", ".join(known) or "none"}. '
                    f"{checks.near(name, known)}"
                )
        missing = [
            name
            for name in known
            if signature.parameters[name].default is inspect.Parameter.empty and name not in names and name != "seed"
        ]
        if missing:
            raise ModelUseError(
                f'{self.name} needs "{missing[0]}", which has no default and is not swept: give {missing[0]}=[...], or '
                f"fix it with functools.partial({self.name}, {missing[0]}=...)."
            )

    def run(self, points: list[Point]) -> list[Outcome]:
        """Compute points one after the other, in whatever process this is."""
        return [self.run_one(point) for point in points]

    def run_one(self, point: Point) -> Outcome:
        from .settings import applied

        try:
            with applied(self.settings, point.seed):
                return guarded(point, lambda: self._measured(point))
        except Exception as error:
            return failed(point, error)

    def _measured(self, point: Point) -> dict:
        from ..frontends.objects_api.base import DynamicalSystem
        from ..frontends.objects_api.runner import DSRunner
        from ..frontends.types_api import Network, NeuGroup

        made, inputs = self.made(point)
        if isinstance(made, (Network, NeuGroup)):
            return self._of_groups(made, inputs, point)
        if isinstance(made, (DynamicalSystem, DSRunner)):
            return self._of_objects(made, inputs, point)
        return named("result", made)

    def made(self, point: Point) -> tuple[Any, Any]:
        """What the function gives for the values of a point, and its inputs: those of the sweep, or its own."""
        values = dict(point.values)
        try:
            takes_seed = "seed" in inspect.signature(self.make).parameters
        except (TypeError, ValueError):
            takes_seed = False
        if takes_seed and "seed" not in values:
            values["seed"] = point.seed
        made = self.make(**values)
        return made if isinstance(made, tuple) and len(made) == 2 and is_model(made[0]) else (made, self.inputs)

    def _n_steps(self) -> int:
        if self.duration is None:
            raise ModelUseError(f"how long shall {self.name} run? Give duration=500., say, in ms.")
        return steps_of(self.duration, self.settings["_dt"])

    def _of_groups(self, made, inputs, point: Point) -> dict:
        from ..frontends.types_api import Network, NeuGroup
        from ..runtime.build import build

        n_steps, net = self._n_steps(), made
        if isinstance(made, NeuGroup):
            net = Network(made)
            inputs = _of_group(made, inputs)
        groups = {name: item for name, item in _names(net).items() if isinstance(item, NeuGroup)}
        spiking = {n: g for n, g in groups.items() if any(s.name == "spike" for s in g.model.ir.states)}
        if not self.measures.wants_spikes:
            spiking = {}
        variables = _variables(groups, [*self.measures.variables, *self.record])
        wanted = [(group, "spike") for group in spiking.values()] + [(g, state) for g, state in variables.values()]
        program, bindings = net.build_program(inputs, wanted, n_steps)
        own = len(net.layout.monitors) - len(wanted)  # what the groups record themselves comes first
        simulation = build(program, bindings, self.backend)
        advance(simulation, n_steps, lambda: False)
        simulation.sync()
        for name, group in groups.items():
            fields = {f"{name}.{key}": group.state_array(key) for key in dict.keys(group.ST)}
            refuse_lost({key: array for key, array in fields.items() if array.dtype.kind == "f"}, simulation.t)
        first = steps_of(self.discard, simulation.dt) if self.discard else 0
        spikes = {}
        for number, name in enumerate(spiking):
            steps, ids = simulation.monitor(own + number)
            spikes[name] = (steps[steps >= first] * simulation.dt, ids[steps >= first])
        values = {name: _rows(simulation, own + len(spiking) + number, first) for number, name in enumerate(variables)}
        sizes = {name: group.num for name, group in spiking.items()}
        ts = np.arange(first, n_steps) * simulation.dt
        return self.measures.of(Recording(ts, simulation.dt, point.values, sizes, spikes, values))

    def _of_objects(self, made, inputs, point: Point) -> dict:
        from ..frontends.objects_api.groups import NeuDyn
        from ..frontends.objects_api.runner import DSRunner
        from ..math.variable import Variable

        self._n_steps()
        given = made if isinstance(made, DSRunner) else None
        model = made.target if given is not None else made
        paths = {id(node): path or getattr(model, "name", self.name) for path, node in model.nodes("relative").items()}
        groups = {paths[id(n)]: n for n in model.nodes().unique().values() if isinstance(n, NeuDyn)}
        spiking = {name: g for name, g in groups.items() if isinstance(vars(g).get("spike"), Variable)}
        if not self.measures.wants_spikes:
            spiking = {}
        variables = list(dict.fromkeys([*self.measures.variables, *self.record]))
        monitors = {f"spikes of {name}": _reads(group.spike) for name, group in spiking.items()}
        monitors |= {name: name for name in variables}
        runner = DSRunner(model, inputs=inputs, monitors=monitors, dt=self.settings["_dt"], progress_bar=False)
        if given is not None and not runner.inputs:
            runner.inputs = given.inputs
        runner.run(self.duration)
        dt, first = runner.dt, steps_of(self.discard, runner.dt) if self.discard else 0
        for name, group in groups.items():
            held = {f"{name}.{k}": v.numpy() for k, v in vars(group).items() if isinstance(v, Variable)}
            refuse_lost(
                {k: v for k, v in held.items() if v.dtype.kind == "f" and not k.endswith("t_last_spike")},
                len(runner.mon.ts) * dt,
            )
        spikes, sizes = {}, {}
        for name, group in spiking.items():
            rows = np.asarray(runner.mon[f"spikes of {name}"]).reshape(len(runner.mon.ts), -1)[first:]
            steps, ids = np.nonzero(rows)
            spikes[name], sizes[name] = ((steps + first) * dt, ids), group.num
        values = {name: lambda name=name: np.asarray(runner.mon[name])[first:] for name in variables}
        ts = np.asarray(runner.mon.ts)[first:]
        return self.measures.of(Recording(ts, dt, point.values, sizes, spikes, values))


class Changed:
    """Makes copies of a model of classes with other attributes: ``tau``, or ``'E.tau'`` of a part."""

    def __init__(self, model):
        self.model = model

    def __call__(self, **values):
        model = copy.deepcopy(self.model)
        for path, value in values.items():
            owner, name = self.find(path, model)
            setattr(owner, name, value)
        return model

    def find(self, path: str, model=None):
        """The part that holds an attribute, and the attribute's name.

        Raises
        ------
        ModelUseError
            When there is no such attribute, or it is no number.
        """
        model = self.model if model is None else model
        where, _, name = path.rpartition(".")
        owner = model.nodes("relative").get(where) if where else model
        known = {
            f"{at}.{key}" if at else key: value
            for at, node in model.nodes("relative").items()
            for key, value in vars(node).items()
            if key[0] != "_" and checks.is_number(value) and not isinstance(value, bool)
        }
        if owner is None or path not in known:
            raise ModelUseError(
                f'"{path}" is no number that {model.name} holds. Its numbers are {", ".join(known) or "none"}. '
                f"{checks.near(path, known)}"
            )
        return owner, name


def _rows(simulation, number: int, first: int):
    return lambda: simulation.monitor(number)[first:]


def _reads(variable):
    return lambda: variable.value


def _of_group(group, inputs):
    from .neurons import _listed

    return [(group, *item) if isinstance(item[0], str) else item for item in _listed(inputs)]


def _names(net) -> dict:
    """Name -> object, each once, under the name that the person chose where there is one."""
    named_: dict[int, str] = {}
    for name, item in net.objects.items():
        named_[id(item)] = name  # a keyword comes after the object's own name
    return {named_[id(item)]: item for item in net.members}


def _variables(groups: dict, names: list[str]) -> dict:
    """'E.V', or 'V' where one group has it -> group and state."""
    found = {}
    for name in dict.fromkeys(names):
        where, _, state = name.rpartition(".")
        holders = [
            group
            for key, group in groups.items()
            if where in ("", key) and any(one.name == state for one in group.model.ir.states)
        ]
        if len(holders) != 1:
            known = [f"{key}.{one.name}" for key, group in groups.items() for one in group.model.ir.states]
            what = "is in several groups" if holders else "is no variable of any group"
            raise ModelUseError(f'"{name}" {what}. Choose one of {", ".join(known)}. {checks.near(name, known)}')
        found[name] = (holders[0], state)
    return found
