"""The tables hold what their comments say."""

import importlib

import numpy as np
import pytest

from tests.kernels.derive_constants import derive
from tests.kernels.samples import FLOATS


@pytest.mark.parametrize("name", FLOATS)
def test_every_table_constant_is_its_derivation_in_sixty_digits(name):
    constants = importlib.import_module(f"brainpy_lab.kernels.constants_{name}")
    for key, expected in derive(FLOATS[name]).items():
        assert np.array_equal(getattr(constants, key), expected), key


@pytest.mark.parametrize("name", FLOATS)
def test_every_constant_has_the_type_of_its_table(name):
    constants = importlib.import_module(f"brainpy_lab.kernels.constants_{name}")
    for key, value in vars(constants).items():
        if key.isupper() and len(key) > 1:
            for entry in value if isinstance(value, tuple) else (value,):
                assert type(entry) in (constants.F, constants.U), key


@pytest.mark.parametrize("name", FLOATS)
def test_bit_patterns_are_those_of_their_numbers(name):
    constants = importlib.import_module(f"brainpy_lab.kernels.constants_{name}")
    one, root = constants.F(1), np.sqrt(constants.F(0.5))
    assert root.view(constants.U) == constants.SQRT_HALF_BITS
    assert one.view(constants.U) - constants.SQRT_HALF_BITS == constants.LOG_SHIFT
    assert constants.F(2.0 ** np.finfo(constants.F).nmant).view(constants.U) == constants.COUNT_BITS
    assert constants.MANTISSA_WIDTH == np.finfo(constants.F).nmant
