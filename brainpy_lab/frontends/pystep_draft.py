"""A step in Python in the making: what its functions have been found to use, and what is told of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from types import FunctionType
from typing import NoReturn

from ..errors import CodeError
from ..ir.python_step import EquationCall, Obstacle, Piece
from .pysource_place import Source
from .pysource_reader import Setting


@dataclass
class Draft:
    """A step in the making."""

    setting: Setting
    source: Source
    delayed: bool
    mode: str
    pieces: dict[FunctionType, Piece | None] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    fields: dict[tuple[str, str], None] = field(default_factory=dict)
    writes: dict[tuple[str, str], None] = field(default_factory=dict)
    times: dict[str, None] = field(default_factory=dict)
    params: dict[str, None] = field(default_factory=dict)
    equations: dict[tuple[object, int], EquationCall] = field(default_factory=dict)
    obstacles: list[Obstacle] = field(default_factory=list)
    strangers: list[Obstacle] = field(default_factory=list)


class Telling:
    """Tells of places in one function of a step: of mistakes, and of what goes into the draft."""

    def __init__(self, draft: Draft, source: Source) -> None:
        self._draft, self._source = draft, source

    def fail(self, node: ast.AST, message: str, error: type[Exception] = CodeError) -> NoReturn:
        """Raise for a mistake of the user."""
        who = f"step {self._draft.source.name!r}"
        if self._source is not self._draft.source:
            who += f", in {self._source.name!r}"
        raise error(f"{who}: {message}", self._source.place(node))

    def hinder(self, node: ast.AST, what: str) -> None:
        """Note what keeps the step from being compiled."""
        self._draft.obstacles.append(Obstacle(what, self._source.place(node)))

    def stranger(self, node: ast.AST, what: str) -> None:
        """Note a call whose bits are not promised."""
        self._draft.strangers.append(Obstacle(what, self._source.place(node)))


def text(node: ast.AST) -> str:
    """A piece of the user's program, as a message shows it."""
    text = ast.unparse(node)
    return text if len(text) <= 60 else text[:57] + "..."
