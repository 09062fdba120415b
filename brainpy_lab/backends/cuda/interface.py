"""What programs need of a device: a card, or what stands in for one."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np


class Module(Protocol):
    """Compiled text."""

    def function(self, name: str) -> Any:
        """The kernel of that name."""


class Device(Protocol):
    """Memory, and launches that are done one after the other, while the host may go on."""

    name: str
    processors: int

    def allocate(self, n_bytes: int) -> int:
        """Memory; its address."""

    def free(self, address: int) -> None:
        """Give it back."""

    def upload(self, address: int, array: np.ndarray) -> None:
        """Copy an array there, when all launches before are done."""

    def mark(self) -> Any:
        """A place behind all launches until now, to be waited for."""

    def download(self, address: int, array: np.ndarray, after: Any = None) -> None:
        """Copy memory into an array, once a mark is reached and beside what was launched later.

        Without `after`, once everything is done that was launched until now.
        """

    def module(self, source: str) -> Module:
        """Compile and load a text."""

    def launch(self, function: Any, grid: int, block: int, arguments: tuple, shared_bytes: int = 0) -> None:
        """Start a kernel."""

    def recorded(self, launches: list[tuple], times: int) -> Any:
        """A sequence of launches, `times` times over, for `replay`."""

    def replay(self, recording: Any) -> None:
        """Start them."""

    def synchronize(self) -> None:
        """Wait until everything is done."""
