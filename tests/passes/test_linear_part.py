"""The linear part of a drift, by the rules of the exponential integrator."""

import numpy as np
import pytest

from brainpy_lab.ir.expr import Binary, Call, Compare, Const, Expr, Field, Local, Negative, Param, Power, Select
from brainpy_lab.ir.statements import Assign
from brainpy_lab.passes.linear_part import linear_part
from brainpy_lab.runtime.evaluate import Function

X, G, TAU = Local("x"), Param("g"), Param("tau")
ONE, ZERO = Const(1.0), Const(0.0)
EPS = np.finfo(float).eps


def plus(a, b):
    return Binary("+", a, b)


def minus(a, b):
    return Binary("-", a, b)


def times(*factors):
    result = factors[0]
    for factor in factors[1:]:
        result = Binary("*", result, factor)
    return result


def over(a, b):
    return Binary("/", a, b)


def shifted(leaf, by):
    return plus(leaf, Const(by))


@pytest.mark.parametrize("drift, expected", [
    (minus(X, over(Power(X, 3), Const(3))), ONE),
    (Power(X, 3), ZERO),
    (Power(X, 2), ZERO),
    (Power(X, 1), ONE),
    (Power(X, 0), ZERO),
    (times(X, X, X), ZERO),
    (times(X, X), ZERO),
    (G, ZERO),
    (Call("exp", (X,)), ZERO),
    (over(ONE, plus(X, ONE)), ZERO),
    (over(X, X), ZERO),
    (Select(Compare(">", X, ONE), X, ZERO), ZERO),
    (Power(plus(X, ONE), 2), ZERO),
    (X, ONE),
    (Negative(X), Const(-1.0)),
    (Negative(over(X, TAU)), Negative(over(ONE, TAU))),
    (over(minus(G, X), TAU), over(Const(-1.0), TAU)),
    (times(G, X), G),
    (times(X, G), G),
    (times(minus(X, G), TAU), TAU),
    (times(G, TAU, plus(G, ONE), X), times(G, TAU, plus(G, ONE))),
    (plus(plus(times(G, X), times(TAU, X)), over(X, G)), plus(plus(G, TAU), over(ONE, G))),
    (times(plus(X, G), minus(X, TAU)), plus(Negative(TAU), G)),
    (times(Call("exp", (X,)), X), Call("exp", (X,))),
    (times(over(G, plus(ONE, X)), X), over(G, plus(ONE, X))),
    (times(Power(Call("tanh", (X,)), 3), minus(X, G)), Power(Call("tanh", (X,)), 3)),
])
def test_what_is_expanded_and_what_is_opaque(drift, expected):
    assert linear_part(drift, "x", {}) == expected


def test_lines_are_looked_through_and_named_where_they_are_free_of_x():
    lines = {"rate": Call("exp", (G,)), "gap": minus(X, G), "current": times(Local("rate"), Local("gap"))}
    assert linear_part(over(Local("current"), TAU), "x", lines) == over(Local("rate"), TAU)


def test_a_line_that_hides_x_in_a_function_is_an_opaque_factor():
    lines = {"m": Call("exp", (X,))}
    assert linear_part(times(Local("m"), X), "x", lines) == Local("m")


def test_a_denominator_that_contains_x_through_a_line_is_opaque():
    lines = {"d": plus(X, ONE)}
    assert linear_part(over(X, Local("d")), "x", lines) == ZERO


def test_a_field_of_the_same_name_is_not_x():
    assert linear_part(times(Field("self", "x"), X), "x", {}) == Field("self", "x")


def random_drift(rng, depth) -> Expr:
    """Sums, products, signs and quotients that are at most linear in x, with a, b free of x."""
    pick = rng.integers(5)
    if depth == 0:
        return [X, Param("a"), Param("b"), Const(2.5), X][pick]
    free = [Param("a"), Call("exp", (Param("b"),)), Const(-1.5)][rng.integers(3)]
    inner = random_drift(rng, depth - 1)
    return [plus(inner, random_drift(rng, depth - 1)), minus(inner, random_drift(rng, depth - 1)),
            times(free, inner), Negative(inner), over(inner, Call("exp", (Param("b"),)))][pick]


def evaluate(node, values, lines=()):
    body = [Assign(Local(name), value) for name, value in [*lines, ("result", node)]]
    (found,) = Function(body, sorted(values), ("result",))(values, {"a": 0.7, "b": -0.4})
    return found


@pytest.mark.parametrize("seed", range(40))
def test_for_a_linear_drift_it_is_the_slope(seed):
    drift = random_drift(np.random.default_rng(seed), 5)
    at = {x: evaluate(drift, {"x": x}) for x in (0.0, 1.0, 7.0)}
    slope = evaluate(linear_part(drift, "x", {}), {"x": 3.0})
    # at most 2**5 terms of size up to (2.5*e**0.4)**5 < 800, a rounding each
    tolerance = 32 * 800 * 8 * EPS
    assert abs(slope - (at[1.0] - at[0.0])) <= tolerance
    assert abs(at[7.0] - at[0.0] - 7 * slope) <= 8 * tolerance


def test_the_linear_part_of_wang_buzsaki_is_minus_its_conductance():
    """A = -(gNa*m**3*h + gK*n**4 + gLeak)/C, though m depends on V."""
    V = Local("V")
    alpha = over(times(Const(-0.1), shifted(V, 35.0)), minus(Call("exp", (times(Const(-0.1), shifted(V, 35.0)),)), ONE))
    beta = times(Const(4.0), Call("exp", (over(Negative(shifted(V, 60.0)), Const(18.0)),)))
    h, n = Local("h"), Local("n")
    lines = {
        "alpha": alpha,
        "beta": beta,
        "m": over(Local("alpha"), plus(Local("alpha"), Local("beta"))),
        "INa": times(Const(35.0), Power(Local("m"), 3), h, minus(V, Const(55.0))),
        "IK": times(Const(9.0), Power(n, 4), minus(V, Const(-90.0))),
        "IL": times(Const(0.1), minus(V, Const(-65.0))),
    }
    drift = over(plus(minus(minus(Negative(Local("INa")), Local("IK")), Local("IL")), Local("Iext")), Const(1.7))
    rate = linear_part(drift, "V", lines)
    rng = np.random.default_rng(0)
    for _ in range(50):
        v, hh, nn = rng.uniform(-80.3, 40.0), rng.uniform(), rng.uniform()
        a = -0.1 * (v + 35) / (np.exp(-0.1 * (v + 35)) - 1)
        m = a / (a + 4 * np.exp(-(v + 60) / 18))
        expected = -(35.0 * m**3 * hh + 9.0 * nn**4 + 0.1) / 1.7
        found = evaluate(rate, {"V": v, "h": hh, "n": nn}, lines=list(lines.items())[:3])
        # exp(u) - 1 loses up to 1/|u| in its last bits, and m is cubed: some 1e3 roundings at worst here
        assert abs(found - expected) <= 1e3 * EPS * abs(expected)
