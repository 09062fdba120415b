"""A phase plane for a moving picture: as exact as the picture shows, in a few milliseconds.

`nullclines` and `equilibria` miss nothing and take their time. Here the contour stays where interpolation puts it, and
equilibria are where the second field changes its sign along the first nullcline, polished by Newton's method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from . import classify
from .grid import Box, typical
from .nullclines import grid_fields
from .problem import Problem
from .separatrices import separatrices

ARROWS = (15, 8)
"""How many along each axis."""
_NEWTON = 6


@dataclass(frozen=True)
class Sketch:
    """What is drawn of a planar problem in a box.

    Attributes
    ----------
    nullclines : tuple of two ndarray of shape (n, 2)
        Where the first and where the second field is 0; a row of NaN separates pieces.
    points : ndarray, shape (k, 2)
        Equilibria.
    names : list of str
        Of ``classify``.
    eigenvalues : ndarray, shape (k, 2), complex, 1/ms
        The least stable first.
    separatrices : ndarray, shape (n, 2)
        The stable manifolds of saddles; a row of NaN separates pieces.
    """

    nullclines: tuple[np.ndarray, np.ndarray]
    points: np.ndarray
    names: list[str]
    eigenvalues: np.ndarray
    separatrices: np.ndarray


def sketch(problem: Problem, box: Box, values: Mapping[str, float], cells: int = 100) -> Sketch:
    """Sketch a planar problem.

    Parameters
    ----------
    problem : Problem
        Of two variables.
    box : Box
    values : mapping of str to float
        Of the swept names of the problem.
    cells : int
        Of the grid along each axis.
    """
    xs, ys = box.nodes(0, cells), box.nodes(1, cells)
    free = {name: np.array([value], float) for name, value in values.items()}
    fields = [field[0] for field in grid_fields(problem, xs, ys, free)]
    first, second = (_contour(problem, which, field, xs, ys, values) for which, field in enumerate(fields))
    points = _crossings(problem, box, first, values)
    jacobians = problem.slopes(points.T, values) if len(points) else np.empty((0, 2, 2))
    measured = np.abs(jacobians * (box.span[None, None, :] / box.span[None, :, None]))
    eigenvalues = np.linalg.eigvals(jacobians) if len(points) else np.empty((0, 2), complex)
    order = np.lexsort((-eigenvalues.imag, -eigenvalues.real), axis=-1)
    return Sketch(
        (first, second),
        points,
        classify.names(jacobians, measured.max(axis=(1, 2), initial=0.0)),
        np.take_along_axis(eigenvalues, order, axis=-1),
        separatrices(problem, box, values, points, jacobians),
    )


def _contour(problem: Problem, which: int, field: np.ndarray, xs, ys, values) -> np.ndarray:
    """The curve on which a field is 0, without the lines along its poles."""
    from contourpy import LineType, contour_generator

    if not ((field <= 0).any() and (field >= 0).any()):
        return np.empty((0, 2))
    known = np.isfinite(field)
    lines = contour_generator(
        xs,
        ys,
        field if known.all() else np.ma.masked_where(~known, field),
        name="serial",
        corner_mask=False,
        line_type=LineType.ChunkCombinedOffset,
    ).lines(0.0)
    if lines[0][0] is None:
        return np.empty((0, 2))
    points, starts = lines[0][0], lines[1][0]
    # Beside a pole or a jump the field is as large where it is interpolated to 0 as it is in the corners of the cell.
    column = np.clip(np.searchsorted(xs, points[:, 0]) - 1, 0, len(xs) - 2)
    row = np.clip(np.searchsorted(ys, points[:, 1]) - 1, 0, len(ys) - 2)
    corners = np.abs([field[row + a, column + b] for a in (0, 1) for b in (0, 1)]).max(axis=0)
    there = np.abs(problem.fields(points.T, values)[which])
    points = np.where((there <= 0.5 * corners + 1e-9 * typical(field[None])[0])[:, None], points, np.nan)
    return np.insert(points, starts[1:-1].astype(np.int64), np.nan, axis=0)


def _crossings(problem: Problem, box: Box, curve: np.ndarray, values) -> np.ndarray:
    """Equilibria on the first nullcline, from left to right."""
    if len(curve) < 2:
        return np.empty((0, 2))
    other = problem.fields(curve.T, values)[1]
    change = np.flatnonzero((other[:-1] <= 0) != (other[1:] <= 0))
    change = change[np.isfinite(other[change]) & np.isfinite(other[change + 1])]
    share = other[change] / (other[change] - other[change + 1])
    points = curve[change] + share[:, None] * (curve[change + 1] - curve[change])
    last = np.full(points.shape, np.inf)
    with np.errstate(all="ignore"):
        for _ in range(_NEWTON if len(points) else 0):
            rest = np.stack(problem.fields(points.T, values), axis=-1)
            slopes = problem.slopes(points.T, values)
            determinant = np.linalg.det(slopes)
            sound = np.isfinite(determinant) & (determinant != 0)
            last = np.full(points.shape, np.inf)
            last[sound] = np.linalg.solve(slopes[sound], rest[sound][:, :, None])[:, :, 0]
            points = np.where(np.isfinite(last), points - last, points)
            if (np.abs(last) <= 1e-13 * box.span).all():
                break
    found: list[np.ndarray] = []
    for point, step in zip(points, last):
        settled = (np.abs(step) <= 1e-6 * box.span).all() and box.holds(point[None])[0]
        if settled and not any((np.abs(point - other) <= 1e-5 * box.span).all() for other in found):
            found.append(point)
    return np.array(sorted(found, key=tuple)).reshape(-1, 2)


def flow_arrows(problem: Problem, box: Box, values: Mapping[str, float]) -> np.ndarray:
    """The flow on a coarse grid.

    Returns
    -------
    ndarray, shape (m, 4)
        Middle of an arrow, and its direction in shares of the axes, as long as the root of its speed, at most 1.
    """
    across, up = ((np.arange(n) + 0.5) / n for n in ARROWS)
    x, y = (axis.reshape(-1) for axis in np.meshgrid(box.low[0] + across * box.span[0], box.low[1] + up * box.span[1]))
    u, v = (field / span for field, span in zip(problem.fields((x, y), values), box.span))
    speed = np.hypot(u, v)
    known = np.isfinite(speed) & (speed > 0)
    top = np.percentile(speed[known], 95) if known.any() else 1.0
    with np.errstate(all="ignore"):
        long = np.sqrt(np.minimum(speed / top, 1.0)) / speed
        arrows = np.stack([x, y, u * long, v * long], axis=1)  # what is not known may be anything here
    return arrows[known]
