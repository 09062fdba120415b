"""All equilibria in a box, for one or many values of swept parameters, without a guess from anybody.

Along a nullcline of one field, the other field changes its sign at every simple equilibrium. It is monotone between
the places where the determinant of the Jacobian changes its sign, so those split the nullcline first: two equilibria
that are about to meet in a fold then lie in two different brackets, however near they are. Isolated equilibria that a
grid cannot see a nullcline of (loops smaller than a cell) start from local minima of the speed instead. Newton's
method, with the exact Jacobian, polishes all of them; what is left of the fields there and the length of the last
step decide whether a point is an equilibrium or only a jump, a pole or a near miss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from . import classify
from .crossings import locate
from .grid import Box, typical
from .nullclines import Curves, grid_fields, zero_curves
from .problem import Problem

_GRID_NUMBERS = 3_000_000  # field values held at a time: 24 MB each
_CLOSE_CELLS = 41
_SAME = 1e-7  # of the box: a double root is known to 1e-8 only


@dataclass(frozen=True)
class Equilibria:
    """Points where nothing moves, sorted by case and then by the first variable.

    Attributes
    ----------
    case : ndarray of int, shape (n,)
        Index into the values of the swept parameters.
    points : ndarray, shape (n, d)
    jacobians : ndarray, shape (n, d, d), 1/ms
    names : list of str
        Of ``classify``.
    """

    case: np.ndarray
    points: np.ndarray
    jacobians: np.ndarray
    names: list[str]

    @property
    def eigenvalues(self) -> np.ndarray:
        """Shape (n, d); complex where they are, the least stable first."""
        values = np.linalg.eigvals(self.jacobians) if len(self.points) else np.empty(self.points.shape)
        order = np.lexsort((-values.imag, -values.real), axis=-1)
        return np.take_along_axis(values, order, axis=-1)


def equilibria(
    problem: Problem, box: Box, free: Mapping[str, np.ndarray] | None = None, cells: int = 200
) -> Equilibria:
    """Find the equilibria of one or many problems.

    Parameters
    ----------
    problem : Problem
        Of one or two variables.
    box : Box
    free : mapping of str to ndarray, shape (P,)
        Values of the swept parameters; left out, there is one case.
    cells : int
        Cells of the grid along each axis.

    Returns
    -------
    Equilibria
        Only points inside the box.
    """
    free = {name: np.asarray(values, float) for name, values in (free or {}).items()}
    n_cases = len(next(iter(free.values()))) if free else 1
    points, case, slope = _search(problem, box, free, cells, n_cases)
    points, case, slope = _closer(problem, box, free, cells, (points, case, slope))
    jacobians = _At(problem, box, free).slopes(points, case)
    measured = jacobians * (box.span[None, None, :] / box.span[None, :, None])
    scales = np.maximum(np.abs(measured).max(axis=(1, 2), initial=0.0), slope)
    return Equilibria(case, points, jacobians, classify.names(jacobians, scales))


_Found = tuple[np.ndarray, np.ndarray, np.ndarray]  # points (n, d), cases (n,), usual slopes of the cases (n,)


def _search(problem: Problem, box: Box, free: Mapping[str, np.ndarray], cells: int, n_cases: int) -> _Found:
    search = _on_line if problem.dimension == 1 else _in_plane
    at_a_time = max(1, _GRID_NUMBERS // (cells + 2) ** problem.dimension)
    found: list[_Found] = []
    for first in range(0, n_cases, at_a_time):
        at = _At(problem, box, {name: values[first : first + at_a_time] for name, values in free.items()})
        starts, case, scale, slope = search(at, box, cells)
        points, case = _polished(at, starts, case, scale, cells)
        points, case = _polished(at, *_around(points, case, box.span / cells), scale, cells)
        found.append((points, case + first, slope[case] if len(slope) > 1 else np.full(len(case), slope[0])))
    return tuple(np.concatenate(parts) for parts in zip(*found))  # type: ignore[return-value]


def _closer(problem: Problem, box: Box, free: Mapping[str, np.ndarray], cells: int, found: _Found) -> _Found:
    """Search again, on a fine grid of their own, where equilibria share a cell: a third may lie between two."""
    points, case, slope = found
    everything = [found]
    groups: dict[tuple[int, ...], None] = {}
    for i in range(len(points)):
        others = np.arange(*np.searchsorted(case, (case[i], case[i] + 1)))
        near = others[np.abs((points[others] - points[i]) / box.span).max(axis=1) < 1.5 / cells]
        if len(near) > 1:
            groups[tuple(near)] = None
    for group in map(list, groups):
        low, high = points[group].min(axis=0), points[group].max(axis=0)
        room = ((high - low) / box.span).max() * box.span
        here = {name: values[case[group[:1]]] for name, values in free.items()}
        more, _, _ = _search(
            problem, Box(np.maximum(low - room, box.low), np.minimum(high + room, box.high)), here, _CLOSE_CELLS, 1
        )
        everything.append((more, np.full(len(more), case[group[0]]), np.full(len(more), slope[group[0]])))
    if not groups:
        return found
    points, case, slope = (np.concatenate(parts) for parts in zip(*everything))
    keep = _distinct(_At(problem, box, free), points, case, np.arange(len(points)), 1 / cells)
    return points[keep], case[keep], slope[keep]


class _At:
    """A problem at points (n, d), each with the swept values of its case."""

    def __init__(self, problem: Problem, box: Box, free: Mapping[str, np.ndarray]):
        self.problem = problem
        self.box = box
        self.free = free

    def _swept(self, case: np.ndarray) -> dict[str, np.ndarray]:
        return {name: values[case] for name, values in self.free.items()}

    def fields(self, points: np.ndarray, case: np.ndarray) -> np.ndarray:
        """Shape (n, d)."""
        return np.stack(self.problem.fields(points.T, self._swept(case)), axis=-1)

    def slopes(self, points: np.ndarray, case: np.ndarray) -> np.ndarray:
        """Shape (n, d, d)."""
        return self.problem.slopes(points.T, self._swept(case))

    def slope(self, points: np.ndarray, case: np.ndarray) -> np.ndarray:
        """f' on a line, the determinant of the Jacobian in a plane: shape (n,)."""
        j = self.slopes(points, case)
        return j[:, 0, 0] if j.shape[1] == 1 else j[:, 0, 0] * j[:, 1, 1] - j[:, 0, 1] * j[:, 1, 0]

    def onto(self, points: np.ndarray, case: np.ndarray, which: int) -> np.ndarray:
        """Move the points along the gradient of one field to its nullcline."""
        span = self.box.span
        for _ in range(4):
            value = self.fields(points, case)[:, which]
            gradient = self.slopes(points, case)[:, which] * span
            with np.errstate(all="ignore"):
                step = -value[:, None] * gradient / (gradient**2).sum(axis=1, keepdims=True)
            points = points + np.where(np.isfinite(step), step, 0.0) * span
        return points


def _on_line(at: _At, box: Box, cells: int):
    xs = box.nodes(0, cells)
    values = grid_values(at, xs)
    points = np.tile(xs, len(values))[:, None]
    case = np.repeat(np.arange(len(values)), len(xs))
    curves = Curves(points, case, case)
    starts, case = _along(at, curves, 0, lambda moved, _: moved)
    return starts, case, typical(values)[:, None], _usual_slope(at, box, len(values))


def grid_values(at: _At, xs: np.ndarray) -> np.ndarray:
    """The field of a one-dimensional problem on nodes, shape (P, len(xs))."""
    swept = {name: values[:, None] for name, values in at.free.items()}
    (values,) = at.problem.fields((xs[None, :],), swept)
    return values


def _in_plane(at: _At, box: Box, cells: int):
    xs, ys = box.nodes(0, cells), box.nodes(1, cells)
    fields = grid_fields(at.problem, xs, ys, dict(at.free))
    scale = np.stack([typical(field) for field in fields], axis=-1)
    starts, cases = _slow_places(fields, scale, xs, ys)
    found, case = [starts], [cases]
    for which in (0, 1):
        curves = zero_curves(at.problem, which, fields[which], xs, ys, at.free)
        if len(curves.points):
            more, more_case = _along(
                at, curves, 1 - which, lambda moved, cases, which=which: at.onto(moved, cases, which)
            )
            found.append(more)
            case.append(more_case)
    return np.concatenate(found), np.concatenate(case), scale, _usual_slope(at, box, len(scale))


def _along(at: _At, curves: Curves, which: int, onto) -> tuple[np.ndarray, np.ndarray]:
    """Where one field changes its sign along curves, and where it only touches 0."""
    left = curves.segments()
    a, b, case = curves.points[left], curves.points[left + 1], curves.case[left]

    def place(share: np.ndarray, segment: np.ndarray) -> np.ndarray:
        chord = a[segment] + share[:, None] * (b[segment] - a[segment])
        return onto(chord, case[segment])

    def field(share, segment):
        return at.fields(place(share, segment), case[segment])[:, which]

    # On a line the field is monotone between zeros of its slope, on a nullcline between zeros of the determinant.
    turn = at.slope(curves.points, curves.case)
    turns = np.flatnonzero(_sign_changes(turn[left], turn[left + 1]))
    zeros, ones = np.zeros(len(turns)), np.ones(len(turns))
    share = locate(
        zeros,
        ones,
        lambda s, k: at.slope(place(s, turns[k]), case[turns[k]]),
        (turn[left][turns], turn[left + 1][turns]),
    )
    values = at.fields(curves.points, curves.case)[:, which]
    peak = field(share, turns)
    # Whole segments, and the halves of those that turn.
    whole = np.setdiff1d(np.arange(len(left)), turns)
    segment = np.concatenate([whole, turns, turns])
    begin = np.concatenate([np.zeros(len(whole)), zeros, share])
    end = np.concatenate([np.ones(len(whole)), share, ones])
    ends = (
        np.concatenate([values[left][whole], values[left][turns], peak]),
        np.concatenate([values[left + 1][whole], peak, values[left + 1][turns]]),
    )
    cross = np.flatnonzero(_sign_changes(*ends))
    segment = segment[cross]
    share_at = locate(begin[cross], end[cross], lambda s, k: field(s, segment[k]), (ends[0][cross], ends[1][cross]))
    every = np.concatenate([turns, segment])
    return place(np.concatenate([share, share_at]), every), case[every]


def _sign_changes(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.isfinite(a) & np.isfinite(b) & (np.sign(a) != np.sign(b))


def _slow_places(fields, scale, xs, ys) -> tuple[np.ndarray, np.ndarray]:
    """Nodes at which the speed, each field by its usual size, is lower than at all neighbours."""
    speed = sum((field / scale[:, i, None, None]) ** 2 for i, field in enumerate(fields))
    speed = np.where(np.isfinite(speed), speed, np.inf)
    middle = speed[:, 1:-1, 1:-1]
    lowest = np.isfinite(middle)
    for dy in (0, 1, 2):
        for dx in (0, 1, 2):
            if (dy, dx) != (1, 1):
                lowest &= middle < speed[:, dy : speed.shape[1] - 2 + dy, dx : speed.shape[2] - 2 + dx]
    case, row, column = np.nonzero(lowest)
    return np.stack([xs[column + 1], ys[row + 1]], axis=-1), case


def _usual_slope(at: _At, box: Box, n_cases: int) -> np.ndarray:
    """A low usual size of the slopes in the box, so that a slope that vanishes can be told: shape (P,) or (1,).

    The tenth percentile: exponential terms may be enormous in a part of the box.
    """
    d = at.problem.dimension
    axes = [box.nodes(i, 23 if d == 2 else 199) for i in range(d)]
    mesh = np.stack([m.ravel() for m in np.meshgrid(*axes)], axis=0)
    swept = {name: values[:, None] for name, values in at.free.items()}
    slopes = at.problem.slopes(tuple(axis[None, :] for axis in mesh), swept)
    sizes = np.abs(slopes * (box.span[None, :] / box.span[:, None])).max(axis=(-1, -2))
    sizes = np.where(np.isfinite(sizes), sizes, np.nan)
    return np.array([np.nanpercentile(row, 10) if np.isfinite(row).any() else 0.0 for row in sizes])


def _around(points: np.ndarray, case: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points, and for each one starts half a cell away: three equilibria in a cell look like one to the grid."""
    shifts = np.vstack([np.zeros(len(size)), np.diag(size / 2), -np.diag(size / 2)])
    return (points[None] + shifts[:, None]).reshape(-1, len(size)), np.tile(case, len(shifts))


def _polished(at: _At, points: np.ndarray, case: np.ndarray, scale: np.ndarray, cells: int):
    """Newton's method from every start; of what converged inside the box, one of each."""
    span = at.box.span
    scale = scale[case] if len(scale) > 1 else np.broadcast_to(scale, points.shape)
    start, value = points, at.fields(points, case)
    for _ in range(12):
        step = _newton(at.slopes(points, case), value, span)
        moved = points + step * span
        new = at.fields(moved, case)
        with np.errstate(all="ignore"):
            better = np.abs(new / scale).max(axis=1) < np.abs(value / scale).max(axis=1)
        better &= np.isfinite(step).all(axis=1) & (np.abs((moved - start) / span).max(axis=1) < 4 / cells)
        points = np.where(better[:, None], moved, points)
        value = np.where(better[:, None], new, value)
        if not better.any():
            break
    left = np.abs(value / scale).max(axis=1)
    last = np.abs(_newton(at.slopes(points, case), value, span)).max(axis=1)
    # At a pole a Newton step is short but the fields are large; at a double root they are 0 but the step is not short.
    good = (left <= 1e-13) | (left <= 1e-6) & (last <= 1e-9)
    good &= at.box.holds(points)
    points, case, left = points[good], case[good], left[good]
    keep = _distinct(at, points, case, left, 1 / cells)
    return points[keep], case[keep]


def _newton(slopes: np.ndarray, value: np.ndarray, span: np.ndarray) -> np.ndarray:
    """The Newton step as a share of the box; NaN where there is none."""
    with np.errstate(all="ignore"):
        if value.shape[1] == 1:
            return -value / slopes[:, 0] / span
        (a, b), (c, d) = slopes.transpose(1, 2, 0)
        det = a * d - b * c
        step = np.stack([(b * value[:, 1] - d * value[:, 0]) / det, (c * value[:, 0] - a * value[:, 1]) / det], axis=-1)
        step = step / span
    return np.where((value == 0).all(axis=1)[:, None], 0.0, step)


def _distinct(at: _At, points: np.ndarray, case: np.ndarray, rest: np.ndarray, most: float) -> np.ndarray:
    """Indices of one of each group of points that are the same, that with the smallest rest; sorted by place.

    Where Newton's method still wants to move, at a multiple root, that tells how far away the root may be; `most` is
    the largest such distance, as a share of the box.
    """
    span = at.box.span
    step = np.abs(_newton(at.slopes(points, case), at.fields(points, case), span)).max(axis=1, initial=0.0)
    reach = np.clip(8 * np.nan_to_num(step, nan=0.0, posinf=most), _SAME, most)
    kept: dict[int, list[int]] = {}
    for i in np.argsort(rest, kind="stable"):
        others = kept.setdefault(int(case[i]), [])
        far = np.abs((points[others] - points[i]) / span).max(axis=1, initial=0.0)
        if not others or (far > np.maximum(reach[others], reach[i])).all():
            others.append(int(i))
    keep = np.array([i for others in kept.values() for i in others], dtype=int)
    return keep[np.lexsort((*points[keep].T[::-1], case[keep]))]
