"""One name for what many kernels call differently, so that they share their compiled code.

A kernel that only carries something from one end of a projection to the other is the same whatever the states at the
ends are called. A recorded model has dozens of these (slices, sums along axes, broadcasting), and each name would cost
a compilation.
"""
from __future__ import annotations

from dataclasses import replace

from ...ir.expr import Expr, Field, map_children
from ...ir.kernel import Accumulate, Kernel
from ...ir.plan import Key

PLAIN = {"pre": "source", "post": "target"}


def with_plain_names(kernel: Kernel, arrays: list[tuple[str, Key]]) -> tuple[Kernel, list[tuple[str, Key]]]:
    """The kernel and its arrays with plain names, where it is of that kind; else as they are.

    Parameters
    ----------
    kernel : Kernel
    arrays : list of (str, Key)
        Names of the arguments, and buffers.
    """
    owners = [name.partition("_")[0] for name, key in arrays if key[1] in ("state", "row", "ring")]
    if kernel.space != "edges" or kernel.lets or sorted(owners) != ["post", "pre"]:
        return kernel, arrays

    def renamed(node: Expr) -> Expr:
        if isinstance(node, Field) and node.owner in PLAIN:
            return replace(node, name=PLAIN[node.owner])
        return map_children(node, renamed)

    effects = []
    for effect in kernel.effects:
        if not isinstance(effect, Accumulate):
            return kernel, arrays
        when = None if effect.when is None else renamed(effect.when)
        effects.append(replace(effect, field=PLAIN["post"], value=renamed(effect.value), when=when))
    guard = None if kernel.guard is None else renamed(kernel.guard)
    names = []
    for name, key in arrays:
        owner = name.partition("_")[0]
        names.append((f"{owner}_{PLAIN[owner]}" if owner in PLAIN and key[1] == "state" else name, key))
    return replace(kernel, effects=tuple(effects), guard=guard), names
