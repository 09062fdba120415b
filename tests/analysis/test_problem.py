"""Fields and slopes are those of the model's equations."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.analysis.problem import Problem, leaf_names
from brainpy_lab.errors import ModelUseError
from tests.analysis import models


def test_fields_are_the_right_hand_sides():
    v, w = np.array([0.3, -1.2]), np.array([0.1, 0.7])
    found = models.problem(models.FITZHUGH_NAGUMO).fields((v, w))
    np.testing.assert_allclose(found[0], v - v**3 / 3 - w + 0.8, rtol=1e-15)
    np.testing.assert_allclose(found[1], (v + 0.7 - 0.8 * w) / 12.5, rtol=1e-15)


def test_slopes_are_exact():
    # To rounding, which differences could not reach.
    found = models.problem(models.FITZHUGH_NAGUMO).slopes((np.array([0.3]), np.array([0.1])))
    np.testing.assert_allclose(found[0], [[1 - 0.3**2, -1], [1 / 12.5, -0.8 / 12.5]], rtol=4e-16)


def test_slopes_go_through_intermediate_values_of_the_same_name():
    @bp.integrate
    def int_x(x, t, y):
        k = x * y
        return k * k

    @bp.integrate
    def int_y(y, t, x):
        k = x + y
        return k * k * k

    problem = Problem([int_x.equation, int_y.equation], {})
    found = problem.slopes((np.float64(2.0), np.float64(3.0)))
    np.testing.assert_array_equal(found, [[2 * 6 * 3, 2 * 6 * 2], [3 * 25, 3 * 25]])


def test_an_open_mesh_gives_a_full_grid():
    problem = models.problem("x' = -x\ny' = 1 - y")
    fields = problem.fields((np.zeros((1, 4)), np.zeros((3, 1))))
    assert [field.shape for field in fields] == [(3, 4), (3, 4)]


def test_swept_names_are_arguments():
    problem = models.problem(models.RATE_UNIT, ("J", "h"))
    (found,) = problem.fields((np.array([0.5, 0.5]),), {"J": np.array([1.0, 2.0]), "h": 0.1})
    np.testing.assert_allclose(found, -0.5 + np.tanh(np.array([0.6, 1.1])), atol=2e-16)


def test_names_of_users_cannot_collide_with_ours():
    @bp.integrate
    def int_params(params, t, states, draw, out_0):
        dt = params * states
        return dt + draw + out_0

    problem = Problem([int_params.equation], {"states": 3.0, "draw": 5.0, "out_0": 7.0})
    assert problem.fields((2.0,))[0] == 18.0


def test_missing_values_are_named():
    @bp.integrate
    def int_x(x, t, Iext, g):
        return -x + Iext * g

    with pytest.raises(
        ModelUseError, match=r'Missing variables.*"Iext", "g".*fixed_vars=\{\'Iext\': ..., \'g\': ...\}'
    ):
        Problem([int_x.equation], {})


def test_an_equation_that_reads_the_time_needs_one():
    @bp.integrate
    def int_x(x, t):
        return t - x

    assert list(leaf_names(int_x.equation)) == ["t", "x"]
    with pytest.raises(ModelUseError, match='Missing variables.*"t"'):
        Problem([int_x.equation], {})
    assert Problem([int_x.equation], {"t": 4.0}).fields((1.0,))[0] == 3.0
