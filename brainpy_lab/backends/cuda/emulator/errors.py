"""What the emulated device raises."""

from __future__ import annotations

from ....errors import InternalError


class KernelError(InternalError):
    """A CUDA source does not compile, or a kernel did what it must not do: the message says which, and where."""
