"""One state per target neuron instead of one per edge, where sums over edges obey the same equations.

A projection whose edges all obey ``s -> A*s + b``, with A the same on all edges of a neuron, and that delivers
multiples of s which are the same on all of them, is replaced by two: one that adds the b of each edge to the sum of its
target, most often at spikes only, and one with a single edge per target that advances and delivers the sums. The
mathematics is the same. The rounding is not, so this happens only where ``Program.merge_synapses`` asks for it.

Nothing is recognised by name: `superpose` splits the lowered steps, whatever the method of integration.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..ir.expr import Const, Element, Expr, Field, Local, Negative, Not, Select, walk
from ..ir.kernel import Accumulate, Kernel, Let, Push, Store, values
from ..ir.plan import RunKernel
from ..ir.program import Program, Projection, Slot, Step
from ..ir.python_step import PythonStep
from ..ir.show import expression
from ..ir.statements import Assign, Fold, If, RingPush, Statement
from . import rows
from .integrate.stage import Names
from .lower import lower
from .plan import plan
from .superpose import NotLinear, Superposition

SUMS = ".sums"
"""What the name of a projection that holds sums ends with."""


@dataclass(frozen=True)
class Merged:
    """What merging made of a program.

    Parameters
    ----------
    program : Program
        What runs.
    sums : dict of str to str
        Merged projection -> the projection that holds its sums, with one edge from neuron 0 of the target population
        to every neuron that has edges. It has the parameters of the merged one, in the same order.
    refused : dict of str to str
        Projection that stays as it is -> why.
    """

    program: Program
    sums: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def merge(program: Program) -> Merged:
    """Merge every projection that can be merged, when the program asks for it.

    A projection without states has nothing to merge and is not mentioned.
    """
    if not program.merge_synapses:
        return Merged(program)
    found = Merged(program)
    objects: list = []
    holders: list[Projection] = []
    slots: dict[tuple[str, str], list[Slot]] = {}
    for item in program.objects:
        if isinstance(item, Projection) and item.states and item.steps:
            try:
                item, holder, calls = _split(program, item)
            except NotLinear as problem:
                where = "" if problem.place is None else f" ({problem.place})"
                found.refused[item.name] = f"{problem.reason}{where}"
            else:
                found.sums[item.name] = holder.name
                holders.append(holder)
                slots |= {(item.name, name): called for name, called in calls.items()}
        objects.append(item)
    schedule = [
        call
        for slot in program.schedule
        for call in (slots.get((slot.target, slot.name), [slot]) if slot.what == "step" else [slot])
    ]
    # At the end, so that the numbers of the other objects, which number their random numbers, stay as they are.
    made = replace(program, objects=(*objects, *holders), schedule=tuple(schedule), merge_synapses=False)
    return replace(found, program=made)


def is_by_events(merged: Merged, name: str) -> bool:
    """Whether the edges of a merged projection are looked at only where their source does something."""
    alone = replace(
        merged.program,
        schedule=tuple(slot for slot in merged.program.schedule if slot.target == name),
        inputs=(),
        monitors=(),
    )
    kernels = [action.kernel for action in plan(alone).actions if isinstance(action, RunKernel)]
    return all(kernel.guard is not None for kernel in kernels if kernel.space == "edges")


def _split(program: Program, item: Projection) -> tuple[Projection, Projection, dict[str, list[Slot]]]:
    """The projection that adds, the one that holds the sums, and what runs in place of each step."""
    _check_use(program, item)
    holder = item.name + SUMS
    names = Names([step.name for step in item.steps])
    adding: list[Step] = []
    holding: list[Step] = []
    calls: dict[str, list[Slot]] = {}
    for step in item.steps:
        if isinstance(step, PythonStep):
            raise NotLinear(f"step {step.name!r} is array code, which may look at single edges", step.place)
        try:
            advance, add, after = _parts(step, item)
        except NotLinear as problem:
            raise NotLinear(f"step {step.name!r}: {problem.reason}", problem.place or step.place) from None
        calls[step.name] = called = []
        for body, target, where, name in (
            (advance, holder, holding, step.name),
            (add, item.name, adding, step.name),
            (after, holder, holding, f"{step.name}_after"),
        ):
            if body:
                name = name if name == step.name else names.fresh(name)
                where.append(Step(name, tuple(body), place=step.place))
                called.append(Slot(target, "step", name))
    adds = replace(item, post=holder, states=(), steps=tuple(adding), delay_steps=1, shared=frozenset())
    holds = replace(
        item,
        name=holder,
        pre=item.post,
        steps=tuple(holding),
        spread=frozenset(),
        layout="runs",
        shared=frozenset(),
        attributes=frozenset(),
    )
    return adds, holds, calls


def _check_use(program: Program, item: Projection) -> None:
    """Nobody from outside may look at a state of an edge."""
    states = {state.name: state for state in item.states}
    for monitor in program.monitors:
        if monitor.target == item.name and monitor.field in states:
            raise NotLinear(f"{monitor.field!r} is monitored on its edges")
    for source in program.inputs:
        if source.target == item.name and source.field in states:
            raise NotLinear(f"{source.field!r} takes an input on its edges")
    for state in states.values():
        if state.dtype != "real":
            what = "holds times" if state.dtype == "f64" else f"is {state.dtype}, not real"
            raise NotLinear(f"{state.name!r} {what}")


def _parts(step: Step, item: Projection) -> tuple[list[Statement], list[Statement], list[Statement]]:
    """What a step does to the sums first, what edges add to them, and what is done with the sums after that."""
    kernel = _plain(lower(step, "edges", item.delay_steps))
    _check_order(kernel, item)
    before = Superposition(kernel, item.spread)
    stores = [effect for effect in kernel.effects if isinstance(effect, Store)]
    now = {store.value.name: store.field for store in reversed(stores) if isinstance(store.value, Local)}
    after = Superposition(kernel, item.spread, now)
    names = Names([let.name for let in kernel.lets])

    folds: dict[int, list[tuple[Expr, Accumulate]]] = {id(before): [], id(after): []}
    for effect in kernel.effects:
        if isinstance(effect, Accumulate):
            side, value = _delivered(effect, before, after if now else None)
            folds[id(side)].append((value, effect))

    roots: dict[str, Expr] = {}
    added: dict[str, Expr] = {}
    for store in stores:
        try:
            linear, more = before.of(store.value)
            if more is not None:
                _check_added(more, before)
        except NotLinear as problem:
            raise NotLinear(f"{store.field!r}: {problem.reason}", problem.place) from None
        if linear != Field("self", store.field):
            roots[store.field] = Const(0.0) if linear is None else linear
        if more is not None:
            added[store.field] = more

    advance = _advance(roots, folds[id(before)], before, names)
    add = before.lines(list(added.values()), before.added)
    for name, value in added.items():
        add.append(_event(name, value, before))
    pushed = [RingPush(effect.field) for effect in kernel.effects if isinstance(effect, Push)]
    return advance, add, [*pushed, *_deliver(folds[id(after)], after)]


def _plain(kernel: Kernel) -> Kernel:
    """The kernel without a guard, every stored value with a name."""
    if kernel.guard is not None:
        kernel = rows.per_edge(kernel)
    names = Names([let.name for let in kernel.lets])
    lets, effects = list(kernel.lets), list(kernel.effects)
    for number, effect in enumerate(effects):
        if isinstance(effect, Store) and not isinstance(effect.value, Local):
            name = names.fresh(f"{effect.field}_next")
            lets.append(Let(name, effect.value))
            effects[number] = replace(effect, value=Local(name, place=effect.value.place))
    return replace(kernel, lets=tuple(lets), effects=tuple(effects))


def _check_order(kernel: Kernel, item: Projection) -> None:
    """No edge may see what the edges before it have just added."""
    moved = {effect.field for effect in kernel.effects if isinstance(effect, Accumulate)}
    owners = ("post", "pre") if item.pre == item.post else ("post",)
    for value in values(kernel):
        for part in walk(value):
            if isinstance(part, Field) and part.owner in owners and part.name in moved:
                raise NotLinear(f"it reads {expression(part)}, which it also adds to", part.place)


def _delivered(effect: Accumulate, before: Superposition, after: Superposition | None) -> tuple[Superposition, Expr]:
    """The multiple of the states that is delivered, and whether of those before or after the step."""
    problems: list[NotLinear] = []
    for side in (after, before):
        if side is None:
            continue
        try:
            linear, added = side.of(effect.value)
            if linear is None or added is not None:
                raise NotLinear(
                    f"it adds {_spelled(effect.value, side)} to post.{effect.field}, which is no multiple "
                    "of its states",
                    effect.value.place,
                )
            if effect.when is not None:
                if side.depends(effect.when):
                    raise NotLinear(
                        f"it adds to post.{effect.field} under a condition on its states", effect.value.place
                    )
                if side.edge_part(effect.when) is not None:
                    raise NotLinear(
                        f"it adds to post.{effect.field} on some edges of a neuron only", effect.value.place
                    )
            return side, linear
        except NotLinear as problem:
            problems.append(problem)
    raise problems[-1]


def _spelled(value: Expr, side: Superposition) -> str:
    return expression(side.definition(value, side.free))


def _check_added(value: Expr, side: Superposition) -> None:
    for part in side.needs([value], side.added):
        if isinstance(part, Field) and part.owner == "post" or isinstance(part, Element) and part.which == "post":
            raise NotLinear(f"what is added on an edge depends on its target, {expression(part)}", part.place)


def _advance(
    roots: dict[str, Expr], folds: list[tuple[Expr, Accumulate]], side: Superposition, names: Names
) -> list[Statement]:
    """Deliver what belongs to the old states and make the new ones, all of them from the old."""
    body = side.lines([*roots.values(), *_needs(folds)], side.linear)
    body += _folds(folds)
    new: dict[str, Expr] = {}
    for name, root in roots.items():
        if isinstance(root, Field):
            local = Local(names.fresh(f"{name}_new"))
            body.append(Assign(local, root))
            root = local
        new[name] = root
    return body + [Assign(Field("self", name), value) for name, value in new.items()]


def _deliver(folds: list[tuple[Expr, Accumulate]], side: Superposition) -> list[Statement]:
    return side.lines(list(_needs(folds)), side.linear) + _folds(folds)


def _needs(folds: list[tuple[Expr, Accumulate]]) -> Iterable[Expr]:
    for value, effect in folds:
        yield value
        if effect.when is not None:
            yield effect.when


def _folds(folds: list[tuple[Expr, Accumulate]]) -> list[Statement]:
    found: list[Statement] = []
    for value, effect in folds:
        one = Fold(effect.field, effect.op, value, place=value.place)
        found.append(one if effect.when is None else If(effect.when, (one,), place=value.place))
    return found


def _event(name: str, value: Expr, side: Superposition) -> Statement:
    """Add a value to the sum of the target; a condition without which it is 0 becomes one of the statement."""
    conditions: list[Expr] = []
    op, place = "+", value.place
    while True:
        match side.definition(value, side.added):
            case Select(condition, yes, Const(0.0)):
                conditions.append(condition)
                value = yes
            case Select(condition, Const(0.0), no):
                conditions.append(Not(condition))
                value = no
            case Negative(inner):
                op = "-" if op == "+" else "+"
                value = inner
            case _:
                break
    found: Statement = Fold(name, op, value, place=place)
    for condition in reversed(conditions):
        found = If(condition, (found,), place=place)
    return found


__all__ = ["SUMS", "Merged", "is_by_events", "merge"]
