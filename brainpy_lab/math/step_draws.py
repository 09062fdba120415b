"""The distributions that a step may draw from, each made of standard normal and uniform numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import functions as bm
from .draws import standard
from .graph import TraceError, at_user


def _shape(size: Any, *parameters: Any) -> tuple[int, ...]:
    if size is None:
        return tuple(np.broadcast_shapes(*(tuple(np.shape(value)) for value in parameters)))
    return tuple(int(n) for n in size) if isinstance(size, (tuple, list)) else (int(size),)


def _sizes(shape: tuple) -> tuple[int, ...]:
    return tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else tuple(shape)


def random(size=None):
    """Floats in [0, 1)."""
    return standard("uniform", _shape(size))


random_sample = random


def rand(*shape):
    """Floats in [0, 1)."""
    return standard("uniform", _sizes(shape))


def uniform(low=0.0, high=1.0, size=None):
    """Floats from `low` to `high`."""
    return low + (high - low) * standard("uniform", _shape(size, low, high))


def standard_normal(size=None):
    """Normal floats of mean 0 and standard deviation 1."""
    return standard("normal", _shape(size))


def randn(*shape):
    """Normal floats of mean 0 and standard deviation 1."""
    return standard("normal", _sizes(shape))


def normal(loc=0.0, scale=1.0, size=None):
    """Normal floats."""
    return loc + scale * standard("normal", _shape(size, loc, scale))


def lognormal(mean=0.0, sigma=1.0, size=None):
    """Floats whose logarithm is normal."""
    return bm.exp(normal(mean, sigma, size))


def exponential(scale=1.0, size=None):
    """Floats of the density ``exp(-x / scale) / scale``."""
    return -scale * bm.log(1.0 - standard("uniform", _shape(size, scale)))


def bernoulli(p=0.5, size=None):
    """True with the probability `p`."""
    return standard("uniform", _shape(size, p)) < p


def randint(low, high=None, size=None, dtype=None):
    """Whole numbers of ``low .. high - 1``, or of ``0 .. low - 1`` without `high`."""
    low, high = (0, low) if high is None else (low, high)
    return low + bm.floor((high - low) * standard("uniform", _shape(size, low, high))).astype(int)


integers = randint


def cannot(name: str):
    """What stands for a distribution that steps do not know."""

    def refuse(*_: Any, **__: Any) -> None:
        raise TraceError(
            f"bm.random.{name} cannot be drawn in a step{at_user()}: steps know random, rand, uniform, randn, normal, "
            "lognormal, exponential, bernoulli and randint. Draw it before the run, and give it as an operand or an "
            "'iter' input."
        )

    return refuse
