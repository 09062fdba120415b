"""What a person is told about merged synapses: which are, which cannot be and why, and when it would pay."""
from __future__ import annotations

from dataclasses import replace

from ..ir.program import Projection
from ..passes.merge import is_by_events, merge
from .simulation import Simulation

FAN_IN = 8
"""Edges per target from which on merging pays: below it the events and the sums cost what the edges did."""

MANY_EDGES = 50_000
"""Edges below which a step is too short for anybody to care."""

_advised = False


def refusals(simulation: Simulation) -> list[str]:
    """Why projections stay as they are although merging was asked for, one line each."""
    return [f"synapses of {simulation.names.shown(name)} are not merged: {reason}"
            for name, reason in simulation.merged.refused.items()]


def facts(simulation: Simulation) -> list[str]:
    """What the results have to be called by, and what could be had: one line each."""
    if simulation.merged.sums:
        names = ", ".join(simulation.names.shown(name) for name in simulation.merged.sums)
        return [f"synapses of {names} are merged into one sum per postsynaptic neuron, which rounds differently "
                "(merge_synapses=True)"]
    return advice(simulation)


def first_advice(simulation: Simulation) -> list[str]:
    """The advice for the first program of this process that deserves it; nothing from then on."""
    global _advised
    found = [] if _advised else advice(simulation)
    _advised = _advised or bool(found)
    return found


def advice(simulation: Simulation) -> list[str]:
    """One line when projections with many edges per neuron, which run through all of them in every step, could be
    merged."""
    program, bindings = simulation.program, simulation.bindings
    large = [item.name for item in program.objects if isinstance(item, Projection)
             and bindings.sizes[item.name] >= max(MANY_EDGES, FAN_IN * bindings.sizes[item.post])]
    if program.merge_synapses or not large:
        return []
    merged = merge(replace(program, merge_synapses=True))
    names = [simulation.names.shown(name) for name in large
             if name in merged.sums and is_by_events(program, merged, name)]
    if not names:
        return []
    return [f"{', '.join(names)}: one sum per postsynaptic neuron would do for all synapses, and be faster: "
            "profile.set(merge_synapses=True). It rounds differently"]
