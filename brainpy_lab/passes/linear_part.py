"""The linear part of a drift, in the sense of the exponential integrator of the 0.3 front end.

A is the coefficient of x**1 when only sums, products, unary minus and division by something free of x are expanded.
A function call, a quotient whose denominator contains x, a selection, and a power of anything but x itself are opaque
factors that count as free of x. For ``v - v**3/3`` A is 1, for the Wang-Buzsaki membrane equation it is
``-(gNa*m**3*h + gK*n**4 + gLeak)/C``; expanding ``m(V)**3`` properly would let A range from -4e4 to 179 and silence
the neuron.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..ir.expr import Binary, Const, Expr, Local, Negative, Power, walk
from .fold import add, div, mul, neg, sub

_ZERO: Expr = Const(0.0)


@dataclass(frozen=True)
class _Line:
    """The first two coefficients of an expression in x; ``free`` when nothing of it was expanded in x."""

    constant: Expr
    slope: Expr
    free: bool


def linear_part(drift: Expr, variable: str, lines: Mapping[str, Expr]) -> Expr:
    """A of ``drift = A*x + rest``; the literal 0 when x never occurs linearly.

    Parameters
    ----------
    drift : Expr
    variable : str
        Name of x, a `Local` in `drift` and `lines`.
    lines : mapping of str to Expr
        Intermediate assignments, which are looked through.
    """
    return _Expansion(variable, lines).of(drift).slope


class _Expansion:
    def __init__(self, variable: str, lines: Mapping[str, Expr]):
        self.x = Local(variable)
        self.lines = lines
        self.has_x: dict[str, bool] = {}
        self.known: dict[str, _Line] = {}

    def contains_x(self, node: Expr) -> bool:
        for part in walk(node):
            if part == self.x:
                return True
            if isinstance(part, Local) and part.name in self.lines:
                if part.name not in self.has_x:
                    self.has_x[part.name] = self.contains_x(self.lines[part.name])
                if self.has_x[part.name]:
                    return True
        return False

    def of(self, node: Expr) -> _Line:
        if node == self.x:
            return _Line(_ZERO, Const(1.0), False)
        match node:
            case Local(name) if name in self.lines:
                if name not in self.known:
                    inner = self.of(self.lines[name])
                    self.known[name] = _Line(node, _ZERO, True) if inner.free else inner
                return self.known[name]
            case Negative(a):
                one = self.of(a)
                return self._free(node) if one.free else _Line(neg(one.constant), neg(one.slope), False)
            case Binary("+" | "-", a, b):
                one, two = self.of(a), self.of(b)
                if one.free and two.free:
                    return self._free(node)
                join = add if node.op == "+" else sub  # type: ignore[attr-defined]
                return _Line(join(one.constant, two.constant), join(one.slope, two.slope), False)
            case Binary("*", a, b):
                one, two = self.of(a), self.of(b)
                if one.free and two.free:
                    return self._free(node)
                slope = add(mul(one.slope, two.constant), mul(one.constant, two.slope))
                return _Line(mul(one.constant, two.constant), slope, False)
            case Binary("/", a, b) if not self.contains_x(b):
                one = self.of(a)
                if one.free:
                    return self._free(node)
                return _Line(div(one.constant, b), div(one.slope, b), False)
            case Power(base, exponent) if base == self.x:
                if exponent == 0:
                    return _Line(Const(1.0), _ZERO, False)
                return _Line(_ZERO, Const(1.0) if exponent == 1 else _ZERO, False)
        return self._free(node)

    @staticmethod
    def _free(node: Expr) -> _Line:
        return _Line(node, _ZERO, True)
