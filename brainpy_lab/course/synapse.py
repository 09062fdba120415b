"""Synapses and delay: what `notebooks/05-synapses-and-delay.ipynb` asks.

References
----------
Van Vreeswijk, Abbott and Ermentrout 1994, J. Comput. Neurosci. 1; Ernst, Pawelzik and Geisel 1995, Phys. Rev. Lett. 74:
which of two coupled neurons' rhythms are stable. Tsodyks and Markram 1997, PNAS 94: depression.
"""

from __future__ import annotations

import numpy as np

from .questions import gives, question, word

MODEL = """\
ds/dt = -s/tau
tau = 5 ms in [1, 20]
g = 0.01 uS in [0, 0.1]; E = 0 mV in [-90, 50]
on spike: s += 1
post.input += g*s*(E - post.V)
delay 1.5
"""
NEURON = """\
dV/dt = (g_L*(E_L - V) + I) / C
input I = 0.2 nA in [0.15, 0.4]
g_L = 0.01 uS; C = 0.2 nF
E_L = -65 mV; V_th = -50 mV; V_reset = -65 mV
init V = -65
spike when V > V_th
reset V = V_reset
"""
tau, delay, tau_m = 5.0, 1.5, 10.0  # of MODEL and of the test rig; a test holds them to both
PERIOD = 20.0 * np.log(20.0 / 5.0)  # of NEURON alone, ms: V_inf is 20 mV above reset and 5 mV above threshold
U, tau_rec = 0.5, 800.0


@question(
    "synapse.peak",
    "With the values of the cell, how long after the presynaptic spike does V peak?",
    unit="ms",
    relative=0.08,
    because="read from the trace; the synapse's own conductance shortens it by some percent",
    right="delay + ln(tau_m/tau)*tau*tau_m/(tau_m - tau): charging by the synapse and loss by the leak balance there.",
    mistakes=[
        gives(lambda truth: truth - delay, "That is from the arrival on. The spike itself was a delay earlier."),
        gives(lambda truth: truth / 1000, "That is in seconds; times are in ms here."),
        gives(lambda truth: tau, "That is the time constant of the conductance. The membrane integrates it."),
        gives(lambda truth: tau_m, "That is the time constant of the membrane. V peaks when gain and loss balance."),
    ],
)
def peak():
    return delay + np.log(tau_m / tau) * tau * tau_m / (tau_m - tau)


@question(
    "synapse.sign",
    "The neuron is clamped at +20 mV. Does positive charge flow in or out through this excitatory synapse, or none?",
    words=("in", "out", "none"),
    right="A synapse pulls V towards E. What it is called depends on where E lies, not on which way current flows.",
    mistakes=[
        word("in", "I = g*s*(E - V), and E is 0 mV. Which sign has it at V = +20 mV?"),
        word("none", "None flows at V = E. Here V is above E."),
    ],
)
def sign():
    flows = 0.0 - 20.0  # E - V
    return "in" if flows > 0 else "out" if flows < 0 else "none"


def end(E: float, g: float, delay: float, lags, duration: float = 3000.0) -> np.ndarray:
    """Where pairs that begin `lags` ms apart end: the lag of their spikes in parts of the period, 0 to 0.5."""
    from .. import Network, NeuGroup, SynConn, connect, neuron, profile, synapse

    lags = np.asarray(lags, dtype=float)
    before = profile.get_dt()
    profile.set(dt=0.05)
    try:
        cell, joint = neuron(NEURON, "Cell"), synapse(MODEL, "Synapse")
        first, second = (NeuGroup(cell, lags.size, monitors=["spike"]) for _ in range(2))
        second.ST["V"] = -45.0 - 20.0 * np.exp(-lags / 20.0)  # where one that is ahead by lags is
        one_to_one, pars = connect.One2One(), {"g": g, "E": E}
        there = SynConn(joint, first, second, conn=one_to_one, delay=delay, pars_update=pars)
        back = SynConn(joint, second, first, conn=one_to_one, delay=delay, pars_update=pars)
        Network(first, second, there, back).run(duration)
    finally:
        profile.set(dt=before)
    (t1, i1), (t2, i2) = first.spikes(), second.spikes()
    return np.array([lag(t1[i1 == k], t2[i2 == k]) for k in range(lags.size)])


def lag(first, second) -> float:
    """How far apart two trains of spikes are at their ends, in parts of the period: 0 is together, 0.5 is in turn."""
    period = np.diff(first[-6:]).mean()
    phases = np.exp(2j * np.pi * np.subtract.outer(first[-6:], second[-6:]).ravel() / period)
    return float(abs(np.angle(phases.mean())) / (2 * np.pi))


def ends(E: float, g: float, delay: float) -> str:
    """'together', 'in turn', or 'neither', for most of the pairs that begin somewhere in the period."""
    found = np.median(end(E, g, delay, np.linspace(0.05, 0.95, 19) * PERIOD))
    return "together" if found < 0.03 else "in turn" if found > 0.47 else "neither"


@question(
    "synapse.inhibit",
    "Inhibition with no delay: do the two neurons end up firing together or in turn?",
    words=("together", "in turn"),
    right="The first spike holds the other neuron back when that was about to fire, so it falls further behind.",
    mistakes=[word("together", "Who fires first holds the other back at once. Does that bring them closer?")],
)
def inhibit():
    return ends(-80.0, 0.005, 0.0)


@question(
    "synapse.basin",
    "Inhibition with a delay of 5 ms: up to which lag at the start do the two neurons come together?",
    unit="ms",
    relative=0.25,
    because="found by trying some starts, and the first spikes move the lag a little",
    right="About the delay: a follower that fires before the leader's inhibition arrives is let through.",
    mistakes=[
        gives(lambda truth: PERIOD / 2, "That is half a cycle, as far apart as they can be. Try it."),
        gives(lambda truth: 0.0, "Even a pair that starts exactly together? Try 2 ms."),
    ],
)
def basin():
    lags = np.arange(0.5, 14.0, 0.5)
    apart = np.flatnonzero(end(-80.0, 0.005, 5.0, lags) > 0.25)
    return float(lags[apart[0]] - 0.25)


@question(
    "synapse.excite",
    "Excitation with a delay of 10 ms: do the two neurons end up firing together or in turn?",
    words=("together", "in turn"),
    right="The spike of the leader's partner finds the leader later in its cycle, and pushes it more: it leads more.",
    mistakes=[
        word("together", "With no delay they do. With 10 ms, who is hit later in the cycle, and so is pushed more?")
    ],
)
def excite():
    return ends(0.0, 0.001, 10.0)


def available(rate: float) -> float:
    """What a depressing synapse has left before a spike of a long regular train at `rate` Hz, of 1."""
    kept = np.exp(-1000.0 / (rate * tau_rec))
    return (1 - kept) / (1 - (1 - U) * kept)


@question(
    "synapse.late",
    "How large is a late response in a long regular train of 20 Hz, of the first?",
    relative=0.05,
    because="read from the trace of x",
    right="(1 - e)/(1 - (1 - U)*e) with e = exp(-1/(rate*tau_rec)): the next spike spends what has recovered.",
    mistakes=[
        gives(
            lambda truth: U * truth, "That is U*x, what one spike spends. Compare it with the first, which spends U."
        ),
        gives(lambda truth: 1 - U, "That is the second of two close spikes. Each later one finds less."),
        gives(lambda truth: 100 * truth, "That is in percent. Give it as a part of 1."),
    ],
)
def late():
    return available(20.0)


@question(
    "synapse.rate",
    "The train goes from 20 to 40 Hz. What does the mean conductance do in the long run: doubles, same or halves?",
    words=("doubles", "same", "halves"),
    right="Each response is half as large: the synapse no longer tells how high the rate is, only when it changes.",
    mistakes=[
        word("doubles", "Twice as many spikes, but how large is each?"),
        word("halves", "Each response is about half as large, but there are twice as many."),
    ],
)
def rate():
    ratio = 40.0 * available(40.0) / (20.0 * available(20.0))
    return "doubles" if ratio > 1.5 else "halves" if ratio < 0.67 else "same"
