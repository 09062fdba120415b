"""Weights that fall with the distance of neurons in one group."""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..connect.encoding import Axes, around, checked_ranges
from ..connect.spatial import gaussian
from .base import Initializer, checked_number


class _Decay(Initializer):
    """A matrix of weights from distances. Called with the size of a group, it makes the matrix of all its pairs."""

    def make(self, shape):
        axes = Axes(shape, self.normalize, self._ranges, self.periodic_boundary)
        places = np.meshgrid(*axes.values, indexing="ij")
        square = np.zeros((math.prod(shape), math.prod(shape)))
        for place, period in zip(places, axes.periods):
            x = place.reshape(-1)
            square += around(x[:, None] - x, period) ** 2
        weights = self._weights(square)
        if not self.include_self:
            np.fill_diagonal(weights, 0.0)
        return weights

    def _weights(self, square: np.ndarray) -> np.ndarray:
        """Weights from squared distances."""
        raise NotImplementedError


class GaussianDecay(_Decay):
    r"""Weights that fall with distance as a Gaussian.

    .. math:: w_{ij} = w_{max} \exp\left(-\frac{|x_i - x_j|^2}{2 \sigma^2}\right)

    Parameters
    ----------
    sigma : float
        Width, in the units of the positions.
    max_w : float
        Weight at distance 0.
    min_w : float, optional
        Weights of a smaller magnitude are 0; ``0.01 * |max_w|`` when left out.
    encoding_values : float, pair, or list of pairs, optional
        What neurons stand for along the axes, from a to b: neuron k of n stands at ``a + k (b - a) / n``. One pair
        holds for all axes; one number b for the pair (0, b).
    periodic_boundary : bool
        Whether the ends of each axis meet.
    include_self : bool
        Whether a neuron has a weight to itself; 0 otherwise.
    normalize : bool
        Whether the group spans 0 to 1 along each axis, where no `encoding_values` are given. Otherwise neurons stand
        at 0, 1, 2...

    Notes
    -----
    ``GaussianDecay(...)(size)`` makes the matrix of all pairs in a group of that size, shape (n, n) with n neurons in
    row-major order.
    """

    def __init__(
        self,
        sigma,
        max_w,
        min_w=None,
        encoding_values=None,
        periodic_boundary=False,
        include_self=True,
        normalize=False,
    ):
        self.sigma = checked_number("sigma", sigma, low=0.0, strict=True)
        self.max_w = checked_number("max_w", max_w)
        self.min_w = 0.01 * abs(max_w) if min_w is None else checked_number("min_w", min_w)
        self.encoding_values, self._ranges = encoding_values, checked_ranges(encoding_values)
        self.periodic_boundary = checks.flag("periodic_boundary", periodic_boundary)
        self.include_self = checks.flag("include_self", include_self)
        self.normalize = checks.flag("normalize", normalize)

    def _weights(self, square):
        w = self.max_w * gaussian(square, self.sigma)
        return np.where(np.abs(w) < self.min_w, 0.0, w)


class DOGDecay(_Decay):
    r"""Weights that are a difference of two Gaussians of the distance.

    .. math:: w_{ij} = w_+ e^{-d^2 / 2 \sigma_+^2} - w_- e^{-d^2 / 2 \sigma_-^2}

    Parameters
    ----------
    sigmas, max_ws : pair of float
        Width, and weight at distance 0, of the positive and of the negative Gaussian.
    min_w : float, optional
        Weights of a smaller magnitude are 0; ``0.01 |max_ws[0] - max_ws[1]|`` when left out.
    encoding_values, periodic_boundary, include_self, normalize
        As for `GaussianDecay`; here `normalize` is True when left out.
    """

    def __init__(
        self,
        sigmas,
        max_ws,
        min_w=None,
        encoding_values=None,
        periodic_boundary=False,
        normalize=True,
        include_self=True,
    ):
        for name, value in (("sigmas", sigmas), ("max_ws", max_ws)):
            checks.pair(name, value, "a pair: of the positive and of the negative Gaussian")
        self.sigmas = tuple(checked_number("sigmas", value, low=0.0, strict=True) for value in sigmas)
        self.max_ws = tuple(checked_number("max_ws", value) for value in max_ws)
        self.min_w = 0.01 * abs(max_ws[0] - max_ws[1]) if min_w is None else checked_number("min_w", min_w)
        self.encoding_values, self._ranges = encoding_values, checked_ranges(encoding_values)
        self.periodic_boundary = checks.flag("periodic_boundary", periodic_boundary)
        self.include_self = checks.flag("include_self", include_self)
        self.normalize = checks.flag("normalize", normalize)

    def _weights(self, square):
        near, far = (w * gaussian(square, sigma) for w, sigma in zip(self.max_ws, self.sigmas))
        return np.where(np.abs(near - far) < self.min_w, 0.0, near - far)
