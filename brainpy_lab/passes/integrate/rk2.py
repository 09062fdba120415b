"""The second-order Runge-Kutta methods with one parameter; ``rk2`` is Ralston's."""

from __future__ import annotations

from ...ir.expr import Binary, Cast, Const, Expr, StepSize
from .runge_kutta import Laid, Stages
from .stage import Method, Problem

_RALSTON = "Ralston 1962, Math. Comp. 16, 431-437"


def step(problem: Problem) -> Laid:
    """x + dt/4*(k1 + 3*k2), k2 at two thirds of the Euler step: the smallest bound of the error."""
    stages = Stages(problem)
    k1 = stages.slopes(problem.values, problem.time)
    two_thirds = problem.named(
        stages.statements, "two_thirds_dt", Binary("/", Binary("*", Const(2.0), StepSize()), Const(3.0))
    )
    k2 = stages.slopes(stages.moved(two_thirds, k1), stages.later(2.0, 3.0))
    slopes: list[Expr] = [Binary("+", a, Binary("*", Const(3.0), b)) for a, b in zip(k1, k2)]
    return stages.result(stages.width("quarter_dt", 4.0), slopes)


def with_beta(beta: float) -> Method:
    """The method whose second stage stands at `beta` of the Euler step, 0 < beta.

    x + dt*((1 - 1/(2*beta))*k1 + 1/(2*beta)*k2). It is called ``rk2(beta)``; ``rk2`` has beta = 2/3.
    """
    second = 1.0 / (2.0 * beta)

    def step(problem: Problem) -> Laid:
        stages = Stages(problem)
        k1 = stages.slopes(problem.values, problem.time)
        width = problem.named(stages.statements, "beta_dt", Binary("*", Const(beta), StepSize()))
        time = Binary("+", problem.time, Binary("*", Const(beta), Cast(StepSize(), "f64")))
        k2 = stages.slopes(stages.moved(width, k1), time)
        slopes: list[Expr] = [
            Binary("+", Binary("*", Const(1.0 - second), a), Binary("*", Const(second), b)) for a, b in zip(k1, k2)
        ]
        return stages.result(StepSize(), slopes)

    return Method(f"rk2({beta!r})", 2, step, None, _RALSTON)


METHOD = Method("rk2", 2, step, None, _RALSTON)
