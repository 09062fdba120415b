"""The thread of a session.

Rules that keep it free of deadlocks and races:

- `lock` guards the small shared things (queue, mailbox, flags). It is held for moments only, never during `advance`
  nor during a callback.
- `_busy` says that the thread works on the simulation. Others who need the simulation are guests: they wait until it
  is not busy and then hold the lock while they copy. The thread lets waiting guests go first.
- A call from a callback runs in the thread itself, which owns the simulation between two chunks, and never waits.
- The thread knows its session by a weak reference: a forgotten session ends its thread.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import Any

from ..alive import Alive
from ..errors import ModelError, ModelUseError
from .changes import Change
from .mailbox import Mailbox
from .pace import Pace
from .timeline import Timeline

__all__ = ["Job", "Worker"]


class Job:
    """Something the thread was asked to do.

    Parameters
    ----------
    kind : {'run', 'step', 'jump'}
        A run gives way to whatever is asked next; steps and jumps are finished first. Pause ends runs and steps.
    steps : int or None
        Length of a run or of steps; None runs without end.
    jump : callable, optional
        Called with `stop`, returns the result: a rewind, a reset or a restore.
    recovers : bool
        Whether it puts a failed session right.
    """

    def __init__(self, kind: str, steps: int | None = None, jump: Callable | None = None, recovers: bool = False):
        self.kind = kind
        self.steps = steps
        self.jump = jump
        self.recovers = recovers
        self.future: Future = Future()
        self.future.set_running_or_notify_cancel()  # it is stopped by pause, not by cancel
        self.number = 0
        self.end_step: int | None = None
        self.started = False
        # What lay in the mailbox when this was asked for: it was said before, so it acts before.
        self.mail: Mailbox = Mailbox()


class Worker:
    """Runs jobs on a timeline in a thread that starts with the first job and ends with `close`.

    Parameters
    ----------
    timeline : Timeline
    pace : Pace
    session : weakref
        To the session whose `on_chunk` and `on_status` are called.
    reached : callable
        ``reached()``: the result of a job, a time.
    """

    def __init__(self, timeline: Timeline, pace: Pace, session: weakref.ref, reached: Callable[[], Any]) -> None:
        self.timeline = timeline
        self.pace = pace
        self.error: BaseException | None = None
        self.error_seen = False
        self.closed = False
        self._session = session
        self._reached = reached
        self._renew()
        _workers.add(self)

    def _renew(self) -> None:
        # The lock is reentrant: the garbage collector may run `abandon` in a thread that holds it.
        self.lock = threading.Condition(threading.RLock())
        # The thread while it takes jobs; `_last_thread` keeps the one that is to be joined.
        self._thread: threading.Thread | None = None
        self._last_thread: threading.Thread | None = None
        self._queue: deque[Job] = deque()
        self._mailbox = Mailbox()
        self._job: Job | None = None
        self._number = 0
        self._paused_at = 0
        self._busy = False
        self._guests = 0
        self._lent = 0
        self._told = "paused"
        self._nudged = False

    # ------------------------------------------------------------------ for callers, from any thread

    @property
    def status(self) -> str:
        """'running', 'paused', 'failed' or 'closed': what it does, or is about to do after what was asked."""
        with self.lock:
            if self.closed:
                return "closed"
            if self.error is not None and not self._queue:
                return "failed"
            last = self._queue[-1] if self._queue else self._job
            return "running" if last is not None and last.kind != "jump" and self._wanted(last) else "paused"

    def ask(self, job: Job) -> Future:
        """Put a job into the queue."""
        with self.lock:
            self.check(job.recovers)
            self._number += 1
            job.number = self._number
            job.mail, self._mailbox = self._mailbox, Mailbox()
            self._queue.append(job)
            self._start()
            self.lock.notify_all()
        return job.future

    def pause(self) -> None:
        """End the run or the steps that were asked for so far, after the chunk in progress."""
        with self.lock:
            self._number += 1
            self._paused_at = self._number
            self.lock.notify_all()

    def wake(self) -> None:
        """Look again how long to wait: the speed has changed."""
        with self.lock:
            self.lock.notify_all()

    def nudge(self) -> None:
        """Call `on_chunk` once more in the thread, soon, also while paused."""
        with self.lock:
            if not self.closed and self.error is None:
                self._nudged = True
                self._start()
                self.lock.notify_all()

    def post(self, change: Change) -> None:
        """Leave a change in the mailbox."""
        with self.lock:
            self.check()
            self._mailbox.put(change)
            if self._thread is None:
                session = self._session()
                if not self._lent and (session is None or not session.on_chunk):
                    self._read_mail(self._mailbox)  # nobody else touches the simulation, and nobody watches
                    return
                self._start()
            self.lock.notify_all()

    def pending(self, kind: str, target: tuple) -> Change | None:
        """A change that was asked for and not yet applied. None while a jump waits: it may undo the change."""
        with self.lock:
            change = self._mailbox.peek(kind, target)
            for job in reversed(self._queue):
                if change is not None or job.kind == "jump":
                    break
                change = job.mail.peek(kind, target)
            return change

    @contextmanager
    def simulation_at_rest(self, apply_mail: bool = True) -> Iterator[None]:
        """Own the simulation: at once when paused, else after the chunk in progress and the jumps asked for."""
        with self.lock:
            if not self.is_own_thread:
                self._guests += 1
                try:
                    while self._busy or self._jump_waits():
                        self.lock.wait()
                finally:
                    self._guests -= 1
                    self.lock.notify_all()
            if apply_mail and not self._queue and self.error is None:
                self._read_mail(self._mailbox)
            yield

    @contextmanager
    def kept_off(self) -> Iterator[None]:
        """Keep the thread off the simulation without holding the lock, so that anybody can ask for something."""
        with self.lock:
            while not self.is_own_thread and (self._busy or self._jump_waits()):
                self.lock.wait()
            if not self._queue and self.error is None:
                self._read_mail(self._mailbox)
            self._lent += 1
        try:
            yield
        finally:
            with self.lock:
                self._lent -= 1
                self.lock.notify_all()

    def wait(self, timeout: float | None) -> bool:
        """Wait until nothing is left to do; False after `timeout` seconds."""
        if self.is_own_thread:
            raise RuntimeError("wait() was called in a callback of the session, which would wait for itself.")
        with self.lock:
            # In slices: on some systems a wait without end cannot be interrupted from the keyboard.
            left = timeout
            while not self._is_idle():
                if left is not None and left <= 0:
                    return False
                piece = 0.5 if left is None else min(0.5, left)
                began = time.monotonic()
                self.lock.wait(piece)
                if left is not None:
                    left -= time.monotonic() - began
            return True

    @property
    def is_own_thread(self) -> bool:
        """Whether the caller runs in the thread of the session, in a callback."""
        return threading.current_thread() is self._thread

    def raise_error(self) -> None:
        """Raise what ended the session as failed, as it was raised."""
        error = self.error
        if error is not None:
            self.error_seen = True
            raise error.with_traceback(self._traceback)

    def check(self, recovers: bool = False) -> None:
        """Raise when the session is closed or has failed."""
        if self.closed:
            raise ModelUseError("the session is closed. Make a new Session to run on.")
        if not recovers:
            self.raise_error()

    def close(self, timeout: float | None = None) -> None:
        """End the thread and wait for it (not from a callback: then it ends after it)."""
        self.abandon()
        thread = self._last_thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def abandon(self) -> None:
        """Ask the thread to end, without waiting. Safe in a finalizer."""
        with self.lock:
            self.closed = True
            self.lock.notify_all()

    def after_fork(self) -> None:
        """In a forked child there is no thread, and its simulation may be in the middle of a step."""
        had_thread = self._thread is not None
        self._renew()
        self.closed = self.closed or had_thread

    # ------------------------------------------------------------------ the thread

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._main, name="brainpy_lab session", daemon=True)
            self._last_thread = self._thread
            self._thread.start()

    def _main(self) -> None:
        while True:
            task = self._next_task()
            if task is None:
                if self._leave():
                    return
                continue
            try:
                self._work(*task)
            except BaseException as error:
                self._fail(error)
            # A finished task may hold the last references to what a forgotten session owned.
            del task

    def _next_task(self) -> tuple[Job | None, Mailbox] | None:
        """Wait for something to do; None when the thread should end."""
        with self.lock:
            self._busy = False
            self.lock.notify_all()
            while True:
                if self.closed or (self.error is not None and not self._queue):
                    return None
                if self._lent or (self._guests and not self._jump_waits()):  # else they wait for this thread
                    self.lock.wait()
                    continue
                if self._job is None and self._queue:
                    self._job = self._queue.popleft()
                job = self._job
                mail = Mailbox()
                if not self._queue:  # else it was said after what is still to be done
                    if job is None or job.started:
                        mail, self._mailbox = self._mailbox, mail
                if job is None and not mail and not self._nudged:
                    self.lock.wait()
                    continue
                if job is not None and job.started and not mail and not self._nudged and not self._must_end(job):
                    delay = self._delay(job)
                    if delay > 0:
                        self.lock.wait(delay)
                        continue
                self._busy = True
                self._nudged = False
                return job, mail

    def _work(self, job: Job | None, mail: Mailbox) -> None:
        self._read_mail(mail)
        outcome = self._do(job) if job is not None else None
        try:
            self._call("on_chunk")
            self._tell()
        finally:
            if outcome is not None:
                outcome()

    def _do(self, job: Job) -> Callable[[], None] | None:
        """One piece of a job. When that ends it: what tells whoever waits for its result."""
        if not job.started:
            self._begin(job)
        result: Any = None
        if job.jump is not None:
            self._call("on_jump")
            try:
                result = job.jump(lambda: self.closed)
            except ModelError as error:  # a wrong snapshot: a mistake of who asked, nothing has been changed
                self._job = None
                return partial(job.future.set_exception, error)
            self.error = None
        elif not (self._must_end(job) or self._make_steps(job)):
            return None
        self._job = None
        return partial(job.future.set_result, self._reached() if result is None else result)

    def _begin(self, job: Job) -> None:
        self._read_mail(job.mail)
        job.started = True
        if job.steps is not None:
            job.end_step = self.timeline.step + job.steps
        if job.kind == "run":
            self.pace.start(self.timeline.step)
        self._tell()

    def _make_steps(self, job: Job) -> bool:
        """One chunk; True when the job is done."""
        timeline = self.timeline
        n: float = timeline.simulation.chunk_steps()
        if job.end_step is not None:
            n = min(n, job.end_step - timeline.step)
        if job.kind == "run":
            n = min(n, self.pace.due(timeline.step))
        # A log entry in between makes several advances of one chunk.
        end = timeline.step + int(n)
        while timeline.step < end:
            timeline.advance(end - timeline.step)
        if job.kind == "run" and n >= 1:
            self.pace.mark(timeline.step)
        return timeline.step == job.end_step

    def _delay(self, job: Job) -> float:
        if job.kind != "run":
            return 0.0
        most = self.timeline.simulation.chunk_steps()
        if job.end_step is not None:
            most = min(most, job.end_step - self.timeline.step)
        return self.pace.delay(self.timeline.step, most)

    def _must_end(self, job: Job) -> bool:
        return not self._wanted(job) or (job.kind == "run" and len(self._queue) > 0)

    def _wanted(self, job: Job) -> bool:
        return job.number > self._paused_at

    def _read_mail(self, mail: Mailbox) -> None:
        if mail:
            self.timeline.change(mail.take())

    def _jump_waits(self) -> bool:
        jobs = [self._job, *self._queue]
        return not self.closed and any(job is not None and job.kind == "jump" for job in jobs)

    def _is_idle(self) -> bool:
        if self._thread is None:
            return True
        return not self._busy and self._job is None and not self._queue and not self._mailbox

    def _call(self, name: str) -> None:
        session = self._session()
        if session is not None:
            for function in tuple(getattr(session, name)):
                function(session)

    def _tell(self) -> None:
        """Call `on_status` when what the session does has changed."""
        status = self.status
        if status != self._told:
            self._told = status
            self._call("on_status")

    def _fail(self, error: BaseException) -> None:
        with self.lock:
            self.error = error
            self._traceback = error.__traceback__
            self.error_seen = False
            jobs = [job for job in (self._job, *self._queue) if job is not None]
            self._job = None
            self._queue.clear()
            self._mailbox.take()
        for job in jobs:
            if not job.future.done():
                job.future.set_exception(error)
        self._tell_quietly()

    def _tell_quietly(self) -> None:
        try:
            self._tell()
        except BaseException as error:
            # What ended the session is the error to show; this one came while telling of it.
            if self.error is None:
                self.error, self._traceback = error, error.__traceback__

    def _leave(self) -> bool:
        """The last act of the thread. False when it was given something to do after all."""
        self._tell_quietly()
        with self.lock:
            if not self.closed and self._queue:
                return False
            if not self._queue and self.error is None:
                self._read_mail(self._mailbox)  # a value set just before close() is not lost
            jobs = [job for job in (self._job, *self._queue) if job is not None]
            self._job = None
            self._queue.clear()
            self._thread = None
            self.lock.notify_all()
        for job in jobs:
            job.future.set_result(self._reached())
        return True


def abandon(worker: weakref.ref[Worker]) -> None:
    """`Worker.abandon` for a finalizer, which must not keep the worker: its error's traceback knows the session."""
    found = worker()
    if found is not None:
        found.abandon()


# Threads are ended before the interpreter is, so that none is inside compiled code when its arrays are freed.
_workers: Alive[Worker] = Alive()


@atexit.register
def _close_all() -> None:
    for worker in _workers:
        worker.abandon()
    for worker in _workers:
        worker.close(timeout=2.0)


def _after_fork() -> None:
    for worker in _workers:
        worker.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
