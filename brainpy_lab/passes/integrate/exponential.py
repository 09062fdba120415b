"""Exponential Euler with the linear part of the drift (`passes.linear_part`)."""
from __future__ import annotations

from ...ir.expr import Binary, Call, Const, Expr, StepSize
from ...ir.statements import Statement
from ..linear_part import linear_part
from .stage import Method, Problem


def step(problem: Problem) -> tuple[list[Statement], list[Expr], list[Expr]]:
    """x + (exp(A*dt) - 1)/A * f, written dt*exprel(A*dt)*f so that A == 0 gives Euler's step."""
    # The start value gets a name of its own, so that the linear part can tell x from an equal expression.
    statements: list[Statement] = []
    values = [problem.named(statements, f"{eq.variable}_now", value)
              for eq, value in zip(problem.system.equations, problem.values)]
    laid, slopes = problem.evaluate(values, problem.time)
    statements += laid
    results: list[Expr] = []
    for value, slope in zip(values, slopes):
        rate = linear_part(slope.drift, value.name, slope.lines)
        if rate == Const(0.0):
            results.append(Binary("+", value, Binary("*", StepSize(), slope.drift)))
            continue
        weight = Binary("*", StepSize(), Call("exprel", (Binary("*", StepSize(), rate),)))
        results.append(Binary("+", value, Binary("*", weight, slope.drift)))
    return statements, results, [extra for slope in slopes for extra in slope.extras]


METHOD = Method("exponential", 1, step, False, "Hochbruck & Ostermann 2010, Acta Numerica 19, eq. 2.4")

