"""What a state will be worth when the next step reads it: inputs come first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..ir.program import Monitor, Program, Projection, Slot


def numbered(program: Program, owner: str, field: str) -> dict[str, int]:
    """The numbers that are added to a state before each step: a name for each -> the number of the input.

    None of them where something else than a sum happens to the state.
    """
    fed = {k: spec for k, spec in enumerate(program.inputs) if (spec.target, spec.field) == (owner, field)}
    if any(spec.op != "+" or spec.source == "events" for spec in fed.values()):
        return {}
    times = [slot.name for slot in program.schedule if slot.what == "input"]
    return {f"{field} {k}": k for k, spec in fed.items() if spec.source == "number" and times.count(str(k)) == 1}


def fed(simulation, owner: str, field: str, index: int, without: frozenset[int] = frozenset()) -> float:
    """A state of an element as the next step will see it, after its inputs.

    Parameters
    ----------
    simulation : Simulation
    owner, field : str
        The object and its state in the program.
    index : int
        The element.
    without : frozenset of int
        Inputs that are left out.
    """
    value = float(simulation.field(owner, field)[index])
    program = simulation.program
    for slot in program.schedule:
        if slot.what != "input" or slot.target != owner:
            continue
        k = int(slot.name)
        spec = program.inputs[k]
        if spec.field == field and k not in without:
            value = _after(simulation, k, spec, index, value)
    return value


def _after(simulation, k: int, spec, index: int, value: float) -> float:
    if spec.source == "wave":
        step = simulation.step
        return value + float(simulation.waves.values(k, step, step + 1)[0])
    held = simulation.get_input(k)
    if spec.source == "events":
        late = 1e-9 * simulation.dt
        times = held[:, 0] - late
        now = held[(times > simulation.t - simulation.dt) & (times <= simulation.t), 1]
        return 1.0 if index in now else value
    row = simulation.run_step
    if spec.source in ("series", "table") and row >= len(held):
        return value
    given = {
        "number": lambda: held[0],
        "array": lambda: held[index],
        "series": lambda: held[row],
        "table": lambda: held[row, index],
    }[spec.source]()
    with np.errstate(all="ignore"):
        given = float(given)
        return {
            "+": lambda: value + given,
            "-": lambda: value - given,
            "*": lambda: value * given,
            "/": lambda: value / given if given else np.nan,
            "=": lambda: given,
        }[spec.op]()


def with_early(program: Program, bindings, owner: str, field: str) -> tuple[Program, tuple[int, int] | None]:
    """A program that records what synapses add to a state of one neuron in the same step in which it is read.

    Synapses that act after the neurons have left what they add in the state. Where some act before, nobody knows what
    they will add, and what they added last is recorded.

    Parameters
    ----------
    program : Program
    bindings : Bindings
        Of the program; the new monitors are entered.
    owner, field : str
        The neurons and their state.

    Returns
    -------
    Program
    (int, int) or None
        Monitors of one neuron, the first one to begin with: the state before and after they have acted. None where no
        synapse acts before.
    """
    schedule = list(program.schedule)
    first = next((k for k, slot in enumerate(schedule) if slot.target == owner and slot.what != "monitor"), 0)
    ends = {one.name: (one.pre, one.post) for one in program.objects if isinstance(one, Projection)}
    if not any(slot.what == "step" and owner in ends.get(slot.target, ()) for slot in schedule[:first]):
        return program, None
    before, after = len(program.monitors), len(program.monitors) + 1
    schedule.insert(first, Slot(owner, "monitor", str(after)))
    schedule.insert(0, Slot(owner, "monitor", str(before)))
    bindings.indices.extend(np.zeros(1, np.int64) for _ in range(2))
    monitors = (*program.monitors, *(Monitor(owner, field, some=True) for _ in range(2)))
    return replace(program, monitors=monitors, schedule=tuple(schedule)), (before, after)


def added_early(simulation, monitors: tuple[int, int]) -> float:
    """What synapses added in the last step, by the monitors of `with_early`."""
    if not simulation.run_step:
        return 0.0
    before, after = (simulation.recordings.rows(monitor) for monitor in monitors)
    row = (simulation.run_step - 1) % len(before)
    return float(after[row, 0]) - float(before[row, 0])
