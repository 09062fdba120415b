"""Networks in 'repeat' mode: what the first run fixes, what later runs may change, and what goes on."""

import re
import warnings

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError

STEPS = 4


@pytest.fixture
def group(counter):
    bp.profile.set(dt=1.0)
    return bp.NeuGroup(counter, 3, name="G", monitors=["x", "y"])


@pytest.fixture
def net(group):
    return bp.Network(group, mode="repeat")


@pytest.fixture
def clock():
    """x is the time, k the number of the step in its run."""

    def read(ST, _t, _i):
        ST["x"] = _t
        ST["k"] = _i

    return bp.NeuType("clock", ST=bp.NeuState("x", "k"), steps=read, mode="scalar")


def test_values_of_states_and_inputs_change_from_run_to_run(net, group):
    for start, flow in ((1.0, 2.0), (10.0, 0.5)):
        group.ST["y"] = start
        net.run(STEPS, inputs=(group, "ST.input", flow))
        assert group.ST["y"].tolist() == [start + STEPS * flow] * 3


def test_later_runs_use_the_code_of_the_first(net, group):
    net.run(STEPS, inputs=(group, "ST.input", 1.0))
    simulation = net._built.simulation
    net.run((10.0, 10.0 + STEPS), inputs=(group, "ST.input", 2.0))
    assert net._built.simulation is simulation


def test_time_follows_the_given_start_and_the_step_number_begins_again(clock):
    bp.profile.set(dt=0.5)
    group = bp.NeuGroup(clock, 1, monitors=["x", "k"])
    net = bp.Network(group, mode="repeat")
    for start in (0.0, 2.0, 7.0):
        net.run((start, start + 2.0))
        assert group.mon.x[:, 0].tolist() == [start, start + 0.5, start + 1.0, start + 1.5] == net.ts.tolist()
        assert group.mon.k[:, 0].tolist() == [0.0, 1.0, 2.0, 3.0]
        assert (net.t_start, net.t_end, net.t_duration) == (start, start + 2.0, 2.0)


def test_states_and_delays_go_on(counter, copier):
    bp.profile.set(dt=1.0)

    def received(mode, spans):
        pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 2)
        pre.set_schedule(["count"])
        syn = bp.SynConn(copier, pre, post, conn=bp.connect.One2One(), delay=4.0)
        net = bp.Network(pre, syn, post, mode=mode)
        for span in spans:
            net.run(span)
        return post.ST["y"].tolist()

    # weight 2 and a lag of 3 steps: 2*(1 + 2 + 3 + 4 + 5)
    assert received("repeat", [(0.0, 4.0), (4.0, 8.0)]) == received("once", [8.0]) == [30.0, 30.0]


def test_each_run_has_new_monitor_arrays(net, group):
    net.run(STEPS)
    first, kept = group.mon.x, group.mon.x.copy()
    net.run(STEPS)
    assert first is not group.mon.x and np.array_equal(first, kept) and group.mon.x[0, 0] == STEPS + 1


def test_another_duration_is_refused_in_the_words_of_the_manual(net):
    net.run(500.0)
    told = 'Each run in "repeat" mode must be done with the same duration, but got 500.0 != 1000.0. Keep end - start'
    with pytest.raises(ModelUseError, match=re.escape(told)):
        net.run((1000.0, 2000.0))
    net.run((1000.0, 1500.0))


def test_durations_that_differ_by_rounding_are_the_same(counter):
    bp.profile.set(dt=0.1)
    group = bp.NeuGroup(counter, 1)
    net = bp.Network(group, mode="repeat")
    net.run((0.0, 0.3))
    net.run((0.6, 0.9))  # 0.30000000000000004
    assert group.ST["x"][0] == 6.0


def test_another_shape_of_an_input_is_refused_in_the_words_of_the_manual(net, group):
    net.run(STEPS, inputs=(group, "ST.input", 1.2))
    told = (
        'The input shape for "ST.input" should keep the same. However, we got the last input shape = (), and the '
        "current input shape = (3,). Give"
    )
    with pytest.raises(ModelUseError, match=re.escape(told)):
        net.run(STEPS, inputs=(group, "ST.input", np.ones(3)))


def test_another_operation_is_refused_in_the_words_of_the_original(net, group):
    net.run(STEPS, inputs=(group, "input", 1.0))
    told = (
        'The input operation for "input" should keep the same. However, we got the last operation is "+", and the '
        'current operation is "-". Keep "+"'
    )
    with pytest.raises(ModelUseError, match=re.escape(told)):
        net.run(STEPS, inputs=(group, "input", 1.0, "-"))


def test_a_missing_input_of_an_object_is_refused_in_the_words_of_the_original(net, group):
    net.run(STEPS, inputs=[(group, "input", 1.0), (group, "y", 1.0)])
    with pytest.raises(ModelUseError, match=re.escape("The inputs of ['y'] are not provided. \"G\" had them")):
        net.run(STEPS, inputs=(group, "input", 1.0))


@pytest.mark.parametrize("first", [(), ("G", "input", 1.0)])
def test_an_input_that_the_first_run_did_not_have_is_both_kinds_of_error(net, group, first):
    net.run(STEPS, inputs=first)
    again = [first, ("G", "ST.y", 1.0)] if first else [("G", "ST.y", 1.0)]
    for error in (ModelUseError, KeyError):
        with pytest.raises(error, match='"ST.y" of "G" was not there in the first run.*"repeat" mode keeps'):
            net.run(STEPS, inputs=again)


def test_a_key_written_otherwise_is_another_key(net, group):
    net.run(STEPS, inputs=(group, "input", 1.0))
    with pytest.raises(ModelUseError, match='"ST.input" of "G" was not there in the first run'):
        net.run(STEPS, inputs=(group, "ST.input", 1.0))


def test_an_object_that_is_left_out_keeps_its_input_and_this_is_told(net, group):
    net.run(STEPS, inputs=(group, "input", 1.0))
    net.run(STEPS, inputs=(group, "input", 2.0))
    with pytest.warns(UserWarning, match='this run names no input of "input" of "G".*"repeat" mode keeps it') as told:
        net.run(STEPS)
    assert group.ST["y"].tolist() == [STEPS * 1.0 + STEPS * 2.0 + STEPS * 2.0] * 3
    assert told[0].filename == __file__


def test_objects_are_left_out_one_by_one(counter):
    bp.profile.set(dt=1.0)
    one, other = bp.NeuGroup(counter, 1, name="one"), bp.NeuGroup(counter, 1, name="other")
    net = bp.Network(one, other, mode="repeat")
    net.run(1.0, inputs=[(one, "input", 1.0), (other, "input", 10.0)])
    with pytest.warns(UserWarning, match='"input" of "other"'):
        net.run(1.0, inputs=(one, "input", 2.0))
    assert (one.ST["y"][0], other.ST["y"][0]) == (3.0, 20.0)


def test_the_order_of_inputs_does_not_matter(net, group):
    net.run(STEPS, inputs=[(group, "input", 1.0), (group, "y", 3.0, "=")])
    simulation = net._built.simulation
    net.run(STEPS, inputs=[(group, "y", 5.0, "="), (group, "input", 2.0)])
    assert net._built.simulation is simulation and group.ST["y"].tolist() == [7.0] * 3


def test_a_time_series_is_read_by_the_number_of_the_step(net, group):
    net.run((0.0, 4.0), inputs=(group, "input", np.array([1.0, 2.0, 3.0, 4.0])))
    net.run((4.0, 8.0), inputs=(group, "input", np.array([5.0, 0.0, 0.0, 1.0])))
    assert group.mon.y[:, 0].tolist() == [15.0, 15.0, 15.0, 16.0]


def test_parameters_are_fixed_when_the_network_is_built_and_this_is_told(leak):
    bp.profile.set(dt=0.1)
    group, twin = bp.NeuGroup(leak, 2, name="E"), bp.NeuGroup(leak, 2)
    net = bp.Network(group, mode="repeat")
    group.pars["tau"] = twin.pars["tau"] = 4.0  # before the first run
    net.run(1.0, inputs=(group, "input", 1.0))
    for late in (20.0, np.array([5.0, 6.0])):
        group.pars["tau"] = late
        with pytest.warns(UserWarning, match=re.escape("E.pars['tau'] changed after this network was built")):
            net.run(1.0, inputs=(group, "input", 1.0))
    twin.run(3.0, inputs=("input", 1.0))
    assert group.ST["V"].tobytes() == twin.ST["V"].tobytes()


def test_a_first_run_that_failed_fixes_nothing(net, group):
    with pytest.raises(ModelUseError):
        net.run(STEPS, inputs=(group, "Z", 1.0))
    net.run(2 * STEPS, inputs=(group, "input", 1.0))
    assert group.ST["y"].tolist() == [2.0 * STEPS] * 3


def test_nothing_is_told_of_runs_that_keep_to_the_first(net, group):
    net.run(STEPS, inputs=(group, "input", 1.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.run((5.0, 5.0 + STEPS), inputs=(group, "input", 2))


def test_a_changed_schedule_holds_in_the_next_run(net, group):
    net.run(STEPS)
    group.set_schedule(["take", "monitor"])
    net.run(STEPS)
    assert group.ST["x"].tolist() == [float(STEPS)] * 3


def test_a_second_run_goes_on_with_the_noise():
    sigma = 0.5

    @bp.integrate(method="euler")
    def int_x(x, t):
        return -x, sigma

    def update(ST, _t):
        ST["x"] = int_x(ST["x"], _t)

    noisy = bp.NeuType("noisy", ST=bp.NeuState("x"), steps=update, mode="scalar")
    bp.profile.set(seed=3, dt=0.1)
    halves, whole = bp.NeuGroup(noisy, 5), bp.NeuGroup(noisy, 5)
    net = bp.Network(halves, mode="repeat")
    net.run((0.0, 1.0))
    net.run((1.0, 2.0))
    whole.run(2.0)
    assert halves.ST["x"].tobytes() == whole.ST["x"].tobytes()
