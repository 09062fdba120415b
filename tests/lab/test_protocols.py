"""Input protocols in a lab: in Python, from the page, in the trace, in the log."""

from __future__ import annotations

import time

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.network_cell import NetworkCellRun
from brainpy_lab.lab.object_subject import object_subject
from brainpy_lab.runtime.waveforms import Waveform
from tests.lab.cells import FHN, neuron_lab

PULSES = {"amplitude": 0.5, "width": 5.0, "period": 20.0, "delay": 0.0}


def told(page, count=1):
    """The last protocols that the page was told of, once it was told `count` times."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found = [header for header in page.told if header["kind"] == "protocol"]
        if len(found) >= count:
            return found[-1]["now"]
        time.sleep(0.005)
    raise AssertionError(page.told)


def test_a_protocol_is_added_to_the_slider_and_drawn_under_the_others(make_lab):
    page = make_lab()
    lab = page.lab
    assert page.wait_for(lambda h: h["status"] == "paused")["views"][1] is None  # hidden until there is one
    lab.step(200)
    page.wait_for(lambda h: h["step"] == 200)
    lab.protocol("pulses", **PULSES)
    lab.step(600)
    header = page.wait_for(lambda h: h["step"] == 800)
    assert header["views"][1]["kind"] == "trace"
    view = lab.subject.views[1]
    values = view.values(lab.session.simulation, view.series[0], lab._window())
    waveform = Waveform.make("pulses", **PULSES)
    assert np.array_equal(values, np.concatenate([np.zeros(200), waveform.at(np.arange(600), 0.1)]))
    pairs = page.series(view=1)
    assert pairs.min() == 0.0 and pairs.max() == 0.5
    assert lab.protocols == {"I": {**waveform.content, "began": 200}}
    assert "I follows pulses: amplitude 0.5" in lab.description()

    group = bp.NeuGroup(bp.neuron(lab.subject.layout.objects[0].model.ir.source, "again"), 1, monitors=["v"])
    group.run(80.0, inputs=("ST.input", np.concatenate([np.zeros(200), waveform.at(np.arange(600), 0.1)])))
    assert np.array_equal(group.mon.v[:, 0], lab.session.simulation.ring(0)[:800, 0])


def test_the_page_sets_numbers_without_starting_again(make_lab):
    page = make_lab()
    page.say(do="protocol", ask=True)
    assert told(page) == [None]
    page.say(do="protocol", input=0, kind="pulses", numbers=PULSES)
    told(page, 2)
    page.lab.step(70)
    page.wait_for(lambda h: h["step"] == 70)
    page.say(do="protocol", input=0, kind="pulses", numbers={**PULSES, "amplitude": 1.5}, goes_on=True)
    assert told(page, 3) == [{"kind": "pulses", **PULSES, "count": 0.0, "amplitude": 1.5, "began": 0}]
    page.say(do="protocol", input=0, kind="ramp", numbers={}, goes_on=True)
    assert told(page, 4)[0]["began"] == 70
    page.say(do="protocol", input=0, kind="off")
    assert told(page, 5) == [None]
    kinds = [entry.kind for entry in page.lab.session.log]
    assert kinds == ["wave"] * len(kinds) and [entry.step for entry in page.lab.session.log] == [0, 70]


def test_going_back_brings_the_protocol_of_that_time_back(make_lab):
    page = make_lab()
    lab = page.lab
    lab.protocol("drawn", points=[(0, 0), (10, 1), (20, 0)])
    lab.step(300)
    lab.protocol("noise", sd=0.2, seed=5)
    lab.step(300)
    page.wait_for(lambda h: h["step"] == 600)
    before = page.series(view=1).copy()
    assert told(page, 2)[0]["kind"] == "noise"
    lab.rewind(40.0)
    page.wait_for(lambda h: h["step"] == 200)
    assert told(page, 3)[0]["kind"] == "drawn"
    lab.step(400)
    page.wait_for(lambda h: h["step"] == 600)
    assert np.array_equal(page.series(view=1), before)


def test_a_reset_ends_the_protocol(make_lab):
    page = make_lab()
    page.lab.protocol("constant", amplitude=0.2)
    page.lab.step(50)
    page.lab.reset()
    page.wait_for(lambda h: h["step"] == 0 and h["epoch"] > 1)
    assert page.lab.protocols == {}


def test_wrong_protocols_are_refused(make_lab):
    lab = make_lab().lab
    for ask, told in [
        (lambda: lab.protocol("pulse"), 'Did you mean "pulses"'),
        (lambda: lab.protocol("ramp", amplitude=3), "'first'|first, last"),
        (lambda: lab.protocol("ramp", target="J"), "no input 'J'; inputs: I"),
        (lambda: lab.protocol("off", amplitude=3), "has no numbers"),
        (lambda: lab.protocol("ramp", restart=1), "True or False"),
    ]:
        with pytest.raises(ModelUseError, match=told):
            ask()
    assert lab.protocols == {}


def test_a_model_without_input_says_so(make_lab):
    lab = make_lab("dx/dt = -x", "Decay").lab
    assert lab.spec()["protocols"] is None
    with pytest.raises(ModelUseError, match="takes no input"):
        lab.protocol("constant")


TWO = """
import brainpy_lab as bp
LIF = bp.neuron('''
dv/dt = (I - v) / 10
input I = 0
spike when v > 1
reset v = 0
''', 'LIF')
exc = bp.NeuGroup(LIF, 4)
inh = bp.NeuGroup(LIF, 2)
"""


def test_each_group_of_a_network_has_an_input_of_its_own():
    namespace: dict = {}
    run = NetworkCellRun(TWO, "net", namespace, lambda tree: compile(tree, "<cell>", "exec"), "cell")
    lab = Lab(run.run(), backend="reference")
    labs.add(lab)
    try:
        lab.start(run=False)
        with pytest.raises(ModelUseError, match="several inputs: exc.I, inh.I. Say which"):
            lab.protocol("constant", amplitude=2.0)
        lab.protocol("constant", "inh", amplitude=2.0)
        lab.step(100)
        lab.wait()
        assert namespace["inh"].ST["v"].min() > 0.5 and (namespace["exc"].ST["v"] == 0).all()
        assert [one["name"] for one in lab.spec()["protocols"]["inputs"]] == ["exc.I", "inh.I"]
    finally:
        lab.close()


def test_a_model_of_classes_follows_a_protocol():
    def made():
        cells = bp.neurons.LIF(2, V_th=100.0)
        cells.V[:] = 0.5
        return cells

    def voltage(protocol):
        cells = made()
        lab = Lab(object_subject("LIF", cells, ("input", 2.0), [], {}, {}), backend="reference")
        lab._make_session()
        if protocol:
            lab.protocol("constant", amplitude=8.0)
        lab.step(200)
        lab.wait()
        lab.close()
        return cells.V.numpy().copy()

    cells = made()
    bp.DSRunner(cells, inputs=("input", 10.0), progress_bar=False).run(200 * bp.profile.get_dt())
    # 2 + 8 is added in another order: a few last digits
    assert np.allclose(voltage(True), cells.V.numpy(), rtol=1e-9) and not np.allclose(voltage(False), cells.V.numpy())


def test_scripts_and_saved_labs_have_the_protocols(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    lab = neuron_lab(FHN, "FHN")
    lab.step(100)
    lab.protocol("noise", sd=0.3, every=0.4, seed=9)
    lab.step(300)
    lab.protocol("pulses", **PULSES)
    lab.step(300)
    lab.wait()
    lab.protocol("pulses", restart=False, **{**PULSES, "amplitude": 1.0})
    lab.step(100)
    lab.wait()
    voltage, protocols = lab.session.state()["FHN"]["v"], lab.protocols
    script, path = lab.to_script(), tmp_path / "fhn.json"
    assert "input 0 follows noise: mean 0, sd 0.3" in script
    lab.save(path)
    lab.close()
    exec(compile(script, "script", "exec"), {"__name__": "script"})
    assert "FHN: every bit is as in the lab." in capsys.readouterr().out
    opened = bp.open_lab(path)
    try:
        opened.wait()
        assert opened.session.state()["FHN"]["v"] == voltage and opened.protocols == protocols
        assert opened.notices == []
    finally:
        opened.close()
