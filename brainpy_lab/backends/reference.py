"""The reference back end: a program in NumPy, which defines what every other back end must reproduce bit for bit.

A kernel is printed as whole-array NumPy text. Sums over synapses are left folds in ascending synapse id, by the
unbuffered ``np.add.at``; a kernel whose edges read what earlier edges wrote runs edge by edge.
"""
from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

import numpy as np

from ..ir.expr import Element, Expr, Field, Param
from ..ir.kernel import Accumulate, DrawLet, Kernel, Let, Push, RingLet
from ..ir.plan import RunKernel
from ..kernels.reference import math as kernel_math
from ..kernels.reference import random as kernel_random
from ..kernels.reference import random_edges
from .python_text import Text, power_source

ARGUMENTS = ("n", "step", "i_run", "t", "dt", "seed", "stream", "P")
"""What every kernel takes before its arrays."""


FOLDS = {"+": "add", "-": "subtract", "*": "multiply", "min": "smaller", "max": "larger", "=": "last"}
"""What printed text calls each of `FOLD_FUNCTIONS`."""


def kernel_source(kernel: Kernel, params: tuple[str, ...], spread: frozenset[str], float_type: str,
                  arrays: list[str]) -> str:
    """The NumPy text of a kernel, a function named ``kernel``.

    Edge kernels take two more arguments, ``edges`` (ids of the edges to run, ascending; of random ones their numbers
    within the row) and its source and target indices ``pre`` and ``post``.
    """
    edges = kernel.space == "edges"
    index = {"self": "[edges]", "pre": "[pre]", "post": "[post]", "row": "[pre]"} if edges else {}

    def leaf(node: Expr) -> str:
        match node:
            case Field("one" | "quantum" as owner, name):
                return f"{owner}_{name}[0]"
            case Field(owner, name):
                return f"{owner}_{name}{index.get(owner, '')}"
            case Param(name):
                return f"each_{name}{index.get('self', '')}" if name in spread else f"P[{params.index(name)}]"
            case Element(which):
                return {"self": "edges", "pre": "pre", "post": "post"}[which] if edges else "arange(n)"
        raise TypeError(type(node).__name__)

    text = Text(float_type, leaf)
    lines = []
    for let in kernel.lets:
        if isinstance(let, Let):
            lines.append(f"{let.name} = {text.of(let.value)}")
        elif isinstance(let, DrawLet):
            if let.fixed:
                lines.append(f"{let.name} = edge_number({let.distribution!r}, {text.real!r}, rule[0], {let.site}, pre, "
                             "edges)")
                continue
            name = f"{let.distribution}_{text.real}"
            text.functions.add(name)
            element = "edges" if edges else "arange(n)"
            lines.append(f"{let.name} = {name}(seed, stream + {let.site}, {element}, step, 0)")
        elif isinstance(let, RingLet):
            ring = f"ring_{let.owner}_{let.field}"
            place = "[edges]" if edges else ""
            if let.back is None:
                lines.append(f"{let.name} = {ring}[(step + 1) % {ring}.shape[0]]{place}.copy()")
            else:
                lines.append(f"{let.name} = {ring}[(step - {text.of(let.back)}) % {ring}.shape[0], arange(n)]")
    stores = []
    for number, effect in enumerate(kernel.effects):
        copied = ".copy()" if isinstance(effect.value, Field) and not edges else ""
        lines.append(f"new_{number} = {text.of(effect.value)}{copied}")
        if isinstance(effect, Accumulate):
            call = f"{FOLDS[effect.op]}.at(post_{effect.field}, {{}}, {{}})"
            value = f"broadcast_to(new_{number}, shape(post))"
            if effect.when is None:
                stores.append(call.format("post", value))
            else:
                lines.append(f"when_{number} = broadcast_to({text.of(effect.when)}, shape(post))")
                stores.append(call.format(f"post[when_{number}]", f"{value}[when_{number}]"))
        elif isinstance(effect, Push):
            ring = f"ring_{effect.owner}_{effect.field}"
            place = ", edges" if edges else ""
            stores.append(f"{ring}[step % {ring}.shape[0]{place}] = new_{number}")
        else:
            stores.append(f"{effect.owner}_{effect.field}{index.get(effect.owner, '') or '[:]'} = new_{number}")
    head = [*ARGUMENTS, *(["edges", "pre", "post"] if edges else []), *arrays]
    powers = sorted(int(name[5:]) for name in text.functions if name.startswith("ipow_"))
    body = "\n".join(f"    {line}" for line in lines + stores) or "    pass"
    source = "\n\n".join([*(power_source(n) for n in powers), f"def kernel({', '.join(head)}):\n{body}\n"])
    if kernel.guard is not None:
        source += f"\ndef guard({', '.join(head)}):\n    return {_guard_text(kernel.guard, params, float_type)}\n"
    return source


def _guard_text(guard: Expr, params: tuple[str, ...], float_type: str) -> str:
    """The guard over the source neurons; what asks for their numbers was put into memory before (`passes.rows`)."""

    def leaf(node: Expr) -> str:
        match node:
            case Field(owner, name):
                return f"{owner}_{name}" + ("[0]" if owner in ("one", "quantum") else "")
            case Param(name):
                return f"P[{params.index(name)}]"
        raise TypeError(type(node).__name__)

    return Text(float_type, leaf).of(guard)


def _to(dtype: Any) -> Callable[[Any], Any]:
    return lambda value: np.asarray(value).astype(dtype)


class _Last:
    """``target[index] = value`` in the manner of ``ufunc.at``: of equal indices the last one counts."""

    @staticmethod
    def at(target: np.ndarray, index: np.ndarray, value: np.ndarray) -> None:
        target[index] = value


class _Smaller:
    """Keeps what is there unless the value is smaller, one after the other: a NaN that comes later changes nothing."""

    @staticmethod
    def at(target: np.ndarray, index: np.ndarray, value: np.ndarray) -> None:
        for place, number in zip(index, value):
            if number < target[place]:
                target[place] = number


class _Larger:
    """As `_Smaller`, for the larger one."""

    @staticmethod
    def at(target: np.ndarray, index: np.ndarray, value: np.ndarray) -> None:
        for place, number in zip(index, value):
            if number > target[place]:
                target[place] = number


FOLD_FUNCTIONS: dict[str, Any] = {"+": np.add, "-": np.subtract, "*": np.multiply, "min": _Smaller, "max": _Larger,
                                  "=": _Last}
"""For each way to change a target what does it element by element, by its method ``at``."""

_NAMESPACE: dict[str, Any] = {
    **{name: value for name, value in vars(kernel_math).items() if name.endswith(("_f64", "_f32"))},
    **{name: value for name, value in vars(kernel_random).items() if name.endswith(("_f64", "_f32"))},
    "np": np, "arange": np.arange, "select": np.where, "logical_not": np.logical_not, "shape": np.shape,
    **{name: FOLD_FUNCTIONS[op] for op, name in FOLDS.items()}, "broadcast_to": np.broadcast_to,
    "edge_number": random_edges.edge_number,
    "to_f64": _to(np.float64), "to_f32": _to(np.float32), "to_int64": _to(np.int64),
}


def load(source: str, name: str) -> dict[str, Any]:
    """Execute printed text under a name of its own, so that tracebacks and debuggers show its lines."""
    file = f"<brainpy_lab {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    namespace = dict(_NAMESPACE)
    exec(compile(source, file, "exec"), namespace)
    return namespace


class ReferenceKernel:
    """A kernel bound to its arrays.

    Parameters
    ----------
    n : int
        Number of elements; of random edges, of their sources.
    edges : dict or None
        ``pre_ids`` and ``post_ids`` of the edges, or ``rule`` and ``scale`` of random ones.
    """

    def __init__(self, action: RunKernel, float_type: str, arrays: list[tuple[str, np.ndarray]], params: np.ndarray,
                 n: int, stream: int, edges: dict[str, np.ndarray] | None):
        kernel = action.kernel
        self.is_random = kernel.layout == "random"
        if self.is_random and edges is not None:
            arrays = [*arrays, ("rule", edges["rule"])]
        names = [name for name, _ in arrays]
        self.source = kernel_source(kernel, action.params, action.spread, float_type, names)
        functions = load(self.source, f"{action.target}.{kernel.name}")
        self.kernel, self.guard = functions["kernel"], functions.get("guard")
        self.arrays = [array for _, array in arrays]
        self.params, self.n, self.stream, self.serial = params, n, stream, kernel.serial
        self.edges = edges
        if edges is not None and not self.is_random:
            self.pre, self.post = edges["pre_ids"], edges["post_ids"]

    def __call__(self, step: int, i_run: int, t: float, dt: float, seed: int) -> None:
        head = (self.n, step, np.int64(i_run), np.float64(t), np.float64(dt), seed, self.stream, self.params)
        if self.edges is None:
            self.kernel(*head, *self.arrays)
            return
        none = np.zeros(0, np.int64)
        # The guard is a value per source neuron, or one for all.
        holds = np.asarray(True if self.guard is None else self.guard(*head, none, none, none, *self.arrays))
        if self.is_random:
            rows = np.flatnonzero(np.broadcast_to(holds, (self.n,)))
            rule, scale = self.edges["rule"], self.edges["scale"]
            for pre, post, place in random_edges.row_blocks(int(rule[0]), rows, int(rule[1]), float(scale[0])):
                self._run(head, place, pre, post)
            return
        # Ids are made anew in each step: kept, they would double what a synapse takes.
        edges, pre, post = np.arange(len(self.pre)), self.pre, self.post
        if self.guard is not None:
            edges = edges[holds[pre]] if holds.ndim else (edges if holds else edges[:0])
            pre, post = pre[edges], post[edges]
        self._run(head, edges, pre, post)

    def _run(self, head: tuple, edges: np.ndarray, pre: np.ndarray, post: np.ndarray) -> None:
        if not len(edges):
            return
        post = post.astype(np.int64)
        if not self.serial:
            self.kernel(*head, edges, pre, post, *self.arrays)
            return
        for e in range(len(edges)):
            self.kernel(*head, edges[e:e + 1], pre[e:e + 1], post[e:e + 1], *self.arrays)
