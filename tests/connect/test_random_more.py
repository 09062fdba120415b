"""Shares of neurons that connect, several synapses of a pair, a total number of synapses, near neurons."""

import numpy as np
import pytest

from brainpy_lab import connect
from brainpy_lab.errors import ModelUseError


def test_a_share_of_the_neurons_before_connects():
    n = 200
    pre, _ = connect.FixedProb(0.5, pre_ratio=0.29, seed=1)(n, n)
    assert len(set(pre.tolist())) == 58 and (np.diff(pre) >= 0).all()  # 0.29 * 200 is 57.99999999999999
    times = np.zeros(20)
    for seed in range(400):
        times[np.unique(connect.FixedProb(1.0, pre_ratio=0.3, seed=seed)(20, 1)[0])] += 1
    assert np.abs(times - 120).max() < 5 * np.sqrt(400 * 0.3 * 0.7)


def test_several_synapses_of_a_pair_are_as_many_on_average():
    n, prob = 300, 0.2
    pre, post = connect.FixedProb(prob, allow_multi_conn=True, seed=1)(n, n)
    # The number is binomial; a given pair then has about a Poisson number of synapses.
    assert abs(pre.size - prob * n * n) < 5 * np.sqrt(n * n * prob * (1 - prob))
    counts = np.zeros((n, n))
    np.add.at(counts, (pre, post), 1)
    expected = n * n * np.exp(-prob)  # pairs without one; 1/n of row-wise binomial correction
    assert counts.max() > 1 and abs((counts == 0).sum() - expected) < 5 * np.sqrt(expected * (1 - np.exp(-prob))) + n
    assert (np.diff(pre * n + post) >= 0).all()


def test_positional_arguments_follow_both_releases():
    assert connect.SmallWorld(4, 0.1, False, 7).seed == connect.SmallWorld(4, 0.1, False, False, 7).seed == 7
    older = connect.FixedProb(0.3, False, 7)
    assert (older.pre_ratio, older.include_self, older.seed) == (1.0, False, 7)
    assert connect.FixedProb(0.3, True, seed=7).seed == 7 and connect.FixedProb(0.3, True).seed is None
    newer = connect.FixedProb(0.3, 0.5, False, True, 7)
    assert (newer.pre_ratio, newer.include_self, newer.allow_multi_conn, newer.seed) == (0.5, False, True, 7)
    for rule in (connect.FixedPreNum, connect.FixedPostNum):
        assert (rule(3, True, 7).seed, rule(3, True, 7).allow_multi_conn) == (7, False)
        assert (rule(3, True, True, 7).seed, rule(3, True, True, 7).allow_multi_conn) == (7, True)


@pytest.mark.parametrize("rule", [connect.FixedPreNum, connect.FixedPostNum])
def test_partners_may_repeat_where_it_is_allowed(rule):
    i, j = rule(30, include_self=False, allow_multi_conn=True, seed=1)(10, 10)
    own, other = (j, i) if rule is connect.FixedPreNum else (i, j)
    assert np.bincount(own).tolist() == [30] * 10 and not (own == other).any()
    # Each of nine partners has 30/9 on average.
    counts = np.zeros((10, 10))
    np.add.at(counts, (own, other), 1)
    assert abs(counts[:, :5].sum() - 300 * 41 / 90 - 0) < 5 * np.sqrt(300 * 0.25) and counts.max() > 5


@pytest.mark.parametrize("include_self", [True, False])
@pytest.mark.parametrize("num", [0, 1, 7, 15, 30])
def test_a_total_number_is_met_by_different_pairs(num, include_self):
    i, j = connect.FixedTotalNum(num, include_self=include_self, seed=3)(6, 6)
    assert i.size == num and len(set(zip(i.tolist(), j.tolist()))) == num
    assert (np.diff(i * 6 + j) > 0).all() and (include_self or not (i == j).any())


def test_every_pair_is_equally_likely_in_a_total_number():
    times = np.zeros((4, 5))
    for seed in range(600):
        for num in (4, 12):  # drawn, and drawn by what is left out
            np.add.at(times, tuple(connect.FixedTotalNum(num, include_self=False, seed=seed)(4, 5)), 1)
    assert np.diag(times[:, :4]).max() == 0
    others = times[~np.eye(4, 5, dtype=bool)]  # 16 of them
    variance = 600 * (4 / 16 * 12 / 16 + 12 / 16 * 4 / 16)
    assert np.abs(others - 600).max() < 5 * np.sqrt(variance)


def test_a_total_number_may_be_a_share_or_repeat_pairs():
    assert connect.FixedTotalNum(0.29, seed=1)(10, 10)[0].size == 29
    i, j = connect.FixedTotalNum(50, allow_multi_conn=True, seed=1)(2, 3)
    assert i.size == 50 and len(set(zip(i.tolist(), j.tolist()))) == 6


def test_near_neurons_are_connected_with_a_probability():
    i, j = connect.ProbDist(dist=1.5, prob=1.0, include_self=False)((5, 6))
    away = np.hypot(i // 6 - j // 6, i % 6 - j % 6)
    assert i.size == 2 * (5 * 5 + 4 * 6 + 2 * 4 * 5) and away.max() == np.sqrt(2.0)  # along, across, both diagonals
    on_a_line, _ = connect.ProbDist(dist=2, prob=1.0)(5)
    assert np.bincount(on_a_line).tolist() == [3, 4, 5, 4, 3]
    many, _ = connect.ProbDist(dist=2, prob=0.3, seed=1)(20_000)
    assert abs(many.size - 0.3 * (5 * 20_000 - 6)) < 5 * np.sqrt(0.21 * 100_000)
    assert connect.ProbDist(dist=1000)((3, 4))[0].size == 12 * 12
    assert len(set(connect.ProbDist(dist=2, pre_ratio=0.5, seed=1)(10)[0].tolist())) == 5


@pytest.mark.parametrize(
    "use, message",
    [
        (lambda: connect.FixedProb(0.1, pre_ratio=2.0), '"pre_ratio" must be a number from 0 to 1'),
        (lambda: connect.FixedProb(0.1, allow_multi_conn=3), '"allow_multi_conn" must be True or False'),
        (lambda: connect.FixedPreNum(1, False, True)(1), "cannot give each neuron"),
        (lambda: connect.FixedTotalNum(5)(2, 2), 'cannot make "num" = 5 synapses: there are 4 pairs'),
        (lambda: connect.FixedTotalNum(1, True, False)(1), "there are 0 pairs. Choose a smaller number.$"),
        (lambda: connect.FixedTotalNum(-1), '"num" must be a number of neurons'),
        (lambda: connect.ProbDist(dist=-1), '"dist" must be a number of neurons, 0 or more'),
        (lambda: connect.ProbDist()(3, 4), "need the same geometry"),
    ],
)
def test_mistakes_are_named(use, message):
    with pytest.raises(ModelUseError, match=message):
        use()
