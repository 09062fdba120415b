"""Slips of a new user are told, not swallowed."""

import warnings

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError, TypeMismatchError


def test_a_parameter_written_as_an_attribute_is_refused():
    group = bp.NeuGroup(bp.models.get_LIF(), 3)
    with pytest.raises(ModelUseError, match=r'pars\["tau"\] = 3'):
        group.tau = 3
    with pytest.raises(ModelUseError, match=r'pars\["tau"\] = 3'):
        group.pars.tau = 3
    group.label = "mine"
    assert group.label == "mine" and group.pars["tau"] == 10.0


def test_a_state_read_as_an_attribute_names_the_item():
    group = bp.NeuGroup(bp.models.get_LIF(), 3)
    with pytest.raises(AttributeError, match=r'write ST\["V"\]'):
        _ = group.ST.V


def test_a_field_in_another_case_is_named():
    cell = bp.neuron("dv/dt = -v + I\ninput I = 0\nspike when v > 1\nreset v = 0", "Cell")
    groups = bp.NeuGroup(bp.models.get_LIF(), 2), bp.NeuGroup(cell, 2)
    with pytest.raises(TypeMismatchError, match='rename "v" to "V"'):
        bp.SynConn(bp.models.get_AMPA(), *groups, conn=bp.connect.All2All())


def test_a_forgotten_group_is_told_once():
    source, target = bp.NeuGroup(bp.models.get_LIF(), 2), bp.NeuGroup(bp.models.get_LIF(), 2)
    network = bp.Network(source, bp.SynConn(bp.models.get_AMPA(), source, target, conn=bp.connect.All2All()))
    with pytest.warns(UserWarning, match=f'"{target.name}" is joined by a connection but is not in the network'):
        network.run(1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network.run(1.0)


@pytest.mark.parametrize("factory", ["get_LIF", "get_QuaIF", "get_ExpIF"])
def test_a_second_run_fires_like_the_first(factory):
    """Time starts at 0 again in each run; a spike of the run before must not hold the neuron."""
    make = getattr(bp.models, factory)
    group = bp.NeuGroup(make(V_rest=-65.0, V_reset=-68.0, V_th=-30.0, t_refractory=2.0), 1, monitors=["spike"])
    counts = []
    for _ in range(3):
        group.run(200.0, inputs=("ST.input", 60.0))
        counts.append(int(np.sum(group.mon.spike)))
    assert counts[0] > 2
    assert max(counts) - min(counts) <= 1
