"""What goes on when a network is built again: the step count, and spikes that are on their way."""

from __future__ import annotations

from ...passes.merge import SUMS
from ...runtime.carried import carry_ring
from ...runtime.notices import tell
from .program import delay_steps


def carry(old, new) -> None:
    """Let the simulation of `new` go on where that of `old` stands.

    The absolute step goes on, so that noise does not repeat. Delay rings are copied while the step size and the delay
    are the same; a new step size empties them, with a notice.
    """
    new.simulation.step = old.simulation.step
    same_dt = old.bindings.dt == new.bindings.dt
    emptied = []
    for item in new.layout.objects:
        if id(item) not in old.layout.names:
            continue
        before, now = old.layout.name_of(item), new.layout.name_of(item)
        rings = {
            key: array
            for key, array in old.simulation.buffers.items()
            if key[1] == "ring" and key[0].removesuffix(SUMS) == before
        }
        for (target, _, label), array in rings.items():
            if same_dt and array.shape[0] == delay_steps(item.delay, new.bindings.dt):
                carried = now + target.removeprefix(before)
                carry_ring(carried, label, array, new.simulation.buffers, new.simulation.bindings)
            elif array.any():
                emptied.append(item.name)
    if emptied:
        names = ", ".join(dict.fromkeys(emptied))
        tell(f"The delay of {names} has another number of steps now: what was on its way there is dropped.")
