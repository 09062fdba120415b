"""`SpikeTimeInput`: neurons that spike at given times."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelUseError
from ..frontends.types_api import NeuGroup, NeuType
from ..frontends.types_api.inputs import EventTimes, InputSpec
from ..types import NeuState
from .checks import times as checked_times


class SpikeTimeInput(NeuGroup):
    """Neurons that spike at given times.

    Parameters
    ----------
    geometry : int or (int, int)
    times : list or ndarray of float, ms
        In any order.
    indices : optional
        Which neurons spike at each time: one int for all times; or a list with an int, or a list of ints, for each
        time; or an array of as many ints. All neurons at each time when left out.
    monitors, name
        As for `NeuGroup`; the field is ``spike``, 1 in the step of a spike. What is added to ``ST.input`` from
        outside makes a neuron spike too, when it is more than 0.5.

    Attributes
    ----------
    times : ndarray of float64, shape (n_spikes,), ms
        Sorted.
    spike_ids : ndarray of int64, shape (n_spikes,)
        The neuron of each.

    Raises
    ------
    ModelUseError
        When times are no numbers, or indices do not fit the times or the group.

    Notes
    -----
    A spike comes in the first step that does not start before its time, in every run that has that step; it may start
    at any time. Two times of a neuron within one step are one spike. The times stay float64 in float32 programs.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> group = bp.inputs.SpikeTimeInput(2, times=[1., 2., 3.], indices=[0, [0, 1], 1], monitors=['spike'])
    >>> group.run(5.)
    >>> group.spikes()[1].tolist()
    [0, 0, 1, 1]
    """

    def __init__(self, geometry, times, indices=None, monitors=None, name=None):
        super().__init__(_type(), geometry, monitors, name)
        rows = _rows(times, indices, self.num)
        self.times, self.spike_ids = rows[:, 0].copy(), rows[:, 1].astype(np.int64)
        self.own_inputs = (InputSpec(self, "ST.input", EventTimes(rows), "="),)


def _type() -> NeuType:
    def update(ST):
        ST["spike"] = ST["input"] > 0.5
        ST["input"] = 0.0

    return NeuType("SpikeTimeInput", ST=NeuState("spike", "input"), steps=update, mode="scalar")


def _is_plain(indices) -> bool:
    """Whether there is one number for each time: then no entry has to be looked at by itself."""
    try:
        array = np.asarray(indices)
    except ValueError:  # lists of different lengths
        return False
    return array.ndim == 1 and array.dtype.kind in "iu"


def _rows(times, indices, num: int) -> np.ndarray:
    """(time, neuron) of every spike, sorted by time, shape (n_spikes, 2)."""
    times = checked_times("times", times)
    if indices is None:
        ids, counts = np.tile(np.arange(num), times.size), np.full(times.size, num)
    elif isinstance(indices, (int, np.integer)) and not isinstance(indices, bool):
        ids, counts = np.full(times.size, checks.indices("indices", [indices], n=num)), np.ones(times.size, np.int64)
    elif _is_plain(indices):
        ids = checks.indices("indices", indices, n=num)
        counts = np.ones(ids.size, np.int64)
    else:
        rows = checks.listed("indices", indices, "an int, or a list with one entry for each time")
        parts = [
            checks.indices(f"indices[{k}]", row if isinstance(row, (list, tuple, np.ndarray)) else [row], n=num)
            for k, row in enumerate(rows)
        ]
        counts = np.array([part.size for part in parts], dtype=np.int64)
        ids = np.concatenate([np.zeros(0, np.int64), *parts])
    if len(counts) != times.size:
        raise ModelUseError(
            f'"indices" has {len(counts)} entries, but there are {times.size} times: give one for each.'
        )
    rows = np.stack([np.repeat(times, counts), ids.astype(np.float64)], axis=1)
    return np.ascontiguousarray(rows[np.argsort(rows[:, 0], kind="stable")])
