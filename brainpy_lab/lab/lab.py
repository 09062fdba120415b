"""One live lab: a session, the views of it, the controls that act on it, and its picture in the notebook."""

from __future__ import annotations

import itertools
import math
import threading
import time
import traceback
import weakref
from collections.abc import Callable

import numpy as np

from .. import __version__
from . import bundle, picture
from .controls import same
from .frames import GONE_S, FrameSender
from .subject import Subject
from .views import Window

SPEEDS = (10.0, 20.0, 40.0, 100.0, 200.0, 500.0, 1000.0, math.inf)
DEFAULT_SPEED = {"neuron": 40.0, "network": 100.0}
WATCHED_SECONDS = 5.0
LEAST_WINDOW, MOST_WINDOW = 50.0, 2000.0
FIRST_PICTURE_SECONDS = 0.5
PICTURE_COLUMNS = 700
_ids = itertools.count(1)


class Labs(dict):
    """The labs of this kernel by name: ``bp.labs['FHN']``."""

    def __missing__(self, name):
        known = ", ".join(self) or "none"
        raise KeyError(f"there is no lab {name!r}; labs: {known}")

    def add(self, lab: Lab) -> None:
        """Enter a lab; one of the same name is closed first."""
        old = self.pop(lab.name, None)
        if old is not None:
            old.close()
        self[lab.name] = lab


labs = Labs()


class Lab:
    """A live lab.

    Made by ``%%brainpy``. Every method returns at once; the simulation runs in a thread of its own.

    Parameters
    ----------
    subject : Subject
        What it shows.
    backend : str
        'auto', 'reference' or 'numba'.
    speed : float, optional
        Simulated ms per second of wall time; ``float('inf')`` is as fast as possible.
    together : bool
        Run beside other labs; otherwise starting this one pauses the others.
    background : bool
        Run on when nobody looks.
    remake : callable, optional
        ``remake(values)`` runs the cell again with other numbers and returns a new subject.

    Attributes
    ----------
    session : Session or None
        None until the program is compiled.
    """

    def __init__(
        self,
        subject: Subject,
        *,
        backend: str = "auto",
        speed: float | None = None,
        together: bool = False,
        background: bool = False,
        remake: Callable[[dict[str, float]], Subject] | None = None,
    ):
        self.subject = subject
        self.name = subject.name
        self.backend = backend
        self.together = together
        self.background = background
        self.id = f"{self.name}-{next(_ids)}-{int(time.time())}"
        self.session = None
        self.note = ""
        self.epoch = 0
        self._remake = remake
        self._speed = float(speed or DEFAULT_SPEED[subject.kind])
        self._simulation = None  # what views read: the reference one until the compiled one is ready
        self._top = 0  # the highest step recorded: rows older than a ring behind it are gone
        self._comms = None
        self._display = None
        self._columns = PICTURE_COLUMNS
        self._values = {k: control.value for k, control in enumerate(subject.controls)}
        self._asked: tuple[int, dict[int, float]] = (0, {})
        self._answered = 0
        self._shown: tuple | None = None
        self._waiting: list[Callable] = []
        self._lock = threading.Lock()
        self._send_lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._failure = ""
        self.sender = FrameSender(self._build_frame, self._send, background=background)
        self._picture: bytes | None = None
        self._picture_due = False

    # ------------------------------------------------------------------ what a person does

    def run(self, duration: float | None = None) -> None:
        """Run at `speed`, for `duration` ms or until told otherwise. Other labs pause, unless `together`."""
        if not self.together:
            for other in list(labs.values()):
                if other is not self and other.status == "running" and not other.together:
                    other.pause(f"paused: {self.name} runs")
        self.note = ""
        self.sender.awake()
        self._do(lambda session: session.run(duration))

    def pause(self, why: str = "") -> None:
        """Stop after the chunk in progress."""
        self.note = why
        self._do(lambda session: session.pause())

    def step(self, n: int = 1) -> None:
        """Make `n` time steps and be paused."""
        self.note = ""
        self._do(lambda session: session.step(n))

    def rewind(self, ms: float | None = None) -> None:
        """Go back by `ms`, or by what was shown in the last five seconds, and be paused."""
        self.note = ""
        self._do(lambda session: session.rewind(self.window_ms if ms is None else ms))

    def reset(self) -> None:
        """Go back to t = 0, with the values of the cell, and be paused."""
        self.note = ""

        def start_again(session):
            future = session.reset()
            future.add_done_callback(lambda _: self._began_again())

        self._do(start_again)

    @property
    def speed(self) -> float:
        """Simulated ms per second of wall time."""
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        self._speed = float(value)
        self._do(lambda session: setattr(session, "speed", self._speed))
        self._do(lambda session: session.nudge())

    def set(self, name: str, value: float) -> None:
        """Move a control: ``lab.set('I', 0.7)``, or ``'group.I'`` where several have it."""
        self._write(self._find(name), value)

    def close(self) -> None:
        """End the simulation and the live view; the picture stays. May be called again."""
        if self._closed:
            return
        self._closed = True
        if self.session is not None:
            if self.session.status != "failed":
                self._draw_picture()
            self.session.close()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(0.1)  # a compilation cannot be interrupted; it ends the thread when it is done
        self._refresh()
        if self._comms is not None:
            self._comms.close()
        if labs.get(self.name) is self:
            labs.pop(self.name)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the lab is ready and paused; False after `timeout` seconds. Raises what made it fail."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.session is None and not self._failure and not self._closed:
            if end is not None and time.monotonic() > end:
                return False
            time.sleep(0.01)
        if self.session is None:
            return True
        return self.session.wait(None if end is None else max(0.0, end - time.monotonic()))

    # ------------------------------------------------------------------ what it is

    @property
    def status(self) -> str:
        """'compiling', 'running', 'paused', 'failed' or 'closed'."""
        if self._closed:
            return "closed"
        if self._failure:
            return "failed"
        return "compiling" if self.session is None else self.session.status

    @property
    def t(self) -> float:
        """Time, ms."""
        return self._simulation.t if self._simulation is not None else 0.0

    @property
    def window_ms(self) -> float:
        """How much time the views show: five seconds of watching."""
        return self._window_of(self._speed)

    def _window_of(self, speed: float) -> float:
        if math.isinf(speed):
            return MOST_WINDOW
        return min(MOST_WINDOW, max(LEAST_WINDOW, WATCHED_SECONDS * speed))

    @property
    def values(self) -> dict[str, float]:
        """Name of every control -> the value the simulation uses."""
        return {self._label(k): value for k, value in self._read_values().items()}

    def description(self) -> str:
        """What the lab shows, in words."""
        subject, window = self.subject, self._window()
        parts = [f"{self.name}: {subject.kind} model with {subject.summary}, simulated to t = {self.t:.6g} ms"]
        if self._simulation is not None:
            parts += [text for view in subject.views if (text := view.describe(self._simulation, window))]
        moved = [
            f"{self._label(k)} = {value:.6g}" for k, value in self._read_values().items() if subject.controls[k].slider
        ]
        if moved:
            parts.append(", ".join(moved))
        return ". ".join(parts) + "."

    def to_png(self) -> bytes:
        """The picture of the views now, as PNG. Of a running lab it is the newest one that was drawn at a pause."""
        if self.session is None or self.session.status != "running":
            self._draw_picture()
        else:
            done = threading.Event()
            self._do_between_steps(lambda: (self._draw_picture(), done.set()))
            done.wait(2.0)
        return self._picture or b""

    def info(self) -> dict:
        """What is needed to make the lab again, kept in the notebook beside the picture."""
        subject = self.subject
        return {
            "version": __version__,
            "name": self.name,
            "kind": subject.kind,
            "backend": self.backend_name,
            "dt": subject.bindings.dt,
            "seed": subject.seed,
            "float": subject.program.float_type,
            "t": self.t,
            "values": self.values,
            "speed": None if math.isinf(self._speed) else self._speed,
        }

    @property
    def backend_name(self) -> str:
        """The back end in use."""
        return self._simulation.backend if self._simulation is not None else self.backend

    def __repr__(self) -> str:
        return f"<Lab {self.name}, {self.status} at t = {self.t:g} ms>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        data, metadata = bundle.still(self)
        view = self._view()
        if view is not None:
            data["application/vnd.jupyter.widget-view+json"] = view
        return data, metadata

    # ------------------------------------------------------------------ starting

    def start(self, *, run: bool = True) -> None:
        """Compile in a thread, then be paused, or run."""
        self._first_picture()
        if run:
            self._waiting.append(lambda session: self.run())
        self._thread = threading.Thread(
            target=_prepare, args=(weakref.ref(self),), name="brainpy_lab compile", daemon=True
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
        elif session.status == "paused" and (
            kind != "ack" or self.sender.wanted or self._picture_due
        ):
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

    # ------------------------------------------------------------------ display

    def spec(self) -> dict:
        """What the page must know once."""
        subject = self.subject
        return {
            "id": self.id,
            "name": self.name,
            "kind": subject.kind,
            "version": __version__,
            "summary": subject.summary,
            "dt": subject.bindings.dt,
            "seed": subject.seed,
            "float": subject.program.float_type,
            "speed": None if math.isinf(self._speed) else self._speed,
            "speeds": [None if math.isinf(speed) else speed for speed in SPEEDS],
            "views": [view.spec() for view in subject.views],
            "controls": [control.spec() for control in subject.controls],
        }

    def show(self) -> None:
        """Display the picture and, where a page can show it, the live lab, as two outputs of the cell.

        Two, because a front end that finds no live lab shows the picture, and because the picture can be refreshed
        without making the view again.
        """
        from IPython.display import display, publish_display_data

        data, metadata = bundle.still(self)
        self._display = f"brainpy-lab-{self.id}"
        display(data, metadata=metadata, raw=True, display_id=self._display)
        view = self._view()
        if view is not None:
            publish_display_data({"application/vnd.jupyter.widget-view+json": view})

    def _view(self) -> dict | None:
        from .widgets import Comms, is_headless

        if is_headless() or self._closed:
            return None
        if self._comms is None:
            self._comms = Comms(self.spec(), self.receive)
        return self._comms.view

    def _refresh(self) -> None:
        """Put the newest picture into the notebook."""
        if self._display is None:
            return
        from IPython.display import display

        data, metadata = bundle.still(self)
        display(data, metadata=metadata, raw=True, display_id=self._display, update=True)

    def _draw_picture(self) -> None:
        simulation, window, subject = self._simulation, self._window(), self.subject
        panels = [view.panel(simulation, window, PICTURE_COLUMNS) for view in subject.views]
        moved = [
            f"{self._label(k)} = {value:.4g}" for k, value in self._read_values().items() if subject.controls[k].slider
        ]
        shown = ", ".join([subject.summary, f"dt {subject.bindings.dt:g} ms", *moved[:5]])
        self._picture = picture.draw(self.name, shown, panels, text=self.description())


def _prepare(reference: weakref.ref) -> None:
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


def _weakly(lab: Lab, method: str) -> Callable:
    """A callback that does not keep the lab alive."""
    reference = weakref.ref(lab)

    def call(session) -> None:
        alive = reference()
        if alive is not None:
            getattr(alive, method)(session)

    return call
