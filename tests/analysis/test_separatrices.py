"""Separatrices against closed forms, and as what they are for: they divide a plane into basins."""

import numpy as np
import pytest

from brainpy_lab.analysis.equilibria import equilibria
from brainpy_lab.analysis.grid import box
from brainpy_lab.analysis.separatrices import separatrices

from .models import MORRIS_LECAR, problem

MODELS = {
    "functions": "x' = exp(x) + log(1 + x**2) - clip(x, -1, 1)\n"
    "y' = tanh(y) + sign(x)*sqrt(abs(y)) + min(x, y) - max(x, 1)",
    "powers": "x' = x**3 - y**0.5 + heaviside(x)\ny' = exprel(x) + floor(y) + where(x > 0.5, y, -y)",
}


def trace(problem, sides, limits=None):
    found = equilibria(problem, box(sides))
    return found, separatrices(problem, box(sides), {}, found.points, found.jacobians, limits)


def pieces(curve):
    cuts = np.flatnonzero(np.isnan(curve[:, 0]))
    return [piece[np.isfinite(piece[:, 0])] for piece in np.split(curve, cuts)]


def test_a_linear_saddle_has_its_eigenvector_from_edge_to_edge():
    # Eigenvalues 1 and -1; that of -1 belongs to (1, -3).
    _, curve = trace(problem("x' = 0.5*x + 0.5*y\ny' = 1.5*x - 0.5*y"), [(-2.0, 2.0), (-3.0, 3.0)])
    assert np.nanmax(np.abs(3 * curve[:, 0] + curve[:, 1])) < 1e-6
    up, down = pieces(curve)
    assert {np.sign(up[-1, 1]), np.sign(down[-1, 1])} == {1, -1}
    assert abs(up[-1, 1]) >= 3 and abs(down[-1, 1]) >= 3  # they end outside, so that they reach the edge


def test_a_curved_manifold_is_the_parabola_that_it_should_be():
    # On y = x**2/3: y' = 2/3*x*x' = -2/3*x**2, and so it is by the second equation.
    _, curve = trace(problem("x' = -x\ny' = y - x**2"), [(-3.0, 3.0), (-1.0, 3.0)])
    # Between two points of the curve lies a chord; the points have the tolerance, grown by the step count (60).
    assert np.nanmax(np.abs(curve[:, 1] - curve[:, 0] ** 2 / 3)) < 1e-4
    assert np.nanmin(curve[:, 0]) < -2.9 and np.nanmax(curve[:, 0]) > 2.9


def basin(problem, starts, dt=0.05, steps=40_000):
    """Where states end, by Runge and Kutta's method."""
    x = np.array(starts, float).T
    for _ in range(steps):
        k1 = np.array(problem.fields(x))
        k2 = np.array(problem.fields(x + dt / 2 * k1))
        k3 = np.array(problem.fields(x + dt / 2 * k2))
        k4 = np.array(problem.fields(x + dt * k3))
        x = x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return x.T


def test_states_on_both_sides_go_to_different_attractors():
    flow = problem("x' = x - x**3/3 - y\ny' = (x + 0.1 - 3*y)/12.5")
    sides = [(-3.0, 3.0), (-2.0, 2.0)]
    found, curve = trace(flow, sides)
    assert [name.startswith("stable") for name in found.names] == [True, False, True]
    for piece in pieces(curve):
        along = piece[[len(piece) // 4, len(piece) // 2, 3 * len(piece) // 4]]
        tangent = np.gradient(piece, axis=0)[[len(piece) // 4, len(piece) // 2, 3 * len(piece) // 4]]
        across = tangent[:, ::-1] * [1, -1] / np.hypot(*tangent.T)[:, None] * 5e-3
        left, right = basin(flow, along + across, steps=4000), basin(flow, along - across, steps=4000)
        assert np.allclose(np.sort([left[:, 0], right[:, 0]], axis=0)[0], found.points[0, 0], atol=1e-3)
        assert np.allclose(np.sort([left[:, 0], right[:, 0]], axis=0)[1], found.points[2, 0], atol=1e-3)


def test_one_that_comes_from_an_unstable_focus_ends_there():
    flow = problem(MORRIS_LECAR, I=35.0)
    found, curve = trace(flow, [(-80.0, 60.0), (-0.2, 1.0)])
    assert found.names == ["stable-node", "saddle-node", "unstable-focus"]
    one, other = pieces(curve)
    inner = one if np.all(one[:, 0] < 40) and one[-1, 0] > -20 else other
    assert np.abs(inner[-1] - found.points[2]).max() / 140 < 3e-3


def test_without_a_saddle_there_is_none():
    found, curve = trace(problem("x' = -x\ny' = -2*y"), [(-1.0, 1.0), (-1.0, 1.0)])
    assert found.names == ["stable-node"] and curve.shape == (0, 2)


def test_curves_end_where_the_flow_has_no_value():
    _, curve = trace(problem("x' = x\ny' = -sqrt(1 + y) + 1"), [(-2.0, 2.0), (-3.0, 3.0)])
    assert np.nanmax(np.abs(curve[:, 0])) < 1e-6 and np.nanmin(curve[:, 1]) > -1.001


@pytest.mark.parametrize("name", MODELS)
def test_the_field_at_a_point_is_that_of_arrays(name):
    flow = problem(MODELS[name])
    at = flow.field_at()
    for point in np.random.RandomState(1).uniform(-1.5, 1.5, (50, 2)):
        # A few units in the last place of each function.
        assert np.allclose(at(*point), np.array(flow.fields(point)), rtol=1e-13, atol=1e-13, equal_nan=True) or (
            np.isnan(np.array(flow.fields(point))).any() and np.isnan(at(*point)).all()
        )
