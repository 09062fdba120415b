r"""Sodium channels: :math:`I = g_{max} p^3 q (E - V)`. V in mV, rates in 1/ms, conductances in mS/cm2."""

from __future__ import annotations

from typing import Any

from .gates import Gated, under
from .ions import SodiumChannel
from .rates import fading, linoid, sigmoid


class _Sodium(Gated):
    """Three gates that open, one that closes."""

    powers = {"p": 3, "q": 1}


class INa_HH1952(_Sodium):
    r"""The sodium current of the squid's axon; with :math:`u = V - V_{sh}`

    .. math::

       \alpha_p = \frac{0.1 (u - 5)}{1 - e^{-(u - 5)/10}}, \quad \beta_p = 4 e^{-(u + 20)/18}, \quad
       \alpha_q = 0.07 e^{-(u + 20)/20}, \quad \beta_q = \frac{1}{1 + e^{-(u - 10)/10}}.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
    g_max : float or array_like, mS/cm2
    phi : float or array_like
        Factor of temperature.
    V_sh : float or array_like, mV
        -45 puts the rest of the axon at -65 mV.
    **options
        See `Gated`.

    References
    ----------
    Hodgkin and Huxley 1952, J. Physiol. 117, 500, eq. 20, 21, 23, 24.
    """

    parameters = dict(E=50.0, g_max=120.0, phi=1.0, V_sh=-45.0)

    def f_p_alpha(self, V: Any) -> Any:
        """1/ms."""
        return linoid(V - self.V_sh - 5.0, 10.0)

    def f_p_beta(self, V: Any) -> Any:
        """1/ms."""
        return 4.0 * fading(V - self.V_sh + 20.0, 18.0)

    def f_q_alpha(self, V: Any) -> Any:
        """1/ms."""
        return 0.07 * fading(V - self.V_sh + 20.0, 20.0)

    def f_q_beta(self, V: Any) -> Any:
        """1/ms."""
        return sigmoid(V - self.V_sh - 10.0, 10.0)


class INa_TM1991(_Sodium):
    r"""The sodium current of hippocampal pyramidal cells; with :math:`u = V - V_{sh}`

    .. math::

       \alpha_p = \frac{0.32 (13 - u)}{e^{(13 - u)/4} - 1}, \quad \beta_p = \frac{0.28 (u - 40)}{e^{(u - 40)/5} - 1},
       \quad \alpha_q = 0.128 e^{(17 - u)/18}, \quad \beta_q = \frac{4}{1 + e^{-(u - 40)/5}}.

    Parameters
    ----------
    size : int or tuple of int
    E : float or array_like, mV
    g_max : float or array_like, mS/cm2
    phi : float or array_like
        Factor of temperature.
    V_sh : float or array_like, mV
    **options
        See `Gated`.

    References
    ----------
    Traub and Miles 1991, Neuronal Networks of the Hippocampus, Cambridge University Press.
    """

    parameters = dict(E=50.0, g_max=120.0, phi=1.0, V_sh=-63.0)

    def f_p_alpha(self, V: Any) -> Any:
        """1/ms."""
        return 1.28 * linoid(V - self.V_sh - 13.0, 4.0)

    def f_p_beta(self, V: Any) -> Any:
        """1/ms."""
        return 1.4 * linoid(V - self.V_sh - 40.0, -5.0)

    def f_q_alpha(self, V: Any) -> Any:
        """1/ms."""
        return 0.128 * fading(V - self.V_sh - 17.0, 18.0)

    def f_q_beta(self, V: Any) -> Any:
        """1/ms."""
        return 4.0 * sigmoid(V - self.V_sh - 40.0, 5.0)


class INa_Ba2002(INa_TM1991):
    r"""The sodium current of thalamic cells: `INa_TM1991` at another temperature.

    Parameters
    ----------
    size : int or tuple of int
    T : float or array_like
        Temperature, degrees Celsius.
    E : float or array_like, mV
    g_max : float or array_like, mS/cm2
    V_sh : float or array_like, mV
    phi : float or array_like, optional
        :math:`3^{(T - 36)/10}` by default.
    **options
        See `Gated`.

    References
    ----------
    Bazhenov, Timofeev, Steriade and Sejnowski 2002, J. Neurosci. 22, 8691, after Traub and Miles 1991.
    """

    parameters = dict(T=36.0, E=50.0, g_max=90.0, V_sh=-50.0, phi="warmth")

    def warmth(self) -> Any:
        """The default of ``phi``."""
        return 3.0 ** ((self.T - 36.0) / 10.0)


INa_HH1952v2, INa_TM1991v2, INa_Ba2002v2 = (under(ch, SodiumChannel) for ch in (INa_HH1952, INa_TM1991, INa_Ba2002))
