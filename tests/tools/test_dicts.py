"""`DictPlus` by its promises."""

import copy
import pickle

import pytest

from brainpy_lab.tools import DictPlus


def test_items_are_attributes():
    d = DictPlus({"a": 10}, b=20)
    d.c = 30
    assert (d.a, d["b"], d["c"]) == (10, 20, 30) and hasattr(d, "a") and not hasattr(d, "x")
    del d.a
    assert "a" not in d


def test_a_missing_attribute_is_a_key_error_that_names_what_is_there():
    with pytest.raises(KeyError, match='"x" is not here; there are: a'):
        DictPlus(a=1).x  # noqa: B018
    with pytest.raises(KeyError):
        del DictPlus().x


def test_the_name_of_a_method_cannot_be_assigned_but_can_be_a_key():
    d = DictPlus()
    with pytest.raises(AttributeError, match='"update" is a method'):
        d.update = 3
    d["update"] = 3
    assert d["update"] == 3


def test_dicts_inside_are_wrapped_however_they_come():
    d = DictPlus(a={"b": {"c": 1}}, l=[{"x": 2}])
    d.e = {"f": 3}
    d.setdefault("g", {})["h"] = 4
    assert (d.a.b.c, d.l[0].x, d.e.f, d.g.h) == (1, 2, 3, 4)


def test_an_update_goes_into_dicts():
    d = DictPlus(a={"b": 1, "c": 2})
    d.update({"a": {"c": 3}, "z": 4})
    d.update([("y", 5)], x=6)
    assert d.to_dict() == {"a": {"b": 1, "c": 3}, "z": 4, "y": 5, "x": 6}
    assert type(d.to_dict()) is dict and type(d.to_dict()["a"]) is dict


def test_copies_are_shallow_or_deep():
    d = DictPlus(a={"b": [1]})
    shallow, deep = d.copy(), d.deepcopy()
    d.a.b.append(2)
    assert shallow.a.b == [1, 2] and deep.a.b == [1] and copy.copy(d).a is d.a
    assert all(type(item) is DictPlus for item in (shallow, deep, pickle.loads(pickle.dumps(d)), d.a))
    assert pickle.loads(pickle.dumps(d)) == d
