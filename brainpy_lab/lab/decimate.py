"""From samples and spikes to pixels: what a view sends is never more than a screen can show."""

from __future__ import annotations

import numpy as np


def per_column(window_steps: int, columns: int) -> int:
    """How many steps share a pixel column, so that a window of `window_steps` needs at most `columns` of them."""
    return max(1, -(-int(window_steps) // max(1, int(columns))))


def extremes(values: np.ndarray, first_step: int, per: int) -> tuple[np.ndarray, int]:
    """Smallest and largest value of every column.

    Columns are counted from absolute step 0, so that a scrolling trace does not shimmer: a sample stays in the same
    column as long as it is visible.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Samples of consecutive steps.
    first_step : int
        Absolute step of ``values[0]``.
    per : int
        Steps in a column.

    Returns
    -------
    pairs : ndarray, shape (n_columns, 2), float32
        Lowest and highest value; a value that is not finite becomes NaN, and so does its column.
    first_column : int
        Number of the first column; column ``c`` covers the steps ``c*per`` to ``(c + 1)*per - 1``.
    """
    first_column = first_step // per
    n = len(values)
    if not n:
        return np.empty((0, 2), np.float32), first_column
    if per == 1:
        return np.repeat(np.asarray(values, np.float32), 2).reshape(n, 2), first_column
    last_column = (first_step + n - 1) // per
    starts = np.arange(first_column, last_column + 1) * per - first_step
    starts[0] = 0
    with np.errstate(over="ignore", invalid="ignore"):
        low = np.minimum.reduceat(values, starts)
        high = np.maximum.reduceat(values, starts)
        return np.stack([low, high], axis=1).astype(np.float32), first_column


def rate(steps: np.ndarray, n_neurons: int, first_bin: int, n_bins: int, per: int, dt: float) -> np.ndarray:
    """Population rate in bins of `per` steps, Hz.

    Parameters
    ----------
    steps : ndarray, int
        Absolute step of every spike.
    n_neurons : int
    first_bin, n_bins : int
        Bin ``b`` covers the steps ``b*per`` to ``(b + 1)*per - 1``.
    per : int
        Steps in a bin.
    dt : float
        ms.

    Returns
    -------
    ndarray, shape (n_bins,), float32, Hz
    """
    counts = np.bincount(np.clip(steps // per - first_bin, -1, n_bins) + 1, minlength=n_bins + 2)[1 : n_bins + 1]
    return (counts * (1000.0 / (max(1, n_neurons) * per * dt))).astype(np.float32)


def density(x: np.ndarray, ids: np.ndarray, shape: tuple[int, int], n_neurons: int) -> np.ndarray:
    """A raster with more spikes than a page can take, as an image.

    Parameters
    ----------
    x : ndarray, int
        Pixel column of every spike, inside ``shape[1]``.
    ids : ndarray, int
        Neuron of every spike.
    shape : (rows, columns)
    n_neurons : int

    Returns
    -------
    ndarray, shape (rows, columns), uint8
        0 without a spike, then 80 ... 255 with the square root of the count; the highest row is neuron 0's.
    """
    rows, columns = shape
    at = (ids.astype(np.int64) * rows // max(1, n_neurons)) * columns + x
    count = np.bincount(at, minlength=rows * columns).astype(np.float32)
    top = count.max(initial=0.0)
    image = np.where(count > 0, 80 + 175 * np.sqrt(count / top) if top else 0, 0)
    return image.astype(np.uint8).reshape(rows, columns)
