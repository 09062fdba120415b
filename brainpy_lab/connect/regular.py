"""Connectors that leave nothing to chance."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUseError
from .base import Connector


class One2One(Connector):
    """The k-th neuron before to the k-th neuron after, for groups of the same size."""

    def connect(self, pre, post):
        if pre.size != post.size:
            raise ModelUseError(
                f"One2One must be defined in two groups with the same size, but we got {pre.size} != {post.size}."
            )
        return pre.copy(), post.copy()


class All2All(Connector):
    """Every neuron before to every neuron after, row by row.

    Parameters
    ----------
    include_self : bool
        Whether a neuron connects to the one of its own position. False drops the pairs at equal positions in the two
        sets of indices.
    """

    def __init__(self, include_self: bool = True):
        self.include_self = include_self

    def connect(self, pre, post):
        pre_ids, post_ids = np.repeat(pre, post.size), np.tile(post, pre.size)
        if self.include_self:
            return pre_ids, post_ids
        diagonal = np.arange(min(pre.size, post.size)) * (post.size + 1)
        return np.delete(pre_ids, diagonal), np.delete(post_ids, diagonal)
