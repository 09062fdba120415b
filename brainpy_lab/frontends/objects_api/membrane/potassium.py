r"""Potassium channels. V in mV, rates in 1/ms, times in ms, conductances in mS/cm2."""

from __future__ import annotations

from typing import Any

from ....math import functions as bm
from .gates import Gated, Ohmic, under
from .ions import PotassiumChannel
from .rates import bell, fading, linoid, sigmoid


class IK_HH1952(Gated):
    r"""The delayed rectifier of the squid's axon, :math:`g_{max} p^4 (E - V)`; with :math:`u = V - V_{sh}`

    .. math:: \alpha_p = \frac{0.01 (u + 10)}{1 - e^{-(u + 10)/10}}, \quad \beta_p = 0.125 e^{-(u + 20)/80}.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
        -77 in the axon.
    g_max : float or array_like, mS/cm2
        36 in the axon.
    phi : float or array_like
        Factor of temperature.
    V_sh : float or array_like, mV
        -45 puts the rest of the axon at -65 mV.
    **options
        See `Gated`.

    References
    ----------
    Hodgkin and Huxley 1952, J. Physiol. 117, 500, eq. 12, 13.
    """

    powers = {"p": 4}
    parameters = dict(E=-90.0, g_max=10.0, phi=1.0, V_sh=-45.0)

    def f_p_alpha(self, V: Any) -> Any:
        """1/ms."""
        return 0.1 * linoid(V - self.V_sh + 10.0, 10.0)

    def f_p_beta(self, V: Any) -> Any:
        """1/ms."""
        return 0.125 * fading(V - self.V_sh + 20.0, 80.0)


class IK_TM1991(Gated):
    r"""The delayed rectifier of hippocampal pyramidal cells, :math:`g_{max} p^4 (E - V)`; with :math:`u = V - V_{sh}`

    .. math:: \alpha_p = \frac{0.032 (15 - u)}{e^{(15 - u)/5} - 1}, \quad \beta_p = 0.5 e^{(10 - u)/40}.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
    g_max : float or array_like, mS/cm2
    phi : float or array_like
        Factor of temperature.
    V_sh : float or array_like, mV
        -60 by default, as programs of this API expect; `INa_TM1991` has -63.
    **options
        See `Gated`.

    References
    ----------
    Traub and Miles 1991, Neuronal Networks of the Hippocampus, Cambridge University Press.
    """

    powers = {"p": 4}
    parameters = dict(E=-90.0, g_max=10.0, phi=1.0, V_sh=-60.0)

    def f_p_alpha(self, V: Any) -> Any:
        """1/ms."""
        return 0.16 * linoid(V - self.V_sh - 15.0, 5.0)

    def f_p_beta(self, V: Any) -> Any:
        """1/ms."""
        return 0.5 * fading(V - self.V_sh - 10.0, 40.0)


class IKDR_Ba2002(IK_TM1991):
    r"""The delayed rectifier of thalamic cells: `IK_TM1991` at another temperature.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
    g_max : float or array_like, mS/cm2
    V_sh : float or array_like, mV
    T_base : float or array_like
        Factor for 10 degrees.
    T : float or array_like
        Temperature, degrees Celsius.
    phi : float or array_like, optional
        :math:`T_{base}^{(T - 36)/10}` by default.
    **options
        See `Gated`.

    References
    ----------
    Bazhenov, Timofeev, Steriade and Sejnowski 2002, J. Neurosci. 22, 8691, after Traub and Miles 1991.
    """

    parameters = dict(E=-90.0, g_max=10.0, V_sh=-50.0, T_base=3.0, T=36.0, phi="warmth")

    def warmth(self) -> Any:
        """The default of ``phi``."""
        return self.T_base ** ((self.T - 36.0) / 10.0)


class IKA1_HM1992(Gated):
    r"""The fast A-current of thalamic relay cells, first component, :math:`g_{max} p^4 q (E - V)`; with
    :math:`u = V - V_{sh}`

    .. math::

       p_\infty &= \frac{1}{1 + e^{-(u + 60)/8.5}}, \quad
       \tau_p = \frac{1}{e^{(u + 35.8)/19.7} + e^{-(u + 79.7)/12.7}} + 0.37, \quad
       q_\infty = \frac{1}{1 + e^{(u + 78)/6}}, \\
       \tau_q &= \frac{1}{e^{(u + 46)/5} + e^{-(u + 238)/37.5}} \text{ for } u < -63, \text{ else } 19.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
    g_max : float or array_like, mS/cm2
    V_sh : float or array_like, mV
    phi_p, phi_q : float or array_like
        Factors of temperature; 1 is that of the recordings, 23.5 degrees Celsius.
    **options
        See `Gated`.

    References
    ----------
    Huguenard and McCormick 1992, J. Neurophysiol. 68, 1373.
    """

    powers = {"p": 4, "q": 1}
    parameters = dict(E=-90.0, g_max=30.0, V_sh=0.0, phi_p=1.0, phi_q=1.0)

    def f_p_inf(self, V: Any) -> Any:
        """Steady activation."""
        return sigmoid(V - self.V_sh + 60.0, 8.5)

    def f_p_tau(self, V: Any) -> Any:
        """ms."""
        u = V - self.V_sh
        return bell((u + 35.8) / 19.7, -(u + 79.7) / 12.7) + 0.37

    def f_q_inf(self, V: Any) -> Any:
        """Steady inactivation."""
        return sigmoid(V - self.V_sh + 78.0, -6.0)

    def f_q_tau(self, V: Any) -> Any:
        """ms."""
        u = V - self.V_sh
        return bm.where(u < -63.0, bell((u + 46.0) / 5.0, -(u + 238.0) / 37.5), 19.0)


class IKA2_HM1992(IKA1_HM1992):
    r"""The fast A-current of thalamic relay cells, second component: as `IKA1_HM1992`, with
    :math:`p_\infty = 1/(1 + e^{-(u + 36)/20})`.

    Parameters
    ----------
    size : int or tuple of int
    E, g_max, V_sh, phi_p, phi_q
        As for `IKA1_HM1992`.
    **options
        See `Gated`.

    References
    ----------
    Huguenard and McCormick 1992, J. Neurophysiol. 68, 1373.
    """

    parameters = {**IKA1_HM1992.parameters, "g_max": 20.0}

    def f_p_inf(self, V: Any) -> Any:
        """Steady activation."""
        return sigmoid(V - self.V_sh + 36.0, 20.0)


class IKK2A_HM1992(Gated):
    r"""The slowly inactivating potassium current of thalamic relay cells, faster component,
    :math:`g_{max} p q (E - V)`; with :math:`u = V - V_{sh}`

    .. math::

       p_\infty &= \frac{1}{1 + e^{-(u + 43)/17}}, \quad
       \tau_p = \frac{1}{e^{(u - 81)/25.6} + e^{-(u + 132)/18}} + 9.9, \\
       q_\infty &= \frac{1}{1 + e^{(u + 58)/10.6}}, \quad
       \tau_q = \frac{1}{e^{(u - 1329)/200} + e^{-(u + 130)/7.1}} + 120.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
    g_max : float or array_like, mS/cm2
    V_sh : float or array_like, mV
    phi_p, phi_q : float or array_like
        Factors of temperature; 1 is that of the recordings, 23.5 degrees Celsius.
    **options
        See `Gated`.

    References
    ----------
    Huguenard and McCormick 1992, J. Neurophysiol. 68, 1373.
    """

    powers = {"p": 1, "q": 1}
    parameters = dict(E=-90.0, g_max=10.0, V_sh=0.0, phi_p=1.0, phi_q=1.0)

    def f_p_inf(self, V: Any) -> Any:
        """Steady activation."""
        return sigmoid(V - self.V_sh + 43.0, 17.0)

    def f_p_tau(self, V: Any) -> Any:
        """ms."""
        u = V - self.V_sh
        return bell((u - 81.0) / 25.6, -(u + 132.0) / 18.0) + 9.9

    def f_q_inf(self, V: Any) -> Any:
        """Steady inactivation."""
        return sigmoid(V - self.V_sh + 58.0, -10.6)

    def f_q_tau(self, V: Any) -> Any:
        """ms."""
        u = V - self.V_sh
        return bell((u - 1329.0) / 200.0, -(u + 130.0) / 7.1) + 120.0


class IKK2B_HM1992(IKK2A_HM1992):
    r"""The slowly inactivating potassium current of thalamic relay cells, slower component: as `IKK2A_HM1992`, with
    :math:`\tau_q = 8930` ms for :math:`u \geq -70`.

    Parameters
    ----------
    size : int or tuple of int
    E, g_max, V_sh, phi_p, phi_q
        As for `IKK2A_HM1992`.
    **options
        See `Gated`.

    References
    ----------
    Huguenard and McCormick 1992, J. Neurophysiol. 68, 1373.
    """

    def f_q_tau(self, V: Any) -> Any:
        """ms."""
        return bm.where(V - self.V_sh < -70.0, super().f_q_tau(V), 8930.0)


class IKNI_Ya1989(Gated):
    r"""The slow potassium current without inactivation (M-current), :math:`g_{max} p (E - V)`; with
    :math:`u = V - V_{sh}`

    .. math::

       p_\infty = \frac{1}{1 + e^{-(u + 35)/10}}, \quad
       \tau_p = \frac{\tau_{max}}{3.3 e^{(u + 35)/20} + e^{-(u + 35)/20}}.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
    g_max : float or array_like, mS/cm2
    phi_p, phi_q : float or array_like
        `phi_p` is a factor of temperature; `phi_q` is accepted, there is no such gate.
    tau_max : float or array_like, ms
    V_sh : float or array_like, mV
    **options
        See `Gated`.

    References
    ----------
    Yamada, Koch and Adams 1989, in Methods in Neuronal Modeling, MIT Press, ch. 4.
    """

    powers = {"p": 1}
    parameters = dict(E=-90.0, g_max=0.004, phi_p=1.0, phi_q=1.0, tau_max=4000.0, V_sh=0.0)

    def f_p_inf(self, V: Any) -> Any:
        """Steady activation."""
        return sigmoid(V - self.V_sh + 35.0, 10.0)

    def f_p_tau(self, V: Any) -> Any:
        """ms."""
        u = (V - self.V_sh + 35.0) / 20.0
        return self.tau_max / (3.3 * bm.exp(u) + bm.exp(-u))


class IKL(Ohmic):
    """The leak of potassium, ``g_max*(E - V)``.

    Parameters
    ----------
    size : int or tuple of int
    g_max : float or array_like, mS/cm2
    E : float or array_like, mV
    """

    parameters = dict(g_max=0.005, E=-90.0)


IK_HH1952v2, IK_TM1991v2, IKDR_Ba2002v2, IKA1_HM1992v2, IKA2_HM1992v2, IKK2A_HM1992v2, IKK2B_HM1992v2, IKNI_Ya1989v2 = (
    under(ch, PotassiumChannel)
    for ch in (IK_HH1952, IK_TM1991, IKDR_Ba2002, IKA1_HM1992, IKA2_HM1992, IKK2A_HM1992, IKK2B_HM1992, IKNI_Ya1989)
)
IK_Leak = under(IKL, PotassiumChannel, "IK_Leak")
