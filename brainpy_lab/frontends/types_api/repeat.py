"""What the first run of a network in 'repeat' mode fixes, and what later runs may change."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ...errors import ModelKeyError, ModelUseError
from ...runtime.notices import tell
from .inputs import InputSpec


class Repeat:
    """The length, the inputs and the parameters that the first run of a network has fixed.

    Attributes
    ----------
    duration : float or None
        Length of every run, ms; None before the first.
    inputs : list of InputSpec
        Those of the first run, with the values of the last.
    params : dict
        ``id(object)`` -> its parameters as they were built.
    """

    def __init__(self):
        self.duration: float | None = None
        self.inputs: list[InputSpec] = []
        self.params: dict[int, dict] = {}

    def checked(self, start: float, end: float, specs: list[InputSpec], members) -> list[InputSpec]:
        """The inputs of a run, in the order of the first one.

        Raises
        ------
        ModelUseError
            When the length, or the shape or the operation of an input, is not that of the first run, or an input of
            an object is missing while others of it are there.
        ModelKeyError
            For an input that the first run did not have.

        Warns
        -----
        UserWarning
            When all inputs of an object are left out, which keeps them, and when a parameter was changed.
        """
        if self.duration is None:
            return specs
        if not math.isclose(self.duration, end - start, rel_tol=1e-9):
            raise ModelUseError(
                f'Each run in "repeat" mode must be done with the same duration, but got {self.duration} != '
                f"{end - start}. Keep end - start, or make the network with mode='once'."
            )
        given = {(id(spec.owner), spec.key): spec for spec in specs}
        for spec in specs:
            self._check(spec)
        found, kept = [], []
        for old in self.inputs:
            if (id(old.owner), old.key) in given:
                found.append(replace(old, value=given[id(old.owner), old.key].value))
            elif any(spec.owner is old.owner for spec in specs):
                missing = [o.key for o in self.inputs if o.owner is old.owner and (id(o.owner), o.key) not in given]
                raise ModelUseError(
                    f'The inputs of {missing} are not provided. "{old.owner.name}" had them in the first run of this '
                    'network in "repeat" mode: give them in each run, with the value 0. where nothing flows.'
                )
            else:
                found.append(old)
                kept.append(old)
        if kept:
            tell(
                f"this run names no input of {_listed(kept)}, so it is what it was in the last run: a network in "
                '"repeat" mode keeps it. Give it in each run, with the value 0. where nothing flows.'
            )
        self.tell_of_changes(members)
        return found

    def _check(self, spec: InputSpec) -> None:
        old = next((old for old in self.inputs if old.owner is spec.owner and old.key == spec.key), None)
        if old is None:
            raise ModelKeyError(
                f'The input "{spec.key}" of "{spec.owner.name}" was not there in the first run of this network, and '
                f'"repeat" mode keeps the inputs of the first run: {_listed(self.inputs) or "none"}. Give it in the '
                "first run, with the value 0. where nothing flows yet, or make the network with mode='once'."
            )
        if np.shape(old.value) != np.shape(spec.value):
            raise ModelUseError(
                f'The input shape for "{spec.key}" should keep the same. However, we got the last input shape = '
                f"{np.shape(old.value)}, and the current input shape = {np.shape(spec.value)}. Give it in the shape "
                "of the first run, as np.full(shape, value) does with a number, or make another network."
            )
        if old.op != spec.op:
            raise ModelUseError(
                f'The input operation for "{spec.key}" should keep the same. However, we got the last operation is '
                f'"{old.op}", and the current operation is "{spec.op}". Keep "{old.op}", or make another network.'
            )

    def tell_of_changes(self, members) -> None:
        """Warn of parameters that were assigned after the network was built."""
        changed = [
            f"{item.name}.pars['{name}']"
            for item in members
            if id(item) in self.params
            for name, value in item.pars.bound().items()
            if not np.array_equal(value, self.params[id(item)].get(name), equal_nan=True)
        ]
        if changed:
            tell(
                f'{", ".join(changed)} changed after this network was built, which has no effect in "repeat" mode: '
                "parameters are fixed there. Make what should change a field of ST, or the network with mode='once', "
                "which compiles no more often."
            )

    def fix(self, start: float, end: float, specs: list[InputSpec], members) -> None:
        """Note what was built for a run, and the values that it uses."""
        if self.duration is None:
            self.duration = end - start
        self.inputs = list(specs)
        for item in members:
            bound = item.pars.bound()
            # Copies: an array may be changed in place.
            fixed = {key: value.copy() if isinstance(value, np.ndarray) else value for key, value in bound.items()}
            self.params.setdefault(id(item), fixed)


def _listed(specs: list[InputSpec]) -> str:
    return ", ".join(f'"{spec.key}" of "{spec.owner.name}"' for spec in specs)
