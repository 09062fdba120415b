"""Integrators: one method a file, each turns a `System` into the statements of one step.

``METHODS`` maps the name to a `Method`. A method reads the system through `Problem.evaluate`, which lays the equations
out at a given state and time. What several share is in ``runge_kutta`` (stages, from ``tableaux``) and ``noise``.

Which names a front end offers is another matter: ``METHODS_0_3`` with ``ALIASES`` are those of ``@integrate`` and of
cells, ``ODE_METHODS_2X`` and ``SDE_METHODS_2X`` those of ``odeint`` and ``sdeint``.
"""

from .names_2x import ODE_METHODS_2X, SDE_METHODS_2X, known_method, ode_method, sde_method
from .registry import ALIASES, METHODS, METHODS_0_3, draw_sites, methods_for_noise, rk2
from .stage import Method

__all__ = [
    "ALIASES",
    "METHODS",
    "METHODS_0_3",
    "Method",
    "ODE_METHODS_2X",
    "SDE_METHODS_2X",
    "draw_sites",
    "known_method",
    "methods_for_noise",
    "ode_method",
    "rk2",
    "sde_method",
]
