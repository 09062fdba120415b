"""What the primitives of the reference do exactly where they change their way, and where a second look is needed."""

import brainpy_lab.kernels.reference.arrays as arrays
import brainpy_lab.kernels.reference.math as math
import brainpy_lab.kernels.reference.orders as orders
import brainpy_lab.kernels.reference.random_edges as edges
import numpy as np
import pytest
from brainpy_lab.kernels import constants_f32, constants_f64

from tests.kernels.samples import FLOATS
from tests.kernels.test_bits_everywhere import digest

CONSTANTS = {"f64": constants_f64, "f32": constants_f32}


@pytest.mark.parametrize("name", FLOATS)
def test_of_zeros_clip_keeps_the_one_that_is_there(name):
    zeros = np.array([0.0, -0.0], FLOATS[name])
    x, low, high = (grid.ravel() for grid in np.meshgrid(zeros, zeros, zeros))
    assert np.array_equal(np.signbit(getattr(math, f"clip_{name}")(x, low, high)), np.signbit(x))


@pytest.mark.parametrize("name", FLOATS)
def test_the_largest_arguments_still_have_a_value(name):
    C = CONSTANTS[name]
    values = [getattr(math, f"exprel_{name}")(C.EXPREL_MAX)]
    values += [getattr(math, f"{f}_{name}")(x) for f in ("sin", "cos", "tan") for x in (C.TRIG_MAX, -C.TRIG_MAX)]
    assert np.isfinite(values).all()
    beyond = [np.nextafter(x, C.INF) for x in (C.EXPREL_MAX, C.TRIG_MAX)]
    assert getattr(math, f"exprel_{name}")(beyond[0]) == C.INF and np.isnan(getattr(math, f"sin_{name}")(beyond[1]))


@pytest.mark.parametrize("name", FLOATS)
def test_powers_with_large_exponents_have_these_bits(name):
    """The last bits of the logarithm, which show where it is multiplied by a large exponent."""
    rng, largest = np.random.default_rng(5), {"f64": 707.0, "f32": 86.0}[name]
    base = 1.0 + np.ldexp(rng.uniform(-0.29, 0.41, 40_000), -(np.arange(40_000) % 4))
    exponent = rng.choice([-1.0, 1.0], base.size) * rng.uniform(0.9, 1.0, base.size) * largest / math.log_f64(base)
    found = getattr(math, f"pow_{name}")(base.astype(FLOATS[name]), exponent.astype(FLOATS[name]))
    assert digest(found) == {"f64": "4e20e1e9a7ae7d0f", "f32": "a52cb4cb1fcb4fbe"}[name]


def test_an_array_is_divided_where_it_is():
    x = np.array([3.0, -1.5])
    assert arrays.divide_into(x, 2.0) is x and x.tolist() == [1.5, -0.75]


def test_a_range_that_goes_nowhere_is_empty():
    assert orders.arange(2.0, 1.0, 0.5).size == orders.arange(1.0, 1.0).size == 0
    assert orders.arange(1.0, 1.25, 0.5).tolist() == [1.0]


def test_the_scale_of_skips_is_one_over_a_logarithm():
    for prob in (1e-300, 1e-6, 0.02, 0.1, 0.5, 0.97):
        assert edges.skip_scale(prob) == 1.0 / math.log1p_f64(-prob)
    assert edges.skip_scale(1.0) == 0.0 and np.signbit(edges.skip_scale(1.0))


def test_one_row_and_one_target_are_enough():
    ((pre, post, place),) = edges.row_blocks(5, np.array([3]), 40, edges.skip_scale(1.0))
    assert set(pre) == {3} and post.tolist() == place.tolist() == list(range(40))
    ((pre, post, place),) = edges.row_blocks(5, np.arange(7), 1, edges.skip_scale(1.0))
    assert pre.tolist() == list(range(7)) and not post.any() and not place.any()
    assert not list(edges.row_blocks(5, np.arange(0), 40, edges.skip_scale(0.5)))


@pytest.mark.parametrize("prob", [0.3, 0.97, 1.0])
def test_edges_are_the_same_however_many_are_drawn_at_once(prob):
    rows, scale = np.array([2, 5, 11]), edges.skip_scale(prob)
    whole = edges._edges(7, rows, 200, scale, 200)
    for pairs in (1, 8, 50):
        for found, expected in zip(edges._edges(7, rows, 200, scale, pairs), whole):
            assert np.array_equal(found, expected)
