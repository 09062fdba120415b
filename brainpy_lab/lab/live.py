"""What happens behind a lab: it starts, hears the page, and sends frames.

Three kinds of threads meet here. The person's calls and the page's messages come on any thread and only ask the session
for something. The session's thread reads the simulation and sends frames. A thread that the simulation starts compiles.
"""

from __future__ import annotations

import math
import os
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from functools import partial

from .. import checks, profile
from ..checks import near
from ..errors import ModelKeyError, ModelUseError
from . import downloads
from .bifurcation_view import with_bifurcation
from .controls import same
from .frames import GONE_S
from .lost import Lost
from .protocols import driven
from .shown import PICTURE_COLUMNS, Shown
from .viewing import Looking, keep_views
from .viewing import hear as hear_views

WATCHED_SECONDS = 5.0
LEAST_WINDOW, MOST_WINDOW = 50.0, 2000.0
FIRST_PICTURE_SECONDS = 0.1
PREDICT = "predict first"  # the note of a lab that was opened paused; js/widget/aids.ts knows it
# The compiler is Python too and shares the interpreter's lock: without a rest after each chunk it takes twice as long.
YIELD_SECONDS = 0.012


class Live(Shown):
    """The private half of `Lab`, whose attributes it uses."""

    # ------------------------------------------------------------------ starting

    def start(self, *, run: bool = True, predict: bool = False) -> None:
        """Be live at once: the reference back end needs no compiler, and Numba's code takes over when it is ready.

        With `predict` nothing of the course is shown before a person says Run.
        """
        self._refuse_closed()
        if predict:
            self.note = PREDICT
        self._make_session(show_course=not predict)
        if run:
            self.run()

    def open(self, *, paused: bool = False, show: bool = True, tell: bool = False) -> None:
        """Start, and be displayed.

        With ``LAB_HEADLESS`` what the views show is simulated, and the picture is all that stays. Terminals and scripts
        drive the lab themselves; with `tell` they get the same simulation to begin with, and its description.
        """
        from .widgets import is_headless

        ends = os.environ.get("LAB_HEADLESS", "") not in ("", "0")
        if ends or (tell and is_headless()):
            self.run_headless()
        else:
            self.start(run=not paused, predict=paused)
            show = show and not is_headless()
        if show:
            self.show()
        if ends:
            self._ended = True
            self._end_session()

    def run_headless(self) -> None:
        """Without a page: simulate what the views show, on the asked back end, and return when done."""
        from ..runtime.build import build

        self._open(build(self.subject.program, self.subject.bindings, self.backend, profile.get_num_threads()))
        self.session.speed = math.inf
        self.session.run(self.window_ms)
        self.session.wait()
        self.session.speed = self._speed
        self._draw_picture()

    def _make_session(self, show_course: bool = True) -> None:
        from ..runtime.build import automatic_backend, build, check_device
        from ..runtime.sharing import refuse_second

        check_device(self.subject.program, self.subject.bindings, self.backend)
        simulation = build(self.subject.program, self.subject.bindings, "reference")
        refuse_second(simulation)  # the first picture takes steps too
        self._first_picture(simulation, show_course)
        self._open(simulation)
        backend = automatic_backend() if self.backend == "auto" else self.backend
        if backend != simulation.backend:
            nudge = _weakly(self, "_ready")
            simulation.upgrade(backend, quiet=True, threads=profile.get_num_threads()).add_done_callback(nudge)

    def _ready(self, _) -> None:
        self._do(lambda session: session.nudge())

    def _first_picture(self, simulation, show_course: bool) -> None:
        """Take the first steps for axes that fit and a picture that says something, and put everything back.

        Of the course nothing is shown where a person is to predict it.
        """
        begun = simulation.save()
        self._point(simulation)
        window_steps = math.ceil(self.window_ms / simulation.dt)
        simulation.begin(0.0, None, window_steps)
        end = time.perf_counter() + FIRST_PICTURE_SECONDS
        while simulation.run_step < window_steps and time.perf_counter() < end:
            simulation.advance(min(simulation.chunk_steps(), window_steps - simulation.run_step))
        self._simulation = simulation
        for view in self.subject.views:
            view.expect(simulation, self._window())
        if show_course:
            self._draw_picture()
        simulation.load(begun)
        if not show_course:
            self._draw_picture()

    def _point(self, simulation) -> None:
        """Record the neurons that have been chosen."""
        for one in self.subject.who:
            one.point(simulation, one.neuron)

    def _open(self, simulation) -> None:
        """Give a simulation to a new session."""
        from ..frontends.types_api.follow import follow
        from ..runtime.session import Session

        rows = math.ceil(1.5 * MOST_WINDOW / simulation.dt)
        session = Session(simulation, speed=self._speed, ring_rows=rows, called=f"bp.labs[{self.name!r}]")
        session.on_jump.append(_weakly(self, "_on_jump"))
        session.on_chunk.append(_weakly(self, "_on_chunk"))
        for view in self.subject.views:
            view.watch(_weakly(self, "_renewed"))
        session.on_status.append(_weakly(self, "_on_status"))
        self._simulation, self.epoch, self._shown = simulation, self.epoch + 1, None
        self.looking = Looking()
        self._lost = Lost(simulation)
        self._point(simulation)
        self.session = session
        self._past.opened()
        layout = self.subject.layout
        self._end_following = follow(layout, session) if layout is not None else lambda: None
        session.nudge()

    def _end_session(self) -> None:
        self.session.close()
        self._end_following()

    def _refuse_closed(self) -> None:
        """Tell who asks for something that only a live lab can do.

        Raises
        ------
        ModelUseError
            When the lab is closed, or was ended because nobody looks.
        """
        if self.status == "closed":
            why, again = "", "Run its cell, or bp.explore, again."
            if self._ended:
                why, again = " once it is drawn, for LAB_HEADLESS is set", "Unset that, and run its cell again."
            raise ModelUseError(f"the lab {self.name} is closed{why}: it can be read, and not moved. {again}")

    def _do(self, act: Callable) -> None:
        """Act on the session, unless there is none any more."""
        if self.session is not None and self.session.status != "closed":
            act(self.session)

    def _change_view(self, act: Callable[[], object]) -> None:
        """Change what views show, where no frame is being made."""

        if self.session is None or self.session.status == "closed":
            act()
        else:
            self._show_after(act)

    def _show_after(self, act: Callable[[], object] = lambda: None) -> None:
        """Act between two steps, and send a frame although neither time nor controls have moved."""

        def once() -> None:
            act()
            self._shown = None
            self._do(lambda session: session.nudge())

        self._do_between_steps(once)

    def _renewed(self, _) -> None:
        """A view has something new to show."""
        if self.session is not None and self.session.status != "closed":
            self._picture_due = True
            self._show_after()

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

    def hear(self, kind: str, act: Callable[[dict], object]) -> None:
        """``act(message)`` is called when the page says `kind`, on any thread; it must only ask the session."""
        if kind in self._ears:
            raise ValueError(f"the page's {kind!r} has a listener already")
        self._ears[kind] = act

    def tell(self, kind: str, buffers: list | None = None, **content) -> None:
        """Say something to the page that is no frame: ``LabPage.listen(kind, ...)`` hears it."""
        if self._comms is not None:
            self._comms.send({"kind": kind, **content}, buffers or [])

    def _hear_the_page(self) -> None:
        """What the page may say, besides what is about frames."""
        self.hear("run", lambda _: self.run())
        self.hear("pause", lambda _: self.pause())
        self.hear("still", lambda _: self.pause("paused: your system asks for less motion. Press Run"))
        self.hear("step", lambda _: self.step())
        self.hear("back", lambda _: self.rewind())
        self.hear("reset", lambda _: self.reset())
        self.hear("speed", self._receive_speed)
        self.hear("fps", lambda message: self.sender.limit(message["fps"]))
        self.hear("renew", lambda message: self._renew_picture())
        self.hear("set", self._receive_changes)
        downloads.listen(self)
        hear_views(self)

    def receive(self, message: dict) -> None:
        """A message of the page, on any thread. Writes mailboxes only."""
        kind = message.get("do")
        if kind in self._ears:
            if self.status != "closed":
                self._ears[kind](message)
        else:
            if kind in ("hello", "width"):
                self._columns = int(min(2000, max(200, message.get("width", PICTURE_COLUMNS))))
                self._shown = None
            if kind == "hello":
                self._past.untold()
            self.sender.post(message)
        session = self.session
        is_answer = kind == "ack"  # whoever answers has seen the last frame; what else is said may need another one
        if session is None or session.status == "closed":
            self._poll(force=bool(self._failure) and not is_answer)
        elif session.status == "failed":
            self._poll(force=not is_answer)
        elif session.status == "paused" and (not is_answer or self.sender.wanted or self._picture_due):
            session.nudge()

    def _receive_speed(self, message: dict) -> None:
        value = message.get("speed")
        self.speed = math.inf if value is None else float(value)

    def _receive_changes(self, message: dict) -> None:
        held: dict[int, float] = {}
        let_go: dict[int, float] = {}
        for change in message.get("changes", []):
            k, released = int(change["control"]), bool(change.get("released"))
            control = self.subject.controls[k]
            if released or not control.rebuilds:
                (let_go if released else held)[k] = control.check(float(change["value"]))
        values = {k: value for k, value in [*held.items(), *let_go.items()] if not self.subject.controls[k].rebuilds}
        self._asked = (int(message.get("number", 0)), values)
        self._move(held, released=False)
        self._move(let_go)

    def _move(self, values: dict[int, float], released: bool = True) -> None:
        """A person moves controls; not `released` while they are held."""
        values = {k: self.subject.controls[k].check(value) for k, value in values.items()}
        if values:
            self._past.move(values, released)
            self._write(values)

    def _write(self, values: dict[int, float]) -> None:
        """Set controls, as checked before."""
        rebuilt: dict[str, float] = {}
        for k, value in values.items():
            control = self.subject.controls[k]
            if control.rebuilds:
                rebuilt[control.written] = value
            else:
                self._values[k] = value
                self._do(lambda session, control=control, value=value: control.write(session, value))
        if rebuilt:
            self._rebuild(rebuilt)

    def _rebuild(self, values: dict[str, float]) -> None:
        """Run the cell again with other numbers, in a thread, and start from t = 0."""
        if self._remake is None or self._closed:
            return
        self._rebuilt.update(values)
        target = partial(_rebuild, weakref.ref(self), self.status == "running")
        self._thread = threading.Thread(target=target, name="brainpy_lab rebuild", daemon=True)
        self._thread.start()

    def _moved(self) -> dict[str, float]:
        """The controls that stand elsewhere than in the cell, and act while it runs."""
        values = self._read_values()
        return {
            self._label(k): values[k]
            for k, control in enumerate(self.subject.controls)
            if not control.rebuilds and not same(values[k], control.value)
        }

    def _start_anew(self, make: Callable, run: bool) -> None:
        """Show the subject that ``make(self)`` returns, from t = 0; in a thread, because it may compile."""
        with self._rebuilding:
            try:
                moved = self._moved()
                self._end_session()
                subject = make(self)
                if subject is not self.subject:
                    for view in self.subject.views:
                        view.close()
                    subject = with_bifurcation(driven(subject))
                    keep_views(self.subject, subject)
                    self.subject = subject
                self._values = {k: control.value for k, control in enumerate(subject.controls)}
                self._make_session()
                self._do(self.initial.put)
                labels = {self._label(k): k for k, control in enumerate(subject.controls) if not control.rebuilds}
                self._write({labels[label]: value for label, value in moved.items() if label in labels})
                if run:
                    self.run()
            except BaseException as error:
                self._fail(error)
            if self._closed:
                self._end_session()

    def _find(self, name: str) -> int:
        name = checks.text("name", name)
        labels = {self._label(k): k for k in range(len(self.subject.controls))}
        bare = [k for k, control in enumerate(self.subject.controls) if name in (control.name, control.full_name)]
        if name in labels:
            return labels[name]
        if len(bare) == 1:
            return bare[0]
        raise ModelKeyError(
            f"{self.name} has no control {name!r}; controls: {', '.join(labels) or 'none'}. {near(name, labels)}"
        )

    def _label(self, k: int) -> str:
        control = self.subject.controls[k]
        alone = sum(other.name == control.name for other in self.subject.controls) == 1
        return control.name if alone or not control.owner else f"{control.owner}.{control.name}"

    # ------------------------------------------------------------------ frames (in the session's thread)

    def _on_chunk(self, session) -> None:
        simulation = self._simulation
        simulation.change_over()
        if simulation.is_upgrading:
            self.sender.busy()
            time.sleep(YIELD_SECONDS)
        if simulation.upgrade_error is not None and self.backend != "auto":
            raise simulation.upgrade_error
        self._past.look(session)
        self._lost.look(self, session)
        self.looking.look(session, self.subject.shown, self.subject.who, self._window())
        values = tuple(self._read_values().values())
        state = (simulation.step, session.status, self.note, self._speed, self.backend_now, values)
        if state != self._shown:
            self._shown = state
            self.sender.mark()
        paced = session.status == "running"
        if paced and self.sender.unseen_for() > GONE_S:
            self.note = "paused: not visible"
            session.pause()
        self._protocols.tell_changes()
        self.initial.tell_changes()
        self._poll(paced=paced)
        self._draw_when_seen()

    def _renew_picture(self) -> None:
        """Put a picture of now into the notebook, also of a lab that runs; the page has asked for it."""

        def renew() -> None:
            self._draw_picture()
            self._refresh()
            self.tell("renewed")

        self._do(lambda session: self._do_between_steps(renew))

    def _on_jump(self, session) -> None:
        self._past.leaving(session)
        self._lost.begin_again()

    def _on_status(self, session) -> None:
        status = session.status
        if status == "failed":
            self._failure = "".join(traceback.format_exception_only(session.error)).strip()
        if status in ("failed", "closed"):
            self._poll(force=True)
        elif status == "paused":
            self._failure = ""
            self._picture_due = True
            if self._told != "paused":
                self.sender.mark()  # also where no step was made since the last frame: the page waits for the word
            self._draw_when_seen()

    def _draw_when_seen(self) -> None:
        """Renew the picture after a pause, when the page has drawn its last frame: a picture takes a while."""
        if self._picture_due and self.sender.is_seen and self.session.status == "paused":
            self._picture_due = False
            self._draw_picture()
            self._refresh()

    def _poll(self, paced: bool = True, force: bool = False) -> None:
        if self._comms is not None:
            with self._send_lock:
                self.sender.poll(paced=paced, force=force)

    def _began_again(self) -> None:
        self.epoch += 1
        self._past.began_again()
        self._failure = ""
        self._shown = None
        for view in self.subject.views:
            view.reset()
        if self.session is not None:
            self.session.nudge()

    def _send(self, header: dict, buffers: list) -> None:
        self._comms.send(header, buffers)

    def _read_values(self) -> dict[int, float]:
        return {k: self._read_value(k) for k in range(len(self.subject.controls))}

    def _read_value(self, k: int) -> float:
        if self.session is None or self._simulation is None:
            return self._values[k]
        return self.subject.controls[k].read(self._simulation)


def _rebuild(reference: weakref.ref, run: bool) -> None:
    lab = reference()
    if lab is not None:
        lab._start_anew(lambda lab: lab._remake(dict(lab._rebuilt)), run)


def _weakly(thing, method: str) -> Callable:
    """A callback that does not keep the thing alive."""
    reference = weakref.ref(thing)

    def call(argument) -> None:
        alive = reference()
        if alive is not None:
            getattr(alive, method)(argument)

    return call
