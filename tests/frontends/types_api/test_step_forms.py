"""What step functions of the 0.3 front end may be written like."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelDefError, ModelUseError

MODES = ["scalar", "vector"]
DT = 0.1


def after(step, mode="scalar", n=3, steps=1, start=0.0, **options):
    """V of a group of `n` neurons after some steps."""
    group = bp.NeuGroup(bp.NeuType("M", bp.NeuState(V=start), step, mode=mode), n, **options)
    group.run(steps * DT)
    return group.ST["V"].tolist()


@pytest.mark.parametrize("mode", MODES)
def test_what_a_step_returns_is_ignored(mode):
    def step(ST):
        ST["V"] = 1.0
        return 3.0

    assert after(step, mode) == [1.0] * 3


@pytest.mark.parametrize("mode", MODES)
def test_a_body_may_stand_on_the_line_of_its_head_and_hold_several_statements(mode):
    # fmt: off
    def step(ST): ST["V"] = 2.0; ST["V"] += 1.0  # noqa: E702
    # fmt: on

    assert after(step, mode) == [3.0] * 3


@pytest.mark.parametrize("mode", MODES)
def test_an_integrator_may_be_called_any_number_of_times_and_by_keywords(mode):
    tau = 10.0

    @bp.integrate
    def int_V(V, t):
        return -V / tau

    def step(ST, _t):
        twice = int_V(ST["V"], _t) + int_V(ST["V"], _t)
        ST["V"] = int_V(t=_t, V=twice)

    # Euler: V - dt*V/tau, twice in a row, and two of the first added.
    assert after(step, mode, start=1.0) == pytest.approx([2 * 0.99**2] * 3, rel=1e-15)


def test_arguments_come_in_any_order_and_attributes_are_passed_whole():
    def step(table, _i, _dt, ST, _obj_i, _t):
        ST["V"] = table[_obj_i] + _t + _i + _dt

    expected = [10.0 + DT + 1 + DT, 20.0 + DT + 1 + DT, 30.0 + DT + 1 + DT]
    assert after(step, satisfies={"table": np.array([10.0, 20.0, 30.0])}, steps=2) == expected


def test_a_keyword_of_an_older_version_is_no_keyword():
    def step(ST, _t_):
        ST["V"] = _t_

    with pytest.raises(ModelUseError, match='Function "step" in "M" requires "_t_" as argument, but "_t_" is not'):
        after(step)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("merge", [True, False])
def test_one_value_per_neuron_reaches_an_integrator_merged_or_not(mode, merge):
    tau = 10.0

    @bp.integrate
    def int_V(V, t):
        return -V / tau

    def step(ST, _t):
        ST["V"] = int_V(ST["V"], _t)

    bp.profile.set(merge_integrators=merge)
    found = after(step, mode, n=2, start=1.0, pars_update={"tau": np.array([1.0, 10.0])})
    assert found == [1.0 - DT / 1.0, 1.0 - DT / 10.0]


@pytest.mark.parametrize("jit", [True, False])
def test_a_parameter_of_a_plain_helper_can_be_changed(jit):
    k = 2.0

    def scaled(x):
        return k * x

    def step(ST):
        ST["V"] = scaled(1.0)

    bp.profile.set(jit=jit)
    assert after(step, pars_update={"k": 5.0}) == [5.0] * 3


def test_what_is_derived_from_a_parameter_in_a_factory_does_not_follow_it():
    def factory(tau):
        rate = 1.0 / tau

        def step(ST):
            ST["V"] = rate * tau

        return step

    assert after(factory(4.0), pars_update={"tau": 8.0}) == [2.0] * 3


def test_one_name_with_two_values_in_two_steps_is_refused():
    def made(name, tau):
        def step(ST):
            ST["V"] = tau

        step.__name__ = name
        return step

    with pytest.raises(ModelDefError, match="tau"):
        bp.NeuType("M", bp.NeuState("V"), [made("a", 1.0), made("b", 2.0)])


def test_step_size_is_read_when_a_group_runs_and_the_method_when_the_equation_is_made():
    @bp.integrate
    def int_V(V, t):
        return -V

    def step(ST, _t):
        ST["V"] = int_V(ST["V"], _t)

    group = bp.NeuGroup(bp.NeuType("M", bp.NeuState(V=1.0), step), 1, monitors=["V"])
    bp.profile.set(dt=0.25, numerical_method="exponential")
    group.run(0.5)
    assert group.mon.ts.tolist() == [0.0, 0.25]
    assert group.mon.V[:, 0].tolist() == [0.75, 0.75 * 0.75]  # Euler


@pytest.mark.parametrize("mode", MODES)
def test_state_arguments_are_those_of_the_element_and_its_neurons_only(mode):
    def step(ST, other):
        ST["s"] = other["V"]

    def still(ST):
        ST["V"] = ST["V"]

    group = bp.NeuGroup(bp.NeuType("M", bp.NeuState(V=7.0), still), 2)
    model = bp.SynType("S", bp.SynState("s"), step, mode=mode)
    syn = bp.SynConn(model, group, group, conn=bp.connect.One2One(), satisfies={"other": group.ST})
    net = bp.Network(group, syn)
    if mode == "scalar":
        with pytest.raises(
            ValueError, match='"step" in "S" takes the state "other", but in a scalar step only ST, pre'
        ):
            net.run(DT)
    else:
        net.run(DT)
        assert syn.ST["s"].tolist() == [7.0, 7.0]


def test_a_queue_of_a_delay_starts_with_zeros_and_not_with_the_default():
    def update(ST):
        ST["s"] = ST["s"]

    @bp.delayed
    def output(ST, post):
        post["input"] += ST["s"]

    def listen(ST):
        ST["seen"] = ST["input"]
        ST["input"] = 0.0

    ear = bp.NeuGroup(bp.NeuType("ear", bp.NeuState("input", "seen"), listen, mode="scalar"), 1, monitors=["seen"])
    model = bp.SynType("S", bp.SynState(s=5.0), (update, output), mode="scalar")
    syn = bp.SynConn(model, ear, ear, conn=np.ones((1, 1)), delay=0.3)
    bp.Network(syn, ear).run(0.5)
    assert ear.mon.seen[:, 0].tolist() == [0.0, 0.0, 5.0, 5.0, 5.0]


def test_a_matrix_of_states_is_recorded_as_matrices():
    def still(ST):
        ST["V"] = ST["V"]

    def step(ST):
        ST["s"] = ST["s"] + 1.0

    kind = bp.NeuType("M", bp.NeuState("V"), still)
    pre, post = bp.NeuGroup(kind, 3), bp.NeuGroup(kind, 4)
    model = bp.SynType("S", bp.SynState("s"), step, mode="matrix")
    syn = bp.SynConn(model, pre, post, conn=bp.connect.All2All(), monitors=["s"])
    bp.Network(pre, syn, post).run(0.2)
    assert syn.ST["s"].shape == (3, 4) and syn.mon.s.shape == (2, 3, 4)
