"""The magics in a shell without a page."""

from __future__ import annotations

import asyncio
import re
import threading

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.lab import magics
from brainpy_lab.lab.lab import labs

pytest.importorskip("IPython")

FHN = """%%brainpy neuron FHN --dt 0.05 --backend reference
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 in [5, 30]
init v = -1, w = 1
spike when v > 1
"""
NETWORK = """%%brainpy network net --dt 0.1 --backend reference
import brainpy_lab as bp
tau = 10.

@bp.integrate(method='euler')
def int_V(V, t, I):
    return (-V + I) / tau

def update(ST, _t):
    V = int_V(ST['V'], _t, ST['input'])
    ST['spike'] = V >= 1.
    ST['V'] = V * (V < 1.)
    ST['input'] = 0.

LIF = bp.NeuType('LIF', ST=bp.NeuState(['V', 'spike', 'input']), steps=update)
cells = bp.NeuGroup(LIF, 5)
tau = 10. in [5, 20]
I = 2. in [0, 5]
N = 3 in [1, 9]
inputs = [(cells, 'ST.input', I)]
"""


@pytest.fixture
def shell(monkeypatch):
    """A fresh IPython shell with the magics, headless, and what it displays."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setenv("LAB_HEADLESS", "1")
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.display_pub = CapturingDisplayPublisher()
    shell.run_line_magic("colors", "nocolor")
    shell.run_line_magic("load_ext", "brainpy_lab")
    yield shell
    for lab in list(labs.values()):
        lab.close()
    InteractiveShell.clear_instance()


def run(shell, cell: str):
    return shell.run_cell(cell, store_history=True)


def failure(shell, cell: str, capsys) -> tuple[Exception, str]:
    result = run(shell, cell)
    return result.error_in_exec or result.error_before_exec, "".join(capsys.readouterr())


def test_a_neuron_cell_binds_its_name_and_leaves_a_picture(shell):
    assert run(shell, FHN).success
    assert isinstance(shell.user_ns["FHN"], bp.NeuType)
    kinds = [set(output["data"]) for output in shell.display_pub.outputs]
    assert any("text/latex" in kind for kind in kinds)
    pictures = [output for output in shell.display_pub.outputs if "image/png" in output["data"]]
    assert len(pictures) == 1
    data = pictures[0]["data"]
    assert "application/vnd.jupyter.widget-view+json" not in data
    assert "simulated to t = 200 ms" in data["text/plain"]
    assert data["application/vnd.brainpy-lab+json"]["values"] == {"I": 0.8, "a": 0.7, "b": 0.8, "tau": 12.5}


def test_a_headless_lab_leaves_no_thread(shell):
    import threading

    before = set(threading.enumerate())  # a lab of another test may be alive, with the threads of its program
    run(shell, FHN)
    assert not [t for t in set(threading.enumerate()) - before if t.name.startswith("brainpy_lab")]


def test_the_options_act_for_the_cell_only(shell):
    before = bp.profile.get_dt(), bp.profile.get_float_type(), bp.profile.get_seed()
    run(shell, FHN.replace("--dt 0.05", "--dt 0.025 --float32 --seed 5 --n 3"))
    info = labs["FHN"].info()
    assert (info["dt"], info["float"]) == (0.025, "float32")
    assert labs["FHN"].subject.summary == "3 neurons"
    assert (bp.profile.get_dt(), bp.profile.get_float_type(), bp.profile.get_seed()) == before


def test_no_show_only_binds_the_name(shell):
    run(shell, FHN.replace("--dt", "--no-show --dt"))
    assert "FHN" in shell.user_ns and "FHN" not in labs
    assert shell.display_pub.outputs == []


def test_an_error_names_line_and_column_of_the_notebook_cell(shell, capsys):
    run(shell, "x = 1")
    error, shown = failure(shell, FHN.replace("- w + I", "- ww + I"), capsys)
    assert (error.cell, error.line) == ("Cell In[2]", 2)
    assert error.source_line[error.column : error.end_column] == "ww"
    assert shown.splitlines()[0] == "Cell In[2], line 2"
    assert "Traceback" not in shown and len(shown.strip().splitlines()) == 4
    assert run(shell, "1 + 1").result == 2


def test_a_network_cell_binds_a_network_of_what_it_made(shell):
    assert run(shell, NETWORK).success
    network = shell.user_ns["net"]
    assert isinstance(network, bp.Network) and network.members == [shell.user_ns["cells"]]
    assert shell.user_ns["I"] == 2.0
    controls = {control.name: control for control in labs["net"].subject.controls}
    assert controls["I"].inputs == [0] and not controls["I"].rebuilds
    assert controls["tau"].targets and not controls["tau"].rebuilds
    assert controls["N"].rebuilds
    assert "5 of 5 neurons of cells" in labs["net"].description()


def test_a_network_that_the_cell_binds_itself_is_kept(shell):
    run(shell, NETWORK + "other = bp.NeuGroup(LIF, 2)\nnet = bp.Network(cells)\n")
    assert shell.user_ns["net"].members == [shell.user_ns["cells"]]


def test_an_input_without_a_slider_gets_one(shell):
    run(shell, NETWORK.replace("I = 2. in [0, 5]", "").replace("'ST.input', I", "'ST.input', 2.5"))
    control = labs["net"].subject.controls[-1]
    assert control.inputs == [0] and control.value == 2.5 and control.slider.low == 0 and control.slider.high == 5


def test_python_errors_of_a_network_cell_point_at_their_line(shell, capsys):
    error, shown = failure(shell, "%%brainpy network net\nx = 1\ny = x / 0\n", capsys)
    assert isinstance(error, ZeroDivisionError)
    assert "----> 3 y = x / 0" in shown


def test_a_network_cell_without_groups_says_so(shell, capsys):
    error, _ = failure(shell, "%%brainpy network net\nx = 1\n", capsys)
    assert "this cell makes no group" in str(error)


def test_a_mistake_in_a_network_cell_names_its_variables(shell, capsys):
    none = "conn=__import__('numpy').zeros((5, 5))"
    wrong = f"{NETWORK}synapses = bp.SynConn(bp.models.get_AMPA(), cells, cells, {none})\n"
    _, shown = failure(shell, wrong, capsys)
    assert "cells" in shown.splitlines()[-1] and not re.search(r"NeuGroup\d", shown)


def test_a_synapse_cell_binds_its_model(shell, capsys):
    run(shell, "%%brainpy synapse Expo --no-show\nds/dt = -s/tau\ntau = 5\non spike: s += 1\npost.input += s\n")
    assert isinstance(shell.user_ns["Expo"], bp.SynType)
    error, shown = failure(shell, "%%brainpy synapse Expo\nds/dt = -s/tau\n", capsys)
    assert error.rule == "undefined-name" and "line 2" in shown


@pytest.mark.parametrize(
    "line, message",
    [
        ("neuron FHN --n 0", "--n 0"),
        ("neuron FHN --dt -1", "--dt -1"),
        ("neuron FHN --backend opencl", "invalid choice"),
        ("neuron FHN --dt fast", "invalid float value"),
    ],
)
def test_wrong_options_are_usage_errors(shell, capsys, line, message):
    error, _ = failure(shell, f"%%brainpy {line}\ndv/dt = -v\n", capsys)
    assert type(error).__name__ == "UsageError" and message in str(error)


@pytest.mark.parametrize(
    "line, marked, told",
    [
        ("nueron FHN", "nueron", "'nueron' is no kind of cell; did you mean 'neuron'?"),
        ("FHN", "FHN", "'FHN' is no kind of cell; a cell describes a neuron, synapse or a network"),
        ("synapse", " ", "the synapse has no name; write %%brainpy synapse NAME"),
        ("", " ", "write %%brainpy neuron NAME"),
        ("neuron FHN --dtt 0.1", "--dtt", "there is no option '--dtt'; did you mean '--dt'?"),
        ("--quick neuron FHN", "--quick", "the options are --dt, --method"),
        ("neuron bp", "bp", "'bp' is an imported module, which the model would hide"),
    ],
)
def test_wrong_words_are_marked_on_the_first_line(shell, capsys, line, marked, told):
    run(shell, "import brainpy_lab as bp")
    error, shown = failure(shell, f"%%brainpy {line}\ndv/dt = -v\n", capsys)
    source, below = shown.split("\n")[1:3]
    assert type(error).__name__ == "CellError" and told in shown
    assert f"{source} "[below.index("^") : below.rindex("^") + 1] == marked
    assert shell.user_ns["bp"] is bp


@pytest.mark.parametrize("kind", ["neuron", "synapse", "network"])
def test_a_name_that_nothing_can_have_is_marked_on_the_first_line(shell, capsys, kind):
    _, shown = failure(shell, f"%%brainpy --dt 0.1 {kind} or\nx = 1\n", capsys)  # not the 'or' of 'network'
    assert shown.split("\n")[2].index("^") == shown.split("\n")[1].rindex(" or") + 1
    error, shown = failure(shell, f"%%brainpy {kind} lambda --n 2\nx = 1\n", capsys)
    assert type(error).__name__ == "CellError" and "'lambda' is a Python keyword; write lambda_" in shown
    assert error._render_traceback_()[1:3] == [
        f"    %%brainpy {kind} lambda --n 2",
        "    " + " " * (11 + len(kind)) + "^" * 6,
    ]


def test_commands_know_synapses_and_near_names(shell, capsys, monkeypatch):
    from brainpy_lab.lab import bench

    def timed(what, make, backend, seconds, keeps):
        sizes = make()[1].sizes
        return bench.Timing(what, backend, sum(sizes.values()), 0.1, [1.0], 0.0, 1)

    monkeypatch.setattr(bench, "_timed", timed)
    run(shell, "%%brainpy synapse Expo --no-show\nds/dt = -s/5\non spike: s += 1\npost.input += 0.1*s\n")
    capsys.readouterr()
    run(shell, "%brainpy source Expo --backend reference")
    assert "def " in capsys.readouterr().out
    run(shell, "%brainpy bench Expo")
    assert [line.split()[:3] for line in capsys.readouterr().out.split("\n") if line.startswith("Expo")] == [
        ["Expo", "2,001", "reference"],
        ["Expo", "2,001", "numba"],
    ]
    for command in ("explain", "source", "bench", "source --backend numba"):
        words = command.split()
        error, _ = failure(shell, " ".join(["%brainpy", words[0], "Exop", *words[1:]]), capsys)
        assert type(error).__name__ == "UsageError" and "did you mean Expo?" in str(error)


def test_names_in_braces_and_dollars_are_left_alone(shell):
    shell.user_ns["x"] = "broken"
    assert run(shell, "%%brainpy neuron M --no-show\ndv/dt = -v/tau\ntau = 2 in {1, 2}\n").success


def test_list_source_and_doctor(shell, capsys):
    run(shell, FHN)
    run(shell, NETWORK)
    capsys.readouterr()
    run(shell, "%brainpy list")
    listed = capsys.readouterr().out
    assert "FHN" in listed and "neuron model" in listed and "net" in listed and "network of 1 objects" in listed
    run(shell, "%brainpy source FHN")
    assert "def " in capsys.readouterr().out
    run(shell, "%brainpy doctor")
    shown = capsys.readouterr().out
    assert bp.__version__ in shown and "numpy" in shown and np.__version__ in shown
    assert "Nothing to fix." in shown or "\nTo fix:\n1. " in shown
    error, _ = failure(shell, "%brainpy nonsense", capsys)
    assert "write one of %brainpy list" in str(error)


def test_bench_times_a_lab_and_a_model_and_refuses_other_names(shell, capsys, monkeypatch):
    from brainpy_lab.lab import bench

    monkeypatch.setattr(bench, "_for", lambda simulation, seconds: simulation.advance(5) or 500.0)
    run(shell, FHN)
    lab = labs["FHN"]
    step = lab._simulation.step
    capsys.readouterr()
    run(shell, "%brainpy bench FHN")
    shown = capsys.readouterr().out
    assert "numba" in shown and [line.split()[:3] for line in shown.split("\n") if line.startswith("FHN")] == [
        ["FHN", "1", "reference"],
        ["FHN", "1", "numba"],
    ]
    assert lab._simulation.step == step
    for words, told in (("nobody", "there is no model of that name"), ("a b", "name one lab, model or network")):
        error, _ = failure(shell, f"%brainpy bench {words}", capsys)
        assert type(error).__name__ == "UsageError" and told in str(error)


def test_a_cell_runs_on_the_emulated_device_with_the_same_bits(shell):
    found = []
    for backend in ("reference", "emulator"):
        assert run(shell, FHN.replace("--backend reference", f"--backend {backend}")).success
        lab = labs["FHN"]
        assert lab.backend_name == backend
        found.append(lab._simulation.monitor(0).copy())
    assert np.array_equal(*found) and np.ptp(found[0]) > 1


def test_cells_follow_the_device_of_the_profile(shell):
    bp.profile.set(device="emulator")
    assert run(shell, FHN.replace(" --backend reference", "")).success
    assert labs["FHN"].backend_name == "emulator"


def test_a_cell_for_a_card_that_is_not_there_says_what_is_missing(shell, capsys, monkeypatch):
    def missing(backend):
        raise bp.errors.ModelUseError('device "gpu" cannot be used: CuPy is not installed. Install it: pip install')

    monkeypatch.setattr("brainpy_lab.backends.cuda.devices.open_device", missing)
    error, _ = failure(shell, FHN.replace("--backend reference", "--backend cuda"), capsys)
    assert type(error).__name__ == "ModelUseError" and "CuPy is not installed" in str(error)


def test_the_printed_code_of_labs_models_and_networks_is_shown(shell, capsys):
    run(shell, FHN)
    run(shell, NETWORK)
    run(shell, FHN.replace("neuron FHN", "neuron Other --no-show"))
    shell.user_ns["plain"] = bp.Network(bp.NeuGroup(bp.models.get_LIF(), 2))
    capsys.readouterr()
    for name in ("FHN", "net", "Other", "plain"):
        run(shell, f"%brainpy source {name} --backend cuda")
        shown = capsys.readouterr().out
        assert "__global__" in shown and "run_block" in shown and "philox" not in shown.lower(), name
    run(shell, "%brainpy source Other --backend numba")
    assert "njit" in capsys.readouterr().out
    run(shell, "%brainpy source Other --mathematics --backend cuda")
    assert "philox" in capsys.readouterr().out.lower()
    run(shell, "%brainpy source Other")
    assert "dv/dt" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, told",
    [
        ("", "name one lab, model or network"),
        ("a b", "name one lab, model or network"),
        ("FHN --backend", "--backend what?"),
        ("FHN --backend opencl", "opencl is none of reference, numba, cuda, emulator"),
        ("nobody", "no lab and no text model of that name"),
        ("nobody --backend cuda", "no lab, model or network of that name"),
    ],
)
def test_wrong_words_for_the_source_are_usage_errors(shell, capsys, words, told):
    error, _ = failure(shell, f"%brainpy source {words}", capsys)
    assert type(error).__name__ == "UsageError" and told in str(error)


def test_the_doctor_tells_what_a_gpu_needs(shell, capsys):
    run(shell, "%brainpy doctor")
    shown = capsys.readouterr().out
    for row in ("CuPy ", "GPU ", "NVRTC ", "emulator "):
        assert f"\n{row}" in shown


def test_unloading_takes_the_magics_away(shell):
    run(shell, FHN)
    shell.run_line_magic("unload_ext", "brainpy_lab")
    assert not labs
    assert "brainpy" not in shell.magics_manager.magics["cell"]


def test_a_number_that_no_step_reads_runs_the_cell_again(shell, monkeypatch):
    monkeypatch.delenv("LAB_HEADLESS")
    cell = NETWORK.replace("bp.NeuGroup(LIF, 5)", "bp.NeuGroup(LIF, int(N))").replace("N = 3 in [1, 9]\n", "")
    cell = cell.replace("tau = 10.\n", "tau = 10.\nN = 3 in [1, 9]\n")
    run(shell, cell)
    lab = labs["net"]
    k = next(k for k, control in enumerate(lab.subject.controls) if control.name == "N")
    lab.receive({"do": "set", "number": 1, "changes": [{"control": k, "value": 7.0, "released": False}]})
    assert shell.user_ns["N"] == 3
    lab.receive({"do": "set", "number": 2, "changes": [{"control": k, "value": 7.0, "released": True}]})
    lab._thread.join()
    assert shell.user_ns["N"] == 7 and shell.user_ns["cells"].num == 7
    assert lab.subject.summary == "7 neurons" and lab.session.t == 0
    assert lab.values["N"] == 7.0
    # Where the cell lies is still known: N is on line 4 of the notebook cell.
    assert shell.user_ns["update"].__code__.co_firstlineno == cell.split("\n").index("def update(ST, _t):") + 1


def test_what_the_first_cell_needs_is_imported_in_the_thread_of_the_cells(monkeypatch):
    imported = []

    def note(name):
        imported.append((name, threading.current_thread()))
        if name == "missing":
            raise ImportError(name)

    monkeypatch.setattr(magics.importlib, "import_module", note)

    async def kernel():
        magics._import_ahead(["one", "two", "missing", "never"])
        assert imported == []  # a cell goes on to its end
        await asyncio.sleep(0.4)

    asyncio.run(kernel())
    assert imported == [(name, threading.current_thread()) for name in ("one", "two", "missing")]
    magics._import_ahead(["one"])  # no loop, as in a terminal
    assert len(imported) == 3


def test_in_a_terminal_a_cell_tells_its_course_and_its_lab_can_be_driven(shell, monkeypatch):
    monkeypatch.delenv("LAB_HEADLESS")
    assert run(shell, FHN).success
    lab = labs["FHN"]
    told = [output["data"]["text/plain"] for output in shell.display_pub.outputs if "image/png" in output["data"]]
    assert len(told) == 1 and "simulated to t = 200 ms" in told[0]
    assert lab.status == "paused" and lab.session.speed == lab.speed < float("inf")
    lab.set("I", 0.2)
    lab.step(100)
    assert lab.wait(60) and lab.t == pytest.approx(205.0) and lab.values["I"] == 0.2
    lab.rewind(105.0)
    assert lab.wait(60) and lab.t == pytest.approx(100.0) and lab.values["I"] == 0.8


def test_a_cell_that_ends_with_the_lab_it_has_shown_shows_it_once(shell):
    def pictures():
        return sum("image/png" in output["data"] for output in shell.display_pub.outputs)

    assert run(shell, "import brainpy_lab as bp\nbp.explore(bp.models.get_LIF(), input=(0, 30))").success
    assert pictures() == 1
    assert run(shell, "next(iter(bp.labs.values()))").success
    assert pictures() == 2
