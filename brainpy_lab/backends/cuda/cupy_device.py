"""An NVIDIA card through CuPy: our own CUBIN, raw launches, recorded graphs."""

from __future__ import annotations

import ctypes
import threading
from typing import Any

import numpy as np

from .compile import compile_unspilled
from .room import out_of_memory

BOUNCE = 2**23
"""Bytes that are copied from the card at once."""


class CupyDevice:
    """The present card.

    Parameters
    ----------
    cupy : module
    driver_version : int
        The major version of CUDA that the driver knows.

    Attributes
    ----------
    name : str
    processors : int
        Its multiprocessors.
    architecture : str
        As 'sm_90'.
    """

    def __init__(self, cupy: Any, driver_version: int) -> None:
        from cupy_backends.cuda.api import driver

        self._cupy, self._driver, self._driver_version = cupy, driver, driver_version
        device = cupy.cuda.Device()
        self._id = int(device.id)
        self.architecture = f"sm_{device.compute_capability}"
        properties = cupy.cuda.runtime.getDeviceProperties(self._id)
        self.name = properties["name"].decode()
        self.processors = int(properties["multiProcessorCount"])
        self._stream = cupy.cuda.Stream(non_blocking=True)
        self._copies = cupy.cuda.Stream(non_blocking=True)
        # Programs of several threads share a card: what one of them records is not to have launches of another, nor may
        # anybody wait for the stream or the card meanwhile. The bounce buffer has one copy at a time.
        self._launching, self._copying = threading.RLock(), threading.Lock()
        self._held: dict[int, Any] = {}
        self._bounce = cupy.cuda.alloc_pinned_memory(BOUNCE)

    def free_bytes(self) -> int:
        """How much memory can be had: what the card has free, and what CuPy keeps for itself."""
        free, _ = self._cupy.cuda.runtime.memGetInfo()
        return int(free) + int(self._cupy.get_default_memory_pool().free_bytes())

    def allocate(self, n_bytes: int) -> int:
        """Memory of the card; the address.

        Raises
        ------
        ModelUseError
            When there is none left, with the bytes asked for and free.
        """
        try:
            memory = self._cupy.cuda.alloc(max(1, n_bytes))
        except self._cupy.cuda.memory.OutOfMemoryError as error:
            raise out_of_memory(self.name, n_bytes, self.free_bytes()) from error
        self._held[memory.ptr] = memory
        return int(memory.ptr)

    def free(self, address: int) -> None:
        del self._held[address]

    def upload(self, address: int, array: np.ndarray) -> None:
        if array.nbytes:
            runtime = self._cupy.cuda.runtime
            with self._launching:
                runtime.memcpyAsync(
                    address, array.ctypes.data, array.nbytes, runtime.memcpyHostToDevice, self._stream.ptr
                )
                self._stream.synchronize()

    def mark(self) -> Any:
        """An event behind all launches until now."""
        event = self._cupy.cuda.Event(disable_timing=True)
        with self._launching:
            event.record(self._stream)
        return event

    def download(self, address: int, array: np.ndarray, after: Any = None) -> None:
        """From the card into an array, through memory that the card can write into at full speed.

        On a stream of its own, which waits for the mark and for nothing that was launched later.
        """
        runtime = self._cupy.cuda.runtime
        out = array.reshape(-1).view(np.uint8)
        event = self.mark() if after is None else after
        with self._copying:
            self._copies.wait_event(event)
            for first in range(0, array.nbytes, BOUNCE):
                n = min(BOUNCE, array.nbytes - first)
                here = self._bounce.ptr
                runtime.memcpyAsync(here, address + first, n, runtime.memcpyDeviceToHost, self._copies.ptr)
                self._copies.synchronize()
                ctypes.memmove(out.ctypes.data + first, here, n)

    def module(self, source: str) -> CupyModule:
        """Compile and load."""
        cubin = compile_unspilled(source, self.architecture, driver=self._driver_version)
        with self._launching:
            self._cupy.cuda.runtime.setDevice(self._id)  # a thread that compiles has no context before its first call
            self._cupy.cuda.runtime.deviceSynchronize()
            module = self._cupy.cuda.function.Module()
            module.load(cubin.image)
        return CupyModule(module)

    def launch(self, function: Any, grid: int, block: int, arguments: tuple, shared_bytes: int = 0) -> None:
        """Start a kernel; arguments are NumPy values whose bytes are what the kernel declares."""
        held = [np.frombuffer(a, np.uint8) if isinstance(a, bytes) else np.array(a) for a in arguments]
        pointers = (ctypes.c_void_p * len(held))(*(one.ctypes.data for one in held))
        with self._launching:
            self._driver.launchKernel(
                function.ptr, grid, 1, 1, block, 1, 1, shared_bytes, self._stream.ptr, ctypes.addressof(pointers), 0
            )

    def recorded(self, launches: list[tuple], times: int) -> Any:
        """A sequence of launches, `times` times over, to be replayed at once."""
        with self._launching, self._stream:
            self._stream.begin_capture()
            try:
                for _ in range(times):
                    for launch in launches:
                        self.launch(*launch)
            finally:
                graph = self._stream.end_capture()
        return graph

    def replay(self, recording: Any) -> None:
        with self._launching:
            recording.launch(self._stream)

    def synchronize(self) -> None:
        with self._launching:
            self._stream.synchronize()


class CupyModule:
    """A loaded CUBIN."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self._functions: dict[str, Any] = {}

    def function(self, name: str) -> Any:
        if name not in self._functions:
            self._functions[name] = self._module.get_function(name)
        return self._functions[name]
