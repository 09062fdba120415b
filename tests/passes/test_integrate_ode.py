"""Methods on equations without noise: their order on closed forms, and the scheme of each."""

import math

import numpy as np
import pytest

from brainpy_lab.passes.integrate import METHODS, METHODS_0_3
from brainpy_lab.passes.integrate.runge_kutta import explicit
from brainpy_lab.passes.integrate.tableaux import HEUN, TABLEAUX, second_order
from tests.passes.advance import LATE, Advance

ORDERS = {
    "euler": 1, "exponential": 1, "midpoint": 2, "heun": 2, "rk2": 2, "rk3": 3, "rk4": 4, "rk4_alternative": 4,
    "milstein_ito": 1, "milstein_stra": 1, "milstein_derivative_ito": 1, "milstein_derivative_stra": 1,
    "exp_auto": 1, "heun3": 3, "ralston3": 3, "ssprk3": 3, "ralston4": 4, "heun_euler": 2, "rkf12": 2, "bs": 3,
    "rkf45": 5, "ck": 5, "rkdp": 5, "srk1w1": 2, "srk2w1": 3,
}  # fmt: skip

# Each stands for something that a scheme can get wrong: curvature, the time of a stage, the other variables of a stage.
PROBLEMS = {
    "nonlinear": ("dx/dt = 2*x*(1 - x)", [0.1], lambda s: [1 / (1 + 9 * math.exp(-2 * s))]),
    "driven": (
        f"dx/dt = -x + sin(3*(t - {LATE}))",
        [1.0],
        lambda s: [1.3 * math.exp(-s) + 0.1 * (math.sin(3 * s) - 3 * math.cos(3 * s))],
    ),
    # x'' + x = 2 cos t has the solution x = t sin t.
    "resonance": (
        f"dx/dt = y; dy/dt = -x + 2*cos(t - {LATE})",
        [0.0, 0.0],
        lambda s: [s * math.sin(s), math.sin(s) + s * math.cos(s)],
    ),
    # x = (1 + s)/2 and y = 1/x: the product of two variables, both moving.
    "product": ("dx/dt = 0.5*x*y; dy/dt = -0.5*x*y**3", [0.5, 2.0], lambda s: [(1 + s) / 2, 2 / (1 + s)]),
}


def test_every_method_has_an_order():
    plain = {name: method for name, method in METHODS.items() if "(" not in name}  # a test may have made an rk2(beta)
    assert {name: method.order for name, method in plain.items()} == ORDERS


@pytest.mark.parametrize("beta", [0.25, 0.5, 2 / 3, 1.0])
def test_the_family_of_rk2_has_its_parameter(monkeypatch, beta):
    for known in (METHODS, METHODS_0_3):
        monkeypatch.setitem(known, f"rk2({beta!r})", explicit(second_order(beta)))
    second = 1 / (2 * beta)
    step = Advance(f"rk2({beta!r})", JOINT)([0.7, 0.4], 2.0, 0.25)
    tableau = ([0, beta], [[], [beta]], [1 - second, second])
    np.testing.assert_allclose(step, by_tableau(joint_rate, np.array([0.7, 0.4]), 2.0, 0.25, tableau), rtol=1e-14)
    same = {0.5: "midpoint", 2 / 3: "rk2", 1.0: "heun"}.get(beta)
    if same:
        np.testing.assert_allclose(step, Advance(same, JOINT)([0.7, 0.4], 2.0, 0.25), rtol=1e-14)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("method", ORDERS)
def test_the_error_falls_with_the_order_of_the_method(method, problem):
    text, start, solution = PROBLEMS[problem]
    advance = Advance(method, text)
    exact = np.array(solution(1.5))
    # The slope of the drift where time does not enter makes this method one of second order for one equation.
    expected = 2 if (method, problem) == ("exp_auto", "nonlinear") else ORDERS[method]
    if expected == 5:
        # Above 80 steps rounding shows. The next power of dt is still seen here: its factor may be larger than that
        # of dt**5, which is small for methods of this order; that the order is 5 is held by the order conditions.
        errors = [np.abs(advance.end(start, 1.5, n) - exact).max() for n in (40, 80)]
        assert 4.6 < math.log2(errors[0] / errors[1]) < 6.5 and errors[-1] < 1e-10
        return
    errors = [np.abs(advance.end(start, 1.5, n) - exact).max() for n in (40, 80, 160)]
    # The error is C*dt**p*(1 + O(dt)): halving dt from 0.02 changes the observed order by a few percent at most.
    for coarse, fine in zip(errors, errors[1:]):
        assert math.log2(coarse / fine) == pytest.approx(expected, abs=0.2)
    assert errors[-1] < 0.2 * 0.01 ** (expected - 1)


@pytest.mark.parametrize("method", ["exponential", "exp_auto"])
def test_the_exponential_methods_are_exact_where_the_rate_is_constant(method):
    advance = Advance(method, "dx/dt = 3 - 2*x")
    x = advance.end([1.0], 5.0, 7)[0]
    # 1e-14: 7 steps, each within a few roundings.
    assert x == pytest.approx(1.5 - 0.5 * math.exp(-10.0), rel=1e-14)


# Nodes, matrix and weights as printed in the references of the methods.
PRINTED = {
    "euler": ([0], [[]], [1]),
    "midpoint": ([0, 1 / 2], [[], [1 / 2]], [0, 1]),
    "heun": ([0, 1], [[], [1]], [1 / 2, 1 / 2]),
    "rk2": ([0, 2 / 3], [[], [2 / 3]], [1 / 4, 3 / 4]),
    "rk3": ([0, 1 / 2, 1], [[], [1 / 2], [-1, 2]], [1 / 6, 4 / 6, 1 / 6]),
    "rk4": ([0, 1 / 2, 1 / 2, 1], [[], [1 / 2], [0, 1 / 2], [0, 0, 1]], [1 / 6, 2 / 6, 2 / 6, 1 / 6]),
    "rk4_alternative": (
        [0, 1 / 3, 2 / 3, 1],
        [[], [1 / 3], [-1 / 3, 1], [1, -1, 1]],
        [1 / 8, 3 / 8, 3 / 8, 1 / 8],
    ),
    "milstein_ito": ([0], [[]], [1]),
    "milstein_stra": ([0], [[]], [1]),
    "milstein_derivative_ito": ([0], [[]], [1]),
    "milstein_derivative_stra": ([0], [[]], [1]),
    # The drift's part of Roessler's schemes.
    "srk1w1": ([0, 3 / 4], [[], [3 / 4]], [1 / 3, 2 / 3]),
    "srk2w1": ([0, 1, 1 / 2], [[], [1], [1 / 4, 1 / 4]], [1 / 6, 1 / 6, 2 / 3]),
}
# The others are data too; that their numbers are right is held by the order conditions in test_tableaux.py.
READ = {
    tableau.name: (tableau.nodes, [row.values for row in tableau.matrix], tableau.weights.values)
    for tableau in (HEUN, *TABLEAUX)
}


JOINT = "dx/dt = x*y - t; dy/dt = t*sin(x) - y**2"


def joint_rate(z, t):
    return np.array([z[0] * z[1] - t, t * math.sin(z[0]) - z[1] ** 2])


def by_tableau(rate, x, t, dt, tableau):
    nodes, matrix, weights = tableau
    slopes = []
    for node, row in zip(nodes, matrix):
        slopes.append(rate(x + dt * sum((a * k for a, k in zip(row, slopes)), np.zeros(2)), t + node * dt))
    return x + dt * sum(b * k for b, k in zip(weights, slopes))


@pytest.mark.parametrize("method", READ | PRINTED)
def test_a_step_is_that_of_the_tableau(method):
    expected = by_tableau(joint_rate, np.array([0.7, 0.4]), 2.0, 0.25, (READ | PRINTED)[method])
    # 1e-14: some twenty roundings of numbers near 1; the schemes differ from each other by more than 1e-4 here.
    np.testing.assert_allclose(Advance(method, JOINT)([0.7, 0.4], 2.0, 0.25), expected, rtol=1e-14)


def test_the_tableaux_are_told_apart_by_the_step_that_compares_them():
    alike = {"heun_euler", "bs", "srk2w1"}  # the same result as heun, ralston3 and ssprk3
    names = [name for name in READ | PRINTED if not name.startswith("milstein") and name not in alike]
    ends = {name: Advance(name, JOINT)([0.7, 0.4], 2.0, 0.25)[0] for name in names}
    values = sorted(ends.values())
    # Those of fourth and fifth order are within 1e-6 of the truth here.
    assert min(b - a for a, b in zip(values, values[1:])) > 1e-10


@pytest.mark.parametrize("method", ORDERS)
def test_further_values_are_those_of_the_start_of_the_step(method):
    def f(x, t):
        a = 3 * x
        return (-a,), a, t * a

    new, a, product = Advance(method, f)([2.0], 5.0, 0.1)
    assert (a, product) == (6.0, 30.0)
    # Up to the method's own error, whose bound here is 2*(3*dt)**2/2.
    assert new == pytest.approx(2 * math.exp(-0.3), abs=0.09)
