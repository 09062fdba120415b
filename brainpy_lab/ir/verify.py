"""Does a program keep the rules? Checked once, before anything is compiled; `ir.rules` lists what is checked."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from keyword import iskeyword
from typing import Protocol

from ..errors import ModelError
from .expr import DTYPES
from .model import Model
from .place import Place
from .program import Input, Monitor, Population, Program, Projection, Slot, State, Step
from .python_step import python_steps
from .rules import Problem
from .verify_step import MOST_DRAWS, Scope, check_step, check_value
from .zero_by_zero import zero_by_zero

SHOWN = 3


class TakesNoise(Protocol):
    """What is asked of an integration method."""

    @property
    def noise(self) -> object: ...

    @property
    def draws(self) -> int: ...


Methods = Mapping[str, TakesNoise]


def verify(thing: Program | Model, methods: Methods | None = None) -> None:
    """Check a program or a model. What is merely suspicious is told by `warnings`.

    Parameters
    ----------
    thing : Program or Model
    methods : mapping of str to method, optional
        The integration methods that exist, each with an attribute ``noise`` that is true where it takes noise, and
        ``draws``, how many normal numbers it draws for each; without it any name will do.

    Raises
    ------
    ModelError
        Once, with the first three broken rules and the number of the others.
    """
    found = problems(thing, methods)
    if found:
        lines = [found[0].message, *(str(problem) for problem in found[1:SHOWN])]
        if len(found) > SHOWN:
            more = len(found) - SHOWN
            lines.append(f"and {more} more problem{'s' if more > 1 else ''}")
        raise ModelError("\n".join(lines), place=found[0].place)


def problems(thing: Program | Model, methods: Methods | None = None) -> list[Problem]:
    """Every broken rule, in the order of the program; each mistake is told once."""
    check = _Check(methods)
    if isinstance(thing, Model):
        check.model(thing)
    else:
        check.program(thing)
    return list(dict.fromkeys(check.found))


def warnings(thing: Program | Model) -> list[Problem]:
    """What is allowed but probably not meant, for every step."""
    found: list[Problem] = []
    if isinstance(thing, Model):
        named = [(f"{thing.kind} {thing.name!r}", thing.steps)]
    else:
        named = [(_called(item), item.steps) for item in thing.objects]
    for where, steps in named:
        for step in steps:
            found += zero_by_zero(step, f"{where}, step {step.name!r}")
    return list(dict.fromkeys(found))


def _called(item: Population | Projection) -> str:
    kind = "population" if isinstance(item, Population) else "projection"
    return f"{kind} {item.name!r} ({item.model})"


@dataclass(frozen=True)
class _Named:
    """What populations, projections and models have in common."""

    where: str
    states: tuple[State, ...]
    params: tuple[str, ...]
    steps: tuple[Step, ...]
    rings: frozenset[str] | None = frozenset()
    random_edges: bool = False


class _Check:
    def __init__(self, methods: Methods | None):
        self.noise = None
        if methods is not None:
            self.noise = {name: method.draws if method.noise else 0 for name, method in methods.items()}
        self.found: list[Problem] = []
        self.one: dict[str, frozenset[str] | None] = {}
        self.most_draws = MOST_DRAWS

    def tell(self, rule: str, message: str, place: Place | None = None) -> None:
        self.found.append(Problem(rule, message, place))

    # -- objects -----------------------------------------------------------------------------------------------------

    def program(self, program: Program) -> None:
        if program.float_type not in ("float64", "float32"):
            self.tell("float-type-known", f"the program's float type is {program.float_type!r}; "
                                          "choose 'float64' or 'float32'")
        objects = {item.name: item for item in program.objects}
        if program.joint_sites:
            self.most_draws = 2**31
        one = objects.get(program.one)
        if isinstance(one, Population):
            self.one = {"one": _names(one.states)}
        elif program.one:
            self.tell("one-exists", f"the program reads {program.one!r} everywhere, but that is no population of it; "
                                    f"objects are {_list(objects)}")
        self.unique("the program", "object", [item.name for item in program.objects])
        for item in program.objects:
            where = _called(item)
            for name in sorted(item.spread - set(item.params)):
                self.tell("spread-declared", f"{where}: {name!r} has one value per element but is no parameter; "
                                             f"parameters are {_list(item.params)}")
            if isinstance(item, Projection):
                named = _Named(where, item.states, item.params, item.steps, None, item.layout == "random")
                self.projection(item, where, named, objects)
                continue
            if not item.states:
                self.tell("population-has-state", f"{where} has no states, so nothing says how many neurons it has; "
                                                  "give it one")
            for name, length in item.rings:
                if length < 2:
                    self.tell("delay-range", f"{where}: the delay ring of {name!r} has {length} places, expected 2 or "
                                             "more")
            named = _Named(where, item.states, item.params, item.steps, frozenset(dict(item.rings)))
            self.named(named, {"self": _names(item.states), **self.one})
        for slot in program.schedule:
            self.slot(slot, program, objects)
        for index, source in enumerate(program.inputs):
            self.input(index, source, objects)
        for index, monitor in enumerate(program.monitors):
            self.monitor(index, monitor, objects)

    def projection(self, item: Projection, where: str, named: _Named,
                   objects: Mapping[str, Population | Projection]) -> None:
        ends: dict[str, frozenset[str] | None] = {"self": _names(item.states), **self.one}
        for owner, name in (("pre", item.pre), ("post", item.post)):
            end = objects.get(name)
            ends[owner] = _names(end.states) if isinstance(end, Population) else None
            if not isinstance(end, Population):
                what = "is a projection" if end is not None else "is not in the program"
                self.tell("projection-ends-exist", f"{where}: its {owner} population {name!r} {what}; populations are "
                          f"{_list(name for name, one in objects.items() if isinstance(one, Population))}")
        if item.layout not in ("rows", "runs", "list", "random"):
            self.tell("layout-known", f"{where}: its edges are stored as {item.layout!r}; "
                                      "choose 'rows', 'runs', 'list' or 'random'")
        if item.layout == "random":
            kept = [*(state.name for state in item.states), *sorted(item.spread)]
            if kept or item.matrix or python_steps(item.steps):
                what = f"keep {_list(kept)}" if kept else "have a step that stays Python"
                self.tell("random-edges-keep-nothing", f"{where}: its edges are random, so they are made anew in every "
                                                       f"step, but they {what}; store them as 'rows'")
        if item.delay_steps < 1:
            self.tell("delay-range", f"{where}: its delay ring has {item.delay_steps} places, expected 1 or more")
        self.named(named, ends)

    def model(self, model: Model) -> None:
        where = f"{model.kind} {model.name!r}"
        if model.kind not in ("neuron", "synapse"):
            self.tell("kind-known", f"model {model.name!r} is a {model.kind!r}; choose 'neuron' or 'synapse'")
        states: dict[str, frozenset[str] | None] = {"self": _names(model.states)}
        if model.kind != "neuron":
            states |= {"pre": None, "post": None}
        params = tuple(param.name for param in model.params)
        rings = None if model.kind != "neuron" else frozenset[str]()
        self.named(_Named(where, model.states, params, model.steps, rings), states)
        for item in model.initial:
            here = f"{where}, initial value of {item.state!r}"
            if item.state not in (states["self"] or ()):
                self.tell("state-declared", f"{here}: this state is not declared; declared are "
                                            f"{_list(_names(model.states))}", item.place)
            wanted = {"value": 1, "uniform": 2, "normal": 2}.get(item.kind)
            if wanted != len(item.args):
                self.tell("initial-form", f"{here}: {item.kind!r} with {len(item.args)} numbers; use one value, or "
                                          "uniform or normal with two", item.place)
            scope = Scope(here, {}, frozenset(params), "initial-form")
            for arg in item.args:
                check_value(arg, scope, set(), item.place, self.found)

    def named(self, item: _Named, states: Mapping[str, frozenset[str] | None]) -> None:
        for kind, names in (("state", [state.name for state in item.states]), ("parameter", list(item.params)),
                            ("step", [step.name for step in item.steps])):
            self.unique(item.where, kind, names)
            for name in names:
                if not name.isidentifier() or iskeyword(name) and kind != "state":
                    self.tell("names-are-identifiers", f"{item.where}: the {kind} {name!r} is not a name; use letters, "
                                                       "digits and underscores, and no Python keyword")
        for state in item.states:
            if state.dtype not in DTYPES:
                self.tell("state-dtype-known", f"{item.where}: state {state.name!r} is {state.dtype!r}; "
                                               "choose 'real', 'f64' for times, 'bool' or 'int'")
        sites: dict[int, str] = {}
        for step in item.steps:
            scope = Scope(f"{item.where}, step {step.name!r}", states, frozenset(item.params), noise=self.noise,
                          sites=sites, delayed=step.delayed, rings=item.rings, most_draws=self.most_draws,
                          random_edges=item.random_edges)
            check_step(step, scope, self.found)

    def unique(self, where: str, kind: str, names: list[str]) -> None:
        if len(set(names)) == len(names):
            return
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.tell("unique-names", f"{where} has {names.count(name)} {kind}s called {name!r}; rename all but one")

    # -- what happens in a step --------------------------------------------------------------------------------------

    def slot(self, slot: Slot, program: Program, objects: Mapping[str, Population | Projection]) -> None:
        where = f"schedule, {slot.what} {slot.name!r} of {slot.target!r}"
        item = objects.get(slot.target)
        if item is None:
            self.tell("schedule-names-exist", f"{where}: there is no such object; objects are {_list(objects)}")
        elif slot.what == "step":
            steps = [step.name for step in item.steps]
            if slot.name not in steps:
                self.tell("schedule-names-exist", f"{where}: there is no such step; steps are {_list(steps)}")
        elif slot.what in ("input", "monitor"):
            specs: tuple[Input | Monitor, ...] = program.inputs if slot.what == "input" else program.monitors
            if not slot.name.isdecimal() or int(slot.name) >= len(specs):
                self.tell("schedule-names-exist", f"{where}: the program has {len(specs)} {slot.what}s, "
                                                  "numbered from 0")
            elif specs[int(slot.name)].target != slot.target:
                self.tell("schedule-names-exist", f"{where}: {slot.what} {slot.name} belongs to "
                                                  f"{specs[int(slot.name)].target!r}; name that object")
        else:
            self.tell("schedule-names-exist", f"{where}: a slot is a 'step', an 'input' or a 'monitor'")

    def input(self, index: int, spec: Input, objects: Mapping[str, Population | Projection]) -> None:
        where = f"input {index} ({spec.target}.{spec.field})"
        if spec.op not in ("=", "+", "-", "*", "/"):
            self.tell("input-op-known", f"{where}: the operator is {spec.op!r}; choose one of = + - * /")
        if spec.source not in ("number", "array", "series", "table", "wave", "events"):
            self.tell("input-source-known", f"{where}: the source is {spec.source!r}; choose 'number', 'array', "
                                            "'series', 'table', 'wave' or 'events'")
        if spec.source == "events" and spec.op != "=":
            self.tell("input-op-known", f"{where}: the operator of events is {spec.op!r}; events are set by =")
        self.target("input-target-exists", where, spec.target, spec.field, objects)

    def monitor(self, index: int, spec: Monitor, objects: Mapping[str, Population | Projection]) -> None:
        where = f"monitor {index} ({spec.target}.{spec.field})"
        if spec.kind not in ("dense", "events"):
            self.tell("monitor-kind-known", f"{where}: the kind is {spec.kind!r}; choose 'dense' or 'events'")
        self.target("monitor-target-exists", where, spec.target, spec.field, objects)

    def target(self, rule: str, where: str, name: str, field: str,
               objects: Mapping[str, Population | Projection]) -> None:
        item = objects.get(name)
        if item is None:
            self.tell(rule, f"{where}: there is no object {name!r}; objects are {_list(objects)}")
        elif field not in _names(item.states) | item.attributes:
            self.tell(rule, f"{where}: {name!r} has no state {field!r}; its states are {_list(_names(item.states))}")


def _names(states: tuple[State, ...]) -> frozenset[str]:
    return frozenset(state.name for state in states)


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
