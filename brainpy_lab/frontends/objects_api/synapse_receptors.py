"""Synapses as receptors that transmitter opens: NMDA, AMPA, GABAa."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...math import functions as bm
from ...math.share import share
from .given import fitting
from .integrators import JointEq, odeint
from .synapse_states import Conductance, as_variable

LONG_AGO = -1e7
"""Time of the last spike where there has been none, ms."""


class NMDA(Conductance):
    r"""A slow conductance that saturates: :math:`g' = -g/\tau_{decay} + a x (1 - g)`, :math:`x' = -x/\tau_{rise}`, and
    :math:`x \to x + 1` at a spike.

    Parameters
    ----------
    size : int or tuple of int
    a : float or array_like
        Opening rate, 1/ms.
    tau_decay, tau_rise : float or array_like
        Time constants, ms.
    method : str

    References
    ----------
    Wang 2002, Neuron 36, 955.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        a: Any = 0.5,
        tau_decay: Any = 100.0,
        tau_rise: Any = 2.0,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self._keep(a=a, tau_decay=tau_decay, tau_rise=tau_rise)
        self.integral = odeint(JointEq(self.dg, self.dx), method=method)
        self.reset_state()

    def dg(self, g: Any, t: Any, x: Any) -> Any:
        """dg/dt."""
        return -g / self.tau_decay + self.a * x * (1.0 - g)

    def dx(self, x: Any, t: Any) -> Any:
        """dx/dt."""
        return -x / self.tau_rise

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Everything closed."""
        as_variable(self, "g", 0.0)
        as_variable(self, "x", 0.0)

    def update(self, pre_spike: Any = None) -> Any:
        """One step, then the spikes; returns the conductance."""
        pre_spike = fitting("pre_spike", pre_spike, self.varshape, self)
        self.g.value, self.x.value = self.integral(self.g.value, self.x.value, share["t"])
        if pre_spike is not None:
            self.x += pre_spike
        return self.g.value


class _Pulsed(Conductance):
    """Receptors that see a pulse of transmitter after each spike.

    A spike is noted first, and the step is integrated with the transmitter on while less than `T_dur` has passed since
    the last one.
    """

    T: Any
    T_dur: Any

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Everything closed, and no spike yet."""
        as_variable(self, "g", 0.0)
        as_variable(self, "spike_arrival_time", LONG_AGO, np.float64)

    def transmitter(self, pre_spike: Any) -> Any:
        """Its concentration in this step."""
        t = share["t"]
        if pre_spike is not None:
            self.spike_arrival_time.value = bm.where(pre_spike, t, self.spike_arrival_time.value)
        # Differences of times are multiples of dt up to rounding, which must not decide how long a pulse is.
        passed = t - self.spike_arrival_time.value + 1e-6 * share["dt"]
        return bm.where(passed < self.T_dur, self.T, 0.0)


class AMPA(_Pulsed):
    r"""Receptors with two states: :math:`g' = \alpha T (1 - g) - \beta g`, with transmitter :math:`T` for `T_dur` after
    a spike.

    Parameters
    ----------
    size : int or tuple of int
    alpha : float or array_like
        Binding rate, 1/(ms mM).
    beta : float or array_like
        Unbinding rate, 1/ms.
    T : float or array_like
        Concentration of transmitter, mM.
    T_dur : float or array_like
        How long it is there, ms.
    method : str

    References
    ----------
    Destexhe, Mainen and Sejnowski 1994, Neural Comput. 6, 14.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        alpha: Any = 0.98,
        beta: Any = 0.18,
        T: Any = 0.5,
        T_dur: Any = 0.5,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self._keep(alpha=alpha, beta=beta, T=T, T_dur=T_dur)
        self.integral = odeint(self.dg, method=method)
        self.reset_state()

    def dg(self, g: Any, t: Any, TT: Any) -> Any:
        """dg/dt with the transmitter `TT`."""
        return self.alpha * TT * (1.0 - g) - self.beta * g

    def update(self, pre_spike: Any = None) -> Any:
        """One step with the spikes; returns the conductance."""
        pre_spike = fitting("pre_spike", pre_spike, self.varshape, self)
        self.g.value = self.integral(self.g.value, share["t"], self.transmitter(pre_spike))
        return self.g.value


class GABAa(AMPA):
    """As `AMPA`, with the rates of GABA-A receptors.

    References
    ----------
    Destexhe and Pare 1999, J. Neurophysiol. 81, 1531.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        alpha: Any = 0.53,
        beta: Any = 0.18,
        T: Any = 1.0,
        T_dur: Any = 1.0,
    ):
        super().__init__(size, keep_size, sharding, method, name, mode, alpha, beta, T, T_dur)


class BioNMDA(_Pulsed):
    r"""NMDA receptors that open in two steps: :math:`g' = \alpha_1 x (1 - g) - \beta_1 g`,
    :math:`x' = \alpha_2 T (1 - x) - \beta_2 x`, with transmitter :math:`T` for `T_dur` after a spike.

    Parameters
    ----------
    size : int or tuple of int
    alpha1, beta1 : float or array_like
        Rates of g, 1/ms.
    alpha2 : float or array_like
        Binding rate, 1/(ms mM).
    beta2 : float or array_like
        Unbinding rate, 1/ms.
    T, T_dur : float or array_like
        Transmitter, mM, and how long it is there, ms.
    method : str

    References
    ----------
    Destexhe, Mainen and Sejnowski 1994, J. Comput. Neurosci. 1, 195.
    """

    def __init__(
        self,
        size: Any,
        keep_size: bool = False,
        sharding: Any = None,
        method: str = "exp_auto",
        name: str | None = None,
        mode: Any = None,
        alpha1: Any = 2.0,
        beta1: Any = 0.01,
        alpha2: Any = 1.0,
        beta2: Any = 0.5,
        T: Any = 1.0,
        T_dur: Any = 0.5,
    ):
        super().__init__(size, keep_size, sharding, name, mode, method)
        self._keep(alpha1=alpha1, beta1=beta1, alpha2=alpha2, beta2=beta2, T=T, T_dur=T_dur)
        self.integral = odeint(JointEq(self.dg, self.dx), method=method)
        self.reset_state()

    def dg(self, g: Any, t: Any, x: Any) -> Any:
        """dg/dt."""
        return self.alpha1 * x * (1.0 - g) - self.beta1 * g

    def dx(self, x: Any, t: Any, TT: Any) -> Any:
        """dx/dt with the transmitter `TT`."""
        return self.alpha2 * TT * (1.0 - x) - self.beta2 * x

    def reset_state(self, *args: Any, **kwargs: Any) -> None:
        """Everything closed, and no spike yet."""
        super().reset_state()
        as_variable(self, "x", 0.0)

    def update(self, pre_spike: Any = None) -> Any:
        """One step with the spikes; returns the conductance."""
        pre_spike = fitting("pre_spike", pre_spike, self.varshape, self)
        TT = self.transmitter(pre_spike)
        self.g.value, self.x.value = self.integral(self.g.value, self.x.value, share["t"], TT=TT)
        return self.g.value
