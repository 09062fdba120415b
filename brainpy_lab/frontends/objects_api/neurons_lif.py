"""Leaky integrate-and-fire neurons."""

from __future__ import annotations

from typing import Any

from ...initialize import ZeroInit
from .neurons_base import Spiking
from .synapse_states import as_parameter


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

    References
    ----------
    Lapicque 1907, J. Physiol. Pathol. Gen. 9, 620; Abbott 1999, Brain Res. Bull. 50, 303.
    """

    def __init__(
        self,
        size: Any,
        sharding: Any = None,
        keep_size: bool = False,
        mode: Any = None,
        spk_fun: Any = None,
        spk_dtype: Any = None,
        spk_reset: str = "soft",
        detach_spk: bool = False,
        method: str = "exp_auto",
        name: str | None = None,
        init_var: bool = True,
        scaling: Any = None,
        V_rest: Any = 0.0,
        V_reset: Any = -5.0,
        V_th: Any = 20.0,
        R: Any = 1.0,
        tau: Any = 10.0,
        V_initializer: Any = None,
        **options: Any,
    ):
        for key, value in dict(V_rest=V_rest, V_reset=V_reset, V_th=V_th, R=R, tau=tau).items():
            self.__dict__[key] = value
        super().__init__(size, keep_size, sharding, name, mode, method, {"V": V_initializer or ZeroInit()}, **options)

    def dV(self, V: Any, t: Any, I: Any) -> Any:
        """dV/dt."""
        return (-V + self.V_rest + self.R * self._current(V, I)) / self.tau


class LifRef(Lif):
    """`Lif` neurons that keep their state for ``tau_ref`` after a spike."""

    is_refractory = True


class LifLTC(Lif):
    """`Lif` neurons whose inputs are evaluated at every stage of the integration."""

    inputs_inside = True


class LifRefLTC(LifRef):
    """`LifRef` neurons whose inputs are evaluated at every stage of the integration."""

    inputs_inside = True


__all__ = ["Lif", "LifLTC", "LifRef", "LifRefLTC", "as_parameter"]
