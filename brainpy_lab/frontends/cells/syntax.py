"""Expressions of a cell: the tree as written, and the parser that reads it (precedence climbing).

Nodes keep the span of text they were read from. Names get their meaning later, in ``lowering``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from .source import Mistake, Problems, Span
from .tokens import Token
from .words import FUNCTION_ARGS, STATEMENT_WORDS, UNITS, UNITS_ELSEWHERE, UNITS_NOWHERE, is_keyword


@dataclass(frozen=True)
class Node:
    span: Span


@dataclass(frozen=True)
class Number(Node):
    value: float


@dataclass(frozen=True)
class Name(Node):
    name: str


@dataclass(frozen=True)
class End(Node):
    """pre.name or post.name: a field of the neuron at one end of a synapse; ``owner`` is 'pre' or 'post'."""

    owner: str
    name: str


@dataclass(frozen=True)
class Apply(Node):
    """A function and its arguments; ``name_span`` is the place of the name alone."""

    name: str
    name_span: Span
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Minus(Node):
    operand: Node


@dataclass(frozen=True)
class Arithmetic(Node):
    """``op`` is one of + - * / **."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Comparison(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Join(Node):
    """``op`` is 'and' or 'or'."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True)
class Choose(Node):
    condition: Node
    yes: Node
    no: Node


CONDITIONS = (Comparison, Join, Negation)

# How tightly an operator binds; unary minus binds looser than a power and tighter than a product.
_BINDING = {
    "if": 1, "or": 2, "and": 3, "<": 5, "<=": 5, ">": 5, ">=": 5, "==": 5, "!=": 5,
    "+": 6, "-": 6, "*": 7, "/": 7, "**": 9, "^": 9,
}  # fmt: skip
_NOT, _MINUS = 4, 8
# Words that end an expression without being a mistake in it.
_STOPS = ("in", "else", "hold", "when")
_OTHER_OPERATORS = {
    "//": "for a whole number of times write floor(a/b); a comment begins with '#'",
    "%": "for a remainder write a - b*floor(a/b)",
    "&": "write 'and'",
    "&&": "write 'and'",
    "|": "write 'or'",
    "||": "write 'or'",
    "!": "write 'not'",
    "~": "write 'not'",
    "<>": "write '!='",
    "@": "take it away",
}


_KEYWORD_ADVICE = {
    "True": "write 1",
    "False": "write 0",
    "None": "write a number",
    "lambda": "write lambda_; for a function write f(v) = ...",
    "elif": "write: a if condition else b if condition else c",
}


def nodes(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for spec in fields(node):
        value = getattr(node, spec.name)
        if isinstance(value, Node):
            yield from nodes(value)
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Node):
                    yield from nodes(item)


class Reader:
    """Reads the tokens of one statement. Every failure records its problem and raises `Mistake`."""

    # Names whose fields may be read here.
    ends: tuple[str, ...] = ()

    def __init__(self, tokens: list[Token], problems: Problems):
        self.tokens = tokens
        self.problems = problems
        self.index = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def ahead(self, count: int = 1) -> Token:
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    @property
    def before(self) -> Token:
        return self.tokens[max(self.index - 1, 0)]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.index += 1
        return token

    def at(self, *texts: str) -> bool:
        return self.token.kind != "end" and self.token.kind != "number" and self.token.text in texts

    def has(self, *texts: str) -> bool:
        """Whether one of these stands in the rest of the statement."""
        return any(token.text in texts for token in self.tokens[self.index :])

    def fail(self, rule: str, span: Span, advice: str | None = None, **words: object) -> Mistake:
        return self.problems.fail(rule, span, advice, **words)

    def text(self, span: Span) -> str:
        return self.problems.source.text[span[0] : span[1]]

    # Expressions -----------------------------------------------------------------------------------------------

    def value(self) -> Node:
        """An expression that is a number."""
        return self.require_value(self.expression())

    def condition(self) -> Node:
        """An expression that is true or false."""
        return self.require_condition(self.expression())

    def expression(self, binding: int = 0) -> Node:
        left = self._prefix()
        while True:
            token = self.token
            if token.kind == "end":
                return left
            if token.text in _OTHER_OPERATORS:
                raise self.fail("unknown-operator", token.span, _OTHER_OPERATORS[token.text], op=token.text)
            if token.text in (".", "'", "["):
                raise self._odd_suffix(left, token)
            if self._misses_operator(token):
                raise self._missing_operator(token)
            power = _BINDING.get(token.text) if token.kind in ("op", "name") else None
            if power is None or power < binding:
                return left
            left = self._infix(left, self.take(), power)

    def _infix(self, left: Node, operator: Token, power: int) -> Node:
        op = operator.text
        if op == "if":
            condition = self.require_condition(self.expression(2))
            if not self.at("else"):
                raise self.fail("if-without-else", operator.span)
            self.take()
            no = self.expression(1)
            left, no = self.require_value(left), self.require_value(no)
            return Choose((left.span[0], no.span[1]), condition, left, no)
        if op in ("**", "^"):
            right = self.expression(_MINUS)  # a power is right associative and takes a minus: 2**-v
            return Arithmetic((left.span[0], right.span[1]), "**", self.require_value(left), self.require_value(right))
        right = self.expression(power + 1)
        span = (left.span[0], right.span[1])
        if op in ("and", "or"):
            return Join(span, op, self.require_condition(left), self.require_condition(right))
        if power == _BINDING["<"]:
            if self.token.kind == "op" and _BINDING.get(self.token.text) == power:
                second = self.take()
                last = self.text(self.expression(power + 1).span)
                form = f"{self.text(span)} and {self.text(right.span)} {second.text} {last}"
                raise self.fail("chained-comparison", second.span, form=form)
            return Comparison(span, op, self.require_value(left), self.require_value(right))
        return Arithmetic(span, op, self.require_value(left), self.require_value(right))

    def _prefix(self) -> Node:
        token = self.token
        if token.kind == "number":
            return self.number(self.take())
        if self.at("-"):
            self.take()
            operand = self.require_value(self.expression(_MINUS))
            return Minus((token.start, operand.span[1]), operand)
        if self.at("+"):
            self.take()
            return self.require_value(self.expression(_MINUS))
        if self.at("not"):
            self.take()
            operand = self.require_condition(self.expression(_NOT))
            return Negation((token.start, operand.span[1]), operand)
        if self.at("("):
            self.take()
            inside = self.expression()
            closing = self.token
            if not self.at(")"):
                raise self.unexpected(closing)
            self.take()
            # The brackets belong to the text of the node, for messages that quote it.
            return type(inside)(**{**_fields(inside), "span": (token.start, closing.end)})
        if token.kind == "name" and token.text not in ("in", "if", "else", "and", "or"):
            return self._name()
        if token.kind == "op" and token.text in ("[", "{"):
            raise self.fail("square-bracket", token.span, bracket=token.text)
        if token.kind == "op" and token.text in _OTHER_OPERATORS:
            advice = "for an absolute value write abs(...)" if token.text == "|" else _OTHER_OPERATORS[token.text]
            raise self.fail("unknown-operator", token.span, advice, op=token.text)
        raise self.expression_expected()

    @staticmethod
    def number(token: Token) -> Number:
        return Number(token.span, float(token.text.replace("_", "")))

    def _name(self) -> Node:
        token = self.take()
        if is_keyword(token.text):
            advice = _KEYWORD_ADVICE.get(token.text)
            raise self.fail("python-keyword", token.span, advice, name=token.text)
        if token.text in self.ends:
            return self.end(token)
        if not self.at("("):
            if token.text in FUNCTION_ARGS:
                self._refuse_bare_function(token)
            return Name(token.span, token.text)
        self.take()
        args: list[Node] = []
        while not self.at(")"):
            args.append(self.expression())
            if self.at(","):
                self.take()
                if self.at(")"):
                    raise self.expression_expected()
            elif not self.at(")"):
                raise self.unexpected(self.token)
        closing = self.take()
        return Apply((token.start, closing.end), token.text, token.span, tuple(args))

    def end(self, owner: Token) -> End:
        """The field after 'pre' or 'post', which has been taken."""
        if not self.at("."):
            raise self.fail("end-form", owner.span, owner=owner.text)
        dot = self.take()
        if self.token.kind != "name":
            raise self.fail("end-form", (owner.start, dot.end), owner=owner.text)
        field = self.take()
        if is_keyword(field.text):
            raise self.fail("python-keyword", field.span, name=field.text)
        return End((owner.start, field.end), owner.text, field.text)

    def _refuse_bare_function(self, function: Token) -> None:
        """sin^2(x) and exp x; other functions without arguments are refused when names get their meaning."""
        form, follows = "", self.token
        if self.at("**", "^") and self.ahead().kind == "number":
            form = f"{function.text}(x)**{self.ahead().text}"
        elif follows.kind == "name" and follows.text not in (*_BINDING, *_STOPS):
            form = f"{function.text}({follows.text})"
        if form:
            raise self.fail("function-without-arguments", function.span, name=function.text, form=form)

    # What can be wrong -------------------------------------------------------------------------------------------

    def expression_expected(self) -> Mistake:
        after = self.before.text if self.index else "the beginning of the line"
        if self.token.kind == "end":
            advice = "complete it; a line goes on in the next one only inside brackets or after '\\'"
            return self.fail("expression-expected", self.token.span, advice, after=after, found=self.token.shown)
        both = bool(self.index) and self.before.text in _BINDING and self.token.text in _BINDING
        return self.fail(
            "expression-expected",
            self.token.span,
            "keep one of the two" if both else None,
            after=after,
            found=self.token.shown,
        )

    def unexpected(self, token: Token) -> Mistake:
        """The mistake of something standing behind a complete expression."""
        if token.text == "=":
            return self.single_equals(token)
        if token.text == ",":
            return self.decimal_comma() or self.fail("comma", token.span)
        if token.text == "{" and self.before.text.endswith("_"):
            advice = f"write {self.before.text}{self.ahead().text}"
            return self.fail("unexpected", token.span, advice, found=token.text)
        if token.text == "in":
            return self.fail("slider-place", token.span)
        if token.text == ":":
            advice = "take away the ':' and what follows; a unit follows the number of a parameter: tau = 10 ms"
            return self.fail("unexpected", token.span, advice, found=token.text)
        if token.kind == "end":
            return self.fail("expression-expected", token.span, after=self.before.text, found=token.shown)
        return self.fail("unexpected", token.span, "take it away, or begin a new line before it", found=token.text)

    def single_equals(self, token: Token) -> Mistake:
        other = self.tokens[min(self.tokens.index(token) + 1, len(self.tokens) - 1)]
        if other.text in ("<", ">") and other.start == token.end:
            return self.fail("single-equals", (token.start, other.end), f"write '{other.text}='")
        return self.fail("single-equals", token.span)

    def decimal_comma(self) -> Mistake | None:
        """The mistake of 12,5 at the comma where the reader stands, or None when it looks like something else."""
        left, right = self.before, self.ahead()
        glued = left.end == self.token.start and self.token.end == right.start
        if not (self.at(",") and glued and left.kind == right.kind == "number" and left.text.isdigit()):
            return None
        text = f"{left.text},{right.text}"
        fixed = f"{left.text}.{right.text}"
        whole = f"{left.text}{right.text}"
        advice = f"write {fixed}, or {whole} if the comma marks the thousands" if len(right.text) == 3 else None
        return self.fail("decimal-comma", (left.start, right.end), advice, text=text, fixed=fixed)

    def _misses_operator(self, token: Token) -> bool:
        if token.kind == "number":
            return True
        if token.kind == "op":
            return token.text == "("
        return token.text not in _BINDING and token.text not in _STOPS

    def _missing_operator(self, token: Token) -> Mistake:
        previous = self.before
        if previous.kind == "number" and token.text in UNITS:
            ends = self.ahead().kind == "end" or self.ahead().text in ("in", "hold", ",")
            if ends and not self._is_gap(token) and self._is_alone():
                advice = f"put a space between: {previous.text} {token.text}"
                return self.fail("unit-in-expression", (previous.start, token.end), advice, unit=token.text)
            return self.fail("unit-in-expression", token.span, unit=token.text)
        if previous.kind == "number" and self.index >= 2 and token.text in UNITS_ELSEWHERE and self._is_gap(token):
            return self.fail("unit-in-expression", token.span, unit=token.text)
        if is_keyword(token.text):
            return self.fail("python-keyword", token.span, "compare with == or !=" if token.text == "is" else None,
                             name=token.text)  # fmt: skip
        if token.text in (*STATEMENT_WORDS, "on", "delay"):
            advice = f"begin a new line before '{token.text}', or put ';' between"
            return self.fail("unexpected", token.span, advice, found=token.text)
        bracketed = self.ahead().text
        if previous.kind == "number" and token.text == "(" and bracketed in UNITS | UNITS_NOWHERE:
            return self.fail("unexpected", token.span, f"write a unit without brackets: {previous.text} {bracketed}",
                             found="(")  # fmt: skip
        right = "(...)" if token.text == "(" else token.text
        left = "(...)" if previous.text == ")" else previous.text
        return self.fail("implicit-product", (previous.start, token.end), left=left, right=right)

    def _is_alone(self) -> bool:
        """Whether the number before is all that the statement gives."""
        sign = self.index - 2
        sign -= self.tokens[sign].text in ("-", "+")
        return sign >= 0 and (self.tokens[sign].text in ("=", "refractory"))

    def _is_gap(self, token: Token) -> bool:
        return token.start > self.before.end

    def _odd_suffix(self, left: Node, token: Token) -> Mistake:
        if token.text == "[":
            inside = self.ahead()
            advice = None
            if self.before.kind == "number" and inside.kind == "number":
                advice = "write 'in' before it"
            elif self.before.kind == "number" and inside.kind == "name":
                advice = "write a unit without brackets"
            return self.fail("square-bracket", token.span, advice, bracket="[")
        if token.text == "'" and isinstance(left, Name):
            return self.fail("derivative-on-the-right", (left.span[0], token.end), name=left.name)
        if token.text == "'":
            return self.fail("unknown-character", token.span, "take it away", char="'")
        owner = left.name if isinstance(left, Name) else ""
        follows = self.ahead().text
        text = f"{owner}.{follows}"
        if owner in ("np", "math", "numpy", "bp"):
            advice = f"write {follows}"
        elif owner == "ST":
            advice = (
                "read what comes from outside by the name of the input statement"
                if follows == "input"
                else (f"write {follows}")
            )
        elif owner in ("pre", "post"):
            advice = "'pre.' and 'post.' belong to a synapse"
        else:
            advice = f"write it without: {owner}_{follows}" if owner else "take it away"
        span = (left.span[0], self.ahead().end) if owner else token.span
        return self.fail("dot", span, advice, text=text)

    # Numbers and conditions ----------------------------------------------------------------------------------------

    def require_value(self, node: Node) -> Node:
        if isinstance(node, CONDITIONS):
            text = _without_brackets(self.text(node.span))
            raise self.fail("comparison-as-number", node.span, text=text)
        if isinstance(node, Apply) and node.name != "where":
            for arg in node.args:
                self.require_value(arg)
        elif isinstance(node, Apply) and node.args:
            self.require_condition(node.args[0])
            for arg in node.args[1:]:
                self.require_value(arg)
        return node

    def require_condition(self, node: Node) -> Node:
        if not isinstance(node, CONDITIONS):
            self.require_value(node)
            raise self.fail("number-as-condition", node.span, text=self.text(node.span))
        return node


def _fields(node: Node) -> dict[str, object]:
    return {spec.name: getattr(node, spec.name) for spec in fields(node)}


def _without_brackets(text: str) -> str:
    return text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text
