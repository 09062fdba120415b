"""Phase planes and diagrams of models written as classes: the mathematics of a cell, read from one recorded step."""

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from brainpy_lab.errors import ModelUseError, ModelValueError

plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def _figures():
    plt.switch_backend("Agg")
    plt.close("all")
    bp.profile.set(dt=0.02, numerical_method="rk4", jit=False)
    yield
    plt.close("all")


CELL = """
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0.8 in [-0.5, 1.5]
a = 0.7; b = 0.8; tau = 12.5
"""
BOX = {"v": [-3.0, 3.0], "w": [-3.0, 3.0]}


class Base(bp.dyn.NeuDyn):
    """FitzHugh and Nagumo's neuron; how it is integrated is said below."""

    def __init__(self, n=1, **values):
        super().__init__(n)
        values = dict(a=0.7, b=0.8, tau=12.5, I=0.8) | values
        for key, value in values.items():
            setattr(self, key, value)
        self.v, self.w = bm.Variable(-bm.ones(n)), bm.Variable(bm.ones(n))
        self.make()

    def dv(self, v, t, w):
        return v - v**3 / 3 - w + self.I

    def dw(self, w, t, v):
        return (v + self.a - self.b * w) / self.tau


class Together(Base):
    def make(self):
        self.integral = bp.odeint(bp.JointEq(self.dv, self.dw), method="rk4")

    def update(self, x=None):
        self.v.value, self.w.value = self.integral(self.v.value, self.w.value, bp.share["t"])


class OneFunction(Base):
    def make(self):
        self.integral = bp.odeint(lambda v, w, t: (self.dv(v, t, w), self.dw(w, t, v)), method="euler")

    def update(self, x=None):
        self.v.value, self.w.value = self.integral(self.v.value, self.w.value, bp.share["t"])


class OneAfterTheOther(Base):
    """The second equation is given the new value of the first."""

    def make(self):
        self.int_v, self.int_w = bp.odeint(self.dv, method="exp_auto"), bp.odeint(self.dw, method="rk2")

    def update(self, x=None):
        t = bp.share["t"]
        self.v.value = self.int_v(self.v.value, t, self.w.value)
        self.w.value = self.int_w(self.w.value, t, self.v.value)


def of_cell(**changes):
    cell = bp.neuron(CELL, "FHN")
    return bp.PhasePortraitAnalyzer(cell, BOX, {"I": 0.8} | changes)


@pytest.mark.parametrize("kind", [Together, OneFunction, OneAfterTheOther])
def test_a_class_has_the_portrait_of_the_same_cell(kind):
    mine, cell = bp.PhasePortraitAnalyzer(kind(), BOX), of_cell()
    (a,), (b,) = mine.find_fixed_points(), cell.find_fixed_points()
    assert a.values == b.values and a.eigenvalues == b.eigenvalues and a.name == b.name
    assert np.array_equal(a.jacobian, b.jacobian)
    for found, expected in zip(mine.plot_nullcline(), cell.plot_nullcline()):
        assert all(np.array_equal(found[name], expected[name], equal_nan=True) for name in "vw")
    for found, expected in zip(mine.plot_vector_field(), cell.plot_vector_field()):
        assert np.array_equal(found, expected)


def test_parameters_are_updated_and_fixed_by_name():
    for changes in ({"pars_update": {"a": 0.0, "b": 1.0, "I": 0.0}}, {"fixed_vars": {"a": 0.0, "b": 1.0, "I": 0.0}}):
        (point,) = bp.PhasePortraitAnalyzer(Together(), BOX, **changes).find_fixed_points()
        # v = w and v**3 = 0.
        assert point.values == pytest.approx({"v": 0.0, "w": 0.0}, abs=1e-5)


def test_each_element_has_its_own_plane():
    model = Together(3, I=np.array([0.0, 0.5, 0.8]))
    for element, current in enumerate(model.I):
        (mine,) = bp.PhasePortraitAnalyzer(model, BOX, element=element).find_fixed_points()
        (cell,) = of_cell(I=current).find_fixed_points()
        assert mine.values == cell.values and mine.eigenvalues == cell.eigenvalues


def test_the_diagram_is_that_of_the_cell():
    given = dict(target_pars={"I": [0.0, 1.0]}, dynamical_vars=BOX, par_resolution=0.1)
    mine = bp.BifurcationAnalyzer(Together(), **given).find_fixed_points()
    cell = bp.BifurcationAnalyzer(bp.neuron(CELL, "FHN"), **given).find_fixed_points()
    assert np.array_equal(mine.points, cell.points) and mine.names == cell.names and len(mine.points) == 10


# ---- ready neurons ----


def test_morris_lecar_has_the_equilibria_of_its_equations():
    # Rinzel and Ermentrout 1989, table 7.1, the set of a Hopf bifurcation.
    def cell(I):
        text = f"""
        I = {I!r}
        dV/dt = (-4.4*(0.5*(1 + tanh((V + 1.2)/18)))*(V - 130) - 8*W*(V + 84) - 2*(V + 60) + I)/20
        dW/dt = 0.04*cosh((V - 2)/60)*(0.5*(1 + tanh((V - 2)/30)) - W)
        """
        return bp.PhasePortraitAnalyzer(bp.neuron(text, "ML"), box).find_fixed_points()

    box = {"V": [-80.0, 60.0], "W": [-0.2, 1.2]}
    for I, stable in ((80.0, True), (120.0, False), (250.0, True)):
        (mine,) = bp.PhasePortraitAnalyzer(bp.dyn.MorrisLecar(1), box, {"x": I}).find_fixed_points()
        (other,) = cell(I)
        # Rounding of equations that are associated in another way: the box is 140 wide.
        assert mine.values == pytest.approx(other.values, abs=1e-10)
        assert mine.eigenvalues == pytest.approx(other.eigenvalues, abs=1e-10)
        assert (mine.eigenvalues[0].real < 0) == stable


READY = sorted(
    name
    for name, kind in vars(bp.dyn).items()
    if isinstance(kind, type)
    and issubclass(kind, bp.dyn.NeuDyn)
    and getattr(kind, "dynamic", None)
    and "dV" in dir(kind)
)


@pytest.mark.parametrize("name", READY)
def test_the_slopes_of_every_ready_neuron_are_those_of_its_step(name):
    neurons = getattr(bp.dyn, name)(3, method="euler", V_initializer=np.array([-60.0, -62.0, -64.0]))
    neurons.add_inp_fun("leak", lambda V: 0.01 * (-50.0 - V))
    names = list(neurons.dynamic)
    before = [vars(neurons)[key].numpy()[1] for key in names]
    planes = [bp.PhasePortraitAnalyzer(neurons, {key: [-200, 200]}, {"x": 0.5}, element=1) for key in names]
    neurons.step_run(0, 0.5)
    dt = bp.profile.get_dt()
    for key, old, plane in zip(names, before, planes):
        step = (vars(neurons)[key].numpy()[1] - old) / dt
        # The difference of two numbers near 60 is known to 1e-14, a step is 0.02 ms.
        assert plane.problem.fields([old])[0] == pytest.approx(step, abs=1e-11, rel=1e-9)


def test_hodgkin_huxley_rests_where_its_gates_rest():
    neurons = bp.dyn.HH(1, gL=0.3, V_initializer=bp.init.Constant(-65.0))
    (point,) = bp.PhasePortraitAnalyzer(neurons, {"V": [-80, -40], "n": [0, 1]}).find_fixed_points()
    V = point.values["V"]
    assert point.values["n"] == pytest.approx(neurons.n_alpha(V) / (neurons.n_alpha(V) + neurons.n_beta(V)), abs=1e-12)
    m, h = neurons.m.numpy()[0], neurons.h.numpy()[0]
    current = 120 * m**3 * h * (V - 50) + 36 * point.values["n"] ** 4 * (V + 77) + 0.3 * (V + 54.387)
    assert current == pytest.approx(0, abs=1e-9)  # of terms of some tens


class Membrane(bp.CondNeuGroup):
    def __init__(self, n):
        super().__init__(n, V_initializer=bp.init.Constant(-65.0))
        self.INa = bp.channels.INa_HH1952(n)
        self.IK = bp.channels.IK_HH1952(n, E=-77.0, g_max=36.0)
        self.IL = bp.channels.IL(n, E=-54.387, g_max=0.3)


def test_parts_of_a_membrane_are_named_by_their_path():
    given = dict(fixed_vars={"input": 5.0, "INa.p": 0.05, "INa.q": 0.6}, pars_update={"IK.g_max": 20.0})
    (point,) = bp.PhasePortraitAnalyzer(Membrane(2), {"V": [-90, 60], "IK.p": [0, 1]}, **given).find_fixed_points()
    V, n = point.values["V"], point.values["IK.p"]
    assert 120 * 0.05**3 * 0.6 * (50 - V) + 20 * n**4 * (-77 - V) + 0.3 * (-54.387 - V) + 5 == pytest.approx(
        0, abs=1e-9
    )


def test_what_synapses_bring_is_fixed_where_the_group_is_analysed_alone():
    class Net(bp.DynSysGroup):
        def __init__(self):
            super().__init__()
            self.E = bp.dyn.AdExIF(20)
            self.EE = bp.dyn.FullProjAlignPostMg(
                pre=self.E,
                delay=None,
                comm=bp.dnn.EventCSRLinear(bp.conn.FixedProb(0.5, pre=20, post=20, seed=1), 0.1),
                syn=bp.dyn.Expon.desc(20, tau=5.0),
                out=bp.dyn.COBA.desc(E=0.0),
                post=self.E,
            )

        def update(self, x=0.0):
            self.EE()
            self.E(x)

    net = Net()
    box = {"V": [-80.0, -40.0], "w": [-50.0, 50.0]}
    alone = bp.PhasePortraitAnalyzer(net.E, box)
    g = next(name for name in alone.subject.states if name.endswith("g"))
    quiet, driven = (
        bp.PhasePortraitAnalyzer(net.E, box, {g: value}).find_fixed_points()[0].values["V"] for value in (0.0, 0.02)
    )
    assert driven > quiet + 0.1
    # In the network events that arrive are jumps of g, and so the plane is the same.
    whole = bp.PhasePortraitAnalyzer(net, {"E.V": box["V"], "E.w": box["w"]})
    assert whole.find_fixed_points()[0].values["E.V"] == quiet


# ---- trajectories ----


def test_a_trajectory_is_the_run_of_the_model_which_is_left_as_it_was():
    model = Together(3)
    x, y = bp.PhasePortraitAnalyzer(model, BOX).plot_trajectory([(0.5, -1.0, 20.0), (-1.0, 1.0, (10.0, 20.0))])
    assert np.array_equal(model.v.numpy(), -np.ones(3)) and np.array_equal(model.w.numpy(), np.ones(3))
    runner = bp.DSRunner(model, monitors=["v", "w"], progress_bar=False)
    runner.run(20.0)
    assert np.array_equal(x[1], runner.mon.v[499:, 0]) and np.array_equal(y[1], runner.mon.w[499:, 0])
    assert (x[0][0], y[0][0]) == (0.5, -1.0)


def test_a_trajectory_has_the_bits_of_the_cell():
    mine, cell = bp.PhasePortraitAnalyzer(Together(), BOX), of_cell()
    for a, b in zip(mine.plot_trajectory((0.0, 0.5, 10.0)), cell.plot_trajectory((0.0, 0.5, 10.0))):
        assert np.array_equal(a[0], b[0])


def test_the_other_variables_stand_still_and_arguments_are_passed():
    bp.profile.set(dt=0.1)  # an equilibrium of exponential steps is one of the equations, whatever the step
    neurons = bp.dyn.HH(2, gL=0.3, V_initializer=bp.init.Constant(-65.0))
    box, fixed = {"V": [-80.0, 60.0], "n": [0.0, 1.0]}, {"m": 0.05, "h": 0.6, "x": 2.0}
    portrait = bp.PhasePortraitAnalyzer(neurons, box, fixed)
    (point,) = portrait.find_fixed_points()
    ends = []
    for start in (-70.0, -60.0):
        (V,), (n,) = portrait.plot_trajectory((start, 0.3, 200.0))
        ends.append((V[-1], n[-1]))
    # Stable, with a time constant below 10 ms: exp(-20) of the way is left.
    for end in ends:
        assert end == pytest.approx(tuple(point.values.values()), abs=1e-6)


def test_a_trajectory_of_integrate_and_fire_neurons_jumps_back():
    neurons = bp.dyn.AdExIF(1)
    (V,), (w,) = bp.PhasePortraitAnalyzer(neurons, {"V": [-80, -40], "w": [-50, 200]}, {"x": 60.0}).plot_trajectory(
        (-65.0, 0.0, 50.0)
    )
    assert V.max() < neurons.V_th and (np.diff(V) < -5).any()


# ---- what cannot be analysed says why ----


class Rates(bp.DynamicalSystem):
    def __init__(self, n=3):
        super().__init__()
        self.r, self.s, self.tau = bm.Variable(bm.linspace(0.0, 1.0, n)), bm.Variable(bm.ones(n)), 5.0
        self.integral = bp.odeint(lambda r, t, drive: (drive - r) / self.tau)
        self.late = bm.LengthDelay(self.s, 3)

    def drive(self):
        return 0.0

    def update(self):
        drive = self.drive()
        self.r.value = self.integral(self.r.value, bp.share["t"], drive)


def with_drive(drive, n=3):
    return type("Rates", (Rates,), {"drive": drive})(n)


def read_late(self):
    found = self.late(2)
    self.late.update(self.s)
    return found


def test_a_sum_over_one_element_is_the_element():
    model = with_drive(lambda self: bm.tanh(2 * bm.sum(self.r)), 1)
    points = bp.PhasePortraitAnalyzer(model, {"r": [-2, 2]}).find_fixed_points()
    # r = tanh(2 r), solved to ten digits.
    assert [point.values["r"] for point in points] == pytest.approx([-0.9575040240772688, 0, 0.9575040240772688])


@pytest.mark.parametrize(
    "drive, said",
    [
        (lambda self: bm.sum(self.r), 'the slope of "r" reads a sum over elements of "r"'),
        (lambda self: self.s[::-1], 'reads other elements of "s"'),
        (lambda self: bm.random.normal(0.0, 1.0, 3), "reads a random number that is drawn anew in each step"),
        (lambda self: bp.share["i"] * 1.0, "reads the number of the step"),
        (read_late, "reads a value of the past"),
    ],
)
def test_what_depends_on_more_than_the_element_says_on_what(drive, said):
    with pytest.raises(ModelUseError) as error:
        bp.PhasePortraitAnalyzer(with_drive(drive), {"r": [0, 1]})
    assert said in str(error.value) and "bm.Variable" in str(error.value)


def test_time_must_be_given():
    model = with_drive(lambda self: bm.sin(bp.share["t"]))
    with pytest.raises(ModelUseError, match='also read "t".*fixed_vars'):
        bp.PhasePortraitAnalyzer(model, {"r": [0, 1]})
    (point,) = bp.PhasePortraitAnalyzer(model, {"r": [-2, 2]}, {"t": np.pi / 2}).find_fixed_points()
    assert point.values["r"] == pytest.approx(1.0)


def test_a_model_without_equations_says_what_it_needs():
    class Steps(bp.DynamicalSystem):
        def __init__(self):
            super().__init__()
            self.r = bm.Variable(bm.ones(2))

        def update(self):
            self.r *= 0.5

    with pytest.raises(ModelUseError, match="integrates no variable.*bp.odeint"):
        bp.PhasePortraitAnalyzer(Steps(), {"r": [0, 1]})


def test_an_argument_that_update_needs_is_asked_for_and_passed():
    class Driven(Rates):
        def update(self, drive):
            self.r.value = self.integral(self.r.value, bp.share["t"], drive)

    class Older(Rates):
        def update(self, tdi, x=0.5):
            self.r.value = self.integral(self.r.value, tdi["t"], x)

    with pytest.raises(ModelUseError, match=r"needs drive: give a number in fixed_vars=\{'drive'"):
        bp.PhasePortraitAnalyzer(Driven(), {"r": [-2, 2]})
    for model, fixed, rest in ((Driven(), {"drive": 1.5}, 1.5), (Older(), {}, 0.5), (Older(), {"x": -1.0}, -1.0)):
        portrait = bp.PhasePortraitAnalyzer(model, {"r": [-2, 2]}, fixed)
        assert portrait.find_fixed_points()[0].values["r"] == pytest.approx(rest)


def test_a_variable_that_is_integrated_twice_has_no_equation():
    class Twice(Rates):
        def update(self):
            for _ in range(2):
                self.r.value = self.integral(self.r.value, bp.share["t"], 1.0)

    with pytest.raises(ModelUseError, match='"r" is integrated 2 times in one step'):
        bp.PhasePortraitAnalyzer(Twice(), {"r": [0, 1]})


def test_a_parameter_that_python_decided_by_cannot_be_varied():
    class Decided(Rates):
        def drive(self):
            return 1.0 if self.tau > 3.0 else 0.0

    given = dict(model=Decided(), target_vars={"r": [0, 2]})
    for change in ("pars_update", "fixed_vars"):
        with pytest.raises(ModelUseError, match='"tau" another value, but Python decided'):
            bp.PhasePortraitAnalyzer(**given, **{change: {"tau": 2.0}})
    with pytest.raises(ModelUseError, match='"tau" another value, but Python decided'):
        bp.BifurcationAnalyzer(given["model"], {"tau": [1.0, 5.0]}, given["target_vars"])


@pytest.mark.parametrize("element, error", [(3, ModelUseError), (-1, ModelValueError), (0.5, ModelValueError)])
def test_an_element_that_is_not_there(element, error):
    with pytest.raises(error, match="element"):
        bp.PhasePortraitAnalyzer(Together(3), BOX, element=element)


def test_names_that_the_model_does_not_have():
    with pytest.raises(ModelUseError, match=r'target "u" is not a dynamical variable.*v, w'):
        bp.PhasePortraitAnalyzer(Together(), {"u": [0, 1]})
    with pytest.raises(ModelUseError, match=r'"fixed_vars" names "J"'):
        bp.PhasePortraitAnalyzer(Together(), BOX, {"J": 1.0})
    with pytest.raises(ModelUseError, match=r'"pars_update" names "J".*a, b, tau'):
        bp.PhasePortraitAnalyzer(Together(), BOX, pars_update={"J": 1.0})
    with pytest.raises(ModelValueError, match='"element" must be 0 for a NeuType'):
        bp.PhasePortraitAnalyzer(bp.neuron(CELL, "FHN"), BOX, {"I": 0.8}, element=1)
    with pytest.raises(ModelValueError, match='"model" must be a NeuType or a model as a class'):
        bp.PhasePortraitAnalyzer(3, BOX)
