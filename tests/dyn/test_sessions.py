"""A live session on a model that is written as a class."""

import numpy as np
import pytest

import brainpy_lab as bp
from tests.dyn.networks import EINet, ei_runner


def live(net, **options):
    return bp.Session(ei_runner(net).simulation(), speed=float("inf"), **options)


def test_a_session_has_the_bits_of_a_run():
    net = EINet(100, delay=0.3, spread=5.0, prob=0.3)
    start = bp.save_state(net)
    with live(net) as session:
        session.run(20.0)
        session.wait()
    after = net.E.V.numpy()
    bp.load_state(net, start)
    ei_runner(net).run(20.0)
    assert net.E.V.numpy().tobytes() == after.tobytes()


def test_sliders_rewind_and_names_work_as_for_groups():
    net = EINet(100, spread=5.0, prob=0.3)
    with live(net) as session:
        assert ("E", "tau") in session.params and ("E2E.proj.syn", "tau") in session.params
        assert session.params["I2E.proj.out", "E"] == -80.0
        session.params["E", "tau"] = 15.0
        session.params["Ein.input", "value"] = 25.0
        session.run(5.0)
        session.wait()
        first = session.state()["E"]["V"]
        session.rewind(5.0).result()
        session.run(5.0)
        session.wait()
        assert np.array_equal(session.state()["E"]["V"], first)
        with pytest.raises(KeyError, match="'tua'"):
            session.params["E", "tua"] = 1.0
    assert np.array_equal(net.E.V.numpy(), first)  # the model's variables are what the session works on


def test_a_series_has_no_place_in_a_session():
    net = EINet(50, prob=0.5)
    runner = bp.DSRunner(net, inputs=("Ein.input", np.zeros(10), "iter"), progress_bar=False)
    with pytest.raises(bp.errors.ModelUseError, match="a live session has no end"):
        runner.simulation()


class Decided(bp.DynamicalSystem):
    """dV = drive of every step, or nothing when the drive is too weak."""

    def __init__(self):
        super().__init__()
        self.drive, self.decay = 2.0, 0.5
        self.V = bp.math.Variable(np.zeros(1))

    def update(self):
        if self.drive > 1.0:
            self.V.value = self.decay * self.V + self.drive


def test_a_parameter_that_python_decided_by_is_told():
    model = Decided()
    runner = bp.DSRunner(model, progress_bar=False)
    (line,) = [line for line in runner.simulation().notices if "decided something in Python" in line]
    assert line.startswith(f"{model.name}.drive ")
    movable = {attribute for owner, attribute in runner.lay_out().param_places if owner == id(model)}
    assert movable == {"decay"}
    runner.run(1.0)
    kept = model.V.numpy().copy()
    model.drive = 0.5  # a run records the step anew, so the decision is taken again
    runner.run(1.0)
    assert np.array_equal(model.V.numpy(), kept)


class Carried(bp.DynSysGroup):
    """Neurons that a connection which is never stored joins."""

    def __init__(self, comm, factor=1.0):
        super().__init__()
        self.pre = bp.dyn.PoissonGroup(40, freqs=100.0)
        self.post = bp.dyn.Lif(30, V_initializer=bp.init.Constant(0.0), V_th=50.0)
        self.comm, self.factor = comm, factor

    def update(self):
        self.pre()
        self.post(self.comm(self.pre.spike.value) * self.factor)


LAWS = {
    "HomoLinear": {"weight": 0.6},
    "NormalLinear": {"w_mu": 0.6, "w_sigma": 0.2},
    "UniformLinear": {"w_low": 0.1, "w_high": 0.9},
}
NUMBERS = [(f"{form}JitFP{law}", name) for form in ("", "Event") for law, names in LAWS.items() for name in names]


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("backend", ["reference", "numba"])
@pytest.mark.parametrize("kind, name", NUMBERS)
def test_every_number_of_a_random_connection_moves_live_with_the_bits_of_a_rebuild(kind, name, backend, precision):
    given = next(names for law, names in LAWS.items() if kind.endswith(law))
    moved = {**given, name: given[name] * 0.75}  # with digits that single precision rounds
    bp.math.set_float(np.dtype(precision).type)

    def network(values):
        return Carried(getattr(bp.dnn, kind)(40, 30, 0.3, **values, seed=3))

    def run(net, changes):
        bp.math.random.seed(7)
        bp.math.set_float(np.dtype(precision).type)
        runner = bp.DSRunner(net, progress_bar=False)
        with bp.Session(runner.simulation(backend), speed=float("inf")) as session:
            for key, value in changes.items():
                assert session.params["comm", key] == np.dtype(precision).type(given[key])
                session.params["comm", key] = value
            session.run(5.0)
            session.wait()
        return net.post.V.numpy()

    live, rebuilt, before = run(network(given), {name: moved[name]}), run(network(moved), {}), run(network(given), {})
    assert live.tobytes() == rebuilt.tobytes() and live.any()
    assert not np.array_equal(live, before)


def test_a_weight_that_is_computed_from_attributes_moves_live():
    class Comm(bp.dnn.JitFPHomoLinear):
        scale = 2.0

        def __init__(self, *args, **named):
            super().__init__(*args, **named)
            self.scale = 2.0

        def law(self):
            return self.weight * self.scale / 4.0, None

    net = Carried(Comm(40, 30, 0.3, 0.6, seed=3))
    places = bp.DSRunner(net, progress_bar=False).lay_out().param_places
    assert all(places.get((id(net.comm), key)) for key in ("weight", "scale"))
    bp.math.random.seed(7)
    with bp.Session(bp.DSRunner(net, progress_bar=False).simulation("reference"), speed=float("inf")) as session:
        session.params["comm", "scale"] = 3.0
        session.run(5.0)
        session.wait()
    live = net.post.V.numpy()
    net = Carried(Comm(40, 30, 0.3, 0.6, seed=3))
    net.comm.scale = 3.0
    bp.math.random.seed(7)
    bp.DSRunner(net, progress_bar=False, jit=False).run(5.0)
    assert live.tobytes() == net.post.V.numpy().tobytes() and live.any()
