"""Connectors that look at positions on a sheet: probabilities and weights that fall with distance."""

from __future__ import annotations

import numpy as np

from .. import checks
from ..errors import ModelUseError
from .base import Connector
from .draws import Draws, checked_seed
from .encoding import Axes, around, checked_ranges

PAIRS = 2**21  # looked at together, at most some 64 MB


class _Spatial(Connector):
    """Distances between positions in the two sheets. An index array is a sheet; a position is its row and column.

    With `normalize` a sheet spans 0 to 1 in both directions (and a direction with one neuron lies at 1).
    """

    normalize: bool
    include_self: bool
    periodic_boundary = False
    ranges: np.ndarray | None = None  # what the axes encode, see `encoding`

    def _edges(self, pre, post):
        for name, ids in (("pre_indices", pre), ("post_indices", post)):
            if ids.ndim != 2:
                raise ModelUseError(
                    f'{type(self).__name__} needs positions on a sheet, but "{name}" has shape {ids.shape}: make the '
                    "group with a geometry (height, width)."
                )
        parts = []
        at, to = (Axes(ids.shape, self.normalize, self.ranges, self.periodic_boundary) for ids in (pre, post))
        if at.periods != to.periods:
            raise ModelUseError(
                f"{type(self).__name__} with a periodic boundary needs groups of the same geometry, but got "
                f'{pre.shape} and {post.shape}. Give "encoding_values" to both, or groups of one geometry.'
            )
        n_post = post.size
        rows = max(1, PAIRS // max(n_post, 1))
        row, column = np.divmod(np.arange(n_post), max(post.shape[1], 1))
        for start in range(0, pre.size, rows):
            r, c = np.divmod(np.arange(start, min(start + rows, pre.size)), pre.shape[1])
            dy = around(at.values[0][r][:, None] - to.values[0][row], at.periods[0])
            dx = around(at.values[1][c][:, None] - to.values[1][column], at.periods[1])
            keep, values = self._chosen(dy * dy + dx * dx)
            if not self.include_self:
                keep &= (r[:, None] != row) | (c[:, None] != column)
            i, j = np.nonzero(keep)
            parts.append((pre.reshape(-1)[start + i], post.reshape(-1)[j], values[keep]))
        if not parts:
            parts = [(pre.reshape(-1), post.reshape(-1)[:0], np.zeros(0))]
        return self._result(*(np.concatenate(column) for column in zip(*parts)))

    def _chosen(self, square: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which pairs to connect, and a number for each, from squared distances (n_block, n_post)."""
        raise NotImplementedError

    def _result(self, pre_ids, post_ids, values):
        return pre_ids, post_ids, values


class GaussianProb(_Spatial):
    r"""The probability of a connection falls with distance as a Gaussian.

    .. math:: p = \exp\left(-\frac{(x - x_c)^2 + (y - y_c)^2}{2 \sigma^2}\right)

    Parameters
    ----------
    sigma : float
        Width, in neurons, or in sheets when `normalize`.
    p_min : float
        Pairs whose probability is not above it are never connected.
    normalize : bool
        Whether a sheet has the length 1 in both directions, where no `encoding_values` are given.
    include_self : bool
        Whether neurons at equal positions may be connected.
    seed : int, optional
        Gives the same edges every time, on every machine; NumPy's global generator decides without it.
    encoding_values : float, pair, or list of pairs, optional
        What neurons stand for along the axes, from a to b: neuron k of n stands at ``a + k (b - a) / n``, and `sigma`
        has the unit of these values. One pair holds for all axes; one number b for the pair (0, b).
    periodic_boundary : bool
        Whether the ends of each axis meet.

    Notes
    -----
    With `encoding_values` or a periodic boundary a group may also be 1-D, a line or a ring. `normalize` speaks of
    positions, not of probabilities: the one at distance 0 is 1 in any case.
    """

    def __init__(
        self,
        sigma,
        p_min=0.0,
        normalize=True,
        include_self=True,
        seed=None,
        encoding_values=None,
        periodic_boundary=False,
    ):
        self.ranges = checked_ranges(encoding_values)
        self.periodic_boundary = checks.flag("periodic_boundary", periodic_boundary)
        self.sigma = checks.number("sigma", sigma, above=0)
        self.p_min = checks.number("p_min", p_min)
        self.normalize = checks.flag("normalize", normalize)
        self.include_self = checks.flag("include_self", include_self)
        self.seed = checked_seed(seed)

    def _edges(self, pre, post):
        self._draws = Draws(self.seed)
        if self.ranges is not None or self.periodic_boundary:
            pre, post = _column(pre), _column(post)
        return super()._edges(pre, post)

    def _chosen(self, square):
        p = gaussian(square, self.sigma)
        u = self._draws.uniform(p.size).reshape(p.shape)
        return (p > self.p_min) & (u < p), p

    def _result(self, pre_ids, post_ids, values):
        return pre_ids, post_ids


class GaussianWeight(_Spatial):
    r"""The weight falls with distance as a Gaussian.

    .. math:: w = w_{max} \exp\left(-\frac{(x - x_c)^2 + (y - y_c)^2}{2 \sigma^2}\right)

    Parameters
    ----------
    sigma : float
        Width, in sheets, or in neurons without `normalize`.
    w_max : float
        Weight at distance 0, above 0.
    w_min : float, optional
        Only pairs with a weight above it are connected; ``0.01 * w_max`` when left out.
    normalize : bool
        Whether a sheet has the length 1 in both directions.
    include_self : bool
        Whether neurons at equal positions are connected.
    """

    def __init__(self, sigma, w_max, w_min=None, normalize=True, include_self=True):
        self.sigma = checks.number("sigma", sigma, above=0)
        if checks.is_number(w_max) and w_max <= 0:
            cure = 'Only weights above "w_min" are made: for inhibition give one above 0, and subtract in the synapse.'
            raise checks.wrong("w_max", w_max, "a number above 0", cure)
        self.w_max = checks.number("w_max", w_max, above=0)
        self.w_min = 0.01 * self.w_max if w_min is None else checks.number("w_min", w_min)
        self.normalize = checks.flag("normalize", normalize)
        self.include_self = checks.flag("include_self", include_self)

    def _chosen(self, square):
        w = self.w_max * gaussian(square, self.sigma)
        return w > self.w_min, w


class DOG(_Spatial):
    r"""The weight is a difference of two Gaussians of the distance.

    .. math:: w = w_+ e^{-d^2 / 2 \sigma_+^2} - w_- e^{-d^2 / 2 \sigma_-^2}

    Parameters
    ----------
    sigmas : pair of float
        Widths of the positive and of the negative Gaussian, in sheets, or in neurons without `normalize`.
    ws_max : pair of float
        Their weights at distance 0.
    w_min : float, optional
        Only pairs whose weight has a magnitude above it are connected; ``0.01 * |ws_max[0] - ws_max[1]|`` when left
        out.
    normalize : bool
        Whether a sheet has the length 1 in both directions.
    include_self : bool
        Whether neurons at equal positions are connected.
    """

    def __init__(self, sigmas, ws_max, w_min=None, normalize=True, include_self=True):
        both = "a pair: of the positive and of the negative Gaussian"
        self.sigmas = tuple(checks.number("sigmas", value, above=0) for value in checks.pair("sigmas", sigmas, both))
        self.ws_max = tuple(checks.number("ws_max", value) for value in checks.pair("ws_max", ws_max, both))
        self.w_min = 0.01 * abs(self.ws_max[0] - self.ws_max[1]) if w_min is None else checks.number("w_min", w_min)
        self.normalize = checks.flag("normalize", normalize)
        self.include_self = checks.flag("include_self", include_self)

    def _chosen(self, square):
        near, far = (w * gaussian(square, sigma) for w, sigma in zip(self.ws_max, self.sigmas))
        w = near - far
        return np.abs(w) > self.w_min, w


def gaussian(square: np.ndarray, sigma: float) -> np.ndarray:
    """``exp(-square / (2 sigma**2))``, with the same bits on every machine."""
    from ..kernels.reference.math import exp_f64

    return exp_f64(-square / (2.0 * sigma * sigma))


def _column(ids: np.ndarray) -> np.ndarray:
    """Indices as a sheet: a line is a column."""
    return ids.reshape(-1, 1) if ids.ndim == 1 else ids
