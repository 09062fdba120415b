"""The text of a cell -> statements, each a list of tokens with exact places."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .source import Mistake, Problems, Source, Span
from .words import normal_name

NUMBER = re.compile(r"(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?")
_OPERATORS = (
    "**", "//", "<=", ">=", "==", "!=", "<>", "+=", "-=", "*=", "/=", "&&", "||",
    "+", "-", "*", "/", "^", "(", ")", "[", "]", "{", "}", ",", "=", "<", ">", "'", ":", ".", "%",
    "&", "|", "!", "~", "@",
)  # fmt: skip
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPENERS = {closer: opener for opener, closer in _CLOSERS.items()}
# Characters that a keyboard, a paper or a chat puts in place of ours.
_LOOK_ALIKES = {
    "\u2212": "-", "\u2013": "-", "\u2014": "-", "\u00d7": "*", "\u00b7": "*", "\u22c5": "*", "\u2217": "*",
    "\u00f7": "/", "\u2264": "<=", "\u2265": ">=", "\u2260": "!=", "\u2032": "'", "\u2019": "'", "\u2018": "'",
    "\u00b2": "**2", "\u00b3": "**3", "\u221a": "sqrt(...)", "\u221e": "a large number", "\u2202": "dv/dt",
}  # fmt: skip


_QUOTES = "\"'`\u201c\u201d\u201e"
_CLOSING_QUOTES = {"\u2018": "\u2019", "\u201c": "\u201d", "\u201e": "\u201c"}


# Brackets inside brackets; far below what Python's own stack can follow.
DEEPEST = 50


@dataclass(frozen=True)
class Token:
    """A word, number or sign.

    ``kind`` is 'number', 'name', 'op', 'end' (no text; the end of a statement) or 'bad' (complained about already).
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return self.start, self.end

    @property
    def shown(self) -> str:
        return f"'{self.text}'" if self.text else "the end of the line"


def read_statements(source: Source, problems: Problems) -> list[list[Token]]:
    """Split a cell into statements. Each ends with an 'end' token; empty statements are left out.

    A mistake in brackets makes the division into statements meaningless and is raised at once.
    """
    text = source.text
    statements: list[list[Token]] = []
    current: list[Token] = []
    open_brackets: list[Token] = []
    position = 0

    def finish(at: int) -> None:
        nonlocal current
        if current:
            end = current[-1].end
            statements.append([*current, Token("end", "", end, max(end + 1, at))])
        current = []

    def unclosed() -> Mistake:
        bracket = open_brackets[-1]
        problems.add("unclosed-bracket", bracket.span, bracket=bracket.text, closer=_CLOSERS[bracket.text])
        problems.raise_if_any()
        return Mistake("unclosed-bracket")

    while position < len(text):
        char = text[position]
        if char == "\n" or char == ";":
            if char == ";" and open_brackets:
                raise unclosed()
            if not open_brackets:
                finish(position)
            position += 1
        elif char in " \t\f":
            position += 1
        elif char == "#":
            position = _end_of_line(text, position)
        elif char == "\\":
            rest = text[position + 1 : _end_of_line(text, position)]
            if rest.strip():
                advice = "an equation is written like dv/dt = ..., without LaTeX" if rest[0].isalpha() else None
                problems.add("text-after-backslash", (position, position + 1 + len(rest.rstrip())), advice)
            position += len(rest) + 2
        else:
            token = _token(text, position, problems)
            position = token.end
            current.append(token)
            if token.kind == "op" and token.text in _CLOSERS:
                open_brackets.append(token)
                if len(open_brackets) > DEEPEST:
                    problems.add("too-deep", token.span, limit=DEEPEST)
                    problems.raise_if_any()
            elif token.kind == "op" and token.text in _OPENERS:
                if not open_brackets:
                    problems.add("unmatched-bracket", token.span, bracket=token.text, opener=_OPENERS[token.text])
                    problems.raise_if_any()
                if _CLOSERS[open_brackets[-1].text] != token.text:
                    raise unclosed()
                open_brackets.pop()
    if open_brackets:
        raise unclosed()
    finish(len(text))
    return statements


def look_alike_advice(char: str) -> str:
    """What to type in place of a character that a cell does not know."""
    instead = _LOOK_ALIKES.get(char)
    if instead in ("-", "'"):
        return f"it only looks like the {instead} of the keyboard; type {instead}"
    if not char.isprintable() or char.isspace():
        return "type a space, or take it away"
    return f"write {instead}" if instead else "take it away"


def shown_character(char: str) -> str:
    """A character, or its name when it cannot be seen."""
    return char if char.isprintable() and not char.isspace() else unicodedata.name(char, f"U+{ord(char):04X}").lower()


def _end_of_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _token(text: str, start: int, problems: Problems) -> Token:
    number = NUMBER.match(text, start)
    if number:
        end = number.end()
        while end < len(text) and (text[end].isdigit() or text[end] == "."):
            end += 1
        written = text[start:end]
        if end > number.end() or written.endswith("_") or not float(written.replace("_", "")) < float("inf"):
            whole = end == number.end() and not written.endswith("_")
            if ".." in written:
                problems.add("bad-number", (start, end), "put a comma between two numbers: 0, 1", text=written,
                             problem="not a number")  # fmt: skip
                return Token("bad", written, start, end)
            problems.add("bad-number", (start, end), text=written,
                         problem="too large a number" if whole else "not a number")  # fmt: skip
            # Read on as if it were right, so that this is the only complaint.
            return Token("number", "1", start, end)
        return Token("number", written, start, end)
    if text[start].isidentifier():
        end = start + 1
        # The middle dot is a letter to Python (Catalan), but a product to everybody here.
        while end < len(text) and text[end] not in _LOOK_ALIKES and text[start : end + 1].isidentifier():
            end += 1
        return Token("name", normal_name(text[start:end]), start, end)
    follows_name = start > 0 and (text[start - 1] == "'" or ("a" + text[start - 1]).isidentifier())
    for operator in _OPERATORS:
        if operator == "'" and not follows_name:
            continue  # the beginning of a text in quotes, not a derivative
        if text.startswith(operator, start):
            return Token("op", operator, start, start + len(operator))
    char = text[start]
    closing = _CLOSING_QUOTES.get(char, char)
    if char in _QUOTES or closing in text[start + 1 : _end_of_line(text, start)] and char in _CLOSING_QUOTES:
        if text.startswith(char * 3, start):
            # A text of several lines, as scripts hold it: one complaint for all of it.
            end = text.find(char * 3, start + 3)
            end = len(text) if end < 0 else end + 3
            problems.add("quotes", (start, end), "write the lines between the quotes alone")
            return Token("bad", text[start:end], start, end)
        end = text.find(closing, start + 1, _end_of_line(text, start))
        end = _end_of_line(text, start) if end < 0 else end + 1
        problems.add("quotes", (start, end))
        return Token("bad", text[start:end], start, end)
    instead = _LOOK_ALIKES.get(char)
    advice = look_alike_advice(char)
    problems.add("unknown-character", (start, start + 1), advice=advice, char=shown_character(char))
    # A look-alike of an operator is read as that operator, so that it is the only complaint.
    return Token("op", instead, start, start + 1) if instead in _OPERATORS else Token("bad", char, start, start + 1)
