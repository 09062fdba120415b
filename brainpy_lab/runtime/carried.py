"""Memory that goes on in a program whose edges are kept in another way: one by one, by source, or summed by target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..ir.plan import Key
from ..passes.merge import SUMS
from .bindings import Bindings

Buffers = dict[Key, np.ndarray]


def carry_over(old: Mapping[Key, np.ndarray], buffers: Buffers, bindings: Bindings) -> None:
    """Fill the buffers of a program that was compiled anew; its states are the same arrays as before."""
    for key, array in old.items():
        target, kind, name = key
        if kind == "ring":
            carry_ring(target, name, array, buffers, bindings)
        elif kind in ("param", "spread", "input", "quantum") and key in buffers:
            buffers[key][...] = array


def put_back(saved: Mapping[Key, np.ndarray], buffers: Buffers, bindings: Bindings) -> None:
    """Fill the buffers from a snapshot, which was perhaps taken when the edges were kept otherwise."""
    for (target, kind, name), array in saved.items():
        if (target, kind, name) in buffers:
            buffers[target, kind, name][...] = array
        elif kind == "ring":
            carry_ring(target, name, array, buffers, bindings)
    for (target, kind, name), array in saved.items():
        was_shared = kind == "row" and (target, kind, name) not in buffers
        if was_shared and (target, name) in bindings.arrays:
            bindings.arrays[target, name][...] = array[bindings.stored(target).pre_ids]


def carry_ring(target: str, label: str, array: np.ndarray, buffers: Buffers, bindings: Bindings) -> None:
    """Go on with the delay ring of a program in which the same edges were kept in the same or another way.

    Parameters
    ----------
    target : str
        The projection, or the one that holds its sums.
    label : str
        'self.NAME' or 'row.NAME', as in the buffers.
    array : ndarray, shape (delay_steps, n)
        One column per edge, per source neuron or per target.
    buffers : dict of Key to ndarray
        Written in place.
    bindings : Bindings
    """
    if (target, "ring", label) in buffers:
        buffers[target, "ring", label][...] = array
        return
    owner, field = label.split(".", 1)
    name = target.removesuffix(SUMS)
    pre_ids = bindings.stored(name).pre_ids
    if target != name:
        array = bindings.sums[name].shares(array)
    elif owner == "row":
        array = array[:, pre_ids]
    if (name + SUMS, "ring", f"self.{field}") in buffers:
        buffers[name + SUMS, "ring", f"self.{field}"][...] = bindings.sums[name].total(array)
    elif (name, "ring", f"self.{field}") in buffers:
        buffers[name, "ring", f"self.{field}"][...] = array
    elif (name, "ring", f"row.{field}") in buffers:
        # All edges of a source neuron agree, or there would be no ring per neuron.
        buffers[name, "ring", f"row.{field}"][:, pre_ids] = array
