"""State containers and checkers."""

import copy
import pickle

import numpy as np
import pytest

from brainpy_lab import types
from brainpy_lab.errors import ModelUseError, ModelValueError, TypeMismatchError


def test_fields_come_from_every_form_in_order_and_the_last_default_holds():
    state = types.NeuState("m", ["h", "n"], {"V": -65.0, "m": 0.5}, spike=0)
    assert list(state._vars.items()) == [("m", 0.5), ("h", 0.0), ("n", 0.0), ("V", -65.0), ("spike", 0)]
    assert repr(state) == "NeuState (['m', 'h', 'n', 'V', 'spike'])"


@pytest.mark.parametrize("wrong", [3, None, 1.5])
def test_a_field_list_of_another_type_is_refused(wrong):
    with pytest.raises(ValueError, match="Only support str/tuple/list/dict"):
        types.NeuState(wrong)


def test_a_default_must_be_a_number():
    with pytest.raises(ModelValueError, match='default of field "V"'):
        types.NeuState(V="high")


def test_a_field_is_a_live_row_and_assignment_copies_into_it():
    state = types.NeuState(V=-65.0, input=0.0)(3)
    V = state["V"]
    state["V"] = [1.0, 2.0, 3.0]
    assert V.tolist() == [1.0, 2.0, 3.0]
    V[0] = 9.0
    assert state._data[state._var2idx["V"]].tolist() == [9.0, 2.0, 3.0]
    assert state._data.shape == (2, 3) and state._data.dtype == np.float64


def test_a_call_initialises_the_object_and_make_copy_a_new_one():
    spec = types.NeuState("a")
    assert spec.make_copy(2) is not spec
    assert len(spec) == 0
    assert spec(2) is spec and spec["a"].shape == (2,)


def test_an_unknown_field_names_those_that_are_there():
    state = types.NeuState("V", "input")(1)
    with pytest.raises(KeyError) as caught:
        state["zz"]
    assert str(caught.value).startswith("\"zz\" is not defined in NeuState, only finds \"['V', 'input']\".")
    with pytest.raises(KeyError):
        state["zz"] = 1.0
    with pytest.raises(KeyError):
        state["_data"] = 1.0


def test_a_specification_has_no_values():
    with pytest.raises(KeyError, match="give it a size first"):
        types.NeuState("V")["V"]


def test_a_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"holds numbers of shape \(3,\)"):
        types.NeuState("V")(3)["V"] = np.zeros(2)


def test_wide_fields_stay_float64_in_single_precision():
    state = types.NeuState(V=0.0, t_last_spike=-1e7).make_copy(2, real="float32", wide=frozenset(["t_last_spike"]))
    assert state["V"].dtype == np.float32 and state["t_last_spike"].dtype == np.float64
    state["t_last_spike"] = 180_000.01  # float32 would give 180000.02
    assert state["t_last_spike"][0] == 180_000.01
    assert all(state[name].flags.c_contiguous for name in state)


@pytest.mark.parametrize("restore", [copy.deepcopy, lambda state: pickle.loads(pickle.dumps(state))])
def test_copies_have_the_values_and_arrays_of_their_own(restore):
    state = types.NeuState(V=1.0, t=0.0).make_copy(2, real="float32", wide=frozenset(["t"]))
    state["V"] = [3.0, 4.0]
    other = restore(state)
    state["V"] = 0.0
    assert other["V"].tolist() == [3.0, 4.0] and other["t"].dtype == np.float64


def test_a_state_checks_class_and_fields():
    needs = types.NeuState("V", "input")
    needs.check(types.NeuState("input", "V", "spike"))
    with pytest.raises(TypeMismatchError, match="input"):
        needs.check(types.NeuState("V"))
    with pytest.raises(TypeMismatchError, match="NeuState"):
        needs.check(types.SynState("V", "input"))


@pytest.mark.parametrize(
    "checker, good, bad, text",
    [
        (types.Array(dim=1), np.zeros(2), np.zeros((2, 2)), "Array (dim=1)"),
        (types.MatConn(), np.zeros((2, 2)), np.zeros(2), "MatConn"),
        (types.ListConn(), [[1], np.zeros(2)], [1, 2], "ListConn"),
        (types.SliceConn(), np.zeros((4, 2)), np.zeros((4, 3)), "SliceConn"),
        (types.Int(), 1, np.int64(1), "IntType"),
        (types.Float(), np.float64(1), 1, "Floatype"),
        (types.String(), "a", 1, "StringType"),
        (types.List(), [1], (1,), "List(item_type=None)"),
        (types.List(types.Int()), [1, 2], [1, 2.0], "List(item_type=IntType)"),
        (types.Dict(), {"a": 1}, {1: "a"}, "Dict(key_type=StringType, item_type=None)"),
    ],
)
def test_a_checker_accepts_its_kind_only(checker, good, bad, text):
    checker.check(good)
    with pytest.raises(TypeMismatchError):
        checker.check(bad)
    assert str(checker) == text


def test_a_boolean_is_stored_as_a_number():
    state = types.NeuState("spike")(2)
    state["spike"] = [True, False]
    assert state["spike"].dtype == np.float64 and state["spike"].tolist() == [1.0, 0.0]


def test_what_old_programs_read_as_items_is_there_and_cannot_be_assigned():
    state = types.NeuState("V", "input")((2, 3))
    assert state["_data"] is state._data and state["_data"].shape == (2, 2, 3)
    assert state["_var2idx"] == {"V": 0, "input": 1} and state["_idx2var"] == {0: "V", 1: "input"}
    assert state["_data_cuda"] is None
    with pytest.raises(KeyError, match='"_var2idx" cannot be assigned in NeuState'):
        state["_var2idx"] = {}


def test_a_state_is_read_like_a_dict():
    state = types.NeuState(V=1.0, w=2.0)(1)
    assert [(name, array.tolist()) for name, array in state.items()] == [("V", [1.0]), ("w", [2.0])]
    assert [array.tolist() for array in state.values()] == [[1.0], [2.0]]
    assert state.get("V") is state["V"] and state.get("x") is None and state.get("x", 3) == 3
    assert types.NeuState("V").get("V") is None  # a specification has no values


def test_a_queue_gives_what_was_put_in_as_many_steps_before_as_it_has_places():
    state = types.SynState("s", "g", help="kept").make_copy(2, delay=3, delay_vars=("g",))
    assert state.help == "kept"
    assert (state._delay_len, state._delay_in, state._delay_out) == (3, 2, 0)
    assert state._g_delay.shape == (3, 2) and state._data.shape == (5, 2) and state._var2idx["_g_offset"] == 2
    pulled = []
    for step in range(1, 7):
        state.delay_push([step, -step], "g")
        pulled.append(state.delay_pull("g")[0])
        state._update_delay_indices()
    # Zeros until the first value has gone through: what is pulled after a push is three steps less one old.
    assert pulled == [0.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    assert not state["g"].any()  # the field itself is not the queue
    with pytest.raises(KeyError, match='"s" of .* has no queue'):
        state.delay_pull("s")


@pytest.mark.parametrize("delay", [None, 0])
def test_without_a_delay_the_queue_is_the_field(delay):
    state = types.SynState("g")(2, delay=delay, delay_vars="g")
    state.delay_push(4.0, "g")
    state._update_delay_indices()
    assert state["g"].tolist() == state.delay_pull("g").tolist() == [4.0, 4.0]


@pytest.mark.parametrize(
    "storage, message",
    [(dict(delay=1.5), "number of steps"), (dict(delay=-1), "number of steps"), (dict(delay=True), "number of steps")],
)
def test_a_delay_of_a_queue_is_a_number_of_steps(storage, message):
    with pytest.raises(ValueError, match=message):
        types.SynState("g").make_copy(2, delay_vars=("g",), **storage)


def test_a_queue_is_for_a_field():
    with pytest.raises(KeyError, match='"x" is to be delayed but is not in'):
        types.SynState("g").make_copy(2, delay=2, delay_vars=("x",))


def test_checkers_make_what_they_check():
    conn = [[0], [1]]
    assert types.ListConn.make_copy(conn) is conn
    zeros = types.Array(dim=2)((2, 3))
    assert zeros.shape == (2, 3) and not zeros.any()
    with pytest.raises(TypeMismatchError):
        types.Array(dim=1)((2, 3))


def test_a_truth_is_an_int_and_no_number_of_numpy_is():
    types.Int().check(True)
    types.Dict(types.String(), types.Int()).check({"a": 1})
    with pytest.raises(TypeMismatchError):
        types.Dict(types.String(), types.Int()).check({"a": 1.0})


def test_fields_are_items_and_stay():
    state = types.NeuState("V", "u")(3)
    with pytest.raises(AttributeError, match='write ST\\["V"\\] instead of ST.V'):
        state.V  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'W'"):
        state.W  # noqa: B018
    with pytest.raises(ModelUseError, match='field "V" of .* cannot be removed'):
        del state["V"]
    for change in (lambda: state.pop("V"), state.clear):
        with pytest.raises(ModelUseError, match="fixed when it is defined"):
            change()
    other = types.NeuState("V", "u")(3)
    assert state == state and state != other  # two groups are not one because their values are
