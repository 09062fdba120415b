"""`bp.explore`: labs of models of every kind, from Python."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelKeyError, ModelUseError
from brainpy_lab.ir.model import Slider
from brainpy_lab.lab.lab import labs
from brainpy_lab.lab.lost import Lost
from tests.lab.cells import FHN


@pytest.fixture(autouse=True)
def closed():
    yield
    for lab in list(labs.values()):
        lab.close()


def explore(model, *views, **options):
    return bp.explore(model, *views, **{"backend": "reference", "paused": True, **options})


def sliders(lab):
    return {control.name: control.slider for control in lab.subject.controls}


def test_a_text_with_ranges_as_of_interact():
    model = bp.neuron(FHN, "FHN")
    lab = explore(model, I=(0, 2, 0.1), a=[0.5, 0.7], b=0.75, tau=(1, 100, "log"), dt=0.05)
    assert bp.labs["FHN"] is lab and lab.status == "paused"
    assert lab.values == {"I": 0.8, "a": 0.7, "tau": 12.5, "b": 0.75}
    assert sliders(lab) == {
        "I": Slider(0.0, 2.0, step=0.1),
        "a": Slider(0.5, 0.7, choices=(0.5, 0.7)),
        "tau": Slider(1.0, 100.0, "log"),
        "b": None,
    }
    assert lab.subject.bindings.dt == 0.05 and bp.profile.get_dt() != 0.05
    lab.step(400)
    lab.wait()
    group = bp.NeuGroup(model, 1, pars_update={"b": 0.75}, monitors=["v"])
    bp.profile.set(dt=0.05)
    group.run(20.0)
    bp.profile.set(dt=0.1)
    assert lab.session.state()["FHN"]["v"] == group.mon.v[-1]


def test_a_value_outside_of_its_new_range_moves_to_the_near_end():
    lab = explore(bp.neuron(FHN, "FHN"), I=(1, 2), tau=[20.0, 30.0])
    assert lab.values["I"] == 1.0 and lab.values["tau"] == 20.0


def test_a_model_of_functions_gets_an_input_that_can_be_moved():
    lab = explore(bp.models.get_LIF(), input=(0, 30), tau=[5.0, 10.0], n=3)
    assert lab.values["input"] == 0.0 and sliders(lab)["input"] == Slider(0.0, 30.0)
    lab.set("input", 25.0)
    lab.step(50)
    lab.wait()
    assert (lab.session.state()["LIF"]["V"] > 5).all()
    assert [view.kind for view in lab.subject.shown] == ["trace", "raster", "protocol"]


def test_a_synapse_is_shown_in_its_rig():
    lab = explore(bp.models.get_AMPA(), n=2, name="fast")
    lab.step(3)
    assert lab.wait(20) and lab.subject.kind == "synapse" and lab.subject.summary == "2 synapses onto one neuron"
    with pytest.raises(ModelUseError, match="inputs: the synapse AMPA is shown in a test rig"):
        explore(bp.models.get_AMPA(), inputs=("ST.input", 1.0))


def test_the_delay_of_a_synapse_is_given_as_a_number_or_moved_over_a_range():
    lab = explore(bp.models.get_AMPA(), delay=3.0, name="slow")
    assert lab.values["delay"] == 3.0
    lab.set("delay", 2.0)  # makes the synapse again, in a thread
    lab._thread.join(30)
    assert lab.values["delay"] == 2.0 and lab.status != "failed"
    ranged = explore(bp.models.get_AMPA(), delay=(0.0, 4.0), name="ranged")
    (control,) = [one for one in ranged.subject.controls if one.name == "delay"]
    assert (control.slider.low, control.slider.high) == (0.0, 4.0)
    with pytest.raises(ModelUseError, match=r'"delay" must be a range around .*Give a range that holds it, or delay='):
        explore(bp.models.get_AMPA(), delay=(100.0, 200.0))


def test_a_number_of_spikes_is_shown_as_a_state_and_not_in_the_raster():
    background = bp.models.get_background()
    alone, some = explore(background, name="one"), explore(background, n=3, name="some")
    for lab in (alone, some):
        lab.step(5)
        assert lab.wait(20) and set(lab.to_pandas()) == {"states"} and "raster" not in lab.views
    cells = bp.NeuGroup(bp.models.get_LIF(), 2)
    network = explore(bp.Network(bp.NeuGroup(background, 3), cells), name="both")
    network.step(5)
    assert network.wait(20) and [one.spikes is None for one in network.subject.who] == [False, True]
    assert [one.name for one in network.subject.who[1].quantities] == ["spike"]


def test_a_class_is_made_with_its_size_and_an_object_is_taken_as_it_is():
    lab = explore(bp.neurons.LIF, n=2, tau=(5.0, 20.0), input=(0.0, 40.0))
    assert lab.name == "LIF" and lab.subject.summary == "2 neurons" and sliders(lab)["tau"] == Slider(5.0, 20.0)
    cells = bp.neurons.LIF(3)
    lab = bp.explore(cells, inputs=("input", 30.0), paused=True, backend="reference")
    assert lab.name == "cells" and lab.values["input"] == 30.0
    lab.step(100)
    lab.wait()
    assert (cells.V.numpy() > 0).all()

    class Needy(bp.DynamicalSystem):
        def __init__(self, size, other):
            super().__init__()

    with pytest.raises(ModelUseError, match="Needy needs size, other"):
        explore(Needy)


def test_a_network_moves_a_parameter_of_all_or_of_one():
    exc = bp.NeuGroup(bp.models.get_LIF(), 4, name="exc")
    inh = bp.NeuGroup(bp.models.get_LIF(), 3, name="inh")
    net = bp.Network(exc, inh)
    lab = bp.explore(
        net,
        "raster",
        V_th=(5.0, 25.0),
        params={"exc.tau": (5, 20)},
        inputs=(exc, "ST.input", 20.0),
        paused=True,
        backend="reference",
    )
    assert lab.name == "net" and [view.kind for view in lab.subject.shown] == ["raster", "protocol"]
    assert lab.values == {"tau": 10.0, "V_th": 20.0, "input": 20.0}
    lab.set("V_th", 8.0)
    lab.set("exc.tau", 5.0)
    lab.wait()
    params = lab.session.params
    assert params["exc", "V_th"] == params["inh", "V_th"] == 8.0
    assert params["exc", "tau"] == 5.0 and params["inh", "tau"] == 10.0


def test_a_seed_makes_the_model_again():
    model = bp.neuron("dv/dt = -v/10 + xi; init v = uniform(0, 1)", "Walk")
    lab = explore(model, n=3, seed=4)
    begun = lab.session.state()["Walk"]["v"]
    assert lab.seed == 4
    lab.seed = 5
    lab._thread.join(30)
    assert lab.seed == 5 and not np.array_equal(lab.session.state()["Walk"]["v"], begun)


def test_a_script_can_be_written_of_a_text():
    lab = explore(bp.neuron(FHN, "FHN"), I=(0, 2))
    lab.step(20)
    lab.wait()
    assert "FHN = bp.neuron(" in lab.to_script()
    with pytest.raises(ModelUseError, match="no text that could make it again"):
        explore(bp.neurons.LIF, n=2).to_script()


@pytest.mark.parametrize(
    "options, words",
    [
        ({"J": (0, 1)}, "FHN has no parameter 'J' that can be moved; parameters: I, a, b, tau"),
        ({"taw": 3.0}, 'Did you mean "tau"'),
        ({"I": (1, 0)}, "Put the smaller number first"),
        ({"I": (0, 1, 5)}, "a step above 0 that fits"),
        ({"I": (0, 1, "log")}, "Begin above 0"),
        ({"I": "0, 1"}, r"\(low, high\)"),
        ({"I": []}, "at least one value"),
        ({"I": float("nan")}, "finite"),
        ({"I": (0, 1), "params": {"I": 3.0}}, "Give it once"),
        ({"n": 0}, "1 or more"),
        ({"dt": 0.0}, "above 0"),
        ({"seed": -1}, "whole number"),
        ({"backend": "numpy"}, "one of"),
        ({"paused": 1}, "True or False"),
    ],
)
def test_what_does_not_fit_is_named(options, words):
    with pytest.raises(ModelUseError, match=words):
        explore(bp.neuron(FHN, "FHN"), **options)
    assert not labs


def test_views_and_models_that_are_not_there():
    with pytest.raises(
        ModelUseError, match="has no view 'rastr'; it has trace, raster, phase.* Did you mean \"raster\""
    ):
        explore(bp.neuron(FHN, "FHN"), "rastr", n=2)
    with pytest.raises(ModelUseError, match='"model" must be a model, but got 3'):
        explore(3)


def test_the_input_of_a_ready_model_reaches_what_makes_it_fire():
    lab = explore(bp.models.get_HH(method="exponential"))
    assert sliders(lab)["input"] == Slider(0.0, 30.0) and lab.values["input"] == 0.0
    lab.set("input", 10.0)
    lab.step(300)
    lab.wait()
    assert lab.session.state()["HH"]["V"].max() > -60.0

    @bp.integrate
    def int_V(V, t, I):
        return (I - V) / 10.0

    def update(ST, _t):
        ST["V"] = int_V(ST["V"], _t, ST["input"])
        ST["input"] = 0.0

    own = explore(bp.NeuType("Own", ST=bp.types.NeuState("V", "input"), steps=update, mode="vector"))
    assert sliders(own)["input"] == Slider(-50.0, 50.0)


def test_a_lab_pauses_and_tells_when_a_state_is_no_number():
    lab = explore(bp.neuron("dv/dt = v*v + I; input I = 1 in [0, 2]; method euler", "Bang"), speed=float("inf"))
    lab.run(100.0)
    assert lab.wait(20)
    assert lab.status == "paused" and 'state "v" of "Bang" became' in lab.note and "time step below 0.1 ms" in lab.note
    assert lab.note.removeprefix("paused: ") in lab.description()
    assert lab.brief in ("paused: v became infinite", "paused: v became nan")
    lab.reset()
    lab.step(2)
    assert lab.wait(20) and not lab.note and not lab.brief and "became" not in lab.description()


def test_a_state_that_is_lost_before_anybody_looked_is_told():
    group = bp.NeuGroup(bp.neuron("dv/dt = v*v + I; input I = 1 in [0, 2]; method euler", "Bang"), 1)
    simulation = bp.Network(group).simulation("reference")
    simulation.begin(0.0, None, 1000)
    lost = Lost(simulation)
    simulation.advance(1000)  # a whole run in one chunk
    lab = SimpleNamespace(_simulation=simulation, note="")
    lost.look(lab, SimpleNamespace(status="paused", pause=lambda: None))
    assert lost.told and lab.note == f"paused: {lost.told}"


def test_a_note_that_is_long_comes_to_a_word():
    lab = explore(bp.neuron("dv/dt = -v", "Calm"))
    short = "paused: not visible"
    for note, brief in (("", ""), (short, short), ("tea " * 20, "paused"), ("tea\nmilk", "paused")):
        lab.pause(note)
        assert (lab.note, lab.brief) == (note, brief)


def test_groups_of_a_network_are_called_as_its_keywords_say():
    exc, inh = (bp.NeuGroup(bp.models.get_LIF(), n) for n in (4, 2))
    synapses = bp.SynConn(bp.models.get_AMPA(), exc, inh, conn=bp.connect.All2All(), delay=1.0)
    net = bp.Network(exc=exc, inh=inh, s1=synapses)
    lab = explore(net, "raster", params={"exc.tau": (5, 20)}, inputs=(exc, "ST.input", 20.0))
    assert [one.name for one in lab.subject.who] == ["exc", "inh"]
    assert [control.full_name for control in lab.subject.controls] == ["exc.tau", "exc.input"]
    with pytest.raises(ModelKeyError, match=r"parameters: .*inh\.tau.* Did you mean \"exc\.tau\"\?"):
        explore(net, params={"ecx.tau": (5, 20)})
