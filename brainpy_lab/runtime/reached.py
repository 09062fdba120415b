"""What a session gives out: the time that was reached, and copies of its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .names import Names
    from .simulation import Simulation

__all__ = ["Reached", "States"]


class Reached(float):
    """The time that was reached, in ms.

    Attributes
    ----------
    step : int
        The absolute step.
    ended : bool
        Whether a rewind was asked to go further back than the session can, and so stopped at its oldest step.
    """

    step: int
    ended: bool

    def __new__(cls, t: float, step: int, ended: bool = False) -> Reached:
        self = super().__new__(cls, t)
        self.step = step
        self.ended = ended
        return self

    @classmethod
    def by(cls, simulation: Simulation, ended: bool = False) -> Reached:
        """Where a simulation is now."""
        return cls(simulation.t, simulation.step, ended)


class States(dict):
    """Copies of all states at one step: ``states[object][field]`` is an ndarray, shape (n,).

    Of a projection whose edges are merged these are the sums over edges, one for each postsynaptic neuron.

    Objects go by the names that their user gave them; names in the program are understood too.

    Attributes
    ----------
    t : float, ms
    step : int
        The absolute step that is computed from these values.
    """

    def __init__(self, t: float, step: int, copies: dict[str, dict[str, np.ndarray]], names: Names) -> None:
        super().__init__({names.shown(name): fields for name, fields in copies.items()})
        self.t = t
        self.step = step
        self._names = names

    def __missing__(self, name: str) -> dict[str, np.ndarray]:
        shown = self._names.shown(name)
        if shown == name:
            raise KeyError(name)
        return self[shown]
