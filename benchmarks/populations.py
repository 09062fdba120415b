"""Rows about neurons without synapses."""
from __future__ import annotations

import numpy as np

import brainpy_lab as bp

from .engine import DRIVE, agree, every_neuron_fired, population, with_libm
from .report import Row
from .timing import interleave, median, ratio, spread

# Rounding differs in the last bit of every function; 40 steps from rest let that grow to about 1e-12.
SAME_MV = 1e-9


def _same_start(simulations: dict, steps: int = 40) -> None:
    """Run a few steps on each and compare the potentials; then everything is back at its start."""
    first = {name: simulation.save() for name, (_, simulation) in simulations.items()}
    V = {}
    for name, (net, simulation) in simulations.items():
        simulation.begin(0.0, steps)
        simulation.advance(steps)
        V[name] = np.array(net.members[0].ST["V"])
        simulation.load(first[name])
    for name in V:
        agree(V["engine"], V[name], SAME_MV, f"engine and {name} after {steps} steps")


def libm(tiny: bool, rounds: int, drive: float = DRIVE) -> Row:
    """One population against the same printed loop with libm's functions."""
    n, steps = (64, 2000) if tiny else (4000, 500)
    made = {name: population(1, n, drive=drive) for name in ("engine", "libm expm1", "libm exp")}
    with_libm(made["libm expm1"][1], "expm1")
    with_libm(made["libm exp"][1], "exp")
    _same_start(made)
    for _, simulation in made.values():
        simulation.begin(0.0, steps * (rounds + 1))
    seconds = interleave({name: lambda s=s: s.advance(steps) for name, (_, s) in made.items()}, rounds)
    for name, (_, simulation) in made.items():
        every_neuron_fired(simulation, [n], name)
    each = 1e9 / (n * steps)
    times = {name: ratio(seconds[name], seconds["engine"]) for name in ("libm expm1", "libm exp")}
    figures = [f"{name}: {median(values) * each:.2f} ns per neuron-step ({spread(values, each)})"
               + (f", {times[name]:.2f} times the engine" if name in times else "") for name, values in seconds.items()]
    return Row(f"Wang-Buzsaki, {n} neurons, times faster than libm's loop", figures, min(times.values()), 2.6, True)


def many(tiny: bool, rounds: int) -> Row:
    """Thirty populations of one model against one."""
    n, steps, groups = (16, 3000, 30) if tiny else (4000, 300, 30)
    one, all_of_them = population(1, n)[1], population(groups, n)[1]
    for simulation in (one, all_of_them):
        simulation.begin(0.0, steps * groups * (rounds + 1))
    # The same number of neuron-steps on both sides; both are at work for as many neurons x steps.
    seconds = interleave({"1 population": lambda: one.advance(steps * groups),
                          "30 populations": lambda: all_of_them.advance(steps)}, rounds)
    every_neuron_fired(one, [n], "1 population")
    every_neuron_fired(all_of_them, [n] * groups, "30 populations")
    each = 1e9 / (n * steps * groups)
    figures = [f"{name}: {median(values) * each:.2f} ns per neuron-step ({spread(values, each)})"
               for name, values in seconds.items()]
    return Row(f"30 populations of {n} against one, ns per neuron-step", figures,
               ratio(seconds["30 populations"], seconds["1 population"]), 1.3)


def integrate_and_fire(tiny: bool, rounds: int) -> Row:
    """A cheap model, where loads and stores are the price."""
    n, steps = (64, 500) if tiny else (4000, 2000)
    # At 25 mV of drive the interval is 16 + 5 ms.
    _, simulation = population(1, n, bp.models.get_LIF(method="exponential"), drive=25.0, dt=0.1)
    simulation.begin(0.0, steps * (rounds + 1))
    values = interleave({"engine": lambda: simulation.advance(steps)}, rounds)["engine"]
    every_neuron_fired(simulation, [n], "integrate-and-fire neurons")
    each = 1e9 / (n * steps)
    return Row(f"Leaky integrate-and-fire, {n} neurons",
               [f"{median(values) * each:.3f} ns per neuron-step ({spread(values, each)})"])
