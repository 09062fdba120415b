"""Printed code for people: one function per integrator."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..backends.equation_text import reference_text
from ..ir.expr import Expr, Local, substitute
from ..ir.python_step import EquationCall
from ..ir.show import show
from ..ir.statements import Equation
from ..passes.equation import straight


def integrator_functions(calls: Iterable[EquationCall], substituted: bool = False) -> str:
    """The integrators: each as an equation, and as the NumPy text of one time step; the slope of x is ``_dfx_dt``.

    Parameters
    ----------
    calls : iterable of EquationCall
    substituted : bool
        Write the intermediate values of an equation out where they are used.
    """
    return "\n\n".join(_equation(call, substituted) + reference_text(call, straight(call)) for call in calls)


def _equation(call: EquationCall, substituted: bool) -> str:
    """The equation as comment lines."""
    (equation,) = call.system.equations
    return "".join(f"# {line}\n" for line in show(written_out(equation) if substituted else equation).splitlines())


def written_out(equation: Equation) -> Equation:
    """The equation without intermediate values: their expressions stand where they are used."""
    table: dict[Expr, Expr] = {}
    for name, value in equation.lines:
        table[Local(name)] = substitute(value, table)
    return replace(
        equation,
        lines=(),
        drift=substitute(equation.drift, table),
        diffusion=None if equation.diffusion is None else substitute(equation.diffusion, table),
        extras=tuple(substitute(extra, table) for extra in equation.extras),
    )
