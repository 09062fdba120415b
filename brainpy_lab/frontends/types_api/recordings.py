"""`group.mon`: what was recorded, by key and by attribute."""

from __future__ import annotations

import numpy as np

from ...errors import ModelKeyError, ModelUseError
from ...tools.dicts import DictPlus


class _Pending:
    """A recording whose array is made when somebody asks for it, by ``make()``."""

    def __init__(self, make):
        self.dense = make


class _Events(_Pending):
    """A recorded 0/1 state, kept as (step, element) until somebody wants the whole array.

    ``columns`` are the elements of the columns of that array: events of others are left out.
    """

    def __init__(self, steps: np.ndarray, ids: np.ndarray, n_steps: int, columns: np.ndarray):
        self.steps, self.ids = _of_listed(steps, ids, columns)
        self.n_steps, self.columns = n_steps, columns

    def dense(self) -> np.ndarray:
        listed, column = np.unique(self.columns, return_inverse=True)  # an element may be listed twice
        array = np.zeros((self.n_steps, listed.size))
        array[self.steps, np.searchsorted(listed, self.ids)] = 1.0
        return array if np.array_equal(listed, self.columns) else array[:, column]


class _RunningEvents(_Events):
    """Those of a run that goes on step by step: ``lists()`` are the steps and elements so far."""

    def __init__(self, lists, n_steps: int, columns: np.ndarray):
        self.lists, self.n_steps, self.columns = lists, n_steps, columns

    steps = property(lambda self: _of_listed(*self.lists(), self.columns)[0])
    ids = property(lambda self: _of_listed(*self.lists(), self.columns)[1])


def _of_listed(steps: np.ndarray, ids: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Those events whose elements have a column: back ends list the events of all."""
    listed = np.isin(ids, columns)
    return (steps, ids) if listed.all() else (steps[listed], ids[listed])


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
        record = events[key]
        return mon["ts"][record.steps], record.ids
    if key not in mon or "ts" not in mon:
        raise ModelUseError(f'key "{key}" was not recorded; recorded are: {", ".join(mon)}. Name it in the monitors.')
    raise ModelUseError(f'key "{key}" is not a state that is always 0 or 1: use mon.{key}.')
