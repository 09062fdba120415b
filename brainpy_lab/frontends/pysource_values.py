"""What an expression of a step can be while it is read: a run-time tree, or something for reading only."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ..ir.expr import (
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
    Time,
    walk,
)


@dataclass(frozen=True)
class Kind:
    """``type`` is 'bool', 'int', 'real' or 'time'; ``each`` says that in vector mode there is one value per element."""

    type: str = "real"
    each: bool = False

    def join(self, other: Kind) -> Kind:
        """The kind of a value that may be either."""
        order = ("bool", "int", "real", "time")
        wider = order[max(order.index(self.type), order.index(other.type))]
        return Kind(wider, self.each or other.each)


@dataclass(frozen=True)
class Known:
    """A Python object that exists while reading only: a switch, text, a function, a module."""

    value: object
    name: str = ""


@dataclass(frozen=True)
class GroupAttribute:
    """What a step argument such as ``pre2syn`` or ``data1`` stands for: an attribute of the group, taken whole."""

    name: str


@dataclass(frozen=True)
class StateRef:
    """``ST``, ``pre`` or ``post``; ``owner`` as in `ir.expr.Field`."""

    owner: str


@dataclass(frozen=True)
class View:
    """Vector mode: ``ST['x']`` without a copy, so that changing it in place changes the state."""

    owner: str
    field: str


@dataclass(frozen=True)
class Slot:
    """A local in memory. In vector mode two names may share one, as two names share an array."""

    name: str


@dataclass(frozen=True)
class Fixed:
    """A name that stands for an expression which cannot change: a parameter, a literal, a delayed state."""

    expr: Expr
    read_only: str = ""


@dataclass(frozen=True)
class Tuple:
    items: tuple[Value, ...]


@dataclass(frozen=True)
class IndexSet:
    """``np.where(mask)[0]``; ``whole`` is the tuple before ``[0]``."""

    mask: Expr
    whole: bool = False


@dataclass(frozen=True)
class Count:
    """``len(indices)`` or ``np.any(mask)``: only good for asking whether there are any."""

    mask: Expr


@dataclass(frozen=True)
class ShapeOf:
    """The shape or length of an array with one value per element."""


@dataclass(frozen=True)
class Lost:
    """A name whose meaning depends on which branch ran."""

    reason: str


Value = Expr | Known | StateRef | View | Slot | Fixed | Tuple | IndexSet | Count | ShapeOf | Lost


def kind_of(expr: Expr, kinds: dict[str, Kind], spread: set[str] | frozenset[str] = frozenset()) -> Kind:
    """The kind of a tree: `kinds` of its locals, `spread` the parameters with one value per element."""
    match expr:
        case Const(value=value):
            return Kind("bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "real")
        case Local(name=name):
            return kinds.get(name, Kind())
        case Time():
            return Kind("time")
        case Field():
            return Kind("real", True)
        case Param(name=name):
            return Kind("real", name in spread)
        case Element():
            return Kind("int", True)
        case Compare() | Logic() | Not():
            return Kind("bool", _each(expr, kinds, spread))
        case Select(yes=yes, no=no):
            joined = kind_of(yes, kinds, spread).join(kind_of(no, kinds, spread))
            return Kind(joined.type, _each(expr, kinds, spread))
        case Cast(to=to):
            return Kind("bool" if to == "bool" else "int" if to == "int" else "real", _each(expr, kinds, spread))
        case Negative(operand=operand) | Power(base=operand):
            return Kind(_number(kind_of(operand, kinds, spread).type), _each(expr, kinds, spread))
        case Binary(op=op, left=left, right=right) if op != "/":
            joined = kind_of(left, kinds, spread).join(kind_of(right, kinds, spread))
            number = _number(joined.type)
            return Kind("real" if op == "*" and number == "time" else number, joined.each)
        case Call(function="abs" | "min" | "max" | "sign" | "clip", args=args):
            joined = Kind("bool")
            for arg in args:
                joined = joined.join(kind_of(arg, kinds, spread))
            return Kind(_number(joined.type), joined.each)
        case _:
            return Kind("real", _each(expr, kinds, spread))


def _number(name: str) -> str:
    return "int" if name == "bool" else name


def _each(expr: Expr, kinds: dict[str, Kind], spread: set[str] | frozenset[str]) -> bool:
    for node in walk(expr):
        if isinstance(node, (Field, Element)):
            return True
        if isinstance(node, Param) and node.name in spread:
            return True
        if isinstance(node, Local) and kinds.get(node.name, Kind()).each:
            return True
    return False


def is_trivial(expr: Expr) -> bool:
    """Whether repeating the tree costs nothing and it cannot change within a statement (time may: it has stages)."""
    return isinstance(expr, (Local, Param, Const, Field, Element))


def whole_slice(node: ast.expr) -> bool:
    """``[:]`` or ``[...]``."""
    if isinstance(node, ast.Slice):
        return node.lower is None and node.upper is None and node.step is None
    return isinstance(node, ast.Constant) and node.value is Ellipsis
