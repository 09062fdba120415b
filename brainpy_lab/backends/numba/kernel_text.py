"""A kernel as the text of one Numba function.

States are loaded at the top of the loop and stored at its end; everything between is straight-line, so LLVM turns the
loop over neurons into vector code. What is printed depends on the kernel alone: no sizes, values or names of groups.

Several threads may share a kernel. Each is given views of its own part of the arrays, so that every loop counts from 0
(with a first index that could be negative, LLVM would give up its vectors), and `first`, which tells what number an
element has; only draws and the element's own index ask.

Places that come from memory are read as unsigned numbers: with one that might be negative Numba would ask at every edge
whether it counts from the end.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

from ...ir.expr import Compare, Const, Element, Expr, Field, Param, walk
from ...ir.kernel import Accumulate, DrawLet, Kernel, Let, Push, RingLet, Store, values
from ...ir.plan import EDGE_ARRAYS
from ..python_text import Text, power_source
from .stages import in_stages

ARGUMENTS = ("first", "n", "step", "i_run", "t", "dt", "seed", "stream", "P")
"""Scalars first: number of the first element, how many elements, absolute step, step of the run, time (ms), dt (ms),
seed, first stream, parameters."""

SCALAR_TYPES = "int64, int64, int64, int64, float64, float64, int64, int64, {real}[::1]"

OPTIONS = 'cache=CACHE, nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True'
"""How Numba compiles a kernel. Only drivers call it, so there is no code for calls from Python, which took part of the
time."""

INNER = 'error_model="numpy", boundscheck=True, no_cpython_wrapper=True, no_cfunc_wrapper=True'
"""The same for a function of a user's that only compiled code calls."""


@dataclass(frozen=True)
class Signature:
    """The array arguments of a kernel: names, and Numba types in the same order."""

    names: tuple[str, ...]
    types: tuple[str, ...]


def kernel_text(kernel: Kernel, params: tuple[str, ...], spread: frozenset[str], float_type: str,
                signature: Signature, single: bool = False, picked: bool = False) -> str:
    """The body of the module that holds ``kernel``.

    Parameters
    ----------
    kernel : Kernel
    params : tuple of str
        The parameters of the object, in the order in which they lie in memory.
    spread : frozenset of str
        Those with one value per element.
    float_type : str
    signature : Signature
    single : bool
        There is only one element, so no loop: a loop that waits for many elements costs one of them a third more.
    picked : bool
        Rows and lists of edges are places in one more array, ``edge_ids``.

    Returns
    -------
    str
        A Python module that defines ``kernel``.
    """
    return _Printer(kernel, params, spread, float_type, signature, single, picked).module()


class _Printer:
    def __init__(self, kernel: Kernel, params: tuple[str, ...], spread: frozenset[str], float_type: str,
                 signature: Signature, single: bool, picked: bool):
        self.kernel, self.single, self.picked = kernel, single, picked
        self.params, self.spread, self.signature = params, spread, signature
        self.text = Text(float_type, self.leaf)
        self.float_type = float_type
        # Inside a run of edges targets and edges are slices, both counted by u: no index can be negative there.
        runs = kernel.layout == "runs" and not kernel.serial
        self.at = {}
        if kernel.space == "edges":
            self.at = {"self": "np.uint64(e)", "pre": "np.uint64(j)", "row": "np.uint64(j)", "post": "q"}
        if runs:
            self.at |= {"self": "u", "post": "u"}
        self.runs = runs
        self.draws: set[str] = set()

    def leaf(self, node: Expr) -> str:
        match node:
            case Field(owner, name):
                return f"{owner}_{name}_"
            case Param(name):
                if name not in self.spread:
                    return f"{name}_"
                return f"each_{name}{'_u' if self.runs else ''}[{self.at.get('self', 'i')}]"
            case Element(which):
                if self.kernel.space != "edges":
                    return "(first + i)"
                if self.kernel.layout == "list":
                    return {"self": "(first + e)", "pre": "j", "post": "np.int64(q)"}[which]
                if self.runs:
                    return {"self": "(e0 + u)", "pre": "(first + j)", "post": "(q0 + u)"}[which]
                return {"self": "e", "pre": "(first + j)", "post": "np.int64(q)"}[which]
        raise TypeError(type(node).__name__)

    def module(self) -> str:
        body = self.body()
        math = sorted(name for name in self.text.functions if name.endswith(("_f64", "_f32"))
                      and not name.startswith("to_"))
        powers = sorted(int(name[5:]) for name in self.text.functions if name.startswith("ipow_"))
        lines = ["import numpy as np", "from numba import njit"]
        lines += [f"from brainpy_lab.kernels.numba.math import {name}" for name in math]
        lines += [f"from brainpy_lab.kernels.numba.random import {name}" for name in sorted(self.draws)]
        if self.kernel.layout == "random":
            lines += ["from brainpy_lab.kernels.numba.random_edges import SKIPS, row_targets",
                      "from brainpy_lab.kernels.philox import EDGES"]
        used = set(re.findall(r"\w+", " ".join(body)))
        active = [name for name in ("AHEAD", "active_bits", "fetch", "first_bit") if name in used]
        if lists_active(self.kernel) and active:
            lines.append(f"from brainpy_lab.kernels.numba.active import {', '.join(active)}")
        if "select" in self.text.functions:
            lines.append("from brainpy_lab.kernels.numba.intrinsics import select")
        casts = {"to_f64": "np.float64", "to_f32": "np.float32", "to_int64": "np.int64", "logical_not": None}
        for name in sorted(self.text.functions & set(casts)):
            if name == "logical_not":
                lines.append("\n\n@njit(forceinline=True)\ndef logical_not(x):\n    return x == False")
            else:
                lines.append(f"{name} = {casts[name]}")
        for power in powers:
            lines.append("\n\n" + power_source(power, "@njit(forceinline=True)"))
        names, kinds = [*ARGUMENTS, *self.signature.names], [*self.signature.types]
        if lists_active(self.kernel):
            names.append("active")
            kinds.append("int32[::1]")
        types = ", ".join([SCALAR_TYPES.format(real=self.float_type), *kinds])
        lines.append(f'\n\n@njit("void({types})", {OPTIONS})')
        lines.append(f"def kernel({', '.join(names)}):")
        return "\n".join(lines) + "\n" + "\n".join(f"    {line}" for line in body) + "\n"

    # -- the function ------------------------------------------------------------------------------------------------

    def body(self) -> list[str]:
        lines = self.parameters()
        return lines + (self.edge_loop() if self.kernel.space == "edges" else self.element_loop())

    def parameters(self) -> list[str]:
        used = {part.name for value in values(self.kernel) for part in walk(value) if isinstance(part, Param)}
        shared = dict.fromkeys(f"{part.owner}_{part.name}" for value in values(self.kernel) for part in walk(value)
                               if isinstance(part, Field) and part.owner in ("one", "quantum"))
        return [f"{name}_ = P[{place}]" for place, name in enumerate(self.params)
                if name in used and name not in self.spread] + [f"{name}_ = {name}[0]" for name in shared]

    def ring_rows(self) -> list[str]:
        """The ring rows of this step, as one-dimensional arrays."""
        lines = []
        part = "" if self.kernel.space == "edges" and self.kernel.layout != "list" else ", first:first + n"
        for let in self.kernel.lets:
            if isinstance(let, RingLet) and let.back is None:
                ring = f"ring_{let.owner}_{let.field}"
                lines.append(f"read_{ring} = {ring}[(step + 1) % {ring}.shape[0]{part}]")
        for effect in self.kernel.effects:
            if isinstance(effect, Push):
                ring = f"ring_{effect.owner}_{effect.field}"
                lines.append(f"write_{ring} = {ring}[step % {ring}.shape[0]{part}]")
        return lines

    def element_loop(self) -> list[str]:
        lines = self.ring_rows()
        lines.append("for i in range(1):" if self.single else "for i in range(n):")
        return lines + [f"    {line}" for line in [*self.loads({"self", "pre", "row"}), *self.lets(), *self.effects()]]

    def loads(self, owners: set[str]) -> list[str]:
        fields: dict[tuple[str, str], None] = {}
        for value in self.inner_values():
            for part in walk(value):
                if isinstance(part, Field) and part.owner in owners:
                    fields[part.owner, part.name] = None
        return [f"{owner}_{name}_ = {self.array(owner, name)}[{self.at.get(owner, 'i')}]" for owner, name in fields]

    def inner_values(self) -> list[Expr]:
        guard = self.kernel.guard
        found = values(self.kernel)
        if guard is not None:
            found = [value for value in found if value is not guard]
        return found

    def array(self, owner: str, name: str) -> str:
        return f"{owner}_{name}_u" if self.runs and owner in ("self", "post", "each") else f"{owner}_{name}"

    def lets(self) -> list[str]:
        lines = []
        for let in in_stages(self.kernel.lets):
            if isinstance(let, Let):
                lines.append(f"{let.name} = {self.text.of(let.value)}")
            elif isinstance(let, DrawLet) and let.fixed:
                lines.append(f"{let.name} = number_{let.name}[e]")
            elif isinstance(let, DrawLet):
                name = f"{let.distribution}_{self.text.real}"
                self.draws.add(name)
                element = self.leaf(Element("self"))
                lines.append(f"{let.name} = {name}(seed, stream + {let.site}, {element}, step, 0)")
            elif let.back is not None:
                ring = f"ring_{let.owner}_{let.field}"
                lines.append(f"{let.name} = {ring}[(step - {self.text.of(let.back)}) % {ring}.shape[0], i]")
            else:
                ring = f"read_ring_{let.owner}_{let.field}" + ("_u" if self.runs and let.owner == "self" else "")
                lines.append(f"{let.name} = {ring}[{self.at.get(let.owner, 'i')}]")
        return lines

    def effects(self) -> list[str]:
        lines = [f"new_{number} = {self.text.of(effect.value)}" for number, effect in enumerate(self.kernel.effects)]
        for number, effect in enumerate(self.kernel.effects):
            if isinstance(effect, Accumulate):
                target = f"{self.array('post', effect.field)}[{self.at['post']}]"
                new = f"new_{number}"
                conditions = [] if effect.when is None else [self.text.of(effect.when)]
                if effect.op in ("min", "max"):
                    conditions.append(f"{new} {'<' if effect.op == 'min' else '>'} {target}")
                statement = f"{target} = {new if effect.op in ('=', 'min', 'max') else f'{target} {effect.op} {new}'}"
                if conditions:
                    lines.append(f"if {' and '.join(conditions)}:")
                    statement = "    " + statement
                lines.append(statement)
            elif isinstance(effect, Push):
                ring = f"write_ring_{effect.owner}_{effect.field}"
                ring += "_u" if self.runs and effect.owner == "self" else ""
                lines.append(f"{ring}[{self.at.get(effect.owner, 'i')}] = new_{number}")
            else:
                lines.append(f"{self.array(effect.owner, effect.field)}[{self.at.get(effect.owner, 'i')}] "
                             f"= new_{number}")
        return lines

    # -- edges -------------------------------------------------------------------------------------------------------

    def edge_loop(self) -> list[str]:
        row = self.loads({"pre", "row"})
        inner = [*self.loads({"self", "post"}), *self.lets(), *self.effects()]
        match self.kernel.layout:
            case "list":
                pick = ["for k in range(edge_ids.shape[0]):", "    e = edge_ids[k]"]
                loop = pick if self.picked else ["for e in range(pre_ids.shape[0]):"]
                guard = [] if self.kernel.guard is None else [f"if not {self.guard()}:", "    continue"]
                ends = ["j = pre_ids[np.uint64(e)]", *guard, "q = np.uint32(post_ids[np.uint64(e)])"]
                loop += _indent([*ends, *row, *inner])
                return self.ring_rows() + loop
            case "random":
                lines = ["skips = np.empty(SKIPS)", "targets = np.empty(rule[1], np.int32)"]
                numbers = [let for let in self.kernel.lets if isinstance(let, DrawLet)]
                lines += [f"number_{let.name} = np.empty(rule[1], np.{self.float_type})" for let in numbers]
                outer = ["m = row_targets(rule[0], j, rule[1], scale[0], skips, targets)", *row]
                # In a loop of their own these become vectors; beside the sums they would not.
                for let in numbers:
                    name = f"{let.distribution}_{self.text.real}"
                    self.draws.add(name)
                    outer += ["for e in range(m):",
                              f"    number_{let.name}[e] = {name}(rule[0], EDGES + {1 + let.site}, j, 0, e)"]
                outer += ["for e in range(m):", *_indent(["q = np.uint32(targets[e])", *inner])]
                return self.ring_rows() + lines + self.row_loop(outer, "n")
            case "rows":
                pick = ["for k in range(row_starts[j], row_stops[j]):", "    e = edge_ids[np.uint64(k)]"]
                loop = pick if self.picked else ["for e in range(row_starts[j], row_stops[j]):"]
                loop += _indent(["q = np.uint32(post_ids[np.uint64(e)])", *inner])
            case _:
                loop = ["for run in range(row_starts[j], row_stops[j]):"]
                run = ["e0 = run_edges[run]", "run_n = run_sizes[run]", "q0 = run_posts[run]"]
                run += [*self.slices(), "for u in range(run_n):"] if self.runs else ["for u in range(run_n):"]
                loop += _indent(run + _indent(inner if self.runs else ["e = e0 + u", "q = np.uint64(q0 + u)", *inner]))
        return self.ring_rows() + self.row_loop([*row, *loop])

    def row_loop(self, body: list[str], count: str = "row_starts.shape[0]") -> list[str]:
        """A loop over the source neurons for which the guard holds."""
        if self.kernel.guard is None:
            return [f"for j in range({count}):", *_indent(body)]
        return [*self.list_active(count), "for at in range(n_active):",
                *_indent([*self.fetch_rows(), "j = np.int64(active[at])", *body])]

    def list_active(self, count: str) -> list[str]:
        """Put the source neurons for which the guard holds into a list. Most are silent: 64 are tested at once."""
        put = ["active[np.uint64(n_active)] = j", "n_active += 1"]
        match self.kernel.guard:
            case Field("pre" | "row" as owner, name, dtype="bool"):
                source = f"{owner}_{name}"
            case Compare("!=", Field("pre" | "row" as owner, name), Const(0)):
                source = f"{owner}_{name}"
            case _:
                # What belongs to the source neuron was put into memory before (`passes.rows`), so this is rare.
                return ["n_active = 0", f"for j in range({count}):", f"    if {self.guard()}:", *_indent(_indent(put))]
        block = [f"bits = active_bits({source}, j0, {count})", "while bits:", "    j = j0 + first_bit(bits)",
                 *_indent(put), "    bits &= bits - np.uint64(1)"]
        return ["n_active = 0", f"for j0 in range(0, {count}, 64):", *_indent(block)]

    def fetch_rows(self) -> list[str]:
        """Ask for what a row further down will need: rows are short, and the processor cannot know which is next."""
        if self.kernel.layout != "rows":
            return []
        arrays = ["edge_ids" if self.picked else "post_ids"]
        for value in [] if self.picked else self.inner_values():
            for part in walk(value):
                if isinstance(part, Field) and part.owner == "self":
                    arrays.append(f"self_{part.name}")
                elif isinstance(part, Param) and part.name in self.spread:
                    arrays.append(f"each_{part.name}")
        return ["if at + AHEAD < n_active:", "    later = np.uint64(active[np.uint64(at + AHEAD)])",
                *(f"    fetch({array}, row_starts[later], row_stops[later])" for array in dict.fromkeys(arrays))]

    def slices(self) -> list[str]:
        """Views of this run, so that the innermost loop counts from 0 over contiguous memory."""
        names: dict[str, str] = {}
        for value in self.inner_values():
            for part in walk(value):
                if isinstance(part, Field) and part.owner in ("self", "post"):
                    names[f"{part.owner}_{part.name}"] = part.owner
                elif isinstance(part, Param) and part.name in self.spread:
                    names[f"each_{part.name}"] = "self"
        for effect in self.kernel.effects:
            if isinstance(effect, Accumulate):
                names[f"post_{effect.field}"] = "post"
            elif isinstance(effect, Store) and effect.owner == "self":
                names[f"self_{effect.field}"] = "self"
            elif isinstance(effect, Push) and effect.owner == "self":
                names[f"write_ring_self_{effect.field}"] = "self"
        for let in self.kernel.lets:
            if isinstance(let, RingLet) and let.owner == "self":
                names[f"read_ring_self_{let.field}"] = "self"
        first = {"self": "e0", "post": "q0"}
        return [f"{name}_u = {name}[{first[owner]}:{first[owner]} + run_n]" for name, owner in names.items()]

    def guard(self) -> str:
        """The guard with its states read from memory, because it stands outside the edge loop."""

        def leaf(node: Expr) -> str:
            match node:
                case Field("one" | "quantum" as owner, name):
                    return f"{owner}_{name}_"
                case Field(owner, name):
                    return f"{owner}_{name}[np.uint64(j)]"
            return self.leaf(node)

        assert self.kernel.guard is not None
        text = Text(self.float_type, leaf)
        found = text.of(self.kernel.guard)
        self.text.functions |= text.functions
        return found


def lists_active(kernel: Kernel) -> bool:
    """Whether a kernel takes one more array, ``active``: room for the numbers of all its source neurons."""
    return kernel.space == "edges" and kernel.layout != "list" and kernel.guard is not None


def _indent(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def edge_types(layout: str) -> dict[str, str]:
    """Numba types of the arrays of a layout."""
    kinds = {"post_ids": "int32[::1]", "scale": "float64[::1]"}
    return {name: kinds.get(name, "int64[::1]") for name in EDGE_ARRAYS[layout]}
