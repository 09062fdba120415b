"""Sections and waves entry by entry, noise by its moments."""

import math

import numpy as np
import pytest

from brainpy_lab import inputs, profile
from brainpy_lab.errors import ModelUseError


def test_sections_follow_each_other():
    current, length = inputs.section_input([0.0, 1.0, 0.0], [10, 30, 10], dt=0.1, return_length=True)
    assert length == 50 and current.shape == (500,)
    assert np.flatnonzero(np.diff(current)).tolist() == [99, 399] and current[100] == 1.0
    assert inputs.section_input([1, np.array([2.0, 3.0])], [0.1, 0.2], 0.1).tolist() == [[1, 1], [2, 3], [2, 3]]


def test_the_newer_names_give_what_the_older_ones_give():
    older, length = inputs.constant_current([(0, 1.0), (2, 3.0)], 0.1)
    newer, again = inputs.constant_input([(0, 1.0), (2, 3.0)], 0.1)
    assert np.array_equal(older, newer) and length == again
    spikes = dict(duration=5.0, dt=0.1)
    assert np.array_equal(
        inputs.spike_input(sp_times=[1.0, 3.0], sp_lens=1.0, sp_sizes=0.5, **spikes),
        inputs.spike_current([1.0, 3.0], 1.0, 0.5, **spikes),
    )
    ramp = (0.0, 1.0, 10.0, 2.0, 8.0)
    assert np.array_equal(inputs.ramp_input(*ramp, dt=0.5), inputs.ramp_current(*ramp, dt=0.5))


def test_a_sine_wave_is_one():
    current = inputs.sinusoidal_input(2.0, 50.0, 100.0, dt=0.1, t_start=20.0, t_end=70.0)
    t = np.arange(1000) * 0.1
    expected = np.where((t > 19.99) & (t < 69.99), 2.0 * np.sin(2 * np.pi * 0.05 * (t - 20.0)), 0.0)
    np.testing.assert_allclose(current, expected, atol=1e-12)  # 5 periods of rounding in t times the slope
    biased = inputs.sinusoidal_input(2.0, 50.0, 100.0, dt=0.1, t_start=20.0, t_end=70.0, bias=True)
    np.testing.assert_allclose(biased[200:700], expected[200:700] + 2.0, atol=1e-12)
    assert not biased[:200].any() and not biased[700:].any()


@pytest.mark.parametrize("dt", [0.1, 0.2, 0.5])
def test_a_square_wave_has_halves_of_equal_length(dt):
    # 50 Hz: 10 ms up, 10 ms down; 10/0.1 steps are 100 although 100 * 0.1 is not 10 exactly in all multiples.
    current = inputs.square_input(3.0, 50.0, 1000.0, dt=dt)
    half = round(10.0 / dt)
    assert np.array_equal(current, np.tile(np.repeat([3.0, -3.0], half), 50))
    assert set(inputs.square_input(3.0, 50.0, 100.0, dt, True, 10.0)) == {0.0, 6.0}


def test_the_step_is_that_of_the_profile():
    profile.set(dt=0.5)
    for current in (
        inputs.section_input([1.0], [10.0]),
        inputs.sinusoidal_input(1.0, 10.0, 10.0),
        inputs.square_input(1.0, 10.0, 10.0),
        inputs.wiener_process(10.0),
        inputs.ou_process(0.0, 1.0, 5.0, 10.0),
    ):
        assert current.shape == (20,)


def test_noise_has_as_many_columns_as_asked():
    assert inputs.wiener_process(1.0, 0.1, n=1).shape == inputs.ou_process(0, 1, 5, 1.0, 0.1, n=1).shape == (10, 1)
    assert inputs.wiener_process(1.0, 0.1, n=4).shape == inputs.ou_process(0, 1, 5, 1.0, 0.1, n=4).shape == (10, 4)


def test_a_seed_fixes_noise_and_without_one_the_default_generator_does():
    from brainpy_lab import math as bm

    for make in (inputs.wiener_process, lambda *args, **kw: inputs.ou_process(0.0, 1.0, 5.0, *args, **kw)):
        assert np.array_equal(make(10.0, 0.1, seed=3), make(10.0, 0.1, seed=3))
        bm.random.seed(3)
        assert np.array_equal(make(10.0, 0.1), make(10.0, 0.1, seed=3))
    bm.random.seed(None)


def test_changes_of_a_wiener_process_have_the_variance_dt():
    dt, n = 0.2, 50
    x = inputs.wiener_process(100.0, dt, n=n, t_start=20.0, t_end=60.0, seed=1)
    assert not x[:100].any() and not x[300:].any()
    on = x[100:300]
    assert abs(on.mean()) < 5 * math.sqrt(dt / on.size)
    assert abs(on.var() - dt) < 5 * dt * math.sqrt(2 / on.size)
    assert abs((on[1:] * on[:-1]).mean()) < 5 * dt / math.sqrt(on.size)


@pytest.mark.parametrize("dt", [0.1, 5.0])
def test_an_ornstein_uhlenbeck_process_has_its_moments_at_any_step(dt):
    mean, sigma, tau, n = 3.0, 0.5, 10.0, 400
    x = inputs.ou_process(mean, sigma, tau, 40.0, dt, n=n, seed=2)
    assert (x[0] == mean).all()
    for step in (1, round(10.0 / dt), len(x) - 1):
        # Var X(t) = sigma^2 tau / 2 (1 - exp(-2 t / tau)) when it starts at the mean.
        variance = sigma**2 * tau / 2 * (1 - math.exp(-2 * step * dt / tau))
        assert abs(x[step].mean() - mean) < 5 * math.sqrt(variance / n)
        assert abs(x[step].var() - variance) < 5 * variance * math.sqrt(2 / n)
    lag = round(10.0 / dt)
    late = inputs.ou_process(mean, sigma, tau, 2000.0, dt, n=50, seed=3)[round(100.0 / dt) :] - mean
    correlation = (late[lag:] * late[:-lag]).mean() / (late**2).mean()
    # exp(-lag/tau); about 1900/10 independent values in each of 50 processes.
    assert abs(correlation - math.exp(-1.0)) < 5 / math.sqrt(50 * 190)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: inputs.section_input(1.0, [1.0]), '"values" must be a list with an entry for each section'),
        (lambda: inputs.section_input([1.0], [1.0, 2.0]), '"values" has 1 entries, but "durations" has 2'),
        (lambda: inputs.section_input(["a"], [1.0]), r'"values\[0\]" must be a number'),
        (lambda: inputs.section_input([1.0], [-1.0]), r'"durations\[0\]" must be a number, 0 or more'),
        (lambda: inputs.section_input([np.zeros(2), np.zeros(3)], [1, 1]), r"shapes \(2,\), \(3,\)"),
        (lambda: inputs.sinusoidal_input(1.0, -1.0, 10.0), '"frequency" must be a number, 0 or more'),
        (lambda: inputs.square_input("a", 1.0, 10.0), '"amplitude" must be a finite number'),
        (lambda: inputs.square_input(1.0, 1.0, 10.0, t_start=5.0, t_end=20.0), "must lie within the current"),
        (lambda: inputs.wiener_process(10.0, n=0), '"n" must be a whole number of processes, 1 or more'),
        (lambda: inputs.wiener_process(10.0, seed=-1), '"seed" must be a whole number'),
        (lambda: inputs.ou_process(0.0, -1.0, 5.0, 10.0), '"sigma" must be a number, 0 or more'),
        (lambda: inputs.ou_process(0.0, 1.0, 0.0, 10.0), '"tau" must be a number of ms above 0'),
    ],
)
def test_mistakes_are_named(call, message):
    with pytest.raises(ModelUseError, match=message):
        call()
