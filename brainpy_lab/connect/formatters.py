"""A connection in other forms: matrix, per-neuron lists, slices.

Everywhere ``i`` and ``j`` are the neurons before and after each synapse. Counts of neurons that are left out are taken
from the largest index, with a warning, because neurons without synapses at the end cannot be known then. All indices
have the integer type of the profile.
"""

from __future__ import annotations

import warnings

import numpy as np

from .. import checks, profile
from ..errors import ModelUseError


def as_ids(array: np.ndarray) -> np.ndarray:
    """Indices in the profile's integer type, in one piece of memory; not copied when they are so already."""
    kind = np.dtype(profile.get_int_type())
    if array.size and array.dtype.itemsize > kind.itemsize and array.max() > np.iinfo(kind).max:
        raise ModelUseError(f'The index {array.max()} is too large for {kind}: call profile.set(int_type="int64").')
    return np.ascontiguousarray(array, kind)


def _pair(i, j) -> tuple[np.ndarray, np.ndarray]:
    i, j = checks.indices("i", i), checks.indices("j", j)
    if i.size != j.size:
        raise ModelUseError(
            f'The length of "i" and "j" must be the same, but got {i.size} and {j.size}: give both for every synapse.'
        )
    return as_ids(i), as_ids(j)


def _count(given, ids: np.ndarray, name: str) -> int:
    if given is not None:
        given = checks.count(name, given, "neurons", low=0)
        if ids.size and ids.max() >= given:
            raise ModelUseError(
                f'"{name}" is {given}, but there is a synapse of neuron {ids.max()}: give at least {ids.max() + 1}.'
            )
        return given
    count = int(ids.max()) + 1 if ids.size else 0
    warnings.warn(f'"{name}" is not provided, the result may not be accurate: using {count}.', stacklevel=3)
    return count


def ij2mat(i, j, num_pre=None, num_post=None) -> np.ndarray:
    """Matrix of shape (num_pre, num_post) with 1.0 where a synapse is."""
    i, j = _pair(i, j)
    mat = np.zeros((_count(num_pre, i, "num_pre"), _count(num_post, j, "num_post")))
    mat[i, j] = 1.0
    return mat


def mat2ij(conn_mat) -> tuple[np.ndarray, np.ndarray]:
    """The pairs whose entry is positive, row by row."""
    if not isinstance(conn_mat, np.ndarray) or conn_mat.ndim != 2:
        raise ModelUseError(
            f'"conn_mat" must be a 2D ndarray, but got {checks.shown(conn_mat)}. Give an array of shape '
            "(num_pre, num_post)."
        )
    i, j = np.nonzero(checks.array("conn_mat", conn_mat, "a matrix of numbers") > 0)
    return as_ids(i), as_ids(j)


def _grouped(keys: np.ndarray, values: np.ndarray, num: int) -> list[np.ndarray]:
    order = np.argsort(keys, kind="stable")  # stable: each list keeps the order of synapse ids
    ends = np.cumsum(np.bincount(keys, minlength=num))
    return np.split(values[order], ends[:-1]) if num else []


def pre2post(i, j, num_pre=None) -> list[np.ndarray]:
    """For each neuron before: the neurons after it."""
    i, j = _pair(i, j)
    return _grouped(i, j, _count(num_pre, i, "num_pre"))


def post2pre(i, j, num_post=None) -> list[np.ndarray]:
    """For each neuron after: the neurons before it."""
    i, j = _pair(i, j)
    return _grouped(j, i, _count(num_post, j, "num_post"))


def pre2syn(i, num_pre=None) -> list[np.ndarray]:
    """For each neuron before: its synapses."""
    i = as_ids(checks.indices("i", i))
    return _grouped(i, as_ids(np.arange(i.size)), _count(num_pre, i, "num_pre"))


def post2syn(j, num_post=None) -> list[np.ndarray]:
    """For each neuron after: its synapses."""
    j = as_ids(checks.indices("j", j))
    return _grouped(j, as_ids(np.arange(j.size)), _count(num_post, j, "num_post"))


def slices(sorted_ids: np.ndarray, num: int) -> np.ndarray:
    """First and last-plus-one position of each neuron in sorted indices, shape (num, 2)."""
    ends = np.cumsum(np.bincount(sorted_ids, minlength=num)[:num])
    return as_ids(np.stack([np.concatenate([[0], ends[:-1]]), ends], axis=1).astype(np.int64).reshape(num, 2))


def pre_slice_syn(i, j, num_pre=None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The synapses sorted by the neuron before, and the slice of each: (pre_ids, post_ids, slices)."""
    i, j = _pair(i, j)
    order = np.argsort(i, kind="stable")
    return i[order], j[order], slices(i[order], _count(num_pre, i, "num_pre"))


def post_slice_syn(i, j, num_post=None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The synapses sorted by the neuron after, and the slice of each: (pre_ids, post_ids, slices)."""
    i, j = _pair(i, j)
    order = np.argsort(j, kind="stable")
    return i[order], j[order], slices(j[order], _count(num_post, j, "num_post"))
