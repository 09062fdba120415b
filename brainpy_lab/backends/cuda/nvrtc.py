"""NVRTC, NVIDIA's run-time compiler, through ctypes: CUDA C++ to machine code, with neither card nor driver nor CuPy.

The library comes with the wheel ``nvidia-cuda-nvrtc`` or with a CUDA toolkit that the loader finds. CuPy's own way
to compile is not used: it asks for the card first, and always adds ``-ftz=true``, which takes denormal numbers to 0.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from ...errors import InternalError, ModelUseError

WHEELS = {
    13: ("cu13/lib/libnvrtc.so.13", "cu13/bin/x86_64/nvrtc64_130_0.dll"),
    12: ("cuda_nvrtc/lib/libnvrtc.so.12", "cuda_nvrtc/bin/nvrtc64_120_0.dll"),
}
"""Where the wheels keep the library, under ``nvidia`` in site-packages, by the version of CUDA; the newest first."""

LOADER = {13: ("libnvrtc.so.13", "nvrtc64_130_0.dll"), 12: ("libnvrtc.so.12", "nvrtc64_120_0.dll")}
"""What the loader of the system is asked for after that."""

INSTALL_12 = 'pip install "brainpy-lab[gpu-cu12]"'
INSTALL = 'pip install "brainpy-lab[gpu]" (for a driver of CUDA 12: "brainpy-lab[gpu-cu12]")'


class CudaTextError(InternalError):
    """NVRTC refuses a text that we printed.

    Parameters
    ----------
    message : str
        What was compiled, and by what.
    log : str
        The compiler's messages, each with line number and line.
    """

    def __init__(self, message: str, log: str):
        super().__init__(f"{message}\n{log}")
        self.log = log


@dataclass(frozen=True)
class Compiled:
    """What NVRTC made: `image`, the CUBIN or the PTX text, and `log`, its messages."""

    image: bytes
    log: str


class Nvrtc:
    """The library.

    Parameters
    ----------
    path : str
        A file, or a name that the loader resolves.

    Attributes
    ----------
    version : tuple of (int, int)
    architectures : tuple of int
        Compute capabilities it compiles for, ascending, as 90 for ``sm_90``.

    Raises
    ------
    OSError
        When the file cannot be loaded as a library.
    """

    def __init__(self, path: str):
        self.path = path
        self._library = ctypes.CDLL(path)
        self._library.nvrtcGetErrorString.restype = ctypes.c_char_p
        major, minor, count = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
        self._call("nvrtcVersion", ctypes.byref(major), ctypes.byref(minor))
        self.version = (major.value, minor.value)
        self._call("nvrtcGetNumSupportedArchs", ctypes.byref(count))
        numbers = (ctypes.c_int * count.value)()
        self._call("nvrtcGetSupportedArchs", numbers)
        self.architectures = tuple(sorted(numbers))

    def __str__(self) -> str:
        return "NVRTC {}.{}".format(*self.version)

    def compile(self, source: str, architecture: str, options: tuple[str, ...], name: str = "program.cu") -> Compiled:
        """Machine code for ``sm_90`` and the like, PTX text for ``compute_90`` and the like.

        Parameters
        ----------
        source : str
        architecture : str
        options : tuple of str
        name : str
            What the messages call the text.

        Raises
        ------
        CudaTextError
            When the text cannot be compiled.
        ModelUseError
            When this NVRTC does not know the architecture.
        """
        self.check(architecture)
        program = ctypes.c_void_p()
        self._call("nvrtcCreateProgram", ctypes.byref(program), source.encode(), name.encode(), 0, None, None)
        try:
            words = [f"-arch={architecture}", *options]
            arguments = (ctypes.c_char_p * len(words))(*[word.encode() for word in words])
            code = self._library.nvrtcCompileProgram(program, len(words), arguments)
            log = self._bytes(program, "nvrtcGetProgramLog").rstrip(b"\0").decode(errors="replace").strip()
            if code:
                raise CudaTextError(f"{self} cannot compile {name} for {architecture}: {self._reason(code)}", log)
            if architecture.startswith("sm_"):
                return Compiled(self._bytes(program, "nvrtcGetCUBIN"), log)
            return Compiled(self._bytes(program, "nvrtcGetPTX").rstrip(b"\0"), log)
        finally:
            self._call("nvrtcDestroyProgram", ctypes.byref(program))

    def check(self, architecture: str) -> None:
        """Raise a ModelUseError when this NVRTC does not compile for an architecture."""
        kind, _, number = architecture.partition("_")
        capability = number.rstrip("af")  # sm_90a: with features of that card alone
        if kind not in ("sm", "compute") or not capability.isdecimal():
            raise InternalError(f"architecture {architecture!r}: expected sm_90 or the like")
        if int(capability) not in self.architectures:
            first, last = self.architectures[0], self.architectures[-1]
            advice = INSTALL_12 if int(capability) < first else "pip install --upgrade nvidia-cuda-nvrtc"
            raise ModelUseError(
                f"{self} compiles for cards from sm_{first} to sm_{last}, and this one is "
                f"{architecture}: {advice}, or use the CPU."
            )

    def _bytes(self, program: ctypes.c_void_p, function: str) -> bytes:
        size = ctypes.c_size_t()
        self._call(function + "Size", program, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        self._call(function, program, buffer)
        return buffer.raw

    def _call(self, function: str, *arguments: object) -> None:
        code = getattr(self._library, function)(*arguments)
        if code:
            raise InternalError(f"{function} of {self.path}: {self._reason(code)}")

    def _reason(self, code: int) -> str:
        return self._library.nvrtcGetErrorString(code).decode()


def candidates(driver: int | None = None) -> list[str]:
    """Files of installed wheels, then the names for the loader, in the order in which they are tried."""
    found = importlib.util.find_spec("nvidia")
    roots = [Path(root) for root in (found.submodule_search_locations or [])] if found else []
    versions = [version for version in WHEELS if driver is None or version <= driver]
    files = [root / name for version in versions for name in WHEELS[version] for root in roots]
    return [str(file) for file in files if file.is_file()] + [name for version in versions for name in LOADER[version]]


@functools.cache
def load(driver: int | None = None) -> Nvrtc:
    """The newest NVRTC that is installed.

    Parameters
    ----------
    driver : int, optional
        The major version of CUDA that the driver knows, as 12: it cannot load what a newer NVRTC makes.

    Raises
    ------
    ModelUseError
        When there is none, or none can be loaded; it says what to install.
    """
    broken = []
    paths = candidates(driver)
    for path in paths:
        try:
            return Nvrtc(path)
        except OSError as error:
            if Path(path).is_file():
                broken.append(f"{path}: {error}")
    install = INSTALL if driver is None or driver > 12 else INSTALL_12
    if broken:
        raise ModelUseError(
            f"NVIDIA's compiler NVRTC is installed but cannot be loaded ({'; '.join(broken)}). "
            f"Install it anew: {install}, with --force-reinstall; or use the CPU."
        )
    suited = "" if driver is None else f" (one for a driver of CUDA {driver})"
    raise ModelUseError(
        f"running on a GPU needs NVIDIA's compiler NVRTC{suited}, which is neither among the installed "
        f"packages (nvidia-cuda-nvrtc) nor where the system keeps its libraries. Install it: "
        f"{install}; or use the CPU."
    )
