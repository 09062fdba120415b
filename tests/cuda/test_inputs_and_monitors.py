"""Inputs of every kind and operation, and monitors of every kind, in one program each."""

from dataclasses import replace

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.runtime import plain_run
from tests.agreement.networks import DENSE, EVENTS, assert_same_bits, counters, synapse
from tests.cuda.places import DEVICES, STEPS, agree, agree_built, at, places

pytestmark = pytest.mark.parametrize("device", DEVICES)

SHAPES = {"number": (), "array": (5,), "series": (150,), "table": (150, 5)}


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_inputs_of_every_kind_and_operation(float_type, device):
    """One after the other onto the same state; series and tables end before the run does."""
    rng = np.random.default_rng(2)
    kinds, values = [], []
    for op in "+-*/=":
        for source, shape in SHAPES.items():
            if op == "=" and source == "array":
                continue  # it would hide all that came before, after the series have ended
            value = (rng.random(shape) + 0.5).astype(float_type)
            kinds.append((op, source))
            values.append(value if shape else float(value))
    kinds, values = kinds[:-3] + kinds[-2:], values[:-3] + values[-2:]

    def make(backend):
        return counters(backend, inputs=kinds, values=values, monitors=[DENSE], float_type=float_type)

    reference = agree_built(make, device)
    assert {source for _, source in kinds} == set(SHAPES) and {op for op, _ in kinds} == set("+-*/=")
    x = reference.monitor(0)
    assert np.unique(x[:150]).size > 100 and not np.array_equal(x[149] - x[148], x[199] - x[198])


def test_events_at_given_times(device):
    times, ids = np.array([0.0, 0.4, 0.4, 3.14159, 7.0, 19.9]), [0, [1, 2], 3, 3, 4, 0]
    reference = agree(
        lambda: bp.Network(bp.inputs.SpikeTimeInput(5, times, indices=ids, monitors=["spike"])),
        device,
    )
    steps, found = reference.monitor(0)
    assert steps.tolist() == [0, 4, 4, 4, 32, 70, 199] and found.tolist() == [0, 1, 2, 3, 3, 4, 0]


MONITORS = [DENSE, replace(DENSE, some=True), EVENTS, replace(DENSE, field="f"), replace(EVENTS, field="f")]
CHOSEN = [None, np.array([4, 0, 0]), None, None, None]


def test_monitors_of_every_kind(device):
    reference = agree_built(lambda backend: counters(backend, monitors=MONITORS, indices=CHOSEN, k=0.5), device)
    dense, chosen, (steps, ids), flags, _ = (reference.monitor(k) for k in range(5))
    assert np.array_equal(dense, 0.5 * np.arange(1, STEPS + 1)[:, None] * np.ones(5))
    assert np.array_equal(chosen, dense[:, [4, 0, 0]])
    assert np.array_equal(np.argwhere(flags), np.stack([steps, ids], 1))


def test_rings_of_recordings_in_calls_of_any_length(device):
    def run(backend):
        sim = counters(backend, monitors=MONITORS, indices=CHOSEN, n=300)
        sim.begin(0.0, None, 17)
        rings = []
        for n in (5, 1, 0, 40, 9, 145):
            sim.advance(n)
            rings += [sim.ring(0).copy(), sim.ring(1).copy(), *sim.events_since(2, max(0, sim.run_step - 17))]
        return sim, rings

    reference, expected = run("reference")
    for place in places(device):
        with at(place):
            found, rings = run(place.backend)
        assert all(np.array_equal(one, other) for one, other in zip(expected, rings)), place
        assert found.run_step == reference.run_step == STEPS


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_parameters_with_one_value_for_each_neuron_and_edge(float_type, device):
    bp.profile.set(float_type=float_type)
    n = 40

    def make():
        group = bp.NeuGroup(
            bp.models.get_LIF(), n, monitors=["V", "spike"], pars_update={"tau": np.linspace(5.0, 30.0, n)}
        )
        conn = bp.connect.FixedProb(0.2, seed=1)
        edges = bp.SynConn(synapse("jump"), group, group, conn=conn, delay=0.4)
        edges.pars["weight"] = np.random.default_rng(1).lognormal(-6.0, 1.0, edges.num)
        return bp.Network(group=group, edges=edges)

    reference = agree(make, device, lambda net: (net.group, "ST.input", 30.0))
    assert len(reference.monitor(1)[0]) > 20


def test_what_is_written_between_two_calls_is_seen(device):
    """Parameters, states, inputs; and a run that goes on with other numbers."""

    def run(backend):
        sim = counters(backend, inputs=[("+", "array")], values=[np.zeros(5)], monitors=[DENSE])
        plain_run.run(sim, 0.0, 5.0)
        sim.begin(5.0, 150)
        sim.advance(30)
        sim.set_param("N", "k", 10.0)
        sim.advance(30)
        sim.set_input(0, np.arange(5.0))
        sim.advance(30)
        sim.set_field("N", "x", [1, 3], -7.5)
        sim.advance(30)
        snapshot = sim.save()
        sim.advance(30)
        after = sim.monitor(0).copy()
        sim.load(snapshot)
        sim.advance(30)
        assert np.array_equal(after, sim.monitor(0))
        return sim

    reference = run("reference")
    for place in places(device):
        with at(place):
            assert_same_bits(reference, run(place.backend))
