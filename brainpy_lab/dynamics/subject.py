"""What of a model an analysis looks at: its differential equations, and values for all that they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .. import checks
from ..analysis.problem import Problem, leaf_names
from ..errors import ModelUseError
from ..ir.statements import Equation


class Subject:
    """The differential equations of a model and the values of an analysis.

    Parameters
    ----------
    model : object
    called : str
        What people call it.
    equations : mapping of str to Equation
        By variable, in the names that the user wrote.
    params : dict of str to float
        Values of parameters.
    states : dict of str to float
        Values of what is neither integrated nor a parameter, and of variables that are not analysed.
    units : dict of str to str
    """

    def __init__(
        self,
        model: object,
        called: str,
        equations: Mapping[str, Equation],
        params: dict[str, float],
        states: dict[str, float],
        units: dict[str, str],
    ):
        self.model, self.called, self.equations = model, called, equations
        self.params, self.states, self.units = params, states, units
        self.pars_update: dict[str, float] = {}

    def update_params(self, pars_update) -> None:
        """Take other numbers for parameters."""
        for name, value in checks.mapping("pars_update", pars_update, "parameters and numbers").items():
            if name not in self.params:
                raise ModelUseError(
                    f'"pars_update" names "{name}", which is no parameter of "{self.called}". '
                    f"Its parameters are: {', '.join(self.params) or 'none'}. {checks.near(name, self.params)}"
                )
            self.pars_update[name] = checks.number(f"pars_update['{name}']", value)
        self.params.update(self.pars_update)

    @property
    def read_names(self) -> list[str]:
        """Everything that the equations read."""
        return list(dict.fromkeys(name for equation in self.sound_equations() for name in leaf_names(equation)))

    def sound_equations(self) -> Iterator[Equation]:
        """The equations that can be written."""
        yield from self.equations.values()

    def check_targets(self, names: Sequence[str], what: str) -> None:
        """Every name must be the variable of a differential equation."""
        for name in names:
            if name not in self.equations:
                known = ", ".join(self.equations) or "none"
                raise ModelUseError(
                    f'{what} "{name}" is not a dynamical variable. The dynamical variables of '
                    f'"{self.called}" are: {known}. {checks.near(name, self.equations)}'
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
                    f'"fixed_vars" names "{name}", which "{self.called}" does not read. '
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

    def run(
        self, names: Sequence[str], starts: np.ndarray, duration: float, fixed: Mapping[str, float], inputs: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        """Run the model itself from several starts, with the other variables at rest.

        Parameters
        ----------
        names : sequence of str
            The variables that move.
        starts : ndarray, shape (n_starts, n_names)
        duration : float, ms
        fixed : mapping of str to float
            Values of everything else.
        inputs
            As the model's own way to run takes them.

        Returns
        -------
        ts : ndarray, shape (n_steps + 1,), ms
            From 0 on.
        values : ndarray, shape (n_steps + 1, n_names, n_starts)
        """
        raise NotImplementedError
