"""Euler's method; Euler-Maruyama for stochastic equations (Ito)."""

from __future__ import annotations

from .noise import euler_maruyama
from .stage import Laid, Method, Problem


def step(problem: Problem) -> Laid:
    """x + dt*f, and + g*sqrt(dt)*xi where there is noise."""
    statements, slopes = problem.evaluate(problem.values, problem.time)
    increments = problem.noise(statements)
    diffusions = [slope.diffusion for slope in slopes]
    results = [euler_maruyama(*parts) for parts in zip(problem.values, slopes, diffusions, increments)]
    return statements, results, [extra for slope in slopes for extra in slope.extras]


METHOD = Method("euler", 1, step, "ito", "Kloeden & Platen 1992, Numerical Solution of SDEs, eq. 10.2.4")
