"""Where a piece of a cell stands, and the mistakes found in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from ...errors import CellError
from ...ir.place import Place
from .rules import RULES

SHOWN = 3

Span = tuple[int, int]


class Source:
    """The text of a cell, with its name and the number of its first line.

    Parameters
    ----------
    text : str
    cell : str
        What messages call the text, for example ``Cell In[2]``.
    first_line : int
        The number that messages give the first line of `text`. The magic's own line is line 1 of a notebook cell,
        so a magic passes 2.
    """

    def __init__(self, text: str, cell: str, first_line: int = 1):
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.cell = cell
        self.first_line = first_line
        self.lines = self.text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def position(self, line: int, column: int) -> int:
        """Where in the text a column (from 0) of a line (from 1, whatever messages call it) stands."""
        return self._starts[line - 1] + column

    def locate(self, span: Span) -> tuple[int, int, int, str]:
        """Line number, first column, column after the last (from 0), and the whole line.

        A span that goes on over several lines is cut at the end of its first line.
        """
        index = min(bisect_right(self._starts, span[0]) - 1, len(self.lines) - 1)
        line = self.lines[index]
        column = span[0] - self._starts[index]
        end = min(span[1] - self._starts[index], len(line))
        return self.first_line + index, column, max(end, column + 1), line

    def line(self, span: Span) -> int:
        return self.locate(span)[0]

    def place(self, span: Span) -> Place:
        line, column, end, text = self.locate(span)
        return Place(self.cell, line, column + 1, end + 1, text)


def blanked(text: str, span: Span) -> str:
    """The text with spaces in place of a span, so that Python reads the rest of it, with every line and column.

    Line breaks stay. Where another statement follows on the last line, they are those of one line.
    """
    start, end = span
    spaces = "".join("\n" if char == "\n" else " " for char in text[start:end])
    if text[end:].lstrip(" \t\\\n").startswith(";"):
        if "\n\n" in spaces:  # an empty line has no room for a backslash; inside of brackets it needs none
            spaces = f";({spaces[2:-1]})"
        else:
            spaces = spaces.replace(" \n", "\\\n")
    return text[:start] + spaces + text[end:]


@dataclass(frozen=True)
class Problem:
    """One mistake: the rule it breaks, its message, what to do, and where (columns from 0)."""

    rule: str
    message: str
    advice: str
    line: int
    column: int
    end_column: int
    source_line: str

    def __str__(self) -> str:
        return f"{self.message}; {self.advice}" if self.advice else self.message


class Mistake(Exception):
    """Ends the reading of one statement; the problem has been recorded."""


class Problems:
    """Collects what is wrong with a cell, so that it is raised once. ``kind`` is what the cell describes."""

    def __init__(self, source: Source, kind: str = "neuron"):
        self.source = source
        self.kind = kind
        self.found: list[Problem] = []

    def add(self, rule: str, span: Span, advice: str | None = None, **words: object) -> None:
        """Record a mistake. `words` fill the rule's message; `advice` replaces the rule's own."""
        entry = RULES[rule]
        words = {"kind_of_cell": self.kind, **words}
        line, column, end, text = self.source.locate(span)
        told = entry.advice.format(**words) if advice is None else advice
        problem = Problem(rule, entry.message.format(**words), told, line, column, end, text)
        if problem not in self.found:
            self.found.append(problem)

    def fail(self, rule: str, span: Span, advice: str | None = None, **words: object) -> Mistake:
        """Record a mistake and give the exception that ends the statement (``raise problems.fail(...)``)."""
        self.add(rule, span, advice, **words)
        return Mistake(rule)

    def raise_if_any(self) -> None:
        """Raise one `CellError` for all problems: the first with its carets, at most two more by line."""
        if not self.found:
            return
        raise error_of(self.found, self.source.cell)


def error_of(found: list[Problem], cell: str) -> CellError:
    """The error that shows these problems; it carries all of them as ``problems``, and the first one's ``rule``."""
    ordered = sorted(found, key=lambda p: (p.line, p.column))
    first, others = ordered[0], ordered[1:]
    # What was said of this line is not said again; of another line, in short.
    others = [p for p in others if (p.line, str(p)) != (first.line, str(first))]
    others = [p for i, p in enumerate(others) if (p.line, str(p)) not in {(q.line, str(q)) for q in others[:i]}]
    more = "".join(f"\nAlso line {p.line}: {'the same' if str(p) == str(first) else p}" for p in others[: SHOWN - 1])
    if len(others) > SHOWN - 1:
        more += f"\nand {len(others) - SHOWN + 1} more"
    error = CellError(
        first.message if first.advice else first.message + more,
        cell=cell,
        line=first.line,
        column=first.column,
        end_column=first.end_column,
        source_line=first.source_line,
        suggestion=first.advice + more if first.advice else "",
    )
    error.rule = first.rule  # type: ignore[attr-defined]
    error.problems = tuple(ordered)  # type: ignore[attr-defined]
    return error
