"""Curves of equilibria over one parameter, with the places where their number or their stability changes.

Seeds, found on a grid of the parameter, are continued both ways along the arc length of their curve, so that folds are
no end. Folds and Hopf points are located on the curve to rounding, by a function that changes its sign there.

References
----------
Keller (1977), pseudo-arclength continuation; Kuznetsov (2004), Elements of Applied Bifurcation Theory, sections 10.1
and 10.2, for the functions that vanish at folds and at Hopf points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from . import classify
from .equilibria import equilibria
from .grid import Box
from .problem import Problem

FOLD, HOPF, BRANCH_POINT = "fold", "Hopf", "branch point"

_SEEDS, _AT_ENDS = 15, 1e-3
"""At so many values of the parameter, and so near to its ends, equilibria are looked for."""
_CELLS = 60
_LINE = 240
"""Places of the first variable at which the others are put to rest, where there are more than two variables."""
_FIRST, _LONGEST, _SHORTEST = 2e-3, 2e-2, 1e-6
"""Steps along a curve, in shares of the axes."""
_MOST_STEPS = 2500
_SAME = 6e-3
_CENTRE = 1e-10
"""A sum of two eigenvalues that is so small, in shares of the largest slope, is 0
on both sides: on a line of centres all are."""
_BENT = 0.97
"""Cosine of the sharpest turn in one step."""


@dataclass(frozen=True)
class Special:
    """A place where something changes.

    Attributes
    ----------
    kind : str
        'fold', 'Hopf' or 'branch point'.
    parameter : float
    point : ndarray, shape (d,)
    period : float, ms
        Of the oscillation that begins at a Hopf point; NaN elsewhere.
    told : str
        What else is known about it.
    """

    kind: str
    parameter: float
    point: np.ndarray
    period: float = np.nan
    told: str = ""


def runs_of(names: list[str]) -> list[tuple[str, slice]]:
    """Parts of one name; each reaches to the first place of the next one."""
    cuts = [k for k in range(1, len(names)) if names[k] != names[k - 1]]
    edges = [0, *cuts, len(names)]
    return [(names[a], slice(a, min(b + 1, len(names)))) for a, b in zip(edges, edges[1:])]


@dataclass(frozen=True)
class Branch:
    """One curve, in order.

    Attributes
    ----------
    parameter : ndarray, shape (n,)
    points : ndarray, shape (n, d)
    names : list of str
        Of ``classify``, one for each point.
    """

    parameter: np.ndarray
    points: np.ndarray
    names: list[str]

    def runs(self) -> list[tuple[str, slice]]:
        """Parts of one name; each reaches to the first point of the next one."""
        return runs_of(self.names)


@dataclass
class Diagram:
    """All curves that were found, and the special places on them from left to right.

    ``cycles.with_cycles`` adds limit cycles; it is complete afterwards.
    """

    branches: list[Branch] = field(default_factory=list)
    specials: list[Special] = field(default_factory=list)
    cycles: list = field(default_factory=list)
    is_complete: bool = False
    is_unfinished: bool = False
    """Some cycles were not followed to the end of their family."""

    def has_stable(self, value: float) -> bool:
        """Whether an equilibrium is stable at a value of the parameter."""
        for branch in self.branches:
            for name, part in branch.runs():
                p = branch.parameter[part]
                if name.startswith("stable") and p.min() <= value <= p.max():
                    return True
        return False


class Stopped(Exception):
    """Nobody wants the result any more."""


def diagram(
    problem: Problem,
    parameter: str,
    ends: tuple[float, float],
    box: Box,
    values: dict[str, float],
    start: np.ndarray | None = None,
    unwanted: Callable[[], bool] = lambda: False,
) -> Diagram:
    """Equilibria over a range of one parameter.

    Parameters
    ----------
    problem : Problem
        Of one or more variables, the membrane potential first. With more than two, equilibria are found that lie where
        all other variables, each from its value in `start`, come to rest while the first one is held.
    parameter : str
        One of the free names of the problem.
    ends : (float, float)
        Its range.
    box : Box
        Where seeds are looked for; curves are followed to four times its size.
    values : dict of str to float
        Of all free names; that of `parameter` does not matter.
    start : ndarray, shape (d,), optional
        The middle of the box when left out.
    unwanted : callable
        Asked after each step.

    Returns
    -------
    Diagram

    Raises
    ------
    Stopped
        When `unwanted` said True.
    """
    curve = _Curve(problem, parameter, ends, box, values)
    shares = np.concatenate([[_AT_ENDS], (np.arange(_SEEDS) + 0.5) / _SEEDS, [1 - _AT_ENDS]])
    grid = ends[0] + shares * (ends[1] - ends[0])
    find = _in_box if problem.dimension <= 2 else _along_first
    start = box.low + box.span / 2 if start is None else start
    found = Diagram()
    for z in find(problem, parameter, grid, box, values, curve, start):
        if unwanted():
            raise Stopped
        if not any(_passes(branch, z, curve) for branch in found.branches):
            line = curve.follow(z, 1.0, unwanted)
            is_closed = len(line) > 1 and np.array_equal(line[-1], line[0])
            if not is_closed:
                line = np.concatenate([curve.follow(z, -1.0, unwanted)[:0:-1], line])
            if len(line) > 1:
                branch, specials = curve.described(line)
                found.branches.append(branch)
                found.specials += [one for one in specials if not any(curve.alike(one, old) for old in found.specials)]
    found.specials.sort(key=lambda one: one.parameter)
    return found


def name_of(jacobian: np.ndarray, scale: float) -> str:
    """The name of an equilibrium, by the Jacobian of any number of variables and the usual size of its entries.

    With more than two variables: 'saddle-node', the manual's word for a saddle, where an odd number of eigenvalues is
    positive; otherwise 'stable' or 'unstable', and 'focus' where the leading ones are complex.
    """
    if len(jacobian) <= 2:
        return classify.names(jacobian[None], np.array([scale]))[0]
    found = np.linalg.eigvals(jacobian)
    growing = int((found.real > 0).sum())
    if growing % 2:
        return classify.SADDLE_NODE
    leading = found[np.argmax(found.real)]
    return f"{'unstable' if growing else 'stable'}-{'focus' if leading.imag else 'node'}"


class _Curve:
    """f(x, p) = 0 in shares z of the axes: the variables by the box, the parameter, last, by its range."""

    def __init__(self, problem: Problem, parameter: str, ends: tuple[float, float], box: Box, values):
        self.d = problem.dimension
        self.low = np.array([*box.low, ends[0]])
        self.span = np.array([*box.span, ends[1] - ends[0]])
        others = {name: value for name, value in values.items() if name != parameter}
        self._at = problem.expanded_at(parameter, others)
        self.rates = self.span[: self.d]

    def to_z(self, point: np.ndarray, parameter: float) -> np.ndarray:
        return (np.array([*point, parameter]) - self.low) / self.span

    def expanded(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f, shape (d,), and its slopes, shape (d, d + 1), in shares a ms."""
        d = self.d
        values = np.array(self._at(*(self.low + z * self.span)))
        slopes = np.concatenate([values[d : d + d * d].reshape(d, d), values[d + d * d :, None]], axis=1)
        return values[:d] / self.rates, slopes * self.span / self.rates[:, None]

    def corrected(self, z: np.ndarray, normal: np.ndarray, most: int = 8) -> tuple[np.ndarray, int] | None:
        """The place of the curve in the plane through `z` across `normal`, and how many steps that took."""
        begin = z
        last = np.zeros(self.d + 1)
        for turn in range(most):
            f, slopes = self.expanded(z)
            matrix = np.vstack([slopes, normal])
            last[: self.d] = f
            last[self.d] = normal @ (z - begin)
            if not np.isfinite(matrix).all() or not np.isfinite(last).all():
                return None
            try:
                step = np.linalg.solve(matrix, last)
            except np.linalg.LinAlgError:
                return None
            z = z - step
            size = np.abs(step).max()
            if size < 1e-11:
                return z, turn + 1
            if size > 0.5:
                return None
        return (z, most) if size < 1e-8 else None

    def tangent(self, z: np.ndarray, like: np.ndarray | None = None) -> np.ndarray | None:
        """The direction of the curve, on the side of another one."""
        _, slopes = self.expanded(z)
        if not np.isfinite(slopes).all():
            return None
        scale = np.abs(slopes).max(axis=1, keepdims=True)
        found = np.linalg.svd(slopes / np.where(scale > 0, scale, 1.0))[2][-1]
        return -found if like is not None and found @ like < 0 else found

    def follow(self, z: np.ndarray, side: float, unwanted: Callable[[], bool]) -> np.ndarray:
        """The curve from here on, (n, d + 1), to an end of the parameter, of the room, or back to its beginning."""
        line = [z]
        way = self.tangent(z)
        if way is None:
            return np.array(line)
        way = way * side * (1 if way[-1] >= 0 else -1)
        step = _FIRST
        for count in range(_MOST_STEPS):
            if unwanted():
                raise Stopped
            found = self.corrected(z + step * way, way)
            new = None if found is None else self.tangent(found[0], way)
            if found is None or new is None or new @ way < _BENT or np.abs(found[0] - z).max() > 2 * step:
                step /= 2
                if step < _SHORTEST:
                    break
                continue
            end = self._end(z, found[0])
            if end is not None:
                line.append(end)
                break
            z, way = found[0], new
            line.append(z)
            if np.abs(z[:-1] - 0.5).max() > 2.5:
                break
            if count > 10 and np.abs(z - line[0]).max() < step and (line[1] - line[0]) @ way > 0:
                line.append(line[0])
                break
            step = min(_LONGEST, step * (1.5 if found[1] <= 4 else 0.7))
        return np.array(line)

    def _end(self, z: np.ndarray, new: np.ndarray) -> np.ndarray | None:
        """Where the curve leaves the range of the parameter between two places."""
        if 0 <= new[-1] <= 1:
            return None
        edge = 1.0 if new[-1] > 1 else 0.0
        share = (edge - z[-1]) / (new[-1] - z[-1]) if new[-1] != z[-1] else 0.0
        across = np.zeros(self.d + 1)
        across[-1] = 1.0
        guess = z + share * (new - z)
        guess[-1] = edge
        found = self.corrected(guess, across)
        return z if found is None else found[0]

    def real(self, z: np.ndarray) -> np.ndarray:
        """The Jacobian of the variables, 1/ms."""
        _, slopes = self.expanded(z)
        return slopes[:, : self.d] * self.rates[:, None] / self.rates

    def described(self, line: np.ndarray) -> tuple[Branch, list[Special]]:
        """Names of the places of a curve, and what is special between them."""
        measured = [self.expanded(z)[1][:, : self.d] for z in line]
        names = [name_of(self.real(z), np.abs(m).max()) for z, m in zip(line, measured)]
        tests = np.array([(np.linalg.det(m), _pairs(m / (np.abs(m).max() or 1.0))) for m in measured])
        specials, inserted = [], {}
        for k in np.flatnonzero((np.diff(np.sign(tests), axis=0) != 0).any(axis=1)):
            for which in (0, 1):
                is_centre = which == 1 and np.abs(tests[k : k + 2, 1]).max() < _CENTRE
                if np.sign(tests[k, which]) != np.sign(tests[k + 1, which]) and not is_centre:
                    found = self._special(line[k], line[k + 1], which)
                    if found is not None:
                        specials.append(found[0])
                        inserted.setdefault(int(k), []).append(found[1])
        z = line
        for k in sorted(inserted, reverse=True):  # so that a change of name is drawn where it is
            z = np.insert(z, k + 1, inserted[k][0], axis=0)
            names.insert(k + 1, names[k + 1])
        real = self.low + z * self.span
        return Branch(real[:, -1], real[:, :-1], names), specials

    def _special(self, a: np.ndarray, b: np.ndarray, which: int) -> tuple[Special, np.ndarray] | None:
        """What lies between two places at which a function has opposite signs."""
        chord = b - a
        size = np.linalg.norm(chord)
        if size == 0:
            return None
        normal = chord / size

        def value(z: np.ndarray) -> float:
            slopes = self.expanded(z)[1][:, : self.d]
            return float(np.linalg.det(slopes)) if which == 0 else _pairs(slopes)

        def place(share: float) -> np.ndarray | None:
            guess = a + share * chord
            found = self.corrected(guess, normal, 12)
            if found is not None:
                return found[0]
            # Where curves cross the plane does not fix a place; on a straight curve the guess is one.
            return guess if np.abs(self.expanded(guess)[0]).max() < 1e-9 else None

        low, high, f_low, f_high = 0.0, 1.0, value(a), value(b)
        z: np.ndarray | None = None
        for turn in range(60):
            share = (low + high) / 2 if turn % 3 == 2 else low + (high - low) * f_low / (f_low - f_high)
            z = place(share)
            if z is None:
                return None
            f = value(z)
            if f == 0 or high - low < 1e-14:
                break
            if (f > 0) == (f_low > 0):
                low, f_low = share, f
            else:
                high, f_high = share, f
        assert z is not None
        real = self.low + z * self.span
        jacobian = self.real(z)
        if which == 0:
            before, after = self.tangent(a, normal), self.tangent(b, normal)
            turns = before is not None and after is not None and before[-1] * after[-1] < 0
            return Special(FOLD if turns else BRANCH_POINT, float(real[-1]), real[:-1]), z
        found = np.linalg.eigvals(jacobian)
        pair = found[np.argmin(np.abs(found.real) + (found.imag == 0) * np.abs(found).max())]
        if abs(pair.imag) <= 1e-6 * np.abs(found).max():
            return None  # two real eigenvalues of opposite signs: nothing changes
        return Special(HOPF, float(real[-1]), real[:-1], float(2 * np.pi / abs(pair.imag))), z

    def alike(self, one: Special, other: Special) -> bool:
        """Whether two finds are the same place."""
        away = self.to_z(one.point, one.parameter) - self.to_z(other.point, other.parameter)
        return one.kind == other.kind and bool(np.abs(away).max() < 1e-4)


def _pairs(jacobian: np.ndarray) -> float:
    """The product of the sums of all pairs of eigenvalues, which is 0 at a Hopf point: smooth, and real."""
    if len(jacobian) == 1:
        return 1.0
    found = np.linalg.eigvals(jacobian)
    i, j = np.triu_indices(len(found), 1)
    return float(np.prod(found[i] + found[j]).real)


def _passes(branch: Branch, z: np.ndarray, curve: _Curve) -> bool:
    """Whether a curve goes through a place."""
    places = (np.column_stack([branch.points, branch.parameter]) - curve.low) / curve.span
    a, b = places[:-1], places[1:]
    over = np.flatnonzero((a[:, -1] - z[-1]) * (b[:, -1] - z[-1]) <= 0)
    if not len(over):
        return False
    run = b[over, -1] - a[over, -1]
    share = np.where(run == 0, 0.5, (z[-1] - a[over, -1]) / np.where(run == 0, 1.0, run))[:, None]
    return bool((np.abs(a[over] + share * (b[over] - a[over]) - z).max(axis=1) < _SAME).any())


def _in_box(problem, parameter, grid, box, values, curve, start):
    """Equilibria of one or two variables, at every value of the grid."""
    free = {name: np.full(len(grid), value) for name, value in values.items()} | {parameter: grid}
    found = equilibria(problem, box, free, cells=_CELLS if problem.dimension == 2 else 4 * _CELLS)
    for case, point in zip(found.case, found.points):
        yield curve.to_z(point, grid[case])


def _along_first(problem, parameter, grid, box, values, curve, start):
    """Equilibria of more variables: along the first one, with all others at rest, its own slope changes its sign."""
    d = problem.dimension
    first = box.nodes(0, _LINE)
    points = np.tile(np.asarray(start, float)[:, None, None], (1, len(grid), len(first)))
    points[0] = first
    free = {name: np.full((len(grid), 1), value) for name, value in values.items()} | {parameter: grid[:, None]}
    rest = np.full(points.shape[1:], np.inf)
    with np.errstate(all="ignore"):
        for _ in range(12):
            f = np.stack(problem.fields(points, free)[1:], axis=-1)
            slopes = problem.slopes(points, free)[..., 1:, 1:]
            good = np.isfinite(f).all(axis=-1) & np.isfinite(slopes).all(axis=(-1, -2))
            good &= np.abs(np.linalg.det(np.where(good[..., None, None], slopes, np.eye(d - 1)))) > 0
            step = np.full(f.shape, np.nan)
            step[good] = np.linalg.solve(slopes[good], f[good][..., None])[..., 0]
            points[1:] -= np.moveaxis(np.where(np.isfinite(step), step, 0.0), -1, 0)
            rest = np.abs(step / box.span[1:]).max(axis=-1)
            if np.nanmax(rest, initial=0.0) < 1e-12:
                break
        own = np.where(rest < 1e-6, problem.fields(points, free)[0], np.nan)
    row, column = np.nonzero(
        np.isfinite(own[:, :-1]) & np.isfinite(own[:, 1:]) & ((own[:, :-1] > 0) != (own[:, 1:] > 0))
    )
    across = np.zeros(d + 1)
    across[-1] = 1.0
    for k, n in zip(row, column):
        share = own[k, n] / (own[k, n] - own[k, n + 1])
        point = points[:, k, n] + share * (points[:, k, n + 1] - points[:, k, n])
        found = curve.corrected(curve.to_z(point, grid[k]), across, 20)
        if found is not None:
            yield found[0]
