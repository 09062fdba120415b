"""`NeuGroup` and parts of it."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError


@pytest.mark.parametrize("geometry, num, kept", [(3, 3, 3), (3.7, 3, 3), ((3,), 3, 3), ((2, 3), 6, (2, 3))])
def test_the_geometry_gives_the_number(leak, geometry, num, kept):
    group = bp.NeuGroup(leak, geometry)
    assert (group.num, group.size, group.geometry) == (num, num, kept)
    assert group.ST["V"].shape == (num,)
    assert group.indices.shape == ((num,) if isinstance(kept, int) else kept)


@pytest.mark.parametrize(
    "geometry, message", [((1, 2, 3), "3\\+ dimensional"), (0, "at least one"), ("3", "int"), (None, "How many")]
)
def test_a_wrong_geometry_is_refused(leak, geometry, message):
    with pytest.raises(ModelUseError, match=message):
        bp.NeuGroup(leak, geometry)


def test_names_count_up_and_must_be_identifiers(leak):
    first, second = bp.NeuGroup(leak, 1).name, bp.NeuGroup(leak, 1).name
    assert first.startswith("NeuGroup") and int(second[8:]) == int(first[8:]) + 1
    assert bp.NeuGroup(leak, 1, name="E").name == "E"
    with pytest.raises(ModelUseError, match="valid identifier"):
        bp.NeuGroup(leak, 1, name="2x")


def test_hand_overs_are_copied_for_each_group(counter):
    def start(ST):
        ST["x"] = 5.0

    counter.hand_overs = {"seen": np.zeros(2), "start": start}
    one, other = bp.NeuGroup(counter, 1), bp.NeuGroup(counter, 1)
    one.seen[0] = 1.0
    one.start(one.ST)
    assert other.seen[0] == 0.0 and one.ST["x"][0] == 5.0 and other.ST["x"][0] == 0.0


def test_requirements_are_checked_before_a_run(counter):
    counter.requires = {"table": bp.types.Array(dim=1)}
    group = bp.NeuGroup(counter, 1)
    with pytest.raises(ModelUseError, match='doesn\'t have "table" attribute'):
        group.run(1.0)
    group.table = np.zeros((2, 2))
    with pytest.raises(ModelUseError, match='doesn\'t satisfy TypeChecker "Array \\(dim=1\\)"'):
        group.type_checking()
    bp.NeuGroup(counter, 1, satisfies={"table": np.zeros(2)}).run(1.0)


def test_what_the_group_makes_itself_cannot_be_given(counter):
    bp.NeuGroup(counter, 2, satisfies={"num": 2})
    for wrong in ({"num": 3}, {"ST": bp.NeuState("x")}):
        with pytest.raises(ModelUseError, match="cannot replace"):
            bp.NeuGroup(counter, 2, satisfies=wrong)
    with pytest.raises(ModelUseError, match='"satisfies" must be a dict'):
        bp.NeuGroup(counter, 2, satisfies=[1])


def test_a_group_needs_a_neuron_model(copier):
    with pytest.raises(ModelUseError, match="NeuType"):
        bp.NeuGroup(copier, 3)


@pytest.mark.parametrize(
    "item, chosen",
    [
        (2, [2]),
        (slice(None, 3), [0, 1, 2]),
        (slice(1, 99), [1, 2, 3, 4]),
        (slice(0, 5, 2), [0, 2, 4]),
        (slice(-2, None), [3, 4]),
    ],
)
def test_parts_of_a_line_of_neurons(leak, item, chosen):
    sub = bp.NeuGroup(leak, 5)[item]
    assert sub.indices.tolist() == chosen and sub.num == len(chosen)


@pytest.mark.parametrize(
    "item, chosen",
    [
        ((1, 2), [[6]]),
        (1, [[4, 5, 6, 7]]),
        ((slice(0, 2), slice(1, 3)), [[1, 2], [5, 6]]),
        ((slice(None), 0), [[0], [4], [8]]),
        ((slice(0, 3, 2), 3), [[3], [11]]),
    ],
)
def test_parts_of_a_sheet_of_neurons(leak, item, chosen):
    assert bp.NeuGroup(leak, (3, 4))[item].indices.tolist() == chosen


@pytest.mark.parametrize(
    "geometry, item, message",
    [
        (5, -1, "Indices have to be positive."),
        (5, 5, "too large"),
        (5, slice(5, 5), "Illegal start/end values for subgroup, 5>=5"),
        (5, slice(0, 5, -1), "step of a slice"),
        (5, (0, 1), "one-dimensional"),
        ((3, 4), (0, 1, 2), "two-dimensional"),
        ((3, 4), (0, -1), "positive"),
        (5, np.array([0, 1]), "Subgroups can only be constructed using slicing syntax"),
    ],
)
def test_what_is_no_part_is_refused(leak, geometry, item, message):
    with pytest.raises(ModelUseError, match=message):
        bp.NeuGroup(leak, geometry)[item]


def test_a_part_shows_the_state_of_the_whole(leak):
    group = bp.NeuGroup(leak, 5)
    assert group[1:3].ST is group.ST and group[1:3].size == 5 and group[1:3].name == group.name


def test_a_part_is_no_member_of_a_network_and_takes_no_input(leak):
    group = bp.NeuGroup(leak, 5)
    with pytest.raises(ValueError, match="NeuSubGroup"):
        bp.Network(group[:2])
    with pytest.raises(KeyError, match="Unknown input target"):
        bp.Network(group).run(1.0, inputs=(group[:2], "ST.input", 1.0))
    with pytest.raises(AttributeError, match=f'run the whole group, "{group.name}"'):
        group[:2].run(1.0)


def test_single_precision_groups_keep_times_in_double(leak):
    bp.profile.set(float_type="float32")
    group = bp.NeuGroup(bp.models.get_LIF(), 2)
    assert group.ST["V"].dtype == np.float32 and group.ST["t_last_spike"].dtype == np.float64
    group.run(60.0, inputs=("input", 100.0))
    assert group.ST["t_last_spike"][0] > 0.0
