"""Heun's method: the explicit trapezoid rule; for stochastic equations the Heun method of Stratonovich's integral."""

from __future__ import annotations

from ...ir.expr import Binary, Const, Expr
from . import runge_kutta
from .noise import euler_maruyama, is_stochastic, noise_reads
from .stage import Laid, Method, Problem
from .tableaux import HEUN


def step(problem: Problem) -> Laid:
    """x + dt/2*(k1 + k2) without noise; with noise see `_stratonovich`."""
    if is_stochastic(problem.system):
        return _stratonovich(problem)
    return runge_kutta.step(HEUN, problem)


def _stratonovich(problem: Problem) -> Laid:
    """x + f*dt + (g + g(xb))*dW/2 with xb = x + g*dW, all variables and all noises moved together.

    Averaging g over the two ends is what makes the limit Stratonovich's integral, for any number of noises.
    """
    statements, slopes = problem.evaluate(problem.values, problem.time)
    increments = problem.noise(statements)
    moved: list[Expr] = []
    driven = set()
    for eq, value, slope, dW in zip(problem.system.equations, problem.values, slopes, increments):
        if slope.diffusion is None or dW is None:
            moved.append(value)
            continue
        driven.add(eq.variable)
        end = Binary("+", value, Binary("*", slope.diffusion, dW))
        moved.append(problem.named(statements, f"{eq.variable}_end", end))
    diffusions: list[Expr | None] = [slope.diffusion for slope in slopes]
    ends = None
    for number, (eq, slope) in enumerate(zip(problem.system.equations, slopes)):
        if slope.diffusion is None or not noise_reads(eq) & driven:
            continue  # g is the same at both ends
        if ends is None:
            laid, ends = problem.evaluate(moved, problem.time)
            statements += laid
        at_end = ends[number].diffusion
        assert at_end is not None
        diffusions[number] = Binary("/", Binary("+", slope.diffusion, at_end), Const(2.0))
    results = [euler_maruyama(*parts) for parts in zip(problem.values, slopes, diffusions, increments)]
    return statements, results, [extra for slope in slopes for extra in slope.extras]


METHOD = Method(
    "heun",
    2,
    step,
    "stratonovich",
    f"{HEUN.reference}; Kloeden, Platen & Schurz 1994, Numerical Solution of SDE, sec. 3.4",
    tableau=HEUN,
)
