"""Processes of our own, as an executor.

The usual pool forks, which may lock up under the threads of a notebook's kernel, or imports the main script again,
which scripts must be written for; and it is lost as a whole when one process dies. These processes know nothing of the
main script, a dead one fails only what it was computing, and `kill` ends them at once.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from concurrent.futures import Future

from ..errors import ModelUseError


class WorkerError(RuntimeError):
    """A process ended while it was computing, or what it was to compute could not be read there."""


def packed(thing, what: str) -> bytes:
    """A pickle; functions that are defined in a notebook or script are packed whole, by cloudpickle.

    Raises
    ------
    ModelUseError
        When that is impossible.
    """
    try:
        import cloudpickle as pickler
    except ImportError:
        pickler = pickle  # type: ignore[assignment]
    try:
        text = pickler.dumps(thing)
        if pickler is pickle and b"__main__" in text:
            raise pickle.PicklingError("it is defined in the main script or a notebook, and cloudpickle is missing")
        return text
    except Exception as error:
        cure = 'use executor="serial"'
        if pickler is pickle:
            cure = f"install cloudpickle (pip install cloudpickle), or {cure}"
        raise ModelUseError(f"{what} cannot be sent to another process: {error}. To compute it, {cure}.") from error


class Workers:
    """Processes that compute what is submitted.

    Parameters
    ----------
    n : int
        How many.
    """

    def __init__(self, n: int):
        self._tasks: queue.Queue = queue.Queue()
        self._running: set[subprocess.Popen] = set()
        self._lock = threading.Lock()
        self._ended = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"brainpy_lab sweep {k}", daemon=True) for k in range(n)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, function, *args) -> Future:
        """Compute ``function(*args)`` in some process."""
        future: Future = Future()
        self._tasks.put((future, packed((function, args), "this sweep")))
        return future

    def shutdown(self) -> None:
        """Let the processes end when there is nothing left to compute."""
        for _ in self._threads:
            self._tasks.put(None)

    def kill(self) -> None:
        """End the processes now; what they were computing is cancelled or fails."""
        with self._lock:
            self._ended = True
            for process in self._running:
                process.kill()
        while True:
            try:
                item = self._tasks.get_nowait()
            except queue.Empty:
                break
            if item is not None:
                item[0].cancel()
        self.shutdown()

    def _serve(self) -> None:
        process = None
        while (item := self._tasks.get()) is not None:
            future, text = item
            if self._ended or not future.set_running_or_notify_cancel():
                future.cancel()
                continue
            try:
                if process is None:
                    process = self._begun()
                pickle.dump(text, process.stdin)
                process.stdin.flush()
                well, answer = pickle.load(process.stdout)
            except Exception as error:  # the process is gone, and so are its pipes
                code = None if process is None else self._ended_with(process)
                process = None
                future.set_exception(WorkerError(f"the process that computed this ended ({code}): {error}"))
                continue
            if well:
                future.set_result(answer)
            else:
                future.set_exception(WorkerError(answer))
        if process is not None:
            process.stdin.close()
            self._ended_with(process)

    def _begun(self) -> subprocess.Popen:
        with self._lock:
            if self._ended:
                raise WorkerError("cancelled")
            process = subprocess.Popen(
                [sys.executable, "-m", "brainpy_lab.sweeps.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                # Ctrl-C in a terminal reaches every process of its group: the sweep decides what ends.
                start_new_session=os.name != "nt",
            )
            self._running.add(process)
        pickle.dump((sys.path, os.getcwd()), process.stdin)
        return process

    def _ended_with(self, process: subprocess.Popen) -> str:
        try:
            code = process.wait(5.0)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        with self._lock:
            self._running.discard(process)
        process.stdout.close()
        return f"signal {-code}" if code < 0 else f"exit status {code}"
