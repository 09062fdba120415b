"""The order of an integer power."""

from math import log2

import numpy as np
import pytest
from brainpy_lab.kernels.power_chain import ipow_chain
from brainpy_lab.kernels.reference.math import ipow_f64


def test_the_chain_multiplies_out_every_power_up_to_64():
    for n in range(1, 65):
        exponents = [1]
        for left, right in ipow_chain(n):
            exponents.append(exponents[left] + exponents[right])
        assert exponents[-1] == n
        assert len(exponents) - 1 <= 2 * log2(n)


def test_a_cube_is_a_square_times_the_base():
    assert ipow_chain(3) == ((0, 0), (1, 0))


def test_the_empty_chain_stands_for_powers_zero_and_one():
    assert ipow_chain(0) == ipow_chain(1) == ()
    assert ipow_f64(np.nan, 0) == 1 and ipow_f64(0.3, 1) == 0.3


def test_powers_of_small_integers_are_exact():
    assert [ipow_f64(3.0, n) for n in range(34)] == [3**n for n in range(34)]
    assert ipow_f64(-2.0, 63) == -(2**63)


@pytest.mark.parametrize("n", [-1, 65, 2.5, True, "x"])
def test_powers_outside_the_table_are_refused(n):
    with pytest.raises(ValueError, match="expected a whole number from 0 to 64"):
        ipow_chain(n)
