"""A sweep in JupyterLab: its figure fills, a click loads a point into the lab, and the notebook keeps a picture."""

from __future__ import annotations

import pytest

from tools.notebook_page import PANEL

pytestmark = pytest.mark.browser

MODEL = """%%brainpy neuron Cell --paused
dv/dt = (I - v) / tau
I = 2 in [0, 5]
tau = 10 ms in [5, 20]
init v = 0
spike when v > 1
reset v = 0
"""
SWEEP = """import numpy as np, brainpy_lab as bp
curve = bp.sweep(Cell, I=np.linspace(0., 4., 9), tau=[10., 20.], duration=200.)
curve"""


def test_a_sweep_is_shown_live_and_loads_a_point_into_the_lab(open_notebook):
    book = open_notebook("%load_ext brainpy_lab", MODEL, SWEEP, "curve.plot(kind='map')")
    book.run(0)
    book.run(1)
    book.wait_for_frames(1)
    book.run(2)
    page = book.page
    figure = page.locator(".bpw-sweep").first
    page.wait_for_function("() => document.querySelectorAll('.bpw-sweep .element .dot, .bpw-sweep .dot').length >= 18",
                           timeout=60_000)  # fmt: skip
    page.wait_for_function("() => document.querySelector('.bpw-sweep').innerText.includes('18 of 18 points in')")
    assert not page.locator("figure[data-brainpy-lab-picture^='sweep']").first.is_visible()
    # The last point that is drawn: I = 4 of the second line; crosses and the ring have no points of these names.
    figure.locator(".dot").nth(17).click(force=True)
    page.wait_for_function("() => document.querySelector('.bpw-sweep').innerText.includes('I = 4, tau = 20: rate')")
    figure.get_by_role("button", name="Load into lab").click()
    page.wait_for_function("() => document.querySelector('.bpw-sweep').innerText.includes('loaded into Cell')")
    assert book.kernel("print(bp.labs['Cell'].values)") == "{'I': 4.0, 'tau': 20.0}"

    # By keyboard: the slider of a parameter, then the button.
    slider = figure.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('.bpw-sweep').innerText.includes('I = 3.5, tau = 20: rate')")

    book.run(3)
    page.wait_for_function("() => document.querySelectorAll('.bpw-sweep .heatmapcell').length === 18", timeout=30_000)
    page.locator(".bpw-sweep .heatmapcell").nth(8).click(force=True)
    page.wait_for_function(
        "() => document.querySelectorAll('.bpw-sweep')[1].innerText.includes('I = 4, tau = 10: rate')"
    )

    saved = book.save().cells[2].outputs
    (picture,) = [output for output in saved if "image/png" in output.get("data", {})]
    assert "18 of 18 points are done" in picture["data"]["text/plain"]
    assert 'alt="Sweep of Cell over I from 0 to 4 (9 values)' in picture["data"]["text/html"]
    assert [line for line in book.console if "setting state" in line or "bqplot" in line or "brainpy" in line] == []


# Of the outputs of a cell: what scrolls, and what of the figure stands out of it. bqplot's pictures end at their edges.
TOO_LARGE = f"""k => {{
    const found = [], out = {PANEL}.content.widgets[k].outputArea.node, box = out.querySelector('.bpw-sweep');
    const scrolls = how => how === 'auto' || how === 'scroll';
    for (const node of [out, ...out.querySelectorAll('*')]) {{
        const name = node.tagName + '.' + node.getAttribute('class');
        const {{ overflowX, overflowY }} = getComputedStyle(node);
        if (scrolls(overflowX) && node.scrollWidth > node.clientWidth) found.push(name + ' scrolls sideways');
        if (scrolls(overflowY) && node.scrollHeight > node.clientHeight) found.push(name + ' scrolls');
    }}
    for (const node of box.querySelectorAll('button, .widget-slider, .widget-readout, .bqplot, svg text, svg .dot')) {{
        const {{ left, top, right, bottom, width }} = node.getBoundingClientRect();
        const around = (node.closest('svg') ?? box).getBoundingClientRect();
        const isIn = left >= around.left && top >= around.top && right <= around.right && bottom <= around.bottom;
        if (width && !isIn) found.push(node.tagName + ' "' + node.textContent + '" is cut off');
    }}
    return found;
}}"""


def test_the_figure_fits_into_the_notebook(open_notebook):
    from playwright.sync_api import TimeoutError as TooLong

    model = f"import brainpy_lab as bp\nCell = bp.neuron({MODEL.partition(chr(10))[2]!r}, 'Cell')"
    book = open_notebook(model, SWEEP, "curve.plot(kind='map')", size=(1280, 900))
    page = book.page
    for k in range(3):
        book.run(k)
    page.wait_for_function("() => document.querySelectorAll('.bpw-sweep .heatmapcell').length === 18", timeout=60_000)
    page.wait_for_function("() => document.querySelectorAll('.bpw-sweep .dot').length >= 18")
    page.wait_for_selector(".jp-FileBrowser", state="visible")
    for width, height in ((1280, 900), (1400, 1000), (1000, 900)):  # made for the first, then wider and narrower
        page.set_viewport_size({"width": width, "height": height})
        for k in (1, 2):
            page.evaluate(f"k => {PANEL}.content.widgets[k].node.scrollIntoView()", k)
            try:  # bqplot follows after a while
                page.wait_for_function(f"k => !({TOO_LARGE})(k).length", arg=k, timeout=5_000)
            except TooLong:
                raise AssertionError(f"at {width} px: {page.evaluate(TOO_LARGE, k)}") from None
