"""Where the neurons of a sheet stand, and how far apart: in neurons, in sheets, or in the values that they encode."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelUseError


def checked_ranges(encoding_values):
    """None, or the first and last value of the axes: one pair of floats, or a list of such pairs.

    A single number is the end of a range that begins at 0.
    """
    if encoding_values is None:
        return None
    try:
        values = np.asarray(encoding_values)
    except ValueError:  # rows of different lengths
        values = np.zeros(0)
    values = values.astype(np.float64) if values.dtype.kind in "iuf" else np.zeros(0)
    if values.ndim == 0:
        values = np.array([0.0, float(values)])
    ends = values.reshape(1, *values.shape) if values.ndim == 1 else values
    if ends.ndim != 2 or ends.shape[1] != 2 or not np.isfinite(ends).all() or np.any(ends[:, 0] >= ends[:, 1]):
        what = "(first, last), or one such pair for each axis, each with first below last"
        raise checks.wrong("encoding_values", encoding_values, what, "Write (0., 1.), say.", ModelUseError)
    return ends[0] if len(ends) == 1 else ends


class Axes:
    """The axes of a sheet.

    Parameters
    ----------
    shape : tuple of int
    normalize : bool
        Whether the sheet spans 0 to 1 along each axis (an axis with one neuron lies at 1), or neurons are at 0, 1, 2...
    ranges : ndarray, optional
        What `checked_ranges` returned. Along an axis from a to b of n neurons, neuron k stands at
        ``a + k (b - a) / n``, so that on a ring the last is as far from the first as from the one before.
    periodic : bool
        Whether the ends of each axis meet.

    Attributes
    ----------
    values : list of ndarray
        Positions along each axis.
    periods : list of float
        Length of each axis, infinite when its ends do not meet.
    """

    def __init__(self, shape, normalize: bool, ranges=None, periodic: bool = False):
        if ranges is not None and ranges.ndim == 2 and len(ranges) != len(shape):
            raise ModelUseError(
                f'"encoding_values" has {len(ranges)} pairs, but the sheet has the shape {shape}: give one pair for '
                "each axis, or one for all."
            )
        self.values, self.periods = [], []
        for axis, n in enumerate(shape):
            if ranges is not None:
                first, last = ranges if ranges.ndim == 1 else ranges[axis]
                self.values.append(first + np.arange(n) * ((last - first) / max(n, 1)))
                period = float(last - first)
            elif normalize:
                self.values.append(np.arange(n) / (n - 1) if n > 1 else np.ones(n))
                period = n / (n - 1) if n > 1 else 1.0
            else:
                self.values.append(np.arange(n, dtype=np.float64))
                period = float(n)
            self.periods.append(period if periodic else np.inf)


def around(distance: np.ndarray, period: float) -> np.ndarray:
    """The shorter way, along an axis whose ends meet after `period`."""
    if period == np.inf:
        return distance
    distance = np.abs(distance) % period
    return np.minimum(distance, period - distance)
