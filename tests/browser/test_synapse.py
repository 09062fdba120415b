"""A synapse cell in JupyterLab: its test rig, as a student meets it."""

from __future__ import annotations

import pytest

from tests.browser.test_controls import until
from tests.browser.test_live_lab import LOAD, keep_screenshot

pytestmark = pytest.mark.browser

STP = """%%brainpy synapse STP
ds/dt = -s/tau
du/dt = -u/tau_f
dx/dt = (1 - x)/tau_d
init x = 1
A = 2 nA in [0, 10]; U = 0.3 in [0, 1]
tau_f = 50 ms in [1, 1000] log; tau_d = 200 ms in [1, 1000] log; tau = 8 ms
on spike: u += U*(1 - u), s += A*u*x, x -= u*x
post.input += s
delay 1.5
"""

COMPLETE = """async ([code, position]) => {
    const panel = [...window.jupyterapp.shell.widgets('main')].find(w => w.sessionContext && w.content.widgets);
    const reply = await panel.sessionContext.session.kernel.requestComplete({code, cursor_pos: position});
    return [reply.content.matches, reply.content.cursor_start];
}"""


def test_a_synapse_is_tried_out_in_its_rig(open_notebook):
    notebook = open_notebook(LOAD, STP, size=(1400, 1500))
    notebook.run(0)
    notebook.run(1)
    notebook.wait_for_frames(5)
    notebook.wait_for_lab("lab.counters.t > 100")
    titles = notebook.page.locator(".bpw-view-title").all_inner_texts()
    assert titles == ["spikes", "s, u, x", "current into the postsynaptic neuron", "postsynaptic potential"]
    owners = notebook.page.locator(".bpw-controls-owner").all_inner_texts()
    assert [text.lower() for text in owners] == ["stp", "presynaptic", "postsynaptic"]
    keep_screenshot(notebook, "synapse")

    # The kernel completes for every front end.
    code = "%%brainpy synapse X\nds/dt = -s/ta\ntau_s = 5 ms"
    at = code.index("/ta\n") + 3
    assert notebook.page.evaluate(COMPLETE, [code, at]) == [["tau_s", "tan", "tanh"], at - 2]

    # Another train, by its name; then the clamp.
    notebook.page.get_by_label("presynaptic train").select_option(label="Poisson")
    notebook.page.get_by_label("presynaptic rate, Hz").first.fill("100")
    notebook.page.get_by_label("presynaptic rate, Hz").first.press("Enter")
    notebook.page.get_by_label("postsynaptic mode").select_option(label="voltage clamp")
    notebook.wait_for_lab("lab.last.header.values.includes(100)")
    notebook.kernel("import brainpy_lab as bp; bp.labs['STP'].run()")
    asked = "lab = bp.labs['STP']; print(lab.values['train'], lab.values['rate'], lab.values['mode'])"
    assert notebook.kernel(asked) == "1.0 100.0 1.0"
    last = notebook.lab("lab.counters.t")
    notebook.wait_for_lab(f"lab.counters.t > {last} + 60")

    # What a choice leaves without effect rests, and says with which choice it acts.
    boxes = {name: notebook.page.get_by_label(name).first for name in ("presynaptic spikes", "presynaptic lag, ms")}
    clamp = notebook.page.get_by_label("postsynaptic V_clamp, mV").first
    assert [box.is_disabled() for box in (*boxes.values(), clamp)] == [True, True, False]
    assert boxes["presynaptic spikes"].get_attribute("aria-description") == "in a burst; acts when train is bursts"
    for train, resting in (("bursts", [False, True]), ("pairing", [True, False]), ("Poisson", [True, True])):
        notebook.page.get_by_label("presynaptic train").select_option(label=train)
        until(lambda: [box.is_disabled() for box in boxes.values()], resting)

    # The delay is no number of a step: the lab is made again, from t = 0.
    box = notebook.page.get_by_label("STP delay, ms").first
    box.fill("10")
    box.press("Enter")
    notebook.wait_for_lab("lab.last.header.values.includes(10) && lab.last.header.epoch === 2", timeout=60_000)
    asked = "lab = bp.labs['STP']; print(lab.values['delay'], lab.values['train'])"
    assert notebook.kernel(asked) == "10.0 1.0"  # what was moved before stays moved
    assert notebook.console == []
