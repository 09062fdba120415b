"""The log of a session in words: when, what, from which value to which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..runtime.waveforms import Waveform

if TYPE_CHECKING:
    from ..runtime.log import Branch, LogEntry
    from .controls import Control

MOST_LINES = 100


def log_lines(
    entries: Sequence[LogEntry],
    now: int,
    controls: list[Control],
    label: Callable[[int], str],
    simulation,
    gap: int,
) -> list[dict]:
    """Lines for people, newest first.

    Moves of one control with less than `gap` steps between them are one line: a drag leaves an entry in every chunk.

    Parameters
    ----------
    entries : sequence of LogEntry
    now : int
        Entries after this step lie ahead: they are replayed when the lab runs on.
    controls : list of Control
    label : callable
        Number of a control -> what the person calls it.
    simulation : Simulation
    gap : int

    Returns
    -------
    list of dict
        ``step`` to go to, ``what``, ``before``, ``after`` and ``ahead``; at most `MOST_LINES`.
    """
    owners = {("parameter", target): k for k, control in enumerate(controls) for target in control.targets}
    owners |= {("input", (number,)): k for k, control in enumerate(controls) for number in control.inputs}
    known = {f"control {k}": control.shown(control.value) for k, control in enumerate(controls)}
    lines: list[dict] = []
    for entry in entries:
        k = owners.get((entry.kind, entry.target))
        key = f"control {k}" if k is not None else f"{entry.kind} {entry.target}"
        after = _shown(entry, None if k is None else controls[k])
        last = lines[-1] if lines else None
        if last is not None and last["key"] == key and entry.step - last["until"] <= gap and entry.change:
            last["after"], last["until"] = after, entry.step
        else:
            what = label(k) if k is not None else _what(entry, simulation)
            lines.append({"key": key, "step": entry.step, "until": entry.step, "what": what, "after": after})
            lines[-1]["before"] = known.get(key, "")
        known[key] = after
    return [
        {name: line[name] for name in ("step", "what", "before", "after")} | {"ahead": line["step"] > now}
        for line in reversed(lines[-MOST_LINES:])
    ]


def branch_line(branch: Branch, t_of: Callable[[int], float]) -> dict:
    """A branch for people: its number, where it forks off, how far it goes."""
    return {"number": branch.number, "from": t_of(branch.fork_step), "until": t_of(branch.end_step)}


def _what(entry: LogEntry, simulation) -> str:
    names = simulation.names
    if entry.kind in ("reset", "restore"):
        return {"reset": "start again", "restore": "go to a snapshot"}[entry.kind]
    if entry.kind in ("input", "wave"):
        return f"{'protocol of ' if entry.kind == 'wave' else ''}input {entry.target[0]}"
    if entry.kind == "parameter":
        owner, name = names.shown_parameter(*entry.target)
        return name if len(simulation.program.objects) == 1 else f"{owner}.{name}"
    owner, name, index = entry.target
    if simulation.field(owner, name).shape[0] > 1:
        name += "" if index is None else f"[{index}]" if isinstance(index, int) else f" of {len(index)}"
    return name if len(simulation.program.objects) == 1 else f"{names.shown(owner)}.{name}"


def _shown(entry: LogEntry, control: Control | None) -> str:
    if entry.kind in ("reset", "restore"):
        return ""
    if entry.kind == "wave":
        waveform = Waveform.read(entry.value)
        return waveform.describe() if waveform else "off"
    if isinstance(entry.value, str):
        value = float.fromhex(entry.value)
        return f"{value:.6g}" if control is None else control.shown(value)
    return f"{np.size(entry.value)} values"
