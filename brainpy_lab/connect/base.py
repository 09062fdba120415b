"""What every connector is: a rule, the edges it made last, and these edges in other forms."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelUseError
from . import formatters
from .structures import Structures

REQUIRES = (
    "conn_mat",
    "mat2ij",
    "pre2post",
    "post2pre",
    "pre2syn",
    "post2syn",
    "pre_slice_syn",
    "post_slice_syn",
)


class Connector(Structures):
    """A rule that connects two sets of neurons.

    Calling it with the indices of the neurons before and after gives the edges, and keeps them as attributes. Calling
    it with the sizes of two groups, or making it with ``pre=`` and ``post=``, connects whole groups, and `require`
    gives the forms that are wanted. A rule of your own is a subclass with a method ``connect(pre, post)``, or with one
    of the methods ``build_coo``, ``build_csr`` and ``build_mat``.

    Attributes
    ----------
    pre_ids, post_ids : ndarray of the profile's integer type, shape (n_edges,)
        Neurons of each edge: the indices that were given, not positions among them.
    weights : ndarray of float64, shape (n_edges,), or None
        Weights, for rules that make them.
    num_pre, num_post : int
        Sizes of the groups: what `set_size` said, or else the largest index that was given and one.
    requires : tuple of str
        The forms that a call makes at once, see `set_requires`.
    """

    pre_ids: np.ndarray | None = None
    post_ids: np.ndarray | None = None
    weights: np.ndarray | None = None
    num_pre: int | None = None
    num_post: int | None = None
    requires: tuple[str, ...] = ()
    _stated: tuple[int, int] | None = None
    _conn_mat: np.ndarray | None = None

    def __call__(self, pre_indices=None, post_indices=None, *, pre_size=None, post_size=None):
        """Connect.

        Parameters
        ----------
        pre_indices, post_indices : int, tuple of int, or array of int
            Indices of the neurons, 2-D for sheets. An int n stands for 0..n-1, a tuple for a sheet of that height and
            width. Without `post_indices` the neurons are connected among themselves.
        pre_size, post_size : int or sequence of int
            Other names for sizes.

        Returns
        -------
        pre_ids, post_ids : ndarray of the profile's integer type, shape (n_edges,)
        weights : ndarray of float64, shape (n_edges,)
            Only from rules that make weights.

        Given sizes, not indices, the connector itself is returned; it can be unpacked in the same way.

        Raises
        ------
        ModelUseError
            When the indices are no indices, or the rule cannot connect groups of these sizes.
        """
        pre_indices = self._given_size("pre_size", pre_size, pre_indices)
        post_indices = self._given_size("post_size", post_size, post_indices)
        pre = _indices(pre_indices, "pre_indices")
        post = pre if post_indices is None else _indices(post_indices, "post_indices")
        self.reset()
        self.num_pre, self.num_post = self._stated or (_extent(pre), _extent(post))
        by_size = all(isinstance(given, (int, np.integer, tuple, type(None))) for given in (pre_indices, post_indices))
        self.pre_size, self.post_size = (pre.shape, post.shape) if by_size else (None, None)
        pre_ids, post_ids, *weights = self._edges(pre, post)
        self.pre_ids = formatters.as_ids(np.asarray(pre_ids, dtype=np.int64))
        self.post_ids = formatters.as_ids(np.asarray(post_ids, dtype=np.int64))
        self.weights = np.ascontiguousarray(weights[0], dtype=np.float64) if weights else None
        for name in self.requires:
            getattr(self, f"make_{name}")()
        return self if by_size else tuple(self)

    def _edges(self, pre: np.ndarray, post: np.ndarray):
        """The edges between index arrays as they were given; rules that use positions on a sheet override it."""
        return self.connect(pre.reshape(-1), post.reshape(-1))

    def connect(self, pre: np.ndarray, post: np.ndarray):
        """The edges between neurons `pre` and `post` (1-D index arrays), in order of synapse id.

        Returns
        -------
        (pre_ids, post_ids) or (pre_ids, post_ids, weights)
        """
        pre_ids, post_ids = self._built()
        return pre[pre_ids], post[post_ids]

    # -- sizes and forms -----------------------------------------------------------------------------------------------

    def set_size(self, num_pre, num_post) -> None:
        """State the sizes of the two groups, for the forms that need them."""
        self._stated = checks.count("num_pre", num_pre, "neurons"), checks.count("num_post", num_post, "neurons")
        self.num_pre, self.num_post = self._stated

    def set_requires(self, syn_requires) -> None:
        """Name the forms that each call makes as attributes: names out of `REQUIRES`.

        The two slice forms sort the synapses, each in its own way, so at most one of them can be asked for.
        """
        if isinstance(syn_requires, str):
            syn_requires = (syn_requires,)
        if not isinstance(syn_requires, (list, tuple, set, frozenset)):
            raise checks.wrong("syn_requires", syn_requires, "a list of names", "Write ['pre2syn'], say.")
        names = [name for name in syn_requires if name not in ("pre_ids", "post_ids")]
        for name in names:
            if name not in REQUIRES:
                raise ModelUseError(f'Unknown form {name!r} in "syn_requires": choose one of {", ".join(REQUIRES)}.')
        if {"pre_slice_syn", "post_slice_syn"} <= set(names):
            raise ModelUseError(
                'Cannot require "pre_slice_syn" and "post_slice_syn" at once: each sorts the synapses in its own way. '
                'Ask for one of them in "syn_requires", and use pre2syn or post2syn for the other.'
            )
        # Sorting comes first, so that the other forms see the order that holds in the end.
        self.requires = tuple(sorted(dict.fromkeys(names), key=lambda name: not name.endswith("slice_syn")))

    @property
    def conn_mat(self) -> np.ndarray:
        """Matrix of shape (num_pre, num_post), 1.0 where a synapse is; made when first asked for."""
        if self._conn_mat is None:
            self._must_have_edges("conn_mat")
            self._conn_mat = formatters.ij2mat(self.pre_ids, self.post_ids, self.num_pre, self.num_post)
        return self._conn_mat

    @conn_mat.setter
    def conn_mat(self, matrix) -> None:
        self._conn_mat = matrix

    def make_conn_mat(self) -> None:
        """Make ``conn_mat``."""
        self._conn_mat = None
        self.conn_mat  # noqa: B018

    def make_mat2ij(self) -> None:
        """Make ``pre_ids`` and ``post_ids`` from ``conn_mat``, row by row."""
        if self._conn_mat is None:
            self._must_have_edges("mat2ij")
        self.pre_ids, self.post_ids = formatters.mat2ij(self.conn_mat)

    def make_pre2post(self) -> None:
        """Make ``pre2post``."""
        self._must_have_edges("pre2post")
        self.pre2post = formatters.pre2post(self.pre_ids, self.post_ids, self.num_pre)

    def make_post2pre(self) -> None:
        """Make ``post2pre``."""
        self._must_have_edges("post2pre")
        self.post2pre = formatters.post2pre(self.pre_ids, self.post_ids, self.num_post)

    def make_pre2syn(self) -> None:
        """Make ``pre2syn``."""
        self._must_have_edges("pre2syn")
        self.pre2syn = formatters.pre2syn(self.pre_ids, self.num_pre)

    def make_post2syn(self) -> None:
        """Make ``post2syn``."""
        self._must_have_edges("post2syn")
        self.post2syn = formatters.post2syn(self.post_ids, self.num_post)

    def make_pre_slice_syn(self) -> None:
        """Sort the synapses by the neuron before and make ``pre_slice_syn``, shape (num_pre, 2)."""
        self._must_have_edges("pre_slice_syn")
        self._sort(self.pre_ids)
        self.pre_slice_syn = formatters.slices(self.pre_ids, self.num_pre)

    def make_post_slice_syn(self) -> None:
        """Sort the synapses by the neuron after and make ``post_slice_syn``, shape (num_post, 2)."""
        self._must_have_edges("post_slice_syn")
        self._sort(self.post_ids)
        self.post_slice_syn = formatters.slices(self.post_ids, self.num_post)

    def _sort(self, keys: np.ndarray) -> None:
        order = np.argsort(keys, kind="stable")
        self.pre_ids, self.post_ids = self.pre_ids[order], self.post_ids[order]
        if self.weights is not None:
            self.weights = self.weights[order]

    def _must_have_edges(self, form: str) -> None:
        if self.pre_ids is None:
            raise ModelUseError(
                f'{type(self).__name__} has connected nothing yet, so there is no "{form}": call it with the indices '
                "of the neurons first."
            )


def _extent(ids: np.ndarray) -> int:
    return int(ids.max()) + 1 if ids.size else 0


def _indices(given, name: str) -> np.ndarray:
    if isinstance(given, (int, np.integer)) and not isinstance(given, bool):
        given = (given,)
    if isinstance(given, tuple):  # a geometry
        if len(given) not in (1, 2) or not all(
            isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n >= 0 for n in given
        ):
            raise checks.wrong(
                name, given, "a number of neurons, (height, width), or an array of indices", "Give one of them."
            )
        return np.arange(int(np.prod(given)), dtype=np.int64).reshape(given)
    return checks.indices(name, given, ndim=(1, 2))
