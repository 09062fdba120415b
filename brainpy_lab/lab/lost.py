"""Pause a lab when a state has become infinite or no number, and say so."""

from __future__ import annotations

from ..runtime.finite import FiniteWatch
from ..runtime.simulation import Simulation


class Lost:
    """Looks after a chunk now and then, and where a run ends. Says it once, until time goes back.

    Attributes
    ----------
    told : str
        What was found; empty while every state is finite.
    brief : str
        The same in a few words.
    """

    def __init__(self, simulation: Simulation) -> None:
        self.told = self.brief = ""
        self._begin(simulation)  # now: a run may be over before the first look

    @property
    def note(self) -> str:
        """What is written beside a lab that was paused for this."""
        return f"paused: {self.told}"

    def begin_again(self) -> None:
        """Time goes back; the next look, before any step, sees what is finite there."""
        self.told = self.brief = ""
        self._watch: FiniteWatch | None = None

    def _begin(self, simulation: Simulation) -> None:
        def say(found: str, brief: str, since: float) -> None:
            self.brief = brief
            self.told = (
                f"{found} after t = {since:g} ms. Go back or press Reset; a time step below "
                f"{simulation.dt:g} ms may help (--dt in the first line of a cell)"
            )

        self._watch = FiniteWatch(simulation, say)
        self._step = simulation.step

    def look(self, lab, session) -> None:
        """After a chunk, in the session's thread."""
        simulation = lab._simulation
        knew = self.told
        if self._watch is None:
            self._begin(simulation)
        elif session.status == "running":
            self._watch.glance()
        elif self._step != simulation.step:
            self._watch.look()
        self._step = simulation.step
        if self.told != knew:
            lab.note = self.note
            session.pause()
