"""Balance and gamma: what `notebooks/06-balance-and-gamma.ipynb` asks.

References
----------
Van Vreeswijk and Sompolinsky 1996, Science 274; Brunel 2000, J. Comput. Neurosci. 8: irregular firing by balance.
Whittington, Traub, Kopell, Ermentrout and Buhl 2000, Int. J. Psychophysiol. 38: gamma by both in turn.
"""

from __future__ import annotations

import numpy as np

from .questions import gives, question, word

MODEL = """\
dV/dt = (g_L*(E_L - V) + I) / C
input I = 0 nA
g_L = 0.01 uS; C = 0.2 nF
E_L = -60 mV; V_th = -50 mV; V_reset = -60 mV
init V = uniform(-60, -50)
spike when V > V_th
reset V = V_reset
refractory 3
"""
SYNAPSE = """\
ds/dt = -s/tau
tau = 5 ms; g = 0.002 uS; E = 0 mV
on spike: s += 1
post.input += g*s*(E - post.V)
delay 1.5
"""
N_E, N_I, P = 400, 100, 0.16  # 64 excitatory and 16 inhibitory synapses onto each neuron
START = 200.0  # ms that are left out


def network(drive_I=0.4, g_inh=0.07, tau_I=4.0, g_EI=0.002):
    """The network of the notebook for a second: spikes of both populations (times, numbers), after `START`."""
    from .. import Network, NeuGroup, SynConn, connect, neuron, profile, synapse

    before = profile.get_dt(), profile.get_seed()
    profile.set(dt=0.1, seed=1)
    try:
        cell, joint = neuron(MODEL, "Cell"), synapse(SYNAPSE, "Synapse")
        E, I = (NeuGroup(cell, n, monitors=["spike"]) for n in (N_E, N_I))
        excitation, inhibition = {}, {"E": -80.0, "g": g_inh, "tau": tau_I}
        joints = [(E, E, excitation), (E, I, {"g": g_EI}), (I, E, inhibition), (I, I, inhibition)]
        made = [
            SynConn(joint, a, b, conn=connect.FixedProb(P, seed=k + 1), pars_update=pars)
            for k, (a, b, pars) in enumerate(joints)
        ]
        Network(E, I, *made).run(START + 800.0, inputs=[(E, "ST.input", 0.4), (I, "ST.input", drive_I)])
    finally:
        profile.set(dt=before[0], seed="auto" if before[1] is None else before[1])
    return [(times[times >= START], ids[times >= START]) for times, ids in (E.spikes(), I.spikes())]


def rate(spikes, n=N_E) -> float:
    """Spikes of a neuron in a second, Hz."""
    return spikes[0].size / n / 0.8


def cv(spikes) -> float:
    """Standard deviation over mean of the intervals of a neuron; the mean over neurons with four or more."""
    times, ids = spikes
    intervals = [np.diff(times[ids == k]) for k in np.unique(ids)]
    return float(np.mean([one.std() / one.mean() for one in intervals if one.size >= 4]))


def frequency(spikes) -> float:
    """Of the rhythm of a population, Hz: the inverse of the lag at which its rate repeats itself best, 10 to 80 ms."""
    counts, _ = np.histogram(spikes[0], bins=np.arange(START, START + 801.0))
    beyond = np.convolve(counts - counts.mean(), np.ones(5) / 5, "same")
    echo = np.correlate(beyond, beyond, "full")[counts.size - 1 :]
    return 1000.0 / (10 + int(np.argmax(echo[10:81])))


@question(
    "balance.without",
    "Without inhibition, are the excitatory neurons silent, irregular, or as fast as they can be?",
    words=("silent", "irregular", "fastest"),
    right="64 excitatory inputs are far too many: they hold each other at the limit of the refractory time.",
    mistakes=[
        word("silent", "Their drive alone is above threshold, and they excite each other on top."),
        word("irregular", "What would still make them wait? Nothing takes current away any more."),
    ],
)
def without():
    excited, _ = network(g_inh=0.0)
    if rate(excited) < 1:
        return "silent"
    return "irregular" if cv(excited) > 0.5 else "fastest"


@question(
    "balance.regular",
    "Drive is constant and no neuron has noise. With inhibition, do single neurons fire like clocks or irregularly?",
    words=("clocks", "irregularly"),
    right="Excitation and inhibition cancel on the mean, so what reaches threshold is what they leave: fluctuations.",
    mistakes=[
        word("clocks", "A constant drive alone would do that. Which other inputs are there, and are they constant?")
    ],
)
def regular():
    excited, _ = network()
    return "irregularly" if cv(excited) > 0.5 else "clocks"


@question(
    "balance.more",
    "Inhibition becomes half as strong. By which factor does the rate of the excitatory neurons change?",
    relative=0.25,
    because="the rate fluctuates, and is read from a moving trace",
    right="The network finds a new balance: it keeps inhibition close to excitation by itself. Nothing is tuned.",
    mistakes=[
        gives(lambda truth: 1 / truth, "It is the other way round: less inhibition, more firing."),
        gives(lambda truth: 1.0, "Compare the two rates after a second or two."),
        gives(lambda truth: 14.0, "That is the limit of the refractory time. Some inhibition is left."),
    ],
)
def more():
    return rate(network(g_inh=0.035)[0]) / rate(network()[0])


@question(
    "balance.rhythm",
    "Only excitation drives the inhibitory neurons (drive_I = 0). What is the frequency of the rhythm?",
    unit="Hz",
    relative=0.1,
    because="counted by eye, with 20 or so volleys in the window",
    right="One cycle: excitation fires, calls inhibition, is shut off, and waits for it to decay. This is called PING.",
    mistakes=[
        gives(lambda truth: 1000 / truth, "That is the period in ms. The frequency is 1000 over it."),
        gives(lambda truth: truth / 1000, "That is per ms: times 1000 makes Hz."),
        gives(lambda truth: 2 * truth, "That counts both volleys of a cycle, of excitation and of inhibition."),
    ],
)
def rhythm():
    return frequency(network(drive_I=0.0)[0])


@question(
    "balance.decay",
    "Inhibition decays with 8 ms instead of 4 ms. Does the rhythm become faster or slower, or does it stay the same?",
    words=("faster", "slower", "same"),
    right="Most of a cycle is waiting for inhibition to decay. Barbiturates prolong it, and slow gamma.",
    mistakes=[
        word("faster", "What does excitation wait for in each cycle?"),
        word("same", "What does excitation wait for in each cycle? Measure it."),
    ],
)
def decay():
    ratio = frequency(network(drive_I=0.0, tau_I=8.0)[0]) / frequency(network(drive_I=0.0)[0])
    return "faster" if ratio > 1.1 else "slower" if ratio < 0.9 else "same"


@question(
    "balance.loop",
    "The synapses from excitatory to inhibitory neurons are cut, with drive_I = 0. Does a rhythm remain: yes or no?",
    words=("yes", "no"),
    right="The loop is open: nobody calls inhibition, and excitation runs to its limit.",
    mistakes=[
        word("yes", "Who makes the inhibitory neurons fire then? In the first notebook they had a drive of their own.")
    ],
)
def loop():
    excited, inhibited = network(drive_I=0.0, g_EI=0.0)
    return "yes" if inhibited[0].size else "no"
