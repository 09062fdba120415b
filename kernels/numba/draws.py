"""Draws of steps in Python, with the bits of `brainpy_lab.kernels.reference.arrays`; there stands what `at` holds."""

import numpy as np
from brainpy_lab.kernels.numba import random
from brainpy_lab.kernels.numba.kinds import is_array
from brainpy_lab.kernels.reference.arrays import AT_HEAD
from numba.core import types
from numba.extending import overload


def draw_normal(size, at, site):
    """Standard normal numbers: one (size None), or an array."""
    raise NotImplementedError


def draw_uniform(size, at, site):
    """Numbers uniform in [0, 1): one (size None), or an array."""
    raise NotImplementedError


def draw_like(x, at, site):
    """Standard normal numbers in the shape of `x`."""
    raise NotImplementedError


def _drawing(draw):
    def one(size, at, site):
        number = np.float64(draw(at[0], at[1] + site, at[3], at[2], at[AT_HEAD + site]))
        at[AT_HEAD + site] += 1
        return number

    def many(size, at, site):
        numbers = np.empty(size)
        element = at[3]
        for index in np.ndindex(numbers.shape):
            numbers[index] = draw(at[0], at[1] + site, element, at[2], at[AT_HEAD + site])
            element += 1
        at[AT_HEAD + site] += 1
        return numbers

    def choose(size, at, site):
        none = isinstance(size, types.NoneType) or isinstance(size, types.Omitted) and size.value is None
        return one if none else many

    return choose


def draw_normal_f32(size, at, site):
    """The same in single precision, as float64."""
    raise NotImplementedError


def draw_uniform_f32(size, at, site):
    """The same in single precision, as float64."""
    raise NotImplementedError


def draw_like_f32(x, at, site):
    """The same in single precision, as float64."""
    raise NotImplementedError


overload(draw_normal)(_drawing(random.normal_f64))
overload(draw_uniform)(_drawing(random.uniform_f64))
overload(draw_normal_f32)(_drawing(random.normal_f32))
overload(draw_uniform_f32)(_drawing(random.uniform_f32))


def _drawing_like(draw):
    def choose(x, at, site):
        if is_array(x):
            return lambda x, at, site: draw(x.shape, at, site)
        return lambda x, at, site: draw(None, at, site)

    return choose


overload(draw_like)(_drawing_like(draw_normal))
overload(draw_like_f32)(_drawing_like(draw_normal_f32))
