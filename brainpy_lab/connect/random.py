"""Connectors that draw."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUseError
from .base import Connector


class FixedProb(Connector):
    """Each pair is connected with the same probability, independently.

    Parameters
    ----------
    prob : float
        Probability, 0 to 1.
    include_self : bool
        Whether a neuron may connect to the one of its own index.
    seed : int, optional
        Gives the same edges every time. Without it the draws come from NumPy's global generator, so that
        ``np.random.seed`` fixes them.

    Notes
    -----
    The gaps between successive connected pairs, in row-major order, are geometric with parameter `prob`; drawing the
    gaps costs one number per edge instead of one per pair.
    """

    def __init__(self, prob: float, include_self: bool = True, seed: int | None = None):
        if not 0.0 <= prob <= 1.0:
            raise ModelUseError(f'"prob" must lie in 0..1, but got {prob!r}.')
        self.prob = float(prob)
        self.include_self = include_self
        self.seed = seed

    def connect(self, pre, post):
        pairs = _chosen(pre.size * post.size, self.prob, generator(self.seed))
        rows, columns = np.divmod(pairs, max(post.size, 1))
        pre_ids, post_ids = pre[rows], post[columns]
        if not self.include_self:
            keep = pre_ids != post_ids
            pre_ids, post_ids = pre_ids[keep], post_ids[keep]
        return pre_ids, post_ids


def generator(seed: int | None) -> np.random.Generator:
    """A generator of its own for a seed, or one that NumPy's global generator decides."""
    if seed is None:
        seed = int(np.random.randint(0, 2**31 - 1))
    return np.random.default_rng(seed)


def _chosen(n: int, prob: float, rng: np.random.Generator) -> np.ndarray:
    """Sorted indices of the successes in n trials."""
    if n == 0 or prob == 0.0:
        return np.empty(0, np.int64)
    if prob == 1.0:
        return np.arange(n)
    parts, last = [], -1
    while last < n:
        # Enough for the rest with six standard deviations to spare; another round is rare and just as right.
        expected = (n - last) * prob
        gaps = rng.geometric(prob, size=int(expected + 6.0 * np.sqrt(expected) + 16))
        # A gap past the end ends the draw; clipping keeps the sum of gaps within int64 for a tiny probability.
        positions = last + np.cumsum(np.minimum(gaps, n + 1))
        parts.append(positions)
        last = int(positions[-1])
    chosen = np.concatenate(parts)
    return chosen[: np.searchsorted(chosen, n)]
