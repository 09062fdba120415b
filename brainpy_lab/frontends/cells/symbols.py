"""What every name of a cell is, and whether it may be read where it is read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .source import Problems, Span
from .statements import Definition, Derivative, FunctionDefinition, Init, Statement
from .syntax import Apply, Arithmetic, End, Minus, Name, Node, Number, nodes
from .words import (
    CALL_FORMS,
    DRAWS,
    FUNCTION_ARGS,
    FUNCTIONS_ELSEWHERE,
    NAMES_ELSEWHERE,
    UNITS,
    UNITS_ELSEWHERE,
    closest,
    did_you_mean,
    is_noise,
    is_reserved,
)

KIND_TEXT = {
    "state": "a state",
    "event": "a state that only events change",
    "parameter": "a parameter",
    "input": "the input",
    "intermediate": "computed from other names",
    "function": "a function",
    "time": "the time",
    "step": "the time step",
    "noise": "noise",
    "end": "what a neuron has",
}


@dataclass(frozen=True)
class Symbol:
    """``kind`` is a key of `KIND_TEXT`; ``value`` the number of a parameter or input."""

    name: str
    kind: str
    span: Span
    statement: Statement
    value: float = 0.0


def constant(node: Node) -> float | None:
    """The number that an expression without names is, or None. Division by zero and the like give nan or inf."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name) and node.name == "pi":
        return math.pi
    if isinstance(node, Minus):
        inner = constant(node.operand)
        return None if inner is None else -inner
    if isinstance(node, Arithmetic):
        left, right = constant(node.left), constant(node.right)
        return None if left is None or right is None else _guarded(_ARITHMETIC[node.op], left, right)
    if isinstance(node, Apply) and node.name in _CONSTANT_FUNCTIONS:
        args = [constant(arg) for arg in node.args]
        if any(arg is None for arg in args) or len(args) != FUNCTION_ARGS[node.name]:
            return None
        return _guarded(_CONSTANT_FUNCTIONS[node.name], *args)  # type: ignore[arg-type]
    return None


def _guarded(function: Callable[..., float], *args: float) -> float:
    try:
        value = function(*args)
    except (ArithmeticError, ValueError):
        return math.nan
    return value if isinstance(value, float | int) else math.nan


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}
_CONSTANT_FUNCTIONS: dict[str, Callable[..., float]] = {
    **{name: getattr(math, name) for name in "exp log log10 sqrt expm1 sin cos tan sinh cosh tanh".split()},
    "abs": abs,
    "floor": lambda x: float(math.floor(x)),
    "min": min,
    "max": max,
    "clip": lambda x, low, high: min(max(x, low), high),
    "sign": lambda x: float((x > 0) - (x < 0)),
    "exprel": lambda x: math.expm1(x) / x if x else 1.0,
}


class Symbols:
    """The names of one cell."""

    def __init__(self, statements: Iterable[Statement], lost: set[str], problems: Problems):
        self.problems = problems
        self.lost = lost
        self.table: dict[str, Symbol] = {}
        statements = list(statements)
        for statement in statements:
            self._define(statement)
        for statement in statements:
            if isinstance(statement, Init):
                self._define_init(statement)

    def _define(self, statement: Statement) -> None:
        match statement:
            case Derivative(name=name):
                symbol = Symbol(name, "state", statement.span, statement)
            case FunctionDefinition(name=name):
                symbol = Symbol(name, "function", statement.span, statement)
            case Definition(name=name, value=node):
                value = constant(node)
                if value is not None and not math.isfinite(value):
                    self.problems.add("value-not-finite", node.span, value=f"{value:g}")
                if statement.is_input:
                    if value is None:
                        rest = self.problems.source.text[slice(*node.span)]
                        advice = f"write 'input {name} = 0', and {name} + {rest} in the equation"
                        self.problems.add("input-form", node.span, advice)
                    symbol = Symbol(name, "input", statement.span, statement, value or 0.0)
                elif value is not None:
                    symbol = Symbol(name, "parameter", statement.span, statement, value)
                else:
                    symbol = Symbol(name, "intermediate", statement.span, statement)
                    if statement.slider is not None:
                        self.problems.add("slider-needs-number", statement.slider_span, name=name)
            case _:
                return
        earlier = self.table.get(symbol.name)
        if earlier is not None:
            line = self.problems.source.line(earlier.span)
            advice: str | None = None
            if earlier.kind == "state" and symbol.kind in ("parameter", "intermediate"):
                name = symbol.name
                advice = f"for its value at the start write: init {name} = ..., at a spike: reset {name} = ..."
            self.problems.add(
                "defined-twice", symbol.span, advice, name=symbol.name, kind=KIND_TEXT[earlier.kind], line=line
            )
        else:
            self.table[symbol.name] = symbol

    def _define_init(self, init: Init) -> None:
        known = self.table.get(init.name)
        if known is None:
            self.table[init.name] = Symbol(init.name, "event", init.span, init)
        elif known.kind not in ("state", "event"):
            self.problems.add("init-not-a-state", init.span, name=init.name, kind=KIND_TEXT[known.kind])
        else:
            return
        if init.name in self.lost:
            # Its equation could not be read: do not take it for a state without one.
            self.table.pop(init.name, None)

    def of_kind(self, *kinds: str) -> list[Symbol]:
        """Symbols of these kinds in the order of the text."""
        return [symbol for symbol in self.table.values() if symbol.kind in kinds]

    # Reading -------------------------------------------------------------------------------------------------------

    def kind_of(self, name: str) -> str:
        """The kind of a name that an expression reads, '' when there is none."""
        fixed = {"t": "time", "dt": "step", "pi": "parameter"}.get(name)
        if fixed:
            return fixed
        if is_noise(name):
            return "noise"
        symbol = self.table.get(name)
        return symbol.kind if symbol else ""

    def check_names(self, node: Node, args: tuple[str, ...] = (), draws: bool = False) -> None:
        """Every name that is read exists, and every call fits its function."""
        for item in nodes(node):
            if isinstance(item, Name) and item.name not in args:
                self._check_name(item)
            elif isinstance(item, Apply):
                self._check_call(item, args, draws)

    def _check_name(self, item: Name) -> None:
        name = item.name
        kind = self.kind_of(name)
        if kind == "function" or (not kind and name in FUNCTION_ARGS):
            self.problems.add("function-without-arguments", item.span, name=name, form=self._form(name))
        elif kind or name in self.lost:
            return
        elif name in UNITS:
            self.problems.add("unit-in-expression", item.span, unit=name)
        elif is_reserved(name):
            advice = "write 'input I = 0' and read I here" if name == "input" else None
            if self.problems.kind == "synapse" and name in ("input", "spike"):
                advice = f"write pre.{name} or post.{name}"
            self.problems.add("reserved-name", item.span, advice, name=name)
        elif name.startswith("d") and self.kind_of(name[1:]) == "state":
            self.problems.add("derivative-on-the-right", item.span, name=name[1:])
        else:
            known = {*self.table, *FUNCTION_ARGS, "pi"}
            otherwise = f"give it a value on a line of its own: {name} = ..."
            if self.problems.kind == "synapse":
                otherwise += f"; what a neuron has is read as pre.{name} or post.{name}"
            if name in UNITS_ELSEWHERE:
                otherwise = f"as a unit write {UNITS_ELSEWHERE[name][0]} after the number, as a quantity: {name} = ..."
            if name.startswith("I") and not self.of_kind("input") and self.problems.kind == "neuron":
                otherwise = f"for a current from outside write 'input {name} = 0', for a parameter '{name} = 0'"
            advice = NAMES_ELSEWHERE.get(name) or did_you_mean(name, known, otherwise)
            flat = next((s for s in (f"d{name}dt", f"d{name}_dt") if s in self.table), "")
            if flat:
                advice = f"write d{name}/dt = ... in place of {flat} = ..."
            self.problems.add("undefined-name", item.span, advice, name=name)

    def _check_call(self, item: Apply, args: tuple[str, ...], draws: bool) -> None:
        name, found = item.name, len(item.args)
        symbol = self.table.get(name)
        if name in args:
            self.problems.add("not-a-function", item.name_span, name=name, kind="an argument")
            return
        if symbol is not None and isinstance(symbol.statement, FunctionDefinition):
            expected = len(symbol.statement.args)
        elif name in FUNCTION_ARGS:
            expected = FUNCTION_ARGS[name]
        elif name in DRAWS and symbol is None:
            if not draws:
                self.problems.add("draw-outside-init", item.name_span, name=name)
                return
            expected = 2
        elif self.kind_of(name):
            kind = self.kind_of(name)
            advice = None
            if found == 1 and isinstance(item.args[0], Name) and item.args[0].name == "t":
                advice = f"write {name} alone: it always has its value at time t"
            elif kind == "intermediate":
                advice = f"write {name} alone; for a product write {name}*(...)"
            self.problems.add("not-a-function", item.name_span, advice, name=name, kind=KIND_TEXT[kind])
            return
        elif name in self.lost:
            return
        else:
            if name.startswith("I") and found == 1 and isinstance(item.args[0], Name) and item.args[0].name == "t":
                advice = f"for a current from outside write 'input {name} = 0', and {name} without (t)"
                self.problems.add("unknown-function", item.name_span, advice, name=name)
                return
            functions = {*FUNCTION_ARGS, *(s.name for s in self.of_kind("function"))}
            advice = FUNCTIONS_ELSEWHERE.get(name) or did_you_mean(
                name, functions, f"define it: {name}(x) = ..., or use one of: " + ", ".join(FUNCTION_ARGS)
            )
            self.problems.add("unknown-function", item.name_span, advice, name=name)
            return
        if found != expected:
            plural = "argument" if expected == 1 else "arguments"
            self.problems.add("argument-count", item.span, name=name, expected=f"{expected} {plural}", found=found,
                              form=self._form(name))  # fmt: skip

    def _form(self, name: str) -> str:
        symbol = self.table.get(name)
        if symbol is not None and isinstance(symbol.statement, FunctionDefinition):
            return f"{name}({', '.join(symbol.statement.args)})"
        return CALL_FORMS.get(name, f"{name}(x)")

    # Dependence ------------------------------------------------------------------------------------------------------

    def needs(self, symbol: Symbol) -> list[Symbol]:
        """The intermediates and functions that one of them reads directly, in order of reading."""
        statement = symbol.statement
        if not isinstance(statement, Definition | FunctionDefinition):
            return []
        args = statement.args if isinstance(statement, FunctionDefinition) else ()
        found = []
        for item in nodes(statement.value):
            name = item.name if isinstance(item, Name | Apply) else ""
            other = self.table.get(name)
            if other is not None and name not in args and other.kind in ("intermediate", "function"):
                found.append(other)
        return found

    def check_cycles(self) -> None:
        """No intermediate and no function needs itself."""
        done: set[str] = set()
        for symbol in self.of_kind("intermediate", "function"):
            self._visit(symbol, [], done)

    def _visit(self, symbol: Symbol, path: list[Symbol], done: set[str]) -> None:
        if symbol in path:
            circle = path[path.index(symbol) :]
            names = " -> ".join(s.name for s in [*circle, symbol])
            rule = "recursion" if all(s.kind == "function" for s in circle) else "cycle"
            first = min(circle, key=lambda s: s.span)
            self.problems.add(rule, first.span, name=first.name, path=names)
            return
        if symbol.name in done:
            return
        for other in self.needs(symbol):
            self._visit(other, [*path, symbol], done)
        done.add(symbol.name)

    def moving_part(self, name: str) -> tuple[str, str] | None:
        """What in a name changes during a run: (name, kind) of the first such thing it depends on, or None."""
        kind = self.kind_of(name)
        if kind in ("state", "event", "input", "time", "step", "noise"):
            return name, kind
        symbol = self.table.get(name)
        if symbol is None or kind != "intermediate" or not isinstance(symbol.statement, Definition):
            return None
        for item in nodes(symbol.statement.value):
            if isinstance(item, End) or isinstance(item, Name) and self.moving_part(item.name):
                return name, kind
        return None

    def nearest_state(self, name: str) -> str:
        """A state whose name differs from `name` only a little, or ''."""
        return closest(name, (s.name for s in self.of_kind("state", "event")))
