"""The classical Runge-Kutta method of fourth order."""
from __future__ import annotations

from ...ir.expr import Binary, Cast, Const, Expr, StepSize
from ...ir.statements import Statement
from .stage import Method, Problem


def step(problem: Problem) -> tuple[list[Statement], list[Expr], list[Expr]]:
    """x + dt/6*(k1 + 2*k2 + 2*k3 + k4); all variables of the system advance together."""
    statements: list[Statement] = []
    names = [eq.variable for eq in problem.system.equations]
    half = problem.named(statements, "half_dt", Binary("/", StepSize(), Const(2.0)))

    def stage(number: int, values: list[Expr], time: Expr) -> tuple[list[Expr], list[Expr]]:
        laid, slopes = problem.evaluate(values, time)
        statements.extend(laid)
        ks: list[Expr] = [problem.named(statements, f"k{number}_{name}", slope.drift)
                          for name, slope in zip(names, slopes)]
        return ks, [extra for slope in slopes for extra in slope.extras]

    def moved(width: Expr, ks: list[Expr]) -> list[Expr]:
        return [problem.named(statements, f"{name}_mid", Binary("+", value, Binary("*", width, k)))
                for name, value, k in zip(names, problem.values, ks)]

    middle = Binary("+", problem.time, Binary("/", Cast(StepSize(), "f64"), Const(2.0)))
    end = Binary("+", problem.time, Cast(StepSize(), "f64"))
    k1, extras = stage(1, problem.values, problem.time)
    k2, _ = stage(2, moved(half, k1), middle)
    k3, _ = stage(3, moved(half, k2), middle)
    k4, _ = stage(4, moved(StepSize(), k3), end)
    sixth = problem.named(statements, "sixth_dt", Binary("/", StepSize(), Const(6.0)))
    two = Const(2.0)
    results: list[Expr] = []
    for value, a, b, c, d in zip(problem.values, k1, k2, k3, k4):
        inner = Binary("+", a, Binary("*", two, b))
        inner = Binary("+", inner, Binary("*", two, c))
        results.append(Binary("+", value, Binary("*", sixth, Binary("+", inner, d))))
    return statements, results, extras


METHOD = Method("rk4", 4, step, False, "Kutta 1901, Z. Math. Phys. 46; Hairer, Norsett & Wanner 1993, table II.1.2")
