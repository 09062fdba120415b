"""Neuron models against closed forms and published bifurcations."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models

ALL = [name for name in models.__all__ if name.startswith("get_") and isinstance(getattr(models, name)(), bp.NeuType)]
SPIKING = [name for name in ALL if {"V", "spike"} <= set(getattr(models, name)().ST._vars)]


@pytest.fixture(autouse=True)
def _settings():
    bp.profile.set(jit=False, dt=0.02, numerical_method="rk4")


def run(model, current, duration=200.0, dt=None, **pars):
    """A group with one neuron for each current, its spikes and V recorded."""
    if dt is not None:
        bp.profile.set(dt=dt)
    current = np.atleast_1d(np.asarray(current, dtype=float))
    group = bp.NeuGroup(model, current.size, monitors=["V", "spike"], pars_update=pars)
    group.run(duration, inputs=("ST.input", current[None]))
    return group


def intervals(group, neuron=0):
    times, ids = group.spikes()
    return np.diff(times[ids == neuron])


def fires(group, after=0.0):
    times, ids = group.spikes()
    return [bool(((ids == k) & (times > after)).any()) for k in range(group.num)]


@pytest.mark.parametrize("name", SPIKING)
def test_every_model_clears_its_input_and_stays_finite(name):
    group = run(getattr(models, name)(), [0.0, 0.1], 5.0, dt=0.01)
    assert group.ST["input"].tolist() == [0.0, 0.0]
    assert all(np.isfinite(group.ST[field]).all() for field in group.ST)
    assert set(np.unique(group.mon.spike)) <= {0.0, 1.0}


@pytest.mark.parametrize(
    "make, currents",
    [
        (models.get_LIF, [0.0, 21.0, 100.0]),
        (models.get_QuaIF, [0.0, 10.0, 100.0]),
        (models.get_ExpIF, [0.0, 1.0, 20.0]),
        (models.get_AdExIF, [0.0, 900.0]),
        (models.get_Izhikevich, [0.0, 10.0, 40.0]),
        (models.get_GIF, [0.0, 1.5, 3.0]),
        (models.get_ResonateFire, [0.0, 1.0]),
        (models.get_HH, [0.0, 5.0, 10.0, 40.0]),
        (models.get_MorrisLecar, [60.0, 150.0]),
        (models.get_FitzHughNagumo, [0.0, 0.8]),
        (models.get_WangBuzsaki, [0.0, 0.5, 3.0, 10.0]),
        (models.get_HindmarshRose, [0.0, 2.0, 5.0]),
    ],
)
def test_the_default_step_counts_the_spikes_of_a_fine_one(make, currents):
    # 1 or 5 %: a crossing is seen up to a step late, and so begins the reset or the refractory period.
    bp.profile.set(numerical_method="euler")  # what a session begins with
    coarse, fine = (run(make(), currents, 75.0, dt=dt) for dt in (0.1, 0.02))
    counts = fine.mon.spike.sum(0)
    assert np.isfinite(coarse.mon.V).all() and counts.max() > 0
    assert (np.abs(coarse.mon.spike.sum(0) - counts) <= np.maximum(1, 0.05 * counts)).all()


@pytest.mark.parametrize(
    "make, currents, bound",
    [(models.get_WangBuzsaki, [0.7, 3.0, 10.0], 0.006), (models.get_HindmarshRose, [2.0, 3.4, 4.0], 0.025)],
)
def test_the_default_method_has_the_rate_of_a_fine_step_and_that_of_euler_has_not(make, currents, bound):
    # The bounds are those of the docstrings and a spike, of 3 s; Euler is off by more at each of these currents.
    def counts(dt, **method):
        bp.profile.set(dt=dt, jit="auto")
        group = bp.NeuGroup(make(**method), len(currents), monitors=["spike"])
        group.run(3000.0, inputs=("ST.input", np.array(currents)))
        return group.mon.spike.sum(0)

    fine = counts(0.02)
    allowed = 1 + bound * fine
    assert (np.abs(counts(0.1) - fine) <= allowed).all()
    assert (np.abs(counts(0.1, method="euler") - fine) > allowed).all()


def test_lif_fires_at_the_interval_of_its_closed_form():
    current, tau, ref = np.array([21.0, 30.0, 60.0]), 10.0, 5.0
    group = run(models.get_LIF(V_reset=0.0), current, 300.0)
    for k, I in enumerate(current):
        expected = tau * np.log(I / (I - 20.0)) + ref
        # The crossing is seen at the end of its step, and the refractory period ends with a whole step: two steps.
        np.testing.assert_allclose(intervals(group, k), expected, atol=2.5 * 0.02)
    assert fires(run(models.get_LIF(), [19.99])) == [False]


def test_quadratic_fires_above_its_saddle_node():
    # (V - V_rest)(V - V_c) has its minimum -(15/2)^2 in the middle: I = a_0 * 7.5^2 / R.
    rheobase = 0.07 * 7.5**2
    assert fires(run(models.get_QuaIF(), [0.98 * rheobase, 1.05 * rheobase], 300.0, dt=0.1)) == [False, True]


def test_exponential_fires_above_its_saddle_node():
    # At V = V_T the slope is 0: R I = V_T - V_rest - delta_T.
    rheobase = (-59.9 + 65.0 - 3.48) / 10.0
    assert fires(run(models.get_ExpIF(), [0.95 * rheobase, 1.05 * rheobase], 300.0, dt=0.1)) == [False, True]


def test_adaptive_exponential_slows_down():
    group = run(models.get_AdExIF(), [300.0, 900.0], 300.0, dt=0.05)
    assert fires(group) == [False, True]
    gaps = intervals(group, 1)
    assert len(gaps) > 3 and (np.diff(gaps) > -0.06).all() and gaps[-1] > 1.2 * gaps[0]


@pytest.mark.parametrize("method", ["euler", "rk4", "exponential"])
@pytest.mark.parametrize("make", [models.get_ExpIF, models.get_AdExIF])
def test_a_steep_upswing_survives_a_coarse_step(make, method):
    bp.profile.set(numerical_method=method)
    group = run(make(method=method), [5.0 if make is models.get_ExpIF else 900.0], 200.0, dt=0.2)
    times, _ = group.spikes()
    assert len(times) > 3 and times[-1] > 150.0 and np.isfinite(group.mon.V).all()


def test_izhikevich_regular_spiking_adapts_to_a_steady_rate():
    group = run(models.get_Izhikevich(), [2.0, 10.0], 500.0, dt=0.05)
    assert fires(group, after=200.0) == [False, True]
    gaps = intervals(group, 1)
    assert gaps[0] < 0.8 * gaps[-1] and np.ptp(gaps[-4:]) < 0.1 * gaps[-1]


def test_hodgkin_huxley_rests_at_minus_65_and_fires_at_10():
    group = run(models.get_HH(), [0.0, 10.0], 120.0, dt=0.04)
    assert np.abs(group.mon.V[:, 0] + 65.0).max() < 0.1
    gaps = intervals(group, 1)[2:]
    # 10 uA/cm2 at 6.3 degrees: 68 Hz, an interval of 14.6 ms (Gerstner et al. 2014, Neuronal Dynamics, fig. 2.7).
    assert np.ptp(gaps) < 0.1 and abs(gaps.mean() - 14.6) < 0.4
    assert 35.0 < group.mon.V[:, 1].max() < 50.0


def test_morris_lecar_oscillates_between_its_hopf_points_only():
    # Rinzel and Ermentrout 1998, fig. 7.3: Hopf points at 94 and 212 uA/cm2, the cycles beyond them reach 88 and 217.
    group = run(models.get_MorrisLecar(), [80.0, 150.0, 240.0], 600.0, dt=0.2)
    late = group.mon.V[-1000:]
    assert np.ptp(late, axis=0)[[0, 2]].max() < 1.0 < 40.0 < np.ptp(late[:, 1])


def test_fitzhugh_nagumo_oscillates_between_its_hopf_points_only():
    # Trace zero: 1 - V^2 = b/tau; on the nullclines that is I = 0.331 and 1.419.
    V = np.sqrt(1 - 0.8 / 12.5) * np.array([-1, 1])
    hopf = (V + 0.7) / 0.8 - V + V**3 / 3
    np.testing.assert_allclose(hopf, [0.3313, 1.4187], atol=1e-4)
    group = run(models.get_FitzHughNagumo(), [hopf[0] - 0.05, 0.8, hopf[1] + 0.05], 1000.0, dt=0.2)
    late = np.ptp(group.mon.V[-1000:], axis=0)
    assert late[0] < 0.1 and late[1] > 3.0 and late[2] < 0.1


def test_wang_buzsaki_fires_from_a_low_rate_up():
    # Wang and Buzsaki 1996, fig. 1A: threshold near 0.2 uA/cm2, arbitrarily low rates, some 60 Hz at 1.
    group = run(models.get_WangBuzsaki(), [0.1, 0.25, 1.0], 400.0, dt=0.1)
    assert fires(group) == [False, True, True]
    low, high = intervals(group, 1)[-1], intervals(group, 2)[-1]
    assert low > 2 * high and 50.0 < 1000.0 / high < 75.0


def test_parameters_of_a_ready_model_can_be_changed_for_a_group():
    slow = run(models.get_LIF(), [30.0], 100.0, tau=20.0)
    fast = run(models.get_LIF(), [30.0], 100.0)
    assert len(slow.spikes()[0]) < len(fast.spikes()[0])


def test_the_rheobase_of_the_adaptive_exponential_is_that_of_its_hopf_bifurcation():
    # Touboul and Brette 2008: with a/g_L > tau_m/tau_w rest loses its stability where the trace of the Jacobian is 0.
    g_L, a, ratio, delta_T = 30.0, 4.0, 281.0 / 30.0 / 144.0, 2.0
    assert a / g_L > ratio
    rise = -50.4 + 70.6 - delta_T + delta_T * np.log(1.0 + ratio)
    rheobase = (g_L + a) * rise + delta_T * g_L * (a / g_L - ratio)
    bp.profile.set(jit=True, dt=0.05)
    # Raised slowly, so that nothing but the loss of stability makes it fire.
    group = bp.NeuGroup(models.get_AdExIF(), 2, monitors=["spike"])
    ramp = np.minimum(np.arange(60_000) / 40_000.0, 1.0)[:, None] * rheobase * np.array([0.98, 1.02])
    group.run(3000.0, inputs=("ST.input", ramp))
    assert group.mon.spike.any(axis=0).tolist() == [False, True]


def gaps_of(duration=400.0, current=10.0, **pars):
    bp.profile.set(jit=True)
    return intervals(run(models.get_Izhikevich(**pars), [current], duration, dt=0.05))


def test_izhikevich_cells_fire_in_the_ways_of_figure_2():
    # Izhikevich 2003, fig. 2, with a step of 10.
    bursting, chattering = gaps_of(c=-55.0, d=4.0), gaps_of(c=-50.0, d=2.0)
    # A burst at first and then single spikes.
    assert (bursting[:2] < 10.0).all() and (bursting[4:] > 20.0).all() and np.ptp(bursting[-4:]) < 2.0
    # Bursts again and again: short and long gaps in turns.
    late = chattering[len(chattering) // 2 :]
    assert (late > 20.0).sum() >= 2 and (late < 8.0).sum() > 3 * (late > 20.0).sum()
    # Fast spikes without adaptation, and a low threshold.
    fast, regular = gaps_of(a=0.1, d=2.0), gaps_of()
    assert np.ptp(fast[2:]) < 1.0 and fast[-1] < 0.6 * regular[-1]
    assert len(gaps_of(b=0.25, d=2.0, current=2.0)) > 5 > len(gaps_of(current=2.0))
