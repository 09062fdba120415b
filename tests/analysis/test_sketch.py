"""The phase plane of a moving picture shows what the thorough search finds."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.analysis.equilibria import equilibria
from brainpy_lab.analysis.grid import box
from brainpy_lab.analysis.nullclines import nullclines
from brainpy_lab.analysis.problem import Problem, leaf_names
from brainpy_lab.analysis.sketch import ARROWS, flow_arrows, sketch
from brainpy_lab.dynamics.subjects import subject_of

CASES = {
    "one": ("x' = x - x**3/3 - y + I\ny' = (x + 0.7 - 0.8*y)/12.5\nI = 0.8", {}),
    "three": ("x' = x - x**3/3 - y + I\ny' = (x + 0.1 - 3*y)/12.5\nI = 0.0", {}),
    "none": ("x' = x**2 + 1 + y**2\ny' = x - y", {}),
    "a pole": ("x' = 1/(x - 0.3) + y\ny' = x - y", {}),
    "vertical and horizontal": ("x' = (x - 1)*(x + 1)\ny' = -y + 0.25", {}),
    "swept": ("x' = x - x**3/3 - y + I\ny' = (x + 0.7 - 0.8*y)/12.5\nI = 0.8", {"I": 0.3}),
}
BOX = box([(-3.0, 3.0), (-2.5, 2.5)])


def problem_of(text, changes):
    subject = subject_of(bp.neuron(text, "N"), None, 0)
    equations = [subject.equations[name] for name in "xy"]
    read = dict.fromkeys(name for equation in equations for name in leaf_names(equation))
    free = [name for name in read if name not in "xy"]
    return Problem(equations, {}, free), {name: ({**subject.states, **subject.params} | changes)[name] for name in free}


@pytest.mark.parametrize("name", CASES)
def test_a_sketch_finds_the_equilibria_of_the_thorough_search(name):
    problem, values = problem_of(*CASES[name])
    drawn = sketch(problem, BOX, values)
    found = equilibria(problem, BOX, {key: np.array([value]) for key, value in values.items()})
    assert len(drawn.points) == len(found.points)
    # Newton's method doubles the digits: after six steps from a grid of 0.06 what is left is rounding.
    assert np.allclose(drawn.points, found.points, atol=1e-9)
    assert drawn.names == found.names and np.allclose(drawn.eigenvalues, found.eigenvalues, atol=1e-7)


@pytest.mark.parametrize("name", CASES)
def test_its_curves_are_the_nullclines_to_a_part_of_a_pixel(name):
    problem, values = problem_of(*CASES[name])
    drawn = sketch(problem, BOX, values, cells=200)
    exact = nullclines(problem, BOX, 200, {key: np.array([value]) for key, value in values.items()})
    for mine, curve in zip(drawn.nullclines, exact):
        mine = mine[np.isfinite(mine).all(axis=1)]
        assert (len(mine) == 0) == (len(curve.points) == 0)
        if len(mine):
            away = np.abs(mine[:, None, :] - curve.points[None, :, :]) / BOX.span
            # Of axes 700 pixels wide 0.0007 is half a pixel; the points of the exact curve lie on the same grid lines.
            assert away.max(axis=2).min(axis=1).max() < 0.0007
            assert abs(len(mine) - len(curve.points)) <= 0.02 * len(curve.points) + 2


def test_arrows_point_along_the_flow():
    problem, values = problem_of(*CASES["one"])
    arrows = flow_arrows(problem, BOX, values)
    assert len(arrows) == ARROWS[0] * ARROWS[1]
    u, v = problem.fields(arrows[:, :2].T, values)
    flow = np.stack([u, v], axis=1) / BOX.span
    cross = arrows[:, 2] * flow[:, 1] - arrows[:, 3] * flow[:, 0]
    assert np.allclose(cross, 0, atol=1e-12) and ((arrows[:, 2:] * flow).sum(axis=1) > 0).all()
    size = np.hypot(*arrows[:, 2:].T)
    assert size.max() <= 1 + 1e-12 and size.max() > 0.99
