"""Input protocols: a current, or whatever a model takes, as a function of the step since it began.

A waveform is data. What it is worth at a step follows from the step alone, so that any part of a run can be computed
again, on every back end, with the same bits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import checks
from ..errors import ModelUseError

__all__ = ["KINDS", "Field", "Waveform"]

NOISE_STREAM = 0x57415645
"""Key of the random numbers, which no object of a program has: these count from 0."""
MOST_POINTS = 2000


@dataclass(frozen=True)
class Field:
    """One number of a waveform.

    Parameters
    ----------
    name : str
    default : float
    unit : str
        'ms' or 'Hz'; 'input' is whatever the input is measured in, '' is a plain number.
    what : str
        For people.
    low : float, optional
        Smallest value.
    whole : bool
        A whole number.
    flag : bool
        0 or 1.
    """

    name: str
    default: float
    unit: str
    what: str
    low: float | None = None
    whole: bool = False
    flag: bool = False


KINDS: dict[str, tuple[Field, ...]] = {
    "constant": (Field("amplitude", 1.0, "input", "value"),),
    "steps": (
        Field("first", 0.0, "input", "value of the first step"),
        Field("last", 1.0, "input", "value of the last step"),
        Field("count", 5, "", "number of steps", 1, whole=True),
        Field("duration", 100.0, "ms", "length of each step", 0.0),
        Field("rest", 50.0, "ms", "pause at 0 after each step", 0.0),
    ),
    "ramp": (
        Field("first", 0.0, "input", "value at the start"),
        Field("last", 1.0, "input", "value at the end"),
        Field("duration", 500.0, "ms", "time from start to end", 0.0),
        Field("back", 0, "", "go back in the same time, and repeat", flag=True),
    ),
    "pulses": (
        Field("amplitude", 1.0, "input", "value during a pulse"),
        Field("width", 5.0, "ms", "length of a pulse", 0.0),
        Field("period", 50.0, "ms", "from the start of one pulse to the next", 0.0),
        Field("delay", 10.0, "ms", "before the first pulse", 0.0),
        Field("count", 0, "", "number of pulses, 0 for no end", 0, whole=True),
    ),
    "noise": (
        Field("mean", 0.0, "input", "mean"),
        Field("sd", 0.5, "input", "standard deviation", 0.0),
        Field("every", 1.0, "ms", "time between two new values", 0.0),
        Field("seed", 1, "", "seed of the random numbers", 0, whole=True),
    ),
    "drawn": (Field("repeat", 1, "", "begin again after the last point", flag=True),),
}
"""Every kind of waveform with its numbers. 'drawn' has points besides."""


@dataclass(frozen=True)
class Waveform:
    """A protocol: its kind, its numbers, and the points of a drawn one.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    numbers : tuple of float
        In the order of ``KINDS[kind]``.
    points : tuple of (float, float)
        Time in ms since it began, and value; joined by straight lines.
    began : int or None
        Absolute step of its beginning; None is the step from which an input follows it.
    """

    kind: str
    numbers: tuple[float, ...]
    points: tuple[tuple[float, float], ...] = ()
    began: int | None = None

    @classmethod
    def make(cls, kind: Any, points: Any = None, **numbers: Any) -> Waveform:
        """A checked waveform.

        Raises
        ------
        ModelUseError
            When there is no such kind, a number has another name or does not fit, or points are wrong.
        """
        made = cls._of(kind, points, numbers)
        by_name = made.by_name
        if kind == "pulses" and by_name["width"] > by_name["period"]:
            what = f"a number of ms up to the period, {by_name['period']:g}"
            cure = "Give shorter pulses or a longer period."
            raise checks.wrong("width", by_name["width"], what, cure, ModelUseError)
        return made

    @classmethod
    def _of(cls, kind: Any, points: Any, numbers: dict[str, Any]) -> Waveform:
        """One whose every number is allowed."""
        kind = checks.choice("kind", kind, KINDS)
        fields = KINDS[kind]
        known = [field.name for field in fields]
        for name in numbers:
            if name not in known:
                more = " and points" if kind == "drawn" else ""
                raise ModelUseError(
                    f"a protocol {kind!r} has no {name!r}; it has {', '.join(known)}{more}. {checks.near(name, known)}"
                )
        values = tuple(_number(field, numbers.get(field.name, field.default)) for field in fields)
        if kind != "drawn" and points is not None:
            raise ModelUseError(f"points: a protocol {kind!r} has none. Leave them out, or choose 'drawn'.")
        return cls(kind, values, _points(points) if kind == "drawn" else ())

    @classmethod
    def read(cls, text: str) -> Waveform | None:
        """What `text` wrote; None for ''.

        Pulses may be longer than their period, which is a constant: older versions wrote such.
        """
        if not text:
            return None
        found = json.loads(text)
        began = found.pop("began", None)
        return cls._of(found.pop("kind"), found.pop("points", None), found).begun(began)

    def begun(self, step: int | None) -> Waveform:
        """The same, begun at an absolute step."""
        return replace(self, began=step)

    @property
    def by_name(self) -> dict[str, float]:
        """Its numbers."""
        return dict(zip((field.name for field in KINDS[self.kind]), self.numbers))

    @property
    def text(self) -> str:
        """Itself as text that keeps every bit."""
        return json.dumps(self.content)

    @property
    def content(self) -> dict[str, Any]:
        """Itself as plain numbers: kind, the numbers by name, points."""
        found: dict[str, Any] = {"kind": self.kind, **self.by_name}
        found |= {"points": [list(point) for point in self.points]} if self.points else {}
        return found | ({"began": self.began} if self.began is not None else {})

    def describe(self, unit: str = "") -> str:
        """In words, for logs and pictures."""
        parts = []
        for field, value in zip(KINDS[self.kind], self.numbers):
            if field.flag:
                parts += [field.name] if value else []
            else:
                label = unit if field.unit == "input" else field.unit
                parts.append(f"{field.name} {value:.6g}{f' {label}' if label else ''}")
        if self.points:
            parts.insert(0, f"{len(self.points)} points over {self.points[-1][0]:.6g} ms")
        return f"{self.kind}: {', '.join(parts)}"

    def at(self, steps: np.ndarray, dt: float) -> np.ndarray:
        """Values at steps counted from its beginning.

        Parameters
        ----------
        steps : ndarray of int, shape (n,)
            From 0 on.
        dt : float, ms

        Returns
        -------
        ndarray, shape (n,), float64

        Notes
        -----
        Durations count in whole steps, so that every pulse is equally long.
        """
        n = self.by_name

        def whole(name: str) -> int:
            return max(1, round(n[name] / dt))

        match self.kind:
            case "constant":
                return np.full(len(steps), n["amplitude"])
            case "steps":
                rest = round(n["rest"] / dt)
                cycle, count = whole("duration") + rest, int(n["count"])
                levels = np.linspace(n["first"], n["last"], count)
                return np.where(steps % cycle < cycle - rest, levels[steps // cycle % count], 0.0)
            case "ramp":
                length = whole("duration")
                done = length - np.abs(steps % (2 * length) - length) if n["back"] else np.minimum(steps, length)
                return n["first"] + (n["last"] - n["first"]) * (done / length)
            case "pulses":
                since = steps - round(n["delay"] / dt)
                period, width = whole("period"), whole("width")
                on = (since >= 0) & (since % period < width)
                if n["count"]:
                    on &= since // period < int(n["count"])
                return np.where(on, n["amplitude"], 0.0)
            case "noise":
                from ..kernels.reference.random import normal_f64

                places, back = np.unique(steps // whole("every"), return_inverse=True)
                return n["mean"] + n["sd"] * normal_f64(int(n["seed"]), NOISE_STREAM, 0, places, 0)[back]
            case _:
                times, values = np.array(self.points).T
                if n["repeat"]:
                    steps = steps % max(1, round(times[-1] / dt))
                return np.interp(steps * dt, times, values)


def _number(field: Field, value: Any) -> float:
    if field.flag:
        return float(checks.flag(field.name, bool(value) if checks.is_number(value) and value in (0, 1) else value))
    if field.whole:
        plain = int(value) if checks.is_number(value) and float(value).is_integer() else value
        low, high = int(field.low or 0), 2**32 - 1 if field.name == "seed" else 2**31 - 1
        return float(checks.count(field.name, plain, low=low, high=high))
    unit = field.unit if field.unit in ("ms", "Hz") else ""
    number = checks.number(field.name, value, unit=unit, low=field.low, high=1e9 if unit else None)
    if field.name in ("duration", "period", "every", "width") and number == 0:
        raise checks.wrong(field.name, value, "a number of ms above 0", "Give a longer time.")
    return number


def _points(points: Any) -> tuple[tuple[float, float], ...]:
    what = "pairs of a time in ms and a value, with growing times from 0 on"
    if points is None:
        raise checks.wrong("points", points, what, "Give for example points=[(0, 0), (50, 1), (100, 0)].")
    array = checks.array("points", points, what)
    if array.ndim != 2 or array.shape[1] != 2 or not 2 <= len(array) <= MOST_POINTS:
        raise checks.wrong("points", points, f"2 to {MOST_POINTS} {what}", "Give [(0, 0), (50, 1)], say.")
    if array[0, 0] < 0 or (np.diff(array[:, 0]) <= 0).any() or array[-1, 0] <= 0:
        raise checks.wrong("points", points, what, "Sort them by time, each time once.")
    return tuple((float(time), float(value)) for time, value in array)
