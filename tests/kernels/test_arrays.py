"""What steps in Python call has the same bits on NumPy and Numba, whatever kind of numbers and arrays it is given."""

from __future__ import annotations

import itertools

import numba
import numpy as np
import pytest
from brainpy_lab.kernels.numba import arrays as compiled
from brainpy_lab.kernels.reference import arrays as reference
from brainpy_lab.kernels.reference.math import cos_f64

REAL = np.array([0.3, -1.7, 2.5, -0.0, 0.0, np.nan, np.inf, -np.inf, 1e300, -3.0, 7.0, 0.3])
WHOLE = np.array([0, 1, -1, 2, -3, 7, 10, -10, 3, 2, 5, -2])
TRUTH = np.array([True, False, True, True, False, False] * 2)
TABLE = cos_f64(np.arange(12.0)).reshape(3, 4) * np.pi
AT = (17, 3, 1000, 5, 0, 2)  # seed, stream, step, element, then how often each of two sites was drawn

ONE = ("exp", "expm1", "exprel", "log", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "sign",
       "absolute", "count", "real")  # fmt: skip
TWO = ("minimum", "maximum", "power", "floor_divide", "remainder", "heaviside")
JOINED = ("sum", "mean", "prod", "amax", "amin", "cumsum", "sort", "argsort", "unique")
AXES = {"0": 0, "1": 1, "last": -1}

jit = numba.njit(error_model="numpy", boundscheck=True)


def kinds(*values):
    """Arguments with a name for their kinds: arrays, parts of them that lie apart, single numbers, none."""
    found = {
        "reals": REAL, "wholes": WHOLE, "truths": TRUTH, "apart": REAL[::2], "none": REAL[:0],
        "real": 0.3, "minus": -2.5, "zero": -0.0, "nan": np.nan, "whole": 7, "truth": True,
    }  # fmt: skip
    return [(name, found[name]) for name in values or found]


def one(name):
    return [(x,) for _, x in kinds()]


def two(name):
    wholes = ("whole", "truth") if name != "power" else ("whole",)
    right = [REAL[::-1].copy(), np.abs(WHOLE[::-1]) if name == "power" else WHOLE[::-1].copy(), 2.5, -0.0, 3, 0]
    left = [x for _, x in kinds("reals", "wholes", "real", "minus", *wholes)]
    found = [(x, y) for x, y in itertools.product(left, right)]
    return found if name != "minimum" and name != "maximum" else [*found, (TRUTH, TRUTH[::-1].copy()), (True, False)]


def joined(name):
    wanted = [x for _, x in kinds("reals", "wholes", "truths", "apart")] + [np.array([-0.0, -0.0]), TABLE, TABLE.T]
    if name in ("sum", "prod", "mean"):
        wanted += [REAL[:0], 0.3, -0.0, 7] + ([[0.5, 1.5]] if name == "sum" else [])
    if name in ("sort", "argsort"):
        wanted = [x for x in wanted if x.ndim == 1] + [np.array([1.0, 0.0, -0.0] * 9)]
    if name == "unique":
        wanted.append(np.array([0.0, -0.0, np.nan, np.nan, 1.0]))
    return [(x,) for x in wanted if name not in ("cumsum", "argsort") or getattr(x, "ndim", 0) == 1]


ARGUMENTS = {
    **{name: one(name) for name in ONE},
    **{name: two(name) for name in TWO},
    **{name: joined(name) for name in JOINED},
    "clip": [(REAL, -1.0, 1.5), (WHOLE, -2, 3), (0.3, 0.5, 1), (7, 1, 3), (REAL, REAL[::-1].copy(), 9.0),
             (WHOLE, 0.5, 2)],
    "where": [(TRUTH, REAL, 0.5), (TRUTH, 1, 0), (TRUTH, WHOLE, 0.5), (True, 2, 3.5), (False, 2, 3),
              (TRUTH, TRUTH, False), (REAL, REAL, -REAL)],
    "whole": [(REAL[:4],), (2.7,), (-2.7,), (TRUTH,), (7,)],
    "dot": [(REAL, WHOLE), (WHOLE, WHOLE), (TABLE, REAL[:4]), (REAL[:3], TABLE), (TABLE, TABLE.T),
            (TABLE[:, 1], TABLE[:, 2]), (TABLE, 2.0), (2.0, 3.0), (WHOLE.reshape(3, 4), WHOLE[:4]),
            (WHOLE[:3], WHOLE.reshape(3, 4)), (WHOLE.reshape(3, 4), WHOLE.reshape(4, 3))],
    "inner": [(REAL, WHOLE), (TABLE, TABLE), (TABLE, REAL[:4])],
    "vdot": [(REAL, WHOLE), (TABLE, TABLE.T.copy().reshape(3, 4)), (TABLE[:, ::2], TABLE[:, 1::2])],
    "arange": [(5,), (2.5,), (1, 7), (1, 7, 2), (0.3, 2.0, 0.1), (0.0, 1.0, 0.1), (5, 1), (3, -2, -1.5)],
    "draw_normal": [(None, AT, 1), (3, AT, 0), ((2, 3), AT, 1)],
    "draw_uniform": [(None, AT, 1), (3, AT, 0), ((2, 3), AT, 1)],
    "draw_like": [(0.5, AT, 1), (REAL, AT, 0), (TABLE, AT, 1)],
    "draw_normal_f32": [(None, AT, 1), (3, AT, 0), ((2, 3), AT, 1)],
    "draw_uniform_f32": [(None, AT, 1), (3, AT, 0), ((2, 3), AT, 1)],
    "draw_like_f32": [(0.5, AT, 1), (REAL, AT, 0), (TABLE, AT, 1)],
}  # fmt: skip


def assert_same(found, expected, what):
    assert np.shape(found) == np.shape(expected) and np.asarray(found).dtype.kind == np.asarray(expected).dtype.kind, (
        what
    )
    found, expected = (np.atleast_1d(np.ascontiguousarray(x)) for x in (found, expected))
    if found.dtype.kind == "f":
        equal = (found.view(np.int64) == expected.view(np.int64)) | (np.isnan(found) & np.isnan(expected))
    else:
        equal = found == expected
    assert equal.all(), (what, found, expected)


def calling(name, n):
    """A compiled function of `n` arguments that calls ``arrays.name``."""
    names = ", ".join(f"x{k}" for k in range(n))
    scope = {"function": getattr(compiled, name)}
    exec(f"def call({names}):\n    return function({names})", scope)
    return jit(scope["call"])


def check(name, arguments, expected=None):
    """Both back ends on every argument list; a draw also counts."""
    for given in arguments:
        call = calling(name, len(given))
        one, two = ([np.array(x) if x is AT else x for x in given] for _ in range(2))
        with np.errstate(all="ignore"):
            wanted = (expected or getattr(reference, name))(*two)
        assert_same(call(*one), wanted, (name, given))
        for x, y in zip(one, two):
            if isinstance(x, np.ndarray):
                assert np.array_equal(x, y, equal_nan=True)


SAMPLE = ("power", "absolute", "minimum", "draw_normal", "unique", "arange")


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_has_the_same_bits(name):
    check(name, ARGUMENTS[name][:4] + ARGUMENTS[name][-2:])


@pytest.mark.soak
@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_function_has_the_same_bits(name):
    check(name, ARGUMENTS[name])


@pytest.mark.soak
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", ["sum", "mean", "prod", "amax", "amin"])
def test_a_function_along_an_axis_has_the_same_bits(name, axis):
    arrays = [TABLE, TABLE.T, WHOLE.reshape(3, 4)] + ([REAL] if axis != "1" else [])
    check(f"{name}_{axis}", [(x,) for x in arrays], lambda x: getattr(reference, name)(x, AXES[axis]))
    if axis == "0":
        check(f"{name}_{axis}", [(TRUTH.reshape(3, 4),)], lambda x: getattr(reference, name)(x, 0))


def test_a_product_of_truths_along_an_axis_is_a_number():
    check("prod_0", [(TRUTH.reshape(3, 4),)], lambda x: reference.prod(x, 0))


def test_sums_do_not_depend_on_the_layout_of_the_memory():
    x = np.linspace(-1.0, 2.0, 60).reshape(5, 12) ** 3
    for axis in (0, 1):
        assert_same(reference.sum(np.asfortranarray(x), axis), reference.sum(x, axis), axis)
    total = np.float64(0.0)
    for value in x.ravel():
        total += value
    assert reference.sum(x) == total


def test_changes_in_place_have_the_same_bits():
    both = []
    for sort in (reference.sort_in_place, jit(lambda x: compiled.sort_in_place(x))):
        x = np.array([1.0, 0.0, -0.0, np.nan, -3.0])
        sort(x)
        both.append(x)
    assert_same(both[0], both[1], "sort")
    values = [3.0, 1.0, 2.0]
    reference.sort_in_place(values)
    assert values == [1.0, 2.0, 3.0]


def test_apart_means_memory_of_its_own():
    x = np.arange(4.0)
    assert not np.shares_memory(jit(lambda x: compiled.apart(x))(x), x) and jit(lambda x: compiled.apart(x))(2.5) == 2.5


def test_a_row_of_a_list_is_taken_as_python_takes_it():
    starts, members = np.array([0, 2, 2, 5]), np.arange(5) * 10
    row = jit(lambda starts, members, i: compiled.row(starts, members, i))
    rows = [[0, 10], [], [20, 30, 40]]
    for i in range(-3, 3):
        assert list(row(starts, members, i)) == rows[i]
    for i in (3, -4):
        with pytest.raises(IndexError, match="list index out of range"):
            row(starts, members, i)


@pytest.mark.parametrize(
    "name, a, b",
    [
        ("dot", TABLE, REAL),
        ("dot", REAL, TABLE),
        ("dot", TABLE, TABLE),
        ("vdot", REAL, WHOLE[:5]),
        ("dot", REAL, REAL[:5]),
    ],
)
def test_shapes_that_do_not_fit_are_an_error_on_both(name, a, b):
    for call in (getattr(reference, name), calling(name, 2)):
        with pytest.raises(ValueError):
            call(a, b)


@pytest.mark.parametrize("y", [-2, -WHOLE])
def test_a_negative_whole_power_of_whole_numbers_is_an_error_on_both(y):
    for call in (reference.power, calling("power", 2)):
        with pytest.raises(ValueError, match="no negative whole power"):
            call(WHOLE, y)


def test_everything_that_is_compiled_is_tested_here():
    names = {name for name in dir(reference) if not name.startswith("_")} - {"np", "math", "random", "ipow_chain",
             "AT_HEAD", "NEGATIVE_POWER", "ipow", "divide", "divide_into", "sort_in_place"}  # fmt: skip
    assert names == set(ARGUMENTS)
