"""A recorded step that runs: many steps at once, on any back end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from .. import profile
from ..runtime.bindings import Edges, RandomEdges
from .environment import get_dt
from .graph import Graph, Node, TraceError, recording
from .layout import Laid, lay_out
from .tracing import TraceAlgebra


class Loop:
    """A function of one step, recorded and compiled.

    Parameters
    ----------
    function : callable
        ``function(graph)`` does one step and returns values, nested in tuples, lists and dicts as it likes.
    called : callable, optional
        What to call an object that owns variables.

    Attributes
    ----------
    laid : Laid or None
        The program of the last recording.
    simulation : Simulation or None
    """

    def __init__(self, function: Callable[[Graph], Any], called: Callable[[object], str] | None = None):
        self.function = function
        self.called = called or (lambda owner: str(getattr(owner, "name", type(owner).__name__)))
        self.laid: Laid | None = None
        self.simulation: Any = None

    def record(self) -> tuple[Graph, list[Node], Any]:
        """Record one step: the graph, the values it returns, and how they are nested."""
        graph = Graph(profile.get_float_type())
        leaves: list[Node] = []
        with recording(graph):
            returned = self.function(graph)
            nest = flatten(returned, leaves, TraceAlgebra(graph))
        return graph, leaves, nest

    def lay_out(self, seed: int) -> Laid:
        """Record the step and make its program, without compiling it."""
        graph, leaves, _ = self.record()
        return lay_out(graph, leaves, self.called, get_dt(), seed)

    def build(self, seed: int) -> tuple[Graph, Any]:
        """Record the step and make its simulation, or take the last one when nothing but numbers has changed."""
        from ..runtime.build import build

        graph, leaves, nest = self.record()
        laid = lay_out(graph, leaves, self.called, get_dt(), seed)
        backend, threads = profile.runtime_backend(), profile.get_num_threads()
        if self.laid is not None and _same(self.laid, laid) and self._backend == (backend, threads):
            for (name, parameter), value in laid.bindings.params.items():
                self.simulation.set_param(name, parameter, value)
            self.simulation.seed = seed
            laid = self._kept(laid)
        else:
            self.simulation = build(laid.program, laid.bindings, backend, threads)
        self.laid, self._backend = laid, (backend, threads)
        return graph, nest

    def _kept(self, new: Laid) -> Laid:
        """The layout of the new recording over the memory of the old one."""
        assert self.laid is not None
        old = self.laid
        rings = dict(zip(new.rings, old.rings.values()))
        return replace(old, outputs=new.outputs, rings=rings, live=new.live)

    def run(
        self,
        n_steps: int,
        t0: float,
        step: int,
        series: Callable[[Graph], list[np.ndarray]],
        seed: int,
        tell: Callable[[int], None] | None = None,
    ) -> Any:
        """Run steps.

        Parameters
        ----------
        n_steps : int
        t0 : float
            Time of the first step, ms.
        step : int
            Number of the first step, by which random numbers are counted.
        series : callable
            Gives, for the graph, one array of `n_steps` rows for each of its series.
        seed : int
        tell : callable, optional
            Called with numbers of steps as they are done.

        Returns
        -------
        object
            What the function returned, every value with a first axis of steps.
        """
        from ..runtime import plain_run

        graph, nest = self.build(seed)
        assert self.laid is not None
        simulation, laid = self.simulation, self.laid
        given = series(graph)
        live = [node for node in graph.series if id(node) in laid.live]
        by_node = {id(node): rows for node, rows in zip(graph.series, given)}
        for number, node in enumerate(live):
            spec = laid.program.inputs[number]
            state = simulation.buffers[spec.target, "state", spec.field]
            rows = np.ascontiguousarray(by_node[id(node)], state.dtype)
            shape = (len(rows),) if node.size == 1 else (len(rows), node.size)
            simulation.buffers[spec.target, "input", str(number)] = rows.reshape(shape)
        simulation.step = step
        lend_rings(laid, simulation)
        try:
            plain_run.run_steps(simulation, t0, n_steps, tell)
        finally:
            done = int(simulation.run_step)
            for delay, (name, field) in laid.rings.items():
                delay.take_back(simulation.buffers[name, "ring", f"self.{field}"], step + done, done)
        return unflatten(nest, [self.output(number, n_steps) for number in range(len(laid.outputs))])

    def output(self, number: int, n_steps: int) -> np.ndarray:
        """The recording of one returned value, shape (n_steps, *shape)."""
        assert self.laid is not None
        monitor, shape, dtype = self.laid.outputs[number]
        record = self.simulation.monitor(monitor)
        if isinstance(record, tuple):
            steps, ids = record
            dense = np.zeros((n_steps, int(np.prod(shape, dtype=np.int64))), bool)
            dense[steps, ids] = True
            record = dense
        return record.astype(dtype, copy=False).reshape(len(record), *shape)


def lend_rings(laid: Laid, simulation: Any) -> None:
    """Give a simulation the past that the delays of a model know."""
    for delay, (name, field) in laid.rings.items():
        delay.lend(simulation.buffers[name, "ring", f"self.{field}"], simulation.step)


def _same(old: Laid, new: Laid) -> bool:
    """Whether two recordings differ in numbers only."""
    mine, theirs = old.bindings, new.bindings
    hidden = {key for laid in (old, new) for key in laid.hidden}
    return (
        old.program == new.program
        and (mine.dt, mine.sizes) == (theirs.dt, theirs.sizes)
        and all(key in hidden or mine.arrays[key] is array for key, array in theirs.arrays.items())
        and all(np.array_equal(mine.arrays[key], theirs.arrays[key]) for key in old.constants)
        and all(np.shape(mine.params[key]) == np.shape(value) for key, value in theirs.params.items())
        and all(_same_edges(mine.edges[key], edges) for key, edges in theirs.edges.items())
    )


def _same_edges(a: Edges | RandomEdges, b: Edges | RandomEdges) -> bool:
    if isinstance(a, RandomEdges) or isinstance(b, RandomEdges):
        return a == b
    pairs = ((a.pre_ids, b.pre_ids), (a.post_ids, b.post_ids))
    return all(mine is theirs or np.array_equal(mine, theirs) for mine, theirs in pairs)


# -- nests of values ---------------------------------------------------------------------------------------------------


def flatten(value: Any, leaves: list[Any], algebra: Any) -> Any:
    """Put the values of a nest into `leaves`, and return the nest with their places instead."""
    if value is None:
        return None
    if isinstance(value, dict):
        return {key: flatten(item, leaves, algebra) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(flatten(item, leaves, algebra) for item in value))
    if isinstance(value, (list, tuple)):
        return type(value)(flatten(item, leaves, algebra) for item in value)
    try:
        leaves.append(algebra.lift(value))
    except TraceError as error:
        raise TraceError(f"a step returns {value!r}, which is no number and no array: {error}") from None
    return _Leaf(len(leaves) - 1)


class _Leaf(int):
    """The place of a value in the list of leaves."""


def unflatten(nest: Any, leaves: list[Any]) -> Any:
    """A nest with values in place of their numbers."""
    if isinstance(nest, _Leaf):
        return leaves[nest]
    if isinstance(nest, dict):
        return {key: unflatten(item, leaves) for key, item in nest.items()}
    if isinstance(nest, tuple) and hasattr(nest, "_fields"):
        return type(nest)(*(unflatten(item, leaves) for item in nest))
    if isinstance(nest, (list, tuple)):
        return type(nest)(unflatten(item, leaves) for item in nest)
    return None
