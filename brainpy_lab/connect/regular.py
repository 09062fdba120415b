"""Connectors that leave nothing to chance."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelUseError
from ..naming import also_named
from .base import Connector


class One2One(Connector):
    """The k-th neuron before to the k-th neuron after, for groups of the same size."""

    def connect(self, pre, post):
        if pre.size != post.size:
            raise ModelUseError(
                f"One2One must be defined in two groups with the same size, but we got {pre.size} != {post.size}. Give "
                "as many pre_indices as post_indices."
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
        self.include_self = checks.flag("include_self", include_self)

    def connect(self, pre, post):
        pre_ids, post_ids = np.repeat(pre, post.size), np.tile(post, pre.size)
        if self.include_self:
            return pre_ids, post_ids
        diagonal = np.arange(min(pre.size, post.size)) * (post.size + 1)
        return np.delete(pre_ids, diagonal), np.delete(post_ids, diagonal)


class Grid(Connector):
    """Neighbours on a sheet; neuron by neuron in row-major order.

    A 1-D group is a column. Both groups must have the same geometry; one argument connects a sheet with itself.
    """

    include_self: bool
    periodic_boundary: bool

    def _offsets(self) -> list[tuple[int, int]]:
        """(rows, columns) from a neuron to each of its neighbours, in the order of the edges."""
        raise NotImplementedError

    def _edges(self, pre, post):
        if pre.shape != post.shape:
            raise ModelUseError(
                f"{type(self).__name__} connects neighbours on one sheet, so both groups need the same geometry, but "
                f"got {pre.shape} and {post.shape} as pre_indices and post_indices. Give one, or two of one shape."
            )
        pre, post = pre.reshape(len(pre), -1), post.reshape(len(post), -1)
        height, width = pre.shape
        offsets = np.array(self._offsets(), dtype=np.int64).reshape(-1, 2)
        rows = np.arange(height)[:, None, None] + offsets[:, 0]
        columns = np.arange(width)[:, None] + offsets[:, 1]
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        if self.periodic_boundary:
            rows, columns = rows % height, columns % width
            inside = self._once(rows * width + columns)
        rows, columns = np.broadcast_to(rows, inside.shape)[inside], np.broadcast_to(columns, inside.shape)[inside]
        return np.broadcast_to(pre[:, :, None], inside.shape)[inside], post[rows, columns]

    def _once(self, targets: np.ndarray) -> np.ndarray:
        """Which to keep: on a small sheet several ways lead to one neuron, or back to where they start."""
        order = np.argsort(targets, axis=-1, kind="stable")
        ordered = np.take_along_axis(targets, order, axis=-1)
        first = np.ones(targets.shape, bool)
        first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
        keep = np.empty(targets.shape, bool)
        np.put_along_axis(keep, order, first, axis=-1)
        if not self.include_self:
            keep &= targets != np.arange(targets[..., 0].size).reshape(*targets.shape[:2], 1)
        return keep


class GridFour(Grid):
    """The neighbours above, below, left and right, in this order, and then the neuron itself.

    Parameters
    ----------
    include_self : bool
        Whether a neuron connects to itself.
    periodic_boundary : bool
        Whether opposite edges of the sheet meet.
    """

    def __init__(self, include_self: bool = False, periodic_boundary: bool = False):
        self.include_self = checks.flag("include_self", include_self)
        self.periodic_boundary = checks.flag("periodic_boundary", periodic_boundary)

    def _offsets(self):
        return [(-1, 0), (1, 0), (0, -1), (0, 1)] + [(0, 0)] * self.include_self


class GridN(Grid):
    """The neighbours in a square of 2 n + 1 rows and columns, row by row.

    Parameters
    ----------
    n : int
        How far the square reaches from the neuron. `N` is another name for it.
    include_self : bool
        Whether a neuron connects to itself.
    periodic_boundary : bool
        Whether opposite edges of the sheet meet.
    """

    @also_named(N="n")
    def __init__(self, n: int = 1, include_self: bool = False, periodic_boundary: bool = False):
        self.n = checks.count("n", n, "neurons")
        self.include_self = checks.flag("include_self", include_self)
        self.periodic_boundary = checks.flag("periodic_boundary", periodic_boundary)

    def _offsets(self):
        span = range(-self.n, self.n + 1)
        return [(r, c) for r in span for c in span if self.include_self or (r, c) != (0, 0)]


class GridEight(GridN):
    """The eight nearest neighbours, row by row.

    Parameters
    ----------
    include_self : bool
        Whether a neuron connects to itself.
    periodic_boundary : bool
        Whether opposite edges of the sheet meet.
    """

    def __init__(self, include_self: bool = False, periodic_boundary: bool = False):
        super().__init__(1, include_self, periodic_boundary)
