"""Hodgkin and Huxley's axon: what `notebooks/03-hodgkin-huxley.ipynb` asks.

References
----------
Hodgkin and Huxley 1952, J. Physiol. 117, equations 12, 13, 20, 21, 23, 24 and 26, constants of table 3; potentials as
they are written today, with rest at -65 mV. Hodgkin 1948, J. Physiol. 107 (classes).
Guttman, Lewis and Rinzel 1980, J. Physiol. 305 (a pulse that stops a train).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from .questions import gives, question, when, word

MODEL = """\
dV/dt = (I - I_Na - I_K - I_L) / C
dm/dt = phi*(a_m*(1 - m) - b_m*m)
dh/dt = phi*(a_h*(1 - h) - b_h*h)
dn/dt = phi*(a_n*(1 - n) - b_n*n)
I_Na = g_Na * m**3 * h * (V - E_Na)
I_K = g_K * n**4 * (V - E_K)
I_L = g_L * (V - E_L)
a_m = 1 / exprel(-(V + 40)/10);    b_m = 4*exp(-(V + 65)/18)
a_h = 0.07*exp(-(V + 65)/20);      b_h = 1 / (1 + exp(-(V + 35)/10))
a_n = 0.1 / exprel(-(V + 55)/10);  b_n = 0.125*exp(-(V + 65)/80)
input I = 0 uA/cm2 in [-20, 20] step 0.1
g_Na = 120 mS/cm2 in [0, 240]; E_Na = 50 mV
g_K = 36 mS/cm2 in [0, 72];    E_K = -77 mV
g_L = 0.3 mS/cm2;              E_L = -54.387 mV
C = 1 uF/cm2; phi = 1 in [1, 6]
init V = -65 mV, m = 0.0529, h = 0.5961, n = 0.3177
spike when V > 0
"""
DT = 0.02


@cache
def model():
    """The neuron model of the chapter."""
    from .. import neuron

    return neuron(MODEL, "HH")


def run(parts, **pars):
    """Times (ms) and V (mV) of neurons that get one current after the other.

    Parameters
    ----------
    parts : sequence of (float, float or ndarray)
        How long, ms, and the current, uA/cm2, one for all neurons or one for each of shape (n,).
    **pars
        Other parameters.

    Returns
    -------
    t : ndarray, shape (n_steps,)
    V : ndarray, shape (n_steps, n)
    """
    from .. import NeuGroup, profile

    n = max(np.size(current) for _, current in parts)
    before = profile.get_dt()
    profile.set(dt=DT)
    try:
        group = NeuGroup(model(), n, monitors=["V"], pars_update=pars)
        t, V, now = [], [], 0.0
        for length, current in parts:
            group.pars["I"] = np.broadcast_to(np.asarray(current, float), n).copy() if n > 1 else float(current)
            group.run((now, now + length), report=False)
            t.append(np.array(group.mon.ts))
            V.append(np.array(group.mon.V))
            now += length
        return np.concatenate(t), np.concatenate(V)
    finally:
        profile.set(dt=before)


def spikes(V) -> np.ndarray:
    """Upward crossings of 0 mV by each neuron, shape (n,)."""
    return ((V[1:] > 0) & (V[:-1] <= 0)).sum(axis=0)


def bisect(low: float, high: float, is_above, width: float) -> float:
    """Where `is_above` turns from False to True between `low` and `high`, to within `width`; 16 are tried at a time."""
    while high - low > width:
        tried = np.linspace(low, high, 18)[1:-1]
        first = int(np.argmax(np.append(is_above(tried), True)))
        low, high = ([low, *tried][first], [*tried, high][first])
    return (low + high) / 2


@cache
def pulse_threshold() -> float:
    """The weakest pulse of 1 ms, from rest, that makes a spike, uA/cm2."""
    return bisect(5.0, 9.0, lambda I: spikes(run([(20.0, 0.0), (1.0, I), (30.0, 0.0)])[1]) > 0, 0.01)


@cache
def train_onset() -> float:
    """The weakest lasting current, switched on at rest, at which the axon goes on firing, uA/cm2."""

    def goes_on(I):
        t, V = run([(20.0, 0.0), (1000.0, I)])
        return spikes(V[t > 920.0]) > 0

    return bisect(5.0, 8.0, goes_on, 0.02)


@cache
def hopf() -> float:
    """Where rest becomes unstable, uA/cm2: the Hopf point of the equilibria, of all four equations."""
    from ..analysis.branches import diagram
    from ..analysis.grid import Box
    from ..dynamics.neutype_subject import NeuTypeSubject

    variables = ["V", "m", "h", "n"]
    subject = NeuTypeSubject(model())
    problem = subject.problem(variables, {}, ["I"])
    box = Box(np.array([-100.0, 0.0, 0.0, 0.0]), np.array([60.0, 1.0, 1.0, 1.0]))
    found = diagram(problem, "I", (-20.0, 20.0), box, {"I": 0.0}, np.array([-65.0, 0.05, 0.6, 0.3]))
    (point,) = [one for one in found.specials if one.kind == "Hopf"]
    return point.parameter


@question(
    "hh.peak",
    "How high does V rise in the first spike at I = 10 uA/cm2?",
    unit="mV",
    absolute=2.0,
    because="read from an axis",
    right="It stops short of E_Na: potassium channels open and sodium channels inactivate before V gets there.",
    mistakes=[
        gives(
            lambda truth: 50.0, "That is E_Na, where it would go if sodium channels alone were open. Read the trace."
        ),
        gives(lambda truth: truth + 65.0, "That is its height above rest. Read the potential itself."),
        when(
            lambda answer, truth: 20 < answer < truth,
            "Later spikes of a train are lower. Press Reset, set I = 10 and read the first one.",
        ),
    ],
)
def peak():
    return run([(30.0, 10.0)])[1].max()


@question(
    "hh.potassium",
    "With all potassium channels blocked (g_K = 0), does V come back to rest quickly, slowly or never?",
    words=("quickly", "slowly", "never"),
    right="Some sodium channels escape inactivation and hold V near 0 mV. Potassium ends the spike.",
    mistakes=[
        word("quickly", "Who would bring it down? Sodium channels close, but the leak alone is weak."),
        word("slowly", "The leak pulls it down, but it does not win: wait as long as you like."),
    ],
)
def potassium():
    t, V = run([(5.0, 0.0), (1.0, 10.0), (500.0, 0.0)], g_K=0.0)
    down = t[(t > 10.0) & (V[:, 0] < -60.0)]
    return "never" if not down.size else "quickly" if down[0] < 15.0 else "slowly"


@question(
    "hh.pulse",
    "What is the weakest pulse of 1 ms that makes a spike, from rest?",
    unit="uA/cm2",
    absolute=0.2,
    because="the pulses are tried in steps of 0.1 to 0.2",
    right="A little less is answered by a few mV, a little more by a whole spike: all or nothing.",
    mistakes=[
        gives(
            lambda truth: train_onset(),
            "That is about the lasting current that makes it fire on. A pulse must be stronger.",
        ),
        gives(lambda truth: -truth, "Mind the sign: a positive I flows in and depolarises."),
        gives(lambda truth: truth * 1000, "That is in nA/cm2; currents are in uA/cm2 here."),
    ],
)
def pulse():
    return pulse_threshold()


@question(
    "hh.onset",
    "At which lasting current, switched on at rest, does the axon begin to fire on and on?",
    unit="uA/cm2",
    absolute=0.15,
    because="a step of the slider is 0.1, and how the current is switched on matters a little",
    right="And it begins at full rate, with full spikes.",
    mistakes=[
        gives(
            lambda truth: hopf(),
            "There rest becomes unstable. But switched on from 0, a weaker current starts a train.",
        ),
        when(
            lambda answer, truth: 2 < answer < truth,
            "There it fires once or a few times and comes to rest. Find where it fires on.",
        ),
    ],
)
def onset():
    return train_onset()


@question(
    "hh.slowest",
    "What is the slowest rate at which it goes on firing, just above the onset?",
    unit="Hz",
    relative=0.1,
    because="the rate rises steeply just above the onset",
    right="The f-I curve jumps from 0 to there: Hodgkin (1948) called such axons class 2.",
    mistakes=[
        gives(lambda truth: truth / 1000, "That is in spikes per ms: times 1000 makes Hz."),
        when(
            lambda answer, truth: abs(answer) < 5,
            "A leaky integrator can be that slow. This one cannot: look where its curve begins.",
        ),
        gives(lambda truth: 1000 / truth, "That is the interval in ms. The rate is 1000 over it."),
    ],
)
def slowest():
    from .. import sweep

    above = train_onset() + 0.05
    runs = sweep(model(), I=[above], duration=1500.0, discard=500.0, dt=DT, measure="isi", progress=False, wait=True)
    return 1000.0 / runs["isi"].item()


@question(
    "hh.hopf",
    "At which current does rest become unstable?",
    unit="uA/cm2",
    absolute=0.1,
    because="read from the diagram, or its text",
    right="Below it rest is stable, also where the axon can fire: between the onset and this point it can do both.",
    mistakes=[
        gives(
            lambda truth: train_onset(),
            "There a train begins to be possible, but rest is still stable. Look for the Hopf point.",
        ),
        gives(lambda truth: -truth, "Mind the sign: a positive I flows in and depolarises."),
    ],
)
def unstable():
    return hopf()


@question(
    "hh.stop",
    "The axon fires at I = 8 uA/cm2. Can one pulse of 5 uA/cm2 that lasts 1 ms stop it for good?",
    words=("yes", "no"),
    right="If it comes at the right moment: it puts the axon so close to its stable rest that it stays there.",
    mistakes=[
        word("no", "Not at most moments. But at 8 uA/cm2 rest is stable: there is a place to go to. Try all phases.")
    ],
)
def stop():
    for moment in np.arange(100.0, 116.0, 0.5):  # a whole period
        t, V = run([(moment, 8.0), (1.0, 13.0), (300.0, 8.0)])
        if not spikes(V[t > moment + 100.0]).any():
            return "yes"
    return "no"


@question(
    "hh.release",
    "A current of -10 uA/cm2 has held the axon below rest for a while and is switched off. Does it go to rest, fire "
    "once or begin a train?",
    words=("rest", "once", "train"),
    right="Held down, h has risen and n has fallen; they are slow, and V passes rest before they are back.",
    mistakes=[
        word(
            "rest",
            "It would if only V mattered. What have h and n done in the meantime, and how fast do they come back?",
        ),
        word("train", "It fires, but what made it fire is used up by the first spike."),
    ],
)
def release():
    t, V = run([(20.0, 0.0), (100.0, -10.0), (200.0, 0.0)])
    count = int(spikes(V[t > 120.0])[0])
    return "rest" if count == 0 else "once" if count == 1 else "train"


def width(phi: float) -> float:
    """How long a spike is above the middle between rest and its peak, ms."""
    _, V = run([(20.0, 0.0), (1.0, 10.0), (30.0, 0.0)], phi=phi)
    return DT * int((V > (V.max() - 65.0) / 2).sum())


@question(
    "hh.warm",
    "At 16.3 degrees all gates move three times as fast (phi = 3). How wide is a spike at half of its height, in ms?",
    unit="ms",
    relative=0.15,
    because="read from an axis, over half a ms",
    right="About a third of its width at 6.3 degrees: the gates make the clock of the spike.",
    mistakes=[
        gives(lambda truth: width(1.0), "That is its width at 6.3 degrees. Set phi = 3."),
        gives(lambda truth: 3 * width(1.0), "Faster gates make a spike shorter, not longer."),
    ],
)
def warm():
    return width(3.0)
