"""Connections that are there already: a matrix, a list of edges, sparse rows."""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..errors import ModelUseError, ModelValueError
from .base import Connector


class _Given(Connector):
    """Edges by positions in the two groups, ``self.rows`` and ``self.columns``, and the least sizes of the groups."""

    rows: np.ndarray
    columns: np.ndarray
    exact = False  # whether the sizes must be these, or may be larger

    def _keep(self, rows, columns, n_pre: int, n_post: int) -> None:
        self.rows, self.columns = rows, columns
        self._set_sizes(n_pre, n_post)
        self._least = n_pre, n_post

    def _set_sizes(self, pre, post) -> None:
        super()._set_sizes(pre, post)
        if hasattr(self, "_least"):  # sizes that a person gave
            self._check(math.prod(self.pre_size), math.prod(self.post_size))

    def connect(self, pre, post):
        self._check(pre.size, post.size)
        return pre[self.rows], post[self.columns]

    def _check(self, *sizes: int) -> None:
        for role, found, least in zip(("before", "after"), sizes, self._least):
            if found < least or self.exact and found != least:
                raise ModelUseError(
                    f"{type(self).__name__} was given the connection of {'' if self.exact else 'at least '}{least} "
                    f"neurons {role}, but the group has {found}. Give the connection of these groups."
                )


class MatConn(_Given):
    """The pairs whose entry in a matrix is True, or is not 0.

    Parameters
    ----------
    conn_mat : array of bool or numbers, shape (n_pre, n_post)
    """

    exact = True

    def __init__(self, conn_mat):
        conn_mat = matrix("conn_mat", conn_mat)
        self._keep(*np.nonzero(conn_mat), *conn_mat.shape)


class SparseMatConn(_Given):
    """The pairs that a sparse matrix holds and that are not 0 there.

    Parameters
    ----------
    csr_mat : sparse matrix or array of SciPy, shape (n_pre, n_post)
        In any format; values given twice for a pair are added.
    """

    exact = True

    def __init__(self, csr_mat):
        if not hasattr(csr_mat, "tocsr"):
            cure = "Give a dense one to MatConn, and (indices, indptr) to CSRConn."
            raise checks.wrong("csr_mat", csr_mat, "a sparse matrix of SciPy", cure, ModelUseError)
        matrix = csr_mat.tocsr().copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        self._keep(rows, matrix.indices.astype(np.int64), *matrix.shape)


class IJConn(_Given):
    """Synapses in a list: the k-th from neuron ``i[k]`` to neuron ``j[k]``, in this order.

    Parameters
    ----------
    i, j : array of int, shape (n_synapses,)
        A pair may be there several times.
    """

    def __init__(self, i, j):
        i, j = _indices("i", i), _indices("j", j)
        if i.size != j.size:
            raise ModelUseError(f'"i" has {i.size} entries, but "j" has {j.size}: give a neuron at both ends.')
        self._keep(i, j, _extent(i), _extent(j))


class CSRConn(_Given):
    """Sparse rows: neuron i is connected to ``indices[indptr[i]:indptr[i + 1]]``.

    Parameters
    ----------
    indices : array of int, shape (n_synapses,)
    inptr : array of int, shape (n_pre + 1,)
    """

    def __init__(self, indices, inptr):
        indices, inptr = _indices("indices", indices), _indices("inptr", inptr)
        if inptr.size == 0 or inptr[0] != 0 or inptr[-1] != indices.size or np.any(np.diff(inptr) < 0):
            what = f'rising from 0 to the number of "indices", {indices.size}, with one entry more than neurons before'
            cure = "Give the starts of the rows, and their end."
            raise checks.wrong("inptr", inptr.tolist(), what, cure, ModelUseError)
        rows = np.repeat(np.arange(inptr.size - 1), np.diff(inptr))
        self._keep(rows, indices, inptr.size - 1, _extent(indices))


def matrix(name: str, value) -> np.ndarray:
    """A matrix of truth values or numbers, without NaN."""
    what = "a matrix of shape (n_pre, n_post)"
    try:
        found = np.asarray(value)
    except ValueError:  # rows of different lengths
        raise checks.wrong(name, value, what, "Give rows of one length.") from None
    if found.ndim != 2 or found.dtype.kind not in "biuf":
        cure = f"It is {found.dtype} of shape {found.shape}: give one row for each neuron before."
        raise checks.wrong(name, value, what, cure)
    if np.isnan(found).any():
        place = np.argwhere(np.isnan(found))[0].tolist()
        raise ModelValueError(f'"{name}" must be {what}, but has nan at {place}. Give 0 where there is no synapse.')
    return found


def _indices(name: str, ids) -> np.ndarray:
    if isinstance(ids, dict) or ids is None:
        raise checks.wrong(name, ids, "a list of ints, 0 or more", "Write [0, 1], say.", ModelUseError)
    return checks.indices(name, ids)


def _extent(ids: np.ndarray) -> int:
    return int(ids.max()) + 1 if ids.size else 0
