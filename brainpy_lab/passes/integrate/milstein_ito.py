"""The derivative-free Milstein method for equations in Ito's sense; Euler's where there is no noise."""

from __future__ import annotations

from ...ir.expr import Binary, Expr, Power, StepSize
from .noise import milstein
from .stage import Laid, Method, Problem


def step(problem: Problem) -> Laid:
    """x + dt*f + g*dW + (g(xb) - g)*(dW**2 - dt)/(2*sqrt(dt)), xb = x + dt*f + g*sqrt(dt)."""
    return milstein(problem, _ito_square, drifts=True)


def _ito_square(dW: Expr) -> Expr:
    return Binary("-", Power(dW, 2), StepSize())


METHOD = Method("milstein_ito", 1, step, "ito", "Kloeden & Platen 1992, Numerical Solution of SDEs, eq. 11.1.3")
