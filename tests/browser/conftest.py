"""One JupyterLab and one Chromium for all tests of this folder; notebooks with kernels of their own."""

from __future__ import annotations

import pytest

from tools.check_lab import jupyterlab
from tools.notebook_page import NotebookPage

TOKEN = "lab-tests"


# For the folder, not for the session: where other tests follow in the same process, they find no event loop running.
@pytest.fixture(scope="package")
def lab_server(chromium, tmp_path_factory):
    """Address and folder of a JupyterLab whose pages expose their application."""
    yield from served(tmp_path_factory)


def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    exposed = [f"--{app}.expose_app_in_browser=True" for app in ("LabApp", "JupyterNotebookApp")]
    with jupyterlab(folder, TOKEN, *exposed) as address:
        yield address, folder


@pytest.fixture(scope="package")
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

    def open_notebook(*cells: str, size=(1360, 1000), classic=False) -> NotebookPage:
        for other in _open:
            other.page.evaluate(PAUSE_ALL)  # its labs would take the processors that the new page waits for
        page = NotebookPage(lab_server, TOKEN, browser, cells, size, classic)
        opened.append(page)
        _open.append(page)
        return page

    yield open_notebook
    for page in opened:
        _open.remove(page)
        page.close()


_open: list[NotebookPage] = []
PAUSE_ALL = "() => Object.values(window.brainpyLabs || {}).forEach(lab => lab.say({do: 'pause'}))"
