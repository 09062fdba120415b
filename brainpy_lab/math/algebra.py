"""The operations of arrays, over a dozen primitives.

`eager.EagerAlgebra` computes them with NumPy, `tracing.TraceAlgebra` records them; what is here is the same for both,
and so are the bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import checks
from .graph import TraceError, at_user

CALLS = ("exp", "log", "log10", "log1p", "sqrt", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sign", "floor")
"""Functions of one argument that are called the same in NumPy and in the representation."""


class Algebra:
    """Operations on values that `lift` has made.

    A subclass provides ``lift, shape, kind, binary, compare, logic, negation, negative, power, select, call, cast,
    move, reduce, reshape, full``.
    """

    # -- one element at a time ---------------------------------------------------------------------------------------

    def ufunc(self, function: np.ufunc, *inputs: Any) -> Any:
        """What a NumPy ufunc computes, with the functions of the representation."""
        name = function.__name__
        method = getattr(self, f"_{name}", None)
        if method is not None:
            return method(*(self.lift(value) for value in inputs))
        if name in CALLS:
            return self.call(name, self.lift(inputs[0]))
        known = ", ".join(sorted([*CALLS, *(key[1:] for key in dir(Algebra) if key.startswith("_") and key[1] != "_")]))
        raise TraceError(f"np.{name} is not a function that a step may use{at_user()}. These are: {known}.")

    def _add(self, a, b):
        return self.binary("+", a, b)

    def _subtract(self, a, b):
        return self.binary("-", a, b)

    def _multiply(self, a, b):
        if self.kind(a) == "bool" and self.kind(b) == "bool":
            return self.logic("and", a, b)
        return self.binary("*", a, b)

    def _divide(self, a, b):
        return self.binary("/", a, b)

    def _true_divide(self, a, b):
        return self.binary("/", a, b)

    def _floor_divide(self, a, b):
        quotient = self.call("floor", self.binary("/", a, b))
        both = {self.kind(a), self.kind(b)} <= {"int", "bool", None} and not self.has_fraction(a, b)
        return self.cast(quotient, "int") if both else quotient

    def _remainder(self, a, b):
        return self.binary("-", a, self.binary("*", b, self._floor_divide(a, b)))

    def _mod(self, a, b):
        return self._remainder(a, b)

    def _negative(self, a):
        return self.negative(a)

    def _positive(self, a):
        return a

    def _power(self, a, b):
        exponent = self.known(b)
        if isinstance(exponent, (int, float, np.number)) and float(exponent).is_integer() and abs(exponent) <= 64:
            if exponent >= 0:
                return self.power(a, int(exponent))
            return self.binary("/", self.lift(1.0), self.power(a, -int(exponent)))
        if exponent == 0.5:
            return self.call("sqrt", a)
        return self.call("pow", a, b)

    def _float_power(self, a, b):
        return self._power(a, b)

    def _square(self, a):
        return self.power(a, 2)

    def _reciprocal(self, a):
        return self.binary("/", self.lift(1.0), a)

    def _absolute(self, a):
        if self.kind(a) in ("int", "bool"):
            return self.select(self.compare("<", a, self.lift(0)), self.negative(a), self.binary("+", a, self.lift(0)))
        return self.call("abs", a)

    def _fabs(self, a):
        return self.call("abs", a)

    def _ceil(self, a):
        return self.negative(self.call("floor", self.negative(a)))

    def _rint(self, a):
        return self.call("floor", self.binary("+", a, self.lift(0.5)))

    def _exp2(self, a):
        return self.call("pow", self.lift(2.0), a)

    def _log2(self, a):
        return self.binary("/", self.call("log", a), self.lift(0.6931471805599453))

    def _maximum(self, a, b):
        return self._extreme("max", ">", a, b)

    def _minimum(self, a, b):
        return self._extreme("min", "<", a, b)

    def _fmax(self, a, b):
        return self._extreme("max", ">", a, b)

    def _fmin(self, a, b):
        return self._extreme("min", "<", a, b)

    def _extreme(self, name, op, a, b):
        if {self.kind(a), self.kind(b)} <= {"int", "bool"}:
            return self.select(self.compare(op, a, b), a, b)
        return self.call(name, a, b)

    def _heaviside(self, a, b):
        return self.select(
            self.compare("==", a, self.lift(0.0)),
            b,
            self.select(self.compare(">", a, self.lift(0.0)), self.lift(1.0), self.lift(0.0)),
        )

    def _clip(self, a, low, high):
        return self.call("clip", a, low, high)

    def _less(self, a, b):
        return self.compare("<", a, b)

    def _less_equal(self, a, b):
        return self.compare("<=", a, b)

    def _greater(self, a, b):
        return self.compare(">", a, b)

    def _greater_equal(self, a, b):
        return self.compare(">=", a, b)

    def _equal(self, a, b):
        return self.compare("==", a, b)

    def _not_equal(self, a, b):
        return self.compare("!=", a, b)

    def _logical_and(self, a, b):
        return self.logic("and", a, b)

    def _logical_or(self, a, b):
        return self.logic("or", a, b)

    def _logical_xor(self, a, b):
        return self.compare("!=", self.cast(a, "bool"), self.cast(b, "bool"))

    def _logical_not(self, a):
        return self.negation(a)

    def _bitwise_and(self, a, b):
        return self._bits("and", "&", a, b)

    def _bitwise_or(self, a, b):
        return self._bits("or", "|", a, b)

    def _bitwise_xor(self, a, b):
        self._only_conditions("^", a, b)
        return self._logical_xor(a, b)

    def _invert(self, a):
        self._only_conditions("~", a)
        return self.negation(a)

    def _bits(self, op, sign, a, b):
        self._only_conditions(sign, a, b)
        return self.logic(op, a, b)

    def _only_conditions(self, sign, *values):
        if any(self.kind(value) != "bool" for value in values):
            raise TraceError(f"{sign!r} joins conditions, not numbers{at_user()}: compare them first.")

    def _isnan(self, a):
        return self.compare("!=", a, a)

    def _isfinite(self, a):
        difference = self.binary("-", a, a)
        return self.compare("==", difference, difference)

    def _isinf(self, a):
        return self.compare("==", self.call("abs", self.cast(a, "real")), self.lift(float("inf")))

    def where(self, condition, yes, no):
        """``yes`` where the condition holds, else ``no``."""
        return self.select(self.lift(condition), self.lift(yes), self.lift(no))

    # -- sums along axes ---------------------------------------------------------------------------------------------

    def along(self, op: str, value: Any, axis: Any = None, keepdims: bool = False, start: float = 0.0) -> Any:
        """A left fold along axes, in the order of the elements."""
        value = self.lift(value)
        shape = self.shape(value)
        axes = tuple(range(len(shape))) if axis is None else (axis,) if np.ndim(axis) == 0 else tuple(axis)
        for one in axes:
            if isinstance(one, bool) or not isinstance(one, (int, np.integer)):
                what = "the number of an axis, or a tuple of those"
                raise checks.wrong("axis", axis, what, f"Give one from 0 to {len(shape) - 1}{at_user()}.")
            if not -len(shape) <= one < len(shape):
                what = f"axis {one} of an array of shape {shape}{at_user()}"
                raise TraceError(f"{what}: it has {len(shape)} axes. Give one of them.")
        axes = tuple(one % len(shape) for one in axes)
        kept = tuple(size for place, size in enumerate(shape) if place not in axes)
        place = np.arange(int(np.prod(kept, dtype=np.int64))).reshape(
            tuple(1 if k in axes else size for k, size in enumerate(shape))
        )
        groups = np.ascontiguousarray(np.broadcast_to(place, shape)).reshape(-1)
        result = self.reduce(value, op, groups, kept, start)
        return self.reshape(result, tuple(1 if k in axes else s for k, s in enumerate(shape))) if keepdims else result

    def sum(self, value, axis=None, keepdims=False):
        value = self.lift(value)
        if self.kind(value) == "bool":
            value = self.cast(value, "int")
        return self.along("+", value, axis, keepdims)

    def prod(self, value, axis=None, keepdims=False):
        value = self.lift(value)
        if self.kind(value) == "bool":
            value = self.cast(value, "int")
        return self.along("*", value, axis, keepdims, 1.0)

    def mean(self, value, axis=None, keepdims=False):
        value = self.lift(value)
        total = self.sum(value, axis, keepdims)
        count = int(np.prod(self.shape(value), dtype=np.int64)) // max(
            1, int(np.prod(self.shape(total), dtype=np.int64))
        )
        return self.binary("/", total, self.lift(float(count)))

    def var(self, value, axis=None, keepdims=False, ddof=0):
        value = self.lift(value)
        checks.count("ddof", ddof, low=0)
        away = self.binary("-", value, self.mean(value, axis, True))
        squares = self.sum(self.power(away, 2), axis, keepdims)
        count = int(np.prod(self.shape(value), dtype=np.int64)) // max(
            1, int(np.prod(self.shape(squares), dtype=np.int64))
        )
        return self.binary("/", squares, self.lift(float(count - ddof)))

    def std(self, value, axis=None, keepdims=False, ddof=0):
        return self.call("sqrt", self.var(value, axis, keepdims, ddof))

    def max(self, value, axis=None, keepdims=False):
        return self._most("max", value, axis, keepdims, -np.inf)

    def min(self, value, axis=None, keepdims=False):
        return self._most("min", value, axis, keepdims, np.inf)

    def _most(self, op, value, axis, keepdims, start):
        value = self.lift(value)
        kind = self.kind(value)
        if kind == "bool":
            return self.along(op, value, axis, keepdims, start > 0)
        if kind == "int":
            start = np.iinfo(np.int64).max if start > 0 else np.iinfo(np.int64).min
        return self.along(op, value, axis, keepdims, start)

    def any(self, value, axis=None, keepdims=False):
        return self.along("max", self.cast(self.lift(value), "bool"), axis, keepdims, False)

    def all(self, value, axis=None, keepdims=False):
        return self.along("min", self.cast(self.lift(value), "bool"), axis, keepdims, True)

    def matmul(self, a, b):
        """The matrix product; every sum is a left fold along the inner axis."""
        a, b = self.lift(a), self.lift(b)
        left, right = self.shape(a), self.shape(b)
        if not left or not right or len(left) > 2 or len(right) > 2:
            raise TraceError(
                f"a matrix product of shapes {left} and {right}{at_user()}: give arrays of one or two axes."
            )
        if left[-1] != right[0]:
            raise TraceError(
                f"a matrix product of shapes {left} and {right}{at_user()}, which do not fit: make the last axis of "
                "the first as long as the first axis of the second."
            )
        rows, inner, columns = left[0] if len(left) == 2 else 1, left[-1], right[1] if len(right) == 2 else 1
        product = self.binary("*", self.reshape(a, (rows, inner, 1)), self.reshape(b, (1, inner, columns)))
        total = self.along("+", product, 1)
        return self.reshape(total, (*left[:-1], *right[1:]))

    def dot(self, a, b):
        a, b = self.lift(a), self.lift(b)
        if not self.shape(a) or not self.shape(b):
            return self.binary("*", a, b)
        return self.matmul(a, b)

    def outer(self, a, b):
        a, b = self.lift(a), self.lift(b)
        n, m = int(np.prod(self.shape(a))), int(np.prod(self.shape(b)))
        return self.binary("*", self.reshape(a, (n, 1)), self.reshape(b, (1, m)))

    # -- other places ------------------------------------------------------------------------------------------------

    def rearranged(self, value: Any, rearrange: Any) -> Any:
        """What a function of NumPy that only moves elements makes of a value."""
        value = self.lift(value)
        shape = self.shape(value)
        places = np.asarray(rearrange(np.arange(int(np.prod(shape, dtype=np.int64))).reshape(shape)))
        if places.size == 0:
            raise TraceError(f"an array of shape {places.shape} has no elements{at_user()}")
        return self.move(value, places.reshape(-1), places.shape)

    def joined(self, values: Sequence[Any], join: Any) -> Any:
        """What concatenating or stacking makes of several values."""
        lifted = [self.lift(value) for value in values]
        sizes = [int(np.prod(self.shape(value), dtype=np.int64)) for value in lifted]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        marks = [
            np.arange(size).reshape(self.shape(value)) + start for value, size, start in zip(lifted, sizes, starts)
        ]
        places = np.asarray(join(marks))
        kinds = [self.kind(value) for value in lifted]
        kind = next((kind for kind in ("f64", "real", "int", "bool") if kind in kinds), "real")
        result = self.full(places.shape, kind)
        flat = places.reshape(-1)
        for value, start, size in zip(lifted, starts, sizes):
            there = np.flatnonzero((flat >= start) & (flat < start + size))
            result = self.scattered(result, there, self.move(value, flat[there] - start, (len(there),)))
        return result

    def item(self, value: Any, index: Any) -> Any:
        """``value[index]`` for an index that is known."""
        return self.rearranged(value, lambda places: places[self.plain_index(index)])

    def set_item(self, value: Any, index: Any, new: Any) -> Any:
        """A copy of `value` in which ``[index]`` is `new`; a condition of the same shape may choose the elements."""
        value, new = self.lift(value), self.lift(new)
        shape = self.shape(value)
        if self.is_condition(index, shape):
            return self.select(self.lift(index), self.broadcast(new, shape), value)
        places = np.asarray(np.arange(int(np.prod(shape, dtype=np.int64))).reshape(shape)[self.plain_index(index)])
        if places.size == 0:
            return value
        return self.scattered(
            value, places.reshape(-1), self.reshape(self.broadcast(new, places.shape), (places.size,))
        )

    def broadcast(self, value: Any, shape: tuple[int, ...]) -> Any:
        """A value in a larger shape."""
        value = self.lift(value)
        if self.shape(value) == tuple(shape):
            return value
        try:
            return self.rearranged(value, lambda places: np.broadcast_to(places, shape))
        except ValueError:
            raise TraceError(
                f"an array of shape {self.shape(value)} does not fit the shape {tuple(shape)}{at_user()}."
            ) from None
