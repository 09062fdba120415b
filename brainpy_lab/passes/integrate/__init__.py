"""Integrators: one method a file, each turns a `System` into the statements of one step.

``METHODS`` maps the name to a `Method`. A method reads the system through `stage.evaluate`, which lays the equations
out at a given state and time.
"""
from __future__ import annotations

from . import euler, exponential, rk4
from .stage import Method

METHODS: dict[str, Method] = {method.name: method for method in (euler.METHOD, exponential.METHOD, rk4.METHOD)}
"""The methods that exist, by name."""
