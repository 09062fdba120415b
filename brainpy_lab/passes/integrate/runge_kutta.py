"""Explicit Runge-Kutta methods: a tableau becomes the statements of one step."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial

from ...ir.expr import Binary, Cast, Const, Expr, StepSize
from ...ir.statements import Statement
from .stage import Laid, Method, Problem
from .tableau import Coefficient, Row, Tableau

_PARTS = {2: "half_dt", 3: "third_dt", 4: "quarter_dt", 6: "sixth_dt", 8: "eighth_dt"}


def explicit(tableau: Tableau) -> Method:
    """The method of a tableau, for equations without noise."""
    return Method(tableau.name, tableau.order, partial(step, tableau), None, tableau.reference, tableau=tableau)


def step(tableau: Tableau, problem: Problem) -> Laid:
    """x + dt*(b1*k1 + b2*k2 + ...), stage s at x + dt*(a1*k1 + ...) and t + c*dt; all variables advance together.

    Stages that only the embedded method reads are left out. The further values that an equation returns are those of
    the first stage.
    """
    names = [eq.variable for eq in problem.system.equations]
    statements: list[Statement] = []
    slopes: list[list[Expr]] = [[] for _ in names]  # of each variable, k1, k2, ... so far
    extras: list[Expr] = []

    def advanced(weights: Row) -> list[Expr]:
        found = width(weights, StepSize())
        if not isinstance(found, StepSize):
            found = problem.named(statements, _hint(weights), found)
        return [plus(value, found, weights, known) for value, known in zip(problem.values, slopes)]

    last = max(s for s, weight in enumerate(tableau.weights.coefficients) if weight)
    for s, (node, weights) in enumerate(zip(tableau.nodes[: last + 1], tableau.matrix)):
        values = problem.values
        if s:
            values = [problem.named(statements, f"{name}_mid", moved) for name, moved in zip(names, advanced(weights))]
        laid, found = problem.evaluate(values, later(problem, node))
        statements += laid
        if not s:
            extras = [extra for slope in found for extra in slope.extras]
        for name, known, slope in zip(names, slopes, found):
            known.append(problem.named(statements, f"k{s + 1}_{name}", slope.drift))
    return statements, advanced(tableau.weights), extras


def later(problem: Problem, node: Coefficient) -> Expr:
    """t + node*dt, in float64 as time always is."""
    return problem.time if not node else Binary("+", problem.time, _part(node, 1, Cast(StepSize(), "f64")))


def width(weights: Row, base: Expr) -> Expr:
    """What a sum of slopes is multiplied by: `base` over the divisor and, for one slope only, times its weight."""
    return _part(_alone(weights), weights.over, base)


def plus(value: Expr, width: Expr, weights: Row, slopes: Sequence[Expr]) -> Expr:
    """value + width*(sum of weighted slopes), `width` from the function of this name; `value` where all weights are 0.

    The sum is in the order of the slopes, begun with the first that is added rather than taken away.
    """
    terms = [(weight, slope) for weight, slope in zip(weights.coefficients, slopes) if weight]
    if not terms:
        return value
    return Binary("+", value, Binary("*", width, terms[0][1] if len(terms) == 1 else weighted(terms)))


def weighted(terms: Sequence[tuple[Coefficient, Expr]]) -> Expr:
    """The sum of weight*slope."""
    first = next(number for number, term in enumerate(terms) if term[0] > 0)
    total = _scaled(*terms[first])
    for weight, slope in [*terms[:first], *terms[first + 1 :]]:
        sign, size = ("+", weight) if weight > 0 else ("-", -weight)
        total = Binary(sign, total, _scaled(size, slope))
    return total


def _hint(weights: Row) -> str:
    """What the width is called in printed code."""
    return _PARTS.get(weights.over, "part_of_dt") if _alone(weights) == 1 else "part_of_dt"


def _alone(weights: Row) -> Coefficient:
    """The weight of the only slope; 1 where there are several."""
    used = [weight for weight in weights.coefficients if weight]
    return used[0] if len(used) == 1 else 1


def _part(times: Coefficient, over: int, base: Expr) -> Expr:
    if isinstance(times, Fraction):
        times, over = times.numerator, times.denominator * over
    part = base if times == 1 else Binary("*", Const(float(times)), base)
    return part if over == 1 else Binary("/", part, Const(float(over)))


def _scaled(weight: Coefficient, slope: Expr) -> Expr:
    if isinstance(weight, Fraction):
        return Binary("/", _scaled(weight.numerator, slope), Const(float(weight.denominator)))
    return slope if weight == 1 else Binary("*", Const(float(weight)), slope)
