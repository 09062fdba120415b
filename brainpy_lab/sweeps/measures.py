"""What a sweep measures at each point: measures by name, and functions of a person's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import checks
from ..errors import ModelValueError
from .recording import Recording

OF_SPIKES = ("rate", "count", "latency", "isi", "cv")
OF_VALUES = ("mean", "min", "max", "last", "std")
UNITS = {"rate": "Hz", "latency": "ms", "isi": "ms"}

Measure = Callable[[Recording], Any]


class OfSpikes:
    """A number from the spikes of each group: of one group under the measure's name, of several with theirs."""

    def __init__(self, kind: str):
        self.kind = self.name = kind

    def __call__(self, rec: Recording) -> dict[str, float]:
        groups = list(rec.sizes)
        if not groups:
            rec.spikes()  # says that there are none
        found = {}
        for group in groups:
            name = self.name if len(groups) == 1 else f"{self.name} {group}"
            found[name] = self._of(rec, group)
        return found

    def _of(self, rec: Recording, group: str) -> float:
        times, ids = rec.spikes(group)
        if self.kind == "count":
            return float(len(times))
        if self.kind == "rate":
            return 1000.0 * len(times) / (rec.sizes[group] * rec.duration)
        if self.kind == "latency":
            return float(times.min() - rec.ts[0]) if len(times) else np.nan
        order = np.lexsort((times, ids))
        gaps = np.diff(times[order])[np.diff(ids[order]) == 0]
        if self.kind == "isi":
            return float(gaps.mean()) if len(gaps) else np.nan
        return float(gaps.std() / gaps.mean()) if len(gaps) > 1 else np.nan


class OfValues:
    """A number from the values of a variable, over time and neurons; 'last' is the mean over neurons at the end."""

    def __init__(self, kind: str, variable: str):
        self.kind, self.variable, self.name = kind, variable, f"{kind} {variable}"

    def __call__(self, rec: Recording) -> dict[str, float]:
        values = rec[self.variable]
        if self.kind == "last":
            return {self.name: float(np.mean(values[-1]))}
        return {self.name: float(getattr(np, self.kind)(values))}


class Own:
    """A person's function; what it returns gets names."""

    def __init__(self, name: str, function: Measure):
        self.name, self.function = name, function

    def __call__(self, rec: Recording) -> dict[str, Any]:
        return named(self.name, self.function(rec))


class Measures:
    """All that is measured at a point.

    Parameters
    ----------
    measure : str, callable, or list or dict of those
        As a person gave it.
    """

    def __init__(self, measure):
        self.parts = _read(measure)

    @property
    def wants_spikes(self) -> bool:
        return any(isinstance(part, OfSpikes | Own) for part in self.parts)

    @property
    def wants_all(self) -> bool:
        """Whether a function may ask for any variable."""
        return any(isinstance(part, Own) for part in self.parts)

    @property
    def variables(self) -> list[str]:
        """Variables that measures by name need."""
        return list(dict.fromkeys(part.variable for part in self.parts if isinstance(part, OfValues)))

    def of(self, rec: Recording) -> dict[str, Any]:
        """Name -> value."""
        found: dict[str, Any] = {}
        for part in self.parts:
            found.update(part(rec))
        return found


def named(name: str, value) -> dict[str, Any]:
    """Name -> number or array, of what a function returned.

    Raises
    ------
    ModelValueError
        When it is nothing that can be put into an array of numbers.
    """
    found = value if isinstance(value, dict) else {name: value}
    for key, item in found.items():
        array = np.asarray(item) if item is not None else np.asarray("")
        if array.dtype.kind not in "biufc":
            raise ModelValueError(
                f'"{key}" of a point must be a number, an array of numbers or a dict of them, but the function gave '
                f"{checks.shown(item)}. Return numbers."
            )
    return {str(key): np.asarray(item)[()] for key, item in found.items()}


def _read(measure) -> list:
    if isinstance(measure, dict) and measure:
        parts: list = []
        for name, item in measure.items():
            part = _one(item)
            part.name = checks.text("measure", name, "measures by name")
            parts.append(part)
        return parts
    if isinstance(measure, (list, tuple)) and measure:
        return [_one(item) for item in measure]
    return [_one(measure)]


def _one(measure):
    if callable(measure):
        name = getattr(measure, "__name__", "measure")
        return Own("measure" if name == "<lambda>" else name, measure)
    if isinstance(measure, str):
        kind, _, variable = measure.partition(" ")
        if measure in OF_SPIKES:
            return OfSpikes(measure)
        if kind in OF_VALUES and variable.strip():
            return OfValues(kind, variable.strip())
    known = [*OF_SPIKES, *(f"{kind} V" for kind in OF_VALUES)]
    raise checks.wrong(
        "measure",
        measure,
        "a measure, a function of a recording, or a list or dict of those",
        f"Measures are {', '.join(known)} (V stands for any variable).",
    )
