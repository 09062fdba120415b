"""Neurons whose spikes come from conductances: Hodgkin-Huxley, Wang-Buzsaki, Morris-Lecar."""

from __future__ import annotations

from typing import Any

from ...initialize import OneInit, Uniform
from ...math import functions as bm
from .neurons_base import Spiking, form


class Crossing(Spiking):
    """Neurons that fire where V rises through ``V_th``, and are not reset."""

    def fires(self, old: dict[str, Any], new: dict[str, Any]) -> Any:
        """Which neurons have crossed the threshold upwards."""
        return (old["V"] < self.V_th) & (new["V"] >= self.V_th)

    def after_spike(self, new: dict[str, Any], spike: Any) -> dict[str, Any]:
        """A spike changes nothing."""
        return new


def resting(alpha: Any, beta: Any) -> Any:
    """Where a gate rests."""
    return alpha / (alpha + beta)


class HH(Crossing):
    r"""Hodgkin and Huxley's neurons:
    :math:`C V' = -g_{Na} m^3 h (V - E_{Na}) - g_K n^4 (V - E_K) - g_L (V - E_L) + I`, and
    :math:`x' = \alpha_x (1 - x) - \beta_x x` for each gate.

    Parameters
    ----------
    size : int or tuple of int
    ENa, EK, EL : float or array_like, mV
    gNa, gK, gL : float or array_like, mS/cm2
        `gL` is 0.03 by default, as programs of this API expect; Hodgkin and Huxley have 0.3.
    C : float or array_like, uF/cm2
    V_th : float or array_like, mV
    V_initializer, m_initializer, h_initializer, n_initializer : Initializer, callable or array_like
        Gates start where they rest at the first V by default.
    **options
        See `Spiking`. Inputs are in uA/cm2.

    References
    ----------
    Hodgkin and Huxley 1952, J. Physiol. 117, 500, eq. 12, 13, 20, 21, 23, 24, 26; V is counted from outside, with
    rest at -65 mV.
    """

    dynamic = ("V", "m", "h", "n")
    positive = ("C",)
    parameters = dict(ENa=50.0, gNa=120.0, EK=-77.0, gK=36.0, EL=-54.387, gL=0.03, V_th=20.0, C=1.0)
    starts = dict(V=Uniform(-70.0, -60.0), m="m_inf", h="h_inf", n="n_inf")

    # The first form of each is x/(1 - exp(-x/10)), without its 0/0.
    def m_alpha(self, V: Any) -> Any:
        """1/ms."""
        return 1.0 / bm.exprel(-(V + 40.0) / 10.0)

    def m_beta(self, V: Any) -> Any:
        """1/ms."""
        return 4.0 * bm.exp(-(V + 65.0) / 18.0)

    def h_alpha(self, V: Any) -> Any:
        """1/ms."""
        return 0.07 * bm.exp(-(V + 65.0) / 20.0)

    def h_beta(self, V: Any) -> Any:
        """1/ms."""
        return 1.0 / (1.0 + bm.exp(-(V + 35.0) / 10.0))

    def n_alpha(self, V: Any) -> Any:
        """1/ms."""
        return 0.1 / bm.exprel(-(V + 55.0) / 10.0)

    def n_beta(self, V: Any) -> Any:
        """1/ms."""
        return 0.125 * bm.exp(-(V + 65.0) / 80.0)

    def m_inf(self) -> Any:
        """Where m rests at the present V."""
        V = self.V.value
        return resting(self.m_alpha(V), self.m_beta(V))

    def h_inf(self) -> Any:
        """Where h rests at the present V."""
        V = self.V.value
        return resting(self.h_alpha(V), self.h_beta(V))

    def n_inf(self) -> Any:
        """Where n rests at the present V."""
        V = self.V.value
        return resting(self.n_alpha(V), self.n_beta(V))

    def dm(self, m: Any, t: Any, V: Any) -> Any:
        """dm/dt, 1/ms."""
        return self.m_alpha(V) * (1.0 - m) - self.m_beta(V) * m

    def dh(self, h: Any, t: Any, V: Any) -> Any:
        """dh/dt, 1/ms."""
        return self.h_alpha(V) * (1.0 - h) - self.h_beta(V) * h

    def dn(self, n: Any, t: Any, V: Any) -> Any:
        """dn/dt, 1/ms."""
        return self.n_alpha(V) * (1.0 - n) - self.n_beta(V) * n

    def dV(self, V: Any, t: Any, m: Any, h: Any, n: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        I_Na = self.gNa * m**3 * h * (V - self.ENa)
        I_K = self.gK * n**4 * (V - self.EK)
        I_L = self.gL * (V - self.EL)
        return (-I_Na - I_K - I_L + self._current(V, I)) / self.C


class WangBuzsakiHH(Crossing):
    r"""Interneurons of Wang and Buzsaki, whose sodium activation follows V at once:
    :math:`C V' = -g_{Na} m_\infty^3 h (V - E_{Na}) - g_K n^4 (V - E_K) - g_L (V - E_L) + I`, and
    :math:`x' = \phi (\alpha_x (1 - x) - \beta_x x)`.

    Parameters
    ----------
    size : int or tuple of int
    ENa, EK, EL : float or array_like, mV
    gNa, gK, gL : float or array_like, mS/cm2
    C : float or array_like, uF/cm2
    phi : float or array_like
        How much faster the gates are than in the squid.
    V_th : float or array_like, mV
    V_initializer, h_initializer, n_initializer : Initializer, callable or array_like
    **options
        See `Spiking`. Inputs are in uA/cm2.

    References
    ----------
    Wang and Buzsaki 1996, J. Neurosci. 16, 6402, eq. 1-3.
    """

    dynamic = ("V", "h", "n")
    positive = ("C",)
    parameters = dict(ENa=55.0, gNa=35.0, EK=-90.0, gK=9.0, EL=-65.0, gL=0.1, V_th=20.0, phi=5.0, C=1.0)
    starts = dict(V=OneInit(-65.0), h=OneInit(0.6), n=OneInit(0.32))

    def m_inf(self, V: Any) -> Any:
        """Sodium activation."""
        alpha = 1.0 / bm.exprel(-(V + 35.0) / 10.0)
        return resting(alpha, 4.0 * bm.exp(-(V + 60.0) / 18.0))

    def dh(self, h: Any, t: Any, V: Any) -> Any:
        """dh/dt, 1/ms."""
        alpha = 0.07 * bm.exp(-(V + 58.0) / 20.0)
        beta = 1.0 / (1.0 + bm.exp(-(V + 28.0) / 10.0))
        return self.phi * (alpha * (1.0 - h) - beta * h)

    def dn(self, n: Any, t: Any, V: Any) -> Any:
        """dn/dt, 1/ms."""
        alpha = 0.1 / bm.exprel(-(V + 34.0) / 10.0)
        beta = 0.125 * bm.exp(-(V + 44.0) / 80.0)
        return self.phi * (alpha * (1.0 - n) - beta * n)

    def dV(self, V: Any, t: Any, h: Any, n: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        I_Na = self.gNa * self.m_inf(V) ** 3 * h * (V - self.ENa)
        I_K = self.gK * n**4 * (V - self.EK)
        I_L = self.gL * (V - self.EL)
        return (-I_Na - I_K - I_L + self._current(V, I)) / self.C


class MorrisLecar(Crossing):
    r"""Morris and Lecar's muscle fibre:

    .. math::

       C V' = -g_{Ca} M_\infty (V - V_{Ca}) - g_K W (V - V_K) - g_{leak} (V - V_{leak}) + I, \quad
       W' = \phi (W_\infty - W) \cosh\frac{V - V_3}{2 V_4},

    :math:`M_\infty = (1 + \tanh((V - V_1)/V_2))/2`, :math:`W_\infty = (1 + \tanh((V - V_3)/V_4))/2`.

    Parameters
    ----------
    size : int or tuple of int
    V_Ca, V_K, V_leak : float or array_like, mV
    g_Ca, g_K, g_leak : float or array_like, mS/cm2
    C : float or array_like, uF/cm2
    V1, V2, V3, V4 : float or array_like, mV
        Middle and width of both activation curves.
    phi : float or array_like, 1/ms
    V_th : float or array_like, mV
    V_initializer, W_initializer : Initializer, callable or array_like
    **options
        See `Spiking`. Inputs are in uA/cm2.

    References
    ----------
    Morris and Lecar 1981, Biophys. J. 35, 193, eq. 9; the parameters are those of Rinzel and Ermentrout 1989, table
    7.1.
    """

    dynamic = ("V", "W")
    positive = ("C", "V2", "V4")
    parameters = dict(
        V_Ca=130.0,
        g_Ca=4.4,
        V_K=-84.0,
        g_K=8.0,
        V_leak=-60.0,
        g_leak=2.0,
        C=20.0,
        V1=-1.2,
        V2=18.0,
        V3=2.0,
        V4=30.0,
        phi=0.04,
        V_th=10.0,
    )
    starts = dict(V=Uniform(-70.0, -60.0), W=OneInit(0.02))

    def dV(self, V: Any, t: Any, W: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        M_inf = 0.5 * (1.0 + bm.tanh((V - self.V1) / self.V2))
        I_Ca = self.g_Ca * M_inf * (V - self.V_Ca)
        I_K = self.g_K * W * (V - self.V_K)
        I_leak = self.g_leak * (V - self.V_leak)
        return (-I_Ca - I_K - I_leak + self._current(V, I)) / self.C

    def dW(self, W: Any, t: Any, V: Any) -> Any:
        """dW/dt, 1/ms."""
        W_inf = 0.5 * (1.0 + bm.tanh((V - self.V3) / self.V4))
        return self.phi * bm.cosh((V - self.V3) / (2.0 * self.V4)) * (W_inf - W)


HHLTC, WangBuzsakiHHLTC, MorrisLecarLTC = form(HH, "LTC"), form(WangBuzsakiHH, "LTC"), form(MorrisLecar, "LTC")
