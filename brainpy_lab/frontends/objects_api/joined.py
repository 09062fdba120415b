"""What projections between groups have in common: their ends, what is sent, where the output goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import checks
from ...errors import ModelError
from ...math.functions import asarray
from .base import DynamicalSystem
from .delays import VarDelay, delay_of, steps_of
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

    def __init__(self, name: str | None, mode: Any, comm: Any, post: Any):
        super().__init__(name=name, mode=mode)
        is_group(self, "post", post)
        if not callable(comm):
            cure = "Give bp.dnn.EventCSRLinear(conn, weight), say."
            raise checks.wrong("comm", comm, "what carries values from group to group", cure, of=type(self).__name__)
        self.comm = comm
        self.refs = References(None, post)

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
        found.register_entry(self.name, delay_step=steps_of(delay))
        return found

    def sent(self) -> Any:
        """What arrives of what `pre` has sent."""
        return sent_by(self.pre, self.delay.at(self.name))

    def deliver_by(self, out: Any, label: str | None = None) -> Any:
        """Let an output of this projection flow into the target; returns it."""
        if not isinstance(out, SynOut):
            raise _no_object(self, "out", out, "an output", "bp.dyn.COBA(E=0.)")
        if label is not None:
            checks.text("out_label", label)
        out.keep_cond(self.post.varshape)
        self.post.add_inp_fun(self.name, out, label=label)
        return out


def is_group(projection: Projection, key: str, value: Any) -> Any:
    """The value, if it is a group or a part of one."""
    if not isinstance(value, (Dynamic, DynView)):
        what = "a group of neurons or a part of one"
        raise checks.wrong(key, value, what, "Give bp.dyn.LifRef(10), say.", of=type(projection).__name__)
    return value


def own_synapse(projection: Projection, syn: Any) -> Any:
    """A synapse that one projection has for itself."""
    if not isinstance(syn, DynamicalSystem):
        raise _no_object(projection, "syn", syn, "a synapse", "bp.dyn.Expon(n, tau=5.)")
    return syn


def _no_object(projection: Projection, key: str, value: Any, what: str, example: str) -> ModelError:
    cure = f"Give {example}, say."
    if isinstance(value, Description):
        cure = f"This is a description: give the object, {example}."
    return checks.wrong(key, value, what, cure, of=type(projection).__name__)


def described(key: str, value: Any, example: str) -> Description:
    """A description, from which objects that projections share are made."""
    if not isinstance(value, Description):
        raise checks.wrong(key, value, "a description", f"Give {example}, say.")
    return value
