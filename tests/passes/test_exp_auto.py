"""The exponential method with df/dx at the present state: what A is, and what stays frozen."""

import math

import numpy as np
import pytest

from brainpy_lab.frontends.pysource_integrators import read_equation
from brainpy_lab.ir.expr import Call, Field, Local, Param, StepSize, Time, walk
from brainpy_lab.ir.kernel import Let
from brainpy_lab.ir.program import Step
from brainpy_lab.ir.statements import Assign, Equation, Integrate, System
from brainpy_lab.passes.lower import lower
from tests.passes.advance import LATE, Advance

DT = 0.1


def one_step(x, f, A, dt=DT):
    return x + dt * np.expm1(A * dt) / (A * dt) * f


# f and df/dx at x, both written out.
CASES = {
    "cubic": ("x - x**3/3", lambda x: (x - x**3 / 3, 1 - x**2)),
    "a function": ("-sin(2*x)", lambda x: (-np.sin(2 * x), -2 * np.cos(2 * x))),
    "a quotient": ("1/(1 + x*x) - x", lambda x: (1 / (1 + x * x) - x, -2 * x / (1 + x * x) ** 2 - 1)),
    "an exponential": ("exp(-x) - 2", lambda x: (np.exp(-x) - 2, -np.exp(-x))),
    "time": ("-x*t", lambda x: (-x * LATE, -LATE)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_rate_is_the_slope_of_the_drift(case):
    text, both = CASES[case]
    x = np.array([-1.3, 0.4, 2.1])
    (found,) = Advance("exp_auto", f"dx/dt = {text}")([x], LATE, DT)
    np.testing.assert_allclose(found, one_step(x, *both(x)), rtol=1e-14)


def test_the_slope_goes_through_intermediate_values():
    def right(x, t):
        a = x * x
        b = np.exp(-a)
        return b - 2 * x

    x = np.array([-1.3, 0.4, 2.1])
    slope = -2 * x * np.exp(-x * x) - 2
    np.testing.assert_allclose(
        Advance("exp_auto", right)([x], LATE, DT)[0], one_step(x, np.exp(-x * x) - 2 * x, slope), rtol=1e-14
    )


def test_in_a_system_every_equation_is_taken_at_the_old_state_with_the_others_frozen():
    x, y = 0.7, -0.4
    found = Advance("exp_auto", "dx/dt = x*y - x**2; dy/dt = sin(x)*y - y**3")([x, y], LATE, DT)
    expected = [
        one_step(x, x * y - x**2, y - 2 * x),
        one_step(y, math.sin(x) * y - y**3, math.sin(x) - 3 * y**2),
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_a_drift_without_the_variable_gives_the_step_of_euler():
    right = "dx/dt = t - y; dy/dt = 0*y + x"
    start = [np.array([0.3, -2.0]), np.array([1.0, 5.0])]
    auto, euler = (Advance(method, right)(start, LATE, DT) for method in ("exp_auto", "euler"))
    np.testing.assert_array_equal(auto, euler)


def test_a_slope_of_zero_at_the_present_state_gives_the_step_of_euler():
    # d/dx (2 - x**2) is 0 at x = 0
    assert Advance("exp_auto", "dx/dt = 2 - x**2")([0.0], LATE, DT)[0] == 2 * DT


def test_it_stays_bounded_where_explicit_methods_explode():
    """A membrane of 0.05 ms with dt = 0.1 ms: the explicit factor is -1, the exponential one exp(-2)."""
    right = "dx/dt = -(x + 60)*20"
    assert Advance("exp_auto", right).end([0.0], 2.0, 20)[0] == pytest.approx(-60 * (1 - math.exp(-40)), rel=1e-14)
    assert abs(Advance("rk4", "dx/dt = -(x + 60)*60").end([0.0], 2.0, 20)[0]) > 1e6


def test_a_rate_of_parameters_alone_is_an_expression_of_parameters_alone():
    """Nothing of an element is in it, so a compiled loop computes it once."""

    def right(V, t):
        return (-V + rest + R * 3.0) / tau

    equation = read_equation(right).equation
    step = Integrate(System((equation,), "exp_auto"), (Field("self", "V"),), Time(), ("new",))
    kernel = lower(Step("update", (step, Assign(Field("self", "V"), Local("new")))), "neurons")
    values = [let.value for let in kernel.lets if isinstance(let, Let)] + [e.value for e in kernel.effects]
    calls = [node for value in values for node in walk(value) if isinstance(node, Call) and node.function == "exprel"]
    leaves = {type(node) for call in calls for node in walk(call)} & {Field, Local, Param, StepSize, Time}
    assert calls and leaves == {Param, StepSize}


rest, R, tau = -60.0, 1.0, 10.0


def test_the_equation_of_a_gate_is_exact_between_two_changes_of_the_potential():
    """dn/dt = alpha*(1 - n) - beta*n with frozen rates relaxes exponentially, at any dt."""
    alpha, beta = 0.3, 1.1
    (n,) = Advance("exp_auto", f"dn/dt = {alpha}*(1 - n) - {beta}*n")([0.9], LATE, 5.0)
    steady = alpha / (alpha + beta)
    assert n == pytest.approx(steady + (0.9 - steady) * math.exp(-5 * (alpha + beta)), rel=1e-13)


def test_equations_may_be_made_by_hand():
    equation = Equation("x", Call("exp", (Local("line"),)), lines=(("line", Local("x")),))
    assert lower(
        Step("u", (Integrate(System((equation,), "exp_auto"), (Field("self", "x"),), Time(), ("new",)),
                   Assign(Field("self", "x"), Local("new")))), "neurons"
    ).effects  # fmt: skip
