"""How much neurons act together."""

from __future__ import annotations

import warnings

import numpy as np

from .. import checks, profile
from ..errors import ModelUseError
from .spikes import FORGIVEN


def cross_correlation(spikes, bin_size=None, dt=None, *, bin=None) -> float:
    """Mean coherence of pairs of spike trains at zero lag.

    ``cross_correlation(spikes, 5)`` has bins of 5 steps. With `dt` the length of a bin is a time:
    ``cross_correlation(spikes, 0.5, dt=0.1)`` has the same bins.

    Parameters
    ----------
    spikes : ndarray, shape (n_steps, n)
        Positive where a neuron spikes.
    bin_size : int, or float with `dt`
        Length of a bin in steps, or in ms with `dt`; the recording is padded with silence to whole bins, and a time
        that is no whole number of steps is rounded down.
    dt : float, optional
        Step of the recording, ms.
    bin : float, optional
        Length of a bin in ms, instead of `bin_size`; `dt` is that of the profile when left out.

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
    if bin is not None:
        if bin_size is not None:
            raise ModelUseError(
                f'"bin" = {bin!r} and "bin_size" = {bin_size!r} are both given: "bin" is a time, "bin_size" counts '
                "steps. Give one of them."
            )
        bin_size, dt = bin, profile.get_dt() if dt is None else dt
    if dt is not None:
        steps = checks.number("bin", bin_size, unit="ms", above=0) / checks.number("dt", dt, unit="ms", above=0)
        if steps + FORGIVEN < 1.0:
            raise ModelUseError(f'"bin" is {bin_size} ms, shorter than a step of {dt} ms: give at least a step.')
        bin_size = int(steps + FORGIVEN)
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


def functional_connectivity(activities) -> np.ndarray:
    """Correlation of every pair of recorded signals.

    Parameters
    ----------
    activities : ndarray, shape (n_steps, n)

    Returns
    -------
    ndarray of float64, shape (n, n)
        Pearson's correlation of columns i and j, symmetric, in -1..1; 0 where one of them never changes.
    """
    activities = checks.table("activities", activities).astype(np.float64, copy=False)
    if activities.shape[0] < 2:
        raise ModelUseError(
            f'"activities" has shape {activities.shape}: a correlation needs two rows or more. Give a longer recording.'
        )
    away = activities - activities.mean(axis=0)
    # A constant column may miss its mean by rounding, which is no change.
    away[:, activities.min(axis=0) == activities.max(axis=0)] = 0.0
    length = np.sqrt((away**2).sum(axis=0))
    unit = np.divide(away, length, out=np.zeros_like(away), where=length > 0.0)
    return np.clip(unit.T @ unit, -1.0, 1.0)


def matrix_correlation(x, y) -> float:
    """Pearson's correlation of the entries below the diagonals of two matrices, such as two functional connectivities.

    Parameters
    ----------
    x, y : ndarray, shape (n, n)
        n is 3 or more.

    Returns
    -------
    float
        In -1..1. nan, with a warning, when the entries of one matrix are all the same.
    """
    x, y = (checks.table(name, value).astype(np.float64) for name, value in (("x", x), ("y", y)))
    if x.shape != y.shape or x.shape[0] != x.shape[1] or len(x) < 3:
        raise ModelUseError(
            f'"x" and "y" must be square matrices of one shape, (3, 3) or more, but have the shapes {x.shape} and '
            f"{y.shape}. Give two matrices of the same neurons."
        )
    below = np.tril_indices(len(x), -1)
    pairs = np.stack([x[below], y[below]], axis=1)
    if np.any(pairs.min(axis=0) == pairs.max(axis=0)):
        warnings.warn(
            "All entries of a matrix are the same, so there is no correlation: the result is nan.", stacklevel=2
        )
        return float("nan")
    return float(functional_connectivity(pairs)[0, 1])
