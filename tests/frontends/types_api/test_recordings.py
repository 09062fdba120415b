"""Dicts with attributes."""

import pytest

import brainpy_lab as bp
from brainpy_lab.frontends.types_api import DictPlus


def test_items_are_attributes():
    table = DictPlus(a=1)
    table.b = 2
    assert (table.a, table["b"], dict(table)) == (1, 2, {"a": 1, "b": 2})
    del table.a
    assert "a" not in table and not hasattr(table, "a")


def test_a_missing_attribute_is_a_key_error_with_the_keys():
    with pytest.raises(KeyError, match='"c" is not here; there are: a'):
        _ = DictPlus(a=1).c


def test_a_method_is_not_overwritten():
    with pytest.raises(AttributeError, match="keys"):
        DictPlus().keys = 1


def test_a_key_that_was_not_recorded_is_named(counter):
    group = bp.NeuGroup(counter, 1, monitors=["x"])
    group.run(1.0)
    with pytest.raises(bp.errors.ModelUseError, match='"spike" was not recorded'):
        group.spikes()
