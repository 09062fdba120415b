"""The bifurcation diagram of a lab, without a browser: it follows the sliders beside the run, and moves them."""

import threading
import time

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelKeyError, ModelValueError
from brainpy_lab.lab.in_plane import diagram_of
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.newest import Newest
from brainpy_lab.lab.object_subject import object_subject
from brainpy_lab.lab.subject import neuron_subject
from tests.lab.conftest import FHN, FakePage

LOWER, UPPER = 0.3312813374547458, 1.4187186625452541
"""Hopf points of FitzHugh and Nagumo's neuron, by a 40-digit computation."""


def part(page):
    return next((one for one in page.last["views"] if one and one["kind"] == "bifurcation"), None)


def ready(header):
    found = next((one for one in header["views"] if one and one["kind"] == "bifurcation"), None)
    return found is not None and not found["note"]


def lines(page):
    _, buffers = page.frames[-1]
    return [(run["name"], np.frombuffer(buffers[run["line"]], np.float32).reshape(-1, 2)) for run in part(page)["runs"]]


def equilibria(page):
    return [one for one in lines(page) if "cycle" not in one[0]]


def hopf(page):
    return [one for one in part(page)["specials"] if one["name"] == "Hopf"]


@pytest.fixture(scope="module")
def shared():
    """A lab of one neuron that the tests of this file share."""
    lab = Lab(neuron_subject("FHN", bp.NeuGroup(bp.neuron(FHN, "FHN"), 1)), backend="reference")
    labs.add(lab)
    page = FakePage(lab)
    lab.start(run=False)
    page.say(do="hello", width=700)
    yield page
    lab.close()


@pytest.fixture
def page(shared):
    """The same with the values of its cell, no diagram, and none in its memory."""
    view = diagram_of(shared.lab)
    for name, value in (("I", 0.8), ("tau", 12.5)):
        shared.lab.set(name, value)
    shared.lab.bifurcation("I", "v", shown=False)
    shared.wait_for(lambda header: part(shared) is None and header["values"][0] == 0.8 and header["values"][3] == 12.5)
    view._kept.clear()
    view._asked = None
    return shared


def test_nothing_is_shown_or_computed_until_it_is_asked_for(page):
    assert part(page) is None and "equilibria of" not in page.lab.description()
    page.say(do="bifurcation", control=0)
    page.wait_for(ready)
    assert part(page)["axes"] == [["I", ""], ["v", ""]] and part(page)["title"] == "v over I"
    page.lab.bifurcation(shown=False)
    page.wait_for(lambda header: part(page) is None)


def test_equilibria_lie_on_the_curve_with_their_hopf_points(page):
    page.lab.bifurcation("I", "v")
    page.wait_for(ready)
    found = part(page)
    assert found["x"] == [-0.5, 1.5] and found["now"] == [0.8, -1.0] and found["control"] == 0
    assert [(one["name"], one["x"]) for one in hopf(page)] == [
        ("Hopf", pytest.approx(LOWER, abs=1e-8)),
        ("Hopf", pytest.approx(UPPER, abs=1e-8)),
    ]
    assert hopf(page)[0]["told"] == "I = 0.331281, v = -0.9675, period 22.81 ms, subcritical"
    for name, line in equilibria(page):
        parameter, v = line.T.astype(float)
        assert np.abs(v**3 / 3 - v + (v + 0.7) / 0.8 - parameter).max() < 1e-5  # float32
        room = 1e-6 if name.startswith("unstable") else -1e-6  # a change of class is where it is, in float32
        inside = (parameter > LOWER - room) & (parameter < UPPER + room)
        assert inside.all() if name.startswith("unstable") else not inside.any()
    assert {name for name, _ in lines(page)} >= {"stable-focus", "unstable-focus", "unstable-node"}
    page.lab.bifurcation(y="w")
    page.wait_for(lambda header: ready(header) and part(page)["axes"][1][0] == "w")
    assert part(page)["now"] == [0.8, 1.0]
    for _, line in equilibria(page):
        w = line[:, 1].astype(float)
        v = 0.8 * w - 0.7
        assert np.abs(v**3 / 3 - v + w - line[:, 0]).max() < 1e-5


def test_limit_cycles_come_after_the_equilibria_with_both_of_their_ends(page, monkeypatch):
    from brainpy_lab.lab import bifurcation_view

    real, go = bifurcation_view.with_cycles, threading.Event()
    monkeypatch.setattr(bifurcation_view, "with_cycles", lambda *args: go.wait(20) and real(*args))
    page.lab.bifurcation("I", "v")
    page.wait_for(lambda header: part(page) and part(page)["note"] == "following limit cycles\N{HORIZONTAL ELLIPSIS}")
    assert len(hopf(page)) == 2 and len(lines(page)) == len(equilibria(page)) > 3
    go.set()
    page.wait_for(ready)
    cycles = [one for one in lines(page) if "cycle" in one[0]]
    names = ["unstable-limit cycle", "stable-limit cycle", "unstable-limit cycle"]
    assert [name for name, _ in cycles] == 2 * names  # the least values, then the largest
    assert [one["name"] for one in part(page)["specials"]].count("fold of cycles") == 2
    low, high = (line[np.argmin(np.abs(line[:, 0] - 0.5))] for name, line in cycles if name == "stable-limit cycle")
    assert low[1] == pytest.approx(-1.97, abs=0.01) and high[1] == pytest.approx(1.85, abs=0.01)


def test_nobody_waits_for_a_diagram_and_the_picture_gets_it_when_it_is_there(page, monkeypatch):
    from brainpy_lab.lab import bifurcation_view

    real, go, began = bifurcation_view.diagram, threading.Event(), threading.Event()
    monkeypatch.setattr(bifurcation_view, "diagram", lambda *args: (began.set(), go.wait(60), real(*args))[-1])
    lab = Lab(neuron_subject("slow", bp.NeuGroup(bp.neuron(FHN, "FHN"), 1)), backend="reference")
    seen = FakePage(lab)
    try:
        lab.start(run=False)
        seen.say(do="hello", width=700)
        lab.bifurcation("I", "v")
        assert began.wait(20)
        lab.step(20)  # and a pause with its picture, while the diagram is computed
        assert lab.wait(20) and "Hopf" not in lab.pictured()[1]
        go.set()
        seen.wait_for(ready)
        end = time.monotonic() + 20
        while "fold of cycles" not in lab.pictured()[1] and time.monotonic() < end:
            time.sleep(0.02)
        assert "fold of cycles" in lab.pictured()[1]
        go.clear()
        began.clear()
        lab.set("tau", 20.0)
        assert began.wait(20)
        closing = threading.Thread(target=lab.close)
        closing.start()
        closing.join(20)
        assert not closing.is_alive()
    finally:
        go.set()
        lab.close()


def test_what_waits_ends_cycles_at_once():
    newest, began, asked, finish, heard = Newest(), threading.Event(), threading.Event(), threading.Event(), []

    def work(unwanted):
        began.set()
        asked.wait(10)
        heard.append(unwanted(True))
        finish.set()

    newest.ask(work, lambda _: None)
    assert began.wait(10)
    newest.ask(lambda unwanted: None, lambda _: None)
    asked.set()
    assert finish.wait(10) and heard == [True]
    newest.close()


def test_it_follows_the_other_parameters_and_keeps_what_it_knows(page, monkeypatch):
    from brainpy_lab.lab import bifurcation_view

    computed = []
    real = bifurcation_view.diagram
    monkeypatch.setattr(bifurcation_view, "diagram", lambda *args: computed.append(args[4]["tau"]) or real(*args))
    page.lab.bifurcation("I")
    page.wait_for(ready)
    page.lab.set("I", 0.1)
    page.wait_for(lambda header: ready(header) and part(page)["now"][0] == 0.1)
    assert computed == [12.5]  # its own parameter moves the marker only
    page.lab.set("tau", 5.0)
    # The trace of the Jacobian vanishes at 1 - v**2 = b/tau.
    v = np.sqrt(1 - 0.8 / 5.0)
    expected = -(v**3) / 3 + v + (-v + 0.7) / 0.8
    page.wait_for(lambda header: ready(header) and hopf(page)[0]["x"] == pytest.approx(expected, abs=1e-8))
    page.lab.set("tau", 12.5)
    page.wait_for(lambda header: ready(header) and hopf(page)[0]["x"] == pytest.approx(LOWER, abs=1e-8))
    assert computed == [12.5, 5.0]


def test_it_goes_over_another_slider(page):
    page.lab.bifurcation("tau", "v")
    page.wait_for(lambda header: ready(header) and part(page)["axes"][0] == ["tau", "ms"])
    # The equilibrium does not depend on tau; at I = 0.8 it never gains stability in this range.
    ((_, line),) = [one for one in equilibria(page) if len(one[1]) > 5] or equilibria(page)[:1]
    assert np.abs(line[:, 1] + 0.27290095899729766).max() < 1e-6
    # But it fires with every tau, as a simulation of the neuron tells.
    assert [name for name, _ in lines(page)][-2:] == ["stable-limit cycle"] * 2
    with pytest.raises(ModelKeyError, match="diagram of FHN goes over I, tau, but got 'b'"):
        page.lab.bifurcation("b")
    with pytest.raises(ModelKeyError, match="shows one of v, w, but got 'u'"):
        page.lab.bifurcation("I", "u")
    with pytest.raises(ModelValueError, match='"shown" must be True or False'):
        page.lab.bifurcation(shown="yes")


def test_it_is_in_the_saved_picture_and_the_description(page):
    before = len(page.lab.to_png())
    page.lab.bifurcation("I", "v")
    page.wait_for(ready)
    assert "equilibria and cycles of v over I: stable node, stable focus" in page.lab.description()
    assert "unstable limit cycle, stable limit cycle; fold of cycles at I = 0.32" in page.lab.description()
    assert "Hopf at I = 0.331281, v = -0.9675, period 22.81 ms" in page.lab.description()
    assert len(page.lab.to_png()) > before + 3000


@pytest.fixture
def of_class():
    """``of_class(model, inputs)`` shows V over the input of a model that is written as a class."""
    made = []

    def of_class(model, inputs):
        lab = Lab(object_subject("model", model, inputs, [], {}, {}), backend="reference")
        made.append(lab)
        labs.add(lab)
        page = FakePage(lab)
        lab.start(run=False)
        page.say(do="hello", width=700)
        page.wait_for(lambda header: True)
        lab.bifurcation("input", "V")
        page.wait_for(ready)
        return page

    yield of_class
    for lab in made:
        lab.close()


def test_a_model_of_four_variables_written_as_a_class(of_class):
    page = of_class(bp.neurons.HH(1, gL=0.3), ("input", 5.0))
    # bp.neurons.HH has EL = -54.387: every current shifts by 0.3*(54.4 - 54.387) = 0.0039 (Hodgkin, Huxley 1952).
    hopf = [one["x"] for one in part(page)["specials"] if one["name"] == "Hopf"]
    assert hopf == [pytest.approx(9.779337995393126 - 0.0039, abs=1e-6)]


def test_a_neuron_that_starts_far_from_rest_has_its_equilibria(of_class):
    page = of_class(bp.neurons.AdExIF(1), ("input", 1.0))
    assert part(page)["now"] == [1.0, 0.0]  # it starts at V = 0
    # At rest w = a*(V - V_rest), and so 0 = -2*(V + 65) + 3.48*exp((V + 59.9)/3.48) + I.
    near = np.concatenate([line for name, line in lines(page) if name.startswith("stable")]).astype(float)
    assert len(near) > 10
    left = -2 * (near[:, 1] + 65) + 3.48 * np.exp((near[:, 1] + 59.9) / 3.48) + near[:, 0]
    assert np.abs(left).max() < 1e-4  # float32


def test_a_lab_without_a_plane_has_no_diagram(make_lab):
    page = make_lab("dV/dt = (-V + I)/10\ninput I = 1 in [0, 2]\n", "Leak")
    with pytest.raises(ModelKeyError, match="Leak has no bifurcation diagram: that needs a phase plane, and a slider"):
        page.lab.bifurcation()


def test_of_waiting_work_the_newest_is_done_and_the_thread_ends():
    newest, go, seen, over = Newest(), threading.Event(), [], threading.Event()
    newest.ask(lambda unwanted: go.wait(5), lambda found: seen.append(found))
    for k in range(5):
        newest.ask(lambda unwanted, k=k: k, lambda found: (seen.append(found), over.set()))
    go.set()
    assert over.wait(5) and seen == [True, 4]
    for thread in threading.enumerate():
        if thread.name == "brainpy_lab analyses":
            thread.join(5)
    newest.ask(lambda unwanted: 1 / 0, lambda found: (seen.append(type(found)), over.set()))
    for thread in threading.enumerate():
        if thread.name == "brainpy_lab analyses":
            thread.join(5)
    assert seen[-1] is ZeroDivisionError


def test_work_is_given_up_when_it_is_closed():
    newest, began, ended = Newest(), threading.Event(), threading.Event()

    def work(unwanted):
        began.set()
        while not unwanted():
            pass
        ended.set()
        raise RuntimeError

    newest.ask(work, lambda found: pytest.fail("nobody wants it"))
    assert began.wait(5)
    newest.close()
    assert ended.wait(5)


def test_a_diagram_that_was_asked_for_a_moment_ago_is_in_what_is_written(page):
    plain = page.lab.to_svg()
    page.lab.bifurcation("I", "v")
    written = page.lab.to_svg()
    assert "v over I" in written and "v over I" not in plain and "stable limit cycle" in written
    page.lab.bifurcation(shown=False)
    assert "v over I" not in page.lab.to_svg()
    page.lab.bifurcation("I", "v")
    shown = page.lab.to_png()
    page.lab.bifurcation(shown=False)
    assert len(page.lab.to_png()) < len(shown)
