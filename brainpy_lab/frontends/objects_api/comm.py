"""From the elements before to those after: connections without states of their own (`bp.dnn`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import checks
from ...connect.base import Connector
from ...errors import ModelUseError
from ...initialize import parameter
from ...math.functions import asarray
from ...math.graph import at_user
from ...math.propagate import propagate
from .base import DynamicalSystem


class Comm(DynamicalSystem):
    """Carries an array of shape (num_in,) to one of shape (num_out,).

    Attributes
    ----------
    num_in, num_out : int
    weight : float or ndarray
    """

    num_in: int
    num_out: int

    def sized(self, x: Any) -> Any:
        """The values as one line, of the right number; one number stands for all."""
        if x is None or isinstance(x, (str, dict)):
            what = f"what {type(self).__name__} {self.name!r} carries"
            raise checks.wrong("x", x, f"{what}, {self.num_in} numbers", "Give an array.")
        shape = tuple(np.shape(x))
        if shape in ((self.num_in,), ()):
            return x
        if np.prod(shape) == self.num_in:
            return asarray(x).reshape(-1)
        raise ModelUseError(
            f"{type(self).__name__} {self.name!r} carries {self.num_in} values, but got an array of shape {shape}"
            f"{at_user()}. Give it that many."
        )


class _Edges(Comm):
    """A connection that is stored edge by edge, sorted by source."""

    event = False

    def __init__(
        self,
        conn: Connector,
        weight: Any,
        sharding: Any = None,
        mode: Any = None,
        name: str | None = None,
        **others: Any,
    ):
        super().__init__(name=name, mode=mode)
        if not isinstance(conn, Connector):
            cure = "Give bp.conn.FixedProb(0.1, pre=100, post=100), say."
            raise checks.wrong("conn", conn, "a connector with sizes", cure, of=type(self).__name__)
        self.conn = conn
        indices, indptr = conn.require("pre2post")
        self.num_in, self.num_out = int(conn.pre_num), int(conn.post_num)
        self.post_ids = np.ascontiguousarray(indices, np.int64)
        self.pre_ids = np.repeat(np.arange(self.num_in), np.diff(np.asarray(indptr)))
        self.weight = weights(weight, (len(self.post_ids),))

    def update(self, x: Any) -> Any:
        """The sums at the targets."""
        return propagate(self.sized(x), self.pre_ids, self.post_ids, self.num_out, self.weight, self.event)

    def onto(self, x: Any, values: Any) -> Any:
        """What is carried, added edge by edge to the values that the targets have."""
        return propagate(self.sized(x), self.pre_ids, self.post_ids, self.num_out, self.weight, self.event, values)


def counted(name: str, value: Any) -> int:
    """A number of elements, checked."""
    return checks.count(name, value, "elements")


def weights(weight: Any, shape: tuple[int, ...], name: str = "weight") -> Any:
    """A weight for all, or an array of them."""
    if isinstance(weight, bool):
        raise checks.wrong(name, weight, "a number, or an array of numbers", "Give a number instead of a truth value.")
    found = parameter(weight, shape, allow_none=False, name=name)
    return float(found) if np.ndim(found) == 0 else np.asarray(found, float)


class EventCSRLinear(_Edges):
    """Weights of a sparse connection, delivered by events: where `x` is true (or above 0) its edges add their weight.

    Parameters
    ----------
    conn : Connector
        With sizes.
    weight : float, array_like of shape (n_edges,), Initializer or callable
        In the order of the rows (sources); one number stands for all.
    """

    event = True


class CSRLinear(_Edges):
    """A sparse connection: every edge adds ``x[pre]*weight`` to its target."""


class OneToOne(Comm):
    """Element to element, ``x*weight``.

    Parameters
    ----------
    num : int
    weight : float, array_like of shape (num,), Initializer or callable
    """

    def __init__(self, num: int, weight: Any, sharding: Any = None, mode: Any = None, name: str | None = None):
        super().__init__(name=name, mode=mode)
        self.num = self.num_in = self.num_out = counted("num", num)
        self.weight = weights(weight, (self.num,))

    def update(self, x: Any) -> Any:
        """The products."""
        return self.sized(x) * self.weight
