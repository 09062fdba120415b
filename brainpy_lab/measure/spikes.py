"""What spike recordings say about single spikes and about the population's rate."""

from __future__ import annotations

import numpy as np

from .. import checks, profile
from ..errors import ModelValueError


def raster_plot(sp_matrix, times) -> tuple[np.ndarray, np.ndarray]:
    """Neurons and times of the spikes, for a raster.

    Parameters
    ----------
    sp_matrix : ndarray, shape (n_steps, n)
        Positive where a neuron spikes.
    times : ndarray, shape (n_steps,), ms

    Returns
    -------
    index : ndarray of int, shape (n_spikes,)
    time : ndarray, shape (n_spikes,), ms
        In time order.
    """
    sp_matrix = checks.table("sp_matrix", sp_matrix)
    times = checks.times_of_rows("times", times, len(sp_matrix), "sp_matrix")
    steps, index = np.nonzero(sp_matrix > 0)
    return index, times[steps]


def firing_rate(sp_matrix, width, window="gaussian") -> np.ndarray:
    """Spikes of the population per time step, smoothed over time.

    Parameters
    ----------
    sp_matrix : ndarray, shape (n_steps, n)
        1 where a neuron spikes.
    width : float, ms
        Standard deviation of the Gaussian window, or length of the flat one.
    window : {'gaussian', 'flat'}

    Returns
    -------
    ndarray, shape (n_steps,)
        Spikes per step of all neurons together: not divided by their number, and not in Hz.

    Notes
    -----
    The step is that of the profile. With ``w = 2 * width / dt`` the Gaussian is ``exp(-2 k**2 / w**2)`` for k from
    -round(w) to round(w), normalised to 1.
    """
    sp_matrix = checks.table("sp_matrix", sp_matrix)
    steps = checks.number("width", width, unit="milliseconds", low=0) / profile.get_dt()
    if isinstance(window, str) and window == "gaussian":
        w = 2.0 * steps
        k = np.arange(-round(w), round(w) + 1)
        weights = np.exp(-(k**2) / (w**2 / 2.0)) if w > 0 else np.ones(1)
    elif isinstance(window, str) and window == "flat":
        weights = np.ones(int(steps / 2.0) * 2 + 1)
    else:
        raise ModelValueError(f'Unknown window type "{window}": use "gaussian" or "flat".')
    weights = weights / weights.sum()
    counts = sp_matrix.sum(axis=1)
    # The middle of the full convolution, counted from the data, so that a window longer than the data keeps its length.
    half = len(weights) // 2
    return np.convolve(counts, weights)[half : half + len(counts)]
