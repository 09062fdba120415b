"""From statements to straight lines: conditions, names, states, guards."""

import numpy as np
import pytest

from brainpy_lab.ir.expr import Binary, Compare, Const, Element, Field, Local, Not, Param, Select
from brainpy_lab.ir.kernel import Accumulate, DrawLet, Push, RingLet, Store
from brainpy_lab.ir.program import Step
from brainpy_lab.ir.statements import Assign, Draw, Equation, Fold, If, Integrate, RingPush, RingRead, System
from brainpy_lab.passes.lower import lower, only_reads_source
from tests.agreement.oracle import World, run, value

V, U, X, Y = Field("self", "V"), Field("self", "u"), Local("x"), Local("y")
ONE, TWO, THREE = Const(1.0), Const(2.0), Const(3.0)


def plus(a, b):
    return Binary("+", a, b)


def above(a, b):
    return Compare(">", a, b)


def kernel_of(*body, space="neurons", delay=1):
    return lower(Step("update", body), space, delay)


def lowered_fields(body, v):
    world = World({("self", "V"): v, ("self", "u"): 10.0 * v})
    kernel = kernel_of(*body)
    for let in kernel.lets:
        world.locals[let.name] = value(let.value, world)
    return {**world.fields, **{("self", effect.field): np.float64(value(effect.value, world))
                               for effect in kernel.effects}}


BODIES = {
    "if without else": [If(above(V, ONE), (Assign(U, TWO),))],
    "if and else": [If(above(V, ONE), (Assign(U, TWO),), (Assign(V, THREE),))],
    "elif": [If(above(V, TWO), (Assign(U, ONE),), (If(above(V, ONE), (Assign(U, TWO),), (Assign(U, THREE),)),))],
    "nested": [If(above(V, ONE), (Assign(U, TWO), If(above(V, TWO), (Assign(U, plus(U, V)),))), (Assign(V, U),))],
    "local before and in one branch": [Assign(X, ONE), If(above(V, ONE), (Assign(X, TWO),)), Assign(U, X)],
    "local in both branches": [If(above(V, ONE), (Assign(X, TWO),), (Assign(X, V),)), Assign(U, X)],
    "local in one branch, read there": [If(above(V, ONE), (Assign(X, plus(V, V)), Assign(U, X)))],
    "state read after write": [Assign(V, plus(V, ONE)), Assign(U, plus(V, V)), Assign(V, plus(V, U))],
    "state written in a branch, then read": [If(above(V, ONE), (Assign(V, ONE),)), Assign(U, plus(V, ONE))],
    "the condition is changed by its branch": [
        If(above(V, ONE), (Assign(V, Const(0.0)), Assign(U, V))), If(above(V, ONE), (Assign(U, THREE),))],
    "a local twice": [Assign(X, V), Assign(Y, X), Assign(X, plus(X, ONE)), Assign(U, plus(X, Y))],
    "swap": [Assign(X, V), Assign(V, U), Assign(U, X)],
    "a name of a branch again outside": [
        If(above(V, ONE), (Assign(X, TWO), Assign(V, X))), Assign(X, THREE), Assign(U, X)],
    "condition by a number": [If(V, (Assign(U, ONE),), (Assign(U, TWO),))],
    "empty": [],
}


@pytest.mark.parametrize("v", [0.0, 1.0, 1.5, 2.5])
@pytest.mark.parametrize("name", BODIES)
def test_straight_lines_end_where_branches_end(name, v):
    world = World({("self", "V"): v, ("self", "u"): 10.0 * v})
    run(BODIES[name], world)
    assert lowered_fields(BODIES[name], v) == world.fields


@pytest.mark.parametrize("name", BODIES)
def test_every_name_is_assigned_once(name):
    names = [let.name for let in kernel_of(*BODIES[name]).lets]
    assert len(set(names)) == len(names)


def test_a_state_is_stored_once_and_after_everything_else():
    kernel = kernel_of(Assign(V, ONE), Assign(V, plus(V, U)), If(above(U, ONE), (Assign(V, U),)))
    assert [(type(effect), effect.field) for effect in kernel.effects] == [(Store, "V")]


def test_draws_of_both_branches_keep_their_numbers():
    kernel = kernel_of(If(above(V, ONE), (Draw(X, "normal", 0),), (Draw(X, "uniform", 1),)), Assign(U, X))
    assert [(let.distribution, let.site) for let in kernel.lets if isinstance(let, DrawLet)] == [
        ("normal", 0), ("uniform", 1)]


def test_a_sum_in_a_branch_happens_where_the_branch_runs():
    kernel = kernel_of(
        Assign(X, ONE),
        If(above(V, ONE), (If(above(V, TWO), (Fold("g", "+", X),)),), (Fold("g", "-", X),)),
        Fold("g", "+", TWO), space="edges")
    first, second, third = (effect for effect in kernel.effects if isinstance(effect, Accumulate))
    for v, expected in ((0.5, (False, True)), (1.5, (False, False)), (2.5, (True, False))):
        world = World({("self", "V"): v})
        for let in kernel.lets:
            world.locals[let.name] = value(let.value, world)
        assert (value(first.when, world), value(second.when, world)) == expected
    assert third.when is None


SPIKED = above(Field("pre", "spike"), ONE)


def test_a_step_that_is_one_condition_on_the_source_has_a_guard():
    kernel = kernel_of(If(SPIKED, (Assign(V, ONE), Fold("g", "+", V))), space="edges")
    assert kernel.guard == SPIKED
    assert kernel.lets[0].value == ONE
    assert all(effect.when is None for effect in kernel.effects if isinstance(effect, Accumulate))


@pytest.mark.parametrize("body, space", [
    ([If(SPIKED, (Fold("g", "+", ONE),), (Fold("g", "-", ONE),))], "edges"),
    ([If(SPIKED, (Fold("g", "+", ONE),)), Assign(V, ONE)], "edges"),
    ([If(above(Field("post", "V"), ONE), (Fold("g", "+", ONE),))], "edges"),
    ([If(above(V, ONE), (Fold("g", "+", ONE),))], "edges"),
    ([If(above(Element("self"), ONE), (Fold("g", "+", ONE),))], "edges"),
    ([If(above(Param("g"), ONE), (Assign(V, ONE),))], "neurons"),
])
def test_any_other_step_has_none(body, space):
    assert kernel_of(*body, space=space).guard is None


@pytest.mark.parametrize("node, expected", [
    (Field("pre", "V"), True), (Param("g"), True), (Element("pre"), True), (Const(1.0), True),
    (Field("post", "V"), False), (Field("self", "s"), False), (Local("x"), False), (Element("post"), False),
    (plus(Field("pre", "V"), Field("post", "V")), False),
])
def test_what_depends_on_nothing_but_the_source(node, expected):
    assert only_reads_source(node) is expected


def test_a_delay_of_one_place_is_no_delay():
    body = [Assign(V, ONE), RingPush("V"), RingRead(X, "V"), Fold("g", "+", X)]
    kernel = kernel_of(*body, space="edges", delay=1)
    assert not any(isinstance(part, RingLet | Push) for part in (*kernel.lets, *kernel.effects))
    (fold,) = (effect for effect in kernel.effects if isinstance(effect, Accumulate))
    values = {let.name: let.value for let in kernel.lets}
    assert values.get(getattr(fold.value, "name", None), fold.value) == ONE
    longer = kernel_of(*body, space="edges", delay=2)
    assert [type(part) for part in (*longer.lets, *longer.effects)].count(RingLet) == 1
    assert [type(part) for part in (*longer.lets, *longer.effects)].count(Push) == 1


def test_an_integration_reads_the_names_around_it_at_their_present_value():
    eq = Equation("V", Binary("-", Local("target"), Local("V")))
    step = Integrate(System((eq,), "euler"), (V,), ONE, ("new",))
    body = [Assign(Local("target"), TWO), Assign(V, plus(V, ONE)), Assign(Local("target"), V), step,
            Assign(U, Local("new"))]
    world = World({("self", "V"): 3.0, ("self", "u"): 0.0})
    run(body, world)
    kernel = kernel_of(*body)
    other = World({("self", "V"): 3.0, ("self", "u"): 0.0})
    for let in kernel.lets:
        other.locals[let.name] = value(let.value, other)
    assert world.fields["self", "u"] == 4.0
    assert [value(effect.value, other) for effect in kernel.effects if effect.field == "u"] == [4.0]


def test_a_variable_may_be_called_like_a_local_of_the_step():
    eq = Equation("x", Binary("*", TWO, X))
    step = Integrate(System((eq,), "euler"), (ONE,), ONE, ("y",))
    body = [Assign(X, Const(7.0)), step, Assign(V, X), Assign(U, Y)]
    assert lowered_fields(body, 0.0) == {("self", "V"): 7.0, ("self", "u"): 1.0 + 0.1 * 2.0}


def test_selections_name_both_sides():
    kernel = kernel_of(If(above(V, ONE), (Assign(U, TWO),)))
    selects = [let.value for let in kernel.lets if isinstance(let.value, Select)]
    assert len(selects) == 1 and not any(isinstance(let.value, Not) for let in kernel.lets)
