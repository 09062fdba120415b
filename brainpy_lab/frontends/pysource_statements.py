"""Python statements of a step as statements of the IR, and calls of the user's own functions, read in place."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from types import FunctionType

from ..errors import ModelDefError
from ..ir.expr import Const, Element, Expr, Field, Local, Param, walk
from ..ir.statements import Assign, Fold, If, Statement
from .pysource_expressions import Expressions
from .pysource_place import Source
from .pysource_reader import Frame
from .pysource_values import (
    Count,
    Fixed,
    GroupAttribute,
    Kind,
    Known,
    Lost,
    Slot,
    StateRef,
    Tuple,
    Value,
    View,
    is_trivial,
    whole_slice,
)

_DELAYED_WRITE = 'Delayed function cannot assign value to "ST".'
_ELEMENTWISE = "a compiled step treats one element at a time"
_REFUSED = {
    ast.For: f"a for loop; {_ELEMENTWISE}, so write what happens to one element, with if/else",
    ast.While: f"a while loop; {_ELEMENTWISE} and takes one time step, so write one round of it, with if/else",
    ast.Try: "try; test for the case beforehand with if/else",
    ast.With: "with; move it out of the step",
    ast.Raise: "raise; check before the run, or record the value with a monitor",
    ast.Assert: "assert; check before the run, or record the value with a monitor",
    ast.Delete: "del; a step's names vanish by themselves",
    ast.Import: "import; move it above the step",
    ast.ImportFrom: "import; move it above the step",
    ast.Global: "global; keep what lasts in a state, ST['x']",
    ast.Nonlocal: "nonlocal; keep what lasts in a state, ST['x']",
    ast.FunctionDef: "a function inside the step; define it above the step and call it",
    ast.ClassDef: "a class inside the step; define it above the step",
    ast.Match: "match; write if/elif/else",
}
_STOPPERS = {"print", "breakpoint", "set_trace", "pdb.set_trace", "display"}


class Statements(Expressions):
    """Adds `body`, which translates a list of statements into `out`."""

    def body(self, statements: list[ast.stmt]) -> None:
        for node in statements:
            self.statement(node)

    def statement(self, node: ast.stmt) -> None:
        method = getattr(self, "_do_" + type(node).__name__.lower(), None)
        if method is None:
            what = _REFUSED.get(type(node), f"{type(node).__name__}")
            self.fail(node, f"a compiled step cannot contain {what}")
        if self.guard is not None and not isinstance(node, (ast.Assign, ast.AugAssign, ast.Pass)):
            self.fail(node, "under `if len(indices):` only V[indices] = e can stand in a compiled step")
        method(node)

    def _do_pass(self, node: ast.Pass) -> None:
        pass

    def _do_expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return  # a docstring, or `...`
        if isinstance(node.value, ast.Call):
            name = self._text(node.value.func)
            if name in _STOPPERS or name.endswith(".set_trace"):
                self.fail(node, f"{name}() cannot run inside a compiled step; record the value with a monitor instead")
        self.fail(node, f"{self._text(node)} on its own changes nothing that a compiled step can see; assign its value")

    def _do_return(self, node: ast.Return) -> None:
        self.fail(node, "return can only be the last statement; put the rest into the other branch of an if/else")

    # ---- assignment ----

    def _do_assign(self, node: ast.Assign) -> None:
        self.assign_all(node.targets, node.value)

    def _do_annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign_all([node.target], node.value)

    def assign_all(self, targets: list[ast.expr], value_node: ast.expr) -> None:
        """``a = b = value``: the value is found once and assigned from left to right."""
        masked = self._masked_target(targets[0]) if len(targets) == 1 else None
        if masked is not None:
            self._store_chosen(targets[0], masked, lambda current: self.expr(value_node))
            return
        value = self.value(value_node)
        if len(targets) > 1 and isinstance(value, Expr) and not is_trivial(value):
            value = Slot(self.fresh("value", value).name)
        for target in targets:
            self.assign(target, value, value_node)

    def assign(self, target: ast.expr, value: Value, node: ast.expr) -> None:
        self._check_guard(target)
        if isinstance(target, ast.Name):
            self.bind(target, value, node)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value, node)
        elif isinstance(target, ast.Subscript):
            self._store(target, lambda current: self.as_expr(value, node))
        else:
            self.fail(
                target, f"{self._text(target)} cannot be assigned in a compiled step; keep it in a state, ST['x']"
            )

    def bind(self, target: ast.Name, value: Value, node: ast.AST) -> None:
        """Let a name stand for a value."""
        name = target.id
        if self.in_equation and len(self.frames) == 1 and name in self.frame.bindings:
            self.fail(target, f"{name!r} is assigned twice; give the second value a name of its own")
        if isinstance(value, Known) and isinstance(value.value, bool):
            value = self.as_expr(value, node)
        match value:
            case Tuple(items=items):
                kept = [self._kept(f"{name}_{i}", item, node) for i, item in enumerate(items)]
                self.frame.bindings[name] = Tuple(tuple(kept))
            case Count(mask=mask) if not (isinstance(mask, Local) and mask.name in self.snapshots):
                self.frame.bindings[name] = Count(self.fresh(f"{name}_mask", mask))
            case Slot() | View() if self._is_array(value, node):
                self.frame.bindings[name] = value  # no copy in NumPy: both names are one array
            case Fixed(read_only=text) if text:
                self.frame.bindings[name] = value
            case Expr() | Slot() | View() | Fixed():
                local = Local(self.slot_for(name), place=self.place(target))
                self.emit(local, self.as_expr(value, node))
                self.frame.bindings[name] = Slot(local.name)
            case _:
                self.frame.bindings[name] = value

    def _kept(self, name: str, value: Value, node: ast.AST) -> Value:
        if isinstance(value, (Expr, Slot)) and not self._is_array(value, node):
            return Slot(self.fresh(name, self.as_expr(value, node)).name)
        return value

    def _is_array(self, value: Value, node: ast.AST) -> bool:
        return self.vector and isinstance(value, (Slot, View)) and self.kind(self.as_expr(value, node)).each

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, node: ast.expr) -> None:
        if not isinstance(value, Tuple):
            self.fail(node, f"{self._text(node)} is one value, and {len(target.elts)} names are assigned")
        if len(value.items) != len(target.elts):
            self.fail(node, f"{len(value.items)} values for {len(target.elts)} names")
        nodes = node.elts if isinstance(node, ast.Tuple) else [node] * len(value.items)
        items = list(value.items)
        written: set[Expr] = set()  # Python finds all values before it assigns the first
        for i, (part, at) in enumerate(zip(target.elts, nodes)):
            item = items[i]
            if isinstance(item, (Expr, Slot)) and not self._is_array(item, at):
                expr = self.as_expr(item, at)
                items[i] = self.fresh("value", expr) if written & set(walk(expr)) else expr
            written |= self._written(part)
        for part, item, at in zip(target.elts, items, nodes):
            self.assign(part, item, at)

    def _written(self, target: ast.expr) -> set[Expr]:
        if isinstance(target, ast.Name):
            return {Local(self.frame.slots.get(target.id, target.id))}
        if isinstance(target, (ast.Tuple, ast.List)):
            return set().union(*(self._written(part) for part in target.elts))
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
            return {Field("self", str(target.slice.value))}
        return set()

    def _do_augassign(self, node: ast.AugAssign) -> None:
        self._check_guard(node.target)

        def change(current: Expr) -> Expr:
            if isinstance(node.op, ast.Pow):
                return self.power(node, current, node.value)
            return self.binary(node, type(node.op), current, self.expr(node.value))

        if isinstance(node.target, ast.Name):
            current = self.name(node.target)
            if isinstance(current, Fixed) and current.read_only:
                self.fail(node, current.read_only, ModelDefError)
            if self.in_equation:
                self.fail(node, f"{node.target.id!r} is assigned twice; give the second value a name of its own")
            if self._is_array(current, node.target):
                self._store_array(node, current, change)
            else:
                self.bind(node.target, change(self.as_expr(current, node.target)), node)
        elif isinstance(node.target, ast.Subscript):
            masked = self._masked_target(node.target)
            if masked is not None:
                self._store_chosen(node.target, masked, lambda array: change(self.chosen(node.target, array)))
            elif isinstance(node.op, (ast.Add, ast.Sub)) and self._is_post(node.target):
                self._fold(node, node.target)
            else:
                self._store(node.target, change)
        else:
            self.fail(node.target, f"{self._text(node.target)} cannot be assigned in a compiled step")

    # ---- states ----

    def _store(self, target: ast.Subscript, change: Callable[[Expr], Expr]) -> None:
        base = self.value(target.value)
        if isinstance(base, Known) and isinstance(base.value, GroupAttribute):
            self.as_expr(base, target.value)
        if not isinstance(base, StateRef):
            if self.vector and whole_slice(target.slice) and isinstance(base, (Slot, View, Fixed)):
                self._store_array(target, base, change)
                return
            self.fail(
                target,
                f"{self._text(target)} writes some elements of an array, and {_ELEMENTWISE}; what can be written is "
                f"ST['x'] = e and, in vector mode, V[mask] = e with one truth value per element",
            )
        if base.owner != "self":
            self._refuse_neuron_write(target, base.owner)
        if self.delayed:
            self.fail(target, _DELAYED_WRITE, ModelDefError)
        field = Field("self", self.field_name(target, "self"), place=self.place(target))
        self._assign_field(field, change(field))

    def _assign_field(self, field: Field, value: Expr) -> None:
        assert field.place is not None
        self.record.add_field("self", field.name, field.place)
        self.assigned.setdefault(field.name, field.place)
        if self.kind(value).type == "time":
            self.time_fields.add(field.name)
        self.out.append(Assign(field, value, place=field.place))

    def _refuse_neuron_write(self, target: ast.Subscript, owner: str) -> None:
        text = self._text(target)
        if owner == "pre":
            self.fail(target, f"{text} cannot be written: a synapse only reads its presynaptic neuron")
        self.fail(
            target,
            f"{text} can only be added to ({text} += e) or subtracted from ({text} -= e): several synapses reach "
            f"the same neuron",
        )

    def _is_post(self, target: ast.Subscript) -> bool:
        return self.value(target.value) == StateRef("post") and not self.vector

    def _fold(self, node: ast.AugAssign, target: ast.Subscript) -> None:
        name = self.field_name(target, "post")
        self.record.add_field("post", name, self.place(target))
        self.folds.setdefault(name, self.place(target))
        op = "+" if isinstance(node.op, ast.Add) else "-"
        self.out.append(Fold(name, op, self.expr(node.value), place=self.place(node)))

    # ---- arrays in vector mode ----

    def _store_array(self, node: ast.AST, base: Value, change: Callable[[Expr], Expr]) -> None:
        """Change an array in place: every name of it, and the state that it is a view of, see it."""
        target = self._array_target(node, base)
        value = self._fitting(node, target, change(target))
        self._write(node, target, value)

    def _masked_target(self, target: ast.expr) -> tuple[Expr, Local | Field] | None:
        """The mask and the array of ``V[mask] = ...``; None for any other target."""
        if not (self.vector and isinstance(target, ast.Subscript)):
            return None
        base = self.value(target.value)
        if not isinstance(base, (Slot, View, Fixed)) or isinstance(target.slice, (ast.Slice, ast.Tuple)):
            return None
        mask = self.mask_of(self.value(target.slice), target.slice)
        return None if mask is None else (mask, self._array_target(target, base))

    def _store_chosen(self, node: ast.expr, masked: tuple[Expr, Local | Field], change: Callable[[Expr], Expr]) -> None:
        mask, target = masked
        if self.guard is not None and self.guard != mask:
            self.fail(node, "this `if` asks about other elements than are assigned here; use the same indices or mask")
        kind = self.kind(target)
        self.masks.append(mask)
        value = change(target)
        self.masks.pop()
        if self.kind(value).each:
            self.fail(
                node,
                f"the value has one number per element, and {self._text(node)} takes only some elements; "
                f"index both sides alike, as in V[mask] = W[mask]",
            )
        outer, self.out = self.out, []
        self._write(node, target, self._fitting(node, target, value))
        inner, self.out = self.out, outer
        self.out.append(If(mask, tuple(inner), place=self.place(node)))
        if isinstance(target, Local):
            self.kinds[target.name] = kind

    def _array_target(self, node: ast.AST, base: Value) -> Local | Field:
        if isinstance(base, Fixed):
            text = base.read_only or "this array is a parameter; a step cannot change it"
            self.fail(node, text, ModelDefError if base.read_only else None)
        if isinstance(base, View):
            if base.owner != "self":
                self.fail(node, "a step changes the states of its own elements only")
            return Field("self", base.field, place=self.place(node))
        assert isinstance(base, Slot)
        if not self.kinds.get(base.name, Kind()).each:
            self.fail(node, f"{base.name!r} is a single number, and has no elements to choose from")
        return Local(base.name, place=self.place(node))

    def _fitting(self, node: ast.AST, target: Local | Field, value: Expr) -> Expr:
        """`value` as the array keeps it: an array has one type for life."""
        held, given = self.kind(target).type, self.kind(value).type
        if held == "bool" and given != "bool" and isinstance(node, ast.Subscript):
            return self.truth(value)
        if held in ("bool", "int") and given not in ("bool", held):
            self.fail(
                node, f"the array holds {held} numbers and NumPy would cut the value to fit; make it an array of floats"
            )
        return value

    def _write(self, node: ast.AST, target: Local | Field, value: Expr) -> None:
        if isinstance(target, Field):
            self._assign_field(target, value)
        else:
            kind = self.kinds[target.name]
            self.out.append(Assign(target, value, place=self.place(node)))
            self.kinds[target.name] = kind

    def _check_guard(self, target: ast.expr) -> None:
        if self.guard is not None and self._masked_target(target) is None:
            self.fail(
                target,
                "under `if len(indices):` only the elements of these indices can be assigned, as in V[indices] = e",
            )

    # ---- if ----

    def _do_if(self, node: ast.If) -> None:
        if isinstance(node.test, ast.BoolOp):
            test: Expr | bool = self.condition(node.test)
        else:
            value = self.value(node.test)
            if isinstance(value, Count):
                self._guarded(node, value)
                return
            test = self.condition_of(value, node.test)
        if isinstance(test, bool):
            self.body(node.body if test else node.orelse)
            return
        self.refuse_each(
            node.test, test, "`if` on an array", "write np.where(mask, a, b), or V[mask] = e, or use mode='scalar'"
        )
        before, kinds = dict(self.frame.bindings), dict(self.kinds)
        then, then_names, then_kinds = self._branch(node.body, before, kinds)
        other, other_names, other_kinds = self._branch(node.orelse, before, kinds)
        self.out.append(If(test, then, other, place=self.place(node.test)))
        self.kinds = {**then_kinds, **other_kinds}
        for name in then_kinds.keys() & other_kinds.keys():
            self.kinds[name] = then_kinds[name].join(other_kinds[name])
        self.frame.bindings = _merged(then_names, other_names, node.lineno)

    def _branch(
        self, body: list[ast.stmt], names: dict[str, Value], kinds: dict[str, Kind]
    ) -> tuple[tuple[Statement, ...], dict[str, Value], dict[str, Kind]]:
        outer, self.out = self.out, []
        self.frame.bindings, self.kinds = dict(names), dict(kinds)
        self.body(body)
        inner, self.out = self.out, outer
        return tuple(inner), self.frame.bindings, self.kinds

    def _guarded(self, node: ast.If, count: Count) -> None:
        """``if len(idx): V[idx] = e``: without any index the body does nothing, so the question is not needed."""
        if node.orelse or self.guard is not None:
            self.fail(node, "`if len(indices):` can stand in a compiled step without else, and not within another")
        self.guard = count.mask
        self.body(node.body)
        self.guard = None

    # ---- the user's own functions ----

    def helper_call(self, node: ast.Call, func: FunctionType) -> Value:
        """Read a function's body in place of its call, with names of its own."""
        if any(frame.source.func is func for frame in self.frames):
            self.fail(node, f"{func.__name__!r} calls itself; a compiled step cannot contain recursion")
        source = Source(func, self.setting.replaced)
        arguments = self.bound_arguments(node, inspect.signature(func), func.__name__)
        values = {name: self._argument(name, given) for name, given in arguments.items()}
        statements = source.node.body
        self.frames.append(Frame(source, func.__name__))
        for name, (value, at) in values.items():
            if isinstance(value, (Slot, Param, Const, Element)):
                self.frame.bindings[name] = value if isinstance(value, Slot) else Fixed(value)
            else:
                self.bind(ast.Name(name, ast.Store(), lineno=source.node.lineno, col_offset=0), value, at)
        last = statements[-1] if isinstance(statements[-1], ast.Return) else None
        self.body(statements[:-1] if last else statements)
        result: Value = Known(None)
        if last is not None and last.value is not None:
            result = self.value(last.value)
            if isinstance(result, (Slot, View)) and not self._is_array(result, last.value):
                result = self.as_expr(result, last.value)
        self.frames.pop()
        return result

    def _argument(self, name: str, given: object) -> tuple[Value, ast.AST]:
        if isinstance(given, ast.expr):
            return self.value(given), given
        at = self.frame.source.node
        if isinstance(given, (int, float)) and not isinstance(given, bool):
            return Const(given), at
        return Known(given, name), at

    def bound_arguments(self, node: ast.Call, signature: inspect.Signature, name: str) -> dict[str, object]:
        """The argument nodes by name, and the default values of those left out."""
        if any(isinstance(arg, ast.Starred) for arg in node.args) or any(k.arg is None for k in node.keywords):
            self.fail(node, "arguments with * cannot be part of a compiled step; write them out")
        if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in signature.parameters.values()):
            self.fail(node, f"{name!r} takes *arguments, which a compiled step cannot; name them one by one")
        try:
            bound = signature.bind(*node.args, **{str(k.arg): k.value for k in node.keywords})
        except TypeError as problem:
            self.fail(node, f"{name}{signature}: {problem}", ModelDefError)
        bound.apply_defaults()
        return dict(bound.arguments)


def _merged(then: dict[str, Value], other: dict[str, Value], line: int) -> dict[str, Value]:
    """What names mean after an if; a name with two meanings is an error only where it is used."""
    merged: dict[str, Value] = {}
    for name in {**then, **other}:
        first, second = then.get(name), other.get(name)
        if first is None or second is None:
            merged[name] = Lost(f"has a value in only one branch of the `if` in line {line}; assign it before the `if`")
        elif first == second or isinstance(first, Lost):
            merged[name] = first
        else:
            merged[name] = Lost(f"means two different things after the `if` in line {line}; assign a new array to it")
    return merged
