"""What of a model an analysis looks at: its differential equations, and values for all that they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .. import checks
from ..analysis.problem import Problem, leaf_names
from ..errors import ModelUseError
from ..frontends.types_api import NeuType
from ..ir.expr import Const
from ..ir.model import Model
from ..ir.program import Step
from ..ir.python_step import PythonStep
from ..ir.statements import Equation, If, Integrate, Statement, System, blocks


class Subject:
    """The differential equations of a neuron model and the values of an analysis.

    Parameters
    ----------
    model : NeuType
    pars_update : dict or None
        Parameter -> number, instead of the model's value.

    Attributes
    ----------
    equations : dict of str to Equation
        By variable, in the names that the user wrote.
    """

    def __init__(self, model, pars_update):
        if not isinstance(model, NeuType):
            raise checks.wrong("model", model, "a NeuType", "Give a neuron model, such as bp.models.get_HH().")
        self.model = model
        self.params = dict(_params(model))
        self.states = {state.name: state.default for state in model.ir.states}
        self.units = dict(model.ir.units) | {p.name: p.unit for p in model.ir.params if p.unit}
        self.equations = _equations(model)
        self.pars_update = {}
        for name, value in checks.mapping("pars_update", pars_update, "parameters and numbers").items():
            if name not in self.params:
                raise ModelUseError(
                    f'"pars_update" names "{name}", which is no parameter of "{model.name}". '
                    f"Its parameters are: {', '.join(self.params) or 'none'}. {checks.near(name, self.params)}"
                )
            self.pars_update[name] = checks.number(f"pars_update['{name}']", value)
        self.params.update(self.pars_update)

    @property
    def read_names(self) -> list[str]:
        """Everything that the equations read."""
        return list(dict.fromkeys(name for equation in self.equations.values() for name in leaf_names(equation)))

    def check_targets(self, names: Sequence[str], what: str) -> None:
        """Every name must be the variable of a differential equation."""
        for name in names:
            if name not in self.equations:
                known = ", ".join(self.equations) or "none"
                raise ModelUseError(
                    f'{what} "{name}" is not a dynamical variable. The dynamical variables of '
                    f'"{self.model.name}" are: {known}. {checks.near(name, self.equations)}'
                )

    def checked_fixed(self, fixed, taken: Sequence[str]) -> dict[str, float]:
        """The numbers of `fixed_vars`, each with a name that the model knows."""
        known = [*self.read_names, *self.states, *self.params, *self.equations]
        values = {}
        for name, value in checks.mapping("fixed_vars", fixed, "names and numbers").items():
            if name in taken:
                raise ModelUseError(f'"{name}" is fixed in "fixed_vars" and varied too: leave it out of one.')
            if name not in known:
                raise ModelUseError(
                    f'"fixed_vars" names "{name}", which "{self.model.name}" does not read. '
                    f"Its equations read: {', '.join(self.read_names)}. Name one of those, or leave it out."
                )
            values[name] = checks.number(f"fixed_vars['{name}']", value)
        return values

    def problem(self, targets: Sequence[str], fixed: Mapping[str, float], free: Sequence[str] = ()) -> Problem:
        """The equations of the targets, everything else at its fixed value.

        States that are not given start at the default of the state container, parameters at the model's value.
        """
        values: dict[str, float] = {}
        wanted = {name for target in targets for name in leaf_names(self.equations[target])}
        for name in wanted - set(free) - set(fixed):
            if name in self.params:
                values[name] = checks.number(name, self.params[name])
            elif name in self.states:
                values[name] = self.states[name]
        return Problem([self.equations[name] for name in targets], {**values, **fixed}, free)

    def label(self, name: str) -> str:
        """The name on an axis, with its unit where the model states one."""
        return f"{name} ({self.units[name]})" if self.units.get(name) else name

    def rate_label(self, name: str) -> str:
        """The derivative of a variable on an axis."""
        return f"d{name}/dt ({self.units[name]}/ms)" if self.units.get(name) else f"d{name}/dt (1/ms)"

    def frozen(self, names: Sequence[str]) -> NeuType:
        """The model with some of its variables at rest: their equations become dx/dt = 0."""
        names = [name for name in names if name in self.equations]
        if not names:
            return self.model
        places = {self.equations[name].place for name in names}
        steps = tuple(_at_rest(step, places) for step in self.model.ir.steps)
        model: Model = replace(self.model.ir, steps=steps)
        held = NeuType.from_model(model, self.model.n)
        held.requires, held.hand_overs = self.model.requires, self.model.hand_overs
        return held


def _params(model: NeuType) -> Iterator[tuple[str, object]]:
    for integrator in model.integrators:
        yield from ((name, seen.value) for name, seen in integrator.read().record.params.items())
    yield from ((parameter.name, parameter.value) for parameter in model.ir.params)


def _equations(model: NeuType) -> dict[str, Equation]:
    if model.integrators:  # the equations as the user wrote them: a step calls them by names of its own
        found = [integrator.read().equation for integrator in model.integrators]
    else:
        found = [
            equation
            for step in model.ir.steps
            if not isinstance(step, PythonStep)
            for statement in step.body
            for equation in _integrated(statement)
        ]
    table: dict[str, Equation] = {}
    for equation in found:
        if equation.variable in table and table[equation.variable] != equation:
            raise ModelUseError(
                f'"{model.name}" integrates "{equation.variable}" by two different equations: an analysis needs one.',
                equation.place,
            )
        table[equation.variable] = equation
    return table


def _integrated(statement: Statement) -> Iterator[Equation]:
    if isinstance(statement, Integrate):
        yield from statement.system.equations
    for block in blocks(statement):
        for inner in block:
            yield from _integrated(inner)


def _at_rest(step: Step, places: set) -> Step:
    if isinstance(step, PythonStep):
        return replace(step, equations=tuple(replace(e, system=_held(e.system, places)) for e in step.equations))
    return replace(step, body=tuple(_statement_at_rest(statement, places) for statement in step.body))


def _statement_at_rest(statement: Statement, places: set) -> Statement:
    if isinstance(statement, If):
        then, otherwise = (
            tuple(_statement_at_rest(inner, places) for inner in block)
            for block in (statement.then, statement.otherwise)
        )
        return replace(statement, then=then, otherwise=otherwise)
    if isinstance(statement, Integrate):
        return replace(statement, system=_held(statement.system, places))
    return statement


def _held(system: System, places: set) -> System:
    equations = tuple(
        replace(equation, drift=Const(0.0), diffusion=None) if equation.place in places else equation
        for equation in system.equations
    )
    return replace(system, equations=equations)
