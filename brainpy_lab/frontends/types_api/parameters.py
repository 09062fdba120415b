"""`group.pars`: the parameters of a model, as one group has them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ... import checks
from ...errors import ModelUseError
from .objtype import number


class ParsUpdate:
    """The parameters of a model as one group has them, a mapping.

    A parameter is one number for the whole group, or one number per element. Assigning writes memory: the next run
    uses the value, and nothing is compiled again unless a number becomes an array or an array a number.

    Parameters
    ----------
    all_pars : dict
        Name -> the model's value.
    num : int
        Number of elements of the group.
    model : ObjType
    shape : (int, int), optional
        Of the states of a connection of mode 'matrix', where a parameter is one number or a matrix, which is kept row
        after row.

    Attributes
    ----------
    origins : dict
        The model's values.
    updates : dict
        What this group changed.
    n_changes : int
        How often it did.
    watchers : list of callables (name, value)
        Called after each assignment, so that a running session can follow.
    live : callable (name) -> value or None, optional
        What a running session uses, which comes before what was assigned; None where it has no such parameter.
    """

    def __init__(self, all_pars, num: int, model, shape: tuple[int, int] | None = None):
        self.model = model
        self.num = num
        self.shape = shape
        self.origins = dict(all_pars)
        self.updates: dict[str, float | np.ndarray] = {}
        self.n_changes = 0
        self.watchers: list = []
        self.live: Callable[[str], float | np.ndarray | None] | None = None

    def __setattr__(self, name: str, value) -> None:
        if name in self.__dict__.get("origins", ()):
            raise ModelUseError(f'Parameters are items: write pars["{name}"] = {value!r}.')
        super().__setattr__(name, value)

    def __setitem__(self, name: str, value) -> None:
        self._must_know(name)
        if not isinstance(self.origins[name], bool) or not isinstance(value, bool):
            value = checks.array(f"pars['{name}']", value, "a number, or an array of numbers", finite=False)
        value = number(value)
        size = np.size(value)
        if size not in (1, self.n_values):
            form = f"an array of shape {self.shape}" if self.shape else f"one for each of the {self.num} elements"
            raise ModelUseError(
                f'The size of parameter "{name}" is wrong, "{size}" != 1 and "{size}" != {self.n_values}. '
                f'Give one number, or {form}, for "{self.model.name}".'
            )
        self.updates[name] = float(value[0]) if isinstance(value, np.ndarray) and size == 1 else value
        self.n_changes += 1
        for watcher in self.watchers:
            watcher(name, self.updates[name])

    def __getitem__(self, name: str):
        self._must_know(name)
        value = self.live(name) if self.live is not None else None
        if value is not None:
            return value
        return self.updates[name] if name in self.updates else self.origins[name]

    @property
    def n_values(self) -> int:
        """How many values a parameter has that is not one number."""
        return self.num if self.shape is None else self.shape[0] * self.shape[1]

    def _must_know(self, name: str) -> None:
        if name not in self.origins:
            known = ", ".join(self.origins) or "none"
            raise ModelUseError(
                f'Parameter "{name}" may be not defined in "{self.model.name}" variable scope. '
                f"Its parameters are: {known}. {checks.near(name, self.origins)}"
            )

    def get(self, item: str):
        """The value; an unknown name is an error."""
        return self[item]

    def update(self, *args, **kwargs) -> None:
        """Assign several: a dict or pairs, or keywords."""
        for name, value in checks.items("pars", args, kwargs).items():
            self[name] = value

    def __contains__(self, name) -> bool:
        return name in self.origins

    def __iter__(self):
        return iter(self.origins)

    def __len__(self) -> int:
        return len(self.origins)

    def keys(self):
        """Names of the parameters."""
        return self.origins.keys()

    def items(self):
        """Pairs of name and present value."""
        return self.all.items()

    def values(self):
        """The present values."""
        return self.all.values()

    @property
    def all(self) -> dict:
        """Name -> present value."""
        return {name: self[name] for name in self.origins}

    @property
    def heters(self) -> dict[str, np.ndarray]:
        """The parameters that hold one value per element."""
        return {name: value for name, value in self.bound().items() if isinstance(value, np.ndarray)}

    def made_spread(self, bound: dict) -> frozenset[str]:
        """Those of `bound` that hold one value per element where the model has one number."""
        return frozenset(
            name for name, value in bound.items() if isinstance(value, np.ndarray) and np.size(self.origins[name]) == 1
        )

    def bound(self) -> dict[str, float | np.ndarray]:
        """Every parameter as a float or as an array of shape (n_values,), for a program."""
        result: dict[str, float | np.ndarray] = {}
        for name, value in self.all.items():
            value = number(value)
            if isinstance(value, np.ndarray):
                if value.size == 1:
                    value = float(value[0])
                elif value.size != self.n_values:
                    raise ModelUseError(
                        f'The size of parameter "{name}" is wrong, "{value.size}" != 1 and '
                        f'"{value.size}" != {self.n_values}. '
                        f'The model "{self.model.name}" defines it as an array, so the group needs as many elements.'
                    )
            result[name] = value
        return result

    def __repr__(self) -> str:
        return repr(self.all)
