"""Counter-based random numbers on NumPy arrays: the definition of the bits that every compiled back end must give.

A number depends on its five coordinates and on nothing else: key (seed, stream), counter (element, step, draw), so any
order, subset or restart gives the same values. Arguments are integers or integer arrays, broadcast together; all are
taken by their low 32 bits, `step` by its low 64 (negative ones in two's complement).

References
----------
Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as 1, 2, 3 (Philox4x32-10, section 4.3).
Box and Muller 1958, A note on the generation of random normal deviates.
"""

import numpy as np
from brainpy_lab.kernels import constants_f32, constants_f64, philox
from brainpy_lab.kernels.reference import math


def _word(x):
    x = np.asarray(x)
    if x.dtype.kind not in "iu":
        raise TypeError(f"a coordinate of a random number has type {x.dtype}, expected an integer type")
    return x.astype(np.uint64)


def philox4x32(c0, c1, c2, c3, k0, k1):
    """Philox4x32-10: four words from a counter of four and a key of two.

    Parameters
    ----------
    c0, c1, c2, c3, k0, k1 : int or ndarray of integers
        Counter and key; the low 32 bits count.

    Returns
    -------
    tuple of four uint64 arrays or scalars
        Words below 2**32.

    Raises
    ------
    TypeError
        When an argument is not of an integer type.
    """
    x0, x1, x2, x3, key0, key1 = (_word(x) & philox.MASK for x in (c0, c1, c2, c3, k0, k1))
    for _ in range(philox.ROUNDS):
        p0 = philox.MULTIPLIER_0 * x0
        p1 = philox.MULTIPLIER_1 * x2
        x0, x1 = (p1 >> philox.WORD) ^ x1 ^ key0, p1 & philox.MASK
        x2, x3 = (p0 >> philox.WORD) ^ x3 ^ key1, p0 & philox.MASK
        key0 = (key0 + philox.WEYL_0) & philox.MASK
        key1 = (key1 + philox.WEYL_1) & philox.MASK
    return x0, x1, x2, x3


def _words(seed, stream, element, step, draw):
    step = _word(step)
    return philox4x32(element, step, step >> philox.WORD, draw, seed, stream)


def _unit_f64(high, low):
    a = (high >> philox.DROP_5).astype(np.float64)
    b = (low >> philox.DROP_6).astype(np.float64)
    return a * philox.UNIT_27 + b * philox.UNIT_53


def _unit_f32(word):
    return (word >> philox.DROP_8).astype(np.float32) * philox.UNIT_24


def uniform_f64(seed, stream, element, step, draw):
    """Uniform in [0, 1) on the grid of 2**-53: 27 bits of the first word, 26 of the second.

    Parameters
    ----------
    seed, stream, element, step, draw : int or ndarray of integers
        The number's coordinates: seed of the program, ordinal of the draw site, index of the element, absolute step,
        and count of the site's calls within the step.

    Returns
    -------
    ndarray or scalar, float64, the arguments' common shape
    """
    x0, x1, _, _ = _words(seed, stream, element, step, draw)
    return _unit_f64(x0, x1)


def uniform_pair_f64(seed, stream, element, step, draw):
    """Two uniforms of one counter, each as in `uniform_f64`: of the first two words, and of the last two."""
    x0, x1, x2, x3 = _words(seed, stream, element, step, draw)
    return _unit_f64(x0, x1), _unit_f64(x2, x3)


def uniform_f32(seed, stream, element, step, draw):
    """Uniform in [0, 1) on the grid of 2**-24 from the first word; arguments as in `uniform_f64`."""
    x0, _, _, _ = _words(seed, stream, element, step, draw)
    return _unit_f32(x0)


def normal_f64(seed, stream, element, step, draw):
    """Standard normal, ``sqrt(-2 log(1 - u)) cos(2 pi v)`` of the two uniforms of one counter.

    Parameters and result are those of `uniform_f64`. 1 - u is never 0, and the largest magnitude is
    ``sqrt(106 log 2)`` = 8.57.
    """
    x0, x1, x2, x3 = _words(seed, stream, element, step, draw)
    radius = math.sqrt_f64(philox.MINUS_TWO_F64 * math.log_f64(philox.UNIT_F64 - _unit_f64(x0, x1)))
    return radius * math.cos_f64(constants_f64.TWO_PI * _unit_f64(x2, x3))


def normal_f32(seed, stream, element, step, draw):
    """Standard normal from the first two words; as `normal_f64`, with largest magnitude ``sqrt(48 log 2)`` = 5.77."""
    x0, x1, _, _ = _words(seed, stream, element, step, draw)
    radius = math.sqrt_f32(philox.MINUS_TWO_F32 * math.log_f32(philox.UNIT_F32 - _unit_f32(x0)))
    return radius * math.cos_f32(constants_f32.TWO_PI * _unit_f32(x1))
