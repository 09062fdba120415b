"""Where a run of a lab starts: the values of its states, and the seed of its random numbers."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING

import numpy as np

from .. import checks
from ..errors import ModelKeyError, ModelUseError

if TYPE_CHECKING:
    from .lab import Lab
    from .subject import Place

MOST_STATES = 40


class InitialValues(MutableMapping):
    """The states that the next reset starts from: ``lab.initial['v'] = -60``.

    Names are those of the states, ``'group.v'`` where there are several groups. A value is a number for all neurons, or
    one for each, shape (n,). ``del lab.initial['v']`` goes back to what the cell says.
    """

    def __init__(self, lab: Lab):
        self._lab = weakref.proxy(lab)
        self._set: dict[str, float | np.ndarray] = {}
        self._told: list | None = None
        lab.hear("initial", self._receive)

    def __getitem__(self, name: str) -> float | np.ndarray:
        place = self._find(name)
        if name in self._set:
            return np.copy(self._set[name]) if isinstance(self._set[name], np.ndarray) else self._set[name]
        values = self._given(place)
        first = values[:1]
        same = values.size > 0 and values.tobytes() == first.tobytes() * values.size
        return first.item() if same else values.copy()

    def __setitem__(self, name: str, value) -> None:
        place = self._find(name)
        self._lab._refuse_closed()
        what = f"initial value of {name}"
        number = checks.array(what, value, "a finite number, or one for each neuron")
        size = self._given(place).shape
        if number.ndim and number.shape != size:
            raise ModelUseError(
                f"{what}: found shape {number.shape}, expected one number or {size[0]} of them: give one of these."
            )
        self._set[name] = float(number) if number.ndim == 0 else number
        self._changed([name])

    def __delitem__(self, name: str) -> None:
        self._find(name)
        self._lab._refuse_closed()
        if self._set.pop(name, None) is not None:
            self._changed([name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return f"InitialValues({dict(self)})"

    def clear(self) -> None:
        """Go back to what the cell says, for all states."""
        self._lab._refuse_closed()
        names = list(self._set)
        self._set.clear()
        self._changed(names)

    @property
    def _places(self) -> dict[str, Place]:
        return {place.name: place for place in self._lab.subject.states}

    def _find(self, name: str) -> Place:
        places = self._places
        if not isinstance(name, str) or name not in places:
            raise ModelKeyError(
                f"{self._lab.name} has no state {checks.shown(name)}; states: {', '.join(places) or 'none'}. "
                f"{checks.near(name, places)}"
            )
        return places[name]

    def _given(self, place: Place) -> np.ndarray:
        """What the cell says, shape (n,)."""
        session = self._lab.session
        if session is None:
            return self._lab.subject.bindings.arrays[place.place]
        return session.beginning.arrays[place.place[0], "state", place.place[1]]

    def put(self, session, names=None) -> None:
        """Leave them in the session's mailbox, after a reset."""
        places = self._places
        for name in self._set if names is None else names:
            if name in places:
                value = self._set.get(name, self._given(places[name]))
                session.set_state(*places[name].place, None, value)

    def _changed(self, names: list[str]) -> None:
        """At its very beginning a lab shows them at once."""
        self._lab._do(lambda session: self._show(session, names))

    def _show(self, session, names: list[str]) -> None:
        is_new = session.step_count == session.beginning.step and session.end_step == session.step_count
        if is_new and session.status == "paused":
            self.put(session, names)
        session.nudge()

    # ------------------------------------------------------------------ the page

    def spec(self) -> list[dict]:
        """What the page must know: the states, as far as there is room for them."""
        return [
            {"name": one.label, "owner": one.owner, "unit": one.unit} for one in self._lab.subject.states[:MOST_STATES]
        ]

    def tell_changes(self) -> None:
        """Tell the page the values, if they are news. In the session's thread."""
        names = list(self._places)[:MOST_STATES]
        if self._told is not None and self._told[0] == self._set.keys() and self._told[1] is self._lab.session:
            if all(np.array_equal(self._told[2][name], value) for name, value in self._set.items()):
                return
        self._told = [set(self._set), self._lab.session, dict(self._set)]
        shown = [value if isinstance(value := self[name], float) else None for name in names]
        self._lab.tell("initial", values=shown, changed=[name in self._set for name in names])

    def _receive(self, message: dict) -> None:
        if message.get("ask"):
            self._told = None
            self._lab._do(lambda session: session.nudge())
        elif message.get("clear"):
            self.clear()
        else:
            name = list(self._places)[int(message["state"])]
            if message.get("value") is None:
                self.pop(name, None)
            else:
                self[name] = float(message["value"])


def reseed(lab: Lab, seed: int) -> None:
    """Start from t = 0 with another seed, in a thread; running goes on."""
    target = (weakref.ref(lab), seed, lab.status == "running")
    lab._thread = threading.Thread(target=_reseed, args=target, name="brainpy_lab rebuild", daemon=True)
    lab._thread.start()


def _reseed(reference: weakref.ref, seed: int, run: bool) -> None:
    lab = reference()
    if lab is None:
        return

    def other(lab: Lab):
        if lab._remake is not None:
            return lab._remake(dict(lab._rebuilt), seed)
        subject = lab.subject
        subject.seed = subject.bindings.seed = seed
        if subject.recipe is not None:
            subject.recipe.settings["seed"] = seed
        return subject

    if lab._remake is None:  # a model that cannot be made again: the same states, other random numbers
        lab.session.reset().result()
    lab._start_anew(other, run)
