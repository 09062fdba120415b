"""Nullclines: all branches, horizontal and vertical lines, no lines along poles."""

import numpy as np
import pytest

from brainpy_lab.analysis.grid import box
from brainpy_lab.analysis.nullclines import nullclines
from tests.analysis import models

SQUARE = box([(-3, 3), (-3, 3)])


def curves(text, where=SQUARE, cells=200):
    return nullclines(models.problem(text), where, cells)


def n_pieces(found):
    return len(np.unique(found.piece))


def test_points_lie_on_the_curve_to_rounding():
    first, second = curves(models.FITZHUGH_NAGUMO)
    x, y = first.points.T
    np.testing.assert_allclose(y, x - x**3 / 3 + 0.8, atol=2e-14)  # a few roundings of terms of size 10
    x, y = second.points.T
    np.testing.assert_allclose(x, 0.8 * y - 0.7, atol=2e-14)
    assert n_pieces(first) == n_pieces(second) == 1


def test_an_exactly_horizontal_nullcline_is_there():
    _, found = curves("x' = y - x\ny' = -y")
    np.testing.assert_allclose(found.points[:, 1], 0.0, atol=1e-15)
    assert np.ptp(found.points[:, 0]) >= 6.0 and n_pieces(found) == 1


def test_an_exactly_vertical_nullcline_is_there():
    found, _ = curves("x' = x - 1\ny' = -y")
    np.testing.assert_allclose(found.points[:, 0], 1.0, atol=1e-15)
    assert np.ptp(found.points[:, 1]) >= 6.0


def test_a_pole_separates_branches_and_draws_no_line():
    found, _ = curves("x' = 1/(x - 0.1) + y\ny' = -y")
    x, y = found.points.T
    np.testing.assert_allclose(y, -1 / (x - 0.1), rtol=1e-9)
    assert n_pieces(found) == 2
    for piece in np.unique(found.piece):  # no piece on both sides of the pole
        assert len(np.unique(np.sign(x[found.piece == piece] - 0.1))) == 1


def test_a_pole_alone_is_no_nullcline():
    found, _ = curves("x' = 1/(x - 0.1)\ny' = -y")
    assert len(found.points) == 0


def test_a_jump_is_no_nullcline():
    found, _ = curves("x' = where(x > 0.3, 1, -2)\ny' = -y")
    assert len(found.points) == 0


def test_the_nullcline_with_a_singular_solution_for_y_is_whole():
    # V' = 0 solved for w has a pole at V = VK = -84; the field itself has none.
    where = box([(-100, 60), (-0.2, 1.2)])
    first, _ = nullclines(models.problem(models.MORRIS_LECAR, I=20.0), where, 200)
    V, w = first.points.T
    m = 0.5 * (1 + np.tanh((V + 1.2) / 18))
    residual = 20 - 2 * (V + 60) - 4 * m * (V - 120) - 8 * w * (V + 84)
    np.testing.assert_allclose(residual, 0.0, atol=1e-11)  # terms of size 1e3, times a few roundings
    assert not np.any(np.abs(V + 84) < 1e-6)


def test_closed_and_separate_branches_are_all_there():
    found, _ = curves("x' = (x**2 + y**2 - 1)*(x - 2)\ny' = -y")
    x, y = found.points.T
    assert n_pieces(found) == 2
    ring = np.hypot(x, y) < 1.5
    np.testing.assert_allclose(np.hypot(x[ring], y[ring]), 1.0, atol=1e-14)
    angles = np.sort(np.arctan2(y[ring], x[ring]))
    assert np.diff(angles).max() < 0.1
    np.testing.assert_allclose(x[~ring], 2.0, atol=1e-14)


def test_a_field_that_is_not_a_number_somewhere_is_drawn_elsewhere():
    found, _ = curves("x' = log(x) - y\ny' = -y")
    x, y = found.points.T
    assert len(x) > 100 and x.min() > 0
    np.testing.assert_allclose(y, np.log(x), atol=1e-13)


def test_a_removable_gap_on_round_numbers_does_not_cut_the_curve():
    # x/(1 - exp(-x)) is 0/0 at x = 0, which is a node of every plain grid of this box.
    found, _ = curves("x' = x/(1 - exp(-x)) - y\ny' = -y")
    assert n_pieces(found) == 1


def test_branches_are_drawn_apart():
    found, _ = curves("x' = x**2 - 1\ny' = -y")
    x, y = found.drawn()
    assert np.isnan(x).sum() == np.isnan(y).sum() == 1


@pytest.mark.parametrize("text", ["x' = 1\ny' = -y", "x' = 0*x + 2\ny' = -y"])
def test_a_field_without_zeros_has_no_nullcline(text):
    assert len(curves(text)[0].points) == 0


def test_each_value_of_a_swept_parameter_has_its_own_curves():
    problem = models.problem("h = 0\nx' = x - h\ny' = y", ("h",))
    found, _ = nullclines(problem, SQUARE, 50, {"h": np.array([-1.0, 0.5, 9.0])})
    assert set(found.case) == {0, 1}
    np.testing.assert_allclose(found.points[:, 0], np.array([-1.0, 0.5])[found.case], atol=1e-15)
