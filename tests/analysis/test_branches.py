"""Curves of equilibria against numbers that were computed by others (40 digits, and a continuation package)."""

import numpy as np
import pytest

from brainpy_lab.analysis.branches import Stopped, diagram, name_of
from brainpy_lab.analysis.equilibria import equilibria
from brainpy_lab.analysis.grid import box
from brainpy_lab.analysis.problem import Problem

from .models import FITZHUGH_NAGUMO, MORRIS_LECAR, RATE_UNIT, equations

HODGKIN_HUXLEY = """
C=1.0; gNa=120.0; gK=36.0; gL=0.3; ENa=50.0; EK=-77.0; EL=-54.4; I=0.0
V' = (I - gNa*m**3*h*(V-ENa) - gK*n**4*(V-EK) - gL*(V-EL))/C
m' = (V+40)/10/(1-exp(-(V+40)/10))*(1-m) - 4*exp(-(V+65)/18)*m
h' = (7/100)*exp(-(V+65)/20)*(1-h) - h/(1+exp(-(V+35)/10))
n' = (V+55)/100/(1-exp(-(V+55)/10))*(1-n) - (1/8)*exp(-(V+65)/80)*n
"""


def problem_of(text, parameter, order, **values):
    found, params = equations(text)
    return Problem([found[name] for name in order], {**params, **values}, (parameter,))


def over(text, parameter, ends, order, sides, start=None, **values):
    return diagram(problem_of(text, parameter, order, **values), parameter, ends, box(sides), {parameter: 0.0}, start)


def told(found):
    return [(one.kind, one.parameter) for one in found.specials]


def runs(branch):
    return [name for name, _ in branch.runs()]


def test_hopf_points_of_fitzhugh_and_nagumo():
    found = over(FITZHUGH_NAGUMO, "I", (-0.5, 2.0), "vw", [(-3, 3), (-2, 3)])
    assert told(found) == [("Hopf", pytest.approx(0.3312813374547458, abs=1e-8)),
                           ("Hopf", pytest.approx(1.4187186625452541, abs=1e-8))]  # fmt: skip
    first = found.specials[0]
    assert first.point == pytest.approx([-0.9674709297958259, -0.3343386622447824], abs=1e-8)
    assert first.period == pytest.approx(2 * np.pi / 0.275506805723561, rel=1e-8)
    (branch,) = found.branches
    assert runs(branch)[0] == "stable-node" and runs(branch)[3] == "unstable-node"
    # Everywhere on the curve I = v**3/3 - v + w and w = (v + a)/b.
    v, w = branch.points.T
    assert np.allclose(w, (v + 0.7) / 0.8, atol=1e-9) and np.allclose(branch.parameter, v**3 / 3 - v + w, atol=1e-9)
    assert (branch.parameter.min(), branch.parameter.max()) == pytest.approx((-0.5, 2.0), abs=1e-9)


def test_folds_of_morris_and_lecar():
    found = over(MORRIS_LECAR, "I", (-50.0, 90.0), "Vw", [(-80, 60), (-0.2, 1)])
    assert told(found) == [("fold", pytest.approx(-9.949039322623065, abs=1e-7)),
                           ("fold", pytest.approx(39.96315309274535, abs=1e-7))]  # fmt: skip
    assert found.specials[1].point == pytest.approx([-29.38977740548439, 0.008514399137820334], abs=1e-7)
    (branch,) = found.branches
    assert runs(branch)[:3] == ["stable-node", "saddle-node", "unstable-node"]


def test_hopf_points_of_hodgkin_and_huxley():
    sides = [(-100, 60), (0, 1), (0, 1), (0, 1)]
    found = over(HODGKIN_HUXLEY, "I", (0.0, 200.0), "Vmhn", sides, np.array([-65.0, 0.05, 0.6, 0.3]))
    assert told(found) == [("Hopf", pytest.approx(9.779337995393126, abs=1e-6)),
                           ("Hopf", pytest.approx(154.526333665808, abs=1e-6))]  # fmt: skip
    expected = [-59.65414360299541, 0.09725734991087853, 0.4062275201841899, 0.4017841280524271]
    assert found.specials[0].point == pytest.approx(expected, abs=1e-7)
    assert found.specials[0].period == pytest.approx(2 * np.pi / 0.58623381313029, rel=1e-6)
    (branch,) = found.branches
    assert runs(branch)[-3:] == ["stable-focus", "unstable-focus", "stable-focus"]


def test_a_pitchfork_and_the_folds_that_it_breaks_into():
    fork = over(RATE_UNIT, "J", (0.0, 3.0), "x", [(-2, 2)])
    assert told(fork) == [("branch point", pytest.approx(1.0, abs=1e-8))]
    assert sorted(len(runs(branch)) for branch in fork.branches) == [1, 2]
    outer = max(fork.branches, key=lambda branch: np.abs(branch.points).max())
    at = [np.interp(2.0, half[0], half[1]) for half in halves(outer)]
    # A chord between points 0.02 of the axes apart.
    assert np.sort(at) == pytest.approx([-0.9575040240772688, 0.9575040240772688], abs=1e-3)
    broken = over(RATE_UNIT, "h", (-1.0, 1.0), "x", [(-2, 2)], J=2.0)
    assert told(broken) == [("fold", pytest.approx(-0.532839975353552, abs=1e-8)),
                            ("fold", pytest.approx(0.532839975353552, abs=1e-8))]  # fmt: skip
    assert runs(broken.branches[0]) == ["stable-point", "unstable-point", "stable-point"]


def halves(branch):
    for side in (1, -1):
        part = branch.points[:, 0] * side > 0.3
        order = np.argsort(branch.parameter[part])
        yield branch.parameter[part][order], branch.points[part, 0][order]


@pytest.mark.parametrize("text, order, sides", [(FITZHUGH_NAGUMO, "vw", [(-3, 3), (-2, 3)]),
                                                (MORRIS_LECAR, "Vw", [(-80, 60), (-0.2, 1)])])  # fmt: skip
def test_every_equilibrium_of_the_thorough_search_lies_on_a_curve(text, order, sides):
    found = over(text, "I", (0.0, 60.0) if order == "Vw" else (-0.5, 2.0), order, sides)
    cases = np.linspace(1.0, 59.0, 7) if order == "Vw" else np.linspace(-0.4, 1.9, 7)
    exact = equilibria(problem_of(text, "I", order), box(sides), {"I": cases})
    span = np.ptp(np.array(sides), axis=1)
    assert len(exact.points) >= 7
    for case, point, name in zip(exact.case, exact.points, exact.names):
        near = set()  # classes of the points of curves around; a change may lie between two
        for branch in found.branches:
            away = np.abs(branch.points - point) / span + np.abs(branch.parameter - cases[case])[:, None] / np.ptp(
                cases
            )
            near |= {branch.names[k] for k in np.flatnonzero(away.max(axis=1) < 0.05)}
        assert name in near


def test_an_island_of_equilibria_is_found_and_closed():
    # x**2 + (p - 1)**2 = 1/4 besides x = -2: a circle that touches no end of the range.
    found = over("x' = -(x**2 + (p - 1)**2 - 0.25)*(x + 2)\np = 0", "p", (0.0, 2.0), "x", [(-3, 2)])
    ring = max(found.branches, key=lambda branch: branch.points.max())
    assert ring.points[0] == pytest.approx(ring.points[-1], abs=1e-9)
    assert np.allclose(ring.points[:, 0] ** 2 + (ring.parameter - 1) ** 2, 0.25, atol=1e-9)
    assert [kind for kind, _ in told(found)] == ["fold", "fold"]
    assert [at for _, at in told(found)] == pytest.approx([0.5, 1.5], abs=1e-8)
    assert len(found.branches) == 2


def test_where_nothing_rests_there_is_no_curve():
    found = over("x' = 1 + x**2 + p**2\np = 0", "p", (-1.0, 1.0), "x", [(-3, 3)])
    assert not found.branches and not found.specials


def test_it_stops_when_nobody_wants_it():
    with pytest.raises(Stopped):
        diagram(problem_of(RATE_UNIT, "h", "x"), "h", (-1.0, 1.0), box([(-2, 2)]), {"h": 0.0}, None, lambda: True)


def test_names_with_more_than_two_variables():
    assert name_of(np.diag([-1.0, -2.0, -3.0]), 1.0) == "stable-node"
    assert name_of(np.diag([1.0, -2.0, -3.0]), 1.0) == "saddle-node"
    assert name_of(np.diag([1.0, 2.0, -3.0]), 1.0) == "unstable-node"
    turning = np.array([[0.1, 2.0, 0.0], [-2.0, 0.1, 0.0], [0.0, 0.0, -1.0]])
    assert name_of(turning, 1.0) == "unstable-focus"
    assert name_of(turning - 0.2 * np.eye(3), 1.0) == "stable-focus"
