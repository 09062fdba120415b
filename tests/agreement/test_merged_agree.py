"""Merged synapses: the same bits on every back end, and the same mathematics as edges one by one."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.runtime import plain_run
from brainpy_lab.runtime.session import Session
from tests.agreement.merged import DT, METHODS, network, random_edges, run, synapse
from tests.agreement.networks import bits

UNIT = {"float64": 2.0**-53, "float32": 2.0**-24}


def close(one, other, float_type="float64", n=40):
    """Equal but for rounding.

    Both sides add positive terms: a neuron has at most n edges, so a sum over edges is off by n units at most, and so
    is a sum of events. A step of the two states rounds about 16 times, and what it leaves decays with 5 ms, so that 50
    steps of 0.1 ms are in the state at a time: 800 units, on either side. The linear forms here have one subtraction
    (s loses a quarter of what x gains), whose terms are at most 20 times their difference.
    """
    size = np.abs(other).max()
    return size > 0.0 and np.abs(one - other).max() <= 20 * 2 * (n + 800) * UNIT[float_type] * size


def seen(net):
    return net.ear.mon.seen


def on(merge, **options):
    kind = options.pop("kind", synapse)
    return run(merge, lambda: network(kind() if callable(kind) else kind, **options))


# ---- against edges one by one


@pytest.mark.parametrize("method", METHODS)
def test_one_edge_per_neuron_has_the_bits_of_edges_one_by_one(method):
    edges = {"i": np.array([3, 0, 5]), "j": np.array([0, 1, 4])}
    apart, merged = (on(merge, kind=synapse(method), edges=edges, delay=0.7) for merge in (False, True))
    assert list(merged.merged) == ["syn"] and not apart.merged
    assert np.abs(seen(apart)).max() > 0.0
    assert np.array_equal(bits(seen(apart)), bits(seen(merged)))


@pytest.mark.parametrize("delay", [0.0, 1.3])
@pytest.mark.parametrize("float_type", ["float64", "float32"])
@pytest.mark.parametrize("method", ["euler", "exponential", "rk4"])
def test_many_edges_are_the_same_but_for_rounding(method, float_type, delay):
    bp.profile.set(float_type=float_type)
    apart, merged = (on(merge, kind=synapse(method), delay=delay) for merge in (False, True))
    assert seen(merged).dtype == float_type
    assert close(seen(merged), seen(apart), float_type)


@pytest.mark.parametrize("model", ["exponential", "AMPA", "conductance", "alpha", "dual_exponential", "voltage_jump"])
def test_models_of_the_package_are_the_same_but_for_rounding(model):
    kind = getattr(bp.models, f"get_{model}")
    found = []
    for merge in (False, True):
        bp.profile.set(merge_synapses=merge, jit=False, seed=3)
        net = network(kind())
        net.ear.monitors = bp.frontends.types_api.monitors.read_monitors(["seen", "V"])
        net.run(30.0)
        found.append(np.hstack([net.ear.mon.seen, net.ear.mon.V]))
        assert bool(net.merged) == merge
    assert close(found[1], found[0])


def test_one_spike_follows_the_closed_form_on_all_edges_together():
    # ds/dt = -s/tau, exactly by exponential Euler: n edges give n*exp(-k*dt/tau), k steps after the spike.
    tau, n = 8.0, 25
    source = bp.inputs.SpikeTimeInput(1, times=[1.0])
    bp.profile.set(merge_synapses=True, jit=False)
    ear = network(synapse()).ear
    edges = {"i": np.zeros(n, int), "j": np.repeat([1, 4], [n - 3, 3])}
    syn = bp.SynConn(bp.models.get_exponential(1.0, tau, method="exponential"), source, ear, conn=edges)
    net = bp.Network(source, syn, ear)
    net.run(20.0)
    k = np.arange(190)
    # One rounding in each of 190 steps and one in the exponential of each.
    expected = np.exp(-k * DT / tau)
    for neuron, edges_there in ((1, n - 3), (4, 3)):
        assert np.allclose(seen(net)[10:, neuron], edges_there * expected, rtol=400 * UNIT["float64"], atol=0.0)
    assert not seen(net)[:10].any() and not seen(net)[:, [0, 2, 3, 5, 6]].any()


def test_what_spikes_bring_is_conserved():
    """A state that only collects: the sums hold the number of spikes that came in, exactly."""

    def collect(ST, pre):
        ST["s"] += pre["spike"]

    def output(ST, post):
        post["input"] += ST["s"]

    bp.profile.set(merge_synapses=True, jit=False, seed=3)
    net = network(bp.SynType("collect", ST=bp.SynState("s"), steps=(collect, output), mode="scalar"))
    source = net.source
    source.monitors = bp.frontends.types_api.monitors.read_monitors(["spike"])
    net.run(30.0)
    counts = np.bincount(net.source.spikes()[1], minlength=30)
    expected = np.zeros(7)
    np.add.at(expected, net.syn.post_ids, counts[net.syn.pre_ids])
    assert counts.sum() > 100
    assert np.array_equal(net.merged["syn"]["s"], expected)
    assert np.array_equal(seen(net)[-1], expected)


def test_weights_of_single_edges_are_in_the_sums():
    weights = np.linspace(0.0, 2.0, 120)

    def update(ST, _t, pre):
        ST["s"] = 0.9 * ST["s"] + w * pre["spike"]

    @bp.delayed
    def output(ST, post):
        post["input"] += ST["s"]

    w = 1.0
    kind = bp.SynType("weighted", ST=bp.SynState("s"), steps=(update, output), mode="scalar")
    apart, merged = (on(merge, kind=kind, pars_update={"w": weights}) for merge in (False, True))
    assert merged.merged and close(seen(merged), seen(apart))
    plain = on(True, kind=kind)
    assert not close(seen(merged), seen(plain))


def test_noise_of_single_edges_is_in_the_sums_with_the_same_numbers():

    def update(ST, _t, pre):
        ST["s"] = 0.9 * ST["s"] + pre["spike"] * np.random.normal(1.0, 0.1)

    def output(ST, post):
        post["input"] += ST["s"]

    kind = bp.SynType("noisy", ST=bp.SynState("s"), steps=(update, output), mode="scalar")
    apart, merged = (on(merge, kind=kind) for merge in (False, True))
    assert merged.merged and close(seen(merged), seen(apart))


def test_states_that_start_apart_are_added_up():

    def start(merge):
        net = network(synapse())
        net.syn.ST["s"] = np.linspace(0.0, 1.0, 120)
        net.syn.ST["x"] = 0.01
        return net

    apart, merged = (run(merge, lambda merge=merge: start(merge), steps=5) for merge in (False, True))
    assert close(seen(merged), seen(apart))
    assert np.abs(seen(apart)[0]).max() > 100.0  # 20 edges of a mean of 0.5, times 0.3*70


def test_many_edges_round_differently():
    """If all bits were equal there would be no reason to have this off by default."""
    apart, merged = (on(merge) for merge in (False, True))
    assert np.mean(np.any(bits(seen(apart)) != bits(seen(merged)), axis=1)) > 0.5


def test_a_network_with_feedback_keeps_its_rate():
    counts = []
    for merge in (False, True):
        bp.profile.set(merge_synapses=merge, jit=False, seed=1)
        net = bp.models.networks.ei_network(160, 40, prob=0.3, seed=2)
        net.run(60.0, inputs=(net.neurons, "ST.input", 20.0))
        counts.append(net.neurons.spikes()[0].size)
    # Rounding moves single spikes sooner or later, so numbers are compared: 4 standard errors of a Poisson count.
    assert counts[0] > 100 and abs(counts[0] - counts[1]) < 4 * np.sqrt(counts[0])


# ---- every back end


def simulate(backend, make, steps=300, float_type="float64"):
    bp.profile.set(merge_synapses=True, dt=DT, seed=3, float_type=float_type)
    net = make()
    sim = net.simulation(backend=backend)
    assert sim.merged.sums
    plain_run.run(sim, 0.0, steps * DT)
    return sim


def everything(sim):
    found = {key: array for key, array in sim.buffers.items() if key[1] in ("state", "ring", "row")}
    return found | {("", "monitor", str(k)): sim.monitor(k) for k in range(len(sim.program.monitors))}


@pytest.mark.parametrize(
    "method, layout, float_type",
    [("exponential", "rows", "float64"), ("exponential", "runs", "float32"), ("rk4", "list", "float64")],
)
def test_reference_and_numba_have_the_same_bits(method, layout, float_type):

    def make():
        edges = random_edges()
        if layout == "runs":
            edges = {"i": np.repeat(np.arange(5), 12), "j": np.tile(np.arange(20, 32), 5)}
        if layout == "list":
            edges = {name: ids[::-1] for name, ids in edges.items()}
        net = network(synapse(method), edges=edges, n_post=40 if layout == "runs" else 7, delay=1.3)
        assert net.syn.layout == layout
        return net

    one, other = (everything(simulate(backend, make, float_type=float_type)) for backend in ("reference", "numba"))
    assert one.keys() == other.keys()
    for key, array in one.items():
        if key[1] == "state" and key[0] == "S1":
            continue
        assert np.array_equal(bits(array), bits(other[key])), key
    assert np.abs(one["", "monitor", "0"]).max() > 0.0


def test_the_balanced_network_has_the_same_bits_on_both():
    sims = []
    for backend in ("reference", "numba"):
        bp.profile.set(merge_synapses=True, seed=1)
        net = bp.models.networks.ei_network(80, 20, prob=0.3, seed=2, delay=0.5)
        sim = net.simulation(backend=backend, inputs=(net.neurons, "ST.input", 20.0))
        plain_run.run(sim, 0.0, 40.0)
        sims.append(sim)
    for key, array in everything(sims[0]).items():
        other = everything(sims[1])[key]
        if isinstance(array, tuple):
            assert len(array[0]) > 50
            array, other = np.stack(array), np.stack(other)
        assert np.array_equal(array, other, equal_nan=True), key


# ---- live


def test_a_session_rewinds_merged_synapses_with_the_same_bits():
    bp.profile.set(merge_synapses=True, seed=3)
    net = network(synapse(), delay=1.0)
    with Session(net.simulation(backend="reference"), speed=float("inf")) as session:
        for k in range(5):
            session.step(40).result(20)
            session.params["syn", "tau_s"] = 3.0 + k
        before, step = session.snapshot().arrays, session.step_count
        session.rewind(12.0).result(20)
        session.step(step - session.step_count).result(20)
        after = session.snapshot().arrays
        assert session.branches == ()
        assert before.keys() == after.keys()
        for key, array in before.items():
            assert np.array_equal(array, after[key]), key
        session.reset().result(20)
        assert not session.state()["syn"]["s"].any()


def test_a_parameter_moves_both_halves_of_a_merged_projection():
    """w belongs to the edges, tau and g to the sums: all three are the projection's."""
    results = {}
    for merge in (False, True):
        bp.profile.set(merge_synapses=merge, seed=3)
        net = network(synapse())
        with Session(net.simulation(backend="reference"), speed=float("inf")) as session:
            session.step(50).result(20)
            session.params["syn", "w"] = 3.0
            session.params["syn", "tau_x"] = 7.0
            session.params["syn", "g"] = 0.1
            session.step(100).result(20)
            results[merge] = session.state()["ear"]["seen"]
            assert session.params["syn", "w"] == 3.0
    assert close(results[True], results[False])


def test_a_snapshot_of_a_merged_session_is_restored():
    bp.profile.set(merge_synapses=True, seed=3)
    net = network(synapse(), delay=1.0)
    with Session(net.simulation(backend="reference"), speed=float("inf")) as session:
        session.step(60).result(20)
        kept = session.snapshot()
        session.step(30).result(20)
        first = session.state()["syn"]["s"]
        session.restore(kept)
        session.step(30).result(20)
        assert np.array_equal(session.state()["syn"]["s"], first) and first.any()


def test_state_shows_the_sums_of_a_merged_projection():
    bp.profile.set(merge_synapses=True, seed=3)
    net = network(synapse())
    with Session(net.simulation(backend="reference"), speed=float("inf")) as session:
        session.step(60).result(20)
        sums = session.state()["syn"]["x"]
    assert sums.shape == (7,) and sums[2] == 0.0 and np.all(np.delete(sums, 2) > 0.0)


def test_a_state_of_a_merged_edge_cannot_be_set_from_outside():
    bp.profile.set(merge_synapses=True, seed=3)
    net = network(synapse())
    with Session(net.simulation(backend="reference")) as session:
        with pytest.raises(
            bp.errors.ModelUseError, match="'s' of 'syn' has no values on single edges: they are merged"
        ):
            session.set_state("syn", "s", 3, 1.0)


def test_a_plain_run_of_edges_between_two_pieces_of_a_merged_session_continues_it():
    ends = {}
    for between in (False, True):
        bp.profile.set(merge_synapses=True, seed=3, jit=False)
        net = network(synapse())
        with Session(net.simulation(backend="reference"), speed=float("inf")) as session:
            session.step(60).result(20)
            session.params["source", "freqs"] = net.source.pars["freqs"] = 0.0  # the two draw other spikes
            if between:
                bp.profile.set(merge_synapses=False)
                net.run(20 * DT)  # on edges, from equal shares; when it is done the session takes the states back
                assert not net.merged
            else:
                session.step(20).result(20)
            session.step(10).result(20)
            ends[between] = session.state()["syn"]["s"]
    assert close(ends[True], ends[False])
