"""What a person is told about merged synapses: which are, which cannot be and why, and when it would pay."""

from __future__ import annotations

from dataclasses import replace

from ..ir.program import Projection
from ..passes.merge import is_by_events, merge
from .code import DEVICES
from .simulation import Simulation

FAN_IN = 8
"""Edges per target from which on merging pays. Measured (1,000 and 4,000 targets, 10 and 100 Hz): a fan-in of 2 costs
the same either way, one of 8 a third, one of 64 a tenth."""

MANY_EDGES = 50_000
"""Edges from which on it matters: they cost about 30 us in a step."""

_advised = False


def refusals(simulation: Simulation) -> list[str]:
    """Why projections stay as they are although merging was asked for, one line each."""
    return [
        f"synapses of {simulation.names.shown(name)} are not merged: {reason}"
        for name, reason in simulation.merged.refused.items()
    ]


def facts(simulation: Simulation) -> list[str]:
    """What the results have to be called by, in one line."""
    found = []
    if simulation.plan.quanta:
        found.append('what spikes deliver is summed in quanta (sums="quanta"): exact, the same in any order')
    if simulation.sums == "any" and simulation.backend in DEVICES:
        found.append("bits not promised: what spikes deliver is summed in any order (deterministic=False)")
    if not simulation.merged.sums:
        return found
    names = ", ".join(simulation.names.shown(name) for name in simulation.merged.sums)
    return [
        *found,
        f"synapses of {names} are merged into one state per postsynaptic neuron, so sums are rounded in another "
        "order (merge_synapses=True)"
    ]


def advice(simulation: Simulation) -> list[str]:
    """One line when projections that run through many edges in every step could be merged."""
    program, bindings = simulation.program, simulation.bindings
    large = [
        item.name
        for item in program.objects
        if isinstance(item, Projection)
        and item.name in bindings.sums  # the front end knows the setting
        and bindings.sizes[item.name] >= max(MANY_EDGES, FAN_IN * bindings.sizes[item.post])
    ]
    if program.merge_synapses or not large:
        return []
    merged = merge(replace(program, merge_synapses=True))
    names = [simulation.names.shown(name) for name in large if name in merged.sums and is_by_events(merged, name)]
    if not names:
        return []
    return [
        f"synapses of {', '.join(names)} could be merged into one state per postsynaptic neuron, which takes less "
        "time and rounds sums in another order: profile.set(merge_synapses=True)"
    ]


def first(advice: list[str]) -> list[str]:
    """The first advice in this process; nothing from then on."""
    global _advised
    found = [] if _advised else advice
    _advised = _advised or bool(found)
    return found
