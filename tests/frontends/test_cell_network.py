"""What a network cell adds to Python: sliders that keep every line and column, and no runs."""

from __future__ import annotations

import ast

import pytest

from brainpy_lab.errors import CellError
from brainpy_lab.frontends.equations import rewrite_network
from brainpy_lab.ir.model import Slider

CELL = """\
import numpy as np
I = 1.2 in [0, 3]   # the drive
group = NeuGroup(HH, 10)
group.pars['tau'] = -10. in [-20, -5]; J = 2
inputs = [(group, 'ST.input', I)]
if I in [0, 3]:
    K = 3 in [0, 3]
text = '''
I = 1.2 in [0, 3]
'''
n = 2 in {1, 2, 4}
wide = (0.5) in [
    0,
    1,
]
last = 1 / 0
"""


def test_sliders_are_found_and_taken_out():
    source, sliders = rewrite_network(CELL, cell="Cell In[7]", first_line=2)
    assert [(s.target, s.owner, s.name, s.value, s.slider) for s in sliders] == [
        ("I", "", "I", 1.2, Slider(0, 3)),
        ("group.pars['tau']", "group", "tau", -10.0, Slider(-20, -5)),
        ("n", "", "n", 2, Slider(1, 4, choices=(1, 2, 4))),
        ("wide", "", "wide", 0.5, Slider(0, 1)),
    ]
    assert [str(s.place) for s in sliders] == ["Cell In[7]:3:1", "Cell In[7]:5:1", "Cell In[7]:12:1", "Cell In[7]:13:1"]
    values = {
        ast.unparse(s.targets[0]): ast.unparse(s.value) for s in ast.parse(source).body if isinstance(s, ast.Assign)
    }
    assert (values["I"], values["group.pars['tau']"], values["n"], values["wide"]) == ("1.2", "-10.0", "2", "0.5")


def test_a_range_may_be_logarithmic_or_have_a_step_as_in_the_cell_of_a_neuron():
    cell = "tau = 5 in [1, 100] log  # slow\nn = 4 in [1, 9] step 1; g.pars['w'] = (2.) in [\n0, 4] step 0.5\nlog = 1\n"
    source, sliders = rewrite_network(cell)
    assert [(s.name, s.value, s.slider) for s in sliders] == [
        ("tau", 5, Slider(1, 100, scale="log")),
        ("n", 4, Slider(1, 9, step=1.0)),
        ("w", 2.0, Slider(0, 4, step=0.5)),
    ]
    assert [line.split() for line in source.split("\n")[:2]] == [["tau", "=", "5", "#", "slow"],
        ["n", "=", "4", ";", "g.pars['w']", "=", "(2.)"]]  # fmt: skip
    assert [len(line) for line in source.split("\n")] == [len(line) for line in cell.split("\n")]


def test_lines_and_columns_stay():
    source, _ = rewrite_network(CELL)
    assert [len(line) for line in source.split("\n")] == [len(line) for line in CELL.split("\n")]
    assert source.index("# the drive") == CELL.index("# the drive")
    assert source.index("J = 2") == CELL.index("J = 2")
    assert source.index("last = 1 / 0") == CELL.index("last = 1 / 0")


@pytest.mark.parametrize("slider", ["n = 4 in [1, 9] step \\\n 1", "n = 4 in [1,\n9]", "n = 4 in [1,\n9] step \\\n 1"])
def test_a_slider_over_several_lines_leaves_python(slider):
    for more in ("", "\nk = 2", "; k = 2", "  ; k = 2  # and\n"):
        source, _ = rewrite_network(slider + more)
        assert [ast.unparse(s) for s in ast.parse(source).body] == ["n = 4", "k = 2"][: 2 if more else 1]
        assert [len(line) for line in source.split("\n")] == [len(line) for line in (slider + more).split("\n")]


@pytest.mark.parametrize(
    "slider",
    ["n = 4 in [1,\n\n9]", "n = 4 in {1,\n # c\n\n4}", "n = 4 in [1,\n\n\n9] step \\\n 1", "n = 4 in [1,\n\n9] log"],
)
def test_a_slider_with_an_empty_line_in_it_leaves_python(slider):
    for more, left in (("", ["n = 4"]), ("\nk = 2", ["n = 4", "k = 2"]), (" ; k = 2", ["n = 4", "()", "k = 2"])):
        source, _ = rewrite_network(slider + more)
        assert [ast.unparse(s) for s in ast.parse(source).body] == left
        assert [len(line) for line in source.split("\n")] == [len(line) for line in (slider + more).split("\n")]


def test_only_the_outermost_lines_are_looked_at():
    source, _ = rewrite_network(CELL)
    assert "K = 3 in [0, 3]" in source
    assert "if I in [0, 3]:" in source
    assert "'''\nI = 1.2 in [0, 3]\n'''" in source


def test_columns_count_characters_and_not_bytes():
    source, sliders = rewrite_network("ä = 'ö'; τ = 1.5 in [1, 2]; b = 3")
    assert source == "ä = 'ö'; τ = 1.5          ; b = 3"
    assert sliders[0].place.column == 10


def test_a_comparison_of_names_stays_python():
    cell = "x = a in [0, 3]\ny = 1 in values\nz = 1 not in [0, 3]\n"
    assert rewrite_network(cell) == (cell, ())


@pytest.mark.parametrize(
    ("cell", "rule", "span"),
    [
        ("I = 1.2 in [0, 3, 0.1]", "slider-third-number", (1, 11, 22)),
        ("I = 1.2 in [3]", "slider-range", (1, 11, 14)),
        ("I = 1.2 in []", "slider-range", (1, 11, 13)),
        ("I = 1.2 in (0, 3)", "slider-range", (1, 11, 17)),
        ("I = 1.2 in [3, 0]", "slider-order", (1, 11, 17)),
        ("I = 1.2 in [2, 2]", "slider-order", (1, 11, 17)),
        ("I = 5 in [0, 3]", "slider-value", (1, 4, 5)),
        ("I = 1.2 in [0, top]", "slider-bound", (1, 15, 18)),
        ("I = 3 in {1, 2}", "choice-value", (1, 4, 5)),
        ("I = 1,2 in [0, 3]", "decimal-comma", (1, 4, 7)),
        ("I = 2*3 in [0, 9]", "network-slider-number", (1, 4, 7)),
        ("I = \u22121 in [-2, 0]", "unknown-character", (1, 4, 5)),
        ("I = 1 in {1}", "choice-count", (1, 9, 12)),
        ("I = J = 1 in [0, 3]", "network-slider-target", (1, 0, 5)),
        ("I, J = 1 in [0, 3]", "network-slider-target", (1, 0, 4)),
        ("I: float = 1 in [0, 3]", "network-slider-target", (1, 0, 1)),
        ("I += 1 in [0, 3]", "network-slider-target", (1, 0, 1)),
        ("1.5 in [0, 3]", "network-slider-target", (1, 0, 3)),
        ("a.pars[key] = 1 in [0, 3]", "network-slider-target", (1, 0, 11)),
        ("x = 1\nnet.run(100., report=True)", "network-run", (2, 0, 7)),
        ("for net in nets:\n    a.b.run(100.)", "network-run", (2, 4, 11)),
        ("if True:\n    I = 1.2 in [0, 3] step 0.1", "network-slider-option", None),
        ("if True: I = 1.2 in [0, 3] log", "network-slider-option", (1, 27, 30)),
        ("x = a in [0, 3] log", "network-slider-option", (1, 16, 19)),
        ("I = 1.2 in [0, 3] log", "slider-log", (1, 18, 21)),
        ("I = 1.2 in [0, 3] step 4", "slider-step", (1, 23, 24)),
        ("I = 1.2 in [0, 3] step -1", "slider-step", (1, 23, 25)),
        ("I = 1.2 in [0, 3] step", "slider-option", (1, 18, 22)),
        ("I = 1.2 in [1, 3] log step 1; J = 2", "slider-option", (1, 22, 26)),
        ("I = 1.2 in [1, 3] step 0.1 mV", "slider-option", (1, 27, 29)),
        ("n = 4 in [1, 9] step \\\n 0.1\nI = 5 in [0, 3]", "slider-value", (3, 4, 5)),
        ("I = 1.2 in [1, 3] step x", "slider-option", (1, 18, 22)),
        ("I = 1.2 in [1, 3] step 1j", "slider-option", (1, 23, 25)),
        ("I = 1.2 in [1, 3] step -0x1", "slider-option", (1, 24, 27)),
        ("I = 1.2 in [1, 3] step 0b1", "slider-option", (1, 23, 26)),
        ("I = 1.2 in [1, 3] logg", "slider-option", (1, 18, 22)),
        ("x = (1", "network-python", None),
    ],
)
def test_a_wrong_form_is_refused_at_its_place(cell, rule, span):
    with pytest.raises(CellError) as caught:
        rewrite_network(cell)
    assert caught.value.rule == rule
    assert span in (None, (caught.value.line, caught.value.column, caught.value.end_column))


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("G.pars.tau = 10. in [5, 20]", "write: G.pars['tau'] = 10. in [5, 20]"),
        ("G.pars[tau] = 10. in [5, 20]", "write: G.pars['tau'] = 10. in [5, 20]"),
        ("a = b = 1 in [0, 2]", "write a line for each name"),
        ("a += 1 in [0, 2]", "write: a = 1 in [0, 2]"),
        ("I = 1,2 in [0, 3]", "write 1.2"),
        ("tau = 10 ms in [5, 20]", "a network cell has no units; take 'ms' away"),
        ("dv/dt = -v", "equations stand in a cell of their own: %%brainpy neuron NAME"),
        ("spike when v > 1", "equations stand in a cell of their own: %%brainpy neuron NAME"),
        ("// two groups", "a comment begins with '#'"),
        ("%matplotlib inline", "put this command in a cell of its own"),
        ("lambda = 3", "'lambda' is a Python keyword; write lambda_"),
        ("I = 2 in [1, 3] logg", "did you mean 'log'?"),
        ("I = 2 in [1, 3] log setp 1", "did you mean 'step'?"),
        ("I = 2 in [1, 3] log 0.5", "write: step 0.5"),
        ("I = 2 in [1, 3] step 0.5 1", "take it away"),
        ("I = 2 in [1, 3] step 0x1", "write it like: step 0.1"),
        ("I = 2 in [0, 3] log", "write for example: in [0.003, 3] log"),
        ("I = 2 in [0, 3] step 4", "write for example: step 0.3"),
        ("I = \u22121", "it only looks like the - of the keyboard; type -"),
    ],
)
def test_the_advice_is_about_what_was_written(cell, advice):
    with pytest.raises(CellError) as caught:
        rewrite_network(cell)
    assert [problem.advice for problem in caught.value.problems] == [advice]


def test_run_of_a_module_and_run_in_a_function_are_allowed():
    cell = "import subprocess\nsubprocess.run(['true'])\ndef later():\n    net.run(1.)\nrun = 3\n"
    assert rewrite_network(cell).source == cell
