"""What a population of tuned neurons says."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUseError


def population_vector(activity, angles) -> np.ndarray:
    """The direction that a population points to: the sum of unit vectors, each as long as its neuron is active.

    Parameters
    ----------
    activity : ndarray, shape (..., n)
        Rates or numbers of spikes.
    angles : ndarray, shape (n,), rad
        Preferred direction of each neuron.

    Returns
    -------
    ndarray, shape (...), rad
        From -pi to pi; nan where nothing is active.

    Raises
    ------
    ModelUseError
        When the last dimension of `activity` is not that of `angles`.

    References
    ----------
    Georgopoulos, Schwartz and Kettner 1986, Science 233.
    """
    activity, angles = np.asarray(activity, dtype=float), np.asarray(angles, dtype=float)
    if angles.ndim != 1 or activity.ndim == 0 or activity.shape[-1] != angles.size:
        raise ModelUseError(
            f'"angles" must hold one direction for each neuron, but "activity" has shape {activity.shape} and "angles" '
            f"{angles.shape}."
        )
    silent = ~activity.any(axis=-1)
    pointed = np.arctan2(activity @ np.sin(angles), activity @ np.cos(angles))
    return np.where(silent, np.nan, pointed)
