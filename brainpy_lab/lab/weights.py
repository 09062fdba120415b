"""The view of connections: who is connected to whom, and with which weights, as a matrix of pixels."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .images import ImageView
from .shades import Shades
from .views import Window

SIDE = 200
"""Most pixels along a side."""
SHARE_OF_TIME = 0.1
"""At most this part of the time goes into adding up weights."""
MOST_EDGES = 20_000_000
"""Of larger connections nothing is offered: adding them up would stop the run for a noticeable time."""


@dataclass
class Weight:
    """A number that every edge has.

    Parameters
    ----------
    name, unit : str
    read : callable
        ``read(simulation)`` returns one value per edge.
    """

    name: str
    unit: str
    read: Callable[[object], np.ndarray]


@dataclass(eq=False)
class Connection:
    """Edges between two populations.

    Parameters
    ----------
    name, pre, post : str
        What the user calls it, and the populations.
    n_pre, n_post : int
    pre_ids, post_ids : ndarray, shape (n_edges,), integer
    weights : list of Weight
    """

    name: str
    pre: str
    post: str
    n_pre: int
    n_post: int
    pre_ids: np.ndarray
    post_ids: np.ndarray
    weights: list[Weight] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int]:
        """Pixels: rows (postsynaptic) and columns (presynaptic)."""
        return min(SIDE, self.n_post), min(SIDE, self.n_pre)

    def pixels(self) -> np.ndarray:
        """The pixel of every edge, counted along rows, shape (n_edges,), int32."""
        rows, columns = self.shape
        row = np.asarray(self.post_ids, np.int64) * rows // self.n_post
        return (row * columns + np.asarray(self.pre_ids, np.int64) * columns // self.n_pre).astype(np.int32)

    def degree(self, end: str) -> np.ndarray:
        """How many edges arrive at each postsynaptic neuron ('in'), or leave each presynaptic one ('out')."""
        if end == "in":
            return np.bincount(self.post_ids, minlength=self.n_post)
        return np.bincount(self.pre_ids, minlength=self.n_pre)


@dataclass
class WeightView(ImageView):
    """A matrix of connections, or of one number of their edges, from presynaptic (x) to postsynaptic (y) neurons.

    A pixel of connections says how many edges there are for each pair of neurons in it; one of weights is their mean.
    """

    proportions = (0.6, 2.0)
    offered: list[tuple[Connection, Weight | None]] = field(default_factory=list)

    def __post_init__(self):
        self.kind, self.name, self.title = "weights", "weights", "weights"
        self.offers = [f"{weight.name if weight else 'edges'} of {item.name}" for item, weight in self.offered]
        self._when, self._cost, self._seen = 0.0, 0.0, -1
        self._pixels: np.ndarray | None = None
        self._counts = self._image = np.empty((0, 0))
        self._shades = Shades(0.0)

    def reset(self) -> None:
        self._shades = Shades(0.0 if self.weight is None else None)
        self._pixels = None

    @property
    def connection(self) -> Connection:
        return self.offered[self.of][0]

    @property
    def weight(self) -> Weight | None:
        return self.offered[self.of][1]

    @property
    def heading(self) -> str:
        return self.offers[self.of]

    @property
    def x_label(self) -> tuple[str, str]:
        return f"from neuron of {self.connection.pre}", ""

    @property
    def y_label(self) -> tuple[str, str]:
        return f"to neuron of {self.connection.post}", ""

    @property
    def shade_label(self) -> tuple[str, str]:
        return ("edges per pair", "") if self.weight is None else (self.weight.name, self.weight.unit)

    def told(self) -> str:
        item = self.connection
        rows, columns = item.shape
        n = len(item.pre_ids)
        binned = (
            f", pixels of {item.n_pre / columns:.3g} x {item.n_post / rows:.3g} neurons"
            if ((rows, columns) != (item.n_post, item.n_pre))
            else ""
        )
        return f"{n:,} {'edge' if n == 1 else 'edges'}{binned}"

    def values(self, simulation, window: Window):
        item = self.connection
        if self._pixels is None:
            self._pixels = item.pixels()
            self._counts = np.bincount(self._pixels, minlength=item.shape[0] * item.shape[1]).reshape(item.shape)
            self._image, self._seen, self._cost = self._share() if self.weight is None else self._counts, -1, 0.0
        if self.weight is not None and self._is_due(simulation, window):
            began = time.perf_counter()
            self._image = self._mean(self.weight.read(simulation))
            self._when = time.perf_counter()
            self._cost, self._seen = self._when - began, simulation.step
        return self._image, (-0.5, item.n_pre - 0.5), (-0.5, item.n_post - 0.5)

    def _is_due(self, simulation, window: Window) -> bool:
        if self._seen < 0 or not window.moving:
            return True
        return self._seen != simulation.step and time.perf_counter() - self._when > self._cost / SHARE_OF_TIME

    def _share(self) -> np.ndarray:
        """Edges of each pixel for each pair of neurons in it."""
        item = self.connection
        rows, columns = item.shape
        # A pixel holds the neurons i with i*rows // n == row.
        across = np.bincount(np.arange(item.n_pre) * columns // item.n_pre, minlength=columns)
        up = np.bincount(np.arange(item.n_post) * rows // item.n_post, minlength=rows)
        return self._counts / (up[:, None] * across)

    def _mean(self, values: np.ndarray) -> np.ndarray:
        """The mean of each pixel, NaN where there is no edge."""
        sums = np.bincount(self._pixels, weights=values, minlength=self._counts.size).reshape(self._counts.shape)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self._counts > 0, sums / self._counts, np.nan)

    def pick(self, x: float, y: float) -> tuple[int, int] | None:
        """The postsynaptic neuron."""
        for k, one in enumerate(self.who):
            if one.name == self.connection.post and one.size == self.connection.n_post:
                return k, min(one.size - 1, max(0, round(y)))
        return None

    def mark(self, window: Window) -> list[float] | None:
        item = self.connection
        if not (self.who and self.who.is_marked):
            return None
        now = self.who.now
        if now.name == item.post and now.size == item.n_post:
            return [-0.5, now.neuron - 0.5, item.n_pre - 0.5, now.neuron + 0.5]
        if now.name == item.pre and now.size == item.n_pre:
            return [now.neuron - 0.5, -0.5, now.neuron + 0.5, item.n_post - 0.5]
        return None


def edge_state(owner: str, name: str) -> Callable[[object], np.ndarray]:
    """Reads a state of all edges."""

    def read(simulation) -> np.ndarray:
        if (owner, "row", name) in simulation.buffers:
            simulation.sync()  # kept once per source neuron: show it on its edges
        return simulation.field(owner, name)

    return read


def edge_parameter(owner: str, name: str) -> Callable[[object], np.ndarray]:
    """Reads a parameter that has one value per edge."""
    return lambda simulation: simulation.param(owner, name)


def offered(connections: list[Connection]) -> list[tuple[Connection, Weight | None]]:
    """What the view can show: weights first where there are some."""
    found: list[tuple[Connection, Weight | None]] = []
    for item in connections:
        if 0 < len(item.pre_ids) <= MOST_EDGES:
            found += [(item, None), *((item, weight) for weight in item.weights)]
    return found
