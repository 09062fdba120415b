"""Run a network and interrupt it from a timer thread; prints what was found, as JSON.

Usage: ``python -m tests.runtime.interrupted_run BACKEND SECONDS [report]``. The back end 'threads' is Numba on two.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time

import numpy as np

from brainpy_lab.runtime import plain_run
from tests.agreement.networks import DENSE, EVENTS, counters


def main() -> None:
    backend, seconds, *more = sys.argv[1:]
    n = 2000
    found = []
    make = dict(inputs=[("+", "number")], values=[0.5], monitors=[DENSE, EVENTS], n=n)
    if backend == "threads":
        from brainpy_lab.backends.numba import team_backend

        team_backend.worth = lambda times, meetings: (2, "")
        backend, make["threads"] = "numba", 2
    sim = counters(backend, **make)
    plain_run.run(sim, 0.0, 1.0)  # compile first: a compiler is not interrupted within a chunk
    sent = []

    def interrupt() -> None:
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    usual = signal.getsignal(signal.SIGINT)
    for _ in range(3):
        timer = threading.Timer(float(seconds), interrupt)
        timer.start()
        before = sim.step
        try:
            plain_run.run(sim, 0.0, 2000.0, report=bool(more), report_percent=0.01)
            found.append("ended")
        except KeyboardInterrupt:
            found.append(1000 * (time.perf_counter() - sent[-1]))
        timer.join()
        done = sim.run_step
        # Every step that was counted was made, no other, and all of it was recorded.
        x = 1.5 * np.arange(before + 1, before + done + 1)
        assert 0 < done < 20_000, done
        assert sim.step == before + done and sim.t == done * 0.1
        assert np.array_equal(sim.field("N", "x"), np.full(n, x[-1]))
        assert np.array_equal(sim.monitor(0), x[:, None] * np.ones(n))
        assert np.array_equal(np.unique(sim.monitor(1)[0]), np.arange(0, done, 3))
        assert signal.getsignal(signal.SIGINT) is usual
    plain_run.run(sim, 0.0, 1.0)
    assert sim.monitor(0).shape == (10, n) and sim.monitor(0)[-1, 0] == 1.5 * sim.step
    again = counters(backend, **make)  # from the cache
    plain_run.run(again, 0.0, 1.0)
    assert again.monitor(0)[-1, 0] == 15.0
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
