"""Synapses that are quicker, plainer or more changeable than receptors; written for one edge.

The delay is that of the connection, ``SynConn(..., delay=...)``.
"""

from __future__ import annotations

import math

import numpy as np

from ..errors import ModelDefError
from ..frontends.delayed import delayed
from ..frontends.integrate import integrate
from ..frontends.types_api import SynType
from ..types import NeuState, SynState
from .parameters import parameters


@parameters("tau_rise", "tau_decay")
def get_dual_exponential(g_max=0.1, E=0.0, tau_rise=1.0, tau_decay=5.0, method=None) -> SynType:
    r"""A conductance that rises and falls with two time constants after each presynaptic spike.

    .. math::

        \dot s &= x - s / \tau_{decay}, \qquad I = -g_{max} s (V_{post} - E)

        \dot x &= -x / \tau_{rise} + A \sum_k \delta(t - t_k)

    A is such that one spike gives s its peak of 1.

    Parameters
    ----------
    g_max : float, uS
        The current is in nA.
    E : float, mV
    tau_rise, tau_decay : float, ms
        Different from each other; for equal ones there is `get_alpha`.
    method : str, optional

    Raises
    ------
    ModelDefError
        When a time constant is not above 0, or both are equal.

    References
    ----------
    Dayan and Abbott 2001, Theoretical Neuroscience, section 5.8.
    """
    if np.ndim(tau_rise) or np.ndim(tau_decay) or tau_rise == tau_decay:
        raise ModelDefError(
            f'"tau_rise" and "tau_decay" must be two different numbers above 0, but are {tau_rise!r} and '
            f"{tau_decay!r}. For equal time constants use get_alpha(tau=...)."
        )
    peak = tau_rise * tau_decay / (tau_decay - tau_rise) * math.log(tau_decay / tau_rise)
    shape = math.exp(-peak / tau_decay) - math.exp(-peak / tau_rise)
    jump = (1.0 / tau_rise - 1.0 / tau_decay) / shape

    @integrate(method=method)
    def int_s(s, t, x):
        return x - s / tau_decay

    @integrate(method=method)
    def int_x(x, t):
        return -x / tau_rise

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
    return SynType(
        "dual_exponential", ST=SynState(["s", "x"]), steps=(update, output), requires=requires, mode="scalar"
    )


@parameters()
def get_voltage_jump(J=0.1) -> SynType:
    r"""A presynaptic spike moves the postsynaptic potential at once.

    .. math:: \dot V_{post} = \ldots + J \sum_k \delta(t - t_k)

    Parameters
    ----------
    J : float, mV
        The jump; `pars_update` takes one per edge. A neuron in its refractory period is moved too.

    References
    ----------
    Brunel 2000, J. Comput. Neurosci. 8.
    """

    def update(ST, pre):
        ST["s"] = pre["spike"]

    @delayed
    def output(ST, post):
        post["V"] += J * ST["s"]

    requires = dict(pre=NeuState(["spike"]), post=NeuState(["V"]))
    return SynType("voltage_jump", ST=SynState(["s"]), steps=(update, output), requires=requires, mode="scalar")


@parameters()
def get_gap_junction(g=0.1, k_spikelet=0.0) -> SynType:
    r"""An electrical synapse: a current along the difference of potentials, and a jump for each spike.

    .. math:: I = g (V_{pre} - V_{post}), \qquad V_{post} \to V_{post} + k g \text{ at each presynaptic spike}

    A neuron that spikes itself in that step is not moved: its reset has the last word. One edge acts on its
    postsynaptic neuron only; connect both ways, as grids do.

    Parameters
    ----------
    g : float, uS
        Conductance; the current is in nA.
    k_spikelet : float, mV/uS
        What a spike adds, for neurons whose V has no spike of its own.

    References
    ----------
    Lewis and Rinzel 2003, J. Comput. Neurosci. 14.
    """

    def spikelet(pre, post):
        post["V"] += k_spikelet * g * pre["spike"] * (1.0 - post["spike"])

    def current(ST, pre, post):
        ST["I"] = g * (pre["V"] - post["V"])
        post["input"] += ST["I"]

    requires = dict(pre=NeuState(["V", "spike"]), post=NeuState(["V", "input", "spike"]))
    return SynType("gap_junction", ST=SynState(["I"]), steps=(spikelet, current), requires=requires, mode="scalar")


@parameters("tau_f", "tau_d", "tau", shares=("U",))
def get_STP(A=1.0, U=0.15, tau_f=1500.0, tau_d=200.0, tau=8.0, method=None) -> SynType:
    r"""A current whose jumps change with use: release that spikes make more likely, of a store that they empty.

    .. math::

        \dot s &= -s / \tau + A \sum_k u^+ x^- \delta(t - t_k), \qquad I = s

        \dot u &= -u / \tau_f + U \sum_k (1 - u^-) \delta(t - t_k)

        \dot x &= (1 - x) / \tau_d - \sum_k u^+ x^- \delta(t - t_k)

    With ``tau_f > tau_d`` it facilitates, otherwise it depresses.

    Parameters
    ----------
    A : float, nA
        Current of a release of everything.
    U : float
        What a spike adds to the share u that is released, 0 to 1.
    tau_f, tau_d, tau : float, ms
        Time constants of facilitation, recovery and of the current.
    method : str, optional

    References
    ----------
    Tsodyks, Pawelzik and Markram 1998, Neural Comput. 10. The u of Mongillo, Barak and Tsodyks 2008,
    Science 319, is what the next spike would release, :math:`U + (1 - U) u`; the releases are the same, and so are the
    default time constants.
    """

    @integrate(method=method)
    def int_s(s, t):
        return -s / tau

    @integrate(method=method)
    def int_u(u, t):
        return -u / tau_f

    @integrate(method=method)
    def int_x(x, t):
        return (1.0 - x) / tau_d

    def update(ST, _t, pre):
        s = int_s(ST["s"], _t)
        u = int_u(ST["u"], _t)
        x = int_x(ST["x"], _t)
        if pre["spike"] > 0.0:
            u += U * (1.0 - u)
            s += A * u * x
            x -= u * x
        ST["s"] = s
        ST["u"] = u
        ST["x"] = x

    @delayed
    def output(ST, post):
        post["input"] += ST["s"]

    requires = dict(pre=NeuState(["spike"]), post=NeuState(["input"]))
    state = SynState({"s": 0.0, "u": 0.0, "x": 1.0})
    return SynType("STP", ST=state, steps=(update, output), requires=requires, mode="scalar")
