"""Small worlds and scale-free graphs against the properties their papers state."""

import numpy as np
import pytest

from brainpy_lab import connect
from brainpy_lab.errors import ModelUseError


def matrix(connector, n):
    pre_ids, post_ids = connector(n)
    mat = np.zeros((n, n), int)
    np.add.at(mat, (pre_ids, post_ids), 1)
    assert mat.max(initial=0) <= 1 and np.trace(mat) == 0  # no link twice, none to oneself
    return mat


def path_length(mat):
    """Mean distance of pairs, by breadth-first search from every neuron at once."""
    n = len(mat)
    reached, total, far, step = np.eye(n, dtype=bool), 0, np.eye(n, dtype=bool), 0
    while far.any():
        total += step * far.sum()
        far = (far @ mat.astype(bool)) & ~reached
        reached |= far
        step += 1
    assert reached.all()
    return total / (n * (n - 1))


def clustering(mat):
    triangles, degree = np.diag(mat @ mat @ mat), mat.sum(axis=1)
    return np.mean(triangles / (degree * (degree - 1)))


@pytest.mark.parametrize("directed", [True, False])
def test_without_rewiring_it_is_a_ring(directed):
    mat = matrix(connect.SmallWorld(4, 0.0, directed=directed), 10)
    away = (np.arange(10) - np.arange(10)[:, None]) % 10
    assert np.array_equal(mat == 1, np.isin(away, [1, 2, 8, 9]))


@pytest.mark.parametrize("prob", [0.05, 0.5, 1.0])
def test_rewiring_keeps_the_number_of_links(prob):
    mat = matrix(connect.SmallWorld(6, prob, seed=1), 60)
    assert (mat == mat.T).all() and mat.sum() == 60 * 6
    assert mat.sum(axis=1).min() >= 3  # each neuron keeps the links that start at it
    directed = matrix(connect.SmallWorld(6, prob, directed=True, seed=1), 60)
    assert (directed.sum(axis=1) == 6).all()


def test_a_few_long_links_make_the_world_small_but_not_random():
    # Watts and Strogatz 1998, fig. 2: at p = 0.05 paths are short already, while clustering is nearly that of a ring.
    ring, small = (matrix(connect.SmallWorld(10, p, seed=3), 400) for p in (0.0, 0.05))
    assert clustering(ring) == pytest.approx(3 * (10 - 2) / (4 * (10 - 1)), rel=1e-12)  # C = 3(k-2)/(4(k-1))
    assert path_length(small) < 0.35 * path_length(ring)
    assert clustering(small) > 0.75 * clustering(ring)


def test_share_of_rewired_links_is_the_probability():
    mat = matrix(connect.SmallWorld(4, 0.3, seed=5), 2000)
    away = (np.arange(2000) - np.arange(2000)[:, None]) % 2000
    kept = mat[np.isin(away, [1, 2])].sum()
    assert abs(kept - 0.7 * 4000) < 5 * np.sqrt(4000 * 0.3 * 0.7) + 10  # a few land on a neighbour again


def test_a_complete_ring_cannot_be_rewired():
    assert matrix(connect.SmallWorld(4, 1.0, seed=1), 5).sum() == 20


def test_a_growing_graph_has_m_links_for_each_new_neuron():
    mat = matrix(connect.ScaleFree(3, seed=1), 200)
    assert (mat == mat.T).all() and mat.sum() == 2 * 3 * (200 - 3)
    directed = matrix(connect.ScaleFree(3, directed=True, seed=1), 200)
    assert (directed.sum(axis=1)[4:] == 3).all() and (directed + directed.T == mat).all()


def test_degrees_follow_the_power_law():
    # Exact for large n: P(degree >= k) = m(m+1)/(k(k+1)) (Krapivsky, Redner and Leyvraz 2000; Dorogovtsev et al. 2000).
    n, m = 20_000, 2
    pre_ids, _ = connect.ScaleFree(m, seed=2)(n)
    degree = np.bincount(pre_ids, minlength=n)
    for k in (3, 5, 10, 20):
        p = m * (m + 1) / (k * (k + 1))
        assert abs((degree >= k).mean() - p) < 6 * np.sqrt(p / n) + 2e-3
    assert degree.max() > 5 * np.sqrt(n) / 10  # hubs: the largest degree grows like sqrt(n)


@pytest.mark.parametrize("make", [connect.SmallWorld, connect.ScaleFree])
def test_seeds_and_indices(make):
    ids = np.arange(30) + 7
    first, again, other = (make(seed=seed)(ids, ids) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert min(ids.min() for ids in first) >= 7
    with pytest.raises(ModelUseError, match="one group"):
        make()(10, 11)
    with pytest.raises(ModelUseError, match="needs more than"):
        make()(2)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: connect.SmallWorld(3), '"num_neighbor" must be even'),
        (lambda: connect.SmallWorld(4, 1.5), '"prob" must be a number from 0 to 1'),
        (lambda: connect.SmallWorld(4, include_self=True), "links no neuron to itself"),
        (lambda: connect.ScaleFree(0), '"m" must be a whole number of links'),
    ],
)
def test_mistakes_are_named(make, message):
    with pytest.raises(ModelUseError, match=message):
        make()
