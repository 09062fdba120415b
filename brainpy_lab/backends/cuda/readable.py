"""The CUDA text of a program for people: printed without a card, and without what every program begins with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...ir.plan import Key, Plan
from ...kernels.cuda.prelude import prelude
from .advance import CudaAdvance


class Paper:
    """In the place of a device: has no memory, and runs nothing."""

    name = "paper"
    processors = 1

    def allocate(self, n_bytes: int) -> int:
        return 0

    def free(self, address: int) -> None:
        """Nothing."""

    def upload(self, address: int, array: np.ndarray) -> None:
        """Nothing."""

    def mark(self) -> Any:
        raise NotImplementedError

    def download(self, address: int, array: np.ndarray, after: Any = None) -> None:
        raise NotImplementedError

    def module(self, source: str) -> Any:
        return None

    def launch(self, function: Any, grid: int, block: int, arguments: tuple, shared_bytes: int = 0) -> None:
        raise NotImplementedError

    def recorded(self, launches: list[tuple], times: int) -> Any:
        raise NotImplementedError

    def replay(self, recording: Any) -> None:
        raise NotImplementedError

    def synchronize(self) -> None:
        """Nothing."""


def readable(plan: Plan, buffers: Mapping[Key, np.ndarray], mathematics: bool = False) -> str:
    """The translation unit of a program.

    Parameters
    ----------
    plan : Plan
    buffers : mapping of Key to ndarray
    mathematics : bool
        With the functions and random numbers that stand first.

    Raises
    ------
    CodeError, ModelUseError
        For what a GPU cannot run, with the line.
    """
    text = CudaAdvance(plan, dict(buffers), Paper()).text.source
    head = prelude()
    if mathematics or not text.startswith(head):
        return text
    return f"// {head.count(chr(10)) + 1} lines of mathematics and random numbers stand here\n{text[len(head) :]}"
