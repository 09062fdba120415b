"""The order of a time step."""

import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError


@pytest.fixture
def group(counter):
    bp.profile.set(dt=1.0)
    return bp.NeuGroup(counter, 1, name="G")


def test_the_default_is_input_steps_monitor(group):
    assert group.get_schedule() == group.runner.get_schedule() == ["input", "count", "take", "monitor"]


def test_what_is_left_out_does_not_run_and_what_is_repeated_runs_again(group):
    group.runner.set_schedule(["count", "count"])
    group.run(3.0, inputs=("input", 1.0))
    assert (group.ST["x"][0], group.ST["y"][0], group.ST["input"][0]) == (6.0, 0.0, 0.0)


def test_a_changed_schedule_holds_from_the_next_run_on(group):
    group.run(1.0)
    group.set_schedule(["take"])
    group.run(1.0)
    assert group.ST["x"][0] == 1.0


def test_an_unknown_item_is_refused(group):
    with pytest.raises(ModelUseError, match='Unknown step function "x" for model "G".*count'):
        group.set_schedule(["input", "x"])
    with pytest.raises(ModelUseError, match="list/tuple"):
        group.set_schedule("input")
