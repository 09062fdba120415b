"""What a lab shows now: as a frame for the page, as a picture, in words."""

from __future__ import annotations

import math

import numpy as np

from . import picture
from .controls import same
from .promises import inexact
from .views import Window

PICTURE_COLUMNS = 700
BRIEF = 40  # characters of a note for which a head or a row of a list has room


class Shown:
    """The part of `Lab`, whose attributes it uses, that reads the simulation for whoever looks."""

    _told = ""  # the status in the last frame

    @property
    def brief(self) -> str:
        """The note where there is room for a few words: itself, or what it comes to."""
        if len(self.note) <= BRIEF and "\n" not in self.note:
            return self.note
        if self.session is not None and self.note == self._lost.note:
            return f"paused: {self._lost.brief}"
        return "paused"

    def description(self) -> str:
        """What the lab shows, in words."""
        subject, window = self.subject, self._window()
        parts = [f"{self.name}: {subject.kind} model with {subject.summary}, simulated to t = {self.t:.6g} ms"]
        if not self._has_run:
            parts.append("Nothing has run yet")
        if self._simulation is not None:
            parts += [text for view in subject.shown if (text := view.describe(self._simulation, window))]
        if moved := self._sliders():
            parts.append(", ".join(moved))
        if self.session is not None and self._lost.told:
            parts.append(self._lost.told)
        return ". ".join(parts) + "."

    def _window_steps(self) -> int:
        return max(1, round(self.window_ms / self.subject.bindings.dt))

    def _window(self) -> Window:
        simulation = self._simulation
        dt = self.subject.bindings.dt
        last = simulation.run_step if simulation is not None else 0
        steps = self._window_steps()
        first = self._past.first_row(max(0, last - steps), last)
        right = max(last, steps) * dt
        return Window(min(first, last), last, right - steps * dt, right, dt, self.status == "running")

    def _build_frame(self) -> tuple[dict, list]:
        simulation, session, window = self._simulation, self.session, self._window()
        rows = self._past.rows(window)
        buffers: list[bytes] = []

        def put(array: np.ndarray) -> int:
            buffers.append(np.ascontiguousarray(array).tobytes())
            return len(buffers) - 1

        values = self._read_values()
        number, wanted = self._asked
        if all(same(values[k], value) for k, value in wanted.items()):
            self._answered = number
        status = self._told = self.status
        note = self._failure if status == "failed" else self.note
        header = {
            "kind": "frame",
            "t": self.t,
            "step": int(simulation.step),
            "status": status,
            "note": note,
            "brief": self.brief,
            "backend": self.backend_now,
            "notices": self.notices,
            "seed": self.subject.seed,
            "inexact": inexact(simulation),
            "speed": None if math.isinf(self._speed) else self._speed,
            "achieved": float(session.achieved_speed) if session is not None else 0.0,
            "dropped": self.sender.counts.dropped + self.sender.counts.lost,
            "answered": self._answered,
            "values": list(values.values()),
            "window": [window.left, window.right],
            "epoch": self.epoch,
            "past": [int(session.oldest_step), int(session.end_step)] if session is not None else [0, 0],
            "chosen": self.subject.who.called(self.subject.who.now) if self.subject.who.is_marked else "",
            "views": [
                view.frame(rows, window, self._columns, put) if view.shown else None for view in self.subject.views
            ],
        }
        return header, buffers

    def pictured(self) -> tuple[bytes, str]:
        """The picture that was drawn last, as PNG, and what was seen then, in words."""
        return self._picture or self._draw_picture()

    def _draw_picture(self) -> tuple[bytes, str]:
        text = self.description()
        self._picture = picture.draw(*self._drawn(), text=text), text
        return self._picture

    def _drawn(self) -> tuple[str, str, list[picture.Panel]]:
        """Title, subtitle and panels of the picture."""
        subject = self.subject
        panels = self._past.panels(PICTURE_COLUMNS)
        # An empty raster would else read as a network that is silent.
        state = [] if self._has_run else ["nothing has run yet"]
        shown = ", ".join([subject.summary, f"dt {subject.bindings.dt:g} ms", *state, *self._sliders(4)[:5]])
        return self.name, shown, panels

    def _sliders(self, digits: int = 6) -> list[str]:
        """'name = value' of each."""
        return [
            f"{self._label(k)} = {self.subject.controls[k].shown(value, digits)}"
            for k, value in self._read_values().items()
            if self.subject.controls[k].slider
        ]

    @property
    def _has_run(self) -> bool:
        """Whether there is anything but the beginning."""
        if self.session is not None and self.session.end_step > 0:
            return True
        return self._simulation is not None and self._simulation.step > 0
