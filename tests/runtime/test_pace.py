"""Simulated time against a clock that the test moves."""

from __future__ import annotations

import math

import pytest

from brainpy_lab.runtime.pace import PATIENCE, QUANTUM, Pace


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_steps_are_due_in_proportion_to_the_time_passed(clock):
    pace = Pace(0.1, 100.0, clock)
    pace.start(50)
    assert pace.due(50) == 0
    clock.now += 0.05
    assert pace.due(50) == 50  # 0.05 s x 100 ms/s / 0.1 ms
    assert pace.due(80) == 20


def test_a_delay_is_one_quantum_when_steps_are_short_and_one_step_when_they_are_long(clock):
    pace = Pace(0.1, 100.0, clock)
    assert pace.delay(0, 1000) == pytest.approx(QUANTUM)
    assert pace.delay(0, 1) == pytest.approx(0.001)
    slow = Pace(1.0, 5.0, clock)
    assert slow.delay(0, 1000) == pytest.approx(0.2)


def test_a_step_that_is_due_less_often_than_the_patience_still_comes(clock):
    pace = Pace(1.0, 1.0, clock)  # one step a second
    for _ in range(99):
        clock.now += 0.01
        assert pace.due(0) == 0
    clock.now += 0.02
    assert pace.due(0) == 1


def test_after_a_hiccup_the_run_does_not_race_to_catch_up(clock):
    pace = Pace(0.1, 100.0, clock)
    clock.now += 10.0
    assert pace.due(0) == pytest.approx((PATIENCE + 0.001) * 1000, abs=1)


def test_a_new_speed_acts_from_where_the_run_is(clock):
    pace = Pace(0.1, 100.0, clock)
    clock.now += 0.05
    pace.speed = 1000.0
    assert pace.due(50) == 0
    clock.now += 0.05
    assert pace.due(50) == 500


def test_at_infinite_speed_nothing_waits(clock):
    pace = Pace(0.1, math.inf, clock)
    assert pace.delay(0, 10) == 0.0
    assert pace.due(0) == math.inf


def test_the_achieved_speed_is_that_of_the_last_second(clock):
    pace = Pace(0.1, math.inf, clock)
    assert pace.achieved == 0.0
    step = 0
    for speed in (10, 20):  # steps in a hundredth of a second: 100 and 200 ms/s
        for _ in range(150):
            clock.now += 0.01
            step += speed
            pace.mark(step)
    assert pace.achieved == pytest.approx(200.0)
