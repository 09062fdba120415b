"""Whether a program fits into the memory of a device."""

from __future__ import annotations

from typing import Any

from ...errors import ModelUseError

USE_CPU = 'or run on the CPU: profile.set(device="cpu")'


def check_room(device: Any, n_bytes: int) -> None:
    """Before a program takes memory: is there enough?

    Raises
    ------
    ModelUseError
        With the bytes needed and free. A device that does not say what is free is not asked.
    """
    free = getattr(device, "free_bytes", None)
    if free is not None and n_bytes > (found := free()):
        raise out_of_memory(device.name, n_bytes, found)


def out_of_memory(name: str, needed: int, free: int) -> ModelUseError:
    """The error for a program that does not fit."""
    return ModelUseError(
        f'device "gpu": this program needs {_size(needed)} of memory, and {_size(free)} are free on {name}. Make it '
        "smaller (fewer neurons or synapses, single precision, monitors of fewer values), end what else uses the card, "
        f"{USE_CPU}."
    )


def _size(n_bytes: int) -> str:
    if n_bytes < 2**20:
        return f"{n_bytes:,} bytes"
    unit, name = (2**30, "GiB") if n_bytes >= 2**30 else (2**20, "MiB")
    return f"{n_bytes / unit:.1f} {name} ({n_bytes:,} bytes)"
