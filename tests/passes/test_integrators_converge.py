"""Integrators against closed forms: order of convergence, exactness, and paths of stochastic equations."""

import math

import numpy as np
import pytest

from brainpy_lab.ir.expr import Binary, Call, Const, Expr, Local, Negative, Param, Power, StepIndex, Time
from brainpy_lab.ir.statements import Equation, Integrate, System
from brainpy_lab.passes.integrate import METHODS_0_3
from brainpy_lab.runtime.evaluate import Function

X, Y = Local("x"), Local("y")
EPS = np.finfo(float).eps


def stepper(method, *equations):
    """One step as a function of the locals named by the variables."""
    names = tuple(eq.variable for eq in equations)
    results = tuple(f"{name}_next" for name in names)
    values: tuple[Expr, ...] = tuple(Local(name) for name in names)
    return Function([Integrate(System(equations, method), values, Time(), results)], names, results), names


def solve(method, equations, start, end, n_steps, draw=None, params=None):
    step, names = stepper(method, *equations)
    dt, values = end / n_steps, tuple(start)
    for k in range(n_steps):
        values = step(dict(zip(names, values)), params or {}, k * dt, dt, draw and draw(k))
    return values


def order(method, equations, start, end, exact, steps):
    """The order measured between two step sizes."""
    errors = [abs(solve(method, equations, start, end, n)[0] - exact) for n in (steps, 2 * steps)]
    return math.log2(errors[0] / errors[1])


LOGISTIC = (Equation("x", Binary("*", X, Binary("-", Const(1.0), X))),)
LOGISTIC_AT_2 = 1 / (1 + 9 * math.exp(-2.0))  # from x(0) = 0.1

# x' = x*cos(t): x(t) = exp(sin t); the time of every stage matters
DRIVEN = (Equation("x", Binary("*", X, Call("cos", (Time(),)))),)

# x' = y, y' = -x: x(t) = cos t
OSCILLATOR = (Equation("x", Y), Equation("y", Negative(X)))

SMOOTH = ["euler", "exponential", *sorted(set(METHODS_0_3) - {"euler", "exponential"})]


@pytest.mark.parametrize("method", SMOOTH)
def test_the_order_for_the_logistic_equation_is_the_one_declared(method):
    measured = order(method, LOGISTIC, (0.1,), 2.0, LOGISTIC_AT_2, 64)
    # the next term of the error is smaller by about dt = 2/64, times a constant
    assert abs(measured - METHODS_0_3[method].order) < 0.2


@pytest.mark.parametrize("method", SMOOTH)
def test_the_order_is_kept_where_time_enters(method):
    # the next term of the error is smaller by about dt = 2/96, times a constant
    assert abs(order(method, DRIVEN, (1.0,), 2.0, math.exp(math.sin(2.0)), 96) - METHODS_0_3[method].order) < 0.2


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_equations_of_one_system_advance_together(method):
    measured = order(method, OSCILLATOR, (1.0, 0.0), 2.5, math.cos(2.5), 80)
    assert abs(measured - METHODS_0_3[method].order) < 0.25


def test_the_known_orders():
    assert [METHODS_0_3[name].order for name in ("euler", "exponential", "rk4")] == [1, 1, 4]


@pytest.mark.parametrize("dt", [0.1, 1.0, 30.0])
def test_exponential_is_exact_for_a_linear_equation(dt):
    # x' = (b - x)/tau: x(dt) = b + (x0 - b)*exp(-dt/tau), at any step size
    drift = Binary("/", Binary("-", Param("b"), X), Param("tau"))
    (found,) = solve("exponential", (Equation("x", drift),), (5.0,), dt, 1, params={"b": -2.0, "tau": 3.0})
    exact = -2.0 + 7.0 * math.exp(-dt / 3.0)
    assert abs(found - exact) <= 16 * EPS * 7.0  # a few roundings of numbers up to 7


def test_exponential_is_euler_where_nothing_is_linear():
    found = [solve(method, (Equation("x", Power(X, 3)),), (0.3,), 0.1, 1) for method in ("euler", "exponential")]
    assert found[0] == found[1]


def test_rk4_takes_the_step_of_the_textbook():
    # x' = x: one step multiplies by 1 + h + h**2/2 + h**3/6 + h**4/24
    (found,) = solve("rk4", (Equation("x", X),), (1.0,), 0.5, 1)
    assert abs(found - (1 + 0.5 + 0.125 + 0.125 / 6 + 0.0625 / 24)) <= 4 * EPS


def test_extra_values_belong_to_the_start_of_the_step():
    eq = Equation("x", Negative(X), extras=(Binary("*", Const(2.0), X), Time()))
    statement = Integrate(System((eq,), "rk4"), (X,), Time(), ("new",), ("double", "when"))
    double, when = Function([statement], ("x",), ("double", "when"))({"x": 3.0}, {}, 7.0, 0.1)
    assert (double, when) == (6.0, 7.0)


def test_the_step_index_is_no_obstacle():
    (found,) = solve("euler", (Equation("x", StepIndex()),), (1.0,), 1.0, 1)
    assert found == 1.0  # an eager call is step 0


# -- noise: mean error of many paths at time 1 against the closed form with the same Wiener path

PATHS, FINE = 4000, 256


def wiener(n_steps, seed=3):
    """Increments of PATHS Wiener paths up to time 1, summed to `n_steps` steps, and W(1)."""
    fine = np.random.default_rng(seed).normal(size=(FINE, PATHS)) / math.sqrt(FINE)
    return fine.reshape(n_steps, FINE // n_steps, PATHS).sum(axis=1), fine.sum(axis=0)


def path_errors(method, equation, start, exact, n_steps):
    increments, _ = wiener(n_steps)
    scale = math.sqrt(n_steps)
    (found,) = solve(method, (equation,), (np.full(PATHS, start),), 1.0, n_steps,
                     draw=lambda k: lambda distribution, site: increments[k] * scale)
    return np.abs(found - exact(n_steps))


def strong_order(method, equation, start, exact, coarse, fine):
    """The slope of log(mean error) over log(dt), and its standard error."""
    errors = [path_errors(method, equation, start, exact, n) for n in (coarse, fine)]
    slope = math.log(errors[0].mean() / errors[1].mean()) / math.log(fine / coarse)
    # relative standard errors of the two means, as if independent: paths are shared, so this is on the safe side
    spread = [error.std() / error.mean() / math.sqrt(PATHS) for error in errors]
    return slope, math.hypot(*spread) / math.log(fine / coarse)


def geometric(mu, sigma):
    return lambda n_steps: np.exp((mu - sigma**2 / 2) + sigma * wiener(n_steps)[1])


def test_euler_maruyama_has_order_one_half_for_multiplicative_noise():
    # dx = 0.5*x dt + 0.8*x dW (Ito): x(1) = exp(0.5 - 0.32 + 0.8*W(1))
    eq = Equation("x", Binary("*", Const(0.5), X), Binary("*", Const(0.8), X))
    slope, error = strong_order("euler", eq, 1.0, geometric(0.5, 0.8), 16, 256)
    # 3 standard errors, and 0.08 for the terms of order 1 that are still there at dt = 1/16
    assert abs(slope - 0.5) < 3 * error + 0.08, (slope, error)


def test_euler_maruyama_has_order_one_for_additive_noise():
    # dx = -x dt + 0.5 dW: x(1) = exp(-1)*x(0) + 0.5*(integral of exp(s - 1) dW from 0 to 1)
    eq = Equation("x", Negative(X), Const(0.5))

    def exact(n_steps):
        fine, _ = wiener(FINE)
        # integral of exp(s - 1) dW over each fine step, with its conditional mean given the increment; what is left
        # has a standard deviation below dt_fine/sqrt(12)*0.5 = 6e-4
        left = np.arange(FINE) / FINE
        weight = (np.exp(left + 1 / FINE - 1) - np.exp(left - 1)) * FINE
        return math.exp(-1) + 0.5 * (weight[:, None] * fine).sum(axis=0)

    slope, error = strong_order("euler", eq, 1.0, exact, 4, 32)
    # 3 standard errors, 0.1 for the next order at dt = 1/4
    assert abs(slope - 1.0) < 3 * error + 0.1, (slope, error)


def test_milstein_has_order_one_for_multiplicative_noise():
    eq = Equation("x", Binary("*", Const(0.5), X), Binary("*", Const(0.8), X))
    slope, error = strong_order("milstein_ito", eq, 1.0, geometric(0.5, 0.8), 16, 256)
    assert abs(slope - 1.0) < 3 * error + 0.1, (slope, error)


def test_the_mean_of_geometric_brownian_motion_is_that_of_ito():
    eq = Equation("x", Binary("*", Const(0.5), X), Binary("*", Const(0.8), X))
    increments, _ = wiener(64)
    (found,) = solve("euler", (eq,), (np.ones(PATHS),), 1.0, 64, draw=lambda k: lambda *_: increments[k] * 8.0)
    # E x(1) under Euler is (1 + 0.5/64)**64 exactly
    assert abs(found.mean() - (1 + 0.5 / 64) ** 64) < 4 * found.std() / math.sqrt(PATHS)


def test_equations_that_name_the_same_noise_share_it():
    eqs = (Equation("x", Const(0.0), Const(1.0), noise="xi"), Equation("y", Const(0.0), Const(2.0), noise="xi"))
    sites = []

    def draw(k):
        return lambda distribution, site: sites.append(site) or 0.3

    x, y = solve("euler", eqs, (0.0, 0.0), 1.0, 1, draw=draw)
    assert (x, y) == (0.3, 0.6) and sites == [0]


def test_equations_without_a_name_for_noise_have_one_each():
    eqs = (Equation("x", Const(0.0), Const(1.0)), Equation("y", Const(0.0), Const(1.0)))
    x, y = solve("euler", eqs, (0.0, 0.0), 1.0, 1, draw=lambda k: lambda distribution, site: 0.3 + site)
    assert (x, y) == (0.3, 1.3)
