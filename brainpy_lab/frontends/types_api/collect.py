"""From what a simulation recorded to the `mon` of the groups that asked for it."""

from __future__ import annotations

from functools import partial

import numpy as np

from .monitors import MonitorSpec, resolve
from .program import Layout
from .recordings import _Events, _Pending, _RunningEvents


def collect(simulation, layout: Layout, ts: np.ndarray) -> None:
    """Give every group what was recorded of it in the steps that were made; `ts` are the times of the whole run."""
    done = int(simulation.run_step)
    _clear(layout, ts[:done])
    for k, (item, spec) in enumerate(layout.monitors):
        record = simulation.monitor(k)
        if isinstance(record, tuple):
            events = item._events[spec.key] = _Events(record, done, *_columns(item, spec))
            dict.__setitem__(item.mon, spec.key, events)
        else:
            item.mon[spec.key] = _shaped(resolve(item, spec.key), record, spec)


def begin_showing(simulation, layout: Layout, ts: np.ndarray) -> None:
    """Let every group show a run that is made step by step: arrays of its whole length, 0 where it has not come yet."""
    _clear(layout, ts)
    for k, (item, spec) in enumerate(layout.monitors):
        if simulation.program.monitors[k].kind == "events":
            item._events[spec.key] = _RunningEvents(partial(simulation.monitor, k), len(ts), *_columns(item, spec))
    show(simulation, layout)


def show(simulation, layout: Layout) -> None:
    """Forget arrays that were made before the last step."""
    for k, (item, spec) in enumerate(layout.monitors):
        entry = item._events.get(spec.key) or _Pending(partial(_rows, simulation, k, item, spec))
        dict.__setitem__(item.mon, spec.key, entry)


def _rows(simulation, k: int, item, spec: MonitorSpec) -> np.ndarray:
    return _shaped(resolve(item, spec.key), simulation.ring(k), spec)


def _clear(layout: Layout, ts: np.ndarray) -> None:
    for item in layout.objects:
        if any(item is owner for owner, _ in layout.monitors):
            item.mon.clear()  # the object stays the same, the arrays are new
            item._events.clear()
            item.mon["ts"] = ts


def _columns(item, spec: MonitorSpec) -> tuple[int, np.ndarray | None]:
    return resolve(item, spec.key)[0].num, spec.index


def _shaped(found, record: np.ndarray, spec: MonitorSpec) -> np.ndarray:
    """A recording in the shape of what was recorded, for things of two dimensions."""
    holder, field, what = found
    array = getattr(holder, field) if what == "attribute" else holder.ST[field] if what == "state" else None
    if what == "attribute":
        record = record.astype(np.float64, copy=False)
    if array is None or array.ndim < 2 or spec.index is not None:
        return record
    return record.reshape(len(record), *array.shape)
