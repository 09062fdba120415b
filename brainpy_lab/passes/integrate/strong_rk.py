"""Stochastic Runge-Kutta methods of strong order 3/2 for Ito equations (Roessler's SRI)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import sqrt

from ...ir.expr import Binary, Call, Const, Expr, Local, Power, StepSize
from ...ir.statements import Statement
from .runge_kutta import later, plus, weighted, width
from .stage import Laid, Method, Problem, Slope
from .tableau import Coefficient, Row, row

_HALF, _QUARTER = Fraction(1, 2), Fraction(1, 4)
_NONE = row()


@dataclass(frozen=True)
class StochasticTableau:
    """Coefficients of a method with stages H0 for the drift and H1 for the noise; names as in the reference.

    Parameters
    ----------
    name : str
    order : int
        Without noise.
    c0, A0, B0
        Nodes of the stages H0, and the weights in them of drifts and of noises.
    c1, A1, B1
        The same of the stages H1.
    alpha : Row
        Weights of the drifts in the result.
    beta : tuple of Row
        For each stage, the weights of I_1, I_11/sqrt(h), I_10/h and I_111/h in what multiplies its noise.
    """

    name: str
    order: int
    c0: tuple[Coefficient, ...]
    A0: tuple[Row, ...]
    B0: tuple[Row, ...]
    c1: tuple[Coefficient, ...]
    A1: tuple[Row, ...]
    B1: tuple[Row, ...]
    alpha: Row
    beta: tuple[Row, ...]


SRI1W1 = StochasticTableau(
    "srk1w1",
    2,
    c0=(0, Fraction(3, 4), 0, 0),
    A0=(_NONE, row(3, over=4), _NONE, _NONE),
    B0=(_NONE, row(3, over=2), _NONE, _NONE),
    c1=(0, _QUARTER, 1, _QUARTER),
    A1=(_NONE, row(1, over=4), row(1), row(0, 0, 1, over=4)),
    B1=(_NONE, row(1, over=2), row(-1), row(-10, 6, 1, over=2)),
    alpha=row(1, 2, over=3),
    beta=(row(-1, -1, 2, -2), row(4, 4, -4, 5, over=3), row(2, -1, -2, -2, over=3), row(0, 0, 0, 1)),
)

SRI2W1 = StochasticTableau(
    "srk2w1",
    3,
    c0=(0, 1, _HALF, 0),
    A0=(_NONE, row(1), row(1, 1, over=4), _NONE),
    B0=(_NONE, _NONE, row(2, 1, over=2), _NONE),
    c1=(0, _QUARTER, 1, _QUARTER),
    A1=(_NONE, row(1, over=4), row(1), row(0, 0, 1, over=4)),
    B1=(_NONE, row(-1, over=2), row(1), row(4, -2, 1, over=2)),
    alpha=row(1, 1, 4, over=6),
    beta=(row(-1, 1, 2, -2), row(4, -4, -4, 5, over=3), row(2, 1, -2, -2, over=3), row(0, 0, 0, 1)),
)


def step(tableau: StochasticTableau, problem: Problem) -> Laid:
    """x + h*sum(alpha*f(H0)) + sum(weights*g(H1)); every noise has stages H1 of its own, which only it moves.

    The iterated integrals of a noise come from two normal numbers: I_1 = sqrt(h)*xi,
    I_11/sqrt(h) = sqrt(h)*(xi**2 - 1)/2, I_111/h = sqrt(h)*(xi**3 - 3*xi)/6, I_10/h = sqrt(h)*(xi + zeta/sqrt(3))/2.

    With several noises the strong order is 3/2 only when the factor of each depends on nothing that another drives.
    """
    return _Step(tableau, problem).laid()


class _Step:
    def __init__(self, tableau: StochasticTableau, problem: Problem):
        self.tableau, self.problem = tableau, problem
        self.names = [eq.variable for eq in problem.system.equations]
        self.statements: list[Statement] = []
        self.pairs = problem.normals(self.statements, 2)
        """(xi, zeta) of the noise of each variable."""
        self.root = self.named("sqrt_dt", Call("sqrt", (StepSize(),)))
        self.polynomials = {pair: self._polynomials(*pair) for pair in self.pairs if pair is not None}
        self.drifts: list[list[Expr]] = [[] for _ in self.names]
        self.noises: list[list[Expr]] = [[] for _ in self.names]

    def named(self, hint: str, value: Expr) -> Local:
        return self.problem.named(self.statements, hint, value)

    def _polynomials(self, xi: Local, zeta: Local) -> tuple[Expr, ...]:
        """I_1, I_11/sqrt(h), I_10/h and I_111/h, all over sqrt(h)."""
        both = Binary("+", xi, Binary("*", Const(sqrt(1 / 3)), zeta))
        cubic = Binary("-", Power(xi, 3), Binary("*", Const(3.0), xi))
        return (
            xi,
            self.named("xi_11", Binary("/", Binary("-", Power(xi, 2), Const(1.0)), Const(2.0))),
            self.named("xi_10", Binary("/", both, Const(2.0))),
            self.named("xi_111", Binary("/", cubic, Const(6.0))),
        )

    def laid(self) -> Laid:
        extras: list[Expr] = []
        for s in range(len(self.tableau.c0)):
            slopes = self._drift_stage(s)
            if not s:
                extras = [extra for slope in slopes for extra in slope.extras]
            self._noise_stage(s, slopes)
        results = []
        for value, drifts, noises, pair in zip(self.problem.values, self.drifts, self.noises, self.pairs):
            new = plus(value, width(self.tableau.alpha, StepSize()), self.tableau.alpha, drifts)
            for noise, beta in zip(noises, self.tableau.beta):
                assert pair is not None
                new = Binary("+", new, Binary("*", noise, self._weight(beta, pair)))
            results.append(new)
        return self.statements, results, extras

    def _weight(self, beta: Row, pair: tuple[Local, ...]) -> Expr:
        terms = [(weight, value) for weight, value in zip(beta.coefficients, self.polynomials[pair]) if weight]
        return Binary("*", width(Row((1, 1), beta.over), self.root), weighted(terms))

    def _drift_stage(self, s: int) -> list[Slope]:
        A, B = self.tableau.A0[s], self.tableau.B0[s]
        values: list[Expr] = []
        for value, name, drifts, noises, pair in zip(
            self.problem.values, self.names, self.drifts, self.noises, self.pairs
        ):
            moved = plus(value, width(A, StepSize()), A, drifts)
            if pair is not None:
                I10 = Binary("*", self.root, self.polynomials[pair][2])
                moved = plus(moved, width(B, I10), B, noises)
            values.append(self.named(f"{name}_mid", moved) if moved is not value else value)
        laid, slopes = self.problem.evaluate(values, later(self.problem, self.tableau.c0[s]))
        self.statements += laid
        for drifts, name, slope in zip(self.drifts, self.names, slopes):
            drifts.append(self.named(f"f{s + 1}_{name}", slope.drift))
        return slopes

    def _noise_stage(self, s: int, at_start: list[Slope]) -> None:
        """The noises at H1, one after the other; the first stage is where the step starts."""
        A, B = self.tableau.A1[s], self.tableau.B1[s]
        found: dict[int, Expr] = {}
        for noise in self.polynomials:
            slopes = at_start
            if s:
                values: list[Expr] = []
                for value, name, drifts, noises, pair in zip(
                    self.problem.values, self.names, self.drifts, self.noises, self.pairs
                ):
                    moved = plus(value, width(A, StepSize()), A, drifts)
                    if pair == noise:
                        moved = plus(moved, width(B, self.root), B, noises)
                    values.append(self.named(f"{name}_bar", moved))
                laid, slopes = self.problem.evaluate(values, later(self.problem, self.tableau.c1[s]))
                self.statements += laid
            for number, (name, pair) in enumerate(zip(self.names, self.pairs)):
                diffusion = slopes[number].diffusion
                if pair == noise and diffusion is not None:
                    found[number] = self.named(f"g{s + 1}_{name}", diffusion)
        for number, diffusion in found.items():
            self.noises[number].append(diffusion)


METHODS = tuple(
    Method(
        tableau.name,
        tableau.order,
        partial(step, tableau),
        "ito",
        f"Roessler 2010, SIAM J. Numer. Anal. 48, 922-952, scheme {name}",
        draws=2,
    )
    for name, tableau in (("SRI1W1", SRI1W1), ("SRI2W1", SRI2W1))
)
