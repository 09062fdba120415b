"""Units that stand for many neurons, described by their rate.

They have the field ``r`` (Hz), or one for each population, and ``input`` (what comes from outside, cleared in every
step).
"""

from __future__ import annotations

import numpy as np

from ..errors import ModelDefError
from ..frontends.delayed import delayed
from ..frontends.functions import exprel
from ..frontends.integrate import integrate
from ..frontends.types_api import NeuType, SynType
from ..types import NeuState, SynState
from .parameters import parameters


@parameters("tau", "width")
def get_rate(tau=10.0, r_max=100.0, threshold=1.0, width=0.2, method=None) -> NeuType:
    r"""A population that is described by its rate alone.

    .. math:: \tau \dot r = -r + \frac{r_{max}}{1 + e^{-(I - \theta)/w}}

    Parameters
    ----------
    tau : float, ms
    r_max : float, Hz
        Rate of a population that is driven as hard as can be.
    threshold, width : float, nA
        Input of half that rate, and how much above it the rate is 73 % of it.
    method : str, optional

    References
    ----------
    Wilson and Cowan 1972, Biophys. J. 12; here with one population and no refractory part.
    """

    @integrate(method=method)
    def int_r(r, t, I):
        return (-r + r_max / (1.0 + np.exp(-(I - threshold) / width))) / tau

    def update(ST, _t):
        ST["r"] = int_r(ST["r"], _t, ST["input"])
        ST["input"] = 0.0

    return NeuType("rate", ST=NeuState("r", "input"), steps=update, mode="vector")


@parameters()
def get_linear_rate(tau=10.0, gain=1.0, threshold=0.0, rectified=True, method=None) -> NeuType:
    r"""A population whose rate follows its input in proportion, above a threshold.

    .. math:: \tau \dot r = -r + g\,[I - \theta]_+

    Parameters
    ----------
    tau : float, ms
        With 0 the rate follows at once: what comes in goes out in the same step.
    gain : float, Hz/nA
    threshold : float, nA
    rectified : bool
        False leaves out the brackets, so that the rate, then seen from a mean, may be below 0.
    method : str, optional

    Raises
    ------
    ModelDefError
        When `tau` is below 0.

    References
    ----------
    Dayan and Abbott 2001, Theoretical Neuroscience, eqs. 7.11 and 7.9.
    """
    if not tau >= 0.0:
        raise ModelDefError(f'"tau" must be 0 or more, but is {tau!r}.')

    if rectified:

        def drive(I):
            return gain * np.maximum(I - threshold, 0.0)
    else:

        def drive(I):
            return gain * (I - threshold)

    @integrate(method=method)
    def int_r(r, t, target):
        return (-r + target) / tau

    if tau > 0.0:

        def update(ST, _t):
            ST["r"] = int_r(ST["r"], _t, drive(ST["input"]))
            ST["input"] = 0.0
    else:

        def update(ST):
            ST["r"] = drive(ST["input"])
            ST["input"] = 0.0

    return NeuType("linear_rate", ST=NeuState("r", "input"), steps=update, mode="scalar")


@parameters()
def get_WongWang(
    J_same=0.2609,
    J_other=0.0497,
    J_ext=0.00052,
    I_0=0.3255,
    coherence=0.0,
    gamma=0.641,
    tau_s=100.0,
    a=270.0,
    b=108.0,
    d=0.154,
    tau_noise=2.0,
    sigma=0.02,
    method=None,
) -> NeuType:
    r"""Wong and Wang's two equations of a decision: two populations that excite themselves and inhibit each other.

    .. math::

        \dot S_i &= -S_i / \tau_s + (1 - S_i)\, \gamma\, r_i, \qquad
        r_i = \frac{a x_i - b}{1 - e^{-d (a x_i - b)}}

        x_1 &= J_{same} S_1 - J_{other} S_2 + I_0 + J_{ext}\, \mu (1 + c/100) + \eta_1

        \tau_{noise} d\eta_i &= -\eta_i dt + \sigma \sqrt{\tau_{noise}}\, dW_i

    and :math:`x_2` likewise with :math:`1 - c/100`. Each element is a trial of its own. The fields are ``S_1``,
    ``S_2``, ``r_1`` and ``r_2`` (Hz), ``eta_1`` and ``eta_2`` (nA), and ``input``, the strength :math:`\mu` of the
    stimulus in Hz (cleared in every step). The first population to reach 15 Hz has decided.

    Parameters
    ----------
    J_same, J_other : float, nA
        Coupling to the own and from the other population.
    J_ext : float, nA/Hz
    I_0 : float, nA
        Background current.
    coherence : float, %
        How much of the motion goes one way; `pars_update` takes one per trial.
    gamma : float
    tau_s, tau_noise : float, ms
        Decay of NMDA receptors and of the noise, which comes in by AMPA receptors.
    a : float, Hz/nA
    b : float, Hz
    d : float, s
        The rate as a function of the current.
    sigma : float, nA
        The standard deviation of the noise is this over :math:`\sqrt 2`.
    method : str, optional

    References
    ----------
    Wong and Wang 2006, J. Neurosci. 26, appendix; :math:`\mu` = 30 Hz there.
    """

    @integrate(method=method)
    def int_S_1(S_1, t, S_2, eta_1, I):
        x_1 = J_same * S_1 - J_other * S_2 + I_0 + J_ext * I * (1.0 + coherence / 100.0) + eta_1
        r_1 = 1.0 / (d * exprel(-d * (a * x_1 - b)))
        return (-S_1 / tau_s + (1.0 - S_1) * gamma * r_1 / 1000.0,), r_1

    @integrate(method=method)
    def int_S_2(S_2, t, S_1, eta_2, I):
        x_2 = J_same * S_2 - J_other * S_1 + I_0 + J_ext * I * (1.0 - coherence / 100.0) + eta_2
        r_2 = 1.0 / (d * exprel(-d * (a * x_2 - b)))
        return (-S_2 / tau_s + (1.0 - S_2) * gamma * r_2 / 1000.0,), r_2

    @integrate(method=method)
    def int_eta_1(eta_1, t):
        return -eta_1 / tau_noise, sigma / np.sqrt(tau_noise)

    @integrate(method=method)
    def int_eta_2(eta_2, t):
        return -eta_2 / tau_noise, sigma / np.sqrt(tau_noise)

    def update(ST, _t):
        S_1, r_1 = int_S_1(ST["S_1"], _t, ST["S_2"], ST["eta_1"], ST["input"])
        S_2, r_2 = int_S_2(ST["S_2"], _t, ST["S_1"], ST["eta_2"], ST["input"])
        ST["eta_1"] = int_eta_1(ST["eta_1"], _t)
        ST["eta_2"] = int_eta_2(ST["eta_2"], _t)
        ST["S_1"] = S_1
        ST["S_2"] = S_2
        ST["r_1"] = r_1
        ST["r_2"] = r_2
        ST["input"] = 0.0

    state = NeuState({"S_1": 0.1, "S_2": 0.1, "r_1": 0.0, "r_2": 0.0, "eta_1": 0.0, "eta_2": 0.0, "input": 0.0})
    return NeuType("WongWang", ST=state, steps=update, mode="scalar")


@parameters()
def get_rate_coupling(w=1.0) -> SynType:
    r"""A current in proportion to the rate of the source.

    .. math:: I = w\, r_{pre}

    Parameters
    ----------
    w : float, nA/Hz
        `pars_update` takes one per edge.

    References
    ----------
    Dayan and Abbott 2001, Theoretical Neuroscience, eq. 7.11.
    """

    def update(ST, pre):
        ST["r"] = pre["r"]

    @delayed
    def output(ST, post):
        post["input"] += w * ST["r"]

    requires = dict(pre=NeuState(["r"]), post=NeuState(["input"]))
    return SynType("rate_coupling", ST=SynState(["r"]), steps=(update, output), requires=requires, mode="scalar")
