"""What a connector keeps and makes besides its edges."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import connect
from brainpy_lab.errors import ModelUseError


class Pairs(connect.Connector):
    """A rule of a user's own."""

    def connect(self, pre, post):
        return np.array([2, 0, 1, 0]), np.array([0, 1, 1, 0]), [1.0, 2.0, 3.0, 4.0]


def test_a_rule_of_ones_own_returns_and_keeps_its_edges():
    conn = Pairs()
    pre_ids, post_ids, weights = conn(3, 2)
    assert conn.pre_ids is pre_ids and conn.weights is weights and (conn.num_pre, conn.num_post) == (3, 2)
    assert conn.conn_mat.tolist() == [[1, 1], [0, 1], [1, 0]]


def test_required_forms_are_made_by_the_call():
    conn = Pairs()
    conn.set_requires(["pre2syn", "post2pre", "pre_slice_syn"])
    conn(3, 2)
    assert conn.pre_ids.tolist() == [0, 0, 1, 2] and conn.weights.tolist() == [2.0, 4.0, 3.0, 1.0]
    assert conn.pre_slice_syn.tolist() == [[0, 2], [2, 3], [3, 4]]
    assert [ids.tolist() for ids in conn.pre2syn] == [[0, 1], [2], [3]]
    assert [ids.tolist() for ids in conn.post2pre] == [[0, 2], [0, 1]]


def test_every_form_can_be_made_later():
    conn = Pairs()
    conn(3, 2)
    for name in connect.base.REQUIRES:
        getattr(conn, f"make_{name}")()
    assert [ids.tolist() for ids in conn.pre2post] == [[0, 1], [1], [0]]
    assert [ids.tolist() for ids in conn.post2syn] == [[0, 1], [2, 3]] or conn.post_slice_syn.tolist() == [
        [0, 2],
        [2, 4],
    ]


def test_a_stated_size_counts_neurons_without_synapses():
    conn = Pairs()
    conn.set_size(5, 4)
    conn(3, 2)
    assert conn.conn_mat.shape == (5, 4)


@pytest.mark.parametrize(
    "use, message",
    [
        (lambda c: c.set_size(0, 3), '"num_pre" must be a whole number of neurons, 1 or more'),
        (lambda c: c.set_requires(["nothing"]), "Unknown form 'nothing'"),
        (lambda c: c.set_requires(3), '"syn_requires" must be a list'),
        (lambda c: c.set_requires(["pre_slice_syn", "post_slice_syn"]), "at once"),
        (lambda c: c.make_pre2post(), "has connected nothing yet"),
        (lambda c: c((2, 2, 2)), r"\(height, width\)"),
        (lambda c: c([-1, 2], 3), "has -1 at 0. Leave that one out"),
        (lambda c: c(np.zeros((1, 1, 1), int), 3), r"Its shape is \(1, 1, 1\): give a list"),
    ],
)
def test_mistakes_are_named(use, message):
    with pytest.raises(ModelUseError, match=message):
        use(Pairs())


def test_a_list_is_indices_and_a_tuple_is_a_sheet():
    assert connect.one2one([4, 5])[0].tolist() == [4, 5]
    assert len(connect.one2one((4, 5))[0]) == 20


@pytest.mark.parametrize(
    "conn",
    [
        connect.All2All(),
        connect.FixedProb(0.5, seed=1),
        connect.FixedPreNum(2, seed=1),
        connect.FixedPostNum(2, seed=1),
        connect.GridFour(),
        connect.GridN(1),
        connect.GaussianProb(1.0, seed=1),
        connect.GaussianWeight(1.0, 1.0),
        connect.DOG([0.1, 0.2], [1.0, 0.5]),
        connect.SmallWorld(2, 0.5, seed=1),
        connect.ScaleFree(1, seed=1),
        connect.One2One(),
    ],
    ids=lambda conn: type(conn).__name__,
)
def test_parts_of_groups_are_connected_by_their_absolute_indices(conn):
    cell = bp.models.get_LIF()
    a, b = bp.NeuGroup(cell, (6, 6)), bp.NeuGroup(cell, (6, 6))
    syn = bp.SynConn(bp.models.get_exponential(), a[2:5, 1:4], b[3:6, 3:6], conn=conn)
    assert set(syn.pre_ids) <= set(a[2:5, 1:4].indices.reshape(-1))
    assert set(syn.post_ids) <= set(b[3:6, 3:6].indices.reshape(-1)) and syn.num > 0
    if conn.weights is not None:
        assert syn.weights.shape == (syn.num,)


@pytest.mark.parametrize(
    "use, message",
    [
        (lambda: connect.pre2syn([0.5], 3), '"i" must be indices of neurons'),
        (lambda: connect.post2syn([-1], 3), '"j" must be indices of neurons'),
        (lambda: connect.pre2post([3], [0], 2), '"num_pre" is 2, but there is a synapse of neuron 3'),
        (lambda: connect.pre2post([3], [0], "4"), '"num_pre" must be a whole number of neurons'),
    ],
)
def test_formatters_name_mistakes(use, message):
    with pytest.raises(ModelUseError, match=message):
        use()


def test_the_other_path_leads_to_the_same_things():
    from brainpy_lab.connectivity import FixedProb, pre2syn
    from brainpy_lab.visualization import line_plot

    assert FixedProb is connect.FixedProb and pre2syn is connect.pre2syn and line_plot is bp.visualize.line_plot


def test_indices_count_as_many_neurons_as_the_largest_and_one():
    conn = connect.One2One()
    conn(np.array([0, 4]), np.array([5, 0]))
    assert (conn.num_pre, conn.num_post) == (5, 6)


def test_weights_come_third_and_a_matrix_is_kept_where_pairs_are_drawn():
    sheet, line = np.arange(6).reshape(2, 3), np.arange(4)
    for conn in (connect.GaussianWeight(1.0, 1.0), connect.DOG((1.0, 2.0), (1.0, 0.5))):
        pre_ids, post_ids, weights = conn(sheet, sheet)
        assert len(pre_ids) == len(post_ids) == len(weights) > 0 and conn.weights is weights
    drawn = connect.FixedProb(0.5, seed=1)
    pre_ids, post_ids = drawn(line, line)
    assert np.array_equal(np.argwhere(drawn.conn_mat), np.transpose([pre_ids, post_ids]))


def test_a_rule_may_set_the_matrix_and_every_rule_gives_each_form_by_its_method():
    rule = connect.One2One(pre=2, post=3)
    rule.conn_mat = np.ones((2, 3))
    assert np.array_equal(rule.conn_mat, np.ones((2, 3)))
    rule = connect.One2One(pre=2, post=2)
    indices, indptr = rule.build_csr()
    assert indices.tolist() == [0, 1] and indptr.tolist() == [0, 1, 2]
    assert np.array_equal(rule.build_mat(), np.eye(2, dtype=bool)) and rule.build_coo()[0].tolist() == [0, 1]


def test_a_rule_that_says_nothing_is_told_what_to_write():
    with pytest.raises(NotImplementedError, match="Silent has no method connect"):
        type("Silent", (connect.Connector,), {})()(3)


def test_no_neurons_have_no_pairs_in_space():
    pre_ids, post_ids = connect.GaussianProb(1.0, seed=1)(np.zeros((0, 2), int), np.zeros((0, 2), int))
    assert pre_ids.size == post_ids.size == 0
