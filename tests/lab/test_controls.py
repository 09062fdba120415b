"""What a person moves besides sliders: initial values, the seed, all sliders at once."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.ir.model import Slider
from brainpy_lab.lab.controls import Control, drawn_values
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.recipe import held, settings_now
from brainpy_lab.lab.subject import neuron_subject

NOISY = """
dv/dt = (I - v)/tau + sigma*xi
input I = 12 in [0, 30]
tau = 10 ms in [1, 100] log
sigma = 1.5 in [0, 3]
n = 2 in {1, 2, 4}
x = n*v
init v = uniform(0, 5)
"""


def told(page, kind):
    return [header for header in page.told if header["kind"] == kind]


def test_an_initial_value_is_used_by_the_next_reset(make_lab):
    page = make_lab()
    lab = page.lab
    assert dict(lab.initial) == {"v": -1.0, "w": 1.0} and list(lab.initial) == ["v", "w"]
    lab.step(100)
    page.wait_for(lambda h: h["step"] == 100)
    lab.initial["v"] = 0.5
    lab.wait()
    assert lab.session.step_count == 100 and lab.initial["v"] == 0.5
    lab.reset()
    page.wait_for(lambda h: h["step"] == 0 and h["epoch"] == 2)
    assert lab.session.state()["FHN"]["v"] == 0.5
    assert [(entry.step, entry.kind, float.fromhex(entry.value)) for entry in lab.session.log if entry.change] == [
        (0, "state", 0.5)
    ]
    del lab.initial["v"]
    assert lab.initial["v"] == -1.0
    lab.wait()
    assert lab.session.state()["FHN"]["v"] == -1.0  # at its very beginning a lab shows them at once


def test_the_page_is_told_of_initial_values_and_sets_them(make_lab):
    page = make_lab()
    page.say(do="initial", ask=True)
    page.wait_for(lambda h: h["status"] == "paused")
    page.lab.wait()
    assert told(page, "initial")[-1] == {"kind": "initial", "values": [-1.0, 1.0], "changed": [False, False]}
    page.say(do="initial", state=1, value=0.25)
    page.lab.wait()
    page.wait_for(lambda h: told(page, "initial")[-1]["values"] == [-1.0, 0.25])
    assert page.lab.session.state()["FHN"]["w"] == 0.25
    page.say(do="initial", clear=True)
    page.lab.wait()
    page.wait_for(lambda h: told(page, "initial")[-1]["changed"] == [False, False])


def test_neurons_may_begin_apart(make_lab):
    page = make_lab(n=3)
    lab = page.lab
    lab.initial["v"] = [0.0, 1.0, 2.0]
    lab.wait()
    assert lab.session.state()["FHN"]["v"].tolist() == [0.0, 1.0, 2.0]
    assert lab.initial["v"].tolist() == [0.0, 1.0, 2.0]
    for name, value, words in [
        ("u", 1.0, "no state 'u'; states: v, w"),
        ("v", [1.0, 2.0], r"found shape \(2,\), expected one number or 3"),
        ("v", "1", "finite number"),
        ("v", float("nan"), "finite"),
    ]:
        with pytest.raises(ModelUseError, match=words):
            lab.initial[name] = value


def noisy_lab():
    """As a cell with --seed 1 makes it."""

    def make(values=None, seed=1):
        settings = {**settings_now(), "seed": seed, "draws": 0}
        with held(settings):
            return neuron_subject("Noisy", bp.NeuGroup(bp.neuron(NOISY, "Noisy"), 4))

    lab = Lab(make(), backend="reference", remake=make)
    labs.add(lab)
    lab._make_session()
    return lab, make


def test_another_seed_starts_again_as_if_the_cell_had_been_run_with_it():
    lab, make = noisy_lab()
    try:
        assert lab.seed == 1
        lab.set("sigma", 2.5)
        lab.step(50)
        lab.wait()
        lab.seed = 7
        lab._thread.join(30)
        lab.wait()
        assert lab.seed == 7 and lab.session.step_count == 0 and lab.values["sigma"] == 2.5
        lab.step(50)
        lab.wait()
        found = lab.session.state()["Noisy"]["v"]
        other = Lab(make(seed=7), backend="reference")
        other._make_session()
        other.set("sigma", 2.5)
        other.step(50)
        other.wait()
        expected = other.session.state()["Noisy"]["v"]
        other.close()
        assert np.array_equal(found, expected)
        with pytest.raises(ModelUseError, match='"seed" must be a whole number'):
            lab.seed = -1
    finally:
        lab.close()


def test_a_model_that_cannot_be_made_again_begins_with_the_same_states():
    lab, _ = noisy_lab()
    lab._remake = None
    try:
        begun = lab.session.state()["Noisy"]["v"]
        lab.step(50)
        lab.wait()
        first = lab.session.state()["Noisy"]["v"]
        lab.seed = 7
        lab._thread.join(30)
        assert np.array_equal(lab.session.state()["Noisy"]["v"], begun)
        lab.step(50)
        lab.wait()
        assert not np.array_equal(lab.session.state()["Noisy"]["v"], first)
    finally:
        lab.close()


def test_a_seed_without_chance_is_refused(make_lab):
    lab = make_lab().lab
    assert lab.seed is None
    with pytest.raises(ModelUseError, match="nothing in FHN is random"):
        lab.seed = 3


def test_drawn_sliders_stay_in_their_ranges_on_their_steps():
    controls = [
        Control("a", "", 1.0, slider=Slider(0.0, 2.0, step=0.5), targets=[("N0", "a")]),
        Control("b", "", 1.0, slider=Slider(0.01, 100.0, "log"), targets=[("N0", "b")]),
        Control("c", "", 1.0, slider=Slider(1.0, 4.0, choices=(1.0, 2.0, 4.0)), targets=[("N0", "c")]),
        Control("d", "", 1.0, slider=Slider(-1.0, 1.0), targets=[("N0", "d")]),
        Control("e", "", 1.0, targets=[("N0", "e")]),
        Control("f", "", 1.0, slider=Slider(0.0, 1.0)),
    ]
    drawn = [drawn_values(controls, seed) for seed in range(400)]
    a, b, c, d = (np.array([one[k] for one in drawn]) for k in range(4))
    assert set(drawn[0]) == {0, 1, 2, 3}  # neither a box nor what makes the cell run again
    assert set(a) <= {0.0, 0.5, 1.0, 1.5, 2.0} and set(c) == {1.0, 2.0, 4.0}
    assert b.min() >= 0.01 and b.max() <= 100 and abs(np.log10(b).mean()) < 0.18  # 3 standard errors of 1.155
    assert d.min() >= -1 and d.max() <= 1 and abs(d.mean()) < 0.09
    assert drawn_values(controls, 5) == drawn[5]


def test_all_sliders_are_drawn_at_once_and_go_back_to_the_cell(make_lab):
    page = make_lab(NOISY, "Noisy")
    lab = page.lab
    before = lab.values
    assert lab.randomise(3) == 3
    lab.wait()
    drawn = lab.values
    assert drawn["n"] in (1.0, 2.0, 4.0) and sum(drawn[name] != before[name] for name in before) >= 3
    assert told(page, "said")[-1]["text"] == "sliders drawn with seed 3"
    lab.back_to_cell()
    lab.wait()
    assert lab.values == before
    page.wait_for(lambda h: dict(zip(before, h["values"])) == before)
    page.say(do="randomise")
    page.wait_for(lambda h: dict(zip(before, h["values"])) != before)
    page.say(do="back to cell")
    page.wait_for(lambda h: dict(zip(before, h["values"])) == before)


def test_back_to_the_cell_takes_back_what_no_step_has_seen_yet(make_lab):
    lab = make_lab(NOISY, "Noisy").lab
    before, done, let = lab.values, threading.Event(), threading.Event()
    lab._do_between_steps(lambda: (done.set(), let.wait(5.0)))  # no change is applied meanwhile
    assert done.wait(5.0)
    lab.randomise(3)
    lab.back_to_cell()
    let.set()
    lab.wait()
    assert lab.values == before
