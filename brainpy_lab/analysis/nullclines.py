"""Nullclines by contour: every branch, exactly horizontal lines, and no line along a pole.

A contour of the field on a grid joins points of grid edges whose ends have opposite signs. Each of those points is
then located on its edge; where the field jumps through a pole or a step there is a change of sign but no zero, and
the contour is cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .crossings import locate
from .grid import Box, typical
from .problem import Problem


@dataclass(frozen=True)
class Curves:
    """Polylines of one or many problems, one after the other.

    Attributes
    ----------
    points : ndarray, shape (n, 2)
    piece : ndarray of int, shape (n,)
        Neighbours of the same piece are joined.
    case : ndarray of int, shape (n,)
        Which of the problems (values of the swept parameters) a point belongs to.
    """

    points: np.ndarray
    piece: np.ndarray
    case: np.ndarray

    def segments(self) -> np.ndarray:
        """Indices of the first points of all segments."""
        return np.flatnonzero(self.piece[:-1] == self.piece[1:])

    def drawn(self) -> tuple[np.ndarray, np.ndarray]:
        """x and y with a NaN between pieces."""
        cuts = np.flatnonzero(np.diff(self.piece)) + 1
        return tuple(np.insert(self.points[:, i], cuts, np.nan) for i in (0, 1))  # type: ignore[return-value]


def nullclines(problem: Problem, box: Box, cells: int, free: dict[str, np.ndarray] | None = None) -> tuple[Curves, ...]:
    """The nullclines of a planar problem, for each of P values of its swept parameters.

    Parameters
    ----------
    problem : Problem
        Of two variables.
    box : Box
    cells : int
        Cells of the grid along each axis.
    free : mapping of str to ndarray of shape (P,)

    Returns
    -------
    tuple of two Curves
        Where the first and where the second field is 0.
    """
    free = free or {}
    xs, ys = box.nodes(0, cells), box.nodes(1, cells)
    fields = grid_fields(problem, xs, ys, free)
    return tuple(zero_curves(problem, which, field, xs, ys, free) for which, field in enumerate(fields))


def grid_fields(problem: Problem, xs: np.ndarray, ys: np.ndarray, free: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Both fields on an open mesh, each of shape (P, len(ys), len(xs))."""
    swept = {name: values[:, None, None] for name, values in free.items()}
    shape = (1, len(ys), len(xs))
    point = (xs[None, None, :], ys[None, :, None])
    return [np.broadcast_to(f, np.broadcast_shapes(f.shape, shape)) for f in problem.fields(point, swept)]


def zero_curves(problem: Problem, which: int, field: np.ndarray, xs, ys, free) -> Curves:
    """The curves on which one field of `problem` is 0, from its values (P, len(ys), len(xs)) on a grid."""
    from contourpy import LineType, contour_generator

    points, piece, case = [], [], []
    pieces = 0
    for number, values in enumerate(field):
        if not ((values <= 0).any() and (values >= 0).any()):
            continue
        # Masked nodes: a field that is not a number somewhere has no contour there.
        values = np.ma.masked_invalid(values) if not np.isfinite(values).all() else values
        lines = contour_generator(
            xs, ys, values, name="serial", corner_mask=False, line_type=LineType.ChunkCombinedOffset
        ).lines(0.0)
        if lines[0][0] is None:
            continue
        found, starts = lines[0][0], lines[1][0]
        points.append(found)
        piece.append(pieces + np.repeat(np.arange(len(starts) - 1), np.diff(starts)))
        case.append(np.full(len(found), number))
        pieces += len(starts) - 1
    if not points:
        return Curves(np.empty((0, 2)), np.empty(0, int), np.empty(0, int))
    curves = Curves(np.concatenate(points), np.concatenate(piece), np.concatenate(case))
    return _on_the_zero(problem, which, curves, xs, ys, free, typical(field))


def _on_the_zero(problem: Problem, which: int, curves: Curves, xs, ys, free, scale) -> Curves:
    """Move every point along its grid edge to where the field is 0, and cut where it is not."""
    points, case = curves.points, curves.case
    # Interpolation between two equal numbers may be one unit off, so that equality would not find the edge.
    row = np.clip(np.searchsorted(ys, points[:, 1] - 1e-6 * (ys[1] - ys[0])), 0, len(ys) - 1)
    on_row = np.abs(points[:, 1] - ys[row]) <= 1e-6 * (ys[1] - ys[0])  # the edge runs along x
    points = points.copy()
    points[:, 1] = np.where(on_row, ys[row], points[:, 1])
    low, high = points.copy(), points.copy()
    column = np.clip(np.searchsorted(xs, points[:, 0] - 1e-6 * (xs[1] - xs[0])), 1, len(xs) - 1)
    row = np.clip(row, 1, len(ys) - 1)
    points[:, 0] = np.where(on_row, points[:, 0], xs[np.argmin(np.abs(xs[None, :] - points[:, :1]), axis=1)])
    low[:, 0] = high[:, 0] = points[:, 0]
    low[:, 0] = np.where(on_row, xs[column - 1], low[:, 0])
    high[:, 0] = np.where(on_row, xs[column], high[:, 0])
    low[:, 1] = np.where(on_row, low[:, 1], ys[row - 1])
    high[:, 1] = np.where(on_row, high[:, 1], ys[row])

    def value(share: np.ndarray, which_points: np.ndarray) -> np.ndarray:
        a, b = low[which_points], high[which_points]
        at = a + share[:, None] * (b - a)
        swept = {name: values[case[which_points]] for name, values in free.items()}
        return problem.fields(at.T, swept)[which]

    everyone = np.arange(len(points))
    ends = value(np.zeros(len(points)), everyone), value(np.ones(len(points)), everyone)
    share = locate(np.zeros(len(points)), np.ones(len(points)), value, ends)
    at = low + share[:, None] * (high - low)
    # A zero is small beside the values at the ends of its edge, or beside the usual size; beyond a pole it is large.
    size = np.minimum(np.maximum(np.abs(ends[0]), np.abs(ends[1])), np.inf)
    near = np.abs(value(share, everyone))
    good = near <= 1e-6 * np.maximum(size, 1e-3 * scale[case if len(scale) > 1 else np.zeros_like(case)])
    keep = np.flatnonzero(good)
    piece = curves.piece + np.cumsum(~good)
    # Numbers from 0, without holes.
    _, piece = np.unique(piece[keep], return_inverse=True)
    return Curves(at[keep], piece, case[keep])
