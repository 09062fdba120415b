"""The memory of a running program, by key (object, kind, name).

=========  =====================================================  =========================
kind       what                                                   shape
=========  =====================================================  =========================
state      a state of every element                               (n,)
row        what all edges of a source neuron share, and scratch   (n_pre,)
ring       a delay ring, slot of step s in row s % length          (length, n or n_pre)
param      the numbers of an object, in the program's order       (n_params,)
spread     a parameter with one value per element                 (n,)
edges      connections, in the form of the projection's layout    see ``ir.plan``
quantum    numbers that belong to an integer sum               (1,)
input      the values of an input                                 (1,), (n,), (steps[, n])
           events: rows (time, element), float64                  (n_events, 2)
attribute  an array of a group that a step in Python takes        as it is, never copied
flat       the same as one line, for monitors and inputs          (size,)
number     a number of a group that a step in Python takes        (1,)
rows       a list of arrays of such a group: row i is members     (n + 1,), (n_members,)
           from ``NAME.starts[i]`` to ``NAME.starts[i + 1]``
=========  =====================================================  =========================
"""
from __future__ import annotations

import numpy as np

from ..ir.plan import Key, Plan, RunKernel, source_key
from ..ir.program import Program, Projection
from ..ir.python_step import python_steps
from . import quanta
from .bindings import Bindings, Edges, RandomEdges, numpy_dtype


def allocate(plan: Plan, bindings: Bindings) -> dict[Key, np.ndarray]:
    """Every buffer of a plan. Bound state arrays are taken as they are; the rest is new."""
    program = plan.program
    real = np.dtype(program.float_type)
    buffers: dict[Key, np.ndarray] = {}
    for item in program.objects:
        n = bindings.sizes[item.name]
        for state in item.states:
            buffers[item.name, "state", state.name] = bindings.arrays[item.name, state.name]
        numbers = np.zeros(max(1, len(item.params)), real)
        for place, name in enumerate(item.params):
            value = bindings.params[item.name, name]
            if name in item.spread:
                buffers[item.name, "spread", name] = np.array(value, real)
            else:
                numbers[place] = value
        buffers[item.name, "param", ""] = numbers
        if isinstance(item, Projection):
            edges = bindings.edges[item.name]
            has_loop = any(isinstance(one, RunKernel) and one.target == item.name for one in plan.actions)
            for name, array in edge_arrays(edges, bindings.sizes[item.pre], item.layout, has_loop).items():
                buffers[item.name, "edges", name] = array
            n_pre = bindings.sizes[item.pre]
            for (target, name), kind in plan.rows.items():
                if target == item.name:
                    buffers[item.name, "row", name] = np.zeros(n_pre, numpy_dtype(kind, real))
        for (target, owner, name), kind in plan.rings.items():
            if target != item.name:
                continue
            if isinstance(item, Projection):
                length, width = item.delay_steps, n if owner == "self" else bindings.sizes[item.pre]
            else:
                length, width = dict(item.rings)[name], n
            buffers[item.name, "ring", f"{owner}.{name}"] = np.zeros((length, width), numpy_dtype(kind, real))
    buffers.update(attribute_arrays(program, bindings))
    buffers.update(quanta.allocate(plan, bindings.sizes))
    for index, value in enumerate(bindings.inputs):
        target = program.inputs[index].target
        events = program.inputs[index].source == "events"
        changed = source_key(program, target, program.inputs[index].field)
        dtype = np.dtype(np.float64) if events else buffers[changed].dtype
        buffers[target, "input", str(index)] = np.atleast_1d(np.array(value, dtype))
    return buffers


def attribute_arrays(program: Program, bindings: Bindings) -> dict[Key, np.ndarray]:
    """What steps in Python take from their group or know from around them, as far as it is made of numbers."""
    buffers: dict[Key, np.ndarray] = {}
    for (target, name), value in bindings.attributes.items():
        match attribute_kind(value).partition(" ")[0]:
            case "array":
                assert isinstance(value, np.ndarray)
                buffers[target, "attribute", name] = value
                buffers[target, "flat", name] = value.reshape(-1)
            case "number":
                buffers[target, "number", name] = np.array([value])
            case "rows":
                rows = [np.asarray(row, np.int64) for row in value]  # type: ignore[attr-defined]
                starts = np.zeros(len(rows) + 1, np.int64)
                np.cumsum([len(row) for row in rows], out=starts[1:])
                buffers[target, "rows", f"{name}.starts"] = starts
                buffers[target, "rows", f"{name}.members"] = _joined(rows, starts)
    for item in program.objects:
        for step in python_steps(item.steps):
            for name, captured in step.captured().items():
                if attribute_kind(captured).startswith("array"):
                    assert isinstance(captured, np.ndarray)
                    buffers[item.name, "attribute", name] = captured
    return buffers


def _joined(rows: list[np.ndarray], starts: np.ndarray) -> np.ndarray:
    """All rows in one array: the one they are parts of, as those of connections are, or a copy."""
    whole = rows[0].base if rows else None
    if isinstance(whole, np.ndarray) and whole.shape == (starts[-1],) and whole.dtype == np.int64:
        places = [row.ctypes.data for row in rows if len(row)]
        expected = whole.ctypes.data + whole.itemsize * starts[:-1][np.diff(starts) > 0]
        if whole.flags.c_contiguous and np.array_equal(places, expected):
            return whole
    return np.concatenate([np.zeros(0, np.int64), *rows])


def attribute_kind(value: object) -> str:
    """How compiled code sees an attribute: 'array DTYPE NDIM', 'number DTYPE', 'rows', or 'object' (not at all)."""
    if isinstance(value, np.ndarray):
        plain = value.dtype.name in ("float64", "float32", "int64", "int32", "bool") and 1 <= value.ndim <= 2
        return f"array {value.dtype.name} {value.ndim}" if plain and value.flags.c_contiguous else "object"
    if isinstance(value, bool | int | float | np.integer | np.floating | np.bool_):
        return f"number {np.array(value).dtype.name}"
    if isinstance(value, list) and all(isinstance(row, np.ndarray | list | tuple) for row in value):
        if all(len(row) == 0 or np.asarray(row).dtype.kind in "iu" and np.ndim(row) == 1 for row in value):
            return "rows"
    return "object"


def edge_arrays(
    edges: Edges | RandomEdges, n_pre: int, layout: str, has_loop: bool = True
) -> dict[str, np.ndarray]:
    """All forms of the edges that a layout needs; of stored ones ``pre_ids`` and ``post_ids`` are always there.

    Where compiled code loops over the edges, the types of the ids are those that it was made for.
    """
    if isinstance(edges, RandomEdges):
        return {"rule": np.array([edges.seed, edges.possible], np.int64), "scale": np.array([edges.scale])}
    arrays = {"pre_ids": edges.pre_ids, "post_ids": edges.post_ids}
    if has_loop:
        arrays = {"pre_ids": edges.pre_ids.astype(np.int64, copy=False), "post_ids": edges.post_ids.astype(np.int32)}
    if layout == "list":
        return arrays
    indptr = np.zeros(n_pre + 1, np.int64)
    np.cumsum(np.bincount(edges.pre_ids, minlength=n_pre), out=indptr[1:])
    if layout == "runs":
        starts = run_starts(edges)
        arrays["run_edges"] = starts.astype(np.int64)
        arrays["run_sizes"] = np.diff(starts, append=len(edges.pre_ids))
        arrays["run_posts"] = edges.post_ids[starts].astype(np.int64)
        indptr = np.searchsorted(starts, indptr).astype(np.int64)
    arrays["row_starts"], arrays["row_stops"] = indptr[:-1], indptr[1:]
    return arrays


def run_starts(edges: Edges) -> np.ndarray:
    """Where a run of edges with the same source and consecutive targets begins."""
    if not len(edges.pre_ids):
        return np.zeros(0, np.int64)
    breaks = (np.diff(edges.pre_ids) != 0) | (np.diff(edges.post_ids) != 1)
    return np.concatenate(([0], np.flatnonzero(breaks) + 1))
