"""How threads share a program: every edge once and in order, pieces of equal work, a meeting wherever one must wait."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.backends.numba import dealing, pieces
from brainpy_lab.backends.numba.dealing import Access, Dealt, meetings
from brainpy_lab.passes.plan import plan
from brainpy_lab.runtime.bindings import Edges
from brainpy_lab.runtime.buffers import edge_arrays
from tests.agreement.networks import connected, guarded_synapse, simulate, synapse

# ---- pieces


@pytest.mark.parametrize("n", [0, 1, 15, 16, 100, 1000])
@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_pieces_cover_everything_once_in_whole_grains(n, size):
    bounds = pieces.cut(np.ones(n), size, 16)
    assert bounds[0] == 0 and bounds[-1] == n and len(bounds) == size + 1
    assert np.all(np.diff(bounds) >= 0) and not np.any(bounds[1:-1] % 16 * (bounds[1:-1] < n))


def test_pieces_weigh_the_same():
    weights = np.random.default_rng(0).random(10_000) * np.linspace(0.0, 5.0, 10_000)
    parts = np.add.reduceat(weights, pieces.cut(weights, 7, 16)[:-1])
    # A bound is off by at most half a grain and one element, each of at most 5.
    assert np.abs(parts - weights.sum() / 7).max() < 2 * 9 * 5.0


def test_a_population_is_cut_where_its_synapses_halve():
    # All synapses end on the last tenth, and cost about as much as everything else.
    n = 1000
    post = np.tile(np.arange(900, 1000), 200)
    network = connected(lambda: synapse("graded"), np.repeat(np.arange(200), 100), post, n=n)
    sim = simulate(network, "reference", run=False)
    dealt = [dealing.deal(sim.plan, action, sim.buffers) for action in sim.plan.actions]
    weights = pieces.weights_of(sim.plan, dealt, sim.buffers)
    bounds = pieces.bounds_of(sim.plan, weights, sim.buffers, 2)
    assert 500 < bounds["N0"][1] < 960
    whole = pieces.slowest(weights, pieces.bounds_of(sim.plan, weights, sim.buffers, 1))
    assert 0.5 * whole <= pieces.slowest(weights, bounds) < 0.6 * whole


def edges_of_kind(kind, rng):
    n_pre, n_post = 11, 23
    if kind == "runs":
        rows = [np.arange(rng.integers(0, 12), rng.integers(12, n_post)) for _ in range(n_pre)]
        rows[4] = np.concatenate([np.arange(20, 23), np.arange(0, 9)])  # runs need not ascend
        rows[5] = np.zeros(0, np.int64)
        return Edges(np.repeat(np.arange(n_pre), [len(row) for row in rows]), np.concatenate(rows)), n_pre, n_post
    pre, post = rng.integers(0, n_pre, 150), rng.integers(0, n_post, 150)
    order = {"list": np.arange(150), "rows": np.argsort(pre, kind="stable"), "sorted rows": np.lexsort((post, pre))}
    return Edges(pre[order[kind]], post[order[kind]]), n_pre, n_post


@pytest.mark.parametrize("kind", ["list", "rows", "sorted rows", "runs"])
@pytest.mark.parametrize("bounds", [[0, 23], [0, 0, 7, 8, 23], [0, 12, 23, 23]])
def test_each_edge_belongs_to_the_thread_of_its_target_in_ascending_order(kind, bounds):
    edges, n_pre, n_post = edges_of_kind(kind, np.random.default_rng(3))
    layout = kind.split()[-1]
    arrays = edge_arrays(edges, n_pre, layout)
    own = pieces.edges_of_targets(layout, arrays, np.array(bounds))
    assert ("edge_ids" in own) is (kind in ("list", "rows") and len(bounds) > 1)
    for rank, (low, high) in enumerate(zip(bounds, bounds[1:])):
        mine = {**arrays, **{name: each[rank] for name, each in own.items()}}
        found = []  # (source, target, id), as the printed loops visit them
        if layout == "list":
            found = [(edges.pre_ids[e], edges.post_ids[e], e) for e in mine["edge_ids"]]
        else:
            for j in range(n_pre):
                for k in range(mine["row_starts"][j], mine["row_stops"][j]):
                    if layout == "runs":
                        found += [
                            (j, mine["run_posts"][k] + u, mine["run_edges"][k] + u) for u in range(mine["run_sizes"][k])
                        ]
                    else:
                        e = mine["edge_ids"][k] if "edge_ids" in mine else k
                        found.append((j, edges.post_ids[e], e))
        ids = np.flatnonzero((low <= edges.post_ids) & (edges.post_ids < high))
        assert found == list(zip(edges.pre_ids[ids], edges.post_ids[ids], ids))


# ---- meetings


def reads(key, space=None):
    return Access(("", "state", key), space, False)


def writes(key, space):
    return Access(("", "state", key), space, True)


def test_nobody_waits_where_each_thread_stays_in_its_own_piece():
    update = Dealt("N", accesses=(writes("V", "N"), writes("input", "N")))
    feed = Dealt("N", accesses=(writes("input", "N"), reads("V", "N")))
    assert meetings([feed, update], [None, None]) == ([False, False], False)


def test_threads_meet_before_and_after_somebody_reads_what_others_wrote():
    update = Dealt("N", accesses=(writes("V", "N"), writes("input", "N")))
    deliver = Dealt("", accesses=(reads("V"), writes("input", "N")), by_target=True)
    assert meetings([update, deliver], [None, None]) == ([False, True], True)
    assert meetings([deliver, update], [None, None]) == ([False, True], True)
    # Another reader needs no meeting of its own.
    assert meetings([update, deliver, deliver], [None] * 3) == ([False, True, False], True)


def test_threads_wait_for_what_the_first_does_alone():
    update = Dealt("N", accesses=(writes("V", "N"),))
    python = Dealt(alone=True, everything=True)
    assert meetings([update, python, python], [None] * 3) == ([False, True, False], True)
    assert meetings([python], [None]) == ([False], False)


def test_events_are_put_into_their_list_before_somebody_changes_what_they_were_found_in():
    key = ("", "state", "spike")
    look = Dealt("N", accesses=(reads("spike", "N"),))
    clear = Dealt("N", accesses=(writes("spike", "N"),))
    assert meetings([clear, look], [None, key]) == ([False, False], True)
    assert meetings([look, clear], [key, None]) == ([False, True], False)


def test_a_network_meets_twice_in_a_step():
    # Spikes to everybody, then the next step may overwrite them.
    network = connected(guarded_synapse, [0, 1, 2], [1, 2, 0])
    program, bindings = network.build_program()
    sim = simulate(network, "reference", run=False)
    dealt = [dealing.deal(sim.plan, action, sim.buffers) for action in sim.plan.actions]
    before, at_end = meetings(dealt, [None] * len(dealt))
    assert sum(before) == 1 and at_end


def test_a_model_with_a_step_in_python_keeps_its_other_steps_shared():
    def count(ST, hits):
        hits[0] += len(np.where(ST["spike"] > 0)[0])

    group = bp.NeuGroup(
        bp.NeuType(
            "counted", ST=bp.NeuState("V", "spike"), steps=(_fire, count), hand_overs={"hits": np.zeros(1, int)}
        ),
        40,
    )
    program, _ = bp.Network(group).build_program()
    steps = plan(program)
    assert [dealing.deal(steps, action, {}).alone for action in steps.actions] == [False, True]


def _fire(ST):
    ST["spike"] = ST["V"] > 0.5
    ST["V"] = (ST["V"] + 0.1) % 1.0
