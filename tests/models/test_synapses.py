"""Synapse models against their closed forms, one spike at a time."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models

DT = 0.01


@pytest.fixture(autouse=True)
def _settings():
    bp.profile.set(jit=False, dt=DT, numerical_method="exponential")


def one_spike(model, delay=0.0, duration=20.0, V=-65.0):
    """Connect a source that spikes in step 0 to a target that only collects its input."""

    def fire(ST, _i):
        ST["spike"] = _i == 0

    def collect(ST):
        ST["total"] = ST["input"]
        ST["input"] = 0.0

    source = bp.NeuGroup(bp.NeuType("source", ST=bp.NeuState("spike"), steps=fire, mode="scalar"), 1)
    target = bp.NeuGroup(
        bp.NeuType("target", ST=bp.NeuState("total", "input", V=V), steps=collect, mode="scalar"), 1, monitors=["total"]
    )
    syn = bp.SynConn(model, source, target, conn=bp.connect.One2One(), delay=delay, monitors=["s"])
    net = bp.Network(source, syn, target)
    net.run(duration)
    return net.ts, syn.mon.s[:, 0], target.mon.total[:, 0]


def test_the_exponential_current_decays_from_one():
    ts, s, current = one_spike(models.get_exponential(g_max=0.5, tau=8.0))
    # Exact integration; 2,000 multiplications by exp(-dt/tau) round to about 1e-13.
    np.testing.assert_allclose(s, np.exp(-ts / 8.0), rtol=1e-12)
    np.testing.assert_array_equal(current, 0.5 * s)


def test_ampa_drives_towards_its_reversal_potential():
    ts, s, current = one_spike(models.get_AMPA(g_max=0.1, E=0.0, tau=2.0))
    np.testing.assert_allclose(s, np.exp(-ts / 2.0), rtol=1e-12)
    np.testing.assert_allclose(current, 0.1 * s * 65.0, rtol=1e-14)


def test_the_alpha_function_peaks_with_one_at_its_time_constant():
    ts, s, _ = one_spike(models.get_alpha(tau=2.0))
    assert abs(s.max() - 1.0) < 0.01 and abs(ts[s.argmax()] - 2.0) < 0.05
    # s sees the x of the step before: first order in dt.
    np.testing.assert_allclose(s, ts / 2.0 * np.exp(1.0 - ts / 2.0), atol=2 * DT)


def test_a_delay_shifts_the_current_and_not_the_state():
    _, s, current = one_spike(models.get_exponential(g_max=1.0), delay=1.0)
    lag = round(1.0 / DT) - 1
    assert (current[:lag] == 0.0).all()
    np.testing.assert_array_equal(current[lag:], s[:-lag])


@pytest.mark.parametrize("potential, fixed", [(50.0, 12.0 / 12.1), (-50.0, 0.0)])
def test_gaba_opens_with_the_presynaptic_potential(potential, fixed):
    def hold(ST):
        ST["V"] = potential
        ST["input"] = 0.0

    cell = bp.NeuType("cell", ST=bp.NeuState("input", V=potential), steps=hold, mode="scalar")
    group = bp.NeuGroup(cell, 1)
    syn = bp.SynConn(models.get_GABAa(), group, group, conn=bp.connect.All2All())
    bp.Network(group, syn).run(100.0)
    # s = alpha T/(alpha T + beta) with T = 1 or 0 to 1e-11.
    assert syn.ST["s"][0] == pytest.approx(fixed, abs=1e-8)
