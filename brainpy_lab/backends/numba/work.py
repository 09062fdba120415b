"""About how long an action takes, so that threads get equal shares, and none are started for what is soon done.

Measured on one core with AVX-512 in float64, 4,000 elements: a function like exp takes 1 ns an element, a normal number
4 ns, an operation or an array 0.1 ns. Twice as much or half of it would decide the same in almost every case.
"""

from __future__ import annotations

from ...ir.expr import Call, walk
from ...ir.kernel import Accumulate, DrawLet, Kernel, values

FUNCTION_NS, DRAW_NS, OPERATION_NS = 1.0, 4.0, 0.1
EDGE_NS = 0.5
ROW_NS = 0.5
SPIKING = 0.01
"""The share of source neurons that fire in a step."""


def per_element(kernel: Kernel) -> float:
    """ns for each neuron or row."""
    total = OPERATION_NS
    for value in values(kernel):
        total += sum(FUNCTION_NS if isinstance(part, Call) else OPERATION_NS for part in walk(value))
    return total + DRAW_NS * sum(isinstance(let, DrawLet) for let in kernel.lets)


def per_edge(kernel: Kernel) -> float:
    """ns for each edge; where only spikes are delivered, most edges are not looked at."""
    guarded = kernel.guard is not None or all(
        isinstance(effect, Accumulate) and effect.when is not None for effect in kernel.effects
    )
    return (EDGE_NS + per_element(kernel)) * (SPIKING if guarded else 1.0)


MEETING_NS, MEETING_NS_EACH = 300.0, 50.0
"""What a meeting of all threads costs: 200 ns were measured for two that are there in time, which is not the rule."""
GAIN = 0.8
"""Threads are started when a step takes at most this share of its time on one."""


def worth(times: dict[int, float], meetings: int) -> tuple[int, str]:
    """How many threads to use, and, when it is one, why.

    Parameters
    ----------
    times : dict of int to float
        By number of threads, the ns that a step takes the thread with the most work.
    meetings : int
        Of all threads, in a step.
    """
    whole = {size: time + (size > 1) * meetings * (MEETING_NS + size * MEETING_NS_EACH) for size, time in times.items()}
    best = min(whole, key=lambda size: whole[size])
    if best > 1 and whole[best] <= GAIN * whole[1]:
        return best, ""
    if len(times) == 1:
        return 1, "only one is allowed (NUMBA_NUM_THREADS, or the processors of this machine)"
    if not times[1]:
        return 1, "its steps are in Python, or each of their synapses reads what the one before it wrote"
    if min(times.values()) > GAIN * times[1]:
        return 1, "its work belongs to so few neurons that it cannot be divided"
    return 1, f"a step of about {times[1] / 1000:.2g} us is too short to be divided"
