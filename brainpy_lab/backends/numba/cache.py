"""The folder of compiled code.

Printed modules lie in a folder named by what they were printed for, each in a file named by a hash of its text and of
everything that it imports from us; Numba keeps the machine code beside it. Two processes may write at once: a file is
written under another name and moved into place, and gets the same time stamp whoever wrote it, because Numba tells a
stale cache by it. When the folder cannot be written, or what lies in it cannot be read, the code is compiled in
memory with one warning; nothing else is lost.
"""
from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import linecache
import os
import sys
import tempfile
import threading
import types
import warnings
from pathlib import Path

STAMP = 1_600_000_000
"""The modification time of every printed file, seconds since 1970."""


def folder() -> Path:
    """Where compiled code lies: ``$BRAINPY_LAB_CACHE``, or a folder of the user's cache directory."""
    chosen = os.environ.get("BRAINPY_LAB_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "brainpy_lab"


@functools.cache
def toolchain() -> str:
    """A hash of the primitives that printed code imports, and of the versions that compile it."""
    import llvmlite
    import numba
    import numpy

    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[2]
    kernels = importlib.util.find_spec("brainpy_lab.kernels")
    places = [Path(place) for place in (kernels.submodule_search_locations or [])] if kernels else []
    for place in [*places, root / "backends" / "numba"]:
        for path in sorted(place.rglob("*.py")):
            digest.update(path.read_bytes())
    digest.update(repr((numba.__version__, llvmlite.__version__, numpy.__version__, sys.version_info[:3])).encode())
    return digest.hexdigest()


def module_name(text: str) -> str:
    """The name of the module that holds `text`."""
    return "bpl_" + hashlib.sha256((toolchain() + text).encode()).hexdigest()[:24]


def load(text: str) -> types.ModuleType:
    """The module of a printed text, compiled, from the cache when it is there.

    Parameters
    ----------
    text : str
        A module whose functions are decorated with ``cache=CACHE``.

    Returns
    -------
    module
        Registered in ``sys.modules`` under `module_name`, so that other printed modules can import it.

    Warns
    -----
    RuntimeWarning
        Once per process, when the cache folder cannot be used.
    """
    from numba.core.errors import NumbaError

    name = module_name(text)
    with _lock:
        if name in sys.modules:
            return sys.modules[name]
        path = _write(folder() / name[4:6] / f"{name}.py", "CACHE = True\n" + text)
        problem: Exception | None = None
        if path is not None:
            try:
                return _execute(name, path, path.read_text())
            except OSError as error:
                problem = error
            except NumbaError:
                raise  # the text cannot be compiled: trying again changes nothing
            except Exception:
                # What a failing disk left behind can raise anything when it is read: forget it, try once more.
                _forget(path)
                try:
                    return _execute(name, path, path.read_text())
                except Exception as error:
                    problem = error
        module = _execute(name, None, "CACHE = False\n" + text)
        if problem is not None:
            warn_once(problem)
        return module


def _execute(name: str, path: Path | None, text: str) -> types.ModuleType:
    file = str(path) if path else f"<brainpy_lab {name}>"
    if path is None:
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    module = types.ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    try:
        exec(compile(text, file, "exec"), module.__dict__)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _write(path: Path, text: str) -> Path | None:
    """Put `text` at `path` unless it is there; None when that is impossible."""
    try:
        if path.exists() and path.read_bytes() == text.encode():
            return path  # where the folder can only be read by now, Numba keeps the code in a folder of its own
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "w") as file:
                file.write(text)
            os.utime(temporary, (STAMP, STAMP))
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return path
    except OSError as error:
        warn_once(error)
        return None


def _forget(path: Path) -> None:
    """Remove what Numba kept beside `path`."""
    with contextlib.suppress(OSError):
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            stale.unlink(missing_ok=True)


_warned = False
_lock = threading.RLock()  # a module in sys.modules is complete only after its text has run


def warn_once(error: Exception) -> None:
    global _warned
    if not _warned:
        _warned = True
        warnings.warn(f"compiled code cannot be kept in {folder()} ({error}); it is compiled anew in every process. "
                      f"Set BRAINPY_LAB_CACHE to a folder that can be written.", RuntimeWarning, stacklevel=3)
