"""`SpikeTimeInput`: neurons that spike at given times."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUseError
from ..frontends.types_api import NeuGroup, NeuType
from ..frontends.types_api.inputs import EventTimes, InputSpec
from ..types import NeuState
from .checks import numbers


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


def _rows(times, indices, num: int) -> np.ndarray:
    """(time, neuron) of every spike, sorted by time, shape (n_spikes, 2)."""
    if not isinstance(times, (list, tuple, np.ndarray)):
        raise ModelUseError(f'"times" must be a list of times in ms, but got {times!r}.')
    times = numbers("times", times) if len(times) else np.zeros(0)
    if times.ndim != 1:
        raise ModelUseError(f'"times" must be a plain list of times in ms, but has shape {times.shape}.')
    if indices is None:
        ids, counts = np.tile(np.arange(num), times.size), np.full(times.size, num)
    elif isinstance(indices, (int, np.integer)) and not isinstance(indices, bool):
        ids, counts = np.full(times.size, indices), np.ones(times.size, np.int64)
    elif isinstance(indices, np.ndarray) and indices.ndim == 1 and indices.dtype.kind in "iu":
        ids, counts = indices, np.ones(len(indices), np.int64)
    elif isinstance(indices, (list, tuple, np.ndarray)):
        parts = [np.atleast_1d(np.asarray(item)) for item in indices]
        for k, part in enumerate(parts):
            if part.ndim != 1 or (part.size and part.dtype.kind not in "iu"):
                raise ModelUseError(f'"indices[{k}]" must be a neuron or a list of neurons, but got {indices[k]!r}.')
        counts = np.array([part.size for part in parts], dtype=np.int64)
        ids = np.concatenate([np.zeros(0, np.int64), *(part.astype(np.int64) for part in parts)])
    else:
        raise ModelUseError(f'"indices" must be an int, or a list with one entry for each time, but got {indices!r}.')
    if len(counts) != times.size:
        raise ModelUseError(
            f'"indices" has {len(counts)} entries, but there are {times.size} times: give one for each.'
        )
    if ids.size and (ids.min() < 0 or ids.max() >= num):
        wrong = ids.min() if ids.min() < 0 else ids.max()
        raise ModelUseError(f'"indices" names neuron {wrong}, but the neurons of this group are 0..{num - 1}.')
    rows = np.stack([np.repeat(times, counts), ids.astype(np.float64)], axis=1)
    return np.ascontiguousarray(rows[np.argsort(rows[:, 0], kind="stable")])
