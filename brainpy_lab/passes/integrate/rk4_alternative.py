"""Kutta's other method of fourth order, the 3/8 rule."""

from __future__ import annotations

from ...ir.expr import Binary, Const, Expr, StepSize
from .runge_kutta import Laid, Stages
from .stage import Method, Problem


def step(problem: Problem) -> Laid:
    """x + dt/8*(k1 + 3*k2 + 3*k3 + k4), stages at 0, 1/3, 2/3 and 1 of the step."""
    stages = Stages(problem)
    three = Const(3.0)
    k1 = stages.slopes(problem.values, problem.time)
    k2 = stages.slopes(stages.moved(stages.width("third_dt", 3.0), k1), stages.later(parts=3.0))
    to_k3: list[Expr] = [Binary("-", b, Binary("/", a, three)) for a, b in zip(k1, k2)]
    k3 = stages.slopes(stages.moved(StepSize(), to_k3), stages.later(2.0, 3.0))
    to_k4: list[Expr] = [Binary("+", Binary("-", a, b), c) for a, b, c in zip(k1, k2, k3)]
    k4 = stages.slopes(stages.moved(StepSize(), to_k4), stages.later())
    slopes: list[Expr] = []
    for a, b, c, d in zip(k1, k2, k3, k4):
        inner = Binary("+", Binary("+", a, Binary("*", three, b)), Binary("*", three, c))
        slopes.append(Binary("+", inner, d))
    return stages.result(stages.width("eighth_dt", 8.0), slopes)


METHOD = Method(
    "rk4_alternative", 4, step, None, "Kutta 1901, Z. Math. Phys. 46; Hairer, Norsett & Wanner 1993, table II.1.2"
)
