"""The states of the edges of a projection, summed per target neuron, and which of the two holds good.

A merged simulation works on sums, any other on edges. When one follows the other the numbers move: edges are added up
in the order of synapse ids, and a sum is given back in equal shares, since nobody knows any more which edge it came
from; the next step delivers the same to the neuron, up to rounding. While the sums hold good the arrays of the edges
are NaN, so that whoever has kept one of them sees that it means nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..errors import ModelUseError
from ..ir.program import Program, Projection
from ..passes.merge import Merged
from .bindings import Bindings, Edges


class Sums:
    """Sums over the edges of one projection, for its life.

    Parameters
    ----------
    moved : dict of str to str, optional
        State whose sums hold good -> what to say to somebody who asks for its edges. Shared with the container of the
        edges' states, which takes an entry out when somebody assigns that state as a whole.
    called : str
        What its user calls the projection.

    Attributes
    ----------
    arrays : dict of str to ndarray, shape (n_targets,)
        The sums, in the order of `targets`. Written in place for life.
    targets : ndarray of int
        Neurons that have edges, ascending.
    places : ndarray of int, shape (n_edges,)
        Where the target of each edge stands in `targets`.
    """

    def __init__(self, moved: dict[str, str] | None = None, called: str = "") -> None:
        self.moved = {} if moved is None else moved
        self.called = called
        self.arrays: dict[str, np.ndarray] = {}
        self.targets = self.places = np.zeros(0, np.int64)
        self._edges: Mapping[str, np.ndarray] = {}

    def lay_out(self, edges: Edges, states: Mapping[str, np.ndarray], n_post: int) -> None:
        """Learn where the edges end and which arrays hold their states."""
        fan_in = np.bincount(edges.post_ids, minlength=n_post)
        self.targets = np.flatnonzero(fan_in)
        self.fan_in = fan_in[self.targets]
        self.places = (np.cumsum(fan_in > 0) - 1)[edges.post_ids]
        self.n_post = n_post
        self._edges = states
        for name, array in states.items():
            if name not in self.arrays or len(self.arrays[name]) != len(self.targets):
                self.arrays[name] = np.zeros(len(self.targets), array.dtype)

    def gather(self) -> None:
        """From now on the sums hold good.

        Raises
        ------
        ModelUseError
            When somebody has written into a part of the edges' array meanwhile.
        """
        self._take_what_was_written()
        for name, array in self._edges.items():
            if name not in self.moved:
                self.arrays[name][:] = self.total(array)
                array.fill(np.nan)
                self.moved[name] = (
                    f'"{name}" of "{self.called}" has no values on single edges now: profile.set(merge_synapses=True) '
                    "keeps one sum for each postsynaptic neuron, which Network.merged shows. Assign the whole field, "
                    f'as in ST["{name}"] = 0., or run with merge_synapses=False, and every edge gets an equal share.'
                )

    def scatter(self) -> None:
        """From now on the edges hold good, with equal shares of the sums."""
        self._take_what_was_written()
        for name in list(self.moved):
            self._edges[name][:] = self.shares(self.arrays[name])
            del self.moved[name]

    def _take_what_was_written(self) -> None:
        for name in list(self.moved):
            written = ~np.isnan(self._edges[name])
            if written.all():
                del self.moved[name]
            elif written.any():
                raise ModelUseError(
                    f'Some edges of "{self.called}" were given a value of "{name}" while its edges were merged, and '
                    f'the others have none. Assign all of them: ST["{name}"] = ...'
                )

    def total(self, per_edge: np.ndarray) -> np.ndarray:
        """Sums over edges along the last axis, in ascending order of the edges; shape (..., n_targets)."""
        found = np.zeros((*per_edge.shape[:-1], len(self.targets)), per_edge.dtype)
        for row, out in zip(per_edge.reshape(-1, per_edge.shape[-1]), found.reshape(-1, len(self.targets))):
            np.add.at(out, self.places, row)
        return found

    def shares(self, sums: np.ndarray) -> np.ndarray:
        """Equal shares of sums along the last axis; shape (..., n_edges)."""
        return (sums / self.fan_in.astype(sums.dtype))[..., self.places]

    def per_neuron(self, name: str) -> np.ndarray:
        """A copy of the sums of a state, shape (n_post,); 0 where no edge ends."""
        found = np.zeros(self.n_post, self.arrays[name].dtype)
        found[self.targets] = self.arrays[name]
        return found


def bind(bindings: Bindings, program: Program, merged: Merged) -> Bindings:
    """The numbers of a merged program: those of the program, and those of the projections that hold sums."""
    if not merged.sums:
        return bindings
    found = replace(
        bindings,
        sizes=dict(bindings.sizes),
        arrays=dict(bindings.arrays),
        params=dict(bindings.params),
        edges=dict(bindings.edges),
    )
    for name, holder in merged.sums.items():
        item, edges = program.find(name), bindings.stored(name)
        assert isinstance(item, Projection)
        sums = bindings.sums.setdefault(name, Sums(called=bindings.names.get(name, name)))
        states = {state.name: bindings.arrays[name, state.name] for state in item.states}
        sums.lay_out(edges, states, bindings.sizes[item.post])
        found.sizes[holder] = len(sums.targets)
        found.arrays.update({(holder, state): array for state, array in sums.arrays.items()})
        found.params.update({(holder, param): 0.0 for param in item.params})  # memory of its own is never used
        found.edges[name] = Edges(edges.pre_ids, sums.places)
        found.edges[holder] = Edges(np.zeros(len(sums.targets), np.int64), sums.targets)
    return found
