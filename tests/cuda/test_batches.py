"""What a batch of steps has recorded comes to the host while the next one is under way, and nothing is lost.

Once on the emulated device, which has done a batch when its launch returns, and once on one that does it when somebody
waits for it; both with next to no room, so that lists fill up in mid-run, on the device and on the host.
"""

from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.backends.cuda import advance, memory_text, staging
from brainpy_lab.backends.cuda.emulator import EmulatedDevice
from brainpy_lab.errors import InternalError
from brainpy_lab.runtime import recordings, simulation
from tests.agreement.networks import DENSE, EVENTS, assert_same_bits, counters
from tests.cuda.late import Late

DEVICES = {"at once": EmulatedDevice, "late": Late}
SMALL = {"one block": advance.SMALL, "kernels": 0}
MONITORS = [DENSE, replace(DENSE, some=True), EVENTS, replace(EVENTS, some=False)]
CHOSEN = [None, np.array([4, 0, 0]), None, None]
CALLS = (5, 1, 0, 90, 9, 45)

# Five elements fire in every third step. Lists on a device have room for 20, those on the host for as many as is told.
ROOM = {
    "lists of the device fill up": dict(at_once=40, host=1000),
    "lists of the host fill up": dict(at_once=7, host=31),
    "both do": dict(at_once=13, host=22),
    "a step at a time": dict(at_once=1, host=1000),
    "rows fill up": dict(at_once=11, host=1000, staged=2 * 3 * 5 * 8),
}


@contextmanager
def little_room(at_once=256, host=recordings.FIRST_ROOM, staged=20_000, lists=1):
    with (
        mock.patch.object(advance, "AT_ONCE", at_once),
        mock.patch.object(advance, "LIST_ROOM", lists),
        mock.patch.object(advance, "STAGED", staged),
        mock.patch.object(recordings, "FIRST_ROOM", host),
    ):
        yield


@contextmanager
def on(device, small=advance.SMALL):
    """What is built for the emulator runs there."""

    def compiled(plan, buffers, *_):
        return advance.CudaAdvance(plan, buffers, device, small)

    with mock.patch.object(simulation, "compile_plan", compiled):
        yield


def recorded(backend="emulator", window=0, calls=CALLS):
    """Calls of odd sizes, with a way back to a snapshot; everything that monitors told on the way, and the end."""
    sim = counters(backend, monitors=MONITORS, indices=CHOSEN, k=0.5)
    sim.begin(0.0, None if window else sum(calls), window)
    told = []
    for number, n in enumerate(calls):
        kept = sim.save() if number == 3 else None
        sim.advance(n)
        if kept is not None:
            sim.load(kept)
            sim.advance(n)
        first = max(0, sim.run_step - (window or sim.run_step))
        told += [sim.ring(0).copy(), sim.ring(1).copy(), *sim.events_since(2, first), *sim.events_since(3, first)]
    return sim, told


def assert_same(expected, found):
    assert_same_bits(expected[0], found[0])
    assert len(expected[1]) == len(found[1])
    assert all(np.array_equal(one, other) for one, other in zip(expected[1], found[1]))


@pytest.mark.parametrize("small", SMALL)
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("room", ROOM)
def test_nothing_is_lost_when_there_is_next_to_no_room(room, device, small):
    for window in (0, 17):
        with little_room(**ROOM[room]):
            expected = recorded("reference", window)
        with little_room(**ROOM[room]), on(DEVICES[device](), SMALL[small]):
            found = recorded(window=window)
        assert_same(expected, found)
        assert len(expected[0].events_since(2, 0)[0]) > (20 if window else 200)
        fills = "fill" in room and "lists" in room or room == "both do"
        assert (found[0].code.held_up > 0) == fills, (room, found[0].code.held_up)


def test_a_batch_is_launched_before_the_one_before_it_is_brought():
    device = Late()
    with little_room(at_once=10, lists=256), on(device):
        sim = counters("emulator", monitors=MONITORS, indices=CHOSEN)
        sim.begin(0.0, 45)
        sim.advance(45)
    order = [("launch", 0)]
    for k in range(4):
        order += [("launch", k + 1), ("bring", k)]
    assert device.log == [*order, ("bring", 4)]
    assert sim.code.held_up == 0


@pytest.mark.parametrize(
    "small, monitors, steps, batches",
    [
        ("kernels", [EVENTS], 26, 4),  # 8, 8, 8, 2
        ("kernels", [DENSE], 100, 4),  # 32, 32, 32, 4
        ("kernels", [EVENTS], 3000, 12),  # the most that a batch has is 256
        ("kernels", [EVENTS], 5, 1),
        ("kernels", [], 100, 1),
        ("one block", [EVENTS], 100, 1),
    ],
)
def test_a_short_call_of_a_large_network_is_done_in_batches_too(small, monitors, steps, batches):
    device = Late()
    with little_room(lists=10_000, staged=10**6), on(device, SMALL[small]):
        sim = counters("emulator", monitors=monitors)
        sim.begin(0.0, steps)
        sim.advance(steps)
        sim.sync()
    assert [what for what, _ in device.log].count("launch") == batches
    assert sim.field("N", "x").tolist() == [float(steps)] * 5


def test_what_was_launched_behind_a_full_list_does_nothing():
    device = Late()
    with little_room(at_once=13), on(device):
        sim = counters("emulator", monitors=[EVENTS])
        sim.begin(0.0, 30)
        code = sim.code
        code._upload()
        code._set_clock(0, 0, 0.0, 0.1, 0)
        # Steps 0, 3, 6 and 9 bring five events each, which fills a list of 20: of 13 steps ten are done.
        assert code._batches(30, 0) == 10
        assert device.log == [("launch", 0), ("launch", 1), ("bring", 0)]
        assert sim.buffers[code.text.events[0].lists[2]][0] == 20 and code.held_up == 3 + 13
        code.fetch()
    assert not device.waiting and sim.field("N", "x").tolist() == [10.0] * 5


@pytest.mark.parametrize("small", SMALL)
def test_addresses_that_are_too_many_for_a_launch_lie_in_the_memory_of_each_batch(small):
    expected = recorded("reference")
    with little_room(at_once=7), mock.patch.object(memory_text, "MOST_ARGUMENTS", 64), on(Late(), SMALL[small]):
        found = recorded()
    assert "const Arrays* P" in found[0].code.text.source
    assert_same(expected, found)


@pytest.mark.parametrize(
    "written, instead, room",
    [
        ("before->left > 0", "false", "lists of the device fill up"),  # goes on behind a full list
        ("C->host[k] -= C->count[k];", "", "lists of the host fill up"),  # forgets what is still to be brought
        ("C->count[k] = 0;", "", "lists of the host fill up"),  # brings events twice
    ],
)
def test_a_batch_that_does_not_follow_the_one_before_it_is_noticed(written, instead, room):
    expected = recorded("reference")
    print_program = advance.print_program

    def printed(*args):
        text = print_program(*args)
        assert text.source.count(written) == 1
        return replace(text, source=text.source.replace(written, instead))

    with (
        little_room(**ROOM[room]),
        mock.patch.object(advance, "print_program", printed),
        on(EmulatedDevice()),
        pytest.raises((AssertionError, ValueError, InternalError)),
    ):
        assert_same(expected, recorded())


def test_a_single_memory_for_all_batches_is_noticed():
    with little_room(staged=2 * 7 * 5 * 8), on(EmulatedDevice()):
        sim = counters("emulator", monitors=[DENSE])
        sim.begin(0.0, 30)
        one, other = (turn.held._places for turn in sim.code._turns)
        own = dict(other)
        other.update({key: place for key, place in one.items() if staging.is_staged(key)})
        sim.code.rebind()
        sim.advance(30)
        other.update(own)
    rows = sim.monitor(0)[:, 0]
    assert not np.array_equal(rows, np.arange(1.0, 31.0))
    assert np.array_equal(rows[28:], [29.0, 30.0])  # of the last batch, behind which there is none


# ---- interrupts, sessions


@pytest.mark.parametrize("at", [1, 4, 9])
def test_an_interrupt_between_batches_leaves_everything_usable(at):
    expected = recorded("reference")
    device = Late()
    with little_room(at_once=7, host=31), on(device):
        sim = counters("emulator", monitors=MONITORS, indices=CHOSEN, k=0.5)
        sim.begin(0.0, 150)
        sim.advance(20)
        kept = sim.save()
        bring, calls = staging.Staging.bring, iter(range(100))

        def interrupted(*args):
            if next(calls) == at:
                raise KeyboardInterrupt
            return bring(*args)

        with mock.patch.object(staging.Staging, "bring", interrupted), pytest.raises(KeyboardInterrupt):
            sim.advance(130)
        assert not device.waiting
        sim.load(kept)
        sim.advance(130)
        assert_same_bits(expected[0], sim)


@pytest.mark.parametrize("device", DEVICES)
def test_a_session_goes_back_across_batches(device):
    def use():
        group = bp.NeuGroup(bp.models.get_LIF(), 12, monitors=["V", "spike"])
        group.ST["V"] = np.linspace(-5.0, 15.0, 12)
        sim = bp.Network(group).simulation(inputs=(group, "ST.input", 40.0))
        with bp.Session(sim, speed=float("inf"), ring_rows=50) as session:
            session.step(70).result(60)
            session.params["N0", "tau"] = 6.0
            session.step(33).result(60)
            kept = session.state()["N0"]["V"]
            session.rewind(4.0).result(60)
            session.step(40).result(60)
            assert np.array_equal(session.state()["N0"]["V"], kept)
            return [kept, sim.ring(0).copy(), *sim.events_since(1, max(0, sim.run_step - 50))]

    bp.profile.set(dt=0.1, seed=3, jit=False)
    expected = use()
    bp.profile.set(jit="auto", device="emulator")
    with little_room(at_once=9, host=40), on(DEVICES[device]()):
        found = use()
    assert len(expected[2]) > 5
    for one, other in zip(expected, found):
        assert np.array_equal(one, other)
