"""Correlations of signals and of matrices."""

import numpy as np
import pytest

from brainpy_lab import measure
from brainpy_lab.errors import ModelUseError


def test_functional_connectivity_is_the_correlation_of_columns():
    t = np.arange(200) * 2 * np.pi / 200
    signals = np.stack([np.sin(t), np.cos(t), -3.0 * np.sin(t) + 7.0, np.sin(t) + np.cos(t)], axis=1)
    half = np.sqrt(0.5)
    expected = [[1, 0, -1, half], [0, 1, 0, half], [-1, 0, 1, -half], [half, half, -half, 1]]
    np.testing.assert_allclose(measure.functional_connectivity(signals), expected, atol=1e-13)


def test_a_signal_that_never_changes_is_correlated_with_nothing():
    signals = np.stack([np.full(7, 0.1), np.arange(7.0)], axis=1)
    assert measure.functional_connectivity(signals)[0].tolist() == [0.0, 0.0]


def test_matrices_are_compared_below_their_diagonals():
    x = np.array([[9.0, 8.0, 7.0], [1.0, 5.0, 4.0], [2.0, 3.0, 0.0]])
    y = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [3.0, 2.0, 0.0]])
    # (1, 2, 3) and (1, 3, 2): covariance 1, variances 2.
    assert measure.matrix_correlation(x, y) == pytest.approx(0.5, rel=1e-14)
    assert measure.matrix_correlation(x, 2.0 - 3.0 * x) == pytest.approx(-1.0, rel=1e-14)
    with pytest.warns(UserWarning, match="no correlation"):
        assert np.isnan(measure.matrix_correlation(x, np.ones((3, 3))))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: measure.functional_connectivity(np.zeros(3)), r'"activities" must be .* float64 of shape \(3,\)'),
        (lambda: measure.functional_connectivity(np.zeros((1, 3))), "two rows or more"),
        (lambda: measure.matrix_correlation(np.eye(3), np.eye(4)), r"\(3, 3\) and \(4, 4\)"),
        (lambda: measure.matrix_correlation(np.eye(2), np.eye(2)), r"\(3, 3\) or more"),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ModelUseError, match=message):
        call()
