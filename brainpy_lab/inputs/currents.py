"""Currents as arrays over the steps of a run.

Step k starts at ``k * dt`` and gets the value that holds at that time. Quotients of times and ``dt`` that are whole up
to rounding (0.3 / 0.1) count as whole.
"""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .checks import time_step, times

FORGIVEN = 1e-9  # steps, as in the length of a run


def _steps(t: float, dt: float) -> int:
    """Steps that start before `t`."""
    return max(0, math.ceil(t / dt - FORGIVEN))


def _whole_steps(t: float, dt: float) -> int:
    """Steps that end by `t`."""
    return max(0, math.floor(t / dt + FORGIVEN))


def constant_current(Iext, dt=None):
    """A current that is constant in each of several periods.

    Parameters
    ----------
    Iext : list of (size, duration)
        A size is a number or an array; durations are in ms.
    dt : float, optional
        Step, ms; the profile's when left out.

    Returns
    -------
    current : ndarray of float64, shape (n_steps,) or (n_steps, *shape of the largest size)
        Its unit is that of the sizes.
    duration : float, ms
        Of all periods together.

    Raises
    ------
    ModelUseError
        When a period is no such pair, or sizes do not fit each other.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> current, duration = bp.inputs.constant_current([(0, 2.), (1.5, 1.)], dt=0.5)
    >>> current
    array([0. , 0. , 0. , 0. , 1.5, 1.5])
    >>> duration
    3.0
    """
    return in_periods("Iext", Iext, dt)


def in_periods(name: str, given, dt) -> tuple[np.ndarray, float]:
    """`constant_current` of an argument that is called `name`."""
    dt = time_step(dt)
    if not isinstance(given, (list, tuple)) or not given:
        raise checks.wrong(name, given, "a list of (size, duration)", "Write [(0., 100.), (1., 300.)], say.")
    periods = []
    for k, item in enumerate(given):
        if not isinstance(item, (list, tuple)) or len(item) != 2:
            raise checks.wrong(f"{name}[{k}]", item, "a pair (size, duration)", "Write (1., 300.), say.")
        checks.number(f"{name}[{k}][1]", item[1], unit="ms", low=0)
        periods.append((checks.array(f"{name}[{k}][0]", item[0]), item[1]))
    try:
        shape = np.broadcast_shapes(*(size.shape for size, _ in periods))
    except ValueError:
        shapes = ", ".join(str(size.shape) for size, _ in periods)
        raise ModelUseError(f'The sizes in "{name}" have shapes {shapes}: give all of them one shape.') from None
    total = sum(duration for _, duration in periods)
    current = np.zeros((_steps(total, dt), *shape))
    start = 0
    elapsed = 0
    for size, duration in periods:
        elapsed += duration
        stop = _steps(elapsed, dt)
        current[start:stop] = size
        start = stop
    return current, total


def spike_current(points, lengths, sizes, duration, dt=None) -> np.ndarray:
    """A current of short pulses.

    Parameters
    ----------
    points : list, tuple or ndarray of float, ms
        When each pulse begins.
    lengths : float, or one for each point, ms
        How long it lasts.
    sizes : float, or one number or array for each point
        Its current. A later pulse replaces an earlier one where they overlap.
    duration : float, ms
    dt : float, optional
        Step, ms; the profile's when left out.

    Returns
    -------
    ndarray of float64, shape (n_steps,) or (n_steps, *shape of the largest size)
        Zero outside the pulses. A pulse begins with the step in which its point lies and lasts as many whole steps as
        fit into its length.

    Raises
    ------
    ModelUseError
        When an argument is not as described.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.inputs.spike_current([1., 3.], lengths=1., sizes=0.5, duration=5., dt=0.5)
    array([0. , 0. , 0.5, 0.5, 0. , 0. , 0.5, 0.5, 0. , 0. ])
    """
    return in_pulses({"points": points, "lengths": lengths, "sizes": sizes}, duration, dt)


def in_pulses(given: dict, duration, dt) -> np.ndarray:
    """`spike_current` of three arguments by their names."""
    dt = time_step(dt)
    (at, points), (long, lengths), (high, sizes) = given.items()
    points = times(at, points, low=0)
    duration = checks.number("duration", duration, unit="ms", low=0)
    lengths = _per_point(long, lengths, len(points))
    sizes = _per_point(high, sizes, len(points))
    for k, length in enumerate(lengths):
        checks.number(f"{long}[{k}]", length, unit="ms", low=0)
    values = [checks.array(f"{high}[{k}]", size) for k, size in enumerate(sizes)]
    try:
        shape = np.broadcast_shapes(*(value.shape for value in values))
    except ValueError:
        raise ModelUseError(f'The arrays in "{high}" have different shapes: give all of them one shape.') from None
    current = np.zeros((_steps(duration, dt), *shape))
    for point, length, value in zip(points, lengths, values):
        start = _whole_steps(point, dt)
        current[start : start + _whole_steps(length, dt)] = value
    return current


def _per_point(name: str, value, n: int) -> list:
    if checks.is_number(value):
        return [value] * n
    values = checks.listed(name, value, "a number, or a list with one for each point")
    if len(values) != n:
        raise ModelUseError(f'"{name}" has {len(values)} entries, but there are {n} points: give one number, or {n}.')
    return values


def ramp_current(c_start, c_end, duration, t_start=0, t_end=None, dt=None) -> np.ndarray:
    """A current that changes evenly from one value to another, and is zero before and after.

    Parameters
    ----------
    c_start, c_end : float
        First and last value of the ramp; both are reached.
    duration : float, ms
        Of the whole current.
    t_start, t_end : float, ms
        When the ramp begins and ends; it ends with the current when left out.
    dt : float, optional
        Step, ms; the profile's when left out.

    Returns
    -------
    ndarray of float64, shape (n_steps,)

    Raises
    ------
    ModelUseError
        When an argument is no number, or the ramp does not lie within the current.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.inputs.ramp_current(0., 1., 4., t_start=1., t_end=3.5, dt=0.5)
    array([0.  , 0.  , 0.  , 0.25, 0.5 , 0.75, 1.  , 0.  ])
    """
    dt = time_step(dt)
    c_start, c_end = checks.number("c_start", c_start), checks.number("c_end", c_end)
    duration = checks.number("duration", duration, unit="ms", low=0)
    t_start = checks.number("t_start", t_start, unit="ms", low=0)
    t_end = duration if t_end is None else checks.number("t_end", t_end, unit="ms")
    if not t_start <= t_end <= duration:
        raise ModelUseError(
            f"The ramp must lie within the current, 0 <= t_start <= t_end <= duration, but got t_start={t_start:g}, "
            f"t_end={t_end:g}, duration={duration:g}. Give another of the three."
        )
    current = np.zeros(_steps(duration, dt))
    first, last = _steps(t_start, dt), _steps(t_end, dt)
    current[first:last] = np.linspace(c_start, c_end, last - first)
    return current
