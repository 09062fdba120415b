"""Neurons that are near each other on a sheet, connected with one probability."""

from __future__ import annotations

import numpy as np

from .. import checks
from .draws import Draws, checked_seed, subsets
from .regular import Grid


class ProbDist(Grid):
    """Pairs that are near enough are connected with one probability, others never.

    Parameters
    ----------
    dist : float
        Longest distance of a pair, in neurons of the sheet. A 1-D group is a line.
    prob : float
        Probability of such a pair, 0 to 1.
    pre_ratio : float
        Share of the neurons before that make connections at all, drawn at random; rounded down.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.
    include_self : bool
        Whether a neuron may connect to the one in its own place.
    """

    periodic_boundary = False

    def __init__(self, dist=1.0, prob=1.0, pre_ratio=1.0, seed=None, include_self=True):
        self.dist = checks.number("dist", dist, unit="neurons", low=0)
        self.prob = checks.number("prob", prob, low=0, high=1)
        self.pre_ratio = checks.number("pre_ratio", pre_ratio, low=0, high=1)
        self.seed = checked_seed(seed)
        self.include_self = checks.flag("include_self", include_self)

    def _edges(self, pre, post):
        draws = Draws(self.seed)
        # 1e-9 forgives the rounding of a product such as 0.29 * 100.
        chosen = subsets(np.array([pre.size]), int(self.pre_ratio * pre.size + 1e-9), draws)[0]
        self._reach = [min(int(self.dist), n) for n in (*pre.shape, 0)[:2]]  # nobody is further than the sheet is wide
        pre_ids, post_ids = super()._edges(pre, post)
        keep = np.isin(pre_ids, pre.reshape(-1)[chosen]) & (draws.uniform(pre_ids.size) < self.prob)
        return pre_ids[keep], post_ids[keep]

    def _offsets(self):
        height, width = self._reach
        return [
            (r, c)
            for r in range(-height, height + 1)
            for c in range(-width, width + 1)
            if r * r + c * c <= self.dist * self.dist and (self.include_self or (r, c) != (0, 0))
        ]
