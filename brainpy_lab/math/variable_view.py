"""`VariableView`: some elements of a variable."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .. import checks
from .arrays import Methods, NoSuchElement, apply_function, apply_ufunc
from .graph import active
from .variable import Variable, in_place


class VariableView(NDArrayOperatorsMixin, Methods):
    """Some elements of a `Variable`: read and assigned like a variable, and nothing of its own.

    Parameters
    ----------
    variable : Variable
    ids : array of int
        The elements, counted along the flat variable.

    Attributes
    ----------
    value : Array
        The chosen elements. Assign to change them.
    """

    __array_priority__ = 950

    def __init__(self, variable: Variable, ids: Any):
        if not isinstance(variable, Variable):
            raise checks.wrong("variable", variable, "a bm.Variable", "Give neurons.V, say.")
        self.variable, self.ids = variable, checks.indices("ids", ids, "elements", n=variable.size)
        self._places = np.unravel_index(self.ids, variable.shape)
        self.name = variable.name

    @property
    def value(self) -> Any:
        return self.variable.value.reshape(-1)[self.ids]

    @value.setter
    def value(self, new: Any) -> None:
        if active() is None and np.shape(new) not in ((), (1,), self.shape):
            what = f"a number, or an array of shape {self.shape}"
            raise checks.wrong("value", new, what, f"Its shape is {np.shape(new)}: give {self.shape}.")
        self.variable[self._places] = new

    @property
    def node(self) -> Any:
        """The recorded value, while a step is recorded."""
        return self.value.node if active() is not None else None

    @property
    def _array(self) -> np.ndarray:
        return self.variable._array.reshape(-1)[self.ids]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.ids.shape

    @property
    def dtype(self) -> np.dtype:
        return self.variable.dtype

    @property
    def ndim(self) -> int:
        return self.ids.ndim

    @property
    def size(self) -> int:
        return self.ids.size

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: Any) -> Any:
        return self.value[index]

    def __setitem__(self, index: Any, new: Any) -> None:
        try:
            chosen = tuple(place[index] for place in self._places)
        except IndexError as error:
            raise NoSuchElement(index, self.shape, error) from None
        self.variable[chosen] = new

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return apply_ufunc(ufunc, method, tuple(_now(item) for item in inputs), keywords)

    def __array_function__(self, function, types, args, keywords):
        return apply_function(function, tuple(map(_now, args)), {key: _now(item) for key, item in keywords.items()})

    def __array__(self, dtype=None, copy=None):
        return np.array(self._array, dtype=dtype)

    def numpy(self) -> np.ndarray:
        """A copy of the numbers, as a NumPy array."""
        return np.array(self._array)

    to_numpy = numpy

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"VariableView({self._array!r})"


def _now(item: Any) -> Any:
    return item.value if isinstance(item, VariableView) else item


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    setattr(VariableView, f"__i{_name}__", in_place(_name))
del _name
