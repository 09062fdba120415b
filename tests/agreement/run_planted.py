"""Runs tests on changed copies of the package: one line of JSON in, one line out, each in a process of its own.

The heavy libraries are imported once and shared by forking; the package itself is imported anew each time, with the
text of one module replaced. In: ``{"module", "path", "text", "tests", "salt", "seconds"}``; out: ``{"code", "tail"}``,
the exit code of pytest (-1: it took too long) and the end of what it said.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.util
import io
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, whose text is given."""

    def __init__(self, module: str, path: str, text: str):
        self.module, self.path, self.text = module, path, text

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self, origin=self.path) if name == self.module else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__file__ = self.path
        exec(compile(self.text, self.path, "exec"), module.__dict__)


def child(request: dict, report: str) -> int:
    import pytest

    sys.meta_path.insert(0, Planted(request["module"], request["path"], request["text"]))
    if request["salt"]:  # compiled code of the cache knows nothing of a change in what it calls
        from brainpy_lab.backends.numba import cache

        known = cache.toolchain()
        cache.toolchain = lambda: f"{known} {request['salt']}"
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        options = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-m", "", "-W", "ignore"]
        code = pytest.main([*options, *request["tests"]])
    Path(report).write_text(said.getvalue()[-3000:])
    return int(code)


def serve() -> None:
    import numba.core.typed_passes  # noqa: F401
    import numba.np.ufunc.dufunc  # noqa: F401
    import pytest  # noqa: F401

    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for line in sys.stdin:
        request = json.loads(line)
        handle, report = tempfile.mkstemp()
        os.close(handle)
        process = os.fork()
        if process == 0:
            code = 99
            try:
                code = child(request, report)
            finally:
                os._exit(code)
        print(json.dumps({"code": wait(process, request["seconds"]), "tail": Path(report).read_text()}), flush=True)
        os.unlink(report)


def wait(process: int, seconds: float) -> int:
    """The exit code of a child, or -1 when it had to be ended."""
    late = time.monotonic() + seconds
    while time.monotonic() < late:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return -1


if __name__ == "__main__":
    serve()
