"""Kutta's method of third order."""

from __future__ import annotations

from ...ir.expr import Binary, Const, Expr, StepSize
from .runge_kutta import Laid, Stages
from .stage import Method, Problem


def step(problem: Problem) -> Laid:
    """x + dt/6*(k1 + 4*k2 + k3), k2 in the middle and k3 at x + dt*(2*k2 - k1)."""
    stages = Stages(problem)
    k1 = stages.slopes(problem.values, problem.time)
    k2 = stages.slopes(stages.moved(stages.width("half_dt", 2.0), k1), stages.later(parts=2.0))
    to_end: list[Expr] = [Binary("-", Binary("*", Const(2.0), b), a) for a, b in zip(k1, k2)]
    k3 = stages.slopes(stages.moved(StepSize(), to_end), stages.later())
    slopes: list[Expr] = [Binary("+", Binary("+", a, Binary("*", Const(4.0), b)), c) for a, b, c in zip(k1, k2, k3)]
    return stages.result(stages.width("sixth_dt", 6.0), slopes)


METHOD = Method("rk3", 3, step, None, "Kutta 1901, Z. Math. Phys. 46; Hairer, Norsett & Wanner 1993, sec. II.1")
