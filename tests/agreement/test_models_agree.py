"""Reference and Numba have the same bits: every ready model and network, every method, noise, both float types."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.passes.integrate import METHODS_0_3
from brainpy_lab.runtime import plain_run
from tests.agreement.networks import BACKENDS, assert_same_bits, on_both, simulate

STEPS = 1000

# model, dt (ms), smallest and largest input
MODELS = {
    "LIF": (models.get_LIF, 0.1, 10.0, 60.0),
    "QuaIF": (models.get_QuaIF, 0.1, 0.0, 30.0),
    "ExpIF": (models.get_ExpIF, 0.1, 0.0, 3.0),
    "AdExIF": (models.get_AdExIF, 0.1, 300.0, 1500.0),
    "Izhikevich": (models.get_Izhikevich, 0.1, 0.0, 30.0),
    "HH": (models.get_HH, 0.02, 0.0, 30.0),
    "MorrisLecar": (models.get_MorrisLecar, 0.2, 30.0, 150.0),
    "FitzHughNagumo": (models.get_FitzHughNagumo, 0.1, 0.0, 1.2),
    "WangBuzsaki": (models.get_WangBuzsaki, 0.04, 0.0, 5.0),
    "GIF": (lambda: models.get_GIF(a=0.005, A_1=0.5, A_2=-0.1), 0.05, 1.5, 4.0),
    "ResonateFire": (models.get_ResonateFire, 0.05, 0.0, 4.0),
    "HindmarshRose": (models.get_HindmarshRose, 0.05, 1.0, 4.0),
    "background": (models.get_background, 0.1, -2400.0, 8000.0),
    "rate": (models.get_rate, 0.1, 0.0, 2.0),
    "linear_rate": (models.get_linear_rate, 0.1, -1.0, 2.0),
    "WongWang": (models.get_WongWang, 0.5, 0.0, 60.0),
}
MADE = {name.removeprefix("get_"): getattr(models, name) for name in models.__all__ if name.startswith("get_")}
SYNAPSES = sorted(name for name, make in MADE.items() if isinstance(make(), bp.SynType))
NETWORKS = {name: getattr(models, name) for name in models.__all__ if name.endswith("_network")}


def run_both(model, dt, low, high, n=37, steps=STEPS, **options):
    """Both simulations of `n` neurons with inputs from `low` to `high`, all states recorded; reference first."""
    sims = []
    for backend in BACKENDS:
        group = bp.NeuGroup(model(), n)
        inputs = (group, "ST.input", np.linspace(low, high, n))
        fields = [(group, f"ST.{field}") for field in group.ST]
        sims.append(simulate(bp.Network(group), backend, inputs, fields, steps=steps, dt=dt, **options))
    return sims


def count_spikes(sim):
    for index, spec in enumerate(sim.program.monitors):
        if spec.field == "spike":
            return len(sim.monitor(index)[0]) if spec.kind == "events" else int(sim.monitor(index).sum())
    raise AssertionError("no monitor of spikes")


# Some in float32 too: what differs there is the functions and the draws, which have tests of their own.
IN_SINGLE = [pytest.param(m, "float32", marks=() if k < 3 else pytest.mark.soak) for k, m in enumerate(MODELS)]


@pytest.mark.parametrize("name, float_type", [(m, "float64") for m in MODELS] + IN_SINGLE)
def test_a_ready_model_has_the_same_bits_on_both_back_ends(name, float_type):
    bp.profile.set(float_type=float_type)
    reference, numba = run_both(*MODELS[name])
    assert_same_bits(reference, numba)
    if any(spec.field == "spike" for spec in reference.program.monitors):
        assert count_spikes(reference) > 10
    else:
        assert any(np.ptp(reference.monitor(index)) > 0.0 for index in range(len(reference.program.monitors)))


def test_every_ready_neuron_is_compared():
    assert set(MODELS) == set(MADE) - set(SYNAPSES)


def busy(start):
    """Neurons with every field that a synapse may ask for: they spike at different times and follow their input."""

    @bp.integrate(method="exponential")
    def int_V(V, t, I):
        return (-V - 60.0 + I) / 10.0

    def update(ST, _t):
        V = int_V(ST["V"], _t, 30.0 + np.clip(ST["input"], -20.0, 20.0))
        ST["spike"] = V > -40.0
        ST["V"] = np.where(V > -40.0, -65.0, V)
        ST["r"] = ST["r"] + 0.1 * (30.0 + V - ST["r"])
        ST["input"] = 0.0

    state = bp.NeuState("spike", "input", "r", V=-60.0)
    group = bp.NeuGroup(bp.NeuType("busy", ST=state, steps=update, mode="scalar"), len(start), monitors=["V", "spike"])
    group.ST["V"] = start
    return group


@pytest.mark.parametrize("name", SYNAPSES)
def test_a_ready_synapse_has_the_same_bits_on_both_back_ends(name):
    pars = MADE[name]().ir.params

    def make():
        source, target = busy(np.linspace(-60.0, -40.0, 9)), busy(np.linspace(-45.0, -65.0, 12))
        edges = bp.SynConn(MADE[name](), source, target, conn=bp.connect.All2All(), delay=0.3)
        if "g_max" in pars:
            edges.pars["g_max"] = np.linspace(0.01, 0.1, edges.num)
        return bp.Network(source, target, edges)

    reference, numba = on_both(make, steps=600)
    assert_same_bits(reference, numba)
    alone = simulate(bp.Network(busy(np.linspace(-45.0, -65.0, 12))), "numba", steps=600)
    # The synapse does something: the targets are not where they would be without it.
    assert not np.array_equal(alone.monitor(0), numba.monitor(2))


@pytest.mark.parametrize("name", NETWORKS)
def test_a_ready_network_has_the_same_bits_on_both_back_ends(name):
    options = {"cann_network": {"n": 16, "start": 0.5}, "decision_network": {"n": 100, "seed": 1}}
    options |= {"working_memory_network": {"n": 60, "J_plus": 2.0, "seed": 1}}
    options |= {"gamma_network": {"n": 20, "seed": 1}, "ei_network": {"n_exc": 80, "n_inh": 20, "prob": 0.2, "seed": 1}}
    driven = {"gamma_network": 1.2, "ei_network": 20.0}

    def inputs(net):
        return (net.neurons, "ST.input", driven[name]) if name in driven else ()

    reference, numba = on_both(lambda: NETWORKS[name](**options[name]), inputs, steps=300)
    assert_same_bits(reference, numba)
    assert any(np.any(reference.bindings.arrays[key]) for key in reference.bindings.arrays if key[1] in ("s", "r"))


def test_a_float32_program_computes_in_float32_and_keeps_times_in_float64():
    bp.profile.set(float_type="float32")
    reference, numba = run_both(*MODELS["LIF"], start=1.2e6)
    assert reference.field("N0", "V").dtype == np.float32
    assert reference.field("N0", "t_last_spike").dtype == np.float64
    last = numba.field("N0", "t_last_spike")
    # After twenty minutes a float32 time has a grid of 0.125 ms; these are still exact steps.
    spiked = last > 0
    steps = np.rint((last[spiked] - 1.2e6) / 0.1)
    assert spiked.sum() > 10 and np.array_equal(last[spiked], 1.2e6 + steps * 0.1)
    assert_same_bits(reference, numba)


@pytest.mark.parametrize("method", METHODS_0_3)
def test_a_method_has_the_same_bits_on_both_back_ends(method):
    reference, numba = run_both(lambda: models.get_HH(method=method), 0.01, 5.0, 30.0, n=9)
    assert_same_bits(reference, numba)


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65])
def test_a_population_of_any_size_has_the_same_bits_on_both_back_ends(n):
    reference, numba = run_both(*MODELS["Izhikevich"][:2], 12.0, 30.0, n=n)
    assert_same_bits(reference, numba)
    assert count_spikes(numba) >= n


def test_a_model_without_spikes_for_a_while_records_no_event():
    reference, numba = run_both(models.get_LIF, 0.1, 0.0, 19.0)
    assert_same_bits(reference, numba)
    assert count_spikes(numba) == 0


# ---- noise


def noisy_lif(kind, method="euler"):
    """Leaky integrate-and-fire with additive noise, multiplicative noise, or draws of its own."""
    tau, sigma = 10.0, 3.0

    if kind == "multiplicative":

        @bp.integrate(method=method)
        def int_V(V, t, I):
            return (-V + I) / tau, sigma * V / tau
    else:

        @bp.integrate(method=method)
        def int_V(V, t, I):
            return (-V + I) / tau, sigma if kind == "additive" else 0.0

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["input"])
        if kind == "draws":
            V += np.random.normal(0.0, 0.5) + np.random.uniform(-1.0, 1.0)
        if V >= 20.0:
            V = 0.0
            ST["spike"] = 1.0
        else:
            ST["spike"] = 0.0
        ST["V"] = V
        ST["input"] = 0.0

    return bp.NeuType(kind, ST=bp.types.NeuState(["V", "spike", "input"]), steps=update, mode="scalar")


@pytest.mark.parametrize("float_type", ["float64", "float32"])
@pytest.mark.parametrize("kind", ["additive", "multiplicative", "draws"])
def test_noise_has_the_same_bits_on_both_back_ends(kind, float_type):
    bp.profile.set(float_type=float_type)
    reference, numba = run_both(lambda: noisy_lif(kind), 0.1, 18.0, 30.0)
    assert_same_bits(reference, numba)
    assert count_spikes(reference) > 10


def test_the_variance_of_white_noise_is_that_of_the_process():
    # dV = -V/tau dt + sigma dW has variance sigma**2 tau / 2 = 45; Euler with dt = 0.1 gives that over 1 - dt/(2 tau).
    # At rest at -60 the threshold of 20 is 12 standard deviations away.
    _, numba = run_both(lambda: noisy_lif("additive"), 0.1, -60.0, -60.0, n=4000, steps=600)
    V = numba.field("N0", "V").astype(np.float64)
    expected = 45.0 / (1 - 0.1 / 20)
    # The variance of n normal numbers has standard error sqrt(2/n) of itself, 2.2 %; the start at 0 has decayed.
    assert abs(V.var() / expected - 1) < 4 * np.sqrt(2 / 4000)
    assert abs(V.mean() + 60.0) < 4 * np.sqrt(expected / 4000) + 60 * np.exp(-6.0)


def test_another_seed_gives_another_noise():
    def final(seed):
        return run_both(lambda: noisy_lif("additive"), 0.1, 0.0, 0.0, n=3, steps=5, seed=seed)[1].field("N0", "V")

    assert not np.array_equal(final(1), final(2))
    assert np.array_equal(final(1), final(1))


# ---- closed forms


def test_the_rate_of_the_leaky_neuron_is_that_of_its_closed_form():
    # From reset to threshold: tau ln((R I - V_reset)/(R I - V_th)), then refractory for t_ref; V_rest = 0.
    n, dt, steps = 12, 0.01, 40_000
    bp.profile.set(dt=dt)
    group = bp.NeuGroup(models.get_LIF(method="exponential"), n, monitors=["spike"])
    current = np.linspace(21.0, 60.0, n)
    sim = simulate(bp.Network(group), "numba", (group, "ST.input", current), steps=steps, dt=dt)
    times, ids = sim.monitor(0)
    interval = 10.0 * np.log((current + 5.0) / (current - 20.0)) + 5.0
    for i in range(n):
        gaps = np.diff(times[ids == i]) * dt
        assert len(gaps) > 5
        # m = ceil(T/dt) steps climb to the threshold; the first of them comes 500 or 501 steps after the spike,
        # because rounding decides whether t - t_last is 5 ms or a little more.
        assert np.all(np.abs(gaps - interval[i]) <= dt + 1e-9)


def test_both_back_ends_agree_when_a_run_goes_on():
    def make():
        return bp.Network(group=bp.NeuGroup(noisy_lif("draws"), 5, monitors=["V"]))

    once, twice = on_both(make, steps=200)[1], on_both(make, steps=100)
    for sim in twice:
        plain_run.run(sim, 10.0, 20.0)
        assert np.array_equal(sim.field("N0", "V"), once.field("N0", "V"))
        assert np.array_equal(sim.monitor(0), once.monitor(0)[100:])
