"""Definitions of models: what is checked, and what is read."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelDefError, ModelUseError

tau, gain = 10.0, np.array([1.0, 2.0, 3.0])


def still(ST):
    ST["V"] = ST["V"] * gain / tau


def neuron(steps=still, ST=None, **options):
    return bp.NeuType("M", ST=bp.NeuState("V") if ST is None else ST, steps=steps, **options)


def test_the_default_mode_is_vector():
    assert neuron().mode == "vector"


def test_parameters_are_the_numbers_that_steps_name():
    params = {p.name: p.value for p in neuron().ir.params}
    assert params["tau"] == 10.0 and params["gain"].tolist() == [1.0, 2.0, 3.0] and set(params) == {"tau", "gain"}


def test_the_model_keeps_fields_defaults_and_step_names():
    model = bp.NeuType("M", ST=bp.NeuState(V=-65.0), steps=[still])
    assert [(s.name, s.default) for s in model.ir.states] == [("V", -65.0)] and model.step_names == ["still"]


def test_fields_that_hold_times_are_wide():
    def mark(ST, _t):
        ST["last"] = _t
        ST["V"] = 0.0

    model = neuron(mark, bp.NeuState("V", "last"), mode="scalar")
    assert {s.name: s.dtype for s in model.ir.states} == {"V": "real", "last": "f64"}


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(mode="matrix"), 'NeuType only support "scalar" or "vector".'),
        (dict(ST=["V"]), '"ST" must be an instance of ObjState.'),
        (dict(steps=3), '"steps" must be'),
        (dict(steps=[still, 3]), '"steps" must be'),
        (dict(steps=[still, still]), "rename one of them"),
        (dict(requires=[1]), '"requires" only supports dict'),
        (dict(requires={"x": bp.types.MatConn}), 'instantiate the type checker of "x". Like "MatConn\\(\\)"'),
        (dict(requires={"x": 3}), "each value must be a TypeChecker, but got"),
        (dict(heter_params_replace=[1]), '"heter_params_replace" must be a dict'),
    ],
)
def test_a_wrong_definition_says_what_is_wrong(options, message):
    with pytest.raises(ModelDefError, match=message):
        neuron(**options)


def test_hand_overs_must_be_a_dict():
    with pytest.raises(ModelUseError, match="hand_overs"):
        neuron(hand_overs=[1])


def test_a_field_that_is_not_in_the_state_is_named_with_its_place():
    def update(ST):
        ST["foo"] = 1.0

    with pytest.raises(ModelDefError, match='"foo" is used in M, but not defined in "ST"|foo') as caught:
        neuron(update)
    assert "test_objtype.py" in str(caught.value)


@pytest.mark.parametrize("mode", ["vector", "matrix"])
def test_array_synapses_look_for_their_states_too(mode):
    with pytest.raises(ModelDefError, match='Variable "V" is used in S, but not defined in "ST"'):
        bp.SynType("S", ST=bp.SynState("s"), steps=still, mode=mode)


def test_a_synapse_without_mode_is_a_vector_one():
    assert bp.SynType("S", ST=bp.SynState("V"), steps=still).mode == "vector"


def test_a_wrong_mode_of_a_synapse_names_all_three():
    with pytest.raises(ModelDefError, match='SynType only support "scalar", "vector" or "matrix".'):
        bp.SynType("S", ST=bp.SynState("s"), steps=still, mode="list")


def test_the_state_of_a_model_is_its_own():
    spec = bp.NeuState("V")
    model = neuron(ST=spec)
    spec(3)
    assert len(model.ST) == 0


def test_a_type_from_an_ir_model_has_its_states_and_number():
    model = bp.NeuType.from_model(neuron(ST=bp.NeuState(V=2.0)).ir, n=3)
    assert (model.name, model.n, model.ST._vars) == ("M", 3, {"V": 2.0})
    assert bp.NeuGroup(model).num == 3
    with pytest.raises(ModelDefError, match="neuron model"):
        bp.SynType.from_model(model.ir)


def test_integrators_of_the_steps_are_found(leak):
    assert [item.name if hasattr(item, "name") else item.func.__name__ for item in leak.integrators] == ["int_V"]


def test_a_printed_model_shows_its_states_parameters_and_steps(leak):
    assert repr(leak) == "NeuType('leak', mode='scalar')"
    assert (
        str(leak)
        == """\
neuron leak
    state V = 0.0
    state spike = 0.0
    state input = 0.0
    param tau = 10.0
    step update
        V_new = one step by euler at t
            dV_int_V/dt = (-V_int_V + self.input)/tau
            V_int_V from self.V
        V = V_new
        self.spike = V >= 1.0
        self.V = V
        self.input = 0.0"""
    )


def test_a_printed_step_that_stays_python_is_the_user_s_own_text():
    @bp.delayed
    def spread(ST, post, post_ids):
        # one after the other
        for k in range(len(post_ids)):
            post["x"][post_ids[k]] += ST["s"][k] ** 2

    model = bp.SynType("S", bp.SynState("s"), spread, mode="vector")
    assert (
        str(model)
        == """\
synapse S
    state s = 0.0
    step spread (delayed)
        def spread(ST, post, post_ids):
            # one after the other
            for k in range(len(post_ids)):
                post["x"][post_ids[k]] += ST["s"][k] ** 2"""
    )


def test_a_model_from_a_text_is_printed_as_it_was_written():
    model = bp.neuron("dv/dt = (I - v)/tau  # a leak\ninput I = 0\ntau = 10 ms in [1, 100]\n", "Leak")
    text = "    dv/dt = (I - v)/tau  # a leak\n    input I = 0\n    tau = 10 ms in [1, 100]"
    assert str(model) == f"neuron Leak\n{text}"
