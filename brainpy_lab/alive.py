"""Objects that are known as long as somebody keeps them."""

from __future__ import annotations

import weakref
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Alive(Generic[T]):
    """What was added and is still kept by somebody.

    It may be listed in one thread while others add and drop objects, where a ``weakref.WeakSet`` fails now and then:
    adding, dropping and listing references are single operations of the interpreter.
    """

    def __init__(self) -> None:
        self._references: set[weakref.ref[T]] = set()

    def add(self, item: T) -> None:
        self._references.add(weakref.ref(item, self._references.discard))

    def __iter__(self) -> Iterator[T]:
        found = (reference() for reference in list(self._references))
        return iter([item for item in found if item is not None])
