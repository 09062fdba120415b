"""The manual's page "HH model in ANNarchy": what its equations do, and what they do once a number is put right.

The page finds one spike where it expects repetitive firing, and suspects the simulator. The equations are the reason.
Its beta_m falls with a scale of 80 mV, where Hodgkin and Huxley have 18 mV, so that a long step leaves the sodium gate
half open; and a step of 200 uA/cm2 lies above the range of repetitive firing, of any version. The numbers quoted below
are those of SciPy 1.17.1 (solve_ivp, RK45, rtol = atol = 1e-9) for the same equations.
"""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models


def page_neuron(scale):
    """The neuron of the page; `scale` is that of beta_m, 80 mV there."""

    @bp.integrate(method="rk4")
    def int_n(n, t, V):
        a_n = 0.01 * (V + 60.0) / (1.0 - np.exp(-0.1 * (V + 60.0)))
        b_n = 0.125 * np.exp(-0.0125 * (V + 70.0))
        return a_n * (1.0 - n) - b_n * n

    @bp.integrate(method="rk4")
    def int_m(m, t, V):
        a_m = 0.1 * (V + 45.0) / (1.0 - np.exp(-0.1 * (V + 45.0)))
        b_m = 4.0 * np.exp(-(V + 70.0) / scale)
        return a_m * (1.0 - m) - b_m * m

    @bp.integrate(method="rk4")
    def int_h(h, t, V):
        a_h = 0.07 * np.exp(-0.05 * (V + 70.0))
        b_h = 1.0 / (1.0 + np.exp(-0.1 * (V + 40.0)))
        return a_h * (1.0 - h) - b_h * h

    @bp.integrate(method="rk4")
    def int_V(V, t, m, h, n, I):
        return 0.3 * (-59.387 - V) + 36.0 * n**4 * (-82.0 - V) + 120.0 * m**3 * h * (45.0 - V) + I

    def update(ST, _t):
        n = int_n(ST["n"], _t, ST["V"])
        m = int_m(ST["m"], _t, ST["V"])
        h = int_h(ST["h"], _t, ST["V"])
        V = int_V(ST["V"], _t, m, h, n, ST["I"])
        ST["V"] = V
        ST["m"] = m
        ST["h"] = h
        ST["n"] = n
        ST["I"] = 0.0

    state = bp.NeuState({"V": -50.0, "n": 0.3, "m": 0.0, "h": 0.6, "I": 0.0})
    return bp.NeuType("page", ST=state, steps=update, mode="scalar")


def potentials(scale, currents, start=100.0, length=101.0, after=0.0):
    """The potential from the beginning of a step of current on, one column for each current."""
    bp.profile.set(jit=True, dt=0.01)
    group = bp.NeuGroup(page_neuron(scale), len(currents), monitors=["V"])
    current, total = bp.inputs.constant_current([(0.0, start), (1.0, length), (0.0, after)])
    group.run(total, inputs=("ST.I", current[:, None] * np.array(currents)))
    first = round(start / 0.01)
    assert abs(group.mon.V[first - 1, 0] + 69.9965) < 1e-3  # at rest, with either scale
    return group.mon.V[first:]


def upstrokes(V):
    """Times at which the potential rises through 0 mV, ms."""
    return (np.flatnonzero((V[:-1] <= 0.0) & (V[1:] > 0.0)) + 1) * 0.01


def test_the_short_pulse_of_the_page_makes_one_spike():
    V = potentials(80.0, [200.0], length=1.0, after=100.0)[:, 0]
    times = upstrokes(V)
    assert len(times) == 1 and abs(times[0] - 0.343) < 0.03
    assert abs(V[-1] + 70.0) < 0.05


def test_the_long_step_of_the_page_makes_one_spike_because_its_equations_say_so():
    V = potentials(80.0, [20.0, 50.0, 100.0, 200.0])
    for k, (first, end) in enumerate([(1.920, -62.7288), (0.970, -58.2423), (0.590, -53.8520), (0.343, -48.2547)]):
        times = upstrokes(V[:, k])
        # Two steps, because each gate sees the potential of the step before.
        assert len(times) == 1 and abs(times[0] - first) < 0.03
        assert abs(V[-1, k] - end) < 1e-3


def test_with_the_gate_of_hodgkin_and_huxley_a_long_step_fires_repetitively():
    V = potentials(18.0, [10.0, 20.0, 50.0, 200.0])
    found = [upstrokes(V[:, k]) for k in range(4)]
    assert [len(times) for times in found] == [7, 9, 12, 1]
    for times, expected in zip(found, ([1.919, 16.848, 31.496], [1.288, 13.360, 24.960], [0.778, 10.292, 18.974])):
        np.testing.assert_allclose(times[:3], expected, atol=0.1)
    # 200 uA/cm2 are too much for it: the depolarization stays.
    assert abs(V[-1, 3] + 45.807) < 0.01


@pytest.mark.parametrize("current, n_spikes, last", [(10.0, 7, 90.041), (20.0, 9, 94.354), (50.0, 12, 95.913)])
def test_the_ready_hodgkin_huxley_fires_repetitively_under_the_long_step(current, n_spikes, last):
    # It is the corrected neuron of the page with all potentials 5 mV higher.
    bp.profile.set(jit=True, dt=0.01)
    group = bp.NeuGroup(models.get_HH(V_th=5.0, method="rk4"), 1, monitors=["spike"])
    series, total = bp.inputs.constant_current([(0.0, 100.0), (current, 101.0)])
    group.run(total, inputs=("ST.input", series))
    times, _ = group.spikes()
    assert len(times) == n_spikes
    # A lag of a step in what the equations see of each other shifts each interval by about 0.1 %.
    assert abs(times[-1] - 100.0 - last) < 0.3
