"""What every connector is."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUseError


class Connector:
    """A rule that connects two sets of neurons.

    Calling it with the indices of the neurons before and after gives the edges, and keeps them as attributes.

    Attributes
    ----------
    pre_ids, post_ids : ndarray of int, shape (n_edges,)
        Neurons of each edge: the indices that were given, not positions among them.
    weights : ndarray, shape (n_edges,), or None
        Weights, for rules that make them.
    """

    pre_ids: np.ndarray | None = None
    post_ids: np.ndarray | None = None
    weights: np.ndarray | None = None

    def __call__(self, pre_indices, post_indices):
        """Connect.

        Parameters
        ----------
        pre_indices, post_indices : int or ndarray of int
            Indices of the neurons, 2-D for sheets; an int n stands for 0..n-1.

        Returns
        -------
        pre_ids, post_ids : ndarray of int, shape (n_edges,)
        """
        pre, post = _indices(pre_indices), _indices(post_indices)
        pre_ids, post_ids = self.connect(pre.reshape(-1), post.reshape(-1))
        self.pre_ids, self.post_ids = np.ascontiguousarray(pre_ids), np.ascontiguousarray(post_ids)
        return self.pre_ids, self.post_ids

    def connect(self, pre: np.ndarray, post: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The edges between neurons `pre` and `post` (1-D index arrays), in order of synapse id."""
        raise NotImplementedError


def _indices(given) -> np.ndarray:
    if isinstance(given, (int, np.integer)) and not isinstance(given, bool):
        return np.arange(given)
    array = np.asarray(given)
    if array.dtype.kind not in "iu":
        raise ModelUseError(f"Indices of neurons must be ints, but got an array of {array.dtype}.")
    return array.astype(np.int64, copy=False)
