"""The emulated device and its modules."""

from __future__ import annotations

import bisect
import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....errors import ModelUseError
from . import build
from .errors import KernelError
from .local import LocalHost
from .sanitized import SanitizedHost

MAX_GRID = 2**31 - 1
MAX_BLOCK = 1024
MAX_SHARED = 227 * 1024
MAX_ARGUMENT_BYTES = 4096

_NAMES = {"p": "a pointer", "b": "bool", "i": "int", "u": "uint", "f": "float", "s": "a struct"}


@dataclass(frozen=True, eq=False)
class EmulatedKernel:
    """A kernel of a module, to be launched."""

    name: str
    parameters: tuple[str, ...]
    kinds: str
    sizes: tuple[int, ...]
    max_threads: int
    module: EmulatedModule
    number: int


class EmulatedModule:
    """The kernels of one CUDA source."""

    def __init__(self, device: EmulatedDevice, source: str):
        path, translation = build.module(source, device.sanitizer)
        self.device = device
        self.handle, described = device._host.load(path)
        self._kernels = {}
        for i, (written, (max_threads, kinds, sizes)) in enumerate(zip(translation.kernels, described)):
            if sum(sizes) > MAX_ARGUMENT_BYTES:
                raise KernelError(
                    f"kernel '{written.name}' takes {sum(sizes)} bytes of arguments, more than the "
                    f"{MAX_ARGUMENT_BYTES} that every device accepts. Pass a pointer to a struct in device memory."
                )
            kernel = EmulatedKernel(written.name, written.parameters, kinds, tuple(sizes), max_threads, self, i)
            self._kernels[written.name] = kernel

    def function(self, name: str) -> EmulatedKernel:
        """The kernel `name`, declared as ``extern "C" __global__``.

        Raises
        ------
        KernelError
            When the source has no such kernel: which it has.
        """
        if name not in self._kernels:
            known = ", ".join(self._kernels) or "none"
            raise KernelError(f'the source has no kernel extern "C" __global__ {name}(...). It has: {known}.')
        return self._kernels[name]


class EmulatedDevice:
    """A device without a GPU: runs CUDA C++ on the processor, thread by thread, to find what is wrong with it.

    Parameters
    ----------
    schedule : int, optional
        None runs blocks and threads in their natural order. A number is the seed of a random order of both, another
        one in each launch, after each barrier, and with other threads getting their turn at any atomic operation.
    sanitizer : {'address', 'thread'}, optional
        'address' finds accesses outside of device memory, shared memory, arguments and local arrays, vectors at
        places that are no multiple of their size, and shifts and casts to integers whose result C++ leaves open and a
        device gives otherwise. 'thread' finds accesses of two threads, of one block or two, that nothing orders.
        Both are slower, run in a process of their own, and end the device with the first thing they find.
    fibres : {'', 'ucontext'}
        How threads are switched; the portable way is there to be tested.

    Notes
    -----
    What is found without a sanitizer: threads of a block that do not reach the same barrier, or a call of a warp
    that lanes named in its mask do not make; shared memory that is read before it is written (it is NaN, or -1, before
    each block, as new device memory is); writes up to 256 bytes outside of an allocation of device memory or 64
    bytes behind dynamic shared memory, after they happened; wrong numbers under a random order; blocks larger than
    ``__launch_bounds__``; arguments of another size or kind than the kernel declares.

    What is not found or differs from a device:

    - Nothing is said about time, occupancy, registers, coalescing or caches.
    - Blocks run one after another. A barrier of the whole grid works for one block only; with more, a thread that
      waits by atomic operations or fences ends in an error, and one that waits by reading a volatile variable only
      when it is interrupted.
      Kernels that stay on the device should be written for any number of blocks and be tested here with one.
    - Memory is seen at once by everybody: a missing ``__threadfence`` shows in no result. The thread sanitizer takes
      fences and barriers as order, ``__syncwarp`` too, but no vote and no shuffle. Two fences order whatever came
      before the first and after the second, which is more than a device promises.
    - Lanes of a warp do not run in lock step; the natural order hides what depends on the order: use at least two
      seeds. ``__activemask()`` names the calling lane only, which is legal and rarely what was expected.
    - The value of a shuffle from a lane that takes no part is NaN or -1. Lanes beyond the end of a block count as
      absent, whatever the mask says.
    - A barrier must be the same line for all threads of a block, also where a device would let two lines meet.
    - exp, log, sin and other functions that need not round correctly are those of the C library, whose last bits
      differ from CUDA's. A cast of a float that does not fit the integer differs too; ``__double2ll_rn`` and its kin
      do not.
    - Whole numbers wrap (-fwrapv). C++ promises that for unsigned ones only.
    - No textures, asynchronous copies, clusters, dynamic parallelism, half precision, inline PTX, no shared variables
      outside of functions, and grids and blocks along x only.
    - Calls return when the kernel is done.
    """

    name = "emulator"
    warp = 32
    processors = 4

    def __init__(self, schedule: int | None = None, sanitizer: str | None = None, fibres: str = ""):
        if schedule is not None and (isinstance(schedule, bool) or not isinstance(schedule, (int, np.integer))):
            raise ModelUseError(f'"schedule" must be a whole number or None, but got {schedule!r}.')
        if sanitizer not in (None, *build.SANITIZERS):
            known = ", ".join(repr(name) for name in build.SANITIZERS)
            raise ModelUseError(f'"sanitizer" must be one of {known} or None, but got {sanitizer!r}.')
        self.schedule = schedule
        self.sanitizer = sanitizer
        self._n_launches = 0
        self._sizes: dict[int, int] = {}
        self._starts: list[int] = []
        self._host: Any = SanitizedHost(sanitizer) if sanitizer else LocalHost(fibres)
        self._end = weakref.finalize(self, _release, self._host, self._sizes)

    def allocate(self, n_bytes: int) -> int:
        """Memory of `n_bytes`, every byte of it 255: NaN in floats, -1 in integers.

        Returns
        -------
        int
            Its address, a multiple of 256 and never 0.

        Raises
        ------
        MemoryError
        """
        n_bytes = int(n_bytes)
        if n_bytes < 0:
            raise ValueError(f"device memory of {n_bytes} bytes")
        address = self._host.allocate(n_bytes)
        if not address:
            raise MemoryError(f"no memory for {n_bytes} bytes of the emulated device")
        self._sizes[address] = n_bytes
        bisect.insort(self._starts, address)
        return address

    def free(self, address: int) -> None:
        """Give back what `allocate` returned."""
        address = int(address)
        if address not in self._sizes:
            raise KernelError(f"free(0x{address:x}): no allocation begins at this address, or it was freed before.")
        del self._sizes[address]
        self._starts.remove(address)
        self._host.free(address)

    def upload(self, address: int, array: np.ndarray) -> None:
        """Copy the bytes of `array`, in C order, to device memory.

        Parameters
        ----------
        address : int
            Start of an allocation or a place inside of it.
        array : ndarray
        """
        array = np.ascontiguousarray(array)
        self._check_inside("upload", int(address), array.nbytes)
        if array.nbytes:
            self._host.upload(int(address), array)

    def mark(self) -> int:
        """A place behind all launches until now: how many there were."""
        return self._n_launches

    def download(self, address: int, array: np.ndarray, after: int | None = None) -> None:
        """Copy device memory into `array`, which is changed in place and must be contiguous in C order.

        What `mark` returned may be given as `after`; everything that was launched is done anyway.
        """
        if not (isinstance(array, np.ndarray) and array.flags.c_contiguous and array.flags.writeable):
            raise TypeError("download needs an array that can be written and is contiguous in C order")
        self._check_inside("download", int(address), array.nbytes)
        if array.nbytes:
            self._host.download(int(address), array)

    def module(self, source: str) -> EmulatedModule:
        """Compile a CUDA source, or take it from the cache.

        Raises
        ------
        KernelError
            With the line, when it does not compile.
        ModelUseError
            Without g++.
        """
        return EmulatedModule(self, source)

    def launch(
        self, handle: EmulatedKernel, grid: int, block: int, arguments: tuple[Any, ...], shared_bytes: int = 0
    ) -> None:
        """Run a kernel to its end.

        Parameters
        ----------
        handle : EmulatedKernel
            From ``module(source).function(name)``, of this device.
        grid, block : int
            Numbers of blocks, and of threads in each.
        arguments : tuple
            NumPy scalars of the kernel's types: np.uint64 of an address for a pointer, a structured scalar or bytes
            for a struct. Nothing is converted.
        shared_bytes : int
            Size of the dynamic shared memory.

        Raises
        ------
        TypeError
            For an argument of another kind or size than the kernel declares, and for Python numbers.
        KernelError
            For what went wrong on the device.
        """
        self._launch(self._prepared(handle, grid, block, arguments, shared_bytes))

    def recorded(self, launches: list[tuple[Any, ...]], times: int) -> list[Any]:
        """A sequence of launches, `times` times over, for `replay`.

        Parameters
        ----------
        launches : list of tuple
            The arguments of `launch` for each. Checked and copied now.
        times : int
        """
        return [self._prepared(*launch) for launch in launches] * times

    def replay(self, recording: list[Any]) -> None:
        """Make the launches of a recording, one after another."""
        for launch in recording:
            self._launch(launch)

    def synchronize(self) -> None:
        """Wait until all launches are done, which they are."""

    def close(self) -> None:
        """Give back all memory; the device cannot be used any more."""
        self._end()
        self._sizes.clear()
        self._starts.clear()

    def _prepared(
        self, handle: EmulatedKernel, grid: int, block: int, arguments: tuple[Any, ...], shared_bytes: int = 0
    ) -> Any:
        if handle.module.device is not self:
            raise KernelError(f"kernel '{handle.name}' belongs to a module of another device.")
        for what, value, low, high in [
            ("blocks", grid, 1, MAX_GRID),
            ("threads in a block", block, 1, min(MAX_BLOCK, handle.max_threads)),
            ("bytes of dynamic shared memory", shared_bytes, 0, MAX_SHARED),
        ]:
            if not low <= value <= high:
                bound = " (__launch_bounds__)" if what[0] == "t" and high < MAX_BLOCK else ""
                raise KernelError(f"kernel '{handle.name}': {value} {what}, expected {low} to {high}{bound}.")
        packed = _packed(handle, arguments)
        return self._host.prepare(handle.module.handle, handle.number, int(grid), int(block), int(shared_bytes), packed)

    def _launch(self, launch: Any) -> None:
        self._n_launches += 1
        self._host.launch(launch, 0 if self.schedule is None else _mixed(int(self.schedule), self._n_launches))

    def _check_inside(self, what: str, address: int, n_bytes: int) -> None:
        at = bisect.bisect_right(self._starts, address) - 1
        start = self._starts[at] if at >= 0 else 0
        if at < 0 or address + n_bytes > start + self._sizes[start]:
            found = (
                f"the nearest allocation before it has {self._sizes[start]} bytes at 0x{start:x}"
                if at >= 0
                else ("no allocation lies before it")
            )
            raise KernelError(f"{what} of {n_bytes} bytes at 0x{address:x} is outside of device memory: {found}.")


def _packed(kernel: EmulatedKernel, arguments: tuple[Any, ...]) -> list[bytes]:
    """The bytes of each argument, checked against the signature of the kernel."""
    if len(arguments) != len(kernel.sizes):
        raise TypeError(
            f"kernel '{kernel.name}' takes {len(kernel.sizes)} arguments ({', '.join(kernel.parameters)}), "
            f"but got {len(arguments)}."
        )
    packed = []
    for i, (argument, kind, size) in enumerate(zip(arguments, kernel.kinds, kernel.sizes)):
        if isinstance(argument, np.generic):
            dtype = argument.dtype
            found, n_bytes = {"V": "s", "?": "b"}.get(dtype.kind, dtype.kind), dtype.itemsize
            fits = found == kind and n_bytes == size or (kind == "p" and dtype == np.uint64)
        elif isinstance(argument, bytes):
            n_bytes = len(argument)
            fits = kind == "s" and n_bytes == size
        else:
            fits, n_bytes = False, 0
        if not fits:
            raise TypeError(_misfit(kernel, i, argument, n_bytes))
        packed.append(bytes(argument) if isinstance(argument, bytes) else argument.tobytes())
    return packed


def _misfit(kernel: EmulatedKernel, i: int, argument: Any, n_bytes: int) -> str:
    kind, size = kernel.kinds[i], kernel.sizes[i]
    if kind == "s":
        expected = f"a structured NumPy scalar or bytes of {size} bytes"
    elif kind == "p":
        expected = "the address as np.uint64"
    elif kind == "b":
        expected = "np.bool_"
    else:
        expected = f"np.{_NAMES[kind]}{8 * size}"
    found = type(argument).__name__ + (f" of {n_bytes} bytes" if isinstance(argument, (np.void, bytes)) else "")
    guess = ""
    if isinstance(argument, (int, float)) and not isinstance(argument, np.generic):
        guess = " The width of a Python number is not guessed."
    elif isinstance(argument, np.void) and kind == "s":
        guess = " np.dtype(..., align=True) lays fields out as C++ does."
    elif isinstance(argument, np.ndarray):
        guess = " Arrays lie on the host; pass the address that allocate() returned."
    declared = kernel.parameters[i] if i < len(kernel.parameters) else "?"
    return f"kernel '{kernel.name}', argument {i} ({declared}): got {found}, expected {expected}.{guess}"


def _mixed(seed: int, launch: int) -> int:
    """A number other than 0 for each launch of each seed (splitmix64; Steele, Lea and Flood, 2014)."""
    z = (seed * 0x9E3779B97F4A7C15 + launch * 0xD1B54A32D192ED03) % 2**64
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
    return (z ^ z >> 31) or 1


def _release(host: Any, sizes: dict[int, int]) -> None:
    for address in list(sizes):
        host.free(address)
    host.close()
