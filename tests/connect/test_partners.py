"""FixedPreNum and FixedPostNum: counts, exclusion, evenness, seeds."""

import numpy as np
import pytest

from brainpy_lab import connect
from brainpy_lab.connect.draws import Draws, subsets, successes
from brainpy_lab.errors import ModelUseError

BOTH = [connect.FixedPreNum, connect.FixedPostNum]


def sides(rule, pre_ids, post_ids):
    """(the neurons that get partners, the partners)."""
    return (post_ids, pre_ids) if rule is connect.FixedPreNum else (pre_ids, post_ids)


@pytest.mark.parametrize("rule", BOTH)
@pytest.mark.parametrize("num, expected", [(0, 0), (3, 3), (20, 20), (0.25, 5), (1.0, 20), (0.29, 5)])
def test_each_neuron_gets_that_many_different_partners(rule, num, expected):
    one, many = sides(rule, *rule(num, seed=1)(np.arange(100, 120), np.arange(50, 70)))
    low = (50, 100) if rule is connect.FixedPreNum else (100, 50)
    assert (np.bincount(one - low[0], minlength=20) == expected).all()
    assert len(set(zip(one.tolist(), many.tolist()))) == len(one)
    assert not len(many) or (many.min() >= low[1] and many.max() < low[1] + 20)


@pytest.mark.parametrize("rule", BOTH)
@pytest.mark.parametrize("num", [2, 7, 9])
def test_without_self_no_neuron_meets_its_own_index(rule, num):
    pre_ids, post_ids = rule(num, include_self=False, seed=2)(np.arange(10), np.arange(10)[::-1])
    assert (pre_ids != post_ids).all() and len(pre_ids) == 10 * num


def test_a_share_forgives_rounding():
    # 0.29 * 100 is 28.999999999999996.
    assert len(connect.FixedPostNum(0.29, seed=1)(1, 100)[0]) == 29


@pytest.mark.parametrize("rule", BOTH)
def test_edges_are_sorted_by_the_neuron_before_and_then_after(rule):
    pre_ids, post_ids = rule(7, seed=3)(30, 40)
    assert (np.diff(pre_ids * 40 + post_ids) > 0).all()


@pytest.mark.parametrize("rule", BOTH)
def test_more_partners_than_neurons_is_refused(rule):
    with pytest.raises(ModelUseError, match='"num" = 4 different neurons .* there are 3'):
        rule(4, include_self=False)(4, 4)


@pytest.mark.parametrize("num", [-1, 1.5, "3", True, None])
def test_a_number_of_partners_is_an_int_or_a_share(num):
    with pytest.raises(ModelUseError, match='"num" must be a number of neurons'):
        connect.FixedPreNum(num)


@pytest.mark.parametrize("num", [2, 4])
def test_every_subset_is_equally_likely(num):
    # 5 numbers: 10 subsets of 2 (by redrawing) and 5 of 4 (by order); five standard errors of a binomial.
    n = 20_000
    found = subsets(np.full(n, 5), num, Draws(7))
    kinds, counts = np.unique(found, axis=0, return_counts=True)
    expected = {2: 10, 4: 5}[num]
    p = 1 / expected
    assert len(kinds) == expected and np.abs(counts - n * p).max() < 5 * np.sqrt(n * p * (1 - p))


def test_gaps_are_geometric():
    chosen = successes(2_000_000, 0.1, Draws(5))
    gaps = np.diff(chosen)
    for k in (1, 2, 10):
        p = 0.1 * 0.9 ** (k - 1)
        assert abs((gaps == k).mean() - p) < 5 * np.sqrt(p * (1 - p) / len(gaps))


def test_a_seed_gives_these_very_edges_everywhere():
    # The first raw bits of PCG64(12345) are fixed by NumPy's policy; the rest is exact arithmetic on them.
    assert Draws(12345).uniform(2).tolist() == [0.22733602246716966, 0.31675833970975287]
    assert connect.FixedPostNum(2, seed=12345)(2, 4)[1].tolist() == sorted([0, 1]) + sorted([3, 2])


def test_without_a_seed_numpy_decides():
    np.random.seed(5)
    first, second = (connect.FixedPreNum(3)(9, 9)[0].tolist() for _ in range(2))
    np.random.seed(5)
    assert connect.FixedPreNum(3)(9, 9)[0].tolist() == first != second


@pytest.mark.parametrize("seed", [-1, 1.0, "a", True])
def test_a_seed_is_a_natural_number(seed):
    with pytest.raises(ModelUseError, match='"seed" must be a whole number'):
        connect.FixedPostNum(1, seed=seed)
