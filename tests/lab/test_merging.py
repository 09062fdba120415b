"""A lab of a network whose synapses are merged, or could be."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.lab.lab import Lab
from brainpy_lab.lab.subject import network_subject
from tests.agreement.merged import network, synapse


def lab_of(net):
    lab = Lab(network_subject("net", net, (), [], {"syn": net.syn}, {}), backend="reference", background=True)
    lab.start(run=False)
    return lab


def test_a_lab_starts_from_the_sum_of_what_stood_on_the_edges_and_resets_to_it():
    bp.profile.set(merge_synapses=True, seed=3)
    net = network(synapse())
    net.syn.ST["s"] = np.linspace(0.0, 1.0, 120)
    expected = np.zeros(7)
    np.add.at(expected, net.syn.post_ids, np.linspace(0.0, 1.0, 120))
    lab = lab_of(net)
    try:
        assert [line for line in lab.notices if line.startswith("synapses of syn are merged")]
        # The first picture has run the network for a while; nothing of that is left.
        assert np.array_equal(lab.session.state()["syn"]["s"], expected)
        lab.step(40)
        lab.session.wait(20)
        assert not np.array_equal(lab.session.state()["syn"]["s"], expected)
        lab.reset()
        lab.session.wait(20)
        assert np.array_equal(lab.session.state()["syn"]["s"], expected)
    finally:
        lab.close()


def test_a_lab_says_when_merging_would_pay():
    rng = np.random.default_rng(0)
    edges = {"i": np.sort(rng.integers(0, 500, 60_000)), "j": rng.integers(0, 300, 60_000)}
    net = network(bp.models.get_exponential(), edges=edges, n_pre=500, n_post=300)
    lab = lab_of(net)
    try:
        (line,) = lab.notices
        assert line.startswith("synapses of syn could be merged") and "profile.set(merge_synapses=True)" in line
    finally:
        lab.close()


def test_a_plain_run_beside_a_paused_lab_keeps_it_going():
    bp.profile.set(merge_synapses=True, seed=3, jit=False)
    net = network(synapse())
    lab = lab_of(net)
    try:
        net.run(5.0)
        sums = net.merged["syn"]["x"]
        assert sums.any() and np.array_equal(lab.session.state()["syn"]["x"], sums)
        with pytest.raises(bp.errors.ModelUseError, match="has no values on single edges"):
            net.syn.ST["s"]
    finally:
        lab.close()
