"""Random numbers for connectors: the same for a seed on every machine, whatever its NumPy.

The bit streams of NumPy's generators are fixed by its compatibility policy, but the distributions made of them are
not, and those that use logarithms differ between processors. So only raw bits are taken, and the rest is exact.
"""

from __future__ import annotations

import numpy as np

from .. import checks

CHUNK = 4096


class Draws:
    """Uniform numbers from a seed.

    Parameters
    ----------
    seed : int, optional
        Without it NumPy's global generator gives one, so that ``np.random.seed`` fixes what follows.
    """

    def __init__(self, seed: int | None):
        self._bits = np.random.PCG64(int(np.random.randint(0, 2**31 - 1)) if seed is None else seed)
        self._kept: list[float] = []

    def uniform(self, n: int) -> np.ndarray:
        """`n` numbers in [0, 1), multiples of 2**-53."""
        return (self._bits.random_raw(n) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def one(self) -> float:
        """One number in [0, 1)."""
        if not self._kept:
            self._kept = self.uniform(CHUNK)[::-1].tolist()
        return self._kept.pop()

    def below(self, n: int) -> int:
        """One of 0..n-1."""
        return int(self.one() * n)

    def integers(self, limits: np.ndarray) -> np.ndarray:
        """One number of 0..limit-1 for each limit."""
        return (self.uniform(limits.size).reshape(limits.shape) * limits).astype(np.int64)


def checked_seed(seed) -> int | None:
    """A seed: None, or an int of 0 or more."""
    return None if seed is None else checks.seed("seed", seed, 2**128 - 1)


def is_seed(value) -> bool:
    """Whether a positional argument is the seed that older programs give in that place."""
    return value is None or isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= 0


def successes(n: int, prob: float, draws: Draws) -> np.ndarray:
    """Sorted indices of the successes in `n` trials of one probability.

    The gaps between successes are geometric, ``floor(log(1 - u) / log(1 - prob)) + 1``, so that the cost is one number
    per success instead of one per trial.
    """
    from ..kernels.reference import math  # its logarithm has the same bits everywhere

    if n == 0 or prob == 0.0:
        return np.empty(0, np.int64)
    if prob == 1.0:
        return np.arange(n)
    scale = float(math.log1p_f64(np.float64(-prob)))
    parts, last = [], -1
    while last < n:
        # Enough for the rest with six standard deviations to spare; another round is rare and just as right.
        expected = (n - last) * prob
        u = draws.uniform(int(expected + 6.0 * np.sqrt(expected) + 16))
        # A gap past the end ends the draw; clipping keeps it within int64 for a tiny probability.
        gaps = np.minimum(np.floor(math.log1p_f64(-u) / scale), n).astype(np.int64) + 1
        positions = last + np.cumsum(gaps)
        parts.append(positions)
        last = int(positions[-1])
    chosen = np.concatenate(parts)
    return chosen[: np.searchsorted(chosen, n)]


def subsets(limits: np.ndarray, num: int, draws: Draws) -> np.ndarray:
    """For each limit, `num` different numbers of 0..limit-1, ascending; every subset is equally likely.

    Parameters
    ----------
    limits : ndarray of int, shape (n_rows,)
        Each at least `num`.

    Returns
    -------
    ndarray of int64, shape (n_rows, num)
    """
    if num == 0 or limits.size == 0:
        return np.zeros((limits.size, num), np.int64)
    largest = int(limits.max())
    if 2 * num > largest:
        return _subsets_by_order(limits, num, draws)
    # Redrawing what is there already and keeping the rest treats all numbers alike, so no subset is preferred.
    found = np.sort(draws.integers(np.broadcast_to(limits[:, None], (limits.size, num))), axis=1)
    while True:
        again = np.zeros(found.shape, bool)
        again[:, 1:] = found[:, 1:] == found[:, :-1]
        rows = np.flatnonzero(again.any(axis=1))
        if not rows.size:
            return found
        part, mask = found[rows], again[rows]
        part[mask] = draws.integers(np.broadcast_to(limits[rows, None], part.shape)[mask])
        found[rows] = np.sort(part, axis=1)


def _subsets_by_order(limits: np.ndarray, num: int, draws: Draws) -> np.ndarray:
    """The numbers with the `num` smallest keys of random keys: for subsets of most of the numbers."""
    found = np.empty((limits.size, num), np.int64)
    largest = int(limits.max())
    rows = max(1, 2**22 // largest)  # at most 32 MB of keys at a time
    for start in range(0, limits.size, rows):
        block = limits[start : start + rows]
        keys = draws.uniform(block.size * largest).reshape(block.size, largest)
        keys[np.arange(largest) >= block[:, None]] = 2.0  # not a number of this row
        found[start : start + rows] = np.sort(np.argsort(keys, axis=1, kind="stable")[:, :num], axis=1)
    return found
