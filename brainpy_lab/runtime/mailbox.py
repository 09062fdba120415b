"""The mailbox between whoever moves a control and the thread that simulates."""

from __future__ import annotations

from .changes import Change

__all__ = ["Mailbox"]


class Mailbox:
    """One slot per (kind, target); the latest value wins.

    `take` returns changes in the order in which each slot was written last. That order makes overlapping targets
    right: ``V[3] = 1`` and then ``V[:] = 0`` end with ``V[3] == 0``, whatever was dropped in between. The owner
    guards calls by its lock.
    """

    def __init__(self) -> None:
        self._slots: dict[tuple[str, tuple], Change] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def put(self, change: Change) -> None:
        """Leave a change; one for the same target that still lies here is dropped."""
        slot = (change.kind, change.target)
        self._slots.pop(slot, None)  # so that the slot moves to the end
        self._slots[slot] = change

    def peek(self, kind: str, target: tuple) -> Change | None:
        """What lies in a slot."""
        return self._slots.get((kind, target))

    def take(self) -> list[Change]:
        """Empty the box."""
        changes = list(self._slots.values())
        self._slots.clear()
        return changes
