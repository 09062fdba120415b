"""Who is connected: order, indices, statistics, seeds."""

import time

import numpy as np
import pytest

from brainpy_lab import connect
from brainpy_lab.errors import ModelUseError


def edges(connector, pre, post):
    return [tuple(pair) for pair in np.transpose(connector(pre, post)).tolist()]


def test_one2one_joins_equal_positions():
    conn = connect.One2One()
    assert edges(conn, np.array([3, 4]), np.array([0, 9])) == [(3, 0), (4, 9)]
    assert conn.pre_ids.tolist() == [3, 4] and conn.post_ids.tolist() == [0, 9]
    with pytest.raises(ModelUseError, match="same size, but we got 2 != 3"):
        conn(2, 3)


def test_all2all_goes_row_by_row_over_the_indices_given():
    assert edges(connect.All2All(), np.array([5, 7]), np.array([[1, 2], [3, 4]])) == [
        (i, j) for i in (5, 7) for j in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize("n_pre, n_post", [(3, 3), (2, 4), (4, 2), (1, 1)])
def test_all2all_without_self_drops_equal_positions(n_pre, n_post):
    expected = [(i, j) for i in range(n_pre) for j in range(n_post) if i != j]
    assert edges(connect.All2All(include_self=False), n_pre, n_post) == expected


@pytest.mark.parametrize("prob", [0.0, 1.0])
def test_fixed_prob_at_its_ends(prob):
    assert len(edges(connect.FixedProb(prob), 4, 5)) == 20 * prob


@pytest.mark.parametrize("prob", [-0.1, 1.1, float("nan")])
def test_a_probability_lies_between_0_and_1(prob):
    with pytest.raises(ModelUseError, match="from 0 to 1"):
        connect.FixedProb(prob)


def test_fixed_prob_gives_pairs_once_in_row_major_order():
    pre, post = connect.FixedProb(0.3, seed=1)(np.arange(10, 60), np.arange(40))
    key = (pre - 10) * 40 + post
    assert (np.diff(key) > 0).all() and key.min() >= 0 and key.max() < 2000


def test_fixed_prob_connects_every_pair_with_the_same_probability():
    n, prob = 400, 0.1
    pre, post = connect.FixedProb(prob, seed=2)(n, n)
    # Five standard errors of a binomial; each row and each column too (800 of them), and the last pair is reachable.
    assert abs(len(pre) - prob * n * n) < 5 * np.sqrt(n * n * prob * (1 - prob))
    for ids in (pre, post):
        assert np.abs(np.bincount(ids, minlength=n) - prob * n).max() < 5 * np.sqrt(n * prob * (1 - prob))
    last = [connect.FixedProb(0.5, seed=seed)(2, 2) for seed in range(64)]
    assert 16 < sum((1, 1) in list(zip(*pair)) for pair in last) < 48


def test_a_seed_repeats_and_without_one_numpy_decides():
    assert edges(connect.FixedProb(0.2, seed=3), 20, 20) == edges(connect.FixedProb(0.2, seed=3), 20, 20)
    np.random.seed(5)
    first, second = (edges(connect.FixedProb(0.2), 20, 20) for _ in range(2))
    np.random.seed(5)
    assert edges(connect.FixedProb(0.2), 20, 20) == first != second


def test_fixed_prob_without_self():
    conn = connect.FixedProb(0.9, include_self=False, seed=1)
    assert all(i != j for i, j in edges(conn, np.arange(5, 15), np.arange(20)))


def test_a_million_edges_take_well_under_a_second():
    start = time.perf_counter()
    pre, _ = connect.FixedProb(0.01, seed=1)(10_000, 10_000)
    assert len(pre) > 900_000 and time.perf_counter() - start < 1.0


def test_indices_must_be_ints():
    with pytest.raises(ModelUseError, match="must be indices of neurons, ints"):
        connect.All2All()(np.zeros(3), 3)
