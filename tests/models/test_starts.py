"""What networks begin with, to the last bit: the formulas of their papers, written out a second time.

Both sides ask NumPy for the same exponentials, so that they agree on every machine.
"""

import math

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.connect.random import generator

SHARES = [(1.7, 0.15), (2.1, 0.11), (1.3, 0.23)]


@pytest.fixture(autouse=True)
def _settings():
    bp.profile.set(jit=False, dt=0.1, numerical_method="exponential")


def test_the_gates_of_the_gamma_network_rest_at_their_potentials():
    neurons = models.gamma_network(n=200, seed=1).neurons
    V = neurons.ST["V"]
    # Wang and Buzsaki 1996, eqs. 3 to 5: alpha/(alpha + beta) of h and n.
    opening, closing = 0.07 * np.exp(-(V + 58.0) / 20.0), 1.0 / (np.exp(-0.1 * (V + 28.0)) + 1.0)
    assert np.array_equal(neurons.ST["h"], opening / (opening + closing))
    opening = 0.1 / bp.exprel(-0.1 * (V + 34.0))
    closing = 0.125 * np.exp(-(V + 44.0) / 80.0)
    assert np.array_equal(neurons.ST["n"], opening / (opening + closing))


def bump(x, centre, width):
    apart = np.abs((x - np.asarray(centre)[..., None] + np.pi) % (2.0 * np.pi) - np.pi)
    return np.exp(-(apart**2) / (2.0 * width**2))


@pytest.mark.parametrize("a, J, k, start", [(0.5, 1.0, 0.5, 0.3), (0.37, 2.3, 0.71, -1.9)])
def test_the_ring_has_the_connections_and_the_bump_of_its_closed_form(a, J, k, start):
    net = models.cann_network(n=16, a=a, J=J, k=k, start=start)
    x, rho = net.ring.x, 16 / (2.0 * np.pi)
    assert np.array_equal(net.ring.ST["U"], 2.0 * math.sqrt(2.0) * (1.0 + math.sqrt(1.0 - k)) / (k * J)
                          * bump(x, start, math.sqrt(2.0) * a))  # fmt: skip
    weights = J / (rho * math.sqrt(2.0 * np.pi) * a) * bump(x, x, a)
    assert np.array_equal(np.reshape(net.recurrent.pars["w"], (16, 16)), weights)
    k_c = k * J**2 / (8.0 * math.sqrt(2.0 * np.pi) * a * rho)
    assert net.pool.pars["k"] == k_c


@pytest.mark.parametrize("width", [0.7, 0.31])
def test_a_bump_on_the_ring_is_a_gaussian_of_the_shorter_way(width):
    x = models.ring_positions(64)
    assert np.array_equal(models.ring_bump(x, 3.0, width), bump(x, 3.0, width))
    assert np.array_equal(x, -np.pi + 2.0 * np.pi * np.arange(64) / 64)


@pytest.mark.parametrize("w_plus, share", SHARES)
def test_what_a_pool_of_the_decision_network_takes_of_another(w_plus, share):
    net = models.decision_network(n=100, w_plus=w_plus, share=share, seed=1)
    minus = 1.0 - share * (w_plus - 1.0) / (1.0 - share)
    n = round(share * 80)
    found = np.reshape(net.NMDA_gates.pars["g_max"], (80, 4))
    rows = [(w_plus, minus, 1, 1)] * n + [(minus, w_plus, 1, 1)] * n + [(minus, minus, 1, 1)] * (80 - 2 * n)
    assert np.array_equal(found, np.array(rows))


@pytest.mark.parametrize("J_plus, sigma", [(2.0, 9.0), (1.37, 14.5)])
def test_what_a_pool_of_the_working_memory_takes_of_a_neuron(J_plus, sigma):
    net = models.working_memory_network(n=60, J_plus=J_plus, sigma=sigma, seed=1)
    x = models.ring_positions(48)
    near = bump(x, x, math.radians(sigma))
    share = near[0].mean()
    J_minus = (1.0 - J_plus * share) / (1.0 - share)
    found = np.reshape(net.NMDA_gates.pars["g_max"], (48, 49))
    assert np.array_equal(found[:, :48], J_minus + (J_plus - J_minus) * near) and np.all(found[:, 48] == 1.0)
    assert (net.neurons.excitatory, net.neurons.inhibitory) == (slice(0, 48), slice(48, 60))


@pytest.mark.parametrize("coherence", [12.8, -97.0, 83.0])
def test_a_stimulus_is_normal_numbers_around_its_two_means(coherence):
    found = models.decision_stimulus(coherence, 40.0, 10.0, 31.0, mu_0=37.0, sigma=60.0, interval=4.0, seed=3)
    means = 37.0 * np.array([1.0 + coherence / 100.0, 1.0 - coherence / 100.0])
    rates = np.maximum(means + 60.0 * generator(3).normal(size=(6, 2)), 0.0)
    expected = np.zeros((400, 2))
    for step in range(100, 310):
        expected[step] = rates[(step - 100) // 40]
    assert np.array_equal(found, expected) and (rates == 0.0).any()


@pytest.mark.parametrize("rise, decay", [(1.0, 10.0), (0.7, 9.1), (2.3, 3.1), (0.37, 41.0), (3.3, 77.0)])
def test_the_jump_of_two_exponentials_makes_a_peak_of_one(rise, decay):
    peak = rise * decay / (decay - rise) * math.log(decay / rise)
    shape = math.exp(-peak / decay) - math.exp(-peak / rise)
    found = {p.name: p.value for p in models.get_dual_exponential(tau_rise=rise, tau_decay=decay).ir.params}
    assert found["jump"] == (1.0 / rise - 1.0 / decay) / shape
