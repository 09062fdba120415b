"""Constant folding, and constructors that leave out exact zeros and ones.

Folding does what Python does with literals, in float64, before any rounding to the program's float type. The
constructors `add`, `sub`, `mul`, `div`, `neg` are for expressions that passes derive (slopes, linear parts); what a
user wrote goes through `fold` only, which never changes a value.
"""
from __future__ import annotations

import math

from ..ir.expr import Binary, Const, Expr, Negative, map_children


def fold(node: Expr) -> Expr:
    """Evaluate arithmetic on literals: ``-(1)``, ``2*3``, ``1/18``. Everything else stays as written."""
    node = map_children(node, fold)
    if isinstance(node, Negative) and _is_number(node.operand):
        return Const(-node.operand.value, place=node.place)  # type: ignore[attr-defined]
    if isinstance(node, Binary) and _is_number(node.left) and _is_number(node.right):
        value = _arithmetic(node.op, node.left.value, node.right.value)  # type: ignore[attr-defined]
        if value is not None:
            return Const(value, place=node.place)
    return node


def _is_number(node: Expr) -> bool:
    return isinstance(node, Const) and not isinstance(node.value, bool)


def _arithmetic(op: str, left: float, right: float) -> float | None:
    try:
        value = {"+": left + right, "-": left - right, "*": left * right}[op] if op != "/" else left / right
    except (ZeroDivisionError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _value(node: Expr) -> float | None:
    return node.value if isinstance(node, Const) else None


def neg(a: Expr) -> Expr:
    """-a."""
    if isinstance(a, Const):
        return Const(-a.value if a.value else 0.0)
    return a.operand if isinstance(a, Negative) else Negative(a)


def add(a: Expr, b: Expr) -> Expr:
    """a + b, without an exact zero."""
    if _value(a) == 0:
        return b
    if _value(b) == 0:
        return a
    return fold(Binary("+", a, b))


def sub(a: Expr, b: Expr) -> Expr:
    """a - b, without an exact zero."""
    if _value(b) == 0:
        return a
    if _value(a) == 0:
        return neg(b)
    return fold(Binary("-", a, b))


def mul(a: Expr, b: Expr) -> Expr:
    """a * b; zero when either is the literal zero, without a literal one."""
    if _value(a) == 0 or _value(b) == 0:
        return Const(0.0)
    for one, other in ((a, b), (b, a)):
        if _value(one) == 1:
            return other
        if _value(one) == -1:
            return neg(other)
    return fold(Binary("*", a, b))


def div(a: Expr, b: Expr) -> Expr:
    """a / b; zero when a is the literal zero."""
    if _value(a) == 0:
        return Const(0.0)
    return a if _value(b) == 1 else fold(Binary("/", a, b))
