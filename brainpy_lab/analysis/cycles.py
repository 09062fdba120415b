"""Families of limit cycles over one parameter, from the Hopf points where they begin or a cycle that was simulated.

A family is followed along its arc length, through folds, where two cycles meet and vanish, to its end: another Hopf
point, an end of the parameter, or a place where the period grows without bound because the cycle runs into a saddle
(a homoclinic orbit) or into a fold of equilibria (a saddle-node on an invariant circle).

References
----------
Doedel, Keller & Kernévez (1991), Int. J. Bifurcation and Chaos 1, 745-772. Izhikevich (2007), Dynamical Systems in
Neuroscience, sections 6.1 to 6.3, for the ways in which cycles appear and end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from .branches import FOLD, HOPF, Diagram, Special, Stopped, runs_of
from .collocation import DEGREE, Orbit, Solved, solve
from .grid import Box
from .oscillation import orbit_through, oscillation
from .problem import Problem

CYCLE_FOLD, HOMOCLINIC, CIRCLE = "fold of cycles", "homoclinic", "SNIC"
DEGENERATE = "degenerate"
STABLE, UNSTABLE = "stable-limit cycle", "unstable-limit cycle"

_INTERVALS, _MOST_INTERVALS, _WANTED = 40, 160, 3e-4
"""At first, and where the error, which is far below this measure, in shares of the axes, asks for more."""
_SEEDS, _BESIDE, _ATTRACTS = 5, 1e-2, 0.02
"""At so many values of the parameter an oscillation is simulated where nothing is known to be stable, so far beside the
state that is given; it is taken where deviations shrink so much in a period, in logarithms."""
_FIRST, _LONGEST, _SHORTEST = 0.01, 0.15, 1e-5
"""Steps along a family, in shares of how large the variables and the parameter are together."""
_MOST_STEPS, _MOST_WORK = 400, 24_000
"""Of a family: cycles that are tried, and intervals in all of them."""
_BENT = 0.5
_REMESHED = 3
"""The mesh is chosen anew after so many steps."""
_SAME, _NEAR_LIMIT = 1e-6, 1e-5
"""In shares of the range: where the parameter turns so near to where it turned before, or to the end of a family at a
saddle, it hardly moves, and turns by rounding."""
_SLOW, _GROWN, _CONVERGED, _RESTING = 30.0, 4.0, 5e-3, 0.01
"""A family is followed no further when the period is so many times as long as the shortest while the parameter has come
to its limit (it changes by less than this share of the range while the period doubles), and the cycle nearly rests
somewhere (in shares of its largest speed). Where a family cannot be followed further, a growth that is so much less
tells the same."""
_NEAR_FOLD = 5e-3
"""A fold of equilibria is where the parameter goes when it is so near to it, in shares of the range."""
_VERTICAL, _LEAST_MOVED = 8, 1e-8
"""A Hopf point is degenerate when the parameter has moved so little after so many cycles of its family."""


@dataclass(frozen=True)
class Family:
    """Limit cycles, in order.

    Attributes
    ----------
    parameter, period : ndarray, shape (n,)
        The period in ms.
    low, high : ndarray, shape (n, d)
        Least and largest value of each variable on the cycle.
    exponents : ndarray, shape (n,)
        How fast small deviations grow, 1/ms: the largest real part of the Floquet exponents, but for the one that is 0.
    """

    parameter: np.ndarray
    period: np.ndarray
    low: np.ndarray
    high: np.ndarray
    exponents: np.ndarray

    def runs(self) -> list[tuple[str, slice]]:
        """Parts that are stable or not; each reaches to the first cycle of the next one."""
        return runs_of([UNSTABLE if exponent > 0 else STABLE for exponent in self.exponents])


def with_cycles(
    found: Diagram,
    problem: Problem,
    parameter: str,
    ends: tuple[float, float],
    box: Box,
    values: dict[str, float],
    start: np.ndarray | None = None,
    unwanted: Callable[[], bool] = lambda: False,
) -> Diagram:
    """A diagram of equilibria with its limit cycles.

    They are those of the families that begin at Hopf points, and of those to which a simulation from `start` comes
    where no equilibrium is stable.

    Parameters
    ----------
    found : Diagram
        Of ``branches.diagram``, with the same arguments.
    problem, parameter, ends, box, values, start, unwanted
        As there.

    Returns
    -------
    Diagram

    Raises
    ------
    Stopped
        When `unwanted` said True.
    """
    follower = _Follower(found, problem, parameter, ends, box, values, unwanted)
    families: list[Family] = []
    specials = {id(one): one for one in found.specials}
    reached: set[int] = set()
    unfinished: list[_Line] = []

    def add(line: _Line) -> None:
        if line.is_unfinished:
            unfinished.append(line)
        if line.begin is not None and not line.cycles:
            specials[id(line.begin)] = replace(line.begin, told=DEGENERATE)
        if line.cycles:
            families.append(follower.described(line))
            specials.update({id(one): one for one in line.specials})
            for one, inner in ((line.begin, line.cycles[0]), (line.end, line.cycles[-1])):
                if one is not None:
                    reached.add(id(one))
                    specials[id(one)] = follower.judged(one, inner)

    for hopf in [one for one in found.specials if one.kind == HOPF]:
        if id(hopf) not in reached:
            add(follower.from_hopf(hopf))
    for value in ends[0] + (np.arange(_SEEDS) + 0.5) / _SEEDS * (ends[1] - ends[0]):
        if not any(family.parameter.min() <= value <= family.parameter.max() for family in families):
            line = None if found.has_stable(value) else follower.from_simulation(value, start)
            if line is not None:
                add(line)
    listed = sorted(specials.values(), key=lambda one: one.parameter)
    return replace(found, cycles=families, specials=listed, is_complete=True, is_unfinished=bool(unfinished))


@dataclass
class _Line:
    """Cycles that were followed, what is special among them, and the Hopf points where they begin and end."""

    begin: Special | None
    cycles: list[Solved] = field(default_factory=list)
    folds: list[int] = field(default_factory=list)
    specials: list[Special] = field(default_factory=list)
    end: Special | None = None
    is_unfinished: bool = False


class _Follower:
    """Families in shares of the axes: points by a fifth of the box, in which seeds were looked for far around."""

    def __init__(self, found: Diagram, problem: Problem, parameter: str, ends, box: Box, values, unwanted):
        self.found, self.unwanted = found, unwanted
        self.d = problem.dimension
        self.low, self.scale = box.low, box.span / 5
        self.begin, self.range = ends[0], ends[1] - ends[0]
        self.problem, self.parameter, self.values = problem, parameter, values
        self._expanded = problem.expanded_over(parameter, values)

    def field(self, points: np.ndarray, parameter: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Right-hand sides and their slopes, shapes (n, d), (n, d, d) and (n, d), 1/ms."""
        d, scale = self.d, self.scale
        with np.errstate(all="ignore"):
            values = self._expanded(*(self.low + points * scale).T, self.begin + parameter * self.range)
            f, by_points, by_parameter = values[:d], values[d : d + d * d], values[d + d * d :]
            slopes = by_points.T.reshape(-1, d, d) * (scale / scale[:, None])
            return f.T / scale, slopes, by_parameter.T * (self.range / scale)

    def from_hopf(self, hopf: Special) -> _Line:
        """The family that begins there."""
        line, start = _Line(hopf), self._start(hopf)
        if start is not None:
            self._follow(line, *start)
        return line

    def from_cycle(self, guess: Orbit) -> _Line | None:
        """The family of which a cycle was found by simulation, to both of its ends."""
        only_parameter = replace(guess, points=np.zeros_like(guess.points), log_period=0.0, parameter=1.0)
        seed = solve(self.field, guess, None, only_parameter)
        if seed is None or exponent(seed) * seed.orbit.period > -_ATTRACTS:
            return None  # a simulation comes to cycles that attract; with others a whole disk may be full
        lines = []
        for side in (-1.0, 1.0):
            way = seed.way
            way = Orbit(way.mesh, side * way.points, side * way.log_period, side * way.parameter)
            lines.append(_Line(None, [seed]))
            self._follow(lines[-1], seed.orbit, way)
        back, on = lines
        kept = len(back.cycles) - 1
        folds = [kept - k for k in reversed(back.folds)] + [kept + k for k in on.folds]
        specials, is_unfinished = [*back.specials, *on.specials], back.is_unfinished or on.is_unfinished
        return _Line(back.end, [*back.cycles[:0:-1], *on.cycles], folds, specials, on.end, is_unfinished)

    def from_simulation(self, value: float, start: np.ndarray | None) -> _Line | None:
        """The family of the oscillation to which the equations come at a value of the parameter; None without one."""
        share = (value - self.begin) / self.range
        begin = np.full(self.d, 2.5) if start is None else (start - self.low) / self.scale
        at = self.problem.field_at({**self.values, self.parameter: value})

        def slope(z: np.ndarray) -> np.ndarray:
            return np.array(at(*(self.low + z * self.scale))) / self.scale

        found = oscillation(slope, begin + _BESIDE, self.unwanted)  # an equilibrium would stay where it is
        return None if found is None else self.from_cycle(orbit_through(*found, share, _INTERVALS))

    def _follow(self, line: _Line, orbit: Orbit, way: Orbit) -> None:
        """Add to a family what lies in a direction."""
        step, began, work = _FIRST, orbit.period, 0
        for count in range(_MOST_STEPS):
            if self.unwanted():
                raise Stopped
            work += len(orbit.points)
            if work > _MOST_WORK:
                break
            new = solve(self.field, orbit.moved(way, step), way, way)
            if new is None or (line.cycles and new.way.times(way) < _BENT):
                step /= 2
                if step < _SHORTEST:
                    return self._ended(line, began)
                continue
            began = min(began, new.orbit.period)
            if line.cycles and self._has_turned(new.orbit, orbit):
                line.end = self._hopf_near(new.orbit)
                return None
            if line.cycles and new.way.parameter * way.parameter < 0:
                fold = self._fold(orbit, way, step, new)
                if fold is not None:
                    line.folds.append(len(line.cycles))
                    line.cycles.append(fold)
            edge = min(1.0, max(0.0, new.orbit.parameter))
            if edge != new.orbit.parameter:
                last = self._at(edge, orbit, way, step, new)
                line.cycles += [last] if last is not None else []
                return None
            line.cycles.append(new)
            if len(line.cycles) == _VERTICAL and line.begin is not None and self._moved(line) < _LEAST_MOVED:
                line.cycles.clear()
                return None
            if new.orbit.period > _SLOW * began and self._has_converged(line):
                return self._ended(line, began)
            if np.abs(new.orbit.points / 5 - 0.5).max() > 2.5:
                break
            orbit, way = new.orbit, new.way
            if count % _REMESHED == 0:
                mesh = orbit.better_mesh(_WANTED, _INTERVALS, _MOST_INTERVALS)
                orbit, way = orbit.on(mesh), way.on(mesh)
            step = min(_LONGEST, step * (1.5 if new.turns <= 3 else 1.0 if new.turns <= 5 else 0.6))
        line.is_unfinished = True
        return None

    def _start(self, hopf: Special) -> tuple[Orbit, Orbit] | None:
        """The equilibrium as an orbit, and the oscillation that begins there."""
        point, parameter = (hopf.point - self.low) / self.scale, (hopf.parameter - self.begin) / self.range
        _, slopes, _ = self.field(point[None], parameter)
        values, vectors = np.linalg.eig(slopes[0])
        pair = _pair(values)
        if not values[pair].imag > 0:
            return None
        mesh = np.linspace(0.0, 1.0, _INTERVALS + 1)
        s = mesh[:-1, None] + np.linspace(0.0, 1.0, DEGREE + 1) / _INTERVALS
        wave = (vectors[:, pair] * np.exp(2j * np.pi * s)[..., None]).real
        base = Orbit(mesh, np.zeros_like(wave) + point, float(np.log(2 * np.pi / values[pair].imag)), parameter)
        way = Orbit(mesh, wave, 0.0, 0.0)
        return base, replace(way, points=wave / np.sqrt(way.times(way)))

    @staticmethod
    def _has_turned(new: Orbit, old: Orbit) -> bool:
        """Whether the family has passed a Hopf point: beyond it, cycles are those before, half a turn later."""
        a, b = (one.points - one.points[:, :-1].mean(axis=(0, 1)) for one in (new, old))
        return float(np.sum(a * b)) < 0

    def _hopf_near(self, orbit: Orbit) -> Special | None:
        points = orbit.points.mean(axis=(0, 1)) * self.scale + self.low
        near = [one for one in self.found.specials if one.kind == HOPF]

        def away(one: Special) -> float:
            here = self.begin + orbit.parameter * self.range
            return float(np.abs((one.point - points) / self.scale).max()) + abs(one.parameter - here) / self.range

        return min(near, key=away) if near else None

    def _fold(self, orbit: Orbit, way: Orbit, step: float, new: Solved) -> Solved | None:
        """The cycle at which the parameter turns."""
        a, b, f_a, f_b = 0.0, step, way.parameter, new.way.parameter
        best = None
        for turn in range(20):
            far = (a + b) / 2 if turn % 4 == 3 else a + (b - a) * f_a / (f_a - f_b)
            found = solve(self.field, orbit.moved(way, far), way, way)
            if found is None:
                return best
            best, f = found, found.way.parameter
            if abs(f) < 1e-9 or b - a < 1e-12:
                break
            if (f > 0) == (f_a > 0):
                a, f_a = far, f
            else:
                b, f_b = far, f
        return best

    def _at(self, edge: float, orbit: Orbit, way: Orbit, step: float, new: Solved) -> Solved | None:
        """The cycle at an end of the parameter, between two others."""
        share = (edge - orbit.parameter) / (new.orbit.parameter - orbit.parameter)
        return solve(self.field, replace(orbit.moved(way, step * share), parameter=edge), None, way)

    def _special(self, kind: str, orbit: Orbit, told: str = "") -> Special:
        _, high = self._ends(orbit)
        return Special(kind, float(self.begin + orbit.parameter * self.range), high, orbit.period, told)

    @staticmethod
    def _moved(line: _Line, since: float = 0.0) -> float:
        """How far the parameter has gone since the period was so long."""
        return float(np.ptp([one.orbit.parameter for one in line.cycles if one.orbit.period >= since]))

    def _has_converged(self, line: _Line) -> bool:
        """Whether the period grows as the parameter comes to its limit, with a place where the cycle nearly rests."""
        orbit = line.cycles[-1].orbit
        speed = np.linalg.norm(orbit.slopes(), axis=-1)
        return self._moved(line, orbit.period / 2) < _CONVERGED and speed.min() < _RESTING * speed.max()

    def _ended(self, line: _Line, began: float) -> None:
        """Say at the last cycle that the period grows without bound, where it does; or that there may be more."""
        periods = [one.orbit.period for one in line.cycles[-3:]]
        if not periods or periods[-1] < _GROWN * began or periods != sorted(periods) or not self._has_converged(line):
            line.is_unfinished = True
            return
        end = self._special(HOMOCLINIC, line.cycles[-1].orbit, "the period grows without bound")
        for fold in self.found.specials:
            near = abs(fold.parameter - end.parameter) < _NEAR_FOLD * self.range
            if fold.kind == FOLD and near and self._grows_as_a_root(line):
                end = replace(end, kind=CIRCLE, parameter=fold.parameter, period=np.inf)
        line.specials.append(end)

    @staticmethod
    def _grows_as_a_root(line: _Line) -> bool:
        """Whether the period grows with the inverse root of how far a parameter is, not with a logarithm of it."""
        last = line.cycles[-1].orbit.period
        late = [one.orbit for one in line.cycles if one.orbit.period > last / 3]
        rates, values = np.array([(one.period**-2, one.parameter) for one in late]).T
        if len(late) < 3 or not np.ptp(values):
            return False
        return bool(np.abs(np.polyval(np.polyfit(values, rates, 1), values) - rates).max() < 0.05 * np.ptp(rates))

    def _ends(self, orbit: Orbit) -> tuple[np.ndarray, np.ndarray]:
        """Least and largest value of each variable."""
        low, high = orbit.extremes()
        return self.low + low * self.scale, self.low + high * self.scale

    def judged(self, hopf: Special, inner: Solved) -> Special:
        """A Hopf point, with the side to which its cycles go: where the equilibrium is unstable, or where it is not."""
        point, parameter = (hopf.point - self.low) / self.scale, (hopf.parameter - self.begin) / self.range
        _, slopes, by_parameter = self.field(point[None], parameter)
        far = np.copysign(1e-5, inner.orbit.parameter - parameter)
        moved = point - far * np.linalg.solve(slopes[0], by_parameter[0])
        _, there, _ = self.field(moved[None], parameter + far)
        before, after = np.linalg.eigvals(slopes[0]), np.linalg.eigvals(there[0])
        pair = before[_pair(before)]
        grows = after[np.argmin(np.abs(after - pair))].real > 0
        return replace(hopf, told="supercritical" if grows else "subcritical")

    def _folds(self, line: _Line) -> list[list[int]]:
        """The cycles at which the parameter turns; those of practically one value together."""
        groups: list[list[int]] = []
        limits = [(one.parameter - self.begin) / self.range for one in line.specials if one.kind == HOMOCLINIC]
        for k in line.folds:
            here = line.cycles[k].orbit.parameter
            if any(abs(here - limit) < _NEAR_LIMIT for limit in limits):  # it comes nearer to it, exponentially
                continue
            if groups and abs(line.cycles[groups[-1][-1]].orbit.parameter - here) < _SAME:
                groups[-1].append(k)
            else:
                groups.append([k])
        return groups

    def described(self, line: _Line) -> Family:
        """What is drawn of a family; its folds are added to what is special."""
        cycles = line.cycles
        ends = [self._ends(one.orbit) for one in cycles]
        exponents = [exponent(one) for one in cycles]
        for group in self._folds(line):
            # In a canard explosion the parameter hardly moves, and turns to and fro by rounding.
            if len(group) % 2:
                there = min(group, key=lambda k: abs(exponents[k]))
                line.specials.append(self._special(CYCLE_FOLD, cycles[there].orbit))
        for k in line.folds:
            exponents[k] = exponents[k + 1] if k + 1 < len(cycles) else exponents[k]
        rows = [
            (self.begin + one.orbit.parameter * self.range, one.orbit.period, *end, rate)
            for one, end, rate in zip(cycles, ends, exponents)
        ]
        first, last = (
            [(hopf.parameter, hopf.period, hopf.point, hopf.point, exponents[k])] if hopf is not None else []
            for hopf, k in ((line.begin, 0), (line.end, -1))
        )
        for one in [one for one in line.specials if one.kind == CIRCLE]:
            k = min((0, -1), key=lambda k: abs(rows[k][0] - one.parameter))
            (first if k == 0 else last).append((one.parameter, np.inf, *ends[k], exponents[k]))
        rows = [*first, *rows, *last]
        return Family(*(np.array(column) for column in zip(*rows)))


def _pair(eigenvalues: np.ndarray) -> int:
    """Which of them, above the real axis, is the nearest to the imaginary one."""
    return int(np.argmin(np.where(eigenvalues.imag > 0, np.abs(eigenvalues.real), np.inf)))


def exponent(cycle: Solved) -> float:
    """How fast small deviations from a cycle grow, 1/ms, but for those along it."""
    period, transfers = cycle.orbit.period, cycle.transfers
    if transfers.shape[-1] == 2:  # one of the two is 0, and their sum is how fast areas grow
        return cycle.divergence
    whole = np.eye(transfers.shape[-1])
    for one in transfers:
        whole = one @ whole
    multipliers = np.linalg.eigvals(whole)
    others = np.delete(multipliers, np.argmin(np.abs(multipliers - 1)))
    return float(np.log(np.abs(others).max()) / period)
