"""A session does what it says: steps, changes, log, rewind, branches."""

from __future__ import annotations

import math

import numpy as np
import pytest

from brainpy_lab.errors import ModelUseError
from brainpy_lab.runtime.session import Session
from tests.runtime.fake_simulation import FakeSimulation, replay

MAX = float("inf")


@pytest.fixture
def make():
    """Makes sessions at full speed and closes them."""
    sessions = []

    def make(speed=MAX, snapshot_bytes=2**20, **options):
        sessions.append(Session(FakeSimulation(**options), speed=speed, snapshot_bytes=snapshot_bytes))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


def bits_at(step, **options):
    return replay((), step, **options).bits()


# ---- running


def test_k_steps_compute_the_map_k_times(make):
    session = make(n=1)
    session.step(4).result(5)
    x, before = 0.2, [0.2, 0.2]
    for _ in range(4):
        before.append(x)
        x = 3.7 * x * (1.0 - x) * 1.0 + 1e-3 * before.pop(0) + 0.0
    assert session.state()["maps"]["x"][0] == x


def test_a_run_stops_exactly_at_its_step(make):
    session = make(chunk=7)
    session.run(100.0)
    assert session.wait(10)
    assert session.step_count == 1000
    assert session.t == 1000 * 0.1
    assert session.status == "paused"
    assert session.simulation.bits() == bits_at(1000, chunk=7)


@pytest.mark.parametrize(("duration", "steps"), [(0, 0), (0.3, 3), (0.31, 4), (0.1 + 0.2, 3)])
def test_a_duration_is_rounded_up_to_whole_steps(make, duration, steps):
    session = make()
    session.run(duration)
    session.wait(5)
    assert session.step_count == steps


def test_steps_add_up(make):
    session = make()
    futures = [session.step(n) for n in (3, 0, 4)]
    assert [future.result(5).step for future in futures] == [3, 3, 7]
    assert float(futures[-1].result()) == pytest.approx(0.7)


def test_chunks_are_never_longer_than_asked(make):
    session = make(chunk=8)
    session.run(10.0)
    session.wait(5)
    assert max(session.simulation.advance_sizes) <= 8


def test_a_run_gives_way_to_a_newer_one(make):
    session = make()
    session.run()
    assert session.status == "running"
    session.run(5.0)
    assert session.wait(5)
    start = session.step_count
    session.run(5.0)
    session.wait(5)
    assert session.step_count == start + 50


def test_a_run_without_end_ends_with_pause(make):
    session = make(seconds_per_step=1e-4)
    session.run()
    assert not session.wait(0.05)
    session.pause()
    assert session.status == "paused"
    assert session.wait(5)
    step = session.step_count
    assert step > 0
    assert session.simulation.bits() == bits_at(step)


def test_pause_ends_steps_too_and_their_result_says_how_far(make):
    session = make(seconds_per_step=1e-4)
    future = session.step(10**9)
    session.wait(0.05)
    session.pause()
    reached = future.result(5)
    assert 0 < reached.step == session.step_count < 10**9


@pytest.mark.parametrize("duration", [-1, math.nan, math.inf, "1", None])
def test_times_that_are_none_are_refused(make, duration):
    session = make()
    if duration is not None:
        with pytest.raises(ModelUseError, match='"duration" must be a number of ms, 0 or more'):
            session.run(duration)
    with pytest.raises(ModelUseError, match='"ms" must be a number of ms, 0 or more'):
        session.rewind(duration)


@pytest.mark.parametrize("n", [-1, 1.5, "2"])
def test_step_counts_that_are_none_are_refused(make, n):
    with pytest.raises(ModelUseError, match='"n" must be a whole number of steps, 0 or more'):
        make().step(n)


@pytest.mark.parametrize("speed", [0, -1, math.nan, "fast"])
def test_speeds_that_are_none_are_refused(make, speed):
    with pytest.raises(ModelUseError, match='"speed" must be a number of ms per second above 0'):
        make(speed=speed)
    session = make()
    with pytest.raises(ModelUseError, match='"speed" must be'):
        session.speed = speed


# ---- changes


def test_a_change_is_logged_with_its_step_and_exact_value(make):
    session = make()
    session.step(12).result(5)
    session.params["r"] = 3.9
    session.step(3).result(5)
    session.set_state("maps", "x", 1, 0.25)
    session.set_input(0, 1e-3)
    log = session.log
    assert [entry[:3] for entry in log] == [
        (12, "parameter", ("maps", "r")),
        (15, "state", ("maps", "x", 1)),
        (15, "input", (0,)),
    ]
    assert [entry.value for entry in log] == [(3.9).hex(), (0.25).hex(), (1e-3).hex()]


def test_a_change_acts_from_the_step_of_its_entry_on(make):
    session = make()
    session.step(12).result(5)
    session.params["r"] = 3.9
    session.step(30).result(5)
    changed = FakeSimulation()
    changed.advance(12)
    changed.set_param("maps", "r", 3.9)
    changed.advance(30)
    assert session.simulation.bits() == changed.bits()


def test_changes_while_running_replay_to_the_same_bits(make):
    session = make(sigma=0.01, seconds_per_step=1e-5)
    session.run()
    for value in np.linspace(3.5, 3.9, 40):
        session.params["maps", "r"] = value
        session.set_state("maps", "x", [0, 2], [value - 3, 0.5])
        session.wait(0.002)
    session.pause()
    session.wait(5)
    assert len({entry.step for entry in session.log}) > 5  # they really came at different steps
    assert session.simulation.bits() == replay(session.log, session.step_count, sigma=0.01).bits()


def test_what_was_assigned_is_read_back_at_once(make):
    session = make(seconds_per_step=1e-4)
    for value in (3.1, 3.2):
        session.params["r"] = value
        assert session.params["maps", "r"] == value
        session.run()
    session.params["r"] = 3.3
    assert session.params["r"] == 3.3


def test_while_paused_a_target_leaves_one_entry_however_often_it_moves(make):
    session = make()
    session.step(5).result(5)
    for value in np.linspace(3.0, 3.5, 100):
        session.params["r"] = value
    assert [entry.value for entry in session.log] == [(3.5).hex()]


def test_a_parameter_set_to_what_it_is_changes_nothing(make):
    session = make(r=3.7)
    session.params["r"] = 3.7
    assert session.log == ()


def test_the_log_keeps_a_copy_of_an_array(make):
    session = make()
    gain = np.array([1.0, 0.9, 0.8, 0.7])
    session.params["gain"] = gain
    gain[:] = 5
    entry = session.log[0]
    assert entry.value.tolist() == [1.0, 0.9, 0.8, 0.7]
    assert not entry.value.flags.writeable
    session.params["gain"] = 0.5
    assert session.params["gain"].tolist() == [0.5] * 4


def test_params_is_a_mapping_of_object_and_name(make):
    params = make().params
    assert list(params) == [
        ("maps", "r"),
        ("maps", "sigma"),
        ("maps", "gain"),
        ("other", "sigma"),
        ("other", "rate"),
    ]
    assert len(params) == 5
    assert "r" in params and ("other", "rate") in params and "q" not in params
    with pytest.raises(TypeError):
        del params["r"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("rat", "there is no parameter 'rat'. Did you mean 'rate'?"),
        ("sigma", r"parameter 'sigma' exists in 'maps', 'other'. Say which, for example params\['maps', 'sigma'\]."),
        (("map", "r"), "there is no object 'map'. Did you mean 'maps'?"),
        (("maps", "gian"), "'maps' has no parameter 'gian'. Did you mean 'gain'?"),
        (3, r"a parameter is named by its name or by \(object, name\), found 3."),
    ],
)
def test_an_unknown_parameter_is_an_error_where_it_is_named(make, key, message):
    params = make().params
    with pytest.raises(ModelUseError, match=message):
        params[key] = 1.0
    with pytest.raises(KeyError):
        params[key]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("r", math.nan, "parameter 'r' of 'maps'\" must be a finite number, or an array of them, but got nan"),
        ("r", "3", "parameter 'r' of 'maps'\" must be a finite number, or an array of them, but got '3'"),
        ("r", None, "must be a finite number, .* but got None"),
        ("r", 1j, "must be a finite number, .* but got 1j"),
        ("r", [1.0, 2.0], r"found an array of shape \(2,\), expected one number"),
        ("gain", [1.0, 2.0], r"found shape \(2,\), expected \(4,\) or one number"),
        ("gain", [1.0, math.inf, 1.0, 1.0], "must be a finite number, .* but has inf at 1"),
    ],
)
def test_a_wrong_value_is_an_error_where_it_is_assigned(make, name, value, message):
    session = make()
    with pytest.raises(ModelUseError, match=message):
        session.params[name] = value
    assert session.log == ()
    assert session.status == "paused"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("maps", "y", 0, 1.0), "'maps' has no state 'y'"),
        (("mops", "x", 0, 1.0), "no object 'mops'. Did you mean 'maps'?"),
        (("maps", "x", 4, 1.0), "index 4 does not fit 4 elements"),
        (("maps", "x", [0, 1], [1.0]), r"found shape \(1,\), expected \(2,\) or one number"),
        (("maps", "x", 0, math.inf), "must be a finite number"),
    ],
)
def test_a_wrong_state_is_an_error_where_it_is_set(make, arguments, message):
    with pytest.raises(ModelUseError, match=message):
        make().set_state(*arguments)


@pytest.mark.parametrize(
    ("k", "value"), [(2, 1.0), (-1, 1.0), ("0", 1.0), (0, [1.0, 2.0]), (1, [1.0, 2.0]), (0, math.nan)]
)
def test_a_wrong_input_is_an_error_where_it_is_set(make, k, value):
    with pytest.raises(ModelUseError, match="input"):
        make().set_input(k, value)


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (1, [0, 9, 0, 0]),
        (-1, [0, 0, 0, 9]),
        (None, [9, 9, 9, 9]),
        (slice(1, 3), [0, 9, 9, 0]),
        ([0, 2], [9, 0, 9, 0]),
        (np.array([True, False, False, True]), [9, 0, 0, 9]),
    ],
)
def test_a_state_is_set_by_every_kind_of_index(make, index, expected):
    session = make()
    session.set_state("maps", "last", index, 9.0)
    assert session.state()["maps"]["last"].tolist() == expected


def test_states_are_copies_of_one_step(make):
    session = make(chunk=3)
    session.run()
    for _ in range(50):
        states = session.state()
        assert states["other"]["count"][0] == states.step
        assert states.t == pytest.approx(states.step * 0.1)
    session.pause()
    session.wait(5)
    states = session.state()
    states["maps"]["x"][:] = 0
    assert session.state()["maps"]["x"].any()


# ---- back in time


def test_rewind_goes_to_exactly_that_step_with_its_states_and_parameters(make):
    session = make(sigma=0.01)
    session.step(300).result(5)
    session.params["r"] = 3.9
    session.step(200).result(5)
    reached = session.rewind(20.0).result(5)
    assert reached.step == 300 and not reached.ended
    assert session.params["r"] == 3.9  # step 300 was computed with it
    reached = session.rewind(10.0).result(5)
    assert reached.step == session.step_count == 200
    assert float(reached) == session.t == pytest.approx(20.0)
    assert session.params["r"] == 3.7
    assert session.status == "paused"
    assert session.simulation.bits() == bits_at(200, sigma=0.01)


def test_running_on_after_a_rewind_replays_the_log_with_the_same_bits(make):
    session = make(sigma=0.01, chunk=7)
    for k in range(30):
        session.step(17).result(5)
        session.params["r"] = 3.5 + k / 100
        session.set_input(1, np.full(4, k * 1e-4))
    session.step(40).result(5)
    first, log, step = session.simulation.bits(), session.log, session.step_count
    session.rewind(45.0).result(5)
    assert session.simulation.bits() == replay(log, step - 450, sigma=0.01).bits()
    session.run(45.0)
    session.wait(5)
    assert session.step_count == step
    assert session.simulation.bits() == first
    assert session.log == log and session.branches == ()


def test_a_rewind_past_the_beginning_says_that_it_ended(make):
    session = make()
    session.step(50).result(5)
    assert session.reach == pytest.approx(5.0)
    reached = session.rewind(1000.0).result(5)
    assert (float(reached), reached.step, reached.ended) == (0.0, 0, True)
    assert session.simulation.bits() == bits_at(0)


@pytest.mark.parametrize("snapshot_bytes", [0, 1000, 10_000])
def test_every_step_stays_within_reach_whatever_the_bound(make, snapshot_bytes):
    session = make(snapshot_bytes=snapshot_bytes, sigma=0.01, chunk=2)
    session.step(2000).result(10)
    used, bound = session.snapshot_bytes
    assert used <= bound == snapshot_bytes
    for target in (1999, 1500, 777, 3):
        session.rewind((session.step_count - target) * 0.1).result(5)
        assert session.simulation.bits() == bits_at(target, sigma=0.01)


def test_a_change_after_a_rewind_leaves_the_old_future_as_a_branch(make):
    session = make(sigma=0.01)
    session.params["r"] = 3.6
    session.step(100).result(5)
    session.params["r"] = 3.8
    session.step(100).result(5)
    old = session.simulation.bits()
    session.rewind(15.0).result(5)
    session.params["r"] = 3.2
    assert [entry.step for entry in session.log] == [0, 50]
    (branch,) = session.branches
    assert (branch.number, branch.fork_step, branch.end_step) == (1, 50, 200)
    assert replay(branch.entries, branch.end_step, sigma=0.01).bits() == old
    session.params["r"] = 3.3
    session.step(200).result(5)
    assert len(session.branches) == 1  # the future was left once
    assert session.end_step == 250
    assert session.simulation.bits() == replay(session.log, 250, sigma=0.01).bits()
    session.rewind(5.0).result(5)
    assert session.simulation.bits() == replay(session.log, 200, sigma=0.01).bits()


def test_a_change_in_the_middle_of_a_replay_forks_there(make):
    session = make()
    session.step(100).result(5)
    session.params["r"] = 3.8
    session.step(100).result(5)
    session.rewind(20.0).result(5)
    session.step(150).result(5)
    session.params["r"] = 3.2
    assert [entry.step for entry in session.log] == [100, 150]
    assert session.branches[0].fork_step == 150


def test_a_change_said_after_a_rewind_acts_after_it(make):
    session = make(seconds_per_step=1e-4)
    session.step(100)
    session.params["r"] = 3.9
    session.rewind(5.0)
    session.params["r"] = 3.1
    session.wait(5)
    assert [(entry.step, entry.value) for entry in session.log] == [(50, (3.1).hex())]
    assert session.branches[0].entries[-1].value == (3.9).hex()


def test_reset_returns_to_construction_and_leaves_a_branch(make):
    session = make(sigma=0.01)
    session.params["r"] = 3.9
    session.step(70).result(5)
    reached = session.reset().result(5)
    assert reached.step == 0
    assert session.simulation.bits() == bits_at(0, sigma=0.01)
    assert [entry.kind for entry in session.log] == ["reset"]
    assert [(branch.fork_step, branch.end_step) for branch in session.branches] == [(0, 70)]
    session.step(70).result(5)
    assert session.simulation.bits() == bits_at(70, sigma=0.01)  # the noise starts again with the steps


def test_restore_brings_back_a_snapshot_bit_for_bit(make):
    session = make(sigma=0.01)
    session.step(30).result(5)
    session.params["r"] = 3.9
    kept = session.snapshot()
    bits = session.simulation.bits()
    session.step(100).result(5)
    session.restore(kept)
    assert session.simulation.bits() == bits
    assert [(entry.step, entry.kind) for entry in session.log] == [(30, "restore")]
    session.step(50).result(5)
    reached = session.rewind(100.0).result(5)
    assert reached.step == 30 and reached.ended
    assert session.simulation.bits() == bits


def test_the_rows_that_the_monitors_still_hold_are_known_after_a_rewind(make):
    session = make(chunk=3, snapshot_bytes=10**4)
    rng = np.random.default_rng(5)
    for _ in range(40):
        session.step(int(rng.integers(0, 900))).result(5)
        session.rewind(float(rng.uniform(0, 80))).result(5)
        ring = session.simulation.ring
        held = np.arange(session.rows_from, session.step_count)
        assert len(held) <= len(ring)
        assert (ring[held % len(ring)] == held).all()


def test_a_session_goes_to_any_step_that_was_computed_and_on_from_there_with_the_same_bits(make):
    session = make(sigma=0.01, chunk=5)
    session.step(100).result(5)
    session.params["r"] = 3.8
    session.step(100).result(5)
    end = session.simulation.bits()
    for target in (30, 170, 100, 0, 199, 200, 31):
        reached = session.go_to(target).result(5)
        assert (reached.step, reached.ended) == (target, False)
        assert session.simulation.bits() == replay(session.log, target, sigma=0.01).bits()
        assert session.status == "paused" and session.branches == () and session.end_step == 200
    for target, step in ((-3, 0), (201, 200)):
        reached = session.go_to(target).result(5)
        assert (reached.step, reached.ended) == (step, True)
    assert session.simulation.bits() == end


def test_without_time_one_gets_as_far_as_the_last_snapshot(make):
    session = make(chunk=2)
    session.step(2000).result(10)
    steps = session.simulation.advance_sizes
    before = len(steps)
    reached = session.go_to(1234, seconds=0).result(5)
    assert len(steps) == before and 1200 < reached.step <= 1234
    assert session.simulation.bits() == bits_at(reached.step)
    session.go_to(1234).result(5)
    assert session.simulation.bits() == bits_at(1234)


def test_what_comes_before_a_step_is_computed_anew_when_it_is_asked_for(make):
    session = Session(FakeSimulation(chunk=3), speed=MAX, ring_rows=300)
    session.step(5000).result(10)
    rng = np.random.default_rng(6)
    for _ in range(40):
        target, lead = int(rng.integers(0, 5001)), int(rng.integers(0, 300))
        session.go_to(int(rng.integers(0, 5001)), seconds=0).result(5)
        session.go_to(target, lead=lead).result(5)
        assert session.step_count == target and session.rows_from <= max(0, target - lead)
        ring = session.simulation.ring
        held = np.arange(session.rows_from, target)
        assert (ring[held % 300] == held).all()
    session.close()


def test_one_returns_to_a_branch_bit_for_bit_and_it_keeps_its_number(make):
    session = make(sigma=0.01, chunk=5)
    session.step(100).result(5)
    session.params["r"] = 3.8
    session.step(100).result(5)
    first, first_log = session.simulation.bits(), session.log
    session.rewind(5.0).result(5)
    session.params["r"] = 3.2
    session.step(300).result(5)
    second, second_log = session.simulation.bits(), session.log
    sizes = session.simulation.advance_sizes
    for _ in range(2):
        computed = sum(sizes)
        reached = session.return_to(1).result(5)
        assert reached.step == session.end_step == 200 and session.status == "paused"
        assert session.simulation.bits() == first and session.log == first_log
        assert sum(sizes) - computed <= 150  # what both share has its snapshots
        assert [(branch.number, branch.fork_step, branch.end_step) for branch in session.branches] == [(2, 150, 450)]
        session.return_to(2).result(5)
        assert session.simulation.bits() == second and session.log == second_log
        assert [(branch.number, branch.fork_step, branch.end_step) for branch in session.branches] == [(1, 150, 200)]
    session.rewind(20.0).result(5)
    assert session.simulation.bits() == replay(second_log, 250, sigma=0.01).bits()


def test_one_returns_to_what_was_before_a_reset_or_a_restore(make):
    session = make(sigma=0.01, chunk=5)
    session.params["r"] = 3.9
    session.step(70).result(5)
    first = session.simulation.bits()
    session.reset().result(5)
    session.params["r"] = 3.4
    session.step(30).result(5)
    kept, second = session.snapshot(), session.simulation.bits()
    session.step(1).result(5)
    session.restore(kept)
    session.step(10).result(5)
    third = session.simulation.bits()
    assert session.return_to(1).result(5).step == 70
    assert session.simulation.bits() == first
    session.return_to(3).result(5)
    assert session.simulation.bits() == third and session.oldest_step == 30
    session.return_to(2).result(5)
    session.rewind(0.1).result(5)
    assert session.simulation.bits() == second
    assert sorted(branch.number for branch in session.branches) == [1, 3]


def test_returning_to_a_branch_that_there_is_not_is_an_error(make):
    session = make()
    with pytest.raises(ModelUseError, match="no branch 1. Go back and change something"):
        session.return_to(1).result(5)
    session.step(20).result(5)
    session.reset().result(5)
    with pytest.raises(ModelUseError, match="no branch 2. Give one of 1"):
        session.return_to(2).result(5)
    assert session.status == "paused"


def test_whoever_wants_to_is_called_before_a_jump(make):
    session = make()
    seen = []
    session.on_jump.append(lambda session: seen.append((session.step_count, session.end_step)))
    session.step(20)
    session.rewind(1.0)
    session.go_to(15)
    session.reset().result(5)
    assert seen == [(20, 20), (10, 20), (15, 20)]


def test_rewinding_before_the_first_step_does_nothing(make):
    session = make()
    assert session.rewind(5.0).result(5).step == 0
    assert session.branches == ()


# ---- the same, at random, against a model that keeps every step


def test_a_thousand_random_operations_agree_with_a_model_that_keeps_every_step(make):
    rng = np.random.default_rng(20)
    session = make(sigma=0.01, chunk=5, snapshot_bytes=4000)
    model = FakeSimulation(sigma=0.01)
    kept = {0: model.save()}  # the state of every step of the present timeline
    end = 0
    branches = {}  # the same of every branch, by its number
    kinds = ["run", "step", "rewind", "go to", "return", "parameter", "state", "reset"]
    for _ in range(1000):
        kind = rng.choice(kinds, p=[0.2, 0.15, 0.15, 0.1, 0.06, 0.17, 0.15, 0.02])
        n = int(rng.integers(0, 40))
        before = dict(kept), end
        if kind in ("run", "step"):
            session.run(n * 0.1) if kind == "run" else session.step(n)
            for _ in range(n):
                if model.step < end:
                    model.load(kept[model.step + 1])
                else:
                    model.advance(1)
                    kept[model.step] = model.save()
                    end = model.step
        elif kind == "rewind":
            session.rewind(n * 0.1)
            model.load(kept[max(0, model.step - n)])
        elif kind == "go to":
            target = int(rng.integers(0, end + 1))
            session.go_to(target)
            model.load(kept[target])
        elif kind == "return" and branches:
            number = int(rng.choice(list(branches)))
            session.return_to(number)
            kept, end = branches.pop(number)
            model.load(kept[end])
        elif kind == "reset":
            session.reset()
            model.load(FakeSimulation(sigma=0.01).save())
            kept, end = {0: model.save()}, 0
        elif kind in ("parameter", "state"):
            value = float(rng.uniform(3.5, 3.9))
            if kind == "parameter":
                session.params["r"] = value
                model.set_param("maps", "r", value)
            else:
                session.set_state("maps", "x", n % 4, value - 3)
                model.field("maps", "x")[n % 4] = value - 3
            kept[model.step] = model.save()
            end = model.step
        assert session.wait(10)
        assert session.simulation.bits() == model.bits()
        assert session.end_step == end
        found = {branch.number: branch.end_step for branch in session.branches}
        for number in found.keys() - branches.keys():
            branches[number] = before
        assert found == {number: last for number, (_, last) in branches.items()}
    assert len(branches) > 20


def test_random_orders_without_waiting_replay_from_reset_to_the_same_bits(make):
    rng = np.random.default_rng(21)
    session = make(sigma=0.01, chunk=5, snapshot_bytes=4000, seconds_per_step=2e-6)
    checked = 0
    for k in range(1000):
        kind = rng.choice(["run", "step", "rewind", "parameter", "state", "pause", "input"])
        value = float(rng.uniform(3.5, 3.9))
        if kind == "run":
            session.run(None if value < 3.7 else value)
        elif kind == "step":
            session.step(int(rng.integers(0, 30)))
        elif kind == "rewind":
            session.rewind(value - 3.3)
        elif kind == "parameter":
            session.params["r"] = value
        elif kind == "state":
            session.set_state("maps", "x", None if value < 3.7 else 2, value - 3)
        elif kind == "input":
            session.set_input(0, (value - 3.7) * 0.01)
        else:
            session.pause()
        if k % 100 == 99:
            session.pause()
            assert session.wait(10)
            assert session.simulation.bits() == replay(session.log, session.step_count, sigma=0.01).bits()
            checked += 1
    assert checked == 10
    assert session.branches
    assert [branch.number for branch in session.branches] == list(range(1, len(session.branches) + 1))
