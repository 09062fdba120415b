"""What a lab leaves behind when it ends, however it ends: no thread, no comm, no listener, no canvas."""

import json

import pytest

from tools.notebook_page import PANEL

pytestmark = pytest.mark.browser
LOAD = "%load_ext brainpy_lab"
FHN = """%%brainpy neuron FHN --dt 0.05 --backend reference
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 in [5, 30]
init v = -1, w = 1
"""
# Counts what the widget, which the page imports from a blob, has added to window, document and body and not taken away,
# and keeps weak references to every lab and every canvas with a context.
WATCH = """() => {
    const kept = window.kept = {ears: 0, labs: new Map(), contexts: []};
    for (const target of [window, document, document.body]) {
        const [add, remove, own] = [target.addEventListener, target.removeEventListener, new Map()];
        target.addEventListener = function (kind, ear, ...rest) {
            if (new Error().stack.includes('blob:') && !own.has(ear)) { own.set(ear, kind); kept.ears += 1; }
            return add.call(this, kind, ear, ...rest);
        };
        target.removeEventListener = function (kind, ear, ...rest) {
            if (own.get(ear) === kind) { own.delete(ear); kept.ears -= 1; }
            return remove.call(this, kind, ear, ...rest);
        };
    }
    const get = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (...args) {
        if (new Error().stack.includes('blob:')) kept.contexts.push(new WeakRef(this));
        return get.apply(this, args);
    };
}"""
LIVE = """() => {
    for (const [id, lab] of Object.entries(window.brainpyLabs || {})) {
        if (!window.kept.labs.has(id)) window.kept.labs.set(id, new WeakRef(lab));
    }
    const canvases = new Set(window.kept.contexts.map(ref => ref.deref()).filter(Boolean));
    return {
        labs: Object.keys(window.brainpyLabs || {}).length,
        nodes: document.querySelectorAll('.bpw-lab').length,
        ears: window.kept.ears,
        objects: [...window.kept.labs.values()].filter(ref => ref.deref()).length,
        canvases: canvases.size,
        styles: [...document.head.querySelectorAll('style')].filter(s => s.textContent.includes('lab-picture=')).length,
    };
}"""
NOTHING = {"labs": 0, "nodes": 0, "ears": 0, "objects": 0, "canvases": 0, "styles": 0}
KERNEL = """
import gc, json, threading
import brainpy_lab as bp
from brainpy_lab.lab.lab import Lab
from comm import get_comm_manager
gc.collect()
names = [thread.name for thread in threading.enumerate()]
print(json.dumps({
    'labs': len(bp.labs),
    'sessions': names.count('brainpy_lab session'),
    'threads': sum('brainpy' in name and 'imports' not in name for name in names),
    'comms': len(get_comm_manager().comms),
    'objects': sum(type(one) is Lab for one in gc.get_objects()),
}))
"""


@pytest.fixture(scope="module")
def notebook(open_shared_notebook):
    opened = open_shared_notebook(LOAD, FHN, "import time\nwhile True: time.sleep(0.01)")
    opened.page.evaluate(WATCH)
    opened.devtools = opened.page.context.new_cdp_session(opened.page)
    opened.run(0)
    opened.comms = kernel(opened)["comms"]
    return opened


def kernel(notebook) -> dict:
    return json.loads(notebook.kernel(KERNEL))


def page(notebook, awaited: dict | None = None) -> dict:
    """What is alive in the page after its garbage has been collected; the browser takes a few turns to let go."""
    for _ in range(20):
        notebook.devtools.send("HeapProfiler.collectGarbage")
        found = notebook.page.evaluate(LIVE)
        if awaited is None or found == awaited:
            break
        notebook.page.wait_for_timeout(100)
    return found


def run(notebook) -> None:
    before = notebook.page.evaluate("() => Object.keys(window.brainpyLabs || {}).join()")
    notebook.run(1)
    notebook.wait_for_lab(f"!'{before}'.split(',').includes(lab.spec.id) && lab.counters.drawn > 2")


@pytest.fixture(scope="module")
def first(notebook):
    """What is alive while one lab runs."""
    run(notebook)
    return kernel(notebook), page(notebook)


def test_one_lab_is_one_of_each(first):
    inside, shown = first
    assert inside["labs"] == inside["sessions"] == inside["objects"] == 1
    assert shown["labs"] == shown["nodes"] == shown["objects"] == shown["styles"] == 1
    assert shown["ears"] >= 2 and shown["canvases"] >= 2


def test_running_the_cell_again_leaves_one_of_each(notebook, first):
    for _ in range(3):
        run(notebook)
    assert (kernel(notebook), page(notebook, first[1])) == first


def test_an_interrupt_ends_the_cell_and_not_the_lab(notebook, first):
    notebook.run(2, wait=False)
    notebook.page.wait_for_timeout(300)
    before = notebook.lab("lab.counters.drawn")
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    notebook.page.wait_for_function(f"() => {PANEL}.content.widgets[2].node.innerText.includes('KeyboardInterrupt')")
    notebook.page.wait_for_function(f"() => !{PANEL}.content.widgets[2].node.innerText.includes('[*]')")
    notebook.wait_for_lab(f"lab.counters.drawn > {before}")
    assert (kernel(notebook), page(notebook, first[1])) == first


def panels(notebook, awaited: int) -> str:
    """How many side panels the kernel answers to; what they say may be handled between two cells only."""
    for _ in range(50):
        found = notebook.kernel("from brainpy_lab.lab import roll; print(len(roll._pages))")
        if found == str(awaited):
            break
        notebook.page.wait_for_timeout(100)
    return found


def test_the_side_panel_takes_its_comm_with_it(notebook, first):
    notebook.page.evaluate("() => window.jupyterapp.shell.activateById('brainpy-lab-panel')")
    notebook.page.wait_for_selector(".bpl-lab")
    assert panels(notebook, 1) == "1"
    notebook.page.evaluate("() => window.jupyterapp.shell.activateById('filebrowser')")
    assert panels(notebook, 0) == "0"
    assert kernel(notebook) == first[0]


def test_closing_leaves_nothing(notebook, first):
    assert notebook.kernel("bp.labs['FHN'].close()") == ""
    notebook.page.wait_for_function("() => Object.keys(window.brainpyLabs).length === 0")
    assert kernel(notebook) == {"labs": 0, "sessions": 0, "threads": 0, "comms": notebook.comms, "objects": 0}
    assert page(notebook, NOTHING) == NOTHING


def test_a_restart_of_the_kernel_leaves_nothing_in_the_page(notebook, first):
    run(notebook)
    notebook.page.evaluate(f"() => {PANEL}.sessionContext.restartKernel()")
    notebook.page.wait_for_function("() => Object.keys(window.brainpyLabs).length === 0", timeout=30_000)
    assert page(notebook, NOTHING) == NOTHING
    notebook.run(0)
    run(notebook)
    assert (kernel(notebook), page(notebook, first[1])) == first
