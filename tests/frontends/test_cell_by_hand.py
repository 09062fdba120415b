"""A cell and the same model written as Python steps have the same bits, run as groups."""

from __future__ import annotations

import numpy as np
import pytest

import brainpy_lab as bp

LIF = """
dv/dt = (-(v - E) + k*I)/tau
input I = 1.5
k = 2*R
E = -1; tau = 10 ms; R = 0.7
init v = -1
spike when v > 0.3
reset v = E
refractory 2
method euler
"""


@pytest.fixture(autouse=True)
def _reference(monkeypatch):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    bp.profile.set(dt=0.1)


def lif_by_hand():
    E, tau, R, I, refractory = -1.0, 10.0, 0.7, 1.5, 2.0

    @bp.integrate(method="euler")
    def int_v(v, t, current):
        k = 2.0 * R
        return (-(v - E) + k * current) / tau

    def update(ST, _t):
        v = ST["v"]
        held = (_t - ST["t_last_spike"]) / 0.1 + 0.5 < refractory / 0.1 + 1.0
        new = np.where(held, v, int_v(v, _t, I + ST["input"]))
        spike = (v <= 0.3) & (new > 0.3) & np.logical_not(held)
        ST["v"] = np.where(spike, E, new)
        ST["spike"] = np.where(spike, 1.0, 0.0)
        ST["t_last_spike"] = np.where(spike, _t, ST["t_last_spike"])
        ST["input"] = 0.0

    state = bp.types.NeuState({"v": -1.0, "input": 0.0, "spike": 0.0, "t_last_spike": -1e7})
    return bp.NeuType("ByHand", state, steps=update, mode="vector")


def test_a_leaky_neuron_written_by_hand_has_the_bits_of_its_cell():
    runs = []
    for model in (bp.neuron(LIF, "LIF"), lif_by_hand()):
        group = bp.NeuGroup(model, 3, monitors=["v", "spike", "t_last_spike"])
        group.run(200.0, inputs=("ST.input", 0.5))
        runs.append(group.mon)
    for name in ("v", "spike", "t_last_spike"):
        assert np.array_equal(runs[0][name], runs[1][name]), name
    assert runs[0]["spike"].sum() > 10


def test_intermediates_are_monitored_and_follow_parameters():
    group = bp.NeuGroup(bp.neuron(LIF, "LIF"), 2, monitors=["k", "v"], pars_update={"R": np.array([0.5, 2.0])})
    group.run(1.0)
    assert np.array_equal(group.mon["k"], np.tile([1.0, 4.0], (10, 1)))


def test_initial_values_reach_the_group():
    cell = "dv/dt = 0; dw/dt = 0; dx/dt = 0\ninit v = -65 mV, w = 2*a, x = uniform(a, a + 1)\na = 3"
    group = bp.NeuGroup(bp.neuron(cell, "Start"), 500, monitors=["v", "w", "x"])
    group.run(0.1)
    assert (group.mon["v"] == -65).all() and (group.mon["w"] == 6).all()
    x = group.mon["x"][-1]
    assert x.min() >= 3 and x.max() < 4 and len(np.unique(x)) > 490
    assert x.mean() == pytest.approx(3.5, abs=4 / np.sqrt(12 * 500))
