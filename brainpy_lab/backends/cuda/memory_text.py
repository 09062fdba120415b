"""The arrays of a program as its printed text names them.

All addresses and sizes lie in one struct, ``Arrays``, which every kernel takes by value; so the text depends on the
structure of a program only, never on sizes, numbers or names that were made automatically.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...ir.plan import Key
from .expression_text import C_TYPES

MOST_ARGUMENTS = 4096
"""Bytes."""


class Memory:
    """Gives names to arrays and collects the fields of the struct.

    Parameters
    ----------
    buffers : mapping of Key to ndarray
        What exists; types and dimensions are read off it.

    Attributes
    ----------
    places : dict of Key to int
        The arrays in use, in the order of their first use.
    fields : dict of str to (Key, axis or None)
        Fields of the struct in order: an address (None) or the size of an axis.
    """

    def __init__(self, buffers: Mapping[Key, np.ndarray]):
        self.buffers = buffers
        self.places: dict[Key, int] = {}
        self.fields: dict[str, tuple[Key, int | None]] = {}

    def type_of(self, key: Key) -> str:
        """The C type of an element."""
        return C_TYPES[self.buffers[key].dtype.name]

    def pointer(self, key: Key) -> str:
        """The array itself."""
        name = f"a{self.places.setdefault(key, len(self.places))}"
        self.fields[name] = (key, None)
        return f"A.{name}"

    def size(self, key: Key, axis: int = 0) -> str:
        """How long an axis of the array is."""
        name = f"{'nm'[axis]}{self.places.setdefault(key, len(self.places))}"
        self.fields[name] = (key, axis)
        return f"A.{name}"

    @property
    def is_passed_by_value(self) -> bool:
        """Whether kernels get the struct itself: every card accepts 4096 bytes of arguments."""
        return 8 * (len(self.fields) + 2) <= MOST_ARGUMENTS

    def declaration(self) -> str:
        """The struct; each array says what it is."""
        lines = []
        for name, (key, axis) in self.fields.items():
            if axis is None:
                lines.append(f"    {self.type_of(key)}* {name};  // {key[1]} {key[2]}".rstrip())
            else:
                lines.append(f"    long long {name};")
        return "\n".join(["struct Arrays {", *lines, "    long long end;", "};"])

    def struct(self, addresses: Mapping[Key, int]) -> np.ndarray:
        """The bytes of the struct: one 8-byte word for each field."""
        words = [
            addresses[key] if axis is None else self.buffers[key].shape[axis] for key, axis in self.fields.values()
        ]
        return np.array([*words, 0], np.uint64)
