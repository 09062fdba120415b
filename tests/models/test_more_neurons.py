"""The neurons of `generalized` and `bursting` against closed forms and the facts of their papers."""

import numpy as np

import brainpy_lab as bp
from brainpy_lab import models


def run(model, current, duration, dt=0.02, jit=False):
    """A group with one neuron for each current, and its intervals."""
    bp.profile.set(jit=jit, dt=dt)
    current = np.atleast_1d(np.asarray(current, dtype=float))
    group = bp.NeuGroup(model, current.size, monitors=["V", "spike"])
    group.run(duration, inputs=("ST.input", current[None]))
    times, ids = group.spikes()
    return group, [np.diff(times[ids == k]) for k in range(current.size)]


def test_gif_spikes_regularly_at_the_interval_of_its_closed_form():
    # a = 0 holds the threshold at its rest: from -70 up to -50 mV, towards -70 + tau I.
    _, (slow, fast) = run(models.get_GIF(method="rk4"), [1.5, 3.0], 200.0)
    for gaps, I in ((slow, 1.5), (fast, 3.0)):
        np.testing.assert_allclose(gaps, 20.0 * np.log(20 * I / (20 * I - 20.0)), atol=1.5 * 0.02)


def test_gif_with_a_moving_threshold_stops_or_adapts():
    # a/b = 1/2: the threshold of a constant V lies at -50 + (V + 70)/2. V rests at -70 + 20 I without spikes. At 1.5
    # that is -40, below a threshold of -35, and spiking stops; at I = 3 it is -10, above one of -20, and goes on.
    group, (_, adapting) = run(models.get_GIF(a=0.005, method="rk4"), [1.5, 3.0], 800.0, dt=0.05)
    assert group.mon.spike[:4000, 0].any() and not group.mon.spike[8000:, 0].any()
    assert group.mon.spike[14_000:, 1].any()
    assert (np.diff(adapting) > -0.11).all() and adapting[-1] > 1.3 * adapting[0]


def test_gif_currents_jump_and_decay():
    model = models.get_GIF(A_1=0.5, A_2=-0.1, R_1=0.0, R_2=1.0, method="exponential")
    bp.profile.set(jit=False, dt=0.01)
    group = bp.NeuGroup(model, 1, monitors=["I_1", "I_2", "spike"])
    group.run(20.0, inputs=("ST.input", 5.0))
    first = int(np.flatnonzero(group.mon.spike[:, 0])[0])
    t = np.arange(50) * 0.01
    np.testing.assert_allclose(group.mon.I_1[first : first + 50, 0], 0.5 * np.exp(-0.2 * t), rtol=1e-12)
    np.testing.assert_allclose(group.mon.I_2[first : first + 50, 0], -0.1 * np.exp(-0.02 * t), rtol=1e-12)


def test_a_resonator_answers_pulses_at_its_own_period_only():
    # A pulse that sets x gives V = x exp(bt) sin(wt): two of them add up one period apart, and cancel half of one.
    bp.profile.set(jit=False, dt=0.01)
    period = 2 * np.pi / 0.6
    current = np.zeros((3000, 4))
    current[0] = 1.0 / 0.01
    for k, gap in enumerate([period, period / 2, 0.75 * period]):
        current[int(gap / 0.01), k] = 1.0 / 0.01
    current *= 1.1  # one alone reaches 1.1 exp(-0.1 * 2.34) sin(1.41) = 0.86, and two together 0.86 (1 + exp(-1.05))
    group = bp.NeuGroup(models.get_ResonateFire(method="rk4"), 4, monitors=["V", "spike"])
    group.run(30.0, inputs=("ST.input", current))
    assert group.mon.spike.any(axis=0).tolist() == [True, False, False, False]
    t = np.arange(1, 301) * 0.01
    np.testing.assert_allclose(group.mon.V[:300, 3], 1.1 * np.exp(-0.1 * t) * np.sin(0.6 * t), atol=0.01)


def test_a_resonator_falls_from_the_threshold_after_a_spike():
    group, _ = run(models.get_ResonateFire(), [2.0], 30.0, dt=0.01)
    first = int(np.flatnonzero(group.mon.spike[:, 0])[0])
    assert group.mon.V[first, 0] == 1.0 and (np.diff(group.mon.V[first : first + 20, 0]) < 0).any()


def test_hindmarsh_rose_rests_bursts_and_spikes():
    model = models.get_HindmarshRose(method="rk4")
    group, (_, bursts, tonic) = run(model, [0.0, 2.0, 4.0], 2000.0, dt=0.01, jit=True)
    # At rest y = 1 - 5 V^2, z = 4 (V + 1.6): a root of -V^3 - 2 V^2 - 4 V - 5.4.
    rest = next(root.real for root in np.roots([-1.0, -2.0, -4.0, -5.4]) if abs(root.imag) < 1e-12)
    assert abs(group.mon.V[-1, 0] - rest) < 1e-3 and not group.mon.spike[100_000:, 0].any()
    late = bursts[len(bursts) // 2 :]
    # Pauses that are long beside the gaps inside a burst, and not more pauses than gaps (and one at the edge).
    assert late.max() > 4 * late.min() and np.sum(late > 3 * late.min()) <= len(late) / 2 + 1
    assert np.ptp(tonic[-10:]) < 0.05 * tonic[-1]


def test_a_rate_unit_goes_exponentially_to_its_gain_function():
    bp.profile.set(jit=False, dt=0.1)
    group = bp.NeuGroup(models.get_rate(tau=10.0, method="exponential"), 3, monitors=["r"])
    group.run(30.0, inputs=("ST.input", np.array([1.0, 1.2, 3.0])[None]))
    t = np.arange(1, 301) * 0.1
    for k, share in enumerate([0.5, 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(-10))]):
        # Exact for a linear equation; 300 multiplications round to about 1e-13.
        np.testing.assert_allclose(group.mon.r[:, k], 100.0 * share * (1 - np.exp(-t / 10.0)), rtol=1e-12)
    assert group.ST["input"].tolist() == [0.0, 0.0, 0.0]
