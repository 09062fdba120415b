"""Phase planes of models made of functions: what their steps give the integrators, with what flows in."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.analysis.problem import Problem, leaf_names
from brainpy_lab.dynamics.running import running_equations
from brainpy_lab.errors import ModelUseError
from brainpy_lab.lab.in_plane import diagram_of, view_of
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.subject import neuron_subject
from brainpy_lab.runtime.build import build
from tests.lab.conftest import FakePage
from tests.lab.test_phase_plane import buffer, check_fhn, equilibrium, plane

I_ext, tau = 0.3, 12.5


@bp.integrate(method="euler")
def int_v(x, t, recovery, current):
    return x - x**3 / 3 - recovery + current


@bp.integrate(method="euler")
def int_w(y, t, x):
    return (x + 0.7 - 0.8 * y) / tau


def update(ST, _t):
    whole = ST["input"] + I_ext
    w = int_w(ST["w"], _t, ST["v"])
    v = int_v(ST["v"], _t, w, whole)
    ST["spike"] = np.logical_and(ST["v"] < 1.0, v >= 1.0)
    ST["v"] = v
    ST["w"] = w
    ST["input"] = 0.0


def own(steps=update, **states):
    states = {"v": -1.0, "w": 1.0, "input": 0.0, "spike": 0.0, **states}
    return bp.NeuType("Own", ST=bp.NeuState(states), steps=steps)


@pytest.fixture(scope="module")
def page():
    """A lab of that neuron with an input of 0.5, so that 0.8 flows in."""
    subject = neuron_subject("Own", bp.NeuGroup(own(), 2), ("ST.input", 0.5))
    lab = Lab(subject, backend="reference", speed=float("inf"))
    labs.add(lab)
    page = FakePage(lab)
    lab.start(run=False)
    page.say(do="hello", width=700)
    page.wait_for(lambda header: True)
    yield page
    lab.close()


def test_nullclines_are_those_of_the_running_neuron_and_follow_its_input(page):
    assert plane(page)["axes"] == [["v", ""], ["w", ""]]
    assert check_fhn(page, 0.8) == "unstable-node"
    assert page.lab.subject.controls[0].name == "input"
    page.lab.set("input", 0.0)
    page.wait_for(lambda header: header["values"][0] == 0.0)
    assert check_fhn(page, 0.3) == "stable-focus"
    page.lab.set("input", 0.5)
    page.wait_for(lambda header: header["values"][0] == 0.5)


def test_a_protocol_moves_the_nullclines_while_it_lasts(page):
    page.lab.protocol("pulses", amplitude=-0.8, width=1.0, period=50.0, delay=0.0)
    page.wait_until(lambda: page.lab.protocols != {})
    view = view_of(page.lab)
    page.lab.step(1)
    page.wait_for(lambda header: header["step"] == 1 and header["status"] == "paused")
    assert check_fhn(page, 0.0) == "stable-focus"
    assert view.values(page.lab._simulation)["input"] == -0.8
    page.lab.step(100)
    page.wait_for(lambda header: header["step"] == 101 and header["status"] == "paused")
    assert check_fhn(page, 0.8) == "unstable-node"
    page.lab.reset()
    page.wait_for(lambda header: header["step"] == 0)


def test_a_trial_goes_the_way_of_the_run_bit_for_bit(page):
    page.lab.run(2.0)
    page.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(2.0))
    state = plane(page)["state"]
    page.say(do="trial", x=state[0], y=state[1])
    page.wait_for(lambda header: len(plane(page)["trials"]) == 1)
    page.lab.run(20.0)
    page.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(22.0))
    path = buffer(page, plane(page)["trials"][0]["path"]).reshape(-1, 2)
    mine = buffer(page, plane(page)["path"]).reshape(-1, 2)
    assert len(path) > 50 and np.array_equal(path, mine[-len(path) :])
    assert plane(page)["trials"][0]["state"] == plane(page)["state"]


def test_the_input_has_a_bifurcation_diagram(page):
    view = diagram_of(page.lab)
    assert [(choice.label, choice.name) for choice in view.choices] == [("input", "input 0")]
    low, high = view.choices[0].slider.low, view.choices[0].slider.high
    page.lab.bifurcation("input", "v")
    view.wait_for(page.lab._simulation, page.lab._window(), 60.0)
    found = view.find(page.lab._simulation, page.lab._window())
    hopf = [one.parameter for one in found.specials if one.kind == "Hopf"]
    # Hopf points of the neuron lie at 0.33128... and 1.41871..., of which I_ext is a part.
    expected = [value - I_ext for value in (0.3312813374547458, 1.4187186625452541) if low < value - I_ext < high]
    assert hopf == pytest.approx(expected, abs=1e-8) and hopf
    page.lab.bifurcation(shown=False)


def test_all_ways_to_write_a_neuron_have_the_same_equilibrium():
    found = []
    for model, inputs in [
        (bp.models.get_FitzHughNagumo(), ("ST.input", 0.8)),
        (bp.models.get_FitzHughNagumo(), ("ST.input", np.array([0.8, 0.1]))),
        (own(), ("ST.input", 0.5)),
    ]:
        subject = neuron_subject("x", bp.NeuGroup(model, 2), inputs)
        (view,) = (view for view in subject.views if view.kind == "phase")
        simulation = build(subject.program, subject.bindings, "reference")
        drawn = view._compute(view.values(simulation))[1]
        found += [tuple(point) for point in drawn.points]
    assert np.array(found) == pytest.approx(np.array([equilibrium(0.8)] * 3), abs=1e-9)


@pytest.mark.parametrize("name", ["HH", "MorrisLecar", "WangBuzsaki", "HindmarshRose", "AdExIF"])
def test_slopes_are_what_a_step_does(name):
    """A step of Euler's method changes each variable by its slope; those that read what another integrator has just
    made differ by what that made in one step."""
    dt = 1e-4
    old = bp.profile.get_dt()
    bp.profile.set(dt=dt)
    try:
        model = getattr(bp.models, f"get_{name}")(method="euler")
        group = bp.NeuGroup(model, 1)
        names = list(running_equations(model.ir))
        rng = np.random.RandomState(0)
        for key in names:
            group.ST[key] = group.ST[key] * (1 + 0.05 * rng.rand())
        subject = neuron_subject(name, group, ("ST.input", 3.0))
        view = next(view for view in subject.views if view.kind == "phase")
        simulation = build(subject.program, subject.bindings, "reference")
        equations = [view.plane.equations[key] for key in names]
        read = {leaf for equation in equations for leaf in leaf_names(equation)}
        problem = Problem(equations, {}, sorted(read - set(names)))
        before = [view.plane.readers[key](simulation) for key in names]
        slopes = np.array(problem.fields(before, view.plane.values(problem, simulation)))
        simulation.advance(1)
        after = [view.plane.readers[key](simulation) for key in names]
    finally:
        bp.profile.set(dt=old)
    made = (np.array(after) - before) / dt
    assert np.all(np.abs(slopes) > 0) and np.abs(slopes).max() > 0.1
    assert slopes == pytest.approx(made, rel=2e-2, abs=1e-3)


def test_what_cannot_be_followed_is_told():
    def noisy(ST, _t):
        ST["w"] = int_w(ST["w"], _t, ST["v"])
        ST["v"] = int_v(ST["v"], _t, ST["w"], np.random.normal(0.0, 1.0, size=ST["v"].shape))
        ST["input"] = 0.0

    with pytest.raises(ModelUseError, match='the slope of "v" reads the random number'):
        running_equations(own(noisy).ir)
    subject = neuron_subject("x", bp.NeuGroup(own(noisy), 1))
    assert "phase" not in [view.kind for view in subject.views]
    assert any(line.startswith("no phase plane: ") and "random number" in line for line in subject.notices)


def test_a_refractory_neuron_has_the_slopes_of_its_integration():
    def update(ST, _t):
        w = int_w(ST["w"], _t, ST["v"])
        if _t - ST["last"] > 2.0:
            v = int_v(ST["v"], _t, ST["w"], ST["input"])
            if v >= 1.0:
                ST["last"] = _t
                v = -1.0
            ST["v"] = v
        ST["w"] = w
        ST["input"] = 0.0

    model = bp.NeuType(
        "Own", ST=bp.NeuState({"v": -1.0, "w": 1.0, "input": 0.0, "last": -1e7}), steps=update, mode="scalar"
    )
    equations = running_equations(model.ir)
    assert list(equations) == ["w", "v"] and set(leaf_names(equations["v"])) == {"v", "w", "input"}
