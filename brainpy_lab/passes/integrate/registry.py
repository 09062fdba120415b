"""The integration methods by name, and what else is known of them."""

from __future__ import annotations

from ...ir.statements import System
from . import euler, exp_auto, exponential, heun, milstein_derivative, milstein_ito, milstein_stra, strong_rk
from .runge_kutta import explicit
from .stage import Method
from .tableaux import TABLEAUX, second_order

_ALL = (
    euler.METHOD,
    exponential.METHOD,
    exp_auto.METHOD,
    heun.METHOD,
    *map(explicit, TABLEAUX),
    milstein_ito.METHOD,
    milstein_stra.METHOD,
    milstein_derivative.ITO,
    milstein_derivative.STRATONOVICH,
    *strong_rk.METHODS,
)

METHODS: dict[str, Method] = {method.name: method for method in _ALL}
"""The methods that exist, by the name that a `System` calls them."""

METHODS_0_3: dict[str, Method] = {
    name: METHODS[name]
    for name in (
        "euler",
        "exponential",
        "midpoint",
        "heun",
        "rk2",
        "rk3",
        "rk4",
        "rk4_alternative",
        "milstein_ito",
        "milstein_stra",
    )
}
"""The methods of ``@integrate`` and of cells."""

ALIASES = {"milstein": "milstein_ito"}
"""Other names of theirs."""


def rk2(beta: float) -> Method:
    """The method ``rk2(beta)``; see `tableaux.second_order`. From now on it is known to ``@integrate``."""
    method = METHODS.setdefault(f"rk2({beta!r})", explicit(second_order(beta)))
    return METHODS_0_3.setdefault(method.name, method)


def methods_for_noise() -> list[str]:
    """The methods of ``@integrate`` that take stochastic equations, each with the sense in which it reads them."""
    sense = {"ito": "Ito", "stratonovich": "Stratonovich"}
    return [f"{name} ({sense[method.noise]})" for name, method in METHODS_0_3.items() if method.noise]


def draw_sites(system: System) -> int:
    """The number of draw sites that an integration of the system takes, from ``Integrate.site`` on."""
    noises = {eq.noise or number for number, eq in enumerate(system.equations) if eq.diffusion is not None}
    return len(noises) * METHODS[system.method].draws
