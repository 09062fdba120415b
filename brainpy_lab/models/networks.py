"""Networks that are ready to run."""

from __future__ import annotations

import numpy as np

from ..connect import All2All, FixedProb
from ..connect.random import generator
from ..frontends.functions import exprel
from ..frontends.types_api import Network, NeuGroup, SynConn
from .decision import decision_network
from .neurons import get_LIF, get_WangBuzsaki
from .parameters import parameters
from .rings import cann_network
from .synapses import get_conductance, get_GABAa
from .working_memory import working_memory_network

__all__ = ["cann_network", "decision_network", "ei_network", "gamma_network", "working_memory_network"]


@parameters()
def gamma_network(n=100, seed=None, g_max=0.1, delay=0.5, method="exponential") -> Network:
    """Wang-Buzsaki interneurons that inhibit each other and fall into a gamma rhythm.

    Run it with ``net.run(500., inputs=(net.neurons, 'ST.input', 1.2))`` and a step of about 0.04 ms.

    Parameters
    ----------
    n : int
        Number of neurons; each inhibits all others.
    seed : int, optional
        Of the initial potentials, uniform in -70 to -50 mV with the gates at their steady state. NumPy's global
        generator decides when left out.
    g_max : float, mS/cm2
        Inhibitory conductance that a neuron receives from all others together.
    delay : float, ms
    method : str
        Integration method.

    Returns
    -------
    Network
        With the group ``neurons`` (``V`` and ``spike`` are recorded) and the connection ``synapses``.

    References
    ----------
    Wang and Buzsaki 1996, J. Neurosci. 16.
    """
    neurons = NeuGroup(get_WangBuzsaki(method=method), n, monitors=["spike", "V"])
    V = generator(seed).uniform(-70.0, -50.0, n)
    h_opening, h_closing = 0.07 * np.exp(-(V + 58) / 20), 1 / (np.exp(-0.1 * (V + 28)) + 1)
    n_opening, n_closing = 0.1 / exprel(-0.1 * (V + 34)), 0.125 * np.exp(-(V + 44) / 80)
    neurons.ST["V"] = V
    neurons.ST["h"] = h_opening / (h_opening + h_closing)
    neurons.ST["n"] = n_opening / (n_opening + n_closing)
    synapses = SynConn(
        get_GABAa(method=method),
        neurons,
        neurons,
        conn=All2All(include_self=False),
        delay=delay,
        pars_update={"g_max": g_max / n},
    )
    return Network(neurons=neurons, synapses=synapses)


@parameters(shares=("prob",))
def ei_network(
    n_exc=3200, n_inh=800, prob=0.02, seed=None, g_exc=0.6, g_inh=6.7, delay=0.0, method="exponential"
) -> Network:
    """Excitatory and inhibitory integrate-and-fire neurons that keep each other firing irregularly.

    Run it with ``net.run(500., inputs=(net.neurons, 'ST.input', 20.))``. For another number of neurons keep
    ``prob * n_exc`` and ``prob * n_inh``, the synapses that a neuron receives.

    Parameters
    ----------
    n_exc, n_inh : int
        Number of excitatory and inhibitory neurons: the first and the last of the group.
    prob : float
        Probability of a connection between two neurons.
    seed : int, optional
        Of the connections and of the initial potentials. NumPy's global generator decides when left out.
    g_exc, g_inh : float
        Conductance per spike in units of the leak, so that an input counts in mV.
    delay : float, ms
    method : str
        Integration method.

    Returns
    -------
    Network
        With the group ``neurons`` (``spike`` is recorded) and the connections ``E`` and ``I``.

    References
    ----------
    Vogels and Abbott 2005, J. Neurosci. 25; Brette et al. 2007, J. Comput. Neurosci. 23, benchmark 1 (whose external
    drive is a random start; here it is a constant input).
    """
    rng = generator(seed)
    model = get_LIF(V_rest=-60.0, V_reset=-60.0, V_th=-50.0, tau=20.0, t_refractory=5.0, method=method)
    neurons = NeuGroup(model, n_exc + n_inh, monitors=["spike"])
    neurons.ST["V"] = rng.uniform(-60.0, -50.0, n_exc + n_inh)

    def connect(sources, synapse):
        conn = FixedProb(prob, seed=int(rng.integers(2**31)))
        return SynConn(synapse, sources, neurons, conn=conn, delay=delay)

    excitation = connect(neurons[:n_exc], get_conductance(g_exc, E=0.0, tau=5.0, method=method))
    inhibition = connect(neurons[n_exc:], get_conductance(g_inh, E=-80.0, tau=10.0, method=method))
    return Network(neurons=neurons, E=excitation, I=inhibition)
