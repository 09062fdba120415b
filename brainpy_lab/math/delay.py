"""What was some steps ago."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import checks
from .arrays import Traced, algebra_for, held
from .draws import EagerStep
from .graph import Node, TraceError, active, at_user, kind_of
from .share import share
from .tracing import TraceAlgebra


class DelayRing:
    """Values of the last steps.

    Parameters
    ----------
    shape : tuple of int
    dtype : numpy dtype
    steps : int
        How many steps ago it looks, 1 or more.
    called : str, optional
        What messages call it.

    Attributes
    ----------
    rows : ndarray, shape (steps + 1, *shape)
        The value of push number k is in row ``k % (steps + 1)``. Zeros stand for what was before the first push.
    count : int
        Number of pushes so far.
    """

    def __init__(self, shape: tuple[int, ...], dtype, steps: int, called: str = "a delay"):
        self.steps, self.called = int(steps), called
        self.rows = np.zeros((self.steps + 1, *shape), dtype)
        self.count = 0
        self._pushed_at: Any = None

    def __hash__(self) -> int:
        return id(self)

    def reset(self) -> None:
        """Forget everything."""
        self.rows[...] = 0
        self.count = 0
        self._pushed_at = None

    def push(self, value: Any, again: bool = False) -> None:
        """Take the value of this step; `again` lets it take another one in place of that."""
        graph = active()
        if graph is None:
            self.count += not (again and self.is_pushed)
            self.rows[(self.count - 1) % len(self.rows)] = np.asarray(value)
            self._pushed_at = _this_step()
            return
        if self in graph.pushes and not again:
            raise TraceError(f"{self.called} takes two values in one step{at_user()}: update it once.")
        graph.pushes[self] = TraceAlgebra(graph).lift(value)

    @property
    def is_pushed(self) -> bool:
        """Whether it has the value of the present step already."""
        graph = active()
        if graph is not None:
            return self in graph.pushes
        return self._pushed_at is not None and self._pushed_at == _this_step()

    def read(self) -> Any:
        """The value that was pushed `steps` steps before this one."""
        graph = active()
        if graph is not None:
            return Traced(graph.add("delayed", (), self.rows.shape[1:], self._kind(graph), (self, self.steps)))
        return held(self.rows[(self.count - self.is_pushed - self.steps) % len(self.rows)].copy())

    def look(self, back: Any) -> Any:
        """The value that was pushed `back` steps before this one, 1 or more.

        Parameters
        ----------
        back : int, or array of int of the shape of a value
            Up to `steps`. It may differ from element to element and from step to step.
        """
        shape = self.rows.shape[1:]
        algebra = algebra_for(back)
        graph = active()
        if graph is not None:
            algebra = TraceAlgebra(graph)
        ago = algebra.cast(algebra.lift(back), "int")
        if algebra.shape(ago) not in ((), (1,), shape):
            raise TraceError(
                f"{self.called} holds values of shape {shape}, but is asked for steps of shape {algebra.shape(ago)}"
                f"{at_user()}: give one number, or one for each element."
            )
        if graph is not None:
            return Traced(graph.add("delayed", (ago,), shape, self._kind(graph), (self, None)))
        row = (self.count - self.is_pushed - np.broadcast_to(ago, shape)) % len(self.rows)
        return held(np.take_along_axis(self.rows, row[None], 0)[0])

    def _kind(self, graph: Any) -> str:
        return kind_of(self.rows.dtype, graph.float_type)

    # -- while compiled code has the ring ----------------------------------------------------------------------------

    def freeze(self, node: Node) -> None:
        """Let a read in a recorded step be a constant, because the step pushes nothing."""
        if node.data[1] is None:
            raise TraceError(f"{self.called} is read in a step that gives it no value: update it in the same step.")
        row = self.rows[(self.count - self.steps) % len(self.rows)].copy()
        node.op, node.data = "array", (row, None, "")

    def lend(self, ring: np.ndarray, step: int) -> None:
        """Fill the ring of a program whose next step is number `step`."""
        size = len(self.rows)
        for back in range(1, size + 1):
            ring[(step - back) % size] = self.rows[(self.count - back) % size].reshape(-1)

    def take_back(self, ring: np.ndarray, step: int, n_steps: int) -> None:
        """Take what the program left in its ring after `n_steps` steps; its next step is number `step`."""
        size = len(self.rows)
        self.count += n_steps
        for back in range(1, size + 1):
            self.rows[(self.count - back) % size] = ring[(step - back) % size].reshape(self.rows.shape[1:])
        self._pushed_at = None


def _this_step() -> Any:
    """What tells one step from all others, while it is computed by itself: None where nobody has said."""
    return share.get("i") if EagerStep.now is None else ("step", EagerStep.now.step)


def fitting_indices(indices: tuple, shape: tuple[int, ...]) -> None:
    """Indices that are known must be those of a value of this shape."""
    if any(isinstance(part, Traced) for part in indices):
        return
    try:
        np.empty(shape, np.int8)[tuple(getattr(part, "_array", part) for part in indices)]
    except IndexError as error:
        shown = indices if len(indices) > 1 else indices[0]
        what = f"those of a value of shape {shape}"
        raise checks.wrong("indices", shown, what, f"Choose elements that are there ({error}).") from None


def at_elements(look: Any, steps: Any, indices: tuple, shape: tuple[int, ...]) -> Any:
    """``value[indices]`` of some steps ago; an array of steps belongs to the chosen elements, one by one.

    Parameters
    ----------
    look : callable
        ``look(steps)`` gives a whole value.
    steps : int or array of int
    indices : tuple
        As behind a value of `shape`; without them the whole value is meant.
    """
    known = getattr(steps, "_array", steps)
    if not indices or isinstance(known, (int, Traced)) or np.ndim(known) == 0:
        value = look(steps)
        if indices:
            fitting_indices(indices, shape)
        return value[indices if len(indices) > 1 else indices[0]] if indices else value
    fitting_indices(indices, shape)
    index = tuple(getattr(part, "_array", part) for part in indices)
    ids = np.arange(int(np.prod(shape, dtype=np.int64))).reshape(shape)[index]
    if len(np.unique(ids)) != ids.size:
        raise TraceError(f"an element is asked for twice, with steps of its own each{at_user()}: ask twice.")
    every = np.ones(shape, np.int64)
    every.reshape(-1)[ids] = known
    return look(every)[index if len(index) > 1 else index[0]]
