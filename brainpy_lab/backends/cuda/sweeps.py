"""Which actions of a step can go on side by side, and where all threads have to meet.

A *loop* is what all threads do for the elements of a space: one piece or several that share their registers, or an
action with a loop of its own. A *sweep* is a list of loops that do not depend on each other, so that a thread may be in
any of them. Between two sweeps all threads meet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ...ir.plan import Key
from .memory_text import Memory
from .pieces import Piece


class Alone(Protocol):
    """An action with a loop of its own."""

    title: str
    counted: Key | None
    gathered: set[Key]
    written: set[Key]
    is_exclusive: bool

    def print(self, memory: Memory) -> list[str]:
        """Its statements, for thread ``me`` of ``all``."""


@dataclass
class Loop:
    """Pieces over one space, or an action with a loop of its own."""

    pieces: list[Piece] = field(default_factory=list)
    alone: Alone | None = None

    @property
    def counted(self) -> Key | None:
        """An array with as many elements as there are; None where a few threads are enough."""
        return self.pieces[0].counted if self.alone is None else self.alone.counted

    @property
    def written(self) -> set[Key]:
        return set().union(*(piece.written for piece in self.pieces)) if self.alone is None else self.alone.written

    @property
    def seen(self) -> set[Key]:
        """Everything that it reads or writes."""
        if self.alone is not None:
            return self.alone.gathered | self.alone.written
        return set().union(*(piece.gathered | piece.own | piece.written for piece in self.pieces))

    def takes(self, piece: Piece) -> bool:
        """Whether a thread may do the piece after the others, for one element after the other."""
        if not self.pieces or piece.space != self.pieces[0].space:
            return False
        together = [*self.pieces, piece]
        gathered = set().union(*(one.gathered for one in together))
        written = set().union(*(one.written for one in together))
        return not gathered & written

    def hinders(self, other: Loop) -> bool:
        """Whether one of the two must be over before the other begins."""
        return bool(self.written & other.seen or other.written & self.seen)


@dataclass
class Sweep:
    """Loops that threads go through without meeting."""

    loops: list[Loop] = field(default_factory=list)

    @property
    def is_exclusive(self) -> bool:
        """Whether it is one action whose threads meet by themselves."""
        return any(loop.alone is not None and loop.alone.is_exclusive for loop in self.loops)

    def takes(self, new: Loop) -> bool:
        """Add the loop, if that is possible."""
        if self.is_exclusive or new.alone is not None and new.alone.is_exclusive:
            return False
        before = [loop for loop in self.loops if loop.hinders(new)]
        home = [loop for loop in self.loops if new.pieces and loop.takes(new.pieces[0])]
        if home and all(loop is home[-1] for loop in before):
            home[-1].pieces += new.pieces
            return True
        if before:
            return False
        self.loops.append(new)
        return True


def in_sweeps(loops: list[Loop]) -> list[Sweep]:
    """Actions in the order of a step, as few sweeps."""
    found: list[Sweep] = []
    for loop in loops:
        if not found or not found[-1].takes(loop):
            found.append(Sweep([loop]))
    return found
