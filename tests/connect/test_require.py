"""Whole groups by their sizes, and the forms of `require`."""

import inspect

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import connect
from brainpy_lab.connect.structures import STRUCTURES
from brainpy_lab.errors import ModelKeyError, ModelUseError

RULES = [
    connect.One2One(),
    connect.All2All(include_self=False),
    connect.FixedProb(0.3, seed=1),
    connect.FixedProb(0.5, allow_multi_conn=True, seed=1),
    connect.FixedPreNum(3, seed=1),
    connect.FixedPostNum(3, seed=1),
    connect.FixedTotalNum(11, seed=1),
    connect.GridFour(periodic_boundary=True),
    connect.GridEight(),
    connect.GridN(2, periodic_boundary=True),
    connect.GaussianProb(0.3, seed=1),
    connect.GaussianWeight(0.3, 1.0),
    connect.DOG([0.1, 0.2], [1.0, 0.5]),
    connect.ProbDist(2.0, 0.5, seed=1),
    connect.SmallWorld(4, 0.3, seed=1),
    connect.ScaleFreeBA(2, seed=1),
    connect.ScaleFreeBADual(2, 1, 0.5, seed=1),
    connect.PowerLaw(2, 0.5, seed=1),
    connect.MatConn(np.eye(12)),
    connect.IJConn([3, 0, 3], [1, 2, 1]),
    connect.CSRConn([1, 2, 3], [0, 2] + [3] * 11),
]


def name_of(rule):
    return type(rule).__name__


def test_conn_is_another_name_of_connect():
    assert bp.conn is bp.connect and bp.conn.TwoEndConnector is connect.Connector


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_all_forms_are_those_of_one_draw(rule):
    assert rule((3, 4), (3, 4)) is rule
    assert (rule.pre_size, rule.post_size, rule.pre_num, rule.post_num) == ((3, 4), (3, 4), 12, 12)
    found = dict(zip(STRUCTURES, rule.require(*STRUCTURES)))
    i, j = found["coo"]
    assert found["pre_ids"] is i and found["post_ids"] is j and i.size > 0
    assert found["conn_mat"].dtype == bool and set(zip(*np.nonzero(found["conn_mat"]))) == set(zip(i, j))
    for forms, keys, others in ((("csr", "pre2post"), i, j), (("csc", "post2pre"), j, i)):
        for form in forms:
            indices, indptr = found[form]
            assert indptr.shape == (13,) and indices.size == i.size == indptr[-1]
            for neuron in range(12):
                assert indices[indptr[neuron] : indptr[neuron + 1]].tolist() == others[keys == neuron].tolist()
    for form, keys in (("pre2syn", i), ("post2syn", j)):
        synapses, indptr = found[form]
        assert sorted(synapses) == list(range(i.size)) and indptr.shape == (13,)
        assert all((keys[synapses[indptr[k] : indptr[k + 1]]] == k).all() for k in range(12))


@pytest.mark.parametrize("rule", [rule for rule in RULES if not isinstance(rule, connect.IJConn)], ids=name_of)
def test_synapses_are_sorted_by_the_neuron_before(rule):
    i, j = rule((3, 4), (3, 4)).require("coo")
    assert (np.diff(i) >= 0).all()
    assert np.array_equal(rule.require("csr")[0], j) and rule.require("pre2syn")[0].tolist() == list(range(i.size))


def test_every_rule_shows_that_it_takes_sizes():
    assert list(inspect.signature(connect.GridN).parameters) == [
        *["n", "include_self", "periodic_boundary"],
        *["pre", "post"],
    ]
    assert str(inspect.signature(connect.One2One)) == "(*, pre=None, post=None)"


def test_a_connector_made_with_sizes_draws_when_it_is_asked_and_once():
    conn = connect.FixedProb(0.3, pre=20, post=(3, 5))
    assert (conn.pre_num, conn.post_num, conn.post_size) == (20, 15, (3, 5)) and conn.pre_ids is None
    np.random.seed(1)
    first = conn.require("conn_mat")
    assert first.shape == (20, 15) and np.array_equal(conn.require("conn_mat"), first)
    conn.reset()
    assert not np.array_equal(conn.require("conn_mat"), first)
    assert not np.array_equal(conn(20, 15).require("conn_mat"), first)
    np.random.seed(1)
    assert np.array_equal(connect.FixedProb(0.3, pre=20, post=15).require("conn_mat"), first)


def test_one_size_connects_a_group_with_itself():
    assert connect.GridFour(pre=(4, 5)).require("conn_mat").shape == (20, 20)
    assert connect.All2All()(3).require("pre_ids").size == 9


def test_sizes_may_be_named_and_lists():
    conn = connect.All2All()
    assert conn(pre_size=[2, 3], post_size=4) is conn and conn.require("conn_mat").shape == (6, 4)


def test_a_call_by_sizes_can_be_unpacked_like_one_by_indices():
    i, j = connect.FixedProb(0.5, seed=1)(4, 5)
    by_indices = connect.FixedProb(0.5, seed=1)(np.arange(4), np.arange(5))
    assert isinstance(by_indices, tuple) and np.array_equal(by_indices, (i, j))
    assert len(connect.GaussianWeight(0.3, 1.0)((3, 4))) == 3


def test_parts_of_groups_have_forms_too():
    conn = connect.One2One()
    conn(np.array([4, 2]), np.array([0, 3]))
    assert conn.require("csr")[0].tolist() == [3, 0] and conn.require("csr")[1].tolist() == [0, 0, 0, 1, 1, 2]
    assert (conn.pre_num, conn.post_num, conn.pre_size) == (5, 4, None)


@pytest.mark.parametrize(
    "build",
    [
        {"build_coo": lambda self: (np.array([0, 2]), np.array([1, 0]))},
        {"build_csr": lambda self: (np.array([1, 0]), np.array([0, 1, 1, 2]))},
        {"build_mat": lambda self: np.array([[0, 1], [0, 0], [1, 0]])},
    ],
    ids=lambda build: next(iter(build)),
)
def test_a_rule_of_ones_own_may_build_any_form(build):
    conn = type("Mine", (connect.TwoEndConnector,), build)(pre=3, post=2)
    assert conn.is_version2_style and conn.require("conn_mat").astype(int).tolist() == [[0, 1], [0, 0], [1, 0]]
    assert [part.tolist() for part in conn.build_coo()] == [[0, 2], [1, 0]]
    assert conn(np.array([5, 6, 7]), np.array([1, 9]))[0].tolist() == [5, 7]


@pytest.mark.parametrize(
    "use, error, message",
    [
        (lambda c: c(2, 3).require("csrr"), ModelKeyError, "no form 'csrr' .* choose from conn_mat, pre_ids"),
        (lambda c: c(2, 3).require(), ModelKeyError, "needs the name of a form"),
        (lambda c: c.require("csr"), ModelUseError, "does not know the groups"),
        (lambda c: c(), ModelUseError, "call it with the sizes of the two groups"),
        (lambda c: c(3, pre_size=4), ModelUseError, '"pre_size" = .* and indices'),
        (lambda c: c(pre_size=2.5), ModelUseError, '"pre_size" must be a number of neurons, .* got 2.5'),
        (lambda c: connect.All2All(pre=(2, 2, 2)), ModelUseError, '"pre" must be a number of neurons'),
        (lambda c: connect.GridN(n=1, N=2), ModelUseError, '"N" and "n" are two names'),
    ],
)
def test_mistakes_are_named(use, error, message):
    with pytest.raises(error, match=message):
        use(connect.All2All())
