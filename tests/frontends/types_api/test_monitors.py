"""What is recorded, when, and how it is found."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError


@pytest.fixture
def make(counter):
    bp.profile.set(dt=1.0)
    return lambda monitors: bp.NeuGroup(counter, 3, monitors=monitors)


def test_monitors_record_after_the_update(make):
    group = make(["x"])
    group.run(3.0)
    assert group.mon.x.tolist() == [[1.0] * 3, [2.0] * 3, [3.0] * 3]
    assert group.mon.ts.tolist() == group.mon["ts"].tolist() == [0.0, 1.0, 2.0]


def test_a_schedule_that_begins_with_the_monitor_records_before_the_update(make):
    group = make(["x"])
    group.set_schedule(["monitor", "input", "count"])
    group.run(2.0)
    assert group.mon.x[:, 0].tolist() == [0.0, 1.0]


def test_listed_elements_are_recorded_in_the_order_given(make):
    group = make({"y": None, "x": [2, 0]})
    group.ST["x"] = [10.0, 20.0, 30.0]
    group.run(2.0)
    assert group.mon.x.tolist() == [[31.0, 11.0], [32.0, 12.0]] and group.mon.y.shape == (2, 3)


def test_dotted_keys_are_found_by_key_and_by_attribute(make):
    group = make(["ST.x"])
    group.run(1.0)
    assert group.mon["ST.x"] is group.mon.ST_x


def test_each_run_has_arrays_of_its_own(make):
    group = make(["x"])
    group.run(2.0)
    first = group.mon.x
    group.run(2.0)
    assert first[:, 0].tolist() == [1.0, 2.0] and group.mon.x[:, 0].tolist() == [3.0, 4.0]


def test_before_a_run_there_is_a_place_for_each_key(make):
    assert make(["x"]).mon.x.shape == (1, 1)


def test_spikes_are_kept_as_events_and_shown_as_an_array(leak):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(leak, 2, monitors=["spike", "V"])
    group.run(30.0, inputs=("input", np.array([0.0, 1.5])))
    times, ids = group.spikes()
    assert np.array_equal(group.mon.spike, (group.mon.V >= 1.0).astype(float)) and group.mon.spike.dtype == np.float64
    assert set(ids) == {1} and times.tolist() == group.mon.ts[group.mon.V[:, 1] >= 1.0].tolist()
    assert group.mon.spike is group.mon["spike"] is dict(group.mon.items())["spike"]


def test_listed_elements_of_events(leak):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(leak, 3, monitors={"spike": [2, 1, 2]})
    group.run(30.0, inputs=("input", np.array([0.0, 0.0, 3.0])))
    assert group.mon.spike.shape == (30, 3)
    assert group.mon.spike.any(axis=0).tolist() == [True, False, True]
    assert set(group.spikes()[1]) == {2}


@pytest.mark.parametrize("listed", [[0], [2, 0], [1]])
def test_listed_elements_of_events_are_the_columns_of_all(leak, listed):
    """Every neuron fires, so that events of others would show."""
    bp.profile.set(dt=1.0)
    every, some = bp.NeuGroup(leak, 3, monitors=["spike"]), bp.NeuGroup(leak, 3, monitors=[("spike", listed)])
    for group in (every, some):
        group.run(30.0, inputs=("input", np.array([1.1, 1.5, 2.0])))
    assert every.mon.spike.any(axis=0).all() and not np.array_equal(every.mon.spike[:, 0], every.mon.spike[:, 2])
    assert np.array_equal(some.mon.spike, every.mon.spike[:, listed])
    times, ids = every.spikes()
    kept = np.isin(ids, listed)
    assert all(np.array_equal(*pair) for pair in zip(some.spikes(), (times[kept], ids[kept])))


def test_events_of_all_elements_are_not_searched(leak, monkeypatch):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(leak, 3, monitors=["spike"])
    monkeypatch.setattr(np, "isin", None)
    group.run(9.0, inputs=("input", 3.0))
    assert set(group.spikes()[1]) == {0, 1, 2} and group.mon.spike.any(axis=0).all()


def test_a_spike_field_that_is_written_from_outside_is_recorded_as_it_is(leak):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(leak, 2, monitors=["spike"])
    group.set_schedule(["input", "monitor"])
    group.run(2.0, inputs=("spike", 0.5))
    assert group.mon.spike.tolist() == [[0.5, 0.5], [1.0, 1.0]]
    group.ST["spike"] = 0.25
    group.run(1.0)
    assert group.mon.spike.tolist() == [[0.25, 0.25]]


def test_intermediates_of_a_cell_can_be_recorded():
    cell = bp.neuron("dv/dt = -v + k\nk = 2*v + b\nb = 3\ninit v = 1", "C")
    group = bp.NeuGroup(cell, 2, monitors=["v", "k"])
    group.run(1.0)
    np.testing.assert_array_equal(group.mon.k, 2 * group.mon.v + 3)


def test_the_neurons_of_a_synapse_can_be_recorded_with_it(copier, make):
    pre, post = make(None), make(None)
    syn = bp.SynConn(copier, pre, post, conn=bp.connect.One2One(), monitors=["s", "pre.x"])
    bp.Network(pre, syn, post).run(2.0)
    assert syn.mon.s.tolist() == syn.mon["pre.x"].tolist() == [[1.0] * 3, [2.0] * 3]


def test_spikes_of_the_neurons_of_a_synapse_have_their_width(leak):
    def nothing(ST):
        ST["s"] = 1.0

    group = bp.NeuGroup(leak, 2)
    model = bp.SynType("S", ST=bp.SynState("s"), steps=nothing, mode="scalar")
    syn = bp.SynConn(model, group, group, conn=bp.connect.All2All(), monitors=["pre.spike", "s"])
    bp.Network(group, syn).run(10.0, inputs=(group, "input", 5.0))
    assert syn.mon["pre.spike"].shape == (100, 2) and syn.mon["pre.spike"].any() and syn.mon.s.shape == (100, 4)


@pytest.mark.parametrize(
    "monitors, message",
    [
        (["Q"], 'doesn\'t have "Q" attribute"'),
        ("x", "list, tuple or dict"),
        ([3], "Unknown monitor item"),
        ([("x", "all")], "list of int or a 1-D array"),
        ([("x", [0.5])], "list of int or a 1-D array"),
        ([("x", [])], "list of int or a 1-D array"),
        ([("x", [3])], "lists element 3, but its elements are 0 to 2"),
        ([("x", [-1])], "lists element -1"),
        (["pre.x"], 'has no "pre"'),
        (["mon_table"], "only arrays of numbers of one or two dimensions"),
    ],
)
def test_what_cannot_be_recorded_is_refused(make, monitors, message):
    with pytest.raises(ModelUseError, match=message):
        group = make(monitors)
        group.mon_table = np.zeros((3, 1, 1))
        group.run(1.0)


@pytest.mark.parametrize("jit", [False, True])
def test_a_synaptic_state_of_0_and_1_is_recorded_on_its_edges(counter, jit):
    def follow(ST, pre):
        ST["open"] = pre["x"] > 2.5

    bp.profile.set(dt=1.0, jit=jit)
    model = bp.SynType("gate", ST=bp.SynState("open"), steps=follow, mode="scalar")
    group = bp.NeuGroup(counter, 2)
    group.ST["x"][1] = 1.0
    syn = bp.SynConn(model, group, group, conn=bp.connect.All2All(), monitors=["open"])
    bp.Network(group, syn).run(3.0)
    assert syn.mon.open.tolist() == [[0, 0, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]]
