"""`Variable`: what a model remembers from step to step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .. import checks, profile
from ..errors import ModelValueError
from .arrays import Array, Methods, Traced, _plain, apply_function, apply_ufunc, held, numbers, set_elements
from .graph import TraceError, active, at_user, kind_of
from .tracing import TraceAlgebra


class VariableError(TraceError, ValueError):
    """A value does not fit a variable, whose shape and type are fixed."""


class Variable(NDArrayOperatorsMixin, Methods):
    """An array that a model may change, with a shape and a type that stay.

    Parameters
    ----------
    value : array_like, or a size
        Its first value, which is copied; an int or a tuple of ints makes zeros of that size.
    dtype : numpy dtype, optional
        Of the numbers; real numbers are float64, or what `set_float` says.
    batch_axis : int, optional
        Kept for programs that give it.

    Attributes
    ----------
    value : Array
        Its numbers. Assign to change them all; ``v[...] = x`` and ``v += x`` work as well.
    shape, dtype, ndim, size

    Raises
    ------
    VariableError
        When a value of another shape is assigned.
    """

    __array_priority__ = 900

    def __init__(self, value: Any, dtype=None, batch_axis: int | None = None, *, name: str = ""):
        if isinstance(value, Traced):
            raise TraceError(
                f"a bm.Variable is made inside a step{at_user()}: make it in __init__, and assign to it here."
            )
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
            if value < 1:
                raise ModelValueError(
                    f'"value": bm.Variable({value!r}) asks for {value} elements: a whole number is a size. For one '
                    f"number write bm.Variable(np.array({value!r}))."
                )
            value = np.zeros(int(value), dtype or profile.get_float_type())
        elif isinstance(value, tuple) and value and all(isinstance(size, (int, np.integer)) for size in value):
            value = np.zeros(value, dtype or profile.get_float_type())
        checks.text("name", name)
        if dtype is not None:
            dtype = checks.dtype("dtype", dtype, float)
        try:
            array = np.array(_plain(value), dtype=None)
        except ValueError:  # rows of different lengths
            array = np.array(None)
        if array.dtype.kind not in "biuf":
            cure = "Give numbers: bm.zeros(10), say."
            raise checks.wrong("value", value, "numbers or conditions", cure, of="a bm.Variable")
        array = array if dtype is None else array.astype(dtype, copy=False)
        kinds = {"b": np.dtype(bool), "i": np.dtype(np.int64), "u": np.dtype(np.int64)}
        wanted = kinds.get(array.dtype.kind)
        if wanted is None:
            wanted = (
                np.dtype(dtype)
                if dtype is not None and np.dtype(dtype).itemsize >= 4
                else np.dtype(profile.get_float_type())
            )
        self._array = np.ascontiguousarray(array, dtype=wanted)
        if array.ndim == 0:
            self._array = self._array.reshape(())
        self._line = self._array.reshape(-1)  # one view for life: by it running programs know what they share
        self.batch_axis = batch_axis
        self.name = name

    # -- reading and writing -----------------------------------------------------------------------------------------

    @property
    def value(self) -> Any:
        graph = active()
        return self._array.view(Array).copy() if graph is None else Traced(graph.read(self))

    @value.setter
    def value(self, new: Any) -> None:
        graph = active()
        if graph is None:
            plain = numbers("value", new)
            self._must_fit(plain.shape)
            self._array[...] = plain
            return
        algebra = TraceAlgebra(graph)
        node = algebra.lift(new)
        self._must_fit(node.shape)
        if any(graph.inside):
            raise TraceError(
                f"{self._called()} is assigned inside an equation{at_user()}: equations only compute slopes."
            )
        graph.read(self)
        node = algebra.cast(node, kind_of(self.dtype, graph.float_type))
        if node.shape != self.shape:
            node = algebra.fill(node, self.shape)
        graph.writes[self] = node

    def _must_fit(self, shape: tuple[int, ...]) -> None:
        if shape != self.shape and shape != () and not (np.prod(shape) == 1 == self.size):
            raise VariableError(
                f"{self._called()} has the shape {self.shape}, but a value of shape {shape} is assigned"
                f"{at_user()}: the shape of a variable stays. Give {self.shape}, or one number for all."
            )

    def _called(self) -> str:
        return f"variable {self.name!r}" if self.name else "a variable"

    def update(self, new: Any) -> None:
        """Assign all numbers."""
        self.value = new

    @property
    def shape(self) -> tuple[int, ...]:
        return self._array.shape

    @property
    def dtype(self) -> np.dtype:
        return self._array.dtype

    @property
    def ndim(self) -> int:
        return self._array.ndim

    @property
    def size(self) -> int:
        return self._array.size

    @property
    def T(self):
        return self.value.T

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self):
        return iter(self.value)

    def __getitem__(self, index):
        return self.value[index]

    def __setitem__(self, index, new) -> None:
        graph = active()
        if graph is None:
            set_elements(self._array, index, new)
        elif index is Ellipsis or isinstance(index, slice) and index == slice(None):
            self.value = new
        else:
            self.value = held(TraceAlgebra(graph).set_item(self, index, new))

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        if keywords.get("out") is not None:  # v += x by way of NumPy
            keywords = {key: value for key, value in keywords.items() if key != "out"}
            self.value = apply_ufunc(ufunc, method, tuple(_now(item) for item in inputs), keywords)
            return self
        return apply_ufunc(ufunc, method, tuple(_now(item) for item in inputs), keywords)

    def __array_function__(self, function, types, args, keywords):
        return apply_function(function, _now(args), {key: _now(value) for key, value in keywords.items()})

    def __array__(self, dtype=None, copy=None):
        if active() is not None:
            raise TraceError(
                f"NumPy wants the numbers of {self._called()} while a step is recorded{at_user()}: use bm or np "
                "functions that record."
            )
        return np.array(self._array, dtype=dtype)

    def astype(self, dtype):
        if dtype is None:
            raise checks.wrong("dtype", None, "a NumPy type of numbers or truth values", "Give bool or float, say.")
        return self.value.astype(checks.dtype("dtype", dtype, float))

    def reshape(self, *shape):
        try:
            return self.value.reshape(*shape)
        except (ValueError, TypeError) as error:
            given = shape[0] if len(shape) == 1 else shape
            cure = f"Give one with {self.size} elements{at_user()} ({error})."
            raise checks.wrong("shape", given, f"a shape that {self.size} elements have", cure) from None

    def flatten(self):
        return self.value.flatten()

    def numpy(self) -> np.ndarray:
        """A copy of the numbers, as a NumPy array."""
        return self._array.copy()

    to_numpy = numpy

    def fill(self, number) -> None:
        """Set all elements to one number."""
        self.value = number

    def __bool__(self) -> bool:
        return bool(self.value) if active() is not None else bool(self._array)

    def __float__(self) -> float:
        return float(self.value) if active() is not None else float(self._array)

    def __int__(self) -> int:
        return int(self.value) if active() is not None else int(self._array)

    def item(self):
        return self.value.item()

    def __hash__(self) -> int:
        return id(self)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __repr__(self) -> str:
        return f"Variable({self._array!r})"


def _now(item: Any) -> Any:
    if isinstance(item, Variable):
        return item.value
    if isinstance(item, (list, tuple)):
        return type(item)(_now(part) for part in item)
    return item


def in_place(name: str):
    """The method of an in-place operator: the value with the operator applied is assigned."""
    operator = getattr(NDArrayOperatorsMixin, f"__{name}__")

    def change(self, other):
        self.value = operator(self, other)
        return self

    return change


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    setattr(Variable, f"__i{_name}__", in_place(_name))
del _name


class TrainVar(Variable):
    """A variable that training would change; here a `Variable`."""


class Parameter(Variable):
    """As `TrainVar`."""
