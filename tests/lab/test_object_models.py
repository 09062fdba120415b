"""A network cell whose model is written as classes."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.lab.network_cell import NetworkCellRun

CELL = """
from tests.dyn.networks import EINet
EI = EINet(100, spread=5.0, prob=0.3)
I = 20. in [0, 40]
EI.E.tau = 20. in [5, 40]
inputs = [('Ein.input', I), ('Iin.input', I)]
"""


def subject_of(text, name="EI", values=None):
    namespace = {"bp": bp}
    run = NetworkCellRun(text, name, namespace, lambda tree: compile(tree, "cell", "exec"), "Cell In[1]")
    return run.run(values), namespace


def test_a_cell_shows_raster_rate_and_its_sliders():
    subject, namespace = subject_of(CELL)
    assert [view.kind for view in subject.shown] == ["raster", "rate"]
    assert [one.name for one in subject.views[0].series] == ["E", "I"]
    first, second = subject.controls
    assert first.name == "I" and len(first.targets) == 2 and first.slider.high == 40
    assert second.owner == "EI.E" and len(second.targets) == 1
    assert not first.rebuilds and not second.rebuilds
    assert subject.kind == "network" and subject.summary.startswith("100 neurons, ")
    assert namespace["EI"].E.num == 80


def test_a_slider_moves_the_running_model():
    from brainpy_lab.runtime.build import build

    subject, namespace = subject_of(CELL)
    simulation = build(subject.program, subject.bindings, "reference")
    with bp.Session(simulation, speed=float("inf"), ring_rows=1000) as session:
        subject.controls[0].write(session, 0.0)
        subject.controls[1].write(session, 10.0)
        session.run(3.0)
        session.wait()
        assert subject.controls[0].read(simulation) == 0.0
    model = namespace["EI"]
    model.E.V.value = model.E.V  # the variables are the session's
    twin, other = subject_of(CELL)[1]["EI"], None
    twin.E.tau = 10.0
    runner = bp.DSRunner(twin, inputs=[("Ein.input", 0.0), ("Iin.input", 0.0)], progress_bar=False)
    runner.run(3.0)
    assert np.array_equal(model.E.V.numpy(), twin.E.V.numpy()) and other is None


def test_one_neuron_shows_its_variables_and_its_parameters():
    subject, _ = subject_of(
        """
cell = bp.dyn.LifRef(1, V_rest=-60., V_th=-50., V_reset=-60., tau=20., tau_ref=5.)
cell.drive = bp.dyn.InputVar(1)
cell.add_inp_fun('', cell.drive)
inputs = ('drive.input', 15.)
""",
        "cell",
    )
    assert [view.kind for view in subject.shown] == ["trace"]
    assert [one.name for one in subject.views[0].series] == ["V"]
    assert {control.name for control in subject.controls} >= {"input", "tau", "V_th", "tau_ref"}
    assert subject.kind == "neuron"


def test_a_runner_of_the_cell_brings_its_inputs():
    subject, namespace = subject_of(
        """
from tests.dyn.networks import EINet
net = EINet(100, prob=0.3)
runner = bp.DSRunner(net, inputs=[('Ein.input', 18.), ('Iin.input', 18.)])
""",
        "EI",
    )
    assert namespace["EI"].E.num == 80
    assert [control.value for control in subject.controls] == [18.0, 18.0]


def test_a_model_that_needs_an_argument_says_so():
    with pytest.raises(TypeError, match="inp"):
        subject_of(
            """
class Driven(bp.DynSysGroup):
    def __init__(self):
        super().__init__()
        self.E = bp.dyn.LifRef(3)
    def update(self, inp):
        self.E(inp)
EI = Driven()
"""
        )


DECIDED = """
from tests.dyn.test_sessions import Decided
one, two = Decided(), Decided()
EI = bp.Network(one, two)
one.drive = 2. in [0, 4]
two.drive = 3. in [0, 4]
one.decay = 0.5 in [0, 1]
"""


def test_a_parameter_that_python_decided_by_has_a_slider_that_builds_again():
    subject, _ = subject_of(DECIDED)
    assert [control.rebuilds for control in subject.controls] == [True, True, False]
    assert len(subject.notices) == 2 and all(".drive decided something" in line for line in subject.notices)
    again, namespace = subject_of(DECIDED, values={"two.drive": 0.5})
    assert (namespace["one"].drive, namespace["two"].drive) == (2.0, 0.5)
    assert [control.value for control in again.controls] == [2.0, 0.5, 0.5]


def test_a_lab_builds_again_with_the_slider_that_was_moved():
    from brainpy_lab.lab import Lab

    namespace = {"bp": bp}
    run = NetworkCellRun(DECIDED, "EI", namespace, lambda tree: compile(tree, "cell", "exec"), "Cell In[1]")
    lab = Lab(run.run(), backend="reference", remake=run.run)
    lab.start(run=False)
    try:
        lab.set("two.drive", 0.5)
        lab._thread.join(30)
        assert (namespace["one"].drive, namespace["two"].drive) == (2.0, 0.5)
        lab.set("one.drive", 1.5)
        lab._thread.join(30)
        assert (namespace["one"].drive, namespace["two"].drive) == (1.5, 0.5)
    finally:
        lab.close()
