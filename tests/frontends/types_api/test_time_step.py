"""What happens within one time step, and what begins anew with each run."""

import numpy as np
import pytest

import brainpy_lab as bp


@pytest.fixture
def pair(counter, copier):
    """x counts 1, 2, ...; the synapse adds twice the x of its source to the input of its target."""
    bp.profile.set(dt=1.0)
    pre = bp.NeuGroup(counter, 1)
    post = bp.NeuGroup(counter, 1, monitors=["input", "y"])
    return pre, bp.SynConn(copier, pre, post, conn=bp.connect.One2One()), post


def test_an_object_makes_its_whole_step_before_the_next_one_begins(pair):
    pre, syn, post = pair
    bp.Network(pre, post, syn).run(3.0)
    # Recorded before the synapse adds to it, and after the step has used and reset it.
    assert post.mon.input[:, 0].tolist() == [0.0, 0.0, 0.0] and post.ST["input"][0] == 6.0
    assert post.mon.y[:, 0].tolist() == [0.0, 2.0, 6.0]


def test_a_monitor_before_the_steps_sees_what_came_in(pair):
    pre, syn, post = pair
    post.set_schedule(["input", "monitor", "count", "take"])
    bp.Network(pre, syn, post).run(2.0, inputs=(post, "input", 100.0))
    assert post.mon.input[:, 0].tolist() == [102.0, 104.0] and post.mon.y[:, 0].tolist() == [0.0, 102.0]


@pytest.mark.parametrize("schedule, y", [(["input", "take"], [1.0, 2.0]), (["take", "input"], [0.0, 1.0])])
def test_inputs_come_at_their_place_in_the_schedule(counter, schedule, y):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 1, monitors=["y"])
    group.set_schedule([*schedule, "monitor"])
    group.run(2.0, inputs=("input", 1.0))
    assert group.mon.y[:, 0].tolist() == y


def test_the_step_number_begins_again_with_each_run_and_time_where_it_is_told(counter):
    def read(ST, _t, _i):
        ST["t"] = _t
        ST["i"] = _i

    bp.profile.set(dt=0.5)
    group = bp.NeuGroup(bp.NeuType("clock", bp.NeuState("t", "i"), read, mode="scalar"), 1, monitors=["t", "i"])
    for span, start in ((1.5, 0.0), ((1.5, 3.0), 1.5), (1.5, 0.0)):
        group.run(span)
        assert group.mon.i[:, 0].tolist() == [0.0, 1.0, 2.0]
        assert group.mon.t[:, 0].tolist() == group.mon.ts.tolist() == [start, start + 0.5, start + 1.0]


def test_a_network_run_twice_with_inputs_takes_those_of_each_run(counter):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 2)
    net = bp.Network(group)
    net.run(2.0)
    net.run(2.0, inputs=(group, "input", 1.0))
    net.run(2.0, inputs=(group, "input", 10.0))
    net.run(5.0, inputs=(group, "input", np.array([100.0, 200.0])))
    assert group.ST["y"].tolist() == [2.0 + 20.0 + 500.0, 2.0 + 20.0 + 1000.0]


def test_an_object_without_inputs_and_monitors_makes_its_steps_only(counter):
    group = bp.NeuGroup(counter, 1)
    net = bp.Network(group)
    net.run(1.0)
    assert [(slot.what, slot.name) for slot in net._built.program.schedule] == [("step", "count"), ("step", "take")]
