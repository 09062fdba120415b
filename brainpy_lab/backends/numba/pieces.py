"""The pieces into which spaces are cut (see ``dealing``), and the edges of each thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...ir.plan import ApplyInput, Key, Plan, Record, RunKernel, source_key
from ...ir.program import Population, Projection
from .dealing import Dealt
from .work import per_edge, per_element

GRAIN = 16
"""Neurons that stay together: whole vectors, and more than a line of the processor's cache."""


def weights_of(plan: Plan, dealt: Sequence[Dealt], buffers: Mapping[Key, np.ndarray]) -> dict[str, np.ndarray]:
    """What the elements of each space cost in one step, about, ns.

    A neuron costs what its own equations and the sums over its synapses do, so that a population whose synapses end on
    a few neurons is cut where the work is halved.
    """
    program = plan.program
    found = {
        item.name: np.zeros(len(buffers[item.name, "state", item.states[0].name]))
        for item in program.objects
        if isinstance(item, Population)
    }
    edges: dict[str, np.ndarray] = {}  # per element of a space: how many
    for item in program.objects:
        if isinstance(item, Projection):
            sources = buffers[item.name, "edges", "pre_ids"]
            if item.layout == "list":
                edges[f"{item.name} edges"] = np.ones(len(sources))
            else:
                edges[f"{item.name} rows"] = np.bincount(sources, minlength=len(found[item.pre])).astype(np.float64)
    found.update({space: 1e-3 * array for space, array in edges.items()})
    for action, one in zip(plan.actions, dealt):
        if isinstance(action, RunKernel) and one.by_target:
            post = plan.program.find(action.target).post  # type: ignore[union-attr]
            targets = buffers[action.target, "edges", "post_ids"]
            found[post] += per_edge(action.kernel) * np.bincount(targets, minlength=len(found[post]))
        elif isinstance(action, RunKernel) and one.space in edges:
            found[one.space] += per_edge(action.kernel) * edges[one.space]
        elif isinstance(action, RunKernel) and one.space:
            found[one.space] += per_element(action.kernel)
        elif one.space and one.space not in found and isinstance(action, ApplyInput | Record):
            found[one.space] = np.full(_length(plan, action, buffers), 0.1)
    return found


def cut(weights: np.ndarray, size: int, grain: int = 1) -> np.ndarray:
    """Bounds of pieces that weigh about the same, shape (size + 1,): piece r is ``bounds[r]`` to ``bounds[r+1]``."""
    n = len(weights)
    total = np.concatenate(([0.0], np.cumsum(weights, dtype=np.float64)))
    inner = np.searchsorted(total, total[-1] * np.arange(1, size) / size)
    return np.concatenate(([0], np.minimum(n, (inner + grain // 2) // grain * grain), [n])).astype(np.int64)


def bounds_of(
    plan: Plan, weights: Mapping[str, np.ndarray], buffers: Mapping[Key, np.ndarray], size: int
) -> dict[str, np.ndarray]:
    """The bounds of the pieces of every space."""
    found = {space: cut(array, size, 1 if space.endswith(" rows") else GRAIN) for space, array in weights.items()}
    for item in plan.program.objects:
        rows = found.get(f"{item.name} rows")
        if rows is not None:
            found[f"{item.name} edges"] = np.searchsorted(buffers[item.name, "edges", "pre_ids"], rows)
    return found


def slowest(weights: Mapping[str, np.ndarray], bounds: Mapping[str, np.ndarray]) -> float:
    """What the thread with the most work has to do in a step, about, ns."""
    totals = [np.concatenate(([0.0], np.cumsum(array)))[bounds[space]] for space, array in weights.items()]
    return float(np.max(np.sum([np.diff(total) for total in totals], axis=0))) if totals else 0.0


def _length(plan: Plan, action: ApplyInput | Record, buffers: Mapping[Key, np.ndarray]) -> int:
    """Elements of what an input changes or a monitor looks at; of chosen ones, as many as are recorded."""
    chosen = None if isinstance(action, ApplyInput) else buffers.get(("", "monitor", f"{action.index}.index"))
    key = source_key(plan.program, action.spec.target, action.spec.field)
    return len(buffers[key] if chosen is None else chosen)


def edges_of_targets(layout: str, edges: Mapping[str, np.ndarray], bounds: np.ndarray) -> dict[str, list[np.ndarray]]:
    """For each thread the edges whose target lies in its piece, in ascending id.

    Parameters
    ----------
    layout : str
    edges : dict of str to ndarray
        The arrays that ``runtime.buffers.edge_arrays`` makes for the layout.
    bounds : ndarray, shape (threads + 1,)
        The pieces of the target population.

    Returns
    -------
    dict of str to list of ndarray
        The arrays that differ from one thread to another, by the argument of the kernel, each with one entry for each
        thread. With ``edge_ids`` among them, rows and lists are places in it.
    """
    pieces = list(zip(bounds[:-1], bounds[1:]))
    if layout == "runs":
        return _listed([_runs(edges, low, high) for low, high in pieces])
    targets = edges["post_ids"]
    if layout == "rows":
        starts, stops = edges["row_starts"], edges["row_stops"]
        ahead = np.empty(len(targets), np.bool_)  # a target that is smaller than the one before in its row
        ahead[1:] = targets[1:] < targets[:-1]
        ahead[:1] = False
        ahead[starts[starts < stops]] = False
        if not ahead.any():
            # What belongs to one thread lies together in each row.
            places = [starts + _count(edges, targets < bound) for bound in bounds[:-1]] + [stops]
            return {
                "row_starts": [place.astype(np.int64) for place in places[:-1]],
                "row_stops": [place.astype(np.int64) for place in places[1:]],
            }
    mine = [np.flatnonzero((low <= targets) & (targets < high)) for low, high in pieces]
    found = {"edge_ids": [ids.astype(np.int32 if len(targets) < 2**31 else np.int64) for ids in mine]}
    if layout == "rows":
        counts = [
            np.concatenate(([0], np.cumsum(np.bincount(edges["pre_ids"][ids], minlength=len(starts))))) for ids in mine
        ]
        found["row_starts"] = [count[:-1] for count in counts]
        found["row_stops"] = [count[1:] for count in counts]
    return found


def _count(edges: Mapping[str, np.ndarray], chosen: np.ndarray) -> np.ndarray:
    """How many of the chosen edges each row has."""
    return np.bincount(edges["pre_ids"][chosen], minlength=len(edges["row_starts"]))


def _runs(edges: Mapping[str, np.ndarray], low: int, high: int) -> dict[str, np.ndarray]:
    """The parts of all runs whose targets go from `low` to `high`."""
    first = edges["run_posts"]
    begin, stop = np.maximum(first, low), np.minimum(first + edges["run_sizes"], high)
    kept = begin < stop
    before = np.concatenate(([0], np.cumsum(kept)))
    return {
        "row_starts": before[edges["row_starts"]],
        "row_stops": before[edges["row_stops"]],
        "run_edges": (edges["run_edges"] + begin - first)[kept],
        "run_sizes": (stop - begin)[kept],
        "run_posts": begin[kept],
    }


def _listed(each: list[dict[str, np.ndarray]]) -> dict[str, list[np.ndarray]]:
    return {name: [arrays[name] for arrays in each] for name in each[0]}
