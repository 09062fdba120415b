"""From a program to the actions of one time step, in order: what a back end has to do.

Here every step is lowered, typed, freed of repetitions and, for projections, split into rows and edges. The plan
depends on the program alone, so it is the same for every back end and for every size.
"""
from __future__ import annotations

from dataclasses import replace

from ..ir.kernel import Accumulate, Kernel, Push, RingLet, Store
from ..ir.plan import Action, ApplyInput, Plan, Record, RunKernel, RunPython
from ..ir.program import Population, Program, Projection, Slot
from ..ir.python_step import PythonStep
from . import common, equation, lower, rows, typing


def plan(program: Program) -> Plan:
    """Lower every slot of the schedule."""
    result = Plan(program, ())
    actions: list[Action] = []
    inputs = {str(index): spec for index, spec in enumerate(program.inputs)}
    monitors = {str(index): spec for index, spec in enumerate(program.monitors)}
    done: dict[tuple[str, str], list[Action]] = {}
    for slot in program.schedule:
        if slot.what == "input":
            actions.append(ApplyInput(int(slot.name), inputs[slot.name]))
        elif slot.what == "monitor":
            actions.append(Record(int(slot.name), monitors[slot.name]))
        else:
            key = (slot.target, slot.name)
            if key not in done:
                done[key] = list(_lowered(program, slot, result))
            actions.extend(done[key])
    return replace(result, actions=tuple(actions))


def _lowered(program: Program, slot: Slot, result: Plan) -> list[Action]:
    item = program.find(slot.target)
    step = next(step for step in item.steps if step.name == slot.name)
    if isinstance(step, PythonStep):
        if isinstance(item, Projection) and item.delay_steps > 1:
            for name in (*step.late, *step.pushes):
                result.rings[item.name, "self", name] = next(s.dtype for s in item.states if s.name == name)
        return [RunPython(step, item.name, tuple(equation.straight(call) for call in step.equations))]
    space = "neurons" if isinstance(item, Population) else "edges"
    delay = item.delay_steps if isinstance(item, Projection) else _ANY_RING
    kernel = common.share(typing.infer(lower.lower(step, space, delay), field_types(program, item)))
    kernels: list[Kernel | None] = [kernel]
    if isinstance(item, Projection):
        kernels = list(rows.split(kernel, item, _folded(program, item, kernel)))
    found: list[Action] = []
    for one in kernels:
        if one is None:
            continue
        for part in [*one.lets, *one.effects]:
            if isinstance(part, RingLet | Push):
                dtype = next(state.dtype for state in item.states if state.name == part.field)
                result.rings[item.name, part.owner, part.field] = dtype
            if isinstance(part, Store) and part.owner == "row":
                result.rows[item.name, part.field] = part.value.dtype or "real"
        found.append(RunKernel(one, item.name, item.params, item.spread))
    if isinstance(item, Projection):
        for state in item.states:
            if state.name in item.shared:
                result.rows[item.name, state.name] = state.dtype
    return found


_ANY_RING = 2
"""In populations only states that have a ring are pushed and read."""


def field_types(program: Program, item: Population | Projection) -> dict[tuple[str, str], str]:
    """(owner, state) -> dtype, for everything that a step of the object may read or write."""
    types = {("self", state.name): state.dtype for state in item.states}
    if program.one:
        types.update({("one", state.name): state.dtype for state in program.find(program.one).states})
    if isinstance(item, Projection):
        for owner, name in (("pre", item.pre), ("post", item.post)):
            types.update({(owner, state.name): state.dtype for state in program.find(name).states})
    return types


def _folded(program: Program, item: Projection, kernel: Kernel) -> frozenset[tuple[str, str]]:
    written = {effect.field for effect in kernel.effects if isinstance(effect, Accumulate)}
    found = {("post", name) for name in written}
    if item.pre == item.post:
        found |= {("pre", name) for name in written}
    return frozenset(found)
