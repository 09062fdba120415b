"""Phase plane and bifurcation diagram in JupyterLab, by mouse and by keyboard."""

from __future__ import annotations

import pytest

from tests.browser.test_live_lab import FHN, LOAD, run_fhn

pytestmark = pytest.mark.browser

PHASE = "lab.last.header.views.find(v => v && v.kind === 'phase')"
DIAGRAM = "(lab.last.header.views.find(v => v && v.kind === 'bifurcation') || {note: 'away'})"


@pytest.fixture(scope="module")
def shared(open_shared_notebook):
    notebook = run_fhn(open_shared_notebook(LOAD, FHN))
    notebook.lab("lab.say({do: 'pause'})")
    notebook.wait_for_lab("lab.counters.status === 'paused'")
    return notebook


def canvas(shared):
    found = shared.page.locator(".bpw-view-phase canvas")
    found.scroll_into_view_if_needed()
    return found


def test_the_equilibrium_is_told_with_eigenvalues_and_can_be_focused(shared):
    line = shared.page.locator(".bpw-view-phase .bpw-place")
    assert line.inner_text().split("\n")[0].startswith("unstable node")
    assert "\u03bb = 0.8367, 0.02482 /ms" in line.inner_text()
    assert line.get_attribute("tabindex") == "0"
    assert shared.lab("lab.node.querySelector('.bpw-places').getAttribute('aria-label')")


def test_shift_click_tries_a_start_and_a_click_moves_the_neuron(shared):
    box = canvas(shared).bounding_box()
    at = {"x": box["width"] * 0.75, "y": box["height"] * 0.25}
    before = shared.lab(f"{PHASE}.state")
    canvas(shared).click(position=at, modifiers=["Shift"])
    shared.wait_for_lab(f"{PHASE}.trials.length === 1")
    assert shared.lab(f"{PHASE}.state") == before
    x, y = shared.lab(f"{PHASE}.x"), shared.lab(f"{PHASE}.y")
    trial = shared.lab(f"{PHASE}.trials[0].state")
    assert trial == pytest.approx([x[0] + 0.75 * (x[1] - x[0]), y[0] + 0.75 * (y[1] - y[0])], abs=0.02)
    canvas(shared).click(position=at)
    shared.wait_for_lab(f"{PHASE}.state[0] !== {before[0]}")
    shared.lab("lab.node.focus()")
    shared.page.keyboard.press("Delete")
    shared.wait_for_lab(f"{PHASE}.trials.length === 0")


def test_the_keyboard_places_with_a_cross_hair(shared):
    canvas(shared).focus()
    before = shared.lab(f"{PHASE}.state")
    x = shared.lab(f"{PHASE}.x")
    for _ in range(3):
        shared.page.keyboard.press("ArrowLeft")
    told = shared.lab("lab.node.querySelector('.bpw-view-cursor').textContent")
    assert told.startswith("v = ") and "Shift-Enter" in told
    shared.page.keyboard.press("Shift+Enter")
    shared.wait_for_lab(f"{PHASE}.trials.length === 1")
    assert shared.lab(f"{PHASE}.trials[0].state")[0] == pytest.approx(before[0] - 3 / 50 * (x[1] - x[0]), abs=1e-9)
    shared.page.keyboard.press("Enter")
    shared.wait_for_lab(f"{PHASE}.state[0] < {before[0]}")


def test_the_diagram_comes_by_key_and_its_marker_is_the_slider(shared):
    assert not shared.page.locator(".bpw-view-bifurcation").is_visible()
    shared.lab("lab.node.focus()")
    shared.page.keyboard.press("b")
    shared.wait_for_lab(f"{DIAGRAM}.note === ''")
    beside = "!!lab.node.querySelector('.bpw-view-bifurcation').parentElement.querySelector(':scope > .bpw-view-trace')"
    assert shared.lab(beside)  # the diagram stands below the trace, in its column
    marker = shared.page.get_by_role("slider", name="I, value of now")
    assert [marker.get_attribute(f"aria-value{what}") for what in ("min", "max", "now")] == ["-0.5", "1.5", "0.8"]
    told = shared.page.locator(".bpw-view-bifurcation .bpw-places").inner_text()
    assert [told.count(what) for what in ("Hopf", "fold of cycles", "subcritical")] == [2, 2, 2]
    assert "stable limit cycle" in shared.page.locator(".bpw-view-bifurcation .bpw-legend").inner_text()
    marker.focus()
    shared.page.keyboard.press("PageDown")
    shared.wait_for_lab("Math.abs(lab.counters.values[0] - 0.6) < 1e-9")
    shared.wait_for_lab("lab.node.querySelector('.bpw-marker').getAttribute('aria-valuenow') === '0.6'")
    marker.scroll_into_view_if_needed()
    box = marker.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + 30
    width = shared.page.locator(".bpw-view-bifurcation canvas").bounding_box()["width"]
    shared.page.mouse.move(*middle)
    shared.page.mouse.down()
    shared.page.mouse.move(middle[0] - width / 4, middle[1], steps=4)
    shared.page.mouse.up()
    shared.wait_for_lab("Math.abs(lab.counters.values[0] - 0.1) < 0.02")
    assert shared.kernel("import brainpy_lab as bp; print(abs(bp.labs['FHN'].values['I'] - 0.1) < 0.02)") == "True"
    shared.lab("lab.node.focus()")
    shared.page.keyboard.press("b")
    shared.wait_for_lab(f"{DIAGRAM}.note === 'away'")
    assert not shared.page.locator(".bpw-view-bifurcation").is_visible()
    assert shared.console == []
