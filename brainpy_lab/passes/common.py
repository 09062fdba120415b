"""Compute equal things once, and leave out what nothing reads.

Two sub-trees that are equal, types included, have the same value, so naming the first and reusing it changes no bit.
It matters because the exponential integrator mentions the same rates in the slope and in its linear part.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import fields, replace

from ..ir.expr import Call, Expr, Local, children, map_children
from ..ir.kernel import Accumulate, Binding, Effect, Kernel, Let, RingLet, values
from .integrate.stage import Names


def share(kernel: Kernel) -> Kernel:
    """Give every sub-expression that is used more than once a name; drop unused names."""
    return _Sharing(kernel).result()


class _Sharing:
    def __init__(self, kernel: Kernel):
        self.kernel = kernel
        self.keys: dict[Hashable, int] = {}
        self.key_of: dict[int, int] = {}
        self.keep: list[Expr] = []  # keeps the trees alive, so that ids stay unique
        self.value_of = {let.name: let.value for let in kernel.lets if isinstance(let, Let)}
        self.uses: Counter[int] = Counter()
        self.names = Names([let.name for let in kernel.lets])
        self.given: dict[int, str] = {}
        self.lets: list[Binding] = []
        self.user_name: dict[int, str] = {}
        self.not_lets = {let.name: let for let in kernel.lets if not isinstance(let, Let)}
        self.emitted: set[str] = set()
        self.needed: set[str] = set()

    def number(self, node: Expr) -> int:
        """The number of a value: equal values have equal numbers; a name has that of what it stands for."""
        if id(node) in self.key_of:
            return self.key_of[id(node)]
        if isinstance(node, Local) and node.name in self.value_of:
            found = self.number(self.value_of[node.name])
            self.user_name.setdefault(found, node.name)
        else:
            below = tuple(self.number(child) for child in children(node))
            rest = tuple(repr(getattr(node, spec.name)) for spec in fields(node)
                         if spec.name not in ("place",) and not _is_operand(getattr(node, spec.name)))
            found = self.keys.setdefault((type(node), below, rest), len(self.keys))
        self.key_of[id(node)] = found
        self.keep.append(node)
        return found

    def count(self, node: Expr) -> None:
        """Count a use. What a name stands for is counted once, later, by `count_lets`."""
        found = self.number(node)
        self.uses[found] += 1
        if isinstance(node, Local):
            self.needed.add(node.name)
        elif self.uses[found] == 1:
            for child in children(node):
                self.count(child)

    def count_lets(self) -> None:
        """From the last assignment to the first, so that long chains need no deep recursion."""
        expanded: set[int] = set()
        for let in reversed(self.kernel.lets):
            if let.name in self.needed and isinstance(let, RingLet) and let.back is not None:
                self.count(let.back)
            elif let.name in self.needed and isinstance(let, Let):
                found = self.number(let.value)
                if isinstance(let.value, Local):
                    self.needed.add(let.value.name)
                elif found not in expanded:
                    expanded.add(found)
                    for child in children(let.value):
                        self.count(child)

    def build(self, node: Expr) -> Expr:
        if isinstance(node, Local):
            if node.name in self.not_lets:
                if node.name not in self.emitted:
                    self.emitted.add(node.name)
                    let = self.not_lets[node.name]
                    if isinstance(let, RingLet) and let.back is not None:
                        let = replace(let, back=self.build(let.back))
                    self.lets.append(let)
                return node
            if node.name not in self.value_of:
                return node
        found = self.number(node)
        if found in self.given:
            return Local(self.given[found], dtype=node.dtype)
        source = node
        while isinstance(source, Local) and source.name in self.value_of:
            source = self.value_of[source.name]
        if isinstance(source, Local):
            return self.build(source)
        built = map_children(source, self.build)
        worth = any(True for _ in children(source))
        if worth and (self.uses[found] > 1 or found in self.user_name or isinstance(source, Call)):
            hint = self.user_name.get(found) or self.names.fresh(_hint(source))
            self.given[found] = hint
            self.lets.append(Let(hint, built))
            return Local(hint, dtype=source.dtype)
        return built

    def result(self) -> Kernel:
        for value in values(self.kernel):
            self.number(value)
        roots = [effect.value for effect in self.kernel.effects]
        roots += [effect.when for effect in self.kernel.effects
                  if isinstance(effect, Accumulate) and effect.when is not None]
        for root in roots:
            self.count(root)
        self.count_lets()
        for let in self.kernel.lets:
            if let.name in self.needed:
                self.build(Local(let.name, dtype=let.value.dtype if isinstance(let, Let) else None))
        effects: list[Effect] = []
        for effect in self.kernel.effects:
            if isinstance(effect, Accumulate):
                when = None if effect.when is None else self.build(effect.when)
                effects.append(replace(effect, when=when, value=self.build(effect.value)))
            else:
                effects.append(replace(effect, value=self.build(effect.value)))
        return replace(self.kernel, lets=tuple(self.lets), effects=tuple(effects))


def _is_operand(value: object) -> bool:
    return isinstance(value, Expr) or isinstance(value, tuple)


def _hint(node: Expr) -> str:
    return f"{node.function}_of" if isinstance(node, Call) else "shared"


