"""Each expression that a step may contain, beside what Python makes of it."""

import math
from math import cos

import numpy as np
import pytest

from brainpy_lab.errors import CodeError, ModelDefError
from brainpy_lab.frontends.pysource import translate_steps as read_steps
from brainpy_lab.ir.expr import Binary, Call, Const, Field, Negative, Param, Power
from tests.frontends.python_steps import assert_same, run_read

X = {"x": [-2.5, -1.0, 0.0, 0.5, 3.0], "y": [1.0, 2.0, -3.0, 0.25, 3.0]}
use_noise = False
label = "b"
cubed = 3
wide = 2.5


def value_of(step, n=0):
    return read_steps([step], "neuron", "scalar", ("x", "y")).steps[0].body[n].value


def arithmetic(ST):
    ST["x"] = ST["x"] + 2 * ST["y"] - (ST["x"] - ST["y"]) / 4 - -ST["y"] + +1.0


def floor_and_remainder(ST):
    ST["x"], ST["y"] = ST["x"] // 0.7, ST["x"] % 0.7


def powers(ST):
    ST["x"] = ST["x"] ** 3 + np.power(ST["y"], 2) + np.abs(ST["x"]) ** 1.5 + np.square(ST["y"]) + 2.0**-2


def functions(ST):
    a = np.abs(ST["x"]) + 0.5
    ST["x"] = np.exp(a) + np.log(a) + np.log10(a) + np.log1p(a) + np.sqrt(a) + np.expm1(a) + np.cos(a) + math.pi
    ST["y"] = np.sin(a) + np.tan(a) + np.sinh(a) + np.cosh(a) + np.tanh(a) + np.floor(a) + np.ceil(a) + np.e


def bounds(ST):
    ST["x"] = np.clip(ST["x"], -1, 1) + np.minimum(ST["x"], ST["y"]) + np.maximum(ST["x"], 0.0) + ST["y"].clip(0, 2)
    ST["y"] = np.sign(ST["y"]) + np.heaviside(ST["x"], 0.5) + np.clip(ST["y"], None, 1.0)


def choices(ST):
    ST["x"] = np.where(ST["x"] > ST["y"], ST["x"], 2.0)
    ST["y"] = np.where((ST["x"] > 0) & ~(ST["y"] > 1) | (ST["y"] == 3), 1.0, ST["y"])


def logic(ST):
    ST["x"] = np.logical_or(ST["x"] > 0, np.logical_not(ST["y"] > 0))
    ST["y"] = np.logical_and(ST["x"], ST["y"]) + np.logical_xor(ST["x"] > 0, ST["y"] > 0) * 1.0


def conversions(ST):
    ST["x"] = (ST["x"] > 0).astype(float) * 2.5 + ST["x"].astype(int) + np.array(ST["y"]).copy()


@pytest.mark.parametrize("mode", ["scalar", "vector"])
@pytest.mark.parametrize(
    "step", [arithmetic, floor_and_remainder, powers, functions, bounds, choices, logic], ids=lambda f: f.__name__
)
def test_expressions_give_what_python_gives(step, mode):
    assert_same(step, X, mode)


def test_conversions_give_what_numpy_gives():
    assert_same(conversions, X, "vector")


def test_scalar_mode_has_the_truths_of_python():
    def step(ST):
        x = ST["x"]
        near = -1 < x <= 0.5 and not ST["y"] > 1.5 or x == 3
        ST["y"] = 1.0 if near else float(x > 0) + min(x, 1.0, ST["y"]) + max(x, 0.5) + int(x) + abs(x)
        if ST["x"]:
            ST["x"] = 5.0

    assert_same(step, X)


def test_a_condition_is_read_once():
    def step(ST):
        above = np.random.rand() > 0.5 and ST["x"] > 0
        ST["y"] = above

    (draw, *_rest) = body = read_steps([step], "neuron", "scalar", ("x", "y")).steps[0].body
    assert draw.site == 0 and len(body) == 3


def test_functions_go_by_what_they_are_and_not_by_their_spelling():
    def step(ST):
        a = math.fabs(ST["x"])
        exp = cos
        ST["x"] = math.exp(a) + cos(a) + exp(a) + math.sqrt(a) + math.floor(a) + pow(a, 2)

    assert_same(step, X)


def test_integer_powers_are_multiplied_and_others_are_not():
    def step(ST):
        ST["x"] = ST["x"] ** 4
        ST["x"] = ST["x"] ** cubed
        ST["x"] = ST["x"] ** wide
        ST["x"] = ST["x"] ** 65

    read = read_steps([step], "neuron", "scalar", ("x",))
    x = Field("self", "x")
    assert [statement.value for statement in read.steps[0].body] == [
        Power(x, 4),
        Power(x, 3),
        Call("pow", (x, Param("wide"))),
        Call("pow", (x, Const(65.0))),
    ]
    assert read.params == {"wide": 2.5} and read.folded == {"cubed": 3}


def test_literals_keep_their_sign_and_type():
    def step(ST):
        ST["x"] = -3 * -0.0
        ST["y"] = -ST["x"]

    assert value_of(step) == Binary("*", Const(-3), Const(-0.0))
    assert value_of(step, 1) == Negative(Field("self", "x"))


def test_switches_are_decided_while_reading():
    nothing = None

    def step(ST):
        if use_noise:
            ST["x"] = undefined_name  # noqa: F821
        elif label == "a":
            ST["x"] = 1.0
        else:
            ST["x"] = 2.0 if nothing is None and not use_noise else 3.0

    read = read_steps([step], "neuron", "scalar", ("x",))
    assert [statement.value for statement in read.steps[0].body] == [Const(2.0)] and read.params == {}


def test_a_state_can_be_chosen_by_a_name_in_scope():
    key = "x"

    def step(ST):
        ST[key] = ST["y"]

    assert value_of(step) == Field("self", "y")


def gain(x, slope=2.0):
    """A helper with a name of its own inside."""
    shifted = x - 1.0
    return slope * shifted


def test_a_helper_is_read_in_place_with_names_of_its_own():
    def step(ST):
        shifted = 10.0
        ST["x"] = gain(ST["x"]) + gain(slope=3.0, x=ST["y"] * 2) + shifted

    assert_same(step, X)


def test_a_helper_may_take_the_states():
    def reset(ST, low):
        if ST["x"] > low:
            ST["x"] = low
        return ST["x"]

    def step(ST):
        ST["y"] = reset(ST, 0.25)

    assert_same(step, X)


def test_a_draw_in_vector_mode_has_one_number_per_element():
    def step(ST):
        ST["x"] = np.random.normal(0.0, 2.0, size=ST["x"].shape) + np.random.randn(*ST["y"].shape)

    def shared(ST):
        ST["x"] = np.random.random()

    read = read_steps([step], "neuron", "vector", ("x", "y"))
    found = run_read(read, X, draw=lambda kind, site: np.full(5, site + 1.0))
    np.testing.assert_array_equal(found["x"], np.full(5, 4.0))
    with pytest.raises(CodeError, match="one number for all elements"):
        read_steps([shared], "neuron", "vector", ("x", "y"))


def unknown_name(ST):
    ST["x"] = ST["y"] * wid  # noqa: F821


def unknown_state(ST):
    ST["x"] = ST["yy"]


def unknown_function(ST):
    ST["x"] = np.exp2(ST["x"])


def unknown_attribute(ST):
    ST["x"] = np.expp(ST["x"])


def unknown_distribution(ST):
    ST["x"] = np.random.poisson(3.0)


def unassigned(ST):
    ST["x"] = late  # noqa: F821
    late = 1.0
    ST["y"] = late


def complex_literal(ST):
    ST["x"] = 1j


def text_as_number(ST):
    ST["x"] = label


def number_in_object(ST):
    ST["x"] = X.size


def total(ST):
    ST["x"] = np.sum(ST["x"])


def listed(ST):
    ST["x"] = [1, 2][0]


def added_truths(ST):
    ST["x"] = (ST["x"] > 0) + (ST["y"] > 0)


def number_as_truth(ST):
    ST["x"] = ST["x"] > 1 and ST["y"]


def membership(ST):
    ST["x"] = ST["y"] in (1, 2)


def recursion(x):
    return recursion(x - 1)


def recursive(ST):
    ST["x"] = recursion(ST["x"])


@pytest.mark.parametrize(
    "step, error, column, message",
    [
        (unknown_name, ModelDefError, 25, "'wid' is not defined.*Did you mean 'wide'"),
        (unknown_state, ModelDefError, 15, 'Variable "yy" is used in HH, but not defined in "ST". Did you mean .y.'),
        (unknown_function, CodeError, 15, "Did you mean 'np.exp'.*Known functions: np.exp, np.log"),
        (unknown_attribute, ModelDefError, 15, "np has no attribute 'expp'. Did you mean"),
        (unknown_distribution, CodeError, 15, "np.random.poisson cannot be drawn.*np.random.normal"),
        (unassigned, ModelDefError, 15, "'late' is used before it is assigned"),
        (complex_literal, CodeError, 15, "not a real number"),
        (text_as_number, CodeError, 15, "label is a str, and a number is expected"),
        (number_in_object, ModelDefError, 15, "no attribute 'size'"),
        (total, CodeError, 15, "np.sum joins the values of several elements"),
        (listed, CodeError, 15, "a list cannot be part"),
        (added_truths, CodeError, 15, r"\+ and - of two truth values"),
        (number_as_truth, CodeError, 31, r"`and`/`or` with the number ST\['y'\] is that number"),
        (membership, CodeError, 15, "`in` cannot be part"),
        (recursive, CodeError, 12, "'recursion' calls itself"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_an_expression_that_cannot_be_read_names_its_place(step, error, column, message):
    with pytest.raises(error, match=message) as caught:
        read_steps([step], "neuron", "scalar", ("x", "y"), model="HH")
    assert caught.value.place.file == __file__
    assert caught.value.place.column == column
    inner = recursion if step is recursive else step
    first = inner.__code__.co_firstlineno
    assert caught.value.place.line == first + 1
    assert f"step '{step.__name__}'" in str(caught.value)


def test_numbers_that_no_parameter_can_hold_are_refused():
    imaginary, table = 1j, np.zeros((2, 2))

    def first(ST):
        ST["x"] = imaginary

    def second(ST):
        ST["x"] = table

    with pytest.raises(ModelDefError, match="'imaginary' is a number of type complex"):
        read_steps([first], "neuron", "scalar", ("x",))
    with pytest.raises(CodeError, match=r"'table' is an array of shape \(2, 2\)"):
        read_steps([second], "neuron", "scalar", ("x",))


def test_arrays_have_no_truth_in_vector_mode():
    def step(ST):
        if ST["x"] > 0:
            ST["x"] = 0.0

    def both(ST):
        ST["x"] = ST["x"] > 0 and ST["y"] > 0

    with pytest.raises(CodeError, match="`if` on an array has no single truth value"):
        read_steps([step], "neuron", "vector", ("x", "y"))
    with pytest.raises(CodeError, match="write np.logical_and"):
        read_steps([both], "neuron", "vector", ("x", "y"))
