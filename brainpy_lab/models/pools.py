"""Connections of whole populations, in two halves: many gates open into a pool, and a pool drives many neurons.

Where all neurons of a population are connected alike, each target sees the same sum over them. A pool is a unit that
holds such a sum, ``get_linear_rate(tau=0.)``: a gate connects each neuron to it (`get_NMDA_gate`, or `get_exponential`
for AMPA and GABA), and `get_pooled_conductance` connects it to the targets. The currents are those of `get_NMDA`,
`get_AMPA` or `get_conductance` all to all, with one edge per neuron in place of one per pair.
"""

from __future__ import annotations

import numpy as np

from ..frontends.delayed import delayed
from ..frontends.integrate import integrate
from ..frontends.types_api import NeuType, SynType
from ..types import NeuState, SynState
from .parameters import parameters


@parameters("tau_rise", "tau_decay")
def get_NMDA_gate(g_max=1.0, tau_rise=2.0, tau_decay=100.0, alpha=0.5, method=None) -> SynType:
    r"""The share of its NMDA receptors that a neuron opens, sent to a pool: the source's half of `get_NMDA`.

    .. math::

        \dot x = -x / \tau_{rise} + \sum_k \delta(t - t_k), \qquad
        \dot s = -s / \tau_{decay} + \alpha x (1 - s), \qquad I = g_{max} s

    Parameters
    ----------
    g_max : float
        How much the pool takes of it; `pars_update` takes one per edge.
    tau_rise, tau_decay : float, ms
    alpha : float, 1/ms
    method : str, optional

    References
    ----------
    Wang 1999, J. Neurosci. 19.
    """

    @integrate(method=method)
    def int_x(x, t):
        return -x / tau_rise

    @integrate(method=method)
    def int_s(s, t, x):
        return -s / tau_decay + alpha * x * (1.0 - s)

    def update(ST, _t, pre):
        s = int_s(ST["s"], _t, ST["x"])
        x = int_x(ST["x"], _t)
        x += pre["spike"]
        ST["s"] = s
        ST["x"] = x

    @delayed
    def output(ST, post):
        post["input"] += g_max * ST["s"]

    requires = dict(pre=NeuState(["spike"]), post=NeuState(["input"]))
    return SynType("NMDA_gate", ST=SynState(["s", "x"]), steps=(update, output), requires=requires, mode="scalar")


@parameters()
def get_pooled_conductance(g_max=0.1, E=0.0, Mg=0.0) -> SynType:
    r"""A conductance in proportion to what a pool holds, which magnesium may block.

    .. math:: I = -\frac{g_{max}\, r_{pre} (V_{post} - E)}{1 + \frac{[Mg]}{3.57} e^{-0.062 V_{post}}}

    Parameters
    ----------
    g_max : float, uS
        Conductance per open gate; the current is in nA. `pars_update` takes one per edge.
    E : float, mV
        Reversal potential.
    Mg : float, mM
        Magnesium outside; 0 for what it does not block.

    References
    ----------
    Jahr and Stevens 1990, J. Neurosci. 10 (the block).
    """
    if Mg:

        def output(pre, post):
            open_share = 1.0 / (1.0 + Mg / 3.57 * np.exp(-0.062 * post["V"]))
            post["input"] -= g_max * pre["r"] * open_share * (post["V"] - E)
    else:

        def output(pre, post):
            post["input"] -= g_max * pre["r"] * (post["V"] - E)

    requires = dict(pre=NeuState(["r"]), post=NeuState(["V", "input"]))
    return SynType("pooled_conductance", ST=SynState(["I"]), steps=output, requires=requires, mode="scalar")


@parameters()
def get_background(rate=2400.0) -> NeuType:
    r"""How many spikes arrive in each step from many independent sources: the rest of the brain.

    .. math:: P(k) = e^{-\lambda} \lambda^k / k!, \qquad \lambda = (\nu + I)\, dt

    Connect each unit to one neuron. The fields are ``spike``, the number of spikes of the step, up to 8, and ``input``
    (cleared in every step).

    Parameters
    ----------
    rate : float, Hz
        Rate of all sources together. The input, in Hz too, adds to it; :math:`\lambda` should stay below 2.

    References
    ----------
    Wang 2002, Neuron 36: 800 synapses from neurons that fire at 3 Hz.
    """

    def update(ST, _dt):
        expected = np.maximum((rate + ST["input"]) * _dt / 1000.0, 0.0)
        u = np.random.random()
        # The distribution function at 0, 1, 2 ... spikes; the number of its steps that u has passed is the draw.
        term_1 = expected
        term_2 = term_1 * expected / 2.0
        term_3 = term_2 * expected / 3.0
        term_4 = term_3 * expected / 4.0
        term_5 = term_4 * expected / 5.0
        term_6 = term_5 * expected / 6.0
        term_7 = term_6 * expected / 7.0
        below_1 = np.exp(-expected)
        below_2 = below_1 * (1.0 + term_1)
        below_3 = below_1 * (1.0 + term_1 + term_2)
        below_4 = below_1 * (1.0 + term_1 + term_2 + term_3)
        below_5 = below_1 * (1.0 + term_1 + term_2 + term_3 + term_4)
        below_6 = below_1 * (1.0 + term_1 + term_2 + term_3 + term_4 + term_5)
        below_7 = below_1 * (1.0 + term_1 + term_2 + term_3 + term_4 + term_5 + term_6)
        below_8 = below_1 * (1.0 + term_1 + term_2 + term_3 + term_4 + term_5 + term_6 + term_7)
        few = _passed(u, below_1) + _passed(u, below_2) + _passed(u, below_3) + _passed(u, below_4)
        many = _passed(u, below_5) + _passed(u, below_6) + _passed(u, below_7) + _passed(u, below_8)
        ST["spike"] = few + many
        ST["input"] = 0.0

    return NeuType("background", ST=NeuState("spike", "input"), steps=update, mode="scalar")


def _passed(u, bound):
    return np.where(u >= bound, 1.0, 0.0)
