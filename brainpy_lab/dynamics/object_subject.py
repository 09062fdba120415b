"""One element of a model that is written as a class, as the subject of an analysis."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import checks, profile
from ..analysis.problem import Problem
from ..errors import ModelUseError
from ..frontends.objects_api.base import DynamicalSystem
from ..frontends.objects_api.element import Element
from ..ir.statements import Equation
from .subject import Subject


class ObjectSubject(Subject):
    """The equations of one element of a model; every other name has its present value.

    Parameters
    ----------
    model : DynamicalSystem
    element : int
        Which one.
    named : collection of str
        What the analysis gives a value to. An argument of the model's ``update`` among them is passed to it.
    """

    model: DynamicalSystem

    def __init__(self, model: DynamicalSystem, element: int = 0, named: Collection[str] = ()):
        checks.count("element", element, low=0)
        arguments = Element.arguments_of(model)
        missing = [name for name, needed in arguments.items() if needed and name not in named]
        if missing:
            raise ModelUseError(
                f'update() of "{model.name}" needs {", ".join(missing)}: give a number in '
                f"fixed_vars={{{', '.join(f'{name!r}: ...' for name in missing)}}}."
            )
        self.element = Element(model, int(element), arguments=[name for name in arguments if name in named])
        slopes = self.element.slopes
        if not slopes:
            raise ModelUseError(
                f'"{model.name}" integrates no variable in its step, so it has no equations to analyse: write its '
                "slopes as functions f(x, t, ...) and advance the variables by bp.odeint(f)."
            )
        params = {name: source.value for name, source in slopes.sources.items() if source.variable is None}
        states = {name: source.value for name, source in slopes.sources.items() if source.variable is not None}
        super().__init__(model, model.name, slopes, params, states, {})

    def sound_equations(self) -> Iterator[Equation]:
        """Those of them that are functions of one element."""
        for name in self.equations:
            try:
                yield self.equations[name]
            except ModelUseError:
                continue

    def update_params(self, pars_update) -> None:
        """Take other numbers for parameters, as far as they are numbers of the recorded step."""
        super().update_params(pars_update)
        self._refuse_folded("pars_update", self.pars_update)

    def checked_fixed(self, fixed, taken: Sequence[str]) -> dict[str, float]:
        """See `Subject.checked_fixed`."""
        values = super().checked_fixed(fixed, taken)
        self._refuse_folded("fixed_vars", values)
        return values

    def problem(self, targets: Sequence[str], fixed: Mapping[str, float], free: Sequence[str] = ()) -> Problem:
        """See `Subject.problem`."""
        self._refuse_folded("target_pars", free)
        return super().problem(targets, fixed, free)

    def _refuse_folded(self, what: str, names: Collection[str]) -> None:
        for name in names:
            if name in self.element.folded:
                raise ModelUseError(
                    f'"{what}" gives "{name}" another value, but Python decided something by it (an `if`, a count, '
                    "int(...)) when the step was recorded: set the attribute of the model before the analysis."
                )

    def run(
        self, names: Sequence[str], starts: np.ndarray, duration: float, fixed: Mapping[str, float], inputs: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """See `Subject.run`: the model, with this element at each start in turn. `inputs` are those of `DSRunner`."""
        known = self.element.slopes.sources
        given = {name: value for name, value in (self.pars_update | dict(fixed)).items() if name in known}
        dt = profile.get_dt()
        values = self.element.run(names, starts, max(1, round(duration / dt)), given, inputs)
        return np.arange(len(values)) * dt, values
