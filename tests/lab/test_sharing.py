"""A lab and plain Python work on the same groups: who may, and what each sees of the other."""

from __future__ import annotations

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import ModelUseError
from brainpy_lab.lab.lab import Lab, labs
from brainpy_lab.lab.subject import network_subject

LEAK = "dv/dt = (I - v)/tau\ninput I = 0\ntau = 10 ms in [1, 100]\ninit v = 1"


@pytest.fixture
def cells():
    """Two decaying cells, their network, and a lab of it that is closed after the test."""
    group = bp.NeuGroup(bp.neuron(LEAK, "Leak"), 2)
    net = bp.Network(group)
    lab = Lab(network_subject("net", net, (), [], {"cells": group}, {}), backend="reference", background=True)
    labs.add(lab)
    lab.start(run=False)
    yield group, net, lab
    lab.close()


def test_a_run_is_refused_while_the_lab_runs_on_the_same_states(cells):
    group, net, lab = cells
    lab.run()
    told = r"bp.labs\['net'\] is running on the states of this network. Pause it first, bp.labs\['net'\].pause\(\)"
    with pytest.raises(ModelUseError, match=told):
        net.run(1.0)
    with pytest.raises(ModelUseError, match=told):
        group.run(1.0)
    lab.pause()
    group.run(1.0)
    other = bp.NeuGroup(bp.neuron(LEAK, "Leak"), 2)
    lab.run()
    other.run(1.0)
    assert lab.status == "running"


def test_a_run_while_the_lab_is_paused_is_where_the_lab_goes_on(cells):
    group, net, lab = cells
    bp.profile.set(jit=False)
    try:
        net.run(1.0)
    finally:
        bp.profile.set(jit=True)
    after_run = float(group.ST["v"][0])
    assert after_run == pytest.approx(np.exp(-0.1), rel=0.02)
    lab.step(10)
    assert lab.wait(10)
    assert group.ST["v"][0] == pytest.approx(after_run * np.exp(-0.1), rel=0.02)
    # Going back ends where the lab took over what the run had left, and the way there gives the same bits.
    v = group.ST["v"].copy()
    assert lab.session.rewind(100.0).result() == 0.0
    assert group.ST["v"][0] == after_run
    lab.step(10)
    assert lab.wait(10) and group.ST["v"].tobytes() == v.tobytes()


def test_what_is_asked_during_a_run_waits_for_its_end(cells):
    group, _, lab = cells
    with lab.session.lent():
        lab.step(5)
        lab.set("cells.tau" if "cells.tau" in lab.values else "tau", 20.0)
        assert not lab.session.wait(0.2)
        assert group.ST["v"][0] == 1.0 and lab.session.step_count == 0
    assert lab.wait(10)
    assert lab.session.step_count == 5


def test_a_closed_lab_is_in_nobody_s_way(cells):
    _, net, lab = cells
    lab.run()
    lab.close()
    net.run(1.0)


def test_a_step_function_works_beside_a_paused_lab_only(cells):
    group, net, lab = cells
    step = net.build(3)
    step()
    after = float(group.ST["v"][0])
    assert after == pytest.approx(np.exp(-0.01), rel=1e-3)
    lab.run()
    with pytest.raises(ModelUseError, match="is running on the states of this network"):
        step()
    lab.pause()
    lab.wait(5)
    group.ST["v"] = 1.0
    step()
    assert group.ST["v"][0] == pytest.approx(after, rel=1e-12)


def test_a_second_session_on_the_same_states_is_refused(cells):
    group, net, lab = cells
    alone = bp.Network(group).simulation("reference")
    told = (
        r"bp.labs\['net'\] already works on the states of cells: it is paused at t = 0 ms. Go on with it, or end it "
        r"first, bp.labs\['net'\].close\(\)"
    )
    with pytest.raises(ModelUseError, match=told):
        bp.Session(alone)
    lab.run()
    with pytest.raises(ModelUseError, match="it is running at t = "):
        bp.Session(alone)
    twin = Lab(network_subject("twin", bp.Network(group), (), [], {"cells": group}, {}), backend="reference")
    with pytest.raises(ModelUseError, match=told.partition(": it")[0]):
        twin.start(run=False)
    assert lab.status == "running"
    lab.close()
    with bp.Session(alone, called="mine") as session:
        session.step(1)
        session.wait()
        with pytest.raises(ModelUseError, match=f"mine already works on the states of {group.name}: "):
            twin.start(run=False)
    twin.start(run=False)
    twin.step(10)
    assert twin.wait(10)
    twin.close()


def test_a_refused_lab_takes_no_step(cells):
    group, _, lab = cells
    before = group.ST["v"].copy()
    twin = Lab(network_subject("twin", bp.Network(group), (), [], {"cells": group}, {}), backend="reference")
    with pytest.raises(ModelUseError):
        twin.start(run=False)
    assert group.ST["v"].tobytes() == before.tobytes() and lab.session.step_count == 0


def test_sessions_of_other_groups_and_forgotten_ones_are_in_nobody_s_way():
    group, other = (bp.NeuGroup(bp.neuron(LEAK, "Leak"), 2) for _ in range(2))
    with bp.Session(bp.Network(group).simulation("reference")) as session:
        with bp.Session(bp.Network(other).simulation("reference")) as second:
            session.step(1)
            second.step(1)
            assert session.wait(5) and second.wait(5)
    session = bp.Session(bp.Network(group).simulation("reference"))
    session.on_chunk.append(lambda _, mine=session: None)  # a cycle: only the collector can find it
    del session
    bp.Session(bp.Network(group).simulation("reference")).close()


def test_pars_of_the_group_show_what_the_lab_uses(cells):
    group, _, lab = cells
    assert group.pars["tau"] == 10.0
    lab.set("tau", 20.0)
    assert group.pars["tau"] == 20.0 and group.pars.all["tau"] == 20.0
    lab.session.reset().result()
    assert group.pars["tau"] == 10.0
    lab.set("tau", 30.0)
    lab.close()
    assert group.pars["tau"] == 30.0 and group.pars.watchers == [] and group.pars.live is None


def test_assigning_pars_reaches_the_lab(cells):
    group, _, lab = cells
    group.pars["tau"] = 5.0
    assert lab.session.params["tau"] == 5.0
    lab.session.wait(5)
    assert lab.values["tau"] == 5.0
    lab.close()
    group.pars["tau"] = 6.0
    assert group.pars["tau"] == 6.0


def test_a_plain_run_uses_the_value_of_the_slider(cells):
    group, net, lab = cells
    lab.set("tau", 1.0)
    net.run(1.0)
    assert group.ST["v"][0] == pytest.approx(np.exp(-1.0), rel=0.06)


def test_a_session_knows_the_names_of_the_user(cells):
    group, _, lab = cells
    session = lab.session
    assert list(session.params) == [("cells", "I"), ("cells", "tau")]
    session.params["cells", "tau"] = 4.0
    assert session.params["N0", "tau"] == 4.0
    assert session.state()["cells"]["v"].tolist() == session.state()["N0"]["v"].tolist()
    with pytest.raises(ModelUseError, match=r"'cells' has no parameter 'tua'. Did you mean 'tau'\?"):
        session.params["cells", "tua"] = 1.0
    with pytest.raises(ModelUseError, match="parameter 'tau' of 'cells'.* must be a finite number.* got nan"):
        session.params["tau"] = float("nan")
    with pytest.raises(ModelUseError, match=r"there is no object 'cell'. Did you mean 'cells'\?"):
        session.set_state("cell", "v", None, 0.0)
    session.set_state("cells", "v", 1, 0.25)
    assert session.wait(5) and group.ST["v"].tolist() == [1.0, 0.25]


def test_names_of_the_user_come_before_names_of_the_program():
    from brainpy_lab.runtime.names import Names

    names = Names(["N0", "N1", "S2"], {"N0": "N1", "N1": "exc"})
    assert [names.shown(name) for name in ("N0", "N1", "S2")] == ["N1", "exc", "S2"]
    assert [names.find(name) for name in ("N1", "exc", "S2", "N0")] == ["N0", "N1", "S2", "N0"]
    twice = Names(["N0", "N1"], {"N0": "a", "N1": "a"})
    assert twice.shown("N1") == "a (N1)" and twice.find("a (N1)") == "N1"
