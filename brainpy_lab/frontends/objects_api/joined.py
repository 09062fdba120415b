"""What projections between groups have in common: their ends, what is sent, where the output goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import ModelValueError
from ...math.functions import asarray
from .base import DynamicalSystem
from .delays import VarDelay, delay_of
from .descriptions import Description
from .groups import Dynamic, Projection
from .outs import SynOut
from .views import DynView, sent_by, whole


class References:
    """The groups that a projection joins; they are no parts of it."""

    def __init__(self, pre: Any, post: Any):
        self.pre, self.post = pre, post


class Joined(Projection):
    """A projection to a group, perhaps from another: it knows them, and they are no parts of it.

    Attributes
    ----------
    pre, post : Dynamic or DynView
    comm : callable
        Carries values of the one group to sums at the other.
    """

    def __init__(self, name: str | None, mode: Any, comm: Any, post: Any, pre: Any = None):
        super().__init__(name=name, mode=mode)
        is_group(self, "post", post)
        if pre is not None:
            is_group(self, "pre", pre)
        if not callable(comm):
            raise ModelValueError(
                f'"comm" of {type(self).__name__} must carry values from group to group, such as '
                f"bp.dnn.EventCSRLinear(conn, weight), but got {comm!r}."
            )
        self.comm = comm
        self.refs = References(pre, post)

    @property
    def pre(self) -> Any:
        return self.refs.pre

    @property
    def post(self) -> Any:
        return self.refs.post

    def carry(self, x: Any) -> Any:
        """The sums at the targets."""
        sums, shape = self.comm(x), self.post.varshape
        if len(shape) > 1 and np.shape(sums) == (self.post.num,):
            sums = asarray(sums).reshape(shape)
        return sums

    def take_from(self, pre: Any, delay: Any) -> None:
        """Begin at this group, with a delay of what it sends."""
        self.refs.pre = is_group(self, "pre", pre)
        self.delay = self.delay_from(pre, delay)

    def delay_from(self, sender: Any, delay: Any) -> VarDelay:
        """The delay of what `sender` sends, with an entry for this projection."""
        found = delay_of(whole(sender))
        found.register_entry(self.name, delay)
        return found

    def sent(self) -> Any:
        """What arrives of what `pre` has sent."""
        return sent_by(self.pre, self.delay.at(self.name))

    def deliver_by(self, out: Any, label: str | None = None) -> Any:
        """Let an output of this projection flow into the target; returns it."""
        if not isinstance(out, SynOut):
            what = "a description; give the object" if isinstance(out, Description) else repr(out)
            raise ModelValueError(
                f'"out" of {type(self).__name__} must be an output such as bp.dyn.COBA(E=0.), but got {what}.'
            )
        out.keep_cond(self.post.varshape)
        self.post.add_inp_fun(self.name, out, label=label)
        return out


def is_group(projection: Projection, key: str, value: Any) -> Any:
    """The value, if it is a group or a part of one."""
    if not isinstance(value, (Dynamic, DynView)):
        raise ModelValueError(
            f'"{key}" of {type(projection).__name__} must be a group of neurons or a part of one, but got {value!r}.'
        )
    return value


def own_synapse(projection: Projection, syn: Any) -> Any:
    """A synapse that one projection has for itself."""
    if not isinstance(syn, DynamicalSystem):
        what = "a description; give the object" if isinstance(syn, Description) else repr(syn)
        raise ModelValueError(
            f'"syn" of {type(projection).__name__} must be a synapse such as bp.dyn.Expon(n, tau=5.), but got {what}.'
        )
    return syn


def described(key: str, value: Any, example: str) -> Description:
    """A description, from which objects that projections share are made."""
    if not isinstance(value, Description):
        raise ModelValueError(f'"{key}" must be a description, such as {example}, but got {value!r}.')
    return value
