"""Explicit Runge-Kutta methods as data: nodes, matrix, weights and, where a method has one, its embedded partner."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Coefficient = int | Fraction | float


@dataclass(frozen=True)
class Row:
    """A weighted sum of slopes in the form in which it is computed: coefficients, over one common divisor.

    The form is part of the method, because it decides the rounding: ``row(1, 2, 2, 1, over=6)`` is
    ``dt/6*(k1 + 2*k2 + 2*k3 + k4)``. A `Fraction` is written as a division, a float as a product.
    """

    coefficients: tuple[Coefficient, ...]
    over: int = 1

    @property
    def values(self) -> tuple[float, ...]:
        """The coefficients as numbers."""
        return tuple(float(one) / self.over for one in self.coefficients)


def row(*coefficients: Coefficient, over: int = 1) -> Row:
    """``row(1, 3, over=4)`` stands for (k1 + 3*k2)/4."""
    return Row(coefficients, over)


def decimals(text: str) -> Row:
    """``decimals("35/384 0 500/1113")``: fractions of many digits, each rounded once."""
    return Row(tuple(float(Fraction(word)) for word in text.split()))


@dataclass(frozen=True)
class Tableau:
    """An explicit Runge-Kutta method.

    Parameters
    ----------
    name : str
    order : int
    nodes : tuple of number
        Where in the step each stage stands; the first is 0.
    matrix : tuple of Row
        Row s makes stage s of the slopes before it; the first is empty.
    weights : Row
        The result, of the order `order`.
    reference : str
        Where the method is from.
    lower : Row or None
        Weights of the embedded method of the order `lower_order`: what the two results differ by estimates the error
        of a step. None where there is no such method.
    lower_order : int
    """

    name: str
    order: int
    nodes: tuple[Coefficient, ...]
    matrix: tuple[Row, ...]
    weights: Row
    reference: str
    lower: Row | None = None
    lower_order: int = 0
