"""The past of a lab: undo, the log, going back and forth, branches, and what is drawn dim of another course.

What the person and the page say comes on any thread and only asks the session. `look`, `leaving` and what they call
run in the session's thread, between two steps.
"""

from __future__ import annotations

import math
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from ..errors import ModelUseError
from ..runtime.log import Branch
from ..runtime.reached import Reached
from .controls import same
from .kept import Ghost, Kept, kept_bytes, take_ghost
from .log_lines import branch_line, log_lines
from .undo import Move, Undo
from .views import Window

if TYPE_CHECKING:
    from ..runtime.session import Session
    from .lab import Lab
    from .picture import Panel

# Of rings that would be copied; of larger ones the past is computed again, and nothing of a left future is dim.
MOST_KEPT = 256 * 2**20
# While the time line is dragged a jump computes this long at most; where it is let go is reached exactly.
DRAG_SECONDS = 0.05
# What comes before the moment that one goes to is computed anew, to be seen, for about this many chunks of some ms.
LEAD_CHUNKS = 125
# While the lab runs, the page hears of the log this often at most, s.
TELL_SECONDS = 0.25
# Moves of a control that are closer than this part of what is shown are one line of the log: half a second of watching.
ONE_MOVE = 0.1


class Past:
    """The private part of a `Lab` that knows what was."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.undo_steps = Undo()
        self._asked: dict[int, float] = {}  # what a person set and the simulation may not have taken yet
        self.kept: Kept | None = None
        self.ghosts: dict[str, Ghost] = {}
        self._known_branches: set[int] = set()
        self._views: list[tuple[str, str]] = []
        self._rebuilt: dict[str, str] = {}  # controls with which the present session was built, and their values
        self._told: object = None
        self._told_ghosts: object = ()
        self._told_at = 0.0
        self._guard = threading.Lock()
        self._target: tuple[int, bool] | None = None
        self._is_going = False
        lab.hear("undo", lambda _: lab.undo())
        lab.hear("redo", lambda _: lab.redo())
        lab.hear("goto", lambda message: self._drag(int(message["step"]), bool(message.get("released", True))))
        lab.hear("branch", lambda message: lab.branch(int(message["number"])))
        # Which of the two it is, is known here: a page that is told of frames first would hold twice.
        lab.hear("hold", lambda message: lab.hold(bool(message.get("on", "hold" not in self.ghosts))))

    # ------------------------------------------------------------------ undo

    def asked(self, k: int) -> float:
        """The value of a control that was asked for last."""
        return self._asked.get(k, self._lab._read_value(k))

    def move(self, values: dict[int, float], released: bool = True) -> None:
        """A person moves controls. Call it before they are written."""
        lab = self._lab
        self.undo_steps.move({lab._label(k): Move(self.asked(k), value) for k, value in values.items()}, released)
        self._asked.update(values)

    def turn(self, again: bool) -> dict[str, float]:
        """Undo, or redo: move controls as the steps say; what was set, by name."""
        lab = self._lab
        now = {lab._label(k): self.asked(k) for k in range(len(lab.subject.controls))}
        wanted = self.undo_steps.again(now) if again else self.undo_steps.back(now)
        values = {k: wanted[name] for k in range(len(lab.subject.controls)) if (name := lab._label(k)) in wanted}
        self._asked.update(values)
        lab._write(values)
        lab._do(lambda session: session.nudge())
        return wanted

    # ------------------------------------------------------------------ going back and forth

    def step_of(self, t: float) -> int:
        """The absolute step nearest to a time in ms."""
        simulation = self._lab._simulation
        return round((t - simulation.t0) / simulation.dt) + simulation.step - simulation.run_step

    def t_of(self, step: int) -> float:
        """When a step begins, ms."""
        simulation = self._lab._simulation
        return simulation.t0 + (step - simulation.step + simulation.run_step) * simulation.dt

    @property
    def lead(self) -> int:
        """How many steps before the moment that one goes to shall be there to be seen."""
        simulation = self._lab._simulation
        return min(self._lab._window_steps(), LEAD_CHUNKS * simulation.chunk_steps())

    def jump(self, ask: Callable[[Session, int], Future]) -> Future | None:
        """Ask the session for a jump, and say so when it went less far than it was asked to."""
        session = self._lab.session
        if session is None or session.status == "closed":
            return None
        self._lab.note = ""
        self._asked.clear()  # the past moves the controls now, not a person
        future = ask(session, self.lead)
        reference = weakref.ref(self)

        def tell(done: Future) -> None:
            past = reference()
            if past is not None and done.exception() is None and done.result().ended:
                at_end = done.result().step > past._lab.session.oldest_step
                past._lab.note = "paused: as far as it was computed" if at_end else "paused: as far back as it goes"
                past._lab._do(lambda session: session.nudge())

        future.add_done_callback(tell)
        return future

    def go_to(self, session: Session, step: int, lead: int) -> Future:
        """Go to a step. Beyond what is recorded, what follows it is looked at, too: it may become dim."""
        simulation, kept = session.simulation, self.kept
        row = step - simulation.step + simulation.run_step
        if kept is None:
            is_recorded = session.step_count == session.end_step and row >= self._first_row(session)
        else:
            is_recorded = kept.first <= row < kept.last
        if is_recorded or step >= session.end_step:
            return session.go_to(step, lead)

        def visit(timeline, stop) -> Reached:
            there = max(timeline.history.oldest_step, min(step, timeline.end_step))
            beyond = min(there + lead, timeline.end_step)
            timeline.go_to(beyond, stop, lead + beyond - there)
            self._keep(session)
            timeline.go_to(there, stop)
            return Reached(simulation.t, simulation.step, there != step)

        return session.perform(visit)

    def _drag(self, step: int, released: bool) -> None:
        """The time line was moved: the newest place wins, and the one where it was let go is reached exactly."""
        with self._guard:
            self._target = (step, released)
            if self._is_going:
                return
            self._is_going = True
        self._go_on()

    def _go_on(self) -> None:
        lab = self._lab
        with self._guard:
            target, self._target = self._target, None
            session = lab.session
            self._is_going = target is not None and session is not None and session.status != "closed"
            if not self._is_going:
                return
        step, released = target
        lab.note = ""
        self._asked.clear()
        reference = weakref.ref(self)

        def go_on(_) -> None:
            past = reference()
            if past is not None:
                past._go_on()

        try:
            if released:
                future = self.go_to(session, step, self.lead)
            else:
                future = session.go_to(step, seconds=DRAG_SECONDS)
        except BaseException:
            self._is_going = False
            raise
        future.add_done_callback(go_on)

    # ------------------------------------------------------------------ in the session's thread

    def leaving(self, session) -> None:
        """Before a jump: keep what was recorded of the future."""
        if session.step_count == session.end_step:
            self._keep(session)

    def _keep(self, session) -> None:
        self.kept = None  # make room first
        simulation = session.simulation
        first = max(self._first_row(session), self._lab.subject.who.since)  # earlier rows are another neuron's
        if first < simulation.run_step and kept_bytes(simulation) <= MOST_KEPT:
            self.kept = Kept(simulation, first, simulation.run_step)

    def look(self, session) -> None:
        """After each chunk: has a future been left, and is there something to tell?"""
        simulation = session.simulation
        numbers = {branch.number for branch in session.branches}
        if numbers - self._known_branches:
            self._left(session.branches[-1], simulation)
        self._known_branches = numbers
        if self.kept is not None and simulation.run_step > self.kept.last:
            self.kept = None
        if self._asked and all(same(self._lab._read_value(k), value) for k, value in [*self._asked.items()]):
            self._asked.clear()
        self.tell(session)

    def _left(self, branch: Branch, simulation) -> None:
        kept, self.kept = self.kept, None
        self.ghosts.pop("branch", None)
        if kept is None:
            return
        first = max(kept.first, branch.fork_step - simulation.step + simulation.run_step)
        if first >= kept.last:
            return
        lab, dt = self._lab, simulation.dt
        window = Window(first, kept.last, first * dt, kept.last * dt, dt)
        columns = max(1, round(lab._columns * (kept.last - first) / lab._window_steps()))
        self.ghosts["branch"] = take_ghost(f"branch {branch.number}", False, lab.subject.views, kept, window, columns)

    def began_again(self) -> None:
        """The run starts from t = 0: nothing of another course is at these times."""
        self.kept = None
        self.ghosts.pop("branch", None)
        self._asked.clear()

    def knows(self, branches: Iterable[Branch]) -> None:
        """These were left before: nothing of them was recorded here."""
        self._known_branches = {branch.number for branch in branches}

    def opened(self) -> None:
        """A new session: what was, was of another one. What is held stays where there are the same views."""
        self.began_again()
        self._known_branches = set()
        self._told, self._target, self._is_going = None, None, False
        views = [(view.kind, view.title) for view in self._lab.subject.views]
        if views != self._views:
            self.ghosts.clear()
        self._views = views
        controls = enumerate(self._lab.subject.controls)
        self._rebuilt = {
            self._lab._label(k): control.shown(control.value)
            for k, control in controls
            if control.written in self._lab._rebuilt
        }

    def hold(self, on: bool) -> None:
        """Keep what is seen now as a dim reference, or let it go."""
        lab = self._lab
        if on:
            window = lab._window()
            rows = self.rows(window)
            self.ghosts["hold"] = take_ghost("held", True, lab.subject.views, rows, window, lab._columns)
        else:
            self.ghosts.pop("hold", None)
        lab._picture_due = True

    def panels(self, columns: int) -> list[Panel]:
        """What the saved picture shows."""
        window, views = self._lab._window(), self._lab.subject.views
        rows = self.rows(window)
        panels = [view.panel(rows, window, columns) if view.shown else None for view in views]
        for ghost in self.ghosts.values():
            for k, (view, panel) in enumerate(zip(views, panels)):
                items = ghost.items_in(k, view, window)
                if items and panel is not None:
                    panel.dim.append((ghost.name, items))
        return [panel for panel in panels if panel is not None]

    def rows(self, window: Window):
        """What views read: the simulation, or what was kept of it."""
        kept = self.kept
        return kept if kept is not None and kept.holds(window) else self._lab._simulation

    def first_row(self, first: int, last: int) -> int:
        """The first step not before `first` of which there are rows up to `last`."""
        lab = self._lab
        session = lab.session
        if session is None or session.simulation is not lab._simulation:
            return first
        found = max(first, self._first_row(session))
        if self.kept is not None and last <= self.kept.last:
            found = min(found, max(first, self.kept.first))
        return found

    @staticmethod
    def _first_row(session) -> int:
        simulation = session.simulation
        return max(0, session.rows_from - simulation.step + simulation.run_step)

    # ------------------------------------------------------------------ to the page

    def untold(self) -> None:
        """A page has come that knows nothing: it hears at once."""
        self._told, self._told_ghosts, self._told_at = None, None, -math.inf

    def tell(self, session) -> None:
        """Tell the page what has changed."""
        lab = self._lab
        if lab._comms is None:
            return
        ghosts = tuple(id(ghost) for ghost in self.ghosts.values())
        if ghosts != self._told_ghosts:
            self._told_ghosts = ghosts
            buffers = [buffer for ghost in self.ghosts.values() for buffer in ghost.buffers]
            specs, first = [], 0
            for ghost in self.ghosts.values():
                specs.append(ghost.spec(first))
                first += len(ghost.buffers)
            lab.tell("ghosts", buffers, ghosts=specs)
        undo, redo = self.undo_steps.next_back, self.undo_steps.next_again
        # While a replay runs over entries they come to lie in the past.
        is_replay = session.step_count < session.end_step
        ahead = sum(entry.step > session.step_count for entry in session.log) if is_replay else 0
        state = (session.version, undo, redo, "hold" in self.ghosts, ahead)
        now = time.monotonic()
        if state == self._told or (session.status == "running" and now - self._told_at < TELL_SECONDS):
            return
        self._told, self._told_at = state, now
        lab.tell("history", undo=undo, redo=redo, held="hold" in self.ghosts, **self.history(session))

    def history(self, session) -> dict:
        """Log and branches, for the page."""
        lab, simulation = self._lab, session.simulation
        gap = round(ONE_MOVE * lab._window_steps())
        lines = log_lines(session.log, session.step_count, lab.subject.controls, lab._label, simulation, gap)
        for name, value in reversed(self._rebuilt.items()):
            line = {"what": f"rebuilt, {name}", "before": "", "after": value, "ahead": False}
            lines.append({"step": session.oldest_step, **line})
        for line in lines:
            line["t"] = self.t_of(line["step"])
        return {"lines": lines, "branches": [branch_line(branch, self.t_of) for branch in session.branches]}

    # ------------------------------------------------------------------ for the person

    def find_branch(self, number: int) -> int:
        """The number, if there is such a branch.

        Raises
        ------
        ModelUseError
            When there is none.
        """
        known = sorted(branch.number for branch in self._lab.branches)
        if number not in known:
            cure = (
                f"Give one of {', '.join(map(str, known))}." if known else "Go back and move a slider: that leaves one."
            )
            raise ModelUseError(f"{self._lab.name} has no branch {number}. {cure}")
        return number
