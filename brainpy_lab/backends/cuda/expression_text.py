"""Expressions as CUDA C++ text.

Every literal carries its type and every conversion is written out, as in the tree, so that C++ promotes nothing by
itself. Functions are those of ``kernels/cuda``, by the name and float type of the table.
"""

from __future__ import annotations

import numpy as np

from ...ir.expr import (
    Binary,
    Call,
    Cast,
    Compare,
    Const,
    Expr,
    Local,
    Logic,
    Negative,
    Not,
    Power,
    Select,
    StepIndex,
    StepSize,
    Time,
)
from ..python_text import Text

C_TYPES = {"float64": "double", "float32": "float", "int64": "long long", "int32": "int", "bool": "bool"}
"""How an element of an array is declared, by the name of its NumPy type."""

_WRAPPING = {"+": "wrap_add", "-": "wrap_sub", "*": "wrap_mul"}
"""Whole numbers wrap as NumPy's do; C++ leaves open what they do."""

_CASTS = {"f64": "double", "f32": "float"}


class CudaText(Text):
    """Prints typed expressions as CUDA C++."""

    def of(self, node: Expr) -> str:
        match node:
            case Const(value):
                return self.number(value, node.dtype)
            case Local(name):
                return local(name)
            case Time():
                return "now.t"
            case StepIndex():
                return "now.i_run"
            case StepSize():
                return "now.dt" if self.suffix(node.dtype) == "f64" else "(float)now.dt"
            case Negative(a):
                return f"(-{self.of(a)})"
            case Binary(op, a, b) if node.dtype == "int" and op in _WRAPPING:
                return f"{_WRAPPING[op]}({self.of(a)}, {self.of(b)})"
            case Binary(op, a, b) | Compare(op, a, b):
                return f"({self.of(a)} {op} {self.of(b)})"
            case Logic(op, a, b):
                return f"({self.of(a)} {'&&' if op == 'and' else '||'} {self.of(b)})"
            case Not(a):
                return f"(!{self.of(a)})"
            case Select(condition, yes, no):
                return f"({self.of(condition)} ? {self.of(yes)} : {self.of(no)})"
            case Power(base, exponent):
                return self._power(base, exponent)
            case Call(function, args):
                return f"{function}_{self.suffix(node.dtype)}({', '.join(self.of(arg) for arg in args)})"
            case Cast(operand, to):
                return self._cast(operand, to)
        return self.leaf(node)

    def number(self, value: float | int | bool, dtype: str | None) -> str:
        """A literal."""
        if dtype == "bool":
            return "true" if value else "false"
        if dtype == "int":
            return f"{int(value)}LL"
        single = self.suffix(dtype) == "f32"
        kept = float(np.float32(value)) if single else float(value)
        if np.isfinite(kept):
            text = kept.hex() + ("f" if single else "")
        elif single:
            text = f"__int_as_float(0x{np.float32(kept).view(np.uint32):08x})"
        else:
            text = f"__longlong_as_double(0x{np.float64(kept).view(np.uint64):016x}LL)"
        return f"({text})" if text.startswith("-") else text

    def _cast(self, operand: Expr, to: str) -> str:
        inner = self.of(operand)
        if to == "int":
            return f"to_int64({inner})" if operand.dtype in ("real", "f64") else f"(long long){inner}"
        kind = "f64" if to == "f64" else self.real
        if operand.dtype in ("real", "f64") and kind == self.suffix(operand.dtype):
            return inner
        return f"({_CASTS[kind]}){inner}"

    def _power(self, base: Expr, exponent: int) -> str:
        if exponent == 0:
            return self.number(1, base.dtype)
        return f"ipow<{exponent}>({self.of(base)})"


def local(name: str) -> str:
    """A name of a step as one of C++: no keyword, ASCII only."""
    return "v_" + "".join(sign if sign.isascii() else f"u{ord(sign):x}_" for sign in name)
