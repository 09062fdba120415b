"""Python expressions of a step as trees of the IR, node by node and in the order they were written."""

from __future__ import annotations

import ast
from types import ModuleType

import numpy as np

from ..errors import ModelDefError
from ..ir.expr import (
    Binary,
    Call,
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
    StepSize,
)
from .pysource_functions import FUNCTIONS, METHODS, function_choices
from .pysource_place import plain_function
from .pysource_reader import Reader, WrongEverywhereError
from .pysource_scope import Seen, did_you_mean
from .pysource_values import (
    Count,
    Fixed,
    GroupAttribute,
    IndexSet,
    Kind,
    Known,
    ShapeOf,
    Slot,
    StateRef,
    Tuple,
    Value,
    View,
    whole_slice,
)
from .pystep_table import OLD_NUMPY

_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_BITS = {ast.BitAnd: "and", ast.BitOr: "or"}
_HIGHEST_POWER = 64


class Expressions(Reader):
    """Adds `value` (anything), `expr` (a number or truth) and `condition` (a truth)."""

    def expr(self, node: ast.expr) -> Expr:
        return self.as_expr(self.value(node), node)

    def value(self, node: ast.expr) -> Value:
        method = getattr(self, "_" + type(node).__name__.lower(), None)
        if method is None:
            self.fail(node, f"{self._text(node)} ({_word(node)}) cannot be part of a compiled step")
        return method(node)

    # ---- literals and names ----

    def _constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, (bool, str)) or node.value is None:
            return Known(node.value)
        if isinstance(node.value, (int, float)):
            return Const(node.value, place=self.place(node))
        self.fail(node, f"{self._text(node)} is not a real number")

    def _name(self, node: ast.Name) -> Value:
        return self.name(node)

    def _tuple(self, node: ast.Tuple) -> Value:
        return Tuple(tuple(self.value(item) for item in node.elts))

    def _list(self, node: ast.List) -> Value:
        self.fail(node, "a list cannot be part of a compiled step; write one name per value")

    # ---- operators ----

    def _unaryop(self, node: ast.UnaryOp) -> Value:
        place = self.place(node)
        if isinstance(node.op, ast.Not):
            inner = self.condition(node.operand)
            if isinstance(inner, bool):
                return Known(not inner)
            self.refuse_each(node, inner, "`not` of an array", "write np.logical_not(...)")
            return Not(inner, place=place)
        operand = self.expr(node.operand)
        if isinstance(node.op, ast.UAdd):
            return operand
        if isinstance(node.op, ast.Invert):
            if self.kind(operand).type != "bool":
                self.fail(node, f"~ needs a truth value, and {self._text(node.operand)} is a number")
            return Not(operand, place=place)
        if isinstance(operand, Const) and isinstance(node.operand, ast.Constant):
            return Const(-operand.value, place=place)
        return Negative(operand, place=place)

    def _binop(self, node: ast.BinOp) -> Value:
        if isinstance(node.op, ast.Pow):
            return self.power(node, self.expr(node.left), node.right)
        return self.binary(node, type(node.op), self.expr(node.left), self.expr(node.right))

    def binary(self, node: ast.AST, op: type[ast.operator], left: Expr, right: Expr) -> Expr:
        """``left op right`` for every operator but ``**``."""
        place = self.place(node)
        if op in (ast.Add, ast.Sub) and self.kind(left).type == self.kind(right).type == "bool":
            self.fail(
                node,
                "+ and - of two truth values mean different things in Python and NumPy; write np.logical_or, or make "
                "them numbers with * 1.0",
            )
        if op in _ARITHMETIC:
            return Binary(_ARITHMETIC[op], left, right, place=place)
        if op is ast.FloorDiv or op is ast.Mod:
            whole = Call("floor", (Binary("/", left, right, place=place),), place=place)
            if op is ast.FloorDiv:
                return whole
            return Binary("-", left, Binary("*", whole, right, place=place), place=place)
        if op in _BITS or op is ast.BitXor:
            for side in (left, right):
                if self.kind(side).type != "bool":
                    self.fail(node, "&, | and ^ need truth values on both sides; put comparisons in parentheses")
            if op is ast.BitXor:
                return Compare("!=", left, right, place=place)
            return Logic(_BITS[op], left, right, place=place)
        self.fail(node, f"the operator of {self._text(node)} cannot be part of a compiled step")

    def power(self, node: ast.AST, base: Expr, exponent_node: ast.expr) -> Expr:
        """``base ** exponent``: an integer literal or integer name is fixed in the code."""
        place = self.place(node)
        whole = self._whole_number(exponent_node)
        if whole is None:
            return Call("pow", (base, self.expr(exponent_node)), place=place)
        if 0 <= whole <= _HIGHEST_POWER:
            return Power(base, whole, place=place)
        return Call("pow", (base, Const(float(whole), place=self.place(exponent_node))), place=place)

    def _whole_number(self, node: ast.expr) -> int | None:
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, int) and not isinstance(node.value, bool) else None
        if not isinstance(node, ast.Name) or node.id in self.frame.names:
            return None
        try:
            value = self.frame.scope.find(node.id)
        except KeyError:
            return None
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
            self.record.lookups.append((self.frame.scope, node.id, value))
            self.record.add_folded(node.id, Seen(int(value), self.frame.source.name, self.place(node)))
            return int(value)
        return None

    # ---- truth ----

    def condition(self, node: ast.expr) -> Expr | bool:
        """A truth: a Python bool when it is known while reading, else a tree of type bool."""
        if isinstance(node, ast.BoolOp):
            return self._bool_op(node, needs_truths=False)
        return self.condition_of(self.value(node), node)

    def condition_of(self, value: Value, node: ast.expr) -> Expr | bool:
        """The truth of a value that was already read."""
        if isinstance(value, Known) and not isinstance(value.value, GroupAttribute):
            if isinstance(value.value, (bool, str, tuple, list, dict)) or value.value is None or callable(value.value):
                return bool(value.value)
        return self.truth(self.as_expr(value, node))

    def _bool_op(self, node: ast.BoolOp, needs_truths: bool) -> Expr | bool:
        is_and = isinstance(node.op, ast.And)
        found: Expr | None = None
        for item in node.values:
            if isinstance(item, ast.BoolOp):
                part = self._bool_op(item, needs_truths)
            else:
                value = self.value(item)
                if needs_truths and not isinstance(value, Known):
                    if self.kind(self.as_expr(value, item)).type != "bool":
                        self.fail(item, f"`and`/`or` with the number {self._text(item)} is that number; compare it")
                part = self.condition_of(value, item)
            if isinstance(part, bool):
                if part == is_and:
                    continue  # `True and x` is x
                if found is None:
                    return part
                part = Const(part, place=self.place(item))
            else:
                word = "and" if is_and else "or"
                self.refuse_each(item, part, f"`{word}` of arrays", f"write np.logical_{word}(...)")
            found = part if found is None else Logic("and" if is_and else "or", found, part, place=self.place(node))
        return is_and if found is None else found

    def _boolop(self, node: ast.BoolOp) -> Value:
        result = self._bool_op(node, needs_truths=True)
        return Known(result) if isinstance(result, bool) else result

    def _compare(self, node: ast.Compare) -> Value:
        values = [self.value(item) for item in (node.left, *node.comparators)]
        nodes = [node.left, *node.comparators]
        found: Expr | None = None
        for op, left, right, at, to in zip(node.ops, values, values[1:], nodes, nodes[1:]):
            part = self._comparison(node, op, left, right, at, to)
            if isinstance(part, (Known, Count)):
                if len(node.ops) > 1:
                    self.fail(node, "write this chain as single comparisons joined by `and`")
                return part
            if len(node.ops) > 1:
                self.refuse_each(node, part, "a chained comparison of arrays", "write np.logical_and(a < b, b < c)")
            found = part if found is None else Logic("and", found, part, place=self.place(node))
        assert found is not None
        return found

    def _comparison(self, node, op: ast.cmpop, left: Value, right: Value, at: ast.expr, to: ast.expr) -> Value:
        numbers = any(isinstance(side, (Expr, Slot, View, Fixed)) for side in (left, right))
        if isinstance(left, Known) and isinstance(right, Known):
            return self._known_comparison(node, op, left.value, right.value)
        if isinstance(op, (ast.Is, ast.IsNot)) and numbers:
            if any(isinstance(side, Known) and side.value is None for side in (left, right)):
                return Known(isinstance(op, ast.IsNot))  # a number is never None
        if isinstance(left, Count) and isinstance(right, Const):
            if (type(op), right.value) in {(ast.Gt, 0), (ast.NotEq, 0), (ast.GtE, 1)}:
                return left
        if type(op) not in _COMPARE:
            self.fail(node, f"`{_word(op)}` cannot be part of a compiled step; use <, <=, >, >=, == or !=")
        return Compare(_COMPARE[type(op)], self.as_expr(left, at), self.as_expr(right, to), place=self.place(node))

    def _known_comparison(self, node: ast.AST, op: ast.cmpop, left: object, right: object) -> Value:
        table = {
            ast.Is: lambda: left is right,
            ast.IsNot: lambda: left is not right,
            ast.Eq: lambda: left == right,
            ast.NotEq: lambda: left != right,
            ast.In: lambda: left in right,  # type: ignore[operator]
            ast.NotIn: lambda: left not in right,  # type: ignore[operator]
        }
        if type(op) not in table:
            self.fail(node, f"{self._text(node)} compares things that are no numbers")
        return Known(bool(table[type(op)]()))

    def _ifexp(self, node: ast.IfExp) -> Value:
        test = self.condition(node.test)
        if isinstance(test, bool):
            return self.value(node.body if test else node.orelse)
        self.refuse_each(node.test, test, "a condition on arrays", "write np.where(condition, a, b)")
        return Select(test, self.expr(node.body), self.expr(node.orelse), place=self.place(node))

    def refuse_each(self, node: ast.AST, expr: Expr, what: str, instead: str) -> None:
        """In vector mode NumPy refuses the truth of a whole array; so do we, with what to write instead."""
        if self.vector and self.kind(expr).each:
            error = None if self.in_equation else WrongEverywhereError
            self.fail(node, f"{what} has no single truth value in vector mode; {instead}", error)

    # ---- states and elements of arrays ----

    def _subscript(self, node: ast.Subscript) -> Value:
        if isinstance(node.slice, ast.Name) and node.slice.id in ("pre_ids", "post_ids"):
            self._gathered = node.value  # pre['x'][pre_ids] is the value of each synapse's own neuron
        base = self.value(node.value)
        if isinstance(base, StateRef):
            return self.state(node, base.owner)
        if isinstance(base, Tuple) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
            if -len(base.items) <= node.slice.value < len(base.items):
                return base.items[node.slice.value]
        if isinstance(base, IndexSet) and base.whole:
            if isinstance(node.slice, ast.Constant) and node.slice.value == 0:
                return IndexSet(base.mask)
            self.fail(node, "states are flat: of np.where(mask) only [0] exists")
        if isinstance(base, ShapeOf):
            return base
        if isinstance(base, Known):
            return self._known_item(node, base)
        if whole_slice(node.slice) and self.vector:
            return base
        return self._element_of(node, base)

    def _known_item(self, node: ast.Subscript, base: Known) -> Value:
        key = self.value(node.slice)
        if isinstance(key, Known) and isinstance(base.value, dict) and key.value in base.value:
            found = base.value[key.value]
            if isinstance(found, (str, bool)) or callable(found):
                return Known(found)
        self.fail(
            node, f"{self._text(node)} cannot be read in a compiled step; put the number in a name of its own first"
        )

    def _element_of(self, node: ast.Subscript, base: Value) -> Value:
        key = self.value(node.slice) if not isinstance(node.slice, ast.Slice) else None
        expr = self.as_expr(base, node.value)
        if isinstance(key, Expr) and key == self._own_index() and isinstance(expr, Param):
            return expr  # scalar mode: tau[_obj_i] is the element's own value
        if self.vector and isinstance(expr, Field) and expr.owner != "self":
            if isinstance(key, Known) and key.name == f"{expr.owner}_ids":
                return Field(expr.owner, expr.name, place=self.place(node))
        mask = self.mask_of(key, node)
        if mask is not None and mask in self.masks:
            return self.chosen(node, expr)
        what = "inside the value assigned to the same elements" if self.vector else "in vector mode"
        self.fail(
            node,
            f"{self._text(node)} takes some elements of an array, and a compiled step treats one element at a time; "
            f"this works only {what}",
        )

    def chosen(self, node: ast.expr, array: Expr) -> Expr:
        """``array[mask]``: a value for each element that the mask of the assignment chooses, so it fits the target."""
        local = self.fresh(f"{_root(node)}_chosen", array)
        self.kinds[local.name] = Kind(self.kind(array).type)
        return local

    def _own_index(self) -> Expr | None:
        return None if self.vector else Element("self")

    def mask_of(self, key: Value | None, node: ast.AST) -> Expr | None:
        """The mask behind an index: a truth per element, or indices from np.where; None for anything else."""
        if isinstance(key, IndexSet):
            return key.mask
        if self.vector and isinstance(key, (Expr, Slot)):
            expr = self.as_expr(key, node)
            kind = self.kind(expr)
            if kind.type == "bool" and kind.each:
                return expr
        return None

    def state(self, node: ast.Subscript, owner: str) -> Value:
        """``ST['x']``, ``pre['x']`` or ``post['x']`` where it is read."""
        name = self.field_name(node, owner)
        self.record.add_field(owner, name, self.place(node))
        if owner == "post":
            self.post_reads.setdefault(name, self.place(node))
        if self.delayed and owner == "self":
            self.delayed_reads.setdefault(name, self.place(node))
            local = Local(self.delayed_local(name), place=self.place(node))
            return Fixed(local, 'Delayed function cannot assign value to "ST".') if self.vector else local
        if self.vector and owner == "self":
            return View(owner, name)
        if self.vector and self._gathered is not node:
            self.fail(
                node,
                f"in vector mode {self._text(node)} is an array over neurons while ST is one over synapses; write "
                f"{self._text(node)}[{owner}_ids] with {owner}_ids among the arguments, or use mode='scalar'",
            )
        return Field(owner, name, place=self.place(node))

    _gathered: ast.AST | None = None

    def delayed_local(self, name: str) -> str:
        wanted = f"{name}_delayed"
        if wanted not in self.kinds:
            self.kinds[wanted] = self.kind(Field("self", name))
            self.used.add(wanted)
        return wanted

    def field_name(self, node: ast.Subscript, owner: str) -> str:
        key = self.value(node.slice)
        if not (isinstance(key, Known) and isinstance(key.value, str)):
            self.fail(node, f"{self._text(node)}: a state is taken by its name, as in ST['V']")
        name = key.value
        states = self.setting.states
        if owner == "self" and states is not None and name not in states:
            model = self.setting.model or "step " + repr(self.frames[0].source.name)
            self.fail(
                node,
                f'Variable "{name}" is used in {model}, but not defined in "ST"{did_you_mean(name, states) or "."} '
                f"Declared states: {', '.join(states) or 'none'}.",
                ModelDefError,
            )
        return name

    # ---- attributes and calls ----

    def _attribute(self, node: ast.Attribute) -> Value:
        base = self.value(node.value)
        if isinstance(base, Known) and not isinstance(base.value, GroupAttribute):
            return self._attribute_of_object(node, base.value)
        if isinstance(base, (Slot, View)) and self.vector and node.attr in ("shape", "size"):
            if self.kind(self.as_expr(base, node)).each:
                return ShapeOf()
        self.fail(node, f"{self._text(node)}: .{node.attr} cannot be part of a compiled step")

    def _attribute_of_object(self, node: ast.Attribute, owner: object) -> Value:
        is_profile = isinstance(owner, ModuleType) and owner.__name__ == "brainpy_lab.profile"
        if is_profile and node.attr in ("dt", "_dt"):
            return StepSize(place=self.place(node))
        try:
            found = getattr(owner, node.attr)
        except AttributeError:
            if owner is np and node.attr in OLD_NUMPY:
                new = OLD_NUMPY[node.attr].__name__
                self.fail(node, f"{self._text(node)} is a name of an older NumPy; write np.{new}")
            close = did_you_mean(node.attr, [name for name in dir(owner) if not name.startswith("_")])
            self.fail(node, f"{self._text(node.value)} has no attribute {node.attr!r}{close}", ModelDefError)
        if isinstance(found, (float, int)) and not isinstance(found, bool):
            if isinstance(owner, ModuleType) and owner.__name__ in ("math", "numpy"):
                return Const(float(found), place=self.place(node))
            self.fail(
                node,
                f"{self._text(node)} is a number inside an object; give it a name of its own before the step "
                f"({node.attr} = {self._text(node)}) and use that, so that it is a parameter of the model",
            )
        return Known(found, self._text(node))

    def _call(self, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Attribute):
            base = self.value(node.func.value)
            if not isinstance(base, Known):
                return self._method(node, node.func, base)
        called = self.value(node.func)
        if not isinstance(called, Known):
            self.fail(node.func, f"{self._text(node.func)} is not a function")
        return self._call_known(node, called.value)

    def _call_known(self, node: ast.Call, called: object) -> Value:
        from .integrate import Integrator

        if isinstance(called, Integrator):
            return self.integrator_call(node, called)  # type: ignore[attr-defined]
        try:
            entry = FUNCTIONS.get(called)
        except TypeError:  # not hashable
            entry = None
        if entry is not None:
            return entry(self, node)
        if getattr(called, "__module__", "") == "brainpy_lab.profile" and called.__name__ == "get_dt":
            return StepSize(place=self.place(node))
        helper = plain_function(called)
        if helper is not None:
            module = (helper.__module__ or "").partition(".")[0]
            if module not in ("numpy", "math", "random"):
                return self.helper_call(node, helper)  # type: ignore[attr-defined]
        name = self._text(node.func)
        if name.startswith(("np.random.", "numpy.random.", "random.")) or "random" in type(called).__module__:
            self.fail(
                node,
                f"{name} cannot be drawn in a compiled step; there are np.random.normal, standard_normal, randn, "
                f"uniform, random and rand",
            )
        close = did_you_mean(name, function_choices()) or "."
        known = ", ".join(function_choices())
        self.fail(node, f"{name}() cannot be part of a compiled step{close} Known functions: {known}")

    def _method(self, node: ast.Call, at: ast.Attribute, base: Value) -> Value:
        entry = METHODS.get(at.attr)
        if entry is None or isinstance(base, (StateRef, Tuple)):
            self.fail(
                node,
                f"{self._text(node)}: .{at.attr}() cannot be part of a compiled step; there are "
                f"{', '.join('.' + name + '()' for name in METHODS)}",
            )
        return entry(self, node, self.as_expr(base, at.value))

    def _starred(self, node: ast.Starred) -> Value:
        self.fail(node, "a starred argument cannot be part of a compiled step; write the values out")


def _root(node: ast.expr) -> str:
    """A name for what a subscript takes from: V of V[idx], V of ST['V'][idx]."""
    while isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return node.slice.value
        node = node.value
    return node.id if isinstance(node, ast.Name) else "value"


def _word(node: ast.AST) -> str:
    words = {"In": "in", "NotIn": "not in", "Is": "is", "IsNot": "is not"}
    return words.get(type(node).__name__, type(node).__name__)
