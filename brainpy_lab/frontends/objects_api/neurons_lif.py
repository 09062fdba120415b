"""Leaky integrate-and-fire neurons."""

from __future__ import annotations

from typing import Any

from .neurons_base import Spiking, forms


class Lif(Spiking):
    r"""Leaky integrate-and-fire neurons: :math:`\tau V' = -(V - V_{rest}) + R I`, and :math:`V \to V_{reset}` where
    :math:`V \geq V_{th}`.

    Parameters
    ----------
    size : int or tuple of int
    V_rest, V_reset, V_th : float or array_like, mV
    R : float or array_like
        Resistance; ``R*I`` is in mV.
    tau : float or array_like, ms
    V_initializer : Initializer, callable or array_like
        Where V starts.
    **options
        See `Spiking`.

    References
    ----------
    Lapicque 1907, J. Physiol. Pathol. Gen. 9, 620; Abbott 1999, Brain Res. Bull. 50, 303.
    """

    parameters = dict(V_rest=0.0, V_reset=-5.0, V_th=20.0, R=1.0, tau=10.0)

    def dV(self, V: Any, t: Any, I: Any) -> Any:
        """dV/dt, mV/ms."""
        return (-V + self.V_rest + self.R * self._current(V, I)) / self.tau


LifRef, LifLTC, LifRefLTC = forms(Lif)
