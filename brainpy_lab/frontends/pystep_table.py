"""Functions that a step in Python may call: which become ours, and which round nowhere and stay NumPy's."""

from __future__ import annotations

import builtins
import math
from types import ModuleType

import numpy as np

from .functions import exprel

# our name -> the functions that it takes the place of
_OURS: dict[str, tuple[object, ...]] = {
    **{
        name: (getattr(np, name), getattr(math, name))
        for name in ("exp", "log", "log10", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")
    },
    "exprel": (exprel,),
    "absolute": (np.abs, np.fabs, math.fabs, abs),
    "sign": (np.sign,),
    "minimum": (np.minimum,),
    "maximum": (np.maximum,),
    "clip": (np.clip,),
    "heaviside": (np.heaviside,),
    "power": (np.power, np.float_power, math.pow, pow),
    "floor_divide": (np.floor_divide,),
    "remainder": (np.mod, np.remainder),
    "sum": (np.sum, sum),
    "mean": (np.mean,),
    "prod": (np.prod, math.prod),
    "dot": (np.dot, np.matmul),
    "inner": (np.inner,),
    "vdot": (np.vdot,),
    "where": (np.where,),
    "amax": (np.max, np.amax),
    "amin": (np.min, np.amin),
    "cumsum": (np.cumsum,),
    "arange": (np.arange,),
    "argsort": (np.argsort,),
    "sort": (np.sort,),
    "unique": (np.unique,),
    "real": (np.float64, np.float32, np.float16),
    "whole": (np.int64, np.int32, np.int16, np.int8, np.intp),
}
OURS: dict[object, str] = {function: name for name, functions in _OURS.items() for function in functions}

DRAWS: dict[object, str] = {
    np.random.normal: "normal",
    np.random.uniform: "uniform",
    np.random.standard_normal: "standard normal",
    np.random.randn: "shape normal",
    np.random.random: "standard uniform",
    np.random.random_sample: "standard uniform",
    np.random.rand: "shape uniform",
}

_EXACT_NUMPY = """
    where nonzero flatnonzero argwhere zeros ones empty full zeros_like ones_like empty_like full_like array
    asarray ascontiguousarray eye identity diag copy reshape ravel transpose swapaxes squeeze
    expand_dims atleast_1d atleast_2d broadcast_to concatenate stack hstack vstack column_stack append repeat
    tile roll flip take put choose compress extract searchsorted bincount diff any all nanmax nanmin argmax argmin
    count_nonzero isnan isinf isfinite isclose allclose array_equal logical_and logical_or logical_not logical_xor
    less less_equal greater greater_equal equal not_equal add
    subtract multiply divide true_divide negative fmin fmax square reciprocal floor ceil trunc rint fix shape size ndim
    outer cumprod triu tril meshgrid ndindex ndenumerate bool_ uint64
    nan_to_num in1d isin intersect1d setdiff1d union1d delete insert split bitwise_and bitwise_or bitwise_xor
    invert errstate fill_diagonal triu_indices tril_indices maximum minimum add.at
"""
EXACT: set[object] = {getattr(np, name) for name in _EXACT_NUMPY.split() if hasattr(np, name)}
EXACT |= {np.add.at, np.subtract.at, np.multiply.at, math.floor, math.ceil, math.trunc, math.isnan, math.isinf}
EXACT |= {
    getattr(builtins, name)
    for name in "len range enumerate zip int float bool list tuple dict set str min max round reversed sorted any all "
    "isinstance slice type getattr hasattr id repr map filter iter next print breakpoint".split()
}

METHODS = {"sum": "sum", "mean": "mean", "prod": "prod", "dot": "dot", "clip": "clip", "max": "amax", "min": "amin",
           "cumsum": "cumsum", "argsort": "argsort", "sort": "sort_in_place"}  # fmt: skip
"""Methods of arrays that become ours."""

TRUTHS = (np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.less, np.less_equal, np.greater,
          np.greater_equal, np.equal, np.not_equal, np.isnan, np.isinf, np.isfinite, np.isclose, np.any, np.all,
          math.isnan, math.isinf, bool, any, all, isinstance)  # fmt: skip
"""Functions whose value is true or false."""

_WIDE = {"float16 float32": np.float64, "int8 int16 int32 uint8 uint16 uint32": np.int64}
WIDE: dict[object, type] = {
    getattr(np, name): wide for names, wide in _WIDE.items() for name in names.split()
}  # fmt: skip
"""Narrow types of NumPy, and what a step computes with in their place."""


def widened(value: object) -> object:
    """A type of NumPy in the width that steps compute with; anything else as it is."""
    return WIDE.get(value, value) if isinstance(value, type) else value


INEXACT_METHODS = {"std", "var", "trace"}

WHOLE_ARGUMENTS = set("range zeros ones empty full arange reshape eye tile repeat roll linspace".split())
"""Functions whose arguments are counts or places."""

STOPPERS = {"print", "breakpoint", "set_trace", "display", "input", "post_mortem"}

OLD_NUMPY: dict[str, type] = {"float_": np.float64, "float": np.float64, "int": np.int64, "complex_": np.complex128}
"""Names that NumPy had when 0.3 programs were written."""


def is_random(name: str, called: object) -> bool:
    """Whether a function draws random numbers that cannot be replayed."""
    module = getattr(called, "__module__", None) or type(called).__module__ or ""
    owner = getattr(called, "__self__", None)
    return (
        name.startswith(("np.random.", "numpy.random.", "random."))
        or module in ("random", "numpy.random")
        or isinstance(owner, np.random.RandomState | np.random.Generator)
        or isinstance(owner, ModuleType)
        and owner.__name__ == "random"
    )
