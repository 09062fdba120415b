"""The thread of a session: pace, promptness, callbacks, failures, and that nothing is left of it."""

from __future__ import annotations

import _thread
import gc
import os
import subprocess
import sys
import threading
import time
import traceback
import weakref

import numpy as np
import pytest

from brainpy_lab.errors import ModelUseError
from brainpy_lab.runtime.session import Session
from tests.runtime.fake_simulation import FakeSimulation, replay

MAX = float("inf")


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and "brainpy_lab" in thread.name]
    if left:
        gc.collect()
    for thread in left:
        thread.join(2)
    assert not any(thread.is_alive() for thread in left)


@pytest.fixture
def make():
    sessions = []

    def make(speed=MAX, **options):
        sessions.append(Session(FakeSimulation(**options), speed=speed))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


def session_threads():
    return [thread for thread in threading.enumerate() if thread.name == "brainpy_lab session"]


# ---- pace and promptness


def test_simulated_time_follows_the_wall_clock(make):
    session = make(speed=100.0)
    started = time.perf_counter()
    session.run(100.0)
    session.wait(10)
    took = time.perf_counter() - started
    # One second, within what a busy machine may add; never earlier than the last quantum of 8 ms allows.
    assert 0.98 < took < 1.25
    assert session.achieved_speed == pytest.approx(100.0, rel=0.25)


def test_a_new_speed_acts_on_a_run_that_waits(make):
    session = make(speed=0.001)  # a step in 100 s
    session.run(5.0)
    assert not session.wait(0.05)
    session.speed = MAX
    assert session.speed == MAX
    assert session.wait(2)
    assert session.step_count == 50


def test_a_paced_run_sleeps_between_its_steps(make):
    session = make(speed=20.0)
    started = time.thread_time_ns()
    spent = []
    session.on_chunk.append(lambda _: spent.append(time.thread_time_ns()))
    session.run(10.0)
    session.wait(5)
    # 100 steps of some 20 us each in half a second: a thread that waits by spinning would take all of it.
    assert len(spent) > 10
    assert spent[-1] - spent[0] < 0.25e9, started


@pytest.mark.parametrize("speed", [2.0, 100.0, MAX])
def test_pause_and_changes_act_within_milliseconds_at_every_speed(make, speed):
    session = make(speed=speed, seconds_per_step=2e-4)  # chunks of 2 ms
    session.run()
    session.wait(0.05)
    delays = []
    for k in range(10):
        started = time.perf_counter()
        session.params["r"] = 3.5 + k / 100
        seen = session.state()  # between two chunks, with the change applied
        delays.append(time.perf_counter() - started)
        assert seen.step <= session.step_count
        assert session.simulation.param("maps", "r") == 3.5 + k / 100
    started = time.perf_counter()
    session.pause()
    assert session.wait(5)
    delays.append(time.perf_counter() - started)
    assert np.median(delays) < 0.02 and max(delays) < 0.15
    assert session.status == "paused"


def test_a_paused_session_does_nothing(make):
    session = make()
    session.step(3).result(5)
    calls = []
    session.on_chunk.append(calls.append)
    time.sleep(0.1)
    assert session.step_count == 3 and calls == []


def test_the_thread_starts_with_the_first_run(make):
    before = len(session_threads())
    session = make()
    session.params["r"] = 3.5
    session.state()
    session.wait()
    assert len(session_threads()) == before
    session.run(1.0)
    session.wait(5)
    assert len(session_threads()) == before + 1


# ---- callbacks


def test_callbacks_come_between_chunks_in_the_thread_of_the_session(make):
    session = make(chunk=10)
    seen = []
    session.on_chunk.append(lambda s: seen.append((s.step_count, threading.current_thread().name, s is session)))
    session.run(5.0)
    session.wait(5)
    assert seen == [(step, "brainpy_lab session", True) for step in (10, 20, 30, 40, 50)]


def test_callbacks_come_after_a_change_or_a_jump_while_paused(make):
    session = make()
    seen = []
    session.on_chunk.append(lambda s: seen.append((s.step_count, s.params["r"])))
    session.params["r"] = 3.5
    session.wait(5)
    session.step(20).result(5)
    session.wait(5)
    session.rewind(1.0).result(5)
    assert seen[0] == (0, 3.5)
    assert seen[-1] == (10, 3.5)


def test_a_callback_may_call_everything_but_wait(make):
    session = make(chunk=10)
    refused, states, once = [], [], []

    def callback(s):
        states.append(s.state().step)
        if once:
            return
        once.append(1)
        s.params["r"] = 3.5
        assert s.params["r"] == 3.5
        s.set_state("maps", "x", 0, 0.5)
        kept = s.snapshot()
        s.restore(kept)
        s.rewind(0.5)
        s.step(7)
        s.pause()
        s.speed = 1000.0
        assert s.log
        try:
            s.wait()
        except RuntimeError as error:
            refused.append(error)

    session.on_chunk.append(callback)
    session.run()
    assert session.wait(5)
    assert session.status == "paused"
    assert states[0] == 10
    assert len(refused) == 1
    assert session.simulation.bits() == replay(session.log, session.step_count).bits()


def test_a_callback_may_close_its_session(make):
    session = make()
    session.on_chunk.append(lambda s: s.close())
    session.run()
    session.wait(5)
    session.close()
    assert session.status == "closed"
    assert session.step_count == 10


def test_status_is_told_when_it_changes(make):
    session = make()
    told = []
    session.on_status.append(lambda s: told.append(s.status))
    session.run(10.0)
    session.wait(5)
    session.step(5).result(5)
    session.wait(5)
    session.close()
    assert told == ["running", "paused", "running", "paused", "closed"]


# ---- failures


def test_an_error_in_the_simulation_surfaces_as_it_was_raised(make):
    session = make(fail_at=25)
    session.run(10.0)
    with pytest.raises(ArithmeticError, match="the map broke at step 25") as caught:
        session.wait(5)
    assert "advance" in "".join(traceback.format_tb(caught.tb))
    assert session.status == "failed"
    assert session.error is caught.value
    for call in (session.run, session.step, session.pause, lambda: session.rewind(1.0), session.wait):
        with pytest.raises(ArithmeticError):
            call()
    with pytest.raises(ArithmeticError):
        session.params["r"] = 3.5
    assert not session_threads()


def test_an_error_reaches_the_future_that_waits_for_it(make):
    session = make(fail_at=25)
    with session.at_rest():  # both are asked for before the first one fails
        future, later = session.step(100), session.step(1)
    for waiting in (future, later):
        with pytest.raises(ArithmeticError):
            waiting.result(5)


def test_a_traceback_does_not_grow_with_each_raise(make):
    session = make(fail_at=0)
    session.step()
    lengths = []
    for _ in range(3):
        with pytest.raises(ArithmeticError) as caught:
            session.wait(5)
        lengths.append(len(traceback.extract_tb(caught.tb)))
    assert len(set(lengths)) == 1


def test_reset_puts_a_failed_session_right(make):
    session = make(fail_at=25)
    session.run(10.0)
    with pytest.raises(ArithmeticError):
        session.wait(5)
    session.simulation.fail_at = None
    assert session.reset().result(5).step == 0
    assert session.status == "paused" and session.error is None
    session.step(30).result(5)
    assert session.simulation.bits() == replay((), 30).bits()


def test_restore_puts_a_failed_session_right(make):
    session = make(fail_at=25)
    session.step(20).result(5)
    kept = session.snapshot()
    with pytest.raises(ArithmeticError):
        session.step(20).result(5)
    session.restore(kept)
    assert session.status == "paused"
    assert session.simulation.bits() == replay((), 20).bits()


def test_a_snapshot_of_another_program_is_the_callers_error_and_harms_nothing(make):
    session = make()
    session.step(5).result(5)
    for foreign in (None, FakeSimulation(n=7).save()):
        with pytest.raises(ModelUseError, match="is no snapshot of this session's program"):
            session.restore(foreign)
    assert session.status == "paused"
    assert session.step(5).result(5).step == 10
    assert session.branches == ()


def test_a_nudge_calls_back_while_paused_and_while_a_slow_run_waits(make):
    session = make(speed=0.001)
    called = threading.Event()
    session.on_chunk.append(lambda s: called.set())
    session.nudge()
    assert called.wait(2)
    session.run()
    session.wait(0.05)
    called.clear()
    session.nudge()
    assert called.wait(2)
    assert session.step_count == 0 and session.log == ()


def test_an_error_in_a_callback_ends_the_session_as_failed(make):
    session = make()
    told = []
    session.on_chunk.append(lambda s: 1 / 0)
    session.on_status.append(lambda s: told.append((s.status, type(s.error))))
    future = session.step(10)
    assert future.result(5).step == 10  # the steps were made
    with pytest.raises(ZeroDivisionError):
        session.wait(5)
    assert session.status == "failed"
    assert told[-1] == ("failed", ZeroDivisionError)


def test_leaving_the_with_block_raises_an_error_that_nobody_saw():
    with pytest.raises(ArithmeticError):
        with Session(FakeSimulation(fail_at=5), speed=MAX) as session:
            session.run(10.0)
            while session.status == "running":
                time.sleep(0.001)
    assert session.status == "closed"


# ---- the end


def test_close_ends_the_thread_at_once_and_twice(make):
    session = make(seconds_per_step=1e-4)
    session.run()
    future = session.step(10**9)
    session.wait(0.02)
    session.close()
    assert not session_threads()
    session.close()
    assert session.status == "closed"
    assert future.result(0).step == session.step_count
    for call in (session.run, session.step, session.reset, lambda: session.params.update({("maps", "r"): 3.0})):
        with pytest.raises(ModelUseError, match="the session is closed"):
            call()
    assert session.state().step == session.step_count
    assert session.params["r"] == 3.7


def test_a_value_set_just_before_close_is_not_lost(make):
    session = make()
    session.step().result(5)
    session.params["r"] = 3.5
    session.close()
    assert session.simulation.param("maps", "r") == 3.5
    assert len(session.log) == 1


def test_close_wakes_a_waiting_thread(make):
    session = make(speed=0.001)
    session.run()
    waiting = threading.Thread(target=session.wait)
    waiting.start()
    time.sleep(0.02)
    session.close()
    waiting.join(2)
    assert not waiting.is_alive()


@pytest.mark.parametrize("with_callback", [False, True])
def test_a_forgotten_session_ends_its_thread(with_callback):
    session = Session(FakeSimulation(seconds_per_step=1e-4), speed=100.0)
    if with_callback:
        session.on_chunk.append(lambda s, me=session: me.t)  # a callback that knows its session
    session.run()
    session.wait(0.05)
    forgotten, thread = weakref.ref(session), session_threads()[-1]
    del session
    gc.collect()
    thread.join(2)
    gc.collect()
    assert not thread.is_alive()
    assert forgotten() is None


def test_a_failed_session_can_be_forgotten():
    session = Session(FakeSimulation(), speed=MAX)
    session.on_chunk.append(lambda s: 1 / 0)
    session.run()
    with pytest.raises(ZeroDivisionError):
        session.wait(5)
    forgotten = weakref.ref(session)
    del session
    gc.collect()
    assert forgotten() is None


def test_ctrl_c_while_waiting_pauses_and_is_raised(make):
    session = make(seconds_per_step=1e-4)
    session.run()
    timer = threading.Timer(0.1, _thread.interrupt_main)
    timer.start()
    started = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        session.wait(5)
    timer.join()
    assert time.perf_counter() - started < 1.0
    assert session.status == "paused"
    assert session.wait(2)
    assert session.step(1).result(5).step == session.step_count


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_in_a_forked_child_a_running_session_is_closed_and_a_fresh_one_works():
    code = """
import os, sys, warnings
sys.path.insert(0, os.getcwd())
warnings.simplefilter("ignore")
from brainpy_lab.runtime.session import Session
from tests.runtime.fake_simulation import FakeSimulation
running, fresh = Session(FakeSimulation(), speed=50.0), Session(FakeSimulation(), speed=float("inf"))
running.run()
child = os.fork()
if child == 0:
    ok = running.status == "closed" and fresh.step(5).result(5).step == 5
    running.close(); fresh.close()
    os._exit(0 if ok else 3)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
assert running.status == "running"
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=30, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_interpreter_ends_with_sessions_running_and_says_nothing():
    code = """
import os, sys
sys.path.insert(0, os.getcwd())
from brainpy_lab.runtime.session import Session
from tests.runtime.fake_simulation import FakeSimulation
sessions = [Session(FakeSimulation(), speed=speed) for speed in (1.0, float("inf"))]
for session in sessions:
    session.run()
    session.wait(0.02)
"""
    done = subprocess.run([sys.executable, "-c", code], timeout=30, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# ---- many threads


def test_calls_from_many_threads_leave_a_log_that_replays_to_the_same_bits(make):
    session = make(sigma=0.01, seconds_per_step=1e-5)
    session.run()
    errors = []

    def hammer(seed):
        rng = np.random.default_rng(seed)
        try:
            for _ in range(60):
                kind = rng.integers(0, 8)
                if kind == 0:
                    session.rewind(float(rng.uniform(0, 3)))
                elif kind == 1:
                    session.step(int(rng.integers(0, 20))).result(20)
                elif kind == 2:
                    session.pause()
                elif kind == 3:
                    states = session.state()
                    # count goes up by the rate, 1, at every step: a torn copy would differ
                    assert states["other"]["count"][0] == states.step
                elif kind == 4:
                    session.snapshot()
                elif kind == 5:
                    session.set_state("maps", "x", int(rng.integers(0, 4)), float(rng.uniform(0, 1)))
                else:
                    session.run()
                    session.params["r"] = float(rng.uniform(3.5, 3.9))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=hammer, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == [] and not any(thread.is_alive() for thread in threads)
    session.pause()
    assert session.wait(10)
    assert session.simulation.bits() == replay(session.log, session.step_count, sigma=0.01).bits()
