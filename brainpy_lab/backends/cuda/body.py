"""What one thread does for one element: the elements of arrays that belong to it are held in registers.

Several actions of a step that run over the same elements share a body. What belongs to the element is read once, at the
top, and written once, at the end, however many actions use it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...ir.plan import Key
from .memory_text import Memory


class Body:
    """Collects the statements for element ``i``."""

    def __init__(self, memory: Memory):
        self.memory = memory
        self.lines: list[str] = []
        self._registers: dict[Key, str] = {}
        self._loaded: set[Key] = set()
        self._changed: dict[Key, None] = {}

    def own(self, key: Key) -> str:
        """The element's number in an array, as it is now."""
        if key not in self._registers:
            self._registers[key] = f"m{len(self._registers)}"
            self._loaded.add(key)
        return self._registers[key]

    def change(self, key: Key, always: bool = True) -> str:
        """The same, to be assigned to; `always` tells that it will be, whatever happens."""
        if key not in self._registers and always:
            self._registers[key] = f"m{len(self._registers)}"
        self._changed[key] = None
        return self.own(key)

    def add(self, lines: Iterable[str]) -> None:
        """Statements, in a scope of their own."""
        self.lines += ["{", *(f"    {line}" for line in lines), "}"]

    def text(self) -> list[str]:
        """All statements, between what is read and what is written."""
        head, tail = [], []
        for key, name in self._registers.items():
            declared = f"{self.memory.type_of(key)} {name}"
            if key in self._loaded:
                head.append(f"{declared} = {self.memory.pointer(key)}[i];")
            else:
                head.append(f"{declared};")
            if key in self._changed:
                tail.append(f"{self.memory.pointer(key)}[i] = {name};")
        return [*head, *self.lines, *tail]
