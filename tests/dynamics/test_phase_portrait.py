"""`PhasePortraitAnalyzer`: the manual's example, its printed lines, what it returns and what it refuses."""

from collections import OrderedDict

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.ir.python_step import PythonStep

plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def _figures():
    plt.switch_backend("Agg")
    plt.close("all")
    bp.profile.set(dt=0.02, numerical_method="rk4", jit=False)
    yield
    plt.close("all")


def fitzhugh_nagumo(a=0.7, b=0.8, tau=12.5, Vth=1.9):
    """The manual's model."""

    @bp.integrate
    def int_w(w, t, v):
        return (v + a - b * w) / tau

    @bp.integrate
    def int_v(v, t, w, Iext):
        return v - v * v * v / 3 - w + Iext

    def update(ST, _t):
        ST["w"] = int_w(ST["w"], _t, ST["v"])
        v = int_v(ST["v"], _t, ST["w"], ST["input"])
        ST["spike"] = np.logical_and(v >= Vth, ST["v"] < Vth)
        ST["v"] = v
        ST["input"] = 0.0

    state = bp.types.NeuState({"v": 0.0, "w": 1.0, "spike": 0.0, "input": 0.0})
    return bp.NeuType("FitzHugh_Nagumo", ST=state, steps=update)


BOX = {"v": [-3, 3], "w": [-3.0, 3.0]}


def portrait(**changes):
    given = dict(model=fitzhugh_nagumo(), target_vars=BOX, fixed_vars={"Iext": 0.8}) | changes
    return bp.PhasePortraitAnalyzer(**given)


def on_a_line(text="J = 2; h = 0\nx' = -x + tanh(J*x + h)", **changes):
    return bp.PhasePortraitAnalyzer(bp.neuron(text, "Unit"), {"x": [-2, 2]}, **changes)


# ---- fixed points ----


def test_the_fixed_point_is_printed_as_the_manual_prints_it(capsys):
    x, y = portrait().plot_fixed_point()
    printed = capsys.readouterr().out
    assert printed == f"Fixed point #1 at v={float(x[0])!r}, w={float(y[0])!r} is a unstable-node.\n"
    assert printed.startswith("Fixed point #1 at v=-0.27290095899729")


def test_fixed_points_have_eigenvalues():
    analyzer = portrait()
    (point,) = analyzer.find_fixed_points()
    assert point.values == pytest.approx({"v": -0.27290095899729766, "w": 0.5338738012533779}, abs=1e-10)
    assert np.allclose(point.eigenvalues, [0.8367058351759369, 0.024819231402418325], atol=1e-10)
    assert point.name == "unstable-node" and analyzer.fixed_points == [point]


def test_several_fixed_points_are_numbered_from_the_left(capsys):
    x, y = on_a_line().plot_fixed_point()
    assert np.allclose(x, [-0.9575040240772688, 0, 0.9575040240772688], atol=1e-10) and (y == 0).all()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" at ")[0] for line in lines] == ["Fixed point #1", "Fixed point #2", "Fixed point #3"]
    assert [line.split(" is a ")[1] for line in lines] == ["stable-point.", "unstable-point.", "stable-point."]


def test_that_there_is_none_is_said(capsys):
    x, y = on_a_line("x' = x**2 + 1").plot_fixed_point()
    assert capsys.readouterr().out == "No fixed point with x in [-2, 2].\n" and len(x) == len(y) == 0


def test_parameters_can_be_updated():
    (point,) = portrait(pars_update={"a": 0.0, "b": 1.0}, fixed_vars={"Iext": 0.0}).find_fixed_points()
    # v = w and v**3 = 0.
    assert point.values == pytest.approx({"v": 0.0, "w": 0.0}, abs=1e-5)
    (point,) = portrait(fixed_vars={"Iext": 0.8, "a": 0.7, "b": 0.8}).find_fixed_points()
    assert point.values["v"] == pytest.approx(-0.27290095899729766, abs=1e-10)


@pytest.mark.parametrize("resolution", [10.0, 0.5, 1e-6])
def test_no_resolution_hides_a_point_or_fills_the_memory(resolution):
    assert len(portrait().find_fixed_points(resolution)) == 1


def test_the_order_of_the_axes_is_that_of_the_names():
    assert list(portrait(target_vars={"w": [-3, 3], "v": [-3, 3]}).target_vars) == ["v", "w"]
    assert list(portrait(target_vars=OrderedDict(w=[-3, 3], v=[-3, 3])).target_vars) == ["w", "v"]


# ---- higher dimensions ----

HODGKIN_HUXLEY = """
C=1; gNa=120; gK=36; gL=0.3; ENa=50; EK=-77; EL=-54.4; I=0
V' = (I - gNa*m**3*h*(V-ENa) - gK*n**4*(V-EK) - gL*(V-EL))/C
m' = (V+40)/10/(1-exp(-(V+40)/10))*(1-m) - 4*exp(-(V+65)/18)*m
h' = (7/100)*exp(-(V+65)/20)*(1-h) - h/(1+exp(-(V+35)/10))
n' = (V+55)/100/(1-exp(-(V+55)/10))*(1-n) - (1/8)*exp(-(V+65)/80)*n
"""


@pytest.mark.parametrize(
    "I, V, m, h, n",
    [
        (9.779337995393126, -59.65414360299541, 0.09725734991087853, 0.4062275201841899, 0.4017841280524271),
        (154.526333665808, -43.05809201298383, 0.4196774383372968, 0.07035539083920642, 0.6432494507418279),
    ],
)
def test_other_variables_are_fixed_in_a_reduction_of_hodgkin_huxley(I, V, m, h, n):
    # With m and h at an equilibrium of all four, V and n of it are an equilibrium of the plane.
    model = bp.neuron(HODGKIN_HUXLEY, "HH")
    analyzer = bp.PhasePortraitAnalyzer(model, {"V": [-90, 50], "n": [0, 1]}, {"m": m, "h": h, "I": I})
    points = [list(point.values.values()) for point in analyzer.find_fixed_points()]
    assert np.abs(np.array(points) - [V, n]).max(axis=1).min() < 1e-8


def test_other_variables_default_to_the_state():
    state = bp.NeuState({"x": 0.0, "y": 3.0})

    @bp.integrate
    def int_x(x, t, y):
        return y - x

    @bp.integrate
    def int_y(y, t):
        return -y

    def update(ST, _t):
        ST["x"] = int_x(ST["x"], _t, ST["y"])
        ST["y"] = int_y(ST["y"], _t)

    model = bp.NeuType("two", ST=state, steps=update)
    (point,) = bp.PhasePortraitAnalyzer(model, {"x": [0, 5]}).find_fixed_points()
    assert point.values["x"] == pytest.approx(3.0, abs=1e-14)
    (point,) = bp.PhasePortraitAnalyzer(model, {"x": [0, 5]}, {"y": 4.5}).find_fixed_points()
    assert point.values["x"] == pytest.approx(4.5, abs=1e-14)


# ---- nullclines and fields ----


def test_nullclines_are_returned_by_variable():
    xs, ys = portrait().plot_nullcline()
    assert set(xs) == set(ys) == {"v", "w"}
    np.testing.assert_allclose(ys["v"], xs["v"] - xs["v"] ** 3 / 3 + 0.8, atol=1e-13)
    np.testing.assert_allclose(xs["w"], 0.8 * ys["w"] - 0.7, atol=1e-13)


def test_the_field_of_a_plane_is_returned_on_its_grid():
    u, v = portrait().plot_vector_field(resolution=0.2)
    x = np.linspace(-3.15, 3.15, u.shape[1])
    assert u.shape == v.shape == (33, 33)
    np.testing.assert_allclose(v[0], (x + 0.7 + 0.8 * 3.15) / 12.5, atol=1e-14)


def test_the_field_of_a_line_is_its_rate():
    x, rate = on_a_line().plot_vector_field()
    np.testing.assert_allclose(rate, -x + np.tanh(2 * x), atol=1e-15)


def test_a_line_has_no_nullcline_and_no_trajectory():
    with pytest.raises(NotImplementedError, match="no nullcline"):
        on_a_line().plot_nullcline()
    with pytest.raises(NotImplementedError, match="no trajectory"):
        on_a_line().plot_trajectory([(0.1, 5.0)])


def test_a_field_with_a_pole_is_drawn():
    model = bp.neuron("x' = 1/x + y\ny' = log(y)", "P")
    analyzer = bp.PhasePortraitAnalyzer(model, {"x": [-2, 2], "y": [-2, 2]})
    analyzer.plot_vector_field()
    analyzer.plot_nullcline()
    plt.gcf().canvas.draw()
    (point,) = analyzer.find_fixed_points()
    assert point.values == pytest.approx({"x": -1.0, "y": 1.0}, abs=1e-12)


# ---- trajectories ----


def test_a_trajectory_has_the_bits_of_the_group():
    xs, ys = portrait().plot_trajectory([(-2.8, -1.8, 20.0)], inputs=("ST.input", 0.8))
    group = bp.NeuGroup(fitzhugh_nagumo(), 1, monitors=["v", "w"])
    group.ST["v"], group.ST["w"] = -2.8, -1.8
    group.run(20.0, inputs=("ST.input", 0.8))
    assert (xs[0][0], ys[0][0]) == (-2.8, -1.8)
    np.testing.assert_array_equal(xs[0][1:], group.mon.v[:, 0])
    np.testing.assert_array_equal(ys[0][1:], group.mon.w[:, 0])


def test_settings_follow_the_order_in_which_the_targets_were_written():
    swapped = portrait(target_vars={"w": [-3, 3], "v": [-3, 3]})
    xs, ys = swapped.plot_trajectory((-1.8, -2.8, 1.0))
    assert (xs[0][0], ys[0][0]) == (-2.8, -1.8)  # x is v all the same


def test_settings_have_their_own_spans():
    xs, _ = portrait().plot_trajectory([(0.0, 0.0, 4.0), (1.0, 0.0, (1.0, 3.0))])
    times, values = portrait().plot_trajectory([(0.0, 0.0, 4.0), (1.0, 0.0, (1.0, 3.0))], axes="t-v")
    assert [len(x) for x in xs] == [201, 101]
    assert times[1][0] == pytest.approx(1.0) and times[1][-1] == pytest.approx(3.0)
    assert values[0].shape == (201, 2)
    np.testing.assert_array_equal(values[1][:, 0], xs[1])


def test_a_trajectory_in_a_reduction_holds_the_other_variables():
    I, m, h = 9.779337995393126, 0.09725734991087853, 0.4062275201841899
    model = bp.neuron(HODGKIN_HUXLEY, "HH")
    analyzer = bp.PhasePortraitAnalyzer(model, {"V": [-90, 50], "n": [0, 1]}, {"m": m, "h": h, "I": I})
    V, n = (path[0] for path in analyzer.plot_trajectory([(-59.65414360299541, 0.4017841280524271, 5.0)]))
    # It starts at an equilibrium of the plane, which would move at once with m or h elsewhere or I left out.
    assert np.abs(V + 59.65414360299541).max() < 1e-8 and np.abs(n - 0.4017841280524271).max() < 1e-8


def test_step_functions_hold_variables_too():
    analyzer = bp.PhasePortraitAnalyzer(
        bp.models.get_HH(), {"V": [-90, 50], "n": [0, 1]}, {"m": 0.1, "h": 0.5, "I": 0.0}, pars_update={"C": 2.0}
    )
    V, n = (path[0] for path in analyzer.plot_trajectory([(-60.0, 0.4, 2.0)]))

    def rates(V, n):
        a, b = 0.01 * (V + 55) / (1 - np.exp(-(V + 55) / 10)), 0.125 * np.exp(-(V + 65) / 80)
        INa, IK, IL = 120 * 0.1**3 * 0.5 * (V - 50), 36 * n**4 * (V + 77), 0.3 * (V + 54.387)
        return np.array([-(INa + IK + IL) / 2.0, a * (1 - n) - b * n])

    y = np.array([-60.0, 0.4])
    for _ in range(200):
        y = y + 0.01 * rates(*(y + 0.005 * rates(*y)))
    # The step feeds the new n into V's equation, an error of order dt (0.02 ms times a slope below 2 mV/ms).
    assert V[-1] == pytest.approx(y[0], abs=0.05) and n[-1] == pytest.approx(y[1], abs=1e-3)


def three(method, loop):
    """x follows y, which decays; z follows x. With `loop` the step runs as Python."""

    @bp.integrate(method=method)
    def int_x(x, t, y):
        return y - x

    @bp.integrate(method=method)
    def int_y(y, t):
        return -y

    @bp.integrate(method=method)
    def int_z(z, t, x):
        return x - z

    def update(ST, _t):
        ST["z"] = int_z(ST["z"], _t, ST["x"])
        ST["x"] = int_x(ST["x"], _t, ST["y"])
        ST["y"] = int_y(ST["y"], _t)

    def update_in_a_loop(ST, _t):
        ST["z"] = int_z(ST["z"], _t, ST["x"])
        x = int_x(ST["x"], _t, ST["y"])
        for i in range(len(x)):
            if x[i] > 100.0:
                x[i] = 0.0
        ST["x"] = x
        ST["y"] = int_y(ST["y"], _t)

    state = bp.NeuState({"x": 0.0, "y": 0.5, "z": 0.0})
    return bp.NeuType("three", ST=state, steps=update_in_a_loop if loop else update)


@pytest.mark.parametrize(
    "method, loop",
    [("euler", False), ("exponential", False), ("rk2", False), ("rk4", False), ("euler", True)],
)
def test_held_variables_stand_still_under_every_method_and_in_python_steps(method, loop):
    bp.profile.set(dt=0.1)
    model = three(method, loop)
    assert (type(model.ir.steps[0]) is PythonStep) == loop
    analyzer = bp.PhasePortraitAnalyzer(model, {"x": [0, 5], "z": [0, 5]}, {"y": 3.0})
    xs, zs = analyzer.plot_trajectory([(0.0, 0.0, 40.0)])
    # exp(-40) of the way is left, and were y not held, x would be 0.
    assert xs[0][-1] == pytest.approx(3.0, abs=1e-12) and zs[0][-1] == pytest.approx(3.0, abs=1e-12)


def test_noise_of_a_held_variable_is_off():
    model = bp.neuron("x' = y - x\ny' = -y + 2*xi\nz' = -z", "Noisy")
    analyzer = bp.PhasePortraitAnalyzer(model, {"x": [0, 5], "z": [0, 5]}, {"y": 3.0})
    xs, _ = analyzer.plot_trajectory([(0.0, 0.0, 40.0)])
    assert xs[0][-1] == pytest.approx(3.0, abs=1e-12)


# ---- mistakes ----

MISTAKES = {
    "a group for a model": (dict(model=3), '"model" must be a NeuType or a model as a class, but got 3'),
    "a target that is no variable": (dict(target_vars={"input": [0, 1]}), 'target "input" is not a dynamical variable'),
    "a target that is nothing": (dict(target_vars={"u": [0, 1]}), "dynamical variables of .* are: v, w"),
    "three targets": (dict(target_vars={"v": [0, 1], "w": [0, 1], "u": [0, 1]}), "at most 2 names, but got 3"),
    "no target": (dict(target_vars={}), '"target_vars" must be a dict'),
    "a list of targets": (dict(target_vars=["v"]), '"target_vars" must be a dict'),
    "a range of one": (dict(target_vars={"v": [1]}), r'"target_vars\[.v.\]" must be a range'),
    "a range that is text": (dict(target_vars={"v": "ab"}), r'"target_vars\[.v.\]" must be a range'),
    "a range backwards": (dict(target_vars={"v": [1, 0]}), r"from low to high, but got \[1, 0\]"),
    "a range to nowhere": (dict(target_vars={"v": [0, np.nan]}), "finite number, but got nan"),
    "an input left out": (dict(fixed_vars=None), 'Missing variables.*"Iext".*fixed_vars'),
    "a fixed text": (
        dict(fixed_vars={"Iext": "big"}),
        r'"fixed_vars\[.Iext.\]" must be a finite number, but got \'big\'',
    ),
    "a fixed NaN": (dict(fixed_vars={"Iext": np.nan}), r'"fixed_vars\[.Iext.\]" must be a finite number'),
    "an unknown fixed name": (dict(fixed_vars={"Iex": 1.0}), '"fixed_vars" names "Iex".*Its equations read:.*Iext'),
    "a fixed target": (dict(fixed_vars={"Iext": 1.0, "v": 0.0}), '"v" is fixed in "fixed_vars" and varied'),
    "fixed_vars that are no dict": (dict(fixed_vars=3), '"fixed_vars" must be a dict'),
    "an unknown parameter": (dict(pars_update={"c": 1.0}), '"pars_update" names "c".*parameters are: .*tau'),
    "a parameter that is text": (dict(pars_update={"a": "x"}), r'"pars_update\[.a.\]" must be a finite number'),
    "pars_update that is no dict": (dict(pars_update=[1]), '"pars_update" must be a dict'),
    "limits of nothing": (dict(lim_scale=0), '"lim_scale" must be a number above 0, but got 0'),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_named(name):
    changes, message = MISTAKES[name]
    with pytest.raises(ModelUseError, match=message):
        portrait(**changes)


CALLS = {
    "axes": (
        lambda p: p.plot_trajectory((0, 0, 1.0), axes="v-t"),
        '"axes" must be one of "v-v", "t-v", but got \'v-t\'',
    ),
    "a short setting": (lambda p: p.plot_trajectory([(0, 1.0)]), r"must be \(v_0, w_0, duration\), but got \(0, 1.0\)"),
    "no settings": (lambda p: p.plot_trajectory([]), '"target_setting" must be a tuple'),
    "a setting that is text": (lambda p: p.plot_trajectory([("a", 0, 1)]), 'v_0" must be a finite number'),
    "a duration below 0": (lambda p: p.plot_trajectory((0, 0, -1)), "must be a number of ms, 0 or more, but got -1"),
    "a span of three": (lambda p: p.plot_trajectory((0, 0, (1, 2, 3))), r"a number or \(start, end\)"),
    "a resolution of 0": (
        lambda p: p.plot_fixed_point(resolution=0),
        '"resolution" must be a number above 0, but got 0',
    ),
    "a resolution of the field": (
        lambda p: p.plot_vector_field(resolution=-1),
        '"resolution" must be a number above 0',
    ),
    "one width": (lambda p: p.plot_vector_field(lw_lim=2), '"lw_lim" must be two line widths'),
    "widths backwards": (lambda p: p.plot_vector_field(lw_lim=(2, 1)), "from thin to thick"),
}


@pytest.mark.parametrize("name", CALLS)
def test_mistakes_in_calls_are_named(name):
    call, message = CALLS[name]
    with pytest.raises(ModelUseError, match=message):
        call(portrait())


def test_an_equation_of_two_steps_must_be_one():
    @bp.integrate
    def int_v(v, t):
        return -v

    @bp.integrate
    def int_v2(v, t):
        return 1 - v

    def update(ST, _t):
        ST["v"] = int_v(ST["v"], _t)
        ST["v"] = int_v2(ST["v"], _t)

    model = bp.NeuType("twice", ST=bp.NeuState("v"), steps=update)
    with pytest.raises(ModelUseError, match='integrates "v" by two different equations'):
        bp.PhasePortraitAnalyzer(model, {"v": [0, 1]})


def test_a_parameter_with_a_value_per_neuron_is_refused():
    tau = np.array([1.0, 2.0])

    @bp.integrate
    def int_v(v, t):
        return -v / tau

    def update(ST, _t):
        ST["v"] = int_v(ST["v"], _t)

    model = bp.NeuType("many", ST=bp.NeuState("v"), steps=update)
    with pytest.raises(ModelUseError, match='"tau" must be a finite number'):
        bp.PhasePortraitAnalyzer(model, {"v": [0, 1]})
    (point,) = bp.PhasePortraitAnalyzer(model, {"v": [-1, 1]}, pars_update={"tau": 1.0}).find_fixed_points()
    assert point.values["v"] == 0.0
