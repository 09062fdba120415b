"""Going back and forth, branches, undo, the log and what is held, without a page."""

from __future__ import annotations

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.ir.model import Slider
from brainpy_lab.lab.controls import Control
from brainpy_lab.lab.lab import Lab
from brainpy_lab.lab.subject import neuron_subject
from brainpy_lab.lab.undo import Move, Undo
from tests.lab.conftest import FHN, FakePage


def paused_at(page, step):
    return page.wait_for(lambda h: h["step"] == step and h["status"] == "paused")


def floats(page, buffer):
    return np.frombuffer(page.frames[-1][1][buffer], np.float32)


def log_of(lab):
    return [(entry.step, entry.kind, entry.value) for entry in lab.log]


# ---- undo


def test_undo_and_redo_move_a_slider_as_new_entries_of_the_log(make_lab):
    lab = make_lab().lab
    lab.set("I", 1.0)
    lab.step(10)
    lab.wait(10)
    lab.params["I"] = 1.25
    lab.step(10)
    lab.wait(10)
    assert lab.params.undo() == {"I": 1.0} and lab.params["I"] == 1.0
    lab.step(10)
    lab.wait(10)
    assert lab.undo() == {"I": 0.8} and lab.undo() == {}
    assert lab.redo() == {"I": 1.0}
    lab.step(1)
    lab.wait(10)
    values = [float.fromhex(value) for _, kind, value in log_of(lab) if kind == "parameter"]
    assert values == [1.0, 1.25, 1.0]  # both moves at one step left nothing
    assert lab.t > 0 and lab.values["I"] == 1.0
    lab.set("I", 0.5)
    assert lab.redo() == {}


def test_a_drag_is_one_step_of_undo(make_lab):
    page = make_lab()
    for number, value in enumerate((0.9, 1.0, 1.1)):
        page.say(do="set", number=number + 1, changes=[{"control": 0, "value": value, "released": False}])
    page.say(do="set", number=4, changes=[{"control": 0, "value": 1.2, "released": True}])
    page.wait_for(lambda h: h["answered"] == 4)
    assert page.wait_to_hear("history", lambda c: c["undo"])["undo"] == "I to 0.8"
    page.say(do="undo")
    page.wait_for(lambda h: h["values"][0] == 0.8)
    assert page.wait_to_hear("history", lambda c: c["redo"])["redo"] == "I to 1.2"
    page.say(do="redo")
    page.wait_for(lambda h: h["values"][0] == 1.2)


def test_a_step_that_would_change_nothing_is_passed_over():
    undo = Undo()
    undo.move({"a": Move(1.0, 2.0)})
    undo.move({"b": Move(5.0, 6.0), "c": Move(0.0, 0.0)})
    assert undo.back({"a": 2.0, "b": 5.0}) == {"a": 1.0}  # b was put back by a rewind
    assert undo.next_back == "" and undo.next_again == "a to 2"
    assert undo.again({"a": 1.0, "b": 5.0}) == {"a": 2.0}
    assert undo.again({"a": 2.0, "b": 5.0}) == {"b": 6.0}


def test_a_drag_whose_end_never_came_is_undone_too():
    undo = Undo()
    undo.move({"a": Move(1.0, 2.0)}, released=False)
    undo.move({"a": Move(2.0, 3.0)}, released=False)
    assert undo.back({"a": 3.0}) == {"a": 1.0}


def test_a_control_that_rebuilds_is_undone_and_stands_in_the_log():
    def subject(n):
        made = neuron_subject("FHN", bp.NeuGroup(bp.neuron(FHN, "FHN"), n))
        made.controls.append(Control("N", "", float(n), slider=Slider(1, 9), written="N"))
        return made

    lab = Lab(subject(3), backend="reference", remake=lambda values: subject(int(values["N"])))
    page = FakePage(lab)
    try:
        lab.start(run=False)
        page.say(do="hello", width=700)
        lab.step(20)
        page.wait_for(lambda h: h["step"] == 20)
        page.say(do="set", number=1, changes=[{"control": 4, "value": 5.0, "released": True}])
        page.wait_for(lambda h: h["values"][4] == 5 and h["step"] == 0)
        content = page.wait_to_hear("history", lambda c: c["undo"] == "N to 3" and c["lines"])
        line = {"step": 0, "what": "rebuilt, N", "before": "", "after": "5", "ahead": False, "t": 0.0}
        assert content["lines"] == [line] and lab.subject.summary == "5 neurons"
        assert lab.params["N"] == 5 and lab.undo() == {"N": 3.0} and lab.params["N"] == 3
        page.wait_for(lambda h: h["values"][4] == 3)
        assert lab.subject.summary == "3 neurons" and lab.redo() == {"N": 5.0}
        page.wait_for(lambda h: h["values"][4] == 5)
    finally:
        lab.close()


# ---- going back and forth


def test_the_time_line_goes_back_and_forth_with_the_same_curves_and_values(make_lab):
    page = make_lab()
    lab = page.lab
    lab.step(300)
    lab.wait(10)
    lab.set("I", 1.2)
    lab.step(700)
    paused_at(page, 1000)
    curve = page.series().reshape(-1, 2).copy()
    assert page.last["past"] == [0, 1000]
    page.say(do="goto", step=200, released=True)
    header = paused_at(page, 200)
    assert header["values"][0] == 0.8 and header["past"] == [0, 1000]
    for step in (500, 900, 350, 640):
        page.say(do="goto", step=step, released=False)
    page.say(do="goto", step=600, released=True)
    header = paused_at(page, 600)
    assert header["values"][0] == 1.2
    shown = page.series().reshape(-1, 2)
    per = round(header["views"][0]["width"] / 0.1)
    assert np.array_equal(shown[: 600 // per], curve[: 600 // per])
    lab.step(400)
    paused_at(page, 1000)
    assert np.array_equal(page.series().reshape(-1, 2), curve) and lab.branches == ()


def test_spikes_are_seen_again_wherever_one_goes(make_lab):
    page = make_lab(n=3)
    lab = page.lab
    lab.step(1500)
    header = paused_at(page, 1500)
    rows = floats(page, header["views"][1]["times"][0]).copy()
    lab.goto(20.0).result(10)
    lab.goto(150.0).result(10)
    header = paused_at(page, 1500)
    assert np.array_equal(floats(page, header["views"][1]["times"][0]), rows) and len(rows) > 3


def test_a_rewind_tells_when_there_is_no_more(make_lab):
    page = make_lab()
    lab = page.lab
    lab.step(100)
    lab.wait(10)
    reached = lab.rewind(4.0).result(10)
    assert (float(reached), reached.ended) == (6.0, False)
    reached = lab.rewind(100.0).result(10)
    assert (reached.step, reached.ended) == (0, True)
    page.wait_for(lambda h: h["note"] == "paused: as far back as it goes")
    assert lab.goto(50.0).result(10).step == 100
    page.wait_for(lambda h: h["note"] == "paused: as far as it was computed")
    page.say(do="step")
    page.wait_for(lambda h: h["note"] == "" and h["step"] == 101)


# ---- branches


def place_of(lab, kind: str) -> int:
    """Where the first view of a kind stands among the views."""
    return [view.kind for view in lab.subject.views].index(kind)


def test_an_old_future_is_dim_listed_and_one_returns_to_it_bit_for_bit(make_lab):
    page = make_lab(n=3)
    lab = page.lab
    lab.step(800)
    header = paused_at(page, 800)
    curve, end = page.series().reshape(-1, 2).copy(), lab.session.simulation.save()
    lab.goto(30.0).result(10)
    lab.set("I", 0.3)
    content = page.wait_to_hear("ghosts", lambda c: c["ghosts"])
    (ghost,) = content["ghosts"]
    assert ghost["name"] == "branch 1" and not ghost["pinned"] and ghost["window"] == [30.0, 80.0]
    trace, raster, phase = (ghost["views"][place_of(lab, kind)] for kind in ("trace", "raster", "phase"))
    buffers = page.heard["ghosts"][1]
    per = round(trace["width"] / 0.1)
    dim = np.frombuffer(buffers[trace["buffers"][0]], np.float32).reshape(-1, 2)
    assert per == round(header["views"][0]["width"] / 0.1)
    assert np.array_equal(dim[1:-1], curve[300 // per + 1 : len(curve) - 1])
    times = np.frombuffer(buffers[raster["times"][0]], np.float32)
    steps, _ = lab.session.simulation.events_since(2, 0)
    assert len(times) and times.min() >= 0 and steps.max(initial=0) < 300
    assert len(np.frombuffer(buffers[phase["curves"][0]], np.float32)) == 2 * 500
    lab.step(100)
    paused_at(page, 400)
    content = page.wait_to_hear("history", lambda c: c["branches"] and c["lines"])
    assert content["branches"] == [{"number": 1, "from": 30.0, "until": 80.0}]
    line = {"step": 300, "what": "I", "before": "0.8", "after": "0.3", "ahead": False, "t": 30.0}
    assert content["lines"] == [line]
    page.say(do="branch", number=1)
    paused_at(page, 800)
    again = lab.session.simulation.save()
    assert all(np.array_equal(array, again.arrays[key]) for key, array in end.arrays.items())
    assert np.array_equal(page.series().reshape(-1, 2), curve) and lab.log == ()
    ghost = page.wait_to_hear("ghosts", lambda c: c["ghosts"] and c["ghosts"][0]["name"] == "branch 2")["ghosts"][0]
    assert ghost["window"] == [30.0, 40.0]
    with pytest.raises(ModelUseError, match="FHN has no branch 1. Give one of 2"):
        lab.branch(1)


def test_what_followed_a_moment_long_ago_is_dim_too(make_lab, monkeypatch):
    for module in ("live", "lab"):
        monkeypatch.setattr(f"brainpy_lab.lab.{module}.MOST_WINDOW", 100.0)
    page = make_lab()
    lab = page.lab
    lab.step(1500)
    lab.wait(10)
    first = lab.session.simulation.ring(0)[:1500, 0].copy()  # the rings hold 1,500 rows
    lab.step(3000)
    paused_at(page, 4500)
    lab.goto(50.0).result(10)
    header = paused_at(page, 500)
    assert header["past"] == [0, 4500] and lab._window().first == 0
    lab.set("I", 0.3)
    (ghost,) = page.wait_to_hear("ghosts", lambda c: c["ghosts"])["ghosts"]
    assert ghost["window"] == [50.0, 150.0]
    trace = ghost["views"][0]
    dim = np.frombuffer(page.heard["ghosts"][1][trace["buffers"][0]], np.float32).reshape(-1, 2)
    per = round(trace["width"] / 0.1)
    columns = first[500 - 500 % per :].astype(np.float32)
    columns = columns[: len(columns) // per * per].reshape(-1, per)
    whole = slice(1, min(len(dim), len(columns)) - 1)
    assert np.array_equal(dim[whole, 0], columns.min(1)[whole]) and len(dim) > 300
    lab.step(10)
    lab.wait(10)
    assert lab.branch(1).result(10).step == 4500


def test_an_undo_after_going_back_leaves_a_branch_and_the_log_replays_to_the_same_bits(make_lab):
    page = make_lab()
    lab = page.lab
    lab.step(100)
    lab.wait(10)
    lab.set("tau", 20.0)
    lab.step(100)
    lab.wait(10)
    lab.rewind(5.0).result(10)
    lab.undo()
    lab.step(200)
    lab.wait(10)
    assert [(step, float.fromhex(value)) for step, _, value in log_of(lab)] == [(100, 20.0), (150, 12.5)]
    assert [branch.fork_step for branch in lab.branches] == [150]
    end = lab.session.simulation.save()
    lab.goto(0.0).result(10)
    lab.goto(35.0).result(10)
    again = lab.session.simulation.save()
    assert all(np.array_equal(array, again.arrays[key]) for key, array in end.arrays.items())


# ---- the log


def test_a_drag_is_one_line_of_the_log_and_lines_ahead_are_marked(make_lab):
    page = make_lab()
    lab = page.lab
    for value in (0.9, 1.0, 1.1):
        lab.set("I", value)
        lab.step(3)
        lab.wait(10)
    lab.step(500)
    lab.wait(10)
    lab.place(v=0.25)
    lab.set("I", 0.7)
    lab.step(10)
    lab.wait(10)
    lab.rewind(5.0).result(10)
    content = page.wait_to_hear("history", lambda c: [line["ahead"] for line in c["lines"]] == [True, True, False])
    lines = content["lines"]
    shown = [(line["step"], line["what"], line["before"], line["after"]) for line in lines]
    assert shown == [(509, "I", "1.1", "0.7"), (509, "v", "", "0.25"), (0, "I", "0.8", "1.1")]


def test_what_is_told_once_is_not_told_with_every_frame(make_lab):
    page = make_lab(run=True)
    page.wait_to_hear("history")
    t = page.wait_for(lambda h: h["t"] > 1)["t"]
    page.heard.clear()
    page.wait_for(lambda h: h["t"] > t + 10)
    assert page.heard == {}
    page.say(do="hello", width=700)
    page.wait_to_hear("history")
    page.wait_to_hear("ghosts")


# ---- hold


def test_what_is_held_stays_dim_in_the_window_and_in_the_picture(make_lab):
    page = make_lab()
    lab = page.lab
    lab.step(2500)
    paused_at(page, 2500)
    curve = page.series().copy()
    before = lab.to_png()
    for _ in range(3):  # before the page can have heard of the first: held, let go, held
        page.say(do="hold")
    (ghost,) = page.wait_to_hear("ghosts", lambda c: c["ghosts"])["ghosts"]
    trace, phase = (ghost["views"][place_of(lab, kind)] for kind in ("trace", "phase"))
    buffers = page.heard["ghosts"][1]
    assert ghost["pinned"] and ghost["name"] == "held"
    assert np.array_equal(np.frombuffer(buffers[trace["buffers"][0]], np.float32), curve)
    assert phase["axes"] == ["v", "w"] and len(phase["curves"]) == 3
    assert page.wait_to_hear("history", lambda c: c["held"])
    lab.set("I", 0.0)
    lab.step(500)
    paused_at(page, 3000)
    held = lab.to_png()
    panels = lab._past.panels(700)
    name, items = panels[0].dim[0]
    assert name == "held" and items[0].x.max() == pytest.approx(300.0, abs=0.5)
    page.say(do="hold", on=False)
    page.wait_to_hear("ghosts", lambda c: not c["ghosts"])
    assert len({before, held, lab.to_png()}) == 3 and lab._past.panels(700)[0].dim == []


def test_other_axes_of_the_phase_plane_show_nothing_of_what_was_held(make_lab):
    page = make_lab(FHN + "dz/dt = v - z\n")
    lab = page.lab
    lab.step(100)
    lab.wait(10)
    lab.hold()
    page.wait_to_hear("ghosts", lambda c: c["ghosts"])
    phase = place_of(lab, "phase")
    lab.plane("v", "w")
    page.wait_for(lambda h: [axis[0] for axis in h["views"][phase]["axes"]] == ["v", "w"])
    trace, *_, plane = lab._past.panels(700)
    assert plane.kind == "phase" and plane.dim == [] and trace.dim
