"""What a compiled Python step calls, with the bits of `brainpy_lab.kernels.reference.arrays`; on arrays and numbers.

Elementwise functions are Numba's dynamic ufuncs over the scalar primitives, so that they broadcast, and a whole
expression of them becomes one loop.
"""

import numpy as np
from brainpy_lab.kernels.numba import math, random
from brainpy_lab.kernels.numba.orders import (  # noqa: F401
    along,
    amax,
    amax_0,
    amax_1,
    amax_last,
    amin,
    amin_0,
    amin_1,
    amin_last,
    arange,
    argsort,
    cumsum,
    sort,
    sort_in_place,
    unique,
)
from brainpy_lab.kernels.power_chain import NEGATIVE_POWER
from numba import njit, vectorize
from numba.core import types
from numba.extending import overload

AT_HEAD = 4
_compiled = njit(error_model="numpy")


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


def _whole(*kinds):
    return all(isinstance(kind, (types.Integer, types.Boolean)) for kind in kinds)


def _truths(*kinds):
    return all(isinstance(kind, types.Boolean) for kind in kinds)


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
    if _truths(a, b):
        return lambda a, b: a and b
    if _whole(a, b):
        return lambda a, b: min(np.int64(a), np.int64(b))
    return lambda a, b: _min(np.float64(a), np.float64(b))


@overload(_one_maximum)
def _(a, b):
    if _truths(a, b):
        return lambda a, b: a or b
    if _whole(a, b):
        return lambda a, b: max(np.int64(a), np.int64(b))
    return lambda a, b: _max(np.float64(a), np.float64(b))


@overload(_one_clip)
def _(x, low, high):
    if _whole(x, low, high):
        return lambda x, low, high: min(max(np.int64(x), np.int64(low)), np.int64(high))
    return lambda x, low, high: _clip(np.float64(x), np.float64(low), np.float64(high))


@overload(_one_sign)
def _(x):
    if _whole(x):
        return lambda x: np.int64(x > 0) - np.int64(x < 0)
    return lambda x: _sign(np.float64(x))


@overload(_one_absolute)
def _(x):
    return (lambda x: x) if _truths(x) else lambda x: abs(x)


@overload(_one_power)
def _(x, y):
    if _whole(x, y):
        return lambda x, y: np.int64(x) ** np.int64(y)
    return lambda x, y: _pow(np.float64(x), np.float64(y))


@overload(_one_floor_divide)
def _(x, y):
    if _whole(x, y):
        return lambda x, y: np.int64(x) // np.int64(y)
    return lambda x, y: np.floor(np.float64(x) / np.float64(y))


@overload(_one_remainder)
def _(x, y):
    if _whole(x, y):
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
    if not _whole(getattr(x, "dtype", x), getattr(y, "dtype", y)):
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
    return (lambda truth: np.int64(truth)) if _truths(truth) else (lambda truth: truth)


def apart(x):
    """`x` in memory of its own."""
    raise NotImplementedError


@overload(apart)
def _(x):
    return (lambda x: x.copy()) if isinstance(x, types.Array) else (lambda x: x)


def real(x):
    """`x` as floating-point numbers."""
    raise NotImplementedError


@overload(real)
def _(x):
    return (lambda x: x.astype(np.float64)) if isinstance(x, types.Array) else (lambda x: np.float64(x))


def whole(x):
    """`x` as whole numbers, cut towards 0."""
    raise NotImplementedError


@overload(whole)
def _(x):
    return (lambda x: x.astype(np.int64)) if isinstance(x, types.Array) else (lambda x: np.int64(x))


def _one_where(condition, a, b):
    raise NotImplementedError


@overload(_one_where)
def _(condition, a, b):
    if _truths(a, b):
        return lambda condition, a, b: a if condition else b
    if _whole(a, b):
        return lambda condition, a, b: np.int64(a) if condition else np.int64(b)
    return lambda condition, a, b: np.float64(a) if condition else np.float64(b)


@vectorize
def where(condition, a, b):
    return _one_where(condition, a, b)


# -- sums --------------------------------------------------------------------------------------------------------------


def _is_array(kind, ndim=None):
    return isinstance(kind, types.Array) and (ndim is None or kind.ndim == ndim)


def _zero(kind):
    return np.int64(0) if _whole(kind.dtype) else 0.0


def sum(x):
    """Sum of all elements, in order."""
    raise NotImplementedError


def sum_0(x):
    """Sum along the first axis."""
    raise NotImplementedError


def sum_1(x):
    """Sum along the second axis."""
    raise NotImplementedError


@overload(sum)
def _(x):
    if isinstance(x, (types.Number, types.Boolean)):
        return lambda x: x + 0
    zero = _zero(x)

    def fold(x):
        total = zero
        for value in x.flat:
            total += value
        return total

    def fold_list(x):
        total = zero
        for value in x:
            total += value
        return total

    return fold if _is_array(x) else fold_list


@overload(sum_0)
def _(x):
    zero = _zero(x)
    if _is_array(x, 1):
        return lambda x: sum(x)

    def fold_whole(x):
        total = np.zeros(x.shape[1], np.int64)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                total[j] += x[i, j]
        return total

    def fold_real(x):
        total = np.zeros(x.shape[1], np.float64)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                total[j] += x[i, j]
        return total

    return (fold_real if isinstance(zero, float) else fold_whole) if _is_array(x, 2) else None


@overload(sum_1)
def _(x):
    if not _is_array(x, 2):
        return None

    def fold_whole(x):
        total = np.zeros(x.shape[0], np.int64)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                total[i] += x[i, j]
        return total

    def fold_real(x):
        total = np.zeros(x.shape[0], np.float64)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                total[i] += x[i, j]
        return total

    return fold_whole if _whole(x.dtype) else fold_real


def mean(x):
    """`sum` over the number of elements."""
    raise NotImplementedError


@overload(mean)
def _(x):
    if isinstance(x, (types.Number, types.Boolean)):
        return lambda x: x + 0.0
    return lambda x: sum(x) / x.size


@_compiled
def mean_0(x):
    """`sum_0` over the number of terms."""
    return sum_0(x) / x.shape[0]


@_compiled
def mean_1(x):
    """`sum_1` over the number of terms."""
    return sum_1(x) / x.shape[1]


def prod(x):
    """Product of all elements, in order."""
    raise NotImplementedError


@overload(prod)
def _(x):
    if isinstance(x, (types.Number, types.Boolean)):
        return lambda x: x * 1
    unit = np.int64(1) if _whole(x.dtype) else 1.0

    def fold(x):
        total = unit  # 1*x is x, so this is the fold from the first element
        for value in x.flat:
            total *= value
        return total

    return fold


prod_0, prod_1, prod_last = along(prod)


def sum_last(x):
    """Sum along the last axis."""
    raise NotImplementedError


@overload(sum_last)
def _(x):
    return (lambda x: sum_1(x)) if _is_array(x, 2) else lambda x: sum(x)


@_compiled
def mean_last(x):
    """`sum_last` over the number of terms."""
    return sum_last(x) / x.shape[-1]


def dot(a, b):
    """Vectors and matrices multiplied: every entry is a left fold of products."""
    raise NotImplementedError


@overload(dot)
def _(a, b):
    if not (_is_array(a) and _is_array(b)):
        return lambda a, b: a * b
    if _truths(a.dtype, b.dtype):
        return None
    zero = np.int64(0) if _whole(a.dtype, b.dtype) else 0.0

    def check(a, b):
        if a != b:
            raise ValueError("dot: the shapes do not fit")

    check = _compiled(check)

    def vector_vector(a, b):
        check(a.shape[0], b.shape[0])
        total = zero
        for k in range(a.shape[0]):
            total += a[k] * b[k]
        return total

    def matrix_vector(a, b):
        check(a.shape[1], b.shape[0])
        total = np.full(a.shape[0], zero)
        for i in range(a.shape[0]):
            for k in range(a.shape[1]):
                total[i] += a[i, k] * b[k]
        return total

    def vector_matrix(a, b):
        check(a.shape[0], b.shape[0])
        total = np.full(b.shape[1], zero)
        for k in range(a.shape[0]):
            for j in range(b.shape[1]):
                total[j] += a[k] * b[k, j]
        return total

    def matrix_matrix(a, b):
        check(a.shape[1], b.shape[0])
        total = np.full((a.shape[0], b.shape[1]), zero)
        for i in range(a.shape[0]):
            for k in range(a.shape[1]):
                for j in range(b.shape[1]):
                    total[i, j] += a[i, k] * b[k, j]
        return total

    table = {(1, 1): vector_vector, (2, 1): matrix_vector, (1, 2): vector_matrix, (2, 2): matrix_matrix}
    return table.get((a.ndim, b.ndim))


def inner(a, b):
    """Sums of products over the last axis of both."""
    raise NotImplementedError


@overload(inner)
def _(a, b):
    return (lambda a, b: dot(a, b.T)) if _is_array(b, 2) else lambda a, b: dot(a, b)


def vdot(a, b):
    """The sum of products of all elements."""
    raise NotImplementedError


@overload(vdot)
def _(a, b):
    if _whole(getattr(a, "dtype", a), getattr(b, "dtype", b)):
        return None

    def fold(a, b):
        if a.size != b.size:
            raise ValueError("vdot: the shapes do not fit")
        total = 0.0
        for x, y in zip(a.flat, b.flat):
            total += x * y
        return total

    return fold


# -- draws -------------------------------------------------------------------------------------------------------------


def draw_normal(size, at, site):
    """Standard normal numbers: one (size None), or an array."""
    raise NotImplementedError


def draw_uniform(size, at, site):
    """Numbers uniform in [0, 1): one (size None), or an array."""
    raise NotImplementedError


def draw_like(x, at, site):
    """Standard normal numbers in the shape of `x`."""
    raise NotImplementedError


def _drawing(draw):
    def one(size, at, site):
        number = np.float64(draw(at[0], at[1] + site, at[3], at[2], at[AT_HEAD + site]))
        at[AT_HEAD + site] += 1
        return number

    def many(size, at, site):
        numbers = np.empty(size)
        element = at[3]
        for index in np.ndindex(numbers.shape):
            numbers[index] = draw(at[0], at[1] + site, element, at[2], at[AT_HEAD + site])
            element += 1
        at[AT_HEAD + site] += 1
        return numbers

    def choose(size, at, site):
        none = isinstance(size, types.NoneType) or isinstance(size, types.Omitted) and size.value is None
        return one if none else many

    return choose


def draw_normal_f32(size, at, site):
    """The same in single precision, as float64."""
    raise NotImplementedError


def draw_uniform_f32(size, at, site):
    """The same in single precision, as float64."""
    raise NotImplementedError


def draw_like_f32(x, at, site):
    """The same in single precision, as float64."""
    raise NotImplementedError


overload(draw_normal)(_drawing(random.normal_f64))
overload(draw_uniform)(_drawing(random.uniform_f64))
overload(draw_normal_f32)(_drawing(random.normal_f32))
overload(draw_uniform_f32)(_drawing(random.uniform_f32))


def _drawing_like(draw):
    def choose(x, at, site):
        if _is_array(x):
            return lambda x, at, site: draw(x.shape, at, site)
        return lambda x, at, site: draw(None, at, site)

    return choose


overload(draw_like)(_drawing_like(draw_normal))
overload(draw_like_f32)(_drawing_like(draw_normal_f32))


# -- lists of rows -----------------------------------------------------------------------------------------------------


@_compiled
def row(starts, members, i):
    """Row `i` of a list that lies in one array: row i is ``members[starts[i]:starts[i + 1]]``."""
    n = starts.shape[0] - 1
    if i < -n or i >= n:
        raise IndexError("list index out of range")
    if i < 0:
        i += n
    return members[starts[i] : starts[i + 1]]
