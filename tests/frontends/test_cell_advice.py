"""Mistakes that students make, each with the place that is marked and the advice that is given.

The brackets U+27E6 and U+27E7 stand around the text that the carets underline.
"""

from __future__ import annotations

import pytest

from brainpy_lab.errors import CellError
from brainpy_lab.frontends.equations import read_neuron

AFTER_SPIKE = "begin a new line before 'reset', or put ';' between"
LEFT = "left of '=' stands one name of letters, digits and '_', which begins with a letter"
COMMENT = "a comment begins with '#'"
MINUS = "it only looks like the - of the keyboard; type -"

MISTAKES = [
    # What a paper, a chat or another keyboard puts in
    ("dv/dt = ⟦\u2212⟧v", MINUS),
    ("dv/dt = ⟦\u2013⟧v", MINUS),
    ("v⟦\u2019⟧ = -v", "it only looks like the ' of the keyboard; type '"),
    ("dv/dt =⟦\u00a0⟧-v", "type a space, or take it away"),
    ("dv/dt = ⟦\u2018-v\u2019⟧", "take them away"),
    ("dv/dt = ⟦\u201c-v\u201d⟧", "take them away"),
    ("eqs = ⟦'''⟧\ndv/dt = -v\n'''", "write the lines between the quotes alone"),
    ("⟦\u2202⟧v/\u2202t = -v", "write dv/dt"),
    ("⟦\\frac{dv}{dt} = -v⟧", "an equation is written like dv/dt = ..., without LaTeX"),
    ("dv/dt = -v/tau_⟦{⟧m}", "write tau_m"),
    ("dv/dt = -v/⟦τ⟧\ntau = 10", "did you mean 'tau'?"),
    # Numbers and units
    ("dv/dt = -v/⟦2,5⟧", "write 2.5"),
    ("dv/dt = -v\ninit v = ⟦0,5⟧", "write 0.5"),
    ("dv/dt = -v/tau\ntau = ⟦1,000⟧ ms", "write 1.000, or 1000 if the comma marks the thousands"),
    ("dv/dt = -v/tau\ntau = ⟦10ms⟧", "put a space between: 10 ms"),
    ("dv/dt = -v/tau\ntau = ⟦10ms⟧ in [5, 20]", "put a space between: 10 ms"),
    ("dv/dt = -v/tau\ntau = 10 ⟦(⟧ms)", "write a unit without brackets: 10 ms"),
    ("dv/dt = -v/tau\ntau = 10 ⟦[⟧ms]", "write a unit without brackets"),
    ("dv/dt = -v/C\nC = 1 ⟦uF/cm^2⟧", "write uF/cm2"),
    # Sliders
    ("dv/dt = -a*v\na = 0.5 in ⟦(⟧0, 1)", "write: in [0, 1]"),
    ("dv/dt = -a*v\na = 0.5 in ⟦0⟧, 1", "write: in [0, 1]"),
    ("dv/dt = -a*v\na = 0.5 in [⟦0..1⟧]", "put a comma between two numbers: 0, 1"),
    ("dv/dt = -a*v\na = 0.5 ⟦[⟧0, 1]", "write 'in' before it"),
    ("dv/dt = -a*v\n⟦a⟧ in [0, 1]", "write a = ... in [0, 1]"),
    ("dv/dt = -a*v\na = 0.5 in [0, 1]⟦,⟧ step 0.1", "take the comma away"),
    ("dv/dt = -a*v\na = 0.5 in [0, 1] ⟦0.1⟧", "write: step 0.1"),
    # Equations and expressions
    ("⟦tau*dv/dt⟧ = -v\ntau = 10", "an equation has dv/dt alone on its left: dv/dt = (...)/tau"),
    ("⟦d(v)/dt⟧ = -v", "write dv/dt = ..."),
    ("⟦dv(t)/dt⟧ = -v", "write dv/dt = ..."),
    ("⟦dv dt⟧ = -v", "write dv/dt = ..."),
    ("dv/dt⟦:⟧ -v", "write '=' in place of ':'"),
    ("dvdt = -⟦v⟧", "write dv/dt = ... in place of dvdt = ..."),
    ("dv/dt = ⟦v⟧(t)", "write v alone: it always has its value at time t"),
    ("dv/dt = ⟦sin⟧^2(v)", "write sin(x)**2"),
    ("dv/dt = ⟦exp⟧ v", "write exp(v)"),
    ("dv/dt = -⟦e⟧**v", "for the exponential function write exp(x)"),
    ("dv/dt = ⟦|⟧v|", "for an absolute value write abs(...)"),
    ("dv/dt = v * ⟦*⟧ 2", "keep one of the two"),
    ("dv/dt = -v/⟦inf⟧", "a number is finite; write a large one, for example 1e9"),
    ("dv/dt = -v + ⟦noise⟧", "for white noise write xi"),
    ("f(V) = 2*⟦v⟧\ndv/dt = -f(v)", "did you mean 'V'?"),
    # Names and lines
    ("dv/dt = -v\n⟦tau m⟧ = 10", LEFT),
    ("dv/dt = -v\n⟦tau-m⟧ = 10", LEFT),
    ("dv/dt = -v\n⟦2tau⟧ = 10", LEFT),
    ("dv/dt = -v\n⟦=⟧ 10", "a name is missing before the '='"),
    ("⟦// leak⟧\ndv/dt = -v", COMMENT),
    ("⟦% leak⟧\ndv/dt = -v", COMMENT),
    ("dv/dt = -v\n⟦+ 2⟧", "if it belongs to the line above, put brackets around all of it, or end that line with '\\'"),
    ("⟦%%brainpy neuron A⟧\ndv/dt = -v", "take it away: the line with %% stands once, at the top of a cell"),
    ("dv/dt = -v\n⟦print⟧(v)", "to see a quantity, monitor it: monitors=['v']"),
    ("dv/dt = -f(v)\n⟦def⟧ f(v): 2*v", "write 'alpha(v) = ...'"),
    ("f = ⟦lambda⟧ v: v**2\ndv/dt = -v", "write lambda_; for a function write f(v) = ..."),
    # Initial values, input, spikes
    ("dv/dt = -v\nv(⟦0⟧) = 1", "for the value at the start write: init v = ..."),
    ("dv/dt = -v\n⟦v⟧ = 1", "for its value at the start write: init v = ..., at a spike: reset v = ..."),
    ("dv/dt = -v\ninit v = 1 ⟦w⟧ = 2", "put a comma before 'w'"),
    ("dv/dt = -v\ninit v = 1 ⟦and⟧ w = 2", "put a comma in its place"),
    ("dv/dt = -v + I\ninput I = ⟦sin(t)⟧", "write 'input I = 0', and I + sin(t) in the equation"),
    ("dv/dt = -v + ⟦input⟧", "write 'input I = 0' and read I here"),
    ("dv/dt = -v + ⟦I⟧(t)", "for a current from outside write 'input I = 0', and I without (t)"),
    ("dv/dt = 2 - v\nspike when v ⟦=>⟧ 1", "write '>='"),
    ("dv/dt = 2 - v\nspike when v > 1⟦:⟧\n    reset v = 0",
     "take it away; what happens at a spike is a line of its own: reset v = ..."),
    ("dv/dt = 2 - v\nspike when v > 1 ⟦reset⟧ v = 0", AFTER_SPIKE),
    ("dv/dt = 2 - v\nspike when v > 1\nreset v ⟦==⟧ 0", "write '='"),
    ("dv/dt = 2 - v\nspike when v > 1\nreset v = 0 ⟦and⟧ w += 1", "put a comma in its place"),
    ("dv/dt = 2 - v\nspike when v > 1\n⟦refractory⟧ = 2 ms", "write it without '='"),
    ("dv/dt = 2 - v\nspike when v > 1\nrefractory 2 hold v ⟦and⟧ w", "put a comma in its place"),
    ("dv/dt = -v\n⟦when⟧ v > 1: v = 0", "write 'spike when v > ...'"),
    ("dv/dt = -v\n⟦method⟧ = rk4", "write it without '='"),
]  # fmt: skip


def error_of(marked: str) -> CellError:
    with pytest.raises(CellError) as caught:
        read_neuron(marked.replace("⟦", "").replace("⟧", ""), "Cell")
    return caught.value


@pytest.mark.parametrize(("marked", "advice"), MISTAKES)
def test_the_first_complaint_marks_the_mistake_and_says_what_to_write(marked, advice):
    error = error_of(marked)
    before, inside = marked.split("⟦")[0], marked.split("⟦")[1].split("⟧")[0]
    column = len(before) - (before.rfind("\n") + 1)
    assert error.problems[0].advice == advice
    assert (error.line, error.column, error.end_column) == (before.count("\n") + 1, column, column + len(inside))


def test_the_same_mistake_on_another_line_is_told_in_short():
    shown = "\n".join(error_of("dv/dt = -v + 2\nspike when ⟦V⟧ > 1\nreset V = 0")._render_traceback_())
    assert shown.endswith("'V' is not defined; did you mean 'v'?\nAlso line 3: the same")


def test_the_same_mistake_on_one_line_is_told_once():
    shown = "\n".join(error_of("dv/dt = \u2212v \u2212 2")._render_traceback_())
    assert "Also" not in shown


@pytest.mark.parametrize("name", ["print", "set", "let", "range", "e", "noise", "inf"])
def test_words_of_other_languages_may_still_be_names(name):
    model = read_neuron(f"dv/dt = -v*{name}\n{name} = 2", "Cell")
    assert [(param.name, param.value) for param in model.params] == [(name, 2.0)]


def test_a_function_may_be_called_by_a_word_of_another_language():
    read_neuron("range(x) = 2*x\ndose(x) = 3*x\ndv/dt = -range(v) - dose(v)", "Cell")


def test_text_over_several_lines_still_counts_lines_after_quotes():
    error = error_of("a = '⟦⟧x'\ndv/dt = -vv")
    assert [problem.line for problem in error.problems] == [1, 2]
