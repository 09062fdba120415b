"""A run without a session: in chunks, interruptible, with progress."""
from __future__ import annotations

import math
import time

from .simulation import Simulation


def count_steps(start: float, end: float, dt: float) -> int:
    """Steps of a run from `start` to `end` (ms): ceil((end - start)/dt), forgiving rounding of 1e-9 steps."""
    return max(0, math.ceil((end - start) / dt - 1e-9))


def run(sim: Simulation, start: float, end: float, report: bool = False, report_percent: float = 0.1) -> None:
    """Run from `start` to `end`.

    Parameters
    ----------
    sim : Simulation
    start, end : float
        ms.
    report : bool
        Print the progress: the time of the first step ("Compilation"), then a line every `report_percent`.
    report_percent : float
        Share of the run between two lines.

    Raises
    ------
    KeyboardInterrupt
        Within one chunk (about 4 ms) of Ctrl-C or a notebook's stop. The simulation holds the steps done so far.
    """
    total = count_steps(start, end, sim.dt)
    sim.begin(start, total)
    try:
        if report:
            _reported(sim, total, report_percent)
        else:
            _steps(sim, total)
    finally:
        sim.sync()


def _steps(sim: Simulation, until: int) -> None:
    while sim.run_step < until:
        sim.advance(min(sim.chunk_steps(), until - sim.run_step))


def _reported(sim: Simulation, total: int, percent: float) -> None:
    began = time.perf_counter()
    _steps(sim, min(1, total))
    print(f"Compilation used {time.perf_counter() - began:.4f} s.")
    print("Start running ...")
    began = time.perf_counter()
    every = max(1, int(total * percent))
    for done in range(every, total + 1, every):
        _steps(sim, done)
        print(f"Run {done / total * 100:.1f}% used {time.perf_counter() - began:.3f} s.")
    _steps(sim, total)
    print(f"Simulation is done in {time.perf_counter() - began:.3f} s.")
    print()
