"""Sums and products of arrays, from the left, with the bits of `brainpy_lab.kernels.reference.arrays`."""

import numpy as np
from brainpy_lab.kernels.numba.kinds import is_array, is_truth, is_whole
from brainpy_lab.kernels.numba.orders import along
from numba import njit
from numba.core import types
from numba.extending import overload

_compiled = njit(error_model="numpy")


def _zero(kind):
    return np.int64(0) if is_whole(kind.dtype) else 0.0


def _dtype(kind):
    return np.int64 if is_whole(kind.dtype) else np.float64


def sum(x):
    """Sum of all elements, in order."""
    raise NotImplementedError


def sum_0(x):
    """Sum along the first axis."""
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

    return fold if is_array(x) else fold_list


@overload(sum_0)
def _(x):
    if is_array(x, 1):
        return lambda x: sum(x)
    if not is_array(x, 2):
        return None
    dtype = _dtype(x)

    def fold(x):  # row by row, as the numbers lie: three times as fast as column by column
        total = np.zeros(x.shape[1], dtype)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                total[j] += x[i, j]
        return total

    return fold


_, sum_1, _ = along(sum, np.int64)


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
    unit = np.int64(1) if is_whole(x.dtype) else 1.0

    def fold(x):
        total = unit  # 1*x is x, so this is the fold from the first element
        for value in x.flat:
            total *= value
        return total

    return fold


prod_0, prod_1, prod_last = along(prod, np.int64)


def sum_last(x):
    """Sum along the last axis."""
    raise NotImplementedError


@overload(sum_last)
def _(x):
    return (lambda x: sum_1(x)) if is_array(x, 2) else lambda x: sum(x)


@_compiled
def mean_last(x):
    """`sum_last` over the number of terms."""
    return sum_last(x) / x.shape[-1]


def dot(a, b):
    """Vectors and matrices multiplied: every entry is a left fold of products."""
    raise NotImplementedError


@overload(dot)
def _(a, b):
    if not (is_array(a) and is_array(b)):
        return lambda a, b: a * b
    if is_truth(a.dtype, b.dtype):
        return None
    zero = np.int64(0) if is_whole(a.dtype, b.dtype) else 0.0

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
    return (lambda a, b: dot(a, b.T)) if is_array(b, 2) else lambda a, b: dot(a, b)


def vdot(a, b):
    """The sum of products of all elements."""
    raise NotImplementedError


@overload(vdot)
def _(a, b):
    if is_whole(getattr(a, "dtype", a), getattr(b, "dtype", b)):
        return None

    def fold(a, b):
        if a.size != b.size:
            raise ValueError("vdot: the shapes do not fit")
        total = 0.0
        for x, y in zip(a.flat, b.flat):
            total += x * y
        return total

    return fold
