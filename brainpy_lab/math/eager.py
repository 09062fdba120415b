"""Operations on NumPy arrays, one at a time, by the functions that every back end has."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..kernels.power_chain import ipow_chain
from ..kernels.reference import math as functions
from .algebra import Algebra
from .graph import TraceError, at_user, highest, kind_of

_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": np.true_divide}
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class EagerAlgebra(Algebra):
    """Values are NumPy arrays, or Python numbers, which take the type of what they meet."""

    def __init__(self, float_type: str):
        self.float_type = float_type
        self.types = {
            "bool": np.dtype(bool),
            "int": np.dtype(np.int64),
            "real": np.dtype(float_type),
            "f64": np.dtype(np.float64),
        }

    def lift(self, value: Any) -> Any:
        value = getattr(value, "_array", value)  # a variable
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, np.ndarray):
            plain = value.view(np.ndarray)
            if plain.dtype.kind not in "biuf":
                raise TraceError(f"an array of {plain.dtype}{at_user()}: use numbers or conditions.")
            return plain
        if isinstance(value, (bool, int, float)):
            return value
        if isinstance(value, (list, tuple)):
            return self.lift(np.array([self.lift(item) for item in value]))
        raise TraceError(f"{value!r} is no number and no array{at_user()}. Give numbers.")

    def shape(self, value: Any) -> tuple[int, ...]:
        return np.shape(value)

    def kind(self, value: Any) -> str | None:
        if isinstance(value, np.ndarray):
            return kind_of(value.dtype, self.float_type)
        return "bool" if isinstance(value, bool) else None

    def known(self, value: Any) -> Any:
        return value if not isinstance(value, np.ndarray) or value.ndim == 0 else None

    def has_fraction(self, *values: Any) -> bool:
        return any(isinstance(value, float) for value in values)

    # -- primitives --------------------------------------------------------------------------------------------------

    def cast(self, value: Any, kind: str) -> Any:
        if isinstance(value, np.ndarray):
            if kind == "bool":
                return value != 0
            return value.astype(self.types[kind], copy=False)
        return {"bool": bool, "int": int}.get(kind, float)(value)

    def _join(self, a: Any, b: Any, low: str) -> tuple[Any, Any]:
        kind = highest([self.kind(a), self.kind(b)], low)
        if kind is None:
            return a, b
        weak = [value for value in (a, b) if self.kind(value) is None]
        if kind == "bool" and weak:
            kind = "int"
        if kind == "int" and any(isinstance(value, float) for value in weak):
            kind = "real"
        return self._typed(a, kind), self._typed(b, kind)

    def _typed(self, value: Any, kind: str) -> Any:
        if isinstance(value, np.ndarray):
            return self.cast(value, kind)
        return self.types[kind].type(value)

    def binary(self, op: str, a: Any, b: Any) -> Any:
        a, b = self._join(a, b, "real" if op == "/" else "int")
        if not isinstance(a, (np.ndarray, np.generic)) and not isinstance(b, (np.ndarray, np.generic)):
            if op == "/" and b == 0:
                return float(np.float64(a) / np.float64(b))
            return _ARITHMETIC[op](a, b) if op != "/" else a / b
        return self._checked(_ARITHMETIC[op], a, b)

    def _checked(self, function: Any, *values: Any) -> Any:
        with np.errstate(all="ignore"):
            try:
                return np.asarray(function(*values))
            except ValueError:
                shapes = " and ".join(str(np.shape(value)) for value in values)
                what = f"arrays of shapes {shapes} do not fit together{at_user()}"
                raise TraceError(f"{what}. Give arrays of one shape.") from None

    def compare(self, op: str, a: Any, b: Any) -> Any:
        a, b = self._join(a, b, "bool")
        return self._checked(_COMPARE[op], a, b)

    def logic(self, op: str, a: Any, b: Any) -> Any:
        a, b = self.cast(a, "bool"), self.cast(b, "bool")
        return self._checked(np.logical_and if op == "and" else np.logical_or, a, b)

    def negation(self, a: Any) -> Any:
        return np.logical_not(self.cast(a, "bool"))

    def negative(self, a: Any) -> Any:
        return -(self.cast(a, "int") if self.kind(a) == "bool" else a)

    def power(self, a: Any, exponent: int) -> Any:
        if not isinstance(a, np.ndarray):
            a = np.float64(a) if isinstance(a, float) else int(a)
        elif a.dtype == bool:
            a = self.cast(a, "int")
        with np.errstate(all="ignore"):
            if exponent == 0:
                return a * 0 + 1
            values = [a]
            for left, right in ipow_chain(exponent):
                values.append(values[left] * values[right])
        return (
            values[-1] if isinstance(a, np.ndarray) else values[-1].item() if isinstance(a, np.generic) else values[-1]
        )

    def select(self, condition: Any, yes: Any, no: Any) -> Any:
        first, second = self._join(yes, no, "bool")
        if self.kind(first) is None and not isinstance(first, np.generic):
            first, second = self.types["real"].type(first), self.types["real"].type(second)
        return self._checked(np.where, self.cast(condition, "bool"), first, second)

    def call(self, function: str, *args: Any) -> Any:
        kind = highest([self.kind(arg) for arg in args], "real") or "real"
        suffix = "f32" if self.types[kind] == np.float32 else "f64"
        typed = [self._typed(arg, kind) for arg in args]
        return self._checked(getattr(functions, f"{function}_{suffix}"), *typed)

    # -- places ------------------------------------------------------------------------------------------------------

    def reshape(self, value: Any, shape: tuple[int, ...]) -> Any:
        return np.asarray(value).reshape(shape)

    def full(self, shape: tuple[int, ...], kind: str) -> Any:
        return np.zeros(shape, self.types[kind])

    def move(self, value: Any, places: np.ndarray, shape: tuple[int, ...]) -> Any:
        return np.asarray(value).reshape(-1)[places].reshape(shape)

    def scattered(self, value: Any, places: np.ndarray, new: Any) -> Any:
        result = np.array(value)
        result.reshape(-1)[places] = self.cast(self.lift(new), self.kind(result) or "real")
        return result

    def reduce(self, value: Any, op: str, groups: np.ndarray, shape: tuple[int, ...], start: float) -> Any:
        value = np.asarray(value).reshape(-1)
        out = np.full(int(np.prod(shape, dtype=np.int64)), start, value.dtype)
        with np.errstate(all="ignore"):
            fold(out, groups, value, op)
        return out.reshape(shape)

    def is_condition(self, index: Any, shape: tuple[int, ...]) -> bool:
        index = getattr(index, "_array", index)
        return isinstance(index, np.ndarray) and index.dtype == bool and index.shape == shape

    def plain_index(self, index: Any) -> Any:
        if isinstance(index, tuple):
            return tuple(self.plain_index(part) for part in index)
        index = getattr(index, "_array", index)
        return index.view(np.ndarray) if isinstance(index, np.ndarray) else index


def fold(out: np.ndarray, groups: np.ndarray, values: np.ndarray, op: str) -> None:
    """Change ``out[groups[e]]`` by ``values[e]``, one element after the other."""
    from ..backends.reference import FOLD_FUNCTIONS

    FOLD_FUNCTIONS[op].at(out, groups, values)
