"""The equations of a neuron model as its steps run them: with what each integrator is given, not what it calls it.

``int_V(V, t, w, I)`` says how V moves for some `I`, and a step that calls it with ``ST['input'] + I_0`` says what `I`
is. A value that the step has just integrated counts as the state itself, and one that it has computed as what it was
computed from, so that everything is a function of states, parameters and time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import ModelUseError
from ..ir.expr import Binary, Expr, Field, Local, Select, map_children
from ..ir.model import Model
from ..ir.python_step import PythonStep
from ..ir.statements import Assign, Draw, Equation, If, Integrate, RingRead, Statement


def running_equations(model: Model) -> dict[str, Equation]:
    """The equations over states, parameters and time.

    Parameters
    ----------
    model : Model
        Of a neuron.

    Returns
    -------
    dict of str to Equation
        By state. Drift and lines name states and parameters only (as `Field` and `Param`).

    Raises
    ------
    ModelUseError
        When what an integrator is given cannot be followed: a random number, a value from the past, or the step is
        array code that stays Python.
    """
    reading = _Reading()
    for step in model.steps:
        if isinstance(step, PythonStep):
            if step.equations:
                why = f": {step.why.what}" if step.why else ""
                raise ModelUseError(
                    f'the step "{step.name}" stays Python, so nobody can tell what its integrators are given{why}.',
                    step.place,
                )
            continue
        reading.read(step.body)
    return reading.equations


def with_inputs(equations: Mapping[str, Equation], field: str, names: Sequence[str]) -> dict[str, Equation]:
    """The same with a name for each constant that flows into a state before it is read.

    Parameters
    ----------
    equations : mapping of str to Equation
    field : str
        The state.
    names : sequence of str
        What is added to it.

    Returns
    -------
    dict of str to Equation
        In which ``field`` has become ``field + name + ...``.
    """
    whole: Expr = Field("self", field)
    for name in names:
        whole = Binary("+", whole, Local(name))

    def change(node: Expr) -> Expr:
        return whole if node == Field("self", field) else map_children(node, change)

    return {
        variable: replace(
            equation,
            drift=change(equation.drift),
            lines=tuple((name, change(value)) for name, value in equation.lines),
        )
        for variable, equation in equations.items()
    }


class _Unknown(Exception):
    """A value that is no function of states, parameters and time."""


class _Reading:
    """What locals and changed states are worth, statement by statement; a text says why a value is not known."""

    def __init__(self) -> None:
        self.equations: dict[str, Equation] = {}
        self._known: dict[Expr, Expr | str] = {}

    def read(self, body: Sequence[Statement]) -> None:
        for statement in body:
            match statement:
                case Assign(target=target, value=value):
                    self._known[target] = self._tried(value)
                case If():
                    self._branch(statement)
                case Integrate():
                    self._integrate(statement)
                case Draw(target=target):
                    self._known[target] = f'the random number "{target.name}"'
                case RingRead(target=target, field=field):
                    self._known[target] = f'"{field}" as it was some time ago'

    def _branch(self, statement: If) -> None:
        condition = self._tried(statement.condition)
        before = dict(self._known)
        self.read(statement.then)
        then, self._known = self._known, before
        self.read(statement.otherwise)
        otherwise = self._known
        for name in {**then, **otherwise}:
            yes, no = then.get(name, name), otherwise.get(name, name)
            if yes == no:
                otherwise[name] = yes
            elif isinstance(name, Local) and (name not in then or name not in otherwise):
                otherwise[name] = yes if name in then else no  # it is read where it was assigned
            else:
                unknown = next((one for one in (condition, yes, no) if isinstance(one, str)), None)
                otherwise[name] = unknown or Select(condition, yes, no)  # type: ignore[arg-type]

    def _integrate(self, statement: Integrate) -> None:
        equations = statement.system.equations
        states = {}
        for equation, start in zip(equations, statement.values):
            state = self._tried(start)
            if isinstance(start, Field) and start.owner == "self":
                state = Field("self", start.name)  # also where it was reset before
            if not isinstance(state, Field):
                raise ModelUseError(
                    "an integrator starts from something else than a state, so there is no variable that it moves.",
                    equation.place,
                )
            states[equation.variable] = state
        for equation, result in zip(equations, statement.results):
            state = states[equation.variable]
            found = self._followed(equation, states)
            old = self.equations.setdefault(state.name, found)
            if old != found:
                raise ModelUseError(f'"{state.name}" is integrated by two different equations.', equation.place)
            self._known[Local(result)] = state
        for name in statement.extras:
            self._known[Local(name)] = f'"{name}", a second value of an integrator'

    def _followed(self, equation: Equation, states: Mapping[str, Field]) -> Equation:
        own: set[str] = set()
        try:
            lines = []
            for name, value in equation.lines:
                lines.append((name, self._worth(value, own, states)))
                own.add(name)
            drift = self._worth(equation.drift, own, states)
        except _Unknown as unknown:
            variable = states[equation.variable].name
            raise ModelUseError(f'the slope of "{variable}" reads {unknown}.', equation.place) from None
        return replace(
            equation,
            variable=states[equation.variable].name,
            drift=drift,
            lines=tuple(lines),
            diffusion=None,
            extras=(),
            noise=None,
        )

    def _tried(self, value: Expr) -> Expr | str:
        try:
            return self._worth(value)
        except _Unknown as unknown:
            return str(unknown)

    def _worth(self, node: Expr, own: set[str] | frozenset = frozenset(), states: Mapping[str, Field] | None = None):
        if isinstance(node, Local) and node.name in own:
            return node
        if isinstance(node, Local) and states and node.name in states:
            return states[node.name]
        if node in self._known:
            known = self._known[node]
            if isinstance(known, str):
                raise _Unknown(known)
            return known
        return map_children(node, lambda child: self._worth(child, own, states))
