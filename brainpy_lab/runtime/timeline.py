"""A simulation with its log, its snapshots and the futures it left: everything a session does, without the thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ..errors import ModelUseError
from .changes import Change
from .history import History, Saved
from .log import Branch, Log, LogEntry
from .sampling import Sampler, steps_until, take
from .step_time import CHUNK_SECONDS

if TYPE_CHECKING:
    from .simulation import Simulation
    from .snapshot import Snapshot

__all__ = ["Timeline"]

# A snapshot every ten chunks: computing again from the last one takes about 40 ms at most.
CHUNKS_PER_SNAPSHOT = 10
# Saving may take this share of the computing time; a large state is saved less often.
SAVING_SHARE = 0.05


class Timeline:
    """Steps forward and back through one simulation, with the same bits every time.

    The state "of step k" is the one from which step k is computed: after all entries of the log at step k.

    Parameters
    ----------
    simulation : Simulation
        Its present state is where `reset` returns to.
    snapshot_bytes : int
        Bound of the kept snapshots.

    Attributes
    ----------
    log : Log
    history : History
    branches : list of Branch
    end_step : int
        How far the present timeline has been computed; larger than `step` after a rewind.
    rows_from : int
        The oldest absolute step whose row the rings of the monitors still hold.
    construction : Snapshot
        The state that `reset` returns to.
    version : int
        Counts whatever changes the log, the branches, or the place in them other than by running on.
    samplers : list of Sampler
        Who looks at the simulation between two steps. May be changed between two calls of `advance`.
    """

    def __init__(self, simulation: Simulation, snapshot_bytes: int, ring_rows: int = 0) -> None:
        self.simulation = simulation
        self._ring_rows = ring_rows
        self.rows_from = simulation.step
        self.log = Log()
        self.history = History(snapshot_bytes)
        self.branches: list[Branch] = []
        self.version = 0
        self._number: int | None = None  # of the present timeline, once it has been a branch
        self._left = 0
        self.samplers: list[Sampler] = []
        self.construction = simulation.save()
        self._save_seconds = 0.0
        self._begin(self.construction)

    @property
    def step(self) -> int:
        """The absolute step that is computed next."""
        return self.simulation.step

    @property
    def origin(self) -> Snapshot:
        """Where the present timeline begins, before the first entry of the log."""
        return self._origin

    def change(self, changes: Iterable[Change]) -> None:
        """Apply and log changes from outside; the first one after a rewind leaves the old future as a branch."""
        for change in changes:
            if change.does_nothing(self.simulation):
                continue
            if self._has_future():
                self._leave(fork_step=self.step)
                self.log.cut()
                self.history.drop_after(self.step)
                self.end_step = self.step
            self.version += 1
            change.apply(self.simulation)
            self.log.append(self.step, change)

    def advance(self, n: int) -> int:
        """Compute up to `n` steps, fewer when an entry of the log has to be replayed or a sampler wants to look.

        Returns
        -------
        int
            How many steps were made, at least one.
        """
        entry_step = self.log.next_step()
        if entry_step is not None:
            n = min(n, entry_step - self.step)
        until = steps_until(self.samplers, self.simulation)
        if until is not None:
            n = min(n, until)
        self.simulation.advance(n)
        self.rows_from = max(self.rows_from, self.step - self._ring_rows)
        self.end_step = max(self.end_step, self.step)
        take(self.samplers, self.simulation)
        self._replay()
        self._save_now_and_then()
        return n

    def go_to(self, step: int, stop: Callable[[], bool] = lambda: False, lead: int = 0) -> None:
        """Go to exactly that step, which must not be before ``history.oldest_step`` nor after ``end_step``.

        Parameters
        ----------
        step : int
        stop : callable
            Asked between chunks; True ends it early, at a whole earlier step of the same timeline.
        lead : int
            How many steps before `step` the rings of the monitors shall hold, if need be by computing them anew.
        """
        saved = self.history.before(step)
        first_row = max(step - lead, self.history.oldest_step)
        is_on_the_way = saved.step <= self.step <= step and self.rows_from <= first_row
        if not is_on_the_way:
            if self._rows_after(saved.step) > first_row:
                saved = self.history.before(first_row)
            self._start_from(saved)
        self._compute_to(step, stop)

    def _start_from(self, saved: Saved) -> None:
        self._load(saved.snapshot)
        take(self.samplers, self.simulation)
        self.log.position = saved.position
        self.version += 1
        self._replay()

    def _compute_to(self, step: int, stop: Callable[[], bool]) -> None:
        self.version += 1
        while self.step < step and not stop():
            self.advance(min(self.simulation.chunk_steps(), step - self.step))

    def find_branch(self, number: int) -> Branch:
        """The branch of that number.

        Raises
        ------
        ModelUseError
            When there is none.
        """
        for branch in self.branches:
            if branch.number == number:
                return branch
        known = ", ".join(str(branch.number) for branch in self.branches)
        cure = f"Give one of {known}." if known else "Go back and change something: that leaves the first one."
        raise ModelUseError(f"there is no branch {number}. {cure}")

    def return_to(self, number: int, stop: Callable[[], bool] = lambda: False, lead: int = 0) -> None:
        """Make a branch the present timeline again, and go to its end; what was present becomes a branch.

        Parameters
        ----------
        number : int
            Of the branch; it keeps it.
        stop, lead
            As in `rewind`.

        Raises
        ------
        ModelUseError
            When there is no such branch.
        """
        branch = self.find_branch(number)
        fork_step, n_same = _fork(self, branch)
        if self._is_used():
            self._leave(fork_step)
        self.branches.remove(branch)
        self._origin, self._number = branch.origin, branch.number
        self.log = Log(branch.entries)
        self.end_step = branch.end_step
        # Snapshots of what both share are those of the branch, too.
        self.history.drop_after(fork_step)
        self.history.keep(lambda saved: saved.position <= n_same)
        if not len(self.history):
            self.history.begin(branch.origin.step, 0, branch.origin)
            self.rows_from = branch.origin.step
        first_row = max(branch.end_step - lead, self.history.oldest_step)
        self._start_from(self.history.before(first_row))
        self._compute_to(branch.end_step, stop)

    def repeat(self, steps: int, stop: Callable[[], bool] = lambda: False) -> int:
        """Go back and compute the last steps again, for those who look at them; ends where it began, bit for bit.

        Returns
        -------
        int
            The absolute step where it began: later than asked where the timeline begins later.
        """
        end, version = self.step, self.version
        began = max(self.history.oldest_step, end - steps)
        if began < end:
            self._start_from(self.history.before(began))
            self._compute_to(end, stop)
            self.version = version
        return began

    def reset(self) -> None:
        """Go to the state at construction, parameters too; what was computed becomes a branch."""
        self._jump(self.construction, "reset", None)

    def recall(
        self,
        origin: Snapshot,
        entries: Iterable[LogEntry],
        end_step: int,
        step: int,
        branches: Iterable[Branch] = (),
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take up a timeline that was computed elsewhere, and go to one of its steps.

        Parameters
        ----------
        origin : Snapshot
            Where it begins.
        entries : iterable of LogEntry
            Its whole log, without an entry for the beginning.
        end_step : int
            How far it was computed.
        step : int
            From ``origin.step`` to `end_step`.
        branches : iterable of Branch
            The futures that it left.
        stop : callable
            As for `go_to`.
        """
        self._load(origin)
        self._begin(origin)
        self.log.entries += entries
        self.end_step = end_step
        self.branches = list(branches)
        self._left = max((branch.number for branch in self.branches), default=0)
        self.version += 1  # again, now that all of it is there: who looks on may have read in between
        self._start_from(self.history.before(origin.step))
        self._compute_to(step, stop)

    def fits(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot has the arrays of this simulation."""

        def shapes(arrays: dict) -> dict:
            # What is kept once per source neuron, and the rings with it, may change while a simulation lives.
            return {key: array.shape for key, array in arrays.items() if key[1] not in ("row", "ring")}

        arrays = getattr(snapshot, "arrays", None)
        return isinstance(arrays, dict) and shapes(arrays) == shapes(self.construction.arrays)

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a snapshot, which begins a new timeline; what was computed becomes a branch."""
        self._jump(snapshot, "restore", snapshot)

    def take_present(self) -> None:
        """States were changed by somebody else: a new timeline begins with what they are now."""
        self.simulation.take_fields()
        snapshot = self.simulation.save()
        if self._is_used():
            self._leave(fork_step=self.step)
        self._begin(snapshot, LogEntry(self.step, "restore", (), snapshot))

    def _rows_after(self, step: int) -> int:
        """`rows_from` once a snapshot of that step has been loaded."""
        # Steps that are jumped over have no events. Going back, what was written after this step lies where rows
        # before it were; these are written again from here on.
        return step if step > self.step else min(self.rows_from, step)

    def _load(self, snapshot: Snapshot) -> None:
        rows_from = self._rows_after(snapshot.step)
        self.simulation.load(snapshot)
        self.rows_from = rows_from

    def _jump(self, snapshot: Snapshot, kind: str, value: Snapshot | None) -> None:
        self._load(snapshot)
        if self._is_used():
            self._leave(fork_step=self.step)
        self._begin(snapshot, LogEntry(self.step, kind, (), value))

    def _begin(self, snapshot: Snapshot, *entries: LogEntry) -> None:
        self._origin, self._number = snapshot, None
        self.version += 1
        self.log = Log(entries)
        self.end_step = self.step
        self.history.begin(self.step, self.log.position, snapshot)

    def _is_used(self) -> bool:
        return self.end_step > self.history.oldest_step or any(entry.change for entry in self.log.entries)

    def _has_future(self) -> bool:
        return self.end_step > self.step or self.log.next_step() is not None

    def _leave(self, fork_step: int) -> None:
        if self._number is None:
            self._left += 1
            self._number = self._left
        self.version += 1
        self.branches.append(Branch(self._number, fork_step, self.end_step, tuple(self.log.entries), self._origin))
        self._number = None

    def _replay(self) -> None:
        while self.log.next_step() == self.step:
            change = self.log.entries[self.log.position].change
            if change is not None:
                change.apply(self.simulation)
            self.log.position += 1

    def _save_now_and_then(self) -> None:
        chunks = max(CHUNKS_PER_SNAPSHOT, self._save_seconds / (SAVING_SHARE * CHUNK_SECONDS))
        if self.step - self.history.before(self.step).step < chunks * self.simulation.chunk_steps():
            return
        started = time.perf_counter()
        snapshot = self.simulation.save()
        self._save_seconds = time.perf_counter() - started
        self.log.pin()
        self.history.add(self.step, self.log.position, snapshot)


def _fork(present: Timeline, branch: Branch) -> tuple[int, int]:
    """The step up to which a branch and the present timeline agree, and how many entries; -1 where none could.

    Entries are the same when they are one object: a timeline inherits those before its fork.
    """
    if branch.origin is not present._origin:
        return branch.origin.step, -1
    ours, theirs = present.log.entries, branch.entries
    n_same = 0
    while n_same < min(len(ours), len(theirs)) and ours[n_same] is theirs[n_same]:
        n_same += 1
    steps = [entries[n_same].step for entries in (ours, theirs) if n_same < len(entries)]
    return min([*steps, present.end_step, branch.end_step]), n_same
