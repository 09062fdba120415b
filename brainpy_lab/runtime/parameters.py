"""The parameters of a live session as a mapping."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import numpy as np

from .changes import parameter_change, parameter_key, parameter_keys
from .timeline import Timeline
from .worker import Worker

__all__ = ["Parameters"]


class Parameters(MutableMapping):
    """The parameters of a session's program.

    Keys are ``(object, name)``, or just the name where one object has it; an object goes by the name that its user gave
    it, and by its name in the program. Reading gives a float, or a copy of the
    array of a parameter that holds one value per element; a value that was assigned is read back at once, although it
    acts from the next step on. Assigning checks the value here and now.
    """

    def __init__(self, timeline: Timeline, worker: Worker) -> None:
        self._timeline = timeline
        self._worker = worker

    def __getitem__(self, key: str | tuple[str, str]) -> float | np.ndarray:
        simulation = self._timeline.simulation
        target = parameter_key(simulation, key)
        change = self._worker.pending("parameter", target)
        if change is not None:
            return np.copy(change.number) if isinstance(change.number, np.ndarray) else change.number
        with self._worker.simulation_at_rest(apply_mail=False):
            return simulation.param(*target)

    def __setitem__(self, key: str | tuple[str, str], value: Any) -> None:
        self._worker.post(parameter_change(self._timeline.simulation, key, value))

    def __delitem__(self, key: object) -> None:
        raise TypeError("a parameter cannot be deleted.")

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(parameter_keys(self._timeline.simulation))

    def __len__(self) -> int:
        return len(parameter_keys(self._timeline.simulation))

    def __repr__(self) -> str:
        return f"Parameters({dict(self)})"
