"""What flows in: forms, operations, arrays and refusals. The model adds every input to y."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError

STEPS = 5


@pytest.fixture
def group(counter):
    bp.profile.set(dt=1.0)
    return bp.NeuGroup(counter, 3, monitors=["y"])


def taken(group, inputs):
    """y after each step."""
    group.ST["y"] = 0.0
    group.run(STEPS, inputs=inputs)
    return group.mon.y


@pytest.mark.parametrize(
    "inputs",
    [("input", 2.0), ("ST.input", 2.0, "+"), [("ST.input", 2)], ["input", 2.0], [("input", 1.0), ("ST.input", 1.0)]],
)
def test_every_form_for_a_group(group, inputs):
    assert taken(group, inputs)[:, 0].tolist() == [2.0, 4.0, 6.0, 8.0, 10.0]


def test_every_form_for_a_network(group):
    net = bp.Network(N=group)
    forms = [
        (group, "ST.input", 2.0),
        [group, "ST.input", 2.0],
        [(group, "input", 2.0, "+")],
        ("N", "ST.input", 2.0),
        [("N", "ST.input", 2.0)],
        [(group.name, "input", 2.0)],
    ]
    for inputs in forms:
        group.ST["y"] = 0.0
        net.run(STEPS, inputs=inputs)
        assert group.ST["y"].tolist() == [10.0, 10.0, 10.0], inputs


@pytest.mark.parametrize("op, expected", [("+", 5.0), ("-", 1.0), ("*", 6.0), ("x", 6.0), ("/", 1.5), ("=", 2.0)])
def test_operations(group, op, expected):
    group.ST["input"] = 3.0
    group.run(1.0, inputs=("input", 2.0, op))
    assert group.ST["y"].tolist() == [expected] * 3


@pytest.mark.parametrize(
    "value, last",
    [
        (np.array(2.0), [10.0] * 3),
        (np.float32(2.0), [10.0] * 3),
        (np.array([1.0, 2.0, 3.0]), [5.0, 10.0, 15.0]),
        (np.array([[1.0, 2.0, 3.0]]), [5.0, 10.0, 15.0]),
        (np.arange(5), [10.0] * 3),
        (np.arange(5.0)[:, None], [10.0] * 3),
        (np.outer(np.ones(5), [1, 2, 3]), [5.0, 10.0, 15.0]),
    ],
)
def test_arrays_are_constant_or_a_series(group, value, last):
    assert taken(group, ("input", value))[-1].tolist() == last


def test_a_vector_as_long_as_the_run_is_a_series_and_a_row_is_not(counter):
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, 5, monitors=["y"])
    vector = np.arange(5.0)
    assert taken(group, ("input", vector))[-1].tolist() == [10.0] * 5
    assert taken(group, ("input", vector[None]))[-1].tolist() == (5 * vector).tolist()


def test_inputs_belong_to_their_run(group):
    group.run(STEPS, inputs=("input", 1.0))
    group.run(STEPS)
    group.run(STEPS, inputs=("input", 1.0))
    assert group.ST["y"].tolist() == [10.0] * 3


def test_a_synapse_passes_an_input_to_its_neurons(copier, counter):
    bp.profile.set(dt=1.0)
    pre, post = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 2)
    syn = bp.SynConn(copier, pre, post, conn=bp.connect.One2One())
    bp.Network(pre, syn, post).run(2.0, inputs=(syn, "pre.y", 7.0, "="))
    assert pre.ST["y"].tolist() == [7.0, 7.0]


@pytest.mark.parametrize(
    "inputs, message",
    [
        (("Z", 1.0), 'ST" doesn\'t have "Z" field'),
        (("ST.Z", 1.0), 'ST" doesn\'t have "Z" field'),
        (("pre.V", 1.0), 'has no "pre"'),
        (("input", 1.0, "%"), 'Input operation only support .*, not "%"'),
        (("input", [1.0, 2.0, 3.0]), "must be a number or an ndarray"),
        (("input", np.zeros(4)), "each of the 3 elements"),
        (("input", np.zeros((5, 2))), "each of the 3 elements"),
        (("input",), "is \\(key, value"),
        ([("input", 1.0), ("input", 2.0)], "Only support assignment for each key once."),
        (1.5, "tuple or a list"),
    ],
)
def test_what_cannot_flow_in_is_refused(group, inputs, message):
    with pytest.raises(ModelUseError, match=message):
        group.run(STEPS, inputs=inputs)


def test_an_unknown_target_is_a_key_error_with_the_known_ones(group, counter):
    with pytest.raises(KeyError, match=f"Unknown input target: other.*{group.name}"):
        bp.Network(group).run(1.0, inputs=("other", "input", 1.0))


def test_an_input_can_change_an_array_of_the_group_if_it_holds_floats(group):
    group.table, group.counts = np.zeros(3), np.zeros(3, int)
    group.run(1.0, inputs=("table", 1.0))
    assert np.all(group.table == 1.0)  # one step of 1 ms
    with pytest.raises(ModelUseError, match="holds int64 numbers, and an input would be cut"):
        group.run(1.0, inputs=("counts", 1.0))


def test_a_cell_without_an_input_refuses_one():
    group = bp.NeuGroup(bp.neuron("dv/dt = -v", "Quiet"), 1)
    with pytest.raises(ModelUseError, match="Quiet takes no input: write 'input I = ...'"):
        group.run(1.0, inputs=("ST.input", 1.0))


def test_values_on_a_sheet_have_its_shape(counter):
    """As many numbers in another shape are those of other neurons."""
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, (2, 3))
    values = np.arange(6.0).reshape(2, 3)
    for given in (values, values.reshape(-1), values[np.newaxis], values[np.newaxis].repeat(STEPS, axis=0)):
        group.ST["y"] = 0.0
        group.run(STEPS, inputs=("input", given))
        assert group.ST["y"].tolist() == (STEPS * np.arange(6.0)).tolist()
    for given in (values.T, values.T[np.newaxis], np.ones((STEPS, 3, 2))):
        with pytest.raises(ModelUseError, match=r"one value for each of the 6 elements, in shape \(6,\) or \(2, 3\)"):
            group.run(STEPS, inputs=("input", given))
    with pytest.raises(ModelUseError, match="one value for each of the 6 elements, or one row"):
        bp.NeuGroup(counter, 6).run(STEPS, inputs=("input", values))


def test_values_on_a_sheet_as_high_as_there_are_steps(counter):
    """Its rows would be those of the steps: the shape with a 1 before it says that they are not."""
    bp.profile.set(dt=1.0)
    group = bp.NeuGroup(counter, (2, 3))
    values = np.arange(6.0).reshape(2, 3)
    group.run(2.0, inputs=("input", values[np.newaxis]))
    assert group.ST["y"].tolist() == (2 * np.arange(6.0)).tolist()
    words = r"shape \(2, 3\), and the run has 2 steps: its rows .* in shape \(1, 2, 3\), .* in shape \(2, 2, 3\)\.$"
    with pytest.raises(ModelUseError, match=words):
        group.run(2.0, inputs=("input", values))


def test_values_of_a_matrix_synapse_have_its_shape(counter):
    def keep(ST):
        ST["s"] = ST["s"] + 0.0

    groups = bp.NeuGroup(counter, 2), bp.NeuGroup(counter, 3)
    syn = bp.SynConn(bp.SynType("keep", bp.SynState("s"), keep, mode="matrix"), *groups, conn=bp.connect.All2All())
    net = bp.Network(*groups, syn)
    net.run(1.0, inputs=(syn, "s", np.arange(6.0).reshape(2, 3), "="))
    assert syn.ST["s"].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    with pytest.raises(ModelUseError, match=r"has shape \(3, 2\).* or \(2, 3\)"):
        net.run(1.0, inputs=(syn, "s", np.ones((3, 2))))
