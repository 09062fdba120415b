"""The derivative-free Milstein method for equations in Stratonovich's sense; Euler's where there is no noise."""
from __future__ import annotations

from ...ir.expr import Expr, Power
from .noise import milstein
from .runge_kutta import Laid
from .stage import Method, Problem


def step(problem: Problem) -> Laid:
    """x + dt*f + g*dW + (g(xb) - g)*dW**2/(2*sqrt(dt)), xb = x + dt*f + g*sqrt(dt)."""
    return milstein(problem, _square)


def _square(dW: Expr) -> Expr:
    return Power(dW, 2)


METHOD = Method("milstein_stra", 1, step, "stratonovich",
                "Kloeden & Platen 1992, Numerical Solution of SDEs, eq. 11.1.5")
