"""The populations of a lab, what can be shown of their neurons, and which neuron has been chosen."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .views import Series


@dataclass(frozen=True)
class Quantity:
    """A state that every neuron of a population has.

    Parameters
    ----------
    name, unit : str
    place : (object, state)
        In the program.
    """

    name: str
    unit: str
    place: tuple[str, str]

    def read(self, simulation) -> np.ndarray:
        """The values now, shape (n,): the live array."""
        return simulation.field(*self.place)


@dataclass
class Population:
    """Neurons that views show together.

    Parameters
    ----------
    name : str
        What the user calls it.
    size : int
    first : int
        Its row in the raster.
    colour : int
        Number in the palette.
    shape : (int, int), optional
        Rows and columns of the sheet that the neurons lie on.
    spikes : int, optional
        Monitor of its spikes.
    quantities : list of Quantity
    traced : list of Series
        States of one neuron, each recorded by a monitor of one chosen element.
    watched : dict of str to int
        Monitors of one chosen element, by state: those of `traced`, and those of a phase plane.

    Attributes
    ----------
    neuron : int
        Whose states are recorded.
    since : int
        The first step of the run at which it was this one.
    """

    name: str
    size: int
    first: int = 0
    colour: int = 0
    shape: tuple[int, int] | None = None
    spikes: int | None = None
    quantities: list[Quantity] = field(default_factory=list)
    traced: list[Series] = field(default_factory=list)
    watched: dict[str, int] = field(default_factory=dict)
    neuron: int = 0
    since: int = 0

    @property
    def events(self) -> Series:
        """Its spikes, as raster and rate take them."""
        assert self.spikes is not None
        return Series(self.spikes, self.name, colour=self.colour, size=self.size, first=self.first)

    def point(self, simulation, neuron: int) -> None:
        """Record the states of another neuron from the next step on."""
        for monitor in set(self.watched.values()):
            simulation.point(monitor, np.array([neuron]))
        self.neuron, self.since = neuron, simulation.run_step


class Populations(list):
    """All populations, of which one has the chosen neuron.

    Attributes
    ----------
    chosen : int
        Which population.
    is_marked : bool
        Whether somebody chose it: then all views mark it.
    """

    def __init__(self, items=()) -> None:
        super().__init__(items)
        self.chosen = 0
        self.is_marked = False

    @property
    def now(self) -> Population:
        """The population of the chosen neuron."""
        return self[self.chosen]

    @property
    def is_alone(self) -> bool:
        """Whether names need not say which population."""
        return len(self) == 1

    def called(self, population: Population, name: str = "") -> str:
        """'V' or 'E.V', or the neuron that is recorded: 'neuron 3' or 'neuron 3 of E'."""
        if name:
            return name if self.is_alone else f"{population.name}.{name}"
        return f"neuron {population.neuron}" + ("" if self.is_alone else f" of {population.name}")

    def marked(self, population: Population) -> int | None:
        """The neuron of this population that is to be marked."""
        return population.neuron if self.is_marked and self and self.now is population else None

    def mark(self, name: str, neuron: int) -> bool:
        """Choose a neuron before anything runs; False when there is no such one."""
        for k, one in enumerate(self):
            if one.name == name and isinstance(neuron, int) and 0 <= neuron < one.size:
                self.chosen, self.is_marked, one.neuron = k, True, neuron
                return True
        return False

    @property
    def since(self) -> int:
        """The first step of the run from which on the chosen neuron was recorded."""
        return self.now.since if self else 0

    def of_row(self, row: int) -> tuple[int, int] | None:
        """Population and neuron of a row of the raster."""
        for k, one in enumerate(self):
            if one.spikes is not None and one.first <= row < one.first + one.size:
                return k, row - one.first
        return None
