"""The classical Runge-Kutta method of fourth order."""

from __future__ import annotations

from ...ir.expr import Binary, Const, Expr, StepSize
from .runge_kutta import Laid, Stages
from .stage import Method, Problem


def step(problem: Problem) -> Laid:
    """x + dt/6*(k1 + 2*k2 + 2*k3 + k4); all variables of the system advance together."""
    stages = Stages(problem)
    half = stages.width("half_dt", 2.0)
    middle, two = stages.later(parts=2.0), Const(2.0)
    k1 = stages.slopes(problem.values, problem.time)
    k2 = stages.slopes(stages.moved(half, k1), middle)
    k3 = stages.slopes(stages.moved(half, k2), middle)
    k4 = stages.slopes(stages.moved(StepSize(), k3), stages.later())
    slopes: list[Expr] = []
    for a, b, c, d in zip(k1, k2, k3, k4):
        inner = Binary("+", Binary("+", a, Binary("*", two, b)), Binary("*", two, c))
        slopes.append(Binary("+", inner, d))
    return stages.result(stages.width("sixth_dt", 6.0), slopes)


METHOD = Method("rk4", 4, step, None, "Kutta 1901, Z. Math. Phys. 46; Hairer, Norsett & Wanner 1993, table II.1.2")
