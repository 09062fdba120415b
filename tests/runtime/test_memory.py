"""What large networks and long recordings take."""

import gc
import tracemalloc

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.connect import All2All, FixedPostNum, FixedProb
from brainpy_lab.runtime.build import build
from tests.agreement.networks import synapse
from tests.agreement.test_python_steps import gather_counted, gather_matrix, spread_ids, spread_matrix

LIMIT = 40  # bytes for a synapse with one float64 state, everything included


def bytes_per_synapse(make, backend, threads=None):
    """Memory that is kept by a built and running network, by the synapse."""

    def run():
        network = make()
        sim = build(*network.build_program(), backend, threads)
        sim.begin(0.0, 2)
        sim.advance(2)
        return network, sim

    run()  # a first time, so that what is compiled once for all is not counted
    gc.collect()
    tracemalloc.start()
    try:
        network, _ = run()
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    n = len(network.edges.ST["s"].reshape(-1))
    assert n > 240_000
    return kept / n


def scalar(conn, uneven=False):
    def make():
        group = bp.NeuGroup(bp.models.get_LIF(), 5000)
        edges = bp.SynConn(synapse("jump"), group, group, conn=conn)
        if uneven:
            edges.ST["s"] = np.linspace(0.0, 1e-3, edges.num)
        return bp.Network(group=group, edges=edges)

    return make


@pytest.mark.parametrize("backend", ["reference", "numba"])
@pytest.mark.parametrize("uneven", [False, True], ids=["shared", "unshared"])
def test_a_synapse_takes_less_than_40_bytes(backend, uneven):
    conn = FixedProb(0.01, seed=1)
    assert bytes_per_synapse(scalar(conn, uneven), backend) < LIMIT


def test_a_synapse_takes_less_than_40_bytes_on_several_threads(monkeypatch):
    monkeypatch.setattr("brainpy_lab.backends.numba.team_backend.worth", lambda times, meetings: (max(times), ""))
    rng = np.random.default_rng(0)
    conn = {"i": rng.integers(0, 5000, 250_000), "j": rng.integers(0, 5000, 250_000)}  # each thread has a list of ids
    assert bytes_per_synapse(scalar(conn), "numba", 2) < LIMIT


ARRAY_MODELS = {
    "matrix": ((spread_matrix, gather_matrix), "reference"),
    "vector": ((spread_ids, gather_counted), "numba"),
}


@pytest.mark.parametrize("mode", ARRAY_MODELS)
def test_a_synapse_of_an_array_model_takes_less_than_40_bytes(mode):
    steps, backend = ARRAY_MODELS[mode]
    model = bp.SynType("Syn", bp.SynState("s"), steps, mode=mode)

    def make():
        group = bp.NeuGroup(bp.models.get_LIF(), 500)
        return bp.Network(group=group, edges=bp.SynConn(model, group, group, conn=All2All()))

    assert bytes_per_synapse(make, backend) < LIMIT


def test_rows_of_a_connection_are_not_copied():
    group = bp.NeuGroup(bp.models.get_LIF(), 50)
    model = bp.SynType("Syn", bp.SynState("s"), (spread_ids, gather_counted), mode="vector")
    edges = bp.SynConn(model, group, group, conn=FixedPostNum(7, seed=1))
    sim = build(*bp.Network(group, edges).build_program(), "reference")
    members = next(array for key, array in sim.buffers.items() if key[1] == "rows" and key[2].endswith("members"))
    assert all(np.shares_memory(row, members) for row in edges.post2syn if len(row))
    assert np.array_equal(np.concatenate(edges.post2syn), members)


def test_spikes_of_10_000_neurons_in_100_000_steps_take_less_than_500_MB():
    bp.profile.set(dt=0.1, jit=True)
    group = bp.NeuGroup(bp.models.get_LIF(), 10_000, monitors=["spike"])
    group.run(1.0)
    tracemalloc.start()
    try:
        group.run(10_000.0, inputs=("input", 40.0))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    steps, _ = group._alone._built.simulation.monitor(0)
    assert len(steps) > 5_000_000 and steps[-1] > 99_000
    assert peak < 500e6
