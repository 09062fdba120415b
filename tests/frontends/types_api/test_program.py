"""The program that groups and connections become."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.frontends.types_api.program import delay_steps, has_noise, steps_in
from brainpy_lab.ir.program import Population, Projection


def slots(program):
    return [(slot.target, slot.what, slot.name) for slot in program.schedule]


def test_objects_are_named_by_position_only(counter, copier):
    def program():
        pre, post = bp.NeuGroup(counter, 2, monitors=["x"]), bp.NeuGroup(counter, 3)
        syn = bp.SynConn(copier, pre, post, conn=bp.connect.All2All())
        return bp.Network(pre, syn, post).build_program(inputs=(pre, "input", 1.0))[0]

    first, second = program(), program()  # the automatic names differ
    assert first == second
    assert [item.name for item in first.objects] == ["N0", "S1", "N2"]


def test_sizes_values_and_connections_are_not_in_the_program(counter, copier):
    def program(n, value):
        group = bp.NeuGroup(counter, n)
        syn = bp.SynConn(copier, group, group, conn=bp.connect.One2One(), pars_update={"weight": value})
        return bp.Network(group, syn).build_program(inputs=(group, "input", value))[0]

    assert program(2, 1.0) == program(5, 3.0)


def test_the_schedule_follows_the_objects_and_skips_what_has_no_code(counter, copier):
    pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 2, monitors=["y"])
    syn = bp.SynConn(copier, pre, post, conn=bp.connect.One2One(), monitors=["s"])
    program, _ = bp.Network(pre, syn, post).build_program(inputs=[(post, "input", 1.0), (pre, "input", 2.0)])
    assert slots(program) == [
        ("N0", "input", "1"),
        ("N0", "step", "count"),
        ("N0", "step", "take"),
        ("S1", "step", "copy"),
        ("S1", "step", "output"),
        ("S1", "monitor", "0"),
        ("N2", "input", "0"),
        ("N2", "step", "count"),
        ("N2", "step", "take"),
        ("N2", "monitor", "1"),
    ]


def test_a_group_that_is_only_connected_is_read_but_not_advanced(counter, copier):
    bp.profile.set(dt=1.0)
    pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 2)
    pre.ST["x"] = 5.0
    syn = bp.SynConn(copier, pre, post, conn=bp.connect.One2One())
    net = bp.Network(syn, post)
    program, _ = net.build_program()
    assert [type(item) for item in program.objects] == [Projection, Population, Population]
    net.run(3.0)
    assert pre.ST["x"].tolist() == [5.0, 5.0] and post.ST["y"].tolist() == [30.0, 30.0]


def test_bindings_are_the_live_arrays(counter):
    group = bp.NeuGroup(counter, 3)
    program, bindings = bp.Network(group).build_program()
    bindings.check(program)
    group.ST["x"] = 4.0
    assert bindings.arrays["N0", "x"].tolist() == [4.0] * 3


@pytest.mark.parametrize(
    "value, source", [(1.0, "number"), (np.ones(3), "array"), (np.ones(7), "series"), (np.ones((7, 3)), "table")]
)
def test_the_kind_of_an_input_is_in_the_program(counter, value, source):
    group = bp.NeuGroup(counter, 3)
    program, _ = bp.Network(group).build_program(inputs=(group, "input", value), n_steps=7)
    assert program.inputs[0].source == source
    live, _ = bp.Network(group).build_program(inputs=(group, "input", value))  # of a session: no length
    assert live.inputs[0].source == source


def test_monitors_of_0_1_states_are_events(leak):
    group = bp.NeuGroup(leak, 2, monitors=["spike", "V"])
    program, _ = bp.Network(group).build_program()
    assert [monitor.kind for monitor in program.monitors] == ["events", "dense"]


def test_extra_monitors_come_after_the_others(leak):
    group = bp.NeuGroup(leak, 2, monitors=["V"])
    net = bp.Network(group)
    program, bindings = net.build_program(extra_monitors=[(group, "input", [1]), (group, "spike")])
    assert [(m.field, m.some) for m in program.monitors] == [("V", False), ("input", True), ("spike", False)]
    assert [(item, spec.key) for item, spec in net.layout.monitors] == [
        (group, "V"),
        (group, "input"),
        (group, "spike"),
    ]
    assert bindings.indices[1].tolist() == [1]


def test_heterogeneous_parameters_are_spread(leak):
    group = bp.NeuGroup(leak, 2, pars_update={"tau": [1.0, 2.0]})
    program, bindings = bp.Network(group).build_program()
    assert program.objects[0].spread == {"tau"} and bindings.params["N0", "tau"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("delay, steps", [(0.0, 1), (0.1, 1), (0.2, 2), (0.25, 3), (1.1, 11), (1.0, 10)])
def test_a_delay_is_rounded_up_to_steps(delay, steps):
    assert delay_steps(delay, 0.1) == steps


@pytest.mark.parametrize("start, end, steps", [(0.0, 0.3, 3), (0.0, 0.31, 4), (100.0, 200.0, 1000), (0.0, 0.0, 0)])
def test_a_run_has_whole_steps(start, end, steps):
    assert steps_in(start, end, 0.1) == steps


def test_a_delay_counts_only_where_a_step_is_delayed(counter, copier):
    def undelayed(ST, post):
        post["input"] += ST["s"]

    group = bp.NeuGroup(counter, 2)
    plain = bp.SynType("plain", ST=bp.SynState("s"), steps=undelayed, mode="scalar")
    for model, steps in ((plain, 1), (copier, 10)):
        syn = bp.SynConn(model, group, group, conn=bp.connect.One2One(), delay=1.0)
        program, _ = bp.Network(group, syn).build_program()
        assert program.find("S1").delay_steps == steps


def test_mixed_precision_is_refused(counter, copier):
    pre = bp.NeuGroup(counter, 2)
    bp.profile.set(float_type="float32")
    post = bp.NeuGroup(counter, 2)
    with pytest.raises(ModelUseError, match="one float_type"):
        bp.Network(pre, post).build_program()


def test_single_precision_arrays_and_values_match_the_program(counter, copier):
    bp.profile.set(float_type="float32")
    group = bp.NeuGroup(counter, 2)
    syn = bp.SynConn(copier, group, group, conn=bp.connect.One2One(), pars_update={"weight": [1.0, 2.0]})
    program, bindings = bp.Network(group, syn).build_program(inputs=(group, "input", np.ones(2)))
    bindings.check(program)
    assert program.float_type == "float32" and bindings.inputs[0].dtype == np.float32


def test_noise_is_seen_and_only_then_a_seed_is_drawn(leak):
    sigma = 0.5

    @bp.integrate(method="euler")
    def int_x(x, t):
        return -x, sigma

    def update(ST, _t):
        ST["x"] = int_x(ST["x"], _t)

    noisy = bp.NeuType("noisy", ST=bp.NeuState("x"), steps=update, mode="scalar")
    before = np.random.get_state()[1].tolist()
    quiet_program, bindings = bp.Network(bp.NeuGroup(leak, 1)).build_program()
    assert not has_noise(quiet_program) and bindings.seed == 0 and np.random.get_state()[1].tolist() == before
    assert has_noise(bp.Network(bp.NeuGroup(noisy, 1)).build_program()[0])

    def run(seed):
        np.random.seed(seed)
        group = bp.NeuGroup(noisy, 2, monitors=["x"])
        group.run(1.0)
        group.run(1.0)  # goes on with other noise
        return group.mon.x

    assert np.array_equal(run(1), run(1)) and not np.array_equal(run(1), run(2))

    def stated(seed):
        group = bp.NeuGroup(noisy, 2, monitors=["x"])
        group.run(1.0, seed=seed)
        return group.mon.x

    assert np.array_equal(stated(7), stated(7)) and not np.array_equal(stated(7), stated(8))
    bp.profile.set(seed=7)
    assert np.array_equal(stated(None), stated(7)) and not np.array_equal(stated(None), stated(8))
    with pytest.raises(ValueError, match='"seed" must be a whole number'):
        stated(1.5)
