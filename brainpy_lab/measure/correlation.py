"""How much neurons act together."""

from __future__ import annotations

import warnings

import numpy as np

from .. import checks
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
    spikes = checks.table("spikes", spikes)
    bin_size = int(checks.number("bin_size", bin_size, unit="steps", low=1))  # of a computed one the whole steps count
    n_steps, n = spikes.shape
    if n < 2:
        warnings.warn("The correlation of fewer than two neurons is not defined: the result is nan.", stacklevel=2)
        return float("nan")
    if n_steps == 0:
        return 0.0
    starts = np.arange(0, n_steps, bin_size)
    bins = np.logical_or.reduceat(spikes > 0, starts, axis=0)
    counts = bins.sum(axis=0)
    # With trains of length 1 the sum over pairs is that over all, less the trains with themselves: no n x n matrix.
    weights = np.divide(1.0, np.sqrt(counts), out=np.zeros(n), where=counts > 0)
    together = bins @ weights
    pairs = (together @ together - np.count_nonzero(counts)) / 2.0
    return float(min(1.0, max(0.0, pairs / (n * (n - 1) / 2.0))))


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
    potentials = checks.table("potentials", potentials).astype(np.float64, copy=False)
    if potentials.size == 0:
        raise ModelUseError(
            f'"potentials" has shape {potentials.shape}: there is nothing to measure. Give a recording.'
        )
    single = potentials.var(axis=0).mean()
    return float(potentials.mean(axis=1).var() / single) if single > 0.0 else 1.0
