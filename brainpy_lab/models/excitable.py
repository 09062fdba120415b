"""Neurons whose equations make the spike themselves.

All have the fields ``V`` (membrane potential), ``input`` (what comes from outside, cleared in every step) and ``spike``
(1 in the step of a spike).
"""

from __future__ import annotations

import numpy as np

from ..frontends.functions import exprel
from ..frontends.integrate import integrate
from ..frontends.types_api import NeuType
from ..types import NeuState
from .parameters import parameters


@parameters("C")
def get_HH(
    C=1.0, g_Na=120.0, E_Na=50.0, g_K=36.0, E_K=-77.0, g_leak=0.3, E_leak=-54.387, V_th=20.0, method="exponential"
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
        'exponential' counts the spikes right at a step of 0.1 ms; Euler's needs 0.05 ms or less.

    References
    ----------
    Hodgkin and Huxley 1952, J. Physiol. 117, eqs. 12-26, with the potential measured outside to inside.
    """

    @integrate(method=method)
    def int_m(m, t, V):
        alpha = 1.0 / exprel(-(V + 40.0) / 10.0)
        beta = 4.0 * np.exp(-(V + 65.0) / 18.0)
        return alpha * (1.0 - m) - beta * m

    @integrate(method=method)
    def int_h(h, t, V):
        alpha = 0.07 * np.exp(-(V + 65.0) / 20.0)
        beta = 1.0 / (1.0 + np.exp(-(V + 35.0) / 10.0))
        return alpha * (1.0 - h) - beta * h

    @integrate(method=method)
    def int_n(n, t, V):
        alpha = 0.1 / exprel(-(V + 55.0) / 10.0)
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


@parameters("C", "V_2", "V_4")
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


@parameters("tau")
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


@parameters("C")
def get_WangBuzsaki(
    C=1.0, g_Na=35.0, E_Na=55.0, g_K=9.0, E_K=-90.0, g_leak=0.1, E_leak=-65.0, phi=5.0, V_th=0.0, method="rk4"
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
        At a step of 0.1 ms the rate of 'rk4' is within 0.6 % of that of a fine step, and Euler's is farther off.

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
        alpha = 0.1 / exprel(-0.1 * (V + 34.0))
        beta = 0.125 * np.exp(-(V + 44.0) / 80.0)
        return phi * (alpha * (1.0 - n) - beta * n)

    @integrate(method=method)
    def int_V(V, t, h, n, I):
        alpha = 1.0 / exprel(-0.1 * (V + 35.0))
        beta = 4.0 * np.exp(-(V + 60.0) / 18.0)
        m = alpha / (alpha + beta)
        I_Na = g_Na * m**3 * h * (V - E_Na)
        I_K = g_K * n**4 * (V - E_K)
        I_leak = g_leak * (V - E_leak)
        return (-I_Na - I_K - I_leak + I) / C

    def update(ST, _t):
        h = int_h(ST["h"], _t, ST["V"])
        n = int_n(ST["n"], _t, ST["V"])
        V = int_V(ST["V"], _t, h, n, ST["input"])  # of the new gates, which stand half a step off V
        ST["spike"] = np.logical_and(ST["V"] < V_th, V >= V_th)
        ST["V"] = V
        ST["h"] = h
        ST["n"] = n
        ST["input"] = 0.0

    # Steady state of the gates at -65 mV.
    state = NeuState({"V": -65.0, "h": 0.7807, "n": 0.0888, "input": 0.0, "spike": 0.0})
    return NeuType("WangBuzsaki", ST=state, steps=update, mode="vector")
