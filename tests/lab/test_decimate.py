"""From samples to pixels."""

import numpy as np
import pytest

from brainpy_lab.lab import decimate


@pytest.mark.parametrize("n", [1, 2, 7, 100, 4001])
@pytest.mark.parametrize("first", [0, 3, 12345])
@pytest.mark.parametrize("per", [1, 2, 5, 64])
def test_columns_hold_the_extremes_of_their_steps(n, first, per):
    values = np.random.default_rng(n).normal(size=n)
    pairs, column = decimate.extremes(values, first, per)
    steps = np.arange(first, first + n)
    assert column == first // per
    assert len(pairs) == steps[-1] // per - column + 1
    for k, (low, high) in enumerate(pairs):
        inside = values[steps // per == column + k].astype(np.float32)
        assert (low, high) == (inside.min(), inside.max())


def test_a_sample_stays_in_its_column_while_the_window_moves():
    values = np.random.default_rng(1).normal(size=1000)
    early, first = decimate.extremes(values[:900], 0, 7)
    late, later = decimate.extremes(values[70:], 70, 7)
    assert np.array_equal(early[later - first : 128], late[: 128 - later])


def test_no_samples_give_no_columns():
    pairs, column = decimate.extremes(np.empty(0), 40, 8)
    assert pairs.shape == (0, 2) and column == 5


def test_a_value_that_is_not_a_number_marks_its_column():
    pairs, _ = decimate.extremes(np.array([1.0, np.nan, 2.0, 3.0]), 0, 2)
    assert np.isnan(pairs[0]).all() and pairs[1].tolist() == [2.0, 3.0]


@pytest.mark.parametrize("steps, columns, per", [(4000, 900, 5), (900, 900, 1), (10, 900, 1), (901, 900, 2)])
def test_a_window_needs_at_most_the_columns_there_are(steps, columns, per):
    assert decimate.per_column(steps, columns) == per
    assert -(-steps // per) <= columns


def test_rate_is_spikes_per_neuron_and_second():
    # 3 spikes of 10 neurons in 2 ms: 150 Hz.
    rate = decimate.rate(np.array([0, 5, 19, 20]), 10, 0, 2, 20, 0.1)
    assert rate.tolist() == [150.0, 50.0]


def test_spikes_outside_of_the_bins_are_not_counted():
    rate = decimate.rate(np.array([0, 10, 20, 30, 40]), 1, 1, 2, 10, 1.0)
    assert rate.tolist() == [100.0, 100.0]


def test_every_spike_is_somewhere_in_the_image():
    x, ids = np.array([0, 9, 5, 5]), np.array([0, 99, 50, 50])
    image = decimate.density(x, ids, (20, 10), 100)
    assert image.dtype == np.uint8
    assert (image > 0).sum() == 3
    assert image[0, 0] and image[19, 9] and image[10, 5] == 255 > image[0, 0]


def test_an_image_without_spikes_is_empty():
    assert not decimate.density(np.array([], int), np.array([], int), (4, 4), 4).any()
