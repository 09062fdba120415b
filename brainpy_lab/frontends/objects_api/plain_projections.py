"""Projections without synaptic states: what arrives is put out, or moves the membrane potential itself."""

from __future__ import annotations

from typing import Any

from .joined import Joined
from .outs import CUBA


class VanillaProj(Joined):
    """A projection of whatever it is given: ``update(x)`` carries `x` and puts it out.

    Parameters
    ----------
    comm : callable
    out : SynOut
    post : Dynamic or DynView
    out_label, name, mode : optional
    """

    def __init__(
        self,
        comm: Any,
        out: Any,
        post: Any,
        out_label: str | None = None,
        name: str | None = None,
        mode: Any = None,
    ):
        super().__init__(name, mode, comm, post)
        self.out = self.deliver_by(out, out_label)

    def update(self, x: Any) -> Any:
        """Carry `x`; returns the conductance at the targets."""
        current = self.carry(x)
        self.out.bind_cond(current)
        return current


class HalfProjDelta(Joined):
    """A `FullProjDelta` without its first half: ``update(x)`` is given what arrives.

    Parameters
    ----------
    comm, post, name, mode
        As there.
    """

    def __init__(self, comm: Any, post: Any, name: str | None = None, mode: Any = None):
        super().__init__(name, mode, comm, post)
        self.out = CUBA()
        self.out.keep_cond(post.varshape)
        post.add_inp_fun(self.name, self.out, category="delta")

    def update(self, x: Any) -> Any:
        """Carry `x`; returns what is added to the membrane potential."""
        step = self.carry(x)
        self.out.bind_cond(step)
        return step


class FullProjDelta(HalfProjDelta):
    """A projection whose spikes move the membrane potential of the target at once.

    Parameters
    ----------
    pre, post : Dynamic or DynView
    delay : float or None
        ms.
    comm : callable
        Its weights are in mV.
    name, mode : optional
    """

    def __init__(self, pre: Any, delay: Any, comm: Any, post: Any, name: str | None = None, mode: Any = None):
        super().__init__(comm, post, name, mode)
        self.take_from(pre, delay)

    def update(self) -> Any:
        """Carry what `pre` sent; returns what is added to the membrane potential."""
        return super().update(self.sent())
