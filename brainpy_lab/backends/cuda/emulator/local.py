"""Kernels in this process: the runtime and the modules as libraries."""

from __future__ import annotations

import ctypes
import functools
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np

from . import build
from .errors import KernelError

_u = ctypes.c_uint


class Kernel(ctypes.Structure):
    """`emulator::Kernel` of state.h."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("run", ctypes.c_void_p),
        ("n_parameters", ctypes.c_int),
        ("sizes", ctypes.POINTER(_u)),
        ("kinds", ctypes.c_char_p),
        ("max_threads", _u),
    ]


class Module(ctypes.Structure):
    """`emulator::Module` of state.h."""

    _fields_ = [("kernels", ctypes.POINTER(Kernel)), ("n_kernels", ctypes.c_int), ("static_bytes", ctypes.POINTER(_u))]


class LocalHost:
    """Device memory and kernels of this process. One launch runs at a time, whatever the number of devices."""

    def __init__(self, fibres: str = ""):
        self._library, self._state, self._lock, self._loaded = _runtime(str(build.runtime(fibres)))

    def allocate(self, n_bytes: int) -> int:
        """The address of new memory; 0 without memory."""
        with self._lock:
            return self._library.emulator_allocate(n_bytes) or 0

    def free(self, address: int) -> None:
        """Give memory back."""
        with self._lock:
            self._library.emulator_free(address)

    def upload(self, address: int, array: np.ndarray) -> None:
        """Copy the bytes of an array to an address."""
        ctypes.memmove(address, array.ctypes.data, array.nbytes)

    def download(self, address: int, array: np.ndarray) -> None:
        """Copy bytes at an address into an array."""
        ctypes.memmove(array.ctypes.data, address, array.nbytes)

    def load(self, path: Path) -> tuple[Module, list[tuple[int, str, list[int]]]]:
        """A module, and for each kernel its largest block, kinds and sizes of its parameters."""
        with self._lock:
            library = self._open(path)
            describe = library.emulator_module
            describe.restype, describe.argtypes = ctypes.POINTER(Module), [ctypes.c_void_p]
            module = describe(self._state).contents
        kernels = []
        for i in range(module.n_kernels):
            kernel = module.kernels[i]
            sizes = [kernel.sizes[k] for k in range(kernel.n_parameters)]
            kernels.append((kernel.max_threads, kernel.kinds.decode(), sizes))
        return module, kernels

    def _open(self, path: Path) -> ctypes.CDLL:
        """The library at `path`, with variables of its own: opened twice, one file would have them once."""
        if path not in self._loaded:
            self._loaded.add(path)
            return ctypes.CDLL(str(path))
        with tempfile.TemporaryDirectory() as place:
            return ctypes.CDLL(shutil.copy(path, place))

    def prepare(self, module: Module, kernel_id: int, grid: int, block: int, shared: int, arguments: list[bytes]):
        """A launch, ready to be made any number of times."""
        # One piece of memory, each argument aligned for any type.
        starts, end = [], 0
        for argument in arguments:
            starts.append(end)
            end += (len(argument) + 63) // 64 * 64
        memory = np.empty(end + 64, np.uint8)
        base = -(-memory.ctypes.data // 64) * 64
        for start, argument in zip(starts, arguments):
            ctypes.memmove(base + start, argument, len(argument))
        places = (ctypes.c_void_p * len(arguments))(*(base + start for start in starts))
        return ctypes.byref(module), kernel_id, (_u * 3)(grid, 1, 1), (_u * 3)(block, 1, 1), shared, places, memory

    def launch(self, launch: tuple, order_seed: int) -> None:
        """Make a prepared launch."""
        module, kernel_id, grid, block, shared, places, _ = launch
        with self._lock:
            failed = self._library.emulator_launch(module, kernel_id, grid, block, shared, order_seed, places)
            message = self._library.emulator_message().decode(errors="replace") if failed else ""
        if failed:
            raise KernelError(message)

    def close(self) -> None:
        """Nothing to end."""


@functools.cache
def _runtime(path: str) -> tuple[ctypes.CDLL, int, Any, set[Path]]:
    library = ctypes.CDLL(path)
    library.emulator_start.restype = ctypes.c_void_p
    library.emulator_message.restype = ctypes.c_char_p
    library.emulator_allocate.restype = ctypes.c_void_p
    library.emulator_allocate.argtypes = [ctypes.c_size_t]
    library.emulator_free.argtypes = [ctypes.c_void_p]
    library.emulator_launch.argtypes = [
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_void_p,
        _u,
        ctypes.c_ulonglong,
        ctypes.c_void_p,
    ]
    # The garbage collector may free the memory of a lost device while this thread holds the lock.
    return library, library.emulator_start(), threading.RLock(), set()
