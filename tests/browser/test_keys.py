"""The keyboard with the focus anywhere in a lab: its keys act, the notebook's single keys do not, its commands do."""

from __future__ import annotations

import nbformat
import pytest

from tests.browser.test_controls import until
from tests.browser.test_live_lab import LOAD

pytestmark = pytest.mark.browser

CELL = """%%brainpy neuron FHN --dt 0.05
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
tau = 12.5 ms in [5, 50]
a = 0.7; b = 0.8
init v = -1, w = 1
spike when v > 1
"""
CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"


@pytest.fixture(scope="module")
def notebook(open_shared_notebook):
    opened = open_shared_notebook(LOAD, CELL, "left = 'alone'", size=(1360, 1300))
    opened.run(0)
    opened.run(1)
    opened.wait_for_frames(5)
    return opened


@pytest.fixture
def page(notebook):
    if notebook.lab("lab.counters.status") != "running":
        notebook.page.click(".bpw-button-main")
    notebook.wait_for_lab("lab.counters.status === 'running'")
    return notebook


def drag(page, to: float) -> None:
    """Drag the first slider with the mouse, which leaves the focus on it."""
    box = page.page.locator(".bpw-control .bpw-range").first.bounding_box()
    y = box["y"] + box["height"] / 2
    page.page.mouse.move(box["x"] + box["width"] * 0.6, y)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + box["width"] * to, y, steps=4)
    page.page.mouse.up()


def test_on_a_slider_the_keys_of_the_lab_act_and_those_of_the_notebook_do_not(page):
    cells = page.page.evaluate(CELLS)
    before = page.lab("lab.counters.values[0]")
    drag(page, 0.3)
    page.wait_for_lab(f"Math.abs(lab.counters.values[0] - {before}) > 0.1")
    page.page.keyboard.press("Space")
    page.wait_for_lab("lab.counters.status === 'paused'")
    page.page.keyboard.press("b")
    page.wait_for_lab("lab.last.header.views.some(view => view && view.kind === 'bifurcation')")
    for key in ("d", "d", "a", "m", "x"):
        page.page.keyboard.press(key)
    page.page.keyboard.press("z")
    page.wait_for_lab(f"Math.abs(lab.counters.values[0] - {before}) < 1e-9")
    assert page.page.evaluate(CELLS) == cells
    page.page.keyboard.press("ArrowRight")  # still moves the slider
    page.wait_for_lab(f"lab.counters.values[0] > {before}")


def test_on_a_button_letters_act_and_space_presses_the_button(page):
    cells = page.page.evaluate(CELLS)
    page.page.click(".bpw-button-main")
    page.wait_for_lab("lab.counters.status === 'paused'")
    page.page.keyboard.press("Space")
    page.wait_for_lab("lab.counters.status === 'running'")
    page.page.keyboard.press("h")
    page.page.wait_for_function("() => document.querySelector('.bpw-legend-dim')")
    page.page.keyboard.press("h")
    page.page.wait_for_function("() => !document.querySelector('.bpw-legend-dim')")
    for key in ("d", "d", "b", "b"):
        page.page.keyboard.press(key)
    assert page.page.evaluate(CELLS) == cells and page.lab("lab.counters.status") == "running"


def test_in_a_number_box_letters_are_text(page):
    cells, status = page.page.evaluate(CELLS), page.lab("lab.counters.status")
    page.page.click(".bpw-control .bpw-number")
    for key in ("d", "d", "h", "b"):
        page.page.keyboard.press(key)
    assert page.page.evaluate(CELLS) == cells and page.lab("lab.counters.status") == status
    assert not page.page.query_selector(".bpw-legend-dim")
    page.page.keyboard.press("Escape")


def test_a_number_outside_of_the_slider_is_refused_with_a_word(page):
    before = page.lab("lab.counters.values[0]")
    page.page.fill(".bpw-control .bpw-number", "7")
    page.page.keyboard.press("Enter")
    page.page.wait_for_function(
        "() => document.querySelector('.bpw-said').textContent === 'I: found 7, expected a number from -0.5 to 1.5'"
    )
    assert page.lab("lab.counters.values[0]") == before


def test_saving_with_the_focus_in_a_running_lab_keeps_what_runs(page):
    drag(page, 0.45)
    page.wait_for_lab("lab.counters.values[0] < 0.6")
    now = page.lab("lab.counters.t")
    page.page.keyboard.press("Control+s")

    def saved() -> list[tuple[float, bool]]:
        try:
            cell = nbformat.read(page.path, 4).cells[1]
        except nbformat.reader.NotJSONError:  # it is being written
            return []
        held = [
            output["data"]["application/vnd.brainpy-lab+json"]
            for output in cell.outputs
            if "application/vnd.brainpy-lab+json" in output.get("data", {})
        ]
        return [(round(one["values"]["I"], 9), one["t"] >= now) for one in held]

    until(lambda: saved() == [(round(page.lab("lab.counters.values[0]"), 9), True)], True)
    assert page.lab("lab.counters.status") == "running"
