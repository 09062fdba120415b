"""What one run of a sweep recorded, as a measure gets it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import checks
from ..errors import ModelKeyError


class Recording:
    """One run of a model, after the transient that the sweep discards.

    Parameters
    ----------
    ts : ndarray, shape (n_steps,), ms
        Times of the steps.
    dt : float, ms
    params : dict
        The values of this point.
    sizes : dict of str to int
        Groups that spike -> number of their neurons.
    spikes : dict of str to (ndarray, ndarray)
        Group -> times, ms, and neurons of its spikes.
    values : dict of str to callable
        Variable -> function that returns its values, shape (n_steps, n).

    Examples
    --------
    A measure of one's own takes a recording and returns a number, a dict of numbers, or an array::

        def width(rec):
            return np.ptp(rec["V"])
    """

    def __init__(
        self,
        ts: np.ndarray,
        dt: float,
        params: dict,
        sizes: dict[str, int],
        spikes: dict[str, tuple[np.ndarray, np.ndarray]],
        values: dict[str, Callable[[], np.ndarray]],
    ):
        self.ts, self.dt, self.params, self.sizes = ts, dt, params, sizes
        self._spikes, self._values = spikes, values

    @property
    def duration(self) -> float:
        """Length of what is seen, ms."""
        return len(self.ts) * self.dt

    @property
    def names(self) -> list[str]:
        """The variables that were recorded."""
        return list(self._values)

    def __getitem__(self, name: str) -> np.ndarray:
        """The values of a variable, shape (n_steps, n)."""
        if name not in self._values:
            raise ModelKeyError(
                f"the variable {name!r} was not recorded; recorded: {', '.join(self._values) or 'none'}. "
                f"Name it in record=[...]. {checks.near(name, self._values) if self._values else ''}".strip()
            )
        return self._values[name]()

    def spikes(self, group: str | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Times, ms, and neurons of the spikes of a group; of the only one when no name is given.

        Raises
        ------
        ModelKeyError
            When nothing spikes, when there are several groups and none is named, and for an unknown name.
        """
        if not self._spikes:
            raise ModelKeyError(
                "this model has no spikes, so there are none to count: give a cell a line such as 'spike when v > 1', "
                'or measure a variable, as in measure="max v".'
            )
        if group is None and len(self._spikes) == 1:
            return next(iter(self._spikes.values()))
        if group not in self._spikes:
            raise ModelKeyError(
                f"whose spikes? {group!r} does not spike; {', '.join(self._spikes)} do. Name one of them."
            )
        return self._spikes[group]
