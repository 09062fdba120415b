"""Random models have the same bits computed step by step, on the reference back end and on Numba."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from tests.math.random_models import METHODS, Model, runs

STEPS = 30
FIXED = (0, 11, 13, 15)
"""Four that together have everything; what each costs is the time of Numba."""


def assert_same(seed, monkeypatch, float_type="float64"):
    bm.set_float(float_type)
    try:
        alone = runs(seed, False, STEPS)
        for backend in ("reference", "numba"):
            monkeypatch.setattr(bp.profile, "runtime_backend", lambda backend=backend: backend)
            for number, (expected, found) in enumerate(zip(alone, runs(seed, True, STEPS))):
                assert expected.dtype == found.dtype, (seed, backend, number)
                assert expected.tobytes() == found.tobytes(), (seed, backend, number)
    finally:
        bm.set_float("float64")
    return alone


@pytest.mark.parametrize("seed", FIXED)
def test_a_random_model_has_the_same_bits_everywhere(seed, monkeypatch):
    alone = assert_same(seed, monkeypatch)
    assert all(np.isfinite(array).all() for array in alone)
    assert np.unique(alone[0]).size > 5  # it moves


@pytest.mark.soak
@pytest.mark.parametrize("seed", sorted(set(range(100)) - set(FIXED)))
def test_more_random_models(seed, monkeypatch):
    assert_same(seed, monkeypatch)


def test_a_random_model_in_float32(monkeypatch):
    assert_same(11, monkeypatch, "float32")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_more_random_models_in_float32(seed, monkeypatch):
    assert_same(seed, monkeypatch, "float32")


def test_the_fixed_models_have_everything():
    models = [Model(seed) for seed in FIXED]
    cells = [each for model in models for each in (model.A, model.B)]
    assert {model.kind for model in models} == {0, 1, 2}
    assert {each.kind for each in cells} == {"plain", "noise", "delay", "moves"}
    assert {each.integral.method for each in cells if each.kind != "noise"} == set(METHODS)
    assert {each.pair.method for each in cells} == set(METHODS[:2])
    noisy = {each.noisy.method for each in cells if each.kind == "noise"}
    assert noisy == {"euler", "milstein_derivative_ito", "srk1w1"}
