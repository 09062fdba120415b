"""Every pass from statements to straight lines leaves every bit of random steps as it was."""

from dataclasses import replace

import numpy as np
import pytest
from brainpy_lab.kernels.reference import random as draws

from brainpy_lab.ir.expr import Binary, Local, map_children, walk
from brainpy_lab.ir.kernel import DrawLet, Let, values
from brainpy_lab.ir.program import Population, Program, Slot, Step
from brainpy_lab.ir.verify import problems
from brainpy_lab.passes.common import share
from brainpy_lab.passes.integrate import METHODS
from brainpy_lab.passes.lower import lower
from brainpy_lab.passes.typing import infer
from tests.agreement.oracle import Typed, World, run, value
from tests.agreement.random_steps import PARAMS, STATES, RandomStep

SEEDS = range(80)
TYPES = {("self", state.name): state.dtype for state in STATES}
WORLDS = 4


def world(number, real=np.float64):
    """One of a few elements at one of a few times."""
    numbers = np.random.default_rng(number)

    def draw(distribution, site):
        kind = "f64" if real is np.float64 else "f32"
        return real(getattr(draws, f"{distribution}_{kind}")(7, site, number, 3, 0))

    fields = {("self", state.name): {"f64": np.float64, "real": real}[state.dtype](numbers.normal())
              for state in STATES}
    return World(fields, PARAMS, t=0.3 * number, dt=0.1, step_index=number, element={"self": number}, draw=draw)


def same(one, two):
    """Equal bits; NaN counts as equal to NaN, because its sign and payload are not promised."""
    return type(one) is type(two) and (np.array_equal(one, two, equal_nan=True) and
                                       (np.isnan(one) or np.signbit(one) == np.signbit(two)))


def by_statements(body, number):
    found = world(number)
    with np.errstate(all="ignore"):
        run(body, found)
    return found.fields


def by_untyped_kernel(kernel, number):
    found = world(number)
    with np.errstate(all="ignore"):
        for let in kernel.lets:
            is_draw = isinstance(let, DrawLet)
            found.locals[let.name] = found.draw(let.distribution, let.site) if is_draw else value(let.value, found)
        stored = {("self", effect.field): np.float64(value(effect.value, found)) for effect in kernel.effects}
    return {**found.fields, **stored}


def by_typed_kernel(kernel, number, real):
    found = world(number, real)
    with np.errstate(all="ignore"):
        stored = {("self", effect.field): number for effect, number, _ in Typed(found, real).run(kernel)}
    return {**found.fields, **stored}


def assert_same_fields(one, two):
    assert set(one) == set(two)
    for key in one:
        assert same(one[key], two[key]), (key, one[key], two[key])


@pytest.mark.parametrize("seed", SEEDS)
def test_random_steps_keep_their_bits_through_every_pass(seed):
    step = Step("update", RandomStep(seed).body)
    lowered = lower(step, "neurons")
    typed = infer(lowered, TYPES)
    shared = share(typed)
    for number in range(WORLDS):
        expected = by_statements(step.body, number)
        assert_same_fields(by_untyped_kernel(lowered, number), expected)
        assert_same_fields(by_typed_kernel(typed, number, np.float64), expected)
        assert_same_fields(by_typed_kernel(shared, number, np.float64), expected)
        assert_same_fields(by_typed_kernel(shared, number, np.float32), by_typed_kernel(typed, number, np.float32))


@pytest.mark.parametrize("seed", SEEDS)
def test_random_steps_keep_the_rules(seed):
    item = Population("N", "random", STATES, tuple(PARAMS), (Step("update", RandomStep(seed).body),))
    assert problems(Program((item,), (Slot("N", "step", "update"),)), METHODS) == []


@pytest.mark.parametrize("seed", range(20))
def test_the_same_seed_gives_the_same_step(seed):
    assert RandomStep(seed).body == RandomStep(seed).body != RandomStep(seed + 1).body


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_named_that_is_not_read(seed):
    kernel = share(infer(lower(Step("update", RandomStep(seed).body), "neurons"), TYPES))
    read = {part.name for node in values(kernel) for part in walk(node) if isinstance(part, Local)}
    named = [let.name for let in kernel.lets]
    assert set(named) <= read and len(set(named)) == len(named)


def test_the_random_steps_have_every_kind_of_statement():
    kinds, sites = set(), 0
    for seed in SEEDS:
        step = RandomStep(seed)
        sites += step.sites
        kinds |= {type(statement).__name__ for statement in step.body}
    assert kinds == {"Assign", "If", "Draw", "Integrate"} and sites > 40


def swapped(node):
    """The node with its products reassociated: what no pass may do."""
    node = map_children(node, swapped)
    match node:
        case Binary("*" | "+" as op, Binary(inner, a, b), c) if inner == op:
            return replace(node, left=a, right=replace(node, left=b, right=c))
    return node


def test_a_pass_that_reassociates_would_be_caught():
    caught = 0
    for seed in SEEDS:
        body = RandomStep(seed, length=12).body
        kernel = infer(lower(Step("update", body), "neurons"), TYPES)
        lets = tuple(replace(let, value=swapped(let.value)) if isinstance(let, Let) else let for let in kernel.lets)
        for number in range(WORLDS):
            one, two = (by_typed_kernel(k, number, np.float64) for k in (kernel, replace(kernel, lets=lets)))
            caught += any(not same(one[key], two[key]) for key in one)
    # Most last bits vanish in conditions and limits: 7 of the 320 comparisons show one.
    assert caught >= 3


def test_the_random_steps_do_not_settle_on_one_value():
    seen = {by_statements(RandomStep(seed).body, number)["self", "V"] for seed in SEEDS for number in range(WORLDS)}
    assert len(seen) > 60
