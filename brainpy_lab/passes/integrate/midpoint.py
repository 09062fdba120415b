"""The explicit midpoint method, also called modified Euler: second order."""

from __future__ import annotations

from ...ir.expr import StepSize
from .runge_kutta import Laid, Stages
from .stage import Method, Problem


def step(problem: Problem) -> Laid:
    """x + dt*k2, k2 at the middle of the Euler step."""
    stages = Stages(problem)
    k1 = stages.slopes(problem.values, problem.time)
    k2 = stages.slopes(stages.moved(stages.width("half_dt", 2.0), k1), stages.later(parts=2.0))
    return stages.result(StepSize(), k2)


METHOD = Method("midpoint", 2, step, None, "Runge 1895, Math. Ann. 46; Hairer, Norsett & Wanner 1993, table II.1.1")
