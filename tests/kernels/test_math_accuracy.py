"""Errors against 60 digits (mpmath) on some points and against 64-bit mantissas (longdouble) on many."""

import brainpy_lab.kernels.reference.math as reference
import mpmath as mp
import numpy as np
import pytest

from tests.kernels.samples import FLOATS, UNARY, arguments, power_arguments, special_values

# Units in the last place; the next half above the largest error seen on 2.4 million points per function and type.
BOUND = {
    "exp": 1.0,
    "expm1": 1.5,
    "exprel": 2.0,
    "log": 1.0,
    "log10": 1.0,
    "log1p": 1.0,
    "sin": 1.0,
    "cos": 1.0,
    "tan": 2.5,
    "sinh": 2.5,
    "cosh": 1.5,
    "tanh": 2.0,
    "pow": 1.0,
}
LONG = np.longdouble
needs_longdouble = pytest.mark.skipif(np.finfo(LONG).nmant < 63, reason="longdouble is no wider than double here")


def long_exprel(x):
    return np.where(x == 0, LONG(1), np.expm1(x) / x)


def domain(function, x):
    """The part of `x` for which the bound is promised and the true value is a finite number."""
    x = x[np.isfinite(x)]
    if function in ("log", "log10"):
        return x[x > 0]
    if function == "log1p":
        return x[x > -1]
    if function in ("sin", "cos", "tan"):
        return x[np.abs(x) <= 1e5]
    if function == "exprel":
        return x[x <= (709.78 if x.dtype == np.float64 else 88.72)]
    return x


def unit(x):
    """One unit in the last place of finite `x`; the largest number takes that of its neighbour below."""
    x = np.abs(x)
    return np.spacing(np.minimum(x, np.nextafter(np.finfo(x.dtype).max, x.dtype.type(0))))


def assert_within(bound, found, expected, what):
    """`found` lies within `bound` units in the last place of `expected` (wider floats); overflow must be inf."""
    with np.errstate(over="ignore", under="ignore"):
        rounded = expected.astype(found.dtype)
    finite = np.isfinite(rounded)
    assert np.array_equal(found[~finite], rounded[~finite]), what
    # The largest finite number is within a unit of the overflow threshold, so inf is a neighbour of it.
    edge = np.abs(rounded) == np.finfo(found.dtype).max
    check = finite & ~(edge & np.isinf(found))
    error = np.abs(found[check].astype(LONG) - expected[check]) / unit(rounded[check])
    assert error.max() <= bound, f"{what}: {error.max():.3f} units at point {np.flatnonzero(check)[error.argmax()]}"


@needs_longdouble
@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("function", UNARY)
def test_errors_stay_within_the_stated_bound(function, name):
    x = domain(function, arguments(60_000, name, seed=5))
    exact = long_exprel if function == "exprel" else getattr(np, function)
    with np.errstate(all="ignore"):
        expected = exact(x.astype(LONG))
    assert_within(BOUND[function], getattr(reference, f"{function}_{name}")(x), expected, f"{function}_{name}")


@needs_longdouble
@pytest.mark.parametrize("name", FLOATS)
def test_powers_stay_within_the_stated_bound(name):
    x, y = power_arguments(60_000, name, seed=6)
    keep = np.isfinite(x) & np.isfinite(y) & (x > 0)
    x, y = x[keep], y[keep]
    with np.errstate(all="ignore"):
        expected = np.power(x.astype(LONG), y.astype(LONG))
    assert_within(BOUND["pow"], getattr(reference, f"pow_{name}")(x, y), expected, f"pow_{name}")


def exact_value(function, x):
    x = mp.mpf(float(x))
    if function == "exprel":
        return mp.expm1(x) / x if x else mp.mpf(1)
    return getattr(mp, {"log10": "log10"}.get(function, function))(x)


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("function", UNARY)
def test_errors_stay_within_the_stated_bound_against_sixty_digits(function, name):
    float_type = FLOATS[name]
    x = domain(function, arguments(60, name, seed=7))
    info = np.finfo(float_type)
    with mp.workdps(60):
        for argument, found in zip(x, getattr(reference, f"{function}_{name}")(x)):
            exact = exact_value(function, argument)
            if abs(exact) > float(info.max):
                assert found == np.sign(float(mp.sign(exact))) * np.inf
                continue
            # One unit in the last place of a number in [2**e, 2**(e + 1)), subnormal numbers included.
            exponent = max(int(mp.floor(mp.log(abs(exact), 2))) if exact else -9999, info.minexp)
            error = abs(mp.mpf(float(found)) - exact) / mp.mpf(2) ** (exponent - info.nmant)
            assert error <= BOUND[function], f"{function}_{name}({argument!r}) is off by {float(error)} units"


def same(found, expected):
    """Equal, NaN with NaN and zeros by sign."""
    both_nan = np.isnan(found) & np.isnan(expected)
    return (both_nan | ((found == expected) & ((found != 0) | (np.signbit(found) == np.signbit(expected))))).all()


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize(
    ("function", "points"),
    [
        ("exp", [0, -0.0, np.inf, -np.inf, np.nan, 1e30, -1e30]),
        ("expm1", [0, -0.0, np.inf, -np.inf, np.nan, 1e30, -1e30]),
        ("log", [0, -0.0, 1, -1, np.inf, -np.inf, np.nan]),
        ("log10", [0, -0.0, 1, -1, np.inf, -np.inf, np.nan]),
        ("log1p", [0, -0.0, -1, -2, np.inf, -np.inf, np.nan]),
        ("sin", [0, -0.0, np.inf, -np.inf, np.nan]),
        ("cos", [0, -0.0, np.inf, -np.inf, np.nan]),
        ("tan", [0, -0.0, np.inf, -np.inf, np.nan]),
        ("sinh", [0, -0.0, np.inf, -np.inf, np.nan, 1e30, -1e30]),
        ("cosh", [0, -0.0, np.inf, -np.inf, np.nan, 1e30, -1e30]),
        ("tanh", [0, -0.0, np.inf, -np.inf, np.nan, 1e30, -1e30]),
    ],
)
def test_limits_and_special_values_are_those_of_ieee_754(function, points, name):
    x = np.array(points, FLOATS[name])
    with np.errstate(all="ignore"):
        assert same(getattr(reference, f"{function}_{name}")(x), getattr(np, function)(x))


@pytest.mark.parametrize("name", FLOATS)
def test_log10_is_exact_at_powers_of_ten(name):
    n = np.arange(23 if name == "f64" else 11)  # the powers of ten that the type holds exactly
    assert np.array_equal(getattr(reference, f"log10_{name}")([10.0**k for k in n.tolist()]), n)


@pytest.mark.parametrize("name", FLOATS)
def test_exprel_is_one_at_zero_and_has_its_limits(name):
    exprel = getattr(reference, f"exprel_{name}")
    assert same(exprel([0, -0.0, -np.inf, np.inf, np.nan]), np.array([1, 1, 0, np.inf, np.nan]))
    assert exprel(np.finfo(FLOATS[name]).smallest_subnormal) == 1


@pytest.mark.parametrize("name", FLOATS)
def test_pow_has_the_special_cases_of_c99(name):
    x, y = (grid.ravel() for grid in np.meshgrid(special_values(FLOATS[name]), special_values(FLOATS[name])))
    with np.errstate(all="ignore"):
        expected = np.power(x, y)
    found = getattr(reference, f"pow_{name}")(x, y)
    special = ~np.isfinite(expected) | (expected == 0)
    assert special.sum() > 300
    assert same(found[special], expected[special])
    # Both are within a unit of the true value.
    assert (np.abs(found[~special] - expected[~special]) <= 2 * unit(expected[~special])).all()


@pytest.mark.parametrize("name", FLOATS)
def test_exact_functions_agree_with_numpy(name):
    x = arguments(10_000, name)
    y = np.roll(x, 1)
    with np.errstate(all="ignore"):
        for function in ("sqrt", "abs", "sign", "floor"):
            assert same(getattr(reference, f"{function}_{name}")(x), getattr(np, function)(x)), function
        assert same(getattr(reference, f"heaviside_{name}")(x), np.heaviside(x, FLOATS[name](1)))
        # `+ 0.0` forgets the sign of zero, which NumPy leaves open for equal zeros.
        assert same(getattr(reference, f"min_{name}")(x, y) + 0, np.minimum(x, y) + 0)
        assert same(getattr(reference, f"max_{name}")(x, y) + 0, np.maximum(x, y) + 0)
        assert same(getattr(reference, f"clip_{name}")(x, -1, 2), np.clip(x, FLOATS[name](-1), FLOATS[name](2)))


@pytest.mark.parametrize("name", FLOATS)
def test_exp_underflows_gradually(name):
    smallest = np.finfo(FLOATS[name]).smallest_subnormal
    x = np.log(np.longdouble(smallest)).astype(FLOATS[name])
    exp = getattr(reference, f"exp_{name}")
    assert exp(x) == smallest and exp(x + 2) > smallest and exp(x - 2) == 0


@pytest.mark.parametrize("name", FLOATS)
def test_a_phase_without_digits_is_nan(name):
    x = 4 / np.finfo(FLOATS[name]).eps
    assert all(np.isnan(getattr(reference, f"{function}_{name}")(x)) for function in ("sin", "cos", "tan"))


@needs_longdouble
@pytest.mark.parametrize("name", FLOATS)
def test_a_large_phase_is_right_to_one_rounding_of_the_argument(name):
    float_type = FLOATS[name]
    largest = 2.0**48 if name == "f64" else 2.0**19
    rng = np.random.default_rng(8)
    x = rng.uniform(1e5, largest, 50_000).astype(float_type)
    # 2 spacings: the products k*part round once they pass 2**53 (2**24), each by half a spacing of x at most.
    bound = 2 * np.spacing(x).astype(LONG) + 4 * np.finfo(float_type).eps
    for function in ("sin", "cos"):
        error = np.abs(getattr(reference, f"{function}_{name}")(x) - getattr(np, function)(x.astype(LONG)))
        assert (error <= bound).all()
