"""The state of one reading: statements so far, names in use, the function that is being read, and its errors."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np

from ..errors import CodeError, DiffEquationError, ModelDefError, ModelError
from ..ir.expr import Compare, Const, Element, Expr, Field, Local, Param, StepIndex, StepSize, Time
from ..ir.place import Place
from ..ir.statements import Assign, Statement
from .pysource_place import Source
from .pysource_scope import Record, Scope, Seen, did_you_mean, number
from .pysource_values import (
    Count,
    Fixed,
    GroupAttribute,
    IndexSet,
    Kind,
    Known,
    Lost,
    ShapeOf,
    Slot,
    StateRef,
    Tuple,
    Value,
    View,
    kind_of,
)

SYSTEM_NAMES = {"_t": Time, "_dt": StepSize, "_i": StepIndex}
ELEMENT_NAMES = {"_obj_i": "self", "_pre_i": "pre", "_post_i": "post"}


class WrongEverywhereError(CodeError):
    """Code that is a mistake in NumPy too, so that it is no use to leave it to Python."""


class Frame:
    """One function that is being read: a step, a right-hand side, or a helper called from them."""

    def __init__(self, source: Source, suffix: str = ""):
        self.source = source
        self.scope = Scope(source.func)
        self.suffix = suffix
        self.names = {*source.func.__code__.co_varnames, *source.func.__code__.co_cellvars}
        self.bindings: dict[str, Value] = {}
        self.slots: dict[str, str] = {}  # name -> the local that it normally lives in


@dataclass
class Sites:
    """Counts the draws of an object's steps."""

    count: int = 0

    def take(self) -> int:
        self.count += 1
        return self.count - 1


@dataclass
class Setting:
    """What stays the same while the functions of one object are read.

    ``role`` is 'step' or 'equation'. ``replaced`` holds expressions that stand for parameters.
    """

    kind: str = "neuron"
    mode: str = "scalar"
    states: tuple[str, ...] | None = None
    role: str = "step"
    model: str = ""
    record: Record = field(default_factory=Record)
    sites: Sites = field(default_factory=Sites)
    replaced: dict[str, ast.expr] = field(default_factory=dict)


class Reader:
    """Reads one function; `Expressions` and `Statements` add what it understands."""

    def __init__(self, setting: Setting, source: Source, delayed: bool = False):
        self.setting = setting
        self.record = setting.record
        self.delayed = delayed
        self.out: list[Statement] = []
        self.used: set[str] = set()
        self.kinds: dict[str, Kind] = {}
        self.masks: list[Expr] = []  # the mask of the masked assignment whose value is being read
        self.guard: Expr | None = None  # inside `if len(indices):`, the mask that they came from
        self.delayed_reads: dict[str, Place] = {}
        self.post_reads: dict[str, Place] = {}
        self.folds: dict[str, Place] = {}
        self.assigned: dict[str, Place] = {}
        self.time_fields: set[str] = set()
        self.snapshots: set[str] = set()  # locals that hold a mask as it was and never change
        self.frames = [Frame(source)]
        self.used |= self.frame.names

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    @property
    def vector(self) -> bool:
        return self.setting.mode == "vector"

    @property
    def in_equation(self) -> bool:
        return self.setting.role == "equation"

    def place(self, node: ast.AST) -> Place:
        return self.frame.source.place(node)

    def fail(self, node: ast.AST, message: str, error: type[ModelError] | None = None) -> NoReturn:
        """Raise, naming the function and the place."""
        if error is None:
            error = DiffEquationError if self.in_equation else CodeError
        word = "equation" if self.in_equation else "step"
        who = f"{word} {self.frames[0].source.name!r}"
        if len(self.frames) > 1:
            who += f", in {self.frame.source.name!r}"
        raise error(f"{who}: {message}", self.place(node))

    # ---- kinds ----

    def kind(self, expr: Expr) -> Kind:
        return kind_of(expr, self.kinds, self.spread)

    @property
    def spread(self) -> set[str]:
        return {name for name, seen in self.record.params.items() if hasattr(seen.value, "shape")}

    def truth(self, expr: Expr) -> Expr:
        """`expr` as a condition: numbers are true when they are not 0."""
        if self.kind(expr).type == "bool":
            return expr
        if isinstance(expr, Const):
            return Const(bool(expr.value), place=expr.place)
        return Compare("!=", expr, Const(0.0, place=expr.place), place=expr.place)

    # ---- locals ----

    def unique(self, wanted: str) -> str:
        """`wanted`, or with a number behind it when a local has that name."""
        name, n = wanted, 2
        while name in self.used:
            name, n = f"{wanted}_{n}", n + 1
        self.used.add(name)
        return name

    def fresh(self, wanted: str, value: Expr) -> Local:
        """A new local that holds `value`."""
        local = Local(self.unique(wanted), place=value.place)
        self.emit(local, value)
        return local

    def emit(self, target: Local, value: Expr) -> None:
        self.kinds[target.name] = self.kind(value)
        self.out.append(Assign(target, value, place=value.place))

    def slot_for(self, name: str) -> str:
        """The local into which assigning `name` writes: its own, or another one while its own is shared."""
        frame = self.frame
        if name not in frame.slots:
            frame.slots[name] = name if len(self.frames) == 1 else self.unique(f"{name}_{frame.suffix}")
        own = frame.slots[name]
        if self.in_equation and own in self.kinds:
            return self.unique(own)  # the lines of an equation are assigned once each
        shared = any(
            binding == Slot(own)
            for each in self.frames
            for other, binding in each.bindings.items()
            if not (each is frame and other == name)
        )
        return self.unique(own) if shared else own

    # ---- names ----

    def name(self, node: ast.Name) -> Value:
        """What a name stands for."""
        name = node.id
        bound = self.frame.bindings.get(name)
        if isinstance(bound, Lost):
            self.fail(node, f"{name!r} {bound.reason}")
        if bound is not None:
            return bound
        if name in self.frame.names:
            self.fail(node, f"{name!r} is used before it is assigned", ModelDefError)
        if name in ELEMENT_NAMES and not self.in_equation:
            return self._element(node)
        try:
            value = self.frame.scope.find(name)
        except KeyError:
            if name in SYSTEM_NAMES and not self.in_equation:
                return SYSTEM_NAMES[name](place=self.place(node))
            known = [*self.frame.bindings, *self.frame.scope.numbers()]
            self.fail(
                node,
                f"{name!r} is not defined in the step, around it or as a global{did_you_mean(name, known)}",
                ModelDefError,
            )
        self.record.lookups.append((self.frame.scope, name, value))
        try:
            figure = number(value)
        except ValueError as found:
            is_array = isinstance(value, np.ndarray)  # a step in Python can take it whole
            self.fail(node, f"{name!r} is {found}", None if is_array and not self.in_equation else ModelDefError)
        if figure is None:
            if isinstance(value, (bool, np.bool_)) or isinstance(value, np.ndarray) and value.dtype == bool:
                value = bool(value)
            return Known(value, name)
        place = self.place(node)
        self.record.add_param(name, Seen(figure, self.frame.source.name, place))
        return Fixed(Param(name, place=place))

    def _element(self, node: ast.Name) -> Value:
        which = ELEMENT_NAMES[node.id]
        if self.vector:
            self.fail(node, f"{node.id!r} exists in scalar mode only; this model has mode='vector'")
        if which != "self" and self.setting.kind != "synapse":
            self.fail(node, f"{node.id!r} exists in synapses only")
        return Element(which, place=self.place(node))

    def as_expr(self, value: Value, node: ast.AST) -> Expr:
        """The run-time tree of a value; an error for what exists only while reading."""
        place = self.place(node)
        match value:
            case Expr():
                return value
            case Slot(name=name):
                return Local(name, place=place)
            case Fixed(expr=expr):
                return expr
            case View(owner=owner, field=name):
                return Field(owner, name, place=place)
            case Known(value=bool() as flag):
                return Const(flag, place=place)
            case Known(value=GroupAttribute(name=name)):
                self.fail(
                    node,
                    f"argument {name!r} is an attribute of the group; a compiled step treats one element at a time, so "
                    f"it can take ST, pre, post, _t, _dt, _i and, in scalar mode, _obj_i, _pre_i, _post_i",
                )
            case Known(value=found):
                self.fail(node, f"{self._text(node)} is a {type(found).__name__}, and a number is expected here")
            case StateRef():
                self.fail(node, f"{self._text(node)} holds all states; take one of them, as in {self._text(node)}['V']")
            case Tuple():
                self.fail(node, f"{self._text(node)} is several values, and one number is expected here")
            case IndexSet():
                self.fail(
                    node, f"{self._text(node)} is a list of indices; it can only choose elements, as in V[idx] = e"
                )
            case Count() | ShapeOf():
                self.fail(
                    node,
                    f"{self._text(node)} counts elements, and a compiled step treats one element at a time; "
                    f"it can only be asked for, as in `if len(idx):`",
                )
            case Lost(reason=reason):
                self.fail(node, f"{self._text(node)} {reason}")

    def _text(self, node: ast.AST) -> str:
        text = self.frame.source.text_of(node)
        return text if len(text) <= 60 else text[:57] + "..."
