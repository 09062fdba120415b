"""Undo, the time line, branches, the log and hold in JupyterLab, as a person meets them."""

from __future__ import annotations

import pytest

from tests.browser.test_live_lab import FHN, LOAD, keep_screenshot, run_fhn

pytestmark = pytest.mark.browser

LINE = "lab.node.querySelector('.bpw-timeline input')"


@pytest.fixture(scope="module")
def shared(open_shared_notebook):
    return run_fhn(open_shared_notebook(LOAD, FHN))


@pytest.fixture
def fhn(shared):
    """The lab paused at 100 ms with the values of its cell and the keyboard; the page is shared."""
    shared.lab("lab.say({do: 'hold', on: false})")
    shared.lab("lab.say({do: 'reset'})")
    shared.wait_for_lab("lab.counters.t === 0 && lab.counters.status === 'paused'")
    shared.kernel("import brainpy_lab as bp; lab = bp.labs['FHN']; lab.step(2000); lab.wait()")
    shared.wait_for_lab("lab.last.header.step === 2000 && lab.counters.status === 'paused'")
    shared.lab("lab.node.focus()")
    return shared


def slide(notebook, name: str, *values: float) -> None:
    """Drag a slider through values and let it go at the last."""
    slider = f"[...lab.node.querySelectorAll('.bpw-range')].find(n => n.getAttribute('aria-label') === '{name}')"
    low, high = {"I": (-0.5, 1.5), "tau": (5.0, 30.0)}[name]
    for value in values:
        position = 1000 * (value - low) / (high - low)
        notebook.lab(f"((s) => {{ s.value = {position}; s.dispatchEvent(new Event('input')) }})({slider})")
    notebook.lab(f"{slider}.dispatchEvent(new Event('change'))")


def drag_time(notebook, *steps: int) -> None:
    for step in steps:
        notebook.lab(f"((s) => {{ s.value = {step}; s.dispatchEvent(new Event('input')) }})({LINE})")
        notebook.page.wait_for_timeout(40)
    notebook.lab(f"{LINE}.dispatchEvent(new Event('change'))")


def ink(notebook, view: int) -> int:
    """How many pixels of a view are neither empty nor of the grid."""
    return notebook.lab(
        f"(c => {{ const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
        f"for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n }})(lab.views[{view}].plot.canvas)"
    )


def test_undo_and_redo_by_key_and_button_move_the_slider_and_not_time(fhn):
    assert fhn.lab("lab.node.querySelector('[data-name=redo]').disabled")
    slide(fhn, "I", 0.5, 0.2, 0.0)
    fhn.wait_for_lab("lab.counters.values[0] === 0")
    fhn.wait_for_lab("lab.node.querySelector('[data-name=undo]').title === 'Undo: I to 0.8 (z)'")
    fhn.page.keyboard.press("z")
    fhn.wait_for_lab("lab.counters.values[0] === 0.8")
    fhn.wait_for_lab("!lab.node.querySelector('[data-name=redo]').disabled")
    fhn.page.keyboard.press("Shift+Z")
    fhn.wait_for_lab("lab.counters.values[0] === 0")
    fhn.lab("lab.node.querySelector('[data-name=undo]').click()")
    fhn.wait_for_lab("lab.counters.values[0] === 0.8")
    assert fhn.lab("lab.last.header.step") == 2000
    assert fhn.kernel("print(lab.values['I'], lab.t)") == "0.8 100.0"


def test_the_time_line_goes_back_and_running_on_replays_the_rest(fhn):
    name = fhn.lab(f"[{LINE}.getAttribute('aria-label'), {LINE}.getAttribute('aria-valuetext'), {LINE}.max]")
    assert name == ["Time line", "100.00 ms", "2000"]
    fhn.kernel("left = lab.branches")
    slide(fhn, "tau", 20.0)
    fhn.wait_for_lab("lab.counters.values[3] === 20")
    fhn.kernel("lab.step(1000); lab.wait(); end = lab.session.simulation.save()")
    fhn.wait_for_lab("lab.last.header.step === 3000")
    drag_time(fhn, 2500, 1500, 700, 1200)
    fhn.wait_for_lab("lab.last.header.step === 1200 && lab.counters.values[3] === 12.5")
    assert fhn.lab("lab.counters.status") == "paused"
    fhn.lab(f"{LINE}.focus()")
    fhn.page.keyboard.press("ArrowLeft")
    fhn.wait_for_lab("lab.last.header.step === 1199")
    fhn.page.keyboard.press("End")
    fhn.wait_for_lab("lab.last.header.step === 3000 && lab.counters.values[3] === 20")
    same = "import numpy as np; now = lab.session.simulation.save()\n"
    same += "print(all(np.array_equal(a, now.arrays[k]) for k, a in end.arrays.items()), lab.branches == left)"
    assert fhn.kernel(same) == "True True"
    assert fhn.console == []


def test_an_old_future_stays_dim_and_one_returns_to_it(fhn):
    fhn.kernel("end = lab.session.simulation.save(); curve = lab.session.simulation.ring(0)[:2000].copy()")
    drag_time(fhn, 800)
    fhn.wait_for_lab("lab.last.header.step === 800")
    slide(fhn, "I", 0.1)
    fhn.wait_for_lab("lab.counters.values[0] === 0.1")
    fhn.wait_for_lab("/^branch /.test(lab.node.querySelector('.bpw-legend-dim')?.textContent)")
    # Resets of the tests before have left branches of their own.
    name = fhn.lab("lab.node.querySelector('.bpw-legend-dim').textContent")
    fhn.lab("lab.say({do: 'run'})")
    fhn.wait_for_lab("lab.last.header.step > 2000")
    fhn.lab("lab.say({do: 'pause'})")
    fhn.wait_for_lab("lab.counters.status === 'paused'")
    with_ghost = ink(fhn, 0)
    fhn.lab("(lab.node.querySelector('.bpw-section-log').open = true)")
    keep_screenshot(fhn, "history-branch")
    fhn.lab("lab.views[0].dim([])")
    fhn.lab("lab.redraw()")
    assert ink(fhn, 0) < 0.97 * with_ghost
    fhn.lab("[...lab.node.querySelectorAll('.bpw-link')].find(b => b.textContent === 'Return to " + name + "').click()")
    fhn.wait_for_lab("lab.last.header.step === 2000 && lab.counters.values[0] === 0.8")
    same = "import numpy as np; now = lab.session.simulation.save()\n"
    same += "print(all(np.array_equal(a, now.arrays[k]) for k, a in end.arrays.items()), "
    same += "np.array_equal(curve, lab.session.simulation.ring(0)[:2000]), [b.number for b in lab.branches])"
    assert fhn.kernel(same).startswith("True True [")
    assert fhn.console == []


def test_the_log_lists_what_was_changed_and_a_click_goes_there(fhn):
    slide(fhn, "I", 0.6, 0.4, 0.2)
    fhn.wait_for_lab("lab.counters.values[0] === 0.2")
    fhn.kernel("lab.step(100); lab.wait(); lab.place(v=0.5); lab.step(100); lab.wait()")
    fhn.wait_for_lab("lab.last.header.step === 2200")
    fhn.lab("(lab.node.querySelector('.bpw-section-log').open = true)")
    lines = "[...lab.node.querySelectorAll('.bpw-log')[0].children].filter(n => !n.hidden).map(n => n.innerText)"
    fhn.wait_for_lab(f"{lines}.length === 3")
    shown = [" ".join(line.split()) for line in fhn.lab(lines)]
    assert shown == ["105.00 ms v = 0.5", "100.00 ms I 0.8 \u2192 0.2", "0.00 ms start again"]
    assert fhn.lab("lab.node.querySelectorAll('.bpw-timeline-ticks i:not([hidden])').length") == 3
    button = "lab.node.querySelectorAll('.bpw-log-line')[1]"
    assert fhn.lab(f"{button}.getAttribute('aria-label')") == "Go to 100.00 ms: I 0.8 \u2192 0.2"
    fhn.lab(f"{button}.click()")
    fhn.wait_for_lab("lab.last.header.step === 2000 && lab.counters.values[0] === 0.2")
    fhn.wait_for_lab("lab.node.querySelectorAll('.bpw-log-line')[0].classList.contains('bpw-log-ahead')")


def test_what_is_held_stays_while_sliders_move_until_it_is_let_go(fhn):
    fhn.page.keyboard.press("h")
    fhn.wait_for_lab("lab.node.querySelectorAll('.bpw-legend-dashed').length === 2")
    slide(fhn, "I", 0.0)
    fhn.wait_for_lab("lab.counters.values[0] === 0")
    fhn.lab("lab.say({do: 'run'})")
    fhn.wait_for_lab("lab.counters.t > 110")
    fhn.lab("lab.say({do: 'pause'})")
    fhn.wait_for_lab("lab.counters.status === 'paused'")
    assert fhn.lab("lab.views[0].ghosts.length") == 1
    keep_screenshot(fhn, "history-hold")
    picture = "import hashlib; print(hashlib.sha256(lab.to_png()).hexdigest())"
    held = fhn.kernel(picture)
    fhn.lab("[...lab.node.querySelectorAll('.bpw-menu-item')].find(b => /^Let go/.test(b.textContent)).click()")
    fhn.wait_for_lab("!lab.node.querySelector('.bpw-legend-dim')")
    assert fhn.kernel(picture) != held
    assert fhn.console == []
