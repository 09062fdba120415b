"""The oscillation to which a simulation comes, as a first guess of a limit cycle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .branches import Stopped
from .collocation import DEGREE, Orbit

_TOLERANCE = 1e-5
_MOST_STEPS = 6000
_CLOSED, _APART = 0.01, 0.1
"""An orbit is closed when it comes back so near, after it has been so far away, in shares of the axes."""
_FAR = 15.0


def oscillation(
    slope: Callable[[np.ndarray], np.ndarray], start: np.ndarray, unwanted: Callable[[], bool]
) -> tuple[np.ndarray, np.ndarray] | None:
    """Times, shape (n,), and points, shape (n, d), of one turn; None where none is come to.

    The rule of Bogacki and Shampine (1989), Appl. Math. Lett. 2, 321-325, with steps by its own estimate of the error.
    """
    with np.errstate(all="ignore"):  # where the flow goes to infinity nothing is found
        times, points = _course(slope, start, unwanted)
    return None if len(times) < 3 else _last_turn(np.array(times), np.array(points))


def _course(slope: Callable[[np.ndarray], np.ndarray], start: np.ndarray, unwanted: Callable[[], bool]) -> tuple:
    """Times and points of a simulation; nothing where it leaves what is looked at."""
    times, points = [0.0], [start]
    x, k1, h = start, slope(start), 1e-3
    for count in range(_MOST_STEPS):
        if count % 100 == 0 and unwanted():
            raise Stopped
        k2 = slope(x + h / 2 * k1)
        k3 = slope(x + 3 * h / 4 * k2)
        new = x + h / 9 * (2 * k1 + 3 * k2 + 4 * k3)
        k4 = slope(new)
        error = np.abs(h / 72 * (-5 * k1 + 6 * k2 + 8 * k3 - 9 * k4)).max()
        if not np.isfinite(error):
            h /= 4
            if h < 1e-12:
                return [], []
            continue
        if error <= _TOLERANCE:
            x, k1 = new, k4
            times.append(times[-1] + h)
            points.append(x)
            if np.abs(x).max() > _FAR:
                return [], []
        h *= min(4.0, max(0.2, 0.9 * (_TOLERANCE / max(error, 1e-300)) ** (1 / 3)))
    return times, points


def _last_turn(times: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """From the last time that the end was passed, to the end."""
    away = np.abs(points - points[-1]).max(axis=1)
    far = np.flatnonzero(away > _APART)
    if not len(far):
        return None
    earlier = np.flatnonzero(away[: far[-1]] < _APART)
    if not len(earlier):
        return None
    # The end lies on the plane through it across the flow; where the course before crosses that, a turn begins.
    across = points[-1] - points[-2]
    side = (points - points[-1]) @ across
    for k in earlier[::-1]:
        if side[k] <= 0 < side[k + 1]:
            share = -side[k] / (side[k + 1] - side[k])
            begin = points[k] + share * (points[k + 1] - points[k])
            if np.abs(begin - points[-1]).max() > _CLOSED:
                return None
            begin_time = times[k] + share * (times[k + 1] - times[k])
            turn = np.concatenate([[begin], points[k + 1 : -1], [begin]])
            return np.concatenate([[0.0], times[k + 1 :] - begin_time]), turn
    return None


def orbit_through(times: np.ndarray, points: np.ndarray, parameter: float, intervals: int) -> Orbit:
    """The orbit along a closed course, with intervals of the same length of it, time being one of the axes."""
    period = times[-1]
    s = times / period
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(s), np.linalg.norm(np.diff(points, axis=0), axis=1)))])
    mesh = np.interp(np.linspace(0.0, length[-1], intervals + 1), length, s)
    at = mesh[:-1, None] + np.diff(mesh)[:, None] * np.linspace(0.0, 1.0, DEGREE + 1)
    values = np.stack([np.interp(at, s, column) for column in points.T], axis=-1)
    return Orbit(mesh, values, float(np.log(period)), parameter)
