"""`Network.build`: a step function makes the steps of `run`, and everything can be looked at and set in between."""

import re
from unittest import mock

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.runtime.simulation import Simulation

STEPS = 20


@pytest.fixture
def nets(counter, copier, leak):
    """Two equal networks with inputs, a delayed synapse, a list of spikes and dense monitors."""
    bp.profile.set(dt=0.1)

    def make(mode="once"):
        pre = bp.NeuGroup(leak, 3, name="pre", monitors=["V", "spike", ("spike", [2, 0])])
        post = bp.NeuGroup(counter, 2, name="post", monitors=["y"])
        syn = bp.SynConn(_copier(), pre, post, conn=bp.connect.All2All(), delay=0.5, name="syn", monitors=["s"])
        return bp.Network(pre, syn, post, mode=mode)

    return make


def _copier():
    def copy(ST, pre):
        ST["s"] = pre["V"]

    @bp.delayed
    def output(ST, post):
        post["input"] += ST["s"]

    return bp.SynType("copier", ST=bp.SynState("s"), steps=(copy, output), mode="scalar")


def inputs(net, n=STEPS):
    return [(net.pre, "ST.input", np.linspace(0.0, 40.0, n)), (net.post, "y", np.array([1.0, 2.0]))]


def bits(net):
    """All that a run leaves: states, monitors, events."""
    found = {}
    for item in net.members:
        for name in item.ST._vars:
            found[item.name, name] = item.ST[name].tobytes()
        for key in item.mon:
            found[item.name, "mon", key] = (item.mon[key].shape, item.mon[key].tobytes())
    found["spikes"] = [part.tobytes() for part in net.pre.spikes()]
    return found


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("mode", ["once", "repeat"])
def test_the_steps_are_those_of_a_run(nets, jit, mode):
    bp.profile.set(jit=jit)
    ran, stepped = nets(), nets(mode)
    for net in (ran, stepped):
        net.syn.ST["s"] = np.arange(6.0)  # differs along the rows at first, equal afterwards
    ran.run(STEPS * 0.1, inputs=inputs(ran))
    step = stepped.build(STEPS, inputs(stepped))
    for i in range(STEPS):
        assert step(_t=stepped.ts[i], _i=i) is None
    assert bits(ran) == bits(stepped)
    assert ran.ts.tobytes() == stepped.ts.tobytes() and (stepped.t_start, stepped.t_end) == (0.0, STEPS * 0.1)
    # and go on together: states, delays and the clock
    ran.run((STEPS * 0.1, 2 * STEPS * 0.1), inputs=inputs(ran))
    for i in range(STEPS):
        step(STEPS * 0.1 + i * 0.1, i)
    assert bits(ran) == bits(stepped)


def test_it_counts_for_itself(nets):
    ran, stepped = nets(), nets()
    ran.run(STEPS * 0.1, inputs=inputs(ran))
    step = stepped.build(STEPS, inputs(stepped))
    for _ in range(STEPS):
        step()
    assert bits(ran) == bits(stepped)
    with pytest.raises(ModelUseError, match=f"The run of {STEPS} steps is over. Begin another with _i=0"):
        step()
    step(_i=0)
    assert stepped.pre.mon.V[0, 0] != 0.0 and not stepped.pre.mon.V[1:].any()


def test_monitors_have_their_whole_length_and_fill_up(nets):
    net = nets()
    step = net.build(STEPS, inputs(net))
    step()
    first = net.pre.mon.V
    assert net.pre.mon.V.shape == (STEPS, 3) and net.pre.mon.spike.shape == (STEPS, 2)
    assert net.pre.mon.ts.tolist() == net.ts.tolist() and net.syn.mon.s.shape == (STEPS, 6)
    seen = []
    for _ in range(STEPS - 1):
        step()
        seen.append(net.pre.mon.spike.sum())
    assert first[-1, 0] == net.pre.ST["V"][0] and np.shares_memory(first, net.pre.mon.V)
    assert seen[-1] == net.pre.mon.spike.sum() > seen[0] == 0.0
    with mock.patch.object(Simulation, "events_since", autospec=True, side_effect=Simulation.events_since) as asked:
        assert len(net.pre.spikes()[0]) > 0
    asked.assert_called_once()  # a copy of all events


def test_states_are_read_and_set_between_steps(counter, copier):
    bp.profile.set(dt=1.0)
    pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 2, monitors=["y"])
    syn = bp.SynConn(copier, pre, post, conn=bp.connect.All2All(), monitors=["s"])
    pre.set_schedule([])
    net = bp.Network(syn, post, pre)
    step = net.build(3)
    pre.ST["x"] = [1.0, 10.0]
    step()
    assert syn.ST["s"].tolist() == [1.0, 1.0, 10.0, 10.0] and post.ST["y"].tolist() == [22.0, 22.0]
    pre.ST["x"] = [0.0, 2.0]
    step()
    assert post.ST["y"].tolist() == [26.0, 26.0] and syn.mon.s[:2, 0].tolist() == [1.0, 0.0]


def test_setting_single_edges_in_the_middle_keeps_what_was_recorded(counter):
    def hold(ST, pre):
        ST["s"] = ST["s"] + pre["x"]

    def output(ST, post):
        post["input"] += ST["s"]

    model = bp.SynType("holder", ST=bp.SynState("s"), steps=(hold, output), mode="scalar")
    bp.profile.set(dt=1.0)
    for jit in (False, True):
        bp.profile.set(jit=jit)
        pre, post = bp.NeuGroup(counter, 1), bp.NeuGroup(counter, 3, monitors=["y"])
        syn = bp.SynConn(model, pre, post, conn=bp.connect.All2All(), monitors=["s"])
        step = bp.Network(pre, syn, post).build(3)
        step()
        syn.ST["s"][1] = 100.0  # no longer one number for all edges of the neuron
        step()
        step()
        assert syn.mon.s.tolist() == [[1.0, 1.0, 1.0], [3.0, 102.0, 3.0], [6.0, 105.0, 6.0]]
        assert post.ST["y"].tolist() == [10.0, 208.0, 10.0]


def test_parameters_are_set_between_steps(counter, copier):
    bp.profile.set(dt=1.0)
    pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 2)
    syn = bp.SynConn(copier, pre, post, conn=bp.connect.One2One(), name="syn")
    step = bp.Network(pre, syn, post).build(4)
    step()
    syn.pars["weight"] = 10.0
    step()
    assert post.ST["y"].tolist() == [1.0 * 2.0 + 2.0 * 10.0] * 2
    syn.pars["weight"] = [1.0, 2.0]
    with pytest.raises(ModelUseError, match='"weight" of "syn" was one number.*with _i=0'):
        step()
    step(_i=0)
    assert post.ST["y"].tolist() == [22.0 + 3.0 * 1.0, 22.0 + 3.0 * 2.0]


def test_in_repeat_mode_parameters_stay_fixed_between_steps(counter, copier):
    bp.profile.set(dt=1.0)
    pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 2)
    syn = bp.SynConn(copier, pre, post, conn=bp.connect.One2One(), name="syn")
    step = bp.Network(pre, syn, post, mode="repeat").build(4)
    step()
    syn.pars["weight"] = 10.0
    with pytest.warns(UserWarning, match=re.escape("syn.pars['weight'] changed after this network was built")):
        step()
    assert post.ST["y"].tolist() == [6.0, 6.0]


def test_in_repeat_mode_building_is_the_first_run(counter):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 1)
    net = bp.Network(group, mode="repeat")
    net.build(5, inputs=(group, "input", 1.0))
    with pytest.raises(ModelUseError, match="same duration, but got 5.0 != 6.0"):
        net.run(6.0, inputs=(group, "input", 1.0))
    net.run(5.0, inputs=(group, "input", 2.0))
    assert group.ST["y"][0] == 10.0


@pytest.mark.parametrize(
    "call, told",
    [
        (dict(_i=2), "got _i=2: the next one is _i=1 of this run of 4 steps"),
        (dict(_i=-1), "got _i=-1"),
        (dict(_i=1.0), '"_i" must be the number of the step, an int, but got 1.0'),
        (dict(_i=True), '"_i" must be'),
        (dict(_t=0.5), "Step 1 of this run is at 1.0 ms, but got _t=0.5: the run began at 0.0 ms"),
        (dict(_t="1"), "\"_t\" must be the time of the step in ms, but got '1'"),
        (dict(_t=float("nan")), '"_t" must be the time'),
        (dict(_dt=0.5), "was built for steps of 1.0 ms, but got _dt=0.5"),
    ],
)
def test_a_step_that_is_not_the_next_one_is_refused(counter, call, told):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 1)
    step = bp.Network(group).build(4)
    step(0.0, 0, 1.0)
    with pytest.raises(ModelUseError, match=re.escape(told)):
        step(**call)
    step(np.float64(1.0), np.int64(1), _dt=1.0)
    assert group.ST["x"][0] == 2.0


def test_a_run_in_between_ends_the_run_of_a_step_function(counter):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 1, monitors=["x"])
    net = bp.Network(group)
    step = net.build(4)
    step()
    net.run(2.0)
    with pytest.raises(ModelUseError, match="has run or was built since the last step.*_i=0"):
        step()
    step(_i=0)
    step()
    assert group.mon.x[:, 0].tolist() == [4.0, 5.0, 0.0, 0.0]
    other = net.build(2)
    with pytest.raises(ModelUseError, match="has run or was built"):
        step()
    other()
    assert group.mon.x.shape == (2, 1)


def test_the_start_is_where_the_first_step_says(counter):
    def read(ST, _t):
        ST["x"] = _t

    model = bp.NeuType("clock", ST=bp.NeuState("x"), steps=read, mode="scalar")
    bp.profile.set(dt=0.5)
    group = bp.NeuGroup(model, 1, monitors=["x"])
    net = bp.Network(group)
    step = net.build(3)
    for k in range(3):
        step(100.0 + k * 0.5)
    assert group.mon.x[:, 0].tolist() == group.mon.ts.tolist() == [100.0, 100.5, 101.0]
    assert (net.t_start, net.t_end) == (100.0, 101.5)


@pytest.mark.parametrize("length", [0, -1, 2.0, "3", None, True])
def test_a_run_length_that_is_no_number_of_steps_is_refused(counter, length):
    with pytest.raises(ModelUseError, match='"run_length" must be a whole number of steps, 1 or more'):
        bp.Network(bp.NeuGroup(counter, 1)).build(length)


def test_wrong_inputs_are_told_when_the_function_is_built(counter):
    group = bp.NeuGroup(counter, 2)
    with pytest.raises(ModelUseError, match='doesn\'t have "Z" field'):
        bp.Network(group).build(3, inputs=(group, "Z", 1.0))


def test_a_run_that_begins_after_the_step_size_changed_has_the_new_one(counter):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 1, monitors=["x"])
    net = bp.Network(group)
    step = net.build(3)
    step()
    bp.profile.set(dt=0.5)
    step(1.0, 1)  # this run goes on as it was built
    step(_i=0)
    step(0.5, 1)
    assert (net.dt, net.t_end, group.mon.ts.tolist()) == (0.5, 1.5, [0.0, 0.5, 1.0])
