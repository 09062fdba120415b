"""One step of an embedded Runge-Kutta pair whose length adapts to the error; eager, on NumPy arrays.

Programs have one dt for everything in them, so this is no pass and no back end runs it: it is what a direct call of an
integrator with ``adaptive=True`` does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import IntegratorError
from ..kernels.reference.math import pow_f64
from ..passes.integrate.tableau import Row, Tableau

SAFETY, SMALLEST, LARGEST = 0.9, 0.2, 5.0
"""What the ideal step is multiplied by, and the least and largest factor between two steps."""

Slopes = Callable[[tuple[np.ndarray, ...], float], Sequence[np.ndarray]]


@dataclass(frozen=True)
class AdaptiveStep:
    """An accepted step.

    Parameters
    ----------
    values : tuple of ndarray
        The variables at `t`.
    t : float, ms
        Where the step ended.
    dt : float, ms
        The length to try next.
    error : float
        The estimated error over its bound, at most 1.
    rejected : int
        Lengths that were tried before and had too large an error.
    """

    values: tuple[np.ndarray, ...]
    t: float
    dt: float
    error: float
    rejected: int


def adaptive_step(
    slopes: Slopes, tableau: Tableau, values: Sequence[np.ndarray], t: float, dt: float, tol: float
) -> AdaptiveStep:
    """Advance by `dt`, or by less where the estimated error asks for it.

    Parameters
    ----------
    slopes : callable
        ``slopes(values, t)`` returns dx/dt of every variable, of its shape or a number.
    tableau : Tableau
        Of a pair: it has the weights `lower`.
    values : sequence of ndarray
        The variables: numbers, or arrays of any shapes. They are not changed.
    t, dt : float, ms
    tol : float
        Bound of the error of a step, absolute and relative: for every entry of every variable the results of the two
        orders differ by at most ``tol*(1 + max(abs(x), abs(x_new)))``. All entries advance by the same length.

    Returns
    -------
    AdaptiveStep

    Raises
    ------
    IntegratorError
        The method has no embedded partner, `dt` or `tol` is no number above 0, `slopes` returns something else than
        one slope for each variable, or no step is short enough.

    Notes
    -----
    The result is that of the higher order. A length h with the error e, as a share of its bound, is followed by
    h*min(5, max(0.2, 0.9*e**(-1/(q + 1)))), q the lower order; after a rejected step by no more than h. The error is
    known at the stages only, so an input that comes and goes between them is not seen: pass no longer `dt` than that.

    References
    ----------
    Hairer, Norsett & Wanner 1993, Solving Ordinary Differential Equations I, sec. II.4, eqs. 4.10-4.13 (there with
    the quadratic mean over the entries in place of the largest).
    """
    lower = tableau.lower
    if lower is None:
        raise IntegratorError(f"method {tableau.name!r} does not estimate its error, so its step cannot be adaptive")
    for name, number in (("dt", dt), ("tol", tol)):
        if not (isinstance(number, (int, float, np.floating)) and 0 < number < math.inf):
            raise IntegratorError(f"{name} of an adaptive step is {number!r}, expected a number above 0")
    start = tuple(np.asarray(value) + 0.0 for value in values)
    rejected = 0
    while True:
        with np.errstate(all="ignore"):  # a trial that overflows is rejected
            found = _stages(slopes, tableau, start, t, dt)
            new = _advanced(start, dt, tableau.weights, found)
            error = _error(start, new, _advanced(start, dt, lower, found), tol)
        factor = SMALLEST
        if math.isfinite(error):
            factor = SAFETY * float(pow_f64(error, -1.0 / (tableau.lower_order + 1))) if error > 0 else LARGEST
        if error <= 1.0:
            end = t + dt
            dt *= min(1.0 if rejected else LARGEST, max(SMALLEST, factor))
            return AdaptiveStep(new, end, dt, error, rejected)
        rejected += 1
        dt *= min(SAFETY, max(SMALLEST, factor))
        if t + dt == t:
            raise IntegratorError(
                f"at t = {t:g} no step of method {tableau.name!r} is short enough for tol = {tol:g}: the equations "
                "jump or grow beyond all bounds there; look at their values at this time, or give a larger tol"
            )


def _stages(slopes: Slopes, tableau: Tableau, start: tuple[np.ndarray, ...], t: float, dt: float) -> list:
    found: list[Sequence[np.ndarray]] = []
    for node, row in zip(tableau.nodes, tableau.matrix):
        now = tuple(slopes(_advanced(start, dt, row, found), t + float(node) * dt))
        shapes, wanted = [np.shape(slope) for slope in now], [value.shape for value in start]
        if len(shapes) != len(wanted) or any(one not in ((), other) for one, other in zip(shapes, wanted)):
            raise IntegratorError(
                f"the equations return slopes of the shapes {shapes} for variables of the shapes {wanted}; "
                "return one slope for each variable, of its shape or a number"
            )
        found.append(now)
    return found


def _advanced(start: tuple[np.ndarray, ...], dt: float, row: Row, found: list) -> tuple[np.ndarray, ...]:
    values = list(start)
    for weight, slopes in zip(row.values, found):
        if weight:
            values = [value + (dt * weight) * slope for value, slope in zip(values, slopes)]
    return tuple(values)


def _error(
    start: tuple[np.ndarray, ...], new: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...], tol: float
) -> float:
    """The largest difference over its bound; infinite where a result is no number."""
    worst = 0.0
    for before, high, low in zip(start, new, other):
        share = np.abs(high - low) / (tol * (1.0 + np.maximum(np.abs(before), np.abs(high))))
        if not np.all(np.isfinite(share)):
            return math.inf
        worst = max(worst, float(np.max(share, initial=0.0)))
    return worst
