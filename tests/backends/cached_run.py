"""Run a small program in a process of its own and print what happened to the compiler, as JSON.

Usage: ``python -m tests.backends.cached_run [kill-before N | kill-after N | small-files]``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings


def die_at(place: int, after: bool) -> None:
    """SIGKILL before or after the file number `place` is moved to where it belongs."""
    move, calls = os.replace, []

    def replace(source, target):
        calls.append(target)
        if after:
            move(source, target)
        if len(calls) == place:
            os.kill(os.getpid(), signal.SIGKILL)
        if not after:
            move(source, target)

    os.replace = replace


def main() -> None:
    import resource

    from numba.core import event

    from brainpy_lab.runtime import plain_run
    from tests.agreement.networks import DENSE, EVENTS, counters

    match sys.argv[1:]:
        case ["kill-before" | "kill-after" as when, place]:
            die_at(int(place), when == "kill-after")
        case ["small-files"]:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))
    with warnings.catch_warnings(record=True) as caught, event.install_recorder("numba:compile") as recorder:
        warnings.simplefilter("always")
        sim = counters("numba", inputs=[("+", "number")], values=[0.5], monitors=[DENSE, EVENTS])
        plain_run.run(sim, 0.0, 1.0)
    found = [str(one.message) for one in caught if issubclass(one.category, RuntimeWarning)]
    print(
        json.dumps(
            {
                "compiled": len(recorder.buffer),
                "warnings": found,
                "x": sim.field("N", "x").tolist(),
                "events": [part.tolist() for part in sim.monitor(1)],
            }
        )
    )


if __name__ == "__main__":
    main()
