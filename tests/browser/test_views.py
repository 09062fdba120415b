"""Views are chosen, neurons are chosen, and one time is shown in all views, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

LOAD = "%load_ext brainpy_lab\nimport brainpy_lab as bp, numpy as np"
LIF = """%%brainpy neuron LIF --no-show
dV/dt = (-V + I) / tau
tau = 20 ms in [5, 40]
I = 0
init V = uniform(0, 1)
spike when V > 1
reset V = 0
"""
SHEET = """%%brainpy network sheet --dt 0.1 --seed 1
E = bp.NeuGroup(LIF, (20, 30))
E.pars['I'] = np.linspace(0.8, 2, 600)
sheet = bp.Network(E)
"""
CHOSEN = "lab.last.header.chosen"


def test_a_neuron_is_chosen_and_views_show_one_time(open_notebook):
    book = open_notebook(LOAD, LIF, SHEET)
    for index in range(3):
        book.run(index)
    book.wait_for_frames(8, "sheet", timeout=90_000)
    page = book.page
    page.locator(".bpw-view-raster .bpw-area").click(position={"x": 200, "y": 100})
    book.wait_for_lab(f"{CHOSEN}.startsWith('neuron ')", "sheet")
    neuron = int(book.lab(CHOSEN, "sheet").split()[1])
    assert page.locator(".bpw-view-trace").is_visible()
    rate = page.locator(".bpw-view-rate .bpw-area")
    rate.hover(position={"x": 60, "y": 40})
    assert page.locator(".bpw-view-rate .bpw-read-out").text_content().startswith("t = ")
    assert "of E" in page.locator(".bpw-view-raster .bpw-read-out").text_content()
    rate.focus()
    page.keyboard.press("ArrowUp")
    book.wait_for_lab(f"{CHOSEN} === 'neuron {neuron + 1}'", "sheet")
    page.keyboard.press("v")
    item = page.locator("[role=menuitemcheckbox]", has_text="heat map")
    assert item.get_attribute("aria-checked") == "false"
    item.click()
    book.wait_for_lab("lab.last.header.views.some(view => view && view.kind === 'image' && view.span)", "sheet")
    assert item.get_attribute("aria-checked") == "true" and page.locator(".bpw-view-heat").is_visible()
    assert book.console == []
