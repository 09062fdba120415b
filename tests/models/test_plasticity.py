"""Synapses that learn, against closed forms and the figures of their papers."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.errors import ModelDefError


@pytest.fixture(autouse=True)
def _settings():
    bp.profile.set(jit=False, dt=0.1, numerical_method="exponential")


# ---- spike-timing-dependent plasticity


def firing_at(times):
    """Neurons with a potential of -65 mV that spike once each, at `times`."""
    t_fire = 0.0

    def update(ST, _t, _dt):
        ST["spike"] = np.abs(_t - t_fire) < 0.5 * _dt
        ST["total"] = ST["input"]
        ST["input"] = 0.0

    model = bp.NeuType("firing", ST=bp.NeuState("spike", "input", "total", V=-65.0), steps=update, mode="scalar")
    return bp.NeuGroup(model, len(times), pars_update={"t_fire": np.array(times, dtype=float)}, monitors=["total"])


def pairs(times_pre, times_post, duration=200.0, **pars):
    """The weights of one synapse per pair of spikes after a run, and what the targets received."""
    source, target = firing_at(times_pre), firing_at(times_post)
    stdp = bp.SynConn(models.get_STDP(**pars), source, target, conn=bp.connect.one2one)
    bp.Network(source, target, stdp).run(duration)
    return stdp.ST["w"], target.mon.total


def test_each_pair_of_spikes_changes_the_weight_by_the_window():
    # Song, Miller and Abbott 2000, eq. 1.
    apart = np.array([-80.0, -40.0, -20.0, -5.0, -1.0, -0.1, 0.1, 1.0, 5.0, 20.0, 40.0, 80.0])
    w, _ = pairs(np.full(12, 100.0), 100.0 + apart, w_max=2.0, w_0=1.0, A_plus=0.01, A_minus=0.03, tau_minus=35.0)
    window = np.where(apart > 0, 0.01 * np.exp(-apart / 20.0), -0.03 * np.exp(apart / 35.0))
    # The exponential method is exact; up to 800 multiplications round to about 1e-13.
    np.testing.assert_allclose(w - 1.0, 2.0 * window, rtol=1e-11)


def test_two_spikes_of_one_step_are_no_pair_of_each_other():
    w, _ = pairs([50.0], [50.0], w_0=0.01)
    assert w[0] == 0.01


def test_a_weight_stays_between_zero_and_its_maximum():
    w, _ = pairs([50.0, 55.0], [55.0, 50.0], w_max=2.0, w_0=1.0, A_plus=3.0, A_minus=3.0)
    assert w.tolist() == [2.0, 0.0]


def test_the_conductance_jumps_by_the_weight_from_before_the_spike():
    _, total = pairs([50.0], [45.0], w_max=2.0, w_0=1.0, A_minus=0.1, tau=5.0)
    t = np.arange(200) * 0.1
    # The network runs the target before the synapse, so the current is seen one step later.
    np.testing.assert_allclose(total[501:701, 0], 65.0 * np.exp(-t / 5.0), rtol=1e-12)


def song_miller_abbott(rate, duration):
    """Their neuron with 1,000 plastic and 200 inhibitory Poisson inputs; learning is four times as fast as theirs."""
    bp.profile.set(jit=True, dt=0.5, seed=1)
    model = models.get_LIF(V_rest=-70.0, V_reset=-60.0, V_th=-54.0, tau=20.0, t_refractory=0.0)
    neuron = bp.NeuGroup(model, 1, monitors=["spike"])
    excitation, inhibition = bp.inputs.PoissonInput(1000, rate), bp.inputs.PoissonInput(200, 10.0)
    stdp = bp.SynConn(models.get_STDP(A_plus=0.02, A_minus=0.021), excitation, neuron, conn=bp.connect.All2All())
    stdp.ST["w"] = np.linspace(0.0, 0.015, 1000)
    fixed = bp.SynConn(models.get_conductance(0.05, E=-70.0), inhibition, neuron, conn=bp.connect.All2All())
    bp.Network(excitation, inhibition, neuron, stdp, fixed).run(duration)
    return stdp.ST["w"] / 0.015, neuron.spikes()[0] / 1000.0


def test_weights_split_in_two_groups_and_regulate_the_rate():
    # Song, Miller and Abbott 2000, figs. 2 and 3: weights gather at both ends; faster inputs leave fewer strong ones,
    # so that the output rate hardly follows them; the intervals become irregular.
    slow, times_slow = song_miller_abbott(10.0, 100_000.0)
    fast, times_fast = song_miller_abbott(40.0, 50_000.0)
    ends, middle = np.sum((slow < 0.2) | (slow > 0.8)), np.sum((slow > 0.3) & (slow < 0.7))
    assert ends > 1.5 * middle  # equal parts at the start
    assert fast.mean() < 0.5 * slow.mean()
    rates = [np.sum(times > times[-1] - 10.0) / 10.0 for times in (times_slow, times_fast)]
    before = np.sum(times_fast < 0.5) / 0.5
    assert 2.0 < rates[0] < 15.0 and rates[1] < 60.0 < 90.0 < before
    gaps = np.diff(times_fast[times_fast > 40.0])
    assert gaps.std() > 0.6 * gaps.mean()


# ---- rates


def shown(synapse, patterns, hold, sequence, gain=1.0, monitors=("w",)):
    """A linear unit that sees `patterns`, each for `hold` steps, in the order of `sequence`."""
    n = patterns.shape[1]
    sources = bp.NeuGroup(models.get_linear_rate(tau=0.0, rectified=False), n)
    target = bp.NeuGroup(models.get_linear_rate(tau=0.0, gain=gain, rectified=False), 1, monitors=["r"])
    plastic = bp.SynConn(synapse, sources, target, conn=bp.connect.All2All(), monitors=list(monitors))
    plastic.ST["w"] = np.linspace(0.4, 0.6, n)
    net = bp.Network(sources, plastic, target)
    series = np.repeat(patterns[sequence], hold, axis=0)
    net.run(len(series) * bp.profile.get_dt(), inputs=(sources, "ST.input", series))
    return plastic, target


def test_a_linear_rate_follows_its_threshold_linear_gain():
    bp.profile.set(jit=False, dt=0.1)
    for tau, rectified in ((10.0, True), (0.0, True), (10.0, False)):
        model = models.get_linear_rate(tau=tau, gain=3.0, threshold=1.0, rectified=rectified)
        group = bp.NeuGroup(model, 3, monitors=["r"])
        group.run(5.0, inputs=("ST.input", np.array([0.0, 1.5, 3.0])[None]))
        final = 3.0 * np.array([0.0 if rectified else -1.0, 0.5, 2.0])
        t = np.arange(1, 51) * 0.1
        share = 1.0 - np.exp(-t / tau) if tau else np.ones(50)
        np.testing.assert_allclose(group.mon.r, share[:, None] * final, rtol=1e-12)


def test_a_rate_coupling_delivers_weight_times_rate_after_its_delay():
    source = bp.NeuGroup(models.get_linear_rate(tau=0.0), 2)
    target = bp.NeuGroup(models.get_linear_rate(tau=0.0), 1, monitors=["r"])
    edges = bp.SynConn(
        models.get_rate_coupling(), source, target, conn=bp.connect.All2All(), delay=0.3, pars_update={"w": [2.0, 5.0]}
    )
    series = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    bp.Network(source, edges, target).run(0.5, inputs=(source, "ST.input", series))
    assert target.mon.r[:, 0].tolist() == [0.0, 0.0, 2.0, 5.0, 0.0]


@pytest.mark.parametrize("make, name", [(models.get_linear_rate, "tau"), (models.get_BCM, "tau_theta")])
def test_a_time_constant_below_zero_is_refused(make, name):
    with pytest.raises(ModelDefError, match=f'"{name}" must be .*-1.0'):
        make(**{name: -1.0})


def test_oja_finds_the_first_principal_component_with_length_one():
    bp.profile.set(jit=True, dt=1.0)
    rng = np.random.default_rng(4)
    axes = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    # Every deviation comes with both signs: mean 0 and exactly these eigenvalues, 8, 3, 2 and 1 quarter of the squares.
    patterns = np.concatenate(
        [axes * np.sqrt([[8.0], [3.0], [2.0], [1.0]]), -axes * np.sqrt([[8.0], [3.0], [2.0], [1.0]])]
    )
    sequence = np.concatenate([rng.permutation(8) for _ in range(1500)])
    plastic, _ = shown(models.get_Oja(eta=5e-4), patterns, 10, sequence)
    w = plastic.ST["w"]
    # In the first of 10 steps with a pattern the target still answers the one before, which is independent of it:
    # <x y> = 0.9 C w against <y^2> = w C w. So w is the eigenvector, and its squared length 0.9.
    # Learning goes on: eta * 10 steps * 8 makes w fluctuate by some percent.
    assert abs(w @ axes[0]) / np.linalg.norm(w) > 0.995
    assert abs(w @ w - 0.9) < 0.05


def test_oja_approaches_its_length_along_the_closed_form():
    # One constant input x: y = w x, so dw/dt = eta x^2 (w - w^3): 1/w^2 - 1 decays with 2 eta x^2.
    bp.profile.set(dt=0.1)
    plastic, _ = shown(models.get_Oja(eta=0.01), np.array([[1.0]]), 2000, [0])
    t = np.arange(1, 2001) * 0.1
    expected = 1.0 / np.sqrt(1.0 + (1.0 / 0.4**2 - 1.0) * np.exp(-2 * 0.01 * t))
    # Two lags of one step, of the rate and of the method: first order in eta x^2 dt = 1e-3.
    np.testing.assert_allclose(plastic.mon.w[:, 0], expected, atol=2e-3)


def test_bcm_changes_sign_at_its_threshold():
    # The target's rate y is held; theta = y^2/r_0 (1 - exp(-t/tau)), so w grows until theta reaches y and then shrinks.
    bp.profile.set(dt=0.5)
    y, r_0, tau = 20.0, 10.0, 400.0

    def keep(ST):
        ST["input"] = 0.0

    hold = bp.NeuType("held", ST=bp.NeuState("input", r=y), steps=keep, mode="scalar")
    source, target = bp.NeuGroup(models.get_linear_rate(tau=0.0), 1), bp.NeuGroup(hold, 1)
    plastic = bp.SynConn(
        models.get_BCM(eta=1e-6, r_0=r_0, tau_theta=tau),
        source,
        target,
        conn=bp.connect.one2one,
        monitors=["w", "theta"],
    )
    net = bp.Network(source, target, plastic)
    net.run(1000.0, inputs=(source, "ST.input", 5.0))
    t = net.ts + 0.5
    np.testing.assert_allclose(plastic.mon.theta[:, 0], y * y / r_0 * (1 - np.exp(-t / tau)), rtol=1e-10)
    turn = t[plastic.mon.w[:, 0].argmax()]
    # theta = y at tau ln(1/(1 - r_0/y)); w sees the theta of the step before.
    assert abs(turn - tau * np.log(1.0 / (1.0 - r_0 / y))) <= 1.0
    # dw/dt = eta x y (y - theta), with theta at the beginning of each step: a sum of a constant and a geometric series.
    before = y * y / r_0 * (1 - np.exp(-net.ts / tau))
    np.testing.assert_allclose(plastic.mon.w[:, 0], 0.5 + np.cumsum(0.5e-6 * 5.0 * y * (y - before)), rtol=1e-10)


def test_bcm_becomes_selective_for_one_of_two_patterns():
    # Fixed points of two patterns shown equally often: y = 0 and 2 r_0, with theta = (0 + (2 r_0)^2)/2/r_0 = 2 r_0.
    bp.profile.set(jit=True, dt=1.0)
    patterns = np.array([[10.0, 3.0], [4.0, 9.0]])
    sequence = np.tile([0, 1], 3000)
    plastic, target = shown(models.get_BCM(eta=2e-6, tau_theta=500.0), patterns, 20, sequence, monitors=["theta"])
    answers = np.sort(patterns @ plastic.ST["w"])
    # In one of 20 steps the target answers the other pattern; theta wobbles by a share of 20/500 around its mean.
    assert abs(answers[0]) < 1.0 and abs(answers[1] - 20.0) < 1.0
    assert abs(plastic.mon.theta[-4000:].mean() - 20.0) < 1.0
    np.testing.assert_array_equal(plastic.ST["theta"], plastic.ST["theta"][0])
