"""What a reader of the figures needs: names and units, legends beside the data, shapes and colours for classes."""

import subprocess
import sys

import pytest

import brainpy_lab as bp
from brainpy_lab.analysis import classify
from brainpy_lab.dynamics import style
from tests.dynamics.test_phase_portrait import BOX, fitzhugh_nagumo, on_a_line, portrait

plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def _figures():
    plt.switch_backend("Agg")
    plt.close("all")
    bp.profile.set(dt=0.02, numerical_method="rk4", jit=False)
    yield
    plt.close("all")


def whole_portrait(analyzer, show=False):
    analyzer.plot_nullcline()
    analyzer.plot_vector_field()
    analyzer.plot_fixed_point()
    analyzer.plot_trajectory([(-2.8, -1.8, 10.0)], inputs=("ST.input", 0.8), show=show)
    return plt.gcf()


def legend_texts(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def draw(kind):
    if kind == "portrait":
        whole_portrait(portrait())
    elif kind == "line":
        on_a_line().plot_vector_field()
        on_a_line().plot_fixed_point()
    elif kind == "trajectory":
        portrait().plot_trajectory([(-2.8, -1.8, 10.0)], axes="t-v")
    elif kind == "one parameter":
        bp.BifurcationAnalyzer(fitzhugh_nagumo(), {"Iext": [0, 1]}, BOX).plot_bifurcation("v")
    elif kind == "many values":
        bp.BifurcationAnalyzer(fitzhugh_nagumo(), {"Iext": [0, 1]}, BOX, par_resolution=0.01).plot_bifurcation("v")
    else:
        pars = {"Iext": [0, 1], "a": [0.5, 1]}
        bp.BifurcationAnalyzer(fitzhugh_nagumo(), pars, BOX).plot_bifurcation("v")
    return plt.gcf()


FLAT = ["portrait", "line", "trajectory", "one parameter", "many values"]


@pytest.mark.parametrize("kind", FLAT)
def test_the_legend_stands_above_the_data_and_inside_the_figure(kind):
    figure = draw(kind)
    figure.canvas.draw()
    (ax,) = figure.axes
    legend = ax.get_legend().get_window_extent()
    assert legend.y0 >= ax.get_window_extent().y1 - 1  # a pixel of rounding
    assert legend.x0 >= 0 and legend.x1 <= figure.bbox.x1 and legend.y1 <= figure.bbox.y1


@pytest.mark.parametrize("kind", [*FLAT, "two parameters"])
def test_every_axis_is_named_and_every_label_is_there_once(kind):
    (ax,) = draw(kind).axes
    assert ax.get_xlabel() and ax.get_ylabel()
    labels = legend_texts(ax)
    assert labels and len(labels) == len(set(labels))


def test_the_portrait_names_what_it_shows():
    (ax,) = whole_portrait(portrait()).axes
    assert legend_texts(ax) == ["v nullcline", "w nullcline", "unstable-node", "trajectory"]
    assert ax.get_xlim() == pytest.approx((-3.15, 3.15)) and (ax.get_xlabel(), ax.get_ylabel()) == ("v", "w")


def test_units_of_the_model_are_on_the_axes():
    model = bp.neuron("I = 2 nA\ntau = 10 ms\nV' = (I - V)/tau", "Leak")
    bp.BifurcationAnalyzer(model, {"I": [0, 3]}, {"V": [-10, 10]}).plot_bifurcation()
    assert plt.gca().get_xlabel() == "I (nA)"


def test_every_class_has_its_own_look():
    assert set(style.MARKS) == {*classify.NAMES_1D, *classify.NAMES_2D}
    for names in (classify.NAMES_1D, classify.NAMES_2D):
        looks = {(style.MARKS[n].color, style.MARKS[n].marker, style.MARKS[n].filled) for n in names}
        assert len(looks) == len(names)
    for name, mark in style.MARKS.items():
        assert mark.filled == (name.startswith("stable") or name == "center")


def test_what_is_drawn_goes_into_the_current_figure_until_it_is_shown():
    first = whole_portrait(portrait(), show=True)
    second = whole_portrait(portrait())
    assert first is not second and len(first.axes) == len(second.axes) == 1


def test_axes_can_be_given():
    _, (left, right) = plt.subplots(1, 2)
    portrait().plot_nullcline(ax=right)
    assert not left.lines and len(right.lines) == 2


def test_analysis_without_figures_loads_no_matplotlib():
    source = (
        "import sys, brainpy_lab as bp\n"
        "m = bp.neuron(\"v' = v - v**3/3 - w + 0.8\\nw' = (v + 0.7 - 0.8*w)/12.5\", 'FHN')\n"
        "a = bp.PhasePortraitAnalyzer(m, {'v': [-3, 3], 'w': [-3, 3]})\n"
        "assert len(a.find_fixed_points()) == 1\n"
        "assert not {'matplotlib', 'sympy', 'scipy', 'numba'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
