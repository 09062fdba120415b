"""Every rule of a cell has a good cell, a bad cell that breaks it alone at the marked place, and one message.

In a bad cell the brackets U+27E6 and U+27E7 stand around the text that the carets must underline; they are taken out
before it is read. Messages are kept whole in ``tests/golden/cell_errors``. After a change of wording run

    BRAINPY_LAB_UPDATE_GOLDEN=1 pytest tests/rules/test_cell_rules.py

and read what changed as a student would.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from brainpy_lab.errors import CellError
from brainpy_lab.frontends.cells.rules import RULES
from brainpy_lab.frontends.equations import read_neuron, read_synapse, rewrite_network

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden" / "cell_errors"
READERS = {
    "neuron_cells": lambda text: read_neuron(text, "Cell", cell="Cell In[1]", first_line=2),
    "synapse_cells": lambda text: read_synapse(text, "Cell", cell="Cell In[1]", first_line=2),
    "network_cells": lambda text: rewrite_network(text, cell="Cell In[1]", first_line=2),
}
CASES = sorted(
    (folder, path.name.removesuffix(".bad.txt")) for folder in READERS for path in (HERE / folder).glob("*.bad.txt")
)
# Rules whose breach is not in the text alone; their own tests are named.
ELSEWHERE = {"method-conflict": "test_two_different_methods_are_refused"}


def marked(text: str) -> tuple[str, int, int, int]:
    """The cell without its marks, and the marked line (from 2), first column and column after the last."""
    before, inside = text.split("⟦")[0], text.split("⟦")[1].split("⟧")[0]
    column = len(before) - (before.rfind("\n") + 1)
    return text.replace("⟦", "").replace("⟧", ""), before.count("\n") + 2, column, column + max(len(inside), 1)


def error_of(folder: str, rule: str) -> CellError:
    text = marked((HERE / folder / f"{rule}.bad.txt").read_text(encoding="utf-8"))[0]
    with pytest.raises(CellError) as caught:
        READERS[folder](text)
    return caught.value


def test_every_rule_has_a_bad_cell():
    assert {rule for _, rule in CASES} | set(ELSEWHERE) == set(RULES)


@pytest.mark.parametrize(("folder", "rule"), CASES)
def test_the_good_cell_is_read(folder, rule):
    READERS[folder]((HERE / folder / f"{rule}.good.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("folder", "rule"), CASES)
def test_the_bad_cell_breaks_its_rule_alone_at_the_marked_place(folder, rule):
    error = error_of(folder, rule)
    _, line, column, end = marked((HERE / folder / f"{rule}.bad.txt").read_text(encoding="utf-8"))
    assert [problem.rule for problem in error.problems] == [rule]
    assert (error.line, error.column, error.end_column) == (line, column, end)


@pytest.mark.parametrize(("folder", "rule"), CASES)
def test_the_message_says_what_to_do(folder, rule):
    error = error_of(folder, rule)
    assert error.suggestion
    assert "{" not in error.message.replace("{1, 2, 4}", "").replace("{2}", "")


@pytest.mark.parametrize(("folder", "rule"), CASES)
def test_the_message_is_the_golden_one(folder, rule):
    shown = "\n".join(error_of(folder, rule)._render_traceback_()) + "\n"
    path = GOLDEN / f"{rule}.txt"
    if os.environ.get("BRAINPY_LAB_UPDATE_GOLDEN"):
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown


def test_no_golden_message_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {rule for _, rule in CASES}
