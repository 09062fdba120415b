"""A process that computes points: ``python -m brainpy_lab.sweeps.worker``, driven by `workers.Workers`.

It reads pickles from its standard input and writes them to its standard output; whatever a model prints goes to the
error stream instead.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time


def main() -> None:
    """Compute what comes until the input ends."""
    into, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # also what libraries print
    sys.stdout = sys.stderr
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    sys.path[:], folder = pickle.load(into)
    os.chdir(folder)
    while True:
        try:
            text = pickle.load(into)
        except EOFError:
            return
        try:
            function, args = pickle.loads(text)
            answer = (True, function(*args))
            coded = pickle.dumps(answer)
        except Exception as error:
            coded = pickle.dumps((False, f"{type(error).__name__}: {error}"))
        out.write(coded)
        out.flush()


def _end_with(parent: int) -> None:
    """End when the process that asked is gone, also in the middle of a point: nobody would take what it gives."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


if __name__ == "__main__":
    main()
