"""NumPy and Numba give the same bits."""

import brainpy_lab.kernels.numba.intrinsics as intrinsics
import brainpy_lab.kernels.numba.math as compiled
import brainpy_lab.kernels.reference.math as reference
import numba
import numpy as np
import pytest

from tests.kernels.samples import EXACT, FLOATS, UNARY, arguments, assert_same_bits, every_magnitude, power_arguments

compile_loop = numba.njit(error_model="numpy")


def unary_loop(function):
    @compile_loop
    def run(x, out):
        for i in range(x.size):
            out[i] = function(x[i])

    return run


def binary_loop(function):
    @compile_loop
    def run(x, y, out):
        for i in range(x.size):
            out[i] = function(x[i], y[i])

    return run


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("function", UNARY + EXACT)
def test_a_function_of_one_number_has_the_same_bits_in_both_back_ends(function, name):
    x = arguments(20_000, name)
    assert x.size >= 100_000
    out = np.empty_like(x)
    unary_loop(getattr(compiled, f"{function}_{name}"))(x, out)
    assert_same_bits(out, getattr(reference, f"{function}_{name}")(x))


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("function", ["pow", "min", "max"])
def test_a_function_of_two_numbers_has_the_same_bits_in_both_back_ends(function, name):
    x, y = power_arguments(20_000, name)
    assert x.size >= 100_000
    out = np.empty_like(x)
    binary_loop(getattr(compiled, f"{function}_{name}"))(x, y, out)
    assert_same_bits(out, getattr(reference, f"{function}_{name}")(x, y))


@pytest.mark.parametrize("name", FLOATS)
def test_clip_select_and_integer_powers_have_the_same_bits_in_both_back_ends(name):
    clip, ipow, select = getattr(compiled, f"clip_{name}"), getattr(compiled, f"ipow_{name}"), intrinsics.select

    @compile_loop
    def run(x, low, high, out):
        for i in range(x.size):
            out[0, i] = clip(x[i], low[i], high[i])
            out[1, i] = ipow(x[i], 0)
            out[2, i] = ipow(x[i], 1)
            out[3, i] = ipow(x[i], 3)
            out[4, i] = ipow(x[i], 13)
            out[5, i] = ipow(x[i], 64)
            out[6, i] = select(x[i] < low[i], low[i], high[i])

    rng = np.random.default_rng(2)
    x = arguments(20_000, name)
    low, high = every_magnitude(rng, x.size, FLOATS[name]), every_magnitude(rng, x.size, FLOATS[name])
    out = np.empty((7, x.size), FLOATS[name])
    run(x, low, high, out)
    power = getattr(reference, f"ipow_{name}")
    assert_same_bits(out[0], getattr(reference, f"clip_{name}")(x, low, high))
    for row, n in enumerate((0, 1, 3, 13, 64), start=1):
        assert_same_bits(out[row], power(x, n))
    assert_same_bits(out[6], reference.select(x < low, low, high))


def test_an_integer_power_that_is_no_constant_is_refused():
    @compile_loop
    def run(x, n):
        return compiled.ipow_f64(x, n)

    with pytest.raises(numba.TypingError, match="ipow takes a float and an integer written as a constant"):
        run(2.0, 3)


@pytest.mark.parametrize("name", FLOATS)
def test_the_reference_takes_numbers_and_keeps_its_type(name):
    for function in UNARY + EXACT:
        value = getattr(reference, f"{function}_{name}")(0.5)
        array = getattr(reference, f"{function}_{name}")([0.5, 0.25])
        assert isinstance(value, FLOATS[name]) and array.dtype == FLOATS[name] and value == array[0]
    assert isinstance(getattr(reference, f"pow_{name}")(2, 0.5), FLOATS[name])
    assert getattr(reference, f"ipow_{name}")(3, 4) == 81
