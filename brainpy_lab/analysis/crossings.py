"""Where a quantity changes its sign along many short segments at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_ROUNDS = 80


def locate(
    left: np.ndarray,
    right: np.ndarray,
    value: Callable[[np.ndarray, np.ndarray], np.ndarray],
    ends: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """The share of each segment at which `value` changes its sign.

    Regula falsi with the Illinois weights, and a bisection every third round: the bracket always shrinks, and for
    smooth values quickly.

    Parameters
    ----------
    left, right : ndarray, shape (n,)
        Shares at which the segments begin and end.
    value : callable (shares (m,), segments (m,) int) -> (m,)
    ends : pair of ndarray, shape (n,)
        The values there, of opposite signs.

    Returns
    -------
    ndarray, shape (n,)
        To a few units in the last place of 1; where the value jumps, the place of the jump.
    """
    a, b = left.astype(float), right.astype(float)
    va, vb = (np.array(v, dtype=float) for v in ends)
    active = np.arange(len(a))
    side = np.zeros(len(a), int)
    for turn in range(_ROUNDS):
        if not len(active):
            break
        x0, x1, f0, f1 = a[active], b[active], va[active], vb[active]
        middle = (x0 + x1) / 2
        with np.errstate(all="ignore"):
            guess = x1 - f1 * (x1 - x0) / (f1 - f0)
        inside = (guess > np.minimum(x0, x1)) & (guess < np.maximum(x0, x1))
        x = np.where(inside & (turn % 3 != 2), guess, middle)
        f = value(x, active)
        f = np.where(np.isnan(f), 0.0, f)  # the caller tests what was found
        same = np.sign(f) == np.sign(f1)
        # Illinois: an end that stays for a second time counts half.
        va[active] = np.where(same, np.where(side[active] == 1, f0 / 2, f0), f)
        a[active] = np.where(same, x0, x)
        vb[active] = np.where(same, f, np.where(side[active] == -1, f1 / 2, f1))
        b[active] = np.where(same, x, x1)
        side[active] = np.where(same, 1, -1)
        exact = f == 0
        a[active] = np.where(exact, x, a[active])
        b[active] = np.where(exact, x, b[active])
        active = active[np.abs(a[active] - b[active]) > 4e-16]
    return (a + b) / 2
