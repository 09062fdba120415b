r"""Channels that calcium acts upon, which a `Calcium` holds although they carry other ions.

V in mV, [Ca] in mM, rates in 1/ms, times in ms, conductances in mS/cm2.
"""

from __future__ import annotations

from typing import Any

from ....math.share import share
from ..integrators import JointEq, odeint
from ..synapse_states import as_variable
from .gates import Gated, Ohmic
from .ions import Calcium, CalciumChannel, Potassium
from .rates import bell, sigmoid


class ICaN_IS2008(Gated, CalciumChannel):
    r"""The cation current that calcium opens (CAN), :math:`g_{max} M([Ca]) p (E - V)`, with
    :math:`M = [Ca]/(0.2 + [Ca])` and

    .. math::

       p_\infty = \frac{1}{1 + e^{-(V + 43)/5.2}}, \quad
       \tau_p = 1.6 + \frac{2.7}{e^{-(V + 55)/15} + e^{(V + 55)/15}}.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
        Of the cations.
    g_max : float or array_like, mS/cm2
    phi : float or array_like
        Factor of temperature.
    **options
        See `Gated`.

    References
    ----------
    Inoue and Strowbridge 2008, J. Neurosci. 28, 9070; Destexhe, Contreras, Sejnowski and Steriade 1994, J.
    Neurophysiol. 72, 803.
    """

    carries_ion = False
    powers = {"p": 1}
    parameters = dict(E=10.0, g_max=1.0, phi=1.0)

    def f_p_inf(self, V: Any) -> Any:
        """Steady activation."""
        return sigmoid(V + 43.0, 5.2)

    def f_p_tau(self, V: Any) -> Any:
        """ms."""
        u = (V + 55.0) / 15.0
        return 2.7 * bell(u, -u) + 1.6

    def conductance(self, C: Any, E: Any) -> Any:
        """The conductance at the present gate and calcium, mS/cm2."""
        return super().conductance() * (C / (C + 0.2))


class IAHP_De1994(Gated, CalciumChannel):
    r"""The potassium current that calcium opens (afterhyperpolarisation), :math:`g_{max} p^2 (E - V)`, with
    :math:`p' = \phi (\alpha [Ca]^n (1 - p) - \beta p)`.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
    n : int or float
        Number of calcium ions that open a gate.
    g_max : float or array_like, mS/cm2
    alpha : float or array_like, 1/(ms mM^n)
    beta : float or array_like, 1/ms
        0.09 by default, as programs of this API expect.
    phi : float or array_like
        Factor of temperature.
    **options
        See `Gated`. Under a `Calcium`; `IAHP_De1994v2` belongs to ``mix_ions(potassium, calcium)``.

    References
    ----------
    Destexhe, Contreras, Sejnowski and Steriade 1994, J. Neurophysiol. 72, 803.
    """

    carries_ion = False
    powers = {"p": 2}
    parameters = dict(E=-95.0, n=2, g_max=10.0, alpha=48.0, beta=0.09, phi=1.0)

    def dp(self, p: Any, t: Any, C: Any) -> Any:
        """dp/dt, 1/ms."""
        return self._slope("p", p, C)

    def f_p_alpha(self, C: Any) -> Any:
        """1/ms."""
        return self.alpha * C**self.n

    def f_p_beta(self, C: Any) -> Any:
        """1/ms."""
        return self.beta

    def calcium(self, *ion: Any) -> Any:
        """The concentration, of what the holder tells."""
        return ion[0]

    def reset_state(self, V: Any, *ion: Any) -> None:
        """The gate where it rests at the present calcium."""
        super().reset_state(self.calcium(*ion))

    def update(self, V: Any, *ion: Any) -> None:
        """One step of the gate at the present calcium."""
        super().update(self.calcium(*ion))


class IAHP_De1994v2(IAHP_De1994):
    """`IAHP_De1994` that ``mix_ions(potassium, calcium)`` holds: E is that of the potassium."""

    master_type = (Potassium, Calcium)
    parameters = {key: value for key, value in IAHP_De1994.parameters.items() if key != "E"}

    def calcium(self, *ion: Any) -> Any:
        """The concentration of the second ion."""
        return ion[1].C

    def reversal(self, *ion: Any) -> Any:
        """The reversal potential of the first ion, mV."""
        return ion[0].E


class Ih_De1996(Ohmic, CalciumChannel):
    r"""The cation current that hyperpolarisation opens and calcium holds open,
    :math:`g_{max} (O + g_{inc} O_L)(E - V)`.

    Open channels are O, those that are locked open O_L; P1 is the regulating factor with calcium bound:

    .. math::

       O' &= \alpha (1 - O - O_L) - \beta O - k_3 P_1 O + k_4 O_L, \quad O_L' = k_3 P_1 O - k_4 O_L, \\
       P_1' &= k_1 [Ca]^4 (1 - P_1) - k_2 P_1, \\
       \alpha &= \phi h_\infty/\tau, \quad \beta = \phi (1 - h_\infty)/\tau, \quad
       h_\infty = \frac{1}{1 + e^{(u + 75)/5.5}}, \quad
       \tau = 20 + \frac{1000}{e^{(u + 71.5)/14.2} + e^{-(u + 89)/11.6}}, \quad u = V - V_{sh}.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
    k2, k4 : float or array_like, 1/ms
        ``k1 = k2/Ca_half**4`` and ``k3 = k4/0.01``.
    V_sh : float or array_like, mV
    g_max : float or array_like, mS/cm2
    g_inc : float or array_like
        How much better a locked channel conducts.
    Ca_half : float or array_like, mM
        Calcium that binds half of the factor.
    T : float or array_like
        Temperature, degrees Celsius.
    T_base : float or array_like
        Factor for 10 degrees.
    phi : float or array_like, optional
        :math:`T_{base}^{(T - 24)/10}` by default, as programs of this API expect. The time constant is that of 36
        degrees in the paper, which is ``phi=1``.
    **options
        See `Gated`.

    References
    ----------
    Destexhe, Bal, McCormick and Sejnowski 1996, J. Neurophysiol. 76, 2049.
    """

    carries_ion = False
    parameters = dict(
        E=-40.0, k2=4e-4, k4=1e-3, V_sh=0.0, g_max=0.02, g_inc=2.0, Ca_half=2e-3, T=36.0, T_base=3.0, phi="warmth"
    )

    def __init__(self, size: Any, *args: Any, **values: Any):
        super().__init__(size, *args, **values)
        for variable in ("O", "OL", "P1"):
            as_variable(self, variable, 0.0)
        self.integral = odeint(JointEq(self.dO, self.dOL, self.dP1), method=self.method)

    def warmth(self) -> Any:
        """The default of ``phi``."""
        return self.T_base ** ((self.T - 24.0) / 10.0)

    def f_inf(self, V: Any) -> Any:
        """Part of the channels that is open without calcium."""
        return sigmoid(V - self.V_sh + 75.0, -5.5)

    def f_tau(self, V: Any) -> Any:
        """ms."""
        u = V - self.V_sh
        return (1000.0 * bell((u + 71.5) / 14.2, -(u + 89.0) / 11.6) + 20.0) / self.phi

    def binding(self, C: Any) -> Any:
        """k1*[Ca]**4, 1/ms."""
        return self.k2 * (C / self.Ca_half) ** 4

    def dO(self, O: Any, t: Any, OL: Any, P1: Any, V: Any) -> Any:  # noqa: E741
        """dO/dt, 1/ms."""
        inf, tau = self.f_inf(V), self.f_tau(V)
        locking = self.k4 / 0.01 * P1 * O - self.k4 * OL
        return inf / tau * (1.0 - O - OL) - (1.0 - inf) / tau * O - locking

    def dOL(self, OL: Any, t: Any, O: Any, P1: Any) -> Any:  # noqa: E741
        """dOL/dt, 1/ms."""
        return self.k4 / 0.01 * P1 * O - self.k4 * OL

    def dP1(self, P1: Any, t: Any, C: Any) -> Any:
        """dP1/dt, 1/ms."""
        return self.binding(C) * (1.0 - P1) - self.k2 * P1

    def reset_state(self, V: Any, *ion: Any) -> None:
        """Where everything rests at `V` and the present calcium."""
        k1 = self.binding(ion[0])
        P1 = k1 / (k1 + self.k2)
        locked, inf = P1 / 0.01, self.f_inf(V)  # OL/O in balance
        O = inf / (1.0 + inf * locked)  # noqa: E741
        self.O.value, self.OL.value, self.P1.value = O, locked * O, P1

    def update(self, V: Any, *ion: Any) -> None:
        """One step at `V` and the present calcium."""
        O, OL, P1 = self.integral(  # noqa: E741
            self.O.value, self.OL.value, self.P1.value, t=share["t"], V=V, C=ion[0]
        )
        self.O.value, self.OL.value, self.P1.value = O, OL, P1

    def conductance(self, *ion: Any) -> Any:
        """The conductance of open and locked channels, mS/cm2."""
        return self.g_max * (self.O.value + self.g_inc * self.OL.value)
