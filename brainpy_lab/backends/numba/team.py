"""Threads that run one compiled program together, for as long as somebody holds it.

The caller is thread 0. The others are Python threads that spend a run in compiled code, without the GIL: between two
calls of `Team.advance` they stay there for some milliseconds, and only then go to sleep until they are woken.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from collections.abc import Callable

import numpy as np

from ...alive import Alive
from ...kernels.numba.team import (
    CLOSED,
    FINISHED,
    I_RUN,
    JOB,
    LEAST_LOOKS,
    LINE,
    N_STEPS,
    SEED,
    STEP,
    STOPPED,
    words,
)

MOST_LOOKS = 10_000
"""How often a waiting thread looks again before it sleeps, about 15 us."""

YIELDS = 100
"""How often it lets others run before it sleeps, where threads outnumber processors."""


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Team:
    """The threads of a program.

    Parameters
    ----------
    advance : callable
        The compiled ``advance(team, clock, addresses, sizes, rank)``.
    size : int
        How many threads, with the caller's.
    places : int
        Columns of the tables.

    Attributes
    ----------
    addresses, sizes : ndarray, shape (size, places) and (size, 2 * places)
        Where each thread finds its arrays. The owner writes them between two calls of `advance`.
    """

    def __init__(self, advance: Callable[..., int], size: int, places: int):
        self.size = size
        self.addresses, self.sizes = np.zeros((size, places), np.int64), np.zeros((size, 2 * places), np.int64)
        self._compiled = advance
        self._start()
        _teams.add(self)

    def _start(self) -> None:
        self._process = os.getpid()
        self._words = words(self.size, MOST_LOOKS, 0) if self.size <= cores() else words(self.size, LEAST_LOOKS, YIELDS)
        self._clock = np.zeros(2)
        self._calls = [threading.Event() for _ in range(1, self.size)]
        self._failures: list[BaseException] = []
        weakref.finalize(self, _close, self._words, self._calls, self._process).atexit = False
        # A thread holds the memory that it works on and nothing of this object, which may go when nobody else needs it.
        arrays = self._words, self._clock, self.addresses, self.sizes
        self.threads = [
            threading.Thread(
                target=_work,
                args=(self._compiled, arrays, rank, call, self._failures),
                name=f"brainpy_lab thread {rank}",
                daemon=True,
            )
            for rank, call in enumerate(self._calls, 1)
        ]
        for thread in self.threads:
            thread.start()

    def advance(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        """Run up to `n_steps` steps on all threads; returns how many were done."""
        if os.getpid() != self._process or self._words[CLOSED]:
            self._start()  # a forked process has this memory and none of the threads; at the very end they are gone too
        team = self._words
        team[[STEP, I_RUN, N_STEPS, SEED]] = step, i_run, n_steps, seed
        self._clock[:] = t0, dt
        for call in self._calls:
            call.set()
        try:
            done = int(self._compiled(team, self._clock, self.addresses, self.sizes, 0))
        except BaseException:
            self._send_home()
            raise
        if self._failures:
            team[STOPPED] = 0
            raise self._failures.pop()
        return done

    def _send_home(self) -> None:
        """This thread has left a job half-way: the others leave it at their next meeting; wait until they have."""
        team = self._words
        last = FINISHED + LINE * np.arange(1, self.size)
        team[STOPPED] = 1
        while np.any(team[last] != team[JOB]):
            time.sleep(1e-4)
        team[STOPPED] = 0


def _work(
    advance: Callable[..., int],
    arrays: tuple[np.ndarray, ...],
    rank: int,
    call: threading.Event,
    failures: list[BaseException],
) -> None:
    """What every thread but the first does."""
    team = arrays[0]
    while True:
        call.wait()
        call.clear()
        if team[CLOSED]:
            return
        try:
            advance(*arrays, rank)
        except BaseException as error:
            failures.append(error)
            team[STOPPED] = 1
            team[FINISHED + LINE * rank] = team[JOB]


def _close(team: np.ndarray, calls: list[threading.Event], process: int) -> None:
    """Let the threads end. In a forked process there are none, and locks may be as another thread has left them."""
    if os.getpid() == process:
        team[CLOSED] = 1
        for call in calls:
            call.set()


_teams: Alive[Team] = Alive()


@atexit.register
def _close_all() -> None:
    """At the end of the process no thread must come back from compiled code into an interpreter that is gone."""
    for team in _teams:
        _close(team._words, team._calls, team._process)
        if os.getpid() == team._process:
            for thread in team.threads:
                thread.join(1.0)
