"""`group.mon`: what was recorded, by key and by attribute."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...errors import ModelKeyError, ModelUseError
from ...runtime.recordings import Events
from ...tools.dicts import DictPlus


class _Pending:
    """A recording whose array is made when somebody asks for it, by ``make()``."""

    def __init__(self, make):
        self.dense = make


class _Events(_Pending):
    """A recorded 0/1 state, kept as (steps, elements) until somebody wants the whole array.

    ``listed`` are the elements of the columns of that array, events of others are left out; None are all ``num``.
    """

    def __init__(self, events: Events, n_steps: int, num: int, listed: np.ndarray | None):
        self.n_steps, self.num, self.listed = n_steps, num, listed
        self._kept = self._of_listed(events)

    def pair(self) -> Events:
        """Steps and elements of the events."""
        return self._kept

    def dense(self) -> np.ndarray:
        steps, ids = self.pair()
        if self.listed is None:
            return _ones(self.n_steps, self.num, steps, ids)
        listed, column = np.unique(self.listed, return_inverse=True)  # an element may be listed twice
        array = _ones(self.n_steps, listed.size, steps, np.searchsorted(listed, ids))
        return array if np.array_equal(listed, self.listed) else array[:, column]

    def _of_listed(self, events: Events) -> Events:
        """Those whose elements have a column: back ends list the events of all."""
        if self.listed is None:
            return events
        steps, ids = events
        kept = np.isin(ids, self.listed)
        return steps[kept], ids[kept]


class _RunningEvents(_Events):
    """Those of a run that goes on step by step: ``lists()`` are the steps and elements so far."""

    def __init__(self, lists: Callable[[], Events], n_steps: int, num: int, listed: np.ndarray | None):
        self.lists, self.n_steps, self.num, self.listed = lists, n_steps, num, listed

    def pair(self) -> Events:
        return self._of_listed(self.lists())


def _ones(n_rows: int, n_columns: int, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    array = np.zeros((n_rows, n_columns))
    array[rows, columns] = 1.0
    return array


class Recordings(DictPlus):
    """The recordings of a group after a run.

    ``mon['V']`` and ``mon.V`` are arrays of shape (n_steps, n), or (n_steps, n_listed) where elements were listed;
    ``mon.ts`` is the time of each row, ms. A key with dots (``'ST.V'``) is an attribute with underscores (``ST_V``).
    """

    def __missing__(self, key):
        for name in self:
            if isinstance(name, str) and name.replace(".", "_") == key:
                return self[name]
        known = ", ".join(map(str, self)) or "nothing"
        raise ModelKeyError(f'key "{key}" was not recorded; recorded are: {known}. Name it in the monitors.')

    def __getitem__(self, key):
        value = dict.__getitem__(self, key)
        if isinstance(value, _Pending):
            value = value.dense()
            dict.__setitem__(self, key, value)  # so that the array is made once
        return value

    def get(self, key, default=None):
        """The array of a key, or the default."""
        try:
            return self[key]
        except KeyError:
            return default

    def items(self):
        """Pairs of key and array."""
        return [(key, self[key]) for key in self]

    def values(self):
        """The arrays."""
        return [self[key] for key in self]


def spike_list(events: dict[str, _Events], mon: Recordings, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Times (ms) and elements of a recorded 0/1 state, in time order."""
    if key in events:
        steps, ids = events[key].pair()
        return mon["ts"][steps], ids
    if key not in mon or "ts" not in mon:
        raise ModelUseError(f'key "{key}" was not recorded; recorded are: {", ".join(mon)}. Name it in the monitors.')
    raise ModelUseError(f'key "{key}" is not a state that is always 0 or 1: use mon.{key}.')
