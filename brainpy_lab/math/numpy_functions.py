"""The functions of NumPy that our arrays know besides ufuncs, each over an `Algebra`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import checks, profile
from .graph import TraceError, at_user

FUNCTIONS: dict[Callable, Callable[..., Any]] = {}
"""A function of NumPy -> what does it on our arrays, as ``f(algebra, *args, **keywords)``."""


def _along_axes(name: str) -> Callable[..., Any]:
    options = {"ddof"} if name in ("var", "std") else set()

    def along(algebra, a, axis=None, dtype=None, out=None, keepdims=False, **more):
        more = {key: value for key, value in more.items() if value is not np._NoValue}
        keepdims = False if keepdims is np._NoValue else keepdims
        if out is not None or more.keys() - options:
            extra = sorted({*more, *(["out"] if out is not None else [])} - options)
            raise TraceError(f"bm.{name} takes no {', '.join(extra)} here{at_user()}: leave it out, or use bm.where.")
        if dtype is not None:
            kind = {"b": "bool", "i": "int", "u": "int"}.get(checks.dtype("dtype", dtype, float).kind, "real")
            a = algebra.cast(algebra.lift(a), kind)
        return getattr(algebra, name)(a, axis, keepdims, **more)

    return along


def _joins(function: Callable) -> Callable[..., Any]:
    def join(algebra, arrays, *more, **keywords):
        if function is np.append:
            return algebra.joined([arrays, more[0]], lambda marks: np.append(*marks, *more[1:], **keywords))
        return algebra.joined(list(arrays), lambda marks: function(marks, *more, **keywords))

    return join


def _rearranges(function: Callable) -> Callable[..., Any]:
    def rearrange(algebra, a, *more, **keywords):
        return algebra.rearranged(algebra.lift(a), lambda places: function(places, *more, **keywords))

    return rearrange


def _triangle(function: Callable) -> Callable[..., Any]:
    def triangle(algebra, a, *more, **keywords):
        value = algebra.lift(a)
        inside = np.asarray(function(np.ones(algebra.shape(value)), *more, **keywords)) != 0
        return algebra.where(inside, value, 0)

    return triangle


def _filled(number: float | None) -> Callable[..., Any]:
    def like(algebra, a, fill_value=0, dtype=None, **more):
        value = algebra.lift(a)
        types = {"bool": np.dtype(bool), "int": np.dtype(np.int64)}
        real = np.dtype(profile.get_float_type())
        found = types.get(algebra.kind(value) or "real", real) if dtype is None else np.dtype(dtype)
        return algebra.lift(np.full(algebra.shape(value), fill_value if number is None else number, found))

    return like


for _name in ("sum", "mean", "prod", "max", "min", "any", "all", "var", "std"):
    FUNCTIONS[getattr(np, _name)] = _along_axes(_name)
for _name in ("concatenate", "stack", "vstack", "hstack", "column_stack", "append"):
    FUNCTIONS[getattr(np, _name)] = _joins(getattr(np, _name))
for _name in (
    "transpose squeeze expand_dims ravel broadcast_to roll flip fliplr flipud repeat tile swapaxes moveaxis rollaxis "
    "rot90 atleast_1d atleast_2d diagonal"
).split():
    FUNCTIONS[getattr(np, _name)] = _rearranges(getattr(np, _name))
for _name in ("tril", "triu"):
    FUNCTIONS[getattr(np, _name)] = _triangle(getattr(np, _name))
FUNCTIONS[np.zeros_like] = FUNCTIONS[np.empty_like] = _filled(0)
FUNCTIONS[np.ones_like], FUNCTIONS[np.full_like] = _filled(1), _filled(None)


def _where(algebra, condition, x=None, y=None):
    if x is None or y is None:
        raise TraceError(f"where(condition) without values{at_user()}: give both values, where(condition, yes, no).")
    return algebra.where(condition, x, y)


def _clip(algebra, a, a_min=None, a_max=None, out=None, **more):
    a_min, a_max = more.pop("min", a_min), more.pop("max", a_max)
    low = -np.inf if a_min is None or a_min is np._NoValue else a_min
    high = np.inf if a_max is None or a_max is np._NoValue else a_max
    return algebra.call("clip", algebra.lift(a), algebra.lift(low), algebra.lift(high))


FUNCTIONS[np.where], FUNCTIONS[np.clip] = _where, _clip
FUNCTIONS[np.dot] = lambda algebra, a, b, out=None: algebra.dot(a, b)
FUNCTIONS[np.outer] = lambda algebra, a, b, out=None: algebra.outer(a, b)
FUNCTIONS[np.reshape] = lambda algebra, a, shape=None, order="C", **more: algebra.reshape(
    algebra.lift(a), more.get("newshape", shape)
)
FUNCTIONS[np.shape] = lambda algebra, a: algebra.shape(algebra.lift(a))
FUNCTIONS[np.ndim] = lambda algebra, a: len(algebra.shape(algebra.lift(a)))
FUNCTIONS[np.size] = lambda algebra, a, axis=None: int(np.prod(algebra.shape(algebra.lift(a)), dtype=np.int64))
