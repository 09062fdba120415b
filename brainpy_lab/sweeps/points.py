"""The axes of a sweep and its points."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import checks
from ..errors import ModelUseError, ModelValueError

MOST_POINTS = 10_000_000


@dataclass(frozen=True)
class Point:
    """One run: its place in the results, the values of the parameters, and its seed."""

    index: tuple[int, ...]
    values: dict[str, Any]
    seed: int


@dataclass
class Outcome:
    """What a point gave: measures by name, or what went wrong: type, message and traceback."""

    index: tuple[int, ...]
    values: dict[str, Any] | None = None
    error: tuple[str, str, str] | None = None


def read_axes(ranges, named: dict, only_numbers: bool) -> dict[str, np.ndarray]:
    """Parameter -> its values, in the order in which they were given.

    Raises
    ------
    ModelUseError
        When there is none, one has no values or the same value twice, or they are no numbers where only numbers fit.
    """
    given = {**checks.mapping("ranges", ranges, "parameters and their values"), **named}
    twice = [name for name in named if isinstance(ranges, dict) and name in ranges]
    if twice:
        raise ModelUseError(f'"{twice[0]}" is swept twice, in "ranges" and as a keyword: leave one of them out.')
    if not given:
        raise ModelUseError(
            "a sweep needs a parameter with several values, but got none: write bp.sweep(model, I=np.linspace(0, 1, "
            "41), duration=500.), say."
        )
    axes = {}
    for name, values in given.items():
        checks.text("ranges", name, "parameters by name")
        axes[name] = _axis(name, values, only_numbers)
    if np.prod([float(len(axis)) for axis in axes.values()]) > MOST_POINTS:
        raise ModelUseError(
            f"a sweep has at most {MOST_POINTS:,} points, but these ranges make "
            f"{' x '.join(str(len(axis)) for axis in axes.values())}. Give fewer values."
        )
    return axes


def _axis(name: str, values, only_numbers: bool) -> np.ndarray:
    cure = f"Write {name}=[5, 10], or {name}=np.linspace(5, 10, 11), say."
    if isinstance(values, (str, bytes, dict)) or not np.iterable(values):
        if not only_numbers and isinstance(values, str) or checks.is_number(values):
            cure = f"Write {name}=[{values!r}] for one value."
        raise checks.wrong(name, values, "several values, one for each point along it", cure)
    listed = list(values)
    try:
        array = np.array(listed)
    except ValueError:
        array = np.zeros((0, 0))
    if array.ndim != 1 or array.dtype.kind not in ("biuf" if only_numbers else "biufU"):
        what = "a list or array of numbers" if only_numbers else "a list or array of numbers, or of texts"
        raise checks.wrong(name, values, f"{what}, with one axis", cure)
    if array.dtype.kind == "U" and not all(isinstance(item, str) for item in listed):
        raise checks.wrong(name, values, "a list of numbers, or of texts", "Do not mix them.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise checks.wrong(name, values, "finite numbers", "Leave out nan and inf.")
    if len(array) == 0:
        raise checks.wrong(name, values, "at least one value", cure)
    if len(np.unique(array)) != len(array):
        raise ModelValueError(
            f'"{name}" has the same value twice: {checks.shown(values)}. Give each once, or n=... for repeats.'
        )
    return array


def points_of(axes: dict[str, np.ndarray], seeds: list[int]) -> list[Point]:
    """Every combination of the values, with every seed."""
    found = []
    for index in itertools.product(*(range(len(axis)) for axis in axes.values())):
        values = {name: axis[k].item() for (name, axis), k in zip(axes.items(), index)}
        found += [Point((*index, r), values, seed) for r, seed in enumerate(seeds)]
    return found


def spread(points: list[Point], most: int) -> list[list[Point]]:
    """Groups of at most `most` points, each from everywhere, so that the first shows the whole coarsely."""
    n = max(1, -(-len(points) // most))
    return [points[k::n] for k in range(n)]
