"""The devices that programs can run on besides the processor: a card, or the emulated one."""

from __future__ import annotations

import functools

from .advance import Device


@functools.cache
def open_device(backend: str) -> Device:
    """The device of a back end, 'cuda' or 'emulator'; opened once in a process."""
    if backend == "emulator":
        from .emulator import EmulatedDevice

        return EmulatedDevice()
    from .cupy_device import CupyDevice

    return CupyDevice()
