"""Notice during a run that a state has become infinite or no number."""
from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ..passes.merge import SUMS
from .notices import tell
from .simulation import Simulation

SHARE = 0.01
"""How much of the time of a run looking may take."""


class FiniteWatch:
    """Looks now and then at all states that are finite at the beginning of a run, and warns once.

    A sum costs little and is no number when a summand is none; only then every element is looked at. A state that
    holds an infinity from the start, a spike at minus infinity for example, means it.

    Parameters
    ----------
    sim : Simulation
        After `begin`.
    say : callable, optional
        ``say(found, brief, since)`` is called instead of the warning: what became infinite or no number, the same in a
        few words, and the time in ms at which that was not yet so.
    """

    def __init__(self, sim: Simulation, say: Callable[[str, str, float], object] | None = None) -> None:
        self._sim = sim
        self._say = say or self._warn
        began = time.perf_counter()
        self._watched = [state for state in _states(sim) if _is_finite(_buffer(sim, *state))]
        self._told = False
        self._seen = sim.t
        self._cost = time.perf_counter() - began
        self._last = time.perf_counter()

    def glance(self) -> None:
        """Look, if that costs little beside the time since the last look."""
        if not self._told and SHARE * (time.perf_counter() - self._last) > self._cost:
            self.look()

    def look(self) -> None:
        """Warn of the states that are no longer finite, in the first look that finds some."""
        if self._told:
            return
        began = time.perf_counter()
        self._sim.code.fetch()
        lost = [state for state in self._watched if not _is_finite(_buffer(self._sim, *state))]
        if lost:
            self._told = True
            self._say(self._found(lost), self._briefly(lost), self._seen)
        self._seen, self._last = self._sim.t, time.perf_counter()
        self._cost = self._last - began

    def _found(self, lost: list[tuple[str, str]]) -> str:
        sim = self._sim
        parts = []
        for name, field in lost[:3]:
            array = _buffer(sim, name, field)
            wrong = np.flatnonzero(~np.isfinite(array))
            what = _became(array)
            some = f" in {wrong.size} of {array.size} elements, the first is {wrong[0]}" if array.size > 1 else ""
            parts.append(f'state "{field}" of "{sim.names.shown(name.removesuffix(SUMS))}" became {what}{some}')
        return "; ".join(parts) + (f", and {len(lost) - 3} more states" if len(lost) > 3 else "")

    def _briefly(self, lost: list[tuple[str, str]]) -> str:
        """The first state, and how many more there are."""
        more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        return f"{lost[0][1]} became {_became(_buffer(self._sim, *lost[0]))}{more}"

    def _warn(self, found: str, brief: str, since: float) -> None:
        sim = self._sim
        tell(
            f"Between t = {since:g} and {sim.t:g} ms {found}. Look in its equations for 0/0, the "
            f"logarithm or root of a negative number, or exp of a large one, or make dt smaller than {sim.dt:g} ms; "
            "a monitor shows the step in which it began."
        )


def _states(sim: Simulation) -> list[tuple[str, str]]:
    """(object, state) of all that the program was written with."""
    objects = [item for item in sim.merged.program.objects if item.name not in sim.merged.sums]
    return [(item.name, state.name) for item in objects for state in item.states]


def _buffer(sim: Simulation, name: str, field: str) -> np.ndarray:
    """Where a state lies now; one that is kept once per source or target neuron lies there until a monitor asks."""
    row = sim.buffers.get((name, "row", field))
    return sim.buffers[name, "state", field] if row is None else row


def _became(array: np.ndarray) -> str:
    return "nan" if np.isnan(array).any() else "infinite"


def _is_finite(array: np.ndarray) -> bool:
    with np.errstate(all="ignore"):
        return bool(np.isfinite(array.sum()) or np.isfinite(array).all())
