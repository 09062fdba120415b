"""Who does the next steps: all threads, or one alone. Whatever has been faster lately; the bits are the same.

Threads that meet in every step need their processors at the same moments. On a machine that is busy with other things
they wait for each other, and one thread alone is then faster, by a factor of several.
"""

from __future__ import annotations

from collections.abc import Iterator

FIRST_PROBE, LAST_PROBE = 16, 256
"""One call in so many begins with some steps the other way; the longer that has been in vain, the fewer."""

SHARE = 8
"""The part of that call."""


class Turns:
    """Times of both ways, as running means, and the faster one.

    Attributes
    ----------
    together : bool
        All threads do the next steps.
    """

    def __init__(self) -> None:
        self.together = True
        self._seconds: dict[bool, float] = {}
        self._every = self._left = FIRST_PROBE

    @property
    def is_alone(self) -> bool:
        """One thread has been faster for long, about a second."""
        return not self.together and self._every == LAST_PROBE

    def never_alone(self) -> None:
        """All threads do all steps from now on."""
        self.together, self._left = True, 2**62

    def parts(self, n_steps: int) -> Iterator[tuple[bool, int, bool]]:
        """The parts of a call of `n_steps` steps: together or not, how many, and whether to `note` their time."""
        self._left -= 1
        some = n_steps // SHARE
        if self._left < 0 and some:
            usual = self.together
            yield not usual, 1, False  # somebody may have to be woken up
            yield not usual, some, True
            n_steps -= 1 + some
            self._every = min(LAST_PROBE, 2 * self._every) if self.together == usual else FIRST_PROBE
            self._left = self._every
        yield self.together, n_steps, True

    def note(self, together: bool, seconds_per_step: float) -> None:
        """What steps of one kind took."""
        before = self._seconds.get(together, seconds_per_step)
        self._seconds[together] = before + 0.25 * (seconds_per_step - before)
        if len(self._seconds) == 2:
            # A tenth more does not make it worth while to change.
            self.together = self._seconds[True] < self._seconds[False] * (1.1 if self.together else 0.9)
