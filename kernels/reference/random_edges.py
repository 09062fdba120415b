"""Connections that are never stored: which targets a source has follows from a seed.

Every pair is connected with probability p, independently. Within a row, the targets of one source, the number of
targets that are skipped before the next connected one is geometric: ``floor(log(1 - u)/log(1 - p))`` (Devroye 1986,
Non-Uniform Random Variate Generation, chapter X.2). Number k of a row has the counter (element = source, step = 0,
draw = k // 2), whose first uniform belongs to even k and whose second to odd k; so a row depends on nothing but the
seed, its number and p, and costs as much as it has edges.
"""

import numpy as np
from brainpy_lab.kernels import philox
from brainpy_lab.kernels.reference import math, random

BLOCK = 2**18
"""About how many edges are made at once, so that little memory is needed for any number of rows."""


def skip_scale(prob):
    """``1/log(1 - p)``, by which the logarithms of uniforms become skips.

    Parameters
    ----------
    prob : float
        Above 0 and not above 1. With 1 the result is -0.0, and nothing is ever skipped.
    """
    with np.errstate(divide="ignore"):
        return float(np.float64(1.0) / np.float64(math.log1p_f64(np.float64(-prob))))


def row_blocks(seed, rows, n_post, scale):
    """The edges of some sources, in ascending order, block by block.

    Parameters
    ----------
    seed : int
    rows : ndarray of int64, ascending
        The sources.
    n_post : int
        Number of possible targets, below 2**31.
    scale : float
        As `skip_scale` makes it.

    Yields
    ------
    pre, post, place : ndarrays of int64, shape (n,)
        Source, target, and number of the edge within its row.
    """
    if n_post == 0 or len(rows) == 0:
        return
    mean = n_post if scale == 0 else min(float(n_post), -n_post / scale)  # p is about -1/scale
    pairs = int(mean / 2 + 2 * np.sqrt(mean)) + 8
    per_block = max(1, BLOCK // (2 * pairs))
    for start in range(0, len(rows), per_block):
        yield _edges(seed, rows[start : start + per_block], n_post, scale, pairs)


def _edges(seed, rows, n_post, scale, pairs):
    found = []
    at, first = np.full(len(rows), -1.0), 0
    while len(rows):
        draw = np.arange(first, first + pairs)
        both = random.uniform_pair_f64(seed, philox.EDGES, rows[:, None], 0, draw[None])
        u = np.stack(both, axis=-1).reshape(len(rows), 2 * pairs)
        with np.errstate(all="ignore"):
            skips = math.floor_f64(math.log_f64(philox.UNIT_F64 - u) * np.float64(scale))
        # Whole numbers below 2**53, so that their sum is exact in any order.
        targets = at[:, None] + np.cumsum(1.0 + np.minimum(skips, float(n_post)), axis=1)
        row, column = np.nonzero(targets < n_post)
        found.append((rows[row], targets[row, column].astype(np.int64), 2 * first + column))
        more = targets[:, -1] < n_post
        rows, at, first = rows[more], targets[more, -1], first + pairs
    pre, post, place = (np.concatenate(part) for part in zip(*found))
    order = np.lexsort((place, pre))
    return pre[order], post[order], place[order]


def edge_number(distribution, suffix, seed, site, pre, place):
    """A standard number that belongs to an edge: the same in every step.

    Parameters
    ----------
    distribution : {'normal', 'uniform'}
    suffix : {'f64', 'f32'}
    seed, site : int
        Seed of the edges, and ordinal of the number among those of an edge.
    pre, place : ndarray of int64
        Source, and number of the edge within its row.
    """
    return getattr(random, f"{distribution}_{suffix}")(seed, philox.EDGES + 1 + site, pre, 0, place)
