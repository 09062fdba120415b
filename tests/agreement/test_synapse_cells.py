"""Synapse cells have the bits of the same models written by hand, and the same bits on all back ends."""

from __future__ import annotations

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from tests.agreement.networks import assert_same_bits, simulate

NEURON = """
dV/dt = (-V - 60 + 20*I)/10
input I = 0.8
init V = uniform(-60, -50)
spike when V > -50
reset V = -60
"""
EXPONENTIAL = """
ds/dt = -s/tau
tau = 8 ms; g = 0.05
on spike: s += 1
post.input += g*s
"""
AMPA = """
ds/dt = -s/tau
tau = 2 ms in [1, 20]; g = 0.1 uS in [0, 1]; E = 0 mV; w = 1
on spike: s += w
post.input += g*s*(E - post.V)
"""
ALPHA = """
ds/dt = x - s/tau
dx/dt = -x/tau
tau = 2 ms; g = 0.1 uS; E = 0 mV; e_0 = 2.718281828459045
on spike: x += e_0/tau
post.input += g*s*(E - post.V)
"""
NMDA = """
dx/dt = -x/tau_rise
ds/dt = -s/tau_decay + alpha*x*(1 - s)
tau_rise = 2 ms; tau_decay = 100 ms; alpha = 0.5; Mg = 1; g = 0.15 uS; E = 0 mV
on spike: x += 1
block(V) = 1/(1 + Mg/3.57*exp(-0.062*V))
post.input += -g*s*block(post.V)*(post.V - E)
"""
STP = """
ds/dt = -s/tau
du/dt = -u/tau_f
dx/dt = (1 - x)/tau_d
init x = 1
A = 1 nA; U = 0.15; tau_f = 1500 ms; tau_d = 200 ms; tau = 8 ms
on spike: u += U*(1 - u), s += A*u*x, x -= u*x
post.input += s
"""
STDP = """
ds/dt = -s/tau
dP/dt = -P/tau_plus
dM/dt = -M/tau_minus
init w = w_max/2
w_max = 0.015; A_plus = 0.05; A_minus = 0.0525; tau_plus = 20 ms; tau_minus = 20 ms; tau = 5 ms; E = 0 mV
on spike: s += w, w = max(w + w_max*M, 0), P += A_plus
on post spike: w = min(w + w_max*P, w_max), M -= A_minus
post.input += s*(E - post.V)
"""
GAP = """
g = 0.1
post.input += g*(pre.V - post.V)
"""
KICK = """
J = 0.4 mV; tau = 50 ms
dx/dt = (1 - x)/tau + 0.05*xi
init x = uniform(0.5, 1)
on spike: post.V += J*x, x *= 0.8
delay 0.7
"""


def stdp_by_hand():
    """`models.get_STDP`, in the order of the cell, in which a spike of the source comes before one of the target."""
    w_max, A_plus, A_minus, tau_plus, tau_minus, tau, E = 0.015, 0.05, 0.0525, 20.0, 20.0, 5.0, 0.0

    @bp.integrate(method="exponential")
    def int_s(s, t):
        return -s / tau

    @bp.integrate(method="exponential")
    def int_P(P, t):
        return -P / tau_plus

    @bp.integrate(method="exponential")
    def int_M(M, t):
        return -M / tau_minus

    def update(ST, _t, pre, post):
        s, P, M, w = int_s(ST["s"], _t), int_P(ST["P"], _t), int_M(ST["M"], _t), ST["w"]
        if pre["spike"] > 0.0:
            s += w
            w = np.maximum(w + w_max * M, 0.0)
            P += A_plus
        if post["spike"] > 0.0:
            w = np.minimum(w + w_max * P, w_max)
            M -= A_minus
        ST["s"] = s
        ST["P"] = P
        ST["M"] = M
        ST["w"] = w
        post["input"] += s * (E - post["V"])

    return bp.SynType("STDP", bp.SynState({"s": 0.0, "P": 0.0, "M": 0.0, "w": w_max / 2}), update, mode="scalar")


BY_HAND = {
    "exponential": (EXPONENTIAL, lambda m: models.get_exponential(0.05, 8.0, m), "s"),
    "AMPA": (AMPA, lambda m: models.get_AMPA(method=m), "s"),
    "alpha": (ALPHA, lambda m: models.get_alpha(method=m), "s"),
    "NMDA": (NMDA, lambda m: models.get_NMDA(method=m), "s"),
    "STP": (STP, lambda m: models.get_STP(method=m), "x"),
    "STDP": (STDP, lambda m: stdp_by_hand(), "w"),
    "gap_junction": (GAP, lambda m: models.get_gap_junction(0.1), None),
}


def network(synapse, delay=None, monitors=()):
    cells = bp.neuron(NEURON, "Cell")
    before = bp.NeuGroup(cells, 12, monitors=["spike"])
    after = bp.NeuGroup(cells, 9, monitors=["V", "spike"])
    edges = bp.SynConn(
        synapse, before, after, conn=bp.connect.FixedProb(0.4, seed=3), delay=delay, monitors=list(monitors)
    )
    return before, after, edges, bp.Network(before, after, edges)


def runs(synapse, delay=None, monitors=()):
    bp.profile.set(dt=0.1, seed=4, jit=False)
    before, after, edges, net = network(synapse, delay, monitors)
    net.run(120.0, inputs=[(before, "ST.input", 0.3)])
    return before, after, edges


@pytest.mark.parametrize("name", BY_HAND)
def test_a_cell_has_the_bits_of_the_model_written_by_hand(name):
    text, by_hand, state = BY_HAND[name]
    monitors = [state] if state else []
    cell, hand = runs(bp.synapse(text, name), monitors=monitors), runs(by_hand("exponential"), monitors=monitors)
    assert cell[0].mon["spike"].sum() > 20 and np.ptp(cell[1].mon["V"]) > 5
    assert np.array_equal(cell[1].mon["V"], hand[1].mon["V"])
    assert not state or np.array_equal(cell[2].mon[state], hand[2].mon[state])


@pytest.mark.parametrize("name", ["AMPA", "alpha", "STP"])
def test_a_delay_is_that_of_a_delayed_step_by_hand(name):
    """There the states run ahead of what they do, here they wait: the neurons cannot tell."""
    text, by_hand, state = BY_HAND[name]
    cell = runs(bp.synapse(text + "delay 1.5 ms", name), monitors=[state, "spike"])
    hand = runs(by_hand("exponential"), 1.5, [state])
    assert np.array_equal(cell[1].mon["V"], hand[1].mon["V"])
    late = 14  # 15 steps less the one in which the input waits for the neuron
    if name == "alpha":  # its states start at rest, so they are only moved
        assert np.array_equal(cell[2].mon[state][late:], hand[2].mon[state][:-late])
    sent = cell[0].mon["spike"][:, cell[2].pre_ids]
    assert np.array_equal(cell[2].mon["spike"][late:], sent[:-late])


def test_the_delay_of_a_connection_goes_before_that_of_the_text():
    text = bp.synapse(AMPA + "delay 3", "AMPA")
    assert text.delay == 3.0 and network(text)[2].delay == 3.0
    assert network(text, 0.5)[2].delay == 0.5 and network(text, 0.0)[2].delay == 0.0


@pytest.mark.parametrize("name, text", [("STDP", STDP + "delay 0.7"), ("NMDA", NMDA), ("KICK", KICK)])
def test_reference_and_numba_have_the_same_bits(name, text):
    sims = []
    for backend in ("reference", "numba"):
        bp.profile.set(dt=0.1, seed=4)
        before, after, edges, net = network(bp.synapse(text, name))
        fields = [(edges, f"ST.{field}") for field in edges.ST] + [(after, "ST.V")]
        sims.append(simulate(net, backend, [(before, "ST.input", 0.3)], fields, steps=600))
    assert_same_bits(*sims)
    assert np.ptp(sims[0].monitor(0)) > 0


def test_a_pair_of_spikes_changes_the_weight_by_the_curve_of_the_paper():
    """w_max*A_plus*exp(-d/tau_plus) when the target spikes d after the arrival; less when it was before."""
    for lag, expected in ((12.0, 0.015 * 0.05 * np.exp(-11.0 / 20)), (-12.0, -0.015 * 0.0525 * np.exp(-13.0 / 20))):
        bp.profile.set(dt=0.1, jit=False)
        source = bp.neuron("dV/dt = 0\ninput I = 0\nat = 20\nspike when t >= at and t < at + 0.05", "Source")
        pre = bp.NeuGroup(source, 1, pars_update={"at": 20.0})
        post = bp.NeuGroup(source, 1, pars_update={"at": 20.0 + lag})
        edges = bp.SynConn(bp.synapse(STDP + "delay 1.1", "STDP"), pre, post, conn=bp.connect.All2All())
        bp.Network(pre, post, edges).run(60.0)
        assert edges.ST["w"][0] - 0.0075 == pytest.approx(expected, rel=1e-9)


def test_a_connection_names_the_field_that_is_missing_and_both_groups():
    poor = bp.neuron("dv/dt = -v\nspike when v > 1", "Poor")
    a, b = bp.NeuGroup(poor, 2, name="left"), bp.NeuGroup(poor, 2, name="right")
    with pytest.raises(bp.errors.TypeMismatchError) as caught:
        bp.SynConn(bp.synapse(AMPA, "AMPA"), a, b, conn=bp.connect.All2All())
    text = str(caught.value)
    assert 'post["V"]' in text and '"left"' in text and '"right"' in text and 'rename "v" to "V"' in text
    assert text.startswith("synapse 'AMPA':5:24: ")


def test_a_delay_that_nothing_waits_for_is_refused():
    cells = bp.NeuGroup(bp.neuron(NEURON, "Cell"), 2)
    with pytest.raises(bp.errors.ModelUseError, match="comes through a delay"):
        bp.SynConn(bp.synapse(GAP, "Gap"), cells, cells, conn=bp.connect.All2All(), delay=1.0)


def test_edges_have_parameters_and_initial_values_of_their_own():
    bp.profile.set(dt=0.1, seed=4, jit=False)
    before, after, edges, net = network(bp.synapse(KICK, "Kick"))
    assert len(np.unique(edges.ST["x"])) == edges.num and 0.5 <= edges.ST["x"].min() < edges.ST["x"].max() < 1
    edges.pars["J"] = np.linspace(0, 1, edges.num)
    net.run(10.0)
    assert np.isfinite(after.ST["V"]).all()
