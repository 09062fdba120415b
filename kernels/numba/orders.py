"""Orders, extremes and running sums of arrays with the bits of `brainpy_lab.kernels.reference.orders`."""

import numpy as np
from numba.core import types
from numba.extending import overload


def _is_real(kind):
    return isinstance(kind, types.Array) and isinstance(kind.dtype, types.Float)


def _positive(x):
    raise NotImplementedError


@overload(_positive)
def _(x):
    return (lambda x: x + 0.0) if isinstance(x, types.Float) else (lambda x: x)


def amax(x):
    """The greatest element; NaN wins, -0 becomes 0."""
    raise NotImplementedError


def amin(x):
    """The smallest element; NaN wins, -0 becomes 0."""
    raise NotImplementedError


@overload(amax)
def _(x):
    if isinstance(x, types.Array) and isinstance(x.dtype, types.Boolean):
        return lambda x: np.any(x)
    return (lambda x: _positive(np.max(x))) if isinstance(x, types.Array) else (lambda x: _positive(x))


@overload(amin)
def _(x):
    if isinstance(x, types.Array) and isinstance(x.dtype, types.Boolean):
        return lambda x: np.all(x)
    return (lambda x: _positive(np.min(x))) if isinstance(x, types.Array) else (lambda x: _positive(x))


def along(whole, of_truths=np.bool_):
    """``(along_0, along_1, along_last)``: `whole` of every column, of every row, and along the last axis.

    `of_truths` is the type that it makes of truths.
    """

    def along_0(x):
        raise NotImplementedError

    def along_1(x):
        raise NotImplementedError

    def along_last(x):
        raise NotImplementedError

    def kept(kind):
        if isinstance(kind, types.Float):
            return np.float64
        return of_truths if isinstance(kind, types.Boolean) else np.int64

    @overload(along_0)
    def _(x):
        if not isinstance(x, types.Array) or x.ndim > 2:
            return None
        dtype = kept(x.dtype)

        def columns(x):
            found = np.empty(x.shape[1], dtype)
            for j in range(x.shape[1]):
                found[j] = whole(x[:, j])
            return found

        return columns if x.ndim == 2 else lambda x: whole(x)

    @overload(along_1)
    def _(x):
        if not isinstance(x, types.Array) or x.ndim != 2:
            return None
        dtype = kept(x.dtype)

        def rows(x):
            found = np.empty(x.shape[0], dtype)
            for i in range(x.shape[0]):
                found[i] = whole(x[i])
            return found

        return rows

    @overload(along_last)
    def _(x):
        if not isinstance(x, types.Array) or x.ndim > 2:
            return None
        return (lambda x: along_1(x)) if x.ndim == 2 else lambda x: along_0(x)

    return along_0, along_1, along_last


amax_0, amax_1, amax_last = along(amax)
amin_0, amin_1, amin_last = along(amin)


def cumsum(x):
    """The sums of the first 1, 2, ... elements, from 0."""
    raise NotImplementedError


@overload(cumsum)
def _(x):
    if not isinstance(x, types.Array):
        return None
    return (lambda x: np.cumsum(x) + 0.0) if _is_real(x) else (lambda x: np.cumsum(x))


def arange(start, stop=None, step=1):
    """``start + k*step`` below `stop`, each rounded on its own; whole numbers for whole arguments."""
    raise NotImplementedError


@overload(arange)
def _(start, stop=None, step=1):
    given = [kind for kind in (start, stop, step) if isinstance(kind, types.Type)]
    whole = all(isinstance(kind, (types.Integer, types.Boolean, types.NoneType, types.Omitted)) for kind in given)
    alone = stop is None or isinstance(stop, (types.NoneType, types.Omitted))
    if whole:
        return (lambda start, stop=None, step=1: np.arange(start)) if alone else (
            lambda start, stop=None, step=1: np.arange(start, stop, step))

    def fractions(start, stop=None, step=1):
        first = 0.0 if alone else np.float64(start)
        last = np.float64(start) if alone else np.float64(stop)
        found = np.empty(np.int64(max(np.ceil((last - first) / np.float64(step)), 0.0)))
        for k in range(found.size):
            found[k] = first + k * np.float64(step)
        return found

    return fractions


def argsort(x):
    """The places of the elements in ascending order; NaN comes last."""
    raise NotImplementedError


@overload(argsort)
def _(x):
    return lambda x: np.argsort(x, kind="mergesort")


def sort(x):
    """The elements in ascending order; NaN comes last."""
    raise NotImplementedError


@overload(sort)
def _(x):
    return lambda x: x[np.argsort(x, kind="mergesort")]


def sort_in_place(x):
    """``x.sort()``, as `sort`."""
    raise NotImplementedError


@overload(sort_in_place)
def _(x):
    if not isinstance(x, types.Array):
        return lambda x: x.sort()

    def change(x):
        x[:] = x[np.argsort(x, kind="mergesort")]

    return change


def unique(x):
    """The different values in ascending order; of 0 and -0 the first, of NaN one."""
    raise NotImplementedError


@overload(unique)
def _(x):
    def find(x):
        flat = x.copy().reshape(-1)
        flat = flat[np.argsort(flat, kind="mergesort")]
        n = 0
        for k in range(flat.size):
            again = k > 0 and (flat[k] == flat[k - 1] or (flat[k] != flat[k] and flat[k - 1] != flat[k - 1]))
            if not again:
                flat[n] = flat[k]
                n += 1
        return flat[:n].copy()

    return find
