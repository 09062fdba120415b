"""The parts of a step that are linear in the states of an edge, and what is added whatever these states are.

For a step that maps a state s of every edge to ``A*s + b``, `Superposition` finds the expressions ``A*s`` and ``b`` in
the straight lines of the step, without reordering what is left of them. When A is the same on all edges of a target
neuron the sum over its edges obeys ``sum(s) -> A*sum(s) + sum(b)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..ir.expr import Binary, Cast, Const, Element, Expr, Field, Local, Negative, Param, Power, Select, walk
from ..ir.kernel import Binding, DrawLet, Kernel, Let, RingLet
from ..ir.place import Place
from ..ir.show import expression
from ..ir.statements import Assign, Draw, RingRead, Statement

Split = tuple[Expr | None, Expr | None]
"""The part of a value that is linear in the states, and what is added to it; None is an exact zero."""

_ZERO = Const(0.0)


class NotLinear(Exception):
    """Why the sum over edges does not follow the same equations, and where that is written."""

    def __init__(self, reason: str, place: Place | None = None):
        super().__init__(reason)
        self.reason, self.place = reason, place


class Superposition:
    """Splits the values of an edge kernel.

    Parameters
    ----------
    kernel : Kernel
        Lowered, without a guard.
    spread : frozenset of str
        Parameters with one value per edge.
    named : mapping of str to str
        Local -> state: these locals are read as the present value of that state. With it the states that they stand
        for may not be read as they were before the step.
    """

    def __init__(self, kernel: Kernel, spread: frozenset[str], named: Mapping[str, str] | None = None):
        self.kernel, self.spread = kernel, spread
        self.named = named or {}
        self.free = {let.name: let.value for let in kernel.lets if isinstance(let, Let)}
        self.states: set[str] = set(self.named)  # locals that depend on states of the edge
        self.edges: dict[str, Expr] = {}  # locals that differ between the edges of a neuron -> what makes them
        self.linear: dict[str, Expr] = {}  # what a local is without what is added
        self.added: dict[str, Expr] = {}  # what is added to a local
        self._known: dict[str, Split] = {}
        for let in kernel.lets:
            self._classify(let)

    def _classify(self, let: Binding) -> None:
        match let:
            case RingLet(name):
                self.states.add(name)
            case DrawLet(name):
                self.edges[name] = Local(name)
            case Let(name, value) if name not in self.named:
                if self.depends(value):
                    self.states.add(name)
                elif (found := self.edge_part(value)) is not None:
                    self.edges[name] = found

    def depends(self, node: Expr) -> bool:
        """Whether a value depends on a state of the edge."""
        return any(
            isinstance(part, Field) and part.owner == "self" or isinstance(part, Local) and part.name in self.states
            for part in walk(node)
        )

    def edge_part(self, node: Expr) -> Expr | None:
        """What makes a value that is free of states differ between the edges of a target neuron."""
        for part in walk(node):
            match part:
                case Field("pre", _) | Element("pre") | Element("self"):
                    return part
                case Param(name) if name in self.spread:
                    return part
                case Local(name) if name in self.edges:
                    return self.edges[name]
        return None

    # -- splitting ---------------------------------------------------------------------------------------------------

    def of(self, node: Expr) -> Split:
        """The linear part of a value and what is added to it; None is an exact zero.

        Raises
        ------
        NotLinear
            When there is no such split, or the linear part differs between the edges of a neuron.
        """
        if isinstance(node, Local):
            return self._local(node)
        if not self.depends(node):
            return None, node
        match node:
            case Field("self", name):
                if name in self.named.values():
                    raise NotLinear(f"{name!r} is read both before and after it is advanced", node.place)
                return node, None
            case Negative(a):
                return self._scaled(node, a, Negative)
            case Binary("+" | "-" as op, a, b):
                (la, ca), (lb, cb) = self.of(a), self.of(b)
                return _join(op, la, lb), _join(op, ca, cb)
            case Binary("*", a, b):
                if self.depends(a) and self.depends(b):
                    raise NotLinear(f"it multiplies states: {expression(node)}", node.place)
                if self.depends(a):
                    return self._scaled(node, a, lambda part: Binary("*", part, b), b)
                return self._scaled(node, b, lambda part: Binary("*", a, part), a)
            case Binary("/", a, b) if not self.depends(b):
                return self._scaled(node, a, lambda part: Binary("/", part, b), b)
            case Power(base, 1):
                return self.of(base)
            case Cast(operand, to) if to in ("real", "f64"):
                return self._scaled(node, operand, lambda part: Cast(part, to))
            case Select(condition, yes, no):
                return self._select(node, condition, yes, no)
        raise NotLinear(f"{expression(node)} is not linear in the states", node.place)

    def _scaled(self, node: Expr, operand: Expr, scale: Callable[[Expr], Expr], factor: Expr | None = None) -> Split:
        linear, added = self.of(operand)
        found = None if factor is None or linear is None else self.edge_part(factor)
        if found is not None:
            raise NotLinear(
                f"{expression(node)} has a factor that differs between the edges of a neuron, {_called(found)}",
                node.place,
            )
        return (None if linear is None else scale(linear)), (None if added is None else scale(added))

    def _select(self, node: Expr, condition: Expr, yes: Expr, no: Expr) -> Split:
        if self.depends(condition):
            raise NotLinear(f"a condition depends on the states: {self._spelled(condition)}", node.place)
        (ly, cy), (ln, cn) = self.of(yes), self.of(no)
        linear = ly
        if ly != ln:
            found = self.edge_part(condition)
            if found is not None:
                raise NotLinear(
                    f"it changes by another factor on edges where {self._spelled(condition)}",
                    node.place or condition.place,
                )
            linear = Select(condition, ly or _ZERO, ln or _ZERO)
        return linear, cy if cy == cn else Select(condition, cy or _ZERO, cn or _ZERO)

    def _spelled(self, condition: Expr) -> str:
        while isinstance(condition, Local) and condition.name in self.free:
            condition = self.free[condition.name]
        return expression(condition)

    def _local(self, node: Local) -> Split:
        name = node.name
        if name in self.named:
            return Field("self", self.named[name]), None
        if name not in self.states:
            return None, node
        if name not in self.free:
            return node, None  # what the delay ring holds
        if name not in self._known:
            linear, added = self.of(self.free[name])
            self._known[name] = self._kept(name, linear, self.linear), self._kept(name, added, self.added)
        return self._known[name]

    @staticmethod
    def _kept(name: str, part: Expr | None, table: dict[str, Expr]) -> Expr | None:
        """A name for a part, unless it has one: equal parts must look equal."""
        if part is None or isinstance(part, Local | Field | Const | Param):
            return part
        table[name] = part
        return Local(name, place=part.place)

    # -- writing -----------------------------------------------------------------------------------------------------

    def lines(self, roots: list[Expr], parts: Mapping[str, Expr]) -> list[Statement]:
        """The assignments, in order, of everything that the roots need.

        `parts` is `linear` or `added`; names that it does not have stand for what they were.
        """
        needed = {part.name for part in self.needs(roots, parts) if isinstance(part, Local)}
        found: list[Statement] = []
        for let in self.kernel.lets:
            if let.name in needed:
                match let:
                    case Let(name, value):
                        found.append(Assign(Local(name), parts.get(name, value), place=value.place))
                    case DrawLet(name, distribution, site):
                        found.append(Draw(Local(name), distribution, site))
                    case RingLet(name, _, field):
                        found.append(RingRead(Local(name), field))
        return found

    def needs(self, roots: list[Expr], parts: Mapping[str, Expr]) -> Iterator[Expr]:
        """Every node of the roots and of what their locals stand for, each local once."""
        seen: set[str] = set()
        waiting = list(roots)
        while waiting:
            for part in walk(waiting.pop()):
                if isinstance(part, Local) and part.name in seen:
                    continue
                yield part
                if isinstance(part, Local):
                    seen.add(part.name)
                    value = parts.get(part.name, self.free.get(part.name))
                    if value is not None:
                        waiting.append(value)

    def definition(self, node: Expr, parts: Mapping[str, Expr]) -> Expr:
        """What a local stands for."""
        while isinstance(node, Local):
            value = parts.get(node.name, self.free.get(node.name))
            if value is None or node.name in self.named:
                break
            node = value
        return node


def _join(op: str, a: Expr | None, b: Expr | None) -> Expr | None:
    if a is None:
        return b if b is None or op == "+" else Negative(b)
    return a if b is None else Binary(op, a, b)


def _called(part: Expr) -> str:
    match part:
        case Param(name):
            return f"the parameter {name!r} with one value per edge"
        case Local(name):
            return "a random number"
    return expression(part)
