"""Separatrices: the stable manifolds of saddles, which divide a plane into basins.

From a saddle they leave along the eigenvectors of the negative eigenvalue, both ways, and are followed against time.
Speed does not matter to the curve: it is followed at unit speed, in shares of the box, by the pair of Dormand and
Prince (1980) with a step that fits its curvature.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from .grid import Box
from .problem import Problem

_START = 1e-4
"""How far from the saddle a curve begins, in shares of the box. It misses the manifold by about the square of it."""
_TOLERANCE = 1e-6
_LONGEST_STEP, _SHORTEST_STEP = 0.03, 1e-7
_LONGEST = 12.0
"""A curve that winds about a limit cycle ends after so many times the length of an axis."""
_MOST_STEPS = 1500
_ARRIVED = 2e-3
"""Nearer than this to an equilibrium, in shares of the box, a curve has come from it."""

# Dormand and Prince (1980), table 2: slopes of the six stages, and of the error of the fifth order.
_A = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
_ERROR = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)


def separatrices(
    problem: Problem,
    box: Box,
    values: Mapping[str, float],
    points: np.ndarray,
    jacobians: np.ndarray,
    limits: Box | None = None,
) -> np.ndarray:
    """Trace the stable manifolds of all saddles among some equilibria.

    Parameters
    ----------
    problem : Problem
        Of two variables.
    box : Box
        What shares are shares of.
    values : mapping of str to float
        Of the swept names of the problem.
    points : ndarray, shape (k, 2)
        All equilibria that are known; curves end at them.
    jacobians : ndarray, shape (k, 2, 2), 1/ms
        There.
    limits : Box, optional
        Curves end where they leave it; `box` when left out.

    Returns
    -------
    ndarray, shape (n, 2)
        The curves, each from its saddle outwards; a row of NaN separates them.
    """
    limits = limits or box
    pieces = []
    flow: Callable[..., tuple[float, ...]] | None = None
    for number in np.flatnonzero(np.linalg.det(jacobians) < 0) if len(points) else ():
        flow = flow or _against_time(problem, box, values)
        measured = jacobians[number] * (box.span[None, :] / box.span[:, None])
        found, vectors = np.linalg.eig(measured)
        direction = vectors[:, np.argmin(found.real)].real
        others = (np.delete(points, number, axis=0) - box.low) / box.span
        ends = ((limits.low - box.low) / box.span, (limits.high - box.low) / box.span)
        saddle = (points[number] - box.low) / box.span
        for side in (1.0, -1.0):
            curve = _follow(flow, saddle, side * direction / np.hypot(*direction), ends, others)
            pieces += [box.low + curve * box.span, np.full((1, 2), np.nan)]
    return np.concatenate(pieces[:-1]) if pieces else np.empty((0, 2))


def _against_time(problem: Problem, box: Box, values: Mapping[str, float]) -> Callable[..., tuple[float, ...]]:
    """The direction in which a state comes from, of length 1, for places in shares of the box."""
    field = problem.field_at(values)
    (x_low, y_low), (x_span, y_span) = map(float, box.low), map(float, box.span)

    def direction(x: float, y: float) -> tuple[float, float]:
        u, v = field(x_low + x * x_span, y_low + y * y_span)
        u, v = -u / x_span, -v / y_span
        size = math.hypot(u, v)
        return (u / size, v / size) if size > 0 else (math.nan, math.nan)

    return direction


def _follow(flow, saddle: np.ndarray, direction: np.ndarray, ends, others: np.ndarray) -> np.ndarray:
    """One curve in shares of the box, shape (n, 2), with the saddle; its last point may lie outside of the ends."""
    (low_x, low_y), (high_x, high_y) = (map(float, end) for end in ends)
    stops = [tuple(map(float, other)) for other in others]
    x, y = (float(c) for c in saddle + _START * direction)
    curve = [tuple(map(float, saddle)), (x, y)]
    step, length = 1e-3, 0.0
    first = flow(x, y)
    for _ in range(_MOST_STEPS):
        slopes = [first]
        for row in _A:
            dx = dy = 0.0
            for a, (u, v) in zip(row, slopes):
                dx += a * u
                dy += a * v
            slopes.append(flow(x + step * dx, y + step * dy))
        miss_x = miss_y = 0.0
        for e, (u, v) in zip(_ERROR, slopes):
            miss_x += e * u
            miss_y += e * v
        error = step * math.hypot(miss_x, miss_y)
        if error <= _TOLERANCE:
            x, y, first = x + step * dx, y + step * dy, slopes[-1]
            length += step
            curve.append((x, y))
            outside = not (low_x <= x <= high_x and low_y <= y <= high_y)
            if outside or length > _LONGEST or any(math.hypot(x - a, y - b) < _ARRIVED for a, b in stops):
                break
        # Where the flow has no direction the error is NaN: a shorter step may stay on this side of that.
        room = 0.9 * (_TOLERANCE / error) ** 0.2 if error > 0 else (5.0 if error == 0 else 0.2)
        step = min(_LONGEST_STEP, step * min(5.0, max(0.2, room)))
        if step < _SHORTEST_STEP:
            break
    return np.array(curve)
