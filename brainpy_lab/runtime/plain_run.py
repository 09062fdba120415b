"""A run without a session: in chunks, interruptible, with progress."""
from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from . import sharing
from .finite import FiniteWatch
from .progress import Bar
from .simulation import Simulation


def count_steps(start: float, end: float, dt: float) -> int:
    """Steps of a run from `start` to `end` (ms): ceil((end - start)/dt), forgiving rounding of 1e-9 steps."""
    return max(0, math.ceil((end - start) / dt - 1e-9))


def run(sim: Simulation, start: float, end: float, report: bool = False, report_percent: float = 0.1,
        preparing: float = 0.0) -> None:
    """Run from `start` to `end`.

    Parameters
    ----------
    sim : Simulation
    start, end : float
        ms.
    report : bool
        Print the progress: the time of compiling and of the first step ("Compilation"), then a line every
        `report_percent`. Without it, a run of many seconds shows a bar, where a person can see it.
    report_percent : float
        Share of the run between two lines, above 0 and up to 1.
    preparing : float
        Seconds that compiling took.

    Raises
    ------
    KeyboardInterrupt
        Within one chunk (about 4 ms) of Ctrl-C or a notebook's stop. The simulation holds the steps done so far.
    ModelUseError
        When a session is running on the same states.

    Warns
    -----
    UserWarning
        Once, when a state becomes infinite or no number.
    """
    total = count_steps(start, end, sim.dt)
    with sharing.borrowed(sim):
        sim.begin(start, total)
        bar, watch = Bar(total, wanted=not report), FiniteWatch(sim)
        try:
            with between_chunks() as deliver:

                def after_chunk() -> None:
                    deliver()
                    watch.glance()
                    bar.show(sim.run_step)

                if report:
                    _reported(sim, total, report_percent, preparing, after_chunk)
                else:
                    _steps(sim, total, after_chunk)
            watch.look()
        finally:
            bar.close()
            sim.sync()


def run_steps(sim: Simulation, t0: float, n_steps: int, tell: Callable[[int], None] | None = None) -> None:
    """Run `n_steps` steps from time `t0` (ms); `tell` is called with the number of steps done since it was last called.

    Raises
    ------
    KeyboardInterrupt, ModelUseError
        As `run`.
    """
    with sharing.borrowed(sim):
        sim.begin(t0, n_steps)
        try:
            with between_chunks() as deliver:
                while sim.run_step < n_steps:
                    before = sim.run_step
                    sim.advance(min(sim.chunk_steps(), n_steps - sim.run_step))
                    if tell is not None:
                        tell(sim.run_step - before)
                    deliver()
        finally:
            sim.sync()


@contextmanager
def between_chunks() -> Iterator[Callable[[], None]]:
    """Hold Ctrl-C back until the function that this yields is called.

    Python would raise KeyboardInterrupt as soon as the compiled call returns, before its steps are counted: states and
    recordings would be ahead of the clock. Outside the main thread, where no signal arrives, nothing is changed.
    """
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield lambda: None
        return
    arrived: list[tuple] = []
    signal.signal(signal.SIGINT, lambda *args: arrived.append(args))

    def deliver() -> None:
        if arrived:
            usual(*arrived.pop())

    try:
        yield deliver
    finally:
        signal.signal(signal.SIGINT, usual)
    deliver()


def _steps(sim: Simulation, until: int, after_chunk: Callable[[], None]) -> None:
    while sim.run_step < until:
        sim.advance(min(sim.chunk_steps(), until - sim.run_step))
        after_chunk()


def _reported(sim: Simulation, total: int, percent: float, preparing: float, after_chunk: Callable[[], None]) -> None:
    began = time.perf_counter()
    _steps(sim, min(1, total), after_chunk)
    print(f"Compilation used {preparing + time.perf_counter() - began:.4f} s.")
    print("Start running ...")
    began = time.perf_counter()
    every = max(1, int(total * percent))
    for done in range(every, total + 1, every):
        _steps(sim, done, after_chunk)
        print(f"Run {done / total * 100:.1f}% used {time.perf_counter() - began:.3f} s.")
    _steps(sim, total, after_chunk)
    print(f"Simulation is done in {time.perf_counter() - began:.3f} s.")
