"""Arrays as users hold them: `Array` (numbers), `Traced` (recorded), and what NumPy's functions do with both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .. import checks, profile
from ..errors import ModelUseError
from .algebra import Algebra
from .eager import EagerAlgebra
from .graph import NOT_KNOWN, Graph, Node, TraceError, active, at_user
from .numpy_functions import FUNCTIONS
from .tracing import TraceAlgebra


class TracedConditionError(TraceError):
    """Python was asked to decide by a value that is known only while the model runs."""


def algebra_for(*values: Any) -> Algebra:
    """What to compute with: the recording that is under way if one of the values belongs to it."""
    graph = active()
    if graph is not None and any(_is_recorded(value) for value in values):
        return TraceAlgebra(graph)
    return EagerAlgebra(profile.get_float_type())


def _is_recorded(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_is_recorded(item) for item in value)
    return isinstance(value, Traced) or hasattr(value, "_array")


def held(value: Any) -> Any:
    """What a user holds of a result."""
    if isinstance(value, Node):
        return Traced(value)
    if isinstance(value, np.ndarray):
        return value.view(Array)
    return np.asarray(value).view(Array) if isinstance(value, np.generic) else value


class NoSuchElement(ModelUseError, IndexError):
    """An index leads to nothing."""

    def __init__(self, index: Any, shape: tuple[int, ...], error: IndexError):
        found = f'"index" must be one of an array of shape {shape}, but got {checks.shown(index)}{at_user()}'
        super().__init__(f"{found}: {error}. Choose elements that are there.")


def numbers(name: str, value: Any) -> np.ndarray:
    """What is assigned to elements: numbers or truth values, with NumPy."""
    try:
        plain = np.asarray(_plain(value)) if not isinstance(value, dict) else np.asarray(None)
    except ValueError:  # rows of different lengths
        plain = np.asarray(None)
    if plain.dtype.kind not in "biuf":
        what = "a number, or an array of numbers or truth values"
        raise checks.wrong(name, value, what, f"Give numbers{at_user()}.")
    return plain


def set_elements(array: np.ndarray, index: Any, new: Any) -> None:
    """``array[index] = new``, with NumPy."""
    value = numbers("value", new)
    try:
        array[_plain(index)] = value
    except IndexError as error:
        raise NoSuchElement(index, array.shape, error) from None
    except ValueError:
        shape = array[_plain(index)].shape
        what = f"a number, or an array of shape {shape}"
        raise checks.wrong("value", new, what, f"Its shape is {value.shape}{at_user()}: give {shape}.") from None


# -- the functions of NumPy ------------------------------------------------------------------------------------------

REDUCTIONS = {
    np.add: "sum",
    np.multiply: "prod",
    np.maximum: "max",
    np.minimum: "min",
    np.logical_or: "any",
    np.logical_and: "all",
}


def ours(value: Any) -> Any:
    """A NumPy array of a user, with real numbers of the type that programs have; everything else as it is."""
    if type(value) is np.ndarray and value.dtype.kind in "biuf":
        real = profile.get_float_type()
        return value.astype(real, copy=False).view(Array) if value.dtype.kind == "f" else value.view(Array)
    return value


def apply_ufunc(function: np.ufunc, method: str, inputs: tuple, keywords: dict) -> Any:
    """A ufunc on our arrays."""
    inputs = tuple(ours(value) for value in inputs)
    algebra = algebra_for(*inputs)
    if method == "reduce" and function in REDUCTIONS:
        axis = keywords.get("axis", 0)
        return held(getattr(algebra, REDUCTIONS[function])(inputs[0], axis, keywords.get("keepdims", False)))
    if method != "__call__":
        raise TraceError(f"np.{function.__name__}.{method} is not known to arrays of a step{at_user()}.")
    extra = {key for key, value in keywords.items() if value is not None} - {"out", "where", "dtype", "casting"}
    if extra or keywords.get("where") is not None and keywords["where"] is not True:
        raise TraceError(
            f"np.{function.__name__}(..., {', '.join(sorted(extra) or ['where'])}=...){at_user()}: leave it "
            "out, or use bm.where."
        )
    if function is np.matmul:
        result = held(algebra.matmul(*inputs))
    else:
        result = held(algebra.ufunc(function, *inputs))
    if keywords.get("out") is not None:
        (target,) = keywords["out"]
        target[...] = result
        return target
    return result


def apply_function(function: Callable, args: tuple, keywords: dict) -> Any:
    """A function of NumPy on our arrays."""
    found = FUNCTIONS.get(function)
    args = tuple([ours(item) for item in arg] if isinstance(arg, list) else ours(arg) for arg in args)
    flat = [item for arg in (*args, *keywords.values()) for item in (arg if isinstance(arg, (list, tuple)) else (arg,))]
    if found is None:
        if any(isinstance(item, Traced) for item in flat):
            raise TraceError(
                f"np.{function.__name__} cannot be recorded{at_user()}. Build it from arithmetic, bm.where, sums "
                "along axes and slices, or compute it before the run."
            )
        # Plain NumPy on numbers: nothing that a step does.
        return function(*_plain(args), **{key: _plain(value) for key, value in keywords.items()})
    result = found(algebra_for(*flat), *args, **keywords)
    return result if isinstance(result, (tuple, int)) and not isinstance(result, bool) else held(result)


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(item) for item in value)
    value = getattr(value, "_array", value)
    return value.view(np.ndarray) if isinstance(value, np.ndarray) else value


# -- what arrays, variables and recorded values have in common -------------------------------------------------------


class Methods:
    """The methods of arrays, each by the function of the same name."""

    def sum(self, axis=None, keepdims=False, **_):
        return apply_function(np.sum, (self, axis), {"keepdims": checks.flag("keepdims", keepdims)})

    def mean(self, axis=None, keepdims=False, **_):
        return apply_function(np.mean, (self, axis), {"keepdims": checks.flag("keepdims", keepdims)})

    def prod(self, axis=None, keepdims=False, **_):
        return apply_function(np.prod, (self, axis), {"keepdims": checks.flag("keepdims", keepdims)})

    def max(self, axis=None, keepdims=False, **_):
        return apply_function(np.max, (self, axis), {"keepdims": checks.flag("keepdims", keepdims)})

    def min(self, axis=None, keepdims=False, **_):
        return apply_function(np.min, (self, axis), {"keepdims": checks.flag("keepdims", keepdims)})

    def any(self, axis=None, keepdims=False, **_):
        return apply_function(np.any, (self, axis), {"keepdims": checks.flag("keepdims", keepdims)})

    def all(self, axis=None, keepdims=False, **_):
        return apply_function(np.all, (self, axis), {"keepdims": checks.flag("keepdims", keepdims)})

    def var(self, axis=None, keepdims=False, ddof=0, **_):
        return apply_function(np.var, (self, axis), {"keepdims": checks.flag("keepdims", keepdims), "ddof": ddof})

    def std(self, axis=None, keepdims=False, ddof=0, **_):
        return apply_function(np.std, (self, axis), {"keepdims": checks.flag("keepdims", keepdims), "ddof": ddof})

    def dot(self, other):
        return apply_function(np.dot, (self, other), {})

    def clip(self, min=None, max=None, **_):
        return apply_function(np.clip, (self, min, max), {})


class Traced(NDArrayOperatorsMixin, Methods):
    """A value of the step that is being recorded. It has a shape and a type, and no numbers yet.

    Attributes
    ----------
    shape : tuple of int
    dtype : numpy.dtype
    ndim, size : int
    """

    __array_priority__ = 1000

    def __init__(self, node: Node):
        self.node = node

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return apply_ufunc(ufunc, method, inputs, keywords)

    def __array_function__(self, function, types, args, keywords):
        return apply_function(function, args, keywords)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.node.shape

    @property
    def ndim(self) -> int:
        return len(self.node.shape)

    @property
    def size(self) -> int:
        return self.node.size

    @property
    def dtype(self) -> np.dtype:
        return numpy_type(self.node.dtype)

    @property
    def T(self):
        return apply_function(np.transpose, (self,), {})

    @property
    def value(self):
        return self

    def __len__(self) -> int:
        if not self.node.shape:
            raise TypeError("a single number has no length")
        return self.node.shape[0]

    def __iter__(self):
        if not self.node.shape:
            raise TypeError("a single number cannot be iterated over")
        if len(self) > 64:
            raise TraceError(
                f"a Python loop over {len(self)} elements of a step{at_user()}: compute with whole arrays."
            )
        return (self[k] for k in range(len(self)))

    def __getitem__(self, index):
        algebra = TraceAlgebra(_graph())
        if algebra.is_condition(index, self.shape) or _is_recorded(index):
            algebra.plain_index(index if _is_recorded(index) else Traced(algebra.lift(index)))
        return held(algebra.item(self, index))

    def __setitem__(self, index, new):
        raise TraceError(
            f"an assignment to elements of a value that was computed{at_user()}: assign to elements of a "
            "bm.Variable, or use bm.where(condition, new, old)."
        )

    def astype(self, dtype, **_):
        kind = {"b": "bool", "i": "int", "u": "int"}.get(np.dtype(dtype).kind, "real")
        return held(TraceAlgebra(_graph()).cast(self.node, kind))

    def reshape(self, *shape):
        return apply_function(np.reshape, (self, shape[0] if len(shape) == 1 else shape), {})

    def flatten(self):
        return apply_function(np.ravel, (self,), {})

    ravel = flatten

    def squeeze(self, axis=None):
        return apply_function(np.squeeze, (self, axis), {})

    def transpose(self, *axes):
        return apply_function(np.transpose, (self, axes[0] if len(axes) == 1 else axes or None), {})

    def copy(self):
        return self

    # -- where Python wants a number ---------------------------------------------------------------------------------

    def _decided(self, what: str, cure: str) -> Any:
        if self.node.known is NOT_KNOWN:
            raise TracedConditionError(
                f"{what}{at_user()}: while a step is recorded its values have no numbers yet. {cure}"
            )
        _note_folded(_graph(), self.node)
        return self.node.known

    def __bool__(self) -> bool:
        return bool(
            self._decided(
                "a Python `if`, `while`, `and`, `or` or `not` on a value of the step",
                "Write bm.where(condition, value_if_true, value_if_false), and & | ~ or bm.logical_and/or/not between "
                "conditions.",
            )
        )

    def __float__(self) -> float:
        return float(self._decided("float(...) of a value of the step", "Compute with the value itself."))

    def __int__(self) -> int:
        return int(self._decided("int(...) of a value of the step", "Use .astype(int)."))

    def __index__(self) -> int:
        return int(self._decided("a value of the step as an index or a count", "Use a Python number."))

    def __array__(self, *_, **__):
        raise TraceError(
            f"a NumPy function that wants numbers got a value of the step{at_user()}: use bm or np functions that "
            "record, such as bm.where, bm.exp and bm.sum."
        )

    def item(self):
        return self._decided(".item() of a value of the step", "Compute with the value itself.")

    def __hash__(self):
        return id(self)

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __repr__(self) -> str:
        return f"Traced(shape={self.shape}, dtype={self.dtype})"


def _graph() -> Graph:
    graph = active()
    if graph is None:
        raise TraceError(
            "a value of a recorded step is used after the recording: return it, or store it in a bm.Variable."
        )
    return graph


def _note_folded(graph: Graph, node: Node) -> None:
    if node.op == "param":
        owner, name = node.data
        graph.folded[id(owner), name] = node.data
    for arg in node.args:
        _note_folded(graph, arg)


def numpy_type(kind: str | None) -> np.dtype:
    """The NumPy type of a type of the representation."""
    types = {"bool": np.dtype(bool), "int": np.dtype(np.int64), "f64": np.dtype(np.float64)}
    return types.get(kind or "", np.dtype(profile.get_float_type()))


class Array(Methods, np.ndarray):
    """A NumPy array whose arithmetic and functions are those of every back end, bit for bit."""

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return apply_ufunc(ufunc, method, inputs, keywords)

    def __array_function__(self, function, types, args, keywords):
        if function in FUNCTIONS:
            return apply_function(function, args, keywords)
        return np.ndarray.__array_function__(
            self.view(np.ndarray),
            function,
            (np.ndarray,),
            _plain(args),
            {key: _plain(value) for key, value in keywords.items()},
        )

    def __array_finalize__(self, source):
        pass

    @property
    def value(self):
        return self

    def __getitem__(self, index):
        try:
            found = np.ndarray.__getitem__(self.view(np.ndarray), _plain(index))
        except IndexError as error:
            raise NoSuchElement(index, self.shape, error) from None
        return held(np.asarray(found))

    def __setitem__(self, index, new):
        set_elements(self.view(np.ndarray), index, new)

    def __repr__(self) -> str:
        return repr(self.view(np.ndarray))

    def __str__(self) -> str:
        return str(self.view(np.ndarray))

    def __format__(self, spec: str) -> str:
        return format(self.view(np.ndarray)[()] if self.ndim == 0 else self.view(np.ndarray), spec)

    def __pow__(self, other):
        return apply_ufunc(np.power, "__call__", (self, other), {})

    def __iter__(self):
        return (self[k] for k in range(len(self)))
