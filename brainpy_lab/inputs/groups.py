"""Groups that spike at random or regularly. Their steps are models like any other and run on every back end."""

from __future__ import annotations

import warnings

import numpy as np

from .. import checks, profile
from ..errors import ModelUseError
from ..frontends.types_api import NeuGroup, NeuType
from ..types import NeuState


class PoissonInput(NeuGroup):
    """Neurons that spike at random, independently, each with a rate of its own.

    Parameters
    ----------
    geometry : int or (int, int)
    freqs : float, or array with one value per neuron, Hz
        Rate. It is the parameter ``freqs``: ``group.pars['freqs'] = ...`` changes it.
    monitors, name
        As for `NeuGroup`; the field is ``spike``, 1 in the step of a spike.

    Raises
    ------
    ModelUseError
        When a rate is no number, negative, or there is not one for each neuron.

    Notes
    -----
    In each step a neuron spikes with the probability ``freqs * dt / 1000``, so at most once per step: rates above
    ``1000 / dt`` cannot be reached. Several neurons with lower rates can.
    """

    def __init__(self, geometry, freqs, monitors=None, name=None):
        rates = _rates(freqs)
        super().__init__(_poisson_type(), geometry, monitors, name, pars_update={"freqs": _values(rates)})
        _warn_of_fast("PoissonInput", rates)


def _poisson_type() -> NeuType:
    freqs = 0.0

    def update(ST, _dt):
        ST["spike"] = np.random.random() < freqs * _dt / 1000.0

    return NeuType("PoissonInput", ST=NeuState("spike"), steps=update, mode="scalar")


class FreqInput(NeuGroup):
    """Neurons that spike regularly, each with a frequency and a first spike of its own.

    Parameters
    ----------
    geometry : int or (int, int)
    freqs : float, or array with one value per neuron, Hz
        Frequency; 0 for a silent neuron. It is the parameter ``freqs``: ``group.pars['freqs'] = ...`` changes it.
    start_time : float, or array with one value per neuron, ms
        Time of the first spike.
    monitors, name
        As for `NeuGroup`; the fields are ``spike``, ``t_next_spike`` and ``t_last_spike`` (ms).

    Raises
    ------
    ModelUseError
        When a value is no number, a frequency negative, or there is not one for each neuron.

    Notes
    -----
    A neuron spikes in the first step that does not start before ``t_next_spike``; then that is moved on by
    ``1000 / freqs``. Spikes that fell into a time that was not run are left out, and a run that starts before the last
    spike counts from `start_time` again.
    """

    def __init__(self, geometry, freqs, start_time=0.0, monitors=None, name=None):
        rates = _rates(freqs)
        start = checks.array("start_time", start_time, "times in ms")
        pars = {"freqs": _values(rates), "start_time": _values(start)}
        super().__init__(_freq_type(), geometry, monitors, name, pars_update=pars)
        self.ST["t_next_spike"] = _values(start)
        _warn_of_fast("FreqInput", rates)


def _freq_type() -> NeuType:
    freqs = 0.0
    start_time = 0.0

    def update(ST, _t, _dt):
        if _t < ST["t_last_spike"]:
            ST["t_next_spike"] = start_time  # the clock was set back
        ST["spike"] = 0.0
        # A frequency of 0 becomes a period longer than any run, so that nothing is divided by 0.
        period = 1000.0 / np.maximum(freqs, 1e-30)
        # Periods since the spike was due; rounding by a millionth of a step does not make it late.
        waited = (_t - ST["t_next_spike"]) / period
        missed = np.floor(waited + 1e-6 * _dt / period)
        if missed >= 0.0:
            ago = (waited - missed) * period
            # Due since the last step, and not in a time before this run.
            if ago < 0.999999 * _dt and freqs > 0.0:
                ST["spike"] = 1.0
                ST["t_last_spike"] = _t
            ST["t_next_spike"] = _t + (period - ago)

    state = NeuState({"spike": 0.0, "t_next_spike": 0.0, "t_last_spike": -1e7})
    return NeuType("FreqInput", ST=state, steps=update, mode="scalar")


def _rates(freqs) -> np.ndarray:
    rates = checks.array("freqs", freqs, "rates in Hz", low=0)
    if not rates.size:
        raise ModelUseError(f'"freqs" is empty, {checks.shown(freqs)}: give a number, or one for each neuron.')
    return rates


def _values(array: np.ndarray):
    """A number as a number, so that it stays one parameter for all neurons."""
    return float(array.reshape(-1)[0]) if array.size == 1 else array.reshape(-1)


def _warn_of_fast(kind: str, rates: np.ndarray) -> None:
    dt = profile.get_dt()
    if rates.max() > 1000.0 / dt * (1.0 + 1e-9):
        warnings.warn(
            f'{kind}: "freqs" is up to {rates.max():g} Hz, but with a step of {dt:g} ms a neuron spikes at most with '
            f"{1000.0 / dt:g} Hz. Use a smaller dt, or more neurons with lower rates.",
            stacklevel=3,
        )
