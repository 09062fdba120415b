"""Compiling with g++, once: what was compiled lies in the cache folder under a hash of all that went into it."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from ....errors import ModelUseError
from ...numba.cache import folder
from .errors import KernelError
from .source import Translation, translate

HERE = Path(__file__).resolve().parent

SANITIZERS = {"address": "EMULATOR_ADDRESS", "thread": "EMULATOR_THREAD"}
"""The names that ``sanitizer=`` takes, and the macro that tells the runtime."""

# Rounding as on the device: no contraction, nothing that -ffast-math allows. -fno-math-errno only lets sqrt be one
# instruction. Whole numbers wrap as NumPy's. Pointers of any type may meet, as in the arrays of a launch.
_FLAGS = ["-std=c++17", "-O2", "-fPIC", "-ffp-contract=off", "-fno-fast-math", "-fno-math-errno", "-fwrapv"]
# A kernel may have the name of a function of C.
_KERNEL_FLAGS = [*_FLAGS, "-fno-strict-aliasing", "-fno-builtin", "-fvisibility=hidden", "-w", "-shared"]
_SANITIZED = {
    None: [],
    "address": [
        "-fsanitize=address,alignment,bounds,shift,integer-divide-by-zero,float-cast-overflow",
        "-fno-sanitize-recover=all",
        "-g1",
        "-fno-omit-frame-pointer",
    ],
    "thread": ["-fsanitize=thread", "-g1"],
}


def compiler() -> str:
    """The path of g++.

    Raises
    ------
    ModelUseError
        Without g++: what to install.
    """
    found = shutil.which("g++")
    if not found:
        raise ModelUseError(
            "device 'emulator' compiles CUDA kernels for the processor with g++, which is not on PATH. Install it "
            "(Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++; conda: conda install gxx), or choose "
            "device='cpu'."
        )
    return found


@functools.cache
def _version(path: str) -> str:
    told = subprocess.run([path, "-dumpfullversion", "-dumpmachine"], capture_output=True, text=True)
    return told.stdout + told.stderr


def _build(kind: str, suffix: str, inputs: list[str], flags: list[str], commands) -> Path:
    """The file in the cache, made by ``commands(compiler, output)`` unless it is there."""
    gxx = compiler()
    digest = hashlib.sha256(repr((kind, inputs, flags, _version(gxx))).encode()).hexdigest()[:24]
    place = _cache_folder() / f"{kind}_{digest}{suffix}"
    if place.exists():
        return place
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="building-") as work:
        output = Path(work) / place.name
        for command in commands(gxx, Path(work), output):
            ended = subprocess.run(command, capture_output=True, text=True, cwd=work, env=os.environ | {"LC_ALL": "C"})
            if ended.returncode:
                raise CompileError(ended.stderr)
        os.replace(output, place)  # another process may have been first: then its file is the same
    return place


class CompileError(Exception):
    """What g++ said."""


_own_folder: tempfile.TemporaryDirectory[str] | None = None


def _cache_folder() -> Path:
    """Where compiled code lies; a folder of this process when that cannot be written."""
    global _own_folder
    try:
        place = folder() / "emulator"
        place.mkdir(parents=True, exist_ok=True)
        if os.access(place, os.W_OK):
            return place
    except OSError:
        pass
    if _own_folder is None:
        _own_folder = tempfile.TemporaryDirectory(prefix="brainpy-lab-emulator-")
    return Path(_own_folder.name)


@functools.cache
def _text(name: str) -> str:
    return (HERE / name).read_text()


_RUNTIME_FILES = ["runtime.cpp", "faults.h", "fibre.h", "memory.h", "sanitizer.h", "state.h", "warp.h"]


def runtime(fibres: str = "") -> Path:
    """The runtime as a library of this process. `fibres` ``'ucontext'`` takes the portable switches."""
    flags = [*_FLAGS, "-fvisibility=hidden", *(["-DEMULATOR_UCONTEXT"] if fibres == "ucontext" else [])]

    def commands(gxx: str, work: Path, output: Path) -> list[list[str]]:
        return [[gxx, *flags, "-shared", "-o", str(output), str(HERE / "runtime.cpp")]]

    return _build("runtime", ".so", [_text(name) for name in _RUNTIME_FILES], flags, commands)


def worker(sanitizer: str) -> Path:
    """The program that runs kernels under a sanitizer. Its own code is not instrumented."""
    flags = [*_FLAGS, f"-D{SANITIZERS[sanitizer]}"]

    def commands(gxx: str, work: Path, output: Path) -> list[list[str]]:
        object_file = str(work / "worker.o")
        return [
            [gxx, *flags, "-c", "-o", object_file, str(HERE / "worker.cpp")],
            [gxx, f"-fsanitize={sanitizer}", "-rdynamic", "-o", str(output), object_file, "-ldl"],
        ]

    files = [*_RUNTIME_FILES, "worker.cpp"]
    try:
        return _build(f"worker_{sanitizer}", "", [_text(name) for name in files], flags, commands)
    except CompileError as error:
        library = {"address": "libasan", "thread": "libtsan"}[sanitizer]
        raise ModelUseError(
            f"sanitizer='{sanitizer}' needs {library}, which comes with g++ on most systems; g++ says: {error}"
        ) from None


def module(source: str, sanitizer: str | None) -> tuple[Path, Translation]:
    """The library of a CUDA source, and what was read from it.

    Raises
    ------
    KernelError
        When the source does not compile: the line and what g++ says about it.
    """
    translation = translate(source)
    text = _module_text(translation)
    flags = [*_KERNEL_FLAGS, *_SANITIZED[sanitizer]]
    headers = ["emulator.h", "state.h", "arithmetic.h", "launch.h"]

    def commands(gxx: str, work: Path, output: Path) -> list[list[str]]:
        printed = work / "module.cpp"
        printed.write_text(text)
        return [[gxx, *flags, "-include", str(HERE / "emulator.h"), "-o", str(output), str(printed)]]

    try:
        return _build("module", ".so", [text, *(_text(name) for name in headers)], flags, commands), translation
    except CompileError as error:
        raise KernelError(_compile_message(source, str(error))) from None


def _module_text(translation: Translation) -> str:
    """The translation with a table of its kernels behind."""
    kernels = translation.kernels
    rows = [f'  emulator::describe<{k.name}>("{k.name}", {k.max_threads or "emulator::MAX_THREADS"}),' for k in kernels]
    table = ["static const emulator::Kernel emulator_kernels[] = {", *rows, "  {}};"]
    return "\n".join(
        [
            '#line 1 "kernel.cu"',
            translation.text,
            '#line 1 "table of kernels"',
            *table,
            'extern "C" __attribute__((visibility("default")))',
            "const emulator::Module* emulator_module(emulator::State* state) {",
            f"  static const emulator::Module module = {{emulator_kernels, {len(kernels)}, &emulator::shared_bytes}};",
            "  emulator_state = state;",
            "  return &module;",
            "}",
            "",
        ]
    )


def _compile_message(source: str, said: str) -> str:
    """The first errors with the lines of the source that they are about."""
    lines = source.splitlines()
    shown = []
    for found in re.finditer(r"^kernel\.cu:(\d+)(?::\d+)?: (?:fatal )?error: (.*)$", said, re.MULTILINE):
        line = int(found[1])
        text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        shown.append(f"kernel.cu:{line}: {found[2]}\n    {text}")
    if not shown:
        shown = [said[:2000]]
    more = f"\n({len(shown) - 3} more)" if len(shown) > 3 else ""
    return "the CUDA source does not compile:\n" + "\n".join(shown[:3]) + more
