"""The table of public names in `brainpy_lab/__init__.py` leads somewhere."""

import importlib
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


NAMES_OF_0_3 = """profile backend connect core ObjType Ensemble NeuType NeuGroup SynType SynConn delayed Network types
ObjState NeuState SynState integration integrate dynamics PhasePortraitAnalyzer BifurcationAnalyzer tools visualize
inputs measure running __version__ connectivity visualization errors"""
PATHS_OF_0_3 = {
    "backend": ["get_backend", "set_backend"],
    "connectivity": ["All2All", "FixedProb"],
    "core": ["NeuGroup", "Network", "ParsUpdate", "delayed"],
    "core.base": ["ObjType", "Ensemble", "ParsUpdate"],
    "core.neurons": ["NeuType", "NeuGroup", "NeuSubGroup"],
    "core.network": ["Network"],
    "core.synapses": ["SynType", "SynConn", "delayed"],
    "core.types": ["ObjState", "NeuState", "SynState", "MatConn"],
    "errors": ["ModelDefError", "ModelUseError"],
    "visualization": ["get_figure"],
}


@pytest.mark.parametrize("name", NAMES_OF_0_3.split())
def test_a_name_of_the_0_3_front_end_is_there(name):
    assert getattr(brainpy_lab, name) is not None


@pytest.mark.parametrize("path", PATHS_OF_0_3)
def test_a_path_of_the_0_3_front_end_leads_to_the_same_things(path):
    module = importlib.import_module(f"brainpy_lab.{path}")
    for name in PATHS_OF_0_3[path]:
        found = getattr(module, name)
        assert name not in brainpy_lab._PUBLIC or found is getattr(brainpy_lab, name)


def test_the_parameters_of_a_group_are_what_the_path_of_0_3_says():
    group = brainpy_lab.NeuGroup(brainpy_lab.models.get_LIF(), 1)
    assert isinstance(group.pars, brainpy_lab.core.ParsUpdate) and isinstance(group, brainpy_lab.Ensemble)
