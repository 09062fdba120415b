"""A notebook in a running JupyterLab, driven through a browser, for browser tests and ``python -m benchmarks.ui``."""

from __future__ import annotations

import shutil
import uuid

import nbformat

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage"]
"""What Chromium always gets: containers have no user namespaces and a small /dev/shm."""

PANEL = "[...window.jupyterapp.shell.widgets('main')].find(w => w.sessionContext && w.content.widgets)"
LAB = "Object.values(window.brainpyLabs || {}).find(l => !name || l.node.dataset.lab.startsWith(name + '-'))"


def find_chromium() -> str | None:
    """Path of Chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class NotebookPage:
    """A notebook in JupyterLab: run its cells, ask its kernel, look at its lab.

    Parameters
    ----------
    server : (str, Path)
        Address and folder of a JupyterLab that exposes its application.
    token : str
    browser
        Of Playwright.
    cells : sequence of str
    size : (int, int)
        Of the window, pixels.
    classic : bool
        In Notebook 7 instead of JupyterLab.
    """

    def __init__(self, server, token, browser, cells, size=(1360, 1000), classic=False):
        self.address, folder = server
        self.browser = browser
        self.path = folder / f"{uuid.uuid4().hex[:8]}.ipynb"
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, self.path)
        self.console: list[str] = []
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        self.page.on("console", lambda m: self.console.append(f"{m.type}: {m.text}") if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.console.append(f"pageerror: {error}"))
        where = f"notebooks/{self.path.name}" if classic else f"lab/workspaces/{self.path.stem}/tree/{self.path.name}"
        self.page.goto(f"{self.address}/{where}?token={token}")
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
        self.wait_for_lab(f"lab.counters.drawn >= {count}", name, timeout)

    def lab(self, expression: str, name: str = ""):
        """Evaluate JavaScript in which `lab` is the LabPage of the lab `name` (or the only one)."""
        return self.page.evaluate(f"name => {{ const lab = {LAB}; return {expression} }}", name)

    def wait_for_lab(self, condition: str, name: str = "", timeout: float = 20_000) -> None:
        """Wait until a condition on `lab` holds.

        Raises
        ------
        AssertionError
            When it does not in `timeout` ms, with what the page shows instead.
        """
        from playwright.sync_api import TimeoutError as TooLong

        js = f"name => {{ const lab = {LAB}; return lab && ({condition}) }}"
        try:
            self.page.wait_for_function(js, arg=name, timeout=timeout, polling=15)
        except TooLong as late:
            raise AssertionError(f"{condition} did not come to hold in {timeout:g} ms; {self._seen(name)}") from late

    def _seen(self, name: str) -> str:
        """What a person would see of a lab, for a report."""
        text = "node.querySelector('.jp-OutputArea')?.innerText"
        cells = self.page.evaluate(f"() => {PANEL}.content.widgets.map(w => [w.model.executionCount, w.{text}])")
        kernel = self.page.evaluate(f"() => {PANEL}.sessionContext.session?.kernel?.status ?? 'none'")
        lab = self.lab("lab && JSON.stringify([lab.counters, lab.last?.header ?? null])", name)
        return f"kernel {kernel}, lab {lab}, console {self.console}, cells {cells}"

    def save(self) -> nbformat.NotebookNode:
        """Save as a person would, and read the file."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
        return nbformat.read(self.path, 4)

    def close(self) -> None:
        self.page.evaluate(f"async () => {{ const p = {PANEL}; if (p) await p.sessionContext.shutdown() }}")
        self.page.close()
