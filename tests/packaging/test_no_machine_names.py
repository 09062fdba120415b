"""Tracked files name no machine: no package registry, no path of a work place; notebooks hold no saved output."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# Spelt in pieces, so that this file is clean by its own rule.
FORBIDDEN = re.compile(
    "|".join(
        [
            "registry" + r"\.npm",
            "registry" + r"\.yarn",
            "npm" + r"mirror",
            r"files\.python" + "hosted",
            r"pypi\.(?:org|python)/" + "simple",
            r"--(?:extra-)?index-" + "url",
            r'"resolved"\s*:\s*"https?:',
            "/work" + r"/(?:main|shared)",
            r"\.\./" + "shared",
        ]
    )
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("the tree is no git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def findings(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := FORBIDDEN.search(line):
            yield f"{number}: {found[0]}"


def notebook_problems(notebook: dict) -> list[str]:
    problems = []
    if "widgets" in notebook.get("metadata", {}):
        problems.append("holds widget state")
    for number, cell in enumerate(notebook["cells"], 1):
        if cell.get("outputs") or cell.get("execution_count"):
            problems.append(f"cell {number} holds output")
    return problems


def test_tracked_files_name_no_registry_and_no_work_place():
    problems = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        problems += [f"{path.relative_to(ROOT)}:{finding}" for finding in findings(text)]
    assert problems == []


def test_planted_names_are_caught():
    planted = [
        "https://registry" + ".npmjs.org/x.tgz",
        "see /work" + "/shared/design.md",
        "pip install --index-" + "url x",
        '"resolved"' + ': "https://somewhere/x.tgz"',
    ]
    assert all(list(findings(text)) for text in planted)


def test_the_lock_file_names_no_address_of_a_package():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_saved_notebooks_hold_no_output_and_no_widget_state():
    problems = {}
    for path in tracked():
        if path.suffix == ".ipynb":
            found = notebook_problems(json.loads(path.read_text(encoding="utf-8")))
            if found:
                problems[str(path.relative_to(ROOT))] = found
    assert problems == {}


def test_planted_output_is_caught():
    clean = {"metadata": {}, "cells": [{"cell_type": "code", "outputs": [], "execution_count": None}]}
    assert notebook_problems(clean) == []
    assert notebook_problems({**clean, "metadata": {"widgets": {}}}) == ["holds widget state"]
    cell = {"cell_type": "code", "outputs": [{"output_type": "stream"}], "execution_count": None}
    assert notebook_problems({**clean, "cells": [cell]}) == ["cell 1 holds output"]
