"""Integrators: one method a file, each turns a `System` into the statements of one step.

``METHODS`` maps the name to a `Method`. A method reads the system through `stage.evaluate`, which lays the equations
out at a given state and time. What several share is in ``runge_kutta`` (stages) and ``noise``.
"""

from __future__ import annotations

from . import (
    euler,
    exponential,
    heun,
    midpoint,
    milstein_ito,
    milstein_stra,
    rk2,
    rk3,
    rk4,
    rk4_alternative,
)
from .stage import Method

METHODS: dict[str, Method] = {
    module.METHOD.name: module.METHOD
    for module in (
        euler,
        exponential,
        midpoint,
        heun,
        rk2,
        rk3,
        rk4,
        rk4_alternative,
        milstein_ito,
        milstein_stra,
    )
}
"""The methods that exist, by name."""

ALIASES = {"milstein": "milstein_ito"}
"""Other names of methods."""


def methods_for_noise() -> list[str]:
    """The methods that take stochastic equations, each with the sense in which it reads them."""
    sense = {"ito": "Ito", "stratonovich": "Stratonovich"}
    return [f"{name} ({sense[method.noise]})" for name, method in METHODS.items() if method.noise]
