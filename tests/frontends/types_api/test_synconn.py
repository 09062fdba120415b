"""`SynConn`: which neurons are joined, and what is refused."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError, TypeMismatchError


@pytest.fixture
def groups(counter):
    return bp.NeuGroup(counter, 4), bp.NeuGroup(counter, 3)


def test_a_matrix_connects_where_it_is_positive(copier, groups):
    mat = np.zeros((4, 3))
    mat[0, 2] = mat[3, 0] = 0.5
    syn = bp.SynConn(copier, *groups, conn=mat)
    assert (syn.pre_ids.tolist(), syn.post_ids.tolist(), syn.num) == ([0, 3], [2, 0], 2)
    assert syn.ST["s"].shape == (2,)


def test_a_matrix_of_another_shape_is_refused(copier, groups):
    with pytest.raises(ModelUseError, match='The shape of "conn" must be \\(4, 3\\)'):
        bp.SynConn(copier, *groups, conn=np.ones((3, 4)))


def test_a_dict_speaks_of_the_groups_that_are_given(copier, groups):
    pre, post = groups
    syn = bp.SynConn(copier, pre[2:], post[1:], conn={"i": [0, 1], "j": [1, 0]})
    assert (syn.pre_ids.tolist(), syn.post_ids.tolist()) == ([2, 3], [2, 1])
    with pytest.raises(ModelUseError, match='"i" of "conn" must lie in 0..1'):
        bp.SynConn(copier, pre[2:], post, conn={"i": [2], "j": [0]})
    with pytest.raises(ModelUseError, match='must have "i" and "j"'):
        bp.SynConn(copier, pre, post, conn={"pre": [0]})
    with pytest.raises(ModelUseError, match="makes no synapse"):
        bp.SynConn(copier, pre, post, conn={"i": [], "j": []})


def test_connectors_use_indices_of_the_whole_groups(copier, groups):
    pre, post = groups
    syn = bp.SynConn(copier, pre[2:], post[:1], conn=bp.connect.All2All())
    assert (syn.pre_ids.tolist(), syn.post_ids.tolist()) == ([2, 3], [0, 0])
    assert syn.pre is pre.ST and syn.post is post.ST


def test_parts_of_sheets_can_be_joined(copier, counter):
    sheet = bp.NeuGroup(counter, (10, 10))
    syn = bp.SynConn(copier, sheet[:5, :5], sheet, conn=bp.connect.All2All())
    assert syn.num == 25 * 100 and set(syn.pre_ids) == set(sheet.indices[:5, :5].ravel())


@pytest.mark.parametrize(
    "conn, message", [(None, 'not "conn"'), ("all", "must be a Connector"), (np.zeros((4, 3)), "no synapse")]
)
def test_a_connection_that_connects_nothing_is_refused(copier, groups, conn, message):
    with pytest.raises(ModelUseError, match=message):
        bp.SynConn(copier, *groups, conn=conn)


def test_both_groups_are_needed(copier, groups):
    with pytest.raises(ModelUseError, match="pre_group"):
        bp.SynConn(copier)
    with pytest.raises(ModelUseError, match="post_group"):
        bp.SynConn(copier, groups[0])


def test_a_stated_number_must_agree(copier, groups):
    bp.SynConn(copier, *groups, conn=bp.connect.All2All(), num=12)
    with pytest.raises(ModelUseError, match='"num" is 11'):
        bp.SynConn(copier, *groups, conn=bp.connect.All2All(), num=11)


def test_other_forms_of_the_connection_are_made_from_the_edges(copier, groups):
    syn = bp.SynConn(copier, *groups, conn={"i": [0, 0, 3], "j": [2, 1, 2]})
    assert [ids.tolist() for ids in syn.pre2syn] == [[0, 1], [], [], [2]]
    assert [ids.tolist() for ids in syn.post2syn] == [[], [1], [0, 2]]
    assert [ids.tolist() for ids in syn.pre2post] == [[2, 1], [], [], [2]]
    assert [ids.tolist() for ids in syn.post2pre] == [[], [0], [0, 3]]
    assert syn.pre_slice_syn.tolist() == [[0, 2], [2, 2], [2, 2], [2, 3]]
    assert syn.conn_mat.tolist() == [[0, 1, 1], [0, 0, 0], [0, 0, 0], [0, 0, 1]]
    with pytest.raises(ModelUseError, match="not sorted"):
        _ = syn.post_slice_syn


@pytest.mark.parametrize("delay", [-1.0, "1", True, float("nan")])
def test_a_delay_is_a_duration(copier, groups, delay):
    with pytest.raises(ModelUseError, match='"delay"') as caught:
        bp.SynConn(copier, *groups, conn=bp.connect.All2All(), delay=delay)
    assert isinstance(caught.value, ValueError)


def test_no_delay_is_a_delay_of_zero(copier, groups):
    assert bp.SynConn(copier, *groups, conn=bp.connect.All2All(), delay=None).delay == 0.0


def test_a_field_that_the_neurons_lack_is_named_with_both_groups(copier, leak, counter):
    pre, post = bp.NeuGroup(leak, 2, name="source"), bp.NeuGroup(counter, 2, name="target")
    with pytest.raises(TypeMismatchError, match='pre\\["x"\\].*source.*target'):
        bp.SynConn(copier, pre, post, conn=bp.connect.One2One())


def test_an_input_cannot_reach_a_cell_that_takes_none(copier, counter):
    quiet = bp.neuron("dv/dt = -v", "Quiet")
    with pytest.raises(TypeMismatchError, match="Quiet takes no input: write 'input I = ...'"):
        bp.SynConn(copier, bp.NeuGroup(counter, 2), bp.NeuGroup(quiet, 2), conn=bp.connect.One2One())


@pytest.mark.parametrize(
    "i, j, layout",
    [
        ([0, 0, 2], [2, 1, 2], "rows"),
        ([0, 2, 1], [0, 0, 0], "list"),
        (np.repeat([0, 1], 8), np.tile(np.arange(8), 2), "runs"),
        (np.repeat([0, 1], 7), np.tile(np.arange(7), 2), "rows"),
    ],
)
def test_the_layout_follows_the_order_of_the_edges(copier, counter, i, j, layout):
    group = bp.NeuGroup(counter, 10)
    assert bp.SynConn(copier, group, group, conn={"i": i, "j": j}).layout == layout
