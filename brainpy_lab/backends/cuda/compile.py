"""From CUDA text to a CUBIN with the resources of each kernel, kept on disk by content.

A CUBIN lies in the folder of compiled code, in a file named by a hash of the text, the options, the architecture and
the version of NVRTC. The file begins with a hash of the rest: what a failing disk left behind is compiled anew. Two
processes may write at once, because a file is moved into place whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from ..numba import cache
from . import nvrtc

EXACT = ("-fmad=false", "-ftz=false", "-prec-div=true", "-prec-sqrt=true", "--std=c++17")
"""Every operation rounds once and as IEEE 754 has it: the same bits as on the CPU."""

_REPORT = "--ptxas-options=-v"


@dataclass(frozen=True)
class Resources:
    """What one function takes: registers per thread; bytes of stack, of spilled registers, of static shared memory."""

    registers: int
    stack: int
    spill_stores: int
    spill_loads: int
    shared: int


@dataclass(frozen=True)
class Cubin:
    """Machine code for one architecture.

    Parameters
    ----------
    image : bytes
        What the driver loads.
    architecture : str
    log : str
        The compiler's messages.
    resources : dict
        Name of a kernel, or of a function that was not inlined, to its `Resources`.
    """

    image: bytes
    architecture: str
    log: str
    resources: dict[str, Resources]


def compile_cubin(source: str, architecture: str, options: tuple[str, ...] = EXACT, driver: int | None = None) -> Cubin:
    """Compile `source`, or take it from the cache.

    Parameters
    ----------
    source : str
        A whole translation unit; it cannot include anything.
    architecture : str
        As ``sm_90``.
    options : tuple of str
        Beside the architecture. Anything but `EXACT` may change bits.
    driver : int, optional
        As in `nvrtc.load`.

    Raises
    ------
    CudaTextError
        When the text cannot be compiled.
    ModelUseError
        When there is no NVRTC, or it does not know the architecture.

    Warns
    -----
    RuntimeWarning
        Once per process, when the cache folder cannot be written.
    """
    compiler = nvrtc.load(driver)
    path = _path(source, architecture, options, compiler.version)
    cubin = _read(path)
    if cubin is None:
        made = compiler.compile(source, architecture, (*options, _REPORT))
        cubin = Cubin(made.image, architecture, made.log, resources(made.log))
        _write(path, cubin)
    return cubin


def compile_unspilled(source: str, architecture: str, driver: int | None = None) -> Cubin:
    """As `compile_cubin`; kernels that spilled registers are compiled again with as many as a block may have.

    By itself the compiler spills some registers now and then to let one block more run beside others, which our kernels
    never gain from: what is spilled goes through memory, and memory is what they wait for.
    """
    cubin = compile_cubin(source, architecture, driver=driver)
    spilled = [name for name, used in cubin.resources.items() if used.spill_stores or used.spill_loads]
    if not spilled:
        return cubin
    names = "|".join(map(re.escape, spilled))
    alone = re.sub(rf"__launch_bounds__\((\d+)\) (?=(?:{names})\()", r"__launch_bounds__(\1, 1) ", source)
    return compile_cubin(alone, architecture, driver=driver)


def compile_ptx(source: str, architecture: str, options: tuple[str, ...] = EXACT) -> str:
    """The readable assembly of `source` for ``compute_90`` and the like; not cached."""
    return nvrtc.load().compile(source, architecture, options).image.decode()


def resources(log: str) -> dict[str, Resources]:
    """The resources of each function, from the report of ``ptxas -v``; one that was not inlined shows no registers."""
    found = {}
    for part in re.split(r"Function properties for ", log)[1:]:
        stack, stores, loads = (
            _number(part, rf"(\d+) bytes {what}") for what in ("stack frame", "spill stores", "spill loads")
        )
        registers, shared = _number(part, r"Used (\d+) registers"), _number(part, r"(\d+) bytes smem")
        found[part.split()[0]] = Resources(registers, stack, stores, loads, shared)
    return found


def _number(text: str, pattern: str) -> int:
    match = re.search(pattern, text)
    return int(match[1]) if match else 0


# -- the folder ------------------------------------------------------------------------------------------------------


def _path(source: str, architecture: str, options: tuple[str, ...], version: tuple[int, int]) -> Path:
    digest = hashlib.sha256(repr((architecture, options, version)).encode() + source.encode()).hexdigest()
    return cache.folder() / "cuda" / digest[:2] / f"{digest}.cubin"


def _read(path: Path) -> Cubin | None:
    """What lies at `path`, if it is there and whole."""
    try:
        digest, _, rest = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if digest != hashlib.sha256(rest).hexdigest().encode():
        return None
    head, _, image = rest.partition(b"\n")
    told = json.loads(head)
    used = {name: Resources(**each) for name, each in told["resources"].items()}
    return Cubin(image, told["architecture"], told["log"], used)


def _write(path: Path, cubin: Cubin) -> None:
    head = {
        "architecture": cubin.architecture,
        "log": cubin.log,
        "resources": {name: asdict(used) for name, used in cubin.resources.items()},
    }
    rest = json.dumps(head).encode() + b"\n" + cubin.image
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        cache.warn_once(error)
