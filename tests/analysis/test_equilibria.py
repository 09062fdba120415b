"""Every equilibrium of equations whose equilibria are known, and nothing else."""

import numpy as np
import pytest

from tests.analysis import models
from tests.analysis.models import find

# Values to ten digits or more of a 40-digit extended system and of a continuation package.
FOLD_I = {
    "knee": (39.96315309274535, (-29.38977740548439, 0.008514399137820334)),
    "lower": (-9.949039322623065, (-4.0485177879423, 0.136501422193424)),
}
MORRIS_LECAR_BOX = (-100, 60), (-0.2, 1.2)
FOLD_H = 0.532839975353552


def test_the_point_of_the_manual():
    found = find(models.FITZHUGH_NAGUMO, (-3, 3), (-3, 3))
    np.testing.assert_allclose(found.points, [[-0.27290095899729766, 0.5338738012533779]], atol=1e-10)
    np.testing.assert_allclose(found.eigenvalues, [[0.8367058351759369, 0.024819231402418325]], atol=1e-10)
    assert found.names == ["unstable-node"]


@pytest.mark.parametrize("fold, before, after", [("knee", 3, 1), ("lower", 1, 3)])
@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-6, 1e-8])
def test_two_equilibria_meet_at_a_fold_and_are_gone_behind_it(fold, before, after, distance):
    at, state = FOLD_I[fold]
    left = find(models.MORRIS_LECAR, *MORRIS_LECAR_BOX, I=at - distance)
    right = find(models.MORRIS_LECAR, *MORRIS_LECAR_BOX, I=at + distance)
    assert (len(left.points), len(right.points)) == (before, after)
    pair = (left if before == 3 else right).points
    near = np.sort(np.abs(pair - state).max(axis=1))[:2]
    # V - V_fold goes like the square root of the distance; its factor here is below 5.
    assert (near < 5 * np.sqrt(distance)).all()


@pytest.mark.parametrize("fold", FOLD_I)
def test_the_point_of_a_fold_itself_is_one_equilibrium(fold):
    at, state = FOLD_I[fold]
    found = find(models.MORRIS_LECAR, *MORRIS_LECAR_BOX, I=at)
    assert len(found.points) == 2
    # 1e-5: a double root is known to the square root of rounding, in mV here.
    assert np.abs(found.points - state).max(axis=1).min() < 1e-5


@pytest.mark.parametrize("sign", [1, -1])
def test_folds_of_the_rate_unit(sign):
    for distance in (1e-3, 1e-6, 1e-9):
        inside = find(models.RATE_UNIT, (-2, 2), J=2, h=sign * (FOLD_H - distance))
        outside = find(models.RATE_UNIT, (-2, 2), J=2, h=sign * (FOLD_H + distance))
        assert (len(inside.points), len(outside.points)) == (3, 1)
        assert sorted(inside.names) == ["stable-point", "stable-point", "unstable-point"]


def test_the_pitchfork_of_the_rate_unit():
    at = {1 - 1e-6: 1, 1.0: 1, 1 + 1e-6: 3, 2.0: 3}
    for J, count in at.items():
        assert len(find(models.RATE_UNIT, (-2, 2), J=J).points) == count, J
    found = find(models.RATE_UNIT, (-2, 2), J=2)
    np.testing.assert_allclose(found.points[:, 0], [-0.9575040240772688, 0, 0.9575040240772688], atol=1e-10)
    np.testing.assert_allclose(found.eigenvalues[:, 0], [-0.8336279122483257, 1, -0.8336279122483257], atol=1e-10)
    assert find(models.RATE_UNIT, (-2, 2), J=1).names == ["saddle-node"]


@pytest.mark.parametrize(
    "text, roots",
    [
        ("x' = sin(x)", np.pi * np.arange(-3, 4)),
        ("x' = x**2", [0.0]),
        ("x' = x**3 - x", [-1, 0, 1]),
        ("x' = (x - 1)*(x - 1.0001)*(x - 7)", [1, 1.0001, 7]),
        ("x' = x**2 + 1e-9", []),
        ("x' = 1/x", []),
        ("x' = where(x > 0.3, 1, -1)", []),
        ("x' = 1/(x - 0.1) + 5", [-0.1]),
        ("x' = log(x)", [1.0]),
        ("x' = x - 11", []),
        ("x' = x - 10", [10.0]),
    ],
)
def test_roots_on_a_line(text, roots):
    # 1e-7: the pair 1e-4 apart and the double root; single ones are far better.
    np.testing.assert_allclose(find(text, (-10, 10)).points[:, 0], roots, atol=1e-7)


@pytest.mark.parametrize(
    "text, points",
    [
        ("x' = y - sin(3*x)\ny' = y + sin(2.5*x)", None),
        ("x' = -y\ny' = x", [(0, 0)]),
        ("x' = x - 1\ny' = y + 2", [(1, -2)]),  # both nullclines straight, along the axes
        ("x' = 1/(x - 0.1) + y\ny' = y - 2", [(-0.4, 2)]),  # a pole beside it
        ("x' = x**2 - y**2\ny' = y - x**2/2", [(-2, 2), (0, 0), (2, 2)]),  # one nullcline crosses itself
        ("x' = abs(x) - 0.5\ny' = max(x, y) - 0.2", [(-0.5, 0.2)]),  # kinks
        (
            "x' = (x - 0.001)**2 + (y - 0.001)**2 - 1e-8\ny' = y - 0.001",
            [(0.0009, 0.001), (0.0011, 0.001)],
        ),  # in one cell
        ("x' = x*(x**2 + y**2 - 1e-6)\ny' = y*(x - 0.5)", [(-0.001, 0), (0, 0), (0.001, 0)]),
        ("x' = x**2 + y**2\ny' = y + x", [(0, 0)]),  # a nullcline that is one point
        ("x' = x**2 + 1e-9\ny' = y", []),
        ("x' = -(x**3)/3 - y + x\ny' = x - y", [(0, 0)]),  # a triple root
        ("x' = x\ny' = y - 4", []),  # outside the box
    ],
)
def test_equilibria_in_a_plane(text, points):
    found = find(text, (-3, 3), (-3, 3)).points
    if points is None:
        # sin(3x) = -sin(2.5x): x = 2*pi*k/5.5 or x = pi*(2k + 1)/0.5, which is outside.
        x = 2 * np.pi * np.arange(-2, 3) / 5.5
        points = np.stack([x, np.sin(3 * x)], axis=-1)
    np.testing.assert_allclose(found, np.reshape(points, (-1, 2)), atol=1e-7)


def test_a_sweep_finds_what_single_searches_find():
    I = np.linspace(-12, 42, 28)
    swept = find(models.MORRIS_LECAR, *MORRIS_LECAR_BOX, free={"I": I}, cells=80)
    for case, value in enumerate(I):
        alone = find(models.MORRIS_LECAR, *MORRIS_LECAR_BOX, I=value)
        np.testing.assert_allclose(swept.points[swept.case == case], alone.points, atol=1e-9)
        assert [swept.names[i] for i in np.flatnonzero(swept.case == case)] == alone.names


def test_eigenvalues_of_a_focus_are_a_pair():
    (pair,) = find("x' = -x - 2*y\ny' = 2*x - y", (-1, 1), (-1, 1)).eigenvalues
    np.testing.assert_allclose(pair, [-1 + 2j, -1 - 2j], atol=1e-14)


def test_nothing_found_is_empty():
    found = find("x' = 1\ny' = 1", (-1, 1), (-1, 1))
    assert found.points.shape == (0, 2) and found.names == [] and found.eigenvalues.shape == (0, 2)


@pytest.mark.parametrize("mu0, count", [(0.0, 5), (30.0, 3)])
def test_the_decision_model_of_wong_and_wang_has_its_points(mu0, count):
    found = find(models.WONG_WANG, (-0.1, 1), (-0.1, 1), mu0=mu0)
    assert len(found.points) == count
    # The two populations are alike: the mirror image of a point is a point.
    mirrored = found.points[:, ::-1]
    assert np.abs(found.points[:, None] - mirrored[None]).max(axis=2).min(axis=1).max() < 1e-10
    # Index of a field that points inward all around: nodes and foci minus saddles is 1.
    assert count - 2 * found.names.count("saddle-node") == 1
