"""Units that stand for many neurons, described by their rate.

All have the fields ``r`` (Hz) and ``input`` (what comes from outside, cleared in every step).
"""

from __future__ import annotations

import numpy as np

from ..errors import ModelDefError
from ..frontends.delayed import delayed
from ..frontends.integrate import integrate
from ..frontends.types_api import NeuType, SynType
from ..types import NeuState, SynState


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
