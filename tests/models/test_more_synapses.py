"""The synapses of `receptors` and `couplings` against closed forms."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.errors import ModelDefError

DT = 0.01


@pytest.fixture(autouse=True)
def _settings():
    bp.profile.set(jit=False, dt=DT, numerical_method="exponential")


def holder(V):
    """A neuron whose V stays, and that keeps what came in."""

    def update(ST):
        ST["total"] = ST["input"]
        ST["input"] = 0.0

    return bp.NeuType("holder", ST=bp.NeuState("total", "input", V=V), steps=update, mode="scalar")


def driven(model, times, duration, V=-65.0, fields=("s",)):
    """Times, the synapse's fields and the current, with spikes at `times` and V held."""
    source = bp.inputs.SpikeTimeInput(1, times)
    target = bp.NeuGroup(holder(V), 1, monitors=["total"])
    syn = bp.SynConn(model, source, target, conn=bp.connect.one2one, monitors=list(fields))
    net = bp.Network(source, syn, target)
    net.run(duration)
    return net.ts, {name: syn.mon[name][:, 0] for name in fields}, target.mon.total[:, 0]


def test_a_dual_exponential_has_its_peak_of_one_where_calculus_says():
    rise, decay = 1.0, 5.0
    ts, found, current = driven(models.get_dual_exponential(0.1, 0.0, rise, decay), [0.0], 20.0)
    peak = rise * decay / (decay - rise) * np.log(decay / rise)
    s = found["s"]
    assert abs(s.max() - 1.0) < 0.01 and abs(ts[s.argmax()] - peak) < 0.05
    shape = (np.exp(-ts / decay) - np.exp(-ts / rise)) / (np.exp(-peak / decay) - np.exp(-peak / rise))
    np.testing.assert_allclose(s, shape, atol=2 * DT)  # s sees the x of the step before: first order
    np.testing.assert_allclose(current, 0.1 * s * 65.0, rtol=1e-14)


def test_equal_time_constants_are_sent_to_the_alpha_function():
    with pytest.raises(ModelDefError, match="get_alpha"):
        models.get_dual_exponential(tau_rise=2.0, tau_decay=2.0)


@pytest.mark.parametrize("name, value", [("tau_rise", 0.0), ("tau_decay", -1.0)])
def test_a_time_constant_is_above_0(name, value):
    with pytest.raises(ModelDefError, match=f'"{name}" must be a number above 0, but got {value}'):
        models.get_dual_exponential(**{name: value})


def test_a_parameter_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(ModelDefError, match=r"get_LIF\(\): .*'tau_m'. Its parameters are: .*tau.*Name one") as caught:
        models.get_LIF(tau_m=10.0)
    assert isinstance(caught.value, TypeError)


def test_nmda_opens_by_the_closed_form_and_its_block_depends_on_the_potential():
    # Without decay ds/dt = alpha x (1 - s): s = 1 - exp(-alpha * integral of x), x = exp(-t/tau).
    for V in (-65.0, 0.0, 40.0):
        model = models.get_NMDA(g_max=1.0, tau_decay=1e12, tau_rise=2.0, alpha=0.5)
        ts, found, current = driven(model, [0.0], 20.0, V=V)
        expected = 1.0 - np.exp(-0.5 * 2.0 * (1.0 - np.exp(-ts / 2.0)))
        np.testing.assert_allclose(found["s"], expected, atol=DT)
        share = 1.0 / (1.0 + np.exp(-0.062 * V) / 3.57)  # Jahr and Stevens 1990
        np.testing.assert_allclose(current, -found["s"] * share * V, rtol=1e-13, atol=1e-15)
    assert 1.0 / (1.0 + np.exp(0.062 * 65.0) / 3.57) < 0.07  # at rest it is nearly closed


def test_nmda_decays_with_its_slow_time_constant():
    ts, found, _ = driven(models.get_NMDA(), [0.0], 150.0)
    s, late = found["s"], ts > 50.0
    np.testing.assert_allclose(np.diff(np.log(s[late])), -DT / 100.0, rtol=1e-6)


@pytest.mark.parametrize("V_pre", [50.0, -70.0])
def test_gabab_settles_at_its_fixed_point(V_pre):
    bp.profile.set(dt=1.0)
    pre, post = bp.NeuGroup(holder(V_pre), 1), bp.NeuGroup(holder(-65.0), 1, monitors=["total"])
    syn = bp.SynConn(models.get_GABAb(), pre, post, conn=bp.connect.one2one)
    bp.Network(pre, syn, post).run(6000.0)
    T = 1.0 / (1.0 + np.exp(-(V_pre - 2.0) / 5.0))
    r = 0.09 * T / (0.09 * T + 0.0012)
    s = 0.18 / 0.034 * r
    # The slowest time constant is 1/(0.09 T + 0.0012) <= 833 ms: seven of them are left of r, to 1e-3 of its scale.
    assert syn.ST["r"][0] == pytest.approx(r, abs=1e-3) and syn.ST["s"][0] == pytest.approx(s, abs=6e-3)
    now = syn.ST["s"][0]
    assert post.mon.total[-1, 0] == pytest.approx(-0.06 * now**4 / (now**4 + 100.0) * 30.0, rel=1e-9, abs=1e-15)


def test_gabab_answers_a_burst_far_more_than_in_proportion():
    def peak(n_spikes):
        bp.profile.set(dt=0.05)

        def update(ST, _t):
            phase = _t - np.floor(_t / 5.0) * 5.0
            ST["V"] = np.where(np.logical_and(_t < 5.0 * n_spikes, phase < 1.0), 40.0, -65.0)
            ST["input"] = 0.0

        cell = bp.NeuType("pulses", ST=bp.NeuState("input", V=-65.0), steps=update, mode="vector")
        pre, post = bp.NeuGroup(cell, 1), bp.NeuGroup(holder(-65.0), 1, monitors=["total"])
        bp.Network(pre, bp.SynConn(models.get_GABAb(), pre, post, conn=bp.connect.one2one), post).run(300.0)
        return -post.mon.total.min()

    assert peak(10) > 100.0 * peak(1)  # a fourth power below saturation


def test_a_spike_moves_the_potential_by_the_jump_after_the_delay():
    def still(ST):
        ST["x"] = ST["V"]

    target = bp.NeuGroup(bp.NeuType("still", ST=bp.NeuState("V", "x"), steps=still, mode="scalar"), 2, monitors=["x"])
    source = bp.inputs.SpikeTimeInput(2, [0.1, 0.3], [0, 1])
    conn = bp.connect.one2one
    syn = bp.SynConn(models.get_voltage_jump(), source, target, conn=conn, delay=0.05, pars_update={"J": [2.0, -3.0]})
    bp.Network(source, syn, target).run(0.5)
    jumps = np.diff(target.mon.x, axis=0)
    steps, ids = np.nonzero(jumps)
    # Seen four steps later: a delay of 0.05 ms is five slots, of which the first is the spike's own step.
    assert list(zip((steps + 1).tolist(), ids.tolist())) == [(14, 0), (34, 1)]
    assert target.mon.x[-1].tolist() == [2.0, -3.0]


def test_a_gap_junction_pulls_two_cells_together():
    @bp.integrate(method="exponential")
    def int_V(V, t, I, drive):
        return (-V + drive + I) / 10.0

    def update(ST, _t):
        ST["V"] = int_V(ST["V"], _t, ST["input"], ST["drive"])
        ST["input"] = 0.0

    cell = bp.NeuType("passive", ST=bp.NeuState("V", "input", "drive", "spike"), steps=update, mode="scalar")
    pair = bp.NeuGroup(cell, 2)
    pair.ST["drive"] = np.array([3.0, 0.0])
    gap = bp.SynConn(models.get_gap_junction(g=0.5), pair, pair, conn=bp.connect.All2All(include_self=False))
    bp.Network(gap, pair).run(300.0)
    # V1 = 3 - g (V1 - V2), V2 = g (V1 - V2): the difference is 3/(1 + 2g), the sum 3. 300 ms are 30 time constants.
    np.testing.assert_allclose(pair.ST["V"], [2.25, 0.75], rtol=1e-9)


def test_a_spikelet_is_added_at_each_spike_but_not_to_a_neuron_that_spikes():
    first = 3

    def fire(ST, _i):
        ST["spike"] = _i == first

    cell = bp.NeuType("fire", ST=bp.NeuState("V", "spike", "input"), steps=fire, mode="scalar")
    source, target = bp.NeuGroup(cell, 1), bp.NeuGroup(cell, 2, monitors=["V"], pars_update={"first": [4, 3]})
    gap = bp.SynConn(models.get_gap_junction(0.5, k_spikelet=4.0), source, target, conn=bp.connect.All2All())
    bp.Network(source, target, gap).run(0.06)
    # The target is seen before the connection acts, so the spike of step 3 shows in step 4.
    assert target.mon.V.T.tolist() == [[0.0, 0.0, 0.0, 0.0, 2.0, 2.0], [0.0] * 6]


@pytest.mark.parametrize("tau_f, tau_d", [(1500.0, 200.0), (50.0, 400.0)])
def test_short_term_plasticity_settles_at_the_closed_form_of_a_regular_train(tau_f, tau_d):
    bp.profile.set(dt=1.0)  # linear equations: the exponential method is exact
    gap, U = 50.0, 0.15
    model = models.get_STP(A=1.0, U=U, tau_f=tau_f, tau_d=tau_d, tau=1.0)
    _, found, current = driven(model, np.arange(150) * gap, 150 * gap, fields=("s", "u", "x"))
    at = int(149 * gap)
    f, d = np.exp(-gap / tau_f), np.exp(-gap / tau_d)
    u = U / (1.0 - (1.0 - U) * f)  # after a spike: u = u f + U (1 - u f)
    before = (1.0 - d) / (1.0 - (1.0 - u) * d)  # x before a spike: x = 1 - (1 - x (1 - u)) d
    assert found["u"][at] == pytest.approx(u, rel=1e-9)
    assert found["x"][at] == pytest.approx(before * (1.0 - u), rel=1e-9)
    # The jump of the current; what is left of the ones before is exp(-50).
    assert current[at] == pytest.approx(u * before, rel=1e-9)
