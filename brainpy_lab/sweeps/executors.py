"""Where the points of a sweep are computed: in this process, in processes of its own, or wherever an executor says."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from .. import checks
from .points import Outcome, Point
from .workers import Workers

Took = Callable[[list[Outcome]], None]


class Serial:
    """One point after the other, in the thread that asks."""

    def __init__(self, job, groups: list[list[Point]]):
        self.job, self.groups, self.is_blocking = job, groups, True
        self.told = "in this process, one after the other"
        self._stopped = False

    def start(self, took: Took, ended: Callable[[], None]) -> None:
        try:
            for group in self.groups:
                for point in group:
                    if self._stopped:
                        return
                    took(self.job.run([point]))
        finally:
            ended()

    def stop(self) -> None:
        self._stopped = True


class Together:
    """Points of one neuron model: groups of neurons in threads of this process, which compute without Python's lock."""

    is_blocking = False

    def __init__(self, job, groups: list[list[Point]]):
        from .settings import applied

        self._stopped = threading.Event()
        self._groups = groups
        self._threads = min(len(groups), os.cpu_count() or 1)
        self._runs = []
        for group in groups:
            with applied(job.settings, group[0].seed):
                self._runs.append(job.prepare(group))
        most = max(len(group) for group in groups)
        self.told = f"{most} points at a time, as the neurons of one group" if most > 1 else "one point at a time"

    def start(self, took: Took, ended: Callable[[], None]) -> None:
        threading.Thread(target=self._run, args=(took, ended), name="brainpy_lab sweep", daemon=True).start()

    def _run(self, took: Took, ended: Callable[[], None]) -> None:
        def one(k: int) -> None:
            if self._stopped.is_set():
                return
            try:
                outcomes = self._runs[k](self._stopped.is_set)
            except Exception as error:  # it could not be compiled, say
                from .neurons import failed

                outcomes = [failed(point, error) for point in self._groups[k]]
            self._runs[k] = None  # its recordings are large
            took(outcomes)

        try:
            one(0)  # compiles, so that the others need not
            with ThreadPoolExecutor(self._threads, "brainpy_lab sweep") as pool:
                list(pool.map(one, range(1, len(self._runs))))
        finally:
            ended()

    def stop(self) -> None:
        self._stopped.set()


class Submitted:
    """Anything with ``submit``: our own processes, `concurrent.futures`, a Dask client."""

    is_blocking = False

    def __init__(self, job, groups: list[list[Point]], executor, told: str, kill: Callable[[], None] | None = None):
        self.job, self.groups, self.executor, self.told, self._kill = job, groups, executor, told, kill
        self._futures: list = []
        self._lock = threading.Lock()
        self._left = len(groups)
        self._stopped = False
        # Dask gives equal calls one result unless it is told that they are not pure.
        self._options = {"pure": False} if type(executor).__module__.partition(".")[0] == "distributed" else {}

    def start(self, took: Took, ended: Callable[[], None]) -> None:
        for group in self.groups:
            future = self.executor.submit(self.job.run, group, **self._options)
            self._futures.append(future)
            future.add_done_callback(lambda future, group=group: self._done(future, group, took, ended))

    def _done(self, future: Future, group: list[Point], took: Took, ended: Callable[[], None]) -> None:
        from .neurons import failed

        try:
            if not future.cancelled():
                try:
                    outcomes = future.result()
                except Exception as error:
                    outcomes = [failed(point, error) for point in group]
                if not self._stopped:
                    took(outcomes)
        finally:
            with self._lock:
                self._left -= 1
                last = self._left == 0
            if last:
                ended()

    def stop(self) -> None:
        self._stopped = True
        for future in self._futures:
            future.cancel()
        if self._kill is not None:
            self._kill()


class Joblib:
    """A ``joblib.Parallel``. One that returns a generator gives points as they come, others some at a time."""

    is_blocking = False

    def __init__(self, job, groups: list[list[Point]], parallel):
        self.job, self.groups, self.parallel = job, groups, parallel
        self.told = f"joblib, {parallel.n_jobs} jobs"
        self._stopped = False

    def start(self, took: Took, ended: Callable[[], None]) -> None:
        threading.Thread(target=self._run, args=(took, ended), name="brainpy_lab sweep", daemon=True).start()

    def _run(self, took: Took, ended: Callable[[], None]) -> None:
        from joblib import delayed

        from .neurons import failed

        is_generator = getattr(self.parallel, "return_generator", False)
        jobs = self.parallel._effective_n_jobs() if hasattr(self.parallel, "_effective_n_jobs") else 1
        slice_ = len(self.groups) if is_generator else 4 * max(1, jobs)
        try:
            for first in range(0, len(self.groups), slice_):
                part = self.groups[first : first + slice_]
                if self._stopped:
                    return
                try:
                    for outcomes in self.parallel(delayed(self.job.run)(group) for group in part):
                        if self._stopped:
                            return
                        took(outcomes)
                except Exception as error:  # a worker was killed, say
                    took([failed(point, error) for group in part for point in group])
        finally:
            ended()

    def stop(self) -> None:
        self._stopped = True


def choose(executor, job, points: list[Point], groups: list[list[Point]], together: bool):
    """What computes the points.

    Parameters
    ----------
    executor
        As a person gave it.
    job : NeuronJob or MadeJob
    points : list of Point
    groups : list of list of Point
        The points that are computed together.
    together : bool
        Whether `job` can prepare groups of points in this process.
    """
    if executor == "serial" if isinstance(executor, str) else False:
        return Serial(job, groups)
    if isinstance(executor, str) and executor == "auto":
        if together:
            return Together(job, groups)
        return _processes(job, groups, os.cpu_count() or 1)
    if isinstance(executor, str) and executor == "processes":
        return _processes(job, groups, os.cpu_count() or 1)
    if isinstance(executor, int) and not isinstance(executor, bool):
        return _processes(job, groups, checks.count("executor", executor, "processes", high=1000))
    if type(executor).__module__.partition(".")[0] == "joblib" and callable(executor):
        return Joblib(job, groups, executor)
    if callable(getattr(executor, "submit", None)):
        return Submitted(job, groups, executor, f"a {type(executor).__name__}")
    raise checks.wrong(
        "executor",
        executor,
        '"auto", "serial", "processes", a number of processes, a joblib.Parallel, or something with submit()',
        "Leave it out, say.",
    )


def _processes(job, groups: list[list[Point]], n: int):
    from .workers import packed

    packed(job, job.name)  # refuses here, before processes start
    n = min(n, len(groups))
    workers = Workers(n)
    submitted = Submitted(job, groups, workers, f"{n} processes", workers.kill)
    start = submitted.start

    def start_and_end(took: Took, ended: Callable[[], None]) -> None:
        start(took, ended)
        workers.shutdown()

    submitted.start = start_and_end  # type: ignore[method-assign]
    return submitted
