"""Types of a straight line: every node gets its dtype, and every conversion becomes an explicit `Cast`.

``bool`` < ``int`` < ``real`` < ``f64``: an operation takes the higher type of its operands. Literals and dt have no
type of their own; they take that of what they are combined with. A division is always ``real`` or ``f64``.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..ir.expr import (
    DTYPES,
    Binary,
    Call,
    Cast,
    Compare,
    Const,
    Element,
    Expr,
    Field,
    Local,
    Logic,
    Negative,
    Not,
    Param,
    Power,
    Select,
    StepIndex,
    StepSize,
    Time,
    walk,
)
from ..ir.kernel import Accumulate, DrawLet, Kernel, Let, Push, RingLet, Store
from ..ir.program import Step
from ..ir.python_step import PythonStep
from ..ir.statements import Assign, Fold, Integrate, Statement, blocks

FieldTypes = Mapping[tuple[str, str], str]
"""(owner, field) -> dtype."""


def infer(kernel: Kernel, fields: FieldTypes) -> Kernel:
    """Type a kernel. `fields` gives the dtype of every state that it reads or writes."""
    typer = Typer(fields)
    lets: list[Let | DrawLet | RingLet] = []
    for let in kernel.lets:
        if isinstance(let, Let):
            value = typer.of(let.value)
            if typer.is_weak(value):
                value = typer.cast(value, "real")
            typer.locals[let.name] = value.dtype or "real"
            lets.append(replace(let, value=value))
        else:
            typer.locals[let.name] = fields[let.owner, let.field] if isinstance(let, RingLet) else "real"
            if isinstance(let, RingLet) and let.back is not None:
                let = replace(let, back=typer.cast(typer.of(let.back), "int"))
            lets.append(let)
    effects: list[Store | Push | Accumulate] = []
    for effect in kernel.effects:
        if isinstance(effect, Accumulate):
            when = None if effect.when is None else typer.cast(typer.of(effect.when), "bool")
            value = typer.cast(typer.of(effect.value), fields["post", effect.field])
            effects.append(replace(effect, value=value, when=when))
        else:
            value = typer.cast(typer.of(effect.value), fields[effect.owner, effect.field])
            effects.append(replace(effect, value=value))
    guard = None if kernel.guard is None else typer.cast(typer.of(kernel.guard), "bool")
    return replace(kernel, lets=tuple(lets), effects=tuple(effects), guard=guard)


class Typer:
    """Types expressions over known locals and states."""

    def __init__(self, fields: FieldTypes):
        self.fields = fields
        self.locals: dict[str, str] = {}

    def is_weak(self, node: Expr) -> bool:
        """True for literals, dt and arithmetic on them, which have no type of their own."""
        return node.dtype is None

    def of(self, node: Expr) -> Expr:
        match node:
            case Const(value):
                return replace(node, dtype="bool") if isinstance(value, bool) else node
            case StepSize():
                return node
            case Local(name):
                return replace(node, dtype=self.locals[name])
            case Param():
                return replace(node, dtype="real")
            case Field(owner, name):
                return replace(node, dtype=self.fields[owner, name])
            case Time():
                return replace(node, dtype="f64")
            case StepIndex() | Element():
                return replace(node, dtype="int")
            case Negative(a):
                inner = self.of(a)
                inner = inner if inner.dtype != "bool" else self.cast(inner, "int")
                return replace(node, operand=inner, dtype=inner.dtype)
            case Binary(op, a, b):
                low = "real" if op == "/" else "int"
                left, right, dtype = self._join(self.of(a), self.of(b), low)
                return replace(node, left=left, right=right, dtype=dtype)
            case Compare(_, a, b):
                left, right, dtype = self._join(self.of(a), self.of(b), "bool")
                if dtype is None:
                    left, right = self.cast(left, "real"), self.cast(right, "real")
                return replace(node, left=left, right=right, dtype="bool")
            case Logic(_, a, b):
                left, right = self.cast(self.of(a), "bool"), self.cast(self.of(b), "bool")
                return replace(node, left=left, right=right, dtype="bool")
            case Not(a):
                return replace(node, operand=self.cast(self.of(a), "bool"), dtype="bool")
            case Select(condition, yes, no):
                first, second, dtype = self._join(self.of(yes), self.of(no), "bool")
                if dtype is None:
                    first, second, dtype = self.cast(first, "real"), self.cast(second, "real"), "real"
                return replace(node, condition=self.cast(self.of(condition), "bool"), yes=first, no=second, dtype=dtype)
            case Power(base, _):
                inner = self.of(base)
                inner = inner if inner.dtype != "bool" else self.cast(inner, "int")
                return replace(node, base=inner, dtype=inner.dtype)
            case Call(_, args):
                typed = [self.of(arg) for arg in args]
                dtype = _highest([arg.dtype for arg in typed], "real")
                if dtype is None:
                    dtype = "real"
                return replace(node, args=tuple(self.cast(arg, dtype) for arg in typed), dtype=dtype)
            case Cast(operand, to):
                return self.cast(self.of(operand), to)
        raise TypeError(f"no type rule for {type(node).__name__}")

    def _join(self, left: Expr, right: Expr, low: str) -> tuple[Expr, Expr, str | None]:
        dtype = _highest([left.dtype, right.dtype], low)
        if dtype is None:
            return left, right, None
        if dtype == "bool" and (left.dtype is None or right.dtype is None):
            dtype = "int"  # a literal beside a condition stays a number: ``spike > 0.5``, ``spike == 2``
        if dtype == "int" and (_has_fraction(left) or _has_fraction(right)):
            dtype = "real"
        return self.cast(left, dtype), self.cast(right, dtype), dtype

    def cast(self, node: Expr, to: str) -> Expr:
        """The node as `to`; a weak one takes the type directly, so that a literal is rounded once."""
        if node.dtype == to:
            return node
        if node.dtype is None:
            match node:
                case Const(value):
                    if to == "bool":
                        return Const(bool(value), place=node.place, dtype="bool")
                    if to == "int":
                        return Const(int(value), place=node.place, dtype="int")
                    return Const(float(value), place=node.place, dtype=to)
                case StepSize() if to in ("real", "f64"):
                    return replace(node, dtype=to)
                case Negative(a):
                    return replace(node, operand=self.cast(a, to), dtype=to)
                case Binary(_, a, b):
                    return replace(node, left=self.cast(a, to), right=self.cast(b, to), dtype=to)
                case Power(base, _):
                    return replace(node, base=self.cast(base, to), dtype=to)
            return self.cast(self.cast(node, "real"), to)
        if to == "bool":
            zero = Const({"int": 0}.get(node.dtype, 0.0), dtype=node.dtype)
            return Compare("!=", node, zero, place=node.place, dtype="bool")
        if isinstance(node, Const):
            return Const(float(node.value) if to != "int" else int(node.value), place=node.place, dtype=to)
        return Cast(node, to, place=node.place, dtype=to)


def _highest(dtypes: list[str | None], low: str) -> str | None:
    known = [dtype for dtype in dtypes if dtype is not None]
    if not known:
        return None
    return max([*known, low], key=DTYPES.index)


def _has_fraction(node: Expr) -> bool:
    """A literal such as 0.5, or dt: combined with an integer it makes a real number."""
    return node.dtype is None and any(isinstance(part, StepSize) or isinstance(part, Const)
                                      and isinstance(part.value, float) for part in walk(node))


def time_fields(steps: Iterable[Step]) -> frozenset[str]:
    """States that hold times: somewhere they are assigned ``t``, or ``t`` plus or minus something.

    They stay float64 in float32 programs, because a float32 time has no room for a step of 0.01 ms after three
    minutes.
    """
    found: set[str] = set()
    for step in steps:
        if isinstance(step, PythonStep):
            found.update(step.times)
        aliases: dict[str, Expr] = {}
        for statement in statements_of(step.body):
            if isinstance(statement, Assign):
                if isinstance(statement.target, Local):
                    aliases[statement.target.name] = statement.value
                elif _is_time(statement.value, aliases):
                    found.add(statement.target.name)
    return frozenset(found)


def _is_time(node: Expr, aliases: Mapping[str, Expr]) -> bool:
    match node:
        case Time():
            return True
        case Local(name) if name in aliases:
            return _is_time(aliases[name], {key: value for key, value in aliases.items() if key != name})
        case Binary("+" | "-", a, b):
            return _is_time(a, aliases) != _is_time(b, aliases)
        case Select(_, yes, no):
            return _is_time(yes, aliases) or _is_time(no, aliases)
    return False


def binary_fields(steps: Iterable[Step], defaults: Mapping[str, float]) -> frozenset[str]:
    """States of these steps that are 0 or 1 whatever happens: every assignment is a condition, 0 or 1."""
    candidates = {name for name, default in defaults.items() if default in (0, 1)}
    assigned: set[str] = set()
    for step in steps:
        if isinstance(step, PythonStep):
            candidates -= {name for owner, name in step.writes if owner == "self"}
        aliases: dict[str, list[Expr]] = {}
        for statement in statements_of(step.body):
            if isinstance(statement, Assign):
                if isinstance(statement.target, Local):
                    aliases.setdefault(statement.target.name, []).append(statement.value)
                else:
                    assigned.add(statement.target.name)
                    if not _is_binary(statement.value, aliases, frozenset()):
                        candidates.discard(statement.target.name)
            elif isinstance(statement, Integrate):
                for name in (*statement.results, *statement.extras):
                    aliases.setdefault(name, []).append(Time())
            elif isinstance(statement, Fold):
                candidates.discard(statement.field)
    return frozenset(candidates & assigned)


def _is_binary(node: Expr, aliases: Mapping[str, list[Expr]], seen: frozenset[str]) -> bool:
    match node:
        case Compare() | Logic() | Not():
            return True
        case Const(value):
            return value in (0, 1)
        case Select(_, yes, no):
            return _is_binary(yes, aliases, seen) and _is_binary(no, aliases, seen)
        case Local(name) if name in aliases and name not in seen:
            return all(_is_binary(value, aliases, seen | {name}) for value in aliases[name])
        case Cast(operand, _):
            return _is_binary(operand, aliases, seen)
    return False


def statements_of(body: Iterable[Statement]) -> Iterable[Statement]:
    """Every statement of a body, inner ones included, in order."""
    for statement in body:
        yield statement
        for block in blocks(statement):
            yield from statements_of(block)
