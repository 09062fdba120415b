"""Scripts of labs, run in a fresh process on both back ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from tests.lab.cells import CLASSES, FHN, IMPORTS, NETWORK, NOISY, back, network_lab, neuron_lab, run

DECAY = "dv/dt = -v/tau; tau = 10 ms; init v = 1"


pytestmark = [pytest.mark.usefixtures("plain_labs"), pytest.mark.filterwarnings("ignore:.*bits not promised")]


@pytest.fixture
def in_fresh_processes(tmp_path):
    """Run scripts in a process for each back end: {name: text}, back ends -> {(name, backend): what it said}."""

    def run_all(scripts: dict[str, str], backends=("numba", "reference")) -> dict[tuple[str, str], str]:
        for name, text in scripts.items():
            (tmp_path / f"{name}.py").write_text(text, "utf-8")
        running = {}
        for backend in backends:
            environment = {**os.environ, "BRAINPY_LAB_BACKEND": backend, "MPLBACKEND": "agg"}
            command = [sys.executable, "-c", RUNNER, *(str(tmp_path / f"{name}.py") for name in scripts)]
            running[backend] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        said = {}
        for backend, process in running.items():
            told = process.communicate(timeout=250)[0].split("\0")
            said.update({(name, backend): text for name, text in zip(scripts, told, strict=True)})
        return said

    return run_all


RUNNER = """
import runpy, sys, traceback
for k, path in enumerate(sys.argv[1:]):
    print(end=chr(0) if k else "")
    try:
        runpy.run_path(path, run_name="__main__")
    except BaseException:
        traceback.print_exc(file=sys.stdout)
"""


def neuron_with_a_course() -> str:
    """Sliders, a click, going back and another future."""
    lab = neuron_lab(FHN, "FHN")
    run(lab, 40)
    lab.set("I", 1.1)
    run(lab, 20)
    lab.place(v=0.3, w=0.2)
    run(lab, 30)
    back(lab, 15)
    lab.set("tau", 9.0)
    run(lab, 25)
    assert [entry[0] for entry in json_log(lab)] == [800, 1200, 1200, 1500]
    return lab.to_script()


def neuron_before_its_future() -> str:
    """Gone back to before a change that is still ahead, and on a little."""
    lab = neuron_lab(FHN, "FHN")
    run(lab, 20)
    lab.set("I", 1.1)
    run(lab, 10)
    lab.set("I", 0.2)
    run(lab, 10)
    back(lab, 25)
    run(lab, 12)
    assert [entry[0] for entry in json_log(lab)] == [400, 600] and lab.t == 27.0
    return lab.to_script()


def json_log(lab) -> list:
    return lab.info()["log"]


def many_noisy_neurons() -> str:
    """After a reset, so the log begins anew."""
    lab = neuron_lab(NOISY, "Noisy", n=30, seed=7)
    run(lab, 20)
    lab.set("sigma", 2.5)
    run(lab, 20)
    lab.reset()
    lab.wait()
    run(lab, 30)
    lab.set("sigma", 0.5)
    run(lab, 30)
    assert len(json_log(lab)) == 1
    return lab.to_script()


def single_precision() -> str:
    lab = neuron_lab(FHN, "Single", method="rk4", float_type="float32")
    run(lab, 30)
    lab.set("I", 0.3)
    run(lab, 30)
    return lab.to_script()


def network_with_a_delay() -> str:
    """Cut out of a notebook: its imports stand in another cell, and the size was changed, which runs the cell again."""
    shell = {"In": ["", IMPORTS, "unrelated = 3\nprint(unrelated)"]}
    exec(IMPORTS, shell)
    lab = network_lab(NETWORK, namespace=shell)
    lab.set("N", 24)
    lab._thread.join()
    run(lab, 20)
    lab.set("w", 0.05)
    lab.set("I", 2.5)
    run(lab, 30)
    return lab.to_script()


def network_of_classes() -> str:
    lab = network_lab(IMPORTS + CLASSES, "net")
    run(lab, 20)
    lab.set("tau", 12.0)
    run(lab, 20)
    lab.set("I", 30.0)
    run(lab, 20)
    return lab.to_script()


MADE = [
    neuron_with_a_course,
    neuron_before_its_future,
    many_noisy_neurons,
    single_precision,
    network_with_a_delay,
    network_of_classes,
]


def test_a_script_computes_every_bit_again_in_a_fresh_process(in_fresh_processes):
    scripts = {make.__name__: make() for make in MADE}
    text = scripts["single_precision"]
    scripts["wrong"] = text.replace("lab_log = [\n    [600", "lab_log = [\n    [601")
    assert scripts["wrong"] != text
    for (name, backend), said in in_fresh_processes(scripts).items():
        if name == "wrong":  # one step later is another run, and the assertion sees it
            assert "AssertionError: not the bits that the lab showed." in said
        else:
            assert "every bit is as in the lab." in said, f"{name} on {backend}:\n{said}"


def test_a_script_of_a_network_holds_its_python_with_sliders_bound(capsys):
    text = network_with_a_delay()
    assert "\nimport numpy as np\n" in text and "unrelated" not in text
    assert "\nN = 24.0\n" in text and "\nw = 0.02\n" in text and "in [" not in text
    assert "# t = 20 ms: " in text and "w = 0.05" in text
    assert text.index("bp.profile.set(dt=0.1") < text.index("lab_replay = ") < text.index("def update_s")
    assert json.dumps(text)  # plain text


def test_other_cells_are_cut_down_to_what_the_cell_needs(monkeypatch):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    history = ["", IMPORTS, "tau = 5.\ntau = tau * 2", "def unused():\n    return tau",
               "gains = [1.]\ngains.append(3.)", "%%brainpy neuron Decay --no-show\n" + DECAY,
               "other = bp.NeuGroup(Decay, 9)\n1/0"]  # fmt: skip
    shell = {"In": history}
    exec(IMPORTS + "tau = 10.\ngains = [1., 3.]\n", shell)
    shell["Decay"] = bp.neuron(DECAY, "Decay")
    lab = network_lab("cells = bp.NeuGroup(Decay, len(gains))\nspeed = gains[1] * tau", "net", shell)
    run(lab, 5)
    text = lab.to_script()
    for wanted in ("tau = 5.\ntau = tau * 2", "gains = [1.]\ngains.append(3.)", "Decay = brainpy_lab.neuron("):
        assert wanted in text
    assert "unused" not in text and "other = " not in text
    space = {}
    exec(compile(text.replace("lab_figure.draw()", ""), "script", "exec"), space)
    assert space["lab_figure"].sha256 == space["lab_expected"] and space["speed"] == 30.0


def test_values_of_a_namespace_are_written_with_every_bit():
    from brainpy_lab.lab.sources import written

    values = {"a": 0.1, "b": (1, "x", None), "c": np.arange(6.0).reshape(2, 3) / 7, "d": np.float64(1 / 3), "e": np.sin}
    space = {}
    for name, value in values.items():
        exec(written(name, value), space)
    assert space["a"] == 0.1 and space["b"] == (1, "x", None) and space["d"] == 1 / 3 and space["e"] is np.sin
    assert space["c"].tobytes() == values["c"].tobytes() and space["c"].shape == (2, 3)


def double(x):
    return 2 * x


@pytest.mark.parametrize("method", [None, "euler"])
def test_models_of_a_namespace_are_written_as_their_texts_with_their_method(method):
    from brainpy_lab.lab.sources import written

    models = [
        bp.neuron("dv/dt = -v/5\nspike when v > 1\nreset v = 0\nrefractory 2", "Cell", method=method),
        bp.synapse("ds/dt = -s/5\non spike: s += 1\npost.input += s", "Link", method=method),
    ]
    for model in models:
        space = {}
        exec(written("again", model), space)
        assert space["again"].ir.steps == model.ir.steps


def test_functions_are_written_by_their_source(monkeypatch):
    from brainpy_lab.lab.sources import written

    monkeypatch.setattr(double, "__module__", "__main__")
    assert written("double", double) == "def double(x):\n    return 2 * x"
    assert written("twice", double).endswith("\ntwice = double")
    held = [1]
    makers = {"closure": (lambda x: held[x], "holds values"), "line": ((lambda x: x), "no statement of its own"),
              "unknown": (eval("lambda x: x"), "not known")}  # fmt: skip
    for name, (function, why) in makers.items():
        with pytest.raises(ModelUseError, match=why):
            written(name, function)


def test_a_timeline_that_begins_with_restored_states(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    lab = neuron_lab(NOISY, "Noisy", n=30, seed=7)
    run(lab, 10)
    kept = lab.session.snapshot()
    run(lab, 10)
    lab.session.restore(kept)
    run(lab, 3)
    lab.set("sigma", 2.0)
    run(lab, 2)
    lab.save(tmp_path / "noisy.json")
    states = lab.session.state()["Noisy"]["v"]
    space: dict = {}
    exec(compile(lab.to_script().replace("lab_figure.draw()", ""), "script", "exec"), space)
    assert space["lab_figure"].sha256 == space["lab_expected"] and space["lab_figure"].window == (10.0, 15.0)
    opened = bp.open_lab(tmp_path / "noisy.json")
    opened.wait(60)
    assert opened.session.state()["Noisy"]["v"].tobytes() == states.tobytes()
    assert not any("bits" in notice for notice in opened.notices)
    monkeypatch.setattr("brainpy_lab.lab.script.MOST_CHARS", 20)
    with pytest.raises(ModelUseError, match=r"states at t = 10 ms that were put there.*Reset the lab"):
        opened.to_script()


def test_what_cannot_be_scripted_is_named():
    shell = {"bp": bp, "handle": open(os.devnull), "size": 3}
    lab = network_lab(f"handle\ncells = bp.NeuGroup(bp.neuron({DECAY!r}, 'Decay'), size)", "net", shell)
    run(lab, 1)
    with pytest.raises(
        ModelUseError, match="the cell of net cannot be written as a script, because of 'handle': it is a"
    ):
        lab.to_script()
    shell["handle"].close()


def test_a_lab_of_no_cell_has_no_script():
    from brainpy_lab.lab.lab import Lab
    from brainpy_lab.lab.subject import neuron_subject

    lab = Lab(neuron_subject("Decay", bp.NeuGroup(bp.neuron(DECAY, "Decay"), 1)), backend="reference")
    with pytest.raises(ModelUseError, match="was not made by a %%brainpy cell"):
        lab.to_script()


def test_a_long_log_goes_into_a_file_beside_the_script(tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    lab = neuron_lab(FHN, "FHN")
    for k in range(501):
        lab.set("I", k / 1000)
        lab.step()
    lab.wait()
    with pytest.raises(ModelUseError, match=r"changed 501 times.*lab.to_script\('FHN.py'\)"):
        lab.to_script()
    text = lab.to_script(tmp_path / "FHN.py")
    log = json.loads((tmp_path / "FHN.log.json").read_text())["log"]
    assert len(log) == 501 and "FHN.log.json" in text and (tmp_path / "FHN.py").read_text() == text
    space = {"__file__": str(tmp_path / "FHN.py")}
    exec(compile(text.replace("lab_figure.draw()", ""), "script", "exec"), space)
    assert space["lab_figure"].sha256 == space["lab_expected"]


def test_the_first_line_says_what_is_not_promised():
    lab = network_lab(IMPORTS + """
f = np.cbrt
def step(ST):
    ST['x'] = f(ST['x'])
cells = bp.NeuGroup(bp.NeuType('Odd', ST=bp.NeuState(['x']), steps=step), 2)
""", "net")  # fmt: skip
    run(lab, 1)
    first = lab.to_script().split("\n")[0]
    assert first.startswith("# Not promised: the same bits, and so the assertion at the end. ") and "calls f()" in first


def test_a_network_that_is_random_without_a_seed_is_told_apart(monkeypatch):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    text = IMPORTS + f"cells = bp.NeuGroup(bp.neuron({DECAY!r}, 'Decay'), 40)\ncells.ST['v'] = np.random.random(40)"
    lab = network_lab(text, "net")
    run(lab, 5)
    script = lab.to_script()
    space: dict = {}
    exec(compile(script.replace("lab_figure.draw()", ""), "script", "exec"), space)  # forty numbers are in the script
    assert space["lab_figure"].sha256 == space["lab_expected"]
    without = "\n".join(line for line in script.split("\n") if "N0/state/v" not in line)
    with pytest.raises(ModelUseError, match="Something in the model is random and has no seed"):
        exec(compile(without, "script", "exec"), {})


def test_the_seed_of_a_cell_fixes_what_numpy_draws_there_and_nothing_else(monkeypatch):
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    text = IMPORTS + (
        "cells = bp.NeuGroup(bp.models.get_LIF(), 12)\ncells.ST['V'] = np.random.random(12)\n"
        "syn = bp.SynConn(bp.models.get_exponential(), cells, cells, conn=bp.connect.FixedProb(0.3))"
    )

    def made(seed):
        space: dict = {}
        lab = network_lab(text, "net", space, seed=seed)
        run(lab, 5)
        return lab, (space["syn"].pre_ids.tobytes(), space["syn"].post_ids.tobytes(), space["cells"].ST["V"].tobytes())

    np.random.seed(11)
    expected = np.random.random(3).tolist()
    np.random.seed(11)
    lab, first = made(3)
    assert lab.seed == 3
    assert made(3)[1] == first != made(4)[1]
    assert np.random.random(3).tolist() == expected
    script = "\n".join(line for line in lab.to_script().split("\n") if "/state/" not in line)
    space: dict = {}
    exec(compile(script.replace("lab_figure.draw()", ""), "script", "exec"), space)
    assert space["lab_figure"].sha256 == space["lab_expected"]


def test_a_figure_is_drawn_or_says_why_not(monkeypatch, capsys):
    lab = neuron_lab(FHN, "FHN")
    run(lab, 5)
    space: dict = {}
    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    exec(compile(lab.to_script().replace("lab_figure.draw()", ""), "script", "exec"), space)
    figure = space["lab_figure"]
    times, v = figure.arrays["v"]
    assert len(times) == len(v) == 100 and times[1] == 0.05
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    assert figure.draw() is None and "matplotlib is not installed" in capsys.readouterr().out
