"""What may follow the range of a slider in a network cell: ``log``, or ``step 0.1``.

Python knows neither, so both are read and blanked before Python reads the cell.
"""

from __future__ import annotations

import io
import itertools
import tokenize

from .slider_options import OPTIONS, STEP_ADVICE, Option, advice_behind
from .source import Problems, Source, Span, blanked
from .tokens import NUMBER

OPENING, CLOSING = ("[", "(", "{"), ("]", ")", "}")
ENDS = (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.ENDMARKER)


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
        if blocks or depth or before.string != "]" or token.string not in OPTIONS:
            continue
        written = [token, *itertools.takewhile(lambda one: one.string != ";" and one.type not in ENDS, tokens[k + 1 :])]
        whole = span(token, written[-1])
        text = blanked(text, whole)
        words = [one.string for one in written]
        option, used = Option(whole, None, whole), 1
        if token.string == "step":
            used = 3 if words[1:2] in (["-"], ["+"]) else 2
            number = written[used - 1] if len(written) >= used else None
            if number is None or not NUMBER.fullmatch(number.string):
                wrong = number if number and number.type == tokenize.NUMBER else token  # 1j and 0x1, which Python has
                problems.add("slider-option", span(wrong, wrong), STEP_ADVICE, found=wrong.string)
                continue
            step = float(number.string.replace("_", "")) * (-1 if words[1] == "-" else 1)
            option = Option(whole, step, span(written[1], number))
        if len(written) > used:
            more = written[used]
            advice = advice_behind(option, more.string, more.type == tokenize.NUMBER)
            problems.add("slider-option", span(more, more), advice, found=more.string)
            continue
        found[span(before, before)[1]] = option
    return text, found


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    """The tokens as far as Python's reader comes; what stops it is told when the cell is parsed."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            found.append(token)
    except (tokenize.TokenError, SyntaxError):
        pass
    return found
