"""Synapse models, written for one edge, and all others under one name.

The delay is that of the connection, ``SynConn(..., delay=...)``.
"""

from __future__ import annotations

import numpy as np

from ..frontends.delayed import delayed
from ..frontends.integrate import integrate
from ..frontends.types_api import SynType
from ..types import NeuState, SynState
from .couplings import get_dual_exponential, get_gap_junction, get_STP, get_voltage_jump
from .parameters import parameters
from .plasticity import get_BCM, get_Oja, get_STDP
from .pools import get_NMDA_gate, get_pooled_conductance
from .rates import get_rate_coupling
from .receptors import get_GABAb, get_NMDA

__all__ = [
    "get_AMPA",
    "get_BCM",
    "get_GABAa",
    "get_GABAb",
    "get_NMDA",
    "get_NMDA_gate",
    "get_Oja",
    "get_STDP",
    "get_STP",
    "get_alpha",
    "get_conductance",
    "get_dual_exponential",
    "get_exponential",
    "get_gap_junction",
    "get_pooled_conductance",
    "get_rate_coupling",
    "get_voltage_jump",
]


@parameters("tau")
def get_exponential(g_max=0.1, tau=8.0, method=None) -> SynType:
    r"""A current that jumps at each presynaptic spike and decays.

    .. math:: \dot s = -s / \tau + \sum_k \delta(t - t_k), \qquad I = g_{max} s

    Parameters
    ----------
    g_max : float, nA
        Current per presynaptic spike; `pars_update` takes one per edge.
    tau : float, ms
    method : str, optional

    References
    ----------
    Dayan and Abbott 2001, Theoretical Neuroscience, section 5.8.
    """

    @integrate(method=method)
    def int_s(s, t):
        return -s / tau

    def update(ST, _t, pre):
        s = int_s(ST["s"], _t)
        s += pre["spike"]
        ST["s"] = s

    @delayed
    def output(ST, post):
        post["input"] += g_max * ST["s"]

    requires = dict(pre=NeuState(["spike"]), post=NeuState(["input"]))
    return SynType("exponential", ST=SynState(["s"]), steps=(update, output), requires=requires, mode="scalar")


@parameters("tau")
def get_conductance(g_max=0.1, E=0.0, tau=5.0, method=None, name="conductance") -> SynType:
    r"""A conductance that jumps at each presynaptic spike and decays.

    .. math:: \dot s = -s / \tau + \sum_k \delta(t - t_k), \qquad I = -g_{max} s (V_{post} - E)

    Parameters
    ----------
    g_max : float, uS
        Conductance per presynaptic spike; the current is in nA.
    E : float, mV
        Reversal potential.
    tau : float, ms
    method : str, optional
    name : str
        Name of the model.

    References
    ----------
    Dayan and Abbott 2001, Theoretical Neuroscience, section 5.8.
    """

    @integrate(method=method)
    def int_s(s, t):
        return -s / tau

    def update(ST, _t, pre):
        s = int_s(ST["s"], _t)
        s += pre["spike"]
        ST["s"] = s

    @delayed
    def output(ST, post):
        post["input"] -= g_max * ST["s"] * (post["V"] - E)

    requires = dict(pre=NeuState(["spike"]), post=NeuState(["V", "input"]))
    return SynType(name, ST=SynState(["s"]), steps=(update, output), requires=requires, mode="scalar")


@parameters("tau")
def get_AMPA(g_max=0.1, E=0.0, tau=2.0, method=None) -> SynType:
    r"""Fast excitation: `get_conductance` with the decay of AMPA receptors, whose rise takes less than a step.

    .. math:: \dot s = -s / \tau + \sum_k \delta(t - t_k), \qquad I = -g_{max} s (V_{post} - E)

    Parameters
    ----------
    g_max : float, uS
        Conductance per presynaptic spike; the current is in nA.
    E : float, mV
        Reversal potential.
    tau : float, ms
    method : str, optional

    References
    ----------
    Spruston, Jonas and Sakmann 1995, J. Physiol. 482 (the decay); in this form Brunel and Wang 2001, J. Comput.
    Neurosci. 11.
    """
    return get_conductance(g_max, E, tau, method, name="AMPA")


@parameters()
def get_GABAa(g_max=0.1, E=-75.0, alpha=12.0, beta=0.1, theta=0.0, method=None) -> SynType:
    r"""A graded inhibitory conductance that follows the presynaptic potential.

    .. math::

        \dot s = \alpha T(V_{pre}) (1 - s) - \beta s, \qquad
        T(V) = \frac{1}{1 + e^{-(V - \theta)/2}}, \qquad I = -g_{max} s (V_{post} - E)

    Parameters
    ----------
    g_max : float, mS/cm2
        The current is in uA/cm2.
    E, theta : float, mV
        Reversal potential and the presynaptic potential of half release.
    alpha, beta : float, 1/ms
        Rates of opening and closing.
    method : str, optional

    References
    ----------
    Wang and Buzsaki 1996, J. Neurosci. 16, section "Model synapse".
    """

    @integrate(method=method)
    def int_s(s, t, T):
        return alpha * T * (1.0 - s) - beta * s

    def update(ST, _t, pre):
        T = 1.0 / (1.0 + np.exp(-(pre["V"] - theta) / 2.0))
        ST["s"] = int_s(ST["s"], _t, T)

    @delayed
    def output(ST, post):
        post["input"] -= g_max * ST["s"] * (post["V"] - E)

    requires = dict(pre=NeuState(["V"]), post=NeuState(["V", "input"]))
    return SynType("GABAa", ST=SynState(["s"]), steps=(update, output), requires=requires, mode="scalar")


@parameters("tau")
def get_alpha(g_max=0.1, E=0.0, tau=2.0, method=None) -> SynType:
    r"""A conductance that rises and falls as an alpha function after each presynaptic spike.

    .. math::

        \dot s = x - s / \tau, \qquad \dot x = -x / \tau + \frac{e}{\tau} \sum_k \delta(t - t_k), \qquad
        I = -g_{max} s (V_{post} - E)

    One spike gives :math:`s = (t/\tau) e^{1 - t/\tau}`, with its peak of 1 at `tau`.

    Parameters
    ----------
    g_max : float, uS
        The current is in nA.
    E : float, mV
    tau : float, ms
    method : str, optional

    References
    ----------
    Rall 1967, J. Neurophysiol. 30.
    """
    jump = np.e / tau

    @integrate(method=method)
    def int_s(s, t, x):
        return x - s / tau

    @integrate(method=method)
    def int_x(x, t):
        return -x / tau

    def update(ST, _t, pre):
        s = int_s(ST["s"], _t, ST["x"])
        x = int_x(ST["x"], _t)
        x += jump * pre["spike"]
        ST["s"] = s
        ST["x"] = x

    @delayed
    def output(ST, post):
        post["input"] -= g_max * ST["s"] * (post["V"] - E)

    requires = dict(pre=NeuState(["spike"]), post=NeuState(["V", "input"]))
    return SynType("alpha", ST=SynState(["s", "x"]), steps=(update, output), requires=requires, mode="scalar")
