"""A printed program on a device: its memory there, its steps, and what comes back.

The arrays of a simulation stay the truth for whoever reads or writes them on the host. `touched` says that they
were written, `fetch` brings them up to date; in between all numbers live on the device. What monitors record comes to
the host batch after batch, while the next batch is under way (`staging`).
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from ...errors import InternalError
from ...ir.plan import Key, Plan, RunKernel
from .delivery import Delivery, goes_by_target
from .interface import Device
from .program_text import BLOCK, clock_type, print_program
from .room import Held, check_room
from .staging import Batch, Staging, is_staged
from .sweeps import Sweep

SMALL = 1024
"""Programs whose largest space has at most so many elements run in one block, which spares the launches."""

STAGED = 64 * 2**20
"""Bytes of the device that a monitor may fill before its rows are fetched, in two parts that take turns."""

LIST_ROOM = 2**18
"""Room of a list of events on the device, of which there are two; at least four times the neurons."""

AT_ONCE = 256
"""The most steps of a batch, where events are recorded."""

PARTS, WHOLE = 4, 8
"""Where sweeps are kernels, a call is done in about so many batches, of a multiple of so many steps. Calls of a run or
a lab take some milliseconds: in a large network a few steps, whose events take long to be brought."""

VOLATILE = ("state", "row", "ring", "param", "spread", "input", "flat", "quantum")
"""Kinds of arrays that change: those that steps write, and those that somebody may write between two steps."""

WRITTEN = ("state", "row", "ring", "flat")
"""Kinds of arrays that steps write."""

_START: Key = ("", "clock", "start")


class CudaAdvance:
    """A program over its buffers, on a device. The same interface as ``NumbaAdvance``.

    Parameters
    ----------
    plan : Plan
    buffers : dict of Key to ndarray
    device : Device
    small : int
        At most so many elements for a program that runs in one block; 0 makes every sweep a kernel.

    Attributes
    ----------
    held_up : int
        Steps that were launched, found a list of events without room for one more step, and waited until it had been
        emptied. Nothing is lost by that but time.
    """

    threads = 1
    orders_events = False

    def __init__(self, plan: Plan, buffers: dict[Key, np.ndarray], device: Device, small: int = SMALL):
        self.plan, self.buffers, self.device = plan, buffers, device
        self.notices: list[str] = []
        self.held_up = 0
        self._small = small
        self._held = Held(device)
        self._edges: dict[Key, np.ndarray] = {}  # what has been uploaded
        self._targets: dict[str, np.ndarray] = {}
        self._by_target: dict[Key, np.ndarray] = {}
        events = (spec for spec in plan.program.monitors if spec.kind == "events")
        self._marks = {("", "marks", str(number)): np.zeros(AT_ONCE, np.int64) for number, _ in enumerate(events)}
        self._here: dict[Key, np.ndarray] = {}
        self._is_taken, self._is_home = False, True
        self.text = print_program(plan, self._all_buffers())
        self.kernel_sources = {"program": self.text.source}
        module = device.module(self.text.source)
        self._turns = [Staging(device, self.text, module) for _ in range(2)]
        self.rebind()

    # -- memory ------------------------------------------------------------------------------------------------------

    def _all_buffers(self) -> dict[Key, np.ndarray]:
        """The buffers, with those that only a device needs: edges by target, where sums are made in order."""
        found = {**self.buffers, **self._marks}
        for action in self.plan.actions:
            if isinstance(action, RunKernel) and goes_by_target(self.plan, action):
                found.update(self._incoming(action.target))
        return found

    def _incoming(self, projection: str) -> dict[Key, np.ndarray]:
        """The edges of a projection by target."""
        keys = (projection, "edges", "in_starts"), (projection, "edges", "in_edges")
        targets = self.buffers[projection, "edges", "post_ids"]
        if self._targets.get(projection) is not targets:
            self._targets[projection] = targets
            post = self.plan.program.find(self.plan.program.find(projection).post)  # type: ignore[union-attr]
            n_post = len(self.buffers[post.name, "state", post.states[0].name])
            starts = np.zeros(n_post + 1, np.int64)
            np.cumsum(np.bincount(targets, minlength=n_post), out=starts[1:])
            ids = np.argsort(targets, kind="stable")
            self._by_target[keys[0]] = starts
            self._by_target[keys[1]] = ids.astype(np.int32 if len(targets) < 2**31 else np.int64)
        return {key: self._by_target[key] for key in keys}

    def rebind(self) -> None:
        """Take all buffers anew."""
        before = self._here
        self._here = self._all_buffers()
        if any(before.get(key) is not self._here[key] for key in self.text.memory.places if key[1] != "monitor"):
            if before:
                self.fetch()
            self._is_taken = False
        memory = self.text.memory
        memory.buffers = self._here
        self._rows = self._staged_rows()
        sizes = {key: self._bytes_of(key) for key in memory.places}
        staged = {key: n_bytes for key, n_bytes in sizes.items() if is_staged(key)}
        others = {key: n_bytes for key, n_bytes in sizes.items() if key not in staged}
        check_room(self.device, self._held.more(others) + sum(one.held.more(staged) for one in self._turns))
        for key, n_bytes in others.items():
            is_new = self._held.give(key, n_bytes)
            array = self._here[key]
            if key[1] not in VOLATILE and (is_new or self._edges.get(key) is not array):
                self.device.upload(self._held[key], array)
                self._edges[key] = array
        self._held.give(_START, clock_type(len(self.text.events)).itemsize)
        self._is_small = max((self._count(sweep) for sweep in self.text.sweeps), default=1) <= self._small
        grids = None if self._is_small else [self._grid(sweep) for sweep in self.text.sweeps]
        for one in self._turns:
            one.rebind(staged, self._held, grids)

    def _bytes_of(self, key: Key) -> int:
        array = self._here[key]
        if key in self.text.rows:
            return self._rows * array.shape[1] * array.itemsize
        for piece in self.text.events:
            if key == piece.ids:
                return self._list_room(piece.key) * array.itemsize
        return array.nbytes

    def _list_room(self, counted: Key) -> int:
        return max(LIST_ROOM, 4 * len(self._here[counted]))

    def _staged_rows(self) -> int:
        """How many rows of monitors a batch may fill."""
        widest = max((self._here[out].shape[1] * self._here[out].itemsize for out in self.text.rows), default=0)
        return max(1, min(2**20, STAGED // 2 // max(1, widest)))

    def _count(self, sweep: Sweep) -> int:
        return max(len(self._here[loop.counted]) if loop.counted is not None else 1 for loop in sweep.loops)

    def _grid(self, sweep: Sweep) -> int:
        """Blocks for a sweep: a thread for each element, more where threads share rows of edges."""
        shared = (loop.alone.threads(self._here) for loop in sweep.loops if isinstance(loop.alone, Delivery))
        blocks = math.ceil(max([self._count(sweep), *shared]) / BLOCK)
        return max(1, min(blocks, 16 * self.device.processors))

    def touched(self) -> None:
        """The arrays on the host were written: read them before the next step."""
        self._is_taken = False

    def fetch(self) -> None:
        """Bring the arrays on the host up to date."""
        if self._is_home:
            return
        for key in self.text.memory.places:
            if key[1] in WRITTEN:
                self.device.download(self._held[key], self.buffers[key])
        self._is_home = True

    def _upload(self) -> None:
        for key in self.text.memory.places:
            if key[1] in VOLATILE and (self._is_home or key[1] not in WRITTEN):
                self.device.upload(self._held[key], np.ascontiguousarray(self.buffers[key]))
        self._is_taken = True

    # -- running -----------------------------------------------------------------------------------------------------

    def advance(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        """Run up to `n_steps` steps; returns how many were done, fewer when a list of events is full."""
        if not self._is_taken:
            self._upload()
        done = 0
        while done < n_steps:
            asked = n_steps - done
            self._set_clock(step + done, i_run + done, t0, dt, seed)
            now = self._batches(asked, i_run + done)
            done += now
            if now < asked and not self._lists_have_room():
                break
            if not now:
                raise InternalError(f"a batch did no step, though its lists have room ({asked} steps asked for)")
        return done

    def _set_clock(self, step: int, i_run: int, t0: float, dt: float, seed: int) -> None:
        """A clock for the first batch to begin at, as one before it would have left it."""
        clock = np.zeros(1, clock_type(len(self.text.events)))
        for name, value in {"step": step, "i_run": i_run, "seed": np.int64(seed), "t0": t0, "dt": dt}.items():
            clock[name] = value
        for piece in self.text.events:
            clock["space"][0, piece.number] = self._list_room(piece.key)
            clock["host"][0, piece.number] = self._host_room(piece.lists)
        self.device.upload(self._held[_START], clock.view(np.uint8))

    def _batches(self, n_steps: int, i_run: int) -> int:
        """Batch after batch, each launched before the one before it is brought to the host.

        Returns how many steps were done: fewer than asked for as soon as a list is full. Whatever was launched after
        that finds it on the clock of the batch before it, and does nothing.
        """
        most = self._most_at_once(n_steps)
        done, left, before = 0, n_steps, self._held[_START]
        under_way: Batch | None = None
        turns = itertools.cycle(self._turns)
        self._is_home = False
        try:
            while left or under_way:
                begun: Batch | None = None
                if left:
                    begun = next(turns).launch(before, min(left, most))
                    before, left = begun.staging.clock, left - begun.steps
                if under_way:
                    now = under_way.bring(i_run + done, self.buffers)
                    done += now
                    if now < under_way.steps:
                        self.held_up += under_way.steps - now + (begun.steps if begun else 0)
                        break
                under_way = begun
        except BaseException:
            self.device.synchronize()
            raise
        return done

    def _most_at_once(self, n_steps: int) -> int:
        """Steps of a batch, where so many are asked for."""
        rows, events = self.text.rows, self.text.events
        most = min(self._rows if rows else n_steps, AT_ONCE if events else n_steps)
        if self._is_small or not (rows or events):
            return most
        return min(most, WHOLE * math.ceil(n_steps / (PARTS * WHOLE)))

    def _host_room(self, lists: tuple[Key, Key, Key]) -> int:
        steps, _, count = (self.buffers[key] for key in lists)
        return len(steps) - int(count[0])

    def _lists_have_room(self) -> bool:
        return all(self._host_room(piece.lists) >= len(self._here[piece.key]) for piece in self.text.events)
