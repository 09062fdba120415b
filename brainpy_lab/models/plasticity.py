"""Synapses that learn: from pairs of spikes, and from rates. Written for one edge.

Add the connection to the network after both its groups, so that it sees the spikes or rates of the same step on both
sides. Weights are the field ``w``: ``connection.ST['w'] = ...`` sets them, ``monitors=['w']`` records them. A delay of
the connection shifts the current; learning sees the spikes and rates as they happen.
"""

from __future__ import annotations

import numpy as np

from ..errors import ModelDefError
from ..frontends.delayed import delayed
from ..frontends.integrate import integrate
from ..frontends.types_api import SynType
from ..types import NeuState, SynState
from .parameters import parameters


@parameters("tau")
def get_STDP(
    w_max=0.015, A_plus=0.005, A_minus=0.00525, tau_plus=20.0, tau_minus=20.0, E=0.0, tau=5.0, w_0=None, method=None
) -> SynType:
    r"""A conductance whose jumps grow when the target spikes after the source, and shrink when it spikes before.

    .. math::

        \dot s &= -s / \tau + \sum_k w\,\delta(t - t^{pre}_k), \qquad I = -s (V_{post} - E)

        \dot P &= -P / \tau_+ + A_+ \sum_k \delta(t - t^{pre}_k), \qquad
        \dot M = -M / \tau_- - A_- \sum_k \delta(t - t^{post}_k)

        w &\to \max(w + w_{max} M, 0) \text{ at } t^{pre}_k, \qquad
        w \to \min(w + w_{max} P, w_{max}) \text{ at } t^{post}_k

    So each pair of spikes changes w by :math:`w_{max} A_+ e^{-\Delta/\tau_+}` when the target spikes by
    :math:`\Delta > 0` later, and by :math:`-w_{max} A_- e^{\Delta/\tau_-}` when :math:`\Delta < 0`. Two spikes in the
    same step are no pair of each other. The conductance jumps by the weight that was there before the spike.

    Parameters
    ----------
    w_max : float, uS, or in units of the leak where the target counts its input in mV
        Largest weight.
    A_plus, A_minus : float
        Change of a pair without delay, as a share of `w_max`.
    tau_plus, tau_minus : float, ms
        How long before and after a spike of the target others matter.
    E : float, mV
        Reversal potential.
    tau : float, ms
        Time constant of the conductance.
    w_0 : float, optional
        Weight at the start; half of `w_max` when left out.
    method : str, optional

    References
    ----------
    Song, Miller and Abbott 2000, Nature Neurosci. 3, eq. 1 and the methods under it.
    """

    @integrate(method=method)
    def int_s(s, t):
        return -s / tau

    @integrate(method=method)
    def int_P(P, t):
        return -P / tau_plus

    @integrate(method=method)
    def int_M(M, t):
        return -M / tau_minus

    def update(ST, _t, pre, post):
        s = int_s(ST["s"], _t)
        P = int_P(ST["P"], _t)
        M = int_M(ST["M"], _t)
        w = ST["w"]
        if pre["spike"] > 0.0:
            s += w
            w = np.maximum(w + w_max * M, 0.0)
        if post["spike"] > 0.0:
            w = np.minimum(w + w_max * P, w_max)
            M -= A_minus
        if pre["spike"] > 0.0:
            P += A_plus
        ST["s"] = s
        ST["P"] = P
        ST["M"] = M
        ST["w"] = w

    @delayed
    def output(ST, post):
        post["input"] -= ST["s"] * (post["V"] - E)

    requires = dict(pre=NeuState(["spike"]), post=NeuState(["V", "input", "spike"]))
    state = SynState({"s": 0.0, "P": 0.0, "M": 0.0, "w": 0.5 * w_max if w_0 is None else w_0})
    return SynType("STDP", ST=state, steps=(update, output), requires=requires, mode="scalar")


@parameters()
def get_BCM(eta=1e-7, r_0=10.0, tau_theta=1000.0, w_0=0.5, method=None) -> SynType:
    r"""A weight between rates that grows above a threshold and shrinks below it, where the threshold slides.

    .. math::

        \dot w &= \eta\, r_{pre}\, r_{post} (r_{post} - \theta), \qquad I = w\, r_{pre}

        \tau_\theta \dot\theta &= r_{post}^2 / r_0 - \theta

    The threshold grows faster than the rate, which keeps the weights finite without bounds. A linear target becomes
    selective: of n independent patterns that are shown equally often, all are answered with 0 but one, with
    :math:`n r_0`.

    Parameters
    ----------
    eta : float, 1/(Hz^3 ms) times the unit of w
        Speed of learning; slow beside `tau_theta`.
    r_0 : float, Hz
        The rate that the target would have if there were one pattern.
    tau_theta : float, ms
        How long rates are averaged; long beside a pattern. Every edge follows the threshold of its target.
    w_0 : float, nA/Hz
        Weight at the start.
    method : str, optional

    References
    ----------
    Bienenstock, Cooper and Munro 1982, J. Neurosci. 2; with this threshold Intrator and Cooper 1992, Neural Networks 5,
    and its selective states Castellani, Intrator, Shouval and Cooper 1999, Network 10.
    """
    _positive(tau_theta=tau_theta, r_0=r_0)

    @integrate(method=method)
    def int_w(w, t, x, y, theta):
        return eta * x * y * (y - theta)

    @integrate(method=method)
    def int_theta(theta, t, y):
        return (y * y / r_0 - theta) / tau_theta

    def update(ST, _t, pre, post):
        w = int_w(ST["w"], _t, pre["r"], post["r"], ST["theta"])
        ST["theta"] = int_theta(ST["theta"], _t, post["r"])
        ST["I"] = w * pre["r"]
        ST["w"] = w

    return _between_rates("BCM", update, {"w": w_0, "theta": 0.0, "I": 0.0})


@parameters()
def get_Oja(eta=1e-5, w_0=0.5, method=None) -> SynType:
    r"""A weight between rates that learns Hebb's way and forgets just enough to keep the weights' length at 1.

    .. math:: \dot w = \eta\, r_{post} (r_{pre} - r_{post} w), \qquad I = w\, r_{pre}

    The weights onto a linear target become the eigenvector of the inputs' correlations :math:`\langle r r^T \rangle`
    with the largest eigenvalue: their first principal component, where the inputs have mean 0.

    Parameters
    ----------
    eta : float, 1/(Hz^2 ms)
        Speed of learning; slow beside the changes of the inputs.
    w_0 : float, nA/Hz
        Weight at the start. The target needs a gain of 1 Hz/nA, or the length is 1 over its gain.
    method : str, optional

    References
    ----------
    Oja 1982, J. Math. Biol. 15, eqs. 2-3.
    """

    @integrate(method=method)
    def int_w(w, t, x, y):
        return eta * y * (x - y * w)

    def update(ST, _t, pre, post):
        w = int_w(ST["w"], _t, pre["r"], post["r"])
        ST["I"] = w * pre["r"]
        ST["w"] = w

    return _between_rates("Oja", update, {"w": w_0, "I": 0.0})


def _between_rates(name, update, state) -> SynType:
    """A synapse with the step `update`, whose current is the field I."""

    @delayed
    def output(ST, post):
        post["input"] += ST["I"]

    requires = dict(pre=NeuState(["r"]), post=NeuState(["r", "input"]))
    return SynType(name, ST=SynState(state), steps=(update, output), requires=requires, mode="scalar")


def _positive(**values):
    for name, value in values.items():
        if not value > 0.0:
            raise ModelDefError(f'"{name}" must be above 0, but is {value!r}.')
