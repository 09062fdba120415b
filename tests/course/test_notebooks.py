"""The course notebooks run from top to bottom with no answers, are saved without output, and check their claims."""

from __future__ import annotations

import os
import re
from importlib import import_module
from pathlib import Path

import nbclient
import nbformat
import pytest

from brainpy_lab.course.questions import CHAPTERS, questions

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


def asked(path) -> list[str]:
    """Names of the questions of a notebook, in order."""
    code = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    return re.findall(r"course\.check\('([^']+)'", "\n".join(code))


def test_every_question_is_asked_once_by_one_notebook():
    found = [name for path in NOTEBOOKS for name in asked(path)]
    assert sorted(found) == sorted(questions())


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if asked(path)], ids=lambda path: path.stem)
def test_answers_are_open_and_those_of_one_chapter_in_its_order(path):
    names = asked(path)
    (chapter,) = {name.partition(".")[0] for name in names}
    assert names == [name for name in questions() if name.startswith(f"{chapter}.")]
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code" and "course.check(" in cell.source:
            answers = re.findall(r"course\.check\('[^']+', (\w+)\)", cell.source)
            for answer in answers:
                assert re.search(rf"^{answer} = \.\.\. ", cell.source, re.M), answer
            assert cell.source.endswith(";"), "or the last bool is shown below"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_model_of_a_chapter_is_a_cell_of_its_notebook(chapter):
    module = import_module(f"brainpy_lab.course.{chapter}")
    (path,) = [path for path in NOTEBOOKS if any(name.startswith(f"{chapter}.") for name in asked(path))]
    cells = [cell.source for cell in nbformat.read(path, 4).cells]
    for text in (getattr(module, name) for name in ("MODEL",) if hasattr(module, name)):
        assert any(cell.startswith("%%brainpy ") and cell.partition("\n")[2].strip() == text.strip() for cell in cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_every_lab_and_figure_leaves_a_picture(path, tmp_path, monkeypatch):
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
        pictures = [o for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
        assert len(pictures) == (1 if draws(cell.source) else 0), cell.source
        printed = "".join(o.text for o in cell.get("outputs", []) if o.output_type == "stream")
        assert printed.count("not answered yet.") == cell.source.count("course.check(")
    assert "widgets" not in book.metadata


def draws(source: str) -> bool:
    """Whether a cell is to leave a picture: of a lab, of a sweep that its last line shows, or of matplotlib."""
    if source.startswith("%%brainpy"):
        return "--no-show" not in source
    last = source.splitlines()[-1]
    return "plt.subplots(" in source or re.search(rf"^{re.escape(last)} = bp\.sweep\(", source, re.M) is not None
