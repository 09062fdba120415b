"""Connections of whole groups by their sizes, and the forms that ``require`` gives: matrix, sparse rows and columns."""

from __future__ import annotations

import inspect
import math

import numpy as np

from .. import checks
from ..errors import ModelKeyError, ModelUseError

CONN_MAT = "conn_mat"
PRE_IDS = "pre_ids"
POST_IDS = "post_ids"
PRE2POST = "pre2post"
POST2PRE = "post2pre"
PRE2SYN = "pre2syn"
POST2SYN = "post2syn"
CSR = "csr"
CSC = "csc"
COO = "coo"

STRUCTURES = (CONN_MAT, PRE_IDS, POST_IDS, PRE2POST, POST2PRE, PRE2SYN, POST2SYN, CSR, CSC, COO)


class _TakesSizes(type):
    """Lets every connector, also a user's own, be made with ``pre=`` and ``post=`` besides its own arguments."""

    def __call__(cls, *args, pre=None, post=None, **kwargs):
        connector = super().__call__(*args, **kwargs)
        if pre is not None or post is not None:
            connector._set_sizes(pre, post)
        return connector

    @property
    def __signature__(cls) -> inspect.Signature:
        own = (
            list(inspect.signature(cls.__init__).parameters.values())[1:] if cls.__init__ is not object.__init__ else []
        )
        sizes = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in ("pre", "post")]
        return inspect.Signature([one for one in own if one.kind is not inspect.Parameter.VAR_KEYWORD] + sizes)


class _NoSuchArray(ModelKeyError, IndexError):
    """There is no array of that number: the end of a loop over the edges."""


class Structures(metaclass=_TakesSizes):
    """What a connector offers about two groups of known sizes.

    Attributes
    ----------
    pre_size, post_size : tuple of int, or None
        Sizes of the two groups; None when it was called with indices.
    pre_num, post_num : int, or None
        Numbers of their neurons.
    """

    pre_size: tuple[int, ...] | None = None
    post_size: tuple[int, ...] | None = None
    # Every connector makes its forms from one set of edges; code that distinguishes older rules asks for it.
    is_version2_style = True

    @property
    def pre_num(self) -> int | None:
        """Number of neurons before."""
        return self.num_pre

    @property
    def post_num(self) -> int | None:
        """Number of neurons after."""
        return self.num_post

    def require(self, *names: str):
        """The connection in the forms that are named.

        Parameters
        ----------
        *names : str
            Out of this table, in which the edges are those of one draw, kept until the connector is called again:

            ========================  ================================================================================
            ``pre_ids``               neuron before each synapse, shape (n_synapses,)
            ``post_ids``              neuron after each synapse, shape (n_synapses,)
            ``coo``                   (pre_ids, post_ids)
            ``csr``, ``pre2post``     (indices, indptr): those after neuron i are ``indices[indptr[i]:indptr[i + 1]]``
            ``csc``, ``post2pre``     (indices, indptr): the same with those before neuron j
            ``pre2syn``               (synapses, indptr): synapses of each neuron before, as positions in `coo`
            ``post2syn``              (synapses, indptr): synapses of each neuron after
            ``conn_mat``              matrix of bool, shape (pre_num, post_num)
            ========================  ================================================================================

        Returns
        -------
        ndarray of int64 or bool, or tuple of those
            What is in the table; several names give a tuple of that.

        Raises
        ------
        ModelKeyError
            When there is no form of that name.
        ModelUseError
            When the sizes of the groups are not known.

        Notes
        -----
        Within a row of `csr`, and of `csc`, synapses stand in the order of `coo`. Rules of this package make `coo`
        sorted by the neuron before, so that synapse k of `csr` is synapse k of `coo`.
        """
        for name in names:
            if name not in STRUCTURES:
                raise ModelKeyError(f"There is no form {name!r} of a connection: choose from {', '.join(STRUCTURES)}.")
        if not names:
            raise ModelKeyError(f"require() needs the name of a form: choose from {', '.join(STRUCTURES)}.")
        self._connected()
        found = tuple(self._form(name) for name in names)
        return found[0] if len(found) == 1 else found

    def _form(self, name: str):
        i, j = self.pre_ids, self.post_ids
        if name == PRE_IDS:
            return i
        if name == POST_IDS:
            return j
        if name == COO:
            return i, j
        if name in (CSR, PRE2POST):
            return _rows(i, j, self.num_pre)
        if name in (CSC, POST2PRE):
            return _rows(j, i, self.num_post)
        if name == PRE2SYN:
            return _rows(i, np.arange(i.size), self.num_pre)
        if name == POST2SYN:
            return _rows(j, np.arange(j.size), self.num_post)
        matrix = np.zeros((self.num_pre, self.num_post), dtype=bool)
        matrix[i, j] = True
        return matrix

    def build_coo(self):
        """``require('coo')``; a rule of your own may define it instead of ``connect``."""
        return self.require(COO)

    def build_csr(self):
        """``require('csr')``; a rule of your own may define it instead of ``connect``."""
        return self.require(CSR)

    def build_mat(self):
        """``require('conn_mat')``; a rule of your own may define it instead of ``connect``."""
        return self.require(CONN_MAT)

    def reset(self) -> None:
        """Forget the edges: the next `require` draws new ones."""
        self.pre_ids = self.post_ids = self.weights = self._conn_mat = None

    # -- sizes ---------------------------------------------------------------------------------------------------------

    def _set_sizes(self, pre, post) -> None:
        self.pre_size = _size("pre", pre)
        self.post_size = self.pre_size if post is None else _size("post", post)
        self.num_pre, self.num_post = math.prod(self.pre_size), math.prod(self.post_size)

    def _given_size(self, name: str, size, indices):
        """What to connect: indices, or a size under its other name."""
        if size is None:
            if indices is None and name == "pre_size":
                raise ModelUseError(
                    f"{type(self).__name__} connects what it is given: call it with the sizes of the two groups, or "
                    "with indices of their neurons."
                )
            return indices
        if indices is not None:
            raise ModelUseError(f'"{name}" = {size!r} and indices, or a size, were both given: give one of them.')
        return _size(name, size)

    def _connected(self) -> None:
        """See to it that there are edges."""
        if self.pre_ids is not None:
            return
        if self.pre_size is None:
            raise ModelUseError(
                f"{type(self).__name__} does not know the groups that it connects: call it with their sizes, "
                "conn(pre_size, post_size), or make it with pre=... and post=..."
            )
        self(self.pre_size, self.post_size)

    # -- edges ---------------------------------------------------------------------------------------------------------

    def _built(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the edges, by the ``build_`` method of a user's own rule."""
        cls = type(self)
        if cls.build_coo is not Structures.build_coo:
            return self.build_coo()
        if cls.build_csr is not Structures.build_csr:
            indices, indptr = self.build_csr()
            return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr)), np.asarray(indices)
        if cls.build_mat is not Structures.build_mat:
            return np.nonzero(self.build_mat())
        raise NotImplementedError(f"{cls.__name__} has no method connect(pre, post): write it.")

    # Programs unpack what a call gives, ``pre_ids, post_ids = conn(10, 20)``: a connector is the sequence of its edges.

    def __iter__(self):
        self._connected()
        edges = (self.pre_ids, self.post_ids)
        return iter(edges if self.weights is None else (*edges, self.weights))

    def __len__(self) -> int:
        return 2 if self.weights is None else 3

    def __getitem__(self, k: int) -> np.ndarray:
        edges = tuple(self)
        if isinstance(k, slice):
            return edges[k]
        if isinstance(k, bool) or not isinstance(k, (int, np.integer)):
            cure = "Use unpacking: pre_ids, post_ids = conn."
            raise checks.wrong("k", k, "the number of an array, from 0 on", cure, ModelKeyError)
        if not -len(edges) <= k < len(edges):
            raise _NoSuchArray(
                f'"k" must be from 0 to {len(edges) - 1}, the arrays of the edges, but got {k}. Use require() for '
                "other forms."
            )
        return edges[k]


def _rows(keys: np.ndarray, values: np.ndarray, num: int) -> tuple[np.ndarray, np.ndarray]:
    """`values` grouped by `keys`, and the start of each group, shape (num + 1,)."""
    if np.any(keys[1:] < keys[:-1]):
        values = values[np.argsort(keys, kind="stable")]
    return values, np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(keys, minlength=num))])


def _size(name: str, size) -> tuple[int, ...]:
    entries = tuple(size) if isinstance(size, (tuple, list)) else (size,)
    are_counts = all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n >= 0 for n in entries)
    if len(entries) not in (1, 2) or not are_counts:
        raise checks.wrong(name, size, "a number of neurons, or (height, width)", "Give one of them.", ModelUseError)
    return tuple(int(n) for n in entries)
