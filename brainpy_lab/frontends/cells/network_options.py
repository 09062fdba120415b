"""What may follow the range of a slider in a network cell: ``log``, or ``step 0.1``.

Python knows neither, so both are read and blanked before Python reads the cell.
"""

from __future__ import annotations

import io
import itertools
import tokenize
from typing import NamedTuple

from ...ir.model import Slider
from .source import Problems, Source, Span, blanked
from .words import number_text

OPENING, CLOSING = ("[", "(", "{"), ("]", ")", "}")
ENDS = (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.ENDMARKER)


class Option(NamedTuple):
    """An option and its place; ``step`` is None for 'log', and ``number`` the place of the step."""

    span: Span
    step: float | None
    number: Span


def blank_options(source: Source, problems: Problems) -> tuple[str, dict[int, Option]]:
    """The text with spaces in place of the options of its outermost lines, and the options by the end of their range.

    ``] log`` and ``] step`` occur nowhere in Python, so that nothing else is taken away.
    """

    def span(first: tokenize.TokenInfo, last: tokenize.TokenInfo) -> Span:
        return source.position(*first.start), source.position(*last.end)

    text, found, blocks, depth = source.text, {}, 0, 0
    tokens = _tokens(source.text)
    for k, (before, token) in enumerate(zip(tokens, tokens[1:]), 1):
        blocks += (before.type == tokenize.INDENT) - (before.type == tokenize.DEDENT)
        depth += (before.string in OPENING) - (before.string in CLOSING)
        if blocks or depth or before.string != "]" or token.string not in ("log", "step"):
            continue
        written = [token, *itertools.takewhile(lambda one: one.string != ";" and one.type not in ENDS, tokens[k + 1 :])]
        whole = span(token, written[-1])
        text = blanked(text, whole)
        words = [one.string for one in written]
        sign = 1 if words[1:2] == ["-"] or words[1:2] == ["+"] else 0
        used = 1 if words[0] == "log" else sign + 2
        if words[0] == "step" and (len(written) < used or written[used - 1].type != tokenize.NUMBER):
            problems.add("slider-option", span(token, token), "write it like: step 0.1", found="step")
        elif len(written) > used:
            more = written[used]
            advice = "keep one of the two" if more.string in ("log", "step") else "take it away"
            problems.add("slider-option", span(more, more), advice, found=more.string)
        elif words[0] == "log":
            found[span(before, before)[1]] = Option(whole, None, whole)
        else:
            step = float(words[-1].replace("_", "")) * (-1 if words[1] == "-" else 1)
            found[span(before, before)[1]] = Option(whole, step, span(written[1], written[-1]))
    return text, found


def with_option(slider: Slider, option: Option, problems: Problems) -> Slider | None:
    """The slider with its option; None where that does not fit, which is then recorded."""
    low, high = slider.low, slider.high
    if option.step is None:
        if low > 0:
            return Slider(low, high, scale="log")
        fixed, end = (number_text(high / 1000), number_text(high)) if high > 0 else ("0.01", "10")
        problems.add("slider-log", option.span, low=number_text(low), fixed=fixed, high=end)
        return None
    if 0 < option.step <= high - low:
        return Slider(low, high, step=option.step)
    span = number_text(high - low)
    problems.add(
        "slider-step", option.number, step=number_text(option.step), range=span, fixed=number_text((high - low) / 10)
    )
    return None


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    """The tokens as far as Python's reader comes; what stops it is told when the cell is parsed."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            found.append(token)
    except (tokenize.TokenError, SyntaxError):
        pass
    return found
