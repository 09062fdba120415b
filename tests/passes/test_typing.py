"""Every node gets its type, and literals are rounded once."""

import numpy as np
import pytest

from brainpy_lab.ir.expr import (
    Binary,
    Call,
    Cast,
    Compare,
    Const,
    Element,
    Field,
    Local,
    Logic,
    Negative,
    Not,
    Param,
    Power,
    Select,
    StepIndex,
    StepSize,
    Time,
    walk,
)
from brainpy_lab.ir.kernel import Accumulate, DrawLet, Kernel, Let, Store
from brainpy_lab.ir.program import Step
from brainpy_lab.ir.statements import Assign, Equation, Fold, If, Integrate, System
from brainpy_lab.passes.typing import binary_fields, infer, time_fields
from tests.agreement.oracle import Typed, World

V, T = Field("self", "V"), Field("self", "t_last")
G, X = Param("g"), Local("x")
ONE, HALF = Const(1), Const(0.5)
TRUTH = Compare(">", V, HALF)
TYPES = {("self", "V"): "real", ("self", "t_last"): "f64", ("post", "g"): "real"}


def typed(node, lets=()):
    """The node as the value of a local."""
    return infer(Kernel("k", "neurons", "", (*lets, Let("result", node)), ()), TYPES).lets[-1].value


def number(node, real=np.float32, **world):
    fields = {("self", "V"): real(0.75), ("self", "t_last"): np.float64(1000.1)}
    with np.errstate(all="ignore"):
        return Typed(World(fields, {"g": 0.3}, **world), real).value(typed(node))


@pytest.mark.parametrize("node, dtype", [
    (ONE, "real"), (HALF, "real"), (Const(True), "bool"), (StepSize(), "real"), (Time(), "f64"),
    (StepIndex(), "int"), (Element("self"), "int"), (V, "real"), (T, "f64"), (G, "real"),
    (Binary("+", V, ONE), "real"), (Binary("+", V, T), "f64"), (Binary("-", Time(), StepSize()), "f64"),
    (Binary("*", StepIndex(), ONE), "int"), (Binary("*", StepIndex(), HALF), "real"),
    (Binary("*", StepIndex(), StepSize()), "real"), (Binary("/", StepIndex(), Const(2)), "real"),
    (Binary("+", TRUTH, ONE), "int"), (Binary("+", TRUTH, TRUTH), "int"), (Binary("*", TRUTH, V), "real"),
    (Negative(TRUTH), "int"), (Negative(V), "real"), (Power(TRUTH, 2), "int"), (Power(T, 2), "f64"),
    (Call("exp", (StepIndex(),)), "real"), (Call("exp", (T,)), "f64"), (Call("max", (V, T)), "f64"),
    (Call("exp", (ONE,)), "real"), (Select(TRUTH, ONE, HALF), "real"), (Select(TRUTH, TRUTH, TRUTH), "bool"),
    (Select(TRUTH, TRUTH, ONE), "int"), (Select(TRUTH, TRUTH, Const(0.0)), "real"), (Select(TRUTH, V, T), "f64"),
    (Select(TRUTH, StepIndex(), ONE), "int"), (TRUTH, "bool"), (Logic("and", V, TRUTH), "bool"), (Not(V), "bool"),
    (Cast(V, "f64"), "f64"), (Cast(V, "int"), "int"), (Cast(HALF, "real"), "real"), (Cast(V, "bool"), "bool"),
])
def test_an_operation_takes_the_highest_type_of_its_operands(node, dtype):
    found = typed(node)
    assert found.dtype == dtype
    assert all(part.dtype is not None for part in walk(found))


def test_a_local_has_the_type_of_its_value_and_a_draw_is_real():
    assert typed(X, [Let("x", TRUTH)]).dtype == "bool"
    assert typed(X, [Let("x", ONE)]).dtype == "real"
    assert typed(X, [DrawLet("x", "normal", 0)]).dtype == "real"


def test_a_store_is_converted_to_the_type_of_the_state():
    kernel = Kernel("k", "neurons", "", (), (Store("self", "V", TRUTH), Store("self", "t_last", V),
                                            Accumulate("g", "+", T, V)))
    effects = infer(kernel, TYPES).effects
    assert [effect.value.dtype for effect in effects] == ["real", "f64", "real"]
    assert effects[2].when.dtype == "bool"
    assert effects[0].value == Cast(TRUTH, "real") and effects[1].value == Cast(V, "f64")


def test_a_literal_is_rounded_once():
    # 0.1 beside a float64 stays the float64 0.1; beside a float32 it is the nearest float32
    assert number(Binary("+", Time(), Const(0.1)), t=1.0) == 1.0 + 0.1
    assert number(Binary("*", Const(0.1), V)) == np.float32(0.1) * np.float32(0.75)
    assert typed(Binary("+", T, Binary("*", Const(0.1), StepSize()))).right.left.dtype == "f64"
    # rounding 0.1 to float32 first would show here
    assert number(Binary("+", Time(), Const(0.1)), t=1.0) != 1.0 + float(np.float32(0.1))


def test_dt_beside_a_time_is_not_rounded():
    assert number(Binary("+", Time(), StepSize()), t=2.0, dt=0.1) == 2.0 + 0.1
    assert number(Binary("*", V, StepSize()), dt=0.1) == np.float32(0.75) * np.float32(0.1)


@pytest.mark.parametrize("node, expected", [
    (Compare(">", TRUTH, HALF), True), (Compare("<", TRUTH, HALF), False), (Compare("==", TRUTH, ONE), True),
    (Compare("==", TRUTH, Const(2)), False), (Compare("!=", TRUTH, Const(0.5)), True),
    (Compare(">=", TRUTH, Const(True)), True), (Compare("==", StepIndex(), HALF), False),
    (Select(Not(TRUTH), TRUTH, Const(2)), 2), (Select(TRUTH, Const(0.5), TRUTH), 0.5),
    (Binary("+", TRUTH, TRUTH), 2), (Binary("-", ONE, TRUTH), 0), (Binary("*", TRUTH, HALF), 0.5),
    (Binary("/", Const(1), Const(2)), 0.5), (Binary("/", StepIndex(), Const(2)), 0.5), (Negative(TRUTH), -1),
    (Power(Binary("+", TRUTH, ONE), 3), 8), (Logic("and", HALF, TRUTH), True), (Not(HALF), False),
    (Not(Const(0.0)), True), (Logic("or", Const(0), Const(0.0)), False),
])
@pytest.mark.parametrize("real", [np.float64, np.float32])
def test_conditions_and_numbers_mix_as_in_python(node, expected, real):
    assert number(node, real, step_index=1) == expected


def test_a_guard_is_a_condition():
    kernel = Kernel("k", "edges", "rows", (), (), guard=V)
    assert infer(kernel, TYPES).guard == Compare("!=", V, Const(0.0))


# -- which states hold times, and which hold 0 or 1


def step(*body):
    return [Step("update", body)]


@pytest.mark.parametrize("value, holds", [
    (Time(), True), (Binary("+", Time(), V), True), (Binary("-", Time(), HALF), True),
    (Binary("+", HALF, Time()), True), (Select(TRUTH, Time(), T), True), (Binary("-", Time(), Time()), False),
    (Binary("*", Time(), HALF), False), (V, False), (Call("sin", (Time(),)), False), (Compare(">", Time(), V), False),
])
def test_a_state_holds_times_where_it_is_assigned_one(value, holds):
    assert time_fields(step(Assign(T, value))) == (frozenset({"t_last"}) if holds else frozenset())


def test_a_time_is_known_through_locals_and_in_branches():
    assert time_fields(step(Assign(X, Time()), If(TRUTH, (Assign(T, X),)))) == {"t_last"}


SPIKE = Field("self", "spike")


@pytest.mark.parametrize("body, found", [
    ([Assign(SPIKE, TRUTH)], True), ([Assign(SPIKE, ONE)], True), ([Assign(SPIKE, Const(0.0))], True),
    ([Assign(SPIKE, HALF)], False), ([Assign(SPIKE, V)], False), ([], False),
    ([If(TRUTH, (Assign(SPIKE, ONE),), (Assign(SPIKE, Const(0)),))], True),
    ([If(TRUTH, (Assign(SPIKE, ONE),), (Assign(SPIKE, V),))], False),
    ([Assign(X, TRUTH), Assign(SPIKE, X)], True), ([Assign(X, TRUTH), Assign(X, V), Assign(SPIKE, X)], False),
    ([Assign(SPIKE, Select(TRUTH, ONE, Const(0)))], True), ([Assign(SPIKE, Select(TRUTH, ONE, V))], False),
    ([Assign(SPIKE, Binary("+", TRUTH, TRUTH))], False), ([Assign(SPIKE, Cast(TRUTH, "real"))], True),
    ([Assign(SPIKE, ONE), Fold("spike", "+", ONE)], False),
    ([Integrate(System((Equation("V", V),), "euler"), (V,), ONE, ("x",)), Assign(SPIKE, X)], False),
])
def test_a_state_is_binary_when_every_assignment_is(body, found):
    assert binary_fields(step(*body), {"spike": 0.0, "V": -65.0}) == (frozenset({"spike"}) if found else frozenset())


def test_a_state_that_starts_elsewhere_is_not_binary():
    assert binary_fields(step(Assign(SPIKE, TRUTH)), {"spike": 0.5}) == frozenset()
