"""Leaky integrate-and-fire: what `notebooks/02-integrate-and-fire.ipynb` asks.

References
----------
Lapicque 1907, J. Physiol. Pathol. Gen. 9. Dayan and Abbott 2001, Theoretical Neuroscience, equations 5.8 to 5.12.
"""

from __future__ import annotations

import numpy as np

from .questions import gives, question, when, word

MODEL = """\
dV/dt = (g_L*(E_L - V) + I) / C
input I = 0.12 nA in [0, 0.6] step 0.002
g_L = 0.01 uS in [0.005, 0.03]
C = 0.2 nF in [0.05, 0.4]
E_L = -65 mV; V_th = -50 mV; V_reset = -65 mV
t_ref = 2 ms in [0, 10]
init V = -65 mV
spike when V > V_th
reset V = V_reset
refractory t_ref
"""
ADAPTING = (
    MODEL.replace("+ I)", "+ I - w)")
    .replace("input I", "dw/dt = -w/tau_w\ninput I")
    .replace("init V", "tau_w = 100 ms; b = 0.01 nA\ninit V")
    .replace("reset V = V_reset", "reset V = V_reset, w += b")
)
NOISY = MODEL.replace(") / C\n", ") / C + sigma*sqrt(2*g_L/C)*xi\n").replace("init V", "sigma = 0 mV in [0, 8]\ninit V")
g_L, C, E_L, V_th, V_reset, t_ref = 0.01, 0.2, -65.0, -50.0, -65.0, 2.0  # a test holds them to MODEL
DT = 0.05


def time_to_threshold(I: float) -> float:
    """Time from reset to threshold, ms; infinite where the threshold is not reached. Dayan and Abbott 2001, (5.9)."""
    V_inf = E_L + I / g_L
    return C / g_L * np.log((V_inf - V_reset) / (V_inf - V_th)) if V_inf > V_th else np.inf


def rate(I: float, t_ref: float = t_ref) -> float:
    """Rate at a constant current, Hz. Dayan and Abbott 2001, (5.11), with the refractory time."""
    return 1000.0 / (t_ref + time_to_threshold(I))


@question(
    "lif.settles",
    "To which potential does the membrane go at I = 0.12 nA?",
    unit="mV",
    absolute=0.5,
    because="read from an axis",
    right="E_L + I/g_L: every nA lifts the membrane by 1/g_L = 100 mV, so 0.12 nA by 12 mV.",
    mistakes=[
        gives(lambda truth: truth - E_L, "That is how far it is lifted. The potential is that much above E_L."),
        gives(lambda truth: 2 * E_L - truth, "Mind the sign: a positive I flows in and depolarises."),
        gives(lambda truth: V_th, "That is the threshold; at 0.12 nA the membrane stays below it."),
    ],
)
def settles():
    return E_L + 0.12 / g_L


@question(
    "lif.tau",
    "How long does the membrane take for 63 % of the way to where it settles?",
    unit="ms",
    relative=0.1,
    because="read from an axis",
    right="tau = C/g_L. A larger cell is not slower: C and g_L both grow with its area.",
    mistakes=[
        gives(lambda truth: truth / 1000, "That is in seconds; times are in ms here."),
        gives(lambda truth: g_L / C, "That is g_L/C, a rate in 1/ms. The time is its inverse."),
        gives(lambda truth: 3 * truth, "Three time constants is where 95 % of the way is done."),
        gives(lambda truth: truth * np.log(2), "That is the time to half of the way, tau*ln 2. Here it is 63 %."),
    ],
)
def tau():
    return C / g_L


@question(
    "lif.rheobase",
    "What is the smallest constant current at which the neuron fires, its rheobase?",
    unit="nA",
    relative=0.02,
    because="the slider has steps of 0.002 nA, and just above the rheobase the first spike takes long",
    right="g_L*(V_th - E_L): the current that the leak carries away at threshold. The capacitance plays no part.",
    mistakes=[
        gives(lambda truth: truth * 1000, "That is in pA; currents are in nA here."),
        gives(lambda truth: -truth, "Mind the sign: a positive I flows in and depolarises."),
        gives(
            lambda truth: V_th - E_L,
            "That is the distance to threshold in mV. Ohm's law turns it into a current: g_L times it.",
        ),
        gives(lambda truth: (V_th - E_L) * C, "That is a charge, C*(V_th - E_L). With a leak, what counts is g_L."),
    ],
)
def rheobase():
    return g_L * (V_th - E_L)


@question(
    "lif.size",
    "Two neurons of one kind of membrane; one has twice the area, so twice C and twice g_L. Is its rheobase the same, "
    "doubled or halved?",
    words=("same", "doubled", "halved"),
    right="Current spreads over the area. The time constant stays the same, the input resistance 1/g_L is halved.",
    mistakes=[
        word("same", "The time constant is the same. But which current must balance a leak that is twice as large?"),
        word("halved", "The input resistance is halved: the same current lifts the membrane half as far."),
    ],
)
def size():
    ratio = (2 * g_L * (V_th - E_L)) / (g_L * (V_th - E_L))
    return {1.0: "same", 2.0: "doubled", 0.5: "halved"}[ratio]


@question(
    "lif.rate",
    "What is the rate at a constant current I (nA)?",
    unit="Hz",
    relative=1e-6,
    absolute=1e-9,
    because="a closed form, up to rounding",
    at=(0.1, 0.151, 0.2, 0.3, 0.6),
    right="1/(t_ref + tau*ln((V_inf - V_reset)/(V_inf - V_th))), with V_inf = E_L + I/g_L, and 0 below the rheobase.",
    mistakes=[
        gives(lambda truth: truth / 1000, "That is in spikes per ms: times 1000 makes Hz."),
        gives(
            lambda truth: np.array([rate(I, 0.0) for I in RATE_AT]),
            "You left out the refractory time: each interval is t_ref longer.",
        ),
        when(
            lambda answer, truth: np.isnan(answer).any() or answer[0] < 0,
            "Below the rheobase the logarithm has no value: the neuron never reaches threshold, and its rate is 0.",
        ),
        when(
            lambda answer, truth: np.allclose(answer[1:] * truth[1:], 1000.0, rtol=1e-6),
            "That is the interval between spikes in ms. The rate is 1000 over it.",
        ),
        when(
            lambda answer, truth: answer[0] > 0,
            "At 0.1 nA the neuron stays below threshold: its rate is 0 there.",
        ),
    ],
)
def rates():
    return np.array([rate(I) for I in RATE_AT])


RATE_AT = (0.1, 0.151, 0.2, 0.3, 0.6)


@question(
    "lif.fastest",
    "Which rate does the neuron not exceed, however strong the current?",
    unit="Hz",
    relative=0.02,
    because="a limit: no measurement reaches it",
    right="1/t_ref: once the membrane charges in no time, only the refractory time is left between two spikes.",
    mistakes=[
        gives(lambda truth: truth / 1000, "That is in spikes per ms: times 1000 makes Hz."),
        gives(lambda truth: rate(0.6), "That is the rate at the end of the slider; a stronger current gives more."),
        gives(
            lambda truth: 1000 * g_L / C,
            "That is 1/tau. The membrane time constant is no limit: strong currents charge faster.",
        ),
    ],
)
def fastest():
    return 1000.0 / t_ref


@question(
    "lif.noise",
    "The mean current is 0.13 nA, below the rheobase, and noise moves the membrane by 4 mV. Is the neuron silent, or "
    "does it fire regularly or irregularly?",
    words=("silent", "regularly", "irregularly"),
    right="The mean brings it to 2 mV below threshold, and chance does the rest.",
    mistakes=[
        word("silent", "The mean alone would not reach threshold. But the membrane does not stay at its mean."),
        word(
            "regularly",
            "Nothing brings it to threshold on time: it waits for a fluctuation that is large enough.",
        ),
    ],
)
def noise():
    from .. import neuron, sweep

    runs = sweep(
        neuron(NOISY, "NoisyLIF"), I=[0.13], sigma=[4.0], duration=4000.0, dt=DT, seed=1, measure=["rate", "cv"],
        executor="serial", progress=False, wait=True,
    )  # fmt: skip
    if runs["rate"].item() < 0.5:
        return "silent"
    return "irregularly" if runs["cv"].item() > 0.5 else "regularly"


@question(
    "lif.adapted",
    "A current w opposes I, jumps by 0.01 nA at every spike and decays with 100 ms. At which rate does the neuron "
    "settle at I = 0.3 nA?",
    unit="Hz",
    relative=0.04,
    because="a count of spikes in a second may miss one, and w is not quite constant between them",
    right="The neuron itself lowers the current that is left to I - b*tau_w*f. Adaptation makes the f-I curve flatter.",
    mistakes=[
        gives(lambda truth: rate(0.3), "That is the rate before w has built up. Wait for a few hundred ms."),
        gives(lambda truth: truth / 1000, "That is in spikes per ms: times 1000 makes Hz."),
        gives(lambda truth: 1000 / truth, "That is the interval in ms. The rate is 1000 over it."),
        gives(
            lambda truth: rate(0.3 - 0.1 * rate(0.3) / 100),
            "You used the first rate for f. w follows the rate that is left.",
        ),
    ],
)
def adapted():
    from .. import neuron, sweep

    model = neuron(ADAPTING, "AdaptingLIF")
    runs = sweep(model, I=[0.3], duration=2000.0, discard=1000.0, dt=DT, measure="isi", progress=False, wait=True)
    return 1000.0 / runs["isi"].item()
