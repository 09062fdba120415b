"""What the cortical networks are built of: pyramidal cells and interneurons in noise, and pools that they listen to."""

from __future__ import annotations

import numpy as np

from ..connect.random import generator
from ..frontends.types_api import NeuGroup, SynConn
from .neurons import get_LIF
from .pools import get_background, get_pooled_conductance
from .rates import get_linear_rate
from .synapses import get_conductance


def cells_in_noise(n_exc, n_inh, V_reset, rate, g_exc, g_inh, seed, method, **attributes) -> dict:
    """Pyramidal cells and interneurons, each with a background of its own.

    Parameters
    ----------
    n_exc, n_inh : int
        Pyramidal cells, first in the group, and interneurons.
    V_reset : float, mV
    rate : float, Hz
        Spikes that a neuron hears from outside.
    g_exc, g_inh : float, uS
        Conductance of such a spike.
    seed : int or None
        Of the initial potentials.
    method : str
    **attributes
        Set on the group.

    Returns
    -------
    dict of str to object
        ``background``, ``neurons`` (``spike`` is recorded) and ``heard``, in the order in which a network runs them.

    References
    ----------
    Wang 1999, J. Neurosci. 19: 0.5 nF, 25 nS and 2 ms against 0.2 nF, 20 nS and 1 ms.
    """
    n = n_exc + n_inh
    model = get_LIF(V_rest=-70.0, V_reset=V_reset, V_th=-50.0, R=40.0, tau=20.0, t_refractory=2.0, method=method)
    pars = {
        "R": exc_inh(n_exc, n_inh, 40.0, 50.0),
        "tau": exc_inh(n_exc, n_inh, 20.0, 10.0),
        "t_refractory": exc_inh(n_exc, n_inh, 2.0, 1.0),
    }
    neurons = NeuGroup(model, n, monitors=["spike"], pars_update=pars, satisfies=attributes)
    neurons.ST["V"] = generator(seed).uniform(-70.0, -50.0, n)
    background = NeuGroup(get_background(rate), n)
    heard = SynConn(
        get_conductance(g_exc, E=0.0, tau=2.0, method=method),
        background,
        neurons,
        conn={"i": np.arange(n), "j": np.arange(n)},
        pars_update={"g_max": exc_inh(n_exc, n_inh, g_exc, g_inh)},
    )
    return {"background": background, "neurons": neurons, "heard": heard}


def exc_inh(n_exc, n_inh, exc, inh) -> np.ndarray:
    """One value for each pyramidal cell and another for each interneuron; shape (n_exc + n_inh,)."""
    return np.repeat([exc, inh], [n_exc, n_inh])


def pooled(name, neurons, gate, sources, strength, listens, g_max, E, Mg=0.0, delay=0.5) -> dict:
    """What one kind of receptor adds to a network in which neurons listen to pools.

    Parameters
    ----------
    name : str
        Of the receptor: "NMDA".
    neurons : NeuGroup
    gate : SynType
    sources : ndarray, shape (n_sources,)
        Neurons that open gates.
    strength : ndarray, shape (n_sources, n_pools)
        How much each pool takes of each of them.
    listens : ndarray of int, shape (n,)
        The pool of each neuron.
    g_max : ndarray, shape (n,), uS
        Conductance of each neuron for a pool of 1.
    E : float, mV
    Mg : float, mM
    delay : float, ms

    Returns
    -------
    dict of str to object
        ``NMDA_gates``, ``NMDA_pools`` and ``NMDA``, in the order in which a network runs them.
    """
    n_pools = strength.shape[1]
    pools = NeuGroup(get_linear_rate(tau=0.0), n_pools)
    into = {"i": np.repeat(sources, n_pools), "j": np.tile(np.arange(n_pools), sources.size)}
    gates = SynConn(gate, neurons, pools, conn=into, delay=delay, pars_update={"g_max": strength.reshape(-1)})
    out_of = {"i": listens, "j": np.arange(neurons.num)}
    current = get_pooled_conductance(E=E, Mg=Mg)
    return {
        f"{name}_gates": gates,
        f"{name}_pools": pools,
        name: SynConn(current, pools, neurons, conn=out_of, pars_update={"g_max": g_max}),
    }
