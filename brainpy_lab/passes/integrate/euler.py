"""Euler's method; Euler-Maruyama for stochastic equations (Ito)."""
from __future__ import annotations

from ...ir.expr import Binary, Expr, StepSize
from ...ir.statements import Statement
from .stage import Method, Problem


def step(problem: Problem) -> tuple[list[Statement], list[Expr], list[Expr]]:
    """x + dt*f, and + g*sqrt(dt)*xi where there is noise."""
    statements, slopes = problem.evaluate(problem.values, problem.time)
    increments = problem.noise(statements)
    results: list[Expr] = []
    for value, slope, increment in zip(problem.values, slopes, increments):
        new: Expr = Binary("+", value, Binary("*", StepSize(), slope.drift))
        if increment is not None and slope.diffusion is not None:
            new = Binary("+", new, Binary("*", slope.diffusion, increment))
        results.append(new)
    return statements, results, [extra for slope in slopes for extra in slope.extras]


METHOD = Method("euler", 1, step, True, "Kloeden & Platen 1992, Numerical Solution of SDEs, eq. 10.2.4")
