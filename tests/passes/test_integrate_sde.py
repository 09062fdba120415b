"""Methods on stochastic equations: the scheme of each, its strong order on closed forms, and its sense of noise."""

import math

import numpy as np
import pytest

from brainpy_lab.passes.integrate import METHODS
from tests.passes.advance import LATE, Advance

ITO = ("euler", "exponential", "milstein_ito")
STRATONOVICH = ("heun", "milstein_stra")
# Strong order with a factor that depends on x; with a constant factor all have order 1.
STRONG = {"euler": 0.5, "exponential": 0.5, "milstein_ito": 1.0, "heun": 1.0, "milstein_stra": 1.0}


def test_these_methods_take_noise():
    takes = {name: method.noise for name, method in METHODS.items() if method.noise}
    assert takes == dict.fromkeys(ITO, "ito") | dict.fromkeys(STRATONOVICH, "stratonovich")


# ---- the schemes, written out with NumPy ----


def f(x):
    return x - x**3 - 2 * x


def g(x):
    return 0.3 * np.sqrt(1 + x * x)


def scheme(method, x, dt, xi):
    dW = math.sqrt(dt) * xi
    plain = x + dt * f(x) + g(x) * dW
    bar = x + dt * f(x) + g(x) * math.sqrt(dt)
    match method:
        case "euler":
            return plain
        case "exponential":  # the linear part of f is -x
            return x + (1 - math.exp(-dt)) * f(x) + math.exp(-dt) * g(x) * dW
        case "heun":
            return x + dt * f(x) + (g(x) + g(x + g(x) * dW)) / 2 * dW
        case "milstein_ito":
            return plain + (g(bar) - g(x)) * (dW**2 - dt) / (2 * math.sqrt(dt))
        case "milstein_stra":
            return plain + (g(x + g(x) * math.sqrt(dt)) - g(x)) * dW**2 / (2 * math.sqrt(dt))


@pytest.mark.parametrize("method", STRONG)
def test_a_step_is_that_of_the_printed_scheme(method):
    x, xi = np.array([-1.2, 0.3, 2.0]), np.array([0.8, -1.7, 0.4])
    (new,) = Advance(method, "dx/dt = x - x**3 - 2*x + 0.3*sqrt(1 + x*x)*xi")([x], LATE, 0.1, [xi])
    # 1e-14: a dozen roundings; the five results differ by more than 1e-3.
    np.testing.assert_allclose(new, scheme(method, x, 0.1, xi), rtol=1e-14)


@pytest.mark.parametrize("method", STRONG)
def test_noise_behind_intermediate_values_is_treated_alike(method):
    def right(x, t):
        squared = x * x
        width = np.sqrt(1 + squared)
        drift = x - x**3 - 2 * x
        return (drift, 0.3 * width), squared

    x, xi = np.array([-1.2, 0.3, 2.0]), np.array([0.8, -1.7, 0.4])
    new, squared = Advance(method, right)([x], LATE, 0.1, [xi])
    np.testing.assert_allclose(new, scheme(method, x, 0.1, xi), rtol=1e-14)
    np.testing.assert_array_equal(squared, x * x)


@pytest.mark.parametrize("method", ["heun", "milstein_ito", "milstein_stra"])
@pytest.mark.parametrize("right", ["dx/dt = -x**3 + 0.5*xi", "dx/dt = -x**3 + 0.5*t*xi"])
def test_a_factor_that_is_free_of_the_variable_gives_the_step_of_euler(method, right):
    x, xi = np.array([-1.2, 0.3, 2.0]), np.array([0.8, -1.7, 0.4])
    step = Advance(method, right)([x], LATE, 0.1, [xi])
    np.testing.assert_array_equal(step, Advance("euler", right)([x], LATE, 0.1, [xi]))


@pytest.mark.parametrize("method", ["milstein_ito", "milstein_stra"])
def test_a_factor_that_only_another_noise_moves_needs_no_correction(method):
    right = "dx/dt = xi_1; dy/dt = x*xi_2; dz/dt = -z"
    start, xis = [np.array([0.3]), np.array([1.0]), np.array([2.0])], [np.array([0.8]), np.array([-1.1])]
    step = Advance(method, right)(start, LATE, 0.1, xis)
    np.testing.assert_array_equal(step, Advance("euler", right)(start, LATE, 0.1, xis))


def test_a_noise_moves_only_what_it_drives():
    x, y, z, one, two, dt = 0.3, 1.2, 2.0, 0.8, -1.1, 0.1
    right = "dx/dt = xi_1; dy/dt = -y + x*y*xi_2; dz/dt = -z*y"
    first, second, root = math.sqrt(dt) * one, math.sqrt(dt) * two, math.sqrt(dt)
    plain = y - dt * y + x * y * second
    bar = y - dt * y + x * y * root
    expected = {
        "milstein_ito": plain + (x * bar - x * y) * (second**2 - dt) / (2 * root),
        "milstein_stra": plain + (x * (y + x * y * root) - x * y) * second**2 / (2 * root),
        "heun": y - dt * y + (x * y + (x + first) * (y + x * y * second)) / 2 * second,
    }
    for method, y_new in expected.items():
        found = Advance(method, right)([x, y, z], LATE, dt, [one, two])
        np.testing.assert_allclose(found, [x + first, y_new, z - dt * z * y], rtol=1e-14, err_msg=method)


# ---- strong order ----

N_FINE, N_PATHS, N_BATCHES = 256, 4000, 10
COARSE = (2, 4, 8, 16)  # fine steps in one step: dt = 1/128 .. 1/16


def paths(seed):
    """Increments of N_PATHS Wiener paths over [0, 1], shape (N_FINE, N_PATHS)."""
    return np.random.default_rng(seed).normal(0.0, math.sqrt(1 / N_FINE), (N_FINE, N_PATHS))


def ends(advance, start, increments, every):
    """The values at time 1, `every` increments joined to one step."""
    dt = every / N_FINE
    joined = increments.reshape(-1, every, N_PATHS).sum(axis=1) / math.sqrt(dt)
    values = [np.full(N_PATHS, value) for value in start]
    for k, xi in enumerate(joined):
        values = advance(values, LATE + k * dt, dt, [xi])
    return np.array(values)


def order(advance, start, increments, solution):
    """The strong order and its standard error: the slope of log mean |error| over log dt, by batches of paths."""
    errors = [np.abs(ends(advance, start, increments, every) - solution).sum(axis=0) for every in COARSE]
    batches = np.log([error.reshape(N_BATCHES, -1).mean(axis=1) for error in errors])
    slopes = np.polyfit(np.log(COARSE), batches, 1)[0]
    return slopes.mean(), slopes.std(ddof=1) / math.sqrt(N_BATCHES)


def check_order(found, expected):
    slope, error = found
    # 0.1: the next term of the error, relative order dt**0.5 or dt over a factor 8 of dt. Orders differ by 0.5.
    assert error < 0.05
    assert abs(slope - expected) < 4 * error + 0.1


@pytest.mark.parametrize("method", STRONG)
def test_strong_order_on_geometric_brownian_motion(method):
    a, b = 0.5, 0.6
    increments = paths(1)
    drift = a - b**2 / 2 if method in ITO else a
    solution = np.exp(drift + b * increments.sum(axis=0))
    check_order(order(Advance(method, f"dx/dt = {a}*x + {b}*x*xi"), [1.0], increments, solution), STRONG[method])


@pytest.mark.parametrize("method", STRONG)
def test_strong_order_on_additive_noise(method):
    """dx = -k*x*dt + s*dW; x(1) = exp(-k)*x(0) + s*int exp(-k*(1 - u)) dW(u)."""
    k, s, h = 2.0, 0.5, 1 / N_FINE
    increments = paths(2)
    # Given dW of a fine step, int exp(-k*(end - u)) dW over it is normal with this regression and remainder.
    covariance = (1 - math.exp(-k * h)) / k
    variance = (1 - math.exp(-2 * k * h)) / (2 * k) - covariance**2 / h
    rest = np.random.default_rng(3).normal(0.0, math.sqrt(variance), increments.shape)
    decay = np.exp(-k * (1 - h * np.arange(1, N_FINE + 1)))[:, None]
    solution = math.exp(-k) + s * (decay * (covariance / h * increments + rest)).sum(axis=0)
    check_order(order(Advance(method, f"dx/dt = -{k}*x + {s}*xi"), [1.0], increments, solution), 1.0)


# On the circle x = cos W, y = sin W, one noise drives both variables and each factor is the other variable.
CIRCLE = {"ito": "dx/dt = -x/2 - y*xi; dy/dt = -y/2 + x*xi", "stratonovich": "dx/dt = -y*xi; dy/dt = x*xi"}


@pytest.mark.parametrize("method", STRONG)
def test_strong_order_of_two_equations_with_one_noise(method):
    increments = paths(4)
    W = increments.sum(axis=0)
    advance = Advance(method, CIRCLE[METHODS[method].noise])
    check_order(order(advance, [1.0, 0.0], increments, [np.cos(W), np.sin(W)]), STRONG[method])


# ---- the two senses ----


@pytest.mark.parametrize("method", STRONG)
def test_the_mean_tells_ito_from_stratonovich(method):
    """dx = x dW: the mean stays 1 in Ito's sense and grows as exp(t/2) in Stratonovich's."""
    increments = paths(5)
    x = ends(Advance(method, "dx/dt = x*xi"), [1.0], increments, 4)[0]
    n_steps, dt = N_FINE // 4, 4 / N_FINE
    # The mean of one step's factor is 1 in Ito's sense, and 1 + dt/2 by both Stratonovich schemes.
    expected = (1 + dt / 2) ** n_steps if method in STRATONOVICH else 1.0
    error = x.std(ddof=1) / math.sqrt(N_PATHS)
    assert abs(x.mean() - expected) < 4 * error
    other = 1.0 if method in STRATONOVICH else math.exp(0.5)
    assert abs(x.mean() - other) > 8 * error


@pytest.mark.parametrize("method", STRONG)
def test_the_stationary_variance_of_a_leaky_neuron_with_noise(method):
    """dx = -x dt + s dW has the variance s**2/2; each scheme has that of its own linear recursion."""
    s, dt, n_steps = 0.5, 0.05, 200
    advance = Advance(method, f"dx/dt = -x + {s}*xi")
    rng, x = np.random.default_rng(6), np.zeros(N_PATHS)
    for k in range(n_steps):
        (x,) = advance([x], LATE + k * dt, dt, [rng.normal(size=N_PATHS)])
    keeps, adds = (math.exp(-dt), math.exp(-dt)) if method == "exponential" else (1 - dt, 1.0)
    expected = adds**2 * s**2 * dt / (1 - keeps**2)  # after 10 time constants, up to exp(-20)
    assert abs(x.var(ddof=1) - expected) < 4 * expected * math.sqrt(2 / N_PATHS)
    assert expected == pytest.approx(s**2 / 2, rel=0.06)
