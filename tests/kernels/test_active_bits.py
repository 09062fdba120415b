"""Many elements tested at once, and rows asked for ahead."""

import numpy as np
import pytest
from brainpy_lab.kernels.numba.active import active_bits, count_bits, fetch, first_bit
from numba import njit

RANDOM = np.random.default_rng(1)


@njit
def _bits(source, start, stop):
    return active_bits(source, start, stop)


@njit
def _first(bits):
    return first_bit(bits)


@njit
def _count(bits):
    return count_bits(bits)


@njit
def _fetch(array, start, stop):
    fetch(array, start, stop)


@pytest.mark.parametrize("dtype", [np.bool_, np.int32, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("length", [0, 1, 2, 63, 64])
def test_each_element_that_is_not_zero_has_its_bit(dtype, length):
    source = (RANDOM.random(130) < 0.3).astype(dtype)
    if length:
        source[3 + length - 1] = 1
    bits = int(_bits(source, 3, 3 + length))
    assert [k for k in range(64) if bits >> k & 1] == np.flatnonzero(source[3 : 3 + length]).tolist()


@pytest.mark.parametrize("length", [3, 64])
def test_negative_zero_is_zero_and_nan_is_not(length):
    source = np.zeros(64)
    source[:3] = -0.0, np.nan, -1e-310
    assert int(_bits(source, 0, length)) == 0b110


def test_bits_are_found_and_counted():
    for place in (0, 1, 40, 63):
        assert _first(np.uint64(1 << place)) == place
        assert _first(np.uint64(1 << place | 1 << 63)) == place
    assert _count(np.uint64(0)) == 0 and _count(np.uint64(2**64 - 1)) == 64 and _count(np.uint64(0b1011)) == 3


def test_asking_for_memory_changes_nothing_wherever_it_lies():
    array = np.arange(200, dtype=np.int32)
    for start, stop in ((0, 200), (5, 5), (10, 3), (0, 10**12), (10**9, 10**9 + 1), (-(10**6), 4)):
        _fetch(array, start, stop)
    assert np.array_equal(array, np.arange(200))
