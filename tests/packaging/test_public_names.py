"""The table of public names in `brainpy_lab/__init__.py` leads somewhere."""

import importlib.metadata

import pytest

import brainpy_lab


@pytest.mark.parametrize("name", sorted(brainpy_lab._PUBLIC))
def test_a_public_name_leads_to_a_thing(name):
    assert getattr(brainpy_lab, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'brainpy_lab' has no attribute 'NeuTyp'"):
        brainpy_lab.NeuTyp  # noqa: B018


def test_an_unknown_name_cannot_be_imported():
    with pytest.raises(ImportError):
        from brainpy_lab import NeuTyp  # noqa: F401


def test_a_module_that_cannot_be_loaded_is_not_hidden(monkeypatch):
    monkeypatch.setitem(brainpy_lab._PUBLIC, "planted", ".no_such_module:thing")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        brainpy_lab.planted  # noqa: B018


def test_the_version_is_that_of_the_distribution():
    assert importlib.metadata.version("brainpy-lab") == brainpy_lab.__version__
