"""What the explicit Runge-Kutta methods share: stages at moved values and later times."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.expr import Binary, Cast, Const, Expr, StepSize
from ...ir.statements import Statement
from .stage import Problem

Laid = tuple[list[Statement], list[Expr], list[Expr]]


class Stages:
    """The slopes k1, k2, ... of all equations of a system, which advance together.

    The further values that an equation returns are those of k1.
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self.statements: list[Statement] = []
        self.names = [eq.variable for eq in problem.system.equations]
        self.extras: list[Expr] = []
        self.count = 0

    def slopes(self, values: Sequence[Expr], time: Expr) -> list[Expr]:
        """The next k: every drift at `values` and `time`, each under a name of its own."""
        laid, slopes = self.problem.evaluate(values, time)
        self.statements.extend(laid)
        self.count += 1
        if self.count == 1:
            self.extras = [extra for slope in slopes for extra in slope.extras]
        return [
            self.problem.named(self.statements, f"k{self.count}_{name}", slope.drift)
            for name, slope in zip(self.names, slopes)
        ]

    def moved(self, width: Expr, slopes: Sequence[Expr]) -> list[Expr]:
        """x + width*slope for every variable, under a name of its own."""
        return [
            self.problem.named(self.statements, f"{name}_mid", value)
            for name, value in zip(self.names, self.advanced(width, slopes))
        ]

    def advanced(self, width: Expr, slopes: Sequence[Expr]) -> list[Expr]:
        """x + width*slope for every variable."""
        return [Binary("+", value, Binary("*", width, slope)) for value, slope in zip(self.problem.values, slopes)]

    def width(self, hint: str, parts: float) -> Expr:
        """dt/parts, under a name."""
        return self.problem.named(self.statements, hint, Binary("/", StepSize(), Const(parts)))

    def later(self, times: float = 1.0, parts: float = 1.0) -> Expr:
        """t + times*dt/parts, in float64 as time always is."""
        shift: Expr = Cast(StepSize(), "f64")
        if times != 1.0:
            shift = Binary("*", Const(times), shift)
        if parts != 1.0:
            shift = Binary("/", shift, Const(parts))
        return Binary("+", self.problem.time, shift)

    def result(self, width: Expr, slopes: Sequence[Expr]) -> Laid:
        """What a method's ``step`` returns: x + width*slope."""
        results = self.advanced(width, slopes)
        return self.statements, results, self.extras
