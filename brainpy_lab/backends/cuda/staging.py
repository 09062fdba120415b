"""Memory of the device into which a batch of steps records, with a clock of its own.

There are two, which take turns: while one is brought to the host, the steps of the next batch record into the other.
A batch begins where the one before it has ended, which its clock says on the device; where a list of events was full
before the end, the next batch does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...ir.plan import Key
from .interface import Device, Module
from .program_text import BLOCK, RUN_BLOCK, Text, clock_type
from .room import Held

REPEATED = (64, 8, 1)
"""How many steps the recorded sequences of launches have."""

CLOCK: Key = ("", "clock", "")
ARRAYS: Key = ("", "arrays", "")


def is_staged(key: Key) -> bool:
    """Whether an array is what a batch records: rows and events of monitors, and where each step's events end."""
    return key[1] == "marks" or key[1] == "monitor" and not key[2].endswith(".index")


@dataclass(frozen=True)
class Batch:
    """Steps that were launched: into which memory, how many, and the device's mark behind the last."""

    staging: Staging
    steps: int
    mark: Any

    def bring(self, i_run: int, buffers: Mapping[Key, np.ndarray]) -> int:
        """Put what was recorded, from step `i_run` of the run on, into the host's rows and lists.

        Waits for this batch only. Returns how many steps it has done.
        """
        return self.staging.bring(self.mark, i_run, buffers)


class Staging:
    """One of the two.

    Parameters
    ----------
    device : Device
    text : Text
    module : Module
        The text, compiled.
    """

    def __init__(self, device: Device, text: Text, module: Module):
        self.held = Held(device)
        self._device, self._text, self._module = device, text, module
        self._clock = clock_type(len(text.events))
        self._arrays: bytes | np.uint64 = b""
        self._struct = b""
        self._grids: Sequence[int] | None = None
        self._recordings: dict[int, Any] = {}

    def rebind(self, sizes: Mapping[Key, int], others: Held, grids: Sequence[int] | None) -> None:
        """Take memory, and the addresses of the program's other arrays.

        Parameters
        ----------
        sizes : mapping of Key to int
            Bytes of what is staged.
        others : Held
            Where everything else lies.
        grids : sequence of int, optional
            Blocks of each sweep; None lets one block do all of them.
        """
        for key, n_bytes in sizes.items():
            self.held.give(key, n_bytes)
        self.held.give(CLOCK, self._clock.itemsize)
        memory = self._text.memory
        struct = memory.struct({key: (self.held if key in sizes else others)[key] for key in memory.places})
        if struct.tobytes() != self._struct or grids != self._grids:
            self._recordings.clear()
        self._struct, self._grids = struct.tobytes(), grids
        self._arrays = self._struct
        if not memory.is_passed_by_value:
            self.held.give(ARRAYS, struct.nbytes)
            self._device.upload(self.held[ARRAYS], struct)
            self._arrays = np.uint64(self.held[ARRAYS])

    @property
    def clock(self) -> int:
        """Where it lies."""
        return self.held[CLOCK]

    def launch(self, before: int, n_steps: int) -> Batch:
        """Steps that begin where the clock at `before` stands when it is their turn."""
        arguments = (self._arrays, np.uint64(self.clock))
        follow = (self._arrays, np.uint64(before), np.uint64(self.clock), np.int64(n_steps))
        self._device.launch(self._module.function("follow"), 1, 32, follow)
        if self._grids is None:
            self._device.launch(self._module.function("run_block"), 1, RUN_BLOCK, arguments)
        else:
            self._replay(n_steps, arguments, self._grids)
        return Batch(self, n_steps, self._device.mark())

    def _replay(self, n_steps: int, arguments: tuple, grids: Sequence[int]) -> None:
        step = [(f"sweep_{number}", grid, BLOCK) for number, grid in enumerate(grids)] + [("tick_alone", 1, 32)]
        left = n_steps
        while left > 0:
            times = next(size for size in REPEATED if size <= left or size == 1)
            if times not in self._recordings:
                launches = [(self._module.function(name), grid, block, arguments) for name, grid, block in step]
                self._recordings[times] = self._device.recorded(launches, times)
            self._device.replay(self._recordings[times])
            left -= times

    # -- to the host -------------------------------------------------------------------------------------------------

    def bring(self, mark: Any, i_run: int, buffers: Mapping[Key, np.ndarray]) -> int:
        """As `Batch.bring`, for the batch with that mark."""
        clock = np.zeros(1, self._clock)
        self._device.download(self.clock, clock, mark)
        done = int(clock["row"][0])
        if done:
            self._bring_rows(mark, i_run, done, buffers)
            self._bring_events(mark, i_run, done, clock["count"][0], buffers)
        return done

    def _bring_rows(self, mark: Any, i_run: int, done: int, buffers: Mapping[Key, np.ndarray]) -> None:
        for key in self._text.rows:
            out = buffers[key]
            staged = np.empty((done, out.shape[1]), out.dtype)
            self._device.download(self.held[key], staged, mark)
            places = np.arange(i_run, i_run + done) % len(out)
            out[places[-len(out) :]] = staged[-len(out) :]

    def _bring_events(
        self, mark: Any, i_run: int, done: int, counts: np.ndarray, buffers: Mapping[Key, np.ndarray]
    ) -> None:
        for piece in self._text.events:
            n = int(counts[piece.number])
            if not n:
                continue
            steps, ids, count = (buffers[key] for key in piece.lists)
            held = int(count[0])
            self._device.download(self.held[piece.ids], ids[held : held + n], mark)
            marks = np.zeros(done, np.int64)
            self._device.download(self.held[piece.marks], marks, mark)
            steps[held : held + n] = np.repeat(np.arange(i_run, i_run + done), np.diff(marks, prepend=0))
            count[0] = held + n
