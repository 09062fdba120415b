"""Reference and Numba have the same bits on whole networks: layouts, delays, sharing, parameters, inputs, monitors."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from brainpy_lab.kernels.reference.math import tanh_f64

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.ir.expr import Binary, Call, Const, Field
from brainpy_lab.ir.plan import RunKernel
from brainpy_lab.ir.program import Projection, Step
from brainpy_lab.ir.statements import Fold
from brainpy_lab.runtime import plain_run
from tests.agreement.networks import (
    BACKENDS,
    DENSE,
    EVENTS,
    assert_same_bits,
    connected,
    counters,
    guarded_synapse,
    on_both,
    simulate,
    synapse,
)

FLOATS = ["float64", "float32"]


# ---- the gamma network: edges in runs, a delay of 13 steps


def gamma(n=20, uneven=False):
    network = models.gamma_network(n, seed=3)
    if uneven:
        network.synapses.ST["s"][5] = 1e-3
    return network


def drive(network):
    return (network.neurons, "ST.input", 1.2)


@pytest.mark.parametrize("float_type", FLOATS)
@pytest.mark.parametrize("uneven", [False, True], ids=["shared", "unshared"])
def test_the_gamma_network_has_the_same_bits(uneven, float_type):
    bp.profile.set(float_type=float_type)
    reference, numba = on_both(lambda: gamma(uneven=uneven), drive, steps=1000, dt=0.04)
    for sim in (reference, numba):
        (projection,) = (item for item in sim.program.objects if isinstance(item, Projection))
        assert (projection.layout, projection.delay_steps) == ("runs", 13)
        assert sim.shared == {projection.name: frozenset() if uneven else frozenset({"s"})}
    assert_same_bits(reference, numba)
    assert len(numba.monitor(0)[0]) > 20


@pytest.mark.parametrize("layout", ["rows", "list"])
def test_the_layout_of_the_edges_changes_no_bit(layout):
    sims = []
    for change in (None, lambda item: replace(item, layout=layout)):
        network = gamma()
        sims.append(simulate(network, "numba", drive(network), steps=1000, dt=0.04, change=change))
    assert_same_bits(*sims)


def test_the_gamma_network_fires_in_the_gamma_band():
    network = gamma(100)
    sim = simulate(network, "numba", drive(network), steps=12_500, dt=0.04)
    times, ids = sim.monitor(0)
    rate = len(ids) / 100 / 0.5
    assert 35.0 < rate < 45.0  # Wang and Buzsaki 1996, fig. 5: about 39 Hz for I = 1.2, tau = 10 ms
    # All neurons fire once in a cycle: in the second half the spikes lie in volleys.
    late = times[times > 6250] * 0.04
    volleys = np.split(late, np.flatnonzero(np.diff(late) > 5.0) + 1)
    assert 0.9 < np.mean([len(volley) for volley in volleys[1:-1]]) / 100 < 1.1


# ---- sparse edges


@pytest.mark.parametrize("delay, float_type", [(0.0, "float64"), (0.2, "float64"), (1.3, "float64"), (1.3, "float32")])
def test_an_excitatory_inhibitory_network_has_the_same_bits(delay, float_type):
    bp.profile.set(float_type=float_type, dt=0.1)

    def make():
        return models.ei_network(80, 20, prob=0.2, seed=5, delay=delay)

    reference, numba = on_both(make, lambda network: (network.neurons, "ST.input", 20.0), steps=1000)
    assert {item.layout for item in numba.program.objects if isinstance(item, Projection)} == {"rows"}
    assert_same_bits(reference, numba)
    assert len(numba.monitor(0)[0]) > 100


def currents(network):
    return (network.group, "ST.input", np.linspace(60.0, 150.0, network.group.num))


def edge_kernels(sim):
    kernels = [action.kernel for action in sim.plan.actions if isinstance(action, RunKernel)]
    return [kernel for kernel in kernels if kernel.space == "edges"]


def random_edges(n=20, m=90, seed=0, sort=False):
    rng = np.random.default_rng(seed)
    pre, post = rng.integers(0, n, m), rng.integers(0, n, m)
    order = np.argsort(pre, kind="stable") if sort else np.arange(m)
    return pre[order], post[order]


@pytest.mark.parametrize("kind, float_type", [("jump", "float64"), ("graded", "float64"), ("graded", "float32")])
@pytest.mark.parametrize("sort", [False, True], ids=["list", "rows"])
def test_edges_in_any_order_have_the_same_bits(kind, sort, float_type):
    bp.profile.set(float_type=float_type)
    pre, post = random_edges(sort=sort)

    def make():
        return connected(lambda: synapse(kind), pre, post, delay=1.0)

    reference, numba = on_both(make, currents, steps=600, dt=0.2)
    assert {item.layout for item in numba.program.objects if isinstance(item, Projection)} == {
        "rows" if sort else "list"
    }
    assert_same_bits(reference, numba)
    assert len(numba.monitor(1)[0]) > 10 and numba.field("S1", "s").max() > 0.01


@pytest.mark.parametrize("layout", ["list", "rows", "runs"])
def test_what_only_happens_at_a_spike_has_the_same_bits(layout):
    pre, post = random_edges(sort=True)

    def change(item):
        return replace(item, layout=layout)

    reference, numba = on_both(
        lambda: connected(guarded_synapse, pre, post), currents, steps=600, dt=0.2, change=change
    )
    assert [kernel.guard is not None for kernel in edge_kernels(numba)] == [True]
    assert_same_bits(reference, numba)
    alone, _ = on_both(
        lambda: bp.Network(group=connected(guarded_synapse, pre, post).group), currents, steps=600, dt=0.2
    )
    assert not np.array_equal(alone.monitor(0), numba.monitor(0))


def test_neurons_without_synapses_change_nothing():
    # Sources 3 and 7 only, targets 0 and 19 only: most rows are empty, the first and the last among them.
    reference, numba = on_both(
        lambda: connected(lambda: synapse("graded"), [3, 3, 7], [0, 19, 19]), currents, steps=600, dt=0.2
    )
    assert_same_bits(reference, numba)
    alone, _ = on_both(
        lambda: bp.Network(group=connected(guarded_synapse, [3], [0]).group), currents, steps=600, dt=0.2
    )
    changed = np.any(alone.monitor(0) != numba.monitor(0), axis=0)
    assert np.array_equal(np.flatnonzero(changed), [0, 19])


def test_one_synapse_of_one_neuron_onto_itself_has_the_same_bits():
    reference, numba = on_both(
        lambda: connected(lambda: synapse("graded"), [0], [0], n=1, delay=0.4),
        lambda network: (network.group, "ST.input", 100.0),
        steps=1000,
        dt=0.2,
    )
    assert_same_bits(reference, numba)


# ---- order within a step


def made_serial(item, layout):
    """Each edge reads the current that earlier edges of the same step have made; the front ends refuse such a step."""
    current = Field("post", "input")
    value = Binary("+", Binary("*", Const(0.01), Field("pre", "V")), Binary("*", Const(0.5), Call("tanh", (current,))))
    step = Step("update", (Fold("input", "+", value),))
    return replace(item, steps=(step,), layout=layout)


@pytest.mark.parametrize("layout", ["list", "rows", "runs"])
def test_edges_that_read_what_earlier_edges_wrote_run_one_after_the_other(layout):
    pre, post = random_edges(8, 30, sort=True)

    reference, numba = on_both(
        lambda: connected(guarded_synapse, pre, post, n=8),
        currents,
        steps=300,
        dt=0.2,
        change=lambda item: made_serial(item, layout),
    )
    assert [kernel.serial for kernel in edge_kernels(numba)] == [True]
    assert_same_bits(reference, numba)
    # The neurons clear their input in their own step, so what is left is one fold over the edges, in ascending order.
    V, total = numba.field("N0", "V"), np.zeros(8)
    for i, j in zip(pre, post):
        total[j] = total[j] + (0.01 * V[i] + 0.5 * tanh_f64(total[j]))
    assert np.array_equal(total, numba.field("N0", "input")) and np.any(total != 0)


# ---- parameters


@pytest.mark.parametrize("float_type", FLOATS)
def test_one_value_per_neuron_has_the_same_bits_and_the_effect_of_each_value(float_type):
    bp.profile.set(float_type=float_type)
    tau = np.linspace(5.0, 30.0, 11)

    def make(values):
        group = bp.NeuGroup(models.get_LIF(), len(values), monitors=["V", "spike"], pars_update={"tau": values})
        return bp.Network(group=group)

    def inputs(network):
        return (network.group, "ST.input", 30.0)

    reference, numba = on_both(lambda: make(tau), inputs, steps=1000)
    assert_same_bits(reference, numba)
    for i in (0, 4, 10):
        alone = simulate(network := make(tau[i : i + 1]), "numba", inputs(network), steps=1000)
        assert np.array_equal(alone.monitor(0)[:, 0], numba.monitor(0)[:, i])


@pytest.mark.parametrize("float_type", FLOATS)
@pytest.mark.parametrize("layout", ["list", "rows", "runs"])
def test_one_value_per_edge_has_the_same_bits(layout, float_type):
    bp.profile.set(float_type=float_type)
    if layout == "runs":
        pre, post = np.repeat(np.arange(20), 20), np.tile(np.arange(20), 20)
    else:
        pre, post = random_edges(sort=layout == "rows")
    weights = np.random.default_rng(1).lognormal(-3.0, 1.0, len(pre))

    def make():
        return connected(lambda: synapse("graded"), pre, post, delay=0.6, pars_update={"weight": weights})

    reference, numba = on_both(make, currents, steps=600, dt=0.2)
    (edges,) = (item for item in numba.program.objects if isinstance(item, Projection))
    assert (edges.spread, edges.layout) == (frozenset({"weight"}), layout)
    assert_same_bits(reference, numba)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("delay", [0.0, 0.5])
def test_one_value_per_edge_of_all_to_all_is_a_matrix_product(delay, backend):
    n_pre, n_post = 12, 9
    weights = np.arange(n_pre * n_post).reshape(n_pre, n_post) - 40.0
    weight = 1.0

    def send(ST, pre):
        ST["sent"] = pre["x"]

    @bp.delayed
    def receive(ST, post):
        post["y"] += weight * ST["sent"]

    def still(ST):
        ST["x"] = ST["x"] * 1.0

    cell = bp.NeuType("still", ST=bp.NeuState("x", "y"), steps=still, mode="scalar")
    requires = dict(pre=bp.NeuState(["x"]), post=bp.NeuState(["y"]))
    product = bp.SynType("product", ST=bp.SynState(["sent"]), steps=(send, receive), requires=requires, mode="scalar")
    source, target = bp.NeuGroup(cell, n_pre), bp.NeuGroup(cell, n_post)
    source.ST["x"] = np.arange(n_pre) - 3.0
    pars = {"weight": weights.reshape(-1)}
    edges = bp.SynConn(product, source, target, conn=bp.connect.All2All(), delay=delay, pars_update=pars)
    sim = simulate(bp.Network(source, target, edges), backend, steps=10)
    assert edges.layout == "runs"
    arrivals = 10 - (0 if delay == 0.0 else 4)
    # Whole numbers: exact in any order.
    assert np.array_equal(sim.field("N1", "y"), arrivals * ((np.arange(n_pre) - 3.0) @ weights))


def test_a_value_per_edge_in_the_equation_of_a_state_keeps_the_edges_apart():
    pre, post = random_edges(sort=True)
    tau = np.linspace(2.0, 8.0, len(pre))

    def make():
        return connected(lambda: synapse("jump"), pre, post, pars_update={"tau": tau})

    reference, numba = on_both(make, currents, steps=600, dt=0.2)
    assert numba.shared == {"S1": frozenset()}
    assert_same_bits(reference, numba)


# ---- inputs and monitors, on numbers that can be checked by hand


WAYS = [*itertools.product(["+", "-", "*", "/", "="], ["number", "array", "series", "table", "wave"])]
# In single precision each operator and each source once; the rest in the campaign.
WAYS_OF_BOTH = [(*way, "float64") for way in WAYS] + [
    pytest.param(*way, "float32", marks=() if k % 6 == 0 else pytest.mark.soak) for k, way in enumerate(WAYS)
]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("op, source, float_type", WAYS_OF_BOTH)
def test_an_input_acts_before_the_step(op, source, float_type, backend):
    n, steps = 5, 6
    rng = np.random.default_rng(2)
    shape = {"number": (), "array": (n,), "series": (4,), "table": (4, n), "wave": (4,)}[source]
    value = (rng.random(shape) + 0.5).astype(float_type)
    sim = counters(
        backend,
        inputs=[(op, source)],
        values=[value if shape else float(value)],
        monitors=[DENSE],
        n=n,
        float_type=float_type,
    )
    plain_run.run(sim, 0.0, steps * 0.1)
    x, expected = np.zeros(n, float_type), []
    for step in range(steps):
        now = None
        if source in ("number", "array"):
            now = value
        elif source == "wave":  # a ring
            now = value[step % 4]
        elif step < 4:  # a series that is shorter than the run has no effect after its end
            now = value[step]
        if now is not None:
            x = {"+": x + now, "-": x - now, "*": x * now, "/": x / now, "=": np.broadcast_to(now, n)}[op]
        x = (x + np.ones(1, float_type)).astype(float_type)
        expected.append(x)
    assert np.array_equal(sim.monitor(0), np.array(expected))


@pytest.mark.parametrize("backend", BACKENDS)
def test_monitors_record_all_some_and_events(backend):
    some = np.array([4, 0, 0])
    sim = counters(
        backend,
        monitors=[DENSE, replace(DENSE, some=True), EVENTS, replace(DENSE, field="f")],
        indices=[None, some, None, None],
        n=5,
        k=0.5,
    )
    plain_run.run(sim, 0.0, 1.0)
    dense, chosen, (steps, ids), flags = (sim.monitor(k) for k in range(4))
    assert np.array_equal(dense, 0.5 * np.arange(1, 11)[:, None] * np.ones(5))
    assert np.array_equal(chosen, dense[:, some])
    assert np.array_equal(steps, np.repeat([0, 3, 6, 9], 5)) and np.array_equal(ids, np.tile(np.arange(5), 4))
    assert np.array_equal(np.argwhere(flags), np.stack([steps, ids], 1))


@pytest.mark.parametrize("shared", [True, False])
def test_a_monitor_of_a_state_that_edges_share_shows_every_edge(shared):
    sims = []
    for backend in BACKENDS:
        network = gamma(12, uneven=not shared)
        recorded = [(network.synapses, "s"), (network.synapses, "s", np.array([130, 0, 7]))]
        sims.append(simulate(network, backend, drive(network), recorded, steps=400, dt=0.04))
    assert_same_bits(*sims)
    numba = sims[1]
    assert bool(numba.shared["S1"]) is shared
    dense, chosen = numba.monitor(2), numba.monitor(3)
    assert dense.shape == (400, 132) and np.array_equal(chosen, dense[:, [130, 0, 7]])
    assert np.array_equal(dense[-1], numba.field("S1", "s"))


def test_a_state_that_edges_share_is_recorded_on_every_edge():
    def update(ST, pre):
        ST["on"] = pre["spike"] > 0

    model = bp.SynType("relay", ST=bp.types.SynState(["on"]), steps=update, mode="scalar")
    pre, post = np.array([2, 0, 1, 0, 2]), np.array([0, 0, 2, 1, 1])
    for order in (np.arange(5), np.argsort(pre, kind="stable")):

        def make(order=order):
            return connected(lambda: model, pre[order], post[order], n=4, monitors=["on"])

        reference, numba = on_both(make, currents, steps=600, dt=0.2)
        assert numba.shared == {"S1": frozenset({"on"})} and numba.program.monitors[2].kind == "dense"
        assert_same_bits(reference, numba)
        spikes = np.zeros((600, 4))
        spikes[numba.monitor(1)] = 1.0
        assert np.array_equal(numba.monitor(2), spikes[:, pre[order]]) and np.all(spikes.sum(axis=0)[1:3] > 0)
