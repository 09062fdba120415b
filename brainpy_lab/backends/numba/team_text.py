"""The driver of several threads as text: every thread runs the same loop over steps, each over its own pieces.

``rank`` is the number of the thread. Whatever another thread must have finished lies behind a meeting; what only one
may do is done by thread 0. Thread 0 is the caller's and does one job; the others stay for the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .driver_text import Driver, Part, Slot

ENTRY = "int64(int64[::1], float64[::1], int64[:, ::1], int64[:, ::1], int64)"
"""advance(team, clock, addresses, sizes, rank) -> steps done, -1 when the job was given up. `clock` holds t0 and dt,
the tables one row for each thread."""


class TeamDriver(Driver):
    """Collects the calls of a step, the meetings between them, and prints them."""

    def __init__(self) -> None:
        super().__init__()
        self.team: set[str] = set()
        self.lists: list[tuple[str, str]] = []  # of every list of events: what it holds, and where that is kept
        self.counted: list[str] = []  # calls that put events into their lists, due after the next meeting

    @contextmanager
    def alone(self, alone: bool = True) -> Iterator[None]:
        """What is called inside is done by thread 0 only."""
        before = len(self.calls)
        yield
        if alone:
            self.calls[before:] = ["if rank == 0:", *(f"    {call}" for call in self.calls[before:])]

    def meet(self) -> None:
        """Every thread waits here for the others."""
        self.team.add("meet")
        self.calls += ["b += 1", "if meet(team, rank, b):", "    done = -1", "    break", *self.counted]
        self.counted = []

    def share_events(
        self, steps: Slot, ids: Slot, count: Slot, counts: Slot, whole: Slot, source: Slot, part: Part
    ) -> None:
        """Count the events of this step, and append them to the list after the next meeting."""
        names = [self.use(slot) for slot in (steps, ids, count, counts)]
        held = f"held_{len(self.lists)}"
        self.lists.append((held, f"{names[2]}[0]"))
        self.team |= {"count_events", "place_events"}
        self.rooms.append(f"{held} + sizes[{2 * whole.place}] > {names[0]}.shape[0]")
        self.calls.append(f"count_events({names[3]}, q % 2, rank, {self.use(source)})")
        self.counted.append(
            f"{held} = place_events({names[0]}, {names[1]}, {names[2]}, {held}, i, {names[3]}, q % 2, "
            f"rank, team[SIZE], {part.first}, {source.name})"
        )

    def text(self) -> str:
        """The module that defines ``advance``."""
        assert not self.counted, "events were counted and there is no meeting behind them"
        names = sorted(self.team) + ["I_RUN", "N_STEPS", "SEED", "SIZE", "STEP", "begin", "end"]
        lines = ["import numpy as np"] if self.active else []
        lines.append("from numba import njit")
        lines += self.kernels()
        lines += [f"from brainpy_lab.kernels.numba.memory import {name}" for name in sorted(self.memory)]
        lines += [f"from brainpy_lab.kernels.numba.team import {name}" for name in names]
        lines += ["", "", f'@njit("{ENTRY}", cache=CACHE, nogil=True, no_cfunc_wrapper=True, error_model="numpy")']
        lines += [
            "def advance(team, clock, all_addresses, all_sizes, rank):",
            "    addresses, sizes = all_addresses[rank], all_sizes[rank]",
            "    while begin(team, rank):",
            "        step, i_run, seed, n_steps = team[STEP], team[I_RUN], team[SEED], team[N_STEPS]",
            "        t0, dt = clock[0], clock[1]",
        ]
        lines += [f"        {line}" for line in [*(slot.binding() for slot in self.slots.values()), *self.scratch()]]
        lines += [f"        {held} = {place}" for held, place in self.lists]
        lines += ["        b = 0", "        done = n_steps", "        for q in range(n_steps):"]
        if self.rooms:
            lines += [f"            if {' or '.join(self.rooms)}:", "                done = q", "                break"]
        lines += ["            k = step + q", "            i = i_run + q", "            t = t0 + i * dt"]
        lines += [f"            {call}" for call in self.calls]
        lines += ["        if end(team, rank):", "            return done", "    return 0"]
        return "\n".join(lines) + "\n"
