"""The classic trap of rate functions: ``(V + 40)/(exp((V + 40)/10) - 1)`` is 0/0 at V = -40.

What a user wrote is never rewritten, so all that can be done is to say it. Only the plain pattern is looked for: a
quotient with ``exp(u) - 1``, ``1 - exp(u)`` or ``expm1(u)`` below, and above a factor that is 0 where u is 0.
"""
from __future__ import annotations

from collections.abc import Iterator

from .expr import Binary, Call, Cast, Const, Element, Expr, Field, Local, Negative, Param, StepSize, Time, walk
from .place import Place
from .program import Step
from .rules import Problem
from .statements import Integrate, Statement, blocks, expressions

Line = dict[Expr | None, float]
"""A linear form: the coefficient of every leaf, and the constant under None."""


def zero_by_zero(step: Step, where: str) -> list[Problem]:
    """A warning for every quotient of a step that may be 0/0."""
    found = []
    for value, place in _values(step.body):
        for node in walk(value):
            if isinstance(node, Binary) and node.op == "/":
                point = _both_vanish(node.left, node.right)
                if point is not None:
                    found.append(Problem(
                        "may-divide-zero-by-zero",
                        f"{where}: a quotient is 0/0{point}, which is no number; write x/(exp(x) - 1) as 1/exprel(x)",
                        node.place or place or step.place))
    return found


def _values(body: tuple[Statement, ...]) -> Iterator[tuple[Expr, Place | None]]:
    for statement in body:
        for value in expressions(statement):
            yield value, statement.place
        if isinstance(statement, Integrate):
            for eq in statement.system.equations:
                diffusion = () if eq.diffusion is None else (eq.diffusion,)
                for value in (*(value for _, value in eq.lines), eq.drift, *diffusion, *eq.extras):
                    yield value, eq.place or statement.place
        for block in blocks(statement):
            yield from _values(block)


def _both_vanish(above: Expr, below: Expr) -> str | None:
    """Where numerator and denominator are 0 together, as text; None when they are not known to be."""
    tops: list[Line] | None = None
    for factor in _factors(below):
        argument = _argument(factor)
        if argument is None:
            continue
        if tops is None:
            tops = [line for line in map(_line, _factors(above)) if line is not None]
        for inner in _factors(argument):
            bottom = _line(inner)
            if bottom is not None and any(_proportional(top, bottom) for top in tops):
                return _point(bottom)
    return None


def _factors(node: Expr) -> Iterator[Expr]:
    """What can make a product 0; a divisor cannot."""
    match node:
        case Negative(a):
            yield from _factors(a)
        case Binary("*", a, b):
            yield from _factors(a)
            yield from _factors(b)
        case Binary("/", a, _):
            yield from _factors(a)
        case _:
            yield node


def _argument(node: Expr) -> Expr | None:
    """u of ``exp(u) - 1`` and of what is the same."""
    match node:
        case Call("expm1", (u,)):
            return u
        case Binary("-", Call("exp", (u,)), Const(one)) | Binary("-", Const(one), Call("exp", (u,))) if one == 1:
            return u
        case Binary("+", Call("exp", (u,)), Const(one)) | Binary("+", Const(one), Call("exp", (u,))) if one == -1:
            return u
    return None


def _line(node: Expr) -> Line | None:
    """The linear form of an expression; None when it has none, or no leaf."""
    line = _linear(node)
    return line if line is not None and any(leaf is not None and value for leaf, value in line.items()) else None


def _linear(node: Expr) -> Line | None:
    match node:
        case Const(value):
            return {None: float(value)}
        case Local() | Param() | Field() | Time() | StepSize() | Element():
            return {node: 1.0, None: 0.0}
        case Cast(operand, _):
            return _linear(operand)
        case Negative(a):
            one = _linear(a)
            return None if one is None else _scaled(one, -1.0)
        case Binary("+" | "-", a, b):
            one, two = _linear(a), _linear(b)
            if one is None or two is None:
                return None
            sign = 1.0 if node.op == "+" else -1.0  # type: ignore[attr-defined]
            return {leaf: one.get(leaf, 0.0) + sign * two.get(leaf, 0.0) for leaf in {**one, **two}}
        case Binary("*", Const(value), a) | Binary("*", a, Const(value)):
            one = _linear(a)
            return None if one is None else _scaled(one, float(value))
        case Binary("/", a, Const(value)) if value:
            one = _linear(a)
            return None if one is None else _scaled(one, 1.0 / value)
    return None


def _scaled(line: Line, factor: float) -> Line:
    return {leaf: value * factor for leaf, value in line.items()}


def _proportional(a: Line, b: Line) -> bool:
    """True when the two forms are 0 at the same points."""
    leaf = next(leaf for leaf, value in b.items() if leaf is not None and value)
    scale = a.get(leaf, 0.0) / b[leaf]
    return scale != 0 and all(abs(a.get(key, 0.0) - scale * b.get(key, 0.0)) <= 1e-12 * (1 + abs(a.get(key, 0.0)))
                              for key in {**a, **b})


def _point(line: Line) -> str:
    """``" at V = -40"`` where one leaf decides."""
    leaves = [leaf for leaf, value in line.items() if leaf is not None and value]
    name = getattr(leaves[0], "name", None)
    if len(leaves) != 1 or name is None:
        return " at one point"
    return f" at {name} = {0.0 - line[None] / line[leaves[0]]:g}"
