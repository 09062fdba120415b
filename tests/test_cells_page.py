"""The page on the language of cells is true: every example is a model that runs."""

import re
from pathlib import Path

import numpy as np
import pytest

import brainpy_lab as bp

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "cells.md").read_text()
CELLS = re.findall(r"^```cell\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.parametrize("text", CELLS, ids=["izhikevich", "hodgkin-huxley", "noise"])
def test_every_example_runs(text):
    bp.profile.set(dt=0.05, seed=1, jit=False)
    group = bp.NeuGroup(bp.neuron(text, "Example"), 1, monitors=[re.search(r"d(\w)/dt", text).group(1)])
    group.run(20.0)
    assert np.isfinite(group.ST[group.monitors[0].key]).all()


@pytest.mark.parametrize("text", re.findall(r"^```synapse\n(.*?)^```", PAGE, re.M | re.S), ids=["AMPA", "STDP", "gap"])
def test_every_synapse_acts_on_its_target(text):
    bp.profile.set(dt=0.1, seed=1, jit=False)
    neuron = "dV/dt = (I - V - 65)/10\ninput I = 0\ninit V = -65\nspike when V > -50\nreset V = -65"
    source, target = (bp.NeuGroup(bp.neuron(neuron, "Cell"), 1, monitors=["V"]) for _ in range(2))
    edge = bp.SynConn(bp.synapse(text, "Example"), source, target, conn=bp.connect.All2All())
    bp.Network(source, target, edge).run(50.0, inputs=(source, "ST.input", 30.0))
    assert np.ptp(target.mon["V"]) > 0.1


def test_the_network_of_the_page_runs_with_its_neuron_at_its_step():
    from tests.lab.cells import network_lab

    at = PAGE.index("--dt 0.05`:")
    cell = "".join(line[4:] for line in re.search(r"(?:^    .*\n)+", PAGE[at:], re.M).group(0).splitlines(True))
    neuron = f"HH = bp.neuron({CELLS[1]!r}, 'HH')\n"
    lab = network_lab(cell.replace("bp\n", "bp\n" + neuron, 1).replace("100)", "5)"), "inhibition", dt=0.05)
    try:
        lab.session.run(60.0)
        lab.session.wait()
        state = lab.session.state()["cells"]
        assert np.isfinite(state["V"]).all() and np.ptp(state["V"]) > 1.0
    finally:
        lab.close()


def test_the_functions_of_the_page_are_those_of_the_language():
    from brainpy_lab.frontends.cells.words import FUNCTION_ARGS

    listed = re.search(r"Functions: `([^`]+)`", PAGE).group(1).split()
    assert {*listed, "where"} == set(FUNCTION_ARGS)


def test_the_options_of_the_page_are_those_of_the_magic():
    from brainpy_lab.lab import magics

    text = Path(magics.__file__).read_text()
    for option in re.findall(r"--[a-z][a-z0-9-]+", PAGE):
        assert option in text, option
