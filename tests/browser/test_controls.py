"""Controls, protocols, teaching aids and what may be trusted, as a person meets them in the page."""

from __future__ import annotations

import json
import time

import pytest

from tests.browser.test_live_lab import LOAD, keep_screenshot

pytestmark = pytest.mark.browser

CELL = """%%brainpy neuron FHN --dt 0.05 --float32 --seed 1 --paused
dv/dt = v - v**3/3 - w + I + sigma*xi
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
tau = 12.5 ms in [5, 50] log
n = 2 in {1, 2, 4}
sigma = 0.01 in [0, 0.5]
a = 0.7*n/2; b = 0.8
init v = -1, w = 1
spike when v > 1
"""


@pytest.fixture(scope="module")
def page(open_shared_notebook):
    notebook = open_shared_notebook(LOAD, CELL, size=(1360, 1300))
    notebook.run(0)
    notebook.run(1)
    notebook.wait_for_frames(1)
    return notebook


def until(ask, wanted, seconds: float = 20.0) -> bool:
    """Whether an answer comes to be what it should."""
    end = time.monotonic() + seconds
    while ask() != wanted:
        if time.monotonic() > end:
            raise AssertionError(f"{ask()!r}, not {wanted!r}")
    return True


def value(page, name: str) -> float:
    return float(
        page.kernel(f"import brainpy_lab as bp; bp.labs['FHN'].wait(); print(bp.labs['FHN'].values[{name!r}])")
    )


def wait_for_value(page, name: str, wanted: float) -> None:
    """Until the page shows a value that the kernel uses."""
    place = json.loads(
        page.kernel("import json, brainpy_lab as bp; print(json.dumps(list(bp.labs['FHN'].values)))")
    ).index(name)
    page.wait_for_lab(f"Math.abs(lab.counters.values[{place}] - {wanted}) < 1e-6")


def test_a_paused_lab_asks_for_a_prediction_and_shows_nothing_of_the_course(page):
    page.wait_for_lab("!lab.node.querySelector('.bpw-predict').hidden")
    assert "Predict first." in page.page.locator(".bpw-predict").inner_text()
    assert page.lab("lab.last.header.t") == 0 and page.lab("lab.counters.status") == "paused"
    keep_screenshot(page, "predict-first")


def test_options_that_change_digits_have_a_badge_that_says_how(page):
    badge = page.page.locator(".bpw-inexact-badge")
    assert badge.locator("summary").inner_text() == "float32"
    badge.locator("summary").click()
    assert "7 digits instead of 16" in badge.inner_text()
    badge.locator("summary").click()


def test_sliders_obey_keys_and_boxes_and_go_back_to_the_cell(page):
    slider = page.page.get_by_role("slider", name="I", exact=True)
    slider.focus()
    page.page.keyboard.press("ArrowRight")
    wait_for_value(page, "I", 0.805)  # a nice step of the range's 2 in 500
    page.page.keyboard.press("PageDown")
    wait_for_value(page, "I", 0.755)
    page.page.keyboard.press("End")
    wait_for_value(page, "I", 1.5)
    page.page.keyboard.press("Backspace")
    wait_for_value(page, "I", 0.8)
    tau = page.page.get_by_role("slider", name="tau", exact=True)
    tau.focus()
    page.page.keyboard.press("PageUp")
    wait_for_value(page, "tau", 12.5 * 10 ** (10 / 100))  # of a logarithmic range of 10 a tenth part
    tau.dblclick()
    wait_for_value(page, "tau", 12.5)
    box = page.page.get_by_role("spinbutton", name="I", exact=True)
    box.fill("1.25")
    box.press("Enter")
    wait_for_value(page, "I", 1.25)
    box.fill("9")
    box.press("Enter")
    assert value(page, "I") == pytest.approx(1.25)
    page.page.get_by_role("combobox", name="n", exact=True).select_option("4")
    wait_for_value(page, "n", 4)


def test_all_sliders_are_drawn_and_go_back_from_the_menu(page):
    page.page.get_by_role("button", name="More commands").click()
    page.page.get_by_role("menuitem", name="Randomise sliders").click()
    page.page.wait_for_function("document.querySelector('.bpw-said').textContent.startsWith('sliders drawn with seed')")
    page.page.get_by_role("button", name="More commands").click()
    page.page.get_by_role("menuitem", name="Back to the cell's values").click()
    wait_for_value(page, "n", 2)
    wait_for_value(page, "I", 0.8)


def test_initial_values_and_the_seed_start_again(page):
    page.page.locator("summary", has_text="Initial values").click()
    box = page.page.get_by_role("spinbutton", name="Initial value of v")
    box.fill("0.5")
    box.press("Enter")
    page.wait_for_lab("lab.node.querySelector('.bpw-changed') !== null")
    state = "import brainpy_lab as bp; lab = bp.labs['FHN']; print(lab.session.state()['FHN']['v'][0], lab.seed)"
    assert page.kernel(state) == "0.5 1"
    page.page.get_by_role("button", name="As in the cell").click()
    page.wait_for_lab("lab.node.querySelector('.bpw-changed') === null")
    seed = page.page.get_by_role("spinbutton", name="Seed of random numbers")
    seed.fill("7")
    seed.press("Enter")
    page.wait_for_lab("lab.last.header.seed === 7")
    page.wait_for_lab("lab.node.querySelector('.bpw-status-seed').textContent === 'seed 7'")
    assert page.kernel(state) == "-1.0 7"


def test_a_protocol_is_chosen_changed_and_drawn(page):
    page.lab("lab.say({do: 'run'})")
    page.page.locator("summary", has_text="Input").click()
    page.page.get_by_role("combobox", name="Protocol, added to the input").select_option("pulses")
    place = page.lab("lab.spec.views.findIndex(view => view.kind === 'protocol')")
    page.wait_for_lab(f"lab.last.header.views[{place}] !== null && !lab.views[{place}].plot.node.hidden")
    box = page.page.get_by_role("spinbutton", name="width, ms")
    box.fill("7")
    box.press("Enter")
    asked = "import brainpy_lab as bp; now = bp.labs['FHN'].protocols['I']; print(now['kind'], now.get('width'))"
    assert until(lambda: page.kernel(asked), "pulses 7.0")
    page.page.get_by_role("combobox", name="Protocol, added to the input").select_option("drawn")
    pad = page.page.locator(".bpw-pad")
    pad.scroll_into_view_if_needed()
    area = pad.bounding_box()
    page.page.mouse.move(area["x"] + 2, area["y"] + area["height"] - 4)
    page.page.mouse.down()
    page.page.mouse.move(area["x"] + area["width"] / 2, area["y"] + 4, steps=8)
    page.page.mouse.move(area["x"] + area["width"] - 2, area["y"] + area["height"] - 4, steps=8)
    page.page.mouse.up()
    page.wait_for_lab("lab.node.querySelectorAll('.bpw-points-row input').length > 5")
    page.page.wait_for_timeout(200)
    points = "import brainpy_lab as bp, json; print(json.dumps(bp.labs['FHN'].protocols['I']['points']))"
    drawn = json.loads(page.kernel(points))
    top = max(drawn, key=lambda point: point[1])
    # The pad is 200 ms wide and reaches from -0.5 to 1.5; a pixel is about 1 ms and 0.02.
    assert abs(top[0] - 100) < 5 and abs(top[1] - 1.4) < 0.15 and 3 <= len(drawn) <= 12
    typed = page.page.get_by_role("spinbutton", name="Value of point 1")
    typed.fill("0.25")
    typed.press("Enter")
    assert until(lambda: json.loads(page.kernel(points))[0][1], 0.25)
    keep_screenshot(page, "protocol")
    page.page.get_by_role("combobox", name="Protocol, added to the input").select_option("off")
    page.wait_for_lab("lab.counters.t > 5")


def test_the_status_line_measures_sliders(page):
    page.lab("lab.say({do: 'run'})")
    page.wait_for_lab("lab.counters.status === 'running'")
    slider = page.page.get_by_role("slider", name="I", exact=True)
    slider.focus()
    for _ in range(3):
        page.page.keyboard.press("ArrowRight")
        page.page.wait_for_timeout(100)
    page.wait_for_lab("/^slider \\d+ ms$/.test(lab.node.querySelector('.bpw-status-latency').textContent)")


def test_the_list_of_keys_and_the_size_for_a_projector(page):
    page.lab("lab.node.focus()")
    page.page.keyboard.press("?")
    dialog = page.page.get_by_role("dialog", name="Keys")
    dialog.wait_for()
    shown = dialog.inner_text()
    assert page.lab("lab.keys.list.map(key => key.does)") and all(
        does in shown for does in page.lab("lab.keys.list.map(key => key.does)")
    )
    page.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert page.page.evaluate("document.activeElement.classList.contains('bpw-lab')")
    name = page.page.locator(".bpw-name")
    before, drawn = name.bounding_box()["height"], page.lab("lab.views[0].plot.canvas.width")
    page.page.keyboard.press("p")
    page.wait_for_lab("lab.node.classList.contains('bpw-projector')")
    assert name.bounding_box()["height"] > 1.4 * before
    page.wait_for_lab(f"lab.views[0].plot.canvas.width !== {drawn}")
    # As many pixels as the screen has there: nothing is blurred.
    page.wait_for_lab(
        "Math.abs(lab.views[0].plot.canvas.width - lab.views[0].plot.canvas.getBoundingClientRect().width) <= 2"
    )
    keep_screenshot(page, "projector")
    page.lab("lab.node.focus()")
    page.page.keyboard.press("p")
    assert page.console == []
