"""The course notebooks run from top to bottom, are saved without output, and check their claims."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9][0-9]-*.ipynb"))


def test_there_are_notebooks():
    assert FOLDER / "01-first-minute.ipynb" in NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_saved_without_outputs_and_widget_state(path):
    book = nbformat.read(path, 4)
    nbformat.validate(book)
    assert "widgets" not in book.metadata
    for cell in book.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_opens_with_a_question_and_ends_with_a_check(path):
    cells = nbformat.read(path, 4).cells
    assert cells[0].cell_type == "markdown" and "?" in cells[0].source
    last = [cell for cell in cells if cell.cell_type == "code"][-1]
    assert last.source.startswith("assert ")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_every_lab_leaves_a_picture(path, tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient")
    monkeypatch.setenv("LAB_HEADLESS", "1")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    book = nbformat.read(path, 4)
    client = nbclient.NotebookClient(
        book,
        timeout=120,
        store_widget_state=False,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute(env=dict(os.environ))
    for cell in book.cells:
        shown = cell.source.startswith("%%brainpy") and "--no-show" not in cell.source
        pictures = [o for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
        assert len(pictures) == (1 if shown else 0), cell.source
    assert "widgets" not in book.metadata
