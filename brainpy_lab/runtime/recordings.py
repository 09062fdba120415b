"""What the monitors of a simulation hold of the present run."""
from __future__ import annotations

import numpy as np

from ..errors import InternalError
from ..ir.plan import Key, source_key
from ..ir.program import Program
from .bindings import Bindings

FIRST_ROOM = 65536
"""Room for events that a monitor starts with."""

Events = tuple[np.ndarray, np.ndarray]
"""(steps of the run, elements)."""


class Recordings:
    """The memory of all monitors, which lies in the buffers of a simulation.

    Parameters
    ----------
    program : Program
    bindings : Bindings
    buffers : dict of Key to ndarray
    before : Recordings, optional
        Those of the same run in other buffers, to be gone on with.

    Attributes
    ----------
    n_rows : int
        How many steps a dense monitor holds.
    """

    def __init__(self, program: Program, bindings: Bindings, buffers: dict[Key, np.ndarray],
                 before: Recordings | None = None):
        self._program, self._bindings, self._buffers = program, bindings, buffers
        self.n_rows: int = 0 if before is None else before.n_rows
        self._is_ring: bool = before is not None and before._is_ring
        self._make()
        self._full: dict[int, list[Events]] = {}  # lists of events that have no room left
        if before is not None:
            self._full = before._full
            buffers.update({key: array for key, array in before._buffers.items()
                            if key[1] == "monitor" and not key[2].endswith(".index")})

    def begin(self, rows: int, is_ring: bool) -> None:
        """Give every monitor new memory: so many rows, of which step s of the run has row ``s % rows``."""
        self.n_rows, self._is_ring = rows, is_ring
        self._full = {}
        self._make()

    def _make(self) -> None:
        for key in [key for key in self._buffers if key[1] == "monitor"]:
            del self._buffers[key]
        for index, spec in enumerate(self._program.monitors):
            source = self._buffers[source_key(self._program, spec.target, spec.field)]
            if spec.kind == "events":
                self._make_list(index, len(source))
                self._put(index, "count", np.zeros(1, np.int64))
                continue
            chosen = self._bindings.indices[index]
            shared = (spec.target, "row", spec.field) in self._buffers
            if chosen is None and shared:
                chosen = np.arange(len(source))
            if chosen is not None:
                chosen = np.ascontiguousarray(chosen, np.int64)
                width = len(chosen)
                self._put(index, "index", self._bindings.stored(spec.target).pre_ids[chosen] if shared else chosen)
            else:
                width = len(source)
            self._put(index, "out", np.zeros((max(1, self.n_rows), width), source.dtype))

    def point(self, index: int, elements: np.ndarray) -> bool:
        """Let a dense monitor of chosen elements look at as many others; the rows that it has stay as they are.

        Returns whether they are others.
        """
        before = self._bindings.indices[index]
        target = self._program.monitors[index].target
        if before is None or len(before) != len(elements) or (target, "row", self._program.monitors[index].field) in (
            self._buffers
        ):
            raise InternalError(f"monitor {index} cannot look at {len(elements)} other elements")
        if np.array_equal(before, elements) and np.array_equal(self._part(index, "index"), elements):
            return False
        # A new array: a back end with memory of its own takes what has become another object.
        chosen = np.array(elements, np.int64)
        self._bindings.indices[index] = chosen
        self._put(index, "index", chosen)
        return True

    def _make_list(self, index: int, n: int) -> None:
        room = max(FIRST_ROOM, 2 * n)
        self._put(index, "steps", np.zeros(room, np.int64))
        self._put(index, "ids", np.zeros(room, np.int32))

    def _put(self, index: int, part: str, array: np.ndarray) -> None:
        self._buffers["", "monitor", f"{index}.{part}"] = array

    def _part(self, index: int, part: str) -> np.ndarray:
        return self._buffers["", "monitor", f"{index}.{part}"]

    def make_room(self, run_step: int) -> None:
        """Make room for the events of at least one more step.

        Full lists are put aside and never copied: doubling one of a million events would stop a run for a tenth of a
        second.
        """
        for index, spec in enumerate(self._program.monitors):
            if spec.kind != "events":
                continue
            steps, ids, count = (self._part(index, part) for part in ("steps", "ids", "count"))
            held, n = int(count[0]), len(self._bindings.arrays[spec.target, spec.field])
            if held + n <= len(steps):
                continue
            full = self._full.setdefault(index, [])
            full.append((steps[:held], ids[:held]))
            if self._is_ring:
                full[:] = [part for part in full if part[0][-1] >= run_step - self.n_rows]
            self._make_list(index, n)
            count[0] = 0

    def lists(self, index: int) -> list[Events]:
        """(steps, ids) of the events of this run, in order of the steps; the last entry is still being filled."""
        held = int(self._part(index, "count")[0])
        last = self._part(index, "steps")[:held], self._part(index, "ids")[:held]
        return [*self._full.get(index, []), last]

    def rows(self, index: int) -> np.ndarray:
        """The rows of a dense monitor, shape (rows, m)."""
        return self._part(index, "out")

    def events_since(self, index: int, run_step: int, are_ordered: bool) -> Events:
        """Copies of (steps, ids) of the events from `run_step` on, those of a step in the order of the elements.

        `are_ordered` says that they were recorded in that order.
        """
        lists = [(steps, ids) for steps, ids in self.lists(index) if len(steps) and steps[-1] >= run_step]
        if not lists:
            return np.zeros(0, np.int64), np.zeros(0, np.int32)
        steps, ids = (np.concatenate(parts) for parts in zip(*lists))
        first = int(np.searchsorted(steps, run_step))
        steps, ids = steps[first:], ids[first:]
        if not are_ordered:
            both = np.sort((steps - run_step) << 32 | ids)
            steps, ids = (both >> 32) + run_step, (both & 0xFFFFFFFF).astype(np.int32)
        spec = self._program.monitors[index]
        if (spec.target, "row", spec.field) in self._buffers:
            return _on_edges(steps, ids, self._bindings.stored(spec.target).pre_ids)
        return steps, ids

    def forget_from(self, run_step: int) -> None:
        """Forget the events from a step on."""
        for index, spec in enumerate(self._program.monitors):
            if spec.kind == "events":
                count = self._part(index, "count")
                count[0] = np.searchsorted(self._part(index, "steps")[:int(count[0])], run_step)
                kept = [(steps, ids, int(np.searchsorted(steps, run_step)))
                        for steps, ids in self._full.get(index, [])]
                self._full[index] = [(steps[:held], ids[:held]) for steps, ids, held in kept if held]


def _on_edges(steps: np.ndarray, rows: np.ndarray, pre_ids: np.ndarray) -> Events:
    """The events of source neurons as events of all their edges, in order."""
    order = np.argsort(pre_ids, kind="stable")
    begin, end = (np.searchsorted(pre_ids[order], rows, side) for side in ("left", "right"))
    last = np.cumsum(end - begin)
    places = np.repeat(end - last, end - begin) + np.arange(last[-1] if len(last) else 0)
    steps, edges = np.repeat(steps, end - begin), order[places]
    by_edge = np.lexsort((edges, steps))
    return steps[by_edge], edges[by_edge].astype(np.int32)
