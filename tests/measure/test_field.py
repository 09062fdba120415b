"""The field potential of spikes, against the formula of the paper."""

import numpy as np
import pytest

from brainpy_lab import math as bm
from brainpy_lab import measure
from brainpy_lab.errors import ModelUseError

TIMES = np.arange(1000) * 0.1


def by_hand(spikes, spike_type, amplitude, sigma, xmax=0.2, ymax=0.2, va=200.0, lambda_=0.2, seed=1):
    x, y = bm.random.RandomState(seed).random((2, spikes.shape[1]))
    distance = np.hypot((x - 0.5) * xmax, (y - 0.5) * ymax)
    total = np.zeros(len(spikes))
    for step, neuron in np.argwhere(spikes):
        peak = TIMES[step] + 10.4 + 1000.0 * distance[neuron] / va
        total += amplitude * np.exp(-distance[neuron] / lambda_) * np.exp(-((TIMES - peak) ** 2) / (2 * sigma**2))
    return total


@pytest.mark.parametrize(
    "spike_type, location, amplitude, sigma",
    [
        ("exc", "soma layer", 0.48, 3.15),
        ("inh", "soma layer", 3.0, 2.1),
        ("exc", "deep layer", -0.16, 3.15),
        ("inh", "deep layer", -0.2, 2.1),
        ("exc", "superficial layer", 0.24, 3.15),
        ("inh", "superficial layer", -1.2, 2.1),
        ("exc", "surface layer", -0.08, 3.15),
        ("inh", "surface layer", 0.3, 2.1),
    ],
)
def test_it_is_the_sum_of_a_kernel_for_each_spike(spike_type, location, amplitude, sigma):
    spikes = np.random.default_rng(3).random((1000, 20)) < 0.01
    found = measure.unitary_LFP(TIMES, spikes, spike_type, location=location, seed=1)
    # What is left out beyond 8 deviations is below 1.3e-14 of a peak, for each of some 200 spikes.
    np.testing.assert_allclose(found, by_hand(spikes, spike_type, amplitude, sigma), rtol=0, atol=1e-11)


def test_a_slow_axon_and_a_wide_sheet_delay_and_weaken_it():
    spikes = np.zeros((1000, 1), bool)
    spikes[100] = True
    far = dict(xmax=2.0, ymax=3.0, va=100.0, lambda_=0.5)
    found = measure.unitary_LFP(TIMES, spikes, "exc", seed=1, **far)
    np.testing.assert_allclose(found, by_hand(spikes, "exc", 0.48, 3.15, **far), rtol=0, atol=1e-13)


def test_many_spikes_are_summed_in_blocks(monkeypatch):
    spikes = np.random.default_rng(3).random((1000, 20)) < 0.02
    whole = measure.unitary_LFP(TIMES, spikes, "inh", seed=1)
    monkeypatch.setattr("brainpy_lab.measure.field.POINTS", 500)
    np.testing.assert_allclose(measure.unitary_LFP(TIMES, spikes, "inh", seed=1), whole, rtol=0, atol=1e-12)


def test_silence_has_no_field():
    assert not measure.unitary_LFP(TIMES, np.zeros((1000, 4)), "exc").any()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda s: measure.unitary_LFP(TIMES[:5], s), '"times" has 5 entries, but "spikes" has 1000 rows'),
        (lambda s: measure.unitary_LFP(TIMES[::-1], s), "ascending"),
        (lambda s: measure.unitary_LFP(TIMES, s, "both"), '"spike_type" must be one of "exc", "inh", but got .both.'),
        (lambda s: measure.unitary_LFP(TIMES, s, location="skin"), '"location" must be one of "soma layer", "deep'),
        (lambda s: measure.unitary_LFP(TIMES, s, va=0.0), '"va" must be a number of mm/s above 0'),
        (lambda s: measure.unitary_LFP(TIMES, s, sig_e=-1.0), '"sig_e" must be a number of ms above 0'),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ModelUseError, match=message):
        call(np.zeros((1000, 2)))
