"""Steady states and time constants of every channel, written down from the papers in another form than the package.

Steady states are ``(1 + tanh((V - half)/(2k)))/2``, bell-shaped time constants use cosh, rates that are 0/0 somewhere
use coth; shifts and temperatures are worked into the numbers. V is in mV, times are in ms.
"""

from __future__ import annotations

import math

exp = math.exp


def step(V, half, k):
    """Boltzmann's curve: rises for k > 0."""
    return 0.5 * (1 + math.tanh((V - half) / (2 * k)))


def bell(a, b):
    """1/(exp(a) + exp(b))."""
    return exp(-(a + b) / 2) / (2 * math.cosh((a - b) / 2))


def coth_rate(V, half, k, at_half):
    """A rate that is linear far above `half`, with the value `at_half` there."""
    x = (V - half) / (2 * k)
    return at_half if x == 0 else at_half * x * (1 + 1 / math.tanh(x))


def from_rates(alpha, beta):
    return (lambda V: alpha(V) / (alpha(V) + beta(V)), lambda V: 1 / (alpha(V) + beta(V)))


def scaled(pair, factor):
    """The same gate, `factor` times faster."""
    steady, tau = pair
    return steady, lambda V: tau(V) / factor


# Hodgkin and Huxley 1952 count v from rest, depolarisation negative: v = -(V + 65).
def _hh(rate):
    return lambda V: rate(-(V + 65.0))


HH_M = from_rates(
    _hh(lambda v: 1.0 if v == -25 else 0.1 * (v + 25) / (exp((v + 25) / 10) - 1)), _hh(lambda v: 4 * exp(v / 18))
)
HH_H = from_rates(_hh(lambda v: 0.07 * exp(v / 20)), _hh(lambda v: 1 / (exp((v + 30) / 10) + 1)))
HH_N = from_rates(
    _hh(lambda v: 0.1 if v == -10 else 0.01 * (v + 10) / (exp((v + 10) / 10) - 1)), _hh(lambda v: 0.125 * exp(v / 80))
)


def traub_sodium(shift):
    """Traub and Miles 1991, `shift` mV up."""
    p = from_rates(lambda V: coth_rate(V, 13 + shift, 4, 0.32 * 4), lambda V: coth_rate(-V, -(40 + shift), 5, 0.28 * 5))
    q = from_rates(lambda V: 0.128 * exp((17 + shift - V) / 18), lambda V: 4 * step(V, 40 + shift, 5))
    return p, q


def traub_potassium(shift):
    return from_rates(lambda V: coth_rate(V, 15 + shift, 5, 0.032 * 5), lambda V: 0.5 * exp((10 + shift - V) / 40))


# Huguenard and McCormick 1992, recorded at 23.5 degrees.
A_TAU_P = lambda V: bell((V + 35.8) / 19.7, -(V + 79.7) / 12.7) + 0.37  # noqa: E731
A_Q = (lambda V: step(V, -78, -6), lambda V: bell((V + 46) / 5, -(V + 238) / 37.5) if V < -63 else 19.0)
K2_P = (lambda V: step(V, -43, 17), lambda V: bell((V - 81) / 25.6, -(V + 132) / 18) + 9.9)
K2_TAU_Q = lambda V: bell((V - 1329) / 200, -(V + 130) / 7.1) + 120  # noqa: E731


def low_threshold(shift):
    """Huguenard and McCormick 1992, at 36 degrees with the factors 3.55 and 3 for ten; half open at -59 + shift."""
    p = (
        lambda V: step(V, -59 + shift, 6.2),
        lambda V: 0.612 + bell(-(V - shift + 132) / 16.7, (V - shift + 16.8) / 18.2),
    )
    q = (
        lambda V: step(V, -83 + shift, -4),
        lambda V: exp((V - shift + 467) / 66.6) if V < -80 + shift else 28 + exp(-(V - shift + 22) / 10.5),
    )
    return scaled(p, 3.55**1.2), scaled(q, 3.0**1.2)


RETICULAR_P = scaled((lambda V: step(V, -55, 7.4), lambda V: 3 + bell((V + 30) / 10, -(V + 105) / 15)), 5.0**1.2)
RETICULAR_Q = scaled((lambda V: step(V, -83, -5), lambda V: 85 + bell((V + 51) / 4, -(V + 410) / 50)), 3.0**1.2)

REUVENI_P = scaled(
    from_rates(lambda V: coth_rate(V, -27, 3.8, 0.055 * 3.8), lambda V: 0.94 * exp((-75 - V) / 17)), 2.3**1.3
)
REUVENI_Q = scaled(
    from_rates(lambda V: 0.000457 * exp((-13 - V) / 50), lambda V: 0.0065 / (exp((-15 - V) / 28) + 1)), 2.3**1.3
)

INOUE_P = scaled((lambda V: step(V, -10, 4), lambda V: 0.4 + 0.35 / math.cosh((V + 5) / 15)), 3.55**1.2)
INOUE_Q = scaled((lambda V: step(V, -25, -2), lambda V: 300 + 50 / math.cosh((V + 40) / 9.5)), 3.0**1.2)

GATES = {
    "INa_HH1952": {"p": HH_M, "q": HH_H},
    "INa_TM1991": dict(zip("pq", traub_sodium(-63))),
    "INa_Ba2002": dict(zip("pq", traub_sodium(-50))),
    "IK_HH1952": {"p": HH_N},
    "IK_TM1991": {"p": traub_potassium(-60)},
    "IKDR_Ba2002": {"p": traub_potassium(-50)},
    "IKA1_HM1992": {"p": (lambda V: step(V, -60, 8.5), A_TAU_P), "q": A_Q},
    "IKA2_HM1992": {"p": (lambda V: step(V, -36, 20), A_TAU_P), "q": A_Q},
    "IKK2A_HM1992": {"p": K2_P, "q": (lambda V: step(V, -58, -10.6), K2_TAU_Q)},
    "IKK2B_HM1992": {
        "p": K2_P,
        "q": (lambda V: step(V, -58, -10.6), lambda V: K2_TAU_Q(V) if V < -70 else 8930.0),
    },
    "IKNI_Ya1989": {
        "p": (lambda V: step(V, -35, 10), lambda V: 4000 / (3.3 * exp((V + 35) / 20) + exp(-(V + 35) / 20)))
    },
    "ICaT_HM1992": dict(zip("pq", low_threshold(-3))),
    "ICaHT_HM1992": dict(zip("pq", low_threshold(25))),
    "ICaT_HP1992": {"p": RETICULAR_P, "q": RETICULAR_Q},
    "ICaHT_Re1993": {"p": REUVENI_P, "q": REUVENI_Q},
    "ICaL_IS2008": {"p": INOUE_P, "q": INOUE_Q},
    "ICaN_IS2008": {"p": (lambda V: step(V, -43, 5.2), lambda V: 1.6 + 1.35 / math.cosh((V + 55) / 15))},
    "Ih_HM1992": {"p": (lambda V: step(V, -75, -5.5), lambda V: bell(-14.59 - 0.086 * V, -1.87 + 0.0701 * V))},
}
"""Channel -> gate -> (steady state, time constant), with the default parameters."""

OPEN = {
    "INa_HH1952": (120.0, 50.0, {"p": 3, "q": 1}),
    "INa_TM1991": (120.0, 50.0, {"p": 3, "q": 1}),
    "INa_Ba2002": (90.0, 50.0, {"p": 3, "q": 1}),
    "IK_HH1952": (10.0, -90.0, {"p": 4}),
    "IK_TM1991": (10.0, -90.0, {"p": 4}),
    "IKDR_Ba2002": (10.0, -90.0, {"p": 4}),
    "IKA1_HM1992": (30.0, -90.0, {"p": 4, "q": 1}),
    "IKA2_HM1992": (20.0, -90.0, {"p": 4, "q": 1}),
    "IKK2A_HM1992": (10.0, -90.0, {"p": 1, "q": 1}),
    "IKK2B_HM1992": (10.0, -90.0, {"p": 1, "q": 1}),
    "IKNI_Ya1989": (0.004, -90.0, {"p": 1}),
    "IKL": (0.005, -90.0, {}),
    "IL": (0.1, -70.0, {}),
    "ICaT_HM1992": (2.0, None, {"p": 2, "q": 1}),
    "ICaHT_HM1992": (2.0, None, {"p": 2, "q": 1}),
    "ICaT_HP1992": (1.75, None, {"p": 2, "q": 1}),
    "ICaHT_Re1993": (1.0, None, {"p": 2, "q": 1}),
    "ICaL_IS2008": (1.0, None, {"p": 2, "q": 1}),
    "Ih_HM1992": (10.0, 43.0, {"p": 1}),
}
"""Channel -> conductance, mS/cm2; reversal potential, mV (None: that of the ion); exponents."""
