"""Currents, entry by entry."""

import numpy as np
import pytest

from brainpy_lab import inputs, profile
from brainpy_lab.errors import ModelUseError


def test_a_constant_current_changes_at_the_ends_of_its_periods():
    current, duration = inputs.constant_current([(0, 100), (1, 300), (0, 100)], 0.1)
    assert duration == 500 and current.shape == (5000,)
    assert np.flatnonzero(np.diff(current)).tolist() == [999, 3999] and current[1000] == 1


@pytest.mark.parametrize("dt", [0.1, 0.01, 0.02, 0.04, 0.3])
def test_periods_that_are_whole_steps_get_as_many_steps(dt):
    # 0.3 / 0.1 is 2.9999999999999996, and a sum of such periods must not drift either.
    periods = [(k, 3 * dt) for k in range(50)]
    current, _ = inputs.constant_current(periods, dt)
    assert np.array_equal(current, np.repeat(np.arange(50.0), 3))


def test_a_period_between_two_steps_ends_before_the_next_step():
    # Steps start at 0, 0.1, 0.2, ...: three of them before 0.25.
    assert inputs.constant_current([(1, 0.25), (2, 0.25)], 0.1)[0].tolist() == [1, 1, 1, 2, 2]


def test_sizes_may_be_arrays_and_numbers():
    current, duration = inputs.constant_current([(0.0, 0.2), (np.array([1.0, 2.0]), 0.1)], 0.1)
    assert current.tolist() == [[0, 0], [0, 0], [1, 2]] and duration == pytest.approx(0.3)


def test_the_step_is_that_of_the_profile():
    profile.set(dt=0.5)
    assert len(inputs.constant_current([(1, 10)])[0]) == 20
    assert len(inputs.spike_current([1], 1, 1, 10)) == 20
    assert len(inputs.ramp_current(0, 1, 10)) == 20


def test_pulses_last_their_length_from_their_point():
    current = inputs.spike_current([10, 20, 30, 200, 300], 1.0, 0.5, 1000, 0.1)
    assert current.shape == (10000,) and set(current) == {0.0, 0.5}
    on = np.flatnonzero(current).reshape(5, 10)
    assert np.array_equal(on, np.array([100, 200, 300, 2000, 3000])[:, None] + np.arange(10))


def test_each_pulse_may_have_a_length_and_a_size_of_its_own():
    current = inputs.spike_current([0, 0.3], [0.2, 0.1], [np.array([1.0, 2.0]), 3.0], 0.5, 0.1)
    assert current.tolist() == [[1, 2], [1, 2], [0, 0], [3, 3], [0, 0]]


def test_a_pulse_past_the_end_is_cut_and_no_point_gives_silence():
    assert inputs.spike_current([0.4, 9.0], 1.0, 1.0, 0.6, 0.1).tolist() == [0, 0, 0, 0, 1, 1]
    assert inputs.spike_current([], 1.0, 1.0, 0.2, 0.1).tolist() == [0, 0]


def test_a_ramp_reaches_both_ends_and_is_zero_outside():
    ramp = inputs.ramp_current(0, 1, 1000, 200, 800, dt=0.1)
    assert ramp.shape == (10000,) and ramp[:2000].max() == ramp[8000:].max() == 0
    np.testing.assert_allclose(ramp[2000:8000], np.linspace(0, 1, 6000), rtol=0, atol=0)
    assert inputs.ramp_current(2.0, -1.0, 0.4, dt=0.1).tolist() == [2.0, 1.0, 0.0, -1.0]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: inputs.constant_current(5), '"Iext" must be a list of'),
        (lambda: inputs.constant_current([]), '"Iext" must be a list of'),
        (lambda: inputs.constant_current([(1, 2), 3]), r'"Iext\[1\]" must be a pair'),
        (lambda: inputs.constant_current([(1, -2)]), r'"Iext\[0\]\[1\]" must be a number of ms, 0 or more, but got -2'),
        (lambda: inputs.constant_current([("a", 2)]), r'"Iext\[0\]\[0\]" must be a number'),
        (lambda: inputs.constant_current([(float("nan"), 2)]), r"must be a number or an array of numbers, but got nan"),
        (lambda: inputs.constant_current([(np.zeros(2), 1), (np.zeros(3), 1)]), r"\(2,\), \(3,\)"),
        (lambda: inputs.constant_current([(1, 1)], dt=0), '"dt" must be a number of ms above 0'),
        (lambda: inputs.constant_current([(1, 1)], dt="0.1"), '"dt" must be a number of ms above 0'),
        (lambda: inputs.spike_current(3, 1, 1, 10), '"points" must be a list'),
        (
            lambda: inputs.spike_current([-1.0], 1, 1, 10),
            '"points" must be a list of times in ms, 0 or more, but has -1 at 0',
        ),
        (lambda: inputs.spike_current([1, 2], [1], 1, 10), '"lengths" has 1 entries, but there are 2'),
        (lambda: inputs.spike_current([1, 2], 1, "a", 10), '"sizes" must be a number'),
        (lambda: inputs.spike_current([1], -1, 1, 10), r'"lengths\[0\]" must be a number of ms, 0 or more'),
        (lambda: inputs.spike_current([1], 1, 1, np.inf), '"duration" must be a number of ms, 0 or more'),
        (lambda: inputs.ramp_current(0, 1, 10, 5, 20), "must lie within the current"),
        (lambda: inputs.ramp_current(0, 1, 10, 8, 5), "must lie within the current"),
        (lambda: inputs.ramp_current(0, None, 10), '"c_end" must be a finite number'),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ModelUseError, match=message):
        call()
