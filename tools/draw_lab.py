"""Take the pictures of the lab in docs/images through a browser: ``python tools/draw_lab.py [NAME ...]``.

Without names all of them. Needs a built front end, Chromium and Playwright.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.check_lab import jupyterlab
from tools.notebook_page import CHROMIUM_OPTIONS, PANEL, NotebookPage, find_chromium

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
TOKEN = "pictures"
LOAD = "%load_ext brainpy_lab"
FHN = """%%brainpy neuron FHN --dt 0.05 --seed 1
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8
tau = 12.5 ms in [5, 30]
init v = -1, w = 1
spike when v > 1
"""
AMPA = """%%brainpy synapse AMPA --seed 1
ds/dt = -s/tau
tau = 5 ms in [1, 20]
g = 0.1 uS in [0, 1]; E = 0 mV
on spike: s += 1
post.input += g*s*(E - post.V)
delay 1.5
"""
NET = """%%brainpy network net --dt 0.1 --seed 1
import numpy as np
import brainpy_lab as bp

LIF = bp.neuron('''
dV/dt = (-V + I) / tau
tau = 20 ms in [5, 40]; I = 0
init V = uniform(0, 1)
spike when V > 1
reset V = 0
''', 'LIF')
Exp = bp.synapse('''
ds/dt = -s/tau
tau = 5 ms in [1, 20]; g = 0.0002 in [0, 0.001]
on spike: s += 1
post.V += g*s
delay 1
''', 'Exp')
E = bp.NeuGroup(LIF, (20, 30))
E.pars['I'] = np.linspace(0.8, 2, 600)
syn = bp.SynConn(Exp, E, E, conn=bp.connect.FixedProb(0.05, seed=1))
net = bp.Network(E, syn)
"""
DIAGRAM = "import brainpy_lab as bp; bp.labs['FHN'].bifurcation('I', 'v')"


def look(book: NotebookPage, name: str, t: float) -> None:
    """Run a lab that the page shows until `t` ms, and pause it."""
    book.wait_for_lab("true", name, timeout=120_000)
    book.lab("(lab.node.scrollIntoView(), true)", name)  # out of sight it draws nothing
    book.wait_for_frames(1, name)
    book.lab("lab.say({do: 'run'})", name)
    book.wait_for_lab(f"lab.counters.t >= {t} && lab.last.header.backend === 'numba'", name, timeout=120_000)
    book.lab("lab.say({do: 'pause'})", name)
    book.wait_for_lab("lab.counters.status === 'paused'", name)


def wear(book: NotebookPage, theme: str) -> None:
    book.page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {theme}"
    )
    book.page.wait_for_function(f"() => document.body.dataset.jpThemeName === 'JupyterLab {theme}'")
    book.page.wait_for_timeout(500)  # the lab draws again with the colours of the theme


def keep(png: bytes, name: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / name).write_bytes(png)
    print(f"{name}: {len(png) / 1e3:.0f} kB")


def lab_picture(book: NotebookPage, name: str) -> bytes:
    return book.page.locator(f"[data-lab^='{name}-']").screenshot()


def draw(browser, server, chosen: set[str]) -> None:
    book = NotebookPage(server, TOKEN, browser, [LOAD, FHN, AMPA, NET], (1620, 1300))
    page = book.page
    page.evaluate("() => window.jupyterapp.commands.execute('application:toggle-left-area')")
    for index, (name, t) in enumerate((("", 0), ("FHN", 320.0), ("AMPA", 320.0), ("net", 600.0))):
        book.run(index)
        if name:
            look(book, name, t)
    pictures = {"network-dark": ("Dark", "net"), "synapse": ("Light", "AMPA")}
    pictures |= {"neuron": ("Light", "FHN"), "high-contrast": ("Dark High Contrast", "FHN")}
    if "lab" in chosen:  # before the diagram is there, with the cell above
        page.set_viewport_size({"width": 1320, "height": 1020})
        page.evaluate(f"() => {{ const p = {PANEL}; p.content.activeCellIndex = 1; }}")
        page.locator(".jp-Notebook .jp-CodeCell").first.scroll_into_view_if_needed()
        page.wait_for_timeout(1000)
        keep(page.screenshot(), "lab.png")
        page.set_viewport_size({"width": 1620, "height": 1300})
    book.kernel(DIAGRAM)
    for picture, (theme, name) in pictures.items():
        if picture not in chosen:
            continue
        wear(book, theme)
        book.lab("(lab.node.scrollIntoView(), true)", name)
        if name == "FHN":
            book.wait_for_lab("lab.node.querySelectorAll('.bpw-view-bifurcation .bpw-place').length === 4", name)
        page.wait_for_timeout(500)
        keep(lab_picture(book, name), f"{picture}.png")
    book.close()


def main() -> None:
    from playwright.sync_api import sync_playwright

    chosen = set(sys.argv[1:]) or {"lab", "neuron", "high-contrast", "network-dark", "synapse"}
    exposed = "--LabApp.expose_app_in_browser=True"
    with tempfile.TemporaryDirectory(prefix="brainpy-lab-pictures-") as folder, sync_playwright() as playwright:
        with jupyterlab(Path(folder), TOKEN, exposed) as address:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
            draw(browser, (address, Path(folder)), chosen)
            browser.close()


if __name__ == "__main__":
    main()
