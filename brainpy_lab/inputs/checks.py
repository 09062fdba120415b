"""Checks that only this package needs."""

from __future__ import annotations

import numpy as np

from .. import checks, profile


def time_step(dt) -> float:
    """The step, ms: the profile's when None."""
    return profile.get_dt() if dt is None else checks.number("dt", dt, unit="ms", above=0)


def times(name: str, value, low: float | None = None) -> np.ndarray:
    """A list of times, ms; it may be empty."""
    what = "a list of times in ms"
    return checks.array(name, checks.listed(name, value, what), what, ndim=1, low=low)
