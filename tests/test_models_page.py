"""The page on ready models names all of them with their sources, and its examples run."""

import inspect
import re
import unicodedata
from pathlib import Path

import pytest

import brainpy_lab as bp
from brainpy_lab import models

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = (DOCS / "models.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| .* \| ([^|]+) \|$", PAGE, re.M))
MODELS = [name for name in models.__all__ if name.startswith("get_") or name.endswith("_network")]


def plain(text):
    """Without accents and line breaks, as docstrings write names."""
    letters = unicodedata.normalize("NFKD", " ".join(text.split()))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def test_the_tables_name_every_model_once_and_nothing_else():
    assert sorted(ROWS) == sorted(MODELS)
    assert len(re.findall(r"^\| `\w+` \|", PAGE, re.M)) == len(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_the_source_of_the_table_is_that_of_the_docstring(name):
    references = plain(inspect.getdoc(getattr(models, name)).split("References\n")[1])
    for source in plain(ROWS[name]).split("; "):
        author = re.match(r"[\w-]+", source).group()
        assert author in references and re.findall(r"\d{4}", source), source
        assert all(year in references for year in re.findall(r"\d{4}", source)), source


@pytest.mark.parametrize("name", [name for name in MODELS if name.startswith("get_")])
def test_every_docstring_has_equations_units_and_every_parameter(name):
    make = getattr(models, name)
    text = inspect.getdoc(make)
    assert ".. math::" in text
    # 1/ms alone is the unit of a gate, whose state is a share.
    assert any(unit in text for unit in ("mV", "nA", "Hz", "1/ms", "without units"))
    assert described(text, "References") == set(inspect.signature(make).parameters)


@pytest.mark.parametrize("name", [name for name in MODELS if name.endswith("_network")])
def test_every_network_tells_its_parameters(name):
    make = getattr(models, name)
    assert described(inspect.getdoc(make), "Returns") == set(inspect.signature(make).parameters)


def described(text, end):
    """The names that the section on parameters describes, which goes up to the section `end`."""
    section = text.split("Parameters\n")[1].split(f"{end}\n")[0]
    return {name for line in re.findall(r"^(\w+(?:, \w+)*) : ", section, re.M) for name in line.split(", ")}


def test_every_other_public_name_is_on_the_page():
    for name in set(models.__all__) - set(MODELS):
        assert f"`{name}`" in PAGE, name


def test_the_examples_and_the_picture_are_there():
    assert (DOCS / re.search(r"!\[[^]]+\]\((images/\w+\.png)\)", PAGE).group(1)).exists()
    namespace = {"__name__": "models"}
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    assert len(blocks) == 2
    for block in blocks:
        line = PAGE[: PAGE.index(block)].count("\n")
        exec(compile("\n" * line + block, "docs/models.md", "exec"), namespace)
    assert bp.profile.get_dt() == 0.1
