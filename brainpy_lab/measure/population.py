"""What a population of tuned neurons says."""

from __future__ import annotations

import numpy as np

from .. import checks


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
    angles = checks.array("angles", angles, "one direction for each neuron, rad", ndim=1)
    found = checks.array("activity", activity, "numbers of shape (..., n)")
    if found.ndim == 0 or found.shape[-1] != angles.size:
        raise checks.wrong(
            "activity",
            activity,
            f"numbers of shape (..., {angles.size}), one for each of the {angles.size} angles",
            f"Its shape is {found.shape}. Give a direction for each neuron.",
        )
    activity = found
    silent = ~activity.any(axis=-1)
    pointed = np.arctan2(activity @ np.sin(angles), activity @ np.cos(angles))
    return np.where(silent, np.nan, pointed)
