"""Labs that are saved and opened: the same bits, no foreign code, clear errors."""

from __future__ import annotations

import json

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError, ModelValueError
from brainpy_lab.lab.files import MIME
from brainpy_lab.lab.in_plane import diagram_of
from tests.lab.cells import CLASSES, FHN, IMPORTS, NETWORK, back, network_lab, neuron_lab, run

pytestmark = pytest.mark.usefixtures("plain_labs")


@pytest.fixture(autouse=True)
def reference(monkeypatch):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")


def state_of(lab) -> dict:
    return {(obj, name): array for obj, fields in lab.session.state().items() for name, array in fields.items()}


def same(a: dict, b: dict) -> bool:
    return a.keys() == b.keys() and all(a[key].tobytes() == b[key].tobytes() for key in a)


@pytest.fixture(scope="module")
def saved_fhn(tmp_path_factory):
    """A lab with a course, saved after going back: (path, states there, states at the end, values)."""
    from brainpy_lab.lab.live import Live

    path = tmp_path_factory.mktemp("labs") / "fhn.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Live, "_draw_picture", lambda lab: (b"", ""))
        return path, *_course_of_fhn(path)


def _course_of_fhn(path):
    lab = neuron_lab(FHN, "FHN", method="rk4", float_type="float32")
    lab.plane("w", "v")
    lab.bifurcation("tau", "w")
    run(lab, 20)
    lab.set("I", 1.1)
    lab.place(v=0.3)
    run(lab, 20)
    end = state_of(lab)
    back(lab, 10)
    lab.save(path)
    found = state_of(lab), end, lab.values
    lab.close()
    return found


def test_an_opened_lab_has_the_bits_of_the_saved_one_and_its_future(saved_fhn):
    path, there, end, values = saved_fhn
    lab = bp.open_lab(path)
    assert lab.wait(60) and lab.status == "paused"
    assert lab.t == pytest.approx(30) and same(state_of(lab), there) and lab.values == values
    assert [view.x for view in lab.subject.views if view.kind == "phase"] == ["w"] and bp.labs["FHN"] is lab
    assert lab.views["bifurcation diagram"] and (diagram_of(lab).choice.label, diagram_of(lab).y) == ("tau", "w")
    assert not [notice for notice in lab.notices if "bits" in notice] and lab.note == ""
    run(lab, 10)  # what had been computed beyond, with its log
    assert same(state_of(lab), end)
    back(lab, 35)
    assert lab.values["I"] == pytest.approx(0.8)


def test_the_present_settings_stay_as_they_are(saved_fhn):
    before = bp.profile.get_dt(), bp.profile.get_float_type(), bp.profile.get_numerical_method(), bp.profile.get_seed()
    bp.open_lab(saved_fhn[0]).wait(60)
    after = bp.profile.get_dt(), bp.profile.get_float_type(), bp.profile.get_numerical_method(), bp.profile.get_seed()
    assert before == after


def test_a_saved_lab_can_be_saved_again_and_scripted(saved_fhn, tmp_path):
    lab = bp.open_lab(saved_fhn[0])
    lab.wait(60)
    lab.save(tmp_path / "again.json")
    first, second = (json.loads(path.read_text()) for path in (saved_fhn[0], tmp_path / "again.json"))
    assert {**first, "backend": ""} == {**second, "backend": ""}
    space: dict = {}
    exec(compile(lab.to_script().replace("lab_figure.draw()", ""), "script", "exec"), space)
    assert space["lab_figure"].sha256 == first["sha256"]


def test_a_network_file_runs_no_python_unless_it_is_trusted(tmp_path, monkeypatch):
    monkeypatch.delattr("builtins.planted", raising=False)
    text = IMPORTS + "import builtins\nbuiltins.planted = True\n" + NETWORK
    lab = network_lab(text, "net")
    run(lab, 20)
    lab.set("w", 0.05)
    run(lab, 20)
    path, there = tmp_path / "net.json", state_of(lab)
    lab.save(path)
    lab.close()
    del __import__("builtins").planted
    with pytest.raises(ModelUseError, match=r"nothing of a file is run unless you say so.*trust=True"):
        bp.open_lab(path)
    assert not hasattr(__import__("builtins"), "planted") and "net" not in bp.labs
    opened = bp.open_lab(path, trust=True)
    assert opened.wait(60) and same(state_of(opened), there)
    assert hasattr(__import__("builtins"), "planted")
    opened.set("N", 7)  # which runs the trusted cell again
    opened._thread.join()
    assert opened.wait(60) and len(opened.session.state()["cells"]["V"]) == 7
    del __import__("builtins").planted


def test_a_network_that_exists_is_shown_without_running_its_cell(tmp_path, monkeypatch):
    shell: dict = {}
    lab = network_lab(IMPORTS + NETWORK, "net", shell)
    run(lab, 30)
    path, there = tmp_path / "net.json", state_of(lab)
    lab.save(path)
    lab.close()
    again: dict = {}
    network_lab(IMPORTS + NETWORK, "net", again).close()
    monkeypatch.setattr("brainpy_lab.lab.files._callers_namespace", lambda: again)
    opened = bp.open_lab(path)
    assert opened.wait(60) and same(state_of(opened), there)
    assert [control.name for control in opened.subject.controls] == ["w", "I"]
    assert any("without a slider here: N." in notice for notice in opened.notices)
    opened.close()
    fresh: dict = {}
    exec(compile(again_text(9), "<cell nine>", "exec"), fresh)
    monkeypatch.setattr("brainpy_lab.lab.files._callers_namespace", lambda: fresh)
    with pytest.raises(ModelUseError, match="was saved of other states, parameters or connections"):
        bp.open_lab(path, model=bp.Network(fresh["cells"], fresh["syn"]))


def again_text(n: int) -> str:
    """The cell with another number of neurons, as plain Python that can be looked up."""
    import linecache

    from brainpy_lab.frontends.equations import rewrite_network

    text = IMPORTS + rewrite_network(NETWORK.replace("N = 20", f"N = {n}")).source
    linecache.cache["<cell nine>"] = (len(text), None, text.splitlines(True), "<cell nine>")
    return text


def test_a_model_of_classes_is_opened_with_its_names_from_other_cells(tmp_path):
    shell = {"In": ["", IMPORTS]}
    exec(IMPORTS, shell)
    lab = network_lab(CLASSES, "net", shell)
    run(lab, 10)
    lab.set("tau", 12.0)
    run(lab, 10)
    path, there = tmp_path / "net.json", state_of(lab)
    lab.save(path)
    lab.close()
    opened = bp.open_lab(path, trust=True)
    assert opened.wait(60) and same(state_of(opened), there)


def notebook_of(*labs) -> dict:
    outputs = [{"output_type": "display_data", "data": {MIME: lab.info()}, "metadata": {}} for lab in labs]
    return {"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}], "nbformat": 4}


def test_a_lab_is_reopened_from_a_notebook(tmp_path):
    from brainpy_lab.lab.lab import Lab

    one, two = neuron_lab(FHN, "One"), neuron_lab("dv/dt = -v/tau; tau = 10 ms; init v = 1", "Two")
    run(one, 10)
    one.set("I", 1.2)
    run(one, 10)
    path, there = tmp_path / "notes.ipynb", state_of(one)
    path.write_text(json.dumps(notebook_of(one, two)))
    assert len(path.read_text()) < 10_000
    with pytest.raises(ModelValueError, match="holds several labs: One, Two. Say which: name='One'"):
        Lab.reopen(path)
    with pytest.raises(ModelValueError, match="holds no lab 'Onne'; it holds One, Two. Did you mean"):
        Lab.reopen(path, "Onne")
    bundle = one.info()
    for source, name in ((path, "One"), (bundle, None)):
        lab = Lab.reopen(source, name)
        assert lab.wait(60) and same(state_of(lab), there)


def test_what_a_notebook_holds_stays_small():
    lab = neuron_lab(FHN, "FHN", n=200)
    for k in range(1500):
        lab.set("I", k / 1500)
        lab.step()
    lab.wait()
    bundle = lab.info()
    assert len(json.dumps(bundle)) < 60_000 and bundle["log"] == [] and bundle["values"]["I"] == 1499 / 1500
    opened = bp.open_lab(bundle)
    assert opened.wait(60) and opened.t == 0 and opened.note == "its log was too long for the notebook: it begins anew"
    assert opened.values["I"] == 1499 / 1500


def damaged(change) -> dict:
    lab = neuron_lab("dv/dt = -v/tau; tau = 10 ms in [1, 20]; init v = 1", "Decay")
    run(lab, 1)
    lab.set("tau", 5.0)
    run(lab, 1)
    found = json.loads(json.dumps(lab.info()))
    lab.close()
    change(found)
    return found


WRONG = {
    "a newer one": (lambda d: d.update(schema_version=99, version="9.0"), "written by brainpy_lab 9.0.*Update it"),
    "another schema": (lambda d: d.update(schema="vega"), "is no saved lab"),
    "no cell": (lambda d: d.pop("recipe"), "not its cell"),
    "a kind from the future": (lambda d: d["recipe"].update(kind="tissue"), "kind 'tissue'.*Update it"),
    "a recipe of numbers": (lambda d: d.update(recipe={"kind": 3}), "damaged: 'recipe'"),
    "settings that are missing": (lambda d: d["recipe"].update(settings={}), "damaged: 'recipe'"),
    "a text for a number": (lambda d: d.update(dt="0.05"), "damaged: 'dt' is '0.05'"),
    "steps out of order": (lambda d: d.update(step=9, end_step=3), "steps are out of order"),
    "a log of something else": (lambda d: d.update(log=[[0, "import", ["os"], "0x0p+0"]]), "entry 0 of the log"),
    "an entry for no object": (lambda d: d["log"][0][2].__setitem__(0, "N7"), "does not fit the model"),
    "an entry after the end": (lambda d: d["log"][0].__setitem__(0, 10**6), "its log does not fit its steps"),
    "a value that is no number": (lambda d: d["log"][0].__setitem__(3, "nan"), "not finite"),
    "an array that is none": (lambda d: d["begin"]["arrays"].update({"N0/state/v": "zlib64:!!"}), "which is no array"),
    "other numbers": (lambda d: d["begin"]["arrays"].update({"N0/state/v": "0x1p+3"}), "of other states, parameters"),
    "a text with an error": (lambda d: d["recipe"].update(text="dv/dt = -vv/tau\ntau = 1"), "vv"),
    "Python for a neuron": (lambda d: d["recipe"].update(text="import os\nos.abort()"), "line 1"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_cannot_be_opened_says_why(what):
    from brainpy_lab.errors import ModelError

    change, message = WRONG[what]
    bundle = damaged(change)
    with pytest.raises(ModelError, match=message):
        bp.open_lab(bundle)
    assert "Decay" not in bp.labs


def test_files_that_are_none(tmp_path):
    cases = {"gone.json": None, "cut.json": '{"schema": "brainpy-lab", ', "picture.json": b"\x89PNG\xff\xfe",
             "list.json": "[1, 2]", "empty.ipynb": '{"cells": [], "nbformat": 4}'}  # fmt: skip
    messages = {"gone.json": "there is no file", "cut.json": "damaged: line 1, column 27", "picture.json": "is no text",
                "list.json": "is no saved lab", "empty.ipynb": "no lab was saved in the notebook"}  # fmt: skip
    for name, content in cases.items():
        if content is not None:
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(ModelValueError, match=messages[name]):
            bp.open_lab(tmp_path / name)


def test_bits_that_differ_are_told():
    bundle = damaged(lambda d: d.update(sha256="0" * 64, version="0.0.9"))
    lab = bp.open_lab(bundle)
    lab.wait(60)
    assert any("not the bits that were saved (by brainpy_lab 0.0.9" in notice for notice in lab.notices)


def test_arrays_keep_every_bit():
    from brainpy_lab.lab.coding import decode, encode

    for array in (np.arange(40) / 7, np.full(1000, 1 / 3), np.array([np.nan, -0.0, np.inf]), np.array([True, False]),
                  np.array([2**60 + 1, 3]), np.float32([0.1, 0.2]), np.zeros(0)):  # fmt: skip
        assert decode(json.loads(json.dumps(encode(array))), array, "x").tobytes() == array.tobytes()


def test_branches_are_saved_and_returned_to_with_their_bits(tmp_path):
    lab = neuron_lab(FHN, "FHN")
    run(lab, 20)
    lab.set("I", 1.1)
    run(lab, 20)
    first = state_of(lab)
    back(lab, 10)
    lab.set("I", 1.4)  # leaves branch 1 at t = 30 ms
    run(lab, 5)
    lab.reset()  # leaves branch 2
    lab.wait(60)
    lab.set("I", 0.9)
    run(lab, 10)
    present, left = state_of(lab), lab.branches
    assert [branch.number for branch in left] == [1, 2]
    path, bundle = tmp_path / "fhn.json", lab.info()
    lab.save(path)
    lab.close()
    for source in (path, bundle):
        opened = bp.open_lab(source)
        assert opened.wait(60) and same(state_of(opened), present)
        assert [(one.number, one.fork_step, one.end_step) for one in opened.branches] == [
            (one.number, one.fork_step, one.end_step) for one in left
        ]
        opened.branch(1)
        assert opened.wait(60) and opened.t == pytest.approx(40) and same(state_of(opened), first)
        assert [branch.number for branch in opened.branches] == [2, 3]
        opened.branch(3)
        assert opened.wait(60) and same(state_of(opened), present)
        opened.close()


def test_branches_too_long_for_a_notebook_are_counted(monkeypatch):
    from brainpy_lab.lab import files

    lab = neuron_lab(FHN, "FHN")
    run(lab, 20)
    back(lab, 10)
    lab.set("I", 1.4)
    run(lab, 1)
    bundle = lab.info()
    assert len(bundle["branches"]) == 1
    monkeypatch.setattr(files, "IN_NOTEBOOK", len(json.dumps(bundle)) - 10)
    short = lab.info()
    lab.close()
    assert short["branches"] == [] and short["branches_left_out"] == 1 and "shortened" not in short
    opened = bp.open_lab(short)
    assert opened.wait(60) and opened.branches == ()
    assert "1 of its branches were too large to be saved" in opened.notices


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.pop("log"),
        lambda one: one.update(number=0),
        lambda one: one.update(end_step=1),
        lambda one: one.update(log=[[300, "parameter", ["nobody", "I"], "0x1p+0"]]),
        lambda one: one.update(number="first"),
    ],
)
def test_a_damaged_branch_is_told(change):
    lab = neuron_lab(FHN, "FHN")
    run(lab, 20)
    lab.set("I", 1.0)
    run(lab, 5)
    back(lab, 2)
    lab.set("I", 1.4)
    run(lab, 1)
    bundle = lab.info()
    lab.close()
    change(bundle["branches"][0])
    with pytest.raises(ModelValueError, match="the bundle is damaged: .*branch|the bundle is damaged: its log says"):
        bp.open_lab(bundle)
