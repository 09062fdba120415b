"""The first stage of a layout: what depends on what in the graph of a step, and which values are needed."""

from __future__ import annotations

from collections.abc import Iterable

from .graph import LINKS, Graph, Node
from .statements import integrand_nodes


class Dependencies:
    """The values that a step needs.

    Parameters
    ----------
    graph : Graph
    outputs : list of Node
        Values to be recorded.

    Attributes
    ----------
    writes : dict of Variable to Node
        The last values of the variables that change.
    outputs, pushes
        As in the graph, where they will have memory.
    needed : list of Node
        In the order of recording.
    users : dict of int to list of Node
        Number of a node -> those that depend on it.
    """

    def __init__(self, graph: Graph, outputs: list[Node]):
        self.graph = graph
        self.writes = {
            variable: node for variable, node in graph.writes.items() if node is not graph.reads.get(variable)
        }
        self.shapes = [node.shape for node in outputs]
        self.outputs = [self._recordable(node) for node in outputs]
        self.pushes = {delay: self._copied(node) for delay, node in graph.pushes.items()}
        self.sources: dict[int, tuple[Node, ...]] = {}
        self.needed = self._reachable()
        self.users: dict[int, list[Node]] = {}
        for node in self.needed:
            for source in self.depends(node):
                self.users.setdefault(source.number, []).append(node)

    def _recordable(self, node: Node) -> Node:
        """Something that has memory: a value that could be computed anywhere is put into the space of single ones."""
        while node.op == "view":
            node = node.args[0]
        if node.is_free or node.op in LINKS or node.op == "array":
            return self.graph.add("fill", (node,), node.shape, node.dtype or "real")
        return self._copied(node)

    def _copied(self, node: Node) -> Node:
        """A copy of a value that a variable has before the step and loses in it."""
        inner = node
        while inner.op == "view":
            inner = inner.args[0]
        if inner.op == "read" and inner.data in self.writes:
            return self.graph.add("fill", (inner,), node.shape, inner.dtype)
        return node

    def depends(self, node: Node) -> tuple[Node, ...]:
        """The values in memory, or computed in a step, that a node is made of."""
        if node.number not in self.sources:
            args: Iterable[Node] = node.args
            if node.op == "integrate":
                args = [*node.args, *integrand_nodes(node)]
            found: dict[int, Node] = {}
            for arg in args:
                for source in self._resolved(arg):
                    found[source.number] = source
            self.sources[node.number] = tuple(found.values())
        return self.sources[node.number]

    def _resolved(self, node: Node) -> tuple[Node, ...]:
        while node.op == "view":
            node = node.args[0]
        if node.is_free:
            return ()
        if node.op == "array" and node.size == 1:
            return ()
        return (node,)

    def _reachable(self) -> list[Node]:
        roots = [*self.outputs, *self.writes.values(), *self.pushes.values()]
        seen: dict[int, Node] = {}
        stack = [source for root in roots for source in self._resolved(root)]
        while stack:
            node = stack.pop()
            if node.number in seen:
                continue
            seen[node.number] = node
            stack += self.depends(node)
            if node.op == "delayed":
                stack += self._resolved(self.pushes[node.data[0]])
        return [seen[number] for number in sorted(seen)]
