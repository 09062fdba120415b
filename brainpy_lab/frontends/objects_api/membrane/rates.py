"""The shapes that rates and steady states have.

Widths are numbers, so that their reciprocals are too, which saves a division per neuron and step.
"""

from __future__ import annotations

from typing import Any

from ....math import functions as bm


def linoid(v: Any, k: float) -> Any:
    """``(v/k)/(1 - exp(-v/k))``, 1 at ``v = 0`` where that is 0/0."""
    return 1.0 / bm.exprel(v * (-1.0 / k))


def sigmoid(v: Any, k: float) -> Any:
    """``1/(1 + exp(-v/k))``: rises around 0 for a positive `k`, falls for a negative one."""
    return 1.0 / (1.0 + bm.exp(v * (-1.0 / k)))


def fading(v: Any, k: float) -> Any:
    """``exp(-v/k)``."""
    return bm.exp(v * (-1.0 / k))


def bell(rising: Any, falling: Any) -> Any:
    """``1/(exp(rising) + exp(falling))``: a time constant with its maximum between two slopes."""
    return 1.0 / (bm.exp(rising) + bm.exp(falling))
