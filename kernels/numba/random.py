"""Counter-based random numbers for Numba with the bits of `brainpy_lab.kernels.reference.random`; scalar, branch-free.

Integer arguments of any type are taken by their low 32 bits, `step` by its low 64.
"""

import numpy as np
from brainpy_lab.kernels import constants_f32, constants_f64, philox
from brainpy_lab.kernels.numba import math
from brainpy_lab.kernels.numba.intrinsics import sqrt
from numba import njit

_inlined = njit(error_model="numpy", forceinline=True, no_cfunc_wrapper=True)
_TWO_PI_F64, _TWO_PI_F32 = constants_f64.TWO_PI, constants_f32.TWO_PI
_cos_f64, _cos_f32, _log_f64, _log_f32 = math.cos_f64, math.cos_f32, math.log_f64, math.log_f32


@_inlined
def philox4x32(c0, c1, c2, c3, k0, k1):
    """Philox4x32-10: four 32-bit words (as uint64) from a counter of four words and a key of two."""
    x0, x1 = np.uint64(c0) & philox.MASK, np.uint64(c1) & philox.MASK
    x2, x3 = np.uint64(c2) & philox.MASK, np.uint64(c3) & philox.MASK
    key0, key1 = np.uint64(k0) & philox.MASK, np.uint64(k1) & philox.MASK
    for _ in range(philox.ROUNDS):
        p0 = philox.MULTIPLIER_0 * x0
        p1 = philox.MULTIPLIER_1 * x2
        x0, x1 = (p1 >> philox.WORD) ^ x1 ^ key0, p1 & philox.MASK
        x2, x3 = (p0 >> philox.WORD) ^ x3 ^ key1, p0 & philox.MASK
        key0 = (key0 + philox.WEYL_0) & philox.MASK
        key1 = (key1 + philox.WEYL_1) & philox.MASK
    return x0, x1, x2, x3


@_inlined
def _words(seed, stream, element, step, draw):
    step = np.uint64(step)
    return philox4x32(element, step, step >> philox.WORD, draw, seed, stream)


# Signed 32-bit integers, because those convert to floats in vectors on every machine; all of it is exact.
@_inlined
def _unit_f64(high, low):
    a = np.float64(np.int32(high >> philox.DROP_5))
    b = np.float64(np.int32(low >> philox.DROP_6))
    return a * philox.UNIT_27 + b * philox.UNIT_53


@_inlined
def _unit_f32(word):
    return np.float32(np.int32(word >> philox.DROP_8)) * philox.UNIT_24


@_inlined
def uniform_f64(seed, stream, element, step, draw):
    """Uniform in [0, 1) on the grid of 2**-53."""
    x0, x1, x2, x3 = _words(seed, stream, element, step, draw)
    return _unit_f64(x0, x1)


@_inlined
def uniform_pair_f64(seed, stream, element, step, draw):
    """Two uniforms of one counter, on the grid of 2**-53."""
    x0, x1, x2, x3 = _words(seed, stream, element, step, draw)
    return _unit_f64(x0, x1), _unit_f64(x2, x3)


@_inlined
def uniform_f32(seed, stream, element, step, draw):
    """Uniform in [0, 1) on the grid of 2**-24."""
    x0, x1, x2, x3 = _words(seed, stream, element, step, draw)
    return _unit_f32(x0)


@_inlined
def normal_f64(seed, stream, element, step, draw):
    """Standard normal by Box and Muller's cosine branch."""
    x0, x1, x2, x3 = _words(seed, stream, element, step, draw)
    radius = sqrt(philox.MINUS_TWO_F64 * _log_f64(philox.UNIT_F64 - _unit_f64(x0, x1)))
    return radius * _cos_f64(_TWO_PI_F64 * _unit_f64(x2, x3))


@_inlined
def normal_f32(seed, stream, element, step, draw):
    """Standard normal by Box and Muller's cosine branch."""
    x0, x1, x2, x3 = _words(seed, stream, element, step, draw)
    radius = sqrt(philox.MINUS_TWO_F32 * _log_f32(philox.UNIT_F32 - _unit_f32(x0)))
    return radius * _cos_f32(_TWO_PI_F32 * _unit_f32(x1))
