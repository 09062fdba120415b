"""The spiking ring against what Compte et al. 2000 show: a cue leaves a bump that stays."""

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.errors import ModelDefError


def remember(cue, seed=1, height=0.375, duration=2000.0, n=640, **pars):
    """Rates per pyramidal cell before, during and in the last second after a cue of 250 ms, and their directions."""
    bp.profile.set(jit=True, dt=0.1, seed=seed)
    net = models.working_memory_network(n=n, seed=seed, **pars)
    shown = height * models.ring_bump(net.stimulus.x, cue, 0.1)
    found = []
    for begin, end in ((0.0, 500.0), (500.0, 750.0), (750.0, duration - 1000.0), (duration - 1000.0, duration)):
        net.run((begin, end), inputs=(net.stimulus, "ST.input", shown if begin == 500.0 else 0.0 * shown))
        times, ids = net.neurons.spikes()
        found.append(np.bincount(ids, minlength=n) / (end - begin) * 1000.0)
    exc, inh = net.neurons.excitatory, net.neurons.inhibitory
    return [rates[exc] for rates in found], [rates[inh].mean() for rates in found], net.stimulus.x


@pytest.mark.parametrize("cue", [0.0, 2.5])
def test_a_cue_is_remembered_where_it_was(cue):
    (before, during, _, after), inhibition, x = remember(cue)
    near, far = models.ring_bump(x, cue, 0.2) > 0.5, models.ring_bump(x, cue, 1.0) < 0.3
    # Compte et al. 2000, fig. 2: spontaneous firing of a few Hz everywhere; then some tens of Hz near the cue, and no
    # more than before elsewhere; interneurons fire faster than pyramidal cells.
    assert 0.3 < before.mean() < 4.0 and np.abs(before[near].mean() - before[far].mean()) < 1.0
    assert during[near].mean() > 20.0
    assert after[near].mean() > 15.0 and after[far].mean() < 2.0 and after.max() > 25.0
    apart = bp.measure.population_vector(after, x) - cue
    assert np.abs((apart + np.pi) % (2 * np.pi) - np.pi) < 0.35  # it wanders by some degrees in a second
    assert 5.0 < inhibition[0] < inhibition[-1] < 15.0


@pytest.mark.parametrize("options", [{"J_plus": 2.0}, {"height": 0.0}], ids=["weak connections", "no cue"])
def test_without_strong_connections_or_without_a_cue_there_is_no_memory(options):
    (_, _, _, after), _, x = remember(0.0, **options)
    near = models.ring_bump(x, 0.0, 0.2) > 0.5
    assert 0.3 < after.mean() < 3.0 and after[near].mean() < 3.0 and np.convolve(after, np.ones(20) / 20).max() < 6.0


def test_the_connections_are_a_gaussian_over_a_floor_with_mean_one():
    net = models.working_memory_network(n=100, J_plus=2.5, sigma=20.0)
    strength = net.NMDA_gates.pars["g_max"].reshape(80, 81)
    np.testing.assert_allclose(strength[:, :80].mean(axis=0), 1.0, rtol=1e-12)
    assert (strength[:, 80] == 1.0).all()
    floor = strength[0, 40]
    np.testing.assert_allclose(np.diag(strength[:, :80]), 2.5)
    # 9 of 80 cells apart are 40.5 degrees.
    assert strength[0, 9] == pytest.approx(floor + (2.5 - floor) * np.exp(-(40.5**2) / (2 * 20.0**2)), rel=1e-12)


def test_impossible_rings_are_refused():
    with pytest.raises(ModelDefError, match='"n" must be .*, 40 or more, but got 39'):
        models.working_memory_network(n=39)
    with pytest.raises(ModelDefError, match='"J_plus" is 30.0, .* at most 15.96'):
        models.working_memory_network(n=640, J_plus=30.0)
