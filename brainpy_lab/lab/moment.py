"""All that a lab is at one moment: what scripts and saved files are written from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..errors import ModelUseError
from ..runtime.waveforms import Waveform
from . import coding, futures
from .recipe import Recipe
from .recorded import Record, records, sha256
from .views import Window


@dataclass
class Moment:
    """A lab between two steps.

    Parameters
    ----------
    recipe : Recipe
    t : float, ms
    step, end_step : int
        Where the lab stands, and how far its timeline was computed.
    window : Window
    begin : dict
        Where the timeline begins (`coding.encode_snapshot`), without long arrays.
    beginning : str
        Digest of everything that it begins with.
    log : list
        ``[step, kind, target, value]`` of every change on the timeline.
    told : list of str
        The same in words.
    futures : (list of dict, int)
        The branches, and how many are too large to be written (`futures.encode`).
    records : list of Record
        What the views show.
    meant : dict of str to str
        What stands in the arrays of `begin`, for people.
    seed : int
    is_random : bool
        Whether anything depends on it.
    sums : str
        How spikes are summed.
    notices : list of str
    chosen : (str, int), optional
        Population and number of the neuron that was chosen.
    """

    recipe: Recipe
    t: float
    step: int
    end_step: int
    window: Window
    begin: dict
    beginning: str
    log: list
    told: list[str]
    futures: tuple[list[dict], int]
    records: list[Record] = field(repr=False)
    meant: dict[str, str] = field(default_factory=dict)
    seed: int = 0
    is_random: bool = False
    sums: str = "fold"
    notices: list[str] = field(default_factory=list)
    chosen: tuple[str, int] | None = None

    @property
    def sha256(self) -> str:
        return sha256(self.records)


def recipe_of(lab) -> Recipe:
    """The cell that a lab was made from.

    Raises
    ------
    ModelUseError
        When it was made from none.
    """
    recipe = lab.subject.recipe
    if recipe is None:
        raise ModelUseError(
            f"{lab.name} was not made by a %%brainpy cell, so there is no text that could make it again. "
            "Write its model "
            "in a cell that begins with %%brainpy neuron NAME or %%brainpy network NAME."
        )
    return recipe


def moment(lab, most_chars: int) -> Moment:
    """What a lab is now. Arrays of its beginning whose code is longer than `most_chars` are left out.

    Raises
    ------
    ModelUseError
        When the lab was made from no cell, or has not been started.
    """
    recipe, session = recipe_of(lab), lab.session
    if session is None:
        raise ModelUseError(f"{lab.name} has not been started: run its cell.")
    with session.at_rest():
        simulation = session.simulation
        simulation.sync()
        entries = [entry for entry in session.log if entry.change is not None]
        origin = session.origin
        # Rows before the timeline began, such as after Session.restore, belong to another one; and what a chosen neuron
        # did before it could be computed again is not known.
        window = lab._window()
        who = lab.subject.who
        first = max(window.first, origin.run_step, who.since)
        window = replace(window, first=min(window.last, first))
        return Moment(
            recipe,
            simulation.t,
            simulation.step,
            session.end_step,
            window,
            *_coded(lab, origin, most_chars),
            [coding.encode_entry(entry) for entry in entries],
            [_told(entry, simulation) for entry in entries],
            futures.encode(session.branches, origin, most_chars),
            records(lab.subject, lab._past.rows(window), window),
            _meant(simulation),
            int(simulation.seed),
            lab.subject.seed is not None,
            simulation.sums,
            list(lab.notices),
            (who.now.name, who.now.neuron) if who and who.is_marked else None,
        )


def refuse_gaps(lab, now: Moment) -> None:
    """A timeline that begins with states that something else left needs all of them.

    Raises
    ------
    ModelUseError
        When they were too long to be written.
    """
    if now.begin["run_step"] and now.begin.get("left_out"):
        dt = now.window.dt
        raise ModelUseError(
            f"{lab.name} goes on from states at t = {now.begin['run_step'] * dt:.6g} ms that were put there, as by "
            "session.restore, and they are too large to be written "
            f"({', '.join(now.begin['left_out'][:3])}). Reset the "
            "lab and let it run from t = 0, then take its script or save it."
        )


def _coded(lab, origin, most_chars: int) -> tuple[dict, str]:
    """The beginning and its digest, which stay the same for many moments."""
    known = lab._beginnings
    if known.get("of") is not origin:
        known.clear()
        known["of"] = origin
    if most_chars not in known:
        known[most_chars] = coding.encode_snapshot(origin, most_chars)
    if "digest" not in known:
        known["digest"] = coding.beginning(origin, lab.subject.bindings)
    return known[most_chars], known["digest"]


def _told(entry, simulation) -> str:
    """An entry in words."""
    at = f"t = {entry.step * simulation.dt:.6g} ms"
    if entry.kind == "wave":
        waveform = Waveform.read(entry.value)
        return f"{at}: input {entry.target[0]} follows {waveform.describe() if waveform else 'no protocol any more'}"
    number = entry.change.number
    value = f"{number:.6g}" if isinstance(number, float) else f"array of {np.size(number)}"
    if entry.kind == "parameter":
        owner, name = simulation.names.shown_parameter(*entry.target)
        what = f"{owner}.{name}"
    elif entry.kind == "state":
        obj, name, index = entry.target
        where = "" if index is None else f"[{index}]" if isinstance(index, int) else f"[{len(index)} elements]"
        what = f"{simulation.names.shown(obj)}.{name}{where}"
    else:
        what = f"input {entry.target[0]}"
    return f"{at}: {what} = {value}"


def _meant(simulation) -> dict[str, str]:
    """Names of the objects and parameters of the arrays of a snapshot."""
    names, found = simulation.names, {}
    for item in simulation.program.objects:
        shown = names.shown(item.name)
        parameters = [".".join(names.shown_parameter(item.name, name)) for name in item.params]
        found[f"{item.name}/param/"] = ", ".join(parameters[:12])
        for state in item.states:
            found[f"{item.name}/state/{state.name}"] = f"{shown}.{state.name}"
    return found
