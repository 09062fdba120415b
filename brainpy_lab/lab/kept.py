"""What was recorded of a future, kept while a lab is in the past, and what is drawn dim of a course that is no more."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .picture import Dots, Line
from .views import View, Window

MOST_COLUMNS = 20_000


class Kept:
    """A simulation whose monitors still hold what they held when it was ahead.

    Going back forgets events, and overwrites rows of the rings; views that read this one find the same bits as before.
    Everything but the recordings is that of the simulation now.

    Parameters
    ----------
    simulation : Simulation
    first, last : int
        The steps of the run whose recordings are kept, `last` not included.
    """

    def __init__(self, simulation, first: int, last: int) -> None:
        self.first, self.last = first, last
        self._simulation = simulation
        self._rings: dict[int, np.ndarray] = {}
        self._events: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        for k, monitor in enumerate(simulation.program.monitors):
            if monitor.kind == "events":
                self._events[k] = simulation.events_since(k, first)
            else:
                self._rings[k] = simulation.ring(k).copy()

    def holds(self, window: Window) -> bool:
        """Whether it has all that a window shows."""
        return self.first <= window.first and window.last <= self.last

    def ring(self, index: int) -> np.ndarray:
        """As ``Simulation.ring``."""
        return self._rings[index]

    def events_since(self, index: int, run_step: int) -> tuple[np.ndarray, np.ndarray]:
        """As ``Simulation.events_since``."""
        steps, ids = self._events[index]
        first = int(np.searchsorted(steps, run_step))
        return steps[first:], ids[first:]

    def __getattr__(self, name: str):
        return getattr(self._simulation, name)


def kept_bytes(simulation) -> int:
    """How much memory `Kept` takes for rings."""
    monitors = enumerate(simulation.program.monitors)
    return sum(simulation.ring(k).nbytes for k, monitor in monitors if monitor.kind != "events")


@dataclass
class Ghost:
    """What views draw dim, below what is: the course that was held, or a future that was left.

    Parameters
    ----------
    name : str
        For the legends.
    pinned : bool
        It keeps its place in the window while time goes on; otherwise its place in time.
    window : Window
        What it shows.
    parts : list of dict or None
        For each view what a frame has, None where nothing is dim.
    buffers : list of bytes
        Of the parts.
    items : list of list
        For each view curves and dots for the saved picture.
    """

    name: str
    pinned: bool
    window: Window
    parts: list[dict | None]
    buffers: list[bytes]
    items: list[list[Line | Dots]]

    def shift(self, window: Window) -> float:
        """By how much its times move in another window, ms."""
        return window.right - self.window.right if self.pinned else 0.0

    def spec(self, first_buffer: int) -> dict:
        """What the page must know; its buffers come after `first_buffer` others."""
        return {
            "name": self.name,
            "pinned": self.pinned,
            "window": [self.window.left, self.window.right],
            "first": first_buffer,
            "views": self.parts,
        }

    def items_in(self, k: int, view: View, window: Window) -> list[Line | Dots]:
        """What the saved picture shows of it in a view."""
        part = self.parts[k]
        if part is None or not view.shows(part):
            return []
        shift = self.shift(window) if view.is_of_time else 0.0
        moved = [replace(item, x=item.x + shift) for item in self.items[k]]
        return [replace(item, dashed=self.pinned) if isinstance(item, Line) else item for item in moved]


def take_ghost(name: str, pinned: bool, views: list[View], rows, window: Window, columns: int) -> Ghost:
    """What the views show of a window, to be drawn dim.

    Parameters
    ----------
    rows : Simulation or Kept
    columns : int
        How finely.
    """
    buffers: list[bytes] = []

    def put(array: np.ndarray) -> int:
        buffers.append(np.ascontiguousarray(array).tobytes())
        return len(buffers) - 1

    columns = min(columns, MOST_COLUMNS)
    parts = [view.ghost(rows, window, columns, put, pinned) for view in views]
    counts = [view.dim_items(pinned) for view in views]
    items = [view.panel(rows, window, columns).items[:n] if n else [] for view, n in zip(views, counts)]
    return Ghost(name, pinned, window, parts, buffers, items)
