"""An NVIDIA card through CuPy: our own CUBIN, raw launches, recorded graphs."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from .compile import compile_cubin


class CupyDevice:
    """The present card.

    Attributes
    ----------
    name : str
    processors : int
        Its multiprocessors.
    architecture : str
        As 'sm_90'.
    """

    def __init__(self) -> None:
        import cupy
        from cupy_backends.cuda.api import driver

        self._cupy, self._driver = cupy, driver
        device = cupy.cuda.Device()
        self.architecture = f"sm_{device.compute_capability}"
        properties = cupy.cuda.runtime.getDeviceProperties(device.id)
        self.name = properties["name"].decode()
        self.processors = int(properties["multiProcessorCount"])
        self._stream = cupy.cuda.Stream(non_blocking=True)
        self._held: dict[int, Any] = {}

    def allocate(self, n_bytes: int) -> int:
        """Memory of the card; the address."""
        memory = self._cupy.cuda.alloc(max(1, n_bytes))
        self._held[memory.ptr] = memory
        return int(memory.ptr)

    def free(self, address: int) -> None:
        del self._held[address]

    def upload(self, address: int, array: np.ndarray) -> None:
        if array.nbytes:
            runtime = self._cupy.cuda.runtime
            runtime.memcpyAsync(address, array.ctypes.data, array.nbytes, runtime.memcpyHostToDevice, self._stream.ptr)
            self._stream.synchronize()

    def download(self, address: int, array: np.ndarray) -> None:
        if array.nbytes:
            runtime = self._cupy.cuda.runtime
            runtime.memcpyAsync(array.ctypes.data, address, array.nbytes, runtime.memcpyDeviceToHost, self._stream.ptr)
            self._stream.synchronize()

    def module(self, source: str) -> CupyModule:
        """Compile and load."""
        cubin = compile_cubin(source, self.architecture)
        module = self._cupy.cuda.function.Module()
        module.load(cubin.image)
        return CupyModule(module)

    def launch(self, function: Any, grid: int, block: int, arguments: tuple, shared_bytes: int = 0) -> None:
        """Start a kernel; arguments are NumPy values whose bytes are what the kernel declares."""
        held = [np.frombuffer(a, np.uint8) if isinstance(a, bytes) else np.array(a) for a in arguments]
        pointers = (ctypes.c_void_p * len(held))(*(one.ctypes.data for one in held))
        self._driver.launchKernel(
            function.ptr, grid, 1, 1, block, 1, 1, shared_bytes, self._stream.ptr, ctypes.addressof(pointers), 0
        )

    def recorded(self, launches: list[tuple], times: int) -> Any:
        """A sequence of launches, `times` times over, to be replayed at once."""
        with self._stream:
            self._stream.begin_capture()
            try:
                for _ in range(times):
                    for launch in launches:
                        self.launch(*launch)
            finally:
                graph = self._stream.end_capture()
        return graph

    def replay(self, recording: Any) -> None:
        recording.launch(self._stream)

    def synchronize(self) -> None:
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
