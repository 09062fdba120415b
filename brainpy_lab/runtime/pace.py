"""How simulated time follows the wall clock."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

__all__ = ["Pace"]

# How often a paced run wakes up. Short enough that a control acts within 20 ms and that a page gets a fresh state for
# each of its frames, long enough that waking up costs nothing.
QUANTUM = 0.008
# A run that has fallen behind by more than this (a hiccup, a speed that cannot be reached) does not race to catch up.
PATIENCE = 0.1
# The achieved speed is measured over about this many seconds.
MEASURED_SECONDS = 1.0


class Pace:
    """Says how many steps are due, and how long to wait until the next ones.

    Parameters
    ----------
    dt : float, ms
    speed : float
        Simulated ms per second of wall time; infinity for as fast as possible.
    clock : callable
        Seconds, never going back.

    Attributes
    ----------
    speed : float
        May be written by any thread; it acts at the next call of `due` or `delay`, from there on.
    """

    def __init__(self, dt: float, speed: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self.dt = dt
        self.speed = float(speed)
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()
        self._achieved = 0.0
        self.start(0)

    def start(self, step: int) -> None:
        """A run starts at `step`, now."""
        self._anchor(step)
        self._marks.clear()
        self._marks.append((self._since, step))

    def due(self, step: int) -> float:
        """How many steps the run is behind the clock (float, may be infinite or below one)."""
        self._adopt_speed(step)
        if math.isinf(self._speed):
            return math.inf
        behind = (self._clock() - self._since) - self._wall(step)
        patience = PATIENCE + self.dt / self._speed  # one step may be due less often than that
        if behind > patience:
            self._since += behind - patience
            behind = patience
        return math.floor(behind * self._speed / self.dt + 1e-9)

    def delay(self, step: int, most: int) -> float:
        """Seconds until at least one quantum of steps is due (or `most`, if that is fewer); 0 when it is due now."""
        self._adopt_speed(step)
        if math.isinf(self._speed):
            return 0.0
        steps = max(1, min(most, int(QUANTUM * self._speed / self.dt)))
        return max(0.0, self._wall(step + steps) - (self._clock() - self._since))

    def mark(self, step: int) -> None:
        """The run has reached `step`."""
        now = self._clock()
        self._marks.append((now, step))
        # The mark before the window stays, so that a window without one still spans it.
        while len(self._marks) > 2 and now - self._marks[1][0] >= MEASURED_SECONDS:
            self._marks.popleft()
        then, first = self._marks[0]
        if now > then:
            self._achieved = (step - first) * self.dt / (now - then)

    @property
    def achieved(self) -> float:
        """Simulated ms per second of wall time over about the last second of running; 0 before the first run."""
        return self._achieved

    def _adopt_speed(self, step: int) -> None:
        if self.speed != self._speed:
            self._anchor(step)

    def _anchor(self, step: int) -> None:
        self._speed = self.speed
        self._since = self._clock()
        self._from = step

    def _wall(self, step: int) -> float:
        return (step - self._from) * self.dt / self._speed
