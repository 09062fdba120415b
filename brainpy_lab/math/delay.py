"""What was some steps ago."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Traced, held
from .graph import TraceError, active, at_user
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

    Attributes
    ----------
    rows : ndarray, shape (steps + 1, *shape)
        The value of push number k is in row ``k % (steps + 1)``. Zeros stand for what was before the first push.
    count : int
        Number of pushes so far.
    """

    def __init__(self, shape: tuple[int, ...], dtype, steps: int):
        self.steps = int(steps)
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

    def push(self, value: Any) -> None:
        """Take the value of this step."""
        graph = active()
        if graph is None:
            self.rows[self.count % len(self.rows)] = np.asarray(value)
            self.count += 1
            self._pushed_at = share.get("i")
            return
        if self in graph.pushes:
            raise TraceError(f"a delay takes two values in one step{at_user()}: call the model once.")
        node = TraceAlgebra(graph).lift(value)
        graph.pushes[self] = node

    def read(self) -> Any:
        """The value that was pushed `steps` steps before this one."""
        graph = active()
        if graph is not None:
            from .graph import kind_of

            kind = kind_of(self.rows.dtype, graph.float_type)
            return Traced(graph.add("delayed", (), self.rows.shape[1:], kind, (self, self.steps)))
        done = self._pushed_at is not None and self._pushed_at == share.get("i")
        return held(self.rows[(self.count - done - self.steps) % len(self.rows)].copy())

    # -- while compiled code has the ring ----------------------------------------------------------------------------

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
