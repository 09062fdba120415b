"""The Tab key in cells, as a front end asks the kernel; and what ``%brainpy`` says about models."""

from __future__ import annotations

import pytest

import brainpy_lab as bp
from brainpy_lab.frontends.cells.words import LINE_WORDS, METHODS
from brainpy_lab.lab import completion
from brainpy_lab.lab.lab import labs

NEURON = """%%brainpy neuron LIF --no-show
dV/dt = (-(V - E_L) + R*I)/tau_m
input I = 2 nA in [0, 4]
tau_m = 10 ms in [5, 30] log
E_L = -65 mV; R = 10
init V = -65 mV
spike when V > -50
reset V = E_L
refractory 2
"""
SYNAPSE = """%%brainpy synapse AMPA --no-show
ds/dt = -s/tau
tau = 5 ms in [1, 20]; g_max = 0.1 uS; E = 0 mV
init w = 0.5
on spike: s += w
post.input += g_max*s*(E - post.V)
delay 1.5
"""


@pytest.fixture(scope="module")
def shell():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("colors", "nocolor")
    shell.run_line_magic("load_ext", "brainpy_lab")
    with capture_output():
        for cell in (NEURON, SYNAPSE):
            shell.run_cell(cell).raise_error()
    yield shell
    for lab in list(labs.values()):
        lab.close()
    InteractiveShell.clear_instance()


def tab(shell, text: str) -> list[str]:
    """What is offered at the mark ``|``, each as the whole word that it makes."""
    from IPython.core.completer import provisionalcompleter

    at = text.index("|")
    text = text.replace("|", "")
    with provisionalcompleter():
        found = list(shell.Completer.completions(text, at))
    assert all(one.end == at for one in found)
    return [one.text for one in found]


HEAD = "%%brainpy neuron X\n"
OF_SYNAPSE = "%%brainpy synapse X\n"


@pytest.mark.parametrize(
    "text, offered",
    [
        # The first line
        ("%%brainpy |", ["neuron", "synapse", "network"]),
        ("%%brainpy ne|", ["neuron", "network"]),
        ("%%brainpy neuron X --b|", ["--backend"]),
        ("%%brainpy neuron X --dt 0.1 --d|", ["--d"]),
        ("%%brainpy neuron X --backend n|", ["numba"]),
        ("%%brainpy neuron X --method rk|", [name for name in METHODS if name.startswith("rk")]),
        # Words that begin a line, and what follows them
        (HEAD + "ref|", ["refractory"]),
        (HEAD + "dv/dt = -v\nspike w|", ["when"]),
        (HEAD + "dvolt/dt = -volt\ninit v|", ["volt"]),
        (HEAD + "dvolt/dt = -volt\nreset volt = 0, v|", ["volt"]),
        (HEAD + "dvolt/dt = -volt\nrefractory 2 hold v|", ["volt"]),
        (HEAD + "dv/dt = -v\nmethod milstein|", [name for name in METHODS if name.startswith("milstein")]),
        (OF_SYNAPSE + "o|", ["on"]),
        (OF_SYNAPSE + "on |", ["spike:", "post spike:"]),
        (OF_SYNAPSE + "on post |", ["spike:"]),
        (OF_SYNAPSE + "ds/dt = -s\non spike: |", ["s", "post."]),
        (OF_SYNAPSE + "po|", ["post."]),
        # Names of the cell, in the order of their kinds, also those below
        (HEAD + "dv/dt = ta|\ntau_m = 10", ["tau_m", "tan", "tanh"]),
        (HEAD + "dv/dt = -v/ta|\ntau_m = 10", ["tau_m", "tan", "tanh"]),
        (HEAD + "alpha(v) = 0.1*v\ndn/dt = al|", ["alpha"]),
        (HEAD + "dv/dt = (I + I|\ninput I_app = 3; init IP = 2", ["I_app", "IP"]),
        (HEAD + "dv/dt = -v + 0.2*x|", ["xi"]),
        (HEAD + "dv/dt = exp|", ["exp", "expm1", "exprel"]),
        (HEAD + "τ = 10 ms\ndv/dt = -v/τ|", ["τ"]),
        (HEAD + "init v = uni|", ["uniform"]),
        # Units and sliders
        (HEAD + "tau = 10 m|", ["mS/cm2", "mV", "ms"]),
        (HEAD + "tau = 10 ms in [1, 20] |", ["log", "step"]),
        # The ends of a synapse: fields of the notebook's neurons
        (OF_SYNAPSE + "post.input += g*(post.V|", ["V"]),
        (OF_SYNAPSE + "x = pre.sp|", ["spike"]),
        # What nothing fits, and comments, leave Python out all the same
        (HEAD + "dv/dt = prin|", ["prin"]),
        (HEAD + "dv/dt = -v  # prin|", ["prin"]),
        # The line magic
        ("%brainpy |", ["list", "explain", "source", "bench", "doctor"]),
        ("%brainpy explain A|", ["AMPA"]),
        ("%brainpy source LIF --backend num|", ["numba"]),
    ],
)
def test_the_tab_key_offers(shell, text, offered):
    assert tab(shell, text) == offered


def test_the_fields_of_the_notebooks_neurons_are_offered(shell):
    assert set(tab(shell, OF_SYNAPSE + "x = post.|")) == {"V", "input", "spike", "t_last_spike"}


def test_a_network_cell_offers_models_names_of_the_cell_and_python(shell):
    head = "%%brainpy network net\nimport brainpy_lab as bp\nexcitatory = 3\n"
    assert "LIF" in tab(shell, head + "cells = bp.NeuGroup(LI|")
    assert "AMPA" in tab(shell, head + "c = bp.SynConn(AM|")
    assert "excitatory" in tab(shell, head + "x = exci|")
    assert "print" in tab(shell, head + "prin|")


def test_other_cells_are_completed_as_ever(shell):
    assert "print" in tab(shell, "prin|")
    assert "refractory" not in tab(shell, "ref|")


def test_the_options_offered_are_those_of_the_magic(shell):
    parser = shell.magics_manager.magics["cell"]["brainpy"].parser
    assert {one for action in parser._actions for one in action.option_strings} - {"-h", "--help"} == set(
        completion.OPTIONS
    )
    from IPython.core.error import UsageError

    with pytest.raises(UsageError, match=", ".join(f"%brainpy {one}" for one in completion.LINE_COMMANDS)):
        shell.run_line_magic("brainpy", "nothing")


def test_every_word_that_begins_a_line_is_offered_there(shell):
    for head, kind in ((HEAD, "neuron"), (OF_SYNAPSE, "synapse")):
        assert {word.rstrip(".") for word in tab(shell, head + "|")} == set(LINE_WORDS[kind])


def test_unloading_takes_completions_away():
    from IPython.core.interactiveshell import InteractiveShell

    other = InteractiveShell()
    before = len(other.Completer.custom_matchers)
    completion.load(other)
    completion.load(other)
    assert len(other.Completer.custom_matchers) == before + 1
    completion.unload(other)
    assert len(other.Completer.custom_matchers) == before


# What the line magic says; in a terminal, where nothing is live


def said(shell, capsys, line: str) -> str:
    capsys.readouterr()
    shell.run_line_magic("brainpy", line)
    return capsys.readouterr().out


def test_explain_puts_a_model_into_words_with_units_and_defaults(shell, capsys):
    text = said(shell, capsys, "explain LIF")
    assert "dV/dt = (-(V - E_L) + R*I)/tau_m" in text
    assert "A spike when V > -50 becomes true" in text and "At a spike V = E_L." in text
    assert "For 2 ms after a spike there is no other, and V stays." in text
    assert "At the start V = -65 mV." in text and "Integrated by the method rk4." in text
    assert ["tau_m", "10", "ms", "5", "to", "30", "log"] in [line.split() for line in text.split("\n")]
    text = said(shell, capsys, "explain AMPA")
    assert "1.5 ms after a presynaptic spike s += w." in text
    assert "g_max*s*(E - post.V) is added to the postsynaptic input" in text


def test_explain_has_typeset_equations_for_a_notebook(shell):
    from brainpy_lab.lab.explain import explain

    shown = explain(shell.user_ns["AMPA"].ir)._repr_markdown_()
    assert r"\frac{\mathrm{d}s}{\mathrm{d}t} &= -\frac{s}{\tau}" in shown
    assert r"\mathrm{input}^{\mathrm{post}} &\mathrel{+}= g_{\mathrm{max}}" in shown
    assert "| `g_max` | 0.1 | uS |  |" in shown


def test_explain_shows_what_was_read_of_a_model_in_python(shell, capsys):
    shell.user_ns["ready"] = bp.models.get_AMPA()
    text = said(shell, capsys, "explain ready")
    assert "post.input -= g_max*s_delayed*(post.V - E)" in text and "tau" in text


def test_explain_of_nothing_says_what_to_name(shell):
    from IPython.core.error import UsageError

    with pytest.raises(UsageError, match="see %brainpy list"):
        shell.run_line_magic("brainpy", "explain nothing")


def test_list_shows_synapses_too(shell, capsys):
    rows = [line.split() for line in said(shell, capsys, "list").split("\n")]
    assert ["AMPA", "synapse", "model"] in rows and ["LIF", "neuron", "model"] in rows


def test_the_magic_documents_itself(shell, capsys):
    for name in ("%%brainpy", "%brainpy"):
        found = shell.object_inspect_mime(name)["text/plain"]
        assert "%brainpy explain NAME" in found
        if name == "%%brainpy":
            assert "on spike: s += 1" in found and "--no-show" in found


def test_a_terminal_defines_models_and_prints_text(capsys, monkeypatch):
    """A plain shell: no page, no widgets; the lab runs for what its views show, and says what they show."""
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setenv("BRAINPY_LAB_BACKEND", "reference")
    terminal = InteractiveShell()
    terminal.run_line_magic("load_ext", "brainpy_lab")
    for cell in (NEURON, SYNAPSE):
        terminal.run_cell(cell.replace(" --no-show", "")).raise_error()
    assert isinstance(terminal.user_ns["LIF"], bp.NeuType) and isinstance(terminal.user_ns["AMPA"], bp.SynType)
    text = capsys.readouterr().out
    assert "dV/dt = (-(V - E_L) + R*I)/tau_m" in text and "1.5 ms after a presynaptic spike s += w" in text
    assert "LIF: neuron model with 1 neuron" in text and "AMPA: synapse model with 1 synapse" in text
    assert "object at" not in text and "<IPython" not in text and "Traceback" not in text
    for lab in list(labs.values()):
        lab.close()
