"""Forms of Python in an equation: what they compute is what the function computes by itself, and what is refused."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelError

DT = 0.1
table, nothing = {"k": 2.0}, None


def one_bound(x, t):
    return np.clip(x, None, 0.5) + np.clip(x, -0.5, None) + np.clip(x, -0.2, 0.3)


def whole_parts(x, t):
    return x // 0.3 + x % 0.4 + np.trunc(x) + np.floor(x) + np.ceil(x)


def conversions(x, t):
    return float(x) + abs(x) + float(x > 0.0)


def truths(x, t):
    high = x > 0.2
    return np.where(high & ~(x > 0.6), 1.0, 2.0) + np.where(high ^ (t > 1.0), 3.0, 4.0) + (high != (x < 0.1)) * 1.0


def extremes(x, t):
    return max(x, 0.1, -0.2) + min(x, 0.3, t)


def chains(x, t):
    return np.where((0.0 < x) & (x <= 0.5), 1.0, 0.0) + x * bp.profile.get_dt()


@pytest.mark.parametrize(
    "equation", [one_bound, whole_parts, conversions, truths, extremes, chains], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("x", [-0.75, 0.0, 0.25, 0.7, 1.3])
def test_an_equation_computes_what_its_function_does(equation, x):
    bp.profile.set(dt=DT)
    # 1e-15: a handful of operations on numbers near 1.
    assert bp.integrate(equation, method="euler")(x, 0.2) == pytest.approx(x + DT * equation(x, 0.2), abs=1e-15)


def no_bound(x, t):
    return np.clip(x)


def one_value(x, t):
    return np.where(x > 0.0, 1.0)


def too_many(x, t):
    return np.exp(x, t, x)


def a_keyword(x, t):
    return np.exp(x, where=True)


def not_of_a_number(x, t):
    return ~x


def and_of_numbers(x, t):
    return x & 2.0


def a_shift(x, t):
    return x << 2


def starred(x, t):
    return np.maximum(*[x], t)


def a_lambda(x, t):
    return (lambda y: y)(x)


def a_comparison_with_nothing(x, t):
    return np.where(x > nothing, 1.0, 2.0)


def not_a_function(x, t):
    return table(x)


def sum_of_one(x, t):
    return np.max(x)


@pytest.mark.parametrize(
    "equation, message",
    [
        (no_bound, "np.clip needs at least one bound"),
        (one_value, "np.where takes a condition and two values"),
        (too_many, "np.exp takes at most 1 arguments? in a compiled step, got 3"),
        (a_keyword, "argument 'where' cannot be used in a compiled step"),
        (not_of_a_number, "~ needs a truth value, and x is a number"),
        (and_of_numbers, "need truth values on both sides; put comparisons in parentheses"),
        (a_shift, "the operator of x << 2 cannot be part of a compiled step"),
        (starred, "a starred argument cannot be part of a compiled step; write the values out"),
        (a_lambda, r"\(Lambda\) cannot be part of a compiled step"),
        (a_comparison_with_nothing, "nothing is a NoneType, and a number is expected here"),
        (not_a_function, r"table\(\) cannot be part of a compiled step. Known functions: np.exp"),
        (sum_of_one, "np.max joins the values of several elements"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_an_equation_cannot_do_is_told_with_its_line(equation, message):
    with pytest.raises(ModelError, match=message) as caught:
        bp.integrate(equation, method="euler")(1.0, 0.0)
    assert caught.value.place.line == equation.__code__.co_firstlineno + 1
