"""The JupyterLab plug-in in a page: it colours `%%brainpy` cells, leaves others alone, and opens a first notebook."""

import json

import pytest

from tools.check_lab import jupyterlab

pytestmark = pytest.mark.browser
TOKEN = "plug-in"


@pytest.fixture(scope="module")
def page(chromium, chromium_options, tmp_path_factory):
    """A page of JupyterLab whose application is `window.jupyterapp`."""
    from playwright.sync_api import sync_playwright

    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder, TOKEN, "--LabApp.expose_app_in_browser=True") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=chromium_options)
        try:
            page = browser.new_page(viewport={"width": 1200, "height": 900})
            page.goto(f"{address}/lab?token={TOKEN}")
            page.wait_for_selector(".jp-Launcher", timeout=60_000)
            page.folder = folder
            yield page
        finally:
            browser.close()


@pytest.fixture(scope="module")
def notebook(page):
    """The notebook that the launcher's card opens; its first cells have been drawn."""
    page.click('.jp-LauncherCard:has-text("BrainPy Lab")')
    page.wait_for_selector(".jp-Notebook .bpl-derivative", timeout=60_000)
    return page


def coloured(page, cell: int) -> list[str]:
    """`text:kind` of every coloured piece in a cell, from left to right."""
    return page.evaluate(
        """cell => [...document.querySelectorAll('.jp-Notebook .jp-Cell')[cell].querySelectorAll('[class^=bpl-]')]
            .map(piece => piece.textContent + ':' + piece.className.replace('bpl-', ''))""",
        cell,
    )


def test_the_command_is_in_the_palette_list(page):
    label = page.evaluate("() => window.jupyterapp.commands.label('brainpy-lab:new-notebook')")
    assert label == "New BrainPy Lab notebook"


def test_the_card_opens_a_notebook_with_a_model(notebook):
    saved = [json.loads(path.read_text()) for path in notebook.folder.glob("*.ipynb")]
    assert len(saved) == 1
    sources = ["".join(cell["source"]) for cell in saved[0]["cells"]]
    assert sources[0] == "%load_ext brainpy_lab"
    assert sources[1].startswith("%%brainpy neuron FHN\ndv/dt = ")
    assert saved[0]["metadata"]["kernelspec"]["language"] == "python"


def test_no_question_about_a_kernel_is_asked(notebook):
    assert notebook.query_selector_all(".jp-Dialog") == []


def test_the_model_is_coloured(notebook):
    pieces = coloured(notebook, 1)
    expected = {"%%brainpy neuron:magic", "dv/dt:derivative", "dw/dt:derivative", "input:keyword", "in:keyword"}
    assert expected <= set(pieces)
    assert {"init:keyword", "spike:keyword", "when:keyword", "12.5:number"} <= set(pieces)


def test_a_cell_without_the_magic_is_left_alone(notebook):
    assert coloured(notebook, 0) == []


def test_colours_come_and_go_with_the_magic(notebook):
    write = """text => {
        const shell = window.jupyterapp.shell;
        shell.currentWidget.content.widgets[0].model.sharedModel.setSource(text);
    }"""
    notebook.evaluate(write, "%%brainpy neuron A\nV' = -V / (10 ms)")
    notebook.wait_for_function("document.querySelectorAll('.jp-Cell')[0].querySelector('.bpl-unit') !== null")
    assert "V':derivative" in coloured(notebook, 0)
    notebook.evaluate(write, "V = 10")
    notebook.wait_for_function("document.querySelectorAll('.jp-Cell')[0].querySelector('[class^=bpl-]') === null")
