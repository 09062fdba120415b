"""The arrays behind the views of a lab, in the window that is shown: what is exported, and what a script recomputes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .protocols import ProtocolView
from .views import Series, TraceView, Window, events_in


@dataclass
class Record:
    """What one monitor holds of the window.

    Parameters
    ----------
    name : str
        Of the state, or of the population that spikes.
    unit : str
        '' without one.
    times : ndarray, shape (n,), ms
        Of the step that made each entry, as in ``mon.ts``.
    values : ndarray, shape (n,)
        Of a state; for spikes the neurons, integers.
    spikes : bool
    size : int
        Number of neurons of the population.
    """

    name: str
    unit: str
    times: np.ndarray
    values: np.ndarray
    spikes: bool = False
    size: int = 1


def records(subject, simulation, window: Window) -> list[Record]:
    """What every view shows, each state and population once, in the order of the views."""
    found: dict[tuple, Record] = {}
    names: set[str] = set()
    for one in series_of(subject):
        place = _source(simulation, one)
        if place in found:
            continue
        name = one.name if one.name not in names else f"{one.name} ({len(names)})"
        names.add(name)
        if simulation.program.monitors[one.monitor].kind == "events":
            steps, ids = events_in(simulation, one, window)
            found[place] = Record(name, "", steps * window.dt, ids.astype(np.int64), True, one.size)
        else:
            values = TraceView.values(simulation, one, window)
            times = np.arange(window.first, window.last) * window.dt
            found[place] = Record(name, one.unit, times, values.copy())
    for view in subject.views:
        if isinstance(view, ProtocolView) and view.is_used(simulation):
            times = np.arange(window.first, window.last) * window.dt
            for one in view.series:
                values = view.values(simulation, one, window)
                found[-1, one.monitor] = Record(f"protocol of {one.name}", one.unit, times, values.copy())
    return list(found.values())


def _source(simulation, one: Series) -> tuple:
    """What a series is of: two monitors may look at the same."""
    spec, chosen = simulation.program.monitors[one.monitor], simulation.bindings.indices[one.monitor]
    if spec.kind == "events" or chosen is None:
        return one.monitor, one.column
    return spec.target, spec.field, int(chosen[one.column])


def series_of(subject) -> Iterable[Series]:
    """Every series of every view that is recorded."""
    for view in subject.views:
        yield from (one for one in view.recorded if one.monitor >= 0)


def sha256(found: Iterable[Record]) -> str:
    """A digest of every bit of names, times and values."""
    digest = hashlib.sha256()
    for record in found:
        digest.update(f"{record.name}|{record.spikes}|".encode())
        for array in (record.times, record.values):
            digest.update(f"{array.dtype.str}{array.shape}|".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
