"""Gates, pools and background noise against the connections that they stand for, and against Poisson's law."""

import math

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models


@pytest.fixture(autouse=True)
def _settings():
    bp.profile.set(jit=False, dt=0.1, numerical_method="exponential", seed=3)


def received(connect):
    """What 5 silent targets at different potentials receive from 6 neurons; `connect` makes what lies between."""

    def collect(ST):
        ST["total"] = ST["input"]
        ST["input"] = 0.0

    state = bp.NeuState("total", "input", V=-60.0)
    target = bp.NeuGroup(bp.NeuType("target", ST=state, steps=collect, mode="scalar"), 5, monitors=["total"])
    target.ST["V"] = np.linspace(-70.0, -40.0, 5)
    source = bp.NeuGroup(models.get_LIF(), 6)
    net = bp.Network(source, *connect(source, target), target)
    net.run(60.0, inputs=(source, "ST.input", np.linspace(21.0, 40.0, 6)[None]))
    return target.mon.total


def pooled(gate, current):
    def connect(source, target):
        pool = bp.NeuGroup(models.get_linear_rate(tau=0.0), 1)
        gates = bp.SynConn(gate, source, pool, conn=bp.connect.All2All(), delay=0.5)
        return gates, pool, bp.SynConn(current, pool, target, conn=bp.connect.All2All())

    return connect


def all_to_all(synapse):
    return lambda source, target: [bp.SynConn(synapse, source, target, conn=bp.connect.All2All(), delay=0.5)]


@pytest.mark.parametrize(
    "gate, current, synapse",
    [
        (models.get_NMDA_gate(), models.get_pooled_conductance(0.2, Mg=1.0), models.get_NMDA(g_max=0.2)),
        (models.get_exponential(1.0, tau=2.0), models.get_pooled_conductance(0.1, E=0.0), models.get_AMPA()),
        (
            models.get_exponential(1.0, tau=7.0),
            models.get_pooled_conductance(0.3, E=-70.0),
            models.get_conductance(0.3, E=-70.0, tau=7.0),
        ),
    ],
)
def test_a_pool_delivers_the_current_of_all_connections_in_the_same_step(gate, current, synapse):
    expected = received(all_to_all(synapse))
    assert np.abs(expected).max() > 0.1
    # The same six numbers, added before and not after they are multiplied.
    np.testing.assert_allclose(received(pooled(gate, current)), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("rate, extra", [(2400.0, 0.0), (600.0, 4000.0), (0.0, 15_000.0), (100.0, -200.0)])
def test_the_background_draws_by_the_law_of_poisson(rate, extra):
    group = bp.NeuGroup(models.get_background(rate), 1000, monitors=["spike"])
    group.run(20.0, inputs=("ST.input", extra))
    counts = np.bincount(group.mon.spike.astype(int).reshape(-1), minlength=9)
    mean, n = max(rate + extra, 0.0) * 1e-4, 200_000
    law = np.array([math.exp(-mean) * mean**k / math.factorial(k) for k in range(9)])
    law[8] = 1.0 - law[:8].sum()
    # A count of p n has the standard error sqrt(p (1 - p) n); nine of them stay within four.
    assert (np.abs(counts - n * law) <= 4.0 * np.sqrt(n * law * (1.0 - law)) + 1e-6).all()
    assert group.ST["input"].tolist() == [0.0] * 1000
