"""Expressions: small frozen trees that are never reordered.

What the user wrote is what runs: no pass may change the order or the association of arithmetic, because that
would change rounding. Two trees are equal when they compute the same thing; the place they come from is not
compared.

Types are ``real`` (the program's float type), ``f64`` (time, and fields that hold times), ``int`` and ``bool``.
A front end leaves ``dtype`` out; ``passes.typing`` gives every node its type and makes every conversion a `Cast`.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace

from .place import Place

DTYPES = ("bool", "int", "real", "f64")


@dataclass(frozen=True)
class Expr:
    """A node; ``place`` and ``dtype`` are known to every kind."""

    place: Place | None = field(default=None, compare=False, kw_only=True, repr=False)
    dtype: str | None = field(default=None, compare=False, kw_only=True, repr=False)


@dataclass(frozen=True, eq=False)
class Const(Expr):
    """A literal number. 1, 1.0 and True are three different literals, and so are 0.0 and -0.0."""

    value: float | int | bool

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(repr(self.value))


@dataclass(frozen=True)
class Local(Expr):
    """A name assigned earlier in the same step."""

    name: str


@dataclass(frozen=True)
class Param(Expr):
    """A parameter of the object: a number in memory, or one number per element."""

    name: str


@dataclass(frozen=True)
class Field(Expr):
    """A state: of the element itself, or of the neuron before or after an edge.

    ``owner`` is ``'self'``, ``'pre'`` or ``'post'``; after ``passes.rows`` also ``'row'``, a value that all edges of a
    source neuron share. ``'one'`` is the population of the program that has a single element (`Program.one`): every
    element of every object may read its states.
    """

    owner: str
    name: str


@dataclass(frozen=True)
class Time(Expr):
    """Time at the start of the step, ms, always float64."""


@dataclass(frozen=True)
class StepSize(Expr):
    """dt, ms."""


@dataclass(frozen=True)
class StepIndex(Expr):
    """Index of the step in the present run, from 0."""


@dataclass(frozen=True)
class Element(Expr):
    """Index of the element itself, or of the neuron before or after it (``which`` as in `Field.owner`)."""

    which: str


@dataclass(frozen=True)
class Negative(Expr):
    operand: Expr


@dataclass(frozen=True)
class Binary(Expr):
    """``op`` is one of + - * /."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Power(Expr):
    """An integer power 0..64: repeated multiplication in the order of ``kernels.power_chain``."""

    base: Expr
    exponent: int


@dataclass(frozen=True)
class Compare(Expr):
    """``op`` is one of < <= > >= == !=."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Logic(Expr):
    """``op`` is ``and`` or ``or``; both sides are evaluated."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Not(Expr):
    operand: Expr


@dataclass(frozen=True)
class Select(Expr):
    """``yes`` where ``condition`` holds, else ``no``; both are evaluated."""

    condition: Expr
    yes: Expr
    no: Expr


@dataclass(frozen=True)
class Call(Expr):
    """A function of the table in ``ir.functions``."""

    function: str
    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Cast(Expr):
    """An explicit conversion to the type ``to``."""

    operand: Expr
    to: str


def children(node: Expr) -> Iterator[Expr]:
    """The direct operands of a node, in order of evaluation."""
    for spec in fields(node):
        value = getattr(node, spec.name)
        if isinstance(value, Expr):
            yield value
        elif isinstance(value, tuple):
            yield from value


def walk(node: Expr) -> Iterator[Expr]:
    """The node and everything below it, each parent before its operands."""
    yield node
    for child in children(node):
        yield from walk(child)


def map_children(node: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same node over changed operands; the very same object when none changed."""
    changes: dict[str, object] = {}
    for spec in fields(node):
        value = getattr(node, spec.name)
        if isinstance(value, Expr):
            new = change(value)
            if new is not value:
                changes[spec.name] = new
        elif isinstance(value, tuple):
            items = tuple(change(item) for item in value)
            if any(a is not b for a, b in zip(items, value)):
                changes[spec.name] = items
    return replace(node, **changes) if changes else node  # type: ignore[arg-type]


def substitute(node: Expr, table: dict[Expr, Expr]) -> Expr:
    """Replace every sub-tree that equals a key of `table`."""
    found = table.get(node)
    if found is not None:
        return found
    return map_children(node, lambda child: substitute(child, table))


def constant(value: float | int | bool, place: Place | None = None) -> Const:
    """A literal, with its place."""
    return Const(value, place=place)
