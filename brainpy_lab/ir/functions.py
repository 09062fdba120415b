"""The functions that a step may use: arity, derivative, and what they are called for people.

One table for every front end and back end. The back ends find the code under the same name in
``kernels/<backend>/math.py``; a function that is not here cannot be used in a step, because only these have the
same bits everywhere.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .expr import Binary, Call, Compare, Const, Expr, Logic, Negative, Power, Select

Derivative = Callable[..., tuple[Expr, ...]]


@dataclass(frozen=True)
class Function:
    """One entry.

    Parameters
    ----------
    name : str
        The name in the IR and in the kernels.
    arity : int
        Number of arguments.
    derivative : callable or None
        Takes the argument expressions, returns the partial derivative for each; None where there is none.
    latex : str
        How the function is typeset.
    """

    name: str
    arity: int
    derivative: Derivative | None
    latex: str


def _c(value: float) -> Const:
    return Const(value)


def _mul(a: Expr, b: Expr) -> Expr:
    return Binary("*", a, b)


def _div(a: Expr, b: Expr) -> Expr:
    return Binary("/", a, b)


def _sub(a: Expr, b: Expr) -> Expr:
    return Binary("-", a, b)


def _add(a: Expr, b: Expr) -> Expr:
    return Binary("+", a, b)


def _exprel_slope(x: Expr) -> Expr:
    # d/dx (e^x - 1)/x = (e^x - exprel(x))/x, and 1/2 + x/3 + x^2/8 near 0 where that is 0/0.
    near = _add(_c(0.5), _mul(x, _add(_div(_c(1.0), _c(3.0)), _div(x, _c(8.0)))))
    small = Logic("and", Compare("<", x, _c(1e-4)), Compare(">", x, _c(-1e-4)))
    return Select(small, near, _div(_sub(Call("exp", (x,)), Call("exprel", (x,))), x))


def _pow_slopes(x: Expr, y: Expr) -> tuple[Expr, ...]:
    lower = Call("pow", (x, _sub(y, _c(1.0))))
    return _mul(y, lower), _mul(Call("pow", (x, y)), Call("log", (x,)))


def _first_is(op: str) -> Derivative:
    def slopes(a: Expr, b: Expr) -> tuple[Expr, ...]:
        chosen = Compare(op, a, b)
        return Select(chosen, _c(1.0), _c(0.0)), Select(chosen, _c(0.0), _c(1.0))

    return slopes


def _clip_slopes(x: Expr, lo: Expr, hi: Expr) -> tuple[Expr, ...]:
    below, above = Compare("<", x, lo), Compare(">", x, hi)
    inside = Select(Logic("or", below, above), _c(0.0), _c(1.0))
    return inside, Select(below, _c(1.0), _c(0.0)), Select(above, _c(1.0), _c(0.0))


_ENTRIES = [
    Function("exp", 1, lambda x: (Call("exp", (x,)),), r"\exp"),
    Function("log", 1, lambda x: (_div(_c(1.0), x),), r"\ln"),
    Function("log10", 1, lambda x: (_div(_c(0.4342944819032518), x),), r"\log_{10}"),
    Function("log1p", 1, lambda x: (_div(_c(1.0), _add(_c(1.0), x)),), r"\operatorname{log1p}"),
    Function("sqrt", 1, lambda x: (_div(_c(0.5), Call("sqrt", (x,))),), r"\sqrt"),
    Function("expm1", 1, lambda x: (Call("exp", (x,)),), r"\operatorname{expm1}"),
    Function("exprel", 1, lambda x: (_exprel_slope(x),), r"\operatorname{exprel}"),
    Function("sin", 1, lambda x: (Call("cos", (x,)),), r"\sin"),
    Function("cos", 1, lambda x: (Negative(Call("sin", (x,))),), r"\cos"),
    Function("tan", 1, lambda x: (_add(_c(1.0), Power(Call("tan", (x,)), 2)),), r"\tan"),
    Function("sinh", 1, lambda x: (Call("cosh", (x,)),), r"\sinh"),
    Function("cosh", 1, lambda x: (Call("sinh", (x,)),), r"\cosh"),
    Function("tanh", 1, lambda x: (_sub(_c(1.0), Power(Call("tanh", (x,)), 2)),), r"\tanh"),
    Function("abs", 1, lambda x: (Call("sign", (x,)),), r"\operatorname{abs}"),
    Function("sign", 1, lambda x: (_c(0.0),), r"\operatorname{sgn}"),
    Function("floor", 1, lambda x: (_c(0.0),), r"\operatorname{floor}"),
    Function("heaviside", 1, lambda x: (_c(0.0),), r"\Theta"),
    Function("min", 2, _first_is("<"), r"\min"),
    Function("max", 2, _first_is(">"), r"\max"),
    Function("clip", 3, _clip_slopes, r"\operatorname{clip}"),
    Function("pow", 2, _pow_slopes, r"\operatorname{pow}"),
]

FUNCTIONS: dict[str, Function] = {entry.name: entry for entry in _ENTRIES}
