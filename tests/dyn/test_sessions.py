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
