"""Work for a thread of its own, of which only what was asked for last matters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

Unwanted = Callable[..., bool]
"""Asked by work in progress; while it answers it lets other threads run. ``unwanted(True)``: does anything wait?"""

PATIENCE_SECONDS = 0.3
"""Work that has been going on for so long is given up for newer work. A slider that moves all the time is followed."""
REST_SECONDS = 0.0005


class Newest:
    """Does one thing after the other. While it does one, the newest of those that were asked for waits.

    The thread ends when there is nothing to do, and nothing here knows who asked.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: tuple[Callable[[Unwanted], Any], Callable[[Any], Any]] | None = None
        self._is_busy = False
        self._is_closed = False

    def ask(self, work: Callable[[Unwanted], Any], done: Callable[[Any], Any]) -> None:
        """Call ``done(work(unwanted))`` in the thread, unless something else is asked for before it begins.

        An exception of `work` is given to `done`. Work that was given up (it raised after `unwanted` said True) is
        forgotten.
        """
        with self._lock:
            self._waiting = (work, done)
            if self._is_busy:
                return
            self._is_busy = True
        threading.Thread(target=self._run, name="brainpy_lab analyses", daemon=True).start()

    def close(self) -> None:
        """Give up what is done now, and begin nothing more."""
        with self._lock:
            self._is_closed, self._waiting = True, None

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._waiting is None or self._is_closed:
                    self._is_busy = False
                    return
                (work, done), self._waiting = self._waiting, None
            began = time.monotonic()

            def unwanted(at_once: bool = False, began: float = began) -> bool:
                time.sleep(REST_SECONDS)
                late = at_once or time.monotonic() - began > PATIENCE_SECONDS
                return self._is_closed or (self._waiting is not None and late)

            try:
                found = work(unwanted)
            except Exception as error:
                if self._is_closed or self._waiting is not None:
                    continue
                found = error
            done(found)
