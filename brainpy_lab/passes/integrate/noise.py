"""What the methods for stochastic equations share: Euler-Maruyama, and the derivative-free Milstein step."""

from __future__ import annotations

from collections.abc import Callable

from ...ir.expr import Binary, Call, Const, Expr, Local, StepSize, walk
from ...ir.statements import Equation, System
from .stage import Laid, Problem, Slope


def is_stochastic(system: System) -> bool:
    """Whether any equation has noise."""
    return any(eq.diffusion is not None for eq in system.equations)


def noise_reads(equation: Equation) -> set[str]:
    """The locals that the factor of the noise depends on, looking through the intermediate lines."""
    lines = dict(equation.lines)
    found: set[str] = set()
    open_ends = [] if equation.diffusion is None else [equation.diffusion]
    while open_ends:
        for node in walk(open_ends.pop()):
            if isinstance(node, Local) and node.name not in found:
                found.add(node.name)
                if node.name in lines:
                    open_ends.append(lines[node.name])
    return found


def euler_maruyama(value: Expr, slope: Slope, diffusion: Expr | None, dW: Expr | None) -> Expr:
    """x + dt*f, and + g*dW where there is noise."""
    new: Expr = Binary("+", value, Binary("*", StepSize(), slope.drift))
    if dW is not None and diffusion is not None:
        new = Binary("+", new, Binary("*", diffusion, dW))
    return new


def milstein(problem: Problem, square: Callable[[Expr], Expr], drifts: bool) -> Laid:
    """Euler-Maruyama and + (g(xb) - g)*square(dW)/(2*sqrt(dt)), xb = x + g*sqrt(dt), where it `drifts` + dt*f too.

    The difference stands for g*dg/dx, so no derivative is needed. Each noise is treated by itself: only what it
    drives is moved, since moving along what another noise drives would add a drift that is not there. Where g does
    not depend on anything that its noise drives the step is Euler's.

    With several noises the order is 1 only when no g depends on what another noise drives; else it is 1/2, because
    the double integrals of two noises are left out.
    """
    statements, slopes = problem.evaluate(problem.values, problem.time)
    increments = problem.noise(statements)
    equations = problem.system.equations
    parts = zip(problem.values, slopes, (slope.diffusion for slope in slopes), increments)
    results = [euler_maruyama(*part) for part in parts]
    root = Call("sqrt", (StepSize(),))
    for dW in dict.fromkeys(increment for increment in increments if increment is not None):
        driven = {eq.variable for eq, increment in zip(equations, increments) if increment == dW}
        curved = [
            number for number, eq in enumerate(equations) if increments[number] == dW and noise_reads(eq) & driven
        ]
        if not curved:
            continue
        moved: list[Expr] = []
        for eq, value, slope in zip(equations, problem.values, slopes):
            if eq.variable in driven:
                assert slope.diffusion is not None
                bar: Expr = (
                    euler_maruyama(value, slope, slope.diffusion, root)
                    if drifts
                    else Binary("+", value, Binary("*", slope.diffusion, root))
                )
                value = problem.named(statements, f"{eq.variable}_bar", bar)
            moved.append(value)
        laid, bars = problem.evaluate(moved, problem.time)
        statements += laid
        weight = problem.named(statements, "milstein_weight", Binary("/", square(dW), Binary("*", Const(2.0), root)))
        for number in curved:
            there, here = bars[number].diffusion, slopes[number].diffusion
            assert there is not None and here is not None
            results[number] = Binary("+", results[number], Binary("*", Binary("-", there, here), weight))
    return statements, results, [extra for slope in slopes for extra in slope.extras]
