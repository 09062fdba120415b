"""The first minute: what `notebooks/01-first-minute.ipynb` asks.

References
----------
FitzHugh 1961, Biophys. J. 1. Wang and Buzsaki 1996, J. Neurosci. 16.
"""

from __future__ import annotations

import numpy as np

from .. import profile
from .questions import gives, question, word

a, b, tau = 0.7, 0.8, 12.5  # of the notebook's FitzHugh-Nagumo cell; a test holds them to it


def hopf(side: float) -> float:
    """The current at which the equilibrium of the cell loses (-1) or regains (+1) its stability.

    There the trace of the Jacobian, 1 - v**2 - b/tau, is 0.
    """
    v = side * np.sqrt(1 - b / tau)
    return v**3 / 3 - v + (v + a) / b


@question(
    "first.onset",
    "At which current I does the FitzHugh-Nagumo cell begin to fire?",
    absolute=0.03,
    because="the slider's steps are 0.02, and close to the onset the cell needs long to make up its mind",
    right="There the equilibrium becomes unstable: nothing in the equations switches, a balance tips.",
    mistakes=[
        gives(lambda truth: hopf(1.0), "That is where it stops again. There is a lower current at which it begins."),
        gives(lambda truth: 0.0, "At 0 it rests: reset the lab with I = 0 and see it go to rest."),
    ],
)
def onset():
    return hopf(-1.0)


def rhythm(drive: float) -> float:
    """Frequency of the rhythm of 100 cells, Hz: the lowest tall peak of the spectrum of their rate after half a second.

    Cells that fire together have as much power at twice the frequency.
    """
    from .. import sweep
    from ..models.networks import gamma_network

    def make(drive):
        network = gamma_network(n=100, seed=1)
        return network, (network.neurons, "ST.input", drive)

    def measured(recording):
        times, _ = recording.spikes()
        rate, _ = np.histogram(times, bins=np.arange(500.0, 1000.5, 1.0))  # bins of 1 ms
        power = np.abs(np.fft.rfft(rate - rate.mean(), 4096))
        frequencies = np.fft.rfftfreq(4096, 1e-3)
        tall = np.flatnonzero((frequencies > 10) & (power > 0.7 * power[frequencies > 10].max()))
        first = tall[: np.argmax(np.append(np.diff(tall) > 1, True)) + 1]  # the places of the lowest peak
        return {"frequency": frequencies[first[power[first].argmax()]]}

    once = {"duration": 1000.0, "dt": 0.04, "seed": 1, "executor": "serial", "progress": False, "wait": True}
    return sweep(make, drive=[drive], measure=measured, **once)["frequency"].item()


@question(
    "first.apart",
    "The cells fire together, and g_max is pulled to 0. Does the rhythm fade, or does it stay?",
    words=("fades", "stays"),
    right="Equal cells in equal states have no reason to part. Inhibition is needed to bring them there.",
    mistakes=[
        word(
            "fades",
            "Who would tell the cells apart? They are alike, get the same current, and there is no noise. Try it.",
        )
    ],
)
def apart():
    from ..models.networks import gamma_network

    before = profile.get_dt()
    profile.set(dt=0.04)
    try:
        network = gamma_network(n=100, seed=1)
        strengths = []
        for part, g_max in (((0.0, 500.0), 0.001), ((500.0, 1000.0), 0.0)):
            network.synapses.pars["g_max"] = g_max
            network.run(part, inputs=(network.neurons, "ST.input", 1.2))
            times, _ = network.neurons.spikes()
            rate, _ = np.histogram(times, bins=np.arange(part[1] - 200.0, part[1] + 1.0, 2.0))
            strengths.append(rate.std() / rate.mean())
    finally:
        profile.set(dt=before)
    return "stays" if strengths[1] > 0.5 * strengths[0] else "fades"


@question(
    "first.frequency",
    "What is the frequency of the rhythm of the hundred cells, with the sliders as they were?",
    unit="Hz",
    relative=0.1,
    because="counted by eye, with 5 to 20 stripes in the window",
    right="A rhythm of 30 to 80 Hz is called gamma; Wang and Buzsaki built this network to explain it.",
    mistakes=[
        gives(lambda truth: 1000 / truth, "That is the period in ms. The frequency is 1000 over it."),
        gives(lambda truth: truth / 1000, "That is per ms: times 1000 makes Hz."),
        gives(lambda truth: 2 * truth, "That is twice too much: each stripe is one cycle, whatever its width."),
        gives(lambda truth: 100 * truth, "That is all spikes of all cells. Each cell fires about once in a cycle."),
    ],
)
def frequency():
    return rhythm(1.2)


@question(
    "first.drive",
    "The drive goes from 1.2 to 2 uA/cm2. Does the rhythm become faster or slower, or does it stay the same?",
    words=("faster", "slower", "same"),
    right="Every cell recovers sooner from inhibition when it is driven harder, so the population goes round sooner.",
    mistakes=[
        word("slower", "More drive also means more inhibition, but how soon does a cell come back from it?"),
        word("same", "The duration of inhibition is fixed, but how long a cell needs to escape it is not. Try it."),
    ],
)
def drive():
    ratio = rhythm(2.0) / rhythm(1.2)
    return "faster" if ratio > 1.1 else "slower" if ratio < 0.9 else "same"
