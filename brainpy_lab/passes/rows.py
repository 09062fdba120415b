"""What depends on the source neuron only is computed once per neuron instead of once per edge.

An edge kernel is split in two. The first, over the source neurons ('rows'), computes every value that depends on
nothing of an edge but its source and leaves it in scratch memory; the second, over the edges, reads it there. States
of edges that all edges of a neuron share (`Projection.shared`) live in the first alone. Each value is computed from
the same operands in the same order, so no bit changes.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..ir.expr import (
    Binary,
    Cast,
    Compare,
    Const,
    Element,
    Expr,
    Field,
    Local,
    Logic,
    Param,
    Select,
    map_children,
    walk,
)
from ..ir.kernel import Accumulate, Binding, Effect, Kernel, Let, RingLet, Store
from ..ir.program import Projection, Step
from ..ir.python_step import python_steps
from ..ir.statements import Assign, Draw, Fold, Integrate, RingRead, Statement, blocks, expressions


def shareable(projection: Projection) -> frozenset[str]:
    """States that stay equal on all edges of a source neuron if they are equal at the start.

    The largest set of states whose every assignment depends on nothing of an edge but its source neuron, on
    parameters that are one number, and on states of the set.
    """
    if python_steps(projection.steps):
        return frozenset()  # these see and change single edges
    names = {state.name for state in projection.states}
    while True:
        spoiled = {name for step in projection.steps for name in _spoiled(step, names, projection)}
        if not spoiled & names:
            return frozenset(names)
        names -= spoiled


def _spoiled(step: Step, shared: set[str], projection: Projection) -> set[str]:
    """States of `shared` that this step assigns from something that differs between edges."""
    edge_locals: set[str] = set()
    spoiled: set[str] = set()
    # Within one population an edge sees what earlier edges of the step added to its source neuron.
    moving = _folded_fields(step.body) if projection.pre == projection.post else set()

    def differs(node: Expr) -> bool:
        return any(isinstance(part, Local) and part.name in edge_locals
                   or isinstance(part, Field) and part.owner == "pre" and part.name in moving
                   or _edge_leaf(part, shared, projection.spread) for part in walk(node))

    def scan(body: Iterable[Statement], under: bool) -> None:
        for statement in body:
            varies = under or any(differs(node) for node in expressions(statement))
            match statement:
                case Assign(target=Local(name)):
                    if varies:
                        edge_locals.add(name)
                case Assign(target=Field(_, name)):
                    if varies:
                        spoiled.add(name)
                case Draw(target=target):
                    edge_locals.add(target.name)
                case RingRead(target=target, field=name):
                    if varies or name not in shared:
                        edge_locals.add(target.name)
                case Integrate(system=system):
                    inner = [node for eq in system.equations for node in
                             (eq.drift, *(value for _, value in eq.lines), *eq.extras)]
                    noisy = any(eq.diffusion is not None for eq in system.equations)
                    if varies or noisy or any(differs(node) for node in inner):
                        edge_locals.update(statement.results, statement.extras)
            for block in getattr(statement, "then", ()), getattr(statement, "otherwise", ()):
                scan(block, varies)

    # A local may be assigned late and read early in a later pass of the loop above; twice is enough for one step.
    scan(step.body, False)
    scan(step.body, False)
    return spoiled


def _folded_fields(body: Iterable[Statement]) -> set[str]:
    found = set()
    for statement in body:
        if isinstance(statement, Fold):
            found.add(statement.field)
        for block in blocks(statement):
            found |= _folded_fields(block)
    return found


def _edge_leaf(node: Expr, shared: set[str] | frozenset[str], spread: frozenset[str]) -> bool:
    match node:
        case Field("self", name):
            return name not in shared
        case Field("post", _):
            return True
        case Element(which):
            return which != "pre"
        case Param(name):
            return name in spread
    return False


def split(
    kernel: Kernel, projection: Projection, folded: frozenset[tuple[str, str]]
) -> tuple[Kernel | None, Kernel | None]:
    """Split an edge kernel into its row part and its edge part; either may be None.

    Parameters
    ----------
    kernel : Kernel
        Typed and free of repetitions.
    projection : Projection
        With `shared` decided.
    folded : frozenset of (owner, field)
        States that this kernel writes through 'post'; reading them must stay in the edge loop.

    Returns
    -------
    rows, edges : Kernel or None
    """
    return _Split(kernel, projection, folded).result()


class _Split:
    def __init__(self, kernel: Kernel, projection: Projection, folded: frozenset[tuple[str, str]]):
        self.projection = projection
        self.folded = folded
        self.kernel = kernel if kernel.guard is None or not self._moves(kernel.guard) else per_edge(kernel)
        self.row_names: set[str] = set()
        self.row_lets: list[Binding] = []
        self.edge_lets: list[Binding] = []
        self.scratch: dict[Expr, str] = {}
        self.stored: list[Effect] = []
        self.let_values = {let.name: let.value for let in kernel.lets if isinstance(let, Let)}

    def rename(self, node: Expr) -> Expr:
        """Shared states are states of the row."""
        if isinstance(node, Field) and node.owner == "self" and node.name in self.projection.shared:
            return replace(node, owner="row")
        return map_children(node, self.rename)

    def is_row(self, node: Expr) -> bool:
        for part in walk(node):
            if isinstance(part, Local):
                if part.name not in self.row_names:
                    return False
            elif _edge_leaf(part, frozenset(), self.projection.spread):
                return False
            elif isinstance(part, Field) and (part.owner, part.name) in self.folded:
                return False
        return True

    def export(self, node: Expr) -> Expr:
        """For the edge loop: the largest parts that are row values come from scratch memory."""
        if self.is_row(node):
            if not any(isinstance(part, Local | Element) or isinstance(part, Field) and part.owner != "one"
                       for part in walk(node)):
                return node  # numbers only: computing it again costs nothing, the loop keeps it in a register
            if isinstance(node, Field) and node.owner == "pre":
                return node
            if isinstance(node, Field) and node.owner == "row" and not self._is_stored(node.name):
                return node
            if node not in self.scratch:
                name = f"_{self.kernel.name}_{len(self.scratch)}"
                self.scratch[node] = name
                self.stored.append(Store("row", name, node))
            return Field("row", self.scratch[node], dtype=node.dtype)
        return map_children(node, self.export)

    def _is_stored(self, name: str) -> bool:
        return any(isinstance(effect, Store) and effect.field == name for effect in self.kernel.effects)

    def result(self) -> tuple[Kernel | None, Kernel | None]:
        for let in self.kernel.lets:
            if isinstance(let, Let):
                value = self.rename(let.value)
                if self.is_row(value):
                    self.row_names.add(let.name)
                    self.row_lets.append(Let(let.name, value))
                else:
                    self.edge_lets.append(Let(let.name, self.export(value)))
            elif isinstance(let, RingLet) and let.field in self.projection.shared:
                self.row_names.add(let.name)
                self.row_lets.append(replace(let, owner="row"))
            else:
                self.edge_lets.append(let)
        row_effects: list[Effect] = []
        edge_effects: list[Effect] = []
        for effect in self.kernel.effects:
            value = self.rename(effect.value)
            if isinstance(effect, Accumulate):
                when = effect.when
                if when is None and effect.op in ("+", "-"):
                    when = self._zero_test(value)
                when = None if when is None else self.export(self.rename(when))
                edge_effects.append(replace(effect, value=self.export(value), when=when))
            elif effect.field in self.projection.shared:
                if self.kernel.guard is not None and isinstance(effect, Store):  # the row kernel runs over every row
                    value = Select(self.rename(self.kernel.guard), value,
                                   Field("row", effect.field, dtype=value.dtype), dtype=value.dtype)
                row_effects.append(replace(effect, owner="row", value=value))
            else:
                edge_effects.append(replace(effect, value=self.export(value)))
        guard = self._guard(edge_effects)
        row_effects = [*self.stored, *row_effects]
        rows = Kernel(self.kernel.name, "rows", "", tuple(self.row_lets), tuple(row_effects)) if row_effects else None
        edges = None
        if edge_effects:
            edges = replace(self.kernel, layout=self.projection.layout, lets=tuple(self.edge_lets),
                            effects=tuple(edge_effects), guard=guard, serial=self._is_serial(edge_effects))
        return rows, edges

    def _guard(self, effects: list[Effect]) -> Expr | None:
        """The condition under which a row has any effect at all."""
        if self.kernel.guard is not None:
            return self.export(self.rename(self.kernel.guard))
        conditions = {effect.when if isinstance(effect, Accumulate) else None for effect in effects}
        if len(conditions) == 1:
            (only,) = conditions
            if only is not None and self._row_side(only):
                effects[:] = [replace(effect, when=None) for effect in effects if isinstance(effect, Accumulate)]
                return only
        return None

    def _zero_test(self, value: Expr) -> Expr | None:
        """``pre['spike'] != 0`` where a product with it is added: adding the exact zero may be skipped.

        Only for factors that are a state of the source neuron itself; computed values are rarely zero.
        """
        match value:
            case Local(name) if name in self.let_values:
                return self._zero_test(self.let_values[name])
            case Binary("*", left, right):
                return self._zero_test(left) or self._zero_test(right)
            case Cast(operand, _):
                return self._zero_test(operand)
            case Field("pre", _) if self.is_row(value):
                return Compare("!=", value, Const(0.0, dtype=value.dtype), dtype="bool")
        return None

    def _moves(self, node: Expr) -> bool:
        """True when edges of this very step change what the node reads."""
        return any(isinstance(part, Field) and (part.owner, part.name) in self.folded for part in walk(node))

    def _row_side(self, node: Expr) -> bool:
        return not self._moves(node) and not any(
            isinstance(part, Local) or isinstance(part, Field) and part.owner in ("self", "post")
            or isinstance(part, Element | Param) and _edge_leaf(part, frozenset(), self.projection.spread)
            for part in walk(node))

    def _is_serial(self, effects: list[Effect]) -> bool:
        read = {(part.owner, part.name) for value in _all_values(self.edge_lets, effects) for part in walk(value)
                if isinstance(part, Field)}
        added = [effect.field for effect in effects if isinstance(effect, Accumulate)]
        # Two sums into one field keep the order edge by edge, both of one edge before those of the next.
        return bool(read & self.folded) or len(set(added)) < len(added)


def per_edge(kernel: Kernel) -> Kernel:
    """The kernel with its guard as a condition of every effect, looked at edge by edge."""
    guard = kernel.guard
    assert guard is not None
    effects: list[Effect] = []
    for effect in kernel.effects:
        if isinstance(effect, Accumulate):
            when = guard if effect.when is None else Logic("and", guard, effect.when, dtype="bool")
            effects.append(replace(effect, when=when))
        elif isinstance(effect, Store):
            kept = Field("self", effect.field, dtype=effect.value.dtype)
            effects.append(replace(effect, value=Select(guard, effect.value, kept, dtype=effect.value.dtype)))
        else:
            effects.append(effect)
    return replace(kernel, guard=None, effects=tuple(effects))


def _all_values(lets: Iterable[Binding], effects: Iterable[Effect]) -> Iterable[Expr]:
    yield from (let.value for let in lets if isinstance(let, Let))
    for effect in effects:
        yield effect.value
        if isinstance(effect, Accumulate) and effect.when is not None:
            yield effect.when

