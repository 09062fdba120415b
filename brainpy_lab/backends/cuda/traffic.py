"""How many bytes a printed program moves, counted from what was printed: what a card needs at least for a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...ir.plan import Key
from ...ir.program import Projection
from .delivery import Delivery
from .program_text import Text

ATOMIC = 16
"""Bytes of an addition to an integer of 8: it is read and written."""


@dataclass(frozen=True)
class Traffic:
    """Bytes of one loop.

    Parameters
    ----------
    title : str
    elements : int
    always : int
        For each element in every step.
    rarely : int
        For an element whose number changes where most keep theirs.
    row, edge : int
        For each source that fires, and for each of its edges.
    edges : int
    """

    title: str
    elements: int
    always: int
    rarely: int = 0
    row: int = 0
    edge: int = 0
    edges: int = 0


def traffic(text: Text, buffers: Mapping[Key, np.ndarray]) -> list[Traffic]:
    """The loops of a program in order; those that are not counted (random edges, events of inputs) are left out."""
    found = []
    for sweep in text.sweeps:
        for loop in sweep.loops:
            if isinstance(loop.alone, Delivery):
                found.append(_delivery(loop.alone, buffers))
            elif loop.body is not None:
                always, rarely = loop.body.traffic()
                assert loop.counted is not None
                title = "; ".join(piece.title for piece in loop.pieces)
                found.append(Traffic(title, len(buffers[loop.counted]), always, rarely))
    return found


def _delivery(alone: Delivery, buffers: Mapping[Key, np.ndarray]) -> Traffic:
    item = alone.piece.item
    assert isinstance(item, Projection) and alone.counted is not None
    at_source = [key for name, key in alone.piece.keys.items() if name.startswith(("pre_", "row_"))]
    flags = sum(buffers[key].itemsize for key in at_source if key[1] in ("state", "row"))
    ids = buffers[item.name, "edges", "post_ids"]
    sums = sum(key[1] == "state" and key[0] == item.post for key in alone.written)
    return Traffic(alone.title, len(buffers[alone.counted]), flags, 0, 16, ids.itemsize + ATOMIC * sums, len(ids))


def bytes_per_step(loops: list[Traffic], firing: float, changing: float) -> float:
    """Bytes of a step.

    Parameters
    ----------
    loops : list of Traffic
    firing : float
        Share of the neurons that fire in a step.
    changing : float
        Share of the elements whose rarely changing numbers change.
    """
    return sum(
        one.elements * (one.always + changing * one.rarely) + firing * (one.row * one.elements + one.edge * one.edges)
        for one in loops
    )
