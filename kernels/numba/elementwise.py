"""Functions of numbers and arrays, element by element, with the bits of `brainpy_lab.kernels.reference.arrays`.

They are Numba's dynamic ufuncs over the scalar primitives, so that they broadcast, and a whole expression of them
becomes one loop.
"""

import numpy as np
from brainpy_lab.kernels.numba import math
from brainpy_lab.kernels.numba.kinds import is_array, is_truth, is_whole
from brainpy_lab.kernels.power_chain import NEGATIVE_POWER
from numba import vectorize
from numba.extending import overload


def _elementwise(function):
    # A loop of its own for each function keeps the global name visible to Numba.
    @vectorize
    def call(x):
        return function(np.float64(x))

    return call


exp, expm1, exprel = _elementwise(math.exp_f64), _elementwise(math.expm1_f64), _elementwise(math.exprel_f64)
log, log10, log1p = _elementwise(math.log_f64), _elementwise(math.log10_f64), _elementwise(math.log1p_f64)
sin, cos, tan = _elementwise(math.sin_f64), _elementwise(math.cos_f64), _elementwise(math.tan_f64)
sinh, cosh, tanh = _elementwise(math.sinh_f64), _elementwise(math.cosh_f64), _elementwise(math.tanh_f64)
sqrt = _elementwise(math.sqrt_f64)

_min, _max, _clip, _sign, _heaviside, _pow = (
    math.min_f64, math.max_f64, math.clip_f64, math.sign_f64, math.heaviside_f64, math.pow_f64)


def _one_minimum(a, b):
    raise NotImplementedError


def _one_maximum(a, b):
    raise NotImplementedError


def _one_clip(x, low, high):
    raise NotImplementedError


def _one_sign(x):
    raise NotImplementedError


def _one_absolute(x):
    raise NotImplementedError


def _one_power(x, y):
    raise NotImplementedError


def _one_floor_divide(x, y):
    raise NotImplementedError


def _one_remainder(x, y):
    raise NotImplementedError


@overload(_one_minimum)
def _(a, b):
    if is_truth(a, b):
        return lambda a, b: a and b
    if is_whole(a, b):
        return lambda a, b: min(np.int64(a), np.int64(b))
    return lambda a, b: _min(np.float64(a), np.float64(b))


@overload(_one_maximum)
def _(a, b):
    if is_truth(a, b):
        return lambda a, b: a or b
    if is_whole(a, b):
        return lambda a, b: max(np.int64(a), np.int64(b))
    return lambda a, b: _max(np.float64(a), np.float64(b))


@overload(_one_clip)
def _(x, low, high):
    if is_whole(x, low, high):
        return lambda x, low, high: min(max(np.int64(x), np.int64(low)), np.int64(high))
    return lambda x, low, high: _clip(np.float64(x), np.float64(low), np.float64(high))


@overload(_one_sign)
def _(x):
    if is_whole(x):
        return lambda x: np.int64(x > 0) - np.int64(x < 0)
    return lambda x: _sign(np.float64(x))


@overload(_one_absolute)
def _(x):
    return (lambda x: x) if is_truth(x) else lambda x: abs(x)


@overload(_one_power)
def _(x, y):
    if is_whole(x, y):
        return lambda x, y: np.int64(x) ** np.int64(y)
    return lambda x, y: _pow(np.float64(x), np.float64(y))


@overload(_one_floor_divide)
def _(x, y):
    if is_whole(x, y):
        return lambda x, y: np.int64(x) // np.int64(y)
    return lambda x, y: np.floor(np.float64(x) / np.float64(y))


@overload(_one_remainder)
def _(x, y):
    if is_whole(x, y):
        return lambda x, y: np.int64(x) % np.int64(y)
    return lambda x, y: np.float64(x) - np.floor(np.float64(x) / np.float64(y)) * np.float64(y)


@vectorize
def minimum(a, b):
    return _one_minimum(a, b)


@vectorize
def maximum(a, b):
    return _one_maximum(a, b)


@vectorize
def clip(x, low, high):
    return _one_clip(x, low, high)


@vectorize
def sign(x):
    return _one_sign(x)


@vectorize
def absolute(x):
    return _one_absolute(x)


@vectorize
def heaviside(x, at_zero):
    return np.float64(at_zero) if x == 0 else _heaviside(np.float64(x))


@vectorize
def _power(x, y):
    return _one_power(x, y)


def power(x, y):
    """``x**y``: exact for two whole numbers, else our pow."""
    raise NotImplementedError


@overload(power)
def _(x, y):
    if not is_whole(getattr(x, "dtype", x), getattr(y, "dtype", y)):
        return lambda x, y: _power(x, y)

    def whole(x, y):  # an error raised in a ufunc would be lost
        if np.any(np.asarray(y) < 0):
            raise ValueError(NEGATIVE_POWER)
        return _power(x, y)

    return whole


@vectorize
def floor_divide(x, y):
    return _one_floor_divide(x, y)


@vectorize
def remainder(x, y):
    return _one_remainder(x, y)


def count(truth):
    """A truth as a number in a sum, 0 or 1; numbers and arrays stay as they are."""
    raise NotImplementedError


@overload(count)
def _(truth):
    return (lambda truth: np.int64(truth)) if is_truth(truth) else (lambda truth: truth)


def apart(x):
    """`x` in memory of its own."""
    raise NotImplementedError


@overload(apart)
def _(x):
    return (lambda x: x.copy()) if is_array(x) else (lambda x: x)


def real(x):
    """`x` as floating-point numbers."""
    raise NotImplementedError


@overload(real)
def _(x):
    return (lambda x: x.astype(np.float64)) if is_array(x) else (lambda x: np.float64(x))


def whole(x):
    """`x` as whole numbers, cut towards 0."""
    raise NotImplementedError


@overload(whole)
def _(x):
    return (lambda x: x.astype(np.int64)) if is_array(x) else (lambda x: np.int64(x))


def _one_where(condition, a, b):
    raise NotImplementedError


@overload(_one_where)
def _(condition, a, b):
    if is_truth(a, b):
        return lambda condition, a, b: a if condition else b
    if is_whole(a, b):
        return lambda condition, a, b: np.int64(a) if condition else np.int64(b)
    return lambda condition, a, b: np.float64(a) if condition else np.float64(b)


@vectorize
def where(condition, a, b):
    return _one_where(condition, a, b)
