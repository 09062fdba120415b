"""Projections whose synaptic states belong to the target (align post): spikes -> comm -> syn -> out."""

from __future__ import annotations

from typing import Any

from ... import checks
from ...errors import ModelValueError
from .base import DynamicalSystem
from .descriptions import Description
from .joined import Joined, described, own_synapse


class _AlignPost(DynamicalSystem):
    """The synapse and the output of a target, advanced before the target's own update."""

    def __init__(self, syn: DynamicalSystem, out: DynamicalSystem):
        super().__init__()
        self.syn, self.out = syn, out

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Advance the synapse, and tell the output its conductance."""
        self.out.bind_cond(self.syn(*args))


def takes_currents(syn: DynamicalSystem) -> DynamicalSystem:
    """The synapse, if currents from many sources may be added to its state."""
    if not hasattr(type(syn), "add_current"):
        raise ModelValueError(
            f"{type(syn).__name__} has no add_current, so its state cannot belong to the target: in an align-post "
            "projection use Expon or DualExponV2, or take an align-pre projection such as FullProjAlignPreSDMg."
        )
    return syn


def merged(post: Any, syn: Description, out: Description, label: str | None, name: str) -> tuple[Any, Any]:
    """The synapse and the output of these descriptions at a target: made once, shared by all that describe the same."""
    described("syn", syn, "bp.dyn.Expon.desc(n, tau=5.)")
    described("out", out, "bp.dyn.COBA.desc(E=0.)")
    if label is not None:
        checks.text("out_label", label)
    key = f"{label or ''} // {syn.identifier} // {out.identifier}"
    if not post.has_bef_update(key):
        synapse, output = takes_currents(syn()), out()
        post.add_inp_fun(name, output, label=label)
        post.add_bef_update(key, _AlignPost(synapse, output))
    found = post.get_bef_update(key)
    return found.syn, found.out


class _AtTarget(Joined):
    """A connection, a synapse and an output at the target."""

    def __init__(
        self,
        comm: Any,
        syn: Any,
        out: Any,
        post: Any,
        out_label: str | None = None,
        name: str | None = None,
        mode: Any = None,
    ):
        super().__init__(name, mode, comm, post)
        self.syn, self.out = self._placed(syn, out, out_label)

    def _placed(self, syn: Any, out: Any, out_label: str | None) -> tuple[Any, Any]:
        """The synapse and the output."""
        raise NotImplementedError


class _WithSource(_AtTarget):
    """The first half: what `pre` sent is carried after a delay."""

    def __init__(
        self,
        pre: Any,
        delay: Any,
        comm: Any,
        syn: Any,
        out: Any,
        post: Any,
        out_label: str | None = None,
        name: str | None = None,
        mode: Any = None,
    ):
        super().__init__(comm, syn, out, post, out_label, name, mode)
        self.take_from(pre, delay)

    def update(self) -> Any:
        """Carry what `pre` sent; returns the current at the targets."""
        return super().update(self.sent())


class HalfProjAlignPostMg(_AtTarget):
    """A `FullProjAlignPostMg` without its first half: ``update(x)`` is given what arrives.

    Parameters
    ----------
    comm, syn, out, post, out_label, name, mode
        As there.
    """

    def _placed(self, syn: Any, out: Any, out_label: str | None) -> tuple[Any, Any]:
        return merged(self.post, syn, out, out_label, self.name)

    def update(self, x: Any) -> Any:
        """Carry `x`; returns the current at the targets."""
        current = self.carry(x)
        if hasattr(self.comm, "onto") and hasattr(self.syn, "add_from") and self.syn.varshape == (self.comm.num_out,):
            self.syn.add_from(self.comm, x)
        else:
            self.syn.add_current(current)
        return current


class FullProjAlignPostMg(_WithSource, HalfProjAlignPostMg):
    """A projection that shares its synaptic states with all others of the same kind to the same target.

    Parameters
    ----------
    pre, post : Dynamic or DynView
    delay : float or None
        ms. None and 0 read what `pre` sent last.
    comm : callable
        Carries the spikes to currents at the targets, such as `EventCSRLinear`.
    syn, out : Description
        ``Expon.desc(...)``, ``COBA.desc(...)``. Projections with equal descriptions and labels share them.
    out_label : str, optional
        Lets inputs be summed apart.
    name, mode : optional

    Notes
    -----
    In a step the current that `comm` carries is added to the synaptic state at once; when the target is called, the
    synapse is advanced by one step before its output is used. A current that is added in a step has therefore decayed
    by one step when it is used.
    """


class HalfProjAlignPost(_AtTarget):
    """A `FullProjAlignPost` without its first half: ``update(x)`` is given what arrives.

    Parameters
    ----------
    comm, syn, out, post, out_label, name, mode
        As there.
    """

    def _placed(self, syn: Any, out: Any, out_label: str | None) -> tuple[Any, Any]:
        return takes_currents(own_synapse(self, syn)), self.deliver_by(out, out_label)

    def update(self, x: Any) -> Any:
        """Carry `x` and advance the synapse; returns the current at the targets."""
        current = self.carry(x)
        self.out.bind_cond(self.syn(current))
        return current


class FullProjAlignPost(_WithSource, HalfProjAlignPost):
    """A projection with a synaptic state of its own at the target.

    Parameters
    ----------
    pre, delay, comm, post, out_label, name, mode
        As of `FullProjAlignPostMg`.
    syn, out : SynDyn, SynOut
        Objects, which nobody else uses.

    Notes
    -----
    The synapse is advanced when the projection is: it decays by one step and takes the current, so a current is used
    as it came. This is one decay less than in `FullProjAlignPostMg`.
    """
