"""Forms of Python in a step that stays Python: what they compute is what the function computes by itself."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelError

tau, whole, wave = 2.5, 3, 1j


@pytest.fixture(autouse=True)
def _reference():
    bp.profile.set(jit=False, dt=0.1)


@bp.integrate
def int_x(x, t):
    return -x


def powers(ST):
    x, y = ST["x"][::-1], ST["y"]
    ST["z"] = x**3 + x**-2 + x**y + x**whole + x**0.5 + np.square(y)


def remainders(ST):
    x, y = ST["x"][::-1], ST["y"]
    ST["z"] = x // 0.4 + x % y + (x @ y)


def quotients(ST):
    x, y = ST["x"][::-1], ST["y"] + 0.0
    y /= x
    ST["z"] = ST["x"] / ST["y"] + x / tau + y + whole / ST["y"]


def in_place(ST):
    ST["z"] = ST["x"][::-1]
    ST["z"] **= 2
    ST["z"] //= 0.3
    ST["x"] %= 0.5
    ST["y"][1:] /= tau


def truths(ST):
    high = (ST["x"][::-1] > 0.8) & ~(ST["y"] > 1.0)
    n = np.zeros(len(high))
    n += high
    ST["z"] = n + (high + high) + high * 2.0 + (ST["x"] > 0.5) * high


def bounds(ST):
    x, y = ST["x"][::-1], ST["y"]
    ST["z"] = np.clip(x, None, 0.9) + np.clip(y, 0.7, None) + np.clip(x, 0.6, 0.9) + np.clip(x, a_min=0.6, a_max=0.9)


def extremes(ST):
    x, y = ST["x"][::-1], ST["y"]
    ST["z"] = (
        max(x[0], y[1], 0.8) + min(x[1], y[0]) + np.sum(x) + np.sum(np.stack((x, y)), axis=0) + np.sum(x, axis=None)
    )


def steps_of_time(ST):
    ST["z"] = ST["x"][::-1] * bp.profile.get_dt() + bp.profile._dt


@pytest.mark.parametrize(
    "step", [powers, remainders, quotients, in_place, truths, bounds, extremes, steps_of_time], ids=lambda s: s.__name__
)
def test_a_step_computes_what_its_function_does(step):
    group = bp.NeuGroup(bp.NeuType("M", bp.NeuState("x", "y", "z"), step, mode="vector"), 4)
    plain = {"x": np.array([0.45, 0.7, 0.85, 1.2]), "y": np.array([0.65, 0.9, 1.3, 2.1]), "z": np.zeros(4)}
    for name, values in plain.items():
        group.ST[name] = values
    states = {name: values.copy() for name, values in plain.items()}
    step(_Copying(states))
    group.run(0.1)
    for name, values in states.items():
        # 1e-14: a dozen operations, of which a power is at most one unit in the last place from NumPy's.
        np.testing.assert_allclose(group.ST[name], values, rtol=1e-14, err_msg=name)


class _Copying(dict):
    """States that are written in place, as those of a group are."""

    def __setitem__(self, name, values):
        self[name][...] = values


def poisson(ST):
    ST["x"] = np.random.poisson(ST["x"][::-1])


def no_bounds(ST):
    ST["x"] = np.clip(ST["x"][::-1])


def another_word(ST):
    ST["x"] = ST["x"][::-1] + np.random.normal(middle=1.0)


def unknown_name(ST):
    ST["x"] = ST["x"][::-1] + tao  # noqa: F821 - the mistake that is told


def unknown_function(ST):
    ST["x"] = np.sinus(ST["x"][::-1])


def a_complex_number(ST):
    ST["x"] = ST["x"][::-1] * wave


def an_attribute(ST):
    ST["x"] = ST["x"][::-1] + ST.y


def too_many_arguments(ST, _t):
    ST["x"] = int_x(ST["x"][::-1], _t, 1.0)


def a_local_power(ST):
    x = ST["x"][::-1]
    x **= 2
    ST["x"] = x


@pytest.mark.parametrize(
    "step, line, message",
    [
        (poisson, 1, "np.random.poisson cannot be drawn in a step"),
        (no_bounds, 1, "np.clip takes a value and one or two bounds"),
        (another_word, 1, "argument 'middle' cannot be used in a step"),
        (unknown_name, 1, "'tao' is not defined .*tau"),
        (unknown_function, 1, "has no attribute 'sinus'"),
        (a_complex_number, 1, "'wave' is a complex number"),
        (an_attribute, 1, r"ST.y is no state; write ST\['y'\]"),
        (too_many_arguments, 1, r"int_x\(x, t\): too many positional arguments"),
        (a_local_power, 2, r"write x = x \*\* ..."),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_a_step_cannot_do_is_told_with_its_line(step, line, message):
    with pytest.raises(ModelError, match=message) as caught:
        bp.NeuType("M", bp.NeuState("x", "y", "z"), step, mode="vector")
    assert caught.value.place.line == step.__code__.co_firstlineno + line


key = "x"


def one_after_the_other(ST):
    for value in [ST[key] for key in ("y", "z")]:
        ST["x"] += value


def test_a_state_is_named_by_the_variable_of_a_comprehension_not_by_a_name_around_the_step():
    model = bp.NeuType("M", bp.NeuState(x=0.0, y=1.0, z=2.0), one_after_the_other, mode="vector")
    cells = bp.NeuGroup(model, 2)
    cells.run(0.1)
    assert np.array_equal(cells.ST["x"], [3.0, 3.0])
