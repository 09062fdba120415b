"""A person's ways to a device: the profile, runs, sessions, runners, step functions, cells, printed text."""

from unittest import mock

import numpy as np
import pytest

import brainpy_lab as bp
import brainpy_lab.math as bm
from tests.agreement.networks import synapse
from tests.dyn.networks import EINet, ei_runner

QUICK = dict(dt=0.1, seed=3, sums="quanta")


def network():
    group = bp.NeuGroup(bp.models.get_LIF(), 30, monitors=["V", "spike"], name=None)
    group.ST["V"] = np.linspace(-5.0, 15.0, 30)
    edges = bp.SynConn(synapse("jump"), group, group, conn=bp.connect.FixedProb(0.3, seed=1), delay=0.5)
    return bp.Network(group=group, edges=edges)


def on(device, use):
    """What `use` returns on a device, from the same start."""
    bp.profile.set(device=device, jit="auto" if device != "cpu" else False, **QUICK)
    try:
        return use()
    finally:
        bp.profile.set(device="cpu", jit="auto")


def agree(use):
    expected, found = on("cpu", use), on("emulator", use)
    assert len(expected) == len(found) > 0
    for one, other in zip(expected, found):
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes()
    return expected


def test_runs_of_a_network_go_on_and_change_back_and_forth():
    def use():
        net = network()
        net.run(10.0, inputs=(net.group, "ST.input", 30.0))
        first = net.group.mon.V.copy()
        net.group.pars["tau"] = 7.0
        net.run((10.0, 20.0), inputs=(net.group, "ST.input", 25.0))
        return [first, net.group.mon.V, net.group.mon.spike, net.edges.ST["s"]]

    assert agree(use)[2].any()

    def changing(devices):
        net, found = network(), []
        for number, device in enumerate(devices):
            bp.profile.set(device=device, jit="auto" if device != "cpu" else False, **QUICK)
            net.run((10.0 * number, 10.0 * (number + 1)), inputs=(net.group, "ST.input", 30.0))
            found.append(net.group.mon.V.copy())
        bp.profile.set(device="cpu", jit="auto")
        return np.concatenate(found)

    assert np.array_equal(changing(["cpu"] * 4), changing(["cpu", "emulator", "cpu", "emulator"]))


def test_step_functions_see_what_is_set_between_two_steps():
    def use():
        net = network()
        step = net.build(60, inputs=(net.group, "ST.input", 30.0))
        for i in range(60):
            step(_i=i)
            if i == 20:
                net.group.ST["V"][3] = 11.0
                net.group.pars["tau"] = 6.0
        return [net.group.mon.V, net.group.ST["V"]]

    agree(use)


def test_repeated_runs_and_groups_by_themselves():
    def use():
        group = bp.NeuGroup(bp.models.get_Izhikevich(), 4, monitors=["V"])
        found = []
        for current in (5.0, 10.0):
            group.run(10.0, inputs=("ST.input", current))
            found.append(group.mon.V.copy())
        return found

    agree(use)


def test_a_session_pauses_moves_rewinds_branches_and_restores():
    def use():
        net = network()
        simulation = net.simulation(inputs=(net.group, "ST.input", 30.0))
        name = "N0"
        found = []
        with bp.Session(simulation, speed=float("inf"), ring_rows=50) as session:
            session.step(70).result(60)
            found.append(session.state()[name]["V"])
            session.params[name, "tau"] = 6.0
            session.set_state(name, "V", 2, 9.0)
            session.step(50).result(60)
            kept = session.snapshot()
            found.append(session.state()[name]["V"])
            session.step(30).result(60)
            session.rewind(5.0).result(60)
            session.step(20).result(60)  # the log plays the changes again
            assert np.array_equal(session.state()[name]["V"], found[-1])
            session.rewind(9.0).result(60)
            session.params[name, "tau"] = 12.0  # another future
            session.step(60).result(60)
            found += [session.state()[name]["V"], simulation.ring(0).copy()]
            assert len(session.branches) == 1
            session.restore(kept)
            found.append(session.state()[name]["V"])
            assert np.array_equal(found[-1], found[1])
        return found

    agree(use)


def test_runners_and_sessions_of_models_as_classes():
    def use():
        net = EINet(50, delay=0.3, spread=5.0, prob=0.3)
        runner = ei_runner(net)
        runner.run(5.0)
        spikes = np.asarray(runner.mon["E.spike"])
        with bp.Session(ei_runner(net).simulation(), speed=float("inf")) as session:
            session.params["E", "tau"] = 15.0
            session.step(40).result(60)
            session.rewind(2.0).result(60)
            session.step(20).result(60)
            state = session.state()["E"]["V"]
        return [spikes, state, net.E.V.numpy()]

    # Computed step by step the sums would be folds; the reference back end has quanta.
    with mock.patch.object(bp.profile, "runtime_backend", lambda: "reference"):
        bp.profile.set(**QUICK)
        expected = use()
    found = on("emulator", use)
    assert expected[0].any()
    for one, other in zip(expected, found, strict=True):
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes()


def test_a_loop_has_the_numbers_of_its_steps_one_by_one():
    def steps():
        x = bm.Variable(bm.zeros(3))

        def step(k):
            x.value = bm.tanh(x + 0.1 * k)
            return x.value

        return step

    step = steps()
    expected = np.array([np.asarray(step(k)) for k in np.arange(20)])
    found = on("emulator", lambda: bm.for_loop(steps(), bm.arange(20), jit=True))
    assert np.asarray(found).tobytes() == expected.tobytes()


def test_a_run_says_on_what_it_runs():
    bp.profile.set(device="emulator")
    group = bp.NeuGroup(bp.models.get_LIF(), 3)
    assert bp.Network(group).simulation().backend == "emulator"
    bp.profile.set(device="cpu")
    assert bp.Network(group).simulation("emulator").backend == "emulator"


# ---- the printed text


def test_the_cuda_text_is_shown_without_a_device_and_without_its_mathematics():
    simulation = bp.Network(group=bp.NeuGroup(bp.models.get_HH(), 3)).simulation("reference")
    text = simulation.source("cuda")
    assert text.startswith("// ") and "lines of mathematics" in text.splitlines()[0]
    assert "sweep_0" in text and "// state V" in text and "philox" not in text.lower()
    assert simulation.backend == "reference"
    whole = simulation.source("cuda", mathematics=True)
    assert "philox" in whole.lower() and whole.endswith(text.partition("\n")[2])
    assert "for i in range(n):" in simulation.source("numba") and "self_V[:] = " in simulation.source()
    assert bp.Network(bp.NeuGroup(bp.models.get_HH(), 3)).simulation("emulator").source() == text
    with pytest.raises(bp.errors.ModelUseError, match='"backend" must be a back end'):
        simulation.source("opencl")
