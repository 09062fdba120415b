"""Projections whose synaptic states belong to the source (align pre): spikes -> syn -> comm -> out.

The delay stands before the synapse (DS) or behind it (SD).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import checks
from .base import DynamicalSystem
from .delays import delay_of
from .joined import Joined, described, is_group, own_synapse
from .views import DynView, sent_by, whole


class _Driven(DynamicalSystem):
    """A synapse that is advanced with what `read` returns. The group that it reads is no part of it."""

    def __init__(self, syn: Any, read: Callable[[], Any]):
        super().__init__()
        self.syn, self.read = syn, read

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Advance the synapse."""
        self.syn(self.read())


def _driven_by(pre: Any, syn: Any) -> _Driven:
    """A synapse that is driven by what a group has just sent."""
    return _Driven(syn, lambda: sent_by(pre, whole(pre).return_info().value))


class _AlignPre(Joined):
    """What arrives is a synaptic state of the source; it is carried and put out."""

    def update(self) -> Any:
        """Carry the synaptic state of the source; returns the conductance at the targets."""
        current = self.carry(self.arrives())
        self.out.bind_cond(current)
        return current

    def arrives(self) -> Any:
        """The synaptic state, as it arrives."""
        return self.delay.at(self.name)


class _DelayBehind(_AlignPre):
    """The synapse is driven by what the source has just sent, and its state is delayed."""

    def __init__(
        self,
        pre: Any,
        syn: Any,
        delay: Any,
        comm: Any,
        out: Any,
        post: Any,
        out_label: str | None = None,
        name: str | None = None,
        mode: Any = None,
    ):
        super().__init__(name, mode, comm, post)
        self.refs.pre = is_group(self, "pre", pre)
        self.syn = self._driven(pre, syn)
        self.delay = self.delay_from(self.syn, delay)
        self.out = self.deliver_by(out, out_label)

    def _driven(self, pre: Any, syn: Any) -> Any:
        """The synapse, which the source advances."""
        raise NotImplementedError


class _DelayBefore(_AlignPre):
    """The synapse is driven by what arrives after the delay."""

    def __init__(
        self,
        pre: Any,
        delay: Any,
        syn: Any,
        comm: Any,
        out: Any,
        post: Any,
        out_label: str | None = None,
        name: str | None = None,
        mode: Any = None,
    ):
        super().__init__(name, mode, comm, post)
        self.refs.pre = is_group(self, "pre", pre)
        self._drive(pre, delay, syn)
        self.out = self.deliver_by(out, out_label)

    def _drive(self, pre: Any, delay: Any, syn: Any) -> None:
        """Take a delay, and the synapse behind it."""
        raise NotImplementedError


class FullProjAlignPreSDMg(_DelayBehind):
    """A projection with a synapse at the source, which all projections of the same description share, and a delay
    behind it.

    Parameters
    ----------
    pre, post : Dynamic or DynView
    syn : Description
        ``Expon.desc(...)`` of the size of `pre`; made once for each source.
    delay : float or None
        ms.
    comm : callable
        Carries the synaptic states to the targets, such as `CSRLinear`.
    out : SynOut
    out_label, name, mode : optional

    Notes
    -----
    The synapse is advanced when `pre` has been called: one step of decay, then the spikes of the step.
    """

    def _driven(self, pre: Any, syn: Any) -> Any:
        key = f"align pre // {described('syn', syn, 'bp.dyn.Expon.desc(n, tau=5.)').identifier}"
        if not pre.has_aft_update(key):
            pre.add_aft_update(key, _driven_by(pre, syn()))
        return pre.get_aft_update(key).syn


class FullProjAlignPreSD(_DelayBehind):
    """A `FullProjAlignPreSDMg` with a synapse of its own.

    Parameters
    ----------
    pre, delay, comm, out, post, out_label, name, mode
        As there.
    syn : SynDyn
        An object, which nobody else uses.
    """

    def _driven(self, pre: Any, syn: Any) -> Any:
        synapse = own_synapse(self, syn)
        pre.add_aft_update(f"align pre // {self.name}", _driven_by(pre, synapse))
        return synapse


class FullProjAlignPreDSMg(_DelayBefore):
    """A projection with a delay and a synapse at the source, which all projections of the same delay and description
    share.

    Parameters
    ----------
    pre, delay, comm, out, post, out_label, name, mode
        As of `FullProjAlignPreSDMg`.
    syn : Description

    Notes
    -----
    The synapse is advanced when `pre` has been called, before its spikes enter the delay, and is read afterwards: with
    a delay of a step or more, spikes take one step more than in the other projections.
    """

    def _drive(self, pre: Any, delay: Any, syn: Any) -> None:
        self.delay = past = delay_of(whole(pre))
        synapse = described("syn", syn, "bp.dyn.Expon.desc(n, tau=5.)")
        time = 0.0 if delay is None else checks.number("delay", delay, unit="ms", low=0)
        key = f"{time!r} ms // {synapse.identifier}"
        if isinstance(pre, DynView):
            key = pre.key(key)
        if not past.has_bef_update(key):
            past.register_entry(key, delay)
            past.add_bef_update(key, _Driven(syn(), lambda: sent_by(pre, past.at(key))))
        self.syn = past.get_bef_update(key).syn

    def arrives(self) -> Any:
        """The synaptic state."""
        return self.syn.return_info().value


class FullProjAlignPreDS(_DelayBefore):
    """A projection with a delay and a synapse of its own at the source.

    Parameters
    ----------
    pre, delay, comm, out, post, out_label, name, mode
        As of `FullProjAlignPreSDMg`.
    syn : SynDyn
        An object, which nobody else uses.

    Notes
    -----
    The synapse is advanced when the projection is: one step of decay, then the spikes that arrive.
    """

    def _drive(self, pre: Any, delay: Any, syn: Any) -> None:
        self.syn = own_synapse(self, syn)
        self.delay = self.delay_from(pre, delay)

    def arrives(self) -> Any:
        """The synaptic state, one step on."""
        return self.syn(self.sent())
