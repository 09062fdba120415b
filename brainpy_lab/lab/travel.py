"""What a person may do with the time of a lab: go along it, return to other courses, undo, and hold what is seen."""

from __future__ import annotations

from concurrent.futures import Future

from .. import checks
from ..runtime.log import Branch, LogEntry


class Travel:
    """The part of `Lab` that goes through time; `Past` does the work."""

    def rewind(self, ms: float | None = None) -> Future | None:
        """Go back by `ms`, or by what was shown in the last five seconds, and be paused.

        Returns
        -------
        Future or None
            Its ``result()`` is the time reached, ms; ``.ended`` says that it is less far, because there is no more.
            None before `start`.
        """
        if ms is not None:
            checks.number("ms", ms, unit="ms", low=0)
        self._refuse_closed()
        by = self.window_ms if ms is None else ms
        return self._past.jump(lambda session, lead: session.rewind(by, lead))

    def goto(self, t: float) -> Future | None:
        """Go to time `t`, ms, and be paused: back, or forward to where the lab has been. Running on replays the rest.

        Returns
        -------
        Future or None
            As of `rewind`.
        """
        t = checks.number("t", t, unit="ms")
        self._refuse_closed()
        return self._past.jump(lambda session, lead: self._past.go_to(session, self._past.step_of(t), lead))

    def branch(self, number: int) -> Future | None:
        """Return to a future that was left: one of `branches`, which is computed again with the same bits.

        What is present becomes a branch, so that one can return to it as well.

        Returns
        -------
        Future or None
            As of `rewind`.

        Raises
        ------
        ModelUseError
            When there is no such branch.
        """
        number = checks.count("number", number)
        self._refuse_closed()
        number = self._past.find_branch(number)
        return self._past.jump(lambda session, lead: session.return_to(number, lead))

    def undo(self) -> dict[str, float]:
        """Move controls back to where they were before the last move; time goes on. Returns what was set, by name."""
        self._refuse_closed()
        return self._past.turn(again=False)

    def redo(self) -> dict[str, float]:
        """Make the last move again that was undone. Returns what was set, by name."""
        self._refuse_closed()
        return self._past.turn(again=True)

    def hold(self, on: bool = True) -> None:
        """Keep the traces, rates and nullclines of now as a dim reference, or let them go."""
        on = checks.flag("on", on)
        self._refuse_closed()
        if self.session is not None and self.session.status != "closed":
            self._show_after(lambda: self._past.hold(on))

    def reset(self) -> None:
        """Go back to t = 0, with the values of the cell and those of `initial`, and be paused."""
        self._refuse_closed()

        def start_again(session, _):
            future = session.reset()
            self.initial.put(session)
            future.add_done_callback(lambda _: self._began_again())
            return future

        self._past.jump(start_again)

    @property
    def log(self) -> tuple[LogEntry, ...]:
        """What came from outside, with its step and its exact value, on the present course of time."""
        return () if self.session is None else self.session.log

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The futures that were left; `branch` returns to one."""
        return () if self.session is None else self.session.branches
