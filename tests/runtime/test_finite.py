"""A state that becomes infinite or no number during a run is told once, by its name and time."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.runtime.finite import FiniteWatch


@pytest.fixture(params=[False, True], ids=["reference", "numba"])
def doubling(request):
    """x doubles in each step: from 2**1014 on it is infinite after 10 steps; y is x - x; z waits."""

    def double(ST):
        ST["x"] = ST["x"] * 2.0
        ST["y"] = ST["x"] - ST["x"]

    bp.profile.set(dt=1.0, jit=request.param)
    model = bp.NeuType("doubling", ST=bp.NeuState("x", "y", "z"), steps=double, mode="scalar")
    group = bp.NeuGroup(model, 5, name="D")
    group.ST["x"][3] = 2.0**1014
    return group


def told(group, duration) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        group.run(duration)
    return [str(item.message) for item in caught if item.filename == __file__]


def test_it_is_told_once_with_object_state_element_and_time(doubling):
    assert told(doubling, 9.0) == []
    (text,) = told(doubling, (9.0, 40.0))
    found = re.match(r"Between t = (\S+) and (\S+) ms (.*)\. Look in its equations", text)
    assert found and found[3] == (
        'state "x" of "D" became infinite in 1 of 5 elements, the first is 3; '
        'state "y" of "D" became nan in 1 of 5 elements, the first is 3'
    )
    assert 9.0 <= float(found[1]) < float(found[2]) <= 40.0


def test_in_a_few_words_it_is_the_first_state_and_how_many_more(doubling):
    heard = []
    simulation = bp.Network(doubling).simulation("reference")
    simulation.begin(0.0, None, 40)
    watch = FiniteWatch(simulation, lambda *told: heard.append(told))
    simulation.advance(40)
    watch.look()
    ((found, brief, since),) = heard
    assert found.startswith('state "x" of "D" became infinite') and since == 0.0
    assert brief == "x became infinite (and 1 more)"


def test_a_state_that_is_infinite_from_the_start_means_it(doubling):
    doubling.ST["z"][0] = -np.inf
    doubling.ST["x"] = 0.0
    assert told(doubling, 40.0) == []
    doubling.ST["x"][3] = 2.0**1020
    assert len(told(doubling, 40.0)) == 1
    assert told(doubling, 40.0) == []  # it was infinite when this run began


def test_finite_sums_that_overflow_are_no_alarm(doubling):
    doubling.ST["z"] = 1e308  # five of them are more than the largest number
    doubling.ST["x"] = 0.0
    assert told(doubling, 5.0) == []


def test_states_that_all_synapses_of_a_neuron_share_are_seen():
    def double(ST, pre):
        ST["s"] = ST["s"] * 2.0 + pre["x"]

    bp.profile.set(dt=1.0, jit=False)
    still = bp.NeuType("still", ST=bp.NeuState("x"), steps=_nothing, mode="scalar")
    model = bp.SynType("doubling", ST=bp.SynState("s"), steps=double, mode="scalar")
    group = bp.NeuGroup(still, 2, name="N")
    syn = bp.SynConn(model, group, group, conn=bp.connect.All2All(), name="S")
    syn.ST["s"] = 2.0**1020
    net = bp.Network(group, syn)
    with pytest.warns(UserWarning, match='state "s" of "S" became infinite'):
        net.run(10.0)
    assert net._built.simulation.shared["S1"] == {"s"} and np.isinf(syn.ST["s"]).all()


def _nothing(ST):
    ST["x"] = ST["x"] + 0.0


def test_the_middle_of_a_long_run_is_looked_at_when_it_costs_little(doubling, monkeypatch):
    looks = []
    monkeypatch.setattr(FiniteWatch, "look", lambda self: looks.append(self._sim.run_step))
    doubling.ST["x"] = 0.0
    monkeypatch.setattr("brainpy_lab.runtime.finite.SHARE", np.inf)
    doubling.run(1000.0)
    assert looks[-1] == 1000 and 0 < looks[0] < 1000
    looks.clear()
    monkeypatch.setattr("brainpy_lab.runtime.finite.SHARE", 0.0)
    doubling.run(1000.0)
    assert looks == [1000]
