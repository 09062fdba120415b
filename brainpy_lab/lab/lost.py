"""Pause a lab when a state has become infinite or no number, and say so."""

from __future__ import annotations

from ..runtime.finite import FiniteWatch


class Lost:
    """Looks after a chunk now and then, and where a run ends. Says it once, until time goes back.

    Attributes
    ----------
    told : str
        What was found; empty while every state is finite.
    """

    def __init__(self) -> None:
        self.begin_again()

    def begin_again(self) -> None:
        """Time goes back, or another simulation is shown."""
        self.told = ""
        self._watch: FiniteWatch | None = None
        self._code: object = None
        self._step = -1

    def look(self, lab, session) -> None:
        """After a chunk, in the session's thread."""
        simulation = lab._simulation
        knew = self.told
        if self._watch is None or self._code is not simulation.code:
            self._code = simulation.code

            def say(found: str, since: float) -> None:
                self.told = (
                    f"{found} after t = {since:g} ms. Go back or press Reset; a time step below "
                    f"{simulation.dt:g} ms may help (--dt in the first line of a cell)"
                )

            self._watch = FiniteWatch(simulation, say)
        elif session.status == "running":
            self._watch.glance()
        elif self._step != simulation.step:
            self._watch.look()
        self._step = simulation.step
        if self.told != knew:
            lab.note = f"paused: {self.told}"
            session.pause()
