"""Rows about a million synapses: how long they take to make, and how much memory."""

from __future__ import annotations

import tracemalloc

import brainpy_lab as bp
from brainpy_lab.connect import FixedProb
from brainpy_lab.runtime.build import build

from .report import CheckFailed, Row
from .timing import interleave, median, spread


def sizes(tiny: bool, rounds: int) -> list[Row]:
    """Connect, build and keep a network with one state for each synapse."""
    n, prob = (1000, 0.01) if tiny else (10_000, 0.01)
    wanted = n * n * prob

    def network():
        group = bp.NeuGroup(bp.models.get_LIF(), n)
        return bp.Network(group=group, synapses=bp.SynConn(bp.models.get_AMPA(), group, group, conn=FixedProb(prob)))

    def first_step():
        net = network()
        simulation = build(*net.build_program((net.group, "ST.input", 1.0)), "numba")
        simulation.begin(0.0, 1)
        simulation.advance(1)
        return net, simulation

    first_step()  # compiled from here on
    seconds = interleave({"connect": lambda: FixedProb(prob, seed=1)(n, n), "build": first_step}, rounds)
    tracemalloc.start()
    try:
        net, simulation = first_step()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    edges = net.synapses.num
    # A binomial number; six of its standard deviations are sqrt(36 n n p).
    if abs(edges - wanted) > 6 * wanted**0.5 or simulation.run_step != 1:
        raise CheckFailed(f"{edges} synapses were made, {wanted:.0f} were wanted")
    return [
        Row(f"FixedProb, {wanted:.3g} edges", [spread(seconds["connect"]) + " s"], median(seconds["connect"]), 1.0,
            unit="s"),
        Row(f"Network of {wanted:.3g} synapses, groups to first step", [spread(seconds["build"]) + " s"],
            median(seconds["build"]), 3.0, unit="s"),
        Row("Memory of a synapse with one float64 state, bytes", [f"{peak / edges:.0f} while it is made"],
            kept / edges, 40.0, unit="bytes"),
    ]  # fmt: skip
