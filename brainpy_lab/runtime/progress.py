"""A progress bar for a run that takes long, where a person can see it."""
from __future__ import annotations

import sys
import time
from typing import Any

PATIENCE = 2.0
"""Seconds after which a bar appears, if at least as many are to come."""


class Bar:
    """Nothing at first; a bar, in a terminal or a notebook, once a run has turned out to take long.

    Parameters
    ----------
    total : int
        Steps of the run.
    wanted : bool
        False never shows one.
    """

    def __init__(self, total: int, wanted: bool = True) -> None:
        self._total = total
        self._bar: Any = None
        self._began = time.perf_counter()
        self._wanted = wanted and is_watched()

    def show(self, done: int) -> None:
        """`done` steps are made."""
        if self._bar is not None:
            self._bar.update(done - self._bar.n)
        elif self._wanted and done:
            spent = time.perf_counter() - self._began
            if spent > PATIENCE and spent / done * (self._total - done) > PATIENCE:
                self._open(done)

    def _open(self, done: int) -> None:
        from tqdm.auto import tqdm

        shown = "run {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
        self._bar = tqdm(total=self._total, initial=done, leave=False, bar_format=shown)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


def is_watched() -> bool:
    """Whether a person sees what is printed: in a terminal, or in a notebook's kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and hasattr(shell, "kernel"):
        return True
    return sys.stderr is not None and sys.stderr.isatty()
