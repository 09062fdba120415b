"""Slow receptors, written for one edge. The delay is that of the connection, ``SynConn(..., delay=...)``."""

from __future__ import annotations

import numpy as np

from ..frontends.delayed import delayed
from ..frontends.integrate import integrate
from ..frontends.types_api import SynType
from ..types import NeuState, SynState
from .parameters import parameters


@parameters("tau_rise", "tau_decay")
def get_NMDA(g_max=0.15, E=0.0, tau_rise=2.0, tau_decay=100.0, alpha=0.5, Mg=1.0, method=None) -> SynType:
    r"""Slow excitation that a magnesium ion blocks at rest.

    .. math::

        \dot x &= -x / \tau_{rise} + \sum_k \delta(t - t_k)

        \dot s &= -s / \tau_{decay} + \alpha x (1 - s)

        I &= -\frac{g_{max} s (V_{post} - E)}{1 + \frac{[Mg]}{3.57} e^{-0.062 V_{post}}}

    Parameters
    ----------
    g_max : float, uS
        The current is in nA.
    E : float, mV
    tau_rise, tau_decay : float, ms
    alpha : float, 1/ms
    Mg : float, mM
        Concentration of magnesium outside.
    method : str, optional

    References
    ----------
    Jahr and Stevens 1990, J. Neurosci. 10 (the block); Wang 1999, J. Neurosci. 19 (the kinetics).
    """

    @integrate(method=method)
    def int_x(x, t):
        return -x / tau_rise

    @integrate(method=method)
    def int_s(s, t, x):
        return -s / tau_decay + alpha * x * (1.0 - s)

    def update(ST, _t, pre):
        s = int_s(ST["s"], _t, ST["x"])
        x = int_x(ST["x"], _t)
        x += pre["spike"]
        ST["s"] = s
        ST["x"] = x

    @delayed
    def output(ST, post):
        open_share = 1.0 / (1.0 + Mg / 3.57 * np.exp(-0.062 * post["V"]))
        post["input"] -= g_max * ST["s"] * open_share * (post["V"] - E)

    requires = dict(pre=NeuState(["spike"]), post=NeuState(["V", "input"]))
    return SynType("NMDA", ST=SynState(["s", "x"]), steps=(update, output), requires=requires, mode="scalar")


@parameters("K_d", "width")
def get_GABAb(
    g_max=0.06,
    E=-95.0,
    k_1=0.09,
    k_2=0.0012,
    k_3=0.18,
    k_4=0.034,
    K_d=100.0,
    T_max=1.0,
    V_half=2.0,
    width=5.0,
    method=None,
) -> SynType:
    r"""Slow inhibition by way of a G-protein, which only strong activity of the receptor opens.

    .. math::

        \dot r &= k_1 T(V_{pre}) (1 - r) - k_2 r, \qquad T(V) = \frac{T_{max}}{1 + e^{-(V - V_{half})/w}}

        \dot s &= k_3 r - k_4 s, \qquad I = -g_{max} \frac{s^4}{s^4 + K_d} (V_{post} - E)

    Parameters
    ----------
    g_max : float, uS
        The current is in nA.
    E : float, mV
        Reversal potential of potassium.
    k_1 : float, 1/(mM ms)
    k_2, k_4 : float, 1/ms
    k_3 : float, uM/ms
    K_d : float, uM^4
    T_max : float, mM
        Transmitter of a spike at its top.
    V_half, width : float, mV
        Presynaptic potential of half release, and how steep release is.
    method : str, optional

    References
    ----------
    Destexhe, Mainen and Sejnowski 1994, J. Comput. Neurosci. 1 (the release); Destexhe, Mainen and Sejnowski 1998, in
    Koch and Segev, Methods in Neuronal Modeling (the receptor and its values).
    """

    @integrate(method=method)
    def int_r(r, t, T):
        return k_1 * T * (1.0 - r) - k_2 * r

    @integrate(method=method)
    def int_s(s, t, r):
        return k_3 * r - k_4 * s

    def update(ST, _t, pre):
        T = T_max / (1.0 + np.exp(-(pre["V"] - V_half) / width))
        s = int_s(ST["s"], _t, ST["r"])
        ST["r"] = int_r(ST["r"], _t, T)
        ST["s"] = s

    @delayed
    def output(ST, post):
        s4 = ST["s"] * ST["s"] * ST["s"] * ST["s"]
        post["input"] -= g_max * s4 / (s4 + K_d) * (post["V"] - E)

    requires = dict(pre=NeuState(["V"]), post=NeuState(["V", "input"]))
    return SynType("GABAb", ST=SynState(["s", "r"]), steps=(update, output), requires=requires, mode="scalar")
