"""What a line that is no statement was probably meant to be."""

from __future__ import annotations

from .source import Span
from .tokens import Token
from .words import LINE_WORDS, STATEMENTS_ELSEWHERE, closest

FORMS = "write an equation 'dv/dt = ...', a parameter 'a = 0.7', or one of: "
COMMENT = "a comment begins with '#'"


def guess(tokens: list[Token], kind: str = "neuron") -> tuple[Span, str]:
    """The part of a line to mark, and what to write in its place. The last token is the end."""
    words = LINE_WORDS[kind]
    forms = FORMS + ", ".join(words)
    first, second = tokens[0], tokens[1]
    texts = [token.text for token in tokens]
    whole = (first.start, tokens[-2].end)
    if first.kind == "name" and first.text in STATEMENTS_ELSEWHERE:
        return first.span, STATEMENTS_ELSEWHERE[first.text]
    equation = _equation(tokens, texts)
    if equation:
        return equation
    if texts[:2] == ["%", "%"]:
        return whole, "take it away: the line with %% stands once, at the top of a cell"
    if first.text in ("//", "%") or texts[:2] == ["-", "-"]:
        return whole, COMMENT
    if first.text in ("+", "-", "*", "/"):
        return whole, "if it belongs to the line above, put brackets around all of it, or end that line with '\\'"
    if first.text == "=":
        return first.span, "a name is missing before the '='"
    if "=" in texts:
        left = (first.start, tokens[texts.index("=") - 1].end)
        if first.kind == "name" and closest(first.text, words):
            return first.span, f"did you mean '{closest(first.text, words)}'?"
        return left, "left of '=' stands one name of letters, digits and '_', which begins with a letter"
    if len(tokens) > 3 and all(token.kind == "name" for token in tokens[:3]):
        return whole, f"{COMMENT}; otherwise {forms}"
    if first.kind == "name" and second.kind in ("name", "number"):
        other = closest(first.text, words)
        return first.span, f"did you mean '{other}'?" if other else forms
    return whole, forms


def _equation(tokens: list[Token], texts: list[str]) -> tuple[Span, str] | None:
    """tau*dv/dt = ..., d(v)/dt = ..., dv(t)/dt = ... and dv dt = ..."""
    if "=" not in texts:
        return None
    end = texts.index("=")
    left, whole = texts[:end], (tokens[0].start, tokens[end - 1].end)
    if len(left) == 2 and left[1] == "dt" and left[0].startswith("d"):
        return whole, f"write {left[0]}/dt = ..."
    if left[-2:] != ["/", "dt"] or len(left) < 3:
        return None
    if left[0] == "d" and left[1] == "(":
        return whole, f"write d{left[2]}/dt = ..."
    if left[1] == "(":
        return whole, f"write {left[0]}/dt = ..."
    if left[-3].startswith("d"):
        return whole, f"an equation has {left[-3]}/dt alone on its left: {left[-3]}/dt = (...)/tau"
    return None
