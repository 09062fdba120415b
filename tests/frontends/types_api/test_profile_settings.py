"""What settings of the profile do to networks: the step size, the method, what is printed, what is merged."""

import re

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.ir.python_step import PythonStep

tau = 10.0
rate_0 = 0.5


@bp.integrate(method="rk4")
def int_m(m, t, V):
    alpha = rate_0 * (V + 4.0)
    beta = np.exp(-V / 8.0)
    return alpha * (1 - m) - beta * m


def fires(V):
    return np.logical_and(V > threshold, True)


threshold = 1.5


def _model(mode="scalar", noise=0.25):
    @bp.integrate(method="euler")
    def int_V(V, t, m, I):
        return (I - V) / tau * m, noise

    def update(ST, _t):
        m = int_m(ST["m"], _t, ST["V"])
        ST["V"] = int_V(ST["V"], _t, m, ST["input"])
        ST["m"] = m
        ST["spike"] = fires(ST["V"])

    def count(ST):
        ST["n"] = ST["n"] + ST["spike"] / 3

    def reset(ST):
        ST["input"] = 0.0

    state = bp.NeuState("V", "m", "spike", "n", "input")
    return bp.NeuType("cell", ST=state, steps=(update, count, reset), mode=mode)


# -- dt and method ---------------------------------------------------------------------------------------------------


def test_the_step_size_is_that_of_the_run_and_the_method_that_of_the_definition():
    bp.profile.set(dt=0.1, numerical_method="euler", jit=False)

    @bp.integrate
    def int_x(x, t):
        return -x

    def update(ST, _t, _dt):
        ST["x"] = int_x(ST["x"], _t)
        ST["dt"] = _dt

    model = bp.NeuType("decay", ST=bp.NeuState("x", "dt"), steps=update, mode="scalar")
    bp.profile.set(dt=0.5, numerical_method="rk4")
    group = bp.NeuGroup(model, 1, monitors=["x"])
    group.ST["x"] = 1.0
    group.run(1.0)
    assert group.mon.x[:, 0].tolist() == [0.5, 0.25] and group.ST["dt"][0] == 0.5  # Euler, in steps of 0.5 ms
    assert group.mon.ts.tolist() == [0.0, 0.5]
    bp.profile.set(dt=0.25)
    group.run(0.5)
    assert group.ST["x"][0] == 0.25 * 0.75**2 and int_x(1.0, 0.0) == 0.75


# -- merge_steps -----------------------------------------------------------------------------------------------------


BROKEN = ["input", "monitor", "count", "update", "reset"]
TWICE = ["input", "update", "count", "count", "reset"]


@pytest.mark.parametrize(
    "jit, float_type, schedule",
    [(False, kind, order) for kind in ("float64", "float32") for order in (None, BROKEN, TWICE)]
    + [(True, "float32", None)],
)
def test_merged_steps_give_the_same_bits(jit, float_type, schedule):
    model = _model()

    def run(merge):
        bp.profile.set(jit=jit, float_type=float_type, seed=4, merge_steps=merge, dt=0.1)
        group = bp.NeuGroup(model, 7, monitors=["V", "spike"], pars_update={"tau": np.linspace(5.0, 20.0, 7)})
        if schedule:
            group.set_schedule(schedule)
        net = bp.Network(group)
        net.run(5.0, inputs=(group, "input", 30.0))
        steps = [slot.name for slot in net._built.program.schedule if slot.what == "step"]
        assert group.ST["n"].all()  # every cell has fired
        return steps, [group.ST[name].tobytes() for name in group.ST._vars], group.mon.spike, group.mon.V

    apart, *bits = run(False)
    merged, *same = run(True)
    assert (
        merged
        == {
            None: ["update_count_reset"],
            tuple(BROKEN): ["count_update_reset"],
            tuple(TWICE): ["update", "count", "count", "reset"],
        }[schedule and tuple(schedule)]
    )
    assert len(apart) == (4 if schedule is TWICE else 3)
    for one, other in zip(bits, same):
        np.testing.assert_array_equal(one, other)


def test_merged_steps_are_printed_as_one_function(capsys):
    bp.profile.set(jit=False, show_code=True)
    for merge, functions in ((False, 3), (True, 1)):
        bp.profile.set(merge_steps=merge)
        bp.NeuGroup(_model(), 2, name="E").run(0.1)
        printed = capsys.readouterr().out
        assert len(re.findall(r"^def kernel", printed, re.M)) == functions
        assert ("# E.update_count_reset.neurons" in printed) is merge


def test_steps_that_cannot_be_merged_stay_apart(counter, copier):
    bp.profile.set(jit=False, merge_steps=True, dt=1.0)

    def loop(ST):
        for _ in range(2):
            ST["x"] = ST["x"] + 1.0

    def double(ST):
        ST["x"] = ST["x"] * 2.0

    model = bp.NeuType("looping", ST=bp.NeuState("x"), steps=(double, loop), mode="scalar")
    assert isinstance(model.steps[1], PythonStep)
    group = bp.NeuGroup(counter, 2)
    syn = bp.SynConn(copier, group, group, conn=bp.connect.All2All())
    looping = bp.NeuGroup(model, 1)
    net = bp.Network(group, syn, looping)
    net.run(2.0)
    names = [(slot.target, slot.name) for slot in net._built.program.schedule]
    assert names == [("N0", "count_take"), ("S1", "copy"), ("S1", "output"), ("N2", "double"), ("N2", "loop")]
    assert looping.ST["x"][0] == 6.0 and group.ST["x"].tolist() == [2.0, 2.0]


def test_the_other_settings_of_the_code_do_not_change_the_results():
    bits = set()
    for setting in (None, "merge_integrators", "substitute", "merge_steps"):
        bp.profile.set(jit=False, seed=4, merge_integrators=True, substitute=False, merge_steps=False)
        if setting:
            bp.profile.set(**{setting: setting != "merge_integrators"})
        group = bp.NeuGroup(_model(), 3)
        group.run(3.0, inputs=("input", 20.0))
        bits.add(b"".join(group.ST[name].tobytes() for name in group.ST._vars))
    assert len(bits) == 1


# -- what is printed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "substitute, equation",
    [
        (False, "# alpha = rate_0*(V + 4.0)\n# beta = exp(-V/8.0)\n# dm/dt = alpha*(1 - m) - beta*m\ndef int_m("),
        (True, "# dm/dt = rate_0*(V + 4.0)*(1 - m) - exp(-V/8.0)*m\ndef int_m("),
    ],
)
def test_equations_are_shown_with_their_intermediate_values_or_written_out(capsys, substitute, equation):
    bp.profile.set(jit=False, show_code=True, substitute=substitute)
    bp.NeuGroup(_model(), 2).run(0.1)
    assert equation in capsys.readouterr().out


def test_a_written_out_equation_keeps_its_noise_and_its_extras(capsys):
    @bp.integrate
    def int_x(x, t):
        a = x * 2.0
        b = a + 1.0
        return (-b, a / 4.0), b

    def update(ST, _t):
        ST["x"], ST["b"] = int_x(ST["x"], _t)

    bp.profile.set(jit=False, show_code=True, substitute=True)
    bp.NeuGroup(bp.NeuType("noisy", ST=bp.NeuState("x", "b"), steps=update, mode="scalar"), 1).run(0.1)
    assert "# dx/dt = -(x*2.0 + 1.0) + x*2.0/4.0*xi\n# extra x*2.0 + 1.0\n" in capsys.readouterr().out


def test_the_scope_of_every_step_is_shown_with_the_values_of_the_group(capsys):
    bp.profile.set(jit=False, show_code_scope=True)
    group = bp.NeuGroup(_model(), 3, name="E", pars_update={"tau": 7.0, "rate_0": [0.1, 0.2, 0.3]})
    group.run(0.1)
    scopes = _scopes(capsys.readouterr().out)
    assert list(scopes) == ["update", "count", "reset"]
    update = scopes["update"]
    assert update["tau"] == "7.0" and update["rate_0"] == "array([0.1, 0.2, 0.3])"
    assert update["noise"] == "0.25" and update["threshold"] == "1.5"  # in an integrator, in a helper
    assert update["int_m"] == "Integrator(int_m, method='rk4')" and update["fires"].startswith("<function fires")
    assert scopes["count"] == scopes["reset"] == {}
    group.run(0.1)
    assert capsys.readouterr().out == ""  # nothing was built


def test_the_scope_of_a_model_from_a_text_is_its_parameters(capsys):
    bp.profile.set(jit=False, show_code_scope=True)
    model = bp.neuron("dv/dt = (I - v)/tau\ninput I = 0\ntau = 10 ms in [1, 100]", "Leak")
    bp.NeuGroup(model, 2, name="L", pars_update={"tau": 4.0}).run(0.1)
    printed = capsys.readouterr().out
    assert printed.startswith('# the scope of "L" (Leak)\n') and re.search(r"^tau +: 4.0$", printed, re.M)


def _scopes(printed: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in printed.splitlines():
        title = re.match(r'# the scope of step "(\w+)" of "E" \(cell\)', line)
        if title:
            scope = found[title[1]] = {}
        elif line:
            name, value = re.split(r" +: ", line, maxsplit=1)
            scope[name] = value
    return found


# -- int_type --------------------------------------------------------------------------------------------------------


def test_steps_that_take_indices_have_the_same_bits_with_both_types(counter):
    def deliver(ST, pre, post, pre_ids, post_ids, pre2syn):
        ST["s"] = pre["x"][pre_ids] * 0.3 + ST["s"]
        for k in range(len(pre2syn)):
            ST["s"][pre2syn[k]] += 0.1 * k
        post["input"][post_ids] += ST["s"]

    model = bp.SynType("deliver", ST=bp.SynState("s"), steps=deliver, mode="vector")
    bits = []
    for int_type, jit in (("int64", False), ("int32", False), ("int32", True)):
        bp.profile.set(jit=jit, int_type=int_type, dt=0.1)
        group = bp.NeuGroup(counter, 6)
        syn = bp.SynConn(model, group, group, conn=bp.connect.FixedPostNum(3, seed=2))
        assert syn.pre_ids.dtype == syn.pre2syn[0].dtype == int_type
        bp.Network(group, syn).run(2.0)
        bits.append([item.ST[name].tobytes() for item in (group, syn) for name in item.ST._vars])
    assert bits[0] == bits[1] == bits[2]
