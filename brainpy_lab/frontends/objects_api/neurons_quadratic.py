"""Quadratic integrate-and-fire neurons, without and with adaptation, and those of Izhikevich."""

from __future__ import annotations

from typing import Any

from ...initialize import OneInit
from ...math import functions as bm
from .neurons_base import Spiking, forms
from .neurons_exponential import AdExIF


class QuaIF(Spiking):
    r"""Quadratic integrate-and-fire neurons: :math:`\tau V' = c (V - V_{rest})(V - V_c) + R I`.

    Parameters
    ----------
    size : int or tuple of int
    V_rest, V_reset, V_th : float or array_like, mV
        Rest, reset, and where the upstroke counts as a spike.
    V_c : float or array_like, mV
        Above it the membrane depolarises by itself.
    c : float or array_like, 1/mV
    R : float or array_like
        Resistance; ``R*I`` is in mV.
    tau : float or array_like, ms
    V_initializer : Initializer, callable or array_like
    **options
        See `Spiking`.

    References
    ----------
    Latham, Richmond, Nelson and Nirenberg 2000, J. Neurophysiol. 83, 808, eq. 1.
    """

    parameters = dict(V_rest=-65.0, V_reset=-68.0, V_th=-30.0, V_c=-50.0, c=0.07, R=1.0, tau=10.0)

    def dV(self, V: Any, t: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        return (self.c * (V - self.V_rest) * (V - self.V_c) + self.R * self._current(V, I)) / self.tau


class AdQuaIF(AdExIF):
    r"""Adaptive quadratic integrate-and-fire neurons:

    .. math:: \tau V' = c (V - V_{rest})(V - V_c) - w + I, \quad \tau_w w' = a (V - V_{rest}) - w,

    and :math:`V \to V_{reset}, w \to w + b` at a spike.

    Parameters
    ----------
    size : int or tuple of int
    V_rest, V_reset, V_th, V_c, c, tau
        As for `QuaIF`; the input ``I`` and ``w`` are in mV.
    a, b : float or array_like
        Adaptation to the potential, and at each spike.
    tau_w : float or array_like, ms
    V_initializer, w_initializer : Initializer, callable or array_like
    **options
        See `Spiking`.

    References
    ----------
    Izhikevich 2004, IEEE Trans. Neural Netw. 15, 1063; Touboul 2008, SIAM J. Appl. Math. 68, 1045.
    """

    parameters = dict(V_rest=-65.0, V_reset=-68.0, V_th=-30.0, V_c=-50.0, a=1.0, b=0.1, c=0.07, tau=10.0, tau_w=10.0)

    def dV(self, V: Any, t: Any, w: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        return (self.c * (V - self.V_rest) * (V - self.V_c) - w + self._current(V, I)) / self.tau


class Izhikevich(Spiking):
    r"""Izhikevich's neurons: :math:`V' = p_1 V^2 + p_2 V + p_3 - u + I`, :math:`u' = a (b V - u)`, and
    :math:`V \to c, u \to u + d` at a spike.

    Parameters
    ----------
    size : int or tuple of int
    V_th : float or array_like, mV
        Peak of the spike.
    p1, p2, p3 : float or array_like
        In 1/(mV ms), 1/ms and mV/ms.
    a : float or array_like, 1/ms
        How fast u recovers.
    b : float or array_like
        How strongly u follows V.
    c : float or array_like, mV
        V behind a spike.
    d : float or array_like
        Step of u at a spike.
    R, tau
        Not used; accepted for programs that give them.
    V_initializer, u_initializer : Initializer, callable or array_like
        u starts at ``b*V`` by default.
    **options
        See `Spiking`.

    References
    ----------
    Izhikevich 2003, IEEE Trans. Neural Netw. 14, 1569, eq. 1-3.
    """

    dynamic = ("V", "u")
    parameters = dict(V_th=30.0, p1=0.04, p2=5.0, p3=140.0, a=0.02, b=0.2, c=-65.0, d=8.0, tau=10.0, R=1.0)
    starts = dict(V=OneInit(-70.0), u="u_of_V")

    def u_of_V(self) -> Any:
        """u where it rests at the present V."""
        return self.b * self.V.numpy()

    def dV(self, V: Any, t: Any, u: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        return self.p1 * V * V + self.p2 * V + self.p3 - u + self._current(V, I)

    def du(self, u: Any, t: Any, V: Any) -> Any:
        """du/dt."""
        return self.a * (self.b * V - u)

    def after_spike(self, new: dict[str, Any], spike: Any) -> dict[str, Any]:
        """V at the reset, u one step higher."""
        return dict(V=bm.where(spike, self.c, new["V"]), u=bm.where(spike, new["u"] + self.d, new["u"]))


QuaIFRef, QuaIFLTC, QuaIFRefLTC = forms(QuaIF)
AdQuaIFRef, AdQuaIFLTC, AdQuaIFRefLTC = forms(AdQuaIF)
IzhikevichRef, IzhikevichLTC, IzhikevichRefLTC = forms(Izhikevich)
