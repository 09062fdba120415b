"""Generalized integrate-and-fire neurons: internal currents, and a threshold that moves."""

from __future__ import annotations

from typing import Any

from ...initialize import OneInit, ZeroInit
from ...math import functions as bm
from .neurons_base import Spiking, forms


class Gif(Spiking):
    r"""Generalized integrate-and-fire neurons:

    .. math::

       \tau V' = -(V - V_{rest}) + R (I_1 + I_2 + I), \quad I_k' = -k_k I_k, \quad
       V_{th}' = a (V - V_{rest}) - b (V_{th} - V_{th,\infty}),

    and :math:`I_k \to R_k I_k + A_k`, :math:`V \to V_{reset}`, :math:`V_{th} \to \max(V_{th,reset}, V_{th})` at a
    spike.

    Parameters
    ----------
    size : int or tuple of int
    V_rest, V_reset, V_th_inf, V_th_reset : float or array_like, mV
    R : float or array_like
        Resistance; ``R*I`` is in mV.
    tau : float or array_like, ms
    a, b : float or array_like, 1/ms
        How the threshold follows V, and how it returns.
    k1, k2 : float or array_like, 1/ms
        Decay of the internal currents.
    R1, R2, A1, A2 : float or array_like
        Which part of each is left behind a spike, and what is added.
    V_initializer, I1_initializer, I2_initializer, Vth_initializer : Initializer, callable or array_like
    **options
        See `Spiking`.

    References
    ----------
    Mihalas and Niebur 2009, Neural Comput. 21, 704, eq. 2.1 and 2.2.
    """

    dynamic = ("V", "I1", "I2", "V_th")
    parameters = dict(
        V_rest=-70.0,
        V_reset=-70.0,
        V_th_inf=-50.0,
        V_th_reset=-60.0,
        R=20.0,
        tau=20.0,
        a=0.0,
        b=0.01,
        k1=0.2,
        k2=0.02,
        R1=0.0,
        R2=1.0,
        A1=0.0,
        A2=0.0,
    )
    starts = dict(V=OneInit(-70.0), I1=ZeroInit(), I2=ZeroInit(), V_th=OneInit(-50.0))

    def dV(self, V: Any, t: Any, I1: Any, I2: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        return (-V + self.V_rest + self.R * (I1 + I2 + self._current(V, I))) / self.tau

    def dI1(self, I1: Any, t: Any) -> Any:
        """dI1/dt."""
        return -self.k1 * I1

    def dI2(self, I2: Any, t: Any) -> Any:
        """dI2/dt."""
        return -self.k2 * I2

    def dV_th(self, V_th: Any, t: Any, V: Any) -> Any:
        """dV_th/dt, mV/ms."""
        return self.a * (V - self.V_rest) - self.b * (V_th - self.V_th_inf)

    def fires(self, old: dict[str, Any], new: dict[str, Any]) -> Any:
        """Which neurons are above the threshold of this step."""
        return new["V"] >= new["V_th"]

    def after_spike(self, new: dict[str, Any], spike: Any) -> dict[str, Any]:
        """Every variable by its own rule."""
        return dict(
            V=bm.where(spike, self.V_reset, new["V"]),
            I1=bm.where(spike, self.R1 * new["I1"] + self.A1, new["I1"]),
            I2=bm.where(spike, self.R2 * new["I2"] + self.A2, new["I2"]),
            V_th=bm.where(spike, bm.maximum(self.V_th_reset, new["V_th"]), new["V_th"]),
        )


GifRef, GifLTC, GifRefLTC = forms(Gif)
