"""Connections that are never stored, with the bits of `brainpy_lab.kernels.reference.random_edges`."""

import numpy as np
from brainpy_lab.kernels import philox
from brainpy_lab.kernels.numba import random
from brainpy_lab.kernels.numba.math import floor_f64, log_f64
from numba import njit

PAIRS = 16
"""Skips are made in blocks of twice as many, in a loop that LLVM turns into vectors."""

SKIPS = 2 * PAIRS
_EDGES, _ONE = philox.EDGES, philox.UNIT_F64
_uniform_pair_f64 = random.uniform_pair_f64


@njit(error_model="numpy")
def row_targets(seed, row, n_post, scale, skips, targets):
    """The targets of a source, ascending; returns how many there are.

    Parameters
    ----------
    seed, row, n_post : int
    scale : float64
    skips : ndarray, shape (SKIPS,), float64
        Scratch.
    targets : ndarray, shape (n_post,), int32
        Filled from its beginning.
    """
    if n_post == 0:
        return 0
    at, count, first = -1.0, 0, 0
    while True:
        for pair in range(PAIRS):
            u, v = _uniform_pair_f64(seed, _EDGES, row, 0, first + pair)
            skips[2 * pair] = floor_f64(log_f64(_ONE - u) * scale)
            skips[2 * pair + 1] = floor_f64(log_f64(_ONE - v) * scale)
        for k in range(SKIPS):
            at += 1.0 + skips[k]
            if at >= n_post:
                return count
            targets[count] = np.int32(at)
            count += 1
        first += PAIRS
