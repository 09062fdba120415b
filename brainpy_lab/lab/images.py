"""Views that are images: a state of all neurons over time, a state or the activity on the sheet of the neurons.

A frame carries one byte for each pixel, never more pixels than a screen shows; the colours are put in by whoever draws.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .axes import label
from .picture import Panel
from .pixels import Image
from .shades import Shades, pooled, shaded
from .views import View, Window, events_in
from .words import with_unit

if TYPE_CHECKING:
    from ..runtime.sampling import Sampler
    from .populations import Population, Populations, Quantity

HEAT_COLUMNS = 360
HEAT_ROWS = 200
SHEET_SIDE = 256


@dataclass
class ImageView(View):
    """Common to all images.

    Parameters
    ----------
    who : Populations
    """

    who: Populations = None  # type: ignore[assignment]
    _shades: Shades = field(default_factory=Shades, init=False, repr=False)

    def reset(self) -> None:
        self._shades.reset()

    proportions: ClassVar[tuple[float, float] | None] = (0.25, 6.0)
    """Least and most width over height, where pixels are to be square."""

    @property
    def x_label(self) -> tuple[str, str]:
        raise NotImplementedError

    @property
    def shade_label(self) -> tuple[str, str]:
        """Name and unit of what the colours say."""
        raise NotImplementedError

    def values(self, simulation, window: Window) -> tuple[np.ndarray, tuple[float, float], tuple[float, float]]:
        """The image, shape (rows, columns), row 0 at the bottom, NaN where nothing is known; ranges of x and y."""
        raise NotImplementedError

    def mark(self, window: Window) -> list[float] | None:
        """The box of the chosen neuron: x0, y0, x1, y1."""
        return None

    def told(self) -> str:
        """What the axes do not say."""
        return ""

    def spec(self) -> dict:
        name, unit = self.x_label
        return {**super().spec(), "x": {"name": name, "unit": unit}, "is_image": True}

    def describe_axes(self) -> str:
        across, up, colours = (label(*one) for one in (self.x_label, self.y_label, self.shade_label))
        return f"{self.heading}: image of {colours}, {up} against {across}"

    def frame(self, simulation, window: Window, columns: int, put) -> dict:
        values, x, y = self.values(simulation, window)
        low, high = self._shades.include(values)
        return {
            "kind": "image",
            "of": self.of,
            "title": self.heading,
            "axes": [list(self.x_label), list(self.y_label), list(self.shade_label)],
            "image": put(shaded(values, low, high)),
            "shape": list(values.shape),
            "x": list(x),
            "y": list(y),
            "range": [low, high],
            "mark": self.mark(window),
            "told": self.told(),
        }

    def panel(self, simulation, window: Window, columns: int) -> Panel:
        values, x, y = self.values(simulation, window)
        low, high = self._shades.include(values)
        pixels, mark = shaded(values, low, high), self.mark(window)
        image = Image(label(*self.shade_label), pixels, x, y, low, high, mark, self.proportions)
        return Panel(self.kind, self.heading, self.x_label, self.y_label, x, [image], y)

    def describe(self, simulation, window: Window) -> str:
        values = self.values(simulation, window)[0]
        values = values[np.isfinite(values)]
        if not values.size:
            return ""
        unit = self.shade_label[1]
        return f"{self.heading}: between {values.min():.4g} and {with_unit(f'{values.max():.4g}', unit)}"


@dataclass
class StateImage(ImageView):
    """An image of one of several states, each of one of the populations."""

    offered: list[tuple[Population, Quantity]] = field(default_factory=list)

    def __post_init__(self):
        self.offers = [self.who.called(population, quantity.name) for population, quantity in self.offered]

    @property
    def population(self) -> Population:
        return self.offered[self.of][0]

    @property
    def quantity(self) -> Quantity:
        return self.offered[self.of][1]

    @property
    def shade_label(self) -> tuple[str, str]:
        return self.quantity.name, self.quantity.unit


@dataclass
class HeatView(StateImage):
    """A state of all neurons of a population over time.

    A column is the state at its left edge; a row is one neuron, or the mean of neighbours where there are more than
    `HEAT_ROWS`. A sampler of the session takes the columns while the view is shown.
    """

    proportions = None
    _columns: Columns | None = field(default=None, init=False, repr=False)

    def __post_init__(self):
        super().__post_init__()
        self.kind, self.name, self.title = "heat", "heat map", "heat map"

    def reset(self) -> None:
        super().reset()
        self._columns = None

    @property
    def heading(self) -> str:
        of = "" if self.who.is_alone else f" of {self.population.name}"
        return f"{self.quantity.name}{of} over time"

    @property
    def x_label(self) -> tuple[str, str]:
        return "time", "ms"

    @property
    def y_label(self) -> tuple[str, str]:
        return "neuron", ""

    @property
    def rows(self) -> int:
        return min(HEAT_ROWS, self.population.size)

    def told(self) -> str:
        per = self.population.size / self.rows
        return f"each row is the mean of {per:.3g} neurons" if per > 1 else ""

    def sampler(self, window: Window) -> Sampler:
        every = max(1, -(-window.steps // HEAT_COLUMNS))
        if self._columns is None or self._columns.sampler.every != every:
            self._columns = Columns(every, self.rows, self._look)
        return self._columns.sampler

    def _look(self, simulation) -> np.ndarray:
        return pooled(self.quantity.read(simulation), HEAT_ROWS)

    def lacks(self, window: Window) -> bool:
        self.sampler(window)
        return self._columns.lacks(window)

    def values(self, simulation, window: Window):
        self.sampler(window)
        first, image = self._columns.take(simulation, window)
        every = self._columns.sampler.every
        x = first * every * window.dt, (first + image.shape[1]) * every * window.dt
        return image, x, (-0.5, self.population.size - 0.5)

    def frame(self, simulation, window: Window, columns: int, put) -> dict:
        # The axis is the one of all views over time; the image may end before it does.
        part = super().frame(simulation, window, columns, put)
        return {**part, "span": part["x"], "x": [window.left, window.right]}

    def panel(self, simulation, window: Window, columns: int) -> Panel:
        panel = super().panel(simulation, window, columns)
        panel.x_range = window.left, window.right
        return panel

    def pick(self, x: float, y: float) -> tuple[int, int] | None:
        return self.who.index(self.population), min(self.population.size - 1, max(0, round(y)))

    def mark(self, window: Window) -> list[float] | None:
        neuron = self.who.marked(self.population)
        return None if neuron is None else [window.left, neuron - 0.5, window.right, neuron + 0.5]


class Columns:
    """The columns of an image over time, in a ring.

    Parameters
    ----------
    every : int
        Steps between two columns: column ``m`` is what ``look`` saw after ``m * every`` steps of the run.
    rows : int
    look : callable
        ``look(simulation)`` returns a column.
    """

    def __init__(self, every: int, rows: int, look) -> None:
        from ..runtime.sampling import Sampler

        self.look = look
        self.sampler = Sampler(every, self._take)
        self.numbers = np.full(HEAT_COLUMNS + 2, -1)
        self.ring = np.empty((HEAT_COLUMNS + 2, rows), np.float32)

    def _take(self, simulation) -> None:
        number = simulation.run_step // self.sampler.every
        place = number % len(self.ring)
        with np.errstate(over="ignore", invalid="ignore"):
            self.ring[place] = self.look(simulation)
        self.numbers[place] = number

    def _wanted(self, window: Window) -> np.ndarray:
        """Numbers of the columns of a window; the first may begin before it."""
        every = self.sampler.every
        return np.arange(window.first // every, max(window.first, window.last - 1) // every + 1)[-len(self.ring) :]

    def lacks(self, window: Window) -> bool:
        """Whether a column of the window was not looked at, besides the first of all steps, which can be seen now."""
        wanted = self._wanted(window)
        return bool((self.numbers[wanted % len(self.ring)] != wanted).any())

    def take(self, simulation, window: Window) -> tuple[int, np.ndarray]:
        """Number of the first column, and the columns, shape (rows, n), NaN where nobody looked."""
        if simulation.run_step % self.sampler.every == 0:
            self._take(simulation)
        wanted = self._wanted(window)
        places = wanted % len(self.ring)
        image = np.where((self.numbers[places] == wanted)[:, None], self.ring[places], np.float32(np.nan))
        return int(wanted[0]), image.T


class OnSheet:
    """Of images whose pixels are the neurons of a sheet, where they lie."""

    @property
    def x_label(self) -> tuple[str, str]:
        return "column", ""

    @property
    def y_label(self) -> tuple[str, str]:
        return "row", ""

    def told(self) -> str:
        return _told_of_sheet(self.population)

    def pick(self, x: float, y: float) -> tuple[int, int] | None:
        return self.who.index(self.population), _at_place(self.population, x, y)

    def mark(self, window: Window) -> list[float] | None:
        return _place(self.population, self.who.marked(self.population))


@dataclass
class SheetView(OnSheet, StateImage):
    """A state of the neurons that lie on a sheet, now."""

    def __post_init__(self):
        super().__post_init__()
        self.kind, self.name, self.title = "sheet", "sheet", "sheet"

    @property
    def heading(self) -> str:
        return f"{self.who.called(self.population, self.quantity.name)} on the sheet"

    def values(self, simulation, window: Window):
        return _on_sheet(self.population, self.quantity.read(simulation))


@dataclass
class ActivityView(OnSheet, ImageView):
    """How often each neuron of a sheet fired in the window, Hz."""

    offered: list[Population] = field(default_factory=list)

    def __post_init__(self):
        self.kind, self.name, self.title = "activity", "activity", "activity"
        self.offers = [population.name for population in self.offered]
        self._shades = Shades(0.0)

    @property
    def population(self) -> Population:
        return self.offered[self.of]

    @property
    def heading(self) -> str:
        return "activity" if self.who.is_alone else f"activity of {self.population.name}"

    @property
    def shade_label(self) -> tuple[str, str]:
        return "rate", "Hz"

    def values(self, simulation, window: Window):
        if is_young(window):
            self._shades.reset()
        return _on_sheet(self.population, rates(simulation, self.population, window))


def rates(simulation, population: Population, window: Window) -> np.ndarray:
    """How often each neuron fired in the window, Hz, shape (n,)."""
    _, ids = events_in(simulation, population.events, window)
    span = max(1, window.last - window.first) * window.dt
    return np.bincount(ids, minlength=population.size) * (1000.0 / span)


def is_young(window: Window) -> bool:
    """Whether so little of the window has passed that rates in it are too high to decide the range of an axis."""
    return window.last - window.first < window.steps / 2


def _on_sheet(population: Population, values: np.ndarray):
    rows, columns = population.shape
    sheet = pooled(pooled(values.reshape(rows, columns), SHEET_SIDE), SHEET_SIDE, axis=1)
    return sheet, (-0.5, columns - 0.5), (-0.5, rows - 0.5)


def _told_of_sheet(population: Population) -> str:
    rows, columns = population.shape
    per = max(rows, SHEET_SIDE) / SHEET_SIDE * max(columns, SHEET_SIDE) / SHEET_SIDE
    return f"each pixel is the mean of {per:.3g} neurons" if per > 1 else ""


def _at_place(population: Population, x: float, y: float) -> int:
    rows, columns = population.shape
    row, column = min(rows - 1, max(0, round(y))), min(columns - 1, max(0, round(x)))
    return row * columns + column


def _place(population: Population, neuron: int | None) -> list[float] | None:
    if neuron is None:
        return None
    row, column = divmod(neuron, population.shape[1])
    return [column - 0.5, row - 0.5, column + 0.5, row + 0.5]
