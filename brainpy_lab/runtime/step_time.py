"""How long a step takes, and so how many steps to make before looking what else there is to do."""

from __future__ import annotations

CHUNK_SECONDS = 0.004
"""How long a call of `Simulation.advance` should take: long enough to cost nothing, short enough to act on."""

MOST_STEPS = 1_000_000


class StepTime:
    """The time of a step by the last measurements; 0 while there are none."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def measured(self, seconds: float, n: int) -> None:
        """`n` steps have taken so long."""
        now = seconds / n
        # The first call may pay for a cold cache: never trust one measurement by more than a factor of four.
        before = self._seconds or 4 * now
        self._seconds = max(now, before / 4)

    def doubt(self) -> None:
        """A run begins: in fresh memory its steps cost many times what was measured; two calls tell how much."""
        self._seconds *= 16

    def forget(self) -> None:
        """Other code runs from now on."""
        self._seconds = 0.0

    def chunk_steps(self) -> int:
        """How many steps take about `CHUNK_SECONDS`."""
        if not self._seconds:
            return 1
        return max(1, min(MOST_STEPS, int(CHUNK_SECONDS / self._seconds)))
