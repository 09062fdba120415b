"""The equations of one neuron over the memory of a running simulation, for its phase plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..analysis.problem import TIME, Problem, leaf_names
from ..dynamics.running import running_equations, with_inputs
from ..errors import ModelUseError
from ..ir.program import Monitor, Program, Slot
from ..ir.statements import Equation
from .inflow import added_early, fed, numbered, with_early
from .populations import Population

MOST_VARIABLES = 8
Reader = Callable[[object], float]
"""Reads a number of a simulation."""


@dataclass
class Plane:
    """What a phase plane needs of a model.

    Attributes
    ----------
    equations : mapping of str to Equation
        By variable; at least two.
    readers : dict of str to callable
        What the equations read -> where its value is in a simulation.
    states : dict of str to (object, state, index)
        Where each variable is.
    monitors : dict of str to (monitor, column)
        Where each variable is recorded.
    params : dict of str to (object, parameter)
        Where each parameter is that a step reads.
    inputs : dict of str to int
        Which input of the program each name is that is added to a state.
    units : dict of str to str
    element, size : int
        Which neuron of how many.
    at : callable
        ``at(k)`` is the plane of neuron `k`.
    """

    equations: Mapping[str, Equation]
    readers: dict[str, Reader]
    states: dict[str, tuple[str, str, int]]
    monitors: dict[str, tuple[int, int]]
    params: dict[str, tuple[str, str]] = field(default_factory=dict)
    inputs: dict[str, int] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    element: int = 0
    size: int = 1
    at: Callable[[int], Plane] | None = None

    @property
    def variables(self) -> list[str]:
        """What may be an axis."""
        return list(self.monitors)

    def problem(self, x: str, y: str) -> Problem:
        """The flow of two variables, with everything else free.

        Raises
        ------
        ModelUseError
            When a slope is no function of the neuron's own states.
        """
        equations = [self.equations[name] for name in (x, y)]
        read = dict.fromkeys(name for equation in equations for name in leaf_names(equation))
        return Problem(equations, {}, [name for name in read if name not in (x, y)])

    def values(self, problem: Problem, simulation) -> dict[str, float]:
        """What the free names of a problem are now."""
        return {name: float(self.readers[name](simulation)) for name in problem.free}

    def record(self, simulation) -> bool:
        """Have the monitors of a simulation look at this neuron from now on; whether they looked at another one."""
        moved = [simulation.point(monitor, np.array([self.element])) for monitor, _ in self.monitors.values()]
        return any(moved)


def recorded(program: Program, bindings, states: Mapping[str, tuple[str, str]]) -> tuple[Program, dict]:
    """A program that also records some variables of one neuron, the first one to begin with.

    Parameters
    ----------
    program : Program
    bindings : Bindings
        Of the program; the new monitors are entered.
    states : mapping of str to (object, state)
        Where each variable is.

    Returns
    -------
    Program
    dict of str to (monitor, column)
    """
    first = len(program.monitors)
    monitors = tuple(Monitor(owner, name, some=True) for owner, name in states.values())
    slots = tuple(Slot(one.target, "monitor", str(first + k)) for k, one in enumerate(monitors))
    bindings.indices.extend(np.zeros(1, np.int64) for _ in monitors)
    program = replace(program, monitors=(*program.monitors, *monitors), schedule=(*program.schedule, *slots))
    return program, {name: (first + k, 0) for k, name in enumerate(states)}


def of_state(owner: str, name: str, index: int = 0) -> Reader:
    """Reads a state."""
    return lambda simulation: simulation.field(owner, name)[index]


def of_fed_state(owner: str, name: str, index: int = 0, without: frozenset[int] = frozenset()) -> Reader:
    """Reads a state as the next step will see it, with its inputs, or all but some."""
    return lambda simulation: fed(simulation, owner, name, index, without)


def with_early_part(reader: Reader, monitors: tuple[int, int]) -> Reader:
    """Reads what another reader reads, and what synapses added in the last step before it was read."""
    return lambda simulation: reader(simulation) + added_early(simulation, monitors)


def of_input(number: int) -> Reader:
    """Reads an input that is one number."""
    return lambda simulation: float(simulation.get_input(number)[0])


def of_parameter(owner: str, name: str, index: int = 0) -> Reader:
    """Reads a parameter, of which there may be one per element."""

    def read(simulation) -> float:
        value = simulation.param(owner, name)
        return value if np.ndim(value) == 0 else value[index]

    return read


def at_time(simulation) -> float:
    """Reads the time."""
    return simulation.t


def constant(value: float) -> Reader:
    """What no step changes."""
    return lambda simulation: value


def plane_of_group(
    model,
    owner: str,
    monitors: dict[str, tuple[int, int]],
    size: int,
    program: Program,
    index: int = 0,
    early: Mapping[str, tuple[int, int]] | None = None,
) -> Plane:
    """The plane of a neuron of a group.

    Parameters
    ----------
    model : NeuType
    owner : str
        The group in the program.
    monitors : dict of str to (monitor, column)
        Where its variables are recorded.
    size, index : int
        Which neuron of how many.
    program : Program
        Whose inputs are those of the run.
    early : mapping of str to (int, int), optional
        By state, the monitors of ``inflow.with_early``.

    Raises
    ------
    ModelUseError
        When a slope reads what is no state and no parameter.
    """
    from ..dynamics.neutype_subject import NeuTypeSubject

    units = NeuTypeSubject(model).units
    params = {parameter.name: (owner, parameter.name) for parameter in model.ir.params}
    equations: Mapping[str, Equation] = equations_of_group(model)
    readers: dict[str, Reader] = {TIME: at_time}
    inputs: dict[str, int] = {}
    for state in model.ir.states:
        added = numbered(program, owner, state.name) if state.name not in equations else {}
        if added:
            equations = with_inputs(equations, state.name, list(added))
        inputs |= added
        if state.name in monitors:
            readers[state.name] = of_state(owner, state.name, index)
        else:
            readers[state.name] = of_fed_state(owner, state.name, index, frozenset(added.values()))
        if early and state.name in early:
            readers[state.name] = with_early_part(readers[state.name], early[state.name])
    readers |= {name: of_parameter(*place, index) for name, place in params.items()}
    readers |= {name: of_input(number) for name, number in inputs.items()}
    return _checked(
        Plane(
            equations,
            readers,
            {name: (owner, name, index) for name in monitors},
            monitors,
            params,
            inputs,
            units,
            index,
            size,
            lambda other: plane_of_group(model, owner, monitors, size, program, other, early),
        )
    )


def planes_of_groups(
    program: Program, bindings, groups: Sequence[tuple], notices: list[str]
) -> tuple[Program, list[tuple[Population, Plane]]]:
    """The planes of the groups of a network that have one.

    Parameters
    ----------
    program : Program
    bindings : Bindings
        Of the program; new monitors are entered.
    groups : sequence of (NeuType, str, Population)
        A model, the name of the group in the program, and its population, whose chosen neuron they record.
    notices : list of str
        Why a group has none although there might be one is appended.

    Returns
    -------
    Program
        That records what planes need.
    list of (Population, Plane)
    """
    found: list[tuple] = []
    for model, owner, population in groups:
        try:
            names = variables_of_group(model)
            if len(names) < 2:
                continue
            equations = equations_of_group(model)
            places = {name: (owner, name) for name in names if name not in population.watched}
            wider, numbers = recorded(program, bindings, places)
            monitors = {name: numbers.get(name) or (population.watched[name], 0) for name in names}
            read = {leaf for name in names for leaf in leaf_names(equations[name])}
            early = {}
            for state in model.ir.states:
                if state.name in read and state.name not in names:
                    wider, pair = with_early(wider, bindings, owner, state.name)
                    if pair is not None:
                        early[state.name] = pair
            plane_of_group(model, owner, monitors, population.size, wider, 0, early)
        except ModelUseError as error:
            notices.append(f"no phase plane of {population.name}: {error}")
            del bindings.indices[len(program.monitors) :]
            continue
        program = wider
        population.watched |= {name: monitor for name, (monitor, _) in numbers.items()}
        population.watched |= {f"{name} {k}": one for name, pair in early.items() for k, one in enumerate(pair)}
        found.append((population, (model, owner, monitors, population.size, early)))
    return program, [
        (population, plane_of_group(*known[:4], program, population.neuron, known[4])) for population, known in found
    ]


def equations_of_group(model) -> dict[str, Equation]:
    """The equations of a model as its steps run them, in the order in which the model has them.

    Raises
    ------
    ModelUseError
        When what an integrator is given cannot be followed.
    """
    from ..dynamics.neutype_subject import NeuTypeSubject

    running = running_equations(model.ir)
    names = dict.fromkeys([*NeuTypeSubject(model).equations, *running])
    return {name: running[name] for name in names if name in running}


def variables_of_group(model) -> list[str]:
    """The variables of a model that are integrated and that a group holds."""
    held = {state.name for state in model.ir.states}
    return [name for name in equations_of_group(model) if name in held]


def plane_of_element(element, laid, monitors: dict[str, tuple[int, int]], size: int) -> Plane:
    """The plane of an element of a model that is written as a class.

    Parameters
    ----------
    element : Element
    laid : Laid
        Of the same step.
    monitors : dict of str to (monitor, column)
        Where its variables are recorded.
    size : int
        How many elements there are.
    """
    readers: dict[str, Reader] = {TIME: at_time}
    states, params = {}, {}
    for name, source in element.slopes.sources.items():
        index = element.index
        if source.variable is not None:
            place = laid.places.get(source.variable)
            index = index if source.variable.size > 1 else 0
            if place is not None:
                states[name] = (*place, index)
        else:
            place = next(iter(laid.param_places.get((id(source.owner), source.attribute), ())), None)
            if place is not None:
                params[name] = place
        reads = of_parameter if source.variable is None else of_state if name in monitors else of_fed_state
        readers[name] = constant(source.value) if place is None else reads(*place, index)
    return _checked(
        Plane(
            element.slopes,
            readers,
            {name: states[name] for name in monitors},
            monitors,
            params,
            element=element.index,
            size=size,
            at=lambda other: plane_of_element(element.other(other), laid, monitors, size),
        )
    )


def sound_variables(equations: Mapping[str, Equation], among: Sequence[str] | None = None) -> tuple[list[str], str]:
    """Variables, `among` some, whose slope is a function of their own neuron, and what is said of the first that is
    not."""
    names, said = [], ""
    for name in equations if among is None else among:
        try:
            equations[name]
            names.append(name)
        except ModelUseError as error:
            said = said or str(error)
    return names, said


def _checked(plane: Plane) -> Plane:
    missing = [
        name
        for variable in plane.variables
        for name in leaf_names(plane.equations[variable])
        if name not in plane.readers
    ]
    if missing:
        raise ModelUseError(
            f"the slopes read {', '.join(dict.fromkeys(missing))}, which is no state and no parameter of the model: "
            "call the integrator with states and parameters as they are."
        )
    return plane
