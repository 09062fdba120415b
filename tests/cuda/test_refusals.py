"""What a device cannot run is refused before the run, with its line and what to write instead; nothing falls back."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import brainpy_lab as bp
from brainpy_lab.errors import CodeError, ModelUseError
from brainpy_lab.ir.expr import Binary, Const, Field
from brainpy_lab.ir.program import Step
from brainpy_lab.ir.statements import Fold
from tests.agreement.networks import connected, guarded_synapse, simulate
from tests.agreement.test_networks_agree import random_edges
from tests.cuda import refused

LINES = Path(refused.__file__).read_text().splitlines()


def marked(name):
    """The line of a function that says 'here'."""
    first = next(k for k, line in enumerate(LINES) if line.startswith(f"def {name}("))
    return next(k for k in range(first, len(LINES)) if "# here" in LINES[k]) + 1


@pytest.fixture(autouse=True)
def emulator():
    bp.profile.set(device="emulator")


@pytest.mark.filterwarnings("ignore:.*runs uncompiled")
@pytest.mark.parametrize("name", refused.MODELS)
def test_a_step_that_stays_python_is_refused_with_its_line(name):
    group = bp.NeuGroup(refused.MODELS[name](), 5)
    words = rf"refused.py:{marked(name)}:\d+: step '{name}' of '{group.name}' stays Python, which a GPU cannot run: .*"
    with pytest.raises(CodeError, match=words + refused.REASONS[name]) as caught:
        group.run(10.0)
    assert str(caught.value).endswith('Or run on the CPU: profile.set(device="cpu").')
    assert "Known functions" not in str(caught.value) and group.ST["x"].tolist() == [1.0] * 5
    bp.profile.set(device="cpu")
    group.run(1.0)


def test_a_matrix_connection_is_refused_with_its_line():
    net = refused.matrix_network()
    with pytest.raises(CodeError, match=rf"refused.py:{marked('multiplies')}:\d+: .*write it for one synapse, in"):
        net.run(1.0)


def test_three_steps_are_told_and_the_others_counted():
    groups = [bp.NeuGroup(make(), 2) for make in refused.MODELS.values()]
    with pytest.raises(CodeError) as caught:
        bp.Network(*groups).run(1.0)
    told = str(caught.value)
    assert len(re.findall("stays Python", told)) == 3 and "and 2 more\n" in told


def test_a_session_is_refused_too():
    with pytest.raises(CodeError, match="step 'loops' of"):
        bp.Network(bp.NeuGroup(refused.MODELS["loops"](), 5)).simulation()


@pytest.mark.parametrize("layout", ["list", "rows"])
def test_synapses_whose_sources_take_what_earlier_ones_added_are_refused(layout):
    """Neuron to neuron to neuron in one step. Those that read what was added to their own target agree."""
    pre, post = random_edges(8, 30, sort=True)
    passed_on = Step("update", (Fold("input", "+", Binary("*", Const(0.5), Field("pre", "input"))),))
    net = connected(guarded_synapse, pre, post, n=8)
    with pytest.raises(ModelUseError, match="they must run one after the other, which a GPU cannot.*device=.cpu"):
        simulate(net, "emulator", steps=3, change=lambda item: replace(item, steps=(passed_on,), layout=layout))
