"""Connections that are there already."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import connect
from brainpy_lab.errors import ModelUseError

MAT = np.array([[0.0, -2.0, 0.0], [1.0, 0.0, 3.0]])


class SciPyLike:
    """The part of a sparse matrix of SciPy that is used: rows of (1: -2), (0: 0, 0: 1, 2: 3)."""

    shape, indices, indptr, data = (2, 3), np.array([1, 0, 0, 2], np.int32), np.array([0, 1, 4]), None

    def tocsr(self):
        return self

    copy = tocsr

    def sum_duplicates(self):
        self.indices, self.indptr = np.array([1, 0, 2], np.int32), np.array([0, 1, 3])

    def eliminate_zeros(self):
        pass


@pytest.mark.parametrize(
    "conn",
    [
        connect.MatConn(MAT),
        connect.MatConn(MAT != 0),
        connect.SparseMatConn(SciPyLike()),
        connect.IJConn([0, 1, 1], [1, 0, 2]),
        connect.CSRConn([1, 0, 2], [0, 1, 3]),
    ],
    ids=lambda conn: type(conn).__name__,
)
def test_it_connects_what_was_given(conn):
    # The matrix says how large the groups are; so do the others, up to neurons without synapses.
    assert conn.require("conn_mat").tolist() == [[False, True, False], [True, False, True]]
    assert conn(2, (3, 1)).require("coo")[1].tolist() == [1, 0, 2]
    i, j = conn(np.array([5, 7]), np.array([0, 2, 4]))
    assert (i.tolist(), j.tolist()) == ([5, 7, 7], [2, 0, 4])


def test_a_sparse_matrix_of_scipy_is_read():
    scipy = pytest.importorskip("scipy.sparse")
    for kind in (scipy.csr_matrix, scipy.coo_matrix, scipy.csc_array):
        assert np.array_equal(connect.SparseMatConn(kind(MAT)).require("conn_mat"), MAT != 0)


def test_edges_in_a_list_keep_their_order_and_may_repeat():
    conn = connect.IJConn([2, 0, 2], [0, 1, 0], pre=4, post=2)
    assert conn.require("pre_ids").tolist() == [2, 0, 2] and conn.require("csr")[1].tolist() == [0, 1, 1, 3, 3]
    assert conn.require("pre2syn")[0].tolist() == [1, 0, 2]


def test_a_synapse_of_groups_takes_them():
    cell = bp.models.get_LIF()
    syn = bp.SynConn(bp.models.get_exponential(), bp.NeuGroup(cell, 2), bp.NeuGroup(cell, 3), conn=connect.MatConn(MAT))
    assert syn.pre_ids.tolist() == [0, 1, 1] and syn.post_ids.tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    "use, message",
    [
        (lambda: connect.MatConn(MAT)(2, 4), "connection of 3 neurons after, but the group has 4"),
        (lambda: connect.MatConn(MAT, pre=3, post=3), "connection of 2 neurons before, but the group has 3"),
        (lambda: connect.MatConn([1, 2]), r'"conn_mat" must be a matrix .* shape \(2,\)'),
        (lambda: connect.IJConn([0, 5], [1, 1])(5, 5), "at least 6 neurons before, but the group has 5"),
        (lambda: connect.IJConn([0], [1, 1]), '"i" has 1 entries, but "j" has 2'),
        (lambda: connect.IJConn([0.5], [1]), '"i" must be indices of neurons, ints'),
        (lambda: connect.IJConn([-1], [1]), '"i" must be indices of neurons, ints'),
        (lambda: connect.CSRConn([1, 0], [0, 1]), '"inptr" must be rising from 0 to the number of "indices", 2'),
        (lambda: connect.SparseMatConn(MAT), "must be a sparse matrix of SciPy, but got array"),
    ],
)
def test_mistakes_are_named(use, message):
    with pytest.raises(ModelUseError, match=message):
        use()
