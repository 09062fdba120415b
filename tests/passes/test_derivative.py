"""Derivatives on the tree against differences of the function, for every function of the table."""

import math

import numpy as np
import pytest

from brainpy_lab.ir.expr import Binary, Call, Cast, Compare, Const, Field, Local, Negative, Param, Power, Select, Time
from brainpy_lab.ir.functions import FUNCTIONS
from brainpy_lab.passes.derivative import derivative
from brainpy_lab.runtime import evaluate

X = Param("x")
EPS = np.finfo(float).eps
ZERO, ONE, TWO = Const(0.0), Const(1.0), Const(2.0)

POINTS = {  # inside the domain, and away from the places where there is no slope
    "log": (0.03, 0.7, 2.0, 40.0),
    "log10": (0.03, 0.7, 2.0, 40.0),
    "log1p": (-0.9, -0.1, 0.5, 40.0),
    "sqrt": (0.03, 0.7, 2.0, 40.0),
    "exprel": (-7.0, -0.5, -2e-4, -5e-5, 0.0, 5e-5, 2e-4, 0.7, 5.0),
    "tan": (-1.2, 0.3, 1.1),
    "floor": (-1.5, 0.3, 2.7),
}
ANYWHERE = (-2.3, -0.4, 0.3, 1.7)


def at(node, x):
    return float(evaluate.value(node, params={"x": x}))


def differences(node, x):
    """The slope by central differences, and how far it may be from the true one.

    Truncation h**2/6*f''' (bounded by differencing at 2h: three times the change) and rounding eps*|f|/h.
    """
    h = 2e-4 * max(1.0, abs(x)) if abs(x) > 1e-3 else 2e-4
    h = min(h, abs(x) / 8) if 1e-3 < abs(x) < 0.1 else h
    slope, wide = ((at(node, x + step) - at(node, x - step)) / (2 * step) for step in (h, 2 * h))
    return slope, abs(slope - wide) + 8 * EPS * (abs(at(node, x)) + 1) / h


def assert_slope(node, x):
    expected, tolerance = differences(node, x)
    found = at(derivative(node, X), x)
    assert abs(found - expected) <= tolerance, (x, found, expected, tolerance)


@pytest.mark.parametrize("name", [name for name, entry in FUNCTIONS.items() if entry.arity == 1])
def test_the_slope_of_every_function_is_that_of_its_differences(name):
    for x in POINTS.get(name, ANYWHERE):
        assert_slope(Call(name, (X,)), x)


@pytest.mark.parametrize("name", [name for name, entry in FUNCTIONS.items() if entry.arity == 1])
def test_the_chain_rule_holds_for_every_function(name):
    inner = Binary("+", Binary("*", Const(0.3), Power(X, 2)), Const(0.6))  # within every domain, no kinks nearby
    for x in (-0.7, 0.45, 0.9):
        assert_slope(Call(name, (inner,)), x)


@pytest.mark.parametrize("name, other", [("min", 0.5), ("max", 0.5), ("pow", 2.5), ("pow", -1.5)])
@pytest.mark.parametrize("place", [0, 1])
def test_the_slope_of_a_function_of_two_is_known_in_both_arguments(name, other, place):
    args = (X, Const(other)) if place == 0 else (Const(abs(other)), X)
    for x in (0.2, 0.8, 1.9):
        assert_slope(Call(name, args), x)


@pytest.mark.parametrize("args", [(X, Const(-1.0), ONE), (Const(0.7), X, Const(3.0)), (Const(0.7), Const(-3.0), X)])
def test_clip_has_a_slope_in_each_of_its_arguments(args):
    for x in (-2.0, 0.3, 0.9, 2.5):
        assert_slope(Call("clip", args), x)


def test_every_function_of_the_table_is_tried():
    assert {entry.arity for entry in FUNCTIONS.values()} == {1, 2, 3}
    assert {name for name, entry in FUNCTIONS.items() if entry.arity > 1} == {"min", "max", "pow", "clip"}


SINE, EXP = Call("sin", (X,)), Call("exp", (X,))


@pytest.mark.parametrize("node", [
    Binary("*", SINE, EXP),
    Binary("*", X, Binary("*", X, SINE)),
    Binary("/", SINE, Binary("+", EXP, ONE)),
    Binary("/", ONE, Power(X, 2)),
    Binary("-", Negative(EXP), Binary("+", X, SINE)),
    Power(Binary("+", SINE, TWO), 5),
    Power(X, 1),
    Power(X, 0),
    Cast(Binary("*", X, SINE), "f64"),
    Select(Compare(">", X, ONE), Power(X, 3), SINE),
    Call("exp", (Binary("/", Negative(Power(X, 2)), TWO),)),
])
def test_the_rules_of_calculus(node):
    for x in (-1.4, 0.35, 1.8):
        assert_slope(node, x)


def test_lines_are_differentiated_through():
    # y = x**2, z = y*x, f = z + y: f' = 3*x**2 + 2*x
    lines = {"y": Power(X, 2), "z": Binary("*", Local("y"), X)}
    slope = derivative(Binary("+", Local("z"), Local("y")), X, lines)
    for x in (-1.3, 0.5, 2.0):
        names = {"y": x**2, "z": x**3}
        found = evaluate.value(_with(slope, names), params={"x": x})
        # a handful of roundings of terms of the size of the result
        assert math.isclose(found, 3 * x**2 + 2 * x, rel_tol=8 * EPS)


def _with(node, names):
    from brainpy_lab.ir.expr import substitute

    return substitute(node, {Local(name): Const(number) for name, number in names.items()})


@pytest.mark.parametrize("variable", [Local("v"), Field("self", "V"), Param("g")])
def test_any_leaf_can_be_the_variable(variable):
    assert derivative(Binary("*", TWO, variable), variable) == TWO


@pytest.mark.parametrize("node", [Time(), ONE, Param("g"), Compare("<", X, ONE), Call("exp", (Param("g"),)),
                                  Select(Compare("<", X, ONE), Param("g"), ONE)])
def test_what_does_not_change_has_the_slope_zero(node):
    assert derivative(node, X) == ZERO


def test_a_cubic_gets_the_slope_a_person_would_write():
    v = Local("v")
    cubic = Binary("-", v, Binary("/", Power(v, 3), Const(3.0)))
    assert derivative(cubic, v) == Binary("-", ONE, Binary("/", Binary("*", Const(3.0), Power(v, 2)), Const(3.0)))
