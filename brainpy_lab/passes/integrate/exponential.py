"""Exponential Euler with the linear part of the drift (`passes.linear_part`)."""

from __future__ import annotations

from collections.abc import Callable

from ...ir.expr import Binary, Call, Const, Expr, Local, StepSize
from ...ir.statements import Statement
from ..linear_part import linear_part
from .noise import euler_maruyama
from .stage import Laid, Method, Problem, Slope


def step(problem: Problem) -> Laid:
    """The step with A the coefficient of x."""
    return exponential_euler(problem, lambda slope, x: linear_part(slope.drift, x.name, slope.lines))


def exponential_euler(problem: Problem, rate: Callable[[Slope, Local], Expr]) -> Laid:
    """x + (exp(A*dt) - 1)/A * f, written dt*exprel(A*dt)*f so that A == 0 gives Euler's step; A is ``rate(slope, x)``.

    With noise + exp(A*dt)*g*sqrt(dt)*xi: what the noise adds decays along with x. Every equation is taken at the old
    state, the other variables frozen.
    """
    # The start value gets a name of its own, so that A is told x from an equal expression.
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
        A = rate(slope, value)
        if A == Const(0.0):
            results.append(euler_maruyama(value, slope, slope.diffusion, dW))
            continue
        exponent = Binary("*", StepSize(), A)
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
