"""Random edges that are never stored: the same on both back ends, and Bernoulli with the right probability."""

import brainpy_lab.kernels.numba.random_edges as compiled
import brainpy_lab.kernels.reference.random_edges as reference
import numpy as np
import pytest


def edges(seed, rows, n_post, prob):
    blocks = list(reference.row_blocks(seed, np.asarray(rows), n_post, reference.skip_scale(prob)))
    return tuple(np.concatenate([block[k] for block in blocks] or [np.zeros(0, np.int64)]) for k in range(3))


def compiled_edges(seed, rows, n_post, prob):
    skips, targets = np.empty(compiled.SKIPS), np.empty(n_post, np.int32)
    scale, found = reference.skip_scale(prob), []
    for row in rows:
        n = compiled.row_targets(seed, row, n_post, scale, skips, targets)
        found.append((np.full(n, row), targets[:n].astype(np.int64), np.arange(n)))
    return tuple(np.concatenate(part) for part in zip(*found))


@pytest.mark.parametrize(
    "n_post, prob",
    [
        (4000, 0.02),
        (100_000, 1e-3),
        (50, 1.0),
        (1, 0.5),
        (33, 0.97),
        (1000, 1e-6),
        (7, 1 - 1e-16),
        (5, 1e-300),
        (64, 0.5),
    ],
)
def test_both_back_ends_make_the_same_edges(n_post, prob):
    rows = np.arange(0, 300, 3)
    expected, found = edges(7, rows, n_post, prob), compiled_edges(7, rows, n_post, prob)
    for a, b in zip(expected, found):
        assert a.dtype == b.dtype == np.int64 and np.array_equal(a, b)


def test_edges_are_ascending_and_distinct():
    pre, post, place = edges(3, np.arange(50), 200, 0.3)
    key = pre * 200 + post
    assert np.all(np.diff(key) > 0) and post.min() >= 0 and post.max() < 200
    assert np.array_equal(place, np.concatenate([np.arange(n) for n in np.bincount(pre, minlength=50)]))


def test_a_row_depends_on_seed_and_number_alone():
    pre, post, _ = edges(3, np.arange(50), 200, 0.3)
    assert np.array_equal(edges(3, [17], 200, 0.3)[1], post[pre == 17])
    assert not np.array_equal(edges(4, [17], 200, 0.3)[1], post[pre == 17])
    # a shorter row is the beginning of a longer one
    short = edges(3, [17], 120, 0.3)[1]
    assert np.array_equal(short, post[pre == 17][: len(short)]) and short.max() < 120


def test_probabilities_of_zero_and_one_connect_none_and_all():
    assert len(edges(1, np.arange(20), 0, 0.5)[0]) == 0  # how nothing is spelled: no possible targets
    pre, post, _ = edges(1, np.arange(20), 9, 1.0)
    assert np.array_equal(post, np.tile(np.arange(9), 20))


@pytest.mark.parametrize("prob", [0.02, 0.3, 0.9])
def test_pairs_are_connected_with_their_probability_and_independently(prob):
    n = 2000
    pre, post, _ = edges(11, np.arange(n), n, prob)
    matrix = np.zeros((n, n), bool)
    matrix[pre, post] = True
    spread = prob * (1 - prob)
    assert abs(matrix.mean() - prob) < 4 * np.sqrt(spread) / n
    for degrees in (matrix.sum(axis=0), matrix.sum(axis=1)):  # binomial, into and out of neurons
        assert abs(degrees.mean() - n * prob) < 4 * np.sqrt(spread)
        # The variance of n binomial numbers has the relative standard error sqrt(2/n).
        assert abs(degrees.var() / (n * spread) - 1) < 5 * np.sqrt(2 / n)
    centred = matrix - prob
    for other in (np.roll(centred, 1, axis=0), np.roll(centred, 1, axis=1), centred.T):
        assert abs((centred * other).mean()) < 5 * spread / n + prob * (1 - prob) / n  # the diagonal meets itself


def test_skips_are_geometric():
    prob, n = 0.05, 200_000
    _, post, _ = edges(5, [0], n, prob)
    skips = np.diff(post) - 1
    k = np.arange(60)
    expected = (1 - prob) ** k * prob * len(skips)
    seen = np.bincount(skips, minlength=60)[:60]
    assert ((seen - expected) ** 2 / expected).sum() < 60 + 5 * np.sqrt(2 * 60)  # chi square


def test_memory_does_not_grow_with_rows():
    largest = max(
        len(block[0]) for block in reference.row_blocks(1, np.arange(40_000), 100_000, reference.skip_scale(1e-3))
    )
    assert largest < 2 * reference.BLOCK


def test_numbers_of_edges_are_standard_and_stay():
    pre, _, place = edges(2, np.arange(500), 500, 0.2)
    normal = reference.edge_number("normal", "f64", 2, 0, pre, place)
    uniform = reference.edge_number("uniform", "f64", 2, 0, pre, place)
    n = len(normal)
    assert abs(normal.mean()) < 5 / np.sqrt(n) and abs(normal.var() - 1) < 5 * np.sqrt(2 / n)
    assert abs(uniform.mean() - 0.5) < 5 / np.sqrt(12 * n) and 0 <= uniform.min() and uniform.max() < 1
    assert np.array_equal(normal, reference.edge_number("normal", "f64", 2, 0, pre, place))
    assert not np.array_equal(normal, reference.edge_number("normal", "f64", 2, 1, pre, place))
