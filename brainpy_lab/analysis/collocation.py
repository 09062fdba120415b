"""Periodic orbits as solutions of a boundary value problem: polynomials on intervals that are as short as they must be.

An orbit is x(s) with s from 0 to 1 and dx/ds = T f(x, p). On each interval it is a polynomial of degree 4 that obeys
the equation at Gauss's points. The unknowns inside of the intervals are eliminated first, all intervals at once, and
then every second end of an interval, again and again (`reduction`): no matrix is larger than that of one interval.

References
----------
Doedel, Keller & Kernévez (1991), Int. J. Bifurcation and Chaos 1, 745-772; Ascher, Christiansen & Russell (1979), Math.
Comp. 33, 659-679, for the choice of the mesh.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .reduction import reduced

DEGREE = 4
_NODES = np.linspace(0.0, 1.0, DEGREE + 1)
_GAUSS, _WEIGHTS = np.polynomial.legendre.leggauss(DEGREE)
_GAUSS, _WEIGHTS = (_GAUSS + 1) / 2, _WEIGHTS / 2
_POWERS = np.arange(DEGREE + 1)
_TO_POWERS = np.linalg.inv(_NODES[:, None] ** _POWERS)
_VALUE = _GAUSS[:, None] ** _POWERS @ _TO_POWERS
_SLOPE = _POWERS * _GAUSS[:, None] ** np.maximum(_POWERS - 1, 0) @ _TO_POWERS
_HIGHEST = _TO_POWERS[-1]
_SAMPLES = 16
_TURNS = 8
_CLOSE = 1e-10
"""Newton's method ends when a step is smaller than this share of the scales."""

Field = Callable[[np.ndarray, float], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""``f, slopes, by_parameter = field(points, parameter)``; shapes (n, d), (n, d, d), (n, d) of points of (n, d)."""


@dataclass(frozen=True)
class Orbit:
    """A closed orbit, or a direction in which orbits change.

    Attributes
    ----------
    mesh : ndarray, shape (n + 1,)
        Ends of the intervals, from 0 to 1.
    points : ndarray, shape (n, DEGREE + 1, d)
        Of each interval at equal distances, both ends among them.
    log_period, parameter : float
    """

    mesh: np.ndarray
    points: np.ndarray
    log_period: float
    parameter: float

    @property
    def period(self) -> float:
        return float(np.exp(self.log_period))

    @property
    def widths(self) -> np.ndarray:
        return np.diff(self.mesh)

    def at_gauss(self) -> np.ndarray:
        """The orbit at Gauss's points, shape (n, DEGREE, d)."""
        return np.einsum("kj,ijd->ikd", _VALUE, self.points)

    def slopes(self) -> np.ndarray:
        """Slopes over s at Gauss's points, shape (n, DEGREE, d)."""
        return np.einsum("kj,ijd->ikd", _SLOPE, self.points) / self.widths[:, None, None]

    def times(self, other: Orbit) -> float:
        """The product of two directions; how the period changes does not enter."""
        own = np.einsum("ikd,ikd,k,i", self.at_gauss(), other.at_gauss(), _WEIGHTS, self.widths)
        return float(own + self.parameter * other.parameter)

    def moved(self, way: Orbit, far: float) -> Orbit:
        """The orbit that lies so far in a direction."""
        return Orbit(
            self.mesh,
            self.points + far * way.points,
            self.log_period + far * way.log_period,
            self.parameter + far * way.parameter,
        )

    def on(self, mesh: np.ndarray) -> Orbit:
        """The same with other intervals."""
        s = (mesh[:-1, None] + np.diff(mesh)[:, None] * _NODES).ravel()
        part = np.clip(np.searchsorted(self.mesh, s, "right") - 1, 0, len(self.points) - 1)
        powers = ((s - self.mesh[part]) / self.widths[part])[:, None] ** _POWERS @ _TO_POWERS
        points = np.einsum("nj,njd->nd", powers, self.points[part])
        points = points.reshape(len(mesh) - 1, DEGREE + 1, -1)
        points[1:, 0] = points[:-1, -1]
        return replace(self, mesh=mesh, points=points)

    def extremes(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and largest value of each variable, shape (d,)."""
        s = np.arange(_SAMPLES + 1) / _SAMPLES
        x = np.einsum("kj,ijd->ikd", s[:, None] ** _POWERS @ _TO_POWERS, self.points)
        found = np.empty((2, x.shape[-1]))
        for row, pick in enumerate((np.argmin, np.argmax)):
            for column in range(x.shape[-1]):
                part, k = np.unravel_index(pick(x[:, :, column]), x.shape[:2])
                near = np.clip(s[k] + np.linspace(-1, 1, 4 * _SAMPLES + 1) / _SAMPLES, 0.0, 1.0)
                values = near[:, None] ** _POWERS @ _TO_POWERS @ self.points[part, :, column]
                found[row, column] = values[pick(values)]
        return found[0], found[1]

    def better_mesh(self, wanted: float, least: int, most: int) -> np.ndarray:
        """Ends of intervals over which the error of the polynomials is spread evenly.

        Their number is doubled, up to `most`, where that error is larger than wanted, and halved, down to `least`,
        where it is far smaller.
        """
        highest = np.einsum("j,ijd->id", _HIGHEST, self.points) / self.widths[:, None] ** DEGREE
        between = (self.widths + np.roll(self.widths, 1)) / 2
        jumps = (highest - np.roll(highest, 1, axis=0)) / between[:, None]  # at the left end of each interval
        error = np.linalg.norm((np.abs(jumps) + np.abs(np.roll(jumps, -1, axis=0))) / 2, axis=1)
        density = error ** (1 / (DEGREE + 1))
        n = len(self.points)
        off = (density @ self.widths / n) ** (DEGREE + 1)  # on each interval of an even mesh
        n = min(most, 2 * n) if off > wanted else max(least, n // 2) if off < wanted / 200 else n
        density += 0.1 * (density @ self.widths) + 1e-12  # no interval becomes too long
        reached = np.concatenate([[0.0], np.cumsum(density * self.widths)])
        return np.interp(np.linspace(0, reached[-1], n + 1), reached, self.mesh)


@dataclass(frozen=True)
class Solved:
    """An orbit that obeys the equations, the direction of its family, and what becomes of small deviations.

    Attributes
    ----------
    transfers : ndarray, shape (n, d, d)
        What an interval makes of a deviation at its beginning.
    divergence : float
        How fast the volume of small deviations grows, in the unit of the field.
    turns : int
        Of Newton's method.
    """

    orbit: Orbit
    way: Orbit
    transfers: np.ndarray
    divergence: float
    turns: int


def solve(field: Field, guess: Orbit, normal: Orbit | None, like: Orbit) -> Solved | None:
    """The orbit of a family near a guess.

    Parameters
    ----------
    field : callable
    guess : Orbit
    normal : Orbit or None
        It lies in the plane through the guess across this direction; None keeps the parameter of the guess.
    like : Orbit
        The direction that the family had, which tells its sense.

    Returns
    -------
    Solved or None
        None where Newton's method does not converge.
    """
    orbit, across = guess, like if normal is None else normal
    if normal is None:
        across = replace(like, points=np.zeros_like(guess.points), log_period=0.0, parameter=1.0)
    reference, size, turns = guess.slopes(), np.inf, 0
    while size >= _CLOSE and turns < _TURNS:
        made = _system(field, orbit, guess, reference, across)
        if made is None:
            return None
        orbit = orbit.moved(made.step, -1.0)
        size = max(np.abs(made.step.points).max(), abs(made.step.parameter), abs(made.step.log_period))
        turns += 1
        if size > 1.0:
            return None
    if size > 1e3 * _CLOSE:
        return None
    made = _system(field, orbit, guess, reference, like)
    if made is None:
        return None
    way = made.direction
    length = np.sqrt(way.times(way))
    way = Orbit(orbit.mesh, way.points / length, way.log_period / length, way.parameter / length)
    return Solved(orbit, way, made.transfers, made.divergence, turns)


@dataclass
class _System:
    """Newton's step, which is to be taken away, and the direction that changes nothing but the place in the family."""

    step: Orbit
    direction: Orbit
    transfers: np.ndarray
    divergence: float


def _system(field: Field, orbit: Orbit, guess: Orbit, reference: np.ndarray, across: Orbit) -> _System | None:
    """What follows from the linear equations at an orbit; None where they have no solution."""
    n, _, d = orbit.points.shape
    period, widths = orbit.period, orbit.widths
    x = orbit.at_gauss()
    f, slopes, by_parameter = field(x.reshape(-1, d), orbit.parameter)
    f, by_parameter = (period * part.reshape(n, DEGREE, d) for part in (f, by_parameter))
    slopes = period * slopes.reshape(n, DEGREE, d, d)
    if not (np.isfinite(f).all() and np.isfinite(slopes).all() and np.isfinite(by_parameter).all()):
        return None
    residual = orbit.slopes() - f
    # All in the interval by the values at its nodes: rows are (k, d), columns (j, d).
    own = (_SLOPE / widths[:, None, None])[:, :, :, None, None] * np.eye(d)
    own = (own - _VALUE[None, :, :, None, None] * slopes[:, :, None]).transpose(0, 1, 3, 2, 4)
    own = own.reshape(n, DEGREE * d, (DEGREE + 1) * d)
    others = [-f.reshape(n, -1, 1), -by_parameter.reshape(n, -1, 1), residual.reshape(n, -1, 1)]
    others += [np.zeros((n, DEGREE * d, 1))]
    # The last two rows weigh all values: the phase is that of the guess, and the place is in the plane across.
    away, share = x - guess.at_gauss(), widths[:, None, None] * _WEIGHTS[:, None]
    rows, corner, values = np.empty((2, n, d)), np.zeros((2, 2)), np.zeros((2, 2))
    values[:, 0] = np.sum(away * reference * share), np.sum(away * across.at_gauss() * share)
    values[1, 0] += across.parameter * (orbit.parameter - guess.parameter)
    values[1, 1] = 1.0
    corner[1, 1] = across.parameter
    try:
        # By the left end, the period, the parameter; then what is wanted of the step, and of the direction.
        inner = np.linalg.solve(own[:, :, d:], np.concatenate([own[:, :, :d], *others], axis=2))
        for row, by in enumerate((reference, across.at_gauss())):
            weight = np.einsum("ikd,kj->ijd", by * share, _VALUE)
            through = np.einsum("ia,iab->ib", weight[:, 1:].reshape(n, -1), inner)
            rows[row] = weight[:, 0] - through[:, :d]
            corner[row] -= through[:, d : d + 2].sum(axis=0)
            values[row] -= through[:, d + 2 :].sum(axis=0)
        ends = inner[:, -d:]
        left, border = reduced(ends[:, :, :d], ends[:, :, d : d + 2], ends[:, :, d + 2 :], rows, corner, values)
    except np.linalg.LinAlgError:
        return None
    found = []
    for k in (0, 1):
        rest = np.concatenate([left[:, :, k], np.broadcast_to(border[:, k], (n, 2)), -np.eye(2)[[k] * n]], axis=1)
        points = -np.einsum("iab,ib->ia", inner, rest).reshape(n, DEGREE, d)
        points = np.concatenate([left[:, None, :, k], points], axis=1)
        if not np.isfinite(points).all():
            return None
        found.append(Orbit(orbit.mesh, points, float(border[0, k]), float(border[1, k])))
    divergence = np.einsum("ikdd,k,i", slopes, _WEIGHTS, widths) / period
    return _System(found[0], found[1], -ends[:, :, :d], float(divergence))
