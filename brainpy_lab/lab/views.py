"""The views of a lab: what each records, what it sends to the page, what it draws into the saved picture.

A view reads the rings of a simulation between two chunks. It holds no pixels and knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from . import decimate
from .picture import Dots, Line, Panel
from .pixels import Marked
from .words import unit_text, with_unit

if TYPE_CHECKING:
    from ..runtime.sampling import Sampler
    from .populations import Populations

# More spikes than this in a window and the page gets an image instead of marks.
MOST_MARKS = 60_000
IMAGE_ROWS = 300


@dataclass(frozen=True)
class Window:
    """The part of a run that is shown: steps ``first`` to ``last - 1``, on an axis from ``left`` to ``right``, ms.

    While the run is ``moving`` another frame follows soon.
    """

    first: int
    last: int
    left: float
    right: float
    dt: float
    moving: bool = False
    kept: dict = field(default_factory=dict, compare=False, repr=False)

    def since(self, step: int) -> Window:
        """The part from a step on."""
        return self if step <= self.first else replace(self, first=min(step, self.last))

    @property
    def steps(self) -> int:
        return max(1, round((self.right - self.left) / self.dt))


@dataclass
class Series:
    """One curve or population: monitor ``k`` of the program, one of its columns, its name, colour and size."""

    monitor: int
    name: str
    unit: str = ""
    column: int = 0
    colour: int = 0
    size: int = 1
    first: int = 0

    def spec(self) -> dict:
        return {"name": self.name, "colour": self.colour, "first": self.first, "size": self.size}


@dataclass
class View:
    """Common to all views."""

    title: str
    series: list[Series]
    id: str = ""
    kind: str = field(default="", init=False)
    name: str = field(default="", init=False)
    """What the menu and `Lab.show_view` call it."""
    shown: bool = field(default=True, init=False)
    offers: list[str] = field(default_factory=list, init=False)
    """What it can show, of which it shows number `of`."""
    of: int = field(default=0, init=False)

    @property
    def y_label(self) -> tuple[str, str]:
        raise NotImplementedError

    is_of_time = True
    """Whether time is on its x axis."""

    @property
    def recorded(self) -> list[Series]:
        """The series that are recorded, for exports and scripts."""
        return self.series

    @property
    def heading(self) -> str:
        """The title now."""
        return self.title

    def reset(self) -> None:
        """The run begins anew."""

    def expect(self, simulation, window: Window) -> None:
        """A run that is taken back afterwards has gone so far: choose axes that will hold it."""

    def dim_items(self, held: bool) -> int:
        """How many of its curves, from the first, are drawn dim of a course that was `held`, or else left."""
        return 0

    def ghost(self, simulation, window: Window, columns: int, put, held: bool) -> dict | None:
        """As `frame`, what is drawn dim of it; None for nothing."""
        return self.frame(simulation, window, columns, put) if self.dim_items(held) else None

    def shows(self, ghost: dict) -> bool:
        """Whether what `ghost` returned once still fits the axes."""
        return True

    def frame(self, simulation, window: Window, columns: int, put) -> dict:
        raise NotImplementedError

    def panel(self, simulation, window: Window, columns: int) -> Panel:
        raise NotImplementedError

    def watch(self, renewed: Callable[[object], object]) -> None:
        """``renewed(None)`` is to be called when there is something new to show and no step was made, on any thread."""

    def close(self) -> None:
        """Nobody looks any more."""

    def show_choice(self, of: int) -> None:
        """Show choice number `of`."""
        if of != self.of:
            self.of = of
            self.reset()

    def pick(self, x: float, y: float) -> tuple[int, int] | None:
        """Population and neuron at a point of the axes."""
        return None

    def sampler(self, window: Window) -> Sampler | None:
        """Who has to look at the simulation for it, besides the monitors."""
        return None

    def lacks(self, window: Window) -> bool:
        """Whether it needs steps of the window at which nobody looked."""
        return False

    def has_seen(self, first: int) -> None:
        """From this step on everything was computed again, and looked at."""

    def spec(self) -> dict:
        """What the page must know once."""
        name, unit = self.y_label
        return {
            "id": self.id,
            "kind": self.kind,
            "name": self.name,
            "title": self.heading,
            "offers": self.offers,
            "shown": self.shown,
            "description": self.describe_axes(),
            "x": {"name": "time", "unit": "ms"},
            "y": {"name": name, "unit": unit},
            "series": [one.spec() for one in self.series],
        }

    def describe_axes(self) -> str:
        name, unit = self.y_label
        names = ", ".join(one.name for one in self.series)
        return f"{self.heading}: {name}{f' in {unit_text(unit)}' if unit else ''} against time in ms, for {names}"

    def _panel(self, window: Window, items, y_range=None) -> Panel:
        return Panel(self.kind, self.heading, ("time", "ms"), self.y_label, (window.left, window.right), items, y_range)


@dataclass
class TraceView(View):
    """States of one neuron against time.

    Parameters
    ----------
    who : Populations, optional
        Whose chosen neuron it is; without, it is always the same one.
    follows : bool
        Show what is recorded of the chosen neuron, whatever its population; otherwise there is one population, and
        `series` are some of its states.
    """

    who: Populations | None = None
    follows: bool = False

    def __post_init__(self):
        self.kind = "trace"
        if self.follows:
            self._follow()

    @property
    def recorded(self) -> list[Series]:
        if not self.follows:
            return self.series
        if not self.who.is_marked and any(one.spikes is not None for one in self.who):
            return []
        return [replace(one, name=self.who.called(self.who.now, one.name)) for one in self.who.now.traced]

    def _follow(self) -> None:
        if self.follows:
            self.series = self.who.now.traced

    @property
    def heading(self) -> str:
        if self.who is None or self.who.now.size == 1:
            return self.title
        names = ", ".join(one.name for one in self.series)
        return f"{names} of {self.who.called(self.who.now)}"

    @property
    def since(self) -> int:
        """The first step at which the monitors looked at this neuron."""
        return self.who.now.since if self.who is not None else 0

    def lacks(self, window: Window) -> bool:
        return self.since > window.first

    def dim_items(self, held: bool) -> int:
        return len(self.series)

    @property
    def y_label(self) -> tuple[str, str]:
        units = {one.unit for one in self.series}
        return ", ".join(one.name for one in self.series), units.pop() if len(units) == 1 else ""

    def frame(self, simulation, window: Window, columns: int, put) -> dict:
        """The part of a frame: header entry; `put` stores a buffer and returns its number."""
        self._follow()
        per = decimate.per_column(window.steps, columns)
        numbers, seen = [], window.since(self.since)
        first = seen.first // per
        for one in self.series:
            pairs, first = decimate.extremes(self.values(simulation, one, seen), seen.first, per)
            numbers.append(put(pairs))
        part = {"kind": "trace", "from": first * per * window.dt, "width": per * window.dt, "buffers": numbers}
        if self.who is not None:
            part["title"] = self.heading
        if self.follows:
            part["series"], part["y"] = [one.spec() for one in self.series], list(self.y_label)
        return part

    def panel(self, simulation, window: Window, columns: int) -> Panel:
        """The same for the saved picture."""
        self._follow()
        per, seen = decimate.per_column(window.steps, columns), window.since(self.since)
        items = []
        for one in self.series:
            pairs, first = decimate.extremes(self.values(simulation, one, seen), seen.first, per)
            x = (first + np.arange(len(pairs)) + 0.5) * per * window.dt
            items.append(Line(one.name, x, pairs, one.colour))
        return self._panel(window, items)

    def describe(self, simulation, window: Window) -> str:
        """One sentence on what is seen."""
        self._follow()
        parts, seen = [], window.since(self.since)
        for one in self.series:
            values = self.values(simulation, one, seen)
            values = values[np.isfinite(values)]
            if values.size:
                most = with_unit(f"{values.max():.4g}", one.unit)
                parts.append(f"{one.name} between {values.min():.4g} and {most}")
        return ", ".join(parts)

    @staticmethod
    def values(simulation, one: Series, window: Window) -> np.ndarray:
        """The samples of the window, oldest first, shape (n,)."""
        ring = simulation.ring(one.monitor)[:, one.column]
        start, count = window.first % len(ring), window.last - window.first
        head = ring[start : start + count]
        return head if len(head) == count else np.concatenate([head, ring[: count - len(head)]])


@dataclass
class RasterView(View):
    """Spikes of populations, one row a neuron, stacked in order."""

    who: Populations | None = None

    def __post_init__(self):
        self.kind = "raster"

    def dim_items(self, held: bool) -> int:
        # Marks of another time among those of now would be taken for spikes.
        return 0 if held else len(self.series)

    @property
    def y_label(self) -> tuple[str, str]:
        return "neuron", ""

    @property
    def rows(self) -> int:
        return sum(one.size for one in self.series)

    def pick(self, x: float, y: float) -> tuple[int, int] | None:
        return self.who.of_row(round(y)) if self.who is not None else None

    @property
    def mark(self) -> int | None:
        """The row of the chosen neuron."""
        if self.who is None or not self.who.is_marked or self.who.now.spikes is None:
            return None
        return self.who.now.first + self.who.now.neuron

    def frame(self, simulation, window: Window, columns: int, put) -> dict:
        return {**self._spikes(simulation, window, columns, put), "mark": self.mark}

    def _spikes(self, simulation, window: Window, columns: int, put) -> dict:
        events = [events_in(simulation, one, window) for one in self.series]
        left = window.left
        if sum(len(steps) for steps, _ in events) <= MOST_MARKS:
            times = [put(((steps + 0.5) * window.dt - left).astype(np.float32)) for steps, _ in events]
            rows = [put(ids.astype(np.uint32)) for _, ids in events]
            return {"kind": "raster", "from": left, "times": times, "rows": rows}
        columns = min(columns, 900)
        images = []
        for one, (steps, ids) in zip(self.series, events):
            x = np.clip((steps * window.dt - left) / (window.right - left) * columns, 0, columns - 1).astype(np.int64)
            images.append(put(decimate.density(x, ids, (min(IMAGE_ROWS, one.size), columns), one.size)))
        # All series share a shape only when they share a size; the page stretches each over its own rows.
        shapes = [[min(IMAGE_ROWS, one.size), columns] for one in self.series]
        return {"kind": "raster", "from": left, "times": [], "rows": [], "images": images, "shapes": shapes}

    def panel(self, simulation, window: Window, columns: int) -> Panel:
        items = []
        for one in self.series:
            steps, ids = events_in(simulation, one, window)
            items.append(Dots(one.name, (steps + 0.5) * window.dt, ids + one.first, one.colour))
        panel = self._panel(window, items, (-0.5, self.rows - 0.5))
        if self.mark is not None:
            panel.items.append(Marked((window.left, self.mark - 0.5, window.right, self.mark + 0.5)))
        return panel

    def describe(self, simulation, window: Window) -> str:
        parts = []
        for one in self.series:
            steps, ids = events_in(simulation, one, window)
            span = max(1, window.last - window.first) * window.dt
            rate = 1000.0 * len(steps) / (one.size * span)
            active = len(np.unique(ids))
            parts.append(
                f"{len(steps)} spikes of {active} of {one.size} neurons of {one.name}, mean rate {rate:.3g} Hz"
            )
        return "; ".join(parts)


@dataclass
class RateView(View):
    """Mean rate of populations in bins."""

    bin_ms: float = 2.0

    def __post_init__(self):
        self.kind = "rate"

    def dim_items(self, held: bool) -> int:
        return len(self.series)

    @property
    def y_label(self) -> tuple[str, str]:
        return "rate", "Hz"

    def bins(self, window: Window) -> tuple[int, int, int]:
        """Steps in a bin, first bin, number of whole bins in the window."""
        per = max(1, round(self.bin_ms / window.dt))
        first = -(-window.first // per)
        return per, first, max(0, window.last // per - first)

    def frame(self, simulation, window: Window, columns: int, put) -> dict:
        per, first, count = self.bins(window)
        numbers = []
        for one in self.series:
            steps, _ = events_in(simulation, one, window)
            numbers.append(put(decimate.rate(steps, one.size, first, count, per, window.dt)))
        return {"kind": "rate", "from": first * per * window.dt, "width": per * window.dt, "buffers": numbers}

    def panel(self, simulation, window: Window, columns: int) -> Panel:
        per, first, count = self.bins(window)
        x = (first + np.arange(count) + 0.5) * per * window.dt
        items = []
        for one in self.series:
            steps, _ = events_in(simulation, one, window)
            items.append(Line(one.name, x, decimate.rate(steps, one.size, first, count, per, window.dt), one.colour))
        return self._panel(window, items)

    def describe(self, simulation, window: Window) -> str:
        return ""


def events_in(simulation, one: Series, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Steps and neurons of the spikes in the window; copied once for all views."""
    key = "events", one.monitor
    if key not in window.kept:
        steps, ids = simulation.events_since(one.monitor, window.first)
        keep = steps < window.last
        window.kept[key] = (steps, ids) if keep.all() else (steps[keep], ids[keep])
    return window.kept[key]
