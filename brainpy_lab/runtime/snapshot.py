"""Everything that decides how a simulation goes on, copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..ir.plan import Key
from .waves import Segments, Waves

CONNECTIONS = frozenset(("conn_mat", "pre_ids", "post_ids", "pre_slice_syn", "post_slice_syn"))
"""Arrays of a group that say how it is connected; a run does not change them."""


@dataclass(frozen=True)
class Snapshot:
    """Everything that decides how a simulation goes on, copied.

    Parameters
    ----------
    step, run_step : int
    t0 : float
        Start of the run, ms.
    arrays : dict
        Copies of states, rings, shared states, parameters and inputs.
    waves : tuple
        What has driven the inputs that are waves, from which step on.
    """

    step: int
    run_step: int
    t0: float
    arrays: dict[Key, np.ndarray]
    waves: tuple[tuple[int, Segments], ...] = ()

    @property
    def nbytes(self) -> int:
        """Memory that the snapshot holds, bytes."""
        return sum(array.nbytes for array in self.arrays.values())


def copies(buffers: Mapping[Key, np.ndarray], waves: Waves) -> dict[Key, np.ndarray]:
    """Copies of the buffers that belong into a snapshot. The rings of waves follow from what drives them."""
    return {
        key: array.copy()
        for key, array in buffers.items()
        if key[1] in ("state", "ring", "row", "param", "spread", "quantum")
        or (key[1] == "input" and not waves.owns(key))
        or (key[1] == "attribute" and key[2] not in CONNECTIONS and array.flags.writeable)
    }
