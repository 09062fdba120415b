"""What a back end makes of a plan: code that advances it."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ..backends.reference_program import ReferenceAdvance
from ..ir.plan import Key, Plan

DEVICES = ("cuda", "emulator")
"""Back ends that keep the numbers in a memory of their own. They sum in quanta unless something else is asked for."""


class Code(Protocol):
    """What a back end makes of a plan."""

    buffers: dict[Key, np.ndarray]
    kernel_sources: dict[str, str]
    threads: int
    notices: list[str]
    orders_events: bool
    """Whether the events of a step come in the order of the elements."""

    def rebind(self) -> None:
        """Take all buffers anew."""

    def fetch(self) -> None:
        """Bring the buffers up to date, before somebody reads or writes them, where the code has its own memory."""

    def touched(self) -> None:
        """Somebody has written into the buffers."""

    def advance(self, step: int, i_run: int, n_steps: int, t0: float, dt: float, seed: int) -> int:
        """Run up to `n_steps` steps; returns how many were done, fewer when there is no room for more events."""


def compile_plan(
    plan: Plan,
    buffers: dict[Key, np.ndarray],
    backend: str,
    attributes: dict[tuple[str, str], object],
    threads: int | None = None,
) -> Code:
    """Compile a plan for a back end; for 'numba' at most `threads` threads run it (None: not even asked for).

    `attributes` are what steps in Python take from their groups.
    """
    if backend == "reference":
        return ReferenceAdvance(plan, buffers, attributes)
    if backend in DEVICES:
        from ..backends.cuda.advance import CudaAdvance
        from ..backends.cuda.devices import open_device

        return CudaAdvance(plan, buffers, open_device(backend))
    if threads is not None:
        from ..backends.numba.team_backend import compiled

        return compiled(plan, buffers, threads)
    from ..backends.numba.backend import NumbaAdvance

    return NumbaAdvance(plan, buffers)
