"""Right-hand sides at one point after another, with Python's own numbers: many times quicker than arrays of length 1.

For curves that are followed step by step. The last bits may differ from those of `Problem.fields`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..backends.reference import load
from ..runtime.evaluate import Function

_GIVEN = re.compile(r"states\['self', 'given ([^']*)'\]")
_HEAD = re.compile(r"def eager\([^)]*\)")
_NO_VALUE = (OverflowError, ZeroDivisionError, ValueError, TypeError)  # TypeError: a root of a negative is complex


def _exp(x: float) -> float:
    return math.exp(x) if x < 709.0 else math.inf


def _exprel(x: float) -> float:
    return math.expm1(x) / x if x else 1.0


def _clip(x: float, low: float, high: float) -> float:
    x = low if x < low else x
    return high if x > high else x


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f"{name}_f64": getattr(math, name) for name in "log log10 log1p sqrt expm1 sin cos tan sinh cosh tanh".split()},
    "exp_f64": _exp,
    "exprel_f64": _exprel,
    "abs_f64": abs,
    "sign_f64": lambda x: float((x > 0) - (x < 0)),
    "floor_f64": lambda x: float(math.floor(x)),
    "heaviside_f64": lambda x: 1.0 if x >= 0 else 0.0,
    "min_f64": lambda a, b: a if a < b else b,
    "max_f64": lambda a, b: a if a > b else b,
    "clip_f64": _clip,
    "pow_f64": lambda x, y: x**y,
    "to_f64": float,
    "select": lambda condition, yes, no: yes if condition else no,
    "logical_not": lambda a: not a,
}


def pointwise(
    function: Function, names: Sequence[str], values: Mapping[str, float]
) -> Callable[..., tuple[float, ...]]:
    """A function of one point.

    Parameters
    ----------
    function : Function
        Of double precision.
    names : sequence of str
        What `function` calls the arguments of the result, in their order.
    values : mapping of str to float
        Everything else that `function` takes.

    Returns
    -------
    callable
        Of one float per name. It returns a float per output, all NaN where one has no value.
    """
    arguments = {name: f"at_{k}" for k, name in enumerate(names)}
    numbers = {name: f"number_{k}" for k, name in enumerate(values)}
    text = _GIVEN.sub(lambda found: (arguments | numbers)[found[1]], function.source)
    namespace = load(_HEAD.sub(f"def eager({', '.join(arguments.values())})", text), f"pointwise {id(function)}")
    namespace.update(_FUNCTIONS)
    namespace.update({numbers[name]: float(value) for name, value in values.items()})
    run = namespace["eager"]
    nothing = (math.nan,) * len(function.outputs)

    def at(*point: float) -> tuple[float, ...]:
        try:
            return tuple(map(float, run(*map(float, point))))
        except _NO_VALUE:
            return nothing

    return at
