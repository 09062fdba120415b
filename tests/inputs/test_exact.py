"""Waves and processes to the last bit: their formulas written out a second time, on the same random numbers."""

import math

import numpy as np
import pytest

from brainpy_lab import inputs
from brainpy_lab.math.random import RandomState

DT = 0.1
WAVE = dict(dt=DT, t_start=3.0, t_end=41.0)
STEPS, FIRST, LAST = 500, 30, 410


def wave(values):
    current = np.zeros(STEPS)
    current[FIRST:LAST] = values
    return current


PERIODS = (np.arange(FIRST, LAST) * DT - 3.0) * (73.0 / 1000.0)


@pytest.mark.parametrize("bias", [False, True])
def test_a_sine_wave_has_its_formula(bias):
    found = inputs.sinusoidal_input(1.7, 73.0, 50.0, bias=bias, **WAVE)
    sine = 1.7 * np.sin(2.0 * np.pi * PERIODS)
    assert np.array_equal(found, wave(sine + 1.7 if bias else sine))


@pytest.mark.parametrize("bias", [False, True])
def test_a_square_wave_has_two_values(bias):
    found = inputs.square_input(1.7, 73.0, 50.0, bias=bias, **WAVE)
    high = np.floor(2.0 * PERIODS + 1e-9) % 2 == 0
    assert np.array_equal(found, wave(np.where(high, 1.7, -1.7) + (1.7 if bias else 0.0)))
    assert set(found) == ({0.0, 1.7, -1.7} if not bias else {0.0, 3.4})


def test_steps_of_a_wiener_process_are_normal_numbers():
    found = inputs.wiener_process(50.0, n=3, seed=5, **WAVE)
    expected = np.zeros((STEPS, 3))
    expected[FIRST:LAST] = RandomState(5).normal(0.0, math.sqrt(DT), (LAST - FIRST, 3))
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("sigma, tau", [(0.7, 9.0), (1.9, 3.7), (0.31, 55.0)])
def test_an_ornstein_uhlenbeck_process_has_its_own_distribution(sigma, tau):
    found = inputs.ou_process(0.4, sigma, tau, 50.0, seed=5, **WAVE)
    noise = sigma * math.sqrt(-tau / 2.0 * math.expm1(-2.0 * DT / tau))
    draws = RandomState(5).normal(0.0, noise, (LAST - FIRST,))
    x, values = np.zeros(()), []
    for draw in draws:
        values.append(0.4 + x)
        x = x * math.exp(-DT / tau) + draw
    assert np.array_equal(found, wave(values))


def test_a_current_begins_at_once_unless_it_is_told_when():
    assert np.array_equal(inputs.ramp_input(0.3, 1.7, 20.0, dt=DT), inputs.ramp_current(0.3, 1.7, 20.0, 0, dt=DT))
    for call in (inputs.sinusoidal_input, inputs.square_input):
        assert np.array_equal(call(1.7, 73.0, 50.0, dt=DT), call(1.7, 73.0, 50.0, dt=DT, t_start=0.0))
