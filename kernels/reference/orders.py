"""Orders, extremes and running sums of arrays, where NumPy leaves ties, zeros or rounding to the machine.

Ties keep their order, 0 and -0 are equal, and a running sum or a range rounds as it is written.
"""

from typing import Any

import numpy as np


def _positive_zero(x):
    return x + 0.0 if np.asarray(x).dtype.kind == "f" else x


def amax(x, axis=None):
    """The greatest element, of all or along an axis; NaN wins, -0 becomes 0."""
    return _positive_zero(np.max(x, axis=axis))


def amin(x, axis=None):
    """The smallest element, of all or along an axis; NaN wins, -0 becomes 0."""
    return _positive_zero(np.min(x, axis=axis))


def cumsum(x):
    """The sums of the first 1, 2, ... elements, from 0."""
    return _positive_zero(np.cumsum(x))


def arange(start: Any, stop: Any = None, step: Any = 1) -> Any:
    """``start + k*step`` below `stop`, each rounded on its own; whole numbers for whole arguments."""
    if stop is None:
        start, stop = 0, start
    if all(np.asarray(value).dtype.kind in "iub" for value in (start, stop, step)):
        return np.arange(start, stop, step)
    n = max(int(np.ceil(np.true_divide(stop - start, step))), 0)
    return start + np.arange(n) * np.float64(step)


def argsort(x):
    """The places of the elements in ascending order; NaN comes last."""
    return np.argsort(x, kind="stable")


def sort(x):
    """The elements in ascending order; NaN comes last."""
    return np.sort(x, kind="stable")


def sort_in_place(x):
    """``x.sort()``, as `sort`."""
    if isinstance(x, list):
        x.sort()
        return
    x[...] = np.sort(x, kind="stable")


def unique(x):
    """The different values in ascending order; of 0 and -0 the first, of NaN one."""
    x = np.sort(np.ravel(x), kind="stable")
    again = (x[1:] == x[:-1]) | ((x[1:] != x[1:]) & (x[:-1] != x[:-1]))
    return x[np.concatenate((np.ones(min(1, len(x)), bool), ~again))]
