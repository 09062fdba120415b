"""The second stage of a layout: which values live side by side."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..ir.program import State, Step
from .dependencies import Dependencies
from .graph import ELEMENTWISE, LINKS, Graph, Node, kind_of


@dataclass(eq=False)
class Space:
    """Values that lie side by side.

    Attributes
    ----------
    name : str
        In the program.
    size : int
    states : dict of str to State
    memory : dict
        Variable, or node -> name of its state.
    params : dict
        (owner, attribute) -> name of the parameter, for numbers and arrays that objects hold.
    """

    name: str
    size: int
    states: dict[str, State] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    memory: dict[Any, str] = field(default_factory=dict)
    params: dict[str, Node] = field(default_factory=dict)
    param_names: dict[int, str] = field(default_factory=dict)
    spread: set[str] = field(default_factory=set)
    rings: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    owners: list[object] = field(default_factory=list)

    def new_state(self, hint: str, dtype: str, array: np.ndarray) -> str:
        """Add a state over an array; returns its name."""
        name = _fresh(hint, {*self.states, *self.params})
        self.states[name] = State(name, 0.0, dtype)
        self.arrays[name] = array
        return name

    def param(self, node: Node, hint: str) -> str:
        """The name of a parameter."""
        if node.number not in self.param_names:
            name = _fresh(hint, {*self.states, *self.params})
            self.param_names[node.number] = name
            self.params[name] = node
            if node.op == "array":
                self.spread.add(name)
        return self.param_names[node.number]


def _fresh(hint: str, taken: Iterable[str]) -> str:
    hint = re.sub(r"\W", "_", hint) or "x"
    if hint[0].isdigit() or hint.startswith("_"):
        hint = "x" + hint
    if keyword.iskeyword(hint):
        hint += "_"
    name, count, taken = hint, 1, set(taken)
    while name in taken:
        count += 1
        name = f"{hint}_{count}"
    return name


class Spaces(Dependencies):
    """The spaces of a step, once `find_spaces` has been called.

    Attributes
    ----------
    spaces : dict of key to Space
        The key 'one' is that of single values.
    """

    def __init__(self, graph: Graph, outputs: list[Node]):
        super().__init__(graph, outputs)
        self.parents: dict[Any, Any] = {}
        self.spaces: dict[Any, Space] = {}

    def key(self, node: Node) -> Any:
        """What stands for the space of a value."""
        if node.size == 1:
            return "one"
        if node.op == "read":
            return _held_by(node.data)
        if node.op == "delayed":
            return _held_by(node.data[0])
        return node.number

    def root(self, key: Any) -> Any:
        while key in self.parents:
            key = self.parents[key]
        return key

    def _join(self, a: Any, b: Any) -> None:
        a, b = self.root(a), self.root(b)
        if a != b:
            self.parents[b] = a

    def find_spaces(self) -> None:
        for node in self.needed:
            if node.op in ELEMENTWISE and node.size > 1:
                for source in self.depends(node):
                    if source.size == node.size and source.op != "array":
                        self._join(self.key(source), self.key(node))
        for variable, node in self.writes.items():
            for source in self._resolved(node):
                if source.size > 1 and source.op != "array":
                    self._join(_held_by(variable), self.key(source))
        for delay, node in self.pushes.items():
            for source in self._resolved(node):
                if source.size > 1 and source.op != "array":
                    self._join(_held_by(delay), self.key(source))
        for node in self.needed:
            if node.op == "comm" and len(node.args) > 1 and node.size > 1:
                for source in self._resolved(node.args[1]):
                    self._join(self.key(source), self.key(node))
        links = {source.number for node in self.needed if node.op in LINKS for source in self._resolved(node.args[0])}
        for node in self.needed:
            if node.op != "array":
                self._space_for(self.root(self.key(node)), node.size)
            elif node.number in links:
                self._space_for(self.root(self.key(node)), node.size)
        for variable in self.writes:
            self._space_for(self._root_of(variable, variable.size), variable.size)
        for delay, node in self.pushes.items():
            self._space_for(self._root_of(delay, node.size), node.size)
        for variable in {**self.graph.reads, **self.writes}:
            key = self._root_of(variable, variable.size)
            if key in self.spaces:
                self._remember(variable, self.spaces[key])

    def _root_of(self, holder: Any, size: int) -> Any:
        return "one" if size == 1 else self.root(_held_by(holder))

    def _space_for(self, key: Any, size: int) -> Space:
        if key not in self.spaces:
            self.spaces[key] = Space(f"N{len(self.spaces)}", size)
        return self.spaces[key]

    def space(self, node: Node) -> Space:
        """The space of a value."""
        return self.spaces["one" if node.size == 1 else self.root(self.key(node))]

    def _remember(self, variable: Any, space: Space) -> None:
        if variable in space.memory:
            return
        space.memory[variable] = space.new_state(
            variable.name or "value", kind_of(variable.dtype, self.graph.float_type), variable._line
        )
        owner = getattr(variable, "owner", None)
        if owner is not None and owner not in space.owners:
            space.owners.append(owner)


def _held_by(holder: Any) -> tuple[str, int]:
    """What stands for a variable or a delay among the keys of spaces."""
    return ("held by", id(holder))
