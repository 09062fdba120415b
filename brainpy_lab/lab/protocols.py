"""Input protocols of a lab: what may be driven, what drives it, and its trace."""

from __future__ import annotations

import weakref
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import checks
from ..errors import ModelError, ModelKeyError, ModelUseError
from ..runtime.waveforms import KINDS, Waveform
from ..runtime.waves import with_waves
from .axes import nice_step
from .subject import Drive, Subject
from .views import Series, TraceView, Window

if TYPE_CHECKING:
    from .lab import Lab

MOST_DRIVES = 8


def driven(subject: Subject) -> Subject:
    """The subject with a program whose inputs can follow waveforms, and the trace of these under the others."""
    drives = subject.drives[:MOST_DRIVES]
    if not drives or drives[0].number is not None:
        return subject
    places = [drive.place for drive in drives]
    subject.program, subject.bindings, numbers = with_waves(subject.program, subject.bindings, places)
    for drive in drives:
        drive.number = numbers[drive.place]
    subject.drives = drives
    series = [Series(drive.number, drive.name, drive.unit, colour=k % 6) for k, drive in enumerate(drives)]
    title = f"protocol of {drives[0].label}" if len(drives) == 1 else "input protocols"
    last = next((k for k, view in enumerate(subject.views) if view.kind == "phase"), len(subject.views))
    subject.views.insert(last, ProtocolView(title, series, id="protocol"))  # under the others against time
    return subject


@dataclass
class _Known:
    """Values that were computed for the last frame."""

    waveforms: object
    first: int
    values: np.ndarray


class ProtocolView(TraceView):
    """What waveforms add to inputs, against time. It is there once one has been set."""

    def __post_init__(self):
        self.kind = "protocol"  # without a name: it is no matter of choice
        self._known: dict[int, _Known] = {}

    def dim_items(self, held: bool) -> int:
        return 0

    @property
    def recorded(self) -> list[Series]:
        """None: no monitor does."""
        return []

    def is_used(self, simulation) -> bool:
        """Whether any input follows or has followed a waveform."""
        return any(simulation.waves.is_used(one.monitor) for one in self.series)

    def frame(self, simulation, window: Window, columns: int, put) -> dict | None:
        """As of other traces; None, which hides it, while nothing was set."""
        return super().frame(simulation, window, columns, put) if self.is_used(simulation) else None

    def panel(self, simulation, window: Window, columns: int):
        return super().panel(simulation, window, columns) if self.is_used(simulation) else None

    def describe(self, simulation, window: Window) -> str:
        told = []
        for one in self.series:
            waveform = simulation.waves.now(one.monitor)
            if waveform is not None:
                told.append(f"{one.name} follows {waveform.describe(one.unit)}")
        return "; ".join(told)

    def values(self, simulation, one: Series, window: Window) -> np.ndarray:
        """The values in the window, of which only the new ones are computed."""
        ahead = simulation.step - simulation.run_step  # steps of a run count from its beginning
        first, last = window.first + ahead, window.last + ahead
        waves, waveforms = simulation.waves, simulation.waves.segments(one.monitor)
        known = self._known.get(one.monitor)
        if known is None or known.waveforms != waveforms or not known.first <= first <= known.first + len(known.values):
            known = _Known(waveforms, first, np.empty(0))
        kept = known.values[first - known.first : last - known.first]
        new = waves.values(one.monitor, first + len(kept), last)
        self._known[one.monitor] = _Known(waveforms, first, np.concatenate([kept, new]))
        return self._known[one.monitor].values


class Protocols:
    """The protocols of one lab: what a person and the page ask for, and what the page is told.

    Parameters
    ----------
    lab : Lab
    """

    def __init__(self, lab: Lab):
        self._lab = weakref.proxy(lab)
        self._told: list | None = None
        lab.hear("protocol", self._receive)

    def set(self, kind: str | None, target: str | None, goes_on: bool, points, numbers: dict) -> None:
        """Let an input follow a waveform from the next step on."""
        lab = self._lab
        drive = _find(lab.name, lab.subject.drives, target)
        lab._refuse_closed()
        if lab.session is None:
            raise ModelUseError(f"{lab.name} has not been started. Call lab.start() first.")
        lab.session.set_wave(drive.number, self._made(lab.session, drive, kind, goes_on, points, numbers))

    def now(self) -> dict[str, dict]:
        """Name of every input that follows a protocol -> its kind and numbers."""
        lab = self._lab
        if lab.session is None:
            return {}
        waves = lab.session.simulation.waves
        found = {drive.name: waves.now(drive.number) for drive in lab.subject.drives}
        return {name: waveform.content for name, waveform in found.items() if waveform is not None}

    def spec(self) -> dict | None:
        """What the page must know: the inputs, and the kinds of protocols with their numbers. None without inputs."""
        lab = self._lab
        drives = lab.subject.drives
        if not drives:
            return None
        ranges = {control.name: control.slider for control in lab.subject.controls if control.slider}
        inputs = []
        for drive in drives:
            slider = ranges.get(drive.label)
            inputs.append(
                {
                    "name": drive.name,
                    "unit": drive.unit,
                    "scale": nice_step((slider.high - slider.low) / 4) if slider else 1.0,
                    "low": slider.low if slider else -1.0,
                    "high": slider.high if slider else 1.0,
                }
            )
        kinds = {kind: [asdict(field) for field in fields] for kind, fields in KINDS.items()}
        return {"inputs": inputs, "kinds": kinds}

    def tell_changes(self) -> None:
        """Tell the page what each input follows now, if that is news. In the session's thread."""
        lab = self._lab
        waves = lab.session.simulation.waves
        now = [waves.now(drive.number) for drive in lab.subject.drives]
        if now != self._told:
            self._told = now
            lab.tell("protocol", now=[waveform and waveform.content for waveform in now])

    def _receive(self, message: dict) -> None:
        lab = self._lab
        if message.get("ask"):
            self._told = None
            lab._do(lambda session: session.nudge())
            return
        drive = lab.subject.drives[int(message.get("input", 0))]
        numbers = {str(name): float(value) for name, value in message.get("numbers", {}).items()}
        try:
            self.set(message.get("kind"), drive.name, bool(message.get("goes_on")), message.get("points"), numbers)
        except ModelError as error:  # numbers that do not fit together, as they are while one after the other is typed
            lab.note = str(error)
            lab._show_after()

    @staticmethod
    def _made(session, drive: Drive, kind, goes_on: bool, points, numbers: dict) -> Waveform | None:
        """The waveform that was asked for; it goes on where one of its kind is, when `goes_on`."""
        if kind is None or isinstance(kind, str) and kind == "off":
            if numbers or points is not None:
                raise ModelUseError("a protocol that is off has no numbers. Leave them out, or name a kind first.")
            return None
        if not isinstance(kind, str) or kind not in KINDS:
            kinds = [*KINDS, "off"]
            raise checks.wrong("kind", kind, "one of " + ", ".join(kinds), checks.near(kind, kinds))
        waveform = Waveform.make(kind, points=points, **numbers)
        now = session.simulation.waves.now(drive.number)
        return waveform.begun(now.began) if goes_on and now is not None and now.kind == kind else waveform


def _find(lab: str, drives: list[Drive], target: str | None) -> Drive:
    """The input that is meant."""
    if not drives:
        raise ModelUseError(
            f"{lab} takes no input: no group has a state 'input'. In a cell write for example 'input I = 0'."
        )
    names = {drive.name: drive for drive in drives} | {drive.owner: drive for drive in drives if drive.owner}
    if target is None:
        if len(drives) > 1:
            listed = ", ".join(drive.name for drive in drives)
            raise ModelUseError(f"target: {lab} has several inputs: {listed}. Say which, target={drives[0].name!r}.")
        return drives[0]
    if not isinstance(target, str) or target not in names:
        listed = ", ".join(drive.name for drive in drives)
        raise ModelKeyError(
            f"target: {lab} has no input {checks.shown(target)}; inputs: {listed}. {checks.near(target, names)}"
        )
    return names[target]
