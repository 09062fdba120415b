"""Looking at a simulation at chosen steps, on every back end, without a change of its program.

A monitor is part of the program: it is compiled in, and it costs even when nobody looks. A sampler is called between
two calls of ``Simulation.advance`` that meet at the steps it wants, so it can be added and taken away while a session
runs, may reduce what it sees (a state of a million neurons to the pixels of a picture), and costs nothing afterwards.
Where chunks end has no influence on any bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .simulation import Simulation

__all__ = ["Sampler", "steps_until", "take"]


@dataclass(frozen=True, eq=False)
class Sampler:
    """Something that looks at the simulation after every so many steps of the run.

    Parameters
    ----------
    every : int
        Steps, at least 1: it is called whenever ``simulation.run_step`` is a multiple of this.
    look : callable
        ``look(simulation)``, in the thread that runs the simulation. It must not change anything.
    """

    every: int
    look: Callable[[Simulation], object]

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"a sampler looks after every {self.every} steps, expected at least 1")


def steps_until(samplers: list[Sampler], simulation: Simulation) -> int | None:
    """How many steps may be made before a sampler has to look; None without samplers."""
    return min((one.every - simulation.run_step % one.every for one in samplers), default=None)


def take(samplers: list[Sampler], simulation: Simulation) -> None:
    """Let those look whose step this is."""
    for one in tuple(samplers):
        if simulation.run_step % one.every == 0:
            one.look(simulation)
