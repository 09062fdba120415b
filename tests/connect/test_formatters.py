"""The same connection in every form."""

import numpy as np
import pytest

from brainpy_lab import connect
from brainpy_lab.errors import ModelUseError

I, J = [0, 2, 0, 1], [1, 0, 0, 1]


def lists(found):
    assert all(ids.dtype.kind == "i" for ids in found)
    return [ids.tolist() for ids in found]


def test_matrix_and_edges_are_inverse_up_to_order():
    mat = connect.ij2mat(I, J, 3, 3)
    assert mat.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    assert set(zip(*(ids.tolist() for ids in connect.mat2ij(mat)))) == set(zip(I, J))


def test_lists_per_neuron_keep_the_order_of_synapses():
    assert lists(connect.pre2post(I, J, 4)) == [[1, 0], [1], [0], []]
    assert lists(connect.post2pre(I, J, 3)) == [[2, 0], [0, 1], []]
    assert lists(connect.pre2syn(I, 4)) == [[0, 2], [3], [1], []]
    assert lists(connect.post2syn(J, 3)) == [[1, 2], [0, 3], []]


def test_slices_reorder_the_synapses():
    pre, post, slices = connect.pre_slice_syn(I, J, 4)
    assert (pre.tolist(), post.tolist()) == ([0, 0, 1, 2], [1, 0, 1, 0])
    assert slices.tolist() == [[0, 2], [2, 3], [3, 4], [4, 4]]
    pre, post, slices = connect.post_slice_syn(I, J, 2)
    assert (pre.tolist(), post.tolist(), slices.tolist()) == ([2, 0, 0, 1], [0, 0, 1, 1], [[0, 2], [2, 4]])


def test_a_count_that_is_left_out_is_the_largest_index_and_one_with_a_warning():
    with pytest.warns(UserWarning, match="num_pre"):
        assert len(connect.pre2syn(I)) == 3


def test_no_synapse_gives_empty_lists():
    assert lists(connect.pre2post([], [], 2)) == [[], []]
    assert connect.pre_slice_syn([], [], 2)[2].tolist() == [[0, 0], [0, 0]]


def test_unequal_lengths_are_refused():
    with pytest.raises(ModelUseError, match='length of "i" and "j" must be the same'):
        connect.pre2post([0, 1], [0], 2)
    with pytest.raises(ModelUseError, match="2D"):
        connect.mat2ij(np.zeros(3))
