"""Printed code for people: one function per integrator."""
from __future__ import annotations

from collections.abc import Iterable

from ..backends.equation_text import reference_text
from ..ir.python_step import EquationCall
from ..passes.equation import straight


def integrator_functions(calls: Iterable[EquationCall]) -> str:
    """The NumPy text of integrators as one time step computes them; the slope of x is ``_dfx_dt``."""
    return "\n\n".join(reference_text(call, straight(call)) for call in calls)
