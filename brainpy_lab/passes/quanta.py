"""Sums of what spikes deliver, in whole quanta: exact, and so the same in any order.

What an edge adds to a state of its target when its source fires is rounded to whole multiples of a quantum
q = 2**k and added to an integer; the target takes ``sum*q`` once and clears the integer. Integers add up exactly, so
threads of a card may add in whatever order they come. q is chosen at run time (`runtime.quanta`) so that no sum can
leave 62 bits.

Sums of other kinds (of what all edges give in every step) stay left folds in ascending order of the edges.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir.expr import (
    Binary,
    Call,
    Cast,
    Compare,
    Const,
    Expr,
    Field,
    Logic,
    Negative,
    Not,
    Param,
    Power,
    walk,
)
from ..ir.kernel import Accumulate, Effect, Kernel, Let, Store, written_out
from ..ir.plan import (
    Action,
    Contribution,
    Key,
    Plan,
    Quanta,
    RunKernel,
    RunPython,
    source_key,
)
from ..ir.program import Population, Projection

SUM = "bpl_sum_"
"""What the integer sum for a state is called: a state of the same population that nobody sees."""

SPILT = "bpl_spilt_"
"""Counts what was too large to be added; only where weights change while the program runs."""

UNIT, INVERSE, MOST = "unit_", "inverse_", "most_"
"""Numbers that belong to a sum: q, 1/q, and the most that one edge may add where weights change."""


def with_quanta(plan: Plan) -> Plan:
    """The same plan, in which what spikes deliver is summed in quanta wherever that is possible."""
    return _Rewriting(plan).result()


class _Rewriting:
    def __init__(self, plan: Plan):
        self.plan, self.program = plan, plan.program
        self.actions: list[Action] = []
        self.pending: dict[tuple[str, str], None] = {}
        self.parts: dict[tuple[str, str], list[Contribution]] = {}

    def result(self) -> Plan:
        for action in self.plan.actions:
            kept = self.delivered(action) if isinstance(action, RunKernel) else action
            touched = self.touched(kept)
            for key in [key for key in self.pending if (key[0], "state", key[1]) in touched]:
                self.settle(key)
            self.actions.append(kept)
            if kept is not action:
                assert isinstance(action, RunKernel)
                post = self.program.find(action.target).post  # type: ignore[union-attr]
                self.pending.update({(post, name): None for name in self._delivers(kept)})
        for key in list(self.pending):
            self.settle(key)
        sums = tuple(Quanta(*key, tuple(parts)) for key, parts in self.parts.items())
        return replace(self.plan, actions=tuple(self.actions), quanta=sums)

    @staticmethod
    def _delivers(action: Action) -> list[str]:
        assert isinstance(action, RunKernel)
        names = (effect.field for effect in action.kernel.effects if isinstance(effect, Accumulate))
        return list(dict.fromkeys(name.removeprefix(SUM) for name in names if name.startswith(SUM)))

    # -- one action --------------------------------------------------------------------------------------------------

    def touched(self, action: Action) -> set[Key]:
        """The arrays that an action reads or writes."""
        if isinstance(action, RunKernel):
            return {key for _, key in action.arrays(self.program)}
        if isinstance(action, RunPython):
            return {key for _, _, key in action.state_arrays(self.program)}
        return {source_key(self.program, action.spec.target, action.spec.field)}

    def delivered(self, action: RunKernel) -> RunKernel:
        """The kernel with its deliveries in quanta; the very same action when it has none."""
        item, kernel = self.program.find(action.target), action.kernel
        if not isinstance(item, Projection) or kernel.space != "edges" or kernel.serial:
            return action
        post = self.program.find(item.post)
        effects: list[Effect] = []
        for effect in kernel.effects:
            part = self.contribution(effect, action, item, post) if isinstance(effect, Accumulate) else None
            if part is None:
                effects.append(effect)
                continue
            assert isinstance(effect, Accumulate)
            parts = self.parts.setdefault((post.name, effect.field), [])
            if part not in parts:
                parts.append(part)
            effects += _in_quanta(effect, part.is_plastic)
        if len(effects) == len(kernel.effects) and all(a is b for a, b in zip(effects, kernel.effects)):
            return action
        return replace(action, kernel=replace(kernel, effects=tuple(effects)))

    def contribution(
        self, effect: Accumulate, action: RunKernel, item: Projection, post: Population | Projection
    ) -> Contribution | None:
        """What an effect adds up, when it is a weight that a spike delivers."""
        kernel = action.kernel
        is_real = any(state.name == effect.field and state.dtype == "real" for state in post.states)
        if effect.op not in "+-" or not is_real or kernel.guard is None and effect.when is None:
            return None
        stored = [one.field for one in kernel.effects if isinstance(one, Store) and one.value == effect.value]
        if stored and kernel.layout != "random":  # a weight as it is from now on
            return Contribution(item.name, Field("self", stored[0]), True)
        lets = {let.name: let.value for let in kernel.lets if isinstance(let, Let)}
        value = written_out(effect.value, lets)
        if not all(_is_weight(part, kernel) for part in walk(value)):  # locals that are left are draws, or from a delay
            return None
        is_plastic = any(isinstance(part, Field) for part in walk(value))
        return Contribution(item.name, value, is_plastic)

    def settle(self, key: tuple[str, str]) -> None:
        """The targets take what has been delivered."""
        del self.pending[key]
        population, name = key
        item = self.program.find(population)
        assert isinstance(item, Population)
        total = Field("self", SUM + name, dtype="int")
        unit = Field("quantum", UNIT + name, dtype="f64")
        taken = Cast(Binary("*", Cast(total, "f64", dtype="f64"), unit, dtype="f64"), "real", dtype="real")
        new = Binary("+", Field("self", name, dtype="real"), taken, dtype="real")
        stores = Store("self", name, new), Store("self", SUM + name, Const(0, dtype="int"))
        self.actions.append(RunKernel(Kernel(f"take {name}", "neurons", "", (), stores), population, (), frozenset()))


def _in_quanta(effect: Accumulate, is_plastic: bool) -> list[Effect]:
    """The effect as one on an integer; values that are too large are counted instead."""
    value = Cast(effect.value, "f64", dtype="f64")
    scaled = Binary("*", value, Field("quantum", INVERSE + effect.field, dtype="f64"), dtype="f64")
    near = Call("floor", (Binary("+", scaled, Const(0.5, dtype="f64"), dtype="f64"),), dtype="f64")
    whole = Cast(near, "int", dtype="int")
    kept = Accumulate(SUM + effect.field, effect.op, whole, effect.when)
    if not is_plastic:
        return [kept]
    size = Call("abs", (value,), dtype="f64")
    fits = Compare("<=", size, Field("quantum", MOST + effect.field, dtype="f64"), dtype="bool")
    spilt = Accumulate(SPILT + effect.field, "+", Const(1, dtype="int"), effect.when)
    return [_where(kept, fits), _where(spilt, Not(fits, dtype="bool"))]


def _where(effect: Accumulate, condition: Expr) -> Accumulate:
    when = condition if effect.when is None else Logic("and", effect.when, condition, dtype="bool")
    return replace(effect, when=when)


def _is_weight(part: Expr, kernel: Kernel) -> bool:
    """Whether a node may stand in a weight: numbers, parameters, states of the edge, and arithmetic of these."""
    if isinstance(part, Field):
        return part.owner == "self" and kernel.layout != "random"
    if isinstance(part, Param):
        return True
    return isinstance(part, Const | Binary | Call | Cast | Negative | Power)
