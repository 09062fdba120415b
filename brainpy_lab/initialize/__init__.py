"""Initial values and weights: objects that make an array when they are called with a shape."""

from .base import Initializer
from .decay import DOGDecay, GaussianDecay
from .parameter import parameter
from .plain import Constant, Identity, OneInit, ZeroInit
from .random import Exponential, Gamma, Normal, Orthogonal, TruncatedNormal, Uniform
from .variance import (
    KaimingNormal,
    KaimingUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
    XavierNormal,
    XavierUniform,
)

__all__ = [
    "Constant",
    "DOGDecay",
    "Exponential",
    "Gamma",
    "GaussianDecay",
    "Identity",
    "Initializer",
    "KaimingNormal",
    "KaimingUniform",
    "LecunNormal",
    "LecunUniform",
    "Normal",
    "OneInit",
    "Orthogonal",
    "TruncatedNormal",
    "Uniform",
    "VarianceScaling",
    "XavierNormal",
    "XavierUniform",
    "ZeroInit",
    "parameter",
]
