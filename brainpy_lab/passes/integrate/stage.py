"""What the integrators share: the equations laid out at one state and time, and fresh names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...ir.expr import Binary, Call, Expr, Field, Local, StepSize, Time, map_children
from ...ir.statements import Assign, Draw, Statement, System
from .tableau import Tableau

Laid = tuple[list[Statement], list[Expr], list[Expr]]
"""What a method's ``step`` returns: statements, the new values, the further values of the equations."""

# Words of the printed kernels: a user's local called `dt` or `n` must not take the place of the real one.
_PRINTED = re.compile(
    r"(P|n|first|i|e|j|j0|q|u|e0|q0|k|t|dt|step|i_run|seed|stream|np|njit|min|pre|post|row|edges|edge_ids"
    r"|active|n_active|active_bits|bits|first_bit|at|later|AHEAD|fetch"
    r"|run|run_.*|states|params|draw|shape|arange|broadcast_to|select|logical_not|kernel|guard|(new|when)_\d+"
    r"|(self|pre|post|row|each|ring|read|write|to|ipow)_.*|.*_(f32|f64)?)"
)


class Names:
    """Hands out local names that nothing else uses; a suffix tells copies of one name apart."""

    def __init__(self, taken: Sequence[str] = ()):
        self.taken = set(taken)

    def fresh(self, hint: str) -> str:
        if _PRINTED.fullmatch(hint):
            hint += "_local"
        name, count = hint, 1
        while name in self.taken:
            count += 1
            name = f"{hint}_{count}"
        self.taken.add(name)
        return name


@dataclass(frozen=True)
class Slope:
    """One equation evaluated at a stage: the statements before it, then drift, diffusion and extras."""

    drift: Expr
    diffusion: Expr | None
    extras: tuple[Expr, ...]
    lines: dict[str, Expr]


@dataclass(frozen=True)
class Method:
    """An integration method.

    Parameters
    ----------
    name : str
    order : int
        Order of convergence for equations without noise.
    step : callable
        ``step(problem) -> (statements, results, extras)``.
    noise : 'ito', 'stratonovich' or None
        The sense in which it reads stochastic equations; None when it takes none.
    reference : str
        Where the scheme is from.
    draws : int
        Standard normal numbers that it draws for each noise.
    tableau : Tableau or None
        Of an explicit Runge-Kutta method.
    """

    name: str
    order: int
    step: Callable[[Problem], Laid]
    noise: Literal["ito", "stratonovich"] | None
    reference: str
    draws: int = 1
    tableau: Tableau | None = None


@dataclass
class Problem:
    """A system to be advanced: start values, time, fresh names, and the number of its first draw.

    ``outside`` looks up what the equations read from the step around them.
    """

    system: System
    values: list[Expr]
    time: Expr
    names: Names
    site: int
    outside: Callable[[Expr], Expr]

    def evaluate(self, values: Sequence[Expr], time: Expr) -> tuple[list[Statement], list[Slope]]:
        """Lay out every equation with its variables at `values` and the time at `time`."""
        states = dict(zip((eq.variable for eq in self.system.equations), values))
        statements: list[Statement] = []
        slopes = []
        for eq in self.system.equations:
            table: dict[str, Expr] = dict(states)
            lines: dict[str, Expr] = {}
            for name, value in eq.lines:
                local = self.names.fresh(name)
                laid = self._place(value, table, time)
                statements.append(Assign(Local(local), laid))
                lines[local] = laid
                table[name] = Local(local)
            drift = self._place(eq.drift, table, time)
            diffusion = None if eq.diffusion is None else self._place(eq.diffusion, table, time)
            extras = tuple(self._place(extra, table, time) for extra in eq.extras)
            slopes.append(Slope(drift, diffusion, extras, lines))
        return statements, slopes

    def _place(self, node: Expr, table: dict[str, Expr], time: Expr) -> Expr:
        match node:
            case Local(name):
                return table[name] if name in table else self.outside(node)
            case Field():
                return self.outside(node)
            case Time():
                return time
        return map_children(node, lambda child: self._place(child, table, time))

    def named(self, statements: list[Statement], hint: str, value: Expr) -> Local:
        """Assign `value` to a fresh local."""
        local = Local(self.names.fresh(hint))
        statements.append(Assign(local, value))
        return local

    def normals(self, statements: list[Statement], each: int = 1) -> list[tuple[Local, ...] | None]:
        """`each` standard normal numbers for every stochastic equation; equations that name one noise share them.

        The first numbers of all noises are drawn before the second ones, so that the path of a noise is the same for
        every method.
        """
        keys = [
            None if eq.diffusion is None else eq.noise or f"xi_of_equation_{number}"
            for number, eq in enumerate(self.system.equations)
        ]
        drawn: dict[str, tuple[Local, ...]] = {key: () for key in keys if key is not None}
        for round_ in range(each):
            for number, key in enumerate(drawn):
                xi = Local(self.names.fresh("xi"))
                statements.append(Draw(xi, "normal", self.site + round_ * len(drawn) + number))
                drawn[key] += (xi,)
        return [None if key is None else drawn[key] for key in keys]

    def noise(self, statements: list[Statement]) -> list[Expr | None]:
        """sqrt(dt)*xi for every stochastic equation, one draw for each name of noise."""
        increments: dict[tuple[Local, ...] | None, Expr | None] = {None: None}
        found = self.normals(statements)
        for xis in found:
            if xis is not None and xis not in increments:
                increments[xis] = self.named(statements, "dW", Binary("*", Call("sqrt", (StepSize(),)), xis[0]))
        return [increments[xis] for xis in found]
