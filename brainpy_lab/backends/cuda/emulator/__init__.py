"""The emulated device: runs printed CUDA C++ on the processor, so that a GPU bug fails a test without a GPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .device import EmulatedDevice, EmulatedKernel, EmulatedModule
    from .errors import KernelError

__all__ = ["EmulatedDevice", "EmulatedKernel", "EmulatedModule", "KernelError"]


def __getattr__(name: str):
    if name == "KernelError":
        from .errors import KernelError

        return KernelError
    if name in __all__:
        from . import device

        return getattr(device, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
