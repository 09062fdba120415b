"""Methods on stochastic equations: the scheme of each, its strong order on closed forms, and its sense of noise."""

import math

import numpy as np
import pytest

from brainpy_lab.passes.integrate import METHODS
from brainpy_lab.passes.integrate.strong_rk import SRI1W1, SRI2W1
from tests.passes.advance import LATE, Advance

STRATONOVICH = ("heun", "milstein_stra", "milstein_derivative_stra")
# Strong order with a factor that depends on x; with a constant factor all others have order 1.
STRONG = {"euler": 0.5, "exponential": 0.5, "exp_auto": 0.5, "milstein_ito": 1.0, "heun": 1.0, "milstein_stra": 1.0,
          "milstein_derivative_ito": 1.0, "milstein_derivative_stra": 1.0,
          "srk1w1": 1.5, "srk2w1": 1.5}  # fmt: skip
ROESSLER = {"srk1w1": SRI1W1, "srk2w1": SRI2W1}
ITO = tuple(method for method in STRONG if method not in STRATONOVICH)


def test_these_methods_take_noise():
    takes = {name: method.noise for name, method in METHODS.items() if method.noise}
    assert takes == dict.fromkeys(ITO, "ito") | dict.fromkeys(STRATONOVICH, "stratonovich")


# ---- the schemes, written out with NumPy ----


def f(x):
    return x - x**3 - 2 * x


def g(x):
    return 0.3 * np.sqrt(1 + x * x)


def scheme(method, x, dt, xi, zeta):
    dW = math.sqrt(dt) * xi
    plain = x + dt * f(x) + g(x) * dW
    bar = x + dt * f(x) + g(x) * math.sqrt(dt)
    match method:
        case "euler":
            return plain
        case "exponential":  # the linear part of f is -x
            return x + (1 - math.exp(-dt)) * f(x) + math.exp(-dt) * g(x) * dW
        case "exp_auto":
            A = -1 - 3 * x**2
            return x + np.expm1(A * dt) / A * f(x) + np.exp(A * dt) * g(x) * dW
        case "milstein_derivative_ito":
            return plain + g(x) * 0.3 * x / np.sqrt(1 + x * x) * (dW**2 - dt) / 2
        case "milstein_derivative_stra":
            return plain + g(x) * 0.3 * x / np.sqrt(1 + x * x) * dW**2 / 2
        case "srk1w1" | "srk2w1":
            return roessler(ROESSLER[method], x, dt, xi, zeta)
        case "heun":
            return x + dt * f(x) + (g(x) + g(x + g(x) * dW)) / 2 * dW
        case "milstein_ito":
            return plain + (g(bar) - g(x)) * (dW**2 - dt) / (2 * math.sqrt(dt))
        case "milstein_stra":
            return plain + (g(x + g(x) * math.sqrt(dt)) - g(x)) * dW**2 / (2 * math.sqrt(dt))


def roessler(tab, x, h, xi, zeta):
    """Roessler 2010: stages H0 and H1 from iterated integrals, one noise, no time."""
    I1 = math.sqrt(h) * xi
    I10 = h / 2 * (I1 + math.sqrt(h) * zeta / math.sqrt(3))
    I11, I111 = (I1**2 - h) / 2, (I1**3 - 3 * h * I1) / 6

    def total(row, values):
        return sum((a * value for a, value in zip(row.values, values)), np.zeros_like(x))

    a, b = [], []
    for A0, B0, A1, B1 in zip(tab.A0, tab.B0, tab.A1, tab.B1):
        H0 = x + total(A0, a) * h + total(B0, b) * I10 / h
        H1 = x + total(A1, a) * h + total(B1, b) * math.sqrt(h)
        a.append(f(H0))
        b.append(g(H1))
    integrals = I1, I11 / math.sqrt(h), I10 / h, I111 / h
    return x + total(tab.alpha, a) * h + sum(total(beta, integrals) * one for beta, one in zip(tab.beta, b))


@pytest.mark.parametrize("method", STRONG)
def test_a_step_is_that_of_the_printed_scheme(method):
    x, xi, zeta = np.array([-1.2, 0.3, 2.0]), np.array([0.8, -1.7, 0.4]), np.array([-0.3, 1.1, 0.9])
    (new,) = Advance(method, "dx/dt = x - x**3 - 2*x + 0.3*sqrt(1 + x*x)*xi")([x], LATE, 0.1, [xi, zeta])
    # 2e-14: up to fifty roundings; any two methods differ by more than 5e-4 here.
    np.testing.assert_allclose(new, scheme(method, x, 0.1, xi, zeta), rtol=2e-14)


@pytest.mark.parametrize("method", STRONG)
def test_noise_behind_intermediate_values_is_treated_alike(method):
    def right(x, t):
        squared = x * x
        width = np.sqrt(1 + squared)
        drift = x - x**3 - 2 * x
        return (drift, 0.3 * width), squared

    x, xi, zeta = np.array([-1.2, 0.3, 2.0]), np.array([0.8, -1.7, 0.4]), np.array([-0.3, 1.1, 0.9])
    new, squared = Advance(method, right)([x], LATE, 0.1, [xi, zeta])
    np.testing.assert_allclose(new, scheme(method, x, 0.1, xi, zeta), rtol=2e-14)
    np.testing.assert_array_equal(squared, x * x)


MILSTEIN = ["milstein_ito", "milstein_stra", "milstein_derivative_ito", "milstein_derivative_stra"]


@pytest.mark.parametrize("method", ["heun", *MILSTEIN])
@pytest.mark.parametrize("right", ["dx/dt = -x**3 + 0.5*xi", "dx/dt = -x**3 + 0.5*t*xi"])
def test_a_factor_that_is_free_of_the_variable_gives_the_step_of_euler(method, right):
    x, xi = np.array([-1.2, 0.3, 2.0]), np.array([0.8, -1.7, 0.4])
    step = Advance(method, right)([x], LATE, 0.1, [xi])
    np.testing.assert_array_equal(step, Advance("euler", right)([x], LATE, 0.1, [xi]))


@pytest.mark.parametrize("method", MILSTEIN)
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
        "milstein_derivative_ito": plain + x * y * x * (second**2 - dt) / 2,
        "milstein_derivative_stra": plain + x * y * x * second**2 / 2,
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


# What the path does inside a fine step, as a second number like those that the methods draw.
WITHIN = np.random.default_rng(7).normal(size=(N_FINE, N_PATHS))


def areas(increments):
    """The integral of W(t) - W(start) over every fine step: given the increment it is normal around h/2 of it."""
    h = 1 / N_FINE
    return h / 2 * (increments + math.sqrt(h / 3) * WITHIN)


def ends(advance, start, increments, every):
    """The values at time 1, `every` increments joined to one step."""
    h, dt = 1 / N_FINE, every / N_FINE
    fine = increments.reshape(-1, every, N_PATHS)
    joined = fine.sum(axis=1)
    before = fine.cumsum(axis=1) - fine
    area = (areas(increments).reshape(-1, every, N_PATHS) + h * before).sum(axis=1)
    first, second = joined / math.sqrt(dt), math.sqrt(3.0) * (2.0 * area / dt - joined) / math.sqrt(dt)
    values = [np.full(N_PATHS, value) for value in start]
    for k, (xi, zeta) in enumerate(zip(first, second)):
        values = advance(values, LATE + k * dt, dt, [xi, zeta])
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


def test_the_joined_numbers_are_normal_and_independent():
    """What a coarse step is given has the law of what a method draws."""
    given = []
    ends(lambda values, t, dt, xis: given.append(xis) or values, [0.0], paths(8), 8)
    xi, zeta = np.array(given).transpose(1, 0, 2).reshape(2, -1)
    few = 4 / math.sqrt(xi.size)  # four standard errors
    assert abs(xi.mean()) < few and abs(zeta.mean()) < few and abs((xi * zeta).mean()) < few
    assert abs(xi.var() - 1) < few * math.sqrt(2) and abs(zeta.var() - 1) < few * math.sqrt(2)


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
    # Over a fine step int exp(-k*(end - u)) dW(u) = dW - k*area + k**2/2*Q, and given the first two Q is normal around
    # h*area - h**2*dW/6 with the variance h**5/180: what that leaves out is a twentieth of the smallest error.
    area = areas(increments)
    noise = increments - k * area + k**2 / 2 * (h * area - h**2 / 6 * increments)
    decay = np.exp(-k * (1 - h * np.arange(1, N_FINE + 1)))[:, None]
    solution = math.exp(-k) + s * (decay * noise).sum(axis=0)
    # The drift is linear, so the first integral that Roessler's schemes leave out is I_100, of mean 0 and size dt**2.5.
    expected = 2.0 if method in ROESSLER else 1.0
    check_order(order(Advance(method, f"dx/dt = -{k}*x + {s}*xi"), [1.0], increments, solution), expected)


# On the circle x = cos W, y = sin W, one noise drives both variables and each factor is the other variable.
CIRCLE = {"ito": "dx/dt = -x/2 - y*xi; dy/dt = -y/2 + x*xi", "stratonovich": "dx/dt = -y*xi; dy/dt = x*xi"}


@pytest.mark.parametrize("method", STRONG)
def test_strong_order_of_two_equations_with_one_noise(method):
    increments = paths(4)
    W = increments.sum(axis=0)
    advance = Advance(method, CIRCLE[METHODS[method].noise])
    check_order(order(advance, [1.0, 0.0], increments, [np.cos(W), np.sin(W)]), STRONG[method])


@pytest.mark.parametrize("method", STRONG)
def test_strong_order_where_drift_and_noise_are_curved(method):
    """x = sinh(W + t + 0.2), whose noise has the factor sqrt(1 + x**2)."""
    correction = " + x/2" if method in ITO else ""
    increments = paths(9)
    advance = Advance(method, f"dx/dt = sqrt(1 + x*x){correction} + sqrt(1 + x*x)*xi")
    solution = np.sinh(increments.sum(axis=0) + 1.2)
    slope, error = order(advance, [math.sinh(0.2)], increments, solution)
    # The largest paths decide the mean of |sinh|; at dt = 1/16 their next term takes a tenth off the slope.
    assert error < 0.05 and abs(slope - STRONG[method]) < 4 * error + 0.15


def test_two_noises_have_two_families_of_stages():
    """Each of two independent equations is integrated as it would be alone."""
    right = "dx/dt = x + 0.5*x*xi_1; dy/dt = sin(y) + 0.3*cos(y)*xi_2; dz/dt = x*y"
    x, y, z = np.array([0.3, 1.0]), np.array([-0.4, 0.9]), np.array([0.0, 2.0])
    xis = [np.array(pair) for pair in ([0.8, -1.1], [0.2, 0.5], [-0.7, 1.6], [0.9, -0.2])]  # xi of x, y; zeta of x, y
    for method in ROESSLER:
        found = Advance(method, right)([x, y, z], LATE, 0.1, xis)
        alone = Advance(method, "dx/dt = x + 0.5*x*xi")([x], LATE, 0.1, [xis[0], xis[2]])
        np.testing.assert_allclose(found[0], alone[0], rtol=1e-14)
        alone = Advance(method, "dy/dt = sin(y) + 0.3*cos(y)*xi")([y], LATE, 0.1, [xis[1], xis[3]])
        np.testing.assert_allclose(found[1], alone[0], rtol=1e-14)


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
        (x,) = advance([x], LATE + k * dt, dt, rng.normal(size=(2, N_PATHS)))
    keeps, adds = (math.exp(-dt), math.exp(-dt)) if method.startswith("exp") else (1 - dt, 1.0)
    expected = adds**2 * s**2 * dt / (1 - keeps**2)  # after 10 time constants, up to exp(-20)
    if method in ROESSLER:
        expected = s**2 / 2  # within dt**2 of it: far below the standard error
    assert abs(x.var(ddof=1) - expected) < 4 * expected * math.sqrt(2 / N_PATHS)
    assert expected == pytest.approx(s**2 / 2, rel=0.06)
