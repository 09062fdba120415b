"""Weights whose variance follows from the numbers of their inputs and outputs."""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..errors import ModelValueError
from .base import RandomInitializer, checked_number

MODES = ("fan_in", "fan_out", "fan_avg")
DISTRIBUTIONS = ("truncated_normal", "normal", "uniform")

# Standard deviation of a standard normal cut at -2 and 2: sqrt(1 - 4 pdf(2) / (cdf(2) - cdf(-2))).
CUT_AT_TWO = math.sqrt(1.0 - 4.0 * math.exp(-2.0) / math.sqrt(2.0 * math.pi) / math.erf(math.sqrt(2.0)))


class VarianceScaling(RandomInitializer):
    """Weights of mean 0 and variance ``scale / n``.

    Parameters
    ----------
    scale : float
    mode : {'fan_in', 'fan_out', 'fan_avg'}
        What n is: the number of inputs, of outputs, or their mean.
    distribution : {'truncated_normal', 'normal', 'uniform'}
        The first is cut at two standard deviations, and widened so that the variance holds after the cut.
    in_axis, out_axis : int
        Axes of the shape that count inputs and outputs. The other axes, those of a kernel, belong to both.
    seed : int, optional
        For a generator of its own; the default one of ``bm.random`` when left out.
    """

    def __init__(self, scale, mode, distribution, in_axis=-2, out_axis=-1, seed=None):
        super().__init__(seed)
        self.scale = checked_number("scale", scale, low=0.0, strict=True)
        for name, value, known in (("mode", mode, MODES), ("distribution", distribution, DISTRIBUTIONS)):
            checks.choice(name, value, known)
        for name, value in (("in_axis", in_axis), ("out_axis", out_axis)):
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
                raise checks.wrong(name, value, "a whole number, an axis of the shape", "Write 0 or -1, say.")
        self.mode, self.distribution = mode, distribution
        self.in_axis, self.out_axis = in_axis, out_axis

    def make(self, shape):
        fan_in, fan_out = self._fans(shape)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}[self.mode]
        deviation = math.sqrt(self.scale / n)
        if self.distribution == "normal":
            return self.rng.normal(0.0, deviation, shape)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0) * deviation
            return self.rng.uniform(-limit, limit, shape)
        deviation /= CUT_AT_TWO
        return self.rng.truncated_normal(-2.0 * deviation, 2.0 * deviation, shape, 0.0, deviation)

    def _fans(self, shape) -> tuple[int, int]:
        if len(shape) < 2 or 0 in shape:
            raise ModelValueError(
                f"{type(self).__name__} needs the numbers of inputs and outputs, so a shape of two or more lengths "
                f"above 0, but got {shape}. Give (n_in, n_out), say."
            )
        try:
            n_in, n_out = shape[self.in_axis], shape[self.out_axis]
        except IndexError:
            raise ModelValueError(
                f'"in_axis" = {self.in_axis!r} and "out_axis" = {self.out_axis!r} must be axes of the shape {shape}.'
            ) from None
        kernel = math.prod(shape) / (n_in * n_out)
        return int(n_in * kernel), int(n_out * kernel)


class KaimingUniform(VarianceScaling):
    """Even weights of variance ``scale / n_in`` for rectifying units (He, Zhang, Ren and Sun 2015)."""

    def __init__(self, scale=2.0, mode="fan_in", distribution="uniform", in_axis=-2, out_axis=-1, seed=None):
        super().__init__(scale, mode, distribution, in_axis, out_axis, seed)


class KaimingNormal(VarianceScaling):
    """Normal weights of variance ``scale / n_in`` for rectifying units (He, Zhang, Ren and Sun 2015)."""

    def __init__(self, scale=2.0, mode="fan_in", distribution="truncated_normal", in_axis=-2, out_axis=-1, seed=None):
        super().__init__(scale, mode, distribution, in_axis, out_axis, seed)


class XavierUniform(VarianceScaling):
    """Even weights of variance ``2 scale / (n_in + n_out)`` (Glorot and Bengio 2010)."""

    def __init__(self, scale=1.0, mode="fan_avg", distribution="uniform", in_axis=-2, out_axis=-1, seed=None):
        super().__init__(scale, mode, distribution, in_axis, out_axis, seed)


class XavierNormal(VarianceScaling):
    """Normal weights of variance ``2 scale / (n_in + n_out)`` (Glorot and Bengio 2010)."""

    def __init__(self, scale=1.0, mode="fan_avg", distribution="truncated_normal", in_axis=-2, out_axis=-1, seed=None):
        super().__init__(scale, mode, distribution, in_axis, out_axis, seed)


class LecunUniform(VarianceScaling):
    """Even weights of variance ``scale / n_in`` (LeCun, Bottou, Orr and Mueller 1998)."""

    def __init__(self, scale=1.0, mode="fan_in", distribution="uniform", in_axis=-2, out_axis=-1, seed=None):
        super().__init__(scale, mode, distribution, in_axis, out_axis, seed)


class LecunNormal(VarianceScaling):
    """Normal weights of variance ``scale / n_in`` (LeCun, Bottou, Orr and Mueller 1998)."""

    def __init__(self, scale=1.0, mode="fan_in", distribution="truncated_normal", in_axis=-2, out_axis=-1, seed=None):
        super().__init__(scale, mode, distribution, in_axis, out_axis, seed)
