"""The log of a session: what came from outside, and at which step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .changes import Change

if TYPE_CHECKING:
    from .snapshot import Snapshot

__all__ = ["Branch", "Log", "LogEntry"]


class LogEntry(NamedTuple):
    """One thing that came from outside, applied before step `step` was computed.

    Parameters
    ----------
    step : int
        Absolute step.
    kind : {'parameter', 'state', 'input', 'wave', 'reset', 'restore'}
    target : tuple
        As in `Change`; empty for reset and restore.
    value : str, ndarray, Snapshot or None
        A number as ``float.hex`` writes it, the text of a waveform, a read-only float64 array, the snapshot of a
        restore, None for a reset.
    """

    step: int
    kind: str
    target: tuple
    value: Any

    @property
    def change(self) -> Change | None:
        """What to apply when the log is replayed; None where a timeline begins (reset, restore)."""
        return None if self.kind in ("reset", "restore") else Change(self.kind, self.target, self.value)


class Log:
    """Entries in the order in which they were applied, and how many of them the present state contains.

    After a rewind `position` is smaller than ``len(entries)``: the rest waits to be replayed. Two values for one target
    at the same step leave one entry, for no step ever read the first; the exception are entries that a snapshot
    counts (`pin`).
    """

    def __init__(self, entries: tuple[LogEntry, ...] = ()) -> None:
        self.entries = list(entries)
        self.position = len(self.entries)
        self._pinned = self.position

    def append(self, step: int, change: Change) -> None:
        """Add what has just been applied. Everything before must have been replayed."""
        for place in range(len(self.entries) - 1, self._pinned - 1, -1):
            entry = self.entries[place]
            if entry.step != step:
                break
            if (entry.kind, entry.target) == (change.kind, change.target):
                del self.entries[place]
                break
        self.entries.append(LogEntry(step, *change))
        self.position = len(self.entries)

    def pin(self) -> None:
        """A snapshot now counts on the entries up to the position."""
        self._pinned = max(self._pinned, self.position)

    def next_step(self) -> int | None:
        """The step of the next entry to replay."""
        return self.entries[self.position].step if self.position < len(self.entries) else None

    def cut(self) -> None:
        """Forget the entries that were not replayed."""
        del self.entries[self.position :]
        self._pinned = min(self._pinned, self.position)


@dataclass(frozen=True)
class Branch:
    """A future that was left: by a change after a rewind, by a reset or by a restore.

    Loading `origin` and applying `entries` at their steps computes it again, bit for bit.

    Parameters
    ----------
    number : int
        From 1, in the order in which futures were left. One that was returned to and left again keeps its number.
    fork_step : int
        Absolute step up to which it is the same as the timeline that replaced it. After a reset or restore, the
        step at which that one begins.
    end_step : int
        How far it was computed.
    entries : tuple of LogEntry
        Its whole log, from the beginning of the timeline.
    origin : Snapshot
        Where its timeline begins.
    """

    number: int
    fork_step: int
    end_step: int
    entries: tuple[LogEntry, ...]
    origin: Snapshot = field(repr=False, compare=False)
