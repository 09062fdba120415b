"""Steps of a population that follow each other become one step, so that its neurons are visited once.

Each step treats every neuron by itself, so it does not matter whether all neurons have made the first step before one
makes the second. Between two steps a state lies in memory as a number of its type; a cast says so where the next step
reads it. Steps of projections act on other objects, and steps in Python may see all neurons: these stay apart.
"""
from __future__ import annotations

from dataclasses import replace

from ..ir.expr import Cast, Field, walk
from ..ir.program import Population, Program, Slot, Step
from ..ir.python_step import PythonStep
from ..ir.statements import Assign, Integrate, Statement, blocks, expressions


def merge_steps(program: Program) -> Program:
    """Make one step of each unbroken row of steps of a population in the schedule.

    A step that the schedule names twice stays apart: its draws have one number, which belongs to one step.
    """
    objects = {item.name: item for item in program.objects}
    schedule: list[Slot] = []
    for slot in program.schedule:
        before = schedule[-1] if schedule else None
        item = objects[slot.target]
        if (before is not None and before.target == slot.target and isinstance(item, Population)
                and _is_free(program, item, slot) and _is_free(program, item, before)):
            merged = _merged(item, _step(item, before.name), _step(item, slot.name))
            rest = tuple(step for step in item.steps if step.name not in (before.name, slot.name))
            objects[item.name] = replace(item, steps=(*rest, merged))
            schedule[-1] = Slot(item.name, "step", merged.name)
        else:
            schedule.append(slot)
    return replace(program, objects=tuple(objects.values()), schedule=tuple(schedule))


def _is_free(program: Program, item: Population, slot: Slot) -> bool:
    if slot.what != "step" or isinstance(_step(item, slot.name), PythonStep):
        return False
    return program.schedule.count(slot) < 2


def _step(item: Population, name: str) -> Step:
    return next(step for step in item.steps if step.name == name)


def _merged(item: Population, first: Step, second: Step) -> Step:
    name = f"{first.name}_{second.name}"
    while any(step.name == name for step in item.steps):
        name += "_"
    types = {state.name: state.dtype for state in item.states}
    stored = [Field("self", name) for name in sorted(_assigned(first.body) & _read(second.body))]
    between = tuple(Assign(field, Cast(field, types[field.name])) for field in stored)
    return Step(name, (*first.body, *between, *second.body), place=first.place)


def _assigned(body: tuple[Statement, ...]) -> set[str]:
    found = {statement.target.name for statement in body
             if isinstance(statement, Assign) and isinstance(statement.target, Field)}
    return found.union(*(_assigned(block) for statement in body for block in blocks(statement)))


def _read(body: tuple[Statement, ...]) -> set[str]:
    found: set[str] = set()
    for statement in body:
        trees = list(expressions(statement))
        if isinstance(statement, Integrate):
            for eq in statement.system.equations:
                trees += [eq.drift, *(value for _, value in eq.lines), *eq.extras]
                trees += [eq.diffusion] if eq.diffusion is not None else []
        found |= {node.name for tree in trees for node in walk(tree) if isinstance(node, Field)}
        found = found.union(*(_read(block) for block in blocks(statement)))
    return found
