"""States on which all edges of a source neuron agree: kept once per neuron, in a row, and shown on the edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..ir.plan import Key
from ..ir.program import Program, Projection
from ..passes.merge import Merged
from ..passes.rows import shareable
from .bindings import Bindings

Shared = dict[str, frozenset[str]]
"""For every projection, the states that are kept once per source neuron."""


def shared_now(program: Program, merged: Merged, bindings: Bindings) -> Shared:
    """What may be shared: no input feeds it, and the edges of every source neuron hold the same number now."""
    fed = {(spec.target, spec.field) for spec in program.inputs}
    fed |= {(holder, state.name) for name, holder in merged.sums.items() for state in program.find(name).states}
    found = {}
    for item in _projections(merged.program):
        places = {(item.name, name) for name in shareable(item)}
        fits = not places & fed and all(_agree(place, item, bindings) for place in places)
        found[item.name] = frozenset(name for _, name in places) if fits else frozenset()
    return found


def nothing_shared(program: Program) -> Shared:
    """Every edge has states of its own."""
    return {item.name: frozenset() for item in _projections(program)}


def with_shared(program: Program, shared: Shared) -> Program:
    """The program in which projections know which of their states are shared."""
    objects = (
        replace(item, shared=shared[item.name]) if isinstance(item, Projection) else item for item in program.objects
    )
    return replace(program, objects=tuple(objects))


@dataclass(frozen=True)
class _Row:
    """A shared state: one number per source neuron, one per edge, and the source of each edge."""

    row: np.ndarray
    edges: np.ndarray
    pre_ids: np.ndarray
    default: float

    def is_on_edges(self) -> bool:
        return _is_same_along_rows(self.edges, self.pre_ids, len(self.row))

    def take(self) -> None:
        self.row[:] = self.default
        self.row[self.pre_ids] = self.edges

    def show(self) -> None:
        np.take(self.row, self.pre_ids, out=self.edges)


class Rows:
    """The shared states of a running program.

    Parameters
    ----------
    program : Program
        The one that runs.
    shared : dict
        As `shared_now` makes it.
    bindings : Bindings
    buffers : dict of Key to ndarray

    Attributes
    ----------
    are_ahead : bool
        Whether they have moved on since they were last shown on the edges.
    """

    def __init__(self, program: Program, shared: Shared, bindings: Bindings, buffers: Mapping[Key, np.ndarray]) -> None:
        self.are_ahead = False
        self._rows = [
            _Row(
                buffers[item.name, "row", state.name],
                bindings.arrays[item.name, state.name],
                bindings.stored(item.name).pre_ids,
                state.default,
            )
            for item in _projections(program)
            for state in item.states
            if state.name in shared[item.name]
        ]

    def fit(self) -> bool:
        """Whether the edges of every source neuron still agree; a user may have written on them."""
        return all(row.is_on_edges() for row in self._rows)

    def take(self) -> None:
        """Take the numbers from the edges."""
        for row in self._rows:
            row.take()

    def show(self) -> None:
        """Put the numbers onto the edges."""
        for row in self._rows:
            row.show()
        self.are_ahead = False


def _projections(program: Program) -> list[Projection]:
    return [item for item in program.objects if isinstance(item, Projection)]


def _agree(place: tuple[str, str], item: Projection, bindings: Bindings) -> bool:
    return _is_same_along_rows(bindings.arrays[place], bindings.stored(item.name).pre_ids, bindings.sizes[item.pre])


def _is_same_along_rows(edges: np.ndarray, pre_ids: np.ndarray, n_pre: int) -> bool:
    row = np.zeros(n_pre, edges.dtype)
    row[pre_ids] = edges
    return bool(np.array_equal(row[pre_ids], edges))
