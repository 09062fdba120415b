"""The derivative-free Milstein method for equations in Stratonovich's sense; Euler's where there is no noise."""

from __future__ import annotations

from ...ir.expr import Expr, Power
from .noise import milstein
from .stage import Laid, Method, Problem


def step(problem: Problem) -> Laid:
    """x + dt*f + g*dW + (g(xb) - g)*dW**2/(2*sqrt(dt)), xb = x + g*sqrt(dt).

    The drift has no part in xb: dW**2 has the mean dt, so it would leave dg/dx*f*dt**1.5/2 in the mean of each step
    and bring the order down to 1/2. (The Ito form multiplies by dW**2 - dt, whose mean is 0.)
    """
    return milstein(problem, _square, drifts=False)


def _square(dW: Expr) -> Expr:
    return Power(dW, 2)


METHOD = Method(
    "milstein_stra", 1, step, "stratonovich", "Kloeden & Platen 1992, Numerical Solution of SDEs, sec. 11.1"
)
