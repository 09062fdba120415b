"""Neurons that burst."""

from __future__ import annotations

import numpy as np

from ..frontends.integrate import integrate
from ..frontends.types_api import NeuType
from ..types import NeuState
from .parameters import parameters


@parameters()
def get_HindmarshRose(a=1.0, b=3.0, c=1.0, d=5.0, r=0.006, s=4.0, V_rest=-1.6, V_th=1.0, method="rk4") -> NeuType:
    r"""Hindmarsh and Rose's three-dimensional caricature of a bursting cell, without units.

    .. math::

        \dot V &= y - a V^3 + b V^2 - z + I

        \dot y &= c - d V^2 - y

        \dot z &= r (s (V - V_{rest}) - z)

    A spike is counted when V rises through `V_th`. By default the cell rests without input, bursts at I = 2 and spikes
    without a pause at I = 4.

    Parameters
    ----------
    a, b, c, d, s : float
    r : float, 1/ms
        How slow the adaptation z is.
    V_rest, V_th : float
    method : str, optional
        At a step of 0.1 ms the rate of 'rk4' is within 2.5 % of that of a fine step, and Euler's is farther off.

    References
    ----------
    Hindmarsh and Rose 1984, Proc. R. Soc. Lond. B 221.
    """

    @integrate(method=method)
    def int_V(V, t, y, z, I):
        return y - a * V * V * V + b * V * V - z + I

    @integrate(method=method)
    def int_y(y, t, V):
        return c - d * V * V - y

    @integrate(method=method)
    def int_z(z, t, V):
        return r * (s * (V - V_rest) - z)

    def update(ST, _t):
        y = int_y(ST["y"], _t, ST["V"])
        z = int_z(ST["z"], _t, ST["V"])
        V = int_V(ST["V"], _t, y, z, ST["input"])  # of the new y and z, which stand half a step off V
        ST["spike"] = np.logical_and(ST["V"] < V_th, V >= V_th)
        ST["V"] = V
        ST["y"] = y
        ST["z"] = z
        ST["input"] = 0.0

    state = NeuState({"V": V_rest, "y": c - d * V_rest * V_rest, "z": 0.0, "input": 0.0, "spike": 0.0})
    return NeuType("HindmarshRose", ST=state, steps=update, mode="vector")
