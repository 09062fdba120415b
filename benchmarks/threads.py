"""Rows about the device 'multi-cpu': several threads against one."""

from __future__ import annotations

import numpy as np

import brainpy_lab as bp
from brainpy_lab.backends.numba.team import cores
from brainpy_lab.runtime.build import build

from .engine import DRIVE, DT_INTERNEURON
from .report import CheckFailed, Row
from .timing import interleave, spread

PIECES = 20
"""Of a round. A machine with other work has a quiet moment now and then: the best of many short pieces is compared."""


def threads(tiny: bool, rounds: int) -> list[Row]:
    """A population and a network on one thread and on one for each core."""
    size = cores()
    n, steps = (4000, 20) if tiny else (16_000, 100)
    return [
        _row("4000 Wang-Buzsaki neurons", _neurons(4000), steps, rounds, size, 1.6),
        _row(f"COBA, {n} neurons", _coba(n), steps, rounds, size, 1.3),
    ]


def _neurons(n: int):
    bp.profile.set(dt=DT_INTERNEURON)
    group = bp.NeuGroup(bp.models.get_WangBuzsaki(method="exponential"), n, monitors=["spike"])
    group.ST["V"] = np.linspace(-70.0, -50.0, n)
    return bp.Network(neurons=group), DRIVE


def _coba(n: int):
    """Vogels and Abbott's network: conductances belong to the neurons, and only spikes are delivered."""
    bp.profile.set(dt=0.1)

    @bp.integrate(method="exponential")
    def int_V(V, t, ge, gi, input):
        return (-60.0 - V + ge * (0.0 - V) + gi * (-80.0 - V) + input) / 20.0

    @bp.integrate(method="exponential")
    def int_ge(ge, t):
        return -ge / 5.0

    @bp.integrate(method="exponential")
    def int_gi(gi, t):
        return -gi / 10.0

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["ge"], ST["gi"], ST["input"])
        ST["ge"] = int_ge(ST["ge"], _t)
        ST["gi"] = int_gi(ST["gi"], _t)
        if _t - ST["t_last"] < 5.0:
            V = -60.0
        ST["spike"] = V >= -50.0
        if V >= -50.0:
            V = -60.0
            ST["t_last"] = _t
        ST["V"] = V
        ST["input"] = 0.0

    def excite(pre, post):
        if pre["spike"] > 0.0:
            post["ge"] += 0.6

    def inhibit(pre, post):
        if pre["spike"] > 0.0:
            post["gi"] += 6.7

    state = bp.types.NeuState({"V": -60.0, "ge": 0.0, "gi": 0.0, "input": 0.0, "spike": 0.0, "t_last": -1e7})
    group = bp.NeuGroup(bp.NeuType("COBA", ST=state, steps=update, mode="scalar"), n, monitors=["spike"])
    group.ST["V"] = np.random.default_rng(1).uniform(-60.0, -50.0, n)
    ends = {"excite": (group[: n * 4 // 5], excite, 2), "inhibit": (group[n * 4 // 5 :], inhibit, 3)}
    synapses = {
        name: bp.SynConn(
            bp.SynType(name, ST=bp.types.SynState(["s"]), steps=step, mode="scalar"),
            sources,
            group,
            conn=bp.connect.FixedProb(80 / n, seed=seed),
        )
        for name, (sources, step, seed) in ends.items()
    }
    return bp.Network(neurons=group, **synapses), 20.0


def _row(name: str, work: tuple, steps: int, rounds: int, size: int, limit: float) -> Row:
    row = Row(f"{name}, times faster on {size} threads than on one", limit=limit, at_least=True)
    if size == 1:
        row.skipped = "this process may use one core only"
        return row
    net, drive = work
    made = {}
    for threads in (None, size):
        program, bindings = net.build_program((net.neurons, "ST.input", drive))
        bindings.arrays = {key: array.copy() for key, array in bindings.arrays.items()}
        made[threads] = build(program, bindings, "numba", threads)
        made[threads].begin(0.0, None, 10)
    one, many = made[None], made[size]
    if many.threads != size:
        raise CheckFailed(f"{name} runs on {many.threads} threads, not on {size}: {many.notices}")
    many.code.turns.never_alone()
    seconds = interleave({"1": lambda: one.advance(steps), f"{size}": lambda: many.advance(steps)}, rounds * PIECES)
    if any(not np.array_equal(array, many.bindings.arrays[key]) for key, array in one.bindings.arrays.items()):
        raise CheckFailed(f"{name}: {size} threads have other bits than one")
    if not len(one.monitor(0)[0]):
        raise CheckFailed(f"{name}: nobody fired")
    row.figures = [
        f"threads: {count}: best {min(values) / steps * 1e6:.1f} us per step ({spread(values, 1e6 / steps)})"
        for count, values in seconds.items()
    ]
    row.measured = min(seconds["1"]) / min(seconds[f"{size}"])
    return row
