"""Networks: members, time, order, second runs."""

import time

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError


@pytest.fixture
def pair(counter, copier):
    bp.profile.set(dt=1.0)

    def make(delay=0.0):
        pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 2, monitors=["y"])
        pre.set_schedule(["count"])
        syn = bp.SynConn(copier, pre, post, conn=bp.connect.One2One(), delay=delay, pars_update={"weight": 1.0})
        return pre, syn, post

    return make


def test_objects_are_found_by_keyword_and_by_name(counter):
    group = bp.NeuGroup(counter, 1, name="cells")
    net = bp.Network(E=group)
    assert net.E is net.cells is group and "E" in dir(net)
    with pytest.raises(AttributeError, match="'Q'.*cells"):
        _ = net.Q


def test_a_name_is_taken_once(counter):
    net = bp.Network(bp.NeuGroup(counter, 1, name="a"))
    with pytest.raises(KeyError, match='"a" has been defined'):
        net.add(bp.NeuGroup(counter, 1, name="a"))
    with pytest.raises(KeyError, match="method"):
        net.add(run=bp.NeuGroup(counter, 1))


def test_only_groups_and_connections_are_added():
    with pytest.raises(ValueError, match="int"):
        bp.Network(3)


@pytest.mark.parametrize("mode", ["twice", None, 1])
def test_other_modes_are_refused(mode):
    with pytest.raises(ModelUseError, match="mode"):
        bp.Network(mode=mode)


def test_an_empty_network_does_not_run():
    with pytest.raises(ModelUseError, match="no objects"):
        bp.Network().run(1.0)


@pytest.mark.parametrize(
    "duration, start, end", [(10, 0.0, 10.0), (np.float64(10.0), 0.0, 10.0), ((5.0, 15.0), 5.0, 15.0)]
)
def test_times_of_a_run(counter, duration, start, end):
    net = bp.Network(bp.NeuGroup(counter, 1))
    net.run(duration)
    assert (net.t_start, net.t_end, net.t_duration, net.dt) == (start, end, end - start, 0.1)
    # t = t0 + k*dt exactly, which np.arange does not give
    assert net.ts.tolist() == [start + k * 0.1 for k in range(100)]


@pytest.mark.parametrize("duration", ["10", None, (1.0,), (1, 2, 3), True, float("inf")])
def test_a_duration_that_is_none_is_a_value_error(counter, duration):
    with pytest.raises(ValueError, match='Unknown duration type|"duration" must be'):
        bp.Network(bp.NeuGroup(counter, 1)).run(duration)


def test_a_run_without_steps_is_refused(counter):
    with pytest.raises(ModelUseError, match="at least one step"):
        bp.Network(bp.NeuGroup(counter, 1)).run((5.0, 5.0))


@pytest.mark.parametrize("order, first", [("pre syn post", 1), ("syn pre post", 2), ("pre post syn", 2)])
def test_the_order_of_members_decides_when_a_synapse_acts(pair, order, first):
    pre, syn, post = pair()
    members = {"pre": pre, "syn": syn, "post": post}
    bp.Network(*(members[name] for name in order.split())).run(4.0)
    assert np.argmax(post.mon.y[:, 0] > 0) + 1 == first


@pytest.mark.parametrize("delay, lag", [(0.0, 0), (1.0, 0), (2.0, 1), (4.0, 3)])
def test_a_delay_of_d_steps_comes_d_minus_one_steps_later(pair, delay, lag):
    pre, syn, post = pair(delay)
    bp.Network(pre, syn, post).run(8.0)
    received = np.diff(post.mon.y[:, 0], prepend=0.0)
    assert received.tolist() == [0.0] * lag + [1.0 + k for k in range(8 - lag)]


def test_states_and_delays_go_on_in_a_second_run(pair):
    pre, syn, post = pair(4.0)
    net = bp.Network(pre, syn, post)
    net.run(8.0)
    whole = post.ST["y"].copy()
    pre, syn, post = pair(4.0)
    net = bp.Network(pre, syn, post)
    net.run(3.0)
    net.run((3.0, 8.0))
    assert post.ST["y"].tolist() == whole.tolist()


def test_delays_go_on_when_the_structure_changes_between_runs(pair):
    pre, syn, post = pair(4.0)
    net = bp.Network(pre, syn, post)
    net.run(3.0)
    first = net._built.simulation
    net.run((3.0, 8.0), inputs=(syn, "ST.s", 0.0))
    assert net._built.simulation is not first
    assert post.ST["y"].tolist() == [15.0, 15.0]  # 1 + 2 + 3 + 4 + 5


def test_a_new_step_size_drops_what_is_on_its_way_and_says_so(pair):
    pre, syn, post = pair(4.0)
    net = bp.Network(pre, syn, post)
    net.run(3.0)
    bp.profile.set(dt=0.5)
    with pytest.warns(UserWarning, match=f"delay of {syn.name}"):
        net.run(1.0)
    assert net.dt == 0.5 and post.ST["y"].tolist() == [0.0, 0.0]


def test_new_values_use_the_code_of_the_first_run(pair):
    pre, syn, post = pair()
    net = bp.Network(pre, syn, post)
    net.run(1.0, inputs=(post, "input", 10.0))
    simulation = net._built.simulation
    syn.pars["weight"] = 3.0
    net.run(1.0, inputs=(post, "input", 20.0))
    assert net._built.simulation is simulation
    assert post.ST["y"].tolist() == [(1.0 + 10.0) + (6.0 + 20.0)] * 2
    syn.pars["weight"] = [1.0, 2.0]
    net.run(1.0, inputs=(post, "input", 0.0))
    assert net._built.simulation is not simulation
    assert post.ST["y"].tolist() == [37.0 + 3.0, 37.0 + 6.0]


def test_a_group_alone_and_in_a_network_has_one_state(counter):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 1)
    group.run(2.0)
    bp.Network(group).run(3.0)
    group.run(1.0)
    assert group.ST["x"][0] == 6.0


def test_the_progress_reads_as_in_the_manual(counter, capsys):
    bp.NeuGroup(counter, 1).run(1.0, report=True, report_percent=0.5)
    lines = capsys.readouterr().out.splitlines()
    starts = ["Compilation used ", "Start running ...", "Run 50.0% used ", "Run 100.0% used ", "Simulation is done in "]
    assert [line.startswith(start) for line, start in zip(lines, starts)] == [True] * 5


def test_the_compiler_counts_as_compilation_and_the_second_run_has_none(counter, capsys, monkeypatch):
    from brainpy_lab.runtime import build as building

    def slow(*args, build=building.build, **kwargs):
        time.sleep(0.3)
        return build(*args, **kwargs)

    monkeypatch.setattr(building, "build", slow)
    net = bp.Network(bp.NeuGroup(counter, 1))
    used = []
    for _ in range(2):
        net.run(1.0, report=True)
        used.append(float(capsys.readouterr().out.split()[2]))
    assert used[0] >= 0.3 > used[1]


@pytest.mark.parametrize("percent", [0.0, -0.1, 1.5, float("nan"), "0.1", None])
def test_a_share_between_lines_that_is_none_is_refused(counter, percent):
    with pytest.raises(ModelUseError, match='"report_percent" must be a number above 0, at most 1'):
        bp.NeuGroup(counter, 1).run(1.0, report=True, report_percent=percent)


def test_a_simulation_of_its_own_works_on_the_same_states(counter):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 2)
    net = bp.Network(group)
    simulation = net.simulation("reference", inputs=(group, "input", 1.0), extra_monitors=[(group, "x")])
    simulation.begin(0.0, 3)
    simulation.advance(3)
    assert group.ST["x"].tolist() == [3.0, 3.0] and simulation.monitor(0)[:, 0].tolist() == [1.0, 2.0, 3.0]


def test_what_was_recorded_before_an_interruption_can_be_seen(counter, monkeypatch):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 1, monitors=["x"])
    net = bp.Network(group)

    def stop_after_two(simulation, start, end, **options):
        simulation.begin(start, int(end - start))
        simulation.advance(2)
        raise KeyboardInterrupt

    monkeypatch.setattr("brainpy_lab.runtime.plain_run.run", stop_after_two)
    with pytest.raises(KeyboardInterrupt):
        net.run(5.0)
    assert group.mon.x[:, 0].tolist() == [1.0, 2.0] and group.mon.ts.tolist() == [0.0, 1.0]


def test_the_code_is_printed_when_it_is_asked_for(counter, capsys):
    bp.profile.set(show_code=True)
    bp.NeuGroup(counter, 1).run(1.0)
    assert "def " in capsys.readouterr().out


def test_recordings_stay_the_same_object(counter):
    group = bp.NeuGroup(counter, 1, monitors=["x"])
    mon = group.mon
    group.run(1.0)
    assert mon is group.mon and mon.x.shape == (10, 1)
