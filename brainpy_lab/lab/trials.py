"""Trials: what the neuron of a phase plane would do from other places, on the clock of the run.

A trial is a simulation of the same program with numbers of its own. After every chunk of the run it takes over what has
changed from outside and makes the same steps, so it has the method, the step, the resets and the noise of the run; one
that starts where the neuron is has its bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ModelUseError

if TYPE_CHECKING:
    from ..runtime.simulation import Simulation
    from .phase_view import PhaseView
    from .plane import Plane
    from .views import Window

MOST_TRIALS = 6
"""The oldest one goes when there would be more."""
MOST_ELEMENTS = 20_000
"""Of the program: a trial computes all of it."""
FROM_OUTSIDE = ("param", "spread", "input")


@dataclass
class Trial:
    """One of them.

    Attributes
    ----------
    simulation : Simulation
        Its own.
    born : int
        The step of the run at which it starts.
    """

    simulation: Simulation
    born: int

    def path(self, view: PhaseView, window: Window) -> np.ndarray:
        """Where it has been, shape (n, 2)."""
        return view.path(self.simulation, window, self.born)


class Trials:
    """The trials of a phase plane. Everything happens in the thread of the run, between two chunks."""

    def __init__(self) -> None:
        self._all: list[Trial] = []

    def __len__(self) -> int:
        return len(self._all)

    def clear(self) -> None:
        """End them all."""
        self._all = []

    def start(self, simulation: Simulation, plane: Plane, place: Mapping[str, float]) -> None:
        """Start one from a place: the variables that are named there, and everything else as it is in the run.

        Raises
        ------
        ModelUseError
            When the program is too large to be computed a second time.
        """
        twin = _twin(simulation)
        for name, value in place.items():
            owner, state, index = plane.states[name]
            twin.set_field(owner, state, index, value)
        self._all = [*self._all, Trial(twin, simulation.run_step)][-MOST_TRIALS:]

    def running(self, simulation: Simulation) -> list[Trial]:
        """Those that are as far as the run."""
        return [trial for trial in self._all if trial.simulation.step == simulation.step]

    def follow(self, simulation: Simulation) -> None:
        """Make the steps that the run has made; where it went back, or is another one, they end."""
        if not self._all:
            return
        kept = []
        for trial in self._all:
            twin = trial.simulation
            steps = simulation.step - twin.step
            if steps < 0 or twin.program is not simulation.program or twin.run_step + steps != simulation.run_step:
                continue
            _take_over(simulation, twin)
            if twin.backend != simulation.backend and not twin.is_upgrading and twin.upgrade_error is None:
                twin.upgrade(simulation.backend, quiet=True)  # same bits, in a thread of its own
            twin.advance(steps)
            kept.append(trial)
        self._all = kept


def refuse_large(simulation: Simulation) -> None:
    """Raise `ModelUseError` when a program is too large to be computed a second time."""
    elements = sum(simulation.bindings.sizes.values())
    if elements > MOST_ELEMENTS or simulation.merged.sums:
        raise ModelUseError(
            f"a trial computes the whole model once more, which is meant for up to {MOST_ELEMENTS:,} neurons and "
            f"synapses, but this one has {elements:,}{', merged' if elements <= MOST_ELEMENTS else ''}. "
            "Try it in a cell with a single neuron of this model."
        )


def _twin(simulation: Simulation) -> Simulation:
    """A simulation with the same past and numbers of its own."""
    from ..runtime.build import build

    refuse_large(simulation)
    bindings = simulation.bindings
    own = replace(
        bindings,
        arrays={key: array.copy() for key, array in bindings.arrays.items()},
        indices=[None if chosen is None else chosen.copy() for chosen in bindings.indices],
        attributes=deepcopy(bindings.attributes),
    )
    twin = build(simulation.program, own, simulation.backend)
    twin.begin(simulation.t0, None, simulation.recordings.n_rows)
    _take_over(simulation, twin)
    twin.load(simulation.save())
    return twin


def _take_over(simulation: Simulation, twin: Simulation) -> None:
    waves = simulation.waves.save()
    if twin.waves.save() != waves:
        twin.waves.load(waves)
    for key, array in simulation.buffers.items():
        if key[1] in FROM_OUTSIDE and not simulation.waves.owns(key) and not np.array_equal(array, twin.buffers[key]):
            twin.buffers[key][...] = array
            twin.code.touched()
