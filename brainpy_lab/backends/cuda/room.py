"""The memory of a device that a program holds, and whether it fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import ModelUseError
from ...ir.plan import Key

USE_CPU = 'or run on the CPU: profile.set(device="cpu")'


class Held:
    """Memory of a device by key. It is given back with this object."""

    def __init__(self, device: Any):
        self._device = device
        self._places: dict[Key, tuple[int, int]] = {}  # address, bytes

    def __getitem__(self, key: Key) -> int:
        """The address."""
        return self._places[key][0]

    def more(self, sizes: Mapping[Key, int]) -> int:
        """How many bytes are to be had besides for memory of these sizes."""
        held = {key: n_bytes for key, (_, n_bytes) in self._places.items()}
        return sum(n_bytes - held.get(key, 0) for key, n_bytes in sizes.items() if n_bytes != held.get(key))

    def give(self, key: Key, n_bytes: int) -> bool:
        """Let a key have so many bytes; whether they are others than before."""
        address, held = self._places.get(key, (0, -1))
        if held == n_bytes:
            return False
        if held >= 0:
            self._device.free(address)
            del self._places[key]
        self._places[key] = self._device.allocate(n_bytes), n_bytes
        return True

    def __del__(self) -> None:
        for address, _ in self._places.values():
            self._device.free(address)


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
