"""Measures that know the step: Hz instead of spikes per step, ms instead of steps."""

import numpy as np
import pytest

from brainpy_lab import measure, profile
from brainpy_lab.errors import ModelUseError, ModelValueError


def test_with_a_step_the_rate_is_in_hz():
    # Each of 5 neurons spikes every 10 ms: 100 Hz in the middle, whatever the step and the neurons.
    for dt in (0.1, 0.5):
        spikes = np.zeros((round(200 / dt), 5), bool)
        spikes[:: round(10 / dt)] = True
        rate = measure.firing_rate(spikes, 20.0, dt=dt)
        inside = rate[round(50 / dt) : round(150 / dt)]
        assert rate.shape == (len(spikes),) and abs(inside.mean() - 100.0) < 100.0 * dt / 20.0


@pytest.mark.parametrize("width, n", [(5.0, 51), (5.1, 51), (5.2, 53), (0.6, 7), (0.0, 1)])
def test_a_spike_has_the_height_of_the_window_and_the_integral_one(width, n):
    # 0.6/0.1/2 is 2.9999999999999996: a window of 7 steps nevertheless.
    spikes = np.zeros((301, 2))
    spikes[150, 0] = 1.0
    rate = measure.firing_rate(spikes, width, dt=0.1)
    assert np.count_nonzero(rate) == n
    np.testing.assert_allclose(rate[150 - n // 2 : 151 + n // 2], 1000.0 / (n * 0.1) / 2, rtol=1e-12)
    assert rate.sum() * 0.1 / 1000.0 == pytest.approx(0.5, rel=1e-12)


def test_the_presence_of_a_step_chooses_the_form():
    profile.set(dt=0.1)
    spikes = np.random.default_rng(1).random((400, 8)) < 0.05
    older = measure.firing_rate(spikes, 5.0, "flat")
    newer = measure.firing_rate(spikes=spikes, width=5.0, dt=0.1)
    np.testing.assert_allclose(newer, older / 8 * 10_000.0, rtol=1e-12, atol=1e-9)
    assert np.array_equal(measure.firing_rate(spikes, 5.0, 0.1), newer)
    smooth = measure.firing_rate(spikes, 5.0, "gaussian", 0.1)
    np.testing.assert_allclose(smooth, measure.firing_rate(spikes, 5.0) / 8 * 10_000.0, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("dt, bin, steps", [(0.1, 0.5, 5), (0.1, 0.3, 3), (0.5, 1.2, 2), (0.1, 0.1, 1)])
def test_a_bin_is_a_time_where_the_step_is_given(dt, bin, steps):
    spikes = np.random.default_rng(2).random((300, 6)) < 0.1
    expected = measure.cross_correlation(spikes, steps)
    assert measure.cross_correlation(spikes, bin, dt=dt) == measure.cross_correlation(spikes, bin, dt) == expected
    profile.set(dt=dt)
    assert measure.cross_correlation(spikes, bin=bin) == expected


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda s: measure.cross_correlation(s, 5, bin=0.5), '"bin" = .* and "bin_size" = .* are both given'),
        (lambda s: measure.cross_correlation(s), '"bin_size" must be a number of steps, 1 or more, but got None'),
        (lambda s: measure.cross_correlation(s, 0.05, dt=0.1), "shorter than a step of 0.1 ms"),
        (lambda s: measure.cross_correlation(s, 0.5, dt="a"), "\"dt\" must be a number of ms above 0, but got 'a'"),
        (lambda s: measure.firing_rate(s, 5.0, dt=0.0), '"dt" must be a number of ms above 0'),
        (lambda s: measure.firing_rate(s[:, :0], 5.0, dt=0.1), "no neuron to have a rate"),
        (lambda s: measure.firing_rate(spikes=s, sp_matrix=s, width=5.0), '"spikes" and "sp_matrix" are two names'),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ModelUseError, match=message):
        call(np.zeros((10, 3)))


def test_an_unknown_window_is_named():
    with pytest.raises(ModelValueError, match='"hann"'):
        measure.firing_rate(np.zeros((10, 3)), 5.0, "hann", 0.1)
