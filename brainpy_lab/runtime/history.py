"""A ring of snapshots within a bound of memory: what a rewind starts from."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .snapshot import Snapshot

__all__ = ["History", "Saved"]

# Snapshots kept at most, whatever their size: enough that neighbours of age A are about A/30 apart over a run that is
# e**8 times longer than the finest gap, few enough that thinning costs nothing.
MAX_SNAPSHOTS = 256


@dataclass(frozen=True, order=True)
class Saved:
    """A snapshot, its absolute step, and how many log entries it contains."""

    step: int
    position: int = field(compare=False)
    snapshot: Snapshot = field(compare=False, repr=False)
    nbytes: int = field(compare=False)


class History:
    """Snapshots of one timeline, ascending in step, at most one per step.

    Parameters
    ----------
    bound_bytes : int
        The kept snapshots together never take more than this. The one at the beginning of the timeline is not
        counted: it has to exist for a reset anyway.

    Notes
    -----
    When the bound is passed, the snapshot goes whose neighbours are closest for their age, never the first or the
    last. So the whole timeline stays within reach, the density falls with age, and what a rewind computes again is
    about a fixed fraction of how far it goes back. When not even one snapshot fits, only the beginning is left.
    """

    def __init__(self, bound_bytes: int) -> None:
        self.bound_bytes = int(bound_bytes)
        self._saved: list[Saved] = []

    def __len__(self) -> int:
        return len(self._saved)

    @property
    def oldest_step(self) -> int:
        """The first step that can be reached."""
        return self._saved[0].step

    @property
    def steps(self) -> list[int]:
        """The steps of the snapshots."""
        return [item.step for item in self._saved]

    @property
    def nbytes(self) -> int:
        """What the snapshots take, without the first one."""
        return sum(item.nbytes for item in self._saved[1:])

    def begin(self, step: int, position: int, snapshot: Snapshot) -> None:
        """Forget everything; a timeline begins with this snapshot."""
        self._saved = [Saved(step, position, snapshot, int(snapshot.nbytes))]

    def add(self, step: int, position: int, snapshot: Snapshot) -> None:
        """Keep a snapshot, and let others go until the bound holds."""
        if self.before(step).step == step:
            return
        insort(self._saved, Saved(step, position, snapshot, int(snapshot.nbytes)))
        while len(self._saved) > 1 and (self.nbytes > self.bound_bytes or len(self._saved) > MAX_SNAPSHOTS):
            del self._saved[self._least_missed()]

    def before(self, step: int) -> Saved:
        """The last snapshot at or before a step, which must not be older than `oldest_step`."""
        return self._saved[bisect_right(self._saved, step, key=lambda item: item.step) - 1]

    def drop_after(self, step: int) -> None:
        """Forget the snapshots of a future that will not come."""
        del self._saved[max(1, bisect_right(self._saved, step, key=lambda item: item.step)) :]

    def keep(self, wanted: Callable[[Saved], bool]) -> None:
        """Forget the snapshots that are not wanted, also the one at the beginning."""
        self._saved = [item for item in self._saved if wanted(item)]

    def _least_missed(self) -> int:
        saved = self._saved
        if len(saved) == 2:
            return 1
        now = saved[-1].step
        return min(
            range(1, len(saved) - 1),
            key=lambda i: (saved[i + 1].step - saved[i - 1].step) / (now - saved[i - 1].step),
        )
