"""Parameters with one value per element: in steps, the functions that they call, and their integrators."""

import re

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelDefError, ModelUseError
from brainpy_lab.ir.python_step import PythonStep

tau, gain, floor, weight, decay = 10.0, 2.0, 0.25, 1.5, 0.5


@bp.integrate(method="euler")
def int_V(V, t, drive):
    leak = V * outer_helper(1.0)
    return (drive - leak) / tau  # tau is used here alone


def outer_helper(x):
    return inner_helper(x) + 0.0


def inner_helper(x):
    return x * gain  # gain is used here alone


def update(ST, _t):
    ST["V"] = int_V(ST["V"], _t, 3.0)
    ST["y"] = np.maximum(ST["V"], floor) + inner_helper(ST["V"])


def update_in_a_loop(ST, _t):
    for _ in range(2):
        ST["V"] = int_V(ST["V"], _t, 3.0)
    ST["y"] = np.maximum(ST["V"], floor) + inner_helper(ST["V"])


VALUES = {
    "tau": np.array([5.0, 8.0, 20.0]),
    "gain": np.array([1.0, 0.5, 3.0]),
    "floor": np.array([0.1, 5.0, -1.0]),
}


def run_cells(model, n, pars):
    group = bp.NeuGroup(model, n, pars_update=pars)
    group.run(3.0)
    return np.stack([group.ST["V"], group.ST["y"]])


# Compiled Python steps in vector mode are expensive and tested with synapses.
@pytest.mark.parametrize(
    "step, mode, jit",
    [(update, mode, jit) for mode in ("scalar", "vector") for jit in (False, True)]
    + [(update_in_a_loop, "scalar", False), (update_in_a_loop, "scalar", True), (update_in_a_loop, "vector", False)],
)
def test_a_group_with_a_value_each_is_so_many_groups_with_one_value(step, mode, jit):
    bp.profile.set(jit=jit, dt=0.1)
    model = bp.NeuType("cell", ST=bp.NeuState("V", "y"), steps=step, mode=mode)
    assert isinstance(model.steps[0], PythonStep) is (step is update_in_a_loop)
    together = run_cells(model, 3, VALUES)
    apart = [run_cells(model, 1, {name: float(values[k]) for name, values in VALUES.items()}) for k in range(3)]
    assert together.tobytes() == np.concatenate(apart, axis=1).tobytes()
    assert len(set(together[0])) == 3


@pytest.mark.parametrize("name", list(VALUES))
def test_each_parameter_counts_by_itself_wherever_it_is_used(name):
    """Also one that only a helper or only an integrator knows, and with merge_integrators=False."""
    bp.profile.set(jit=False, dt=0.1, merge_integrators=False)
    model = bp.NeuType("cell", ST=bp.NeuState("V", "y"), steps=update, mode="scalar")
    plain, changed = run_cells(model, 3, {}), run_cells(model, 3, {name: VALUES[name]})
    assert not np.array_equal(plain[1], changed[1])
    assert (
        changed.tobytes()
        == np.concatenate([run_cells(model, 1, {name: value}) for value in VALUES[name]], axis=1).tobytes()
    )


def test_a_parameter_becomes_an_array_and_a_number_again(leak):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(leak, 2)
    group.ST["V"] = 8.0
    for value, left in ((2.0, [4.0, 4.0]), ([2.0, 4.0], [2.0, 3.0]), (np.array([4.0]), [1.5, 2.25])):
        group.pars["tau"] = value
        group.run(1.0)
        assert group.ST["V"].tolist() == left


# -- synapses --------------------------------------------------------------------------------------------------------


@bp.integrate(method="euler")
def int_s(s, t, x):
    return x - s * decay


def scaled(x):
    return x * weight


def hold(ST, _t, pre):
    ST["s"] = int_s(ST["s"], _t, pre["x"])


def give(ST, post):
    post["input"] += scaled(ST["s"])


def hold_all(ST, _t, pre, pre_ids):
    ST["s"] = int_s(ST["s"], _t, pre["x"][pre_ids])


def give_all(ST, post, post_ids):
    for k in range(len(post_ids)):
        post["input"][post_ids[k]] += scaled(ST["s"])[k]


def hold_pairs(ST, _t, pre):
    ST["s"] = int_s(ST["s"], _t, pre["x"].reshape((-1, 1)))


def give_pairs(ST, post):
    post["input"] += np.sum(scaled(ST["s"]), axis=0)


STEPS = {"scalar": (hold, give), "vector": (hold_all, give_all), "matrix": (hold_pairs, give_pairs)}
WEIGHTS = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
DECAYS = np.array([0.0, 1.0, 0.5, 0.25, 0.75, 1.0])


@pytest.mark.parametrize(
    "mode, jit",
    [(mode, False) for mode in STEPS]
    + [("scalar", True), ("vector", True), pytest.param("matrix", True, marks=pytest.mark.soak)],  # 10 s of compiling
)
def test_each_synapse_has_its_own_values(counter, mode, jit):
    """x is 1, 2, 3; s' = x - decay*s in steps of 1: exact in binary."""
    bp.profile.set(jit=jit, dt=1.0)
    model = bp.SynType("syn", ST=bp.SynState("s"), steps=STEPS[mode], mode=mode)
    pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 3)
    shape = (2, 3) if mode == "matrix" else 6
    syn = bp.SynConn(model, pre, post, conn=bp.connect.All2All(), pars_update={"decay": DECAYS.reshape(shape)})
    syn.pars["weight"] = WEIGHTS.reshape(shape)
    bp.Network(pre, syn, post).run(3.0)
    s, y = np.zeros(6), np.zeros(3)
    for x in (1.0, 2.0, 3.0):
        s = s + (x - s * DECAYS)
        y += (s * WEIGHTS).reshape(2, 3).sum(axis=0)
    assert syn.ST["s"].reshape(-1).tolist() == s.tolist() and post.ST["y"].tolist() == y.tolist()


def test_a_matrix_of_values_has_the_shape_of_the_states(counter):
    model = bp.SynType("syn", ST=bp.SynState("s"), steps=STEPS["matrix"], mode="matrix")
    pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 3)
    syn = bp.SynConn(model, pre, post, conn={"i": [0, 1], "j": [0, 2]})
    with pytest.raises(ModelUseError, match=re.escape('"2" != 1 and "2" != 6. Give one number, or an array of shape')):
        syn.pars["weight"] = [1.0, 2.0]


def test_a_delayed_step_uses_the_values_of_its_synapses(counter):
    model = bp.SynType("syn", ST=bp.SynState("s"), steps=(hold, bp.delayed(give)), mode="scalar")
    bp.profile.set(dt=1.0)
    found = []
    for jit in (False, True):
        bp.profile.set(jit=jit)
        pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 2)
        pars = {"weight": [1.0, 10.0, 100.0, 1000.0], "decay": 1.0}
        syn = bp.SynConn(model, pre, post, conn=bp.connect.All2All(), delay=2.0, pars_update=pars)
        bp.Network(pre, syn, post).run(3.0)
        found.append(post.ST["y"].tolist())
    assert found[0] == found[1] == [101.0 * (1 + 2), 1010.0 * (1 + 2)]


# -- heter_params_replace --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jit", [False, True])
def test_an_expression_stands_for_a_parameter_with_a_value_each(jit):
    def of_chosen(ST):
        chosen = np.where(ST["V"] >= 1.0)[0]
        ST["V"][chosen] = ST["V"][chosen] * weight

    bp.profile.set(jit=jit, dt=0.1)
    model = bp.NeuType("M", bp.NeuState("V"), of_chosen, heter_params_replace={"weight": "weight[chosen]"})
    group = bp.NeuGroup(model, 4, pars_update={"weight": [10.0, 20.0, 30.0, 40.0]})
    group.ST["V"] = [0.0, 1.0, 2.0, 0.5]
    group.run(0.1)
    assert group.ST["V"].tolist() == [0.0, 20.0, 60.0, 0.5]
    group.pars["weight"] = 3.0  # one number again: nothing is replaced
    group.run(0.1)
    assert group.ST["V"].tolist() == [0.0, 60.0, 180.0, 0.5]


@pytest.mark.parametrize("jit", [False, True])
def test_it_stands_in_steps_helpers_and_calls_of_integrators(jit):
    bp.profile.set(jit=jit, dt=0.1)
    model = bp.NeuType(
        "cell", ST=bp.NeuState("V", "y", k=2.0), steps=update, mode="vector",
        heter_params_replace={"tau": "tau * ST['k'] / shrink", "gain": "gain + 1.0", "floor": "np.abs(floor)"},
    )  # fmt: skip
    assert [p.name for p in model.ir.params] == ["gain", "tau", "floor", "shrink"]
    by_hand = {"tau": VALUES["tau"] * 2.0 / 4.0, "gain": VALUES["gain"] + 1.0, "floor": np.abs(VALUES["floor"])}
    plain = bp.NeuType("cell", ST=bp.NeuState("V", "y", k=2.0), steps=update, mode="vector")
    assert run_cells(model, 3, VALUES).tobytes() == run_cells(plain, 3, by_hand).tobytes()
    assert run_cells(model, 3, {"tau": 5.0}).tobytes() == run_cells(plain, 3, {"tau": 5.0}).tobytes()
    half = {"tau": 7.0, "gain": VALUES["gain"]}  # one replaced, the others not
    assert run_cells(model, 3, half).tobytes() == run_cells(plain, 3, half | {"gain": by_hand["gain"]}).tobytes()


shrink = 4.0


@pytest.mark.parametrize("jit", [False, True])
def test_a_connection_chooses_values_of_its_synapses(counter, jit):
    def deliver(ST, pre, post, pre2syn, post_ids):
        for i in range(len(pre2syn)):
            ids = pre2syn[i]
            ST["s"][ids] = pre["x"][i] * weight
            post["input"][post_ids[ids]] += ST["s"][ids]

    bp.profile.set(jit=jit, dt=1.0)
    model = bp.SynType("S", bp.SynState("s"), deliver, mode="vector", heter_params_replace={"weight": "weight[ids]"})
    pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 3)
    syn = bp.SynConn(model, pre, post, conn=bp.connect.All2All(), pars_update={"weight": WEIGHTS})
    bp.Network(pre, syn, post).run(1.0)
    assert syn.ST["s"].tolist() == WEIGHTS.tolist() and post.ST["y"].tolist() == [9.0, 18.0, 36.0]


def test_in_scalar_mode_each_element_has_its_value_and_nothing_is_replaced():
    bp.profile.set(jit=False, dt=0.1)
    replaced = {"tau": "nowhere_defined[3]"}
    model = bp.NeuType("cell", bp.NeuState("V", "y"), update, mode="scalar", heter_params_replace=replaced)
    plain = bp.NeuType("cell", bp.NeuState("V", "y"), update, mode="scalar")
    assert run_cells(model, 3, VALUES).tobytes() == run_cells(plain, 3, VALUES).tobytes()
    assert model.heter_params_replace == replaced


def test_a_network_in_repeat_mode_keeps_what_stood_for_its_parameters():
    bp.profile.set(jit=False, dt=0.1)

    def grow(ST):
        ST["V"] = ST["V"] + weight

    model = bp.NeuType("M", bp.NeuState("V"), grow, heter_params_replace={"weight": "weight * 2.0"})
    group = bp.NeuGroup(model, 2, pars_update={"weight": [1.0, 2.0]})
    net = bp.Network(group, mode="repeat")
    net.run(0.1)
    group.pars["weight"] = 50.0
    with pytest.warns(UserWarning, match="no effect"):
        net.run(0.1)
    assert group.ST["V"].tolist() == [4.0, 8.0]


@pytest.mark.parametrize(
    "replaced, told",
    [
        ([("weight", "w")], '"heter_params_replace" must be a dict of parameters and texts'),
        ({"weigth": "weight"}, 'names "weigth", which is no parameter of its steps. Their parameters are: weight'),
        (
            {"weight": 3.0},
            "must give an expression for each parameter, such as {'tau': 'tau[pre_ids]'}, but for 'weight'",
        ),
        ({"weight": "weight["}, "for 'weight' it gives 'weight['"),
        ({"weight": "a = 1"}, "for 'weight' it gives 'a = 1'"),
        ({"weight": "weight[chosn]"}, "'chosn' is not defined"),
    ],
)
def test_what_cannot_stand_for_a_parameter_is_refused_where_the_model_is_made(replaced, told):
    def of_chosen(ST):
        chosen = np.where(ST["V"] >= 1.0)[0]
        ST["V"][chosen] = ST["V"][chosen] * weight

    with pytest.raises(ModelDefError, match=re.escape(told)):
        bp.NeuType("M", bp.NeuState("V"), of_chosen, heter_params_replace=replaced)


# -- the mapping -----------------------------------------------------------------------------------------------------


def test_the_class_is_called_as_in_the_manual(leak):
    group = bp.NeuGroup(leak, 3)
    assert isinstance(group.pars, bp.core.ParsUpdate)
    pars = bp.core.ParsUpdate({"tau": 10.0, "k": 1.0}, 3, leak)
    pars.update({"tau": [1.0, 2.0, 3.0]}, k=2)
    assert pars.all["k"] == 2.0 and pars.heters["tau"].tolist() == [1.0, 2.0, 3.0]
    assert (pars.num, pars.model, pars.origins) == (3, leak, {"tau": 10.0, "k": 1.0}) and set(pars.updates) == {
        "tau",
        "k",
    }
    with pytest.raises(ModelUseError, match='"q" may be not defined in "leak" variable scope'):
        pars.update(q=1.0)
