"""The ring of snapshots, the log and the mailbox, without a simulation."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from brainpy_lab.runtime.changes import Change
from brainpy_lab.runtime.history import MAX_SNAPSHOTS, History
from brainpy_lab.runtime.log import Log
from brainpy_lab.runtime.mailbox import Mailbox


def snapshot(nbytes):
    return SimpleNamespace(nbytes=nbytes)


def filled(bound, n, nbytes=100, every=10):
    history = History(bound)
    history.begin(0, 0, snapshot(nbytes))
    for k in range(1, n + 1):
        history.add(k * every, 0, snapshot(nbytes))
        assert history.nbytes <= bound and len(history) <= MAX_SNAPSHOTS
    return history


def test_the_bound_holds_after_every_snapshot():
    history = filled(2000, 500)
    assert len(history) == 21  # 20 of 100 bytes, and the beginning


def test_the_number_of_snapshots_is_bounded_even_when_they_take_no_memory():
    assert len(filled(10**9, 1000, nbytes=0)) == MAX_SNAPSHOTS


def test_the_beginning_and_the_newest_stay():
    history = filled(2000, 500)
    assert history.oldest_step == 0
    assert history.steps[-1] == 5000


def test_density_falls_with_age():
    history = filled(3000, 2000)
    gaps = np.diff(history.steps)
    ages = history.steps[-1] - np.asarray(history.steps[:-1])
    # 30 snapshots over 2,000 gaps: with one ratio between neighbours it would be 2000**(1/29) - 1 = 0.3 of the age
    # at most; thinning one at a time may leave about twice that.
    old = ages > 20
    assert (gaps[old] / ages[old])[1:].max() < 0.75
    assert gaps[0] > 10 * gaps[-1]


def test_a_snapshot_larger_than_the_bound_leaves_only_the_beginning():
    history = filled(99, 5)
    assert history.steps == [0]
    assert history.nbytes == 0


def test_the_last_snapshot_at_or_before_a_step_is_found():
    history = filled(10**6, 5)
    assert [history.before(step).step for step in (0, 9, 10, 11, 50, 1000)] == [0, 0, 10, 10, 50, 50]


def test_a_step_is_saved_once():
    history = filled(10**6, 3)
    kept = history.before(20).snapshot
    history.add(20, 5, snapshot(1))
    assert history.before(20).snapshot is kept


def test_dropping_a_future_keeps_what_is_at_or_before_the_step():
    history = filled(10**6, 5)
    history.drop_after(30)
    assert history.steps == [0, 10, 20, 30]
    history.drop_after(0)
    assert history.steps == [0]


def parameter(name, value):
    return Change("parameter", ("a", name), float(value).hex())


def test_the_latest_value_in_a_slot_wins():
    box = Mailbox()
    for value in range(5):
        box.put(parameter("I", value))
    box.put(parameter("g", 1))
    assert box.peek("parameter", ("a", "I")).number == 4.0
    assert box.take() == [parameter("I", 4), parameter("g", 1)]
    assert len(box) == 0 and box.peek("parameter", ("a", "I")) is None


def test_overlapping_targets_act_in_the_order_of_their_last_write():
    box = Mailbox()
    one, everything = ("a", "V", 3), ("a", "V", None)
    for target in (one, everything, one, everything):
        box.put(Change("state", target, (0.0).hex()))
    assert [change.target for change in box.take()] == [one, everything]


def test_two_values_at_one_step_leave_one_entry():
    log = Log()
    log.append(5, parameter("I", 1))
    log.append(5, parameter("g", 2))
    log.append(5, parameter("I", 3))
    log.append(6, parameter("I", 4))
    assert [(entry.step, entry.target[1], float.fromhex(entry.value)) for entry in log.entries] == [
        (5, "g", 2.0),
        (5, "I", 3.0),
        (6, "I", 4.0),
    ]


def test_an_entry_that_a_snapshot_counts_stays():
    log = Log()
    log.append(5, parameter("I", 1))
    log.pin()
    log.append(5, parameter("I", 3))
    assert len(log.entries) == 2


@pytest.mark.parametrize("value", [0.1, -0.0, 5e-324, 1.7976931348623157e308, 1 / 3])
def test_a_logged_number_keeps_every_bit(value):
    assert np.float64(parameter("I", value).number).tobytes() == np.float64(value).tobytes()
