"""Measures against cases that can be worked out by hand."""

import numpy as np
import pytest

from brainpy_lab import measure, profile
from brainpy_lab.errors import ModelUseError


def spikes(*trains):
    return np.array(trains, dtype=float).T


def test_a_raster_lists_neuron_and_time_in_time_order():
    index, time = measure.raster_plot(spikes([0, 1, 0], [1, 0, 1]), np.array([0.0, 0.5, 1.0]))
    assert index.tolist() == [1, 0, 1] and time.tolist() == [0.0, 0.5, 1.0]
    with pytest.raises(ModelUseError, match='"times" has 2'):
        measure.raster_plot(spikes([0, 1, 0]), [0.0, 0.5])


@pytest.mark.parametrize("window", ["gaussian", "flat"])
def test_smoothing_keeps_the_number_of_spikes_and_their_middle(window):
    profile.set(dt=0.1)
    train = np.zeros((1001, 3))
    train[500] = 1.0
    rate = measure.firing_rate(train, 2.0, window)
    assert rate.shape == (1001,)
    np.testing.assert_allclose(rate.sum(), 3.0, rtol=1e-12)
    np.testing.assert_allclose(rate, rate[::-1], atol=1e-15)


def test_the_flat_window_is_a_mean_over_its_length():
    profile.set(dt=1.0)
    train = np.zeros((9, 1))
    train[4] = 1.0
    assert measure.firing_rate(train, 4.0, "flat").tolist() == [0, 0, 0.2, 0.2, 0.2, 0.2, 0.2, 0, 0]


def test_the_gaussian_window_has_the_width_as_deviation():
    profile.set(dt=0.1)
    train = np.zeros((4001, 1))
    train[2000] = 1.0
    rate, t = measure.firing_rate(train, 5.0), (np.arange(4001) - 2000) * 0.1
    # Cut at two deviations (w = 2 width/dt): the variance of that truncated normal is 0.7737 of the whole.
    assert abs((rate * t**2).sum() - 0.7737 * 25.0) < 0.1


def test_a_window_longer_than_the_recording_keeps_its_length():
    profile.set(dt=0.1)
    assert measure.firing_rate(np.ones((10, 2)), 5.0).shape == (10,)


def test_an_unknown_window_is_a_value_error():
    with pytest.raises(ValueError, match='"gaussian" or "flat"'):
        measure.firing_rate(np.ones((10, 2)), 5.0, "hann")


@pytest.mark.parametrize(
    "trains, bin_size, expected",
    [
        ([[1, 0, 1, 0], [1, 0, 1, 0]], 1, 1.0),
        ([[1, 0, 1, 0], [0, 1, 0, 1]], 1, 0.0),
        ([[1, 0, 1, 0], [0, 1, 0, 1]], 2, 1.0),
        ([[1, 0, 0, 0], [1, 0, 0, 1]], 1, 1 / np.sqrt(2)),
        ([[0, 0, 0, 0], [1, 0, 0, 1]], 1, 0.0),
        ([[1, 0, 0, 0, 1], [0, 0, 0, 0, 1]], 2, 1 / np.sqrt(2)),
        ([[1, 0], [1, 0], [0, 1]], 1, 1 / 3),
    ],
)
def test_coherence_of_pairs(trains, bin_size, expected):
    assert measure.cross_correlation(spikes(*trains), bin_size) == pytest.approx(expected, rel=1e-14)


def test_one_neuron_has_no_coherence():
    with pytest.warns(UserWarning, match="fewer than two"):
        assert np.isnan(measure.cross_correlation(spikes([1, 0]), 1))
    with pytest.raises(ModelUseError, match="bin_size"):
        measure.cross_correlation(spikes([1], [1]), 0)


def test_fluctuation_is_one_for_one_motion_and_a_nth_for_independent_ones():
    t = np.linspace(0.0, 2 * np.pi, 201)[:-1]
    together = np.outer(np.sin(t), [1.0, 1.0, 1.0, 1.0])
    orthogonal = np.stack([np.sin(t), np.cos(t), np.sin(2 * t), np.cos(2 * t)], axis=1)
    assert measure.voltage_fluctuation(together) == pytest.approx(1.0, rel=1e-12)
    assert measure.voltage_fluctuation(orthogonal) == pytest.approx(0.25, rel=1e-12)
    assert measure.voltage_fluctuation(np.full((5, 2), -65.0)) == 1.0


def test_the_mean_over_pairs_is_that_of_the_definition():
    trains = np.random.default_rng(1).random((300, 12)) < 0.1
    trains[:, 3] = False
    x = np.logical_or.reduceat(trains, np.arange(0, 300, 7), axis=0).astype(float)

    def coherence(i, j):
        norm = np.sqrt(x[:, i].sum() * x[:, j].sum())
        return (x[:, i] * x[:, j]).sum() / norm if norm else 0.0

    expected = np.mean([coherence(i, j) for i in range(12) for j in range(i + 1, 12)])
    assert measure.cross_correlation(trains, 7) == pytest.approx(expected, rel=1e-12)


def test_ten_thousand_neurons_need_no_matrix_of_pairs():
    trains = np.zeros((20, 10_000), bool)
    trains[5] = True
    assert measure.cross_correlation(trains, 1) == pytest.approx(1.0, rel=1e-9)


def test_silence_is_no_coherence():
    assert measure.cross_correlation(np.zeros((10, 3)), 2) == 0.0


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: measure.cross_correlation(np.zeros(3), 1), r'"spikes" must be .* but is float64 of shape \(3,\)'),
        (
            lambda: measure.cross_correlation(np.zeros((3, 2)), "1"),
            "\"bin_size\" must be a number of steps, 1 or more, but got '1'",
        ),
        (lambda: measure.cross_correlation([["a", "b"]], 1), '"spikes" must be .* but is <U1'),
        (
            lambda: measure.voltage_fluctuation([[1.0, np.nan]]),
            '"potentials" must be .* but has NaN in row 0, column 1',
        ),
        (lambda: measure.voltage_fluctuation(np.zeros((0, 2))), "nothing to measure"),
        (lambda: measure.firing_rate(np.zeros((3, 2)), -1.0), '"width" must be a number of milliseconds'),
        (lambda: measure.firing_rate(np.zeros((3, 2)), "a"), '"width"'),
        (lambda: measure.raster_plot(np.zeros((3, 2)), "abc"), '"times" must be the times'),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ModelUseError, match=message):
        call()


def test_a_population_vector_points_to_the_middle_of_what_is_active():
    angles = np.array([0.0, 0.5, 1.0, np.pi])
    assert measure.population_vector([1, 0, 1, 0], angles) == pytest.approx(0.5)
    many = measure.population_vector([[0, 1, 0, 0], [0, 0, 0, 2], [0, 0, 0, 0]], angles)
    np.testing.assert_allclose(many, [0.5, np.pi, np.nan])


@pytest.mark.parametrize("activity", [1.0, [1.0, 2.0], np.zeros((3, 5))])
def test_a_population_vector_needs_one_direction_for_each_neuron(activity):
    with pytest.raises(ModelUseError, match="Give a direction for each neuron"):
        measure.population_vector(activity, np.zeros(3))


def test_a_recording_without_steps_has_no_correlation():
    assert measure.cross_correlation(np.zeros((0, 3)), 2) == 0.0


@pytest.mark.parametrize("window", ["gaussian", "flat"])
def test_a_recording_without_steps_has_no_rate(window):
    assert measure.firing_rate(np.zeros((0, 3)), 5.0, window).shape == (0,)
