"""What may follow the value of a parameter: a unit word, and ``in`` with a slider or a choice."""

from __future__ import annotations

from ...ir.model import Slider
from .slider_options import OPTIONS, STEP_ADVICE, Option, advice_behind, slider_with
from .source import Span
from .syntax import Reader
from .words import UNIT_LIST, UNITS, UNITS_ELSEWHERE, UNITS_NOWHERE, closest, number_text

UNIT_OF_THE_VALUE = "leave it out: the range has the unit of the value"


def read_unit(reader: Reader, index: int, name: str) -> tuple[str, Span, int] | None:
    """The unit at token `index`: its text, its place and the index after it; None when no unit stands there."""
    tokens = reader.tokens
    first = tokens[index]
    text, following, end = first.text, index + 1, first.end
    if tokens[following].text == "/" and tokens[following + 1].kind == "name":
        text, end, following = f"{text}/{tokens[following + 1].text}", tokens[following + 1].end, following + 2
        if tokens[following].text in ("^", "**") and tokens[following + 1].text == "2":
            text, end, following = f"{text}^2", tokens[following + 1].end, following + 2
    span = (first.start, end)
    if text in UNITS:
        return text, span, following
    if first.text in ("in", "if", "hold", "and", "or", "not", "else", "when"):
        return None
    value = tokens[index - 1].text
    plain = text.replace("\u03bc", "u").replace("^", "")  # micro
    if plain in UNITS:
        advice = f"write {plain}"
    elif plain in UNITS_ELSEWHERE:
        unit, factor = UNITS_ELSEWHERE[plain]
        sign = -1 if index >= 2 and tokens[index - 2].text == "-" else 1
        number = number_text(float(value.replace("_", "")) * factor * sign)
        start = f"{name} = " if name != "refractory" else "refractory "
        advice = f"write {start}{number} {unit}"
        if len(text) == 1:
            advice += f" (for a product write {value}*{text})"
    elif "/" in text and "cm" in text and closest(plain, UNITS):
        advice = f"did you mean {closest(plain, UNITS)}?"
    elif plain in UNITS_NOWHERE:
        advice = f"leave it out; the units are {UNIT_LIST}"
    elif "/" not in text and len(text) > 1 and closest(plain, UNITS):
        advice = f"did you mean {closest(plain, UNITS)}?"
    else:
        return None
    raise reader.fail("unknown-unit", span, advice, unit=text)


def read_range(reader: Reader, name: str, unit: str) -> Slider:
    """``in [lo, hi] [log | step s]`` or ``in {a, b, ...}``, from the word ``in`` on."""
    word = reader.take()
    if reader.at("{"):
        numbers, span = _numbers(reader, "}")
        if len(set(numbers)) < 2 or len(set(numbers)) < len(numbers):
            raise reader.fail("choice-count", span, found=reader.text(span))
        _nothing_follows(reader, name, unit, None)
        return Slider(min(numbers), max(numbers), choices=tuple(numbers))
    if not reader.at("["):
        token = reader.token
        ends = [t.text for t in reader.tokens[reader.index :] if t.kind == "number"]
        advice = f"write: in [{ends[0]}, {ends[1]}]" if len(ends) == 2 and not reader.has("-") else None
        raise reader.fail("slider-range", word.span if token.kind == "end" else token.span, advice, found=token.shown)
    numbers, span = _numbers(reader, "]")
    if len(numbers) > 2:
        low, high, step = (number_text(x) for x in numbers[:3])
        raise reader.fail("slider-third-number", span, count=len(numbers), low=low, high=high, step=step)
    if len(numbers) < 2:
        raise reader.fail("slider-range", span, found=reader.text(span))
    low, high = numbers
    if not low < high:
        advice = "write two different numbers" if low == high else None
        raise reader.fail("slider-order", span, advice, low=number_text(low), high=number_text(high),
                          first=number_text(high), second=number_text(low))  # fmt: skip
    option = None
    if reader.at(*OPTIONS):
        word = reader.take()
        option = Option(word.span, None, word.span)
        if word.text == "step":
            if reader.token.kind != "number" and not (reader.at("-", "+") and reader.ahead().kind == "number"):
                raise reader.fail("slider-option", word.span, STEP_ADVICE, found="step")
            option = Option(word.span, *_number(reader))
    slider = slider_with(low, high, option)
    if not isinstance(slider, Slider):
        rule, words = slider
        raise reader.fail(rule, option.number, **words)
    _nothing_follows(reader, name, unit, option)
    return slider


def _numbers(reader: Reader, closer: str) -> tuple[list[float], Span]:
    start = reader.take().start
    numbers: list[float] = []
    while not reader.at(closer):
        numbers.append(_number(reader)[0])
        if reader.at(","):
            reader.take()
        elif not reader.at(closer):
            is_unit = reader.token.text in UNITS
            advice = UNIT_OF_THE_VALUE if is_unit else "put a comma between the numbers"
            raise reader.fail("slider-bound", reader.token.span, advice, found=reader.token.text)
    return numbers, (start, reader.take().end)


def _number(reader: Reader) -> tuple[float, Span]:
    start = reader.token.start
    sign = -1.0 if reader.at("-") else 1.0
    if reader.at("-", "+"):
        reader.take()
    if reader.token.kind != "number":
        raise reader.fail("slider-bound", reader.token.span, found=reader.token.text)
    token = reader.take()
    return sign * float(token.text.replace("_", "")), (start, token.end)


def _nothing_follows(reader: Reader, name: str, unit: str, option: Option | None) -> None:
    token = reader.token
    if token.text == "," and reader.ahead().text in OPTIONS:
        raise reader.fail("unexpected", token.span, "take the comma away", found=",")
    if token.kind == "end" or token.text in (",", ";"):
        return
    if token.text in UNITS or token.text in ("uA", "mS", "uF"):
        found = token.text if token.text in UNITS else f"{token.text}/cm2"
        advice = UNIT_OF_THE_VALUE if unit else None
        raise reader.fail("unit-after-range", token.span, advice, unit=found, name=name, value=_written_value(reader))
    advice = advice_behind(option, token.text, token.kind == "number")
    raise reader.fail("slider-option", token.span, advice, found=token.text)


def _written_value(reader: Reader) -> str:
    """The text between '=' and 'in'."""
    texts = [token.text for token in reader.tokens]
    first, last = reader.tokens[texts.index("=") + 1], reader.tokens[texts.index("in") - 1]
    return reader.text((first.start, last.end))
