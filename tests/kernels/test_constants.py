"""The tables hold what their comments say."""

import importlib
import math

import mpmath as mp
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


def layout(name):
    """The constants that follow from the bit layout of a float type, as IEEE 754 has it."""
    info = np.finfo(FLOATS[name])
    width, mantissa = info.bits, info.nmant
    bias, head = 2 ** (width - mantissa - 2) - 1, 21 if name == "f64" else 12
    return {
        "MANTISSA_WIDTH": mantissa, "SIGN_MASK": 1 << (width - 1), "MANTISSA_MASK": (1 << mantissa) - 1,
        "HEAD_MASK": (1 << width) - (1 << (mantissa + 1 - head)), "COUNT_BIAS": 2**mantissa + bias, "ONE": 1, "TWO": 2,
        "QUADRANT_SHIFT": width - 2, "TWICE_BIAS": 2 * bias, "QUARTER_BIAS": bias - 2, "MAGIC": 1.5 * 2**mantissa,
        "MIN_NORMAL": info.tiny, "SUBNORMAL_SHIFT": mantissa + 2, "SUBNORMAL_SCALE": 2.0 ** (mantissa + 2),
        "TINY": info.eps / 4, "ZERO": 0, "QUARTER": 0.25, "HALF": 0.5, "UNIT": 1, "DOUBLE": 2, "TRIPLE": 3, "FOUR": 4,
        "INF": np.inf, "EXP_MIN": math.floor(math.log(info.smallest_subnormal) - math.log(2)),
        "EXP_MAX": math.ceil(math.log(info.max)),
    }  # fmt: skip


CHOSEN = {  # limits that could lie elsewhere, and what they have to reach
    "EXPM1_MIN": (-40.0, -20.0), "EXPM1_MAX": (710.8, 89.6), "TANH_MAX": (20.0, 10.0), "TANH_SLOPE": (0.4, 0.4),
    "TRIG_MAX": (2.0**48, 2.0**19), "POW_MAX_Y": (2.0**70, 2.0**40), "POW_LIMIT": (1100.0, 160.0),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOATS)
def test_constants_of_the_bit_layout_and_limits_are_exact(name):
    constants = importlib.import_module(f"brainpy_lab.kernels.constants_{name}")
    for key, expected in layout(name).items():
        found = getattr(constants, key)
        assert found == type(found)(expected), key
    for key, both in CHOSEN.items():
        assert getattr(constants, key) == constants.F(both[name == "f32"]), key
    assert np.isnan(constants.NAN)


@pytest.mark.parametrize("name", FLOATS)
def test_limits_lie_where_nothing_is_lost(name):
    constants = importlib.import_module(f"brainpy_lab.kernels.constants_{name}")
    info = np.finfo(constants.F)
    largest, smallest = mp.mpf(float(info.max)), mp.mpf(float(info.smallest_subnormal))
    assert mp.exp(mp.mpf(float(constants.EXP_MIN))) < smallest / 2
    assert mp.exp(mp.mpf(float(constants.EXP_MAX))) > largest
    assert mp.exp(mp.mpf(float(constants.EXPM1_MIN))) < info.eps / 4
    assert mp.exp(mp.mpf(float(constants.EXPM1_MAX))) / 2 > largest
    x = constants.EXPREL_MAX
    beyond = np.nextafter(x, constants.INF)
    assert mp.expm1(mp.mpf(float(x))) <= largest < mp.expm1(mp.mpf(float(beyond)))
    assert 1 - mp.tanh(mp.mpf(float(constants.TANH_MAX))) < info.eps / 4
    assert mp.mpf(2) ** float(constants.POW_LIMIT) > largest and mp.mpf(2) ** -float(constants.POW_LIMIT) < smallest / 2
    assert mp.log(1 + mp.mpf(float(info.eps)) / 2, 2) * float(constants.POW_MAX_Y) > 2 * float(constants.POW_LIMIT)
    k = 2 ** (20 if name == "f64" else 16)
    for part in constants.HALF_PI_PARTS[:-1]:
        assert float(part) * (k - 1) == constants.F(float(part) * (k - 1))
