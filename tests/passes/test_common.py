"""Equal values are computed once, and what nobody reads is left out."""

import math

import numpy as np

from brainpy_lab.ir.expr import Binary, Call, Const, Field, Local, Param, walk
from brainpy_lab.ir.kernel import Accumulate, DrawLet, Kernel, Let, Store, values
from brainpy_lab.passes.common import share
from tests.agreement.oracle import Typed, World

V = Field("self", "V", dtype="real")
G = Param("g", dtype="real")


def real(value):
    return Const(value, dtype="real")


def times(a, b):
    return Binary("*", a, b, dtype="real")


def plus(a, b):
    return Binary("+", a, b, dtype="real")


def exp(a):
    return Call("exp", (a,), dtype="real")


def local(name):
    return Local(name, dtype="real")


def kernel(lets, effects):
    return Kernel("k", "neurons", "", tuple(lets), tuple(effects))


def calls(found):
    return sum(isinstance(part, Call) for node in values(found) for part in walk(node))


def run(found, v=0.3):
    world = World({("self", "V"): np.float64(v)}, {"g": 0.7}, draw=lambda *_: 0.25)
    return [number for _, number, _ in Typed(world, np.float64).run(found)]


def test_an_expression_used_twice_is_computed_once():
    twice = kernel([], [Store("self", "V", plus(exp(V), times(G, exp(V))))])
    assert calls(twice) == 2 and calls(share(twice)) == 1
    assert run(share(twice)) == run(twice)
    assert math.isclose(run(twice)[0], math.exp(0.3) * 1.7, rel_tol=1e-15)  # a few roundings of 1.1e-16


def test_names_are_looked_through():
    found = share(kernel([Let("a", exp(V)), Let("b", exp(V)), Let("c", local("a"))],
                         [Store("self", "V", plus(local("b"), local("c")))]))
    assert [let.name for let in found.lets] == ["a"] and calls(found) == 1


def test_a_name_of_the_user_is_kept_for_what_it_names():
    found = share(kernel([Let("alpha", times(G, V))], [Store("self", "V", plus(times(G, V), local("alpha")))]))
    assert [let.name for let in found.lets] == ["alpha"]


def test_what_nothing_reads_is_left_out():
    found = share(kernel([Let("dead", exp(V)), Let("a", plus(V, G)), Let("also_dead", local("dead")),
                          DrawLet("xi", "normal", 0)], [Store("self", "V", times(local("a"), local("a")))]))
    assert [let.name for let in found.lets] == ["a"]


def test_a_draw_is_never_merged_with_another():
    lets = [DrawLet("x", "normal", 0), DrawLet("y", "normal", 1)]
    found = share(kernel(lets, [Store("self", "V", plus(local("x"), local("y")))]))
    assert list(found.lets) == lets


def test_operands_are_not_swapped_or_regrouped():
    first, second = plus(plus(V, G), real(0.1)), plus(V, plus(G, real(0.1)))
    other = plus(G, V)
    found = share(kernel([], [Store("self", "V", first), Store("self", "u", second), Store("self", "w", other)]))
    assert [effect.value for effect in found.effects] == [first, second, other]


def test_literals_of_different_kind_or_sign_are_different():
    zero, minus = times(V, real(0.0)), times(V, real(-0.0))
    found = share(kernel([], [Store("self", "V", plus(exp(zero), exp(minus)))]))
    assert calls(found) == 2
    one, whole = times(V, real(1.0)), times(V, real(1))
    assert calls(share(kernel([], [Store("self", "V", plus(exp(one), exp(whole)))]))) == 2


def test_equal_trees_of_different_type_are_different():
    single, double = Call("exp", (real(0.1),), dtype="real"), Call("exp", (Const(0.1, dtype="f64"),), dtype="f64")
    found = share(kernel([], [Store("self", "V", single), Store("self", "t", double)]))
    assert calls(found) == 2 and {let.value.dtype for let in found.lets} == {"real", "f64"}


def test_conditions_of_sums_are_shared_too():
    when = Call("exp", (V,), dtype="bool")
    found = share(kernel([], [Accumulate("g", "+", G, when), Accumulate("h", "-", G, when)]))
    assert calls(found) == 1
    assert found.effects[0].when == found.effects[1].when and isinstance(found.effects[0].when, Local)


def test_a_long_chain_of_names_needs_no_deep_recursion():
    lets = [Let("x0", plus(V, G))] + [Let(f"x{k}", plus(local(f"x{k - 1}"), G)) for k in range(1, 3000)]
    found = share(kernel(lets, [Store("self", "V", local("x2999"))]))
    assert len(found.lets) == 3000 and run(found) == run(kernel(lets, [Store("self", "V", local("x2999"))]))
