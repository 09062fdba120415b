"""The local field potential that spikes leave behind."""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..math.random import default_rng

# Amplitudes A_0 of the unitary potential by the depth of the electrode, uV: of excitatory and of inhibitory neurons.
# Telenczuk, Telenczuk and Destexhe 2020.
AMPLITUDES = {
    "soma layer": (0.48, 3.0),
    "deep layer": (-0.16, -0.2),
    "superficial layer": (0.24, -1.2),
    "surface layer": (-0.08, 0.3),
}
DELAY = 10.4  # ms, from a spike to the peak of its potential at distance 0, of the same paper

REACH = 8.0  # standard deviations: beyond it a kernel is below 1.3e-14 of its peak
POINTS = 2**20  # of kernels, computed together


def unitary_LFP(
    times,
    spikes,
    spike_type="exc",
    xmax=0.2,
    ymax=0.2,
    va=200.0,
    lambda_=0.2,
    sig_i=2.1,
    sig_e=3.15,
    location="soma layer",
    seed=None,
) -> np.ndarray:
    r"""Local field potential of a population, as the sum of one kernel for each spike.

    .. math:: \sum_k A_0 e^{-|x_k| / \lambda} \exp\left(-\frac{(t - t_k - d - |x_k| / v_a)^2}{2 \sigma^2}\right)

    Excitatory and inhibitory neurons make two calls, whose results add. The neurons stand at random places in a
    rectangle with the electrode in its middle.

    Parameters
    ----------
    times : ndarray, shape (n_steps,), ms
        Ascending.
    spikes : ndarray, shape (n_steps, n)
        Positive where a neuron spikes.
    spike_type : {'exc', 'inh'}
        Whether the neurons are excitatory or inhibitory.
    xmax, ymax : float, mm
        Sides of the rectangle.
    va : float, mm/s
        Speed of axons.
    lambda_ : float, mm
        Distance over which the amplitude falls to 1/e.
    sig_i, sig_e : float, ms
        Standard deviation in time of the kernels of inhibitory and of excitatory neurons.
    location : {'soma layer', 'deep layer', 'superficial layer', 'surface layer'}
        Where the electrode is.
    seed : int, optional
        Of the places of the neurons; ``bm.random`` decides without it.

    Returns
    -------
    ndarray of float64, shape (n_steps,), uV

    Raises
    ------
    ModelUseError
        When an argument is not as described.

    Notes
    -----
    Only spikes count: potentials below the threshold and active dendrites do not. The delay over the distance is
    ``|x| / va`` in ms, 5 ms for each mm. (The program published with the paper divides mm by mm/s and takes the result
    for ms, so that its delays do not depend on the distance.)

    References
    ----------
    Telenczuk, Telenczuk and Destexhe 2020, A kernel-based method to calculate local field potentials from networks of
    spiking neurons, Journal of Neuroscience Methods 344, 108871.
    """
    spikes = checks.table("spikes", spikes)
    times = checks.times_of_rows("times", times, len(spikes), "spikes")
    if np.any(np.diff(times) <= 0):
        raise checks.wrong("times", times.tolist(), "ascending, ms", "Give them in order: sort the recording by time.")
    checks.choice("spike_type", spike_type, ("exc", "inh"))
    checks.choice("location", location, AMPLITUDES)
    xmax, ymax, lambda_ = (
        checks.number(name, value, unit="mm", above=0)
        for name, value in (("xmax", xmax), ("ymax", ymax), ("lambda_", lambda_))
    )
    sig_e, sig_i = checks.number("sig_e", sig_e, unit="ms", above=0), checks.number("sig_i", sig_i, unit="ms", above=0)
    sigma = sig_e if spike_type == "exc" else sig_i
    x, y = (default_rng(seed).random((2, spikes.shape[1])) - 0.5) * np.array([[xmax], [ymax]])
    distance = np.hypot(x, y)
    amplitude = AMPLITUDES[location][spike_type == "inh"] * np.exp(-distance / lambda_)
    delay = DELAY + 1000.0 * distance / checks.number("va", va, unit="mm/s", above=0)
    steps, neurons = np.nonzero(spikes > 0)
    return _sum_of_kernels(times, times[steps] + delay[neurons], amplitude[neurons], sigma)


def _sum_of_kernels(times, peaks, amplitudes, sigma: float) -> np.ndarray:
    """Sum of Gaussians at `peaks`, over the times that each reaches."""
    total = np.zeros(times.size)
    first = np.searchsorted(times, peaks - REACH * sigma)
    counts = np.searchsorted(times, peaks + REACH * sigma) - first
    start = 0
    while start < peaks.size:
        # As many kernels as have POINTS points together, at least one.
        stop = start + max(1, int(np.searchsorted(np.cumsum(counts[start:]), POINTS)))
        n = counts[start:stop]
        which = np.repeat(np.arange(start, stop), n)
        at = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n) + first[which]
        away = (times[at] - peaks[which]) / (math.sqrt(2.0) * sigma)
        total += np.bincount(at, amplitudes[which] * np.exp(-away * away), times.size)
        start = stop
    return total
