"""What a step that stays Python calls instead of NumPy: the definition of the bits on whole arrays and on numbers.

Sums are left folds from 0 in the order of the elements, draws count by element and by call, powers and elementary
functions are those of `math`. Functions whose result NumPy rounds nowhere (comparison, choice, shapes) are not here.

`at` is the place of a draw: seed, first stream, absolute step, first element, then for each draw site of the object
how often it was called in this step.
"""

import numpy as np
from brainpy_lab.kernels.power_chain import NEGATIVE_POWER, ipow_chain
from brainpy_lab.kernels.reference import math, random
from brainpy_lab.kernels.reference.orders import amax, amin, arange, argsort, cumsum, sort, sort_in_place, unique  # noqa: F401

AT_HEAD = 4
"""Entries of `at` before the counts."""

exp, expm1, exprel, log, log10, log1p = (
    math.exp_f64, math.expm1_f64, math.exprel_f64, math.log_f64, math.log10_f64, math.log1p_f64)
sin, cos, tan, sinh, cosh, tanh = (
    math.sin_f64, math.cos_f64, math.tan_f64, math.sinh_f64, math.cosh_f64, math.tanh_f64)
sqrt = math.sqrt_f64


def _is_whole(*values):
    return all(np.asarray(value).dtype.kind in "iub" for value in values)


def minimum(a, b):
    """The smaller one, elementwise; NaN wins, of two equal numbers the second."""
    return np.minimum(a, b) if _is_whole(a, b) else math.min_f64(a, b)


def maximum(a, b):
    """The greater one, elementwise; NaN wins, of two equal numbers the second."""
    return np.maximum(a, b) if _is_whole(a, b) else math.max_f64(a, b)


def clip(x, low, high):
    """`x` within bounds."""
    return np.minimum(np.maximum(x, low), high) if _is_whole(x, low, high) else math.clip_f64(x, low, high)


def absolute(x):
    """Magnitude."""
    return np.abs(x)


def sign(x):
    """-1, 0 or 1 (NaN for NaN)."""
    return np.sign(np.asarray(x, np.int64)) if _is_whole(x) else math.sign_f64(x)


def heaviside(x, at_zero):
    """0 below 0, 1 above, `at_zero` at 0."""
    x = np.asarray(x, np.float64)
    return np.where(x == 0.0, np.asarray(at_zero, np.float64), math.heaviside_f64(x))[()]


def ipow(x, n):
    """``x**n`` for an integer constant 0 <= n <= 64, in the order of `ipow_chain`."""
    if n < 2:
        return np.ones_like(x, np.float64)[()] if n == 0 else np.asarray(x)[()] * 1
    values = [np.asarray(x)[()]]
    for left, right in ipow_chain(n):
        values.append(values[left] * values[right])
    return values[-1]


def power(x, y):
    """``x**y``: exact for two whole numbers, else our pow.

    Raises
    ------
    ValueError
        For a negative whole power of a whole number, which is none.
    """
    if _is_whole(x, y):
        if np.any(np.asarray(y) < 0):
            raise ValueError(NEGATIVE_POWER)
        return np.power(np.asarray(x, np.int64), np.asarray(y, np.int64))[()]
    return math.pow_f64(x, y)


def floor_divide(x, y):
    """``x // y``: whole numbers as Python has them, else floor(x/y)."""
    return np.floor_divide(x, y) if _is_whole(x, y) else np.floor(np.true_divide(x, y))


def remainder(x, y):
    """``x % y``: whole numbers as Python has them, else x - y*floor(x/y)."""
    if _is_whole(x, y):
        return np.remainder(x, y)
    return x - np.floor(np.true_divide(x, y)) * y


def divide(x, y):
    """``x / y`` as IEEE 754 has it: 1/0 is inf, also for whole numbers."""
    return np.true_divide(x, y)


def divide_into(x, y):
    """``x /= y``: an array is changed in place."""
    if isinstance(x, np.ndarray):
        x /= y
        return x
    return np.true_divide(x, y)


def count(truth):
    """A truth as a number in a sum, 0 or 1; numbers stay as they are, and so do arrays, whose sum is "or" in NumPy."""
    return np.int64(truth) if isinstance(truth, (bool, np.bool_)) else truth


def real(x):
    """`x` as floating-point numbers."""
    return np.asarray(x, np.float64)[()]


def whole(x):
    """`x` as whole numbers, cut towards 0."""
    return np.asarray(x).astype(np.int64)[()]


def where(condition, a, b):
    """`a` where `condition` holds, else `b`; of numbers a number."""
    return np.where(condition, a, b)[()]


# -- sums --------------------------------------------------------------------------------------------------------------


def _fold(x, axis):
    x = np.asarray(x)
    if x.dtype.kind in "iub":
        return np.sum(x, axis=axis)
    if axis is None:
        x, axis = x.reshape(-1), 0
    if x.shape[axis] == 0:
        return np.sum(x, axis=axis)
    # `accumulate` is a left fold whatever the layout of the memory is; adding 0 turns a sum of -0 into 0.
    return np.take(np.add.accumulate(x, axis=axis), -1, axis=axis) + 0.0


def sum(x, axis=None):
    """Sum of all elements, or along an axis."""
    if not isinstance(x, (np.ndarray, np.generic, list, tuple, int, float)):
        x = list(x)
    return _fold(x, axis)


def mean(x, axis=None):
    """`sum` over the number of terms."""
    x = np.asarray(x)
    return np.true_divide(_fold(x, axis), x.size if axis is None else x.shape[axis])


def prod(x, axis=None):
    """Product of all elements, or along an axis, from the left."""
    x = np.asarray(x)
    if x.dtype.kind in "iub":
        return np.prod(x, axis=axis)
    if axis is None:
        x, axis = x.reshape(-1), 0
    if x.shape[axis] == 0:
        return np.prod(x, axis=axis)
    return np.take(np.multiply.accumulate(x, axis=axis), -1, axis=axis)


def dot(a, b):
    """Vectors and matrices multiplied: every entry is a left fold of products."""
    a, b = np.asarray(a), np.asarray(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    if _is_whole(a, b):
        return np.dot(a, b)
    if a.shape[-1] != b.shape[0]:
        raise ValueError(f"dot of shapes {a.shape} and {b.shape}: {a.shape[-1]} is not {b.shape[0]}")
    if a.ndim == b.ndim == 1:
        return _fold(a * b, 0)
    if a.ndim == 2 and b.ndim == 1:
        return _fold(a * b, 1)
    if a.ndim == 1 and b.ndim == 2:
        return _fold(a[:, None] * b, 0)
    total = np.zeros((a.shape[0], b.shape[1]))
    for k in range(b.shape[0]):
        total = total + a[:, k, None] * b[k]
    return total


def inner(a, b):
    """Sums of products over the last axis of both."""
    b = np.asarray(b)
    return dot(a, b.T if b.ndim == 2 else b)


def vdot(a, b):
    """The sum of products of all elements."""
    a, b = np.asarray(a).reshape(-1), np.asarray(b).reshape(-1)
    return dot(a, b)


# -- draws -------------------------------------------------------------------------------------------------------------


def _draw(draw, size, at, site):
    shape = () if size is None else (int(size),) if np.ndim(size) == 0 else tuple(int(n) for n in size)
    element = at[3] + np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
    numbers = draw(at[0], at[1] + site, element, at[2], at[AT_HEAD + site])
    at[AT_HEAD + site] += 1
    return np.asarray(numbers, np.float64)[()]


def draw_normal(size, at, site):
    """Standard normal numbers: one (size None), or an array."""
    return _draw(random.normal_f64, size, at, site)


def draw_uniform(size, at, site):
    """Numbers uniform in [0, 1): one (size None), or an array."""
    return _draw(random.uniform_f64, size, at, site)


def draw_like(x, at, site):
    """Standard normal numbers in the shape of `x`."""
    return draw_normal(np.shape(x) or None, at, site)


def draw_normal_f32(size, at, site):
    """`draw_normal` in single precision, as float64."""
    return _draw(random.normal_f32, size, at, site)


def draw_uniform_f32(size, at, site):
    """`draw_uniform` in single precision, as float64."""
    return _draw(random.uniform_f32, size, at, site)


def draw_like_f32(x, at, site):
    """`draw_like` in single precision, as float64."""
    return draw_normal_f32(np.shape(x) or None, at, site)
