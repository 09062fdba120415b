"""Neurons whose spike is a threshold and a reset, with more than one way to get there.

All have the fields ``V``, ``input`` (cleared in every step) and ``spike`` (1 in the step of a spike).
"""

from __future__ import annotations

import numpy as np

from ..frontends.integrate import integrate
from ..frontends.types_api import NeuType
from ..types import NeuState
from .parameters import parameters


@parameters("tau")
def get_GIF(
    V_rest=-70.0,
    V_reset=-70.0,
    V_th_inf=-50.0,
    V_th_reset=-60.0,
    tau=20.0,
    a=0.0,
    b=0.01,
    k_1=0.2,
    k_2=0.02,
    R_1=0.0,
    R_2=1.0,
    A_1=0.0,
    A_2=0.0,
    method=None,
) -> NeuType:
    r"""Mihalas and Niebur's generalised integrate-and-fire neuron, with a threshold and two currents of its own.

    .. math::

        \dot V &= I + I_1 + I_2 - (V - V_{rest}) / \tau

        \dot \Theta &= a (V - V_{rest}) - b (\Theta - \Theta_\infty)

        \dot I_j &= -k_j I_j

    When V reaches the threshold: :math:`I_j` becomes :math:`R_j I_j + A_j`, V becomes `V_reset` and the threshold at
    least `V_th_reset`. The default spikes regularly; ``a=0.005`` makes spiking adapt.

    Parameters
    ----------
    V_rest, V_reset, V_th_inf, V_th_reset : float, mV
        Resting potential, reset, the threshold at rest, and the least after a spike.
    tau : float, ms
    a, b, k_1, k_2 : float, 1/ms
        Growth and decay of the threshold, decay of the currents.
    R_1, R_2 : float
    A_1, A_2 : float, mV/ms
        Jumps of the currents, which like the input are per capacitance: nA/nF.
    method : str, optional

    References
    ----------
    Mihalas and Niebur 2009, Neural Comput. 21, eqs. 2.1-2.2 and table 1.
    """

    @integrate(method=method)
    def int_V(V, t, I_1, I_2, I):
        return I + I_1 + I_2 - (V - V_rest) / tau

    @integrate(method=method)
    def int_V_th(V_th, t, V):
        return a * (V - V_rest) - b * (V_th - V_th_inf)

    @integrate(method=method)
    def int_I_1(I_1, t):
        return -k_1 * I_1

    @integrate(method=method)
    def int_I_2(I_2, t):
        return -k_2 * I_2

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["I_1"], ST["I_2"], ST["input"])
        V_th = int_V_th(ST["V_th"], _t, ST["V"])
        I_1 = int_I_1(ST["I_1"], _t)
        I_2 = int_I_2(ST["I_2"], _t)
        if V >= V_th:
            I_1 = R_1 * I_1 + A_1
            I_2 = R_2 * I_2 + A_2
            V = V_reset
            V_th = np.maximum(V_th, V_th_reset)
            ST["spike"] = 1.0
        else:
            ST["spike"] = 0.0
        ST["V"] = V
        ST["V_th"] = V_th
        ST["I_1"] = I_1
        ST["I_2"] = I_2
        ST["input"] = 0.0

    state = NeuState({"V": V_rest, "V_th": V_th_inf, "I_1": 0.0, "I_2": 0.0, "input": 0.0, "spike": 0.0})
    return NeuType("GIF", ST=state, steps=update, mode="scalar")


@parameters()
def get_ResonateFire(b=-0.1, omega=0.6, V_th=1.0, method=None) -> NeuType:
    r"""Izhikevich's resonate-and-fire neuron, a damped oscillation, without units of potential.

    .. math::

        \dot x &= b x - \omega V + I

        \dot V &= \omega x + b V

    When V reaches `V_th`: x becomes 0 and V becomes `V_th`, from where it falls. The default rings with a period of
    about 10 ms, so that two pulses that far apart do what two pulses half as far apart do not.

    Parameters
    ----------
    b : float, 1/ms
        Below 0: how fast the oscillation dies.
    omega : float, 1/ms
        Its angular frequency.
    V_th : float
    method : str, optional

    References
    ----------
    Izhikevich 2001, Neural Networks 14.
    """

    @integrate(method=method)
    def int_x(x, t, V, I):
        return b * x - omega * V + I

    @integrate(method=method)
    def int_V(V, t, x):
        return omega * x + b * V

    def update(ST, _t):
        x = int_x(ST["x"], _t, ST["V"], ST["input"])
        V = int_V(ST["V"], _t, x)  # of the new x: the oscillation neither gains nor loses by the step
        if V >= V_th:
            x = 0.0
            V = V_th
            ST["spike"] = 1.0
        else:
            ST["spike"] = 0.0
        ST["x"] = x
        ST["V"] = V
        ST["input"] = 0.0

    return NeuType("ResonateFire", ST=NeuState("V", "x", "input", "spike"), steps=update, mode="scalar")
