"""Statements of a cell: what they hold, and the parser that reads those of a neuron."""

from __future__ import annotations

from dataclasses import dataclass

from ...ir.model import Slider
from ...passes.integrate import ALIASES
from .guesses import guess
from .ranges import read_range, read_unit
from .source import Mistake, Problems, Source, Span
from .syntax import Minus, Node, Reader
from .tokens import Token, read_statements
from .words import (
    METHODS,
    STATEMENT_WORDS,
    STATEMENTS_ELSEWHERE,
    SYNAPSE_WORDS,
    UNITS,
    did_you_mean,
    is_keyword,
    is_noise,
    is_reserved,
    listed,
)


@dataclass(frozen=True)
class Statement:
    """``span`` is the place of the name it is about."""

    span: Span


@dataclass(frozen=True)
class Derivative(Statement):
    """d(name)/dt = value"""

    name: str
    value: Node


@dataclass(frozen=True)
class Definition(Statement):
    """name = value [unit] [in range]; ``is_input`` for ``input name = value``."""

    name: str
    value: Node
    unit: str = ""
    unit_span: Span = (0, 0)
    slider: Slider | None = None
    slider_span: Span = (0, 0)
    is_input: bool = False


@dataclass(frozen=True)
class FunctionDefinition(Statement):
    name: str
    args: tuple[str, ...]
    value: Node


@dataclass(frozen=True)
class Init(Statement):
    name: str
    value: Node
    unit: str = ""
    unit_span: Span = (0, 0)


@dataclass(frozen=True)
class Spike(Statement):
    condition: Node


@dataclass(frozen=True)
class ResetItem(Statement):
    """``op`` is one of = += -= *=."""

    name: str
    op: str
    value: Node


@dataclass(frozen=True)
class Reset(Statement):
    items: tuple[ResetItem, ...]


@dataclass(frozen=True)
class Refractory(Statement):
    """``holds`` are (name, place), or None when 'hold' is left out."""

    period: Node
    holds: tuple[tuple[str, Span], ...] | None


@dataclass(frozen=True)
class Method(Statement):
    name: str


def parse(
    source: Source, problems: Problems, reader_class: type[StatementReader] | None = None
) -> tuple[list[Statement], set[str]]:
    """Every statement that can be read, and the names that unreadable statements would have defined."""
    statements: list[Statement] = []
    lost: set[str] = set()
    for tokens in read_statements(source, problems):
        reader = (reader_class or StatementReader)(tokens, problems)
        try:
            if any(token.kind == "bad" for token in tokens):
                raise Mistake
            statements += reader.statement()
        except Mistake:
            lost |= {token.text for token in tokens if token.kind == "name"} | {
                token.text[1:] for token in tokens if token.kind == "name" and token.text.startswith("d")
            }
    return statements, lost


class StatementReader(Reader):
    """Reads the statements of a neuron."""

    def statement(self) -> list[Statement]:
        first, second = self.token, self.ahead()
        if first.text == "d" and second.text in ("^", "**"):
            raise self.fail("higher-derivative", (first.start, self.ahead(2).end), name="v", other="y")
        if first.kind == "name":
            worded = self._worded(first, second)
            if worded is not None:
                return worded
            if second.text == "'":
                return [self._primed()]
            if second.text == "/":
                return [self._derivative()]
            if second.text == "(" and not self._is_odd_call():
                return [self._function()]
            if second.text == "=":
                return [self._definition()]
        raise self._not_a_statement(first, second)

    def _worded(self, first: Token, second: Token) -> list[Statement] | None:
        """The statements of a line that begins with a word of the language; None when it does not."""
        if first.text in STATEMENT_WORDS and second.text in ("=", "=="):
            advice = "write it without '='" if first.text in ("refractory", "method") else None
            raise self.fail(f"{first.text}-form", first.span, advice)
        if first.text in STATEMENT_WORDS and second.text not in ("/", "'", "("):
            return getattr(self, f"_{first.text}")()
        if first.text in SYNAPSE_WORDS and second.text not in ("=", "/", "'", "("):
            raise self.fail("synapse-statement", first.span, word=first.text)
        return None

    def _not_a_statement(self, first: Token, second: Token) -> Mistake:
        if first.kind == "name" and second.text == "==":
            return self.fail("double-equals", second.span)
        if first.kind == "name" and second.text in ("+=", "-=", "*=", "/="):
            text = self.text((first.start, self.tokens[-2].end))
            advice = f"write: on spike: {text}" if self.problems.kind == "synapse" else None
            return self.fail("change-outside-reset", second.span, advice, op=second.text, text=text)
        alone = second.text == "in" or second.kind == "end"
        if alone and first.kind == "name" and first.text not in STATEMENTS_ELSEWHERE:
            advice = f"write {first.text} = ... {self.text((second.start, self.tokens[-2].end))}"
            return self.fail("name-alone", first.span, advice if second.text else None, name=first.text)
        span, advice = guess(self.tokens, self.problems.kind)
        return self.fail("unknown-statement", span, advice)

    def _is_odd_call(self) -> bool:
        """Whether NAME(...) begins something else than the definition of a function: dv(t)/dt or print(v)."""
        texts = [token.text for token in self.tokens]
        if texts[0].startswith("d") and ("/", "dt") in zip(texts, texts[1:]):
            return True
        return texts[0] in STATEMENTS_ELSEWHERE and "=" not in texts

    def _new_name(self, token: Token, name: str | None = None) -> str:
        """Check that a name may be the user's. `name` is the part of the token that counts (the v of dv)."""
        name = token.text if name is None else name
        if is_keyword(name):
            raise self.fail("python-keyword", token.span, name=name)
        if is_noise(name) or is_reserved(name):
            raise self.fail("reserved-name", token.span, name=name)
        if name in UNITS:
            raise self.fail("unit-as-name", token.span, name=name)
        if name.startswith("_"):
            raise self.fail("underscore-name", token.span, name=name, fixed=name.strip("_") or "another name")
        return name

    def _finish(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected(self.token)

    def _equals(self) -> None:
        if self.at("=="):
            raise self.fail("double-equals", self.token.span)
        if not self.at("="):
            instead = "write '=' in place of ':'" if self.at(":") else "an '=' is missing here"
            raise self.fail("unknown-statement", self.token.span, instead)
        self.take()

    # name = value --------------------------------------------------------------------------------------------------

    def _primed(self) -> Statement:
        token = self.take()
        self.take()
        if self.at("'"):
            raise self.fail("higher-derivative", (token.start, self.token.end), name=token.text,
                            other=_other(token.text))  # fmt: skip
        name = self._new_name(token)
        self._equals()
        return self._derivative_of(name, token)

    def _derivative(self) -> Statement:
        token, below = self.token, self.ahead(2)
        if token.text[:2] == "d2" or (token.text == "d" and below.kind == "name"):
            raise self.fail("higher-derivative", (token.start, below.end), name=token.text[2:] or "x",
                            other=_other(token.text[2:]))  # fmt: skip
        if not token.text.startswith("d") or len(token.text) < 2:
            raise self._not_a_statement(token, self.ahead())
        if below.kind != "name" or below.text != "dt":
            raise self.fail("derivative-by-time", below.span, found=below.text, name=token.text[1:])
        name = self._new_name(token, token.text[1:])
        self.index += 3
        self._equals()
        return self._derivative_of(name, token)

    def _derivative_of(self, name: str, token: Token) -> Statement:
        value = self.value()
        self._finish()
        return Derivative(token.span, name, value)

    def _function(self) -> Statement:
        token = self.take()
        self.take()
        args: list[str] = []
        while not self.at(")"):
            if self.token.kind != "name":
                at_start = self.token.text == "0" and self.ahead().text == ")"
                advice = f"for the value at the start write: init {token.text} = ..." if at_start else None
                raise self.fail("function-argument", self.token.span, advice, found=self.token.text)
            arg = self._new_name(self.token)
            if arg in args:
                raise self.fail("repeated-argument", self.token.span, name=arg)
            args.append(arg)
            self.take()
            if self.at(","):
                self.take()
            elif not self.at(")"):
                raise self.fail("function-argument", self.token.span, found=self.token.text)
        self.take()
        name = self._new_name(token)
        self._equals()
        value = self.value()
        self._finish()
        return FunctionDefinition(token.span, name, tuple(args), value)

    def _definition(self, is_input: bool = False) -> Statement:
        token = self.take()
        name = self._new_name(token)
        self.take()
        value, unit, unit_span = self._labelled(name)
        slider, slider_span = None, (0, 0)
        if self.at("in"):
            slider_span = self.token.span
            slider = read_range(self, name, unit)
        self._finish()
        return Definition(token.span, name, value, unit, unit_span, slider, slider_span, is_input)

    def _labelled(self, name: str) -> tuple[Node, str, Span]:
        """A value, and the unit word that may follow a plain number."""
        start = self.index
        sign = 1 if self.at("-", "+") else 0
        number, word = self.ahead(sign), self.ahead(sign + 1)
        label = self.ahead(sign + 2)
        if number.kind == "number" and word.text == "*" and label.text in UNITS:
            written = self.text((self.token.start, number.end))
            raise self.fail("unit-in-expression", label.span, f"write {name} = {written} {label.text}", unit=label.text)
        if number.kind != "number" or word.kind != "name" or word.start == number.end:
            return self.value(), "", (0, 0)
        unit = read_unit(self, start + sign + 1, name)
        if unit is None:
            return self.value(), "", (0, 0)
        label, span, self.index = unit
        value: Node = self.number(number)
        if self.tokens[start].text == "-":
            value = Minus((self.tokens[start].start, number.end), value)
        return value, label, span

    # Words -----------------------------------------------------------------------------------------------------------

    def _input(self) -> list[Statement]:
        word = self.take()
        if self.token.kind != "name" or self.ahead().text != "=":
            raise self.fail("input-form", (word.start, self.tokens[-2].end))
        return [self._definition(is_input=True)]  # type: ignore[list-item]

    def _init(self) -> list[Statement]:
        word = self.take()
        self._check_commas()
        items: list[Statement] = []
        while True:
            token = self.token
            if token.kind != "name" or self.ahead().text != "=":
                raise self.fail("init-form", token.span if token.kind != "end" else word.span)
            name = self._new_name(self.take())
            self.take()
            value, unit, unit_span = self._labelled(name)
            items.append(Init(token.span, name, value, unit, unit_span))
            if not self.at(","):
                break
            self._take_comma()
        self._finish()
        return items

    def _take_comma(self) -> None:
        mistake = self.decimal_comma()
        if mistake:
            raise mistake
        self.take()

    def _check_commas(self) -> None:
        """Between the items of init and reset stand commas, not 'and' and not nothing."""
        depth = 0
        for index in range(self.index + 1, len(self.tokens) - 1):
            token, before = self.tokens[index], self.tokens[index - 1]
            depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
            item = token.kind == "name" and self.tokens[index + 1].text in ("=", "+=", "-=", "*=")
            if depth or not item:
                continue
            if before.text == "and":
                raise self.fail("unexpected", before.span, "put a comma in its place", found="and")
            if before.kind in ("name", "number") or before.text == ")":
                raise self.fail("unexpected", token.span, f"put a comma before '{token.text}'", found=token.text)

    def _spike(self) -> list[Statement]:
        word = self.take()
        if not self.at("when"):
            raise self.fail("spike-form", word.span)
        self.take()
        condition = self.expression()
        if self.at("="):
            raise self.single_equals(self.token)
        if self.at(":"):
            advice = "take it away; what happens at a spike is a line of its own: reset v = ..."
            raise self.fail("unexpected", self.token.span, advice, found=":")
        condition = self.require_condition(condition)
        self._finish()
        return [Spike(word.span, condition)]

    def _reset(self) -> list[Statement]:
        word = self.take()
        self._check_commas()
        items: list[ResetItem] = []
        while True:
            token, op = self.token, self.ahead()
            if token.kind == "name" and op.text == "==":
                raise self.fail("double-equals", op.span)
            if token.kind != "name" or op.text not in ("=", "+=", "-=", "*="):
                raise self.fail("reset-form", token.span if token.kind != "end" else word.span)
            name = self._new_name(self.take())
            self.take()
            items.append(ResetItem(token.span, name, op.text, self.value()))
            if not self.at(","):
                break
            self._take_comma()
        self._finish()
        return [Reset(word.span, tuple(items))]

    def _refractory(self) -> list[Statement]:
        word = self.take()
        if self.token.kind == "end" or self.at("hold"):
            raise self.fail("refractory-form", word.span)
        period, unit, unit_span = self._labelled("refractory")
        if unit not in ("", "ms"):
            raise self.fail("refractory-unit", unit_span, "write the number of ms", unit=unit)
        holds: list[tuple[str, Span]] | None = None
        if self.at("hold"):
            self.take()
            holds = []
            while self.token.kind == "name":
                if self.at("and"):
                    raise self.fail("unexpected", self.token.span, "put a comma in its place", found="and")
                holds.append((self.token.text, self.take().span))
                if self.at(","):
                    self.take()
                    if self.token.kind != "name":
                        raise self.fail("refractory-form", self.before.span)
            if not holds:
                raise self.fail("refractory-form", self.before.span)
        self._finish()
        return [Refractory(word.span, period, None if holds is None else tuple(holds))]

    def _method(self) -> list[Statement]:
        word = self.take()
        if self.token.kind != "name" or self.ahead().kind != "end":
            raise self.fail("method-form", word.span)
        token = self.take()
        problem = method_problem(token.text)
        if problem:
            raise self.fail(problem[0], token.span, problem[1], method=token.text)
        return [Method(token.span, ALIASES.get(token.text, token.text))]


def _other(name: str) -> str:
    """A name for the derivative of `name`."""
    return "y" if name != "y" else "z"


def method_problem(name: str) -> tuple[str, str | None] | None:
    """The rule that a method's name breaks, with its advice, or None."""
    if name in METHODS:
        return None
    return "unknown-method", did_you_mean(name, METHODS, f"choose {listed(METHODS, 'or')}")
