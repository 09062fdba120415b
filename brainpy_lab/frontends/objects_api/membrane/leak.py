"""Channels for whatever ions: the leak, and the cation current that hyperpolarisation opens."""

from __future__ import annotations

from typing import Any

from .base import IonChannel
from .gates import Gated, Ohmic
from .rates import bell, sigmoid


class LeakyChannel(IonChannel):
    """Base of channels that let something leak."""


class IL(Ohmic, LeakyChannel):
    """The leak, ``g_max*(E - V)``.

    Parameters
    ----------
    size : int or tuple of int
    g_max : float or array_like, mS/cm2
    E : float or array_like, mV
    """

    parameters = dict(g_max=0.1, E=-70.0)


class Ih_HM1992(Gated):
    r"""The cation current that hyperpolarisation opens in thalamic relay cells, :math:`g_{max} p (E - V)`, with

    .. math::

       p_\infty = \frac{1}{1 + e^{(V + 75)/5.5}}, \quad \tau_p = \frac{1}{e^{-0.086 V - 14.59} + e^{0.0701 V - 1.87}}.

    Parameters
    ----------
    size : int or tuple of int
    g_max : float or array_like, mS/cm2
    E : float or array_like, mV
        43 by default, as programs of this API expect; the paper measured -43.
    phi : float or array_like
        Factor of temperature; 1 is that of the recordings, 35.5 degrees Celsius.
    **options
        See `Gated`.

    References
    ----------
    Huguenard and McCormick 1992, J. Neurophysiol. 68, 1373; McCormick and Pape 1990, J. Physiol. 431, 291.
    """

    powers = {"p": 1}
    parameters = dict(g_max=10.0, E=43.0, phi=1.0)

    def f_p_inf(self, V: Any) -> Any:
        """Steady activation."""
        return sigmoid(V + 75.0, -5.5)

    def f_p_tau(self, V: Any) -> Any:
        """ms."""
        return bell(-0.086 * V - 14.59, 0.0701 * V - 1.87)
