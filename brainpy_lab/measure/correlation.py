"""How much neurons act together."""

from __future__ import annotations

import warnings

import numpy as np

from ..errors import ModelUseError


def cross_correlation(spikes, bin_size) -> float:
    """Mean coherence of pairs of spike trains at zero lag.

    Parameters
    ----------
    spikes : ndarray, shape (n_steps, n)
        Positive where a neuron spikes.
    bin_size : int
        Length of a bin in steps; the recording is padded with silence to whole bins.

    Returns
    -------
    float
        Mean over pairs of ``sum(x y) / sqrt(sum(x) sum(y))``, where x and y say in which bins the two neurons spike;
        0 for a pair of which one is silent. nan, with a warning, for fewer than two neurons.

    References
    ----------
    Wang and Buzsaki 1996, Gamma oscillation by synaptic inhibition in a hippocampal interneuronal network model.
    """
    spikes = np.asarray(spikes)
    if spikes.ndim != 2:
        raise ModelUseError(f"Spikes must have shape (n_steps, n), but got {spikes.shape}.")
    if int(bin_size) < 1:
        raise ModelUseError(f'"bin_size" counts steps and must be at least 1, but got {bin_size!r}.')
    n_steps, n = spikes.shape
    if n < 2:
        warnings.warn("The correlation of fewer than two neurons is not defined: the result is nan.", stacklevel=2)
        return float("nan")
    starts = np.arange(0, n_steps, int(bin_size))
    bins = np.logical_or.reduceat(spikes > 0, starts, axis=0).astype(np.float64)
    counts = bins.sum(axis=0)
    norms = np.sqrt(np.outer(counts, counts))
    coherence = np.divide(bins.T @ bins, norms, out=np.zeros_like(norms), where=norms > 0)
    return float(coherence[np.triu_indices(n, 1)].mean())


def voltage_fluctuation(potentials) -> float:
    """Synchrony of membrane potentials: 1 when all move as one, of order 1/n when they are independent.

    Parameters
    ----------
    potentials : ndarray, shape (n_steps, n)

    Returns
    -------
    float
        Variance over time of the population mean, divided by the mean of the neurons' variances; 1 where none moves.

    References
    ----------
    Golomb 2007, Neuronal synchrony measures, Scholarpedia 2(1):1347.
    """
    potentials = np.asarray(potentials, dtype=np.float64)
    if potentials.ndim != 2:
        raise ModelUseError(f"Potentials must have shape (n_steps, n), but got {potentials.shape}.")
    single = potentials.var(axis=0).mean()
    return float(potentials.mean(axis=1).var() / single) if single > 0.0 else 1.0
