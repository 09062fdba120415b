"""Expressions as Python text, for the back ends that are written in Python.

The text names the functions of ``kernels/<backend>`` with the float type in their names; which functions those are
is up to whoever runs the text. Precedence is always explicit, so that nothing is reassociated.
"""
from __future__ import annotations

from collections.abc import Callable

from ..ir.expr import (
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
from ..kernels.power_chain import ipow_chain

FLOATS = {"float64": "f64", "float32": "f32"}


class Text:
    """Prints typed expressions.

    Parameters
    ----------
    float_type : str
        What 'real' is.
    leaf : callable
        Spells a `Field`, `Param` or `Element`.
    """

    def __init__(self, float_type: str, leaf: Callable[[Expr], str]):
        self.real = FLOATS[float_type]
        self.leaf = leaf
        self.functions: set[str] = set()

    def suffix(self, dtype: str | None) -> str:
        return self.real if dtype == "real" else "f64"

    def of(self, node: Expr) -> str:
        match node:
            case Const(value):
                return self._number(value, node.dtype)
            case Local(name):
                return name
            case Time():
                return "t"
            case StepIndex():
                return "i_run"
            case StepSize():
                return "dt" if self.suffix(node.dtype) == "f64" else self._use(f"to_{self.real}") + "(dt)"
            case Negative(a):
                return f"(-{self.of(a)})"
            case Binary("/", a, Const(value) as b) if not value and self.suffix(b.dtype) == "f64":
                # Python refuses to divide one literal by another that is 0; IEEE does not.
                return f"({self.of(a)} / np.float64({self.of(b)}))"
            case Binary(op, a, b):
                return f"({self.of(a)} {op} {self.of(b)})"
            case Compare(op, a, b):
                return f"({self.of(a)} {op} {self.of(b)})"
            case Logic(op, a, b):
                return f"({self.of(a)} {'&' if op == 'and' else '|'} {self.of(b)})"
            case Not(a):
                return f"{self._use('logical_not')}({self.of(a)})"
            case Select(condition, yes, no):
                return f"{self._use('select')}({self.of(condition)}, {self.of(yes)}, {self.of(no)})"
            case Power(base, exponent):
                return self._power(base, exponent)
            case Call(function, args):
                name = self._use(f"{function}_{self.suffix(node.dtype)}")
                return f"{name}({', '.join(self.of(arg) for arg in args)})"
            case Cast(operand, to):
                kind = {"int": "int64", "f64": "f64", "real": self.real}[to]
                if kind == self.suffix(operand.dtype) and operand.dtype in ("real", "f64"):
                    return self.of(operand)
                return f"{self._use('to_' + kind)}({self.of(operand)})"
        return self.leaf(node)

    def _use(self, function: str) -> str:
        self.functions.add(function)
        return function

    def _number(self, value: float | int | bool, dtype: str | None) -> str:
        if dtype in ("bool", "int"):
            return repr(value)
        text = {"inf": "np.inf", "-inf": "(-np.inf)", "nan": "np.nan"}.get(repr(float(value)), repr(float(value)))
        if self.suffix(dtype) == "f32":
            return f"np.float32({text})"
        return f"({text})" if text.startswith("-") else text

    def _power(self, base: Expr, exponent: int) -> str:
        if exponent == 0:
            return self._number(1.0, base.dtype) if base.dtype != "int" else "1"
        if exponent == 1:
            return self.of(base)
        name = self._use(f"ipow_{exponent}")
        return f"{name}({self.of(base)})"


def power_source(exponent: int, decorator: str = "") -> str:
    """The text of ``ipow_<exponent>``: the multiplications of `ipow_chain`, in order."""
    lines = [decorator] if decorator else []
    lines.append(f"def ipow_{exponent}(v0):")
    chain = ipow_chain(exponent)
    for number, (left, right) in enumerate(chain, start=1):
        lines.append(f"    v{number} = v{left} * v{right}")
    lines.append(f"    return v{len(chain)}")
    return "\n".join(lines)
