"""A ring of spiking neurons that remembers where a cue was."""

from __future__ import annotations

import math

import numpy as np

from .. import checks
from ..errors import ModelDefError
from ..frontends.types_api import Network, NeuGroup, SynConn
from .cortex import cells_in_noise, exc_inh, pooled
from .pools import get_NMDA_gate
from .rates import get_linear_rate, get_rate_coupling
from .rings import ring_bump, ring_positions
from .synapses import get_exponential


def working_memory_network(n=1280, J_plus=3.0, sigma=9.0, seed=None, rate=600.0, method="euler") -> Network:
    r"""A cortical circuit that remembers a place: a cue leaves a bump of activity that stays.

    Four fifths of the neurons are pyramidal cells. They prefer the directions of a ring, and excite each other by NMDA
    receptors, neighbours more than others:

    .. math:: W(d) = J_- + (J_+ - J_-) e^{-d^2 / 2 \sigma^2}, \qquad \langle W \rangle = 1

    All other connections, to and from the interneurons, are the same everywhere. Every neuron hears 600 strong spikes a
    second from the rest of the brain. The circuit has two states, a few spikes a second everywhere and a bump, and the
    noise makes the bump wander.

    Run it with ``net.run(duration, inputs=(net.stimulus, 'ST.input', 0.375 * ring_bump(net.stimulus.x, cue, 0.1)))``
    for some 250 ms, without input before and after, and a step of 0.1 ms.

    Parameters
    ----------
    n : int
        Number of neurons, at least 40. Recurrent conductances are those of the paper, with its 2,560 neurons, times
        2560/n, so that the mean currents stay; fewer neurons make the bump wander more, and fewer than about 600 may
        lose it.
    J_plus : float
        Strength of the connections between neighbours. With 2 the cue is forgotten at once.
    sigma : float, degrees
        How far they reach.
    seed : int, optional
        Of the initial potentials. NumPy's global generator decides when left out.
    rate : float, Hz
        Spikes from outside.
    method : str
        Integration method. Euler's decay in steps adds up to just the time constant for each spike; the exact one adds
        half a step to it, which at 0.1 ms makes the fastest currents 2.5 % too strong.

    Returns
    -------
    Network
        With the group ``neurons`` (``spike`` is recorded): pyramidal cells, ``neurons.excitatory``, and interneurons,
        ``neurons.inhibitory``, which are slices. The group ``stimulus`` has one unit for each pyramidal cell, with the
        directions ``stimulus.x`` (rad) and the input in nA.

    Raises
    ------
    ModelDefError
        When there are too few neurons, or `J_plus` makes the connections of neurons far apart negative.

    References
    ----------
    Compte, Brunel, Goldman-Rakic and Wang 2000, Cereb. Cortex 10, with the values of Murray et al. 2014, Cereb. Cortex
    24, for which both states are stable.
    """
    n = checks.count("n", n, "neurons", low=40, error=ModelDefError)  # a bump needs neighbours
    checks.number("J_plus", J_plus, low=0, error=ModelDefError)
    checks.number("sigma", sigma, unit="degrees", above=0, error=ModelDefError)
    checks.number("rate", rate, unit="Hz", low=0, error=ModelDefError)
    if seed is not None:
        checks.seed("seed", seed)
    n_exc = round(0.8 * n)
    n_inh = n - n_exc
    x = ring_positions(n_exc)
    near = ring_bump(x, x, math.radians(sigma))
    share = near[0].mean()
    J_minus = (1.0 - J_plus * share) / (1.0 - share)
    if J_minus < 0.0:
        raise ModelDefError(
            f'"J_plus" is {J_plus!r}, but with "sigma" {sigma!r} it can be at most {1.0 / share:.4g}: above that, '
            "neurons far apart would excite each other less than not at all. Give a smaller one."
        )
    ids = np.arange(n)
    places = {"excitatory": slice(0, n_exc), "inhibitory": slice(n_exc, n)}
    cells = cells_in_noise(n_exc, n_inh, -60.0, rate, 0.0093, 0.00714, seed, method, **places)
    neurons = cells["neurons"]
    stimulus = NeuGroup(get_linear_rate(tau=0.0), n_exc, satisfies={"x": x})
    seen = SynConn(get_rate_coupling(), stimulus, neurons, conn={"i": ids[:n_exc], "j": ids[:n_exc]})

    # One pool for each pyramidal cell, and one for all interneurons.
    strength = np.column_stack([J_minus + (J_plus - J_minus) * near, np.ones(n_exc)])
    from_exc = {"sources": ids[:n_exc], "strength": strength, "listens": np.minimum(ids, n_exc), "E": 0.0}
    from_inh = {"sources": ids[n_exc:], "strength": np.ones((n_inh, 1)), "listens": 0 * ids, "E": -70.0}
    NMDA, GABA = get_NMDA_gate(method=method), get_exponential(1.0, tau=10.0, method=method)
    return Network(
        stimulus=stimulus,
        seen=seen,
        **cells,
        **pooled("NMDA", neurons, NMDA, g_max=exc_inh(n_exc, n_inh, 1.0019, 0.7176) / n_exc, Mg=1.0, **from_exc),
        **pooled("GABA", neurons, GABA, g_max=exc_inh(n_exc, n_inh, 0.8072, 0.5662) / n_inh, **from_inh),
    )
