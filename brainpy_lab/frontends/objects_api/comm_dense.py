"""Connections of everything to everything: with one weight, with a matrix, with a masked matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import checks
from ...connect.base import Connector
from ...connect.given import matrix
from ...initialize import XavierNormal, ZeroInit
from ...math import functions as bm
from ...math.propagate import propagate
from .comm import Comm, counted, weights


class AllToAll(Comm):
    """Every element to every element.

    Parameters
    ----------
    num_in, num_out : int
    weight : float, array_like of shape (num_in, num_out), Initializer or callable
        With one number the sum of all values is formed once.
    include_self : bool
        Whether an element is connected to the one of the same number.

    Notes
    -----
    With one weight and without `include_self`, the element's own value is subtracted from the sum.
    """

    def __init__(
        self,
        num_in: int,
        num_out: int,
        weight: Any,
        sharding: Any = None,
        include_self: bool = True,
        mode: Any = None,
        name: str | None = None,
    ):
        super().__init__(name=name, mode=mode)
        self.num_in, self.num_out = counted("num_in", num_in), counted("num_out", num_out)
        self.include_self = checks.flag("include_self", include_self)
        self.weight = weights(weight, (self.num_in, self.num_out))
        if np.ndim(self.weight):
            self.pre_ids, self.post_ids = _pairs(np.ones((self.num_in, self.num_out), bool), self.include_self)
            if not self.include_self:
                self.kept = np.ascontiguousarray(self.weight[self.pre_ids, self.post_ids])

    def update(self, x: Any) -> Any:
        """The sums at the targets."""
        x = self.sized(x)
        if np.ndim(self.weight):
            kept = self.weight.reshape(-1) if self.include_self else self.kept
            return propagate(x, self.pre_ids, self.post_ids, self.num_out, kept)
        x = bm.broadcast_to(bm.asarray(x), (self.num_in,))
        total = bm.broadcast_to(bm.sum(x), (self.num_out,))
        if not self.include_self:
            n = self.num_out
            own = x[:n] if self.num_in >= n else bm.concatenate([x, bm.zeros(n - self.num_in)])
            total = total - own
        return total * self.weight


class Dense(Comm):
    """``x @ W + b``; every sum is a left fold over the elements of `x`.

    Parameters
    ----------
    num_in, num_out : int
    W_initializer : Initializer, callable, float or array_like of shape (num_in, num_out)
    b_initializer : the same for shape (num_out,), or None
        None leaves the bias out.

    Attributes
    ----------
    W : ndarray, shape (num_in, num_out)
    b : ndarray, shape (num_out,), or None
        Changes to these are seen by the next run.
    """

    def __init__(
        self,
        num_in: int,
        num_out: int,
        W_initializer: Any = None,
        b_initializer: Any = ZeroInit(),  # noqa: B008 (initializers hold nothing)
        mode: Any = None,
        name: str | None = None,
    ):
        super().__init__(name=name, mode=mode)
        self.num_in, self.num_out = counted("num_in", num_in), counted("num_out", num_out)
        start = XavierNormal() if W_initializer is None else W_initializer
        shape = (self.num_in, self.num_out)
        self.W = np.array(np.broadcast_to(weights(start, shape, "W_initializer"), shape))
        self.b = None
        if b_initializer is not None:
            self.b = np.array(np.broadcast_to(weights(b_initializer, shape[1:], "b_initializer"), shape[1:]))
        self.pre_ids, self.post_ids = _pairs(np.ones(shape, bool), True)

    def update(self, x: Any) -> Any:
        """The products."""
        if len(np.shape(x)) == 2 and np.shape(x)[1] == self.num_in:
            product = bm.matmul(x, self.W)
        else:
            product = propagate(self.sized(x), self.pre_ids, self.post_ids, self.num_out, self.W.reshape(-1))
        return product if self.b is None else product + self.b


class Linear(Dense):
    """As `Dense`."""


class Identity(Comm):
    """What comes in goes out."""

    def __init__(self, *args: Any, mode: Any = None, name: str | None = None, **kwargs: Any):
        super().__init__(name=name, mode=mode)

    def update(self, x: Any) -> Any:
        """The same."""
        return x


class MaskedLinear(Comm):
    """A matrix in which only connected pairs count: ``x @ mask_fun(weight*mask)``.

    Parameters
    ----------
    conn : Connector, or array_like of shape (num_in, num_out)
        A connector with sizes, or the mask itself.
    weight : float, array_like of shape (num_in, num_out), Initializer or callable
    mask_fun : callable, optional
        Applied once, to the masked matrix.
    """

    def __init__(
        self,
        conn: Any,
        weight: Any,
        mask_fun: Callable | None = None,
        sharding: Any = None,
        mode: Any = None,
        name: str | None = None,
    ):
        super().__init__(name=name, mode=mode)
        if isinstance(conn, Connector):
            mask = np.asarray(conn.require("conn_mat"))
        else:
            mask = matrix("conn", getattr(conn, "_array", conn))
        if 0 in mask.shape:
            what = "a connector with sizes, or a matrix of shape (num_in, num_out)"
            raise checks.wrong("conn", conn, what, "Give one with a row and a column or more.", of="MaskedLinear")
        mask = mask != 0
        self.conn, (self.num_in, self.num_out) = conn, mask.shape
        kept = np.broadcast_to(weights(weight, mask.shape), mask.shape)
        if mask_fun is not None:
            made = checks.function("mask_fun", mask_fun)(kept * mask)
            kept = checks.array("mask_fun", made, f"a function that returns a matrix of shape {mask.shape}", ndim=2)
            if kept.shape != mask.shape:
                what = f"a function that returns a matrix of shape {mask.shape}"
                raise checks.wrong("mask_fun", mask_fun, what, f"It returns {kept.shape}: return that shape.")
            mask = mask | (kept != 0)
        self.pre_ids, self.post_ids = _pairs(mask, True)
        self.weight = np.ascontiguousarray(kept[self.pre_ids, self.post_ids])

    def update(self, x: Any) -> Any:
        """The sums at the targets."""
        return propagate(self.sized(x), self.pre_ids, self.post_ids, self.num_out, self.weight)


def _pairs(mask: np.ndarray, include_self: bool) -> tuple[np.ndarray, np.ndarray]:
    """Sources and targets of a matrix, row by row."""
    if not include_self:
        mask = mask & (np.arange(mask.shape[0])[:, None] != np.arange(mask.shape[1]))
    return np.nonzero(mask)  # type: ignore[return-value]
