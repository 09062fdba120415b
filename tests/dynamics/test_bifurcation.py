"""`BifurcationAnalyzer`: where classes change, agreement with closed forms, and what it refuses."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from tests.dynamics.test_phase_portrait import BOX, fitzhugh_nagumo

plt = pytest.importorskip("matplotlib.pyplot")

UNIT = "J = 1; h = 0\nx' = -x + tanh(J*x + h)"


@pytest.fixture(autouse=True)
def _figures():
    plt.switch_backend("Agg")
    plt.close("all")
    yield
    plt.close("all")


def sweep(**changes):
    given = dict(model=fitzhugh_nagumo(), target_pars={"Iext": [0.0, 1.0]}, dynamical_vars=BOX) | changes
    return bp.BifurcationAnalyzer(**given)


def test_the_hopf_point_of_the_manual_lies_between_two_values():
    analyzer = sweep(target_pars={"Iext": [0.33, 0.333]}, par_resolution=0.0001)
    found = analyzer.find_fixed_points()
    I = analyzer.cases["Iext"][found.case]
    stable = np.array([name == "stable-focus" for name in found.names])
    assert (stable == (I < 0.3312813374547458)).all() and stable.any() and not stable.all()


def test_both_hopf_lines_of_the_manual_are_straight():
    # At v = -/+ sqrt(1 - b/tau) the trace is 0; then I = w - v + v**3/3 with w = (v + a)/b, so dI/da = 1/b.
    analyzer = sweep(target_pars={"a": [0.5, 1.0], "Iext": [0.0, 1.0]}, par_resolution={"a": 0.05, "Iext": 0.02})
    pars, v = analyzer.plot_bifurcation("v")
    trace = 1 - v**2 - 0.8 / 12.5
    names = np.array(analyzer.find_fixed_points().names)
    assert ((trace > 0) == np.char.startswith(names, "unstable")).all()
    v_hopf = -np.sqrt(1 - 0.8 / 12.5)
    hopf = (v_hopf + pars[:, 0]) / 0.8 - v_hopf + v_hopf**3 / 3
    assert ((pars[:, 1] > hopf) == np.char.startswith(names, "unstable")).all()
    assert pars.shape == (500, 2)


def test_every_point_solves_the_equations():
    pars, v = sweep(par_resolution=0.01).plot_bifurcation(plot_vars=["v"])
    np.testing.assert_allclose(pars, np.arange(0, 1, 0.01))
    np.testing.assert_allclose(v - v**3 / 3 - (v + 0.7) / 0.8 + pars, 0.0, atol=1e-13)


def test_the_pitchfork_opens_at_one():
    model = bp.neuron(UNIT, "Unit")
    J, x = bp.BifurcationAnalyzer(model, {"J": [0.5, 2.0]}, {"x": [-2, 2]}, par_resolution=0.01).plot_bifurcation()
    counts = {value: (J == value).sum() for value in np.unique(J)}
    assert all(count == (1 if value < 1 - 1e-9 else 3) for value, count in counts.items() if abs(value - 1) > 1e-9)
    np.testing.assert_allclose(x, np.tanh(J * x), atol=1e-12)


def test_two_parameters_make_a_cusp():
    model = bp.neuron(UNIT, "Unit")
    analyzer = bp.BifurcationAnalyzer(model, {"J": [0.5, 2.5], "h": [-1.0, 1.0]}, {"x": [-2, 2]}, par_resolution=0.05)
    found = analyzer.find_fixed_points()
    J, h = analyzer.cases["J"], analyzer.cases["h"]
    # Folds: x = +-sqrt(1 - 1/J), h = artanh(x) - J*x; inside there are three.
    root = np.sqrt(np.maximum(0, 1 - 1 / J))
    inside = np.abs(h) < np.abs(np.arctanh(root) - J * root)
    far = np.abs(np.abs(h) - np.abs(np.arctanh(root) - J * root)) > 1e-9
    np.testing.assert_array_equal(np.bincount(found.case, minlength=len(J))[far], np.where(inside, 3, 1)[far])


def test_a_model_of_a_cell_is_swept_by_its_input():
    model = bp.neuron("a=0.7; b=0.8; tau=12.5 ms\ninput I = 0.8\nv' = v - v**3/3 - w + I\nw' = (v+a-b*w)/tau", "FHN")
    I, v = sweep(model=model, target_pars={"I": [0.0, 1.0]}).plot_bifurcation("v")
    np.testing.assert_allclose(v, sweep().plot_bifurcation("v")[1], atol=1e-12)
    assert len(I) == 10


def test_all_variables_are_drawn_when_none_is_named():
    pars, values = sweep().plot_bifurcation()
    assert pars.shape == (10,) and values.shape == (10, 2)
    assert [plt.figure(n).axes[0].get_ylabel() for n in plt.get_fignums()] == ["v", "w"]


def test_nothing_is_printed(capsys):
    sweep().plot_bifurcation("v")
    assert capsys.readouterr().out == ""


MISTAKES = {
    "three variables": (dict(dynamical_vars={"v": [0, 1], "w": [0, 1], "u": [0, 1]}), "at most 2 names, but got 3"),
    "three parameters": (dict(target_pars={"a": [0, 1], "b": [0, 1], "tau": [1, 2]}), "at most 2 names, but got 3"),
    "an unknown variable": (dict(dynamical_vars={"u": [0, 1]}), 'dynamical variable "u" is not a dynamical variable'),
    "an unknown parameter": (dict(target_pars={"c": [0, 1]}), '"c" is neither a parameter nor an input.*Iext'),
    "a variable for a parameter": (dict(target_pars={"w": [0, 1]}), '"w" is neither a parameter nor an input'),
    "a parameter also fixed": (dict(fixed_vars={"Iext": 1.0}), '"Iext" is fixed in "fixed_vars" and varied'),
    "a value left out": (dict(target_pars={"a": [0, 1]}), 'Missing variables.*"Iext"'),
    "a resolution below 0": (dict(par_resolution=-0.1), '"par_resolution" must be a number above 0, but got -0.1'),
    "a resolution of text": (dict(var_resolution="fine"), '"var_resolution" must be a number above 0'),
    "a resolution too fine": (dict(par_resolution=1e-9), "more than 250000 sets of parameters"),
    "a resolution for another": (dict(par_resolution={"a": 0.1}), '"par_resolution" must name Iext, but names a'),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_named(name):
    changes, message = MISTAKES[name]
    with pytest.raises(ModelUseError, match=message):
        sweep(**changes)


@pytest.mark.parametrize("plot_vars", ["u", ["v", "Iext"]])
def test_only_dynamical_variables_are_drawn(plot_vars):
    with pytest.raises(ModelUseError, match="not one of the dynamical variables v, w"):
        sweep().plot_bifurcation(plot_vars)


def test_a_fixed_variable_is_not_drawn():
    analyzer = sweep(dynamical_vars={"v": [-3, 3]}, fixed_vars={"w": 0.0})
    with pytest.raises(ModelUseError, match='"w", which is fixed to 0.0'):
        analyzer.plot_bifurcation("w")
