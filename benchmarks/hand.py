"""Builds ``hand.c`` and calls it."""
from __future__ import annotations

import ctypes
import functools
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).with_name("hand.c")
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fPIC")
MISSING = "no gcc on this machine, so there is no hand-written side; install gcc to see this row"


@functools.cache
def gcc_version() -> str:
    """First line of ``gcc --version``, empty when there is no gcc."""
    if shutil.which("gcc") is None:
        return ""
    return subprocess.run(["gcc", "--version"], capture_output=True, text=True).stdout.split("\n")[0]


@functools.cache
def compiled(source: Path, *more: str) -> ctypes.CDLL | None:
    """A library of a C file, None without gcc.

    Parameters
    ----------
    source : Path
    *more : str
        Further flags of the compiler.

    Raises
    ------
    subprocess.CalledProcessError
        When gcc is there but cannot compile.
    """
    if not gcc_version():
        return None
    with tempfile.TemporaryDirectory(prefix="brainpy-lab-bench-") as place:
        target, part = Path(place) / "hand.so", Path(place) / "hand.o"
        subprocess.run(["gcc", *FLAGS, *more, "-c", str(source), "-o", str(part)], check=True)
        # Linked without -ffast-math: with it, gcc adds a start-up file that makes loading the library switch off
        # denormal numbers in the whole process, for our engine and for NumPy too.
        subprocess.run(["gcc", "-shared", str(part), "-o", str(target), "-lm"], check=True)
        return ctypes.CDLL(str(target))  # stays mapped when the file goes


def library(*more: str) -> ctypes.CDLL | None:
    """The compiled ``hand.c``, None without gcc; `more` are further flags of the compiler."""
    code = compiled(SOURCE, *more)
    if code is not None:
        code.gamma_run.restype = code.squid_run.restype = ctypes.c_long
    return code


def _pointer(array: np.ndarray) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)


@dataclass
class Gamma:
    """The gamma network of ``hand.c`` with its memory.

    Parameters
    ----------
    code : ctypes.CDLL
    V, h, n_gate : ndarray, shape (n,)
        First values; copied.
    dt, drive, g_max : float
        ms, uA/cm2, mS/cm2 per synapse.
    delay_steps : int
        Rows of the ring.
    shared : bool
        One synaptic state for each source instead of one for each synapse.
    """

    code: ctypes.CDLL
    V: np.ndarray
    h: np.ndarray
    n_gate: np.ndarray
    dt: float
    drive: float
    g_max: float
    delay_steps: int
    shared: bool = False

    def __post_init__(self) -> None:
        n = len(self.V)
        self.V, self.h, self.n_gate = (np.array(x, np.float64) for x in (self.V, self.h, self.n_gate))
        self.s = np.zeros(n if self.shared else n * n)
        self.ring = np.zeros((self.delay_steps, n))
        self.synaptic = np.zeros(n)
        self.fired = np.zeros(n, np.int32)
        self.step = 0

    def run(self, steps: int) -> None:
        """Go on for `steps` steps."""
        c = ctypes
        self.code.gamma_run(
            c.c_int(len(self.V)), c.c_long(self.step), c.c_long(steps), c.c_double(self.dt), _pointer(self.V),
            _pointer(self.h), _pointer(self.n_gate), _pointer(self.s), _pointer(self.ring), c.c_int(self.delay_steps),
            _pointer(self.synaptic), _pointer(self.fired), c.c_double(self.drive), c.c_double(self.g_max),
            c.c_int(self.shared),
        )
        self.step += steps


@dataclass
class Squid:
    """The squid axon of ``hand.c``; `state` is V, m, h, n and changes in place."""

    code: ctypes.CDLL
    state: np.ndarray
    dt: float
    drive: float
    spikes: int = 0

    def run(self, steps: int) -> None:
        """Go on for `steps` steps."""
        c = ctypes
        self.spikes += self.code.squid_run(
            _pointer(self.state), c.c_long(steps), c.c_double(self.dt), c.c_double(self.drive)
        )
