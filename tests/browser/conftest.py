"""One JupyterLab and one Chromium for the tests of a file; notebooks with kernels of their own."""

from __future__ import annotations

import uuid

import nbformat
import pytest

from tools.check_lab import jupyterlab

TOKEN = "lab-tests"


# One for each file, not for the session: two of Playwright's drivers cannot live in one thread at a time.
@pytest.fixture(scope="module")
def lab_server(chromium, tmp_path_factory):
    """Address and folder of a JupyterLab whose pages expose their application."""
    folder = tmp_path_factory.mktemp("notebooks")
    with jupyterlab(folder, TOKEN, "--LabApp.expose_app_in_browser=True") as address:
        yield address, folder


@pytest.fixture(scope="module")
def browser(chromium, chromium_options):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=chromium_options)
        yield running
        running.close()


@pytest.fixture
def open_notebook(lab_server, browser):
    """``open_notebook(cell, cell, ...)`` -> NotebookPage; its page and kernel are shut down after the test."""
    yield from opener(lab_server, browser)


@pytest.fixture(scope="module")
def open_shared_notebook(lab_server, browser):
    """The same for a page that the tests of a file share."""
    yield from opener(lab_server, browser)


def opener(lab_server, browser):
    opened = []

    def open_notebook(*cells: str, size=(1360, 1000)) -> NotebookPage:
        page = NotebookPage(lab_server, browser, cells, size)
        opened.append(page)
        return page

    yield open_notebook
    for page in opened:
        page.close()


class NotebookPage:
    """A notebook in JupyterLab: run its cells, ask its kernel, look at its lab."""

    def __init__(self, server, browser, cells, size):
        self.address, folder = server
        self.ready = False
        self.path = folder / f"{uuid.uuid4().hex[:8]}.ipynb"
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, self.path)
        self.console: list[str] = []
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self.page.on("console", lambda m: self.console.append(f"{m.type}: {m.text}") if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.console.append(f"pageerror: {error}"))
        self.page.goto(f"{self.address}/lab/workspaces/{self.path.stem}/tree/{self.path.name}?token={TOKEN}")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=120_000)
        self.page.wait_for_function(
            f"""() => {{ const p = {PANEL}; return p && p.sessionContext.session
                && p.sessionContext.session.kernel && p.sessionContext.session.kernel.status === 'idle' }}""",
            timeout=120_000,
        )

    def run(self, index: int, wait: bool = True) -> None:
        """Run one cell."""
        self.page.evaluate(
            f"""async ([index, wait]) => {{
                {PANEL}.content.activeCellIndex = index;
                const done = window.jupyterapp.commands.execute('notebook:run-cell');
                if (wait) await done;
            }}""",
            [index, wait],
        )

    def edit(self, index: int, text: str) -> None:
        self.page.evaluate(
            f"([k, text]) => {PANEL}.content.widgets[k].model.sharedModel.setSource(text)", [index, text]
        )

    def output(self, index: int) -> str:
        """Text of the outputs of a cell, as it is seen."""
        return self.page.evaluate(
            f"k => [...{PANEL}.content.widgets[k].node.querySelectorAll('.jp-OutputArea-output')]"
            ".map(node => node.innerText).join('\\n')",
            index,
        )

    def kernel(self, code: str) -> str:
        """Run code in the kernel behind the notebook's back; what it printed."""
        return self.page.evaluate(
            f"""async code => {{
                const future = {PANEL}.sessionContext.session.kernel.requestExecute({{code, store_history: false}});
                let out = '';
                future.onIOPub = m => {{
                    if (m.header.msg_type === 'stream') out += m.content.text;
                    if (m.header.msg_type === 'error') out += m.content.ename + ': ' + m.content.evalue;
                }};
                await future.done;
                return out.trim();
            }}""",
            code,
        )

    def wait_for_frames(self, count: int = 5, name: str = "", timeout: float = 60_000) -> None:
        """Wait until a lab has drawn `count` frames."""
        self.page.wait_for_function(
            f"([n, name]) => {{ const lab = {LAB}; return lab && lab.counters.drawn >= n }}",
            arg=[count, name],
            timeout=timeout,
        )

    def lab(self, expression: str, name: str = ""):
        """Evaluate JavaScript in which `lab` is the LabPage of the lab `name` (or the only one)."""
        return self.page.evaluate(f"name => {{ const lab = {LAB}; return {expression} }}", name)

    def wait_for_lab(self, condition: str, name: str = "", timeout: float = 20_000) -> None:
        """Wait until a condition on `lab` holds."""
        self.page.wait_for_function(
            f"name => {{ const lab = {LAB}; return lab && ({condition}) }}", arg=name, timeout=timeout, polling=15
        )

    def save(self) -> nbformat.NotebookNode:
        """Save as a person would, and read the file."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        return nbformat.read(self.path, 4)

    def close(self) -> None:
        self.page.evaluate(f"async () => {{ const p = {PANEL}; if (p) await p.sessionContext.shutdown() }}")
        self.page.close()


PANEL = "[...window.jupyterapp.shell.widgets('main')].find(w => w.sessionContext && w.content.widgets)"
LAB = "Object.values(window.brainpyLabs || {}).find(l => !name || l.node.dataset.lab.startsWith(name + '-'))"
