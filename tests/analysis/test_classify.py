"""Names by trace and determinant, in the manual's spelling."""

import numpy as np
import pytest

from brainpy_lab.analysis import classify
from tests.analysis.models import find

CASES = [
    (1.0, -2.0, "saddle-node"),
    (-1.0, -2.0, "saddle-node"),
    (0.0, -2.0, "saddle-node"),
    (-1.0, 0.0, "stable-line"),
    (1.0, 0.0, "unstable-line"),
    (0.0, 0.0, "unstable-line"),
    (0.0, 1.0, "center"),
    (1.0, 1.0, "unstable-focus"),
    (2.0, 1.0, "star"),
    (3.0, 1.0, "unstable-node"),
    (-1.0, 1.0, "stable-focus"),
    (-2.0, 1.0, "stable-star"),
    (-3.0, 1.0, "stable-node"),
]


@pytest.mark.parametrize("trace, determinant, name", CASES)
def test_the_table_of_trace_and_determinant(trace, determinant, name):
    assert classify.name_2d(trace, determinant) == name


@pytest.mark.parametrize("trace, determinant, name", CASES)
def test_rounding_changes_no_name(trace, determinant, name):
    for error in (-1e-14, 1e-14):
        assert classify.name_2d(trace + error, determinant - error) in {name, "stable-line"} - (
            set() if (trace, determinant) == (0.0, 0.0) else {"stable-line"} - {name}
        )


@pytest.mark.parametrize("slope, name", [(-1.0, "stable-point"), (1.0, "unstable-point"), (0.0, "saddle-node")])
def test_on_a_line_a_falling_field_is_stable(slope, name):
    assert classify.name_1d(slope) == name


@pytest.mark.parametrize(
    "text, name",
    [
        ("x' = -x\ny' = -y**3", "stable-line"),
        ("x' = x\ny' = -y**3", "unstable-line"),
        ("x' = -y\ny' = x", "center"),
        ("x' = -x\ny' = -y", "stable-star"),
        ("x' = x\ny' = y", "star"),
        ("x' = x\ny' = -y", "saddle-node"),
        ("x' = -x\ny' = -2*y", "stable-node"),
        ("x' = x\ny' = 2*y", "unstable-node"),
        ("x' = -x - y\ny' = x - y", "stable-focus"),
        ("x' = x - y\ny' = x + y", "unstable-focus"),
    ],
)
def test_names_of_points_that_are_found(text, name):
    assert find(text, (-1, 1), (-1, 1)).names == [name]


def test_the_units_of_a_variable_change_no_name():
    # The same focus with y measured in thousandths and the box in proportion.
    assert find("x' = -x - y/1000\ny' = 1000*x - y", (-1, 1), (-1000, 1000)).names == ["stable-focus"]
    assert find("x' = -x\ny' = -1e-4*y", (-1, 1), (-1, 1)).names == ["stable-node"]


def test_every_name_of_the_manual_occurs():
    assert set(classify.NAMES_2D) == {name for _, _, name in CASES}
    assert len(classify.names(np.zeros((0, 2, 2)), np.zeros(0))) == 0


def test_slopes_of_a_state_that_runs_away_have_a_name():
    # Python's own numbers raise where a power is too large.
    assert classify.name_2d(-1.0, 1.0, 1e200) == "stable-line"
