"""Graphs that grow: numbers of links, degrees, triangles."""

import numpy as np
import pytest

from brainpy_lab import connect
from brainpy_lab.errors import ModelUseError


def matrix(connector, n):
    mat = np.zeros((n, n), int)
    np.add.at(mat, tuple(connector(n)), 1)
    assert mat.max() <= 1 and np.trace(mat) == 0
    return mat


def test_scale_free_goes_by_its_longer_name_too():
    assert np.array_equal(matrix(connect.ScaleFreeBA(3, seed=1), 50), matrix(connect.ScaleFree(3, seed=1), 50))


def test_each_neuron_makes_one_of_two_numbers_of_links():
    mat = matrix(connect.ScaleFreeBADual(4, 1, 0.3, directed=True, seed=1), 2000)
    links = mat.sum(axis=1)[5:]
    assert set(links.tolist()) == {1, 4}
    assert abs((links == 4).sum() - 0.3 * 1995) < 5 * np.sqrt(1995 * 0.21)


@pytest.mark.parametrize("p, m1", [(1.0, 3), (0.0, 1)])
def test_with_a_certain_number_of_links_the_dual_graph_is_the_single_one(p, m1):
    dual = matrix(connect.ScaleFreeBADual(m1, 3 - 2 * (p == 0.0) + 2 * (p == 0.0), p, seed=1), 300)
    assert dual.sum() == 2 * 3 * (300 - 3)


def test_closing_triangles_keeps_degrees_and_raises_clustering():
    # Holme and Kim 2002: the degree distribution stays that of Barabasi and Albert, P(degree >= k) = m(m+1)/(k(k+1))
    # for large k; clustering rises with p.
    n, m = 1500, 3
    clustering = []
    for p in (0.0, 0.5, 1.0):
        mat = matrix(connect.PowerLaw(m, p, seed=2), n).astype(np.float32)
        degree = mat.sum(axis=1)
        assert mat.sum() == 2 * m * (n - m) and (mat == mat.T).all()
        triangles = np.einsum("ij,ij->i", mat @ mat, mat) / 2
        clustering.append(np.mean(triangles / (degree * (degree - 1) / 2)))
        # Every link that closes a triangle adds one; a few find no neighbour left, most of them early.
        assert triangles.sum() / 3 > 0.9 * p * (m - 1) * n
        for k in (2 * m, 4 * m):
            expected = m * (m + 1) / (k * (k + 1))
            assert abs((degree >= k).mean() - expected) < 5 * np.sqrt(expected / n) + 0.1 * expected
    assert clustering[0] < 0.05 < 0.2 < clustering[1] < clustering[2]


def test_without_triangles_links_prefer_neurons_with_many():
    degree = matrix(connect.PowerLaw(2, 0.0, seed=1), 3000).sum(axis=1)
    k = 10
    assert abs((degree >= k).mean() - 2 * 3 / (k * (k + 1))) < 5 * np.sqrt(6 / (k * (k + 1)) / 3000)


@pytest.mark.parametrize(
    "use, message",
    [
        (lambda: connect.PowerLaw(0, 0.5), '"m" must be a whole number of links'),
        (lambda: connect.PowerLaw(2, 1.5), '"p" must be a number from 0 to 1'),
        (lambda: connect.ScaleFreeBADual(2, 0, 0.5), '"m2" must be a whole number of links'),
        (lambda: connect.ScaleFreeBADual(5, 2, 0.5)(5), 'ScaleFreeBADual with "m" = 5 needs more'),
    ],
)
def test_mistakes_are_named(use, message):
    with pytest.raises(ModelUseError, match=message):
        use()
