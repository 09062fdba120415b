"""The differential equations of one element of a model, read from the graph of a recorded step.

An integration in the graph knows its right-hand sides. What they read is followed through the step: new values of
integrated variables count as the variables themselves, as in the limit of short steps; what events add to them is a
jump and no slope; and everything else that lasts, or that objects hold, is a name with a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import ModelUseError
from ..ir import expr as ir
from ..ir import statements as st
from .graph import Graph, Node
from .statements import Printer


@dataclass(frozen=True, eq=False)
class Source:
    """Where a name of the equations gets its value.

    Attributes
    ----------
    variable : Variable or None
        None for what an object holds.
    owner : object
    attribute : str
    value : float
        Now, in this element.
    """

    variable: Any
    owner: Any
    attribute: str
    value: float


class ElementSlopes(Mapping):
    """Name of an integrated variable -> its `Equation`, made when it is asked for.

    Parameters
    ----------
    graph : Graph
    index : int
        Of the element; what has a single one for all is read there.
    called : callable
        ``called(owner, attribute)`` names what an object holds, ``called(variable)`` a variable.
    dt : float
        ms.

    Attributes
    ----------
    sources : dict of str to Source
        Of every variable that the step reads and of every number that objects hold for it.
    integrated : dict of str to Variable
    """

    def __init__(self, graph: Graph, index: int, called: Callable[..., str], dt: float):
        self.graph, self.index, self.called, self.dt = graph, index, called, dt
        self.sources: dict[str, Source] = {}
        self._keys: dict[str, Any] = {}
        self._made: dict[str, st.Equation] = {}
        self._systems: dict[str, list[tuple[Node, int]]] = {}
        self.integrated: dict[str, Any] = {}
        for node in graph.nodes:
            for k in range(len(node.data.equations)) if node.op == "integrate" else ():
                variable = start_of(node, k)
                if variable is not None:
                    name = self._name(variable)
                    self.integrated[name] = variable
                    self._systems.setdefault(name, []).append((node, k))
        for node in graph.nodes:
            if node.op == "read":
                self.read(node.data)
            elif node.op == "param":
                self.parameter(*node.data, node.known)
            elif node.op == "array" and node.data[1] is not None:
                self.parameter(*node.data[1:], self.pick(node.data[0]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._systems)

    def __contains__(self, name: object) -> bool:
        return name in self._systems

    def __len__(self) -> int:
        return len(self._systems)

    def __getitem__(self, name: str) -> st.Equation:
        if name not in self._made:
            places = self._systems[name]
            if len(places) > 1:
                raise ModelUseError(
                    f'"{name}" is integrated {len(places)} times in one step, so no single equation says how it '
                    "moves: integrate it once, with the sum of the slopes."
                )
            size = self.integrated[name].size
            if 1 < size <= self.index:
                raise ModelUseError(f'"{name}" has {size} elements, but element {self.index} is asked for.')
            self._made[name] = _Slope(self, name, *places[0]).equation()
        return self._made[name]

    # -- names -------------------------------------------------------------------------------------------------------

    def _name(self, *holder: Any) -> str:
        """A name that stands for this holder only."""
        key = tuple(id(part) if not isinstance(part, str) else part for part in holder)
        wanted = self.called(*holder)
        name, count = wanted, 1
        while self._keys.setdefault(name, key) != key:
            count += 1
            name = f"{wanted}_{count}"
        return name

    def read(self, variable: Any) -> ir.Expr:
        """A variable, as the equations see it."""
        name = self._name(variable)
        self.sources[name] = Source(variable, None, "", float(self.pick(variable.numpy())))
        if name in self._systems:
            return ir.Local(name)
        leaf = ir.Field("self", name)
        return ir.Compare("!=", leaf, ir.Const(0.0)) if variable.dtype.kind == "b" else leaf

    def integrates(self, node: Node) -> bool:
        """Whether a value is an integrated variable, before its step or after it."""
        while node.op in ("view", "fill", "cast"):
            node = node.args[0]
        if node.op == "result":
            return start_of(node.args[0], node.data) is not None
        return node.op == "read" and any(node.data is variable for variable in self.integrated.values())

    def parameter(self, owner: Any, attribute: str, value: float) -> ir.Expr:
        """A number that an object holds."""
        name = self._name(owner, attribute)
        self.sources[name] = Source(None, owner, attribute, float(value))
        return ir.Param(name)

    def pick(self, array: np.ndarray) -> Any:
        """This element of an array, or the first of an array that has no such element."""
        flat = np.asarray(array).reshape(-1)
        return flat[self.index if self.index < flat.size else 0].item()


class _Slope(Printer):
    """One equation over the names of an `ElementSlopes`."""

    def __init__(self, around: ElementSlopes, name: str, whole: Node, k: int):
        self.around, self.name, self.whole, self.k = around, name, whole, k
        self.line_names: dict[int, str] = {}

    def equation(self) -> st.Equation:
        drift = self.whole.data.equations[self.k].drift
        uses: dict[int, int] = {}
        shared: dict[int, Node] = {}
        stack = [drift]
        while stack:
            node = stack.pop()
            uses[node.number] = uses.get(node.number, 0) + 1
            if uses[node.number] == 1:
                stack += self._operands(node)
            elif node.args and node.op in OPERATIONS:
                shared[node.number] = node
        lines = []
        for number in sorted(shared):
            value = self.operation(shared[number])
            self.line_names[number] = f"line_{len(lines)}"
            lines.append((self.line_names[number], value))
        return st.Equation(self.name, self.expression(drift), lines=tuple(lines))

    def _operands(self, node: Node) -> tuple[Node, ...]:
        kicked = without_events(node)
        if kicked is not node and self.around.integrates(kicked):
            return (kicked,)
        return node.args if node.op in OPERATIONS or node.op == "view" or _is_itself(node) else ()

    def expression(self, node: Node) -> ir.Expr:
        if node.op == "dt":
            return ir.Const(float(self.around.dt))
        if node.op == "array":
            return self._entry(node)
        return super().expression(node)

    def parameter(self, node: Node, hint: str) -> ir.Expr:
        if node.op == "i0":
            raise self._refusal("the number of the step")
        return self.around.parameter(*node.data, node.known)

    def look_up(self, node: Node) -> ir.Expr | None:
        if node.number in self.line_names:
            return ir.Local(self.line_names[node.number])
        if _is_itself(node):
            return self.expression(node.args[0])
        kicked = without_events(node)
        if kicked is not node and self.around.integrates(kicked):
            return self.expression(kicked)
        match node.op:
            case "read":
                return self.around.read(node.data)
            case "variable":
                return self._integrated(self.whole, self._place_of(node))
            case "result":
                return self._integrated(node.args[0], node.data)
            case "stage_time":
                return ir.Time()
        if node.op not in OPERATIONS:
            raise self._refusal(_told(node))
        return None

    def _entry(self, node: Node) -> ir.Expr:
        array, owner, attribute = node.data
        value = self.around.pick(array)
        return ir.Const(value) if owner is None else self.around.parameter(owner, attribute, value)

    def _place_of(self, node: Node) -> int:
        return next(k for k, equation in enumerate(self.whole.data.equations) if equation.variable is node)

    def _integrated(self, whole: Node, k: int) -> ir.Expr:
        variable = start_of(whole, k)
        if variable is None:
            name = whole.data.equations[k].name
            raise ModelUseError(
                f'the slope of "{self.name}" depends on "{name}", whose integration does not start from a bm.Variable '
                "but from something computed: integrate the variable itself, and change it before or afterwards."
            )
        return self.around.read(variable)

    def _refusal(self, what: str) -> ModelUseError:
        return ModelUseError(
            f'the slope of "{self.name}" reads {what}, so it is no function of the states of its own element: there is '
            "no phase plane of it. Analyse a group by itself instead of the network, or hold what comes from "
            "elsewhere in a bm.Variable, which the analysis then takes at a fixed value."
        )


OPERATIONS = frozenset(("binary", "compare", "logic", "not", "negative", "power", "select", "call", "cast", "fill"))
"""What is computed in each element from the same element of others."""


def start_of(whole: Node, k: int) -> Any:
    """The variable that the k-th equation of an integration advances; None where it starts from something else."""
    node = whole.args[k]
    while True:
        if node.op == "result":
            return start_of(node.args[0], node.data)
        inner = node.args[0] if node.op in ("view", "fill", "cast") else without_events(node)
        if inner is node:
            return node.data if node.op == "read" else None
        node = inner


def without_events(node: Node) -> Node:
    """A value without the sums that events add to it in this step: they are jumps, and no part of a slope."""
    if _are_events(node) and len(node.args) > 1:
        return without_events(node.args[1])
    if node.op == "binary" and node.data == "+":
        for events, other in (node.args, node.args[::-1]):
            if _are_events(events) and len(events.args) == 1:
                return without_events(other)
    return node


def _are_events(node: Node) -> bool:
    return node.op == "comm" and node.data.event


def _is_itself(node: Node) -> bool:
    """Whether a sum or a move concerns a single element, which it leaves as it is."""
    plain = node.op in ("move", "reduce") and node.data.weight is None
    return plain and node.args[0].size == 1 and node.data.op in ("+", "*", "=", "min", "max")


def _told(node: Node) -> str:
    """What a node is, for people."""
    match node.op:
        case "draw":
            return "a random number that is drawn anew in each step"
        case "delayed":
            return f"a value of the past ({node.data[0].called})"
        case "series":
            return "an input that has one row for each step"
        case "i":
            return "the number of the step"
        case "comm":
            return f"what a connection carries from {_held_in(node.args[0])}"
        case "reduce":
            return f"a sum over elements of {_held_in(node.args[0])}"
        case "move":
            return f"other elements of {_held_in(node.args[0])}"
    return f"a value of the kind {node.op!r}"


def _held_in(node: Node) -> str:
    """The variables that a value is made of."""
    names: dict[str, None] = {}
    stack, seen = [node], set()
    while stack:
        part = stack.pop()
        if part.number in seen:
            continue
        seen.add(part.number)
        if part.op == "read":
            names[f'"{part.data.name or "a variable"}"'] = None
        stack += part.args
    return ", ".join(sorted(names)) or "an array"
