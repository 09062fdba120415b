"""What the text of a neuron cell means: names, order, expressions, parameters, and the model they make."""

from __future__ import annotations

import math
import pickle
import random
import re
from pathlib import Path

import pytest

from brainpy_lab.errors import CellError, IntegratorError, ModelDefError
from brainpy_lab.frontends.cells.rules import RULES
from brainpy_lab.frontends.cells.words import METHODS
from brainpy_lab.frontends.equations import name_problem, neuron, read_neuron
from brainpy_lab.ir.expr import Field, Param, Time, walk
from brainpy_lab.ir.model import Slider
from brainpy_lab.ir.program import State
from brainpy_lab.ir.statements import Integrate
from brainpy_lab.passes import integrate
from brainpy_lab.runtime.evaluate import value
from tests.frontends.cell_runs import run_cell

FULL = """\
dv/dt = (-v + R*I)/tau          # the membrane
init v = E_L, count = 0
tau = 10 ms in [5, 30]; R = 2
input I = 0.8 nA in [-1, 2] step 0.1
E_L = -65 mV
spike when v > theta
theta = 1 in [0.1, 10] log
reset v = E_L, count += 1
refractory 2 hold v
k = 2*v + theta
n = 2 in {1, 2, 4}
"""


def system_of(model):
    return next(s.system for s in model.steps[0].body if isinstance(s, Integrate))


def evaluate(text: str, **states: float) -> float:
    """The value of an expression of a cell, at t = 3 and dt = 0.5, with a = 2, b = -3, c = 0.5 as parameters."""
    lines = "".join(f"d{name}/dt = 0\n" for name in states)
    model = read_neuron(
        f"{lines}dz/dt = 0\na = 2; b = -3; c = 0.5\nf(x, y) = x - y\ng(v) = a*v\nk = {text} + 0*z", "Cell"
    )
    fields = {("self", name): number for name, number in {**states, "z": 0.0}.items()}
    params = {p.name: p.value for p in model.params}
    return float(value(dict(model.readouts)["k"], params=params, states=fields, t=3.0, dt=0.5))


def test_a_model_has_states_parameters_and_one_step():
    model = read_neuron(FULL, "Cell")
    assert model.states == (
        State("v"), State("count"), State("input"), State("spike"), State("t_last_spike", -1e7, "f64"),
    )  # fmt: skip
    assert [(p.name, p.value, p.unit) for p in model.params] == [
        ("tau", 10.0, "ms"), ("R", 2.0, ""), ("I", 0.8, "nA"), ("E_L", -65.0, "mV"), ("theta", 1.0, ""), ("n", 2.0, ""),
    ]  # fmt: skip
    assert [p.slider for p in model.params] == [
        Slider(5, 30), None, Slider(-1, 2, step=0.1), None, Slider(0.1, 10, scale="log"),
        Slider(1, 4, choices=(1, 2, 4)),
    ]  # fmt: skip
    assert [step.name for step in model.steps] == ["update"]
    assert (model.name, model.kind, model.input_name, model.source) == ("Cell", "neuron", "I", FULL)
    assert [name for name, _ in model.readouts] == ["k"]


def test_initial_values_are_numbers_parameters_and_draws():
    model = read_neuron(
        "dv/dt = -v; dw/dt = -w; dx/dt = -x; dy/dt = -y\n"
        "init v = -1.5 mV, w = 2*a\ninit x = uniform(-a, a), y = normal(0, 0.1)\na = 3",
        "Cell",
    )
    kinds = [(initial.state, initial.kind) for initial in model.initial]
    assert kinds == [("v", "value"), ("w", "value"), ("x", "uniform"), ("y", "normal")]
    numbers = [[float(value(arg, params={"a": 3.0})) for arg in initial.args] for initial in model.initial]
    assert numbers == [[-1.5], [6.0], [-3.0, 3.0], [0.0, 0.1]]
    assert model.states[0].default == -1.5
    assert model.units == (("v", "mV"),)


def test_the_input_is_a_parameter_alone_in_an_initial_value():
    model = read_neuron("dv/dt = I - v\ninput I = 2\ninit v = I", "Cell")
    assert not [node for node in walk(model.initial[0].args[0]) if isinstance(node, Field)]


def test_the_input_is_its_parameter_and_what_comes_from_outside():
    (equation,) = system_of(read_neuron("dv/dt = I\ninput I = 2", "Cell")).equations
    assert {node for node in walk(equation.drift) if isinstance(node, Param | Field)} == {
        Param("I"), Field("self", "input"),
    }  # fmt: skip


def test_order_is_free():
    lines = FULL.splitlines()
    one, other = read_neuron(FULL, "Cell"), read_neuron("\n".join(reversed(lines)), "Cell")
    assert one.steps == other.steps
    assert {p.name: p.value for p in one.params} == {p.name: p.value for p in other.params}


def test_one_letter_names_and_names_of_sympy_are_the_users():
    names = "I E S N Q O C beta gamma zeta lambda_ alpha pre_ ST np v_"
    cell = "dx/dt = " + " + ".join(f"{name}*x" for name in names.split()) + "\n"
    cell += "; ".join(f"{name} = {number}" for number, name in enumerate(names.split()))
    run = run_cell(cell + "\nmethod euler", 1, start={"x": 1.0})
    count = len(names.split())
    assert run["x"][0, 0] == pytest.approx(1 + 0.1 * count * (count - 1) / 2)


def test_names_differ_by_case_and_may_be_greek():
    model = read_neuron("dV/dt = -V/τ + v\ndv/dt = -v\nτ = 10", "Cell")
    assert [state.name for state in model.states] == ["V", "v", "input"]
    assert model.params[0].name == "τ"


@pytest.mark.parametrize(
    "text",
    [
        "dv/dt = -v/tau; tau = 10",
        "dv/dt = -v/tau;; tau = 10;",
        "dv/dt = (-v/ # a comment\n    tau)\n\n\ntau = 10",
        "dv/dt = -v \\\n / tau\ntau = 10",
        "v' = -v/tau\ntau = 10",
        "dv / dt = -v/tau\n\ttau = 10",
        "tau = 10\r\ndv/dt = -v/tau\r\n",
        "dv/dt = -v/tau  # ; tau = (\ntau = 10",
        "dv/dt = -v/(\n\ntau\n)\ntau = 10 in [\n5,\n20]",
        "dv/dt = f(v, \n tau)\nf(x, y) = -x/y; tau = 10",
    ],
)
def test_text_may_be_laid_out_freely(text):
    assert run_cell(text, 3, start={"v": 1.0})["v"][-1, 0] == pytest.approx(math.exp(-0.03), rel=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b*c", 0.5), ("a - b - c", 4.5), ("a/b/c", 2 / -3 / 0.5), ("-a**2", -4), ("(-a)**2", 4), ("a^3", 8),
        ("a**-1", 0.5), ("2**a**3", 256), ("a**c", math.sqrt(2)), ("-a*b", 6), ("a*-b", 6), ("+a - -b", -1),
        ("a**0", 1), ("a if b < 0 else c", 2), ("a if b > 0 else c", 0.5), ("a if b > 0 else c if a > 5 else 7", 7),
        ("where(a > 1 and b > 1, 1, 0)", 0), ("where(a > 1 or b > 1, 1, 0)", 1), ("where(not a > 1, 1, 0)", 0),
        ("where(a > 5 or a > 1 and b < 0, 1, 0)", 1), ("where(not a > 5 and b < 0, 1, 0)", 1),
        ("where((a > 1 or b > 1) and b > 1, 1, 0)", 0), ("where(a == 2, 1, 0)", 1), ("where(a != 2, 1, 0)", 0),
        ("where(a <= 2, 1, 0) + where(a >= 2, 1, 0)", 2), ("pi", math.pi), ("t", 3), ("dt", 0.5), ("1.5e1", 15),
        (".5 + 5.", 5.5), ("exp(0) + log(1) + sqrt(4)", 3), ("log10(100)", 2), ("expm1(0) + exprel(0)", 1),
        ("sin(0) + cos(0) + tan(0)", 1), ("sinh(0) + cosh(0) + tanh(0)", 1), ("abs(b) + sign(b)", 2),
        ("floor(-0.5)", -1), ("min(a, b) + 10*max(a, b)", 17), ("clip(b, -1, 1)", -1), ("heaviside(a)", 1),
        ("f(a, b)", 5), ("f(b, f(a, c))", -4.5), ("g(c)", 1), ("(a)", 2), ("((a) + (b))", -1),
    ],
)  # fmt: skip
def test_expressions_have_their_usual_meaning(text, expected):
    # 1e-14: a few roundings.
    assert evaluate(text) == pytest.approx(expected, rel=1e-14)


def test_the_arguments_of_a_function_hide_states_and_catch_no_names_of_the_caller():
    assert evaluate("g(c)", v=100.0) == 1.0
    assert evaluate("f(y, x)", x=1.0, y=10.0) == 9.0  # f(x, y) = x - y


def test_intermediates_follow_the_intermediates_they_read():
    model = read_neuron("dv/dt = -k; k = 2*m; m = n + v; n = 3*a; a = 2", "Cell")
    (equation,) = system_of(model).equations
    assert [name for name, _ in equation.lines] == ["n", "m", "k"]
    readouts = dict(model.readouts)
    assert value(readouts["k"], params={"a": 2.0}, states={("self", "v"): 1.0}) == 14.0


def test_numbers_without_names_are_parameters():
    model = read_neuron("dv/dt = -a*v\na = 2*pi/10; b = -3; c = sqrt(4) in [0, 5]; d = 2*t", "Cell")
    assert {p.name: p.value for p in model.params} == {"a": 2 * math.pi / 10, "b": -3.0, "c": 2.0}
    assert isinstance(dict(model.readouts)["d"].right, Time)


def test_methods():
    assert system_of(read_neuron("dv/dt = -v", "Cell")).method == "rk4"
    assert system_of(read_neuron("dv/dt = -v\nmethod exponential", "Cell")).method == "exponential"
    assert system_of(read_neuron("dv/dt = -v", "Cell", method="euler")).method == "euler"
    assert system_of(read_neuron("dv/dt = -v\nmethod euler", "Cell", method="euler")).method == "euler"
    assert system_of(read_neuron("dv/dt = -v + xi", "Cell")).method == "euler"


@pytest.mark.parametrize(
    ("method", "words"),
    [("eular", "did you mean 'euler'"), ("rk4", "cannot integrate noise.*choose one of euler .Ito.")],
)
def test_a_wrong_method_argument_is_refused(method, words):
    with pytest.raises(IntegratorError, match=words):
        read_neuron("dv/dt = -v + xi", "Cell", method=method)


def test_two_different_methods_are_refused():
    with pytest.raises(CellError, match="keep one of the two") as caught:
        read_neuron("dv/dt = -v\nmethod rk4", "Cell", method="euler")
    assert (caught.value.line, caught.value.column, caught.value.rule) == (2, 7, "method-conflict")


def test_places_point_into_the_cell():
    model = read_neuron("tau = 10\ndv/dt = (1 - v)/\\\n  tau", "Cell", cell="Cell In[4]", first_line=2)
    (equation,) = system_of(model).equations
    assert str(equation.place) == "Cell In[4]:3:1"
    places = {str(node): str(node.place) for node in walk(equation.drift)}
    assert places["Param(name='tau')"] == "Cell In[4]:4:3"
    assert all(node.place is not None for node in walk(equation.drift))


def test_errors_count_lines_from_the_first_line_given():
    with pytest.raises(CellError) as caught:
        read_neuron("a = 1\ndv/dt = -vv", "Cell", cell="Cell In[4]", first_line=2)
    assert (caught.value.cell, caught.value.line, caught.value.column, caught.value.end_column) == (
        "Cell In[4]",
        3,
        9,
        11,
    )
    assert caught.value.source_line == "dv/dt = -vv"


def test_all_mistakes_are_raised_at_once_and_three_are_shown():
    with pytest.raises(CellError) as caught:
        read_neuron("dv/dt = -v + q1\nw' = 2v\ntau = 10 s\nreset z = 0\nmethod rk5", "Cell")
    assert [problem.rule for problem in caught.value.problems] == [
        "undefined-name", "implicit-product", "unknown-unit", "reset-without-spike", "undefined-name", "unknown-method",
    ]  # fmt: skip
    shown = "\n".join(caught.value._render_traceback_())
    assert shown.count("Also line") == 2
    assert shown.endswith("and 3 more")
    assert shown.splitlines()[0] == "neuron 'Cell', line 1"


def test_a_line_that_cannot_be_read_does_not_make_its_names_unknown():
    with pytest.raises(CellError) as caught:
        read_neuron("dv/dt = -v/tau + k\ntau = 10 *\nk = 2v\nspike when v\nreset v = 0", "Cell")
    assert [problem.rule for problem in caught.value.problems] == [
        "expression-expected", "implicit-product", "number-as-condition",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["2x", "", "a b", "lambda", "print", "x-y"])
def test_a_model_needs_a_name_of_its_own(name):
    assert name_problem(name)
    with pytest.raises(ModelDefError):
        read_neuron("dv/dt = -v", name)


def test_an_imported_module_is_no_name_for_a_model():
    assert "np" in name_problem("np", modules=["np"])
    assert name_problem("np") == name_problem("FHN", modules=["np"]) == ""


def test_a_cell_becomes_a_neuron_type():
    made = neuron(FULL, "LIF")
    assert type(made).__name__ == "NeuType"
    assert (made.name, made.mode, made.ir) == ("LIF", "vector", read_neuron(FULL, "LIF"))


def test_a_long_sum_and_deep_brackets_are_read():
    assert evaluate("(" * 40 + "a" + ")" * 40) == 2.0
    assert evaluate(" + ".join(["a"] * 100)) == 200.0


@pytest.mark.parametrize("method", METHODS)
def test_a_cell_may_name_every_method(method):
    noise = " + 0.5*v*xi" if METHODS[method] else ""
    model = read_neuron(f"dv/dt = -v{noise}\nmethod {method}", "Cell")
    assert system_of(model).method == integrate.ALIASES.get(method, method) in integrate.METHODS
    assert read_neuron(f"dv/dt = -v{noise}", "Cell", method=method).steps == model.steps


def test_an_unknown_current_is_taken_for_an_input():
    with pytest.raises(CellError, match="write 'input I_ext = 0'"):
        read_neuron("dv/dt = I_ext - v", "Cell")


def test_an_error_survives_pickling():
    with pytest.raises(CellError) as caught:
        read_neuron("dv/dt = -vv", "Cell")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again._render_traceback_() == caught.value._render_traceback_()
    assert again.problems == caught.value.problems


def test_no_text_makes_the_reader_fail_in_any_other_way():
    """Cells with pieces lost, doubled and moved end in a model or a `CellError`, never in anything else."""
    draw = random.Random(5)
    folder = Path(__file__).resolve().parent.parent / "rules" / "neuron_cells"
    pieces = [re.findall(r"\w+|\s|.", path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))]
    pieces += [re.findall(r"\w+|\s|.", FULL)] * 20
    strange = [
        "(",
        ")",
        "[",
        "]",
        "{",
        "'",
        "=",
        "**",
        "in",
        "if",
        "else",
        "not",
        "xi",
        ";",
        "\\",
        ",",
        "hold",
        "2",
        "ms",
        "/",
        "dt",
    ]
    outcomes = [0, 0]
    for _ in range(4000):
        words = list(draw.choice(pieces))
        for _ in range(draw.randint(1, 4)):
            index = draw.randrange(len(words))
            match draw.randrange(3):
                case 0 if len(words) > 1:
                    del words[index]
                case 1:
                    words.insert(index, draw.choice(strange))
                case _:
                    words[index] = draw.choice(words)
        try:
            read_neuron("".join(words), "Cell")
            outcomes[0] += 1
        except CellError as error:
            outcomes[1] += 1
            assert error.column < error.end_column <= max(len(error.source_line), error.column + 1)
            assert all(problem.rule in RULES for problem in error.problems)
    assert min(outcomes) > 100  # both happen
