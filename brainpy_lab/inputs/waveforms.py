"""Currents of the 2.x API: sections, waves, noise.

Step k starts at ``k * dt`` and gets the value that holds at that time, as in `currents`.
"""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..errors import ModelUseError
from ..math.random import default_rng
from .checks import time_step
from .currents import FORGIVEN, _steps, in_periods, in_pulses, ramp_current


def section_input(values, durations, dt=None, return_length=False):
    """A current that is constant in each of several sections.

    Parameters
    ----------
    values : list of float or ndarray
        Current in each section.
    durations : list of float, ms
        How long each lasts.
    dt : float, optional
        Step, ms; the profile's when left out.
    return_length : bool
        Whether to return the duration of all sections too.

    Returns
    -------
    current : ndarray of float64, shape (n_steps,) or (n_steps, *shape of the largest value)
    duration : float, ms
        Only with `return_length`.

    Raises
    ------
    ModelUseError
        When an argument is not as described.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.inputs.section_input([0., 1.], [1., 1.5], dt=0.5)
    array([0., 0., 1., 1., 1.])
    """
    for name, given in (("values", values), ("durations", durations)):
        if not isinstance(given, (list, tuple, np.ndarray)) or len(given) == 0:
            raise checks.wrong(name, given, "a list with an entry for each section", "Write [0., 1.], say.")
    checks.flag("return_length", return_length)
    if len(values) != len(durations):
        raise ModelUseError(
            f'"values" has {len(values)} entries, but "durations" has {len(durations)}: give one of each for a section.'
        )
    for k, duration in enumerate(durations):
        checks.number(f"durations[{k}]", duration, low=0.0)
    values = [checks.array(f"values[{k}]", value) for k, value in enumerate(values)]
    shapes = sorted({value.shape for value in values if value.shape})
    if len(shapes) > 1:
        raise ModelUseError(f'Arrays in "values" have the shapes {", ".join(map(str, shapes))}: give all of them one.')
    current, length = in_periods("values", list(zip(values, durations)), dt)
    return (current, length) if return_length else current


def constant_input(I_and_duration, dt=None):
    """``constant_current`` under its name in 2.x: a list of (size, duration) to (current, duration)."""
    return in_periods("I_and_duration", I_and_duration, dt)


def spike_input(sp_times, sp_lens, sp_sizes, duration, dt=None) -> np.ndarray:
    """``spike_current`` under its name in 2.x: pulses at `sp_times`, of the lengths and sizes that are given."""
    return in_pulses({"sp_times": sp_times, "sp_lens": sp_lens, "sp_sizes": sp_sizes}, duration, dt)


def ramp_input(c_start, c_end, duration, t_start=0, t_end=None, dt=None) -> np.ndarray:
    """``ramp_current`` under its name in 2.x: an even change from one value to another."""
    return ramp_current(c_start, c_end, duration, t_start, t_end, dt)


def sinusoidal_input(amplitude, frequency, duration, dt=None, t_start=0.0, t_end=None, bias=False) -> np.ndarray:
    """A sine wave between two times, zero before and after.

    Parameters
    ----------
    amplitude : float
    frequency : float, Hz
    duration : float, ms
        Of the whole current.
    dt : float, optional
        Step, ms; the profile's when left out.
    t_start, t_end : float, ms
        When the wave begins, at phase 0, and when it ends; with the current when `t_end` is left out.
    bias : bool
        Whether `amplitude` is added while the wave lasts, so that it is never negative.

    Returns
    -------
    ndarray of float64, shape (n_steps,)

    Raises
    ------
    ModelUseError
        When an argument is no number, or the wave does not lie within the current.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.inputs.sinusoidal_input(1., 250., 4., dt=1.).round(12) + 0.
    array([ 0.,  1.,  0., -1.])
    """
    checks.flag("bias", bias)
    periods, current, wave = _wave(amplitude, frequency, duration, dt, t_start, t_end)
    current[wave] = amplitude * np.sin(2.0 * np.pi * periods) + (amplitude if bias else 0.0)
    return current


def square_input(amplitude, frequency, duration, dt=None, bias=False, t_start=0.0, t_end=None) -> np.ndarray:
    """A square wave between two times, zero before and after: `amplitude` in the first half of a period, then minus it.

    Parameters
    ----------
    amplitude, frequency, duration, dt, t_start, t_end, bias
        As for `sinusoidal_input`; here `bias` stands before the times.

    Returns
    -------
    ndarray of float64, shape (n_steps,)

    Raises
    ------
    ModelUseError
        When an argument is no number, or the wave does not lie within the current.

    Examples
    --------
    >>> import brainpy_lab as bp
    >>> bp.inputs.square_input(1., 250., 6., dt=1., t_start=1.)
    array([ 0.,  1.,  1., -1., -1.,  1.])
    """
    checks.flag("bias", bias)
    periods, current, wave = _wave(amplitude, frequency, duration, dt, t_start, t_end)
    # Half periods that have begun: a time that is one up to rounding counts as one.
    is_high = np.floor(2.0 * periods + FORGIVEN) % 2 == 0
    current[wave] = np.where(is_high, amplitude, -amplitude) + (amplitude if bias else 0.0)
    return current


def _wave(amplitude, frequency, duration, dt, t_start, t_end):
    """Periods since the start at each step of the wave, the current without it, and which steps it takes."""
    dt = time_step(dt)
    checks.number("amplitude", amplitude)
    checks.number("frequency", frequency, low=0.0)
    current, part = _silence(duration, dt, t_start, t_end)
    times = np.arange(part.start, part.stop) * dt - t_start
    return times * (frequency / 1000.0), current, part


def wiener_process(duration, dt=None, n=None, t_start=0.0, t_end=None, seed=None) -> np.ndarray:
    """Steps of a Wiener process between two times, zero before and after.

    Parameters
    ----------
    duration : float, ms
        Of the whole current.
    dt : float, optional
        Step, ms; the profile's when left out.
    n : int, optional
        How many independent ones.
    t_start, t_end : float, ms
        When the noise begins and ends; with the current when `t_end` is left out.
    seed : int, optional
        For random numbers of its own; those of ``bm.random`` when left out.

    Returns
    -------
    ndarray of float64, shape (n_steps,), or (n_steps, n) with `n`
        Independent normal numbers of mean 0 and variance `dt`: the changes of the process, not its value.

    Raises
    ------
    ModelUseError
        When an argument is not as described.
    """
    dt = time_step(dt)
    current, part = _silence(duration, dt, t_start, t_end, n)
    current[part] = default_rng(seed).normal(0.0, math.sqrt(dt), current[part].shape)
    return current


def ou_process(mean, sigma, tau, duration, dt=None, n=None, t_start=0.0, t_end=None, seed=None) -> np.ndarray:
    r"""An Ornstein-Uhlenbeck process between two times, zero before and after.

    .. math:: dX = \frac{\mu - X}{\tau} dt + \sigma dW

    Parameters
    ----------
    mean : float
        The process starts with it and returns to it.
    sigma : float, unit of the current per square root of ms
        Strength of the noise. The standard deviation is ``sigma * sqrt(tau / 2)`` in the long run.
    tau : float, ms
        Time constant.
    duration, dt, n, t_start, t_end, seed
        As for `wiener_process`.

    Returns
    -------
    ndarray of float64, shape (n_steps,), or (n_steps, n) with `n`

    Raises
    ------
    ModelUseError
        When an argument is not as described.

    Notes
    -----
    The values have the distribution of the process itself for every `dt`, not that of an approximation:
    ``X(t + dt) = mu + (X - mu) exp(-dt/tau) + sigma sqrt(tau/2 (1 - exp(-2 dt/tau))) N(0, 1)`` (Gillespie 1996).
    """
    dt = time_step(dt)
    checks.number("mean", mean)
    checks.number("sigma", sigma, low=0.0)
    checks.number("tau", tau, unit="ms", above=0)
    current, part = _silence(duration, dt, t_start, t_end, n)
    kept = math.exp(-dt / tau)
    noise = sigma * math.sqrt(-tau / 2.0 * math.expm1(-2.0 * dt / tau))
    draws = default_rng(seed).normal(0.0, noise, current[part].shape)
    away = np.zeros(current.shape[1:])
    for step, draw in zip(range(part.start, part.stop), draws):
        current[step] = mean + away
        away = away * kept + draw
    return current


def _silence(duration, dt: float, t_start, t_end, n=None) -> tuple[np.ndarray, slice]:
    """A current of zeros, and the steps from `t_start` to `t_end`."""
    checks.number("duration", duration, low=0.0)
    t_end = duration if t_end is None else checks.number("t_end", t_end)
    if checks.number("t_start", t_start, low=0.0) > t_end or t_end > duration:
        raise ModelUseError(
            f'It must lie within the current, 0 <= t_start <= t_end <= duration, but got "t_start" = {t_start}, '
            f'"t_end" = {t_end}, "duration" = {duration}. Give another of the three.'
        )
    shape = (_steps(duration, dt),) if n is None else (_steps(duration, dt), checks.count("n", n, "processes"))
    return np.zeros(shape), slice(_steps(t_start, dt), _steps(t_end, dt))
