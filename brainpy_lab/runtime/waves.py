"""What drives the inputs of a simulation that are waves, and the rings of values that its steps read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..ir.program import Input, Program, Slot
from .bindings import Bindings
from .waveforms import Waveform

ROWS = 4096
"""Places of a ring. A card is sent the ring anew whenever it has been used up."""

Segments = tuple[tuple[int, Waveform | None], ...]


class Waves:
    """The waveform of every input of source 'wave', from which absolute step on, and what came before.

    Parameters
    ----------
    program : Program
    dt : float, ms
    """

    def __init__(self, program: Program, dt: float) -> None:
        self._keys = {
            k: (spec.target, "input", str(k)) for k, spec in enumerate(program.inputs) if spec.source == "wave"
        }
        self._dt = dt
        self._segments: dict[int, Segments] = {k: ((0, None),) for k in self._keys}
        self._filled: dict[int, tuple[int, int] | None] = dict.fromkeys(self._keys)
        self._is_zero = dict.fromkeys(self._keys, True)

    def __contains__(self, index: object) -> bool:
        return index in self._keys

    def owns(self, key: tuple[str, str, str]) -> bool:
        """Whether a buffer is one of the rings, which follow from the waveforms and are never saved."""
        return key[1] == "input" and int(key[2]) in self._keys

    def now(self, index: int) -> Waveform | None:
        """What drives an input now."""
        return self._segments[index][-1][1]

    def segments(self, index: int) -> Segments:
        """All that has driven an input, each with the absolute step from which on it did."""
        return self._segments[index]

    def is_used(self, index: int) -> bool:
        """Whether anything has driven an input up to now."""
        return any(waveform is not None for _, waveform in self._segments[index])

    def set(self, index: int, step: int, waveform: Waveform | None) -> None:
        """From this absolute step on an input follows another waveform, or nothing."""
        if waveform is not None and waveform.began is None:
            waveform = waveform.begun(step)
        before = tuple(one for one in self._segments[index] if one[0] < step)
        self._segments[index] = (*before, (step, waveform))
        self._filled[index] = None

    def save(self) -> tuple[tuple[int, Segments], ...]:
        """What `load` takes."""
        return tuple(self._segments.items())

    def load(self, saved: tuple[tuple[int, Segments], ...]) -> None:
        """Go back to what was saved."""
        for index, segments in saved:
            if index in self._segments:
                self._segments[index] = segments
                self._filled[index] = None

    def values(self, index: int, first: int, last: int) -> np.ndarray:
        """What an input was worth in steps `first` to `last` - 1, shape (last - first,)."""
        out = np.zeros(max(0, last - first))
        ends = [begin for begin, _ in self._segments[index][1:]] + [last]
        for (begin, waveform), end in zip(self._segments[index], ends):
            low, high = max(begin, first), min(end, last)
            if waveform is not None and low < high:
                out[low - first : high - first] = waveform.at(np.arange(low, high) - _began(waveform), self._dt)
        return out

    def fill(self, buffers: Mapping[tuple[str, str, str], np.ndarray], step: int, most: int) -> tuple[int, bool]:
        """Have the values of the next steps in the rings.

        Returns
        -------
        int
            How many steps may be made, at most `most`.
        bool
            Whether a ring was written.
        """
        written = False
        for index, key in self._keys.items():
            waveform = self.now(index)
            ring = buffers[key]
            if waveform is None:
                if not self._is_zero[index]:
                    ring[:] = 0.0
                    self._is_zero[index] = written = True
                continue
            filled = self._filled[index]
            if filled is None or not filled[0] <= step < filled[1]:
                steps = np.arange(step, step + len(ring))
                ring[steps % len(ring)] = waveform.at(steps - _began(waveform), self._dt)
                self._filled[index] = filled = (step, step + len(ring))
                self._is_zero[index], written = False, True
            most = min(most, filled[1] - step)
        return most, written


def _began(waveform: Waveform) -> int:
    assert waveform.began is not None  # `Waves.set` sees to that
    return waveform.began


def with_waves(
    program: Program, bindings: Bindings, targets: list[tuple[str, str]]
) -> tuple[Program, Bindings, dict[tuple[str, str], int]]:
    """A program in which waveforms can be added to some states before they are used in a step.

    Parameters
    ----------
    program : Program
    bindings : Bindings
    targets : list of (object, state)

    Returns
    -------
    Program, Bindings
        Of the same arrays. While no waveform is set the bits are those of the program that was given.
    dict of (object, state) to int
        The number of the input that feeds each target.
    """
    inputs, values, schedule = list(program.inputs), list(bindings.inputs), list(program.schedule)
    numbers = {}
    for target, field in targets:
        numbers[target, field] = len(inputs)
        slot = Slot(target, "input", str(len(inputs)))
        inputs.append(Input(target, field, "+", "wave"))
        values.append(np.zeros(ROWS))
        mine = [k for k, one in enumerate(schedule) if one.target == target]
        place = next((k for k in mine if schedule[k].what != "input"), len(schedule))
        schedule.insert(place, slot)
    program = replace(program, inputs=tuple(inputs), schedule=tuple(schedule))
    return program, replace(bindings, inputs=values), numbers
