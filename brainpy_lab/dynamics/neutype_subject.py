"""A `NeuType`, from a cell or from functions, as the subject of an analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import ModelUseError
from ..frontends.types_api import NeuGroup, NeuType
from ..ir.expr import Const
from ..ir.model import Model
from ..ir.program import Step
from ..ir.python_step import PythonStep
from ..ir.statements import Equation, If, Integrate, Statement, System, blocks
from .subject import Subject


class NeuTypeSubject(Subject):
    """The equations of a neuron model of the 0.3 API.

    Parameters
    ----------
    model : NeuType
    """

    model: NeuType

    def __init__(self, model: NeuType):
        super().__init__(
            model,
            model.name,
            _equations(model),
            dict(_params(model)),
            {state.name: state.default for state in model.ir.states},
            dict(model.ir.units) | {p.name: p.unit for p in model.ir.params if p.unit},
        )

    def run(
        self, names: Sequence[str], starts: np.ndarray, duration: float, fixed: Mapping[str, float], inputs: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """See `Subject.run`: a group with a neuron for each start. `inputs` are those of `NeuGroup.run`."""
        others = [name for name in self.equations if name not in names]
        own = {parameter.name for parameter in self.model.ir.params} - set(self.equations)
        pars = {name: value for name, value in (self.pars_update | dict(fixed)).items() if name in own}
        group = NeuGroup(self.frozen(others), len(starts), monitors=list(names), pars_update=pars)
        for name, value in fixed.items():
            if name in self.states:
                group.ST[name] = value
        for i, name in enumerate(names):
            group.ST[name] = starts[:, i]
        group.run(duration, inputs=inputs)
        # A monitor holds the values after each step.
        ts = np.asarray(group.mon.ts)
        dt = ts[1] - ts[0] if len(ts) > 1 else duration
        values = np.stack([np.vstack([starts[:, i], np.asarray(group.mon[name])]) for i, name in enumerate(names)], 1)
        return np.concatenate([ts, [ts[-1] + dt]]) - ts[0], values

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
