"""Connectors on sheets: grids, Gaussians, difference of Gaussians."""

import numpy as np
import pytest

from brainpy_lab import connect
from brainpy_lab.errors import ModelUseError


def targets(connector, neuron, geometry):
    pre_ids, post_ids = connector(geometry)[:2]
    assert (np.diff(pre_ids) >= 0).all()
    return post_ids[pre_ids == neuron].tolist()


def test_grid_four_goes_up_down_left_right_self():
    assert targets(connect.GridFour(), 6, (4, 5)) == [1, 11, 5, 7]
    assert targets(connect.GridFour(include_self=True), 6, (4, 5)) == [1, 11, 5, 7, 6]
    assert targets(connect.GridFour(), 0, (4, 5)) == [5, 1]


def test_grid_eight_and_n_go_row_by_row():
    assert targets(connect.GridEight(), 6, (4, 5)) == [0, 1, 2, 5, 7, 10, 11, 12]
    assert targets(connect.GridN(2, include_self=True), 0, (4, 5)) == [0, 1, 2, 5, 6, 7, 10, 11, 12]
    assert len(targets(connect.GridN(2), 12, (5, 5))) == 24


def test_a_line_is_a_column():
    assert targets(connect.GridFour(), 3, 6) == [2, 4]
    assert targets(connect.grid_eight, 0, (6,)) == [1]


def test_grids_keep_the_indices_of_a_part():
    part = np.arange(100).reshape(10, 10)[2:4, 5:7]
    assert set(zip(*(ids.tolist() for ids in connect.grid_four(part, part)))) == {
        (25, 35), (25, 26), (26, 36), (26, 25), (35, 25), (35, 36), (36, 26), (36, 35),
    }  # fmt: skip
    with pytest.raises(ModelUseError, match="same geometry"):
        connect.grid_four((2, 3), (3, 2))


@pytest.mark.parametrize("n", [0, -1, 1.0, True])
def test_a_square_reaches_a_whole_number_of_neurons(n):
    with pytest.raises(ModelUseError, match='"n" must be a whole number of neurons, 1 or more'):
        connect.GridN(n)


def brute(geometry, value, normalize):
    """value(d2) for all pairs of a sheet, row by row."""
    h, w = geometry
    y, x = (np.indices(geometry).reshape(2, -1)).astype(float)
    if normalize:
        y, x = y / (h - 1), x / (w - 1)
    return value((y[:, None] - y) ** 2 + (x[:, None] - x) ** 2)


@pytest.mark.parametrize("normalize", [True, False])
def test_gaussian_weights_are_those_of_the_formula(normalize):
    sigma = 0.3 if normalize else 1.5
    pre_ids, post_ids, weights = connect.GaussianWeight(sigma, w_max=2.0, normalize=normalize)((5, 7))
    full = brute((5, 7), lambda d2: 2.0 * np.exp(-d2 / (2 * sigma**2)), normalize)
    i, j = np.nonzero(full > 0.02)
    assert (pre_ids.tolist(), post_ids.tolist()) == (i.tolist(), j.tolist())
    np.testing.assert_allclose(weights, full[i, j], rtol=4e-15)  # two exponentials, each within an ulp or two


def test_dog_keeps_weights_of_both_signs():
    conn = connect.DOG(sigmas=[0.08, 0.15], ws_max=[1.0, 0.7], include_self=False)
    pre_ids, post_ids, weights = conn((17, 17))
    full = brute((17, 17), lambda d2: np.exp(-d2 / 0.0128) - 0.7 * np.exp(-d2 / 0.045), True)
    np.fill_diagonal(full, 0.0)
    i, j = np.nonzero(np.abs(full) > 0.01 * abs(1.0 - 0.7))
    assert (pre_ids.tolist(), post_ids.tolist()) == (i.tolist(), j.tolist())
    assert weights.min() < 0 < weights.max() and conn.weights is weights


def test_gaussian_probability_falls_with_distance():
    n, sigma = 30, 2.236
    conn = connect.GaussianProb(sigma=sigma, normalize=False, seed=123)
    pre_ids, post_ids = conn((n, n))
    p = brute((n, n), lambda d2: np.exp(-d2 / (2 * sigma**2)), False)
    # Five standard errors of a sum of Bernoulli numbers; distance 0 is certain.
    assert abs(len(pre_ids) - p.sum()) < 5 * np.sqrt((p * (1 - p)).sum())
    assert (pre_ids == post_ids).sum() == n * n
    d = np.hypot(pre_ids // n - post_ids // n, pre_ids % n - post_ids % n)
    near = brute((n, n), lambda d2: d2 == 4.0, False)
    expected = np.exp(-4 / (2 * sigma**2))
    assert abs((d == 2).sum() / near.sum() - expected) < 5 * np.sqrt(expected * (1 - expected) / near.sum())
    assert (connect.GaussianProb(sigma=sigma, normalize=False, include_self=False, seed=1)((n, n))[0].size) > 0


def test_a_smallest_probability_cuts_far_pairs():
    pre_ids, post_ids = connect.GaussianProb(1.0, p_min=0.5, normalize=False, seed=1)((6, 6))
    d2 = (pre_ids // 6 - post_ids // 6) ** 2 + (pre_ids % 6 - post_ids % 6) ** 2
    assert d2.max() == 1  # exp(-1/2) > 0.5 > exp(-2/2)


def test_large_sheets_are_done_in_blocks(monkeypatch):
    whole = connect.GaussianProb(0.1, seed=4)((12, 12))
    monkeypatch.setattr("brainpy_lab.connect.spatial.PAIRS", 500)
    assert all(np.array_equal(a, b) for a, b in zip(whole, connect.GaussianProb(0.1, seed=4)((12, 12))))


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: connect.GaussianProb(0.0), '"sigma" must be a number above 0'),
        (lambda: connect.GaussianProb(float("nan")), '"sigma" must be a number above 0'),
        (lambda: connect.GaussianProb(1.0, p_min="a"), '"p_min" must be a finite number'),
        (lambda: connect.GaussianWeight(1.0, -1.0), '"w_max" must be a number above 0'),
        (lambda: connect.GaussianWeight(1.0, 1.0, include_self=2), '"include_self" must be True or False'),
        (lambda: connect.DOG([1.0], [1.0, 2.0]), '"sigmas" must be a pair'),
        (lambda: connect.DOG([1.0, 2.0], 3.0), '"ws_max" must be a pair'),
        (lambda: connect.GaussianProb(1.0)(9), "needs positions on a sheet"),
    ],
)
def test_mistakes_are_named(make, message):
    with pytest.raises(ModelUseError, match=message):
        make()
