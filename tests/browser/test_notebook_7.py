"""The lab and the plug-in in Notebook 7: nothing breaks, and what JupyterLab's page shows is there as well."""

import pytest

from tests.browser.conftest import served
from tools.notebook_page import PANEL

pytestmark = pytest.mark.browser
FHN = """%%brainpy neuron FHN --dt 0.05
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 in [5, 30]
init v = -1, w = 1
"""


@pytest.fixture(scope="module")
def lab_server(chromium, tmp_path_factory):
    """One of its own: JupyterLab leaves a layout on a server that Notebook 7 does not understand."""
    yield from served(tmp_path_factory)


@pytest.fixture(scope="module")
def notebook(open_shared_notebook):
    opened = open_shared_notebook("%load_ext brainpy_lab", FHN, FHN.replace("- w + I", "- ww + I"), classic=True)
    opened.run(0)
    opened.run(1)
    opened.wait_for_frames(3)
    return opened


def test_a_slider_that_is_dragged_acts(notebook):
    notebook.lab("lab.node.scrollIntoView()")
    slider = notebook.page.locator('.bpw-range[aria-label="I"]')
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    notebook.page.mouse.move(box["x"] + 0.65 * box["width"], middle)
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + 0.3 * box["width"], middle, steps=5)
    notebook.page.mouse.move(box["x"] + box["width"] - 1, middle, steps=5)
    notebook.page.mouse.up()
    notebook.wait_for_lab("lab.counters.values[0] > 1.45")
    assert float(notebook.kernel("import brainpy_lab as bp; print(bp.labs['FHN'].session.params['I'])")) > 1.45


def test_cells_are_coloured_and_mistakes_underlined(notebook):
    assert notebook.page.locator(".cm-line .bpl-derivative").count() >= 4
    notebook.run(2)
    notebook.page.wait_for_selector(".bpl-problem")
    assert notebook.page.locator(".bpl-problem").all_inner_texts() == ["ww"]


def test_a_lab_gets_its_cell_below(notebook):
    notebook.lab(
        "!lab.node.dispatchEvent(new CustomEvent('brainpy-lab:insert-cell',"
        " {bubbles: true, cancelable: true, detail: {text: 'print(6 * 7)', lab: lab.spec.id}}))"
    )
    source = f"() => {PANEL}.content.widgets[2].model.sharedModel.getSource()"
    assert notebook.page.evaluate(source) == "print(6 * 7)"


def test_the_page_reports_no_error_of_ours(notebook):
    # Notebook 7.6 throws this itself while it loads its settings, with no extension installed as well.
    own = "pageerror: Cannot read properties of undefined (reading 'schema')"
    assert [line for line in notebook.console if line != own] == []
