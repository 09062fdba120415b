"""Neurons whose spike is a threshold and a reset.

All have the fields ``V`` (membrane potential), ``input`` (what comes from outside, cleared in every step) and ``spike``
(1 in the step of a spike).
"""

from __future__ import annotations

import numpy as np

from ..frontends.integrate import integrate
from ..frontends.types_api import NeuType
from ..types import NeuState
from .parameters import parameters


def _threshold_and_reset(name, int_V, V_rest, V_reset, V_th, t_refractory) -> NeuType:
    """The neuron that climbs by ``int_V(V, t, I)``, is reset at the threshold and then waits; it starts at rest."""

    def update(ST, _t):
        ST["spike"] = 0.0
        if 0.0 <= _t - ST["t_last_spike"] <= t_refractory:
            ST["refractory"] = 1.0
        else:
            ST["refractory"] = 0.0
            V = int_V(ST["V"], _t, ST["input"])
            if V >= V_th:
                V = V_reset
                ST["spike"] = 1.0
                ST["t_last_spike"] = _t
            ST["V"] = V
        ST["input"] = 0.0

    state = NeuState({"V": V_rest, "input": 0.0, "spike": 0.0, "refractory": 0.0, "t_last_spike": -1e7})
    return NeuType(name, ST=state, steps=update, mode="scalar")


@parameters("tau")
def get_LIF(V_rest=0.0, V_reset=-5.0, V_th=20.0, R=1.0, tau=10.0, t_refractory=5.0, method=None) -> NeuType:
    r"""Leaky integrate-and-fire neuron.

    .. math:: \tau \dot V = -(V - V_{rest}) + R I

    When V reaches `V_th` it is set to `V_reset` and stays there for `t_refractory`.

    Parameters
    ----------
    V_rest, V_reset, V_th : float, mV
        Resting potential, reset and threshold.
    R : float, MOhm
        Membrane resistance; the input is in nA.
    tau, t_refractory : float, ms
        Membrane time constant and refractory period.
    method : str, optional
        Integration method; the profile's when left out.

    References
    ----------
    Lapicque 1907, Recherches quantitatives sur l'excitation electrique des nerfs; Abbott 1999, Brain Res. Bull. 50.
    """

    @integrate(method=method)
    def int_V(V, t, I):
        return (-(V - V_rest) + R * I) / tau

    return _threshold_and_reset("LIF", int_V, V_rest, V_reset, V_th, t_refractory)


@parameters("tau")
def get_QuaIF(
    V_rest=-65.0, V_reset=-68.0, V_th=-30.0, V_c=-50.0, a_0=0.07, R=1.0, tau=10.0, t_refractory=0.0, method=None
) -> NeuType:
    r"""Quadratic integrate-and-fire neuron.

    .. math:: \tau \dot V = a_0 (V - V_{rest})(V - V_c) + R I

    Parameters
    ----------
    V_rest, V_reset, V_th, V_c : float, mV
        Resting potential, reset, threshold, and the potential above which the neuron fires by itself.
    a_0 : float, 1/mV
        Slope of the parabola.
    R : float, MOhm
    tau, t_refractory : float, ms
    method : str, optional

    References
    ----------
    Latham, Richmond, Nelson and Nirenberg 2000, J. Neurophysiol. 83.
    """

    @integrate(method=method)
    def int_V(V, t, I):
        return (a_0 * (V - V_rest) * (V - V_c) + R * I) / tau

    return _threshold_and_reset("QuaIF", int_V, V_rest, V_reset, V_th, t_refractory)


@parameters("delta_T", "tau")
def get_ExpIF(
    V_rest=-65.0, V_reset=-68.0, V_th=-30.0, V_T=-59.9, delta_T=3.48, R=10.0, tau=10.0, t_refractory=1.7, method=None
) -> NeuType:
    r"""Exponential integrate-and-fire neuron.

    .. math:: \tau \dot V = -(V - V_{rest}) + \Delta_T e^{(V - V_T)/\Delta_T} + R I

    Parameters
    ----------
    V_rest, V_reset, V_th, V_T : float, mV
        Resting potential, reset, where a spike is counted, and where it starts by itself.
    delta_T : float, mV
        Sharpness of the spike's start.
    R : float, MOhm
    tau, t_refractory : float, ms
    method : str, optional

    References
    ----------
    Fourcaud-Trocme, Hansel, van Vreeswijk and Brunel 2003, J. Neurosci. 23, eq. 10.
    """

    @integrate(method=method)
    def int_V(V, t, I):
        # Above the threshold the value does not matter, and unlimited it overflows within a step.
        upswing = np.exp((np.minimum(V, V_th) - V_T) / delta_T)
        return (-(V - V_rest) + delta_T * upswing + R * I) / tau

    return _threshold_and_reset("ExpIF", int_V, V_rest, V_reset, V_th, t_refractory)


@parameters("C", "delta_T", "tau_w")
def get_AdExIF(
    C=281.0,
    g_L=30.0,
    E_L=-70.6,
    V_T=-50.4,
    delta_T=2.0,
    V_reset=-70.6,
    V_th=0.0,
    a=4.0,
    b=80.5,
    tau_w=144.0,
    method=None,
) -> NeuType:
    r"""Adaptive exponential integrate-and-fire neuron.

    .. math::

        C \dot V &= -g_L (V - E_L) + g_L \Delta_T e^{(V - V_T)/\Delta_T} - w + I

        \tau_w \dot w &= a (V - E_L) - w

    At `V_th`: V becomes `V_reset` and w grows by `b`.

    Parameters
    ----------
    C : float, pF
    g_L, a : float, nS
        Leak conductance and adaptation below threshold.
    E_L, V_T, delta_T, V_reset, V_th : float, mV
    b : float, pA
        Adaptation per spike; the input is in pA.
    tau_w : float, ms
    method : str, optional

    References
    ----------
    Brette and Gerstner 2005, J. Neurophysiol. 94, eqs. 1-3 and the values under them.
    """

    @integrate(method=method)
    def int_V(V, t, w, I):
        # Above the threshold the value does not matter, and unlimited it overflows within a step.
        upswing = np.exp((np.minimum(V, V_th) - V_T) / delta_T)
        return (-g_L * (V - E_L) + g_L * delta_T * upswing - w + I) / C

    @integrate(method=method)
    def int_w(w, t, V):
        return (a * (V - E_L) - w) / tau_w

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["w"], ST["input"])
        w = int_w(ST["w"], _t, ST["V"])
        if V >= V_th:
            V = V_reset
            w += b
            ST["spike"] = 1.0
        else:
            ST["spike"] = 0.0
        ST["V"] = V
        ST["w"] = w
        ST["input"] = 0.0

    state = NeuState({"V": E_L, "w": 0.0, "input": 0.0, "spike": 0.0})
    return NeuType("AdExIF", ST=state, steps=update, mode="scalar")


@parameters()
def get_Izhikevich(a=0.02, b=0.20, c=-65.0, d=8.0, V_th=30.0, method=None) -> NeuType:
    r"""Izhikevich's simple model.

    .. math::

        \dot V &= 0.04 V^2 + 5 V + 140 - u + I

        \dot u &= a (b V - u)

    At `V_th`: V becomes `c` and u grows by `d`.

    Parameters
    ----------
    a : float, 1/ms
    b : float
    c, V_th : float, mV
    d : float
        The default values are those of a regular-spiking cell. In the paper's figure 2 others have: intrinsically
        bursting c=-55, d=4; chattering c=-50, d=2; fast spiking a=0.1, d=2; low-threshold spiking b=0.25, d=2.
    method : str, optional

    References
    ----------
    Izhikevich 2003, IEEE Trans. Neural Netw. 14, eqs. 1-3.
    """

    @integrate(method=method)
    def int_V(V, t, u, I):
        return 0.04 * V * V + 5.0 * V + 140.0 - u + I

    @integrate(method=method)
    def int_u(u, t, V):
        return a * (b * V - u)

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["u"], ST["input"])
        u = int_u(ST["u"], _t, ST["V"])
        if V >= V_th:
            V = c
            u += d
            ST["spike"] = 1.0
        else:
            ST["spike"] = 0.0
        ST["V"] = V
        ST["u"] = u
        ST["input"] = 0.0

    state = NeuState({"V": -65.0, "u": -65.0 * b, "input": 0.0, "spike": 0.0})
    return NeuType("Izhikevich", ST=state, steps=update, mode="scalar")
