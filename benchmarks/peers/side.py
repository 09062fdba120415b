"""What one side of the comparison does in a process of its own, in whatever environment: only Python itself is needed.

The process builds its network, prints one line of JSON about itself, and then runs one window of simulated time for
each line that it reads, answering with one line of JSON: the seconds of CPU and of wall clock, and the spikes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable

INPUTS = 80
"""Inputs of each neuron, on average."""
DT = 0.1  # ms
WARM_UP_S = 0.3
"""Simulated before the first window: the start is another regime, in which all fire at once or nobody does."""


def arguments() -> argparse.Namespace:
    """What a side is asked to build: `network`, `n`, `seconds` of a window, `options`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--network", choices=("coba", "cobahh"), required=True)
    parser.add_argument("--n", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("options", nargs="*")
    return parser.parse_args()


def one_core() -> None:
    """Keep this process, and all threads that it will start, on one core; the same one for all sides."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def serve(window: Callable[[], dict], about: dict) -> None:
    """Answer the lines of standard input until it ends.

    Parameters
    ----------
    window : callable
        Runs one window and returns ``{'cpu': s, 'wall': s, 'spikes': number}``.
    about : dict
        Versions and what else should be reported.
    """
    say(about)
    for _ in sys.stdin:
        say(window())


def say(answer: dict) -> None:
    """One line, marked, because compilers and libraries print too."""
    print("SIDE " + json.dumps(answer), flush=True)


def timed(run: Callable[[], int]) -> Callable[[], dict]:
    """A window that measures a function which returns its number of spikes."""

    def window() -> dict:
        cpu, wall = time.process_time(), time.perf_counter()
        spikes = run()
        return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "spikes": int(spikes)}

    return window


def steps_of(seconds: float) -> int:
    """Time steps in so many simulated seconds."""
    return round(seconds * 1000 / DT)
