"""What the two analyzers find, beside values of a 40-digit extended system and of a continuation package.

A sweep tells a bifurcation to its resolution. Between the two values that enclose it the real part of a Hopf pair, and
the squared distance of two points that meet at a fold, are straight to second order, which tells it much better.
"""

import numpy as np
import pytest

import brainpy_lab as bp

plt = pytest.importorskip("matplotlib.pyplot")

PLANE = {"V": [-3.0, 3.0], "w": [-3.0, 3.0]}
OMEGA = 0.275506805723561
HOPF = {
    "lower": (0.3312813374547458, (-0.9674709297958259, -0.3343386622447824)),
    "upper": (1.4187186625452541, (0.9674709297958259, 2.0843386622447824)),
}
# Morris-Lecar with the parameters of class I.
CLASS_1 = dict(g_Ca=4.0, V_3=12.0, V_4=17.4, phi=0.067)
FOLD = {"knee": (39.96315309274535, -29.38977740548439, 3, 1), "lower": (-9.949039322623065, -4.0485177879423, 1, 3)}
HH_HOPF = [
    (9.779337995393126, (-59.65414360299541, 0.09725734991087853, 0.4062275201841899, 0.4017841280524271)),
    (154.526333665808, (-43.05809201298383, 0.4196774383372968, 0.07035539083920642, 0.6432494507418279)),
]


def test_the_fixed_point_of_the_manual_with_its_eigenvalues_and_its_class():
    (point,) = bp.PhasePortraitAnalyzer(bp.models.get_FitzHughNagumo(), PLANE, {"I": 0.8}).find_fixed_points()
    assert point.values["V"] == pytest.approx(-0.27290095899729766, abs=1e-10)
    assert point.values["w"] == pytest.approx(0.5338738012533779, abs=1e-10)
    assert point.eigenvalues == pytest.approx((0.8367058351759369, 0.024819231402418325), abs=1e-10)
    assert point.name == "unstable-node"


@pytest.mark.parametrize("name", HOPF)
def test_a_hopf_point_lies_where_the_class_changes(name):
    at, state = HOPF[name]
    step = 1e-3
    sweep = bp.BifurcationAnalyzer(
        bp.models.get_FitzHughNagumo(), {"I": [at - 0.0104, at + 0.01]}, PLANE, par_resolution=step
    )
    found, I = sweep.find_fixed_points(), sweep.cases["I"]
    stable = np.array([each == "stable-focus" for each in found.names])
    assert (found.case == np.arange(I.size)).all() and set(found.names) == {"stable-focus", "unstable-focus"}
    (k,) = np.flatnonzero(stable[1:] != stable[:-1])
    assert I[k] < at < I[k + 1] and stable[k] == (name == "lower")
    pair = found.eigenvalues[:, 0]
    # Straight between two values of the sweep: the error is of second order, some step**2 times a curvature below 1.
    share = pair.real[k] / (pair.real[k] - pair.real[k + 1])
    assert I[k] + share * step == pytest.approx(at, abs=step**2)
    assert abs(pair[k].imag + share * (pair[k + 1].imag - pair[k].imag)) == pytest.approx(OMEGA, abs=step**2)
    np.testing.assert_allclose(found.points[k] + share * (found.points[k + 1] - found.points[k]), state, atol=step**2)


@pytest.mark.parametrize("name", FOLD)
def test_a_fold_lies_where_two_points_appear_or_vanish(name):
    at, V, before, after = FOLD[name]
    step = 1e-3
    sweep = bp.BifurcationAnalyzer(
        bp.models.get_MorrisLecar(**CLASS_1),
        {"I": [at - 0.0104, at + 0.01]},
        {"V": [-100.0, 60.0], "W": [-0.2, 1.2]},
        par_resolution=step,
    )
    found, I = sweep.find_fixed_points(), sweep.cases["I"]
    counts = np.bincount(found.case, minlength=I.size)
    (k,) = np.flatnonzero(counts[1:] != counts[:-1])
    assert (counts[k], counts[k + 1]) == (before, after) and I[k] < at < I[k + 1]
    inside = [k - 1, k] if before == 3 else [k + 1, k + 2]
    squares = []
    for case in inside:
        points = found.points[found.case == case, 0]
        near = np.sort(points[np.argsort(np.abs(points - V))[:2]])
        squares.append((near[1] - near[0]) ** 2)
    slope = (squares[1] - squares[0]) / (I[inside[1]] - I[inside[0]])
    assert I[inside[0]] - squares[0] / slope == pytest.approx(at, abs=step**2)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_folds_of_a_unit_that_excites_itself(sign):
    at = sign * 0.532839975353552
    unit = bp.neuron("J = 2; h = 0\nx' = -x + tanh(J*x + h)", "Unit")
    sweep = bp.BifurcationAnalyzer(unit, {"h": [at - 0.00104, at + 0.001]}, {"x": [-2.0, 2.0]}, par_resolution=1e-4)
    h = sweep.cases["h"]
    counts = np.bincount(sweep.find_fixed_points().case, minlength=h.size)
    np.testing.assert_array_equal(counts, np.where(sign * h < sign * at, 3, 1))


@pytest.mark.parametrize("I, state", HH_HOPF, ids=["lower", "upper"])
def test_the_hodgkin_huxley_equations_rest_at_their_hopf_points(I, state):
    # Four variables: the analyzer takes two of them, and the other two stay at their values.
    V, m, h, n = state
    model = bp.models.get_HH(E_leak=-54.4)
    box = {"V": [V - 5.0, V + 5.0], "n": [n - 0.1, n + 0.1]}
    (point,) = bp.PhasePortraitAnalyzer(model, box, {"I": I, "m": m, "h": h}).find_fixed_points()
    assert point.values["V"] == pytest.approx(V, abs=1e-8) and point.values["n"] == pytest.approx(n, abs=1e-10)


def test_the_limit_cycle_has_its_period_and_its_range():
    plt.switch_backend("Agg")
    # Equations of a text are advanced together, so that a step of rk4 is one of fourth order.
    text = "a = 0.7; b = 0.8; tau = 12.5\ninput I = 0.5\nV' = V - V**3/3 - w + I\nw' = (V + a - b*w)/tau"
    bp.profile.set(dt=0.05, jit=False)
    portrait = bp.PhasePortraitAnalyzer(bp.neuron(text, "FHN"), PLANE, {"I": 0.5})
    (t,), (values,) = portrait.plot_trajectory([(1.0, 0.0, (150.0, 310.0))], axes="t-v")
    plt.close("all")
    V = values[:, 0]
    up = np.flatnonzero((V[:-1] < 0) & (V[1:] >= 0))
    # Cubic through the four steps around a crossing, of which t is a function of V.
    times = []
    for k in up:
        near = slice(k - 1, k + 3)
        times.append(t[k] + np.polyval(np.polyfit(V[near] / 0.1, t[near] - t[k], 3), 0.0))
    np.testing.assert_allclose(np.diff(times), 39.4744149802, rtol=1e-6)
    # The largest of steps lies below the top by at most |V''| (dt/2)**2 / 2; |V''| is below 0.1 there.
    assert 1.852117473 - 5e-5 < V.max() < 1.852117473 + 1e-6
    assert -1.970406748 - 1e-6 < V.min() < -1.970406748 + 5e-5
