"""Initializers: shapes, seeds, and the values against closed forms and moments."""

import math

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import init, profile
from brainpy_lab.errors import ModelValueError

N = 30_000

MOMENTS = [  # initializer, mean, variance
    (init.Normal(-55.0, 2.0, seed=1), -55.0, 4.0),
    (init.Uniform(-70, -60.0, seed=1), -65.0, 100 / 12),
    (init.Gamma(3.0, 2.0, seed=1), 6.0, 12.0),
    (init.Exponential(2.0, seed=1), 2.0, 4.0),
    # A standard normal cut at -2 and 2 has the variance 1 - 4 pdf(2) / (cdf(2) - cdf(-2)) = 0.7737.
    (init.TruncatedNormal(1.0, 3.0, seed=1), 1.0, 9 * 0.7737413),
    (init.Constant(3.5), 3.5, 0.0),
    (init.OneInit(), 1.0, 0.0),
    (init.ZeroInit(), 0.0, 0.0),
]


def name_of(value):
    return type(value).__name__ if isinstance(value, init.Initializer) else None


@pytest.mark.parametrize("make, mean, variance", MOMENTS, ids=name_of)
def test_values_have_the_moments_of_their_rule(make, mean, variance):
    x = make(N)
    assert x.shape == (N,) and x.dtype == np.float64
    # Five standard errors of the mean and of the mean square.
    assert abs(x.mean() - mean) <= 5 * math.sqrt(variance / N)
    squares = (x - mean) ** 2
    assert abs(squares.mean() - variance) <= 5 * squares.std() / math.sqrt(N)


@pytest.mark.parametrize("make", [row[0] for row in MOMENTS], ids=name_of)
def test_a_shape_is_given_in_any_form(make):
    assert make(2, 3).shape == make((2, 3)).shape == make([2, 3]).shape == (2, 3)
    assert make(()).shape == () and make(0).shape == (0,)
    with pytest.raises(ModelValueError, match='"shape" must be a whole number or a tuple'):
        make(2.5)
    profile.set(float_type="float32")
    assert make(3).dtype == np.float32


def test_init_and_initialize_are_one_module():
    assert bp.init is bp.initialize and bp.init.Normal is init.Normal


def test_a_seed_gives_a_generator_of_its_own_and_none_the_default_one():
    assert np.array_equal(init.Normal(seed=3)(5), init.Normal(seed=3)(5))
    make = init.Normal(seed=3)
    assert not np.array_equal(make(5), make(5))
    bp.math.random.seed(4)
    first = init.Normal()(5)
    bp.math.random.seed(4)
    assert np.array_equal(init.Normal()(5), first)


def test_its_repr_shows_what_was_given():
    assert repr(init.Uniform(-70, -60.0, seed=1)) == "Uniform(min_val=-70, max_val=-60.0)"
    assert repr(init.Normal(-55.0, 2.0)) == "Normal(mean=-55.0, scale=2.0)"
    assert repr(init.ZeroInit()) == "ZeroInit()" and repr(init.OneInit(2)) == "OneInit(value=2)"
    assert repr(init.XavierNormal()) == (
        "XavierNormal(scale=1.0, mode='fan_avg', distribution='truncated_normal', in_axis=-2, out_axis=-1)"
    )


def test_a_rule_of_ones_own_makes_arrays():
    class Ramp(init.Initializer):
        def make(self, shape):
            return np.arange(math.prod(shape)).reshape(shape)

    assert Ramp()(2, 2).tolist() == [[0.0, 1.0], [2.0, 3.0]] and repr(Ramp()) == "Ramp()"
    with pytest.raises(NotImplementedError, match="no method make"):
        init.Initializer()(3)


def test_identity_is_a_matrix():
    assert init.Identity(2.0)(2).tolist() == [[2.0, 0.0], [0.0, 2.0]] and init.Identity()(2, 3).shape == (2, 3)


@pytest.mark.parametrize("shape, axis", [((6, 4), -1), ((4, 6), -1), ((6, 4), 0), ((2, 3, 5), -1), ((5, 2, 3), 0)])
def test_orthogonal_matrices_are(shape, axis):
    made = init.Orthogonal(scale=2.0, axis=axis, seed=1)(shape)
    assert made.shape == shape
    rows = np.moveaxis(made, axis, 0).reshape(shape[axis], -1)
    product = rows @ rows.T if len(rows) <= rows.shape[1] else rows.T @ rows
    np.testing.assert_allclose(product, 4.0 * np.eye(len(product)), atol=1e-13)  # products of a dozen rounded numbers


def test_the_signs_of_an_orthogonal_matrix_are_even():
    signs = [init.Orthogonal(seed=seed)(3, 3)[0, 0] > 0 for seed in range(400)]
    assert abs(sum(signs) - 200) < 5 * math.sqrt(100)


FANS = {
    "XavierUniform": lambda n_in, n_out: 2.0 / (n_in + n_out),
    "XavierNormal": lambda n_in, n_out: 2.0 / (n_in + n_out),
    "KaimingUniform": lambda n_in, n_out: 2.0 / n_in,
    "KaimingNormal": lambda n_in, n_out: 2.0 / n_in,
    "LecunUniform": lambda n_in, n_out: 1.0 / n_in,
    "LecunNormal": lambda n_in, n_out: 1.0 / n_in,
}


@pytest.mark.parametrize("name", FANS)
def test_variance_follows_from_inputs_and_outputs(name):
    make = getattr(init, name)(seed=2)
    for shape, n_in, n_out in (((100, 200), 100, 200), ((3, 3, 40, 60), 360, 540)):
        w = make(shape)
        variance = FANS[name](n_in, n_out)
        assert abs(w.mean()) < 5 * math.sqrt(variance / w.size)
        assert abs((w**2).mean() - variance) < 5 * (w**2).std() / math.sqrt(w.size)
    limit = math.sqrt(3.0 * variance) if "Uniform" in name else 2.0 * math.sqrt(variance) / math.sqrt(0.7737413)
    assert 0.97 * limit < np.abs(w).max() <= limit * (1 + 1e-7)  # 0.7737413 is rounded


def test_other_axes_may_count_inputs_and_outputs():
    make = init.VarianceScaling(1.0, "fan_out", "normal", in_axis=-1, out_axis=-2, seed=1)
    w = make(50, 800)
    assert abs((w**2).mean() - 1 / 50) < 5 * (w**2).std() / math.sqrt(w.size)


def test_weights_decay_with_distance():
    w = init.GaussianDecay(sigma=2.0, max_w=3.0)((4, 5))
    row, column = np.divmod(np.arange(20), 5)
    d2 = (row[:, None] - row) ** 2 + (column[:, None] - column) ** 2
    expected = 3.0 * np.exp(-d2 / 8.0)
    expected[expected < 0.03] = 0.0
    np.testing.assert_allclose(w, expected, rtol=1e-15 * 8)  # exponentials of two libraries


def test_weights_on_a_ring_of_values_take_the_shorter_way():
    w = init.GaussianDecay(0.5, -1.0, min_w=0.1, encoding_values=(-np.pi, np.pi), periodic_boundary=True)(100)
    k = np.arange(100)
    away = np.minimum(k, 100 - k) * 2 * np.pi / 100
    expected = -np.exp(-(away**2) / 0.5)
    expected[expected > -0.1] = 0.0
    np.testing.assert_allclose(w[0], expected, rtol=1e-13)  # 1e-15 of the distance, times d2/sigma2 < 5
    assert np.array_equal(w, w.T)


def test_a_difference_of_gaussians_changes_sign():
    w = init.DOGDecay([0.1, 0.3], [1.0, 0.7], include_self=False)(41)
    d = np.arange(41) / 40
    expected = np.exp(-(d**2) / 0.02) - 0.7 * np.exp(-(d**2) / 0.18)
    expected[np.abs(expected) < 0.01 * abs(1.0 - 0.7)] = expected[0] = 0.0
    np.testing.assert_allclose(w[0], expected, rtol=0, atol=1e-15)  # terms below 1, in two libraries
    assert w.max() > 0 > w.min()


def test_a_sheet_of_three_dimensions_has_distances_too():
    w = init.GaussianDecay(1.0, 1.0, min_w=0.0, normalize=True)(2, 3, 4)
    assert w.shape == (24, 24) and w[0, 23] == pytest.approx(math.exp(-3 / 2), rel=1e-14)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: init.Normal(0.0, -1.0), '"scale" must be a number, 0 or more, but got -1.0'),
        (lambda: init.Normal("a"), "\"mean\" must be a finite number, but got 'a'"),
        (lambda: init.Uniform(1.0, 0.0), '"min_val" must not be above "max_val"'),
        (lambda: init.TruncatedNormal(lower=1.0, upper=0.0), '"lower" must be below "upper"'),
        (lambda: init.Normal(seed=-1), '"seed" must be a whole number, 0 or more'),
        (lambda: init.Identity()(2, 2, 2), "Identity makes a matrix"),
        (lambda: init.Orthogonal()(3), "Orthogonal.* give a shape of two or more"),
        (lambda: init.Orthogonal(axis=5)(3, 3), r"Orthogonal\(axis=5\)"),
        (lambda: init.XavierNormal()(3), r"XavierNormal needs .* but got \(3,\)"),
        (lambda: init.XavierNormal(in_axis=7)(3, 3), r'"in_axis" = 7 and "out_axis" = -1 must be axes of the shape'),
        (lambda: init.VarianceScaling(1.0, "fan", "normal"), '"mode" must be one of "fan_in", "fan_out", "fan_avg"'),
        (lambda: init.VarianceScaling(1.0, "fan_in", "cauchy"), '"distribution" must be one of'),
        (lambda: init.GaussianDecay(0.0, 1.0), '"sigma" must be a number above 0'),
        (lambda: init.DOGDecay(1.0, 1.0), '"sigmas" must be a pair'),
    ],
)
def test_mistakes_are_named(make, message):
    with pytest.raises(ModelValueError, match=message):
        make()
