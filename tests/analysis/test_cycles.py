"""Families of limit cycles against closed forms, numbers of others, and laws that hold where families end."""

import numpy as np
import pytest

from brainpy_lab.analysis import cycles
from brainpy_lab.analysis.branches import Stopped, diagram
from brainpy_lab.analysis.collocation import DEGREE, Orbit
from brainpy_lab.analysis.cycles import CIRCLE, CYCLE_FOLD, DEGENERATE, HOMOCLINIC, STABLE, UNSTABLE, with_cycles
from brainpy_lab.analysis.grid import box
from brainpy_lab.analysis.reduction import reduced

from .models import FITZHUGH_NAGUMO, MORRIS_LECAR, RATE_UNIT
from .test_branches import HODGKIN_HUXLEY, problem_of

REST = np.array([-65.0, 0.05, 0.6, 0.3])
SUBCRITICAL = """
a = 0
r2 = x*x + y*y
x' = a*x - y + x*r2 - x*r2*r2
y' = x + a*y + y*r2 - y*r2*r2
"""
SUPERCRITICAL = """
a = 0
x' = a*x - 2*y - x*(x*x + y*y)
y' = 2*x + a*y - y*(x*x + y*y)
"""
WANG_BUZSAKI = """
C=1; gNa=35; gK=9; gL=0.1; ENa=55; EK=-90; EL=-65; I=0; phi=5
am = 0.1*(V+35)/(1-exp(-0.1*(V+35)))
bm = 4*exp(-(V+60)/18)
m = am/(am+bm)
V' = (I - gNa*m**3*h*(V-ENa) - gK*n**4*(V-EK) - gL*(V-EL))/C
h' = phi*(0.07*exp(-(V+58)/20)*(1-h) - h/(1+exp(-0.1*(V+28))))
n' = phi*(-0.01*(V+34)/(exp(-0.1*(V+34))-1)*(1-n) - 0.125*exp(-(V+44)/80)*n)
"""
BURSTER = """
I = 5
minf = 1/(1+exp((-20-V)/15))
ninf = 1/(1+exp((-25-V)/5))
kinf = 1/(1+exp((-20-V)/5))
V' = (I - 8*(V+80) - 20*minf*(V-60) - 9*n*(V+90) - 5*k*(V+90))
n' = (ninf - n)/0.152
k' = (kinf - k)/20
"""
SQUARE = [(-4, 4), (-4, 4)]
HH_SIDES = [(-200, 150), (-1, 2), (-1, 2), (-1, 2)]


def over(text, parameter, ends, order, sides, start=None, **values):
    problem, where = problem_of(text, parameter, order, **values), box(sides)
    found = diagram(problem, parameter, ends, where, {parameter: 0.0}, start)
    assert not found.is_complete
    return with_cycles(found, problem, parameter, ends, where, {parameter: 0.0}, start)


def of_kind(found, *kinds):
    return [one for one in found.specials if one.kind in kinds]


def names(family):
    return [name for name, _ in family.runs()]


def test_a_subcritical_family_and_its_fold_have_their_closed_form():
    # In polar coordinates r' = a r + r**3 - r**5, and the angle turns once in 2 pi.
    found = over(SUBCRITICAL, "a", (-1.0, 1.0), "xy", SQUARE)
    assert found.is_complete
    (family,) = found.cycles
    r = family.high[1:, 0]
    assert np.allclose(family.high[1:], r[:, None], atol=1e-7) and np.allclose(family.low[1:], -r[:, None], atol=1e-7)
    assert np.allclose(family.parameter[1:], r**4 - r**2, atol=1e-7)
    assert np.allclose(family.period, 2 * np.pi, rtol=1e-8)
    (fold,) = of_kind(found, CYCLE_FOLD)
    assert fold.parameter == pytest.approx(-0.25, abs=1e-9) and fold.point == pytest.approx(
        [np.sqrt(0.5)] * 2, abs=1e-5
    )
    slopes = family.parameter[1:] + 3 * r**2 - 5 * r**4
    off_fold = np.abs(family.parameter[1:] + 0.25) > 1e-9
    assert np.allclose(family.exponents[1:][off_fold], slopes[off_fold], atol=1e-7)
    assert names(family) == [UNSTABLE, STABLE] and family.parameter[-1] == 1.0
    ((hopf),) = of_kind(found, "Hopf")
    assert hopf.told == "subcritical" and hopf.parameter == pytest.approx(0, abs=1e-9)


def test_a_supercritical_family_has_its_closed_form():
    # r' = a r - r**3, and the angle turns twice as fast.
    found = over(SUPERCRITICAL, "a", (-1.0, 1.0), "xy", SQUARE)
    (family,) = found.cycles
    assert of_kind(found, "Hopf")[0].told == "supercritical" and names(family) == [STABLE]
    assert np.allclose(family.high[1:, 1] ** 2, family.parameter[1:], atol=1e-7)
    assert np.allclose(family.period, np.pi, rtol=1e-8)
    assert np.allclose(family.exponents[1:], -2 * family.parameter[1:], atol=1e-7)
    assert len(found.specials) == 1


def test_a_cycle_of_fitzhugh_and_nagumo_has_the_numbers_of_others():
    found = over(FITZHUGH_NAGUMO, "I", (-0.5, 0.5), "vw", [(-9, 9), (-6, 9)])
    (family,) = found.cycles
    assert family.parameter[-1] == pytest.approx(0.5, abs=1e-12)
    assert family.period[-1] == pytest.approx(39.4744149802, rel=1e-9)
    # Between the points at which the equation holds, polynomials of degree 4 are off by the fifth power of a width,
    # which is a fortieth here and shorter at the jumps.
    assert [*family.low[-1], *family.high[-1]] == pytest.approx([-1.970406748, -0.245741815, 1.852117473, 1.393772623],
                                                                 abs=2e-6)  # fmt: skip
    assert family.exponents[-1] == pytest.approx(-0.97053405392, rel=1e-8)


def test_fitzhughs_family_joins_both_hopf_points_through_two_folds():
    found = over(FITZHUGH_NAGUMO, "I", (-0.5, 2.0), "vw", [(-9, 9), (-6, 9)])
    (family,) = found.cycles
    first, last = of_kind(found, "Hopf")
    assert (first.told, last.told) == ("subcritical", "subcritical")
    assert family.parameter[[0, -1]].tolist() == [first.parameter, last.parameter]
    assert np.array_equal(family.high[-1], last.point) and family.period[-1] == last.period
    # The explosion of canards near the lower one, where the parameter hardly moves, is one fold. The field is odd about
    # (0, a/b), so what happens near one Hopf point happens near the other.
    low, high = of_kind(found, CYCLE_FOLD)
    assert low.parameter + high.parameter == pytest.approx(first.parameter + last.parameter, abs=1e-8)
    assert names(family) == [UNSTABLE, STABLE, UNSTABLE]


def test_morris_and_lecars_folds_of_cycles_are_where_the_literature_has_them():
    # Rinzel & Ermentrout (1998), Methods in Neuronal Modeling, chapter 7: bistable from 88.3 and to 217.
    found = over(MORRIS_LECAR, "I", (0.0, 250.0), "Vw", [(-200, 180), (-1, 3)], V3=2, V4=30, gCa=4.4, phi=0.04)
    told = [(one.kind, round(one.parameter, 1)) for one in found.specials]
    assert told == [(CYCLE_FOLD, 88.3), ("Hopf", 93.9), ("Hopf", 212.0), (CYCLE_FOLD, 216.9)]
    assert names(found.cycles[0]) == [UNSTABLE, STABLE, UNSTABLE]


def test_a_family_ends_on_a_fold_of_equilibria_with_the_law_of_the_inverse_root():
    found = over(MORRIS_LECAR, "I", (-50.0, 250.0), "Vw", [(-200, 180), (-1, 3)])
    (end,) = of_kind(found, CIRCLE)
    assert end.parameter == pytest.approx(39.96315309274535, abs=1e-7)
    (family,) = found.cycles
    assert family.parameter[-1] == end.parameter and np.isinf(family.period[-1]) and names(family)[-1] == STABLE
    near = slice(-5, -1)
    slope = np.polyfit(np.log(family.parameter[near] - end.parameter), np.log(family.period[near]), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.05)


def test_a_family_ends_at_a_saddle_with_the_law_of_the_logarithm():
    found = over(MORRIS_LECAR, "I", (0.0, 100.0), "Vw", [(-200, 180), (-1, 3)], phi=0.23)
    (end,) = of_kind(found, HOMOCLINIC)
    (family,) = found.cycles
    # A cycle needs 1/growth longer when it passes e times nearer to the saddle.
    saddles = [
        (abs(value - end.parameter), tuple(point))
        for branch in found.branches
        for value, point, name in zip(branch.parameter, branch.points, branch.names)
        if name == "saddle-node"
    ]
    _, saddle = min(saddles)
    problem = problem_of(MORRIS_LECAR, "I", "Vw", phi=0.23)
    growth = np.linalg.eigvals(problem.slopes(saddle, {"I": end.parameter})).real.max()
    far = np.abs(family.parameter - end.parameter)
    near = (family.period > 100) & (family.period < 180)
    slope = np.polyfit(family.period[near], np.log(far[near]), 1)[0]
    assert near.sum() >= 3 and -slope == pytest.approx(growth, rel=0.1)
    # What turns to and fro there by rounding is no fold; the one between the Hopf point and the end is.
    (fold,) = of_kind(found, CYCLE_FOLD)
    assert fold.parameter > 40


def test_the_family_of_hodgkin_and_huxley_has_three_folds():
    # Rinzel & Miller (1980), Math. Biosciences 49, 27-59: 6.26, 7.92 and 7.85; Hopf points at 9.78 and 154.5.
    found = over(HODGKIN_HUXLEY, "I", (0.0, 180.0), "Vmhn", HH_SIDES, REST)
    assert [round(one.parameter, 2) for one in of_kind(found, CYCLE_FOLD)] == [6.26, 7.85, 7.92]
    assert [one.told for one in of_kind(found, "Hopf")] == ["subcritical", "supercritical"]
    (family,) = found.cycles
    assert names(family) == [UNSTABLE, STABLE] and family.parameter.max() < 154.53


def test_twice_as_many_intervals_give_the_same_folds(monkeypatch):
    one = over(HODGKIN_HUXLEY, "I", (0.0, 12.0), "Vmhn", HH_SIDES, REST)
    monkeypatch.setattr(cycles, "_INTERVALS", 2 * cycles._INTERVALS)
    two = over(HODGKIN_HUXLEY, "I", (0.0, 12.0), "Vmhn", HH_SIDES, REST)
    assert [a.parameter for a in one.specials] == pytest.approx([b.parameter for b in two.specials], abs=1e-5)
    # The cycle at the end of the range, against the same equations simulated in small steps.
    field = problem_of(HODGKIN_HUXLEY, "I", "Vmhn").field_at({"I": 12.0})
    period, top = _simulated(field, np.array([-50.0, 0.1, 0.5, 0.4]), 0.005, 150.0)
    assert two.cycles[0].period[-1] == pytest.approx(period, rel=1e-6)
    assert two.cycles[0].high[-1, 0] == pytest.approx(top, rel=1e-5)
    assert two.cycles[0].period[-1] == pytest.approx(one.cycles[0].period[-1], rel=1e-7)


def _simulated(field, x, dt, until):
    """Period and largest first variable of a stable cycle: classical Runge-Kutta, after half of the time."""
    times, top, before = [], -np.inf, None
    for k in range(int(until / dt)):
        a = np.array(field(*x))
        b = np.array(field(*(x + dt / 2 * a)))
        c = np.array(field(*(x + dt / 2 * b)))
        d = np.array(field(*(x + dt * c)))
        new = x + dt / 6 * (a + 2 * b + 2 * c + d)
        if x[0] < -40 <= new[0]:
            u = (-40 - x[0]) / (new[0] - x[0])  # Hermite's polynomial is cubic, two of Newton's steps on it are enough
            s0, s1 = dt * a[0], dt * field(*new)[0]
            for _ in range(4):
                value = _hermite(u, x[0], new[0], s0, s1) + 40
                slope = (_hermite(u + 1e-6, x[0], new[0], s0, s1) - _hermite(u - 1e-6, x[0], new[0], s0, s1)) / 2e-6
                u -= value / slope
            times.append((k + u) * dt)
        if k * dt > until / 2 and before is not None:
            bend = before[0] - 2 * x[0] + new[0]
            if x[0] > before[0] and x[0] > new[0]:
                top = max(top, x[0] - (new[0] - before[0]) ** 2 / (8 * bend))
        before, x = x, new
    return times[-1] - times[-2], top


def _hermite(u, y0, y1, s0, s1):
    return (1 + 2 * u) * (1 - u) ** 2 * y0 + u * (1 - u) ** 2 * s0 + u * u * (3 - 2 * u) * y1 + u * u * (u - 1) * s1


def test_a_family_without_a_hopf_point_in_the_range_is_found_by_simulation():
    found = over(MORRIS_LECAR, "I", (0.0, 80.0), "Vw", [(-200, 180), (-1, 3)], np.array([-60.0, 0.01]))
    assert [one.kind for one in found.specials] == ["fold", CIRCLE]
    (family,) = found.cycles
    assert names(family) == [STABLE] and family.parameter[-1] == pytest.approx(80.0, abs=1e-9)
    other = over(MORRIS_LECAR, "I", (80.0, 250.0), "Vw", [(-200, 180), (-1, 3)]).cycles[0]
    assert family.period[-1] == pytest.approx(other.period[-1], rel=1e-8)  # from the Hopf point, to the same end
    assert family.period[0] == np.inf and (np.diff(family.parameter) > 0).all()


def test_wang_and_buzsakis_interneuron_begins_to_fire_at_any_rate():
    # Wang & Buzsaki (1996), J. Neurosci. 16, 6402-6413: type I, from a current of about 0.16.
    found = over(WANG_BUZSAKI, "I", (-0.5, 3.0), "Vhn", [(-200, 150), (-1, 2), (-1, 2)], np.array([-65.0, 0.7, 0.1]))
    (end,) = of_kind(found, CIRCLE)
    assert end.parameter == pytest.approx(0.16, abs=0.005) and names(found.cycles[0]) == [STABLE]


def test_where_the_flow_leaves_there_is_no_oscillation():
    # Without its reset the neuron of Izhikevich goes to infinity.
    text = "I = 5\nv' = 0.04*v*v + 5*v + 140 - u + I\nu' = 0.02*(0.2*v - u)"
    found = over(text, "I", (5.0, 20.0), "vu", [(-200, 150), (-40, 40)], np.array([-65.0, -13.0]))
    assert found.is_complete and not found.cycles


@pytest.mark.parametrize("n", [1, 2, 3, 7, 40])
def test_a_ring_of_equations_is_solved_as_by_one_matrix(n):
    rng, d, k = np.random.default_rng(n), 3, 2
    sizes = {"transfers": (n, d, d), "border": (n, d, 2), "wanted": (n, d, k), "rows": (2, n, d), "corner": (2, 2),
             "values": (2, k)}  # fmt: skip
    given = {name: rng.normal(size=size) for name, size in sizes.items()}
    given["transfers"] *= 20.0  # what grows so much in each interval leaves no digits in their product
    matrix, wanted = np.zeros((n * d + 2, n * d + 2)), np.zeros((n * d + 2, k))
    for i in range(n):
        here, there = slice(i * d, i * d + d), slice((i + 1) % n * d, (i + 1) % n * d + d)
        matrix[here, here] += given["transfers"][i]
        matrix[here, there] += np.eye(d)
        matrix[here, -2:], matrix[-2:, here] = given["border"][i], given["rows"][:, i]
    matrix[-2:, -2:] = given["corner"]
    wanted[:-2], wanted[-2:] = given["wanted"].reshape(-1, k), given["values"]
    v, u = reduced(**given)
    assert np.allclose(np.concatenate([v.reshape(-1, k), u]), np.linalg.solve(matrix, wanted), rtol=1e-9, atol=1e-9)


def test_a_period_that_follows_the_parameter_is_no_homoclinic_orbit():
    # The cycle of a time constant gets slower and slower, and runs into nothing.
    found = over(FITZHUGH_NAGUMO, "tau", (0.1, 1000.0), "vw", [(-9, 9), (-6, 9)], I=0.5)
    assert [one.kind for one in found.specials] == [CYCLE_FOLD, "Hopf"] and not found.is_unfinished
    (family,) = found.cycles
    assert family.parameter[-1] == 1000.0 and family.period[-1] > 30 * family.period.min()
    assert np.allclose(family.high[-1], [1.9983, 1.1836], atol=0.002)  # of a simulation with steps of 0.01 ms
    text = SUPERCRITICAL.replace("2*", "w*").replace("a = 0", "a = 1; w = 1")
    slow = over(text, "w", (0.0, 2.0), "xy", SQUARE, np.array([1.0, 0.0]))
    assert not of_kind(slow, HOMOCLINIC, CIRCLE) and slow.is_unfinished


@pytest.mark.parametrize("tau", [24.8, 26.0, 29.0])
def test_canards_of_a_slow_neuron_are_one_fold_on_each_side(tau):
    found = over(FITZHUGH_NAGUMO, "I", (-0.5, 1.5), "vw", [(-9, 9), (-6, 9)], tau=tau)
    assert [one.kind for one in found.specials] == [CYCLE_FOLD, "Hopf", "Hopf", CYCLE_FOLD]
    (family,) = found.cycles
    assert names(family) == [UNSTABLE, STABLE, UNSTABLE] and not found.is_unfinished
    a, b, c, d = (one.parameter for one in found.specials)
    assert a + d == pytest.approx(b + c, abs=1e-5)  # the field is odd about (0, a/b)


def test_where_all_cycles_lie_at_one_value_a_hopf_point_is_degenerate():
    text = "mu = 1\nx' = y\ny' = mu*(1 - x**2)*y - x"  # van der Pol
    found = over(text, "mu", (-2.0, 30.0), "xy", [(-20, 20), (-150, 150)], np.array([1.5, 1.0]))
    assert [(one.kind, one.told) for one in found.specials] == [("Hopf", DEGENERATE)]
    (family,) = found.cycles
    assert np.abs(family.high[:, 0] - 2.0).max() < 0.03 and names(family) == [UNSTABLE, STABLE]
    centres = over("a = 1\nx' = x*(a - y)\ny' = y*(x - 1)", "a", (0.1, 3.0), "xy", SQUARE)  # Lotka and Volterra
    assert not centres.specials and not centres.cycles


def test_a_burst_ends_at_a_saddle_and_not_on_a_fold():
    # Izhikevich (2007), section 9.1: persistent sodium, potassium, and a slow one. The fold of equilibria is at 4.53.
    found = over(BURSTER, "I", (-5.0, 60.0), "Vnk", [(-200, 150), (-1, 2), (-1, 2)], np.array([-60.0, 0.0, 0.0]))
    assert not of_kind(found, CIRCLE) and len(of_kind(found, HOMOCLINIC)) == 1


def test_without_a_hopf_point_there_are_no_cycles():
    found = over(RATE_UNIT, "J", (0.0, 3.0), "x", [(-3, 3)])
    assert found.is_complete and not found.cycles


def test_nobody_has_to_wait_for_a_family_that_is_not_wanted_any_more():
    problem, where = problem_of(FITZHUGH_NAGUMO, "I", "vw"), box([(-9, 9), (-6, 9)])
    arguments = (problem, "I", (-0.5, 2.0), where, {"I": 0.0})
    found, asked = diagram(*arguments), []
    with pytest.raises(Stopped):
        with_cycles(found, *arguments, unwanted=lambda: asked.append(1) or len(asked) > 7)
    assert len(asked) == 8


def test_an_orbit_keeps_its_values_on_another_mesh():
    mesh = np.linspace(0, 1, 31)
    s = mesh[:-1, None] + np.linspace(0, 1, DEGREE + 1) / 30
    orbit = Orbit(mesh, np.stack([np.sin(2 * np.pi * s), np.cos(2 * np.pi * s) ** 3], axis=-1), 0.0, 0.0)
    better = orbit.better_mesh(1e3, 30, 30)
    assert better[0] == 0 and better[-1] == 1 and (np.diff(better) > 0).all() and np.ptp(np.diff(better)) > 1e-3
    moved = orbit.on(better)
    s = better[:-1, None] + np.diff(better)[:, None] * np.linspace(0, 1, DEGREE + 1)
    assert np.allclose(moved.points[..., 1], np.cos(2 * np.pi * s) ** 3, atol=1e-4)
    low, high = orbit.extremes()
    assert low == pytest.approx([-1, -1], abs=1e-6) and high == pytest.approx([1, 1], abs=1e-6)
