"""What goes on when a network is built again: the step count, and spikes that are on their way."""

from __future__ import annotations

import numpy as np

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
        rings = {key[2]: array for key, array in old.simulation.buffers.items() if key[:2] == (before, "ring")}
        for label, array in rings.items():
            if same_dt and array.shape[0] == delay_steps(item.delay, new.bindings.dt):
                _copy(new.simulation.buffers, now, label, array, item.pre_ids)
            elif array.any():
                emptied.append(item.name)
    if emptied:
        names = ", ".join(dict.fromkeys(emptied))
        tell(f"The delay of {names} has another number of steps now: what was on its way there is dropped.")


def _copy(buffers, name: str, label: str, array: np.ndarray, pre_ids: np.ndarray) -> None:
    """Copy a ring that holds a row per edge ('self.x') or per source neuron ('row.x') into one of either kind."""
    owner, field = label.split(".", 1)
    if (name, "ring", label) in buffers:
        buffers[name, "ring", label][...] = array
    elif owner == "row" and (name, "ring", f"self.{field}") in buffers:
        buffers[name, "ring", f"self.{field}"][...] = array[:, pre_ids]
    elif owner == "self" and (name, "ring", f"row.{field}") in buffers:
        # All edges of a source neuron agree, or there would be no ring per neuron.
        buffers[name, "ring", f"row.{field}"][:, pre_ids] = array
