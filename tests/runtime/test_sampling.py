"""Samplers and repeats: who looks at a simulation while it runs sees every step it wants, and changes no bit."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import InternalError
from brainpy_lab.runtime.sampling import Sampler
from brainpy_lab.runtime.timeline import Timeline
from tests.runtime.fake_simulation import FakeSimulation

BACKENDS = ["reference", "numba", "emulator"]


def noisy(backend, n=5, monitors=()):
    group = bp.NeuGroup(bp.neuron("dx/dt = (-x + I) / 10\ninput I = 0.5 in [0, 2]\ninit x = 0", "slow"), n)
    group.ST["x"] = np.linspace(0, 1, n)
    network = bp.Network(group)
    program, bindings = network.build_program((), [(group, "x", list(monitors))])
    from brainpy_lab.runtime.build import build

    return build(program, bindings, backend), program.objects[0].name


def test_a_sampler_looks_at_the_multiples_of_its_step():
    timeline = Timeline(FakeSimulation(chunk=10), 2**20)
    seen = {3: [], 7: []}
    for every, steps in seen.items():
        timeline.samplers.append(Sampler(every, lambda simulation, steps=steps: steps.append(simulation.run_step)))
    while timeline.step < 50:
        timeline.advance(min(10, 50 - timeline.step))
    assert seen == {3: list(range(3, 51, 3)), 7: list(range(7, 51, 7))}


def test_samplers_change_no_bit():
    with_one, without = (Timeline(FakeSimulation(chunk=10, sigma=0.2), 2**20) for _ in range(2))
    with_one.samplers.append(Sampler(3, lambda simulation: None))
    for timeline in (with_one, without):
        while timeline.step < 40:
            timeline.advance(min(10, 40 - timeline.step))
    first, second = with_one.simulation.save(), without.simulation.save()
    assert all(np.array_equal(first.arrays[key], second.arrays[key]) for key in first.arrays)


def test_a_repeat_ends_where_it_began_and_is_seen():
    timeline = Timeline(FakeSimulation(chunk=10, sigma=0.2), 2**20)
    while timeline.step < 40:
        timeline.advance(10)
    before, seen = timeline.simulation.save(), []
    timeline.samplers.append(Sampler(1, lambda simulation: seen.append(simulation.run_step)))
    assert timeline.repeat(25) == 15
    after = timeline.simulation.save()
    assert after.step == 40 and set(range(16, 41)) <= set(seen)
    assert all(np.array_equal(before.arrays[key], after.arrays[key]) for key in before.arrays)
    assert timeline.repeat(1000) == 0


def test_a_sampler_that_never_looks_is_refused():
    with pytest.raises(ValueError, match="expected at least 1"):
        Sampler(0, print)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_monitor_looks_at_another_element(backend):
    simulation, name = noisy(backend, monitors=[0])
    simulation.begin(0.0, 20)
    simulation.advance(8)
    simulation.point(0, np.array([3]))
    simulation.advance(12)
    rows = simulation.monitor(0)[:, 0].copy()
    twin, _ = noisy("reference", monitors=range(5))
    twin.begin(0.0, 20)
    twin.advance(20)
    every = twin.monitor(0)
    assert np.array_equal(rows[:8], every[:8, 0]) and np.array_equal(rows[8:], every[8:, 3])
    with pytest.raises(InternalError, match="2 other elements"):
        simulation.point(0, np.array([1, 2]))


def test_a_session_repeats_from_anywhere_with_the_same_bits():
    simulation, name = noisy("reference", monitors=[0])
    with bp.Session(simulation, speed=float("inf")) as session:
        session.run(5.0)
        session.wait()
        session.params["I"] = 1.5
        session.run(5.0)
        session.wait()
        before = session.state()
        assert session.repeat(5.0) == pytest.approx(5.0)
        reached = []

        def once(session):
            session.on_chunk.remove(once)
            simulation.point(0, np.array([4]))
            reached.append(session.repeat(8.0))

        session.on_chunk.append(once)
        session.nudge()
        while not reached:
            session.wait()
        after = session.state()
    assert reached == [pytest.approx(2.0)] and not reached[0].ended
    assert after.step == before.step and np.array_equal(after[name]["x"], before[name]["x"])
    twin, _ = noisy("reference", monitors=range(5))
    twin.begin(0.0, simulation.run_step)
    twin.advance(before.step // 2)
    twin.set_param(name, "I", 1.5)
    twin.advance(before.step - before.step // 2)
    first = before.step // 5
    assert np.array_equal(simulation.ring(0)[first : before.step, 0], twin.monitor(0)[first:, 4])
