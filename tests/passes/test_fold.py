"""Folding gives what Python gives, and the constructors leave out exact zeros and ones only."""

import math

import numpy as np
import pytest

from brainpy_lab.ir.expr import Binary, Call, Const, Local, Negative, Power
from brainpy_lab.passes.fold import add, div, fold, mul, neg, sub

X, Y = Local("x"), Local("y")
ZERO, ONE, TWO = Const(0.0), Const(1.0), Const(2.0)


def test_arithmetic_on_literals_is_what_python_gives():
    numbers = np.random.default_rng(0)
    for _ in range(200):
        a, b = (float(x) for x in numbers.normal(scale=10.0, size=2))
        for op, expected in (("+", a + b), ("-", a - b), ("*", a * b), ("/", a / b)):
            assert fold(Binary(op, Const(a), Const(b))) == Const(expected)


@pytest.mark.parametrize("node, expected", [
    (Negative(Const(1)), Const(-1)),
    (Negative(Const(0.0)), Const(-0.0)),
    (Binary("*", Const(2), Const(3)), Const(6)),
    (Binary("/", Const(1), Const(18)), Const(1 / 18)),
    (Binary("+", Binary("*", Const(2), Const(3.0)), X), Binary("+", Const(6.0), X)),
    (Call("exp", (Negative(Const(2.0)),)), Call("exp", (Const(-2.0),))),
])
def test_literals_are_folded_wherever_they_stand(node, expected):
    assert fold(node) == expected


@pytest.mark.parametrize("node", [
    Binary("+", Binary("+", X, ONE), TWO),
    Binary("*", X, ZERO),
    Binary("*", X, ONE),
    Binary("+", X, ZERO),
    Binary("/", ONE, ZERO),
    Binary("*", Const(1e308), Const(10.0)),
    Binary("/", Const(10**400), Const(3)),
    Power(TWO, 3),
    Binary("+", Const(True), ONE),
])
def test_what_a_user_wrote_is_otherwise_left_alone(node):
    assert fold(node) is node


def test_zeros_and_ones_are_left_out_of_derived_expressions():
    assert add(X, ZERO) == add(ZERO, X) == sub(X, ZERO) == mul(X, ONE) == mul(ONE, X) == div(X, ONE) == X
    assert mul(X, ZERO) == mul(ZERO, X) == div(ZERO, X) == ZERO
    assert sub(ZERO, X) == neg(X) == mul(Const(-1.0), X) == mul(X, Const(-1.0)) == Negative(X)
    assert neg(Negative(X)) == X and neg(TWO) == Const(-2.0)
    assert add(X, Y) == Binary("+", X, Y) and div(X, Y) == Binary("/", X, Y)
    assert math.copysign(1.0, neg(ZERO).value) == 1.0
