"""What spike recordings say about single spikes and about the population's rate."""

from __future__ import annotations

import numpy as np

from .. import checks, profile
from ..errors import ModelUseError, ModelValueError
from ..naming import also_named

FORGIVEN = 1e-9  # steps: 0.3 / 0.1 counts as 3


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


@also_named(spikes="sp_matrix")
def firing_rate(sp_matrix, width, window=None, dt=None) -> np.ndarray:
    """Rate of a population, smoothed over time.

    Without `dt`: the spikes per step of all neurons together, which is neither divided by their number nor in Hz. With
    `dt`: the mean rate of a neuron in Hz.

    Parameters
    ----------
    sp_matrix : ndarray, shape (n_steps, n)
        1 where a neuron spikes. `spikes` is another name for it.
    width : float, ms
        Standard deviation of the Gaussian window, or length of the flat one.
    window : {'gaussian', 'flat'}, optional
        'gaussian' when left out, 'flat' with `dt`. A number in this place is `dt`.
    dt : float, optional
        Step of the recording, ms. Without it the window has steps of the profile's.

    Returns
    -------
    ndarray, shape (n_steps,)

    Notes
    -----
    With ``w = 2 * width / dt`` the Gaussian is ``exp(-2 k**2 / w**2)`` for k from -round(w) to round(w). The flat
    window has ``n = 2 * int(width / dt / 2) + 1`` steps. Both are normalised to 1, so with `dt` the flat one has the
    height ``1000 / (n * dt)`` per spike, and a neuron that spikes once in n steps has that rate. Outside the recording
    there are no spikes: near its ends the rate is too low.
    """
    sp_matrix = checks.table("sp_matrix", sp_matrix)
    width = checks.number("width", width, unit="milliseconds", low=0)
    if dt is None and checks.is_number(window):
        window, dt = None, window
    counts = sp_matrix.sum(axis=1)
    if dt is None:
        return _smoothed(counts, width / profile.get_dt(), "gaussian" if window is None else window)
    if sp_matrix.shape[1] == 0:
        raise ModelUseError(
            f'"sp_matrix" has shape {sp_matrix.shape}: there is no neuron to have a rate. Give one column or more.'
        )
    dt = checks.number("dt", dt, unit="ms", above=0)
    rate = counts / sp_matrix.shape[1] * (1000.0 / dt)
    return _smoothed(rate, width / dt, "flat" if window is None else window)


def _smoothed(values: np.ndarray, steps: float, window: str) -> np.ndarray:
    """Values smoothed by a window of a width in steps."""
    if isinstance(window, str) and window == "gaussian":
        w = 2.0 * steps
        k = np.arange(-round(w), round(w) + 1)
        weights = np.exp(-(k**2) / (w**2 / 2.0)) if w > 0 else np.ones(1)
    elif isinstance(window, str) and window == "flat":
        weights = np.ones(int(steps / 2.0 + FORGIVEN) * 2 + 1)
    else:
        raise ModelValueError(f'Unknown window type "{window}": use "gaussian" or "flat".')
    if len(values) == 0:
        return np.zeros(0)  # NumPy has no convolution of nothing
    weights = weights / weights.sum()
    # The middle of the full convolution, counted from the data, so that a window longer than the data keeps its length.
    half = len(weights) // 2
    return np.convolve(values, weights)[half : half + len(values)]
