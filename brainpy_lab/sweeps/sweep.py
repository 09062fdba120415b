"""A sweep under way: its points, what they gave so far, and how to wait for them or to end them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from .. import checks, profile
from ..errors import ModelKeyError, ModelUseError
from . import settings
from .executors import choose
from .made import Changed, MadeJob
from .measures import UNITS, Measures
from .neurons import NeuronJob
from .points import Outcome, points_of, read_axes, spread

REPEAT = "repeat"


@dataclass(frozen=True)
class PointError:
    """A point that failed.

    Attributes
    ----------
    index : tuple of int
        Its place in the results.
    values : dict
        The values of the parameters.
    seed : int
    kind, message, traceback : str
    """

    index: tuple[int, ...]
    values: dict[str, Any]
    seed: int
    kind: str
    message: str
    traceback: str

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {shown(value)}" for name, value in self.values.items())
        return f"{where}: {self.kind}: {self.message}"


def shown(value) -> str:
    """A value of a parameter."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


class Run:
    """The points of a sweep and what they gave.

    Parameters
    ----------
    job : NeuronJob or MadeJob
    axes : dict of str to ndarray
    seeds : list of int
    executor
        As for `sweep`.

    Attributes
    ----------
    name : str
        Of the model.
    axes : dict of str to ndarray
        Parameter -> its values, in order.
    seeds : list of int
        One for each repeat; every point has the same ones.
    how : str
        Where and how the points are computed.
    """

    def __init__(self, job, axes: dict[str, np.ndarray], seeds: list[int], executor="auto"):
        self.job, self.name, self.axes, self.seeds = job, job.name, axes, list(seeds)
        self._points = {point.index: point for point in points_of(axes, self.seeds)}
        self._shape = (*(len(axis) for axis in axes.values()), len(self.seeds))
        self._values: dict[str, np.ndarray] = {}
        self._errors: dict[tuple[int, ...], PointError] = {}
        self._done: set[tuple[int, ...]] = set()
        self._ears: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._cancelled = False
        self._began = self._finished = 0.0
        points = list(self._points.values())
        together = isinstance(job, NeuronJob)
        most = job.most_together(list(axes)) if together else 1
        if together and not (isinstance(executor, str) and executor == "auto"):
            most = min(most, max(1, len(points) // 16))
        self._executor = choose(executor, job, points, spread(points, most), together)
        self.how = self._executor.told

    @property
    def is_blocking(self) -> bool:
        """Whether `start` computes the points itself."""
        return self._executor.is_blocking

    def start(self) -> None:
        """Begin; returns at once, unless the points are computed in this thread, where Ctrl-C cancels the rest."""
        self._began = time.perf_counter()
        try:
            self._executor.start(self._take, self._end)
        except KeyboardInterrupt:
            self._interrupted()

    # -- what comes back, on any thread -------------------------------------------------------------------------------

    def _take(self, outcomes: list[Outcome]) -> None:
        with self._lock:
            for outcome in outcomes:
                if outcome.index in self._done:
                    continue
                self._done.add(outcome.index)
                if outcome.error is None:
                    try:
                        self._put(outcome)
                        continue
                    except ValueError as error:
                        outcome.error = (type(error).__name__, str(error), "")
                point = self._points[outcome.index]
                self._errors[outcome.index] = PointError(point.index, point.values, point.seed, *outcome.error)
        self._tell()

    def _put(self, outcome: Outcome) -> None:
        for name, value in outcome.values.items():
            value = np.asarray(value)
            kind = complex if value.dtype.kind == "c" else float
            held = self._values.get(name)
            if held is None:
                held = self._values[name] = np.full((*self._shape, *value.shape), np.nan, kind)
            elif kind is complex and held.dtype.kind != "c":
                held = self._values[name] = held.astype(complex)
            if held.shape[len(self._shape) :] != value.shape:
                raise ValueError(
                    f'"{name}" has shape {value.shape} here and {held.shape[len(self._shape) :]} at other points: a '
                    "measure must give arrays of one shape"
                )
            held[outcome.index] = value

    def _end(self) -> None:
        self._finished = time.perf_counter()
        self._ended.set()
        self._tell()

    def _tell(self) -> None:
        for ear in list(self._ears):
            ear()

    def hear(self, ear: Callable[[], object]) -> None:
        """``ear()`` is called when there is something new, on any thread."""
        self._ears.append(ear)

    def unhear(self, ear: Callable[[], object]) -> None:
        """Do not call `ear` any more."""
        self._ears.remove(ear)

    # -- what a person does -------------------------------------------------------------------------------------------

    def cancel(self) -> None:
        """End it; what is done stays. Points that are being computed elsewhere may still end by themselves."""
        if not self._ended.is_set():
            self._cancelled = True
            self._executor.stop()
            self._finished = time.perf_counter()
            self._ended.set()
            self._tell()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all points are done. Ctrl-C (a notebook's stop) cancels what is left and keeps what is done.

        Parameters
        ----------
        timeout : float, optional
            Seconds.

        Returns
        -------
        bool
            False when it still goes on.
        """
        if timeout is not None:
            timeout = checks.number("timeout", timeout, unit="s", low=0)
        end = None if timeout is None else time.monotonic() + timeout
        try:
            # In short pieces, so that Ctrl-C is heard on every system.
            while not self._ended.wait(0.1 if end is None else min(0.1, max(0.0, end - time.monotonic()))):
                if end is not None and time.monotonic() >= end:
                    return False
        except KeyboardInterrupt:
            self._interrupted()
        return True

    def _interrupted(self) -> None:
        self._cancelled = True
        self.cancel()
        print(f"cancelled: {len(self._done)} of {len(self._points)} points are done and kept")

    # -- what it is ---------------------------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """'running', 'done' or 'cancelled'."""
        if not self._ended.is_set():
            return "running"
        return "cancelled" if self._cancelled else "done"

    @property
    def seconds(self) -> float:
        """How long it took so far."""
        return (self._finished or time.perf_counter()) - self._began

    @property
    def n_points(self) -> int:
        return len(self._points)

    @property
    def n_done(self) -> int:
        """Points that are done, failed ones too."""
        return len(self._done)

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the axes of the results: the parameters, and 'repeat' when there are several seeds."""
        return (*self.axes, REPEAT) if len(self.seeds) > 1 else tuple(self.axes)

    @property
    def partial(self) -> dict[str, np.ndarray]:
        """What is there by now: measure -> array, nan where a point is not done or failed."""
        with self._lock:
            found = {name: values.copy() for name, values in self._values.items()}
        if len(self.seeds) > 1:
            return found
        place = len(self.axes)
        return {name: values[(slice(None),) * place + (0,)] for name, values in found.items()}

    @property
    def results(self) -> dict[str, np.ndarray]:
        """Measure -> array, one axis for each of `dims`, nan where a point failed. Waits until all is done."""
        self.wait()
        return self.partial

    def __getitem__(self, name: str) -> np.ndarray:
        """One measure of `results`."""
        found = self.results
        if name not in found:
            cure = checks.near(name, found) if found else self.first_error or "No point is done."
            raise ModelKeyError(f"this sweep has no measure {name!r}; measures: {', '.join(found) or 'none'}. {cure}")
        return found[name]

    @property
    def errors(self) -> list[PointError]:
        """The points that failed so far, in order."""
        with self._lock:
            return [self._errors[index] for index in sorted(self._errors)]

    @property
    def first_error(self) -> str:
        """Why there are no results, where all points that are done failed."""
        errors = self.errors
        if not errors or len(errors) < self.n_done:
            return ""
        return f"All {len(errors)} points failed, the first of them at {errors[0]}."

    def unit(self, measure: str) -> str:
        """Unit of a measure, '' when it is not known."""
        kind, _, variable = measure.partition(" ")
        if kind in UNITS:
            return UNITS[kind]
        units = getattr(getattr(getattr(self.job, "model", None), "ir", None), "units", None)
        return dict(units).get(variable, "") if units else ""

    # -- other forms --------------------------------------------------------------------------------------------------

    def to_xarray(self):
        """The results as an ``xarray.Dataset``, with the values of the parameters as coordinates. Waits.

        Raises
        ------
        ModelUseError
            When xarray is not installed.
        """
        xarray = optional("xarray", "to_xarray")
        data, coords = {}, {name: axis for name, axis in self.axes.items()}
        if len(self.seeds) > 1:
            coords["seed"] = (REPEAT, np.array(self.seeds))
        for name, values in self.results.items():
            more = tuple(f"{name}_{k}" for k in range(values.ndim - len(self.dims)))
            data[name] = (self.dims + more, values, {"units": unit} if (unit := self.unit(name)) else {})
        attributes = {"model": self.name, "how": self.how, "status": self.status}
        return xarray.Dataset(data, coords, attributes)

    def to_pandas(self):
        """One row for each point: parameters, seed, measures that are numbers, and the error. Waits.

        Raises
        ------
        ModelUseError
            When pandas is not installed.
        """
        pandas = optional("pandas", "to_pandas")
        return pandas.DataFrame(self.rows())

    def rows(self) -> list[dict]:
        """One dict for each point: parameters, seed, measures that are numbers, and the error. Waits."""
        self.wait()
        with self._lock:
            scalars = {name: values for name, values in self._values.items() if values.ndim == len(self._shape)}
            rows = []
            for index, point in self._points.items():
                row = {**point.values, "seed": point.seed}
                row |= {name: values[index].item() for name, values in scalars.items()}
                error = self._errors.get(index)
                rows.append({**row, "error": f"{error.kind}: {error.message}" if error else ""})
        return rows

    def __repr__(self) -> str:
        size = " x ".join(f"{name} ({len(axis)})" for name, axis in self.axes.items())
        repeats = f", {len(self.seeds)} repeats" if len(self.seeds) > 1 else ""
        failed = f", {len(self._errors)} failed" if self._errors else ""
        done = f"{self.n_done} of {self.n_points} points, {self.status}{failed}"
        return f"<Sweep of {self.name} over {size}{repeats}: {done}>"


def optional(name: str, what: str):
    """A package that only this needs."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise ModelUseError(
            f"{what}() needs {name}, which is not installed: pip install {name}. rows() gives the same without it."
        ) from None


def job_of(model, duration, discard, measure, dt, backend, inputs, record):
    """What runs a point of a model, whatever kind of model it is."""
    from ..frontends.objects_api.base import DynamicalSystem
    from ..frontends.types_api import Network, NeuGroup, NeuType

    dt = None if dt is None else checks.number("dt", dt, unit="ms", above=0)
    step = profile.get_dt() if dt is None else dt
    if duration is not None:
        duration = checks.number("duration", duration, unit="ms", above=0)
        if duration < step:
            raise checks.wrong("duration", duration, f"at least one step of {step} ms", "Give a longer time.")
    discard = checks.number("discard", discard, unit="ms", low=0)
    if duration is not None and discard > duration - step:
        raise checks.wrong("discard", discard, f"less than the duration of {duration:g} ms", "Leave something to see.")
    record = [checks.text("record", name, "names of variables") for name in checks.listed("record", record, "names")]
    common = {
        "duration": duration,
        "discard": discard,
        "measures": Measures(measure),
        "settings": settings.of_profile(dt),
        "backend": profile.runtime_backend() if backend is None else checks.choice("backend", backend, _BACKENDS),
        "inputs": inputs,
        "record": record,
    }
    if isinstance(model, NeuType):
        if duration is None:
            raise ModelUseError(f"how long shall {model.name} run? Give duration=500., say, in ms.")
        return NeuronJob(model, **common)
    if isinstance(model, (Network, NeuGroup)):
        raise ModelUseError(
            f'"model" is a {type(model).__name__} that is made already, and its states go on from run to run. Give a '
            "function that makes it: def make(g=0.1): ...; return bp.Network(...), then bp.sweep(make, g=[...])."
        )
    if isinstance(model, DynamicalSystem):
        return MadeJob(Changed(model), str(getattr(model, "name", type(model).__name__)), **common)
    if callable(model):
        function = model.func if isinstance(model, partial) else model
        return MadeJob(model, getattr(function, "__name__", type(function).__name__), **common)
    raise checks.wrong(
        "model",
        model,
        "a neuron model, a model of classes, or a function that makes one",
        "Give the model of a %%brainpy neuron cell, say.",
    )


_BACKENDS = ("auto", "reference", "numba", "cuda", "emulator")


def prepare(
    model, ranges, named, *, duration, measure, n, seed, dt, discard, executor, backend, inputs, record
) -> dict:
    """The arguments of `Run`, checked."""
    from ..frontends.types_api.initial import fresh_seed

    job = job_of(model, duration, discard, measure, dt, backend, inputs, record)
    axes = read_axes(ranges, named, only_numbers=isinstance(job, NeuronJob) or isinstance(job.make, Changed))
    job.check(list(axes))
    n = checks.count("n", n, "repeats", high=1_000_000)
    if seed is None:
        stated = profile.get_seed()
        first = fresh_seed() if stated is None else stated
    else:
        first = checks.seed("seed", seed, 2**32 - n)
    return {"job": job, "axes": axes, "seeds": [first + r for r in range(n)], "executor": executor}
