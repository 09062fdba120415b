"""Operations on recorded values: each makes a node of the graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from .algebra import Algebra
from .graph import NOT_KNOWN, Graph, Link, Node, TraceError, at_user, highest


class TraceAlgebra(Algebra):
    """Values are nodes of one graph."""

    def __init__(self, graph: Graph):
        self.graph = graph

    def lift(self, value: Any) -> Node:
        if isinstance(value, Node):
            return value
        node = getattr(value, "node", None)
        if isinstance(node, Node):
            if node.number >= len(self.graph.nodes) or self.graph.nodes[node.number] is not node:
                raise TraceError(
                    f"a value of another recorded step{at_user()}: what lasts from step to step is a bm.Variable."
                )
            return node
        if hasattr(value, "_array"):  # a variable
            return self.graph.read(value)
        if isinstance(value, (bool, int, float, np.generic)):
            return self.graph.const(value)
        if isinstance(value, np.ndarray):
            return self.graph.const(value.item()) if value.ndim == 0 else self.graph.array(value.view(np.ndarray))
        if isinstance(value, (list, tuple)):
            if any(isinstance(getattr(item, "node", None), Node) or hasattr(item, "_array") for item in value):
                return self.joined(value, np.stack)
            return self.lift(np.array(value))
        raise TraceError(f"{value!r} is no number and no array{at_user()}. Give numbers.")

    def shape(self, value: Node) -> tuple[int, ...]:
        return value.shape

    def kind(self, value: Node) -> str | None:
        return value.dtype

    def known(self, value: Node) -> Any:
        if value.known is NOT_KNOWN:
            return None
        if value.op != "const":
            return None  # a parameter as an exponent stays a parameter
        return value.known

    def has_fraction(self, *values: Node) -> bool:
        return any(isinstance(value.known, float) and value.dtype is None for value in values)

    # -- elementwise -------------------------------------------------------------------------------------------------

    def _common(self, *values: Node) -> tuple[tuple[Node, ...], tuple[int, ...]]:
        """The operands in one size, and the shape of the result."""
        try:
            shape = np.broadcast_shapes(*(value.shape for value in values))
        except ValueError:
            shapes = " and ".join(str(value.shape) for value in values)
            what = f"arrays of shapes {shapes} do not fit together{at_user()}"
            raise TraceError(f"{what}. Give arrays of one shape.") from None
        size = int(np.prod(shape, dtype=np.int64))
        return tuple(value if value.size in (1, size) else self._spread(value, shape) for value in values), shape

    def _spread(self, value: Node, shape: tuple[int, ...]) -> Node:
        if value.op == "array":
            array, owner, name = value.data
            return self.graph.array(self._kept(np.ascontiguousarray(np.broadcast_to(array, shape)), (value, shape)))
        return self.rearranged(value, lambda places: np.broadcast_to(places, shape))

    def _kept(self, array: np.ndarray, key: Any) -> np.ndarray:
        """One and the same array for equal requests, which keeps it alive too."""
        return self.graph.kept.setdefault((id(key[0]), key[1]), array)

    def _make(self, op: str, args: tuple[Node, ...], dtype: str | None, data: Any, function: Any) -> Node:
        args, shape = self._common(*args)
        known = NOT_KNOWN
        if all(arg.known is not NOT_KNOWN for arg in args):
            with np.errstate(all="ignore"):
                known = function(*(self._number(arg) for arg in args))
                known = known.item() if isinstance(known, (np.generic, np.ndarray)) else known
        return self.graph.add(op, args, shape, dtype, data, known)

    def _number(self, node: Node) -> Any:
        """What is known of a node, with its type: known numbers are computed as they would be in the run."""
        return np.array(node.known, self.graph.float_type) if node.dtype == "real" else node.known

    def _eager(self, name: str, *before: Any) -> Any:
        from .eager import EagerAlgebra

        method = getattr(EagerAlgebra(self.graph.float_type), name)
        return lambda *values: method(*before, *values)

    def _joined_kind(self, a: Node, b: Node, low: str) -> str | None:
        kind = highest([a.dtype, b.dtype], low)
        weak = a.dtype is None or b.dtype is None
        if kind == "bool" and weak:
            kind = "int"
        if kind == "int" and self.has_fraction(a, b):
            kind = "real"
        return kind

    def binary(self, op: str, a: Node, b: Node) -> Node:
        kind = self._joined_kind(a, b, "real" if op == "/" else "int")
        return self._make("binary", (a, b), kind, op, self._eager("binary", op))

    def compare(self, op: str, a: Node, b: Node) -> Node:
        return self._make("compare", (a, b), "bool", op, self._eager("compare", op))

    def logic(self, op: str, a: Node, b: Node) -> Node:
        return self._make("logic", (a, b), "bool", op, self._eager("logic", op))

    def negation(self, a: Node) -> Node:
        return self._make("not", (a,), "bool", None, self._eager("negation"))

    def negative(self, a: Node) -> Node:
        return self._make("negative", (a,), "int" if a.dtype == "bool" else a.dtype, None, self._eager("negative"))

    def power(self, a: Node, exponent: int) -> Node:
        kind = "int" if a.dtype == "bool" else a.dtype
        return self._make("power", (a,), kind, exponent, lambda x: self._eager("power")(x, exponent))

    def select(self, condition: Node, yes: Node, no: Node) -> Node:
        kind = self._joined_kind(yes, no, "bool") or "real"
        return self._make("select", (condition, yes, no), kind, None, self._eager("select"))

    def call(self, function: str, *args: Node) -> Node:
        kind = highest([arg.dtype for arg in args], "real") or "real"
        return self._make("call", args, kind, function, self._eager("call", function))

    def cast(self, value: Node, kind: str) -> Node:
        if value.dtype == kind:
            return value
        return self._make("cast", (value,), kind, kind, lambda x: self._eager("cast")(x, kind))

    # -- other places ------------------------------------------------------------------------------------------------

    def reshape(self, value: Node, shape: tuple[int, ...]) -> Node:
        shape = np.empty(value.shape, np.int8).reshape(shape).shape
        if shape == value.shape:
            return value
        return self.graph.add("view", (value,), shape, value.dtype)

    def full(self, shape: tuple[int, ...], kind: str) -> Node:
        return self.graph.array(
            self._kept(
                np.zeros(shape, {"bool": bool, "int": np.int64}.get(kind, np.float64)), (self.graph, (shape, kind))
            )
        )

    def move(self, value: Node, places: np.ndarray, shape: tuple[int, ...]) -> Node:
        self._outside_equations(value, "slices, broadcasting and joining")
        if value.op == "array":
            return self.graph.array(
                self._kept(value.data[0].reshape(-1)[places].reshape(shape), (value, places.tobytes()))
            )
        n = len(places)
        if n == value.size and np.array_equal(places, np.arange(n)):
            return self.graph.add("view", (value,), shape, value.dtype)
        if value.size == 1:
            return self.fill(value, shape)
        link = Link("=", np.ascontiguousarray(places, np.int64), np.arange(n))
        return self.graph.add("move", (value,), shape, value.dtype, link)

    def fill(self, value: Node, shape: tuple[int, ...]) -> Node:
        """One number for every element of a shape."""
        return self.graph.add(
            "fill",
            (value,),
            shape,
            value.dtype or ("real" if value.op == "const" and isinstance(value.known, float) else "int"),
        )

    def scattered(self, value: Node, places: np.ndarray, new: Node) -> Node:
        """A copy of `value` with other elements at some places."""
        chosen = np.zeros(value.shape, bool)
        chosen.reshape(-1)[places] = True
        last = np.zeros(value.size, np.int64)
        last[places] = np.arange(len(places))  # of equal places the last one counts, as in NumPy
        there = self.graph.array(self._kept(chosen, (self.graph, ("chosen", places.tobytes(), value.shape))))
        spread = new if new.size == 1 else self.move(new, last, value.shape)
        return self.select(there, spread, value)

    def reduce(self, value: Node, op: str, groups: np.ndarray, shape: tuple[int, ...], start: float) -> Node:
        self._outside_equations(value, "sums along axes")
        if value.is_free:
            raise TraceError(f"a sum over one number{at_user()}: give an array.")
        link = Link(op, np.arange(value.size), np.ascontiguousarray(groups, np.int64), start=start)
        return self.graph.add("reduce", (value,), shape, value.dtype, link)

    def _outside_equations(self, value: Node, what: str) -> None:
        for inner in self.graph.inside:
            if value.number in inner and value.size > 1:
                raise TraceError(
                    f"{what} cannot be part of an equation that is integrated{at_user()}: an equation says "
                    "what happens in one element. Compute it before the integration, and pass it as an "
                    "argument."
                )

    def is_condition(self, index: Any, shape: tuple[int, ...]) -> bool:
        node = getattr(index, "node", None)
        if node is None and hasattr(index, "_array"):
            node = self.graph.read(index)
        if isinstance(node, Node):
            return node.dtype == "bool" and node.shape == shape
        return isinstance(index, np.ndarray) and index.dtype == bool and index.shape == shape

    def plain_index(self, index: Any) -> Any:
        if isinstance(index, tuple):
            return tuple(self.plain_index(part) for part in index)
        if hasattr(index, "_array") or isinstance(getattr(index, "node", None), Node):
            known = getattr(getattr(index, "node", None), "known", NOT_KNOWN)
            if known is not NOT_KNOWN:
                return int(known)
            raise TraceError(
                f"an index that is known only while it runs{at_user()}: choose with bm.where(condition, yes, "
                "no), or give what changes with time as an operand of the loop or as an 'iter' input."
            )
        return index
