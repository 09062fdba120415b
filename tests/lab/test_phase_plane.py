"""The phase plane of a lab, without a browser: it follows the sliders, the run and the person."""

import time

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelKeyError, ModelUseError, ModelValueError
from brainpy_lab.lab.in_plane import view_of
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.network_cell import NetworkCellRun
from brainpy_lab.lab.object_subject import object_subject
from brainpy_lab.lab.phase_view import Span, thinned, told_eigenvalues
from brainpy_lab.lab.subject import neuron_subject
from tests.lab.conftest import FHN as CELL
from tests.lab.conftest import FakePage


def buffer(page, number):
    header, buffers = page.frames[-1]
    return np.frombuffer(buffers[number], np.float32)


def plane(page):
    """The part of the last frame that belongs to the phase plane."""
    return next(part for part in page.last["views"] if part and part["kind"] == "phase")


def equilibrium(I, tau=12.5, a=0.7, b=0.8):
    """Of FitzHugh and Nagumo's neuron: v - v**3/3 - (v + a)/b + I = 0."""
    roots = np.roots([-1 / 3, 0, 1 - 1 / b, I - a / b])
    (v,) = roots[np.abs(roots.imag) < 1e-12].real
    return v, (v + a) / b


class FHN(bp.dyn.NeuDyn):
    def __init__(self, n=2):
        super().__init__(n)
        self.a, self.b, self.tau = 0.7, 0.8, 12.5
        self.v, self.w = bm.Variable(-bm.ones(n)), bm.Variable(bm.ones(n))
        self.input = bm.Variable(bm.zeros(n))
        self.integral = bp.odeint(bp.JointEq(self.dv, self.dw), method="rk4")

    def dv(self, v, t, w, I):
        return v - v**3 / 3 - w + I

    def dw(self, w, t, v):
        return (v + self.a - self.b * w) / self.tau

    def update(self, x=None):
        self.v.value, self.w.value = self.integral(self.v.value, self.w.value, bp.share["t"], I=self.input.value)

    def clear_input(self):
        self.input.value = 0.0


@pytest.fixture
def make_object_lab():
    made = []

    def make(model, inputs=(), run=False):
        return of(object_subject("model", model, inputs, [], {}, {}), run)

    def of(subject, run=False):
        lab = Lab(subject, backend="reference", speed=float("inf"))
        made.append(lab)
        labs.add(lab)
        page = FakePage(lab)
        lab.start(run=run)
        page.say(do="hello", width=700)
        page.wait_for(lambda header: True)
        return page

    make.of = of
    yield make
    for lab in made:
        lab.close()


def check_fhn(page, I):
    """Nullclines and equilibrium of the last frame are those of the equations."""
    part = plane(page)
    v_line, w_line = (buffer(page, number).reshape(-1, 2) for number in part["nullclines"])
    # float32, and interpolation on a grid of about 0.06: its square by 1/8 of the curvature 2*v, and the same again.
    assert np.nanmax(np.abs(v_line[:, 0] - v_line[:, 0] ** 3 / 3 - v_line[:, 1] + I)) < 8e-3
    assert np.nanmax(np.abs(w_line[:, 0] + 0.7 - 0.8 * w_line[:, 1])) < 1e-5
    (point,) = part["points"]
    assert (point["x"], point["y"]) == pytest.approx(equilibrium(I), abs=1e-9)
    return point["name"]


@pytest.mark.parametrize("kind", ["cell", "class"])
def test_nullclines_and_equilibrium_follow_the_slider_in_the_same_frame(make_lab, make_object_lab, kind):
    page = make_lab() if kind == "cell" else make_object_lab(FHN(), ("input", 0.8))
    page.wait_for(lambda header: True)
    assert "phase" in [view.kind for view in page.lab.subject.views]
    assert plane(page)["axes"] == [["v", ""], ["w", ""]]
    assert check_fhn(page, 0.8) == "unstable-node"
    control = "I" if kind == "cell" else "input"
    page.lab.set(control, 0.0)
    number = [one.name for one in page.lab.subject.controls].index(control)
    page.wait_for(lambda header: header["values"][number] == 0.0)
    assert check_fhn(page, 0.0) == "stable-focus"


@pytest.mark.parametrize("kind", ["cell", "class"])
def test_the_path_ends_at_the_state_and_lies_in_the_axes(make_lab, make_object_lab, kind):
    page = make_lab() if kind == "cell" else make_object_lab(FHN(), ("input", 0.8))
    page.lab.run(60.0)
    page.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(60.0))
    part = plane(page)
    path = buffer(page, part["path"]).reshape(-1, 2)
    state = page.lab.session.state()
    owner = next(name for name in state if "v" in state[name])
    assert path[-1] == pytest.approx((state[owner]["v"][0], state[owner]["w"][0]), abs=1e-6)
    assert len(path) == round(60.0 / page.lab.subject.bindings.dt)
    for k, axis in enumerate("xy"):
        low, high = part[axis]
        assert low < path[:, k].min() and path[:, k].max() < high


@pytest.mark.parametrize("kind", ["cell", "class"])
def test_a_click_goes_on_from_there(make_lab, make_object_lab, kind):
    page = make_lab() if kind == "cell" else make_object_lab(FHN(), ("input", 0.8))
    page.say(do="place", x=1.5, y=-0.25)
    page.lab.session.nudge()
    page.lab.session.wait()
    state = page.lab.session.state()
    owner = next(name for name in state if "v" in state[name])
    assert (state[owner]["v"][0], state[owner]["w"][0]) == (1.5, -0.25)
    page.wait_for(lambda header: plane(page)["state"] == [1.5, -0.25])
    if kind == "class":
        assert state[owner]["v"][1] == -1.0  # the first neuron only
    page.lab.place(v=0.5)
    page.lab.session.nudge()
    page.lab.session.wait()
    assert page.lab.session.state()[owner]["v"][0] == 0.5
    with pytest.raises(ModelKeyError, match="no variable 'u'; its variables are v, w"):
        page.lab.place(u=1.0)


class Membrane(bp.CondNeuGroup):
    def __init__(self, n):
        super().__init__(n, V_initializer=bp.init.Constant(-65.0))
        self.INa = bp.channels.INa_HH1952(n)
        self.IK = bp.channels.IK_HH1952(n, E=-77.0, g_max=36.0)
        self.IL = bp.channels.IL(n, E=-54.387, g_max=0.3)


def test_gates_of_channels_are_axes_and_the_other_variables_have_their_present_values(make_object_lab):
    page = make_object_lab(Membrane(1), ("input", 2.0))
    view = view_of(page.lab)
    assert view.plane.variables == ["V", "INa.p", "INa.q", "IK.p"] and (view.x, view.y) == ("V", "IK.p")
    page.lab.run(5.0)
    page.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(5.0))
    m, h = (view_of(page.lab).plane.readers[f"INa.{gate}"](page.lab._simulation) for gate in "pq")
    (point,) = plane(page)["points"]
    V, n = point["x"], point["y"]
    current = 120 * m**3 * h * (50 - V) + 36 * n**4 * (-77 - V) + 0.3 * (-54.387 - V) + 2.0
    assert current == pytest.approx(0, abs=1e-6)
    page.say(do="plane", x="V", y="INa.q")
    page.wait_for(lambda header: plane(page)["axes"] == [["V", ""], ["INa.q", ""]])
    with pytest.raises(ModelKeyError, match="shows two of V, INa.p, INa.q, IK.p, but got 'V' and 'h'"):
        page.lab.plane("V", "h")
    with pytest.raises(ModelKeyError, match="but got 'V' and 'V'"):
        page.lab.plane("V", "V")


def test_parameters_with_one_value_per_neuron_are_those_of_the_first(make_object_lab):
    model = FHN(2)
    model.b = np.array([0.5, 0.9])
    page = make_object_lab(model, ("input", 0.8))
    w_line = buffer(page, plane(page)["nullclines"][1]).reshape(-1, 2)
    assert np.abs(w_line[:, 0] + 0.7 - 0.5 * w_line[:, 1]).max() < 1e-5


def test_a_plane_is_computed_anew_only_when_something_has_moved(make_lab, monkeypatch):
    from brainpy_lab.lab import phase_view

    counted = []
    real = phase_view.sketch
    monkeypatch.setattr(phase_view, "sketch", lambda *args: counted.append(1) or real(*args))
    page = make_lab()
    page.wait_for(lambda header: True)
    page.lab.session.speed = float("inf")
    page.lab.run(300.0)
    page.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(300.0))
    grown = len(counted)  # the axes grew a few times in the first round
    page.lab.run(300.0)
    page.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(600.0))
    assert len(counted) == grown


def test_reset_chooses_the_axes_anew(make_lab):
    page = make_lab()
    page.lab.place(v=6.0)
    page.wait_for(lambda header: plane(page)["x"][1] > 6)
    page.lab.reset()
    page.wait_for(lambda header: header["t"] == 0 and plane(page)["x"][1] < 5)


def test_one_variable_has_no_plane_and_a_coupled_one_says_why(make_lab):
    page = make_lab("dV/dt = (-V + I)/10\ninput I = 1 in [0, 2]\n", "Leak")
    assert "phase" not in [view.kind for view in page.lab.subject.views]
    with pytest.raises(ModelKeyError, match="Leak has no phase plane: that needs one neuron model with two"):
        page.lab.place(V=1.0)

    class Coupled(FHN):
        def update(self, x=None):
            mean = bm.mean(self.v)
            self.v.value, self.w.value = self.integral(self.v.value, self.w.value, bp.share["t"], I=mean)

        def dw(self, w, t, v, I):
            return (v + I - w) / self.tau

    subject = object_subject("model", Coupled(), (), [], {}, {})
    assert "phase" not in [view.kind for view in subject.views]
    assert any("no phase plane" in said and 'a sum over elements of "v"' in said for said in subject.notices)


def test_a_network_cell_with_a_neuron_of_your_own_has_the_slider_and_the_plane():
    text = """
from tests.lab.test_phase_plane import FHN
cell = FHN(1)
I = 0.8 in [0, 2]
cell.tau = 12.5 in [5, 30]
inputs = ('input', I)
"""
    namespace = {"bp": bp}
    run = NetworkCellRun(text, "cell", namespace, lambda tree: compile(tree, "cell", "exec"), "Cell In[1]")
    subject = run.run(None)
    assert [view.kind for view in subject.views] == ["trace", "phase"]
    lab = Lab(subject, backend="reference")
    lab.run_headless()
    assert "unstable node at v = -0.2729, w = 0.5339" in lab.description()
    lab.close()


BISTABLE = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + 0.1 - 3*w) / 12.5
input I = 0 in [-1, 1]
init v = 1.5, w = 0.5
"""


def test_a_saddle_shows_its_separatrix_and_every_equilibrium_its_eigenvalues(make_lab):
    page = make_lab(BISTABLE, "Two")
    page.lab.place(v=-2.0)
    page.wait_for(lambda header: plane(page)["x"][0] < -2.0)
    part = plane(page)
    assert [point["name"] for point in part["points"]] == ["stable-node", "saddle-node", "stable-node"]
    for point in part["points"]:
        trace, det = 1 - point["x"] ** 2 - 3 / 12.5, -(1 - point["x"] ** 2) * 3 / 12.5 + 1 / 12.5
        root = np.sqrt(trace**2 / 4 - det)
        assert point["eigenvalues"] == f"{trace / 2 + root:.4g}, {trace / 2 - root:.4g}"
    curve = buffer(page, part["separatrices"]).reshape(-1, 2)
    assert np.isnan(curve[:, 0]).sum() == 1  # two ways from one saddle
    saddle = part["points"][1]
    assert curve[0] == pytest.approx((saddle["x"], saddle["y"]), abs=1e-6)
    page.lab.set("I", 1.0)
    page.wait_for(lambda header: len(plane(page)["points"]) == 1)
    assert not buffer(page, plane(page)["separatrices"]).size
    assert "stable node at" in page.lab.description()


def test_a_pair_of_complex_eigenvalues_is_told_as_one():
    assert told_eigenvalues(np.array([-0.25 + 1.5j, -0.25 - 1.5j])) == "-0.25 \N{PLUS-MINUS SIGN} 1.5i"
    assert told_eigenvalues(np.array([0.5 + 0j, -2.0 + 0j])) == "0.5, -2"


def paths(page):
    return [buffer(page, trial["path"]).reshape(-1, 2) for trial in plane(page)["trials"]]


@pytest.mark.parametrize("kind", ["cell", "class"])
def test_a_trial_from_where_the_neuron_is_goes_its_way_bit_for_bit(make_lab, make_object_lab, kind):
    page = make_lab(FHN_NOISE, "Noisy", speed=200.0) if kind == "cell" else make_object_lab(FHN(), ("input", 0.8))
    page.lab.run(5.0)
    page.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(5.0))
    page.say(do="trial", x=(state := plane(page)["state"])[0], y=state[1])
    page.wait_for(lambda header: len(plane(page)["trials"]) == 1)
    control = "I" if kind == "cell" else "input"
    page.lab.run()
    page.wait_for(lambda header: header["t"] > 10)
    page.lab.set(control, 0.5)  # in the middle of a run
    page.wait_for(lambda header: header["t"] > 20)
    page.lab.pause()
    page.wait_for(lambda header: header["status"] == "paused")
    page.lab.session.wait()
    page.lab._show_after()
    page.wait_for(lambda header: header["t"] == page.lab.t and len(paths(page)[0]) > 0)
    (path,) = paths(page)
    mine = buffer(page, plane(page)["path"]).reshape(-1, 2)
    dt = page.lab.subject.bindings.dt
    assert len(path) == round((page.lab.t - 5.0) / dt)
    assert np.array_equal(path, mine[-len(path) :]) and plane(page)["trials"][0]["state"] == plane(page)["state"]


FHN_NOISE = """
dv/dt = v - v**3/3 - w + I + 0.1*xi
dw/dt = (v + 0.7 - 0.8*w) / 12.5
input I = 0.8 in [-0.5, 1.5]
init v = -1, w = 1
"""


def test_trials_start_where_they_are_put_and_leave_the_run_alone(make_lab):
    page, alone = make_lab(speed=np.inf), make_lab(name="Alone", speed=np.inf)
    page.lab.trial(v=2.0, w=-0.5)
    page.wait_for(lambda header: [t["state"] for t in plane(page)["trials"]] == [[2.0, -0.5]])
    for one in (page, alone):
        one.lab.run(30.0)
        one.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(30.0))
    assert plane(page)["state"] == plane(alone)["state"]
    (path,) = paths(page)
    # The same start by hand.
    alone.lab.reset()
    alone.lab.place(v=2.0, w=-0.5)
    alone.lab.run(30.0)
    alone.wait_for(lambda header: header["t"] == pytest.approx(30.0) and plane(alone)["state"] != plane(page)["state"])
    alone.lab.session.wait()
    assert np.array_equal(path, buffer(alone, plane(alone)["path"]).reshape(-1, 2))
    for v in np.linspace(-1, 1, 7):
        page.lab.trial(v=v)
    page.wait_for(lambda header: [t["state"][0] for t in plane(page)["trials"]] == list(np.linspace(-1, 1, 7)[1:]))
    page.say(do="no trials")
    page.wait_for(lambda header: not plane(page)["trials"])
    page.lab.trial(v=0.0)
    page.wait_for(lambda header: len(plane(page)["trials"]) == 1)
    page.lab.rewind(20.0)
    page.wait_for(lambda header: header["t"] == pytest.approx(10.0) and not plane(page)["trials"])
    with pytest.raises(ModelKeyError, match="no variable 'u'; its variables are v, w"):
        page.lab.trial(u=1.0)


def test_a_model_that_is_too_large_for_trials_says_so(make_lab):
    page = make_lab(n=20_001)
    page.wait_for(lambda header: True)
    with pytest.raises(ModelUseError, match="up to 20,000 neurons and synapses, but this one has 20,001"):
        page.lab.trial(v=1.0)
    page.say(do="trial", x=1.0, y=1.0)
    page.wait_for(lambda header: "a trial computes the whole model once more" in header["note"])


MIXED = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + 0.7 - 0.8*w) / 12.5
input I = 0.8 in [-0.5, 1.5]
init v = -1, w = 1
"""


@pytest.mark.parametrize("kind", ["cell", "class"])
def test_another_neuron_has_its_own_path_state_and_parameters(make_lab, make_object_lab, kind):
    if kind == "cell":
        group = bp.NeuGroup(bp.neuron(MIXED, "Mixed"), 3)
        group.ST["v"] = [-1.0, 0.0, 1.0]
        page = make_group_lab(make_object_lab, group)
    else:
        model = FHN(3)
        model.v.value, model.b = np.array([-1.0, 0.0, 1.0]), np.array([0.5, 0.8, 0.9])
        page = make_object_lab(model, ("input", 0.8))
    page.lab.run(3.0)
    page.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(3.0))
    page.lab.plane(element=2)
    page.wait_for(lambda header: plane(page)["element"] == 2)
    state = page.lab.session.state()
    owner = next(name for name in state if "v" in state[name])
    assert plane(page)["state"] == [state[owner]["v"][2], state[owner]["w"][2]]
    assert plane(page)["title"] == "w against v of neuron 2"
    dt = page.lab.subject.bindings.dt
    path = buffer(page, plane(page)["path"]).reshape(-1, 2)  # its past was computed again
    assert len(path) == round(3.0 / dt) and path[0] == pytest.approx((1.0, 1.0), abs=2 * dt)
    assert path[-1] == pytest.approx(plane(page)["state"], abs=1e-6)
    if kind == "class":
        w_line = buffer(page, plane(page)["nullclines"][1]).reshape(-1, 2)
        assert np.abs(w_line[:, 0] + 0.7 - 0.9 * w_line[:, 1]).max() < 1e-5
    page.lab.run(1.0)
    page.wait_for(lambda header: header["status"] == "paused" and header["t"] == pytest.approx(4.0))
    path = buffer(page, plane(page)["path"]).reshape(-1, 2)
    state = page.lab.session.state()
    assert len(path) == round(4.0 / dt)
    assert path[-1] == pytest.approx((state[owner]["v"][2], state[owner]["w"][2]), abs=1e-6)
    page.lab.place(v=0.25)
    page.wait_for(lambda header: plane(page)["state"][0] == 0.25)
    assert page.lab.session.state()[owner]["v"][2] == 0.25
    with pytest.raises(ModelValueError, match='"element" must be .* but got 3. Give at most 2'):
        page.lab.plane(element=3)


def make_group_lab(make_object_lab, group):
    return make_object_lab.of(neuron_subject("Mixed", group))


def test_other_variables_can_be_fixed_for_the_picture(make_object_lab):
    page = make_object_lab(Membrane(1), ("input", 2.0))
    assert [(name, fixed) for name, _, _, fixed in plane(page)["others"]] == [("INa.p", False), ("INa.q", False)]
    before = page.lab.session.state()
    page.lab.plane(fixed={"INa.p": 0.25, "INa.q": 0.5})
    page.wait_for(lambda header: [other[2:] for other in plane(page)["others"]] == [[0.25, True], [0.5, True]])
    for point in plane(page)["points"]:
        V, n = point["x"], point["y"]
        current = 120 * 0.25**3 * 0.5 * (50 - V) + 36 * n**4 * (-77 - V) + 0.3 * (-54.387 - V) + 2.0
        assert current == pytest.approx(0, abs=1e-6)
    assert plane(page)["points"]
    after = page.lab.session.state()
    assert all(np.array_equal(before[k][f], after[k][f]) for k in before for f in before[k])
    page.say(do="plane", fixed={})
    page.wait_for(lambda header: not any(other[3] for other in plane(page)["others"]))
    with pytest.raises(ModelKeyError, match="fixed gives 'h' a value, which is no variable of model"):
        page.lab.plane(fixed={"h": 0.1})


def test_axes_grow_in_few_jumps():
    span = Span(0.25)
    assert span.ends == (0.0, 1.0) and not span.include(np.array([np.nan]))
    changes = sum(span.include(np.array([x])) for x in np.linspace(0, 10, 1000))
    assert changes < 12 and span.ends[0] <= 0 and span.ends[1] >= 10
    rest = Span(0.25)
    rest.include(np.array([-65.0]))
    assert rest.ends[1] - rest.ends[0] >= 16


def test_a_frame_costs_less_than_a_drawing(make_lab):
    page = make_lab()
    page.wait_for(lambda header: True)
    view, lab = view_of(page.lab), page.lab
    lab.session.wait()
    view.plot(lab._simulation, lab._window())
    costs = []
    for _ in range(9):
        view._known = None
        began = time.process_time()
        view.plot(lab._simulation, lab._window())
        costs.append(time.process_time() - began)
    # One frame of 60 per second, for 201 x 201 nodes.
    assert np.median(costs) < 0.016


def test_a_long_path_is_sent_without_points_that_nobody_can_see():
    angle = np.linspace(0, 10 * np.pi, 20_001)
    path = np.stack([np.cos(angle), 3 * np.sin(angle)], axis=1)
    short = thinned(path)
    assert 1000 < len(short) < 14_000 and (short[0] == path[0]).all() and (short[-1] == path[-1]).all()
    steps = np.hypot(*(np.diff(short, axis=0) / np.ptp(path, axis=0)).T)
    assert steps.max() < 2 / 800
    assert len(thinned(path[:800])) == 800
    blown = np.where(np.arange(len(path))[:, None] == 7, np.inf, path)
    assert thinned(blown) is blown


@pytest.mark.parametrize("predict", [False, True])
def test_before_the_first_step_and_after_a_reset_the_axes_hold_the_course_to_come(predict):
    group = bp.NeuGroup(bp.neuron(CELL, "FHN"), 1)
    lab = Lab(neuron_subject("FHN", group), backend="reference", speed=float("inf"))
    page = FakePage(lab)
    try:
        lab.start(run=False, predict=predict)
        page.say(do="hello", width=700)
        page.wait_for(lambda header: True)
        first = plane(page)
        assert first["x"][0] <= -2 and first["x"][1] >= 2 and first["y"][1] > 1.5
        assert lab.t == 0.0 and buffer(page, first["path"]).size <= 2
        lab.run(20.0)
        assert lab.wait(60)
        lab.reset()
        page.wait_for(lambda header: header["t"] == 0.0 and header["epoch"] > 0)
        assert plane(page)["x"] == first["x"] and plane(page)["y"] == first["y"]
    finally:
        lab.close()
