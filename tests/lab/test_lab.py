"""A lab without a page: what it sends, what messages do, what closing leaves."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelError, ModelUseError
from brainpy_lab.lab.controls import range_around
from brainpy_lab.lab.lab import labs
from tests.lab.cells import FHN

SILENT = "dv/dt = (I - v)/tau\ninput I = 1 in [0, 5]\ntau = 10 ms in [1, 100] log\nn = 2 in {1, 2, 4}\nx = n*v"


def test_a_paused_lab_shows_its_beginning(make_lab):
    page = make_lab()
    header = page.wait_for(lambda h: h["status"] == "paused" and h["note"] == "")
    assert header["t"] == 0 and header["values"] == [0.8, 0.7, 0.8, 12.5]
    assert header["window"] == [0.0, 200.0]


def test_frames_follow_the_run_and_hold_what_was_simulated(make_lab):
    page = make_lab()
    page.say(do="run")
    page.wait_for(lambda h: h["t"] > 10 and h["status"] == "running")
    page.say(do="pause")
    header = page.wait_for(lambda h: h["status"] == "paused" and h["t"] > 10)
    pairs = page.series().reshape(-1, 2)
    lab = page.lab
    v = lab.session.simulation.ring(0)[: header["step"], 0]
    assert pairs.min() == np.float32(v.min()) and pairs.max() == np.float32(v.max())
    assert pairs[-1, 1] >= np.float32(v[-1]) >= pairs[-1, 0]
    sequence = [h["seq"] for h, _ in page.frames]
    assert sequence == list(range(1, len(sequence) + 1))


def test_a_change_is_answered_by_a_frame_that_carries_it(make_lab):
    page = make_lab(run=True)
    page.wait_for(lambda h: h["status"] == "running")
    page.say(do="set", number=1, changes=[{"control": 0, "value": 1.25, "released": True}])
    page.wait_for(lambda h: h["answered"] == 1)
    for header, _ in page.frames:
        assert (header["answered"] == 1) <= (header["values"][0] == 1.25)
    assert page.lab.session.params["I"] == 1.25
    assert page.lab.values["I"] == 1.25


def test_a_change_acts_while_paused(make_lab):
    page = make_lab()
    page.wait_for(lambda h: h["status"] == "paused" and h["note"] == "")
    page.say(do="set", number=3, changes=[{"control": 3, "value": 20.0, "released": False}])
    header = page.wait_for(lambda h: h["answered"] == 3)
    assert header["values"][3] == 20.0 and header["t"] == 0


def test_a_value_outside_of_the_slider_is_refused(make_lab):
    lab = make_lab().lab
    with pytest.raises(ModelUseError, match='"I" must be a number from -0.5 to 1.5, but got 7.0'):
        lab.set("I", 7.0)
    with pytest.raises(ModelUseError, match="finite"):
        lab.set("a", float("nan"))
    with pytest.raises(KeyError, match="no control 'J'; controls: I, a, b, tau"):
        lab.set("J", 1.0)


def test_choices_and_logarithms_reach_the_page(make_lab):
    page = make_lab(SILENT, "Silent")
    specs = {spec["label"]: spec for spec in page.lab.spec()["controls"]}
    assert specs["n"]["choices"] == [1.0, 2.0, 4.0]
    assert specs["tau"]["scale"] == "log" and specs["tau"]["unit"] == "ms"
    with pytest.raises(ModelUseError, match="must be one of 1, 2, 4"):
        page.lab.set("n", 3.0)


def test_without_answers_at_most_two_frames_are_under_way(make_lab):
    page = make_lab(answers=False, run=True)
    time.sleep(0.35)
    assert 1 <= len(page.frames) <= 2
    assert page.lab.sender.counts.most_in_flight <= 2


def test_the_last_state_reaches_a_page_that_was_late(make_lab):
    page = make_lab(answers=False, run=True)
    time.sleep(0.3)
    page.say(do="pause")
    time.sleep(0.05)
    page.answers = True
    page.say(do="ack", ack=page.last["seq"], drawn_ms=1, held_ms=1)
    header = page.wait_for(lambda h: h["status"] == "paused" and h["note"] == "" and h["t"] > 0)
    assert header["step"] == page.lab.session.step_count


def test_a_paused_lab_sends_nothing_more(make_lab):
    page = make_lab()
    page.wait_for(lambda h: h["status"] == "paused" and h["note"] == "")
    time.sleep(0.1)
    count = len(page.frames)
    time.sleep(0.3)
    assert len(page.frames) == count


def test_nobody_looking_pauses_the_lab(make_lab, monkeypatch):
    monkeypatch.setattr("brainpy_lab.lab.live.GONE_S", 0.2)
    page = make_lab(run=True)
    page.wait_for(lambda h: h["status"] == "running")
    page.say(do="visible", visible=False)
    page.lab.session.wait(5)
    assert page.lab.status == "paused" and page.lab.note == "paused: not visible"
    page.say(do="visible", visible=True)
    assert page.wait_for(lambda h: h["status"] == "paused")["note"] == "paused: not visible"
    page.say(do="run")
    page.wait_for(lambda h: h["status"] == "running" and h["note"] == "")


def test_a_lab_in_the_background_runs_on(make_lab, monkeypatch):
    monkeypatch.setattr("brainpy_lab.lab.live.GONE_S", 0.1)
    page = make_lab(run=True, background=True)
    page.say(do="visible", visible=False)
    time.sleep(0.4)
    assert page.lab.status == "running"


def test_step_back_and_reset(make_lab):
    page = make_lab()
    lab = page.lab
    lab.step(100)
    assert page.wait_for(lambda h: h["step"] == 100)["status"] == "paused"
    lab.set("I", 1.0)
    lab.step(1)
    page.wait_for(lambda h: h["step"] == 101)
    page.say(do="back")
    page.wait_for(lambda h: h["step"] == 0 and h["values"][0] == 0.8)
    lab.step(50)
    page.wait_for(lambda h: h["step"] == 50)
    epoch = page.last["epoch"]
    page.say(do="reset")
    page.wait_for(lambda h: h["step"] == 0 and h["epoch"] > epoch)


def test_rewinding_shows_the_same_curve_again(make_lab):
    page = make_lab()
    page.lab.step(400)
    page.wait_for(lambda h: h["step"] == 400)
    before = page.series().copy()
    page.lab.rewind(10.0)
    page.wait_for(lambda h: h["step"] == 300)
    assert np.array_equal(page.series(), before[: len(page.series())])
    page.lab.step(100)
    page.wait_for(lambda h: h["step"] == 400)
    assert np.array_equal(page.series(), before)


def test_starting_one_lab_pauses_the_others(make_lab):
    first, second = make_lab(run=True), make_lab(name="Second")
    first.wait_for(lambda h: h["status"] == "running")
    second.say(do="run")
    assert first.wait_for(lambda h: h["status"] == "paused")["note"] == "paused: Second runs"
    third = make_lab(name="Third", together=True, run=True)
    third.wait_for(lambda h: h["status"] == "running")
    assert second.lab.status == "running"


def test_a_lab_of_the_same_name_closes_the_old_one(make_lab):
    old = make_lab(run=True)
    new = make_lab()
    assert old.lab.status == "closed" and old.closed
    assert bp.labs["FHN"] is new.lab
    with pytest.raises(KeyError, match="there is no lab 'Nobody'; labs: FHN"):
        bp.labs["Nobody"]


def test_closing_leaves_no_thread_and_keeps_the_picture(make_lab):
    page = make_lab(run=True)
    page.wait_for(lambda h: h["t"] > 1)
    page.lab.close()
    page.lab.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("brainpy_lab")]
    assert page.lab.to_png().startswith(b"\x89PNG")
    assert "FHN" not in labs
    assert page.last["status"] == "closed"
    page.say(do="run")  # a page that has not heard of it


@pytest.mark.parametrize("wrong", [[1], {}, np.array([1.0, 2.0]), 3], ids=["list", "dict", "array", "number"])
def test_what_is_no_name_is_refused_by_name(make_lab, plain_labs, wrong):
    lab = make_lab().lab
    for act in (
        lambda: lab.set(wrong, 1.0),
        lambda: lab.params[wrong],
        lambda: lab.initial[wrong],
        lambda: lab.plane(wrong),
        lambda: lab.plane("v", wrong),
        lambda: lab.bifurcation(wrong),
        lambda: lab.bifurcation("I", wrong),
        lambda: lab.protocol(wrong),
        lambda: lab.show_view(wrong),
    ):
        with pytest.raises(ModelError, match="[nN]ame|must be"):
            act()


def test_inputs_that_are_only_an_array_are_refused():
    with pytest.raises(ModelError, match='"inputs" must be as for a run'):
        bp.explore(bp.neuron(FHN, "FHN"), inputs=np.array([1.0, 2.0]), show=False)


def test_a_lab_that_waits_for_a_prediction_says_that_nothing_has_run():
    net = bp.Network(cells=bp.NeuGroup(bp.neuron(FHN, "FHN"), 2))
    lab = bp.explore(net, paused=True, backend="reference", show=False)
    assert "Nothing has run yet" in lab.description() and "nothing has run yet" in lab.to_svg()
    lab.step(3)
    assert lab.wait(20) and "yet" not in lab.description() and "yet" not in lab.to_svg()
    lab.goto(0.0)
    assert lab.wait(20) and lab.t == 0.0 and "yet" not in lab.description()  # what has run is still ahead
    lab.close()


MOVES = {
    "start": lambda lab: lab.start(run=False),
    "seed": lambda lab: setattr(lab, "seed", 3),
    "run": lambda lab: lab.run(),
    "step": lambda lab: lab.step(),
    "set": lambda lab: lab.set("I", 0.5),
    "speed": lambda lab: setattr(lab, "speed", 10.0),
    "params": lambda lab: lab.params.update(I=0.5),
    "initial": lambda lab: lab.initial.update(v=0.5),
    "place": lambda lab: lab.place(v=0.5),
    "trial": lambda lab: lab.trial(v=0.5),
    "clear_trials": lambda lab: lab.clear_trials(),
    "plane": lambda lab: lab.plane(),
    "bifurcation": lambda lab: lab.bifurcation(),
    "show_view": lambda lab: lab.show_view(next(iter(lab.views))),
    "hide_view": lambda lab: lab.hide_view(next(iter(lab.views))),
    "rewind": lambda lab: lab.rewind(),
    "goto": lambda lab: lab.goto(0.0),
    "branch": lambda lab: lab.branch(1),
    "undo": lambda lab: lab.undo(),
    "redo": lambda lab: lab.redo(),
    "hold": lambda lab: lab.hold(),
    "reset": lambda lab: lab.reset(),
    "randomise": lambda lab: lab.randomise(),
    "back_to_cell": lambda lab: lab.back_to_cell(),
    "protocol": lambda lab: lab.protocol("ramp"),
}


@pytest.mark.parametrize("ended", ["closed", "headless"])
def test_what_would_move_a_closed_lab_is_refused_with_one_error(ended, monkeypatch):
    if ended == "headless":
        monkeypatch.setenv("LAB_HEADLESS", "1")
    lab = bp.explore(bp.neuron(FHN, "FHN"), name="Ended", backend="reference", show=False)
    if ended == "closed":
        lab.close()
    errors = set()
    for move in MOVES.values():
        with pytest.raises(ModelUseError, match="the lab Ended is closed") as caught:
            move(lab)
        errors.add(str(caught.value))
    assert len(errors) == 1 and ("LAB_HEADLESS" in errors.pop()) == (ended == "headless")
    assert lab.status == "closed" and lab.wait(1) and lab.values["I"] == 0.8 and lab.to_png().startswith(b"\x89PNG")
    lab.pause()
    lab.close()


def test_a_failure_is_told_and_reset_puts_it_right(make_lab):
    page = make_lab()
    lab = page.lab

    def broken(session):
        raise RuntimeError("the bridge is down")

    lab.session.on_chunk.append(broken)
    page.say(do="run")
    header = page.wait_for(lambda h: h["status"] == "failed")
    assert header["note"] == "RuntimeError: the bridge is down"
    lab.session.on_chunk.remove(broken)
    page.say(do="reset")
    page.wait_for(lambda h: h["status"] == "paused" and h["step"] == 0 and h["note"] == "")


def test_frames_are_sent_from_one_thread_while_running(make_lab):
    page = make_lab()
    page.wait_for(lambda h: h["note"] == "")
    page.threads.clear()
    page.say(do="run")
    page.wait_for(lambda h: h["t"] > 5)
    page.say(do="pause")
    page.wait_for(lambda h: h["status"] == "paused")
    assert page.threads == {"brainpy_lab session"}


def test_the_first_picture_leaves_the_states_as_they_were(make_lab):
    page = make_lab()
    assert page.lab.session.state()["N0"]["v"].tolist() == [-1.0]
    assert page.lab.to_png().startswith(b"\x89PNG")


def test_the_description_says_what_is_seen(make_lab):
    page = make_lab()
    page.lab.step(2000)
    page.wait_for(lambda h: h["step"] == 2000)
    text = page.lab.description()
    assert text.startswith("FHN: neuron model with 1 neuron, simulated to t = 200 ms. v between -1.9")
    assert text.endswith("I = 0.8, tau = 12.5.")


def test_several_neurons_have_a_raster(make_lab):
    page = make_lab(n=5)
    shown = [view["kind"] for view in page.lab.spec()["views"] if view["shown"]]
    assert shown == ["trace", "raster", "protocol", "phase"]
    page.lab.step(600)
    header = page.wait_for(lambda h: h["step"] == 600)
    part, buffers = header["views"][1], page.frames[-1][1]
    rows = np.frombuffer(buffers[part["rows"][0]], np.uint32)
    times = np.frombuffer(buffers[part["times"][0]], np.float32)
    assert sorted(set(rows.tolist())) == [0, 1, 2, 3, 4]
    steps, ids = page.lab.session.simulation.events_since(2, 0)
    assert np.array_equal(rows, ids) and np.allclose(times, (steps + 0.5) * 0.1, atol=1e-4)


def test_states_of_different_units_have_axes_of_their_own(make_lab):
    page = make_lab("dV/dt = -V/10\ndn/dt = -n\ninit V = -65 mV, n = 0.3", "Two")
    views = page.lab.spec()["views"]
    traces = [view["y"] for view in views if view["kind"] == "trace"]
    assert [(axis["name"], axis["unit"]) for axis in traces] == [("V", "mV"), ("n", "")]


def slow_compiler(monkeypatch, outcome=None):
    """Numba's code takes until the event is set, or ends in an exception; the reference is as it is."""
    from brainpy_lab.runtime import simulation

    compile_plan, go = simulation.compile_plan, threading.Event()

    def slowly(plan, buffers, backend, attributes, threads=None):
        if backend != "reference":
            assert go.wait(20)
            if outcome is not None:
                raise outcome
        return compile_plan(plan, buffers, "reference", attributes)

    monkeypatch.setattr(simulation, "compile_plan", slowly)
    return go


def test_a_lab_is_live_while_numba_compiles_and_goes_on_with_it(make_lab, monkeypatch):
    go = slow_compiler(monkeypatch)
    page = make_lab(backend="auto", run=True)
    page.wait_for(lambda h: h["status"] == "running" and h["t"] > 3 and h["backend"] == "reference, compiling\u2026")
    page.say(do="set", number=1, changes=[{"control": 0, "value": 1.25, "released": True}])
    page.wait_for(lambda h: h["answered"] == 1 and h["backend"] == "reference, compiling\u2026")
    epoch, t = page.last["epoch"], page.last["t"]
    go.set()
    header = page.wait_for(lambda h: h["backend"] == "numba")
    assert header["t"] >= t and header["epoch"] == epoch and header["values"][0] == 1.25
    assert page.lab.info()["backend"] == "numba" and page.lab.notices == []


def test_a_paused_lab_tells_when_numba_is_ready(make_lab, monkeypatch):
    go = slow_compiler(monkeypatch)
    page = make_lab(backend="auto")
    page.wait_for(lambda h: h["backend"] == "reference, compiling\u2026")
    go.set()
    assert page.wait_for(lambda h: h["backend"] == "numba")["t"] == 0


def test_a_lab_goes_on_with_the_reference_when_numba_fails_and_says_so(make_lab, monkeypatch):
    slow_compiler(monkeypatch, RuntimeError("no such instruction\nmore")).set()
    page = make_lab(backend="auto", run=True)
    header = page.wait_for(lambda h: h["backend"] == "reference" and h["notices"] and h["status"] == "running")
    assert header["notices"] == [
        "Numba could not compile this, so it runs uncompiled, with the same results: no such instruction"
    ]
    page.wait_for(lambda h: h["t"] > header["t"])


def test_a_lab_that_insists_on_numba_fails_without_it(make_lab, monkeypatch):
    compiler = slow_compiler(monkeypatch, RuntimeError("no such instruction"))
    page = make_lab(backend="numba", run=True)
    compiler.set()
    assert page.wait_for(lambda h: h["status"] == "failed")["note"] == "RuntimeError: no such instruction"


def test_a_reference_lab_compiles_nothing(make_lab, monkeypatch):
    slow_compiler(monkeypatch)
    page = make_lab(run=True)
    assert page.wait_for(lambda h: h["t"] > 1)["backend"] == "reference"
    assert not page.lab._simulation.is_upgrading


def test_a_lab_runs_on_several_threads_when_the_device_says_so(make_lab, monkeypatch):
    monkeypatch.setattr("brainpy_lab.backends.numba.team_backend.worth", lambda times, meetings: (max(times), ""))
    monkeypatch.setattr("numba.config.NUMBA_NUM_THREADS", 2)
    bp.profile.set(device="multi-cpu")
    page = make_lab(n=40, backend="numba", run=True)
    header = page.wait_for(lambda h: h["backend"] == "numba" and h["status"] == "running" and h["t"] > 20)
    assert page.lab._simulation.threads == 2 and header["notices"] == []


def test_a_rate_function_that_is_zero_by_zero_is_told_in_one_line(make_lab):
    text = "dV/dt = a*(1 - V) + b\na = 0.1*(V + 40)/(1 - exp(-(V + 40)/10))\nb = 0.01*(V + 55)/(1 - exp(-(V + 55)/10))"
    page = make_lab(text, "Gate")
    (line,) = page.wait_for(lambda h: h["status"] == "paused")["notices"]
    assert "is 0/0 at V = -40, which is no number; write x/(exp(x) - 1) as 1/exprel(x) (and 1 more like it)" in line
    good = text.replace("0.1*(V + 40)/(1 - exp(-(V + 40)/10))", "1/exprel(-(V + 40)/10)")
    good = good.replace("0.01*(V + 55)/(1 - exp(-(V + 55)/10))", "0.1/exprel(-(V + 55)/10)")
    assert make_lab(good, "Gate").lab.notices == []


@pytest.mark.parametrize("value", [1.2, 0.0, -3.0, 400.0])
def test_an_input_without_a_range_gets_one_around_its_value(value):
    slider = range_around(value)
    assert slider.low <= value <= slider.high and slider.low < slider.high


def test_the_picture_of_a_pause_is_drawn_when_the_page_has_drawn_the_pause(make_lab):
    page = make_lab()
    lab, seen = page.lab, []
    page.wait_for(lambda header: header["status"] == "paused")
    lab._draw_picture = lambda: (seen.append((page.last["status"], lab.sender.in_flight)), (b"", ""))[1]
    for k in range(5):
        lab.run()
        page.wait_for(lambda header: header["status"] == "running")
        lab.pause()
        page.wait_until(lambda k=k: len(seen) > k)
    assert seen == [("paused", 0)] * 5


def test_a_page_that_saves_gets_a_picture_of_now_while_the_lab_runs(make_lab):
    page = make_lab(run=True)
    lab = page.lab
    shown = []
    lab._refresh = lambda: shown.append((lab.t, lab.pictured()[1], lab.info()["values"]["I"]))
    page.wait_for(lambda header: header["t"] > 5)
    lab.set("I", 0.5)
    page.wait_for(lambda header: header["values"][0] == 0.5)
    page.say(do="renew")
    page.wait_to_hear("renewed")
    (now, text, current) = shown[0]
    assert f"simulated to t = {now:.6g} ms" in text and "I = 0.5" in text and current == 0.5
    assert lab.status == "running"


def test_a_lab_that_failed_and_one_that_was_closed_then_say_nothing_more_by_themselves(make_lab, plain_labs):
    page = make_lab("dv/dt = v**3\ninit v = 1", "Up", run=True)
    page.wait_for(lambda header: header["status"] == "paused" or header["status"] == "failed")
    page.lab._fail(RuntimeError("no more"))
    page.wait_for(lambda header: "no more" in page.lab._failure)
    for _ in range(2):
        time.sleep(0.05)
        before = len(page.frames)
        time.sleep(0.1)  # answers come after 5 ms
        assert len(page.frames) == before
        page.lab.close()


def test_a_pause_is_told_in_one_frame(make_lab):
    page = make_lab()
    lab, told = page.lab, []
    send = lab.sender.send
    lab.sender.send = lambda header, buffers: (told.append(header["status"]), send(header, buffers))
    for _ in range(5):
        lab.run()
        page.wait_for(lambda header: header["status"] == "running")
        lab.pause()
        page.wait_for(lambda header: header["status"] == "paused")
        page.wait_until(lambda: not lab._picture_due)
    assert told.count("paused") == 5
