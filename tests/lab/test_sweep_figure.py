"""What a sweep shows: the picture in the notebook, the live figure, and what a click loads into a lab."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelError
from brainpy_lab.lab.sweep_shown import Shown, edges
from tests.lab.conftest import FHN

X, K = [0.0, 1.0, 2.0, 3.0], [0.5, 1.0]


def product(x, k=1.0, kind="plain"):
    if x > 2 and k > 0.9:
        raise ValueError("too much")
    return {"value": x * k, "twice": 2 * x * k, "many": np.ones(3)}


def swept(**axes):
    return bp.sweep(product, axes, executor="serial", progress=False)


@pytest.fixture(scope="module")
def lines():
    return swept(x=X, k=K)


def test_lines_hold_the_results_and_failures_stand_apart(lines):
    shown = Shown(lines)
    assert (shown.kind, shown.x, shown.y, shown.measures) == ("lines", "x", "k", ["value", "twice"])
    half, one = shown.curves()
    assert (half.name, one.name) == ("k = 0.5", "k = 1")
    assert half.y.tolist() == [0.0, 0.5, 1.0, 1.5] and one.y.tolist() == [0.0, 1.0, 2.0]
    assert one.places[2] == {"x": 2, "k": 1}
    (failure,) = shown.failures()
    assert (failure.x, failure.y, failure.text) == (3.0, 1.0, "x = 3, k = 1: ValueError: too much")


def test_a_map_has_a_row_for_each_value_of_its_second_parameter(lines):
    shown = Shown(lines, "twice", x="k", y="x", kind="map")
    values = shown.map()
    assert values.shape == (4, 2) and values[2].tolist() == [2.0, 4.0] and math.isnan(values[3, 1])


def test_parameters_beyond_two_are_held_at_a_value():
    found = swept(x=X, kind=["plain", "odd"], k=K)
    shown = Shown(found, y="k")
    assert shown.at == {"kind": 0} and shown.map().shape == (2, 4)
    assert "value against x at kind = plain" in shown.description()


def test_repeats_are_means_with_their_values():
    found = bp.sweep(lambda x, seed: x + seed, x=[1.0, 2.0], n=3, seed=1, executor="serial", progress=False)
    (curve,) = Shown(found).curves()
    assert curve.y.tolist() == [3.0, 4.0] and curve.repeats.tolist() == [[2, 3, 4], [3, 4, 5]]


def test_cells_of_a_map_have_their_borders_in_the_middle_also_of_factors():
    order, borders = edges(np.array([2.0, 0.0, 1.0]))
    assert order.tolist() == [1, 2, 0] and borders.tolist() == [-0.5, 0.5, 1.5, 2.5]
    _, borders = edges(np.geomspace(1, 100, 3))
    assert np.allclose(borders, 10.0 ** np.array([-0.5, 0.5, 1.5, 2.5]))
    order, borders = edges(np.array(["a", "b"]))
    assert borders.tolist() == [-0.5, 0.5, 1.5]


def test_the_description_says_what_is_seen(lines):
    text = Shown(lines).description()
    assert text == (
        "Sweep of product over x from 0 to 3 (4 values), k = 0.5, 1. value against x: between 0 and 2, highest at "
        "x = 2, k = 1. 8 of 8 points are done, 1 failed."
    )


@pytest.mark.parametrize("kind", ["lines", "map"])
def test_the_picture_is_a_png_that_differs_with_the_results(lines, kind):
    one, other = lines.plot(kind=kind).to_png(), lines.plot("twice", kind=kind).to_png()
    assert one.startswith(b"\x89PNG") and len(one) < 60_000 and one != other
    assert b"Sweep of product" in one


def test_displayed_without_a_page_it_leaves_a_picture_with_a_description(lines, monkeypatch):
    published = []
    monkeypatch.setattr("IPython.display.display", lambda data, **more: published.append((data, more)))
    lines._ipython_display_()
    ((data, more),) = published
    assert data["text/plain"].startswith("Sweep of product") and 'alt="Sweep of product' in data["text/html"]
    assert set(data) == {"text/html", "image/png", "text/plain"} and more["raw"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"measure": "many"}, '"measure" must be a measure that is a number'),
        ({"x": "z"}, '"x" must be a parameter of the sweep'),
        ({"x": "k", "y": "k"}, "give two parameters"),
        ({"kind": "surface"}, '"kind" must be one of'),
    ],
)
def test_what_cannot_be_shown_is_refused(lines, options, says):
    with pytest.raises(ModelError, match=says):
        lines.plot(**options).description()


def test_one_parameter_has_no_map():
    with pytest.raises(ModelError, match="a map needs two parameters"):
        swept(x=X).plot(kind="map")


# -- loading into a lab


def test_loading_moves_the_controls_of_the_open_lab(make_lab):
    page = make_lab(FHN)
    model = bp.neuron(FHN, "FHN")
    found = bp.sweep(model, I=[0.2, 0.7], tau=[7.0, 9.0], duration=1.0, measure="max v", progress=False)
    assert found.load(I=0.7, tau=9.0) is page.lab
    end = time.monotonic() + 10
    while page.lab.values["tau"] != 9.0 and time.monotonic() < end:
        time.sleep(0.01)
    assert (page.lab.values["I"], page.lab.values["tau"]) == (0.7, 9.0)
    with pytest.raises(ModelError, match="no control|has no|Did you mean"):
        found.load(J=3.0)


def test_loading_without_a_lab_opens_one_with_sliders_over_what_was_swept(plain_labs):
    model = bp.neuron(FHN, "FHN")
    found = bp.sweep(model, I=[0.2, 0.7], tau=[7.0, 9.0], duration=1.0, dt=0.05, measure="max v", progress=False)
    lab = found.load(I=0.7, tau=9.0)
    lab.pause()
    assert lab.wait(20) and lab is bp.labs["FHN"] is found.opened and lab.subject.bindings.dt == 0.05
    assert (lab.values["I"], lab.values["tau"], lab.values["a"]) == (0.7, 9.0, 0.7)
    assert [(one.slider.low, one.slider.high) for one in lab.subject.controls[:2]] == [(0.2, 0.7), (7.0, 9.0)]
    assert found.load(I=0.2) is lab
    lab.close()
    assert found.load(I=0.2) is not lab  # it is open no more


def test_loading_opens_what_a_function_makes(plain_labs):
    model = bp.neuron(FHN, "FHN")

    def cells(size):
        return bp.NeuGroup(model, size)

    found = bp.sweep(cells, size=[1, 3], duration=1.0, measure="max v", executor="serial", progress=False)
    assert found.load(size=3).subject.summary.startswith("3 neurons")
    assert found.load(size=1) is bp.labs["cells"] is found.opened
    again = bp.sweep(cells, size=[1, 3], duration=1.0, measure="max v", executor="serial", progress=False)
    assert again.load(size=3) is bp.labs["cells"] and again.opened.subject.summary.startswith("3 neurons")


def test_loading_what_gives_no_model_says_so(lines):
    with pytest.raises(ModelError, match="no lab of product is open, and none can be opened: it gives results"):
        lines.load(x=1.0)


def test_a_sweep_of_which_all_points_failed_quotes_the_first_error():
    found = swept(x=[3.0, 4.0])
    with pytest.raises(KeyError, match="All 2 points failed, the first of them at x = 3: ValueError: too much"):
        found["value"]
    assert "All 2 points failed, the first of them at x = 3: ValueError: too much." in Shown(found).description()


# -- the live figure


@pytest.fixture
def figure_of():
    from brainpy_lab.lab.sweep_figure import SweepFigure

    return lambda *args, **options: SweepFigure(Shown(*args, **options))


def test_the_figure_of_lines_draws_points_crosses_and_words(lines, figure_of):
    figure = figure_of(lines)
    plot = figure._plot
    assert [line.y.tolist() for line in plot.lines] == [[0.0, 0.5, 1.0, 1.5], [0.0, 1.0, 2.0]]
    assert plot.dots[1].names[2] == "x = 2, k = 1: value 2"
    assert (plot.failed.x.tolist(), plot.failed.names.tolist()) == ([3.0], ["x = 3, k = 1: ValueError: too much"])
    assert "8 of 8 points" in figure._head.value and "1 failed" in figure._head.value
    assert figure._bar.layout.display == "none" and figure._cancel.layout.display == "none"


def test_a_click_on_a_point_takes_it(lines, figure_of):
    figure = figure_of(lines)
    figure._plot._clicked(1, {"data": {"index": 1}})
    assert figure.place == {"x": 1, "k": 1}
    assert "x = 1, k = 1: value = <b>1</b>" in figure._said.value
    assert (figure._plot.ring.x.tolist(), figure._plot.ring.y.tolist()) == ([1.0], [1.0])
    figure._plot._failed_clicked(None, {"data": {"index": 0}})
    assert figure.place == {"x": 3, "k": 1} and "ValueError: too much" in figure._said.value
    assert figure._sliders["x"].value == 3


def test_a_click_on_a_cell_of_a_map_takes_its_point(figure_of):
    found = swept(x=[2.0, 0.0, 1.0], k=K)
    figure = figure_of(found, kind="map")
    assert figure._plot.cells.color.tolist() == [[0.0, 0.5, 1.0], [0.0, 1.0, 2.0]]
    figure._plot._clicked(None, {"data": {"rowNum": 1, "columnNum": 0}})
    assert found.axes["x"][figure.place["x"]] == 0.0 and found.axes["k"][figure.place["k"]] == 1.0


def test_the_menu_shows_another_measure(lines, figure_of):
    figure = figure_of(lines)
    assert figure._measures.options == ("value", "twice")
    figure._measures.value = "twice"
    assert figure._plot.lines[1].y.tolist() == [0.0, 2.0, 4.0] and figure._plot.axis_y.label == "twice"


def test_the_button_opens_a_lab_in_the_figure_without_a_picture(figure_of, plain_labs, monkeypatch):
    from brainpy_lab.lab.lab import Lab

    monkeypatch.setattr(Lab, "show", lambda lab: pytest.fail("the page hides the output that holds the picture"))
    model = bp.neuron(FHN, "FHN")
    figure = figure_of(bp.sweep(model, I=[0.2, 0.7], duration=1.0, measure="max v", progress=False))
    figure._load.click()
    assert "opened FHN" in figure._said.value
    figure._load.click()
    assert "loaded into FHN" in figure._said.value


def test_the_button_says_why_there_is_nothing_to_load_into(lines, figure_of):
    figure = figure_of(lines)
    figure._load.click()
    assert "no lab of product is open" in figure._said.value


def test_the_button_says_what_the_function_raised(figure_of, plain_labs):
    def cells(size):
        if size > 1:
            raise ValueError("too many")
        return bp.NeuGroup(bp.neuron(FHN, "FHN"), size)

    found = bp.sweep(cells, size=[1, 2], duration=1.0, measure="max v", executor="serial", progress=False, wait=True)
    figure = figure_of(found)
    figure.choose(size=1)
    figure._load.click()
    assert "none can be opened: ValueError: too many" in figure._said.value


def test_a_running_sweep_fills_the_figure_and_can_be_cancelled_there(figure_of):
    model = bp.neuron(FHN, "FHN")
    endless = bp.sweep(model, I=[0.2, 0.7], duration=1e8, measure="count", progress=False, wait=False)
    figure = figure_of(endless)
    assert figure._cancel.layout.display is None and "0 of 2 points" in figure._head.value
    figure._cancel.click()
    assert endless.status == "cancelled"
    end = time.monotonic() + 10
    while "cancelled" not in figure._head.value and time.monotonic() < end:
        time.sleep(0.01)
    assert "cancelled" in figure._head.value and figure._cancel.layout.display == "none"
