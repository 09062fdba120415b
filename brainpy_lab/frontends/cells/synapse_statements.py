"""Statements that only a synapse has, and the parser that reads a synapse cell."""

from __future__ import annotations

from dataclasses import dataclass

from .source import Mistake
from .statements import ResetItem, Statement, StatementReader
from .symbols import constant
from .syntax import End, Node
from .tokens import Token
from .words import ENDS, LINE_WORDS, STATEMENT_WORDS, number_text

_CHANGES = ("=", "+=", "-=", "*=", "/=")


@dataclass(frozen=True)
class Act(Statement):
    """post.field += value"""

    field: str
    value: Node


@dataclass(frozen=True)
class On(Statement):
    """What changes at a spike of the neuron ``end``, 'pre' or 'post', from left to right."""

    end: str
    items: tuple[ResetItem | Act, ...]


@dataclass(frozen=True)
class Delay(Statement):
    """How long a presynaptic spike is on its way, ms."""

    value: float


class SynapseReader(StatementReader):
    """Reads the statements of a synapse."""

    ends = ENDS

    def _worded(self, first: Token, second: Token) -> list[Statement] | None:
        if first.text in ENDS:
            return [self._act()]
        if first.text in ("on", "delay") and second.text not in ("/", "'", "("):
            return [self._on() if first.text == "on" else self._delay()]
        if first.text in STATEMENT_WORDS and first.text not in LINE_WORDS["synapse"]:
            if second.text not in ("/", "'", "("):
                raise self.fail("neuron-statement", first.span, _ELSEWHERE[first.text], word=first.text)
        return super()._worded(first, second)

    def _act(self) -> Act:
        """post.field += value, to the end of the line."""
        act = self._change_of_end()
        self._finish()
        return act

    def _change_of_end(self) -> Act:
        end: End = self.end(self.take())
        operator = self.token
        if operator.text == "==":
            raise self.fail("double-equals", operator.span)
        if operator.text not in _CHANGES:
            shown = self.text(end.span)
            raise self.fail("unknown-statement", end.span, f"to act on a neuron write: {shown} += ...; to read what "
                            f"it has, name it on the right of '='")  # fmt: skip
        if end.owner == "pre":
            raise self.fail("pre-changed", end.span, field=end.name)
        if operator.text != "+=":
            sign = "-(...)" if operator.text == "-=" else "..."
            raise self.fail("end-changed", operator.span, op=operator.text, text=f"post.{end.name} += {sign}")
        self.take()
        return Act(end.span, end.name, self.value())

    def _on(self) -> On:
        word = self.take()
        if self.at("pre"):
            raise self.fail("on-form", self.token.span, "leave 'pre' out: 'on spike:' is about presynaptic spikes")
        end = "post" if self.at("post") else "pre"
        if end == "post":
            self.take()
        if not self.at("spike"):
            raise self.fail("on-form", word.span if self.token.kind == "end" else self.token.span)
        spike = self.take()
        if not self.at(":"):
            raise self.fail("on-form", spike.span, "put a ':' after 'spike'")
        colon = self.take()
        if self.token.kind == "end":
            advice = "write what changes behind the ':', in the same line; it may go on after '\\'"
            raise self.fail("on-form", colon.span, advice)
        self._check_commas()
        items: list[ResetItem | Act] = []
        while True:
            items.append(self._change_of_end() if self.token.text in ENDS else self._change())
            if not self.at(","):
                break
            self._take_comma()
        self._finish()
        return On(word.span, end, tuple(items))

    def _change(self) -> ResetItem:
        token, operator = self.token, self.ahead()
        if token.kind == "name" and operator.text == "==":
            raise self.fail("double-equals", operator.span)
        if token.kind != "name" or operator.text not in ("=", "+=", "-=", "*="):
            raise self.fail("on-form", self.before.span if token.kind == "end" else token.span)
        name = self._new_name(self.take())
        self.take()
        return ResetItem(token.span, name, operator.text, self.value())

    def _delay(self) -> Delay:
        word = self.take()
        if self.at("="):
            raise self.fail("delay-form", self.token.span, "write it without '='")
        if self.token.kind == "end":
            raise self.fail("delay-form", word.span)
        value, unit, unit_span = self._labelled("delay")
        if unit not in ("", "ms"):
            raise self.fail("delay-unit", unit_span, "write the number of ms", unit=unit)
        if self.at("in"):
            raise self.fail("delay-form", self.token.span, "take the range away: a delay stays what it is while "
                            "a network runs")  # fmt: skip
        self._finish()
        number = constant(value)
        if number is None:
            raise self.fail("delay-form", value.span)
        if not 0 <= number < float("inf"):
            raise self._out_of_range(value, number)
        return Delay(word.span, number)

    def _out_of_range(self, value: Node, number: float) -> Mistake:
        return self.fail("delay-negative", value.span, value=number_text(number))


_ELSEWHERE = {
    "input": "a synapse takes what it needs from its neurons: read pre.spike, pre.V or post.V",
    "spike": "to act at a presynaptic spike write 'on spike: ...'",
    "reset": "to act at a presynaptic spike write 'on spike: ...', at a postsynaptic one 'on post spike: ...'",
    "refractory": "write it in the neuron's cell",
}
