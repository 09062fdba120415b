"""What can be read of a live simulation, from any thread: its time, its states, its log, how far one can go."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from .log import Branch, LogEntry
from .pace import Pace
from .reached import States
from .timeline import Timeline
from .worker import Worker

if TYPE_CHECKING:
    from .sampling import Sampler
    from .simulation import Simulation
    from .snapshot import Snapshot


class Watched:
    """A simulation that runs in a thread, for those who look on; nothing here changes its course.

    Parameters
    ----------
    timeline : Timeline
    pace : Pace
    worker : Worker
        Runs along the timeline at that pace.
    """

    def __init__(self, timeline: Timeline, pace: Pace, worker: Worker) -> None:
        self.simulation: Simulation = timeline.simulation
        self._timeline = timeline
        self._pace = pace
        self._worker = worker

    def state(self) -> States:
        """Consistent copies of all states, taken between two steps.

        Returns
        -------
        States
            ``states[object][field]``, with `.t` and `.step`.
        """
        with self._worker.simulation_at_rest():
            simulation = self.simulation
            simulation.sync()
            copies = {
                item.name: {state.name: simulation.values(item.name, state.name) for state in item.states}
                for item in simulation.program.objects
            }
            return States(simulation.t, simulation.step, copies, simulation.names)

    def snapshot(self) -> Snapshot:
        """All that a step depends on, copied between two steps."""
        with self._worker.simulation_at_rest():
            return self.simulation.save()

    def at_rest(self) -> AbstractContextManager[None]:
        """Nothing moves meanwhile: what several attributes say belongs to one moment. Must be short."""
        return self._worker.simulation_at_rest()

    @property
    def achieved_speed(self) -> float:
        """Simulated ms per second of wall time over about the last second of running."""
        return self._pace.achieved

    @property
    def status(self) -> str:
        """'running', 'paused', 'failed' or 'closed'."""
        return self._worker.status

    @property
    def error(self) -> BaseException | None:
        """The exception that made the session fail."""
        return self._worker.error

    @property
    def t(self) -> float:
        """Start time of the next step, ms."""
        return self.simulation.t

    @property
    def step_count(self) -> int:
        """The absolute step that is computed next."""
        return self.simulation.step

    @property
    def log(self) -> tuple[LogEntry, ...]:
        """What came from outside on the present timeline, also what a rewind went back before."""
        with self._worker.simulation_at_rest():
            return tuple(self._timeline.log.entries)

    @property
    def beginning(self) -> Snapshot:
        """What `reset` returns to."""
        return self._timeline.construction

    @property
    def origin(self) -> Snapshot:
        """Where the present timeline begins, before the first entry of the log."""
        return self._timeline.origin

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The futures that were left by a change after a rewind, by a reset or by a restore."""
        return tuple(self._timeline.branches)

    @property
    def end_step(self) -> int:
        """How far the present timeline has been computed: beyond `step_count` after a rewind."""
        return self._timeline.end_step

    @property
    def oldest_step(self) -> int:
        """The first absolute step that can be reached."""
        return self._timeline.history.oldest_step

    @property
    def version(self) -> int:
        """Another number whenever log or branches have changed, or a jump has been made."""
        return self._timeline.version

    @property
    def rows_from(self) -> int:
        """The oldest absolute step whose row the rings of the monitors hold: later than usual after a rewind."""
        return self._timeline.rows_from

    @property
    def reach(self) -> float:
        """How far back `rewind` can go from now, ms."""
        return (self.step_count - self._timeline.history.oldest_step) * self.simulation.dt

    @property
    def snapshot_bytes(self) -> tuple[int, int]:
        """Memory that the snapshots take now, and its bound, in bytes."""
        with self._worker.simulation_at_rest(apply_mail=False):
            return self._timeline.history.nbytes, self._timeline.history.bound_bytes

    @property
    def samplers(self) -> list[Sampler]:
        """Who looks at the simulation between two steps. To be changed in callbacks, or while it is paused."""
        return self._timeline.samplers
