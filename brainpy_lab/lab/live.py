"""What happens behind a lab: it starts, hears the page, and makes frames and pictures.

Three kinds of threads meet here. The person's calls and the page's messages come on any thread and only ask the session
for something. The session's thread reads the simulation and sends frames. A thread of its own compiles at the start.
"""

from __future__ import annotations

import math
import threading
import time
import traceback
import weakref
from collections.abc import Callable

import numpy as np

from . import picture
from .controls import same
from .frames import GONE_S
from .views import Window

WATCHED_SECONDS = 5.0
LEAST_WINDOW, MOST_WINDOW = 50.0, 2000.0
FIRST_PICTURE_SECONDS = 0.5
PICTURE_COLUMNS = 700


class Live:
    """The private half of `Lab`, whose attributes it uses."""

    # ------------------------------------------------------------------ starting

    def start(self, *, run: bool = True) -> None:
        """Compile in a thread, then be paused, or run."""
        self._first_picture()
        if run:
            self._waiting.append(lambda session: self.run())
        self._thread = threading.Thread(
            target=prepare, args=(weakref.ref(self),), name="brainpy_lab compile", daemon=True
        )
        self._thread.start()

    def run_headless(self) -> None:
        """Without a page: simulate what the views show, on the asked back end, and return when done."""
        self._make_session()
        self.session.speed = math.inf
        self.session.run(self.window_ms)
        self.session.wait()
        self._draw_picture()

    def _first_picture(self) -> None:
        """Take the first steps with the reference back end, which needs no compiler, and put everything back."""
        from ..runtime.build import build

        simulation = build(self.subject.program, self.subject.bindings, "reference")
        begun = simulation.save()
        window_steps = math.ceil(self.window_ms / simulation.dt)
        simulation.begin(0.0, None, window_steps)
        end = time.perf_counter() + FIRST_PICTURE_SECONDS
        with np.errstate(all="ignore"):
            while simulation.run_step < window_steps and time.perf_counter() < end:
                simulation.advance(min(simulation.chunk_steps(), window_steps - simulation.run_step))
        self._simulation, self._top = simulation, simulation.run_step
        self._draw_picture()
        for key, array in begun.arrays.items():
            if key[1] in ("state", "param", "spread", "input"):
                simulation.buffers[key][...] = array

    def _make_session(self) -> None:
        from ..runtime.build import build
        from ..runtime.session import Session

        simulation = build(self.subject.program, self.subject.bindings, self.backend)
        rows = math.ceil(1.5 * MOST_WINDOW / simulation.dt)
        session = Session(simulation, speed=self._speed, ring_rows=rows)
        session.on_chunk.append(_weakly(self, "_on_chunk"))
        session.on_status.append(_weakly(self, "_on_status"))
        with self._lock:
            self._simulation, self._top, self.epoch = simulation, 0, self.epoch + 1
            self.session = session
            waiting, self._waiting = self._waiting, []
        for act in waiting:
            act(session)
        session.nudge()

    def _do(self, act: Callable) -> None:
        """Act on the session, or as soon as there is one."""
        with self._lock:
            session = self.session
            if session is None:
                if not self._failure and not self._closed:
                    self._waiting.append(act)
                return
        if session.status != "closed":
            act(session)

    def _do_between_steps(self, act: Callable[[], object]) -> None:
        session = self.session

        def once(_):
            session.on_chunk.remove(once)
            act()

        session.on_chunk.append(once)
        session.nudge()

    def _fail(self, error: BaseException) -> None:
        self._failure = "".join(traceback.format_exception_only(error)).strip()
        self._poll(force=True)

    # ------------------------------------------------------------------ from the page

    def receive(self, message: dict) -> None:
        """A message of the page, on any thread. Writes mailboxes only."""
        kind = message.get("do")
        acts = {"run": self.run, "pause": self.pause, "step": self.step, "back": self.rewind, "reset": self.reset}
        if kind in acts:
            acts[kind]()
        elif kind == "speed":
            value = message.get("speed")
            self.speed = math.inf if value is None else float(value)
        elif kind == "set":
            self._receive_changes(message)
        else:
            if kind in ("hello", "width"):
                self._columns = int(min(2000, max(200, message.get("width", PICTURE_COLUMNS))))
                if kind == "width":
                    self._shown = None
            self.sender.post(message)
        session = self.session
        if session is None or self._failure:
            self._poll()
        elif session.status == "failed":
            self._poll(force=True)
        elif session.status == "paused" and (kind != "ack" or self.sender.wanted or self._picture_due):
            session.nudge()

    def _receive_changes(self, message: dict) -> None:
        wanted: dict[int, float] = {}
        rebuilt: dict[str, float] = {}
        for change in message.get("changes", []):
            k, value = int(change["control"]), float(change["value"])
            control = self.subject.controls[k]
            if control.rebuilds:
                if change.get("released"):
                    rebuilt[control.name] = control.check(value)
            else:
                self._write(k, value)
                wanted[k] = value
        self._asked = (int(message.get("number", 0)), wanted)
        if rebuilt:
            self._rebuild(rebuilt)

    def _write(self, k: int, value: float) -> None:
        control = self.subject.controls[k]
        value = control.check(value)
        if control.rebuilds:
            self._rebuild({control.name: value})
            return
        self._values[k] = value
        self._do(lambda session: control.write(session, value))

    def _rebuild(self, values: dict[str, float]) -> None:
        """Run the cell again with other numbers, in a thread, and start from t = 0."""
        if self._remake is None or self._closed:
            return
        was_running = self.status == "running"
        old, self.session = self.session, None
        self._thread = threading.Thread(
            target=_rebuild, args=(weakref.ref(self), old, values, was_running), name="brainpy_lab rebuild", daemon=True
        )
        self._thread.start()

    def _find(self, name: str) -> int:
        labels = {self._label(k): k for k in range(len(self.subject.controls))}
        bare = [k for k, control in enumerate(self.subject.controls) if control.name == name]
        if name in labels:
            return labels[name]
        if len(bare) == 1:
            return bare[0]
        raise KeyError(f"{self.name} has no control {name!r}; controls: {', '.join(labels) or 'none'}")

    def _label(self, k: int) -> str:
        control = self.subject.controls[k]
        alone = sum(other.name == control.name for other in self.subject.controls) == 1
        return control.name if alone or not control.owner else f"{control.owner}.{control.name}"

    # ------------------------------------------------------------------ frames (in the session's thread)

    def _on_chunk(self, session) -> None:
        simulation = self._simulation
        self._top = max(self._top, simulation.run_step)
        state = (simulation.step, session.status, self.note, self._speed, tuple(self._read_values().values()))
        if state != self._shown:
            self._shown = state
            self.sender.mark()
        paced = session.status == "running"
        if paced and self.sender.unseen_for() > GONE_S:
            self.note = "paused: not visible"
            session.pause()
        self._poll(paced=paced)
        self._draw_when_seen()

    def _on_status(self, session) -> None:
        status = session.status
        if status == "failed":
            self._failure = "".join(traceback.format_exception_only(session.error)).strip()
        if status in ("failed", "closed"):
            self._poll(force=True)
        elif status == "paused":
            self._failure = ""
            self._picture_due = True
            self._draw_when_seen()

    def _draw_when_seen(self) -> None:
        """Renew the picture after a pause, but not before the page has its last frame: drawing takes a while."""
        if self._picture_due and not self.sender.wanted and self.session.status == "paused":
            self._picture_due = False
            self._draw_picture()
            self._refresh()

    def _poll(self, paced: bool = True, force: bool = False) -> None:
        if self._comms is not None:
            with self._send_lock:
                self.sender.poll(paced=paced, force=force)

    def _began_again(self) -> None:
        self.epoch += 1
        self._top = 0
        self._failure = ""
        self._shown = None
        if self.session is not None:
            self.session.nudge()

    def _send(self, header: dict, buffers: list) -> None:
        self._comms.send(header, buffers)

    def _read_values(self) -> dict[int, float]:
        simulation = self._simulation
        if self.session is None or simulation is None:
            return dict(self._values)
        return {k: control.read(simulation) for k, control in enumerate(self.subject.controls)}

    def _window(self) -> Window:
        simulation = self._simulation
        dt = self.subject.bindings.dt
        last = simulation.run_step if simulation is not None else 0
        steps = max(1, round(self.window_ms / dt))
        rows = simulation._rows if simulation is not None else 1
        first = max(0, last - steps, self._top - rows)
        right = max(last, steps) * dt
        return Window(min(first, last), last, right - steps * dt, right, dt)

    def _build_frame(self) -> tuple[dict, list]:
        simulation, session, window = self._simulation, self.session, self._window()
        buffers: list[bytes] = []

        def put(array: np.ndarray) -> int:
            buffers.append(np.ascontiguousarray(array).tobytes())
            return len(buffers) - 1

        values = self._read_values()
        number, wanted = self._asked
        if all(same(values[k], value) for k, value in wanted.items()):
            self._answered = number
        status, note = self.status, self.note
        if status == "compiling":
            status, note = "paused", "compiling"
        elif status == "failed":
            note = self._failure
        header = {
            "kind": "frame",
            "t": self.t,
            "step": int(simulation.step),
            "status": status,
            "note": note,
            "backend": self.backend_name,
            "speed": None if math.isinf(self._speed) else self._speed,
            "achieved": float(session.achieved_speed) if session is not None else 0.0,
            "dropped": self.sender.counts.dropped + self.sender.counts.lost,
            "answered": self._answered,
            "values": list(values.values()),
            "window": [window.left, window.right],
            "epoch": self.epoch,
            "views": [view.frame(simulation, window, self._columns, put) for view in self.subject.views],
        }
        return header, buffers

    def _draw_picture(self) -> None:
        simulation, window, subject = self._simulation, self._window(), self.subject
        panels = [view.panel(simulation, window, PICTURE_COLUMNS) for view in subject.views]
        moved = [
            f"{self._label(k)} = {value:.4g}" for k, value in self._read_values().items() if subject.controls[k].slider
        ]
        shown = ", ".join([subject.summary, f"dt {subject.bindings.dt:g} ms", *moved[:5]])
        self._picture = picture.draw(self.name, shown, panels, text=self.description())


def prepare(reference: weakref.ref) -> None:
    lab = reference()
    if lab is None:
        return
    try:
        lab._make_session()
    except BaseException as error:
        lab._fail(error)
        return
    if lab._closed:
        lab.session.close()


def _rebuild(reference: weakref.ref, old, values: dict[str, float], run: bool) -> None:
    lab = reference()
    if lab is None:
        return
    try:
        if old is not None:
            old.close()
        subject = lab._remake(values)
        lab.subject = subject
        lab._values = {k: control.value for k, control in enumerate(subject.controls)}
        if run:
            lab._waiting.append(lambda session: lab.run())
        lab._make_session()
    except BaseException as error:
        lab._fail(error)


def _weakly(lab: Live, method: str) -> Callable:
    """A callback that does not keep the lab alive."""
    reference = weakref.ref(lab)

    def call(session) -> None:
        alive = reference()
        if alive is not None:
            getattr(alive, method)(session)

    return call
