"""Milstein's method with the derivative of the factor of the noise (`passes.derivative`); without noise Euler's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ...ir.expr import Binary, Const, Expr, Power, StepSize
from ...ir.statements import Statement
from ..derivative import derivative
from ..fold import add, mul
from .noise import euler_maruyama
from .stage import Laid, Method, Problem


def step(square: Callable[[Expr], Expr], problem: Problem) -> Laid:
    """x + dt*f + g*dW + (sum over y of g_y*dg/dy)*square(dW)/2, y every variable that the same noise drives.

    With several noises the order is 1 only when no g depends on what another noise drives; else it is 1/2, because
    the double integrals of two noises are left out.
    """
    statements: list[Statement] = []
    values = [
        problem.named(statements, f"{eq.variable}_now", value)
        for eq, value in zip(problem.system.equations, problem.values)
    ]
    laid, slopes = problem.evaluate(values, problem.time)
    statements += laid
    increments = problem.noise(statements)
    results = []
    for value, slope, dW in zip(values, slopes, increments):
        new = euler_maruyama(value, slope, slope.diffusion, dW)
        if slope.diffusion is not None and dW is not None:
            total: Expr = Const(0.0)
            for other, driver, its_noise in zip(values, slopes, increments):
                if its_noise == dW and driver.diffusion is not None:
                    total = add(total, mul(driver.diffusion, derivative(slope.diffusion, other, slope.lines)))
            if total != Const(0.0):
                half = problem.named(statements, "milstein_weight", Binary("/", square(dW), Const(2.0)))
                new = Binary("+", new, Binary("*", total, half))
        results.append(new)
    return statements, results, [extra for slope in slopes for extra in slope.extras]


def _ito(dW: Expr) -> Expr:
    return Binary("-", Power(dW, 2), StepSize())


def _stratonovich(dW: Expr) -> Expr:
    return Power(dW, 2)


_REFERENCE = (
    "Milstein 1974, Theory Probab. Appl. 19, 557-562; Kloeden & Platen 1992, Numerical Solution of SDEs, sec. 10.3"
)

ITO = Method("milstein_derivative_ito", 1, partial(step, _ito), "ito", _REFERENCE)
STRATONOVICH = Method("milstein_derivative_stra", 1, partial(step, _stratonovich), "stratonovich", _REFERENCE)
