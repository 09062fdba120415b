"""Functions of arrays, under the names that NumPy gives them."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from .. import checks, profile
from ..errors import ModelValueError
from .arrays import Array, Traced, algebra_for, apply_function, apply_ufunc, held, numbers, ours
from .graph import active, at_user
from .variable import Variable, _now

UFUNCS = (
    "add subtract multiply divide true_divide floor_divide remainder mod negative positive power float_power square "
    "reciprocal absolute fabs ceil floor rint exp exp2 expm1 log log2 log10 log1p sqrt sin cos tan sinh cosh tanh sign "
    "heaviside maximum minimum fmax fmin less less_equal greater greater_equal equal not_equal logical_and logical_or "
    "logical_xor logical_not bitwise_and bitwise_or bitwise_xor invert isnan isfinite isinf matmul"
).split()
"""Functions that work element by element (and `matmul`)."""

FUNCTIONS = (
    "sum mean prod max min any all var std where clip dot outer reshape concatenate stack vstack hstack column_stack "
    "append transpose squeeze expand_dims ravel broadcast_to roll flip fliplr flipud repeat tile swapaxes moveaxis "
    "rot90 diagonal tril triu atleast_1d atleast_2d zeros_like ones_like full_like empty_like shape ndim size"
).split()
"""Functions that sum along axes, choose and rearrange."""


def _lifted(value: Any) -> Any:
    """A NumPy array or a number in our hands, so that its arithmetic is ours."""
    return ours(_now(value))


def _ufunc(function: np.ufunc):
    def call(*values: Any, **keywords: Any) -> Any:
        if len(values) != function.nin:
            what = f"bm.{function.__name__} takes {function.nin} values, but got {len(values)}{at_user()}"
            raise ModelValueError(f"{what}. Give {function.nin}.")
        return apply_ufunc(function, "__call__", tuple(_lifted(value) for value in values), keywords)

    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = f"`numpy.{function.__name__}` with the bits of every back end; values of steps are recorded."
    return call


def _function(function: Any):
    def call(*values: Any, **keywords: Any) -> Any:
        if not values:
            raise ModelValueError(f"bm.{function.__name__} got no values{at_user()}. Give an array.")
        return apply_function(function, _lifted_all(values), {key: _lifted(value) for key, value in keywords.items()})

    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = f"`numpy.{function.__name__}` with the bits of every back end; values of steps are recorded."
    return call


def _lifted_all(values: Any) -> tuple:
    """Every value in our hands, those in lists of arrays too; lists of plain numbers, such as shapes, stay."""
    found = []
    for value in values:
        is_list = isinstance(value, (list, tuple))
        if is_list and builtins.any(isinstance(item, (np.ndarray, Traced, Variable)) for item in value):
            found.append([_lifted(item) for item in value])
        else:
            found.append(_lifted(value))
    return tuple(found)


__all__ = [*UFUNCS, *FUNCTIONS]
for _name in UFUNCS:
    globals()[_name] = _ufunc(getattr(np, _name))
for _name in FUNCTIONS:
    globals()[_name] = _function(getattr(np, _name))
abs = globals()["absolute"]
amax, amin = globals()["max"], globals()["min"]
remainder = globals()["remainder"]
__all__ += ["abs", "amax", "amin"]


def exprel(x: Any) -> Any:
    """``(exp(x) - 1)/x``, and 1 at 0."""
    algebra = algebra_for(_lifted(x))
    return held(algebra.call("exprel", algebra.lift(_lifted(x))))


def sigmoid(x: Any) -> Any:
    """``1/(1 + exp(-x))``."""
    return 1.0 / (1.0 + globals()["exp"](globals()["negative"](x)))


def relu(x: Any) -> Any:
    """``max(x, 0)``."""
    return globals()["maximum"](x, 0.0)


def cond(condition: Any, yes: Any, no: Any, operands: Any = ()) -> Any:
    """The result of one of two functions (or values); both are computed where the condition belongs to a step."""
    operands = operands if isinstance(operands, tuple) else (operands,)
    first = yes(*operands) if callable(yes) else yes
    second = no(*operands) if callable(no) else no
    for name, value in {"yes": first, "no": second}.items():
        if value is None:
            raise checks.wrong(name, None, "a number, an array, or a function that returns one", "Give one.")
    return globals()["where"](condition, first, second)


ifelse = cond


# -- new arrays ------------------------------------------------------------------------------------------------------


def _asked(name: str, function: Any, values: tuple, keywords: dict) -> Any:
    """What a function of NumPy makes of its arguments; its complaint is told as ours."""
    try:
        return function(*values, **keywords)
    except (TypeError, ValueError) as error:
        given = [*map(checks.shown, values), *(f"{key}={checks.shown(value)}" for key, value in keywords.items())]
        what = f"bm.{name}({', '.join(given)}){at_user()}"
        raise ModelValueError(f"{what}: {error}. Give arguments as NumPy's function of that name takes them.") from None


def _made(name: str):
    function = getattr(np, name)

    def call(*values: Any, dtype: Any = None, **keywords: Any) -> Any:
        values = tuple(getattr(value, "_array", value) for value in values)
        if dtype is not None:
            keywords["dtype"] = checks.dtype("dtype", dtype, float)
        made = np.asarray(_asked(name, function, values, keywords))
        if dtype is None and made.dtype.kind == "f":
            made = made.astype(profile.get_float_type(), copy=False)
        return made.view(Array)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"`numpy.{name}`; real numbers are of the type that `set_float` says."
    return call


for _name in ("arange", "zeros", "ones", "full", "empty", "linspace", "logspace", "eye", "identity", "meshgrid"):
    globals()[_name] = _made(_name)
    __all__.append(_name)


def asarray(value: Any, dtype: Any = None) -> Any:
    """A value as an array; recorded values and variables as they are now."""
    value = _now(value)
    if isinstance(value, Traced):
        return value if dtype is None else value.astype(dtype)
    if active() is not None and isinstance(value, (list, tuple)):
        return held(algebra_for(*value).lift(value))
    made = numbers("value", value)
    made = np.array(made, dtype=None if dtype is None else checks.dtype("dtype", dtype, float))
    if dtype is None and made.dtype.kind == "f":
        made = made.astype(profile.get_float_type(), copy=False)
    return made.view(Array)


array = asarray


def as_numpy(value: Any) -> np.ndarray:
    """A copy of the numbers as a plain NumPy array."""
    return np.array(numbers("value", value))


as_ndarray = to_numpy = as_numpy


def as_variable(value: Any) -> Variable:
    """A `Variable` with these numbers."""
    return value if isinstance(value, Variable) else Variable(value)


__all__ += [
    "exprel",
    "sigmoid",
    "relu",
    "cond",
    "ifelse",
    "asarray",
    "array",
    "as_numpy",
    "as_ndarray",
    "to_numpy",
    "as_variable",
]
