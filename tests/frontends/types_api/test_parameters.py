"""`group.pars`."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError


@pytest.fixture
def group(leak):
    return bp.NeuGroup(leak, 3, monitors=["V"])


def test_an_update_is_read_back_and_the_origin_is_kept(group):
    group.pars["tau"] = 5
    assert group.pars["tau"] == group.pars.get("tau") == 5.0
    assert group.pars.origins == {"tau": 10.0} and group.pars.updates == {"tau": 5.0}
    assert dict(group.pars.items()) == group.pars.all == {"tau": 5.0} and list(group.pars.keys()) == ["tau"]


def test_one_value_per_neuron_makes_a_parameter_heterogeneous(group):
    group.pars["tau"] = [1.0, 2.0, 3.0]
    assert group.pars.heters["tau"].tolist() == [1.0, 2.0, 3.0]
    group.pars["tau"] = 4.0
    assert group.pars.heters == {}


def test_an_array_of_one_value_is_a_number(group):
    group.pars["tau"] = np.array([7.0])
    assert group.pars["tau"] == 7.0 and group.pars.heters == {}


def test_a_wrong_size_says_both_right_ones(group):
    with pytest.raises(ModelUseError, match='The size of parameter "tau" is wrong, "2" != 1 and "2" != 3.'):
        group.pars["tau"] = [1.0, 2.0]


def test_an_unknown_parameter_is_named_with_the_known_ones(group):
    with pytest.raises(ModelUseError, match='"k" may be not defined in "leak" variable scope.*tau'):
        group.pars["k"] = 1.0
    with pytest.raises(ModelUseError, match='"k"'):
        group.pars["k"]


def test_pars_update_is_an_assignment(leak):
    assert bp.NeuGroup(leak, 2, pars_update={"tau": 3.0}).pars["tau"] == 3.0
    with pytest.raises(ModelUseError, match="pars_update"):
        bp.NeuGroup(leak, 2, pars_update=[3.0])


def test_groups_of_one_type_have_parameters_of_their_own(leak):
    one, other = bp.NeuGroup(leak, 2), bp.NeuGroup(leak, 2)
    one.pars["tau"] = 1.0
    assert other.pars["tau"] == 10.0


def test_watchers_hear_of_assignments(group):
    heard = []
    group.pars.watchers.append(lambda name, value: heard.append((name, value)))
    group.pars["tau"] = 2
    assert heard == [("tau", 2.0)]


def test_each_neuron_decays_by_its_own_time_constant(group):
    group.ST["V"] = 1.0
    group.pars["tau"] = [1.0, 2.0, 4.0]
    group.run(bp.profile.get_dt())
    # One Euler step: V = 1 - dt/tau, exact to a rounding.
    np.testing.assert_allclose(group.ST["V"], 1.0 - bp.profile.get_dt() / np.array([1.0, 2.0, 4.0]), rtol=1e-15)
