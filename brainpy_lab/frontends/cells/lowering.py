"""Expressions of a cell -> ir expressions. Nothing is reordered or folded."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from ...ir.expr import (
    Binary,
    Call,
    Compare,
    Const,
    Expr,
    Field,
    Local,
    Logic,
    Negative,
    Not,
    Param,
    Power,
    Select,
    StepSize,
    Time,
)
from .source import Source
from .statements import Definition, FunctionDefinition
from .symbols import Symbols
from .syntax import Apply, Arithmetic, Choose, Comparison, End, Join, Minus, Name, Negation, Node, Number, nodes

MAX_INTEGER_POWER = 64


@dataclass(frozen=True)
class View:
    """How names are read at one point of a step.

    Parameters
    ----------
    moving : frozenset of str
        States that are locals here: the variables of a system while it is integrated.
    lines : bool
        Intermediates are locals of their own name; otherwise their expression takes their place.
    time : Expr
        What t is.
    outside : bool
        Whether the name of the input includes what comes from outside, or is the parameter alone.
    """

    moving: frozenset[str] = frozenset()
    lines: bool = False
    outside: bool = True
    time: Expr = field(default_factory=Time)


class Lowering:
    """Turns trees into ir for one cell whose names have been checked."""

    def __init__(self, symbols: Symbols, source: Source):
        self.symbols = symbols
        self.source = source

    def expr(self, node: Node, view: View, args: dict[str, Expr] | None = None) -> Expr:
        """One expression. `args` binds the arguments of the function whose body this is."""
        args = args or {}
        place = self.source.place(node.span)
        match node:
            case Number(value=value):
                return Const(value, place=place)
            case Name(name=name):
                return args[name] if name in args else self.name(name, view, node)
            case End(owner=owner, name=name):
                return Field(owner, name, place=place)
            case Minus(operand=operand):
                return Negative(self.expr(operand, view, args), place=place)
            case Arithmetic(op="**", left=left, right=right):
                base = self.expr(left, view, args)
                if isinstance(right, Number) and right.value.is_integer() and 0 <= right.value <= MAX_INTEGER_POWER:
                    return Power(base, int(right.value), place=place)
                return Call("pow", (base, self.expr(right, view, args)), place=place)
            case Arithmetic(op=op, left=left, right=right):
                return Binary(op, self.expr(left, view, args), self.expr(right, view, args), place=place)
            case Comparison(op=op, left=left, right=right):
                return Compare(op, self.expr(left, view, args), self.expr(right, view, args), place=place)
            case Join(op=op, left=left, right=right):
                return Logic(op, self.expr(left, view, args), self.expr(right, view, args), place=place)
            case Negation(operand=operand):
                return Not(self.expr(operand, view, args), place=place)
            case Choose(condition=condition, yes=yes, no=no):
                return Select(*(self.expr(part, view, args) for part in (condition, yes, no)), place=place)
            case Apply():
                return self._apply(node, view, args)
        raise TypeError(f"unknown node {type(node).__name__}")

    def _apply(self, node: Apply, view: View, args: dict[str, Expr]) -> Expr:
        values = tuple(self.expr(arg, view, args) for arg in node.args)
        place = self.source.place(node.span)
        symbol = self.symbols.table.get(node.name)
        if symbol is not None and isinstance(symbol.statement, FunctionDefinition):
            # The body knows its own arguments only, so a caller's name can never be caught by it.
            return self.expr(symbol.statement.value, view, dict(zip(symbol.statement.args, values)))
        if node.name == "where":
            return Select(*values, place=place)
        return Call(node.name, values, place=place)

    def name(self, name: str, view: View, node: Node) -> Expr:
        """What a name stands for."""
        place = self.source.place(node.span)
        if name == "t":
            return replace(view.time, place=place)
        if name == "dt":
            return StepSize(place=place)
        if name == "pi":
            return Const(math.pi, place=place)
        symbol = self.symbols.table[name]
        match symbol.kind:
            case "state" if name in view.moving:
                return Local(name, place=place)
            case "state" | "event":
                return Field("self", name, place=place)
            case "parameter" | "input" if symbol.kind == "parameter" or not view.outside:
                return Param(name, place=place)
            case "input":
                return Binary("+", Param(name, place=place), Field("self", "input", place=place), place=place)
            case "intermediate" if view.lines:
                return Local(name, place=place)
        assert isinstance(symbol.statement, Definition)
        return self.expr(symbol.statement.value, view)

    def lines(self, node: Node, view: View) -> tuple[tuple[str, Expr], ...]:
        """The intermediates that an expression needs, each after those that it needs itself."""
        ordered: dict[str, Expr] = {}

        def visit(tree: Node, args: tuple[str, ...]) -> None:
            for item in _reads(tree):
                symbol = self.symbols.table.get(item.name)
                if symbol is None or (isinstance(item, Name) and item.name in args):
                    continue
                if isinstance(symbol.statement, FunctionDefinition):
                    visit(symbol.statement.value, symbol.statement.args)
                elif symbol.kind == "intermediate" and symbol.name not in ordered:
                    assert isinstance(symbol.statement, Definition)
                    visit(symbol.statement.value, ())
                    ordered[symbol.name] = self.expr(symbol.statement.value, view)

        visit(node, ())
        return tuple(ordered.items())


def _reads(node: Node) -> list[Name | Apply]:
    return [item for item in nodes(node) if isinstance(item, Name | Apply)]
