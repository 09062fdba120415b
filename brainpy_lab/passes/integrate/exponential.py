"""Exponential Euler with the linear part of the drift (`passes.linear_part`)."""

from __future__ import annotations

from ...ir.expr import Binary, Call, Const, Expr, StepSize
from ...ir.statements import Statement
from ..linear_part import linear_part
from .noise import euler_maruyama
from .runge_kutta import Laid
from .stage import Method, Problem


def step(problem: Problem) -> Laid:
    """x + (exp(A*dt) - 1)/A * f, written dt*exprel(A*dt)*f so that A == 0 gives Euler's step.

    With noise + exp(A*dt)*g*sqrt(dt)*xi: what the noise adds decays along with x.
    """
    # The start value gets a name of its own, so that the linear part can tell x from an equal expression.
    statements: list[Statement] = []
    values = [
        problem.named(statements, f"{eq.variable}_now", value)
        for eq, value in zip(problem.system.equations, problem.values)
    ]
    laid, slopes = problem.evaluate(values, problem.time)
    statements += laid
    increments = problem.noise(statements)
    results: list[Expr] = []
    for value, slope, dW in zip(values, slopes, increments):
        rate = linear_part(slope.drift, value.name, slope.lines)
        if rate == Const(0.0):
            results.append(euler_maruyama(value, slope, slope.diffusion, dW))
            continue
        exponent = Binary("*", StepSize(), rate)
        weight = Binary("*", StepSize(), Call("exprel", (exponent,)))
        new: Expr = Binary("+", value, Binary("*", weight, slope.drift))
        if dW is not None and slope.diffusion is not None:
            new = Binary("+", new, Binary("*", Binary("*", Call("exp", (exponent,)), slope.diffusion), dW))
        results.append(new)
    return statements, results, [extra for slope in slopes for extra in slope.extras]


METHOD = Method(
    "exponential",
    1,
    step,
    "ito",
    "Hochbruck & Ostermann 2010, Acta Numerica 19, eq. 2.4; Erdogan & Lord 2016, arXiv:1608.07096",
)
