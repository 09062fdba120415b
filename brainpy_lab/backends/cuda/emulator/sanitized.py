"""Kernels in a process of their own, under the address or thread sanitizer.

The process is built with the sanitizer, so that nothing has to be loaded into Python, and what a sanitizer finds ends
that process and not this one. After that the device is lost, as a device is after an illegal access.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import struct
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from . import build
from .errors import KernelError

_OPTIONS = {
    "address": ("ASAN_OPTIONS", "detect_leaks=0:exitcode=66:color=never"),
    "thread": ("TSAN_OPTIONS", "halt_on_error=1:exitcode=66:color=never"),
}


class SanitizedHost:
    """Device memory and kernels of a process that a sanitizer watches."""

    def __init__(self, sanitizer: str):
        self._sanitizer = sanitizer
        self._lost = ""
        self._n_loaded = 0
        self._freed: list[int] = []
        self._lock = threading.RLock()
        self._copies = tempfile.TemporaryDirectory(prefix="brainpy-lab-emulator-")
        self._process, self._report = _start(sanitizer)

    def allocate(self, n_bytes: int) -> int:
        """The address of new memory in that process; 0 without memory."""
        with self._exchange():
            try:
                self._request(b"a", n_bytes)
            except _RefusedError:
                return 0
            return self._number()

    def free(self, address: int) -> None:
        """Give memory back, before the next request: the garbage collector may call this in the middle of one."""
        self._freed.append(address)

    def upload(self, address: int, array: np.ndarray) -> None:
        """Copy the bytes of an array to an address."""
        with self._exchange():
            self._request(b"u", address, array.nbytes, data=array.tobytes())

    def download(self, address: int, array: np.ndarray) -> None:
        """Copy bytes at an address into an array."""
        with self._exchange():
            self._request(b"d", address, array.nbytes)
            array[...] = np.frombuffer(self._read(array.nbytes), array.dtype).reshape(array.shape)

    def load(self, path: Path) -> tuple[int, list[tuple[int, str, list[int]]]]:
        """A module, and for each kernel its largest block, kinds and sizes of its parameters."""
        with self._exchange():
            # A copy: opened twice, one file would have its variables once. It stays: reports name its lines.
            self._n_loaded += 1
            text = os.fsencode(shutil.copy(path, Path(self._copies.name) / f"{self._n_loaded}_{path.name}"))
            self._request(b"m", len(text), data=text)
            module = self._number()
            kernels = []
            for _ in range(self._number()):
                n_parameters, max_threads = self._number(), self._number()
                pairs = [(chr(self._number()), self._number()) for _ in range(n_parameters)]
                kernels.append((max_threads, "".join(kind for kind, _ in pairs), [size for _, size in pairs]))
            return module, kernels

    def prepare(self, module: int, kernel_id: int, grid: int, block: int, shared: int, arguments: list[bytes]):
        """A launch, ready to be made any number of times."""
        return (module, kernel_id, grid, block, shared), b"".join(arguments)

    def launch(self, launch: tuple[tuple[int, ...], bytes], order_seed: int) -> None:
        """Make a prepared launch."""
        numbers, data = launch
        with self._exchange():
            try:
                self._request(b"l", *numbers, order_seed, data=data)
            except _RefusedError as error:
                self._end(str(error))
                raise KernelError(str(error)) from None

    def close(self) -> None:
        """End the process."""
        self._end("it was closed")

    @contextlib.contextmanager
    def _exchange(self) -> Iterator[None]:
        """A request and its answer. An interrupt in between leaves the process in the middle of it: it is ended."""
        with self._lock:
            try:
                yield
            except (KernelError, _RefusedError):
                raise
            except BaseException:
                self._process.kill()
                self._end("it was interrupted")
                raise

    def _request(self, letter: bytes, *numbers: int, data: bytes = b"") -> None:
        if self._lost:
            raise KernelError(f"the emulated device is lost: {self._lost}\nMake a new one.")
        while self._freed:
            self._send(b"f", self._freed.pop())
        self._send(letter, *numbers, data=data)

    def _send(self, letter: bytes, *numbers: int, data: bytes = b"") -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(letter + struct.pack(f"<{len(numbers)}Q", *numbers) + data)
            self._process.stdin.flush()
        except BrokenPipeError:
            self._died()
        if self._number():
            raise _RefusedError(self._read(self._number()).decode(errors="replace"))

    def _read(self, n_bytes: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(n_bytes)
        if len(data) < n_bytes:
            self._died()
        return data

    def _number(self) -> int:
        return struct.unpack("<Q", self._read(8))[0]

    def _died(self) -> None:
        code = self._process.wait()
        self._report.seek(0)
        report = self._report.read().decode(errors="replace")
        message = _summary(self._sanitizer, report) if report.strip() else f"its process ended with code {code}"
        self._end(message)
        raise KernelError(message)

    def _end(self, why: str) -> None:
        if not self._lost:
            self._lost = why
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    try:
                        pipe.close()
                    except OSError:
                        pass  # what was still to be sent has no receiver
            self._process.wait()
            self._report.close()
            self._copies.cleanup()


class _RefusedError(Exception):
    """The process answered with a message."""


def _start(sanitizer: str):
    program = str(build.worker(sanitizer))
    variable, options = _OPTIONS[sanitizer]
    environment = os.environ | {variable: options}
    commands = [[program]]
    if sanitizer == "thread" and shutil.which("setarch"):
        # Some kernels lay out addresses in a way that the thread sanitizer does not know.
        commands.append(["setarch", "-R", program])
    for command in commands:
        report = tempfile.TemporaryFile()
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=report, env=environment
        )
        host_is_up = process.stdin is not None and process.stdout is not None
        if host_is_up and _answers(process):
            return process, report
        process.wait()
        report.seek(0)
        said = report.read().decode(errors="replace")
        report.close()
    raise KernelError(f"the {sanitizer} sanitizer does not start on this machine: {said.strip() or process.returncode}")


def _answers(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process lives through a first request."""
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(b"f" + struct.pack("<Q", 0))
        process.stdin.flush()
        return process.stdout.read(8) == b"\0" * 8
    except BrokenPipeError:
        return False


def _summary(sanitizer: str, report: str) -> str:
    """What was found and at which lines of which kernel, then the report itself without our own frames."""
    kind = re.search(r"(?:ERROR|WARNING): \w+Sanitizer: ([\w -]+?)(?: on |\s*\(|\n|$)", report)
    places: list[str] = []
    for found in re.finditer(r"#\d+ (?:0x[0-9a-f]+ in )?(\w+)[^\n]*?\bkernel\.cu:(\d+)", report):
        place = f"{found[1]} (line {found[2]})"
        if place not in places:
            places.append(place)
    where = ", ".join(places[:4]) or "a place outside of kernels"
    undefined = re.search(r"\bkernel\.cu:(\d+):\d+: runtime error: (.*)", report)
    if undefined:
        return f"{sanitizer} sanitizer: {undefined[2]} (line {undefined[1]})"
    shown = "\n".join(line for line in report.strip().splitlines() if "emulator::" not in line)
    return f"{sanitizer} sanitizer: {kind[1] if kind else 'an error'} at {where}\n{shown[:6000]}"
