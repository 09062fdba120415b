"""Phase planes of groups of a network: off at first, of the neuron that is chosen, with what synapses give it."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelKeyError, ModelUseError
from brainpy_lab.lab.in_plane import view_of
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.network_cell import NetworkCellRun
from brainpy_lab.lab.subject import network_subject
from tests.lab.conftest import FakePage
from tests.lab.test_phase_plane import buffer, equilibrium, plane

g = 0.05


@bp.integrate(method="exponential")
def int_s(s, t):
    return -s / 5.0


def decay(ST, _t, pre):
    ST["s"] = int_s(ST["s"], _t)
    ST["s"] += pre["spike"]


def output(ST, post):
    post["input"] += g * ST["s"]


SYN = bp.SynType("syn", ST=bp.SynState(["s"]), steps=(decay, output), mode="scalar")
TEXT = """
E = bp.NeuGroup(bp.models.get_FitzHughNagumo(), 5)
M = bp.NeuGroup(bp.models.get_MorrisLecar(), 3)
L = bp.NeuGroup(bp.models.get_LIF(), 2)
E.ST['V'] = [-1.0, -0.5, 0.0, 0.5, 1.0]
syn = bp.SynConn(SYN, E, E, conn=bp.connect.All2All(include_self=False))
I = 0.8 in [0, 2]
inputs = [(E, 'ST.input', I), (M, 'ST.input', 90.0)]
"""


def network(order="net = bp.Network(E, M, L, syn)"):
    run = NetworkCellRun(
        TEXT + order + "\n", "net", {"bp": bp, "SYN": SYN}, lambda tree: compile(tree, "net", "exec"), "c"
    )
    return run.run()


@pytest.fixture(scope="module")
def page():
    lab = Lab(network(), backend="reference", speed=float("inf"))
    labs.add(lab)
    page = FakePage(lab)
    lab.start(run=False)
    page.say(do="hello", width=700)
    page.wait_for(lambda header: True)
    yield page
    lab.close()


def steps(page, n):
    before = page.last["step"]
    page.lab.step(n)
    page.wait_for(lambda header: header["step"] == before + n and header["status"] == "paused")


def test_the_plane_of_a_group_is_there_when_it_is_asked_for(page):
    view = view_of(page.lab)
    assert page.lab.views["phase plane"] is False and view.offers == ["E", "M"]  # of L there is one variable
    assert not [part for part in page.last["views"] if part and part["kind"] == "phase"]
    page.lab.show_view("phase plane")
    page.wait_for(lambda header: any(part and part["kind"] == "phase" for part in header["views"]))
    assert plane(page)["title"] == "w against V of neuron 0 of E"
    (point,) = plane(page)["points"]
    assert (point["x"], point["y"]) == pytest.approx(equilibrium(0.8), abs=1e-9)
    page.lab.set("I", 0.5)
    page.wait_for(lambda header: header["values"][0] == 0.5)
    (point,) = plane(page)["points"]
    assert (point["x"], point["y"]) == pytest.approx(equilibrium(0.5), abs=1e-9)
    page.lab.set("I", 0.8)


def test_it_goes_to_the_neuron_that_is_chosen_and_shows_its_past(page):
    steps(page, 40)
    page.lab.choose(3, "E")
    page.wait_for(lambda header: plane(page)["element"] == 3 and len(buffer(page, plane(page)["path"])) == 2 * 40)
    path = buffer(page, plane(page)["path"]).reshape(-1, 2)
    state = page.lab.session.state()["E"]
    assert path[-1] == pytest.approx((state["V"][3], state["w"][3]), abs=1e-6)
    page.lab.plane(group="M", element=2)
    page.wait_for(lambda header: plane(page)["axes"] == [["V", ""], ["W", ""]])
    assert (plane(page)["of"], plane(page)["element"]) == (1, 2)
    assert page.last["chosen"] == "neuron 2 of M"
    page.say(do="view of", view=page.lab.subject.views.index(view_of(page.lab)), of=0)
    page.wait_for(lambda header: plane(page)["of"] == 0 and plane(page)["element"] == 3)
    page.lab.place(V=0.25)
    page.wait_for(lambda header: plane(page)["state"][0] == 0.25)
    assert page.lab.session.state()["E"]["V"][3] == 0.25


def test_trials_and_errors(page):
    page.say(do="trial", x=0.0, y=0.5)
    page.wait_for(lambda header: len(plane(page)["trials"]) == 1)
    page.lab.plane(group="M")
    page.wait_for(lambda header: plane(page)["of"] == 1 and not plane(page)["trials"])
    with pytest.raises(ModelKeyError, match="net has phase planes of E, M, but got 'L'"):
        page.lab.plane(group="L")
    with pytest.raises(ModelUseError, match='"element" must be .* but got 3'):
        page.lab.plane(element=3)
    with pytest.raises(ModelKeyError, match="shows two of V, W, but got 'w' and 'W'"):
        page.lab.plane("w")
    page.lab.plane(group="E")
    page.wait_for(lambda header: plane(page)["of"] == 0)


@pytest.mark.parametrize("order", ["net = bp.Network(E, M, L, syn)", "net = bp.Network(syn, E, M, L)"])
def test_synaptic_input_is_what_the_next_step_sees_or_the_last_one_saw(order):
    """Of synapses that act after the neurons, exactly; of those that act before, as it was in the last step."""
    from brainpy_lab.runtime.build import build

    subject = network(order)
    view = view_of(type("Lab", (), {"subject": subject, "name": "net"}))
    simulation = build(subject.program, subject.bindings, "reference")
    simulation.begin(0.0, None, 1000)
    name = next(key for key, value in subject.bindings.names.items() if value == "E")
    synapse = next(key for key, value in subject.bindings.names.items() if value == "syn")
    seen = []
    for _ in range(400):
        simulation.advance(1)
        seen.append(view.values(simulation)["input"])
    late = float(simulation.field(name, "input")[0])
    if order.endswith("syn)"):
        assert seen[-1] == late and max(seen) > 0
    else:
        assert late == 0.0 and max(seen) > 0
    simulation.sync()
    s = simulation.field(synapse, "s")
    post = subject.bindings.edges[synapse].post_ids
    assert seen[-1] == pytest.approx(0.05 * s[post == 0].sum(), rel=1e-12)


def test_the_bits_of_a_run_are_those_of_a_network_that_nobody_looks_at():
    from brainpy_lab.runtime.build import build

    subject = network("net = bp.Network(syn, E, M, L)")
    simulation = build(subject.program, subject.bindings, "reference")
    simulation.begin(0.0, None, 1000)
    simulation.advance(300)
    name = next(key for key, value in subject.bindings.names.items() if value == "E")
    space = {"bp": bp, "SYN": SYN}
    lines = [line.replace(" in [0, 2]", "") for line in TEXT.split("\n")]
    exec("\n".join(lines), space)
    group = space["E"]
    alone = bp.Network(space["syn"], group, space["M"], space["L"])
    program, bindings = alone.build_program(space["inputs"], [])
    assert len(program.monitors) < len(subject.program.monitors)
    other = build(program, bindings, "reference")
    other.advance(300)
    assert np.array_equal(simulation.field(name, "V"), other.field(alone.layout.name_of(group), "V"))


def test_a_group_that_cannot_be_followed_is_named():
    @bp.integrate(method="euler")
    def int_v(v, t, u, I):
        return -v + u + I

    @bp.integrate(method="euler")
    def int_u(u, t, v):
        return v - u

    def update(ST, _t):
        ST["u"] = int_u(ST["u"], _t, ST["v"])
        ST["v"] = int_v(ST["v"], _t, ST["u"], np.random.normal(0.0, 1.0, size=ST["v"].shape))

    noisy = bp.NeuGroup(bp.NeuType("Noisy", ST=bp.NeuState(["v", "u"]), steps=update), 2)
    E = bp.NeuGroup(bp.models.get_FitzHughNagumo(), 2)
    subject = network_subject("net", bp.Network(E, noisy), (), [], {"E": E, "noisy": noisy}, {})
    assert view_of(type("Lab", (), {"subject": subject, "name": "net"})).offers == ["E"]
    assert any(line.startswith("no phase plane of noisy: ") and "random number" in line for line in subject.notices)
    subject.bindings.check(subject.program)


def test_a_group_of_a_network_of_classes_has_the_equations_of_its_part():
    from brainpy_lab.lab.object_subject import object_subject
    from brainpy_lab.runtime.build import build
    from tests.lab.test_phase_plane import FHN

    class Pair(bp.DynSysGroup):
        def __init__(self):
            super().__init__()
            self.A, self.B = FHN(3), FHN(2)
            self.L = bp.dyn.LifRef(4)
            self.B.a = 0.1

        def update(self):
            self.A.input.value = self.A.input.value + 0.8
            for part in (self.A, self.B, self.L):
                part()

    subject = object_subject("pair", Pair(), (), [], {}, {})
    view = view_of(type("Lab", (), {"subject": subject, "name": "pair"}))
    assert not view.shown and view.offers == ["A", "B"] and view.plane.variables == ["A.v", "A.w"]
    simulation = build(subject.program, subject.bindings, "reference")
    read = set(view.values(simulation))
    assert "A.a" in read and not any(name.startswith("B.") for name in read)
    points = view._compute(view.values(simulation))[1].points
    assert points == pytest.approx(np.array([equilibrium(0.8)]), abs=1e-9)
    view.show_choice(1)
    points = view._compute(view.values(simulation))[1].points
    assert points == pytest.approx(np.array([equilibrium(0.0, a=0.1)]), abs=1e-9)
