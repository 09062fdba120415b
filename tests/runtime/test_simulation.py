"""A simulation's clock, memory, recordings, rings and snapshots."""

from dataclasses import replace

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.errors import InternalError, ModelUseError
from brainpy_lab.ir.expr import Binary, Const, Field, Local, Time
from brainpy_lab.ir.program import Monitor, Population, Program, Projection, Slot, State, Step
from brainpy_lab.ir.statements import Assign, Fold, RingPush, RingRead
from brainpy_lab.runtime import plain_run, simulation
from brainpy_lab.runtime.bindings import Bindings, Edges
from brainpy_lab.runtime.build import build
from brainpy_lab.runtime.rows import nothing_shared
from tests.agreement.networks import (
    BACKENDS,
    DENSE,
    EVENTS,
    assert_same_bits,
    connected,
    counters,
    same,
    simulate,
    synapse,
)

PLUS_ONE = Binary("+", Field("self", "x"), Const(1.0))

both = pytest.mark.parametrize("backend", BACKENDS)


# ---- time


@both
@pytest.mark.parametrize("t0", [0.0, 1e-3, 86_400_000.0])
def test_time_is_start_plus_step_times_dt(backend, t0):
    dt = 0.1
    time = Population(
        "N", "clock", (State("t", dtype="f64"),), (), (Step("update", (Assign(Field("self", "t"), Time()),)),)
    )
    program = Program(
        (time,),
        (Slot("N", "step", "update"), Slot("N", "monitor", "0")),
        monitors=(Monitor("N", "t"),),
        float_type="float32",
    )
    sim = build(program, Bindings(dt, {"N": 1}, {("N", "t"): np.zeros(1)}, {}, indices=[None]), backend)
    plain_run.run(sim, t0, t0 + 30.0)
    recorded = sim.monitor(0)[:, 0]
    assert len(recorded) == 300
    assert np.array_equal(recorded, t0 + np.arange(300) * dt)  # one rounding for the product, one for the sum
    assert sim.t == t0 + 300 * dt and (sim.step, sim.run_step) == (300, 300)
    plain_run.run(sim, 5.0, 6.0)
    assert (sim.step, sim.run_step, sim.t) == (310, 10, 5.0 + 10 * dt)
    assert np.array_equal(sim.monitor(0)[:, 0], 5.0 + np.arange(10) * dt)


@pytest.mark.parametrize(
    "end, dt, steps",
    [(0.3, 0.1, 3), (1.0, 0.1, 10), (1.0, 0.3, 4), (0.0, 0.1, 0), (-1.0, 0.1, 0), (100.0, 0.01, 10_000)],
)
def test_a_run_has_as_many_steps_as_fit_forgiving_rounding(end, dt, steps):
    assert plain_run.count_steps(0.0, end, dt) == steps


@both
def test_chunks_change_nothing(backend):
    one, many = (counters(backend, monitors=[DENSE, EVENTS]) for _ in range(2))
    for sim in (one, many):
        sim.begin(0.0, 100)
    one.advance(100)
    many.advance(0)
    for n in (1, 2, 3, 44, 50):
        many.advance(n)
    assert_same_bits(one, many)


def test_chunk_steps_follow_what_a_step_costs():
    sim = counters("reference", n=5)
    assert sim.chunk_steps() == 1  # nothing has been measured
    sim.begin(0.0, None, 10)
    costs = iter([1.0] + 6 * [2**-10] + [4.0])
    clock = [0.0]

    class Slow:
        buffers, notices = sim.buffers, ()

        def advance(self, step, i_run, n, t0, dt, seed):
            clock[0] += n * next(costs)
            return n

    sim.code = Slow()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulation.time, "perf_counter", lambda: clock[0])
        sim.advance(1)
        assert sim.chunk_steps() == 1  # the first call took a second, perhaps because it compiled
        seen = []
        for _ in range(6):
            sim.advance(1)
            seen.append(sim.chunk_steps())
        assert seen == [1, 1, 1, 1, 4, 4]  # a measurement counts for no more than a factor of four; 4 ms is 4.1 steps
        sim.advance(1)
        assert sim.chunk_steps() == 1  # slower at once


# ---- recordings


@both
def test_a_run_has_one_row_for_each_step_and_new_memory_each_time(backend):
    sim = counters(backend, monitors=[DENSE, EVENTS])
    plain_run.run(sim, 0.0, 1.0)
    first, events = sim.monitor(0), sim.monitor(1)
    kept = first.copy()
    plain_run.run(sim, 1.0, 1.5)
    assert first.shape == (10, 5) and np.array_equal(first, kept)
    assert sim.monitor(0).shape == (5, 5) and np.array_equal(sim.monitor(0)[:, 0], np.arange(11.0, 16.0))
    assert len(events[0]) == 20 and np.array_equal(np.unique(sim.monitor(1)[0]), [0, 3])


@both
def test_rows_so_far_are_seen_during_a_run(backend):
    sim = counters(backend, monitors=[DENSE])
    sim.begin(0.0, 10)
    assert sim.monitor(0).shape == (0, 5)
    sim.advance(3)
    assert np.array_equal(sim.monitor(0)[:, 0], [1.0, 2.0, 3.0])


@both
def test_a_ring_holds_step_s_in_row_s_modulo_its_length(backend):
    sim = counters(backend, monitors=[DENSE])
    sim.begin(0.0, None, 7)
    for n in (5, 1, 9, 8):
        sim.advance(n)
        ring = sim.ring(0)
        assert ring.shape == (7, 5)
        for s in range(max(0, sim.run_step - 7), sim.run_step):
            assert np.all(ring[s % 7] == s + 1)


@both
def test_events_are_found_by_step(backend):
    sim = counters(backend, monitors=[EVENTS], n=2)
    sim.begin(0.0, None, 100)
    sim.advance(20)
    steps, ids = sim.events_since(0, 9)
    assert steps.tolist() == [9, 9, 12, 12, 15, 15, 18, 18] and ids.tolist() == [0, 1] * 4
    assert sim.events_since(0, 19)[0].size == 0


def test_events_of_a_ring_stay_within_its_window_and_memory_stays_bounded():
    sim = counters("numba", monitors=[EVENTS], n=3)
    sim.begin(0.0, None, 1000)
    held = set()
    for _ in range(100):
        sim.advance(10_000)
        held.add(sum(steps.base.nbytes for steps, _ in sim.recordings.lists(0)))
        steps, ids = sim.events_since(0, sim.run_step - 1000)
        expected = np.arange(sim.run_step - 1000, sim.run_step)
        assert np.array_equal(steps, np.repeat(expected[expected % 3 == 0], 3))
        assert np.array_equal(ids, np.tile([0, 1, 2], len(steps) // 3))
    assert sim.run_step == 1_000_000 and max(held) <= 2 * 8 * 65_536  # room for a window that lies in two lists


@both
def test_events_of_a_long_run_are_all_kept(backend):
    n = 30_000
    sim = counters(backend, monitors=[EVENTS], n=n)
    plain_run.run(sim, 0.0, 2.0)  # 7 x 30,000 events, more than the first room
    steps, ids = sim.monitor(0)
    assert np.array_equal(steps, np.repeat(np.arange(0, 20, 3), n)) and np.array_equal(ids, np.tile(np.arange(n), 7))


# ---- parameters and inputs are memory


@both
def test_a_parameter_acts_from_the_next_step(backend):
    sim = counters(backend, monitors=[DENSE])
    code = sim.code
    sim.begin(0.0, 4)
    sim.advance(2)
    sim.set_param("N", "k", 10.0)
    assert sim.param("N", "k") == 10.0
    sim.advance(2)
    assert sim.monitor(0)[:, 0].tolist() == [1.0, 2.0, 12.0, 22.0] and sim.code is code
    with pytest.raises(InternalError, match="'k' of 'N'"):
        sim.set_param("N", "k", np.ones(5))


@both
def test_an_input_acts_from_the_next_step(backend):
    sim = counters(backend, inputs=[("+", "array")], values=[np.zeros(5)], monitors=[DENSE])
    sim.begin(0.0, 4)
    sim.advance(2)
    sim.set_input(0, np.arange(5.0))
    assert np.array_equal(sim.get_input(0), np.arange(5.0))
    sim.advance(2)
    assert np.array_equal(sim.monitor(0)[3], 4.0 + 2 * np.arange(5.0))


# ---- delay rings


def relay(backend, delay_steps, shared=True, float_type="float64"):
    """A counter that reaches a second population through a synapse: what arrives says when it was sent."""
    source = Population("A", "count", (State("x"),), (), (Step("update", (Assign(Field("self", "x"), PLUS_ONE),)),))
    target = Population("B", "hold", (State("y"),), (), (Step("update", (Assign(Field("self", "y"), Const(0.0)),)),))
    send = (Assign(Field("self", "s"), Field("pre", "x")), RingPush("s"))
    receive = (RingRead(Local("late"), "s"), Fold("y", "+", Local("late")))
    wire = Projection(
        "W",
        "relay",
        "A",
        "B",
        (State("s"),),
        (),
        (Step("send", send), Step("receive", receive, delayed=True)),
        delay_steps=delay_steps,
    )
    slots = [("A", "update"), ("B", "update"), ("W", "send"), ("W", "receive")]
    program = Program(
        (source, target, wire),
        (*(Slot(name, "step", what) for name, what in slots), Slot("B", "monitor", "0")),
        (),
        (Monitor("B", "y"),),
        float_type,
    )
    arrays = {key: np.zeros(n, float_type) for key, n in ((("A", "x"), 2), (("B", "y"), 2), (("W", "s"), 3))}
    arrays["A", "x"][:] = [0.0, 100.0]
    if not shared:
        arrays["W", "s"][1] = -7.0
    bindings = Bindings(0.1, {"A": 2, "B": 2, "W": 3}, arrays, {}, {"W": Edges([0, 0, 1], [0, 1, 1])}, [], [None])
    return build(program, bindings, backend)


@both
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("delay_steps", [1, 2, 13])
def test_a_delay_of_n_steps_arrives_n_minus_one_steps_later(delay_steps, shared, backend):
    sim = relay(backend, delay_steps, shared)
    assert bool(sim.shared["W"]) is shared
    plain_run.run(sim, 0.0, 3.0)
    sent = np.arange(1.0, 31.0)[:, None] * [1.0, 2.0] + [0.0, 100.0]
    late = delay_steps - 1
    assert np.array_equal(sim.monitor(0)[late:], sent[: 30 - late])
    assert np.all(sim.monitor(0)[:late] == 0.0)  # a ring starts empty
    plain_run.run(sim, 0.0, 0.1)  # and goes on over runs
    assert np.array_equal(sim.monitor(0)[0], np.array([31.0 - late, 162.0 - 2 * late]))


@both
def test_a_ring_that_stops_being_shared_keeps_what_is_on_its_way(backend):
    once, apart = relay(backend, 13), relay(backend, 13)
    plain_run.run(once, 0.0, 3.0)
    plain_run.run(apart, 0.0, 1.0)
    assert apart.shared["W"]
    apart.field("W", "s")[0] = 5.0  # overwritten by the next step, but it sets the edges apart
    plain_run.run(apart, 1.0, 3.0)
    assert not apart.shared["W"]
    assert np.array_equal(apart.monitor(0), once.monitor(0)[10:])


# ---- shared states


def graded(uneven=False):
    pre = np.repeat(np.arange(6), 4)
    network = connected(lambda: synapse("graded"), pre, np.tile(np.arange(4), 6), n=6, delay=0.4)
    if uneven:
        network.edges.ST["s"][7] = 0.25
    return network


def start(backend, network, run=True):
    return simulate(network, backend, (network.group, "ST.input", 100.0), steps=100, dt=0.2, run=run)


@both
def test_writing_edges_apart_between_runs_gives_the_bits_of_never_sharing(backend):
    shared, never = start(backend, graded()), start(backend, graded(), run=False)
    never._compile(nothing_shared(never.program))
    plain_run.run(never, 0.0, 20.0)
    assert shared.shared["S1"] and not never.shared["S1"]
    assert same(shared.field("S1", "s"), never.field("S1", "s"))
    for sim in (shared, never):
        sim.field("S1", "s")[7] += 0.25
        plain_run.run(sim, 20.0, 40.0)
    assert not shared.shared["S1"]
    assert_same_bits(shared, never)


@both
def test_writing_all_edges_of_a_neuron_alike_keeps_them_shared(backend):
    sim, other = start(backend, graded()), start(backend, graded())
    sim.field("S1", "s")[8:12] = 0.75
    plain_run.run(sim, 20.0, 40.0)
    plain_run.run(other, 20.0, 40.0)
    assert sim.shared["S1"] == {"s"}
    assert not np.array_equal(sim.monitor(0), other.monitor(0))


@both
def test_edges_show_shared_states_after_sync(backend):
    sim = start(backend, graded())
    sim.begin(0.0, 50)
    stale = sim.field("S1", "s").copy()
    sim.advance(50)
    assert np.array_equal(sim.field("S1", "s"), stale)
    sim.sync()
    assert np.array_equal(sim.field("S1", "s"), np.repeat(sim.buffers["S1", "row", "s"], 4))
    assert not np.array_equal(sim.field("S1", "s"), stale)


@both
def test_a_run_that_begins_without_sync_loses_nothing(backend):
    one, other = start(backend, graded()), start(backend, graded())
    for sim in (one, other):
        sim.begin(0.0, 50)
        sim.advance(25)
    one.sync()
    for sim in (one, other):
        sim.begin(0.0, 50)
        sim.advance(25)
    assert_same_bits(one, other)


# ---- snapshots

KEPT = ("state", "ring", "row", "param", "spread", "input")


def rich(backend):
    """Everything a snapshot has to hold: noise, delays, shared and single edge states, spread parameters, inputs."""
    bp.profile.set(dt=0.1)
    tau = 10.0

    @bp.integrate(method="euler")
    def int_V(V, t, I):
        return (-V + I) / tau, 2.0

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["input"])
        ST["spike"] = V >= 15.0
        ST["V"] = np.where(V >= 15.0, 0.0, V)
        ST["input"] = 0.0

    neuron = bp.NeuType("noisy", ST=bp.types.NeuState(["V", "spike", "input"]), steps=update, mode="scalar")
    group = bp.NeuGroup(neuron, 8, monitors=["V", "spike"], pars_update={"tau": np.linspace(8.0, 12.0, 8)})
    rows = bp.SynConn(synapse("jump"), group, group, conn=bp.connect.FixedProb(0.4, seed=1), delay=0.5)
    single = bp.SynConn(synapse("graded"), group, group, conn=bp.connect.FixedProb(0.4, seed=2), delay=0.3)
    single.ST["s"] = np.linspace(0.0, 0.1, single.num)
    network = bp.Network(group=group, rows=rows, single=single)
    inputs = [(group, "ST.input", np.linspace(40.0, 80.0, 8)), (group, "ST.V", 0.01)]
    sim = simulate(network, backend, inputs, run=False)
    sim.begin(0.0, 100)
    sim.advance(60)
    return sim


def run_on(sim):
    """What the next 40 steps record and leave."""
    sim.advance(40)
    sim.sync()
    kept = [sim.buffers[key].copy() for key in sorted(sim.buffers) if key[1] in KEPT]
    return [sim.monitor(0).copy(), *sim.monitor(1), *kept]


@both
def test_load_repairs_everything_that_a_step_uses(backend):
    sim = rich(backend)
    assert sim.shared == {"S1": {"s"}, "S2": frozenset()}
    assert {key[1] for key in sim.buffers} - {"edges", "monitor"} == set(KEPT)
    snapshot = sim.save()
    assert snapshot.nbytes == sum(array.nbytes for key, array in sim.buffers.items() if key[1] in KEPT)
    right = run_on(sim)
    assert right[1].size > 3
    effects = set()
    for key in [key for key in sim.buffers if key[1] in KEPT]:
        sim.load(snapshot)
        sim.buffers[key] += sim.buffers[key].dtype.type(1) if sim.buffers[key].dtype != bool else True
        changed = run_on(sim)
        if not same(right[0], changed[0]):
            effects.add(key[1])
        sim.load(snapshot)
        assert all(map(same, right, run_on(sim))), key
    assert effects == set(KEPT)  # or else the test perturbs something that nothing reads
    sim.load(snapshot)
    sim.step += 1
    assert not same(right[0], run_on(sim)[0])  # the noise of another step
    sim.load(snapshot)
    assert (sim.step, sim.run_step, sim.t0) == (60, 60, 0.0)
    assert all(map(same, right, run_on(sim)))


@both
def test_a_snapshot_is_a_copy(backend):
    sim = rich(backend)
    snapshot = sim.save()
    kept = {key: array.copy() for key, array in snapshot.arrays.items()}
    run_on(sim)
    assert all(same(kept[key], array) for key, array in snapshot.arrays.items())


@both
def test_a_snapshot_of_one_back_end_goes_on_in_the_other(backend):
    one, other = rich(backend), rich(BACKENDS[1 - BACKENDS.index(backend)])
    snapshot = one.save()
    right = run_on(one)
    run_on(other)
    other.load(snapshot)
    assert all(map(same, right, run_on(other)))


@both
def test_load_forgets_recorded_steps_after_the_snapshot(backend):
    sim = counters(backend, monitors=[DENSE, EVENTS], n=2)
    sim.begin(0.0, 100)
    sim.advance(10)
    snapshot = sim.save()
    sim.advance(50)
    sim.load(snapshot)
    assert sim.monitor(0).shape == (10, 2) and sim.monitor(1)[0].max() == 9
    sim.set_param("N", "k", 5.0)
    sim.advance(3)
    assert sim.monitor(0)[:, 0].tolist() == [*range(1, 11), 15.0, 20.0, 25.0]
    assert np.array_equal(np.unique(sim.monitor(1)[0]), [0, 3, 6, 9, 12])


@both
def test_load_forgets_events_of_lists_that_were_full(backend):
    n = 30_000  # two steps of events fill a list
    sim = counters(backend, monitors=[EVENTS], n=n)
    sim.begin(0.0, 100)
    sim.advance(10)
    snapshot = sim.save()
    sim.advance(20)
    assert len(sim.monitor(0)[0]) == 10 * n
    sim.load(snapshot)
    assert np.array_equal(sim.monitor(0)[0], np.repeat([0, 3, 6, 9], n))
    sim.advance(6)
    steps, ids = sim.monitor(0)
    assert np.array_equal(steps, np.repeat([0, 3, 6, 9, 12, 15], n)) and np.array_equal(ids, np.tile(np.arange(n), 6))


@both
def test_a_snapshot_of_shared_edges_fits_after_they_were_set_apart(backend):
    sim = start(backend, graded())
    snapshot = sim.save()
    plain_run.run(sim, 20.0, 40.0)
    right = sim.monitor(0).copy()
    sim.load(snapshot)
    sim.field("S1", "s")[7] = 0.25
    plain_run.run(sim, 20.0, 40.0)
    assert not sim.shared["S1"] and not np.array_equal(sim.monitor(0), right)
    sim.load(snapshot)
    plain_run.run(sim, 20.0, 40.0)
    assert np.array_equal(sim.monitor(0), right)


# ---- building


def test_a_back_end_that_does_not_exist_is_named():
    with pytest.raises(ModelUseError, match="'gpu'.*auto, reference, numba"):
        counters("gpu")


def test_auto_is_numba_unless_the_environment_names_another(monkeypatch):
    monkeypatch.delenv("BRAINPY_LAB_BACKEND", raising=False)
    assert counters("auto").backend == "numba"
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    assert counters("auto").backend == "reference"


@both
def test_what_does_not_fit_the_program_is_an_internal_error(backend):
    good = counters(backend)
    for change in (
        {"arrays": {**good.bindings.arrays, ("N", "x"): np.zeros(4)}},
        {"arrays": {**good.bindings.arrays, ("N", "x"): np.zeros(5, np.float32)}},
        {"arrays": {**good.bindings.arrays, ("N", "x"): np.zeros(10)[::2]}},
        {"params": {("N", "k"): np.ones(5)}},
        {"inputs": [1.0]},
    ):
        with pytest.raises(InternalError):
            build(good.program, replace(good.bindings, **change), backend)


@both
def test_the_group_keeps_its_arrays_for_life(backend):
    network = bp.Network(group=bp.NeuGroup(models.get_LIF(), 3))
    V = network.group.ST["V"]
    sim = simulate(network, backend, (network.group, "ST.input", 30.0), steps=20)
    assert sim.field("N0", "V").base is V.base or np.shares_memory(sim.field("N0", "V"), V)
    assert np.all(V > 0)
    snapshot = sim.save()
    V[:] = -1.0
    sim.load(snapshot)
    assert np.all(V > 0)


@both
def test_source_is_the_text_of_its_own_back_end(backend):
    text = counters(backend, monitors=[DENSE]).source()
    assert ("@njit" in text) is (backend == "numba")
    assert ("# driver" in text) is (backend == "numba")
    assert "self_x" in text


def test_a_compilation_that_fails_is_warned_of_and_the_old_code_goes_on(monkeypatch):
    sim = counters("reference")
    usual = simulation.compile_plan

    def failing(plan, buffers, backend, *rest):
        if backend == "numba":
            raise RuntimeError("no such instruction")
        return usual(plan, buffers, backend, *rest)

    monkeypatch.setattr(simulation, "compile_plan", failing)
    assert isinstance(sim.upgrade("numba").exception(timeout=20), RuntimeError)
    with pytest.warns(RuntimeWarning, match="compiling for 'numba' failed, the 'reference' back end goes on: no such"):
        sim.advance(3)
    assert sim.backend == "reference" and sim.step == 3 and str(sim.upgrade_error) == "no such instruction"
