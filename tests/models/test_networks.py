"""The ready networks do what their papers show."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models


@pytest.fixture(autouse=True)
def _settings():
    bp.profile.set(jit=False)


def test_the_gamma_network_synchronises_at_gamma_frequency():
    bp.profile.set(dt=0.04)
    net = models.gamma_network(n=50, seed=1)
    net.run(300.0, inputs=(net.neurons, "ST.input", 1.2))
    late = net.neurons.mon.spike[len(net.ts) // 2 :]
    rate = late.sum() / 50 / 0.15
    assert 25.0 < rate < 70.0
    start = net.neurons.mon.spike[: 40 * 25]
    coherence = [bp.measure.cross_correlation(part, bin_size=25) for part in (start, late)]
    assert coherence[1] > 0.6 and coherence[1] > 2 * coherence[0]


def test_the_balanced_network_fires_irregularly_and_without_a_common_rhythm():
    # Vogels and Abbott 2005: about 20 Hz with intervals as irregular as those of a Poisson process.
    bp.profile.set(dt=0.1)
    net = models.ei_network(n_exc=800, n_inh=200, prob=0.08, seed=2)
    net.run(300.0, inputs=(net.neurons, "ST.input", 20.0))
    times, ids = net.neurons.spikes()
    assert 10.0 < len(times) / 1000 / 0.3 < 40.0
    gaps = [np.diff(times[ids == k]) for k in range(1000)]
    variation = [gap.std() / gap.mean() for gap in gaps if len(gap) > 4]
    assert len(variation) > 100 and 0.8 < np.mean(variation) < 1.5
    assert bp.measure.cross_correlation(net.neurons.mon.spike[1000:, ::10], bin_size=20) < 0.1


@pytest.mark.parametrize("make", [models.gamma_network, models.ei_network])
def test_a_seed_gives_the_same_network(make):
    def state(seed):
        net = make(50, seed=seed)
        return [array for item in net.members for array in item.ST.values()] + [
            ids for item in net.members if hasattr(item, "pre_ids") for ids in (item.pre_ids, item.post_ids)
        ]

    assert all(np.array_equal(a, b) for a, b in zip(state(3), state(3)))
    assert not all(a.shape == b.shape and np.array_equal(a, b) for a, b in zip(state(3), state(4)))
