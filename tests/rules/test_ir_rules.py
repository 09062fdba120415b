"""Every rule of the representation has a program that keeps it and one that breaks it."""

import time
from dataclasses import replace

import pytest

from brainpy_lab.errors import ModelError
from brainpy_lab.ir.expr import Binary, Call, Cast, Compare, Const, Element, Field, Local, Logic, Param, Power
from brainpy_lab.ir.model import Initial, Model, Parameter
from brainpy_lab.ir.place import Place
from brainpy_lab.ir.program import Input, Monitor, Population, Program, Projection, Slot, State, Step
from brainpy_lab.ir.rules import RULES, WARNINGS
from brainpy_lab.ir.statements import Assign, Draw, Equation, Fold, If, Integrate, RingPush, RingRead, System
from brainpy_lab.ir.verify import problems, verify, warnings
from brainpy_lab.passes.integrate import METHODS

ONE = Const(1.0)
V, X = Field("self", "V"), Local("x")
PLACE = Place("model.py", 14, 5)


def neuron(*body, **changes):
    """A population 'N' with states V, spike and a parameter g, one step, and nothing around it."""
    item = Population("N", "HH", (State("V"), State("spike")), ("g",), (Step("update", body, place=PLACE),))
    return Program((replace(item, **changes),), (Slot("N", "step", "update"),))


def synapse(*body, delayed=False, **changes):
    """A projection 'S' with the state s from N to N."""
    item = Projection("S", "AMPA", "N", "N", (State("s"),), ("g",), (Step("update", body, delayed, place=PLACE),))
    program = neuron()
    return replace(program, objects=(*program.objects, replace(item, **changes)),
                   schedule=(*program.schedule, Slot("S", "step", "update")))


def reads(value):
    return neuron(Assign(V, value))


def model(**changes):
    item = Model("HH", "neuron", (State("V"),), (Parameter("g", 1.0),), (Step("update", (Assign(V, Param("g")),)),))
    return replace(item, **changes)


def integrated(method="rk4", n_values=1, extras=(), names=(), diffusion=None):
    eq = Equation("V", Local("V"), diffusion, extras=extras, place=PLACE)
    values = (V,) * n_values
    return neuron(Integrate(System((eq,), method), values, ONE, ("new",), names), Assign(V, Local("new")))


def scheduled(*slots):
    return replace(neuron(), schedule=slots, inputs=(Input("N", "V", "+", "number"),))


def fed(target="N", field="V", op="+", source="number"):
    return replace(neuron(), inputs=(Input(target, field, op, source),))


def watched(target="N", field="V", kind="dense"):
    return replace(neuron(), monitors=(Monitor(target, field, kind),))


CASES = {  # rule: (breaks it, keeps it)
    "unique-names": (neuron(states=(State("V"), State("V"))), neuron()),
    "names-are-identifiers": (neuron(Assign(Local("lambda"), ONE)), neuron(Assign(Local("lamda"), ONE))),
    "population-has-state": (neuron(states=()), neuron()),
    "state-dtype-known": (neuron(states=(State("V", dtype="float32"),)), neuron(states=(State("V", dtype="f64"),))),
    "spread-declared": (neuron(spread=frozenset({"q"})), neuron(spread=frozenset({"g"}))),
    "float-type-known": (replace(neuron(), float_type="double"), replace(neuron(), float_type="float32")),
    "kind-known": (model(kind="glia"), model(kind="synapse")),
    "projection-ends-exist": (synapse(post="M"), synapse()),
    "layout-known": (synapse(layout="columns"), synapse(layout="runs")),
    "random-edges-keep-nothing": (synapse(layout="random"), synapse(layout="random", states=())),
    "fixed-draw-on-random-edge": (
        synapse(Draw(X, "normal", 0), layout="random", states=()),
        synapse(Draw(X, "normal", 0, fixed=True), layout="random", states=()),
    ),
    "delay-range": (synapse(delay_steps=0), synapse(delay_steps=1)),
    "local-defined": (
        reads(X),
        neuron(If(Compare(">", V, ONE), (Assign(X, ONE),)), Assign(V, X)),
    ),
    "state-declared": (reads(Field("self", "m")), reads(Field("self", "spike"))),
    "param-declared": (reads(Param("q")), reads(Param("g"))),
    "function-known": (reads(Call("gamma", (V,))), reads(Call("exp", (V,)))),
    "arity": (reads(Call("min", (V,))), reads(Call("min", (V, ONE)))),
    "operator-known": (reads(Binary("%", V, ONE)), reads(Binary("/", V, ONE))),
    "power-range": (reads(Power(V, 65)), reads(Power(V, 64))),
    "literal-kind": (reads(Const("1")), reads(Const(1))),
    "cast-known": (reads(Cast(V, "half")), reads(Cast(V, "int"))),
    "owner-known": (reads(Field("pre", "V")), synapse(Assign(Field("self", "s"), Field("pre", "V")))),
    "writes-own-state": (
        synapse(Assign(Field("post", "V"), ONE)),
        synapse(Assign(Field("self", "s"), ONE)),
    ),
    "fold-in-projection": (neuron(Fold("V", "+", ONE)), synapse(Fold("V", "+", ONE))),
    "fold-field-exists": (synapse(Fold("g", "+", ONE)), synapse(Fold("V", "+", ONE))),
    "fold-operator": (synapse(Fold("V", "/", ONE)), synapse(Fold("V", "max", ONE))),
    "integrate-arity": (integrated(n_values=2), integrated(extras=(ONE,), names=("extra",))),
    "method-known": (integrated("leapfrog"), integrated("heun")),
    "method-takes-noise": (integrated("rk4", diffusion=ONE), integrated("euler", diffusion=ONE)),
    "ring-has-length": (neuron(RingPush("V")), neuron(RingPush("V"), rings=(("V", 3),))),
    "one-exists": (replace(neuron(), one="M"), replace(neuron(), one="N")),
    "ring-field-declared": (synapse(RingRead(X, "q")), synapse(RingRead(X, "s"))),
    "ring-back-in-population": (
        synapse(RingRead(X, "s", Const(1))),
        neuron(RingRead(X, "V", Const(1)), rings=(("V", 3),)),
    ),
    "ring-push-always": (
        synapse(If(Compare(">", Field("pre", "V"), ONE), (RingPush("s"),))),
        synapse(RingPush("s")),
    ),
    "delayed-does-not-write": (
        synapse(RingRead(X, "s"), Assign(Field("self", "s"), X), delayed=True),
        synapse(RingRead(X, "s"), Fold("V", "+", X), delayed=True),
    ),
    "draw-known": (neuron(Draw(X, "cauchy", 0)), neuron(Draw(X, "uniform", 0))),
    "draw-site-unique": (
        neuron(Draw(X, "normal", 0), Draw(X, "normal", 0)),
        neuron(Draw(X, "normal", 0), Draw(X, "normal", 1)),
    ),
    "draw-site-range": (neuron(Draw(X, "normal", 256)), neuron(Draw(X, "normal", 255))),
    "schedule-names-exist": (scheduled(Slot("N", "step", "reset")), scheduled(Slot("N", "input", "0"))),
    "input-op-known": (fed(op="**"), fed(op="=")),
    "input-source-known": (fed(source="file"), fed(op="=", source="events")),
    "input-target-exists": (fed(field="input"), fed()),
    "monitor-kind-known": (watched(kind="sparse"), watched(kind="events")),
    "monitor-target-exists": (watched(target="M"), watched()),
    "initial-form": (
        model(initial=(Initial("V", "uniform", (ONE,)),)),
        model(initial=(Initial("V", "normal", (ONE, Param("g"))),)),
    ),
}

MORE_BAD = [  # the same rules, broken elsewhere
    ("unique-names", replace(neuron(), objects=neuron().objects * 2)),
    ("names-are-identifiers", neuron(states=(State("V m"), State("V"), State("spike")))),
    ("projection-ends-exist", synapse(pre="S")),
    ("delay-range", neuron(RingPush("V"), rings=(("V", 1),))),
    ("state-declared", replace(reads(Field("one", "m")), one="N")),
    ("owner-known", reads(Field("one", "V"))),
    ("local-defined", neuron(If(Compare(">", V, X), ()), Assign(X, ONE))),
    ("local-defined", neuron(If(Compare(">", V, ONE), (Assign(X, ONE),), (Assign(V, X),)))),
    ("state-declared", synapse(Assign(Field("self", "s"), Field("pre", "u")))),
    ("state-declared", neuron(Assign(Field("self", "m"), ONE))),
    ("state-declared", model(initial=(Initial("m", "value", (ONE,)),))),
    ("operator-known", reads(Logic("xor", V, ONE))),
    ("operator-known", reads(Compare("<>", V, ONE))),
    ("power-range", reads(Power(V, -1))),
    ("power-range", reads(Power(V, 2.0))),
    ("owner-known", reads(Element("post"))),
    ("owner-known", synapse(Assign(X, Field("row", "s")))),
    ("integrate-arity", integrated(extras=(ONE,))),
    ("integrate-arity", integrated(names=("extra",))),
    ("draw-site-unique", neuron(Integrate(System((Equation("V", V, ONE),), "euler"), (V,), ONE, ("a",)),
                                Draw(X, "normal", 0))),
    # This method draws two numbers for its noise, of the sites 0 and 1.
    ("draw-site-unique", neuron(Integrate(System((Equation("V", V, ONE),), "srk1w1"), (V,), ONE, ("a",)),
                                Draw(X, "normal", 1))),
    ("draw-site-range", neuron(Integrate(System((Equation("V", V, ONE),), "srk1w1"), (V,), ONE, ("a",), site=255))),
    ("random-edges-keep-nothing", synapse(layout="random", states=(), spread=frozenset({"g"}))),
    ("fixed-draw-on-random-edge", neuron(Draw(X, "normal", 0, fixed=True))),
    ("schedule-names-exist", scheduled(Slot("M", "step", "update"))),
    ("schedule-names-exist", scheduled(Slot("N", "input", "1"))),
    ("schedule-names-exist", scheduled(Slot("N", "monitor", "0"))),
    ("schedule-names-exist", scheduled(Slot("N", "reset", "0"))),
    ("monitor-target-exists", watched(field="m")),
    ("input-target-exists", fed(target="M")),
    ("initial-form", model(initial=(Initial("V", "value", (Local("x"),)),))),
    ("initial-form", model(initial=(Initial("V", "cauchy", (ONE,)),))),
]


def broken(thing):
    return {problem.rule for problem in problems(thing, METHODS)}


def test_every_rule_has_a_name_of_its_own_and_its_two_examples():
    assert set(CASES) == set(RULES)
    assert all(name == rule.name and rule.demand for name, rule in {**RULES, **WARNINGS}.items())


@pytest.mark.parametrize("rule", RULES)
def test_the_bad_example_breaks_exactly_this_rule(rule):
    assert broken(CASES[rule][0]) == {rule}


@pytest.mark.parametrize("rule", RULES)
def test_the_good_example_keeps_every_rule(rule):
    assert problems(CASES[rule][1], METHODS) == []


@pytest.mark.parametrize("rule, bad", MORE_BAD)
def test_a_rule_is_kept_everywhere(rule, bad):
    assert rule in broken(bad)


def test_a_message_names_object_step_place_finding_and_remedy():
    (problem,) = problems(reads(Field("self", "m")))
    assert str(problem) == (
        "model.py:14:5: population 'N' (HH), step 'update': state 'm' is used but never declared; "
        "declared are V, spike; add 'm' to them, or rename it"
    )


def test_the_place_is_the_nearest_one_known():
    near = Place("model.py", 20, 9)
    (problem,) = problems(neuron(Assign(V, Binary("+", Param("q", place=near), ONE), place=Place("model.py", 19))))
    assert problem.place == near
    (problem,) = problems(neuron(Assign(V, Param("q"), place=Place("model.py", 19))))
    assert problem.place.line == 19


def test_a_mistake_repeated_at_one_place_is_told_once():
    assert len(problems(reads(Binary("+", X, Binary("*", X, X))))) == 1


def test_verify_raises_once_and_shows_three():
    names = [Param(name) for name in "abcde"]
    bad = neuron(*(Assign(Local("y"), name) for name in names))
    with pytest.raises(ModelError) as caught:
        verify(bad)
    lines = str(caught.value).splitlines()
    assert len(lines) == 4 and len(problems(bad)) == 5
    assert all(line.startswith("model.py:14:5: population 'N'") for line in lines[:3])
    assert lines[3] == "and 2 more problems"
    assert caught.value.place == PLACE


def test_verify_is_silent_about_a_sound_program():
    assert verify(neuron(), METHODS) is None


def test_without_a_table_of_methods_any_method_will_do():
    assert problems(integrated("leapfrog", diffusion=ONE)) == []


def shifted(leaf, by):
    return Binary("+", leaf, Const(by))


def exp_of(u):
    return Call("exp", (u,))


def rate(above, below):
    return reads(Binary("/", above, below))


ZERO_BY_ZERO = [  # all are 0/0 at V = -40
    rate(Binary("*", Const(0.1), shifted(V, 40.0)),
         Binary("-", exp_of(Binary("/", shifted(V, 40.0), Const(10.0))), ONE)),
    rate(shifted(V, 40.0), Binary("-", ONE, exp_of(Binary("*", Const(-0.1), shifted(V, 40.0))))),
    rate(Binary("-", Const(-40.0), V), Call("expm1", (Binary("/", shifted(V, 40.0), Param("g")),))),
    rate(shifted(V, 40.0), Binary("*", Param("g"), Binary("-", exp_of(shifted(V, 40)), Const(1)))),
    rate(Binary("+", Const(4.0), Binary("*", Const(0.1), V)), Binary("+", Const(-1.0), exp_of(shifted(V, 40.0)))),
]
SOUND = [
    rate(shifted(V, 40.0), Binary("-", exp_of(shifted(V, 41.0)), ONE)),
    rate(shifted(V, 40.0), Binary("+", exp_of(shifted(V, 40.0)), ONE)),
    rate(ONE, Binary("-", exp_of(V), ONE)),
    rate(ONE, Call("exprel", (V,))),
    rate(Binary("+", V, Param("g")), Binary("-", exp_of(Binary("-", V, Param("g"))), ONE)),
    rate(shifted(V, 40.0), Const(2.0)),
]


@pytest.mark.parametrize("program", ZERO_BY_ZERO)
def test_a_quotient_that_may_be_zero_by_zero_is_warned_of(program):
    (warning,) = warnings(program)
    assert warning.rule in WARNINGS
    assert "at V = -40, " in warning.message and warning.place == PLACE
    assert problems(program) == []


@pytest.mark.parametrize("program", SOUND)
def test_a_quotient_that_cannot_be_is_not(program):
    assert warnings(program) == []


def test_the_equations_of_a_model_are_looked_through_for_zero_by_zero():
    line = Binary("/", Local("v"), Call("expm1", (Local("v"),)))
    eq = Equation("v", Local("a"), lines=(("a", line),), place=PLACE)
    step = Step("update", (If(Compare(">", V, ONE), (Integrate(System((eq,), "rk4"), (V,), ONE, ("new",)),)),))
    (warning,) = warnings(model(steps=(step,)))
    assert "neuron 'HH', step 'update'" in warning.message and "at v = 0, " in warning.message


def test_checking_the_gamma_network_costs_less_than_a_millisecond():
    # Every build pays for it. Measured 0.11 ms on this project's two-core machine; the best of ten is taken.
    from brainpy_lab.models.networks import gamma_network

    program, _ = gamma_network(10, seed=1).build_program()
    best = float("inf")
    for _ in range(10):
        began = time.perf_counter()
        assert problems(program, METHODS) == []
        best = min(best, time.perf_counter() - began)
    assert best < 1e-3
