"""What one thread does for one element: the elements of arrays that belong to it are held in registers.

Several actions of a step that run over the same elements share a body. What belongs to the element is read once, at the
top, and written once, at the end, however many actions use it. Numbers that are the same for all elements are read
before the loop, so that what follows from them alone is computed once.
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
        self._same: dict[str, str] = {}
        self._registers: dict[Key, str] = {}
        self._loaded: set[Key] = set()
        self._changed: dict[Key, bool] = {}

    def same(self, source: str) -> str:
        """A number that is the same for all elements and does not change during the loop."""
        return self._same.setdefault(source, f"u{len(self._same)}")

    def own(self, key: Key) -> str:
        """The element's number in an array, as it is now."""
        if key not in self._registers:
            self._registers[key] = f"m{len(self._registers)}"
            self._loaded.add(key)
        return self._registers[key]

    def change(self, key: Key, always: bool = True, rarely: bool = False) -> str:
        """The same, to be assigned to.

        Parameters
        ----------
        key : Key
        always : bool
            It will be assigned to whatever happens.
        rarely : bool
            It will mostly get the number that it has: to be written only if its bits change.
        """
        if key not in self._registers and always:
            self._registers[key] = f"m{len(self._registers)}"
        self._changed[key] = rarely and self._changed.get(key, True)
        return self.own(key)

    def add(self, lines: Iterable[str]) -> None:
        """Statements, in a scope of their own."""
        self.lines += ["{", *(f"    {line}" for line in lines), "}"]

    def before(self) -> list[str]:
        """What stands before the loop."""
        return [f"const auto {name} = {source};" for source, name in self._same.items()]

    def text(self) -> list[str]:
        """All statements, between what is read and what is written."""
        head, tail = [], []
        for key, name in self._registers.items():
            declared = f"{self.memory.type_of(key)} {name}"
            is_loaded = key in self._loaded
            head.append(f"{declared} = {self.memory.pointer(key)}[i];" if is_loaded else f"{declared};")
            if key not in self._changed:
                continue
            store = f"{self.memory.pointer(key)}[i] = {name};"
            if is_loaded and self._changed[key]:
                head.append(f"const auto {name}_before = {name};")
                store = f"if (differ({name}, {name}_before)) {store}"
            tail.append(store)
        return [*head, *self.lines, *tail]
