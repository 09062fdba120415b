"""Sheets whose edges meet, and neurons that stand for values."""

import numpy as np
import pytest

from brainpy_lab import connect
from brainpy_lab.errors import ModelUseError


def pairs(connector, size):
    return sorted(zip(*(ids.tolist() for ids in connector(size))))


@pytest.mark.parametrize("include_self", [False, True])
@pytest.mark.parametrize("size", [(5, 7), (4, 3), (2, 2), (1, 3), (3, 1), 5, 1])
@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_neighbours_over_the_edge(n, size, include_self):
    # n = 0 stands for the four nearest. Every neuron within reach, each once: by brute force over all pairs.
    height, width = size if isinstance(size, tuple) else (size, 1)
    row, column = np.divmod(np.arange(height * width), width)

    def away(x, period):
        d = np.abs(x[:, None] - x) % period
        return np.minimum(d, period - d)

    dy, dx = away(row, height), away(column, width)
    near = dy + dx <= 1 if n == 0 else np.maximum(dy, dx) <= n
    near &= include_self | ~np.eye(height * width, dtype=bool)
    rule = connect.GridFour if n == 0 else connect.GridEight if n == 1 else connect.GridN
    conn = rule(*([n] if n > 1 else []), include_self=include_self, periodic_boundary=True)
    assert pairs(conn, size) == sorted(zip(*(ids.tolist() for ids in np.nonzero(near))))


def test_a_grid_of_n_takes_both_names():
    assert pairs(connect.GridN(N=2), (4, 4)) == pairs(connect.GridN(n=2), (4, 4))


def probability(n, sigma, first, last):
    x = first + np.arange(n) * (last - first) / n
    d = np.abs(x[:, None] - x) % (last - first)
    return np.exp(-(np.minimum(d, last - first - d) ** 2) / (2 * sigma**2))


def test_neurons_on_a_ring_of_values_are_connected_by_the_shorter_way():
    n, sigma = 200, 0.5
    conn = connect.GaussianProb(sigma, seed=1, encoding_values=(-np.pi, np.pi), periodic_boundary=True)
    found = conn(n, n).require("conn_mat")
    p = probability(n, sigma, -np.pi, np.pi)
    assert abs(found.sum() - p.sum()) < 5 * np.sqrt((p * (1 - p)).sum())
    over_the_edge = np.zeros((n, n), bool)
    over_the_edge[: n // 4, -n // 4 :] = True
    assert abs(found[over_the_edge].sum() - p[over_the_edge].sum()) < 5 * np.sqrt((p * (1 - p))[over_the_edge].sum())


def test_a_boundary_that_meets_needs_no_values():
    # The distance of the first and the last of 10 neurons is 1.
    conn = connect.GaussianProb(1e-3, normalize=False, periodic_boundary=True, seed=1)
    assert pairs(conn, 10) == [(k, k) for k in range(10)]
    wide = connect.GaussianProb(1.0, p_min=0.5, normalize=False, periodic_boundary=True, seed=1)
    i, j = wide((9, 9))
    away = [np.minimum(np.abs(a - b), 9 - np.abs(a - b)) for a, b in ((i // 9, j // 9), (i % 9, j % 9))]
    assert (away[0] + away[1]).max() == 1 and np.abs(i // 9 - j // 9).max() == 8


def test_groups_of_different_sizes_meet_in_the_values_they_stand_for():
    i, j = connect.GaussianProb(0.01, p_min=0.9, encoding_values=1.0, seed=1)(4, 8)
    assert list(zip(i.tolist(), j.tolist())) == [(k, 2 * k) for k in range(4)]
    each = connect.GaussianProb(0.01, p_min=0.9, encoding_values=[(0.0, 1.0), (0.0, 10.0)], seed=1)
    assert pairs(each, (3, 4)) == [(k, k) for k in range(12)]


@pytest.mark.parametrize(
    "use, message",
    [
        (lambda: connect.GaussianProb(1.0, encoding_values=(1.0, 0.0)), '"encoding_values" must be'),
        (lambda: connect.GaussianProb(1.0, encoding_values="ab"), '"encoding_values" must be'),
        (lambda: connect.GaussianProb(1.0, encoding_values=[(0, 1)] * 3)((3, 3)), '"encoding_values" has 3 pairs'),
        (lambda: connect.GaussianProb(1.0, periodic_boundary=True)(4, 5), "needs groups of the same geometry"),
        (lambda: connect.GridFour(periodic_boundary=1), '"periodic_boundary" must be True or False'),
    ],
)
def test_mistakes_are_named(use, message):
    with pytest.raises(ModelUseError, match=message):
        use()
