"""Rows that compare with hand-written C."""
from __future__ import annotations

import numpy as np

import brainpy_lab as bp
from brainpy_lab.ir.program import Projection

from . import hand
from .engine import DRIVE, DT_INTERNEURON, DT_SQUID, agree, every_neuron_fired, population
from .report import CheckFailed, Row
from .timing import interleave, median, ratio, spread

# exprel and exp(-x) forms differ by roundings that spikes amplify; 400 steps are one spike of every neuron.
SAME_MV = 1e-6


def _network(n: int, uneven: bool):
    bp.profile.set(dt=DT_INTERNEURON)
    net = bp.models.networks.gamma_network(n, seed=1)
    if uneven:
        # Synapses of one source that start apart cannot share a state: all of them are integrated.
        net.synapses.ST["s"][:] = 1e-15 * np.arange(net.synapses.ST["s"].size)
    return net, net.simulation(backend="numba", inputs=[(net.neurons, "ST.input", DRIVE)])


def _rate(net, simulation, steps: int) -> float:
    """Mean rate in Hz of what `simulation` recorded; raises when a neuron was silent."""
    every = [k for k, (_, spec) in enumerate(net.layout.monitors) if spec.key == "spike"]
    record = simulation.monitor(every[0])
    n = net.neurons.num
    counts = np.bincount(record[1], minlength=n) if isinstance(record, tuple) else np.count_nonzero(record, axis=0)
    if counts.min() == 0:
        raise CheckFailed(f"gamma network: {np.count_nonzero(counts == 0)} of {n} neurons never fired")
    return float(counts.mean() / (steps * DT_INTERNEURON * 1e-3))


def gamma(tiny: bool, rounds: int, flags: tuple[str, ...] = ()) -> Row:
    """The quick start's network, run only."""
    n, steps = (20, 3000) if tiny else (100, 6250)
    row = Row(f"Gamma network, {n} neurons, against hand-written C", limit=2.5)
    code = hand.library(*flags)
    made = {name: _network(n, uneven) for name, uneven in (("engine", False), ("engine, every synapse", True))}
    shared = [any(simulation.shared.values()) for _, simulation in made.values()]
    if shared != [True, False]:
        raise CheckFailed(f"expected shared synaptic states and then none, found {shared}")
    work = {}
    if code is not None:
        group = made["engine"][0].neurons
        first = [np.array(group.ST[name]) for name in ("V", "h", "n")]
        ring = next(item.delay_steps for item in made["engine"][1].program.objects if isinstance(item, Projection))
        c = {name: hand.Gamma(code, *first, DT_INTERNEURON, DRIVE, 0.1 / n, ring, alike)
             for name, alike in (("C", False), ("C, one state per source", True))}
        _same(made, c)
        work = {name: lambda side=side: side.run(steps) for name, side in c.items()}
    for net, simulation in made.values():
        simulation.begin(simulation.t, steps * (rounds + 1))
        for k, (_, spec) in enumerate(net.layout.monitors):
            if spec.key == "V":
                # A virtual machine may have to ask its host for fresh memory: up to half of the run, on some days.
                simulation.ring(k)[:] = 0.0
    work |= {name: lambda s=s: s.advance(steps) for name, (_, s) in made.items()}
    seconds = interleave(work, rounds)
    rates = [_rate(*pair, steps * (rounds + 1)) for pair in made.values()]
    per = 1000 / (steps * DT_INTERNEURON * 1e-3)
    row.figures = [f"{name}: {median(values) * per:.1f} ms per simulated s ({spread(values, per)})"
                   + (f", {ratio(values, seconds['C']):.2f} times C" if code and name != "C" else "")
                   for name, values in seconds.items()]
    row.figures.append(f"rate {rates[0]:.1f} Hz, {rates[1]:.1f} Hz with every synapse")
    if code is None:
        row.skipped = hand.MISSING
        return row
    for name, side in c.items():
        hertz = side.fired.mean() / (side.step * DT_INTERNEURON * 1e-3)
        if side.fired.min() == 0 or abs(hertz / rates[0] - 1) > 0.05:
            raise CheckFailed(f"{name} fires at {hertz:.1f} Hz, the engine at {rates[0]:.1f} Hz")
    row.measured = ratio(seconds["engine"], seconds["C"])
    return row


def _same(made: dict, c: dict, steps: int = 400) -> None:
    """All sides do the first steps of the network alike."""
    for side in c.values():
        side.run(steps)
    for name, (net, simulation) in made.items():
        simulation.begin(0.0, steps)
        simulation.advance(steps)
        for other, side in c.items():
            agree(net.neurons.ST["V"], side.V, SAME_MV, f"gamma network after {steps} steps, {name} and {other}")


def neuron(tiny: bool, rounds: int, flags: tuple[str, ...] = ()) -> Row:
    """One Hodgkin-Huxley neuron with an input, its spikes recorded as events."""
    steps, drive = (3000, 10.0) if tiny else (50_000, 10.0)
    row = Row("One Hodgkin-Huxley neuron, us per step", limit=0.15, unit="us")
    net, simulation = population(1, 1, bp.models.get_HH(method="exponential"), drive=drive, dt=DT_SQUID)
    group = net.members[0]
    code = hand.library(*flags)
    work = {}
    if code is not None:
        side = hand.Squid(code, np.array([group.ST[name][0] for name in ("V", "m", "h", "n")]), DT_SQUID, drive)
        simulation.begin(0.0, 400)
        simulation.advance(400)
        side.run(400)
        agree(group.ST["V"], side.state[:1], SAME_MV, "one neuron after 400 steps, engine and C")
        work["C"] = lambda: side.run(steps)
    simulation.begin(simulation.t, steps * (rounds + 1))
    work["engine"] = lambda: simulation.advance(steps)
    seconds = interleave(work, rounds)
    every_neuron_fired(simulation, [1], "one neuron")
    row.figures = [f"{name}: {median(values) / steps * 1e6:.4f} us per step ({spread(values, 1e6 / steps)})"
                   for name, values in seconds.items()]
    row.measured = median(seconds["engine"]) / steps * 1e6
    if code is None:
        row.figures.append(f"no ratio: {hand.MISSING}")
        return row
    spikes = len(simulation.monitor(0)[0])
    # The engine's monitor was emptied after the first 400 steps, in which the C side counted one spike more.
    if abs(side.spikes - spikes) > 2:
        raise CheckFailed(f"one neuron: {side.spikes} spikes in C, {spikes} in the engine")
    row.figures.append(f"{ratio(seconds['engine'], seconds['C']):.2f} times C, {spikes} spikes")
    return row
