"""Exponential integrate-and-fire neurons, without and with adaptation."""

from __future__ import annotations

from typing import Any

from ...initialize import ZeroInit
from ...math import functions as bm
from .neurons_base import Spiking, forms


class ExpIF(Spiking):
    r"""Exponential integrate-and-fire neurons:
    :math:`\tau V' = -(V - V_{rest}) + \Delta_T e^{(V - V_T)/\Delta_T} + R I`.

    Parameters
    ----------
    size : int or tuple of int
    V_rest, V_reset, V_th : float or array_like, mV
        Rest, reset, and where the upstroke counts as a spike.
    V_T, delta_T : float or array_like, mV
        Where the upstroke begins, and how sharply.
    R : float or array_like
        Resistance; ``R*I`` is in mV.
    tau : float or array_like, ms
    V_initializer : Initializer, callable or array_like
        0 mV by default, which is above `V_th`: give the rest where the first spike must not be.
    **options
        See `Spiking`.

    References
    ----------
    Fourcaud-Trocme, Hansel, van Vreeswijk and Brunel 2003, J. Neurosci. 23, 11628, eq. 3.
    """

    parameters = dict(V_rest=-65.0, V_reset=-68.0, V_th=-55.0, V_T=-59.9, delta_T=3.48, R=1.0, tau=10.0)

    def dV(self, V: Any, t: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        upstroke = self.delta_T * bm.exp((V - self.V_T) / self.delta_T)
        return (-V + self.V_rest + upstroke + self.R * self._current(V, I)) / self.tau


class AdExIF(Spiking):
    r"""Adaptive exponential integrate-and-fire neurons:

    .. math::

       \tau V' = -(V - V_{rest}) + \Delta_T e^{(V - V_T)/\Delta_T} - R w + R I, \quad
       \tau_w w' = a (V - V_{rest}) - w,

    and :math:`V \to V_{reset}, w \to w + b` at a spike.

    Parameters
    ----------
    size : int or tuple of int
    V_rest, V_reset, V_th, V_T, delta_T, R, tau
        As for `ExpIF`.
    a, b : float or array_like
        Adaptation to the potential, and at each spike; ``R*w`` is in mV.
    tau_w : float or array_like, ms
    V_initializer, w_initializer : Initializer, callable or array_like
    **options
        See `Spiking`.

    References
    ----------
    Brette and Gerstner 2005, J. Neurophysiol. 94, 3637, eq. 1-3.
    """

    dynamic = ("V", "w")
    parameters = {**ExpIF.parameters, **dict(a=1.0, b=1.0, tau_w=30.0)}
    starts = dict(V=ZeroInit(), w=ZeroInit())

    def dV(self, V: Any, t: Any, w: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        upstroke = self.delta_T * bm.exp((V - self.V_T) / self.delta_T)
        return (-V + self.V_rest + upstroke - self.R * w + self.R * self._current(V, I)) / self.tau

    def dw(self, w: Any, t: Any, V: Any) -> Any:
        """dw/dt."""
        return (self.a * (V - self.V_rest) - w) / self.tau_w

    def after_spike(self, new: dict[str, Any], spike: Any) -> dict[str, Any]:
        """V at the reset, and more adaptation."""
        return dict(V=bm.where(spike, self.V_reset, new["V"]), w=bm.where(spike, new["w"] + self.b, new["w"]))


ExpIFRef, ExpIFLTC, ExpIFRefLTC = forms(ExpIF)
AdExIFRef, AdExIFLTC, AdExIFRefLTC = forms(AdExIF)
