"""Threads that run a program together: how long they live, what ends a run, how many are used and what is said."""

import gc
import multiprocessing
import threading
import time

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.backends.numba import pieces, team, team_backend, turns, work
from tests.agreement.networks import DENSE, EVENTS, assert_same_bits, counters


@pytest.fixture
def whatever_it_costs(monkeypatch):
    """Use as many threads as are allowed, and cut even a few neurons into pieces."""
    monkeypatch.setattr(team_backend, "worth", lambda times, meetings: (max(times), "told to"))
    monkeypatch.setattr(pieces, "GRAIN", 1)
    monkeypatch.setattr(turns, "FIRST_PROBE", 2**60)


def helpers():
    return [thread for thread in threading.enumerate() if thread.name.startswith("brainpy_lab thread")]


def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def on(threads, n=50, steps=200, **options):
    sim = counters("numba", monitors=[DENSE, EVENTS], n=n, threads=threads, **options)
    sim.begin(0.0, steps)
    sim.advance(steps)
    return sim


# ---- how long they live


def test_threads_live_as_long_as_their_simulation(whatever_it_costs):
    before = len(helpers())
    sim = on(4)
    assert len(helpers()) == before + 3
    del sim
    gc.collect()
    assert until(lambda: len(helpers()) == before)


def test_threads_do_not_keep_a_waiting_process_busy(whatever_it_costs):
    sim = on(2)
    time.sleep(0.1)  # they stay for some milliseconds, in case there is more to do
    used = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - used < 0.1
    sim.advance(1)


def test_several_simulations_at_once_in_several_threads(whatever_it_costs):
    expected = on(None, steps=3000)
    sims = [counters("numba", monitors=[DENSE, EVENTS], n=50, threads=k % 3 + 1) for k in range(6)]
    for sim in sims:
        sim.begin(0.0, 3000)
    threads = [threading.Thread(target=lambda sim=sim: [sim.advance(100) for _ in range(30)]) for sim in sims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60.0)
        assert not thread.is_alive()
    for sim in sims:
        assert_same_bits(expected, sim)


def _run_on(sim, results):
    sim.advance(100)
    results.put(sim.field("N", "x").copy())


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork on this machine")
def test_a_forked_process_starts_threads_of_its_own(whatever_it_costs):
    sim = on(3, steps=400)
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    children = [context.Process(target=_run_on, args=(sim, results), daemon=True) for _ in range(2)]
    for child in children:
        child.start()
    found = [results.get(timeout=60.0) for _ in children]
    for child in children:
        child.join(10.0)
        assert child.exitcode == 0
    sim.advance(100)
    assert all(np.array_equal(array, sim.field("N", "x")) for array in found)


# ---- what ends a run


def test_an_error_of_thread_0_sends_the_others_home_and_is_raised(whatever_it_costs):
    def fill(ST, counts):
        counts[int(ST["x"][0])] += 1
        ST["x"] = ST["x"] + 1.0

    model = bp.NeuType("fill", ST=bp.NeuState("x"), steps=fill, hand_overs={"counts": np.zeros(30, int)})
    group = bp.NeuGroup(model, 20, monitors=["x"])
    sim = team_simulation(bp.Network(group), 3)
    assert sim.threads == 3
    sim.begin(0.0, 100)
    sim.advance(20)
    with pytest.raises(IndexError):
        sim.advance(50)
    assert group.ST["x"][0] == 30.0
    group.ST["x"][:] = 5.0
    sim.advance(10)
    assert np.array_equal(group.ST["x"], np.full(20, 15.0)) and group.counts[5:15].tolist() == [2] * 10


def team_simulation(network, threads):
    from brainpy_lab.runtime.build import build

    program, bindings = network.build_program()
    return build(program, bindings, "numba", threads)


def test_an_error_of_another_thread_is_raised_in_the_first():
    def advance(words, clock, addresses, sizes, rank):
        if rank:
            raise MemoryError("no memory for a thread")
        words[team.JOB] += 1
        while words[team.FINISHED + team.LINE] != words[team.JOB]:
            time.sleep(1e-3)
        return -1

    several = team.Team(advance, 2, 1)
    for _ in range(2):
        with pytest.raises(MemoryError, match="for a thread"):
            several.advance(0, 0, 1, 0.0, 0.1, 0)


def test_more_threads_than_cores_come_to_an_end(whatever_it_costs):
    began = time.perf_counter()
    sim = on(4 * team.cores() + 3, n=100, steps=300)
    assert time.perf_counter() - began < 30.0  # thousands of meetings that each wait for a slice would take minutes
    assert_same_bits(on(None, n=100, steps=300), sim)


# ---- how many, and what is said


def big():
    return bp.Network(group=bp.NeuGroup(bp.models.get_HH(), 5000, monitors=["spike"]))


def test_the_device_decides_and_numbas_setting_says_how_many(monkeypatch):
    monkeypatch.setattr("numba.config.NUMBA_NUM_THREADS", 2)
    bp.profile.set(device="multi-cpu", jit=True)
    assert (bp.profile.get_device(), bp.profile.get_num_threads()) == ("multi-cpu", 2)
    network = big()
    network.run(0.5, inputs=(network.group, "ST.input", 10.0))
    built = network._built.simulation
    assert (built.threads, built.notices) == (2, [])
    bp.profile.set(device="cpu")
    network.run(0.5, inputs=(network.group, "ST.input", 10.0))
    assert network._built.simulation is not built and network._built.simulation.threads == 1
    assert network._built.simulation.notices == []


@pytest.mark.parametrize(
    "n, most, words",
    [
        (100, 2, "a step of about .* us is too short to be divided"),
        (10, 2, "its work belongs to so few neurons"),
        (5000, 1, "only one is allowed .NUMBA_NUM_THREADS"),
    ],
)
def test_one_thread_says_why(monkeypatch, n, most, words):
    monkeypatch.setattr("numba.config.NUMBA_NUM_THREADS", most)
    bp.profile.set(device="multi-cpu", jit=True)
    group = bp.NeuGroup(bp.models.get_LIF(), n, monitors=["spike"])
    with pytest.warns(UserWarning, match=f"device 'multi-cpu': this program runs on one thread, because {words}"):
        group.run(0.5)


def test_the_reference_says_that_it_has_one_thread():
    bp.profile.set(device="multi-cpu", jit=False)
    with pytest.warns(UserWarning, match="the reference back end .NumPy. runs on one thread"):
        bp.NeuGroup(bp.models.get_LIF(), 3).run(0.5)


def test_threads_are_used_when_they_pay():
    # us per step on one thread and with the most loaded of two or four, and how often they meet
    assert work.worth({1: 50_000.0, 2: 25_000.0, 4: 13_000.0}, 2)[0] == 4
    assert work.worth({1: 2000.0, 2: 1000.0, 4: 500.0}, 4)[0] == 1
    assert work.worth({1: 2000.0, 2: 1000.0, 4: 500.0}, 0)[0] == 4
    size, why = work.worth({1: 50_000.0, 2: 49_000.0}, 1)
    assert size == 1 and "so few neurons" in why
    assert "steps are in Python" in work.worth({1: 0.0, 2: 0.0}, 0)[1]


def done(turn, n_steps, seconds):
    """The parts of a call, when steps take ``seconds[together]``."""
    parts = []
    for together, n, counts in turn.parts(n_steps):
        parts.append((together, n))
        if counts:
            turn.note(together, seconds[together])
    assert sum(n for _, n in parts) == n_steps
    return parts


def test_whoever_is_faster_does_the_steps():
    turn = turns.Turns()
    quiet, busy = {True: 1.0, False: 1.9}, {True: 6.0, False: 2.0}
    for _ in range(turns.FIRST_PROBE):
        assert done(turn, 800, quiet) == [(True, 800)]
    assert done(turn, 800, quiet) == [(False, 1), (False, 100), (True, 699)]
    assert turn.together
    calls = [done(turn, 800, busy) for _ in range(600)]
    assert not turn.together and turn.is_alone
    alone = sum(n for call in calls for together, n in call if not together)
    assert alone > 0.9 * 800 * 600
    # Probes become rare, and still notice when the machine has become quiet.
    assert sum(len(call) > 1 for call in calls[300:]) <= 3
    for _ in range(10 * turns.LAST_PROBE):
        done(turn, 800, quiet)
    assert turn.together


def test_calls_of_a_few_steps_are_not_divided():
    turn = turns.Turns()
    for _ in range(5 * turns.FIRST_PROBE):
        assert done(turn, turns.SHARE - 1, {True: 1.0, False: 1.0}) == [(True, turns.SHARE - 1)]


def test_the_bits_do_not_tell_who_did_the_steps(whatever_it_costs):
    sim = counters("numba", monitors=[DENSE, EVENTS], n=50, threads=3)
    sim.begin(0.0, 200)
    who = []
    for k in range(20):
        sim.code.turns.together = bool(k % 3)
        sim.advance(10)
        who.append(sim.code.cuts[0].team._words[team.JOB])
    assert 10 < who[-1] < 20 and np.any(np.diff(who) == 0)
    assert_same_bits(on(None), sim)


def test_a_program_that_one_thread_does_better_says_so(whatever_it_costs, monkeypatch):
    sim = on(2, steps=400)
    monkeypatch.setattr(turns.Turns, "is_alone", True)
    sim.begin(0.0, 20)
    sim.advance(10)
    sim.advance(10)
    assert [notice for notice in sim.notices if "one thread does the steps alone" in notice] == sim.notices
