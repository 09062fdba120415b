"""Exponential Euler with the slope of the drift at the present state (`passes.derivative`)."""

from __future__ import annotations

from ..derivative import derivative
from .exponential import exponential_euler
from .stage import Laid, Method, Problem


def step(problem: Problem) -> Laid:
    """The step with A = df/dx, through the intermediate lines, the other variables of the system frozen.

    One equation without time in it is integrated with second order (the exponential Rosenbrock-Euler method), and
    exactly where f is linear in x. Where df/dx is infinite the step is, too: at x = 0 in ``sqrt(x)``, for example.
    """
    return exponential_euler(problem, lambda slope, x: derivative(slope.drift, x, slope.lines))


METHOD = Method(
    "exp_auto",
    1,
    step,
    "ito",
    "Pope 1963, Commun. ACM 6, 491-493; Hochbruck & Ostermann 2010, Acta Numerica 19, sec. 2.4; "
    "Erdogan & Lord 2016, arXiv:1608.07096",
)
