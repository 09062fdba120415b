"""Initializers to the last bit: their formulas written out a second time, on the same random numbers."""

import math

import numpy as np
import pytest

from brainpy_lab import init
from brainpy_lab.math.random import RandomState

SHAPE = (30, 20)


def rng():
    return RandomState(7)


@pytest.mark.parametrize("max_w", [1.7, -0.37])
def test_small_weights_of_a_gaussian_are_exactly_none(max_w):
    make = init.GaussianDecay(1.3, max_w, include_self=False)
    assert make.min_w == 0.01 * abs(max_w)
    weights = make(12)
    small = np.abs(weights) < make.min_w
    assert small.sum() > 12 and not weights[small].any() and not np.diag(weights).any()
    plain = init.GaussianDecay(1.3, max_w)(12)
    assert np.array_equal(np.diag(plain), np.full(12, max_w))


def test_small_weights_of_a_difference_of_gaussians_are_exactly_none():
    make = init.DOGDecay([0.1, 0.3], [1.9, 0.7])
    assert make.min_w == 0.01 * abs(1.9 - 0.7)
    weights = make(40)
    small = np.abs(weights) < make.min_w
    assert small.any() and not weights[small].any()
    assert (np.diag(weights) == 1.9 - 0.7).all()


@pytest.mark.parametrize("loc, scale", [(0.3, 1.9), (-4.1, 0.7), (0.0, 1.0)])
def test_a_normal_number_is_cut_at_two_deviations(loc, scale):
    make = init.TruncatedNormal(loc, scale)
    assert (make.lower, make.upper) == (loc - 2.0 * scale, loc + 2.0 * scale)


CUT = math.sqrt(1.0 - 4.0 * math.exp(-2.0) / math.sqrt(2.0 * math.pi) / math.erf(math.sqrt(2.0)))
KINDS = {  # what n counts, the scale and the distribution, as the papers of their names have it
    "KaimingUniform": ("in", 2.0, "uniform"), "KaimingNormal": ("in", 2.0, "cut"),
    "XavierUniform": ("mean", 1.0, "uniform"), "XavierNormal": ("mean", 1.0, "cut"),
    "LecunUniform": ("in", 1.0, "uniform"), "LecunNormal": ("in", 1.0, "cut"),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_weights_have_the_variance_of_their_paper(name):
    count, scale, distribution = KINDS[name]
    n = {"in": 30, "mean": (30 + 20) / 2.0}[count]
    deviation = math.sqrt(scale / n)
    if distribution == "uniform":
        limit = math.sqrt(3.0) * deviation
        expected = rng().uniform(-limit, limit, SHAPE)
    else:
        deviation /= CUT
        expected = rng().truncated_normal(-2.0 * deviation, 2.0 * deviation, SHAPE, 0.0, deviation)
    assert np.array_equal(getattr(init, name)(seed=7)(SHAPE), np.asarray(expected))


@pytest.mark.parametrize("scale, n", [(1.3, 30), (0.7, 25)])
def test_scaled_variance_has_its_normal_form(scale, n):
    mode = {30: "fan_in", 25: "fan_avg"}[n]
    made = init.VarianceScaling(scale, mode, "normal", seed=7)(SHAPE)
    assert np.array_equal(made, np.asarray(rng().normal(0.0, math.sqrt(scale / n), SHAPE)))


def test_an_orthogonal_matrix_is_scaled_once():
    made = init.Orthogonal(scale=1.7, seed=7)((20, 30))
    q, r = np.linalg.qr(np.asarray(rng().normal(size=(30, 20))))
    assert np.array_equal(made, 1.7 * (q * np.sign(np.diag(r))).T)
    assert np.array_equal(init.Orthogonal(axis=0, seed=7)((30, 20)), q * np.sign(np.diag(r)))


def test_a_scale_that_is_left_open_is_one():
    for kind, more in ((init.Gamma, (3.0,)), (init.Exponential, ())):
        assert kind(*more, scale=None).scale == 1.0
