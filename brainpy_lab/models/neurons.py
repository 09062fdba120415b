"""Neuron models.

All have the fields ``V`` (membrane potential), ``input`` (what comes from outside, cleared in every step) and ``spike``
(1 in the step of a spike). Models that are written with `numpy` functions of one element have mode 'scalar'.
"""

from __future__ import annotations

import numpy as np

from ..frontends.integrate import integrate
from ..frontends.types_api import NeuType
from ..types import NeuState


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

    def update(ST, _t):
        ST["spike"] = 0.0
        if _t - ST["t_last_spike"] <= t_refractory:
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
    return NeuType("LIF", ST=state, steps=update, mode="scalar")


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

    def update(ST, _t):
        ST["spike"] = 0.0
        if _t - ST["t_last_spike"] <= t_refractory:
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
    return NeuType("QuaIF", ST=state, steps=update, mode="scalar")


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

    def update(ST, _t):
        ST["spike"] = 0.0
        if _t - ST["t_last_spike"] <= t_refractory:
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
    return NeuType("ExpIF", ST=state, steps=update, mode="scalar")


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
        The default values are those of a regular-spiking cell.
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


def get_HH(
    C=1.0, g_Na=120.0, E_Na=50.0, g_K=36.0, E_K=-77.0, g_leak=0.3, E_leak=-54.387, V_th=20.0, method=None
) -> NeuType:
    r"""Hodgkin and Huxley's squid axon, with the resting potential at -65 mV.

    .. math::

        C \dot V &= -g_{Na} m^3 h (V - E_{Na}) - g_K n^4 (V - E_K) - g_{leak} (V - E_{leak}) + I

        \dot x &= \alpha_x(V) (1 - x) - \beta_x(V) x, \quad x = m, h, n

    A spike is counted when V rises through `V_th`.

    Parameters
    ----------
    C : float, uF/cm2
    g_Na, g_K, g_leak : float, mS/cm2
        The input is in uA/cm2.
    E_Na, E_K, E_leak, V_th : float, mV
    method : str, optional

    References
    ----------
    Hodgkin and Huxley 1952, J. Physiol. 117, eqs. 12-26, with the potential measured outside to inside.
    """

    @integrate(method=method)
    def int_m(m, t, V):
        alpha = 0.1 * (V + 40.0) / (1.0 - np.exp(-(V + 40.0) / 10.0))
        beta = 4.0 * np.exp(-(V + 65.0) / 18.0)
        return alpha * (1.0 - m) - beta * m

    @integrate(method=method)
    def int_h(h, t, V):
        alpha = 0.07 * np.exp(-(V + 65.0) / 20.0)
        beta = 1.0 / (1.0 + np.exp(-(V + 35.0) / 10.0))
        return alpha * (1.0 - h) - beta * h

    @integrate(method=method)
    def int_n(n, t, V):
        alpha = 0.01 * (V + 55.0) / (1.0 - np.exp(-(V + 55.0) / 10.0))
        beta = 0.125 * np.exp(-(V + 65.0) / 80.0)
        return alpha * (1.0 - n) - beta * n

    @integrate(method=method)
    def int_V(V, t, m, h, n, I):
        I_Na = g_Na * m**3 * h * (V - E_Na)
        I_K = g_K * n**4 * (V - E_K)
        I_leak = g_leak * (V - E_leak)
        return (-I_Na - I_K - I_leak + I) / C

    def update(ST, _t):
        m = int_m(ST["m"], _t, ST["V"])
        h = int_h(ST["h"], _t, ST["V"])
        n = int_n(ST["n"], _t, ST["V"])
        V = int_V(ST["V"], _t, m, h, n, ST["input"])
        ST["spike"] = np.logical_and(ST["V"] < V_th, V >= V_th)
        ST["V"] = V
        ST["m"] = m
        ST["h"] = h
        ST["n"] = n
        ST["input"] = 0.0

    # The gates start at their steady state for -65 mV.
    state = NeuState({"V": -65.0, "m": 0.0529, "h": 0.5961, "n": 0.3177, "input": 0.0, "spike": 0.0})
    return NeuType("HH", ST=state, steps=update, mode="vector")


def get_MorrisLecar(
    C=20.0,
    g_Ca=4.4,
    E_Ca=120.0,
    g_K=8.0,
    E_K=-84.0,
    g_leak=2.0,
    E_leak=-60.0,
    V_1=-1.2,
    V_2=18.0,
    V_3=2.0,
    V_4=30.0,
    phi=0.04,
    V_th=10.0,
    method=None,
) -> NeuType:
    r"""Morris and Lecar's barnacle muscle fibre, in the set of values for a Hopf bifurcation.

    .. math::

        C \dot V &= -g_{Ca} m_\infty(V) (V - E_{Ca}) - g_K W (V - E_K) - g_{leak} (V - E_{leak}) + I

        \dot W &= \phi \cosh\frac{V - V_3}{2 V_4} (W_\infty(V) - W)

    with :math:`m_\infty = (1 + \tanh((V - V_1)/V_2))/2` and :math:`W_\infty = (1 + \tanh((V - V_3)/V_4))/2`. A spike is
    counted when V rises through `V_th`.

    Parameters
    ----------
    C : float, uF/cm2
    g_Ca, g_K, g_leak : float, mS/cm2
        The input is in uA/cm2.
    E_Ca, E_K, E_leak, V_1, V_2, V_3, V_4, V_th : float, mV
    phi : float, 1/ms
    method : str, optional

    References
    ----------
    Morris and Lecar 1981, Biophys. J. 35; Rinzel and Ermentrout 1998, in Koch and Segev, Methods in Neuronal Modeling.
    """

    @integrate(method=method)
    def int_V(V, t, W, I):
        m_inf = 0.5 * (1.0 + np.tanh((V - V_1) / V_2))
        I_Ca = g_Ca * m_inf * (V - E_Ca)
        I_K = g_K * W * (V - E_K)
        I_leak = g_leak * (V - E_leak)
        return (-I_Ca - I_K - I_leak + I) / C

    @integrate(method=method)
    def int_W(W, t, V):
        W_inf = 0.5 * (1.0 + np.tanh((V - V_3) / V_4))
        rate = phi * np.cosh((V - V_3) / (2.0 * V_4))
        return rate * (W_inf - W)

    def update(ST, _t):
        W = int_W(ST["W"], _t, ST["V"])
        V = int_V(ST["V"], _t, ST["W"], ST["input"])
        ST["spike"] = np.logical_and(ST["V"] < V_th, V >= V_th)
        ST["V"] = V
        ST["W"] = W
        ST["input"] = 0.0

    state = NeuState({"V": -60.0, "W": 0.015, "input": 0.0, "spike": 0.0})
    return NeuType("MorrisLecar", ST=state, steps=update, mode="vector")


def get_FitzHughNagumo(a=0.7, b=0.8, tau=12.5, V_th=1.0, method=None) -> NeuType:
    r"""FitzHugh and Nagumo's two-dimensional caricature of an excitable cell, without units.

    .. math::

        \dot V &= V - V^3/3 - w + I

        \tau \dot w &= V + a - b w

    A spike is counted when V rises through `V_th`.

    Parameters
    ----------
    a, b : float
    tau : float, ms
        How much slower recovery is.
    V_th : float
    method : str, optional

    References
    ----------
    FitzHugh 1961, Biophys. J. 1; Nagumo, Arimoto and Yoshizawa 1962, Proc. IRE 50.
    """

    @integrate(method=method)
    def int_V(V, t, w, I):
        return V - V * V * V / 3.0 - w + I

    @integrate(method=method)
    def int_w(w, t, V):
        return (V + a - b * w) / tau

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["w"], ST["input"])
        w = int_w(ST["w"], _t, ST["V"])
        ST["spike"] = np.logical_and(ST["V"] < V_th, V >= V_th)
        ST["V"] = V
        ST["w"] = w
        ST["input"] = 0.0

    state = NeuState({"V": -1.2, "w": -0.62, "input": 0.0, "spike": 0.0})
    return NeuType("FitzHughNagumo", ST=state, steps=update, mode="vector")


def get_WangBuzsaki(
    C=1.0, g_Na=35.0, E_Na=55.0, g_K=9.0, E_K=-90.0, g_leak=0.1, E_leak=-65.0, phi=5.0, V_th=0.0, method=None
) -> NeuType:
    r"""Wang and Buzsaki's fast-spiking hippocampal interneuron.

    .. math::

        C \dot V &= -g_{Na} m_\infty^3 h (V - E_{Na}) - g_K n^4 (V - E_K) - g_{leak} (V - E_{leak}) + I

        \dot x &= \phi\,(\alpha_x(V) (1 - x) - \beta_x(V) x), \quad x = h, n

    A spike is counted when V rises through `V_th`.

    Parameters
    ----------
    C : float, uF/cm2
    g_Na, g_K, g_leak : float, mS/cm2
        The input is in uA/cm2.
    E_Na, E_K, E_leak, V_th : float, mV
    phi : float
        Speed of the gates.
    method : str, optional

    References
    ----------
    Wang and Buzsaki 1996, J. Neurosci. 16, eqs. 1-5.
    """

    @integrate(method=method)
    def int_h(h, t, V):
        alpha = 0.07 * np.exp(-(V + 58.0) / 20.0)
        beta = 1.0 / (np.exp(-0.1 * (V + 28.0)) + 1.0)
        return phi * (alpha * (1.0 - h) - beta * h)

    @integrate(method=method)
    def int_n(n, t, V):
        alpha = -0.01 * (V + 34.0) / (np.exp(-0.1 * (V + 34.0)) - 1.0)
        beta = 0.125 * np.exp(-(V + 44.0) / 80.0)
        return phi * (alpha * (1.0 - n) - beta * n)

    @integrate(method=method)
    def int_V(V, t, h, n, I):
        alpha = -0.1 * (V + 35.0) / (np.exp(-0.1 * (V + 35.0)) - 1.0)
        beta = 4.0 * np.exp(-(V + 60.0) / 18.0)
        m = alpha / (alpha + beta)
        I_Na = g_Na * m**3 * h * (V - E_Na)
        I_K = g_K * n**4 * (V - E_K)
        I_leak = g_leak * (V - E_leak)
        return (-I_Na - I_K - I_leak + I) / C

    def update(ST, _t):
        h = int_h(ST["h"], _t, ST["V"])
        n = int_n(ST["n"], _t, ST["V"])
        V = int_V(ST["V"], _t, ST["h"], ST["n"], ST["input"])
        ST["spike"] = np.logical_and(ST["V"] < V_th, V >= V_th)
        ST["V"] = V
        ST["h"] = h
        ST["n"] = n
        ST["input"] = 0.0

    # Steady state of the gates at -65 mV.
    state = NeuState({"V": -65.0, "h": 0.7807, "n": 0.0888, "input": 0.0, "spike": 0.0})
    return NeuType("WangBuzsaki", ST=state, steps=update, mode="vector")
