"""Several threads have the bits of one and of the reference: layouts of edges, delays, noise, sharing, sessions."""

from dataclasses import replace

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.backends.numba import pieces, team_backend, turns
from brainpy_lab.runtime import plain_run
from brainpy_lab.runtime.build import build
from tests.agreement.networks import DENSE, EVENTS, assert_same_bits, connected, counters, guarded_synapse, synapse
from tests.agreement.test_networks_agree import currents, drive, gamma, made_serial, random_edges
from tests.backends.test_printed_code import noisy

THREADS = (None, 2, 3)
MANY = (None, 1, 2, 3, 8)


@pytest.fixture(autouse=True)
def whatever_it_costs(monkeypatch):
    """Use as many threads as are allowed, and cut even a few neurons into pieces."""
    monkeypatch.setattr(team_backend, "worth", lambda times, meetings: (max(times), "told to"))
    monkeypatch.setattr(pieces, "GRAIN", 1)
    monkeypatch.setattr(turns, "FIRST_PROBE", 2**60)


def simulate(network, threads, inputs=(), monitors=(), steps=300, dt=0.1, change=None, backend="numba"):
    bp.profile.set(dt=dt, seed=7)
    program, bindings = network.build_program(inputs, monitors, steps)
    if change is not None:
        program = replace(program, objects=tuple(change(item) for item in program.objects))
    sim = build(program, bindings, backend, threads)
    plain_run.run(sim, 0.0, steps * dt)
    return sim


def assert_threads_agree(make, inputs=None, threads=THREADS, **options):
    """The reference, one thread and several; returns what runs on the most."""
    reference = simulate(network := make(), None, inputs(network) if inputs else (), backend="reference", **options)
    for count in threads:
        sim = simulate(network := make(), count, inputs(network) if inputs else (), **options)
        assert sim.threads == (count or 1)
        assert_same_bits(reference, sim)
    return sim


pytestmark = pytest.mark.filterwarnings("ignore:device 'multi-cpu'")


def test_a_population_with_noise():
    def make():
        return bp.Network(group=bp.NeuGroup(noisy(), 77, monitors=["spike", "V"]))

    sim = assert_threads_agree(make, lambda network: (network.group, "ST.input", np.linspace(0.0, 2.0, 77)))
    assert len(sim.monitor(0)[0]) > 10 and sim.code.meetings == ([False] * 4, True)
    first, second = sim.monitor(1)[-1, :2]
    assert first != second


def test_a_network_with_delays_and_edges_in_rows():
    bp.profile.set(float_type="float32")

    def make():
        return models.ei_network(80, 20, prob=0.2, seed=5, delay=1.3)

    sim = assert_threads_agree(make, lambda network: (network.neurons, "ST.input", 20.0), steps=400)
    assert len(sim.monitor(0)[0]) > 50 and "edge_ids" not in sim.source()


def test_edges_in_runs_that_share_no_state():
    sim = assert_threads_agree(lambda: gamma(uneven=True), drive, steps=300, dt=0.04)
    assert "run_edges" in sim.source() and not sim.shared["S1"]
    assert len(sim.monitor(0)[0]) > 10


@pytest.mark.parametrize("sort, float_type", [(False, "float64"), (True, "float32")], ids=["list", "rows"])
def test_edges_in_any_order_with_states_and_values_of_their_own(sort, float_type):
    bp.profile.set(float_type=float_type)
    pre, post = random_edges(sort=sort)
    values = {"weight": np.random.default_rng(1).lognormal(-3.0, 1.0, len(pre)), "tau": np.linspace(2.0, 8.0, len(pre))}

    def make():
        return connected(lambda: synapse("jump"), pre, post, delay=0.6, pars_update=values)

    sim = assert_threads_agree(make, currents, dt=0.2)
    assert sim.shared == {"S1": frozenset()}
    assert "edge_ids" in sim.source(), "targets are in no order, so each thread needs a list of its edges"


@pytest.mark.parametrize("layout", ["list", "rows", "runs"])
def test_what_only_happens_at_a_spike(layout):
    pre, post = random_edges(sort=True)

    def change(item):
        return replace(item, layout=layout) if item.name == "S1" else item

    assert_threads_agree(
        lambda: connected(guarded_synapse, pre, post), currents, dt=0.2, steps=400, change=change, threads=(3,)
    )


def test_edges_that_read_what_earlier_edges_wrote_are_left_to_one_thread():
    pre, post = random_edges(8, 30, sort=True)
    sim = assert_threads_agree(
        lambda: connected(guarded_synapse, pre, post, n=8),
        currents,
        dt=0.2,
        threads=(3,),
        change=lambda item: made_serial(item, "rows") if item.name == "S1" else item,
    )
    assert sim.source().count("if rank == 0:") == 1


def test_inputs_and_monitors_of_every_kind():
    n, steps = 21, 8
    rng = np.random.default_rng(2)
    events = np.array([[0.1, 3.0], [0.1, 20.0], [0.4, 0.0]])
    inputs = [("+", "number"), ("*", "array"), ("-", "series"), ("+", "table"), ("=", "events")]
    values = [0.5, rng.random(n), rng.random(4), rng.random((6, n)), events]
    some = np.array([20, 0, 7, 7])
    monitors = [DENSE, replace(DENSE, some=True), EVENTS, replace(DENSE, field="f")]

    def run(backend, threads):
        sim = counters(
            backend,
            inputs=inputs,
            values=values,
            monitors=monitors,
            indices=[None, some, None, None],
            n=n,
            threads=threads,
        )
        plain_run.run(sim, 0.0, steps * 0.1)
        return sim

    reference = run("reference", None)
    for threads in MANY:
        assert_same_bits(reference, run("numba", threads))
    assert np.array_equal(reference.monitor(1), reference.monitor(0)[:, some])


def test_lists_of_events_grow_while_threads_run(monkeypatch):
    monkeypatch.setattr("brainpy_lab.runtime.recordings.FIRST_ROOM", 50)
    sims = [counters("numba", monitors=[EVENTS], n=23, threads=threads) for threads in (None, 3)]
    for sim in sims:
        plain_run.run(sim, 0.0, 40.0)
    assert_same_bits(*sims)
    assert len(sims[1].monitor(0)[0]) == 23 * 134


def test_a_snapshot_is_restored_and_the_run_goes_on_with_the_same_bits():
    def run(threads):
        network = gamma()
        sim = simulate(network, threads, drive(network), steps=400, dt=0.04)
        kept = sim.save()
        sim.begin(sim.t, 300)
        sim.advance(300)
        first = sim.field("N0", "V").copy()
        sim.load(kept)
        assert not np.array_equal(first, sim.field("N0", "V"))
        sim.begin(sim.t, 300)
        sim.advance(100)
        sim.advance(200)
        assert np.array_equal(first, sim.field("N0", "V"))
        return sim

    assert_same_bits(run(None), run(3))


def test_a_session_on_threads_rewinds_and_sets_with_the_same_bits():
    def run(threads):
        network = gamma()
        bp.profile.set(dt=0.04, seed=7)
        sim = build(*network.build_program(drive(network)), "numba", threads)
        with bp.Session(sim, speed=float("inf")) as session:
            session.run(20.0)
            session.wait()
            session.rewind(8.0).result()
            session.params["g_Na"] = 40.0
            session.run(20.0)
            session.wait()
        return sim

    assert_same_bits(run(None), run(3))


def test_the_reference_hands_over_to_threads_between_two_steps():
    def make():
        network = gamma()
        bp.profile.set(dt=0.04, seed=7)
        return network.build_program(drive(network))

    plain = build(*make(), "numba")
    sim = build(*make(), "reference")
    for each in (plain, sim):
        each.begin(0.0, 500)
        each.advance(100)
    sim.upgrade("numba", threads=3).result()
    for each in (plain, sim):
        each.advance(400)
    assert (sim.backend, sim.threads) == ("numba", 3)
    assert_same_bits(plain, sim)
