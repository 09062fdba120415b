"""The parts of a model: which there are, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...math.variable import Variable


class Collector(dict):
    """Parts or variables by name, in the order in which they were found."""

    def unique(self) -> Collector:
        """Each part once, under the first of its names."""
        found, seen = type(self)(), set()
        for key, value in self.items():
            if id(value) not in seen:
                seen.add(id(value))
                found[key] = value
        return found

    def subset(self, *kinds: type) -> Collector:
        """Those of these classes."""
        return type(self)({key: value for key, value in self.items() if isinstance(value, kinds)})

    def not_subset(self, *kinds: type) -> Collector:
        """Those of none of these classes."""
        return type(self)({key: value for key, value in self.items() if not isinstance(value, kinds)})

    def __add__(self, other: dict) -> Collector:
        return type(self)({**self, **other})


class NodeList(list):
    """A list of parts of a model."""


class NodeDict(dict):
    """Parts of a model by name, also as attributes."""

    def __getattr__(self, key: str) -> Any:
        try:
            return self[key]
        except KeyError:
            raise AttributeError(f"there is no {key!r} here; there are {', '.join(map(str, self)) or 'none'}") from None


def held_nodes(value: Any, is_node: Callable[[Any], bool]) -> Iterator[tuple[str, Any]]:
    """The parts that an attribute holds: itself, or the members of a list, a tuple or a dict; with what to add to the
    name of the attribute."""
    if is_node(value):
        yield "", value
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            for more, node in held_nodes(item, is_node):
                yield f".{number}{more}", node
    elif isinstance(value, dict):
        for key, item in value.items():
            for more, node in held_nodes(item, is_node):
                yield f".{key}{more}", node


UPDATES = ("before_updates", "after_updates", "cur_inputs", "delta_inputs", "_local_delays")
"""Attributes whose members are parts too, but are better known by another path if there is one."""


def walk(root: Any, is_node: Callable[[Any], bool], level: int, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every part below `root` with its path; what attributes hold comes before what only updates hold."""
    found: list[tuple[str, Any]] = []
    seen = {id(root)}
    late: list[tuple[str, Any, int]] = []

    def take(prefix: str, value: Any, depth: int) -> None:
        here = []
        for more, child in held_nodes(value, is_node):
            if id(child) not in seen:
                seen.add(id(child))
                here.append((f"{prefix}{more}", child))
        found.extend(here)
        for name, child in here:
            visit(child, f"{name}.", depth - 1)

    def visit(node: Any, prefix: str, depth: int) -> None:
        if depth == 0:
            return
        for attribute, value in list(vars(node).items()):
            if attribute in UPDATES:
                late.append((f"{prefix}{attribute}", value, depth))
            else:
                take(f"{prefix}{attribute}", value, depth)

    visit(root, path, level if level >= 0 else 10**6)
    while late:
        take(*late.pop(0))
    yield from found


def held_variables(node: Any) -> Iterator[tuple[str, Variable]]:
    """The variables that a part itself holds."""
    for attribute, value in vars(node).items():
        if isinstance(value, Variable):
            yield attribute, value
        elif isinstance(value, (list, tuple)):
            yield from ((f"{attribute}.{k}", item) for k, item in enumerate(value) if isinstance(item, Variable))
        elif isinstance(value, dict):
            yield from ((f"{attribute}.{key}", item) for key, item in value.items() if isinstance(item, Variable))
