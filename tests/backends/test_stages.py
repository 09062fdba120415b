"""The order of a printed straight line: functions that wait for nothing first, and no change of a result."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.backends.numba.stages import in_stages
from brainpy_lab.ir.expr import Binary, Call, Field, Local
from brainpy_lab.ir.kernel import Let

V = Field("self", "V")


def exp(x):
    return Call("exp", (x,))


def test_functions_that_wait_for_nothing_come_first():
    lets = (
        Let("a", exp(V)),
        Let("b", Binary("+", Local("a"), V)),
        Let("c", exp(Local("b"))),
        Let("d", exp(Binary("*", V, V))),
        Let("e", Binary("+", Local("c"), Local("d"))),
    )
    assert [let.name for let in in_stages(lets)] == ["a", "d", "b", "c", "e"]


def test_a_line_without_functions_keeps_its_order():
    lets = (Let("a", V), Let("b", Local("a")), Let("c", V))
    assert in_stages(lets) == list(lets)


@pytest.mark.parametrize("model", [bp.models.get_HH, bp.models.get_LIF, bp.models.get_MorrisLecar])
def test_one_neuron_alone_is_that_neuron_among_others(model):
    traces = []
    for size in (1, 3):
        group = bp.NeuGroup(model(method="exponential"), size, monitors=["V", "spike"])
        net = bp.Network(group)
        net.run(30.0, inputs=(group, "ST.input", 60.0))
        traces.append((np.asarray(group.mon.V)[:, 0], np.asarray(group.mon.spike)[:, 0]))
    np.testing.assert_array_equal(traces[0][0], traces[1][0])
    np.testing.assert_array_equal(traces[0][1], traces[1][1])
    assert np.ptp(traces[0][0]) > 1
