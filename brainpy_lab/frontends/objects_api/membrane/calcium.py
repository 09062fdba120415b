r"""Calcium channels, :math:`I = g_{max} p^2 q (E - V)`, which a `Calcium` holds: E is the reversal potential of that.

V in mV, rates in 1/ms, times in ms, conductances in mS/cm2.
"""

from __future__ import annotations

from typing import Any

from ....math import functions as bm
from .gates import Gated
from .ions import CalciumChannel
from .rates import bell, fading, linoid, sigmoid


class _Calcium(Gated, CalciumChannel):
    """Two gates that open, one that closes, each with its factor of temperature."""

    powers = {"p": 2, "q": 1}
    recorded_at = 24.0  # degrees Celsius

    def _warmth(self, base: Any) -> Any:
        return base ** ((self.T - self.recorded_at) / 10.0)

    def warmth_p(self) -> Any:
        """The default of ``phi_p``."""
        return self._warmth(self.T_base_p)

    def warmth_q(self) -> Any:
        """The default of ``phi_q``."""
        return self._warmth(self.T_base_q)


class ICaT_HM1992(_Calcium):
    r"""The low-threshold calcium current (T) of thalamic relay cells; with :math:`u = V - V_{sh}`

    .. math::

       p_\infty &= \frac{1}{1 + e^{-(u + 59)/6.2}}, \quad
       \tau_p = 0.612 + \frac{1}{e^{-(u + 132)/16.7} + e^{(u + 16.8)/18.2}}, \quad
       q_\infty = \frac{1}{1 + e^{(u + 83)/4}}, \\
       \tau_q &= e^{(u + 467)/66.6} \text{ for } u < -80, \text{ else } 28 + e^{-(u + 22)/10.5}.

    Parameters
    ----------
    size : int or tuple of int
    T : float or array_like
        Temperature, degrees Celsius; the recordings were made at 24.
    T_base_p, T_base_q : float or array_like
        Factors for 10 degrees.
    g_max : float or array_like, mS/cm2
    V_sh : float or array_like, mV
        The paper has half activation at -57 mV and half inactivation at -81 mV, which is `V_sh` = 2.
    phi_p, phi_q : float or array_like, optional
        :math:`T_{base}^{(T - 24)/10}` by default.
    **options
        See `Gated`.

    References
    ----------
    Huguenard and McCormick 1992, J. Neurophysiol. 68, 1373; Coulter, Huguenard and Prince 1989, J. Physiol. 414, 587
    (factors of temperature).
    """

    parameters = dict(T=36.0, T_base_p=3.55, T_base_q=3.0, g_max=2.0, V_sh=-3.0, phi_p="warmth_p", phi_q="warmth_q")

    def f_p_inf(self, V: Any) -> Any:
        """Steady activation."""
        return sigmoid(V - self.V_sh + 59.0, 6.2)

    def f_p_tau(self, V: Any) -> Any:
        """ms, at 24 degrees."""
        u = V - self.V_sh
        return bell(-(u + 132.0) / 16.7, (u + 16.8) / 18.2) + 0.612

    def f_q_inf(self, V: Any) -> Any:
        """Steady inactivation."""
        return sigmoid(V - self.V_sh + 83.0, -4.0)

    def f_q_tau(self, V: Any) -> Any:
        """ms, at 24 degrees."""
        u = V - self.V_sh
        return bm.where(u < -80.0, bm.exp((u + 467.0) / 66.6), bm.exp(-(u + 22.0) / 10.5) + 28.0)


class ICaHT_HM1992(ICaT_HM1992):
    r"""A high-threshold calcium current: the kinetics of `ICaT_HM1992`, 28 mV further up.

    Parameters
    ----------
    size : int or tuple of int
    T, T_base_p, T_base_q, g_max, V_sh, phi_p, phi_q
        As for `ICaT_HM1992`; `V_sh` is 25.
    **options
        See `Gated`.

    References
    ----------
    Huguenard and McCormick 1992, J. Neurophysiol. 68, 1373, for the kinetics.
    """

    parameters = {**ICaT_HM1992.parameters, "V_sh": 25.0}


class ICaT_HP1992(_Calcium):
    r"""The low-threshold calcium current (T) of thalamic reticular cells; with :math:`u = V - V_{sh}`

    .. math::

       p_\infty &= \frac{1}{1 + e^{-(u + 52)/7.4}}, \quad
       \tau_p = 3 + \frac{1}{e^{(u + 27)/10} + e^{-(u + 102)/15}}, \\
       q_\infty &= \frac{1}{1 + e^{(u + 80)/5}}, \quad
       \tau_q = 85 + \frac{1}{e^{(u + 48)/4} + e^{-(u + 407)/50}}.

    Parameters
    ----------
    size : int or tuple of int
    T : float or array_like
        Temperature, degrees Celsius; the recordings were made at 24.
    T_base_p, T_base_q : float or array_like
        Factors for 10 degrees.
    g_max : float or array_like, mS/cm2
    V_sh : float or array_like, mV
    phi_p, phi_q : float or array_like, optional
        :math:`T_{base}^{(T - 24)/10}` by default.
    **options
        See `Gated`.

    References
    ----------
    Huguenard and Prince 1992, J. Neurosci. 12, 3804.
    """

    parameters = dict(T=36.0, T_base_p=5.0, T_base_q=3.0, g_max=1.75, V_sh=-3.0, phi_p="warmth_p", phi_q="warmth_q")

    def f_p_inf(self, V: Any) -> Any:
        """Steady activation."""
        return sigmoid(V - self.V_sh + 52.0, 7.4)

    def f_p_tau(self, V: Any) -> Any:
        """ms, at 24 degrees."""
        u = V - self.V_sh
        return bell((u + 27.0) / 10.0, -(u + 102.0) / 15.0) + 3.0

    def f_q_inf(self, V: Any) -> Any:
        """Steady inactivation."""
        return sigmoid(V - self.V_sh + 80.0, -5.0)

    def f_q_tau(self, V: Any) -> Any:
        """ms, at 24 degrees."""
        u = V - self.V_sh
        return bell((u + 48.0) / 4.0, -(u + 407.0) / 50.0) + 85.0


class ICaHT_Re1993(_Calcium):
    r"""The high-threshold calcium current of neocortical dendrites; with :math:`u = V - V_{sh}`

    .. math::

       \alpha_p &= \frac{0.055 (-27 - u)}{e^{(-27 - u)/3.8} - 1}, \quad \beta_p = 0.94 e^{(-75 - u)/17}, \\
       \alpha_q &= 0.000457 e^{(-13 - u)/50}, \quad \beta_q = \frac{0.0065}{e^{(-15 - u)/28} + 1}.

    Parameters
    ----------
    size : int or tuple of int
    T : float or array_like
        Temperature, degrees Celsius; the rates hold at 23.
    T_base_p, T_base_q : float or array_like
        Factors for 10 degrees.
    phi_p, phi_q : float or array_like, optional
        :math:`T_{base}^{(T - 23)/10}` by default.
    g_max : float or array_like, mS/cm2
    V_sh : float or array_like, mV
    **options
        See `Gated`.

    References
    ----------
    Reuveni, Friedman, Amitai and Gutnick 1993, J. Neurosci. 13, 4609.
    """

    recorded_at = 23.0
    parameters = dict(T=36.0, T_base_p=2.3, T_base_q=2.3, phi_p="warmth_p", phi_q="warmth_q", g_max=1.0, V_sh=0.0)

    def f_p_alpha(self, V: Any) -> Any:
        """1/ms, at 23 degrees."""
        return 0.209 * linoid(V - self.V_sh + 27.0, 3.8)

    def f_p_beta(self, V: Any) -> Any:
        """1/ms, at 23 degrees."""
        return 0.94 * fading(V - self.V_sh + 75.0, 17.0)

    def f_q_alpha(self, V: Any) -> Any:
        """1/ms, at 23 degrees."""
        return 0.000457 * fading(V - self.V_sh + 13.0, 50.0)

    def f_q_beta(self, V: Any) -> Any:
        """1/ms, at 23 degrees."""
        return 0.0065 * sigmoid(V - self.V_sh + 15.0, 28.0)


class ICaL_IS2008(_Calcium):
    r"""The high-voltage activated calcium current (L) of dentate semilunar granule cells; with :math:`u = V - V_{sh}`

    .. math::

       p_\infty &= \frac{1}{1 + e^{-(u + 10)/4}}, \quad
       \tau_p = 0.4 + \frac{0.7}{e^{-(u + 5)/15} + e^{(u + 5)/15}}, \\
       q_\infty &= \frac{1}{1 + e^{(u + 25)/2}}, \quad
       \tau_q = 300 + \frac{100}{e^{(u + 40)/9.5} + e^{-(u + 40)/9.5}}.

    Parameters
    ----------
    size : int or tuple of int
    T : float or array_like
        Temperature, degrees Celsius.
    T_base_p, T_base_q : float or array_like
        Factors for 10 degrees.
    g_max : float or array_like, mS/cm2
    V_sh : float or array_like, mV
    phi_p, phi_q : float or array_like, optional
        :math:`T_{base}^{(T - 24)/10}` by default.
    **options
        See `Gated`.

    References
    ----------
    Inoue and Strowbridge 2008, J. Neurosci. 28, 9070.
    """

    parameters = dict(T=36.0, T_base_p=3.55, T_base_q=3.0, g_max=1.0, V_sh=0.0, phi_p="warmth_p", phi_q="warmth_q")

    def f_p_inf(self, V: Any) -> Any:
        """Steady activation."""
        return sigmoid(V - self.V_sh + 10.0, 4.0)

    def f_p_tau(self, V: Any) -> Any:
        """ms, at 24 degrees."""
        u = (V - self.V_sh + 5.0) / 15.0
        return 0.7 * bell(u, -u) + 0.4

    def f_q_inf(self, V: Any) -> Any:
        """Steady inactivation."""
        return sigmoid(V - self.V_sh + 25.0, -2.0)

    def f_q_tau(self, V: Any) -> Any:
        """ms, at 24 degrees."""
        u = (V - self.V_sh + 40.0) / 9.5
        return 100.0 * bell(u, -u) + 300.0
