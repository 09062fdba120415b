"""Derivatives on the tree, from the function table.

Much faster than through a computer algebra system (a Hodgkin-Huxley model takes well under a millisecond) and exact:
the rules of calculus, applied to what the user wrote. Branches of a selection are differentiated one by one.
"""
from __future__ import annotations

from collections.abc import Mapping

from ..ir.expr import Binary, Call, Cast, Compare, Const, Expr, Local, Logic, Negative, Not, Power, Select
from ..ir.functions import FUNCTIONS
from .fold import add, div, mul, neg, sub

_ZERO = Const(0.0)


def derivative(node: Expr, variable: Expr, lines: Mapping[str, Expr] | None = None) -> Expr:
    """d(node)/d(variable).

    Parameters
    ----------
    node : Expr
    variable : Expr
        A leaf: the `Local`, `Field` or `Param` to differentiate by.
    lines : mapping of str to Expr, optional
        Intermediate assignments above the node; a `Local` of such a name is differentiated through.

    Returns
    -------
    Expr
        The slope. It may name the intermediates of `lines`.
    """
    return _Slope(variable, lines or {}).of(node)


class _Slope:
    def __init__(self, variable: Expr, lines: Mapping[str, Expr]):
        self.variable = variable
        self.lines = lines
        self.known: dict[str, Expr] = {}

    def of(self, node: Expr) -> Expr:
        if node == self.variable:
            return Const(1.0)
        match node:
            case Local(name) if name in self.lines:
                if name not in self.known:
                    self.known[name] = self.of(self.lines[name])
                return self.known[name]
            case Negative(a):
                return neg(self.of(a))
            case Binary("+", a, b):
                return add(self.of(a), self.of(b))
            case Binary("-", a, b):
                return sub(self.of(a), self.of(b))
            case Binary("*", a, b):
                return add(mul(self.of(a), b), mul(a, self.of(b)))
            case Binary("/", a, b):
                da, db = self.of(a), self.of(b)
                return sub(div(da, b), div(mul(a, db), mul(b, b)))
            case Power(base, exponent):
                if exponent == 0:
                    return _ZERO
                lower = base if exponent == 2 else Power(base, exponent - 1)
                slope = mul(Const(float(exponent)), lower) if exponent > 1 else Const(1.0)
                return mul(slope, self.of(base))
            case Select(condition, yes, no):
                a, b = self.of(yes), self.of(no)
                return a if a == b else Select(condition, a, b)
            case Call(function, args):
                return self._call(function, args)
            case Cast(operand, to):
                inner = self.of(operand)
                return Cast(inner, to) if to in ("real", "f64") and inner != _ZERO else _ZERO
            case Compare() | Logic() | Not():
                return _ZERO
        return _ZERO

    def _call(self, function: str, args: tuple[Expr, ...]) -> Expr:
        inner = [self.of(arg) for arg in args]
        if all(slope == _ZERO for slope in inner):
            return _ZERO
        rule = FUNCTIONS[function].derivative
        if rule is None:
            raise ValueError(f"the function {function!r} has no derivative in the table")
        total: Expr = _ZERO
        for partial, slope in zip(rule(*args), inner):
            total = add(total, mul(partial, slope))
        return total
