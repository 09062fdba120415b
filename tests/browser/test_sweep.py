"""A sweep in JupyterLab: its figure fills, a click loads a point into the lab, and the notebook keeps a picture."""

from __future__ import annotations

import pytest

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
