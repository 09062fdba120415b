"""A live simulation: it runs in a thread, at the speed of a clock, and controls act on it between two steps."""

from __future__ import annotations

import math
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import checks
from ..errors import ModelUseError
from . import sharing
from .changes import input_change, state_change, wave_change
from .pace import Pace
from .parameters import Parameters
from .reached import Reached, States
from .step_time import CHUNK_SECONDS
from .timeline import Timeline
from .watched import Watched
from .worker import Job, Worker, abandon

if TYPE_CHECKING:
    from .simulation import Simulation
    from .snapshot import Snapshot
    from .waveforms import Waveform

__all__ = ["Parameters", "Reached", "Session", "States"]


class Session(Watched):
    """Runs a simulation in a thread of its own.

    All methods may be called from any thread, also from the callbacks. What changes the simulation from outside
    (`params`, `set_state`, `set_input`) goes to a mailbox, where the latest value wins, is applied between two steps,
    and is logged; so the whole course of a session can be computed again, bit for bit.

    Parameters
    ----------
    simulation : Simulation
        Belongs to the session from now on. Its present state is what `reset` returns to.
    speed : float, optional
        Simulated ms per second of wall time; ``float('inf')`` is as fast as possible.
    snapshot_bytes : int, optional
        Bound of the memory for the snapshots that `rewind` starts from (the one at the beginning is not counted).
        The whole session stays within reach; older parts have fewer snapshots, so that going far back takes longer.
    ring_rows : int, optional
        Rows that each monitor keeps, see ``Simulation.begin``.
    called : str, optional
        What messages call it: an expression that a person can write.

    Attributes
    ----------
    simulation : Simulation
    on_chunk : list of callable
        ``function(session)``, called in the session's thread after each chunk of steps, and after a change or a
        jump while paused. Must be quick, and must not wait for the session. An exception ends the session as 'failed'.
    on_status : list of callable
        ``function(session)``, called in the session's thread when the status has changed.
    on_jump : list of callable
        ``function(session)``, called in the session's thread before a rewind, any other jump, a reset or a restore.
    params : Parameters
        ``params['I']`` or ``params['exc', 'I']``: read and assign.

    Raises
    ------
    ModelUseError
        When an argument is not usable, and when another session works on the same states and is not closed.

    Examples
    --------
    >>> with Session(network.simulation(), speed=float("inf")) as session:  # doctest: +SKIP
    ...     session.run(100.0)
    ...     session.wait()
    ...     session.params["I"] = 0.7
    ...     session.rewind(50.0).result()
    50.0
    """

    def __init__(
        self,
        simulation: Simulation,
        *,
        speed: float = 40.0,
        snapshot_bytes: int = 64 * 2**20,
        ring_rows: int = 1024,
        called: str = "the session",
    ) -> None:
        if not hasattr(simulation, "begin"):
            raise checks.wrong("simulation", simulation, "a simulation", "Give what net.simulation() returns.")
        speed = _checked_speed(speed)
        snapshot_bytes = int(checks.number("snapshot_bytes", snapshot_bytes, unit="bytes", low=0, high=2**63))
        ring_rows = checks.count("ring_rows", ring_rows, "rows")
        self.called = checks.text("called", called)
        simulation.begin(simulation.t, None, ring_rows)
        timeline = Timeline(simulation, snapshot_bytes, ring_rows)
        pace = Pace(simulation.dt, speed)
        # The thread must not keep the session alive: what it is given knows the simulation only.
        worker = Worker(timeline, pace, weakref.ref(self), partial(Reached.by, simulation))
        super().__init__(timeline, pace, worker)
        self.on_chunk: list[Callable[[Session], Any]] = []
        self.on_status: list[Callable[[Session], Any]] = []
        self.on_jump: list[Callable[[Session], Any]] = []
        self.params = Parameters(timeline, worker)
        weakref.finalize(self, abandon, weakref.ref(worker)).atexit = False
        sharing.enter(self)

    def __repr__(self) -> str:
        return f"<Session {self.status} at t = {self.t:g} ms, step {self.step_count}>"

    # ------------------------------------------------------------------ running

    def run(self, duration: float | None = None) -> None:
        """Run at `speed`, and return at once.

        Parameters
        ----------
        duration : float, ms, optional
            Stops exactly after ceil(duration / dt) steps. Without it, runs until something else is asked for.

        Raises
        ------
        ModelUseError
            When `duration` is not a finite number from 0 on, or the session is closed.
        Exception
            The one that made the session fail; `reset` or `restore` put it right.
        """
        steps = None
        if duration is not None:
            # 1e-9: a duration that is a whole number of steps up to rounding is that number of steps.
            steps = math.ceil(checks.number("duration", duration, unit="ms", low=0) / self.simulation.dt - 1e-9)
        self._worker.ask(Job("run", steps))

    def pause(self) -> None:
        """Stop a run, or steps in progress, after the present chunk (some ms); return at once."""
        self._worker.raise_error()
        self._worker.pause()

    def step(self, n: int = 1) -> Future[Reached]:
        """Make `n` steps as fast as possible, then be paused; return at once.

        Parameters
        ----------
        n : int, optional
            From 0 on.

        Returns
        -------
        Future
            Its ``result()`` is the time reached, a `Reached`: earlier than asked when paused or closed meanwhile.

        Raises
        ------
        ModelUseError
            When `n` is not a whole number from 0 on, or the session is closed.
        """
        if checks.is_number(n) and n < 0:
            raise checks.wrong("n", n, "a whole number of steps, 0 or more", "To go back use rewind(ms).")
        return self._worker.ask(Job("step", checks.count("n", n, "steps", low=0, high=2**62)))

    @property
    def speed(self) -> float:
        """Simulated ms per second of wall time; infinity is as fast as possible. May be assigned while running."""
        return self._pace.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._pace.speed = _checked_speed(speed)
        self._worker.wake()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing is left to do. Ctrl-C (the notebook's stop button) pauses the session.

        Parameters
        ----------
        timeout : float, s, optional

        Returns
        -------
        bool
            False when `timeout` passed before.

        Raises
        ------
        Exception
            The one that made the session fail, as it was raised.
        KeyboardInterrupt
            After pausing.
        RuntimeError
            In a callback, which would wait for itself.
        """
        if timeout is not None:
            checks.number("timeout", timeout, unit="s", low=0, finite=False)
        try:
            is_idle = self._worker.wait(timeout)
        except KeyboardInterrupt:
            self._worker.pause()
            self._worker.wait(0.1)
            raise
        self._worker.raise_error()
        return is_idle

    def nudge(self) -> None:
        """Have `on_chunk` called once more, soon, in the session's thread, also while paused. Changes nothing."""
        self._worker.nudge()

    def close(self) -> None:
        """Stop, and end the thread. May be called again, and leaves states, parameters and log readable."""
        self._worker.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close()
        if kind is None and not self._worker.error_seen:
            self._worker.raise_error()

    # ------------------------------------------------------------------ jumps in time

    def rewind(self, ms: float, lead: int = 0) -> Future[Reached]:
        """Go back in time, to exactly that step, and be paused; return at once.

        States, inputs and parameters become those of that step. Running on replays the log with the same bits, until
        the first change from outside, which leaves the old future as one of `branches`.

        Parameters
        ----------
        ms : float
            How far; round(ms / dt) steps, or as far as the session can.
        lead : int, optional
            How many steps before that the rings of the monitors shall hold, if need be by computing them anew.

        Returns
        -------
        Future
            Its ``result()`` is the time reached, a `Reached`; ``.ended`` says that it went less far than asked
            because the beginning was reached. Only `close` interrupts it.

        Raises
        ------
        ModelUseError
            When `ms` is not a finite number from 0 on, `lead` no count, or the session is closed.
        """
        steps = round(checks.number("ms", ms, unit="ms", low=0) / self.simulation.dt)
        timeline = self._timeline
        return self._jump_to(lambda: timeline.step - steps, lead)

    def go_to(self, step: int, lead: int = 0, seconds: float | None = None) -> Future[Reached]:
        """Go to a step that has been computed, before or after now, and be paused; return at once.

        As `rewind`, but also forwards: up to `end_step` the log is replayed.

        Parameters
        ----------
        step : int
            Absolute; what lies outside of what can be reached means the nearest step that can.
        lead : int, optional
            As for `rewind`.
        seconds : float, s, optional
            Compute for about that long at most, and stop before the step if need be: while a time line is dragged.

        Returns
        -------
        Future
            Its ``result()`` is the time reached, a `Reached`, whose ``.ended`` says that the step was out of reach.

        Raises
        ------
        ModelUseError
            When `step` is no whole number, `lead` no count, `seconds` negative, or the session is closed.
        """
        step = checks.count("step", step, "steps", low=-(2**62), high=2**62)
        if seconds is not None:
            checks.number("seconds", seconds, unit="s", low=0, finite=False)
        return self._jump_to(lambda: step, lead, seconds)

    def _jump_to(self, find_step: Callable[[], int], lead: int, seconds: float | None = None) -> Future[Reached]:
        lead = checks.count("lead", lead, "steps", low=0, high=2**62)
        timeline = self._timeline

        def jump(stop: Callable[[], bool]) -> Reached:
            asked = find_step()
            step = min(max(timeline.history.oldest_step, asked), timeline.end_step)
            end = math.inf if seconds is None else time.perf_counter() + seconds
            timeline.go_to(step, lambda: stop() or time.perf_counter() >= end, lead)
            return Reached.by(timeline.simulation, asked != step)

        return self._worker.ask(Job("jump", jump=jump))

    def return_to(self, number: int, lead: int = 0) -> Future[Reached]:
        """Make one of `branches` the present timeline again, and be paused at its end; return at once.

        It is computed again from what both share, with the same bits. The timeline that was present becomes a branch,
        so that one can return to it as well.

        Parameters
        ----------
        number : int
            Of the branch.
        lead : int, optional
            As for `rewind`.

        Returns
        -------
        Future
            Its ``result()`` is the time reached, a `Reached`.

        Raises
        ------
        ModelUseError
            When there is no such branch (now, or when it is done: then from the future), or the session is closed.
        """
        number = checks.count("number", number)
        lead = checks.count("lead", lead, "steps", low=0, high=2**62)
        timeline = self._timeline

        def jump(stop: Callable[[], bool]) -> Reached:
            timeline.return_to(number, stop, lead)
            return Reached.by(timeline.simulation)

        return self._worker.ask(Job("jump", jump=jump))

    def reset(self) -> Future[Reached]:
        """Go to the state at construction, parameters too, with an empty log, and be paused; return at once.

        What was computed so far becomes one of `branches`. A failed session is usable again.

        Returns
        -------
        Future
            Its ``result()`` is the time reached.
        """
        timeline = self._timeline
        return self._worker.ask(Job("jump", jump=lambda stop: timeline.reset(), recovers=True))

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a snapshot of this session and be paused. Returns when it is done.

        A new timeline begins there; what was computed so far becomes one of `branches`. A failed session is usable
        again.

        Parameters
        ----------
        snapshot : Snapshot
            From `snapshot`.

        Raises
        ------
        ModelUseError
            When it is not a snapshot of this session, or the session is closed.
        """
        timeline = self._timeline
        if not timeline.fits(snapshot):
            raise ModelUseError(
                f"restore: this {type(snapshot).__name__}, {checks.shown(snapshot)}, is no snapshot of this session's "
                "program. Pass what session.snapshot() returned."
            )
        future = self._worker.ask(Job("jump", jump=lambda stop: timeline.restore(snapshot), recovers=True))
        if not self._worker.is_own_thread:  # in a callback it is done right after the callback
            future.result()

    def repeat(self, ms: float, seconds: float = math.inf) -> Reached:
        """Go back and compute the last `ms` again, for monitors and samplers that look elsewhere now.

        Returns when it is done, where it began, with the same bits, parameters, log and status; a run goes on.

        Parameters
        ----------
        ms : float
            How far; less far where the session begins later.
        seconds : float, optional
            Go less far where computing again would take longer than about this.

        Returns
        -------
        Reached
            The time where it began.

        Raises
        ------
        ModelUseError
            For a number that does not fit, and when the session is closed or has failed.
        """
        wanted = round(checks.number("ms", ms, unit="ms", low=0) / self.simulation.dt)
        checks.number("seconds", seconds, unit="s", low=0, finite=False)
        self._worker.check()
        timeline, simulation = self._timeline, self.simulation
        with self._worker.kept_off():
            if math.isfinite(seconds):
                wanted = min(wanted, int(seconds / CHUNK_SECONDS * simulation.chunk_steps()))
            began = timeline.repeat(wanted, lambda: self._worker.closed)
            back = timeline.step - began
            return Reached(simulation.t - back * simulation.dt, began, back < wanted)

    def perform(self, act: Callable[[Timeline, Callable[[], bool]], Any]) -> Future[Any]:
        """Let ``act(timeline, stop)`` work on the timeline in the session's thread, as a jump; return at once.

        Parameters
        ----------
        act : callable
            Leaves a whole timeline behind, and looks now and then whether ``stop()`` is true.

        Returns
        -------
        Future
            Its ``result()`` is what `act` returns, or the time reached.
        """
        checks.function("act", act)
        timeline = self._timeline
        return self._worker.ask(Job("jump", jump=lambda stop: act(timeline, stop)))

    # ------------------------------------------------------------------ changes from outside

    def set_state(self, obj: str, field: str, index: Any, value: Any) -> None:
        """Write a state between two steps.

        Parameters
        ----------
        obj, field : str
            Object and state.
        index : int, slice, array of int or bool, or None
            Which elements; None is all.
        value : float or array_like
            One finite number, or one per chosen element.

        Raises
        ------
        ModelUseError
            When names, index or value do not fit.
        """
        self._worker.post(state_change(self.simulation, obj, field, index, value))

    def set_input(self, k: int, value: Any) -> None:
        """Write the value of the program's input `k` between two steps.

        Parameters
        ----------
        k : int
            Position in ``program.inputs``.
        value : float or array_like
            Of the shape that this input was declared with.

        Raises
        ------
        ModelUseError
            When there is no such input or the value does not fit.
        """
        self._worker.post(input_change(self.simulation, k, value))

    def set_wave(self, k: int, waveform: Waveform | None) -> None:
        """Let the program's input `k` follow a waveform from the next step on.

        Parameters
        ----------
        k : int
            Position in ``program.inputs`` of an input of source 'wave'.
        waveform : Waveform or None
            It begins with that step; None ends the one before.

        Raises
        ------
        ModelUseError
            When there is no such input, or `waveform` is none.
        """
        self._worker.post(wave_change(self.simulation, k, waveform))

    @contextmanager
    def lent(self) -> Iterator[None]:
        """While paused, let another simulation of the same groups work on their states.

        What that leaves is a new beginning, as after `restore`; spikes on their way stay as they are here.

        Raises
        ------
        ModelUseError
            When the session is running.
        """
        if self.status == "running":
            raise ModelUseError(
                f"{self.called} is running on the states of this network. Pause it first, {self.called}.pause(), or "
                f"end it, {self.called}.close()."
            )
        with self._worker.kept_off():
            self.simulation.sync()
            try:
                yield
            finally:
                self._timeline.take_present()
        self.nudge()


def _checked_speed(value: Any) -> float:
    """Simulated ms per second of wall time; infinity is as fast as possible."""
    return checks.number("speed", value, unit="ms per second", above=0, finite=False)
