"""Scripts and files of labs."""

import tempfile
from functools import cache
from pathlib import Path

import brainpy_lab as bp
from tests.bad_input.engine import COUNTED, session
from tests.bad_input.table import FLAG, FUNCTION, NEEDED, POSITIVE, SEED, TEXT, Call, Wrong, nan

PATH = [3, True, [], " ", "no/such/folder/file", "/"]
DECAY = "dv/dt = (I - v)/tau; tau = 10 ms; input I = 1"


@cache
def lab():
    """One for all rows, and a file of it."""
    from tests.lab.cells import neuron_lab

    made = neuron_lab(DECAY, "Decay")
    made.save(saved())
    return made


@cache
def ran():
    """One with something to look back on, whose name no file that is opened has."""
    from tests.lab.cells import neuron_lab

    made = neuron_lab(DECAY, "Ran")
    made.step(5)
    made.wait()
    return made


@cache
def saved() -> str:
    return str(Path(tempfile.mkdtemp()) / "decay.json")


def _open() -> dict:
    lab()
    return {"path": saved(), "name": "Decay", "model": None, "trust": False}


def replay():
    made = bp.Replay("Decay")
    made.neurons(bp.neuron(DECAY, "Decay"), 1)
    return made


def end() -> None:
    """Close what the rows have opened."""
    for made in list(bp.labs.values()):
        made.close()
    lab.cache_clear()


FILES = [
    Call("lab.to_script", {"path": None}, {"path": PATH}, on=lab),
    Call("lab.to_png", {"path": None}, {"path": PATH}, on=lab),
    Call("lab.to_svg", {"path": None}, {"path": PATH}, on=lab),
    Call("lab.to_csv", lambda: {"path": saved() + ".csv"}, {"path": PATH + NEEDED}, on=lab),
    Call(
        "lab.to_html",
        lambda: {"path": saved() + ".html", "seconds": 1.0},
        {"path": PATH + NEEDED, "seconds": POSITIVE},
        on=ran,
    ),
    Call("lab.save", lambda: {"path": saved()}, {"path": PATH + NEEDED}, on=lab),
    Call(
        "lab.reopen",
        lambda: {**{k: v for k, v in _open().items() if k != "path"}, "source": saved()},
        {"source": [Wrong(v, says="path") for v in PATH + NEEDED], "name": TEXT, "trust": FLAG},
        on=lab,
        free={"model": "only asked of networks"},
    ),
    Call(
        "open_lab",
        _open,
        {"path": [*PATH, None, Wrong("gone.json", says="file")], "name": TEXT, "trust": FLAG + NEEDED},
        free={"model": "only asked of networks"},
    ),
    Call("Session.perform", {"act": lambda timeline, stop: None}, {"act": FUNCTION + NEEDED}, on=session),
    Call("Replay", {"name": "Decay"}, {"name": TEXT + NEEDED, "version": TEXT + NEEDED, "draws": COUNTED}),
    Call(
        "Replay.neurons",
        lambda: {"model": bp.neuron(DECAY, "Decay"), "n": 2},
        {"model": [3, None, "Decay"], "n": [*COUNTED, 0]},
        on=lambda: bp.Replay("Decay"),
    ),
    Call(
        "Replay.synapses",
        lambda: {"model": bp.synapse("post.input += pre.spike", "Plain"), "n": 2, "delay": 0.0},
        {
            "model": [3, None, "Decay"],
            "n": [*COUNTED, 0],
            "delay": [-1.0, nan, "1"],
        },
        on=lambda: bp.Replay("Plain"),
    ),
    Call(
        "Replay.network",
        lambda: {"namespace": {"net": bp.NeuGroup(bp.neuron(DECAY, "Decay"), 1)}, "inputs": ()},
        {"namespace": [3, "net", [1]]},
        on=lambda: bp.Replay("net"),
        free={"inputs": "of the cell, as Network.run checks them"},
    ),
    Call(
        "Replay.choose",
        {"neuron": 0, "group": "Decay"},
        {"neuron": [*COUNTED, 1], "group": TEXT + NEEDED},
        on=replay,
    ),
    Call(
        "Replay.run",
        {"begin": {}, "log": [], "first": 0, "last": 2, "seed": 1, "beginning": "", "backend": "reference"},
        {
            "begin": [3, "x", [1]],
            "log": [3, None, Wrong([3], "3", "log"), Wrong([[0, "odd", [], "0x0p+0"]], "odd", "log")],
            "first": COUNTED,
            "last": COUNTED,
            "seed": SEED,
            "beginning": TEXT + NEEDED,
            "backend": ["nump", 3, None],
        },
        on=replay,
    ),
]
ROWS = FILES
