"""Projections whose synaptic states belong to the target (align post): spikes -> comm -> syn -> out."""

from __future__ import annotations

import warnings
from typing import Any

from ...errors import ModelValueError
from .base import DynamicalSystem, is_node
from .delays import delay_of
from .descriptions import Description
from .groups import Dynamic, DynView, Projection


class _AlignPost(DynamicalSystem):
    """The synapse and the output of a target, advanced before the target's own update."""

    def __init__(self, syn: DynamicalSystem, out: DynamicalSystem):
        super().__init__()
        self.syn, self.out = syn, out

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Advance the synapse, and tell the output its conductance."""
        self.out.bind_cond(self.syn(*args))


def _checked(name: str, value: Any, kinds: tuple, what: str) -> Any:
    if not isinstance(value, kinds):
        raise ModelValueError(f'"{name}" must be {what}, but got {value!r}.')
    return value


def _groups(pre: Any, post: Any) -> None:
    _checked("pre", pre, (Dynamic, DynView), "a group of neurons or a part of one")
    _checked("post", post, (Dynamic, DynView), "a group of neurons or a part of one")


def merged(post: Any, syn: Description, out: Description, label: str | None, name: str) -> tuple[Any, Any]:
    """The synapse and the output of these descriptions at a target: made once, shared by all that describe the same."""
    _checked("syn", syn, (Description,), "a description, such as bp.dyn.Expon.desc(n, tau=5.)")
    _checked("out", out, (Description,), "a description, such as bp.dyn.COBA.desc(E=0.)")
    key = f"{label or ''} // {syn.identifier} // {out.identifier}"
    if not post.has_bef_update(key):
        synapse, output = syn(), out()
        post.add_inp_fun(name, output, label=label)
        post.add_bef_update(key, _AlignPost(synapse, output))
    found = post.get_bef_update(key)
    return found.syn, found.out


def deliver(comm: Any, x: Any, syn: Any) -> Any:
    """Add what `comm` carries of `x` to a synapse; returns what was carried."""
    current = comm(x)
    if hasattr(comm, "onto") and hasattr(syn, "add_from"):
        syn.add_from(comm, x)
    else:
        syn.add_current(current)
    return current


class FullProjAlignPostMg(Projection):
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
        super().__init__(name=name, mode=mode)
        _groups(pre, post)
        self.comm = comm
        self.syn, self.out = merged(post, syn, out, out_label, self.name)
        self.delay = delay_of(pre)
        self.delay.register_entry(self.name, delay)
        self.refs = _References(pre, post)

    @property
    def pre(self) -> Any:
        return self.refs.pre

    @property
    def post(self) -> Any:
        return self.refs.post

    def update(self) -> Any:
        """Carry what `pre` sent; returns the current at the targets."""
        return deliver(self.comm, self.delay.at(self.name), self.syn)


class _References:
    """The groups that a projection joins; they are no parts of it."""

    def __init__(self, pre: Any, post: Any):
        self.pre, self.post = pre, post


class ProjAlignPostMg2(FullProjAlignPostMg):
    """The earlier name of `FullProjAlignPostMg`."""

    def __init__(self, *args: Any, **kwargs: Any):
        warnings.warn("ProjAlignPostMg2 is now called FullProjAlignPostMg.", DeprecationWarning, stacklevel=2)
        super().__init__(*args, **kwargs)


__all__ = ["FullProjAlignPostMg", "ProjAlignPostMg2", "is_node", "merged"]
