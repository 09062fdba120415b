"""Merged synapses against edges one by one."""

from __future__ import annotations

import numpy as np

import brainpy_lab as bp

from .report import CheckFailed, Row
from .timing import interleave, median, ratio, spread

SAME_MV = 1e-9
"""Sums are rounded in another order; 40 steps from the start let that grow to about 1e-13."""


def _network(n_exc: int, n_inh: int, prob: float, merged: bool):
    bp.profile.set(dt=0.1, merge_synapses=merged, seed=1)
    net = bp.models.networks.ei_network(n_exc, n_inh, prob=prob, seed=2)
    simulation = net.simulation(backend="numba", inputs=[(net.neurons, "ST.input", 20.0)])
    bp.profile.set(merge_synapses=False)
    if bool(simulation.merged.sums) != merged:
        raise CheckFailed(f"asked for merged={merged}, found {list(simulation.merged.sums)} merged")
    return net, simulation


def merging(tiny: bool, rounds: int) -> Row:
    """The balanced network of excitatory and inhibitory neurons."""
    sizes, steps = ((160, 40, 0.3), 500) if tiny else ((3200, 800, 0.02), 500)
    made = {"edges": _network(*sizes, merged=False), "merged": _network(*sizes, merged=True)}
    V = {}
    for name, (net, simulation) in made.items():
        simulation.begin(0.0, 40)
        simulation.advance(40)
        V[name] = np.array(net.neurons.ST["V"])
    worst = float(np.abs(V["edges"] - V["merged"]).max())
    if not worst < SAME_MV:
        raise CheckFailed(f"after 40 steps the potentials differ by {worst:g} mV")
    for _, simulation in made.values():
        simulation.begin(simulation.t, steps * (rounds + 1))
    seconds = interleave({name: lambda s=s: s.advance(steps) for name, (_, s) in made.items()}, rounds)
    # Spikes drift apart by rounding, so their numbers are compared: 5 standard errors of two Poisson counts.
    spikes = {name: len(simulation.monitor(0)[0]) for name, (_, simulation) in made.items()}
    if min(spikes.values()) == 0 or abs(spikes["edges"] - spikes["merged"]) > 5 * np.sqrt(sum(spikes.values())):
        raise CheckFailed(f"spikes: {spikes}")
    n_edges = sum(item.num for item in made["edges"][0].members[1:])
    figures = [
        f"{name}: {median(values) / steps * 1e6:.1f} us per step ({spread(values, 1e6 / steps)}), {spikes[name]} spikes"
        for name, values in seconds.items()
    ]
    row = Row(f"E/I network, {n_edges} synapses merged, times faster than edges", figures, limit=3.0, at_least=True)
    row.measured = ratio(seconds["edges"], seconds["merged"])
    return row
