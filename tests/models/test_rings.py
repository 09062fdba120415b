"""The continuous attractor against the closed forms of Fung, Wong and Wu 2010."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.errors import ModelDefError

A_HALF = 0.5
WIDTH = np.sqrt(2.0) * A_HALF  # of U, and of a stimulus


@pytest.fixture(autouse=True)
def _settings():
    bp.profile.set(jit=True, dt=0.1, numerical_method="exponential")


def height(k, J=1.0):
    return 2.0 * np.sqrt(2.0) * (1.0 + np.sqrt(1.0 - k)) / (k * J)


def position(net):
    return bp.measure.population_vector(net.ring.mon.r, net.ring.x)


@pytest.mark.parametrize("k, J, n", [(0.5, 1.0, 128), (0.9, 2.0, 64)])
@pytest.mark.parametrize("at", [0.0, 2.9])
def test_a_bump_stands_where_it_was_put_with_the_shape_of_the_closed_form(k, J, n, at):
    net = models.cann_network(n=n, k=k, J=J, start=at)
    net.ring.ST["U"] *= 1.1
    net.run(1000.0)
    expected = height(k, J) * models.ring_bump(net.ring.x, at, WIDTH)
    # The ring is the line of the closed form but for exp(-pi^2/4a^2) = 5e-5 of the height at its far side.
    np.testing.assert_allclose(net.ring.ST["U"], expected, atol=2e-4 * height(k, J))
    assert abs(position(net)[-1] - at) < 1e-4
    squares = expected**2
    # Divisive inhibition: r = U^2 J/(sqrt(2) U_0), because U_0 = J r_0/sqrt(2).
    np.testing.assert_allclose(net.ring.ST["r"], squares * np.sqrt(2.0) / (J * height(k, J)), rtol=1e-3, atol=1e-3)


def test_a_silent_ring_stays_silent_and_a_strong_stimulus_leaves_a_bump():
    net = models.cann_network()
    net.run(50.0)
    assert not net.ring.ST["U"].any()
    stimulus = 10.0 * models.ring_bump(net.ring.x, -1.0, WIDTH)
    net.run(100.0, inputs=(net.ring, "ST.input", stimulus[None]))
    net.run(500.0)
    assert net.ring.ST["U"].max() == pytest.approx(height(0.5), rel=5e-3)
    assert position(net)[-1] == pytest.approx(-1.0, abs=1e-3)


def pulled(z_0, stimulus, tau=10.0, dt=0.1):
    """The position by the law of tracking, for a stimulus at `z_0` in each step."""
    z = [0.0]
    for target in z_0[:-1]:
        apart = target - z[-1]
        z.append(z[-1] + dt / tau * stimulus / height(0.5) * apart * np.exp(-(apart**2) / (6.0 * A_HALF**2)))
    return np.array(z)


@pytest.mark.parametrize("z_0", [np.full(20_000, 0.8), 2e-4 * 0.1 * np.arange(20_000)], ids=["jump", "motion"])
def test_a_bump_follows_a_weak_stimulus_by_the_law_of_tracking(z_0):
    net = models.cann_network(start=0.0)
    series = 0.2 * models.ring_bump(net.ring.x, z_0, WIDTH)
    net.run(2000.0, inputs=(net.ring, "ST.input", series))
    # The law is of first order in the share A/U_0 = 2 %, of up to 0.8 rad.
    np.testing.assert_allclose(position(net), pulled(z_0, 0.2), atol=0.02 * 0.8)


def test_a_stimulus_that_is_too_fast_is_lost():
    # The pull is largest at a distance of sqrt(3) a: sqrt(3) a A/(U_0 sqrt(e)) per tau.
    fastest = np.sqrt(3.0) * A_HALF * 0.5 / height(0.5) / np.sqrt(np.e) / 10.0
    lags = []
    for speed in (0.7 * fastest, 1.5 * fastest):
        net = models.cann_network(start=0.0)
        z_0 = speed * 0.1 * np.arange(20_000)
        net.run(2000.0, inputs=(net.ring, "ST.input", 0.5 * models.ring_bump(net.ring.x, z_0, WIDTH)))
        lags.append(z_0 - np.unwrap(position(net)))
    assert lags[0].max() < np.sqrt(3.0) * A_HALF and np.ptp(lags[0][-2000:]) < 0.05
    assert lags[1][-1] > 2 * np.sqrt(3.0) * A_HALF


def test_the_bump_reads_a_noisy_stimulus_through_its_template():
    # Noise xi moves the bump to where its projection on U dU/dx balances the pull of the stimulus:
    # A rho (z/3) sqrt(4 pi/3) a = sum of xi x exp(-x^2/2a^2).
    rng = np.random.default_rng(3)
    stimulus, sigma, rho = 0.3, 0.03, 128 / (2 * np.pi)
    found, expected = [], []
    for xi in sigma * rng.normal(size=(12, 128)):
        net = models.cann_network(start=0.0)
        x = net.ring.x
        net.run(4000.0, inputs=(net.ring, "ST.input", (stimulus * models.ring_bump(x, 0.0, WIDTH) + xi)[None]))
        # What the ring sends to itself is free of the noise that each unit has at once.
        found.append(bp.measure.population_vector(models.ring_bump(x, x, A_HALF) @ net.ring.ST["r"], x))
        template = x * np.exp(-(x**2) / (2.0 * A_HALF**2))
        expected.append(3.0 / (stimulus * rho * A_HALF * np.sqrt(4 * np.pi / 3)) * np.sum(xi * template))
    # Its variance is 27 sigma^2 a/(8 sqrt(pi) A^2 rho); 12 numbers know a deviation to 1/sqrt(24) of itself.
    spread = sigma / stimulus * np.sqrt(27.0 * A_HALF / (8.0 * np.sqrt(np.pi) * rho))
    assert abs(np.std(found) / spread - 1.0) < 3.0 / np.sqrt(24.0)
    assert np.std(np.subtract(found, expected)) < 0.15 * spread


@pytest.mark.parametrize("name, value", [("k", 0.0), ("k", 1.0), ("a", -1.0), ("tau", 0.0), ("J", 0.0)])
def test_values_without_bumps_are_refused_by_name(name, value):
    with pytest.raises(ModelDefError, match=f'"{name}" must be .*{value}'):
        models.cann_network(**{name: value})


def test_a_bump_on_a_ring_is_the_same_seen_from_the_other_side():
    x = models.ring_positions(8)
    assert x[0] == -np.pi and x[4] == 0.0
    around = models.ring_bump(x, np.pi, 0.5)
    assert around[0] == 1.0 and around[1] == pytest.approx(around[7]) and around[4] < 1e-8
    assert models.ring_bump(x, np.zeros(3), 0.5).shape == (3, 8)
