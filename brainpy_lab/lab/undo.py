"""Undo and redo of what a person moved, and the controls of a lab as a mapping."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .lab import Lab

MOST_STEPS = 1000


class Move(NamedTuple):
    """A control went from one value to another."""

    before: float
    after: float


class Undo:
    """Moves of controls, by name, in steps that are taken back and made again.

    A drag is one step, from where it began to where it was let go. Values are set, not added, so a step means the same
    whatever else has happened in between.
    """

    def __init__(self) -> None:
        self._done: list[dict[str, Move]] = []
        self._undone: list[dict[str, Move]] = []
        self._held: dict[str, float] = {}

    def move(self, moves: dict[str, Move], released: bool = True) -> None:
        """A person moved controls together; not `released` while they are still held."""
        if not released:
            for name, move in moves.items():
                self._held.setdefault(name, move.before)
            return
        step = {name: Move(self._held.pop(name, move.before), move.after) for name, move in moves.items()}
        step = {name: move for name, move in step.items() if move.before != move.after}
        if step:
            self._done = [*self._done[-MOST_STEPS:], step]
            self._undone = []

    def back(self, now: dict[str, float]) -> dict[str, float]:
        """What to set in order to take back the last step that would change something; empty when there is none."""
        for name in list(self._held):  # let go without a word: a page that was closed
            self.move({name: Move(self._held[name], now[name])})
        return self._turn(self._done, self._undone, now, lambda move: move.before)

    def again(self, now: dict[str, float]) -> dict[str, float]:
        """What to set in order to make the last step again that was taken back."""
        return self._turn(self._undone, self._done, now, lambda move: move.after)

    @staticmethod
    def _turn(steps: list, others: list, now: dict[str, float], side) -> dict[str, float]:
        while steps:
            step = steps.pop()
            others.append(step)
            values = {name: side(move) for name, move in step.items() if now.get(name, side(move)) != side(move)}
            if values:
                return values
        return {}

    @property
    def next_back(self) -> str:
        """What `back` would move, in words; '' when there is nothing."""
        return _told(self._done[-1], lambda move: move.before) if self._done else ""

    @property
    def next_again(self) -> str:
        """What `again` would move, in words; '' when there is nothing."""
        return _told(self._undone[-1], lambda move: move.after) if self._undone else ""


def _told(step: dict[str, Move], side) -> str:
    words = [f"{name} to {side(move):.6g}" for name, move in step.items()]
    return ", ".join(words[:3]) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


class LabParams(MutableMapping):
    """The controls of a lab by name: ``lab.params['I'] = 0.7`` moves one, and what was set is read back at once."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def __getitem__(self, name: str) -> float:
        return self._lab._past.asked(self._lab._find(name))

    def __setitem__(self, name: str, value: float) -> None:
        self._lab.set(name, value)

    def __delitem__(self, name: str) -> None:
        raise TypeError("a control cannot be deleted.")

    def __iter__(self) -> Iterator[str]:
        return iter(self._lab.values)

    def __len__(self) -> int:
        return len(self._lab.values)

    def __repr__(self) -> str:
        return f"LabParams({dict(self)})"

    def undo(self) -> dict[str, float]:
        """As `Lab.undo`."""
        return self._lab.undo()

    def redo(self) -> dict[str, float]:
        """As `Lab.redo`."""
        return self._lab.redo()
