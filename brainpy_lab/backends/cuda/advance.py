"""A printed program on a device: its memory there, its launches, and what comes back.

The arrays of a simulation stay the truth for whoever reads or writes them on the host. `touched` says that they
were written, `fetch` brings them up to date; in between all numbers live on the device.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from ...ir.plan import Key, Plan, RunKernel
from .delivery import Delivery, goes_by_target
from .pieces import EventsPiece, RecordPiece
from .program_text import BLOCK, CLOCK, RUN_BLOCK, print_program
from .room import check_room
from .sweeps import Sweep

SMALL = 1024
"""Programs whose largest space has at most so many elements run in one block, which spares the launches."""

STAGED = 64 * 2**20
"""Bytes of the device that a monitor may fill before its rows are fetched."""

LIST_ROOM = 2**18
"""Room of a list of events on the device; at least four times the neurons."""

AT_ONCE = 256
"""Steps that are launched before events are fetched."""

REPEATED = (64, 8, 1)
"""How many steps the recorded sequences of launches have."""

VOLATILE = ("state", "row", "ring", "param", "spread", "input", "flat", "quantum")
"""Kinds of arrays that change: those that steps write, and those that somebody may write between two steps."""

WRITTEN = ("state", "row", "ring", "flat")
"""Kinds of arrays that steps write."""


class Module(Protocol):
    """Compiled text."""

    def function(self, name: str) -> Any:
        """The kernel of that name."""


class Device(Protocol):
    """A card, or what stands in for one."""

    name: str
    processors: int

    def allocate(self, n_bytes: int) -> int: ...
    def free(self, address: int) -> None: ...
    def upload(self, address: int, array: np.ndarray) -> None: ...
    def download(self, address: int, array: np.ndarray) -> None: ...
    def module(self, source: str) -> Module: ...
    def launch(self, function: Any, grid: int, block: int, arguments: tuple, shared_bytes: int = 0) -> None: ...
    def recorded(self, launches: list[tuple], times: int) -> Any: ...
    def replay(self, recording: Any) -> None: ...
    def synchronize(self) -> None: ...


class CudaAdvance:
    """A program over its buffers, on a device. The same interface as ``NumbaAdvance``.

    Parameters
    ----------
    plan : Plan
    buffers : dict of Key to ndarray
    device : Device
    small : int
        At most so many elements for a program that runs in one block; 0 makes every sweep a kernel.
    """

    threads = 1
    orders_events = False

    def __init__(self, plan: Plan, buffers: dict[Key, np.ndarray], device: Device, small: int = SMALL):
        self.plan, self.buffers, self.device = plan, buffers, device
        self.notices: list[str] = []
        self._small = small
        self._memory: dict[Key, tuple[int, int]] = {}  # address, bytes
        self._edges: dict[Key, np.ndarray] = {}  # what has been uploaded
        self._targets: dict[str, np.ndarray] = {}
        self._by_target: dict[Key, np.ndarray] = {}
        events = (spec for spec in plan.program.monitors if spec.kind == "events")
        self._marks = {("", "marks", str(number)): np.zeros(AT_ONCE, np.int64) for number, _ in enumerate(events)}
        self._recordings: dict[int, Any] = {}
        self._struct = b""
        self._here: dict[Key, np.ndarray] = {}
        self._is_taken, self._is_home = False, True
        self._print()
        self.rebind()

    def _print(self) -> None:
        self.text = print_program(self.plan, self._all_buffers())
        self.kernel_sources = {"program": self.text.source}
        self._module = self.device.module(self.text.source)

    def __del__(self) -> None:
        for address, _ in getattr(self, "_memory", {}).values():
            self.device.free(address)

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
        held = {key: n_bytes for key, (_, n_bytes) in self._memory.items()}
        more = sum(n_bytes - held.get(key, 0) for key, n_bytes in sizes.items() if n_bytes != held.get(key))
        check_room(self.device, more)
        for key in memory.places:
            self._give_room(key, sizes[key])
            array = self._here[key]
            if key[1] not in VOLATILE and key[1] != "monitor" or key[2].endswith(".index"):
                if self._edges.get(key) is not array:
                    self.device.upload(self._memory[key][0], array)
                    self._edges[key] = array
        lists = max(1, len(self.text.events))
        self._give_room(("", "clock", ""), CLOCK.itemsize + 16 * lists)
        struct = memory.struct({key: address for key, (address, _) in self._memory.items()})
        if struct.tobytes() != self._struct:
            self._recordings.clear()
            self._struct = struct.tobytes()
        self._arrays: bytes | np.uint64 = self._struct
        if not memory.is_passed_by_value:
            self._give_room(("", "arrays", ""), struct.nbytes)
            address = self._memory["", "arrays", ""][0]
            self._arrays = np.uint64(address)
            self.device.upload(address, struct)
        self._is_small = max((self._count(sweep) for sweep in self.text.sweeps), default=1) <= self._small

    def _give_room(self, key: Key, n_bytes: int) -> None:
        address, held = self._memory.get(key, (0, -1))
        if held == n_bytes:
            return
        if held >= 0:
            self.device.free(address)
            del self._memory[key]
        self._memory[key] = self.device.allocate(n_bytes), n_bytes
        self._edges.pop(key, None)

    def _bytes_of(self, key: Key) -> int:
        array = self._here[key]
        if key[1] == "monitor" and key[2].endswith(".out"):
            return self._rows * array.shape[1] * array.itemsize
        if key[1] == "monitor" and key[2].endswith(".ids"):
            piece = next(one for one in self.text.events if key == one.ids)
            return self._list_room(piece) * array.itemsize
        return array.nbytes

    def _list_room(self, piece: EventsPiece) -> int:
        return max(LIST_ROOM, 4 * len(self._here[piece.key]))

    def _staged_rows(self) -> int:
        """How many rows of monitors the device holds."""
        widest = max((self._here[out].shape[1] * self._here[out].itemsize for out in self._outs()), default=0)
        return max(1, min(2**20, STAGED // max(1, widest)))

    def _outs(self) -> list[Key]:
        pieces = (piece for sweep in self.text.sweeps for loop in sweep.loops for piece in loop.pieces)
        return [piece.out for piece in pieces if isinstance(piece, RecordPiece)]

    def _count(self, sweep: Sweep) -> int:
        return max(len(self._here[loop.counted]) if loop.counted is not None else 1 for loop in sweep.loops)

    def _threads(self, sweep: Sweep) -> int:
        """How many threads find something to do: one for each element, more where they share rows of edges."""
        shared = (loop.alone.threads(self._here) for loop in sweep.loops if isinstance(loop.alone, Delivery))
        return max([self._count(sweep), *shared])

    def touched(self) -> None:
        """The arrays on the host were written: read them before the next step."""
        self._is_taken = False

    def fetch(self) -> None:
        """Bring the arrays on the host up to date."""
        if self._is_home:
            return
        for key in self.text.memory.places:
            if key[1] in WRITTEN:
                self.device.download(self._memory[key][0], self.buffers[key])
        self._is_home = True

    def _upload(self) -> None:
        for key in self.text.memory.places:
            if key[1] in VOLATILE and (self._is_home or key[1] not in WRITTEN):
                self.device.upload(self._memory[key][0], np.ascontiguousarray(self.buffers[key]))
        self._is_taken = True

    # -- running -----------------------------------------------------------------------------------------------------

    def advance(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        """Run up to `n_steps` steps; returns how many were done, fewer when a list of events is full."""
        if not self._is_taken:
            self._upload()
        done = 0
        while done < n_steps:
            asked = min(n_steps - done, self._rows) if self._outs() else n_steps - done
            if self.text.events:
                asked = min(asked, AT_ONCE)
            now = self._some_steps(step + done, i_run + done, asked, t0, dt, seed)
            done += now
            if now < asked and not self._lists_have_room():
                break
        return done

    def _some_steps(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        clock = np.zeros(1, CLOCK)
        counts, rooms = np.zeros((2, max(1, len(self.text.events))), np.uint64)
        for piece in self.text.events:
            rooms[piece.number] = min(self._list_room(piece), self._host_room(piece))
        full = any(len(self._here[piece.key]) > rooms[piece.number] for piece in self.text.events)
        clock[0] = (step, i_run, 0, n_steps, int(n_steps <= 0 or full), np.int64(seed), t0, dt)
        address = self._memory["", "clock", ""][0]
        self.device.upload(address, np.frombuffer(clock.tobytes() + counts.tobytes() + rooms.tobytes(), np.uint8))
        self._launch(n_steps, np.uint64(address))
        answer = np.empty(CLOCK.itemsize + counts.nbytes, np.uint8)
        self.device.download(address, answer)
        done = int(answer[: CLOCK.itemsize].view(CLOCK)["row"][0])
        self._is_home = False
        self._fetch_rows(i_run, done)
        self._fetch_events(i_run, done, answer[CLOCK.itemsize :].view(np.uint64))
        return done

    def _launch(self, n_steps: int, clock: np.uint64) -> None:
        arguments = (self._arrays, clock)
        if self._is_small:
            self.device.launch(self._module.function("run_block"), 1, RUN_BLOCK, arguments)
            return
        left = n_steps
        while left > 0:
            times = next(size for size in REPEATED if size <= left or size == 1)
            if times not in self._recordings:
                self._recordings[times] = self.device.recorded(self._one_step(arguments), times)
            self.device.replay(self._recordings[times])
            left -= times

    def _one_step(self, arguments: tuple) -> list[tuple]:
        launches = []
        for number, sweep in enumerate(self.text.sweeps):
            blocks = math.ceil(self._threads(sweep) / BLOCK)
            grid = max(1, min(blocks, 16 * self.device.processors))
            launches.append((self._module.function(f"sweep_{number}"), grid, BLOCK, arguments))
        return [*launches, (self._module.function("tick_alone"), 1, 32, arguments)]

    # -- recordings --------------------------------------------------------------------------------------------------

    def _fetch_rows(self, i_run: int, done: int) -> None:
        for key in self._outs() if done else []:
            out = self.buffers[key]
            staged = np.empty((done, out.shape[1]), out.dtype)
            self.device.download(self._memory[key][0], staged)
            places = np.arange(i_run, i_run + done) % len(out)
            out[places[-len(out) :]] = staged[-len(out) :]

    def _fetch_events(self, i_run: int, done: int, counts: np.ndarray) -> None:
        for piece in self.text.events:
            n = int(counts[piece.number])
            if not n:
                continue
            steps, ids, count = self._host_lists(piece)
            held = int(count[0])
            self.device.download(self._memory[piece.ids][0], ids[held : held + n])
            marks = np.zeros(done, np.int64)
            self.device.download(self._memory[piece.marks][0], marks)
            steps[held : held + n] = np.repeat(np.arange(i_run, i_run + done), np.diff(marks, prepend=0))
            count[0] = held + n

    def _host_lists(self, piece: EventsPiece) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        number = piece.ids[2].partition(".")[0]
        steps, ids, count = (self.buffers["", "monitor", f"{number}.{part}"] for part in ("steps", "ids", "count"))
        return steps, ids, count

    def _host_room(self, piece: EventsPiece) -> int:
        steps, _, count = self._host_lists(piece)
        return len(steps) - int(count[0])

    def _lists_have_room(self) -> bool:
        return all(self._host_room(piece) >= len(self._here[piece.key]) for piece in self.text.events)
