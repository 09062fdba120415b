"""Waveforms that drive an input: what they are worth, and that every back end, rewind and replay agree on it."""

from __future__ import annotations

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.runtime.build import build
from brainpy_lab.runtime.waveforms import KINDS, Waveform
from brainpy_lab.runtime.waves import ROWS, with_waves

CELL = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + 0.7 - 0.8*w) / 12.5
input I = 0.3
init v = -1, w = 1
"""
NOISE = Waveform.make("noise", sd=0.4, every=0.5, seed=3)
PULSES = Waveform.make("pulses", amplitude=0.8, width=2, period=10, delay=1)


def at(kind, n, dt=0.1, **numbers):
    return Waveform.make(kind, **numbers).at(np.arange(n), dt)


def test_pulses_are_equally_long_and_begin_on_time():
    on = at("pulses", 3000, amplitude=2.0, width=5, period=50, delay=10, count=3) == 2.0
    starts = np.flatnonzero(np.diff(on.astype(int)) == 1) + 1
    assert starts.tolist() == [100, 600, 1100] and on.sum() == 3 * 50


def test_a_train_without_a_count_has_no_end():
    assert at("pulses", 100_000, width=5, period=50, delay=0)[-451] == 1.0


def test_steps_climb_from_the_first_to_the_last_with_pauses_between():
    values = at("steps", 60, dt=1.0, first=-1, last=1, count=3, duration=10, rest=5)
    assert values[:15].tolist() == [-1.0] * 10 + [0.0] * 5
    assert values[15:25].tolist() == [0.0] * 10 and values[30:40].tolist() == [1.0] * 10
    assert values[45] == -1.0  # and begin again


def test_a_ramp_stays_at_its_end_or_goes_back():
    assert at("ramp", 8, dt=1.0, first=1, last=3, duration=4).tolist() == [1, 1.5, 2, 2.5, 3, 3, 3, 3]
    assert at("ramp", 10, dt=1.0, first=0, last=4, duration=4, back=1).tolist() == [0, 1, 2, 3, 4, 3, 2, 1, 0, 1]


def test_a_drawn_line_passes_through_its_points():
    points = [(0, 0), (2, 4), (4, 0)]
    assert at("drawn", 6, dt=1.0, points=points).tolist() == [0, 2, 4, 2, 0, 2]
    assert at("drawn", 6, dt=1.0, points=points, repeat=0).tolist() == [0, 2, 4, 2, 0, 0]


def test_noise_has_its_mean_and_deviation_and_any_part_of_it_can_be_computed_alone():
    noise = Waveform.make("noise", mean=2.0, sd=0.5, every=0.3, seed=1)
    values = noise.at(np.arange(60_000), 0.1)
    steps = values.reshape(-1, 3)
    assert (steps == steps[:, :1]).all()  # a new value every three steps
    draws = steps[:, 0]  # standard errors of 20000 draws: 0.0035 and 0.0025
    assert abs(draws.mean() - 2.0) < 0.015 and abs(draws.std() - 0.5) < 0.01
    assert np.array_equal(noise.at(np.arange(50_000, 50_100), 0.1), values[50_000:50_100])
    other = Waveform.make("noise", mean=2.0, sd=0.5, every=0.3, seed=2)
    assert not np.array_equal(other.at(np.arange(9), 0.1), values[:9])


@pytest.mark.parametrize("kind", KINDS)
def test_its_text_keeps_every_bit(kind):
    numbers = {field.name: field.default / 3 for field in KINDS[kind] if not field.whole and not field.flag}
    points = {"points": [(0.1, 1 / 3), (7, 2 / 7)]} if kind == "drawn" else {}
    waveform = Waveform.make(kind, **numbers, **points)
    assert Waveform.read(waveform.text) == waveform
    assert kind in waveform.describe("nA")


def test_pulses_longer_than_their_period_that_an_older_version_wrote_are_read():
    text = Waveform.make("pulses", amplitude=2.0, width=50, period=50, delay=10).text.replace("50.0", "60.0", 1)
    pulses = Waveform.read(text)
    assert pulses.by_name["width"] == 60.0 and pulses.text == text
    assert pulses.at(np.arange(200), 1.0).tolist() == [0.0] * 10 + [2.0] * 190


@pytest.mark.parametrize(
    "kind, numbers, told",
    [
        ("puls", {}, 'Did you mean "pulses"'),
        ("pulses", {"widht": 3}, 'Did you mean "width"'),
        ("pulses", {"width": 0}, "a number of ms above 0"),
        ("pulses", {"width": 60}, "up to the period, 50"),
        ("pulses", {"count": 1.5}, "whole number"),
        ("noise", {"sd": -1}, "0 or more"),
        ("noise", {"mean": float("nan")}, "finite"),
        ("ramp", {"points": [(0, 1), (1, 1)]}, "has none"),
        ("drawn", {}, "pairs of a time"),
        ("drawn", {"points": [(0, 1), (0, 2)]}, "Sort them by time"),
        ("drawn", {"points": [(0, 1)]}, "2 to 2000"),
        ("ramp", {"duration": 1e300}, "from 0 to 1e"),
    ],
)
def test_what_does_not_fit_is_named(kind, numbers, told):
    with pytest.raises(ModelUseError, match=told):
        Waveform.make(kind, **numbers)


def simulation(backend, float_type="float64", n=3):
    bp.profile.set(dt=0.1, float_type=float_type)
    try:
        group = bp.NeuGroup(bp.neuron(CELL, "FHN"), n)
        program, bindings = bp.Network(group).build_program((), [(group, "v")])
    finally:
        bp.profile.set(float_type="float64")
    name = program.objects[0].name
    program, bindings, numbers = with_waves(program, bindings, [(name, "input")])
    assert numbers == {(name, "input"): 0}
    return build(program, bindings, backend)


def voltages(sim, waveform, steps=300):
    sim.begin(0.0, steps)
    sim.set_wave(0, waveform)
    while sim.run_step < steps:
        sim.advance(min(37, steps - sim.run_step))
    return sim.monitor(0).copy()


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_back_ends_agree(float_type):
    reference = voltages(simulation("reference", float_type), NOISE)
    for backend in ("numba", "emulator"):
        assert np.array_equal(reference, voltages(simulation(backend, float_type), NOISE))
    assert not np.array_equal(reference, voltages(simulation("reference", float_type), None))


def test_a_waveform_is_added_to_the_input_in_every_step():
    constant = voltages(simulation("reference"), Waveform.make("constant", amplitude=0.5))
    group = bp.NeuGroup(bp.neuron(CELL, "FHN"), 3, monitors=["v"])
    group.run(30.0, inputs=("ST.input", 0.5))
    assert np.array_equal(constant, group.mon.v)


def test_without_a_waveform_nothing_changes():
    group = bp.NeuGroup(bp.neuron(CELL, "FHN"), 3, monitors=["v"])
    group.run(30.0)
    assert np.array_equal(voltages(simulation("reference"), None), group.mon.v)


def test_a_ring_is_used_up_and_filled_again():
    sim = simulation("numba", n=1)
    sim.begin(0.0, 2 * ROWS + 100)
    sim.set_wave(0, NOISE)
    sim.advance(2 * ROWS + 100)
    table = simulation("reference", n=1)
    table.begin(0.0, 2 * ROWS + 100)
    table.set_wave(0, NOISE)
    for _ in range(2 * ROWS + 100):
        table.advance(1)
    assert np.array_equal(sim.monitor(0), table.monitor(0))


def test_rewinding_and_running_again_has_the_same_bits():
    with bp.Session(simulation("numba"), speed=float("inf")) as session:
        session.step(100).result()
        session.set_wave(0, PULSES)
        session.step(200).result()
        session.set_wave(0, NOISE)
        session.step(5000).result()
        before, log = session.state()["N0"]["v"], session.log
        assert session.rewind(515.0).result() == pytest.approx(15.0)
        assert session.simulation.waves.now(0) == PULSES.begun(100)
        session.step(5150).result()
        assert np.array_equal(session.state()["N0"]["v"], before) and session.log == log
        session.rewind(1e6).result()
        assert session.simulation.waves.now(0) is None and not session.simulation.waves.is_used(0)
        assert [(entry.step, entry.kind) for entry in log] == [(100, "wave"), (300, "wave")]


def test_the_values_of_the_past_are_known():
    sim = simulation("reference", n=1)
    sim.begin(0.0, 400)
    sim.advance(50)
    sim.set_wave(0, PULSES)
    sim.advance(100)
    sim.set_wave(0, None)
    sim.advance(50)
    expected = np.concatenate([np.zeros(50), PULSES.at(np.arange(100), 0.1), np.zeros(50)])
    assert np.array_equal(sim.waves.values(0, 0, 200), expected)
    assert np.array_equal(sim.waves.values(0, 40, 160), expected[40:160])


def test_a_branch_and_a_reset_forget_the_waveform():
    with bp.Session(simulation("reference"), speed=float("inf")) as session:
        session.set_wave(0, PULSES)
        session.step(300).result()
        session.rewind(10.0).result()
        session.set_wave(0, None)
        session.step(100).result()
        assert session.branches[0].entries[0].value == PULSES.text
        session.reset().result()
        assert session.simulation.waves.now(0) is None


def test_only_inputs_that_are_waves_take_one():
    with bp.Session(simulation("reference")) as session:
        for k in (1, -1, "0", 0.0, True, None):
            with pytest.raises(ModelUseError, match="inputs that do: 0"):
                session.set_wave(k, PULSES)
        with pytest.raises(ModelUseError, match="a Waveform or None"):
            session.set_wave(0, {"kind": "pulses"})
