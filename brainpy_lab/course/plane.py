"""The phase plane: what `notebooks/04-phase-plane.ipynb` asks.

References
----------
FitzHugh 1961, Biophys. J. 1: with his c = 3, and the signs of his x and z turned, tau would be 9.
Rinzel and Ermentrout 1998, in Koch and Segev, Methods in Neuronal Modeling, chapter 7: the Morris-Lecar neuron.
"""

from __future__ import annotations

import numpy as np

from .questions import gives, question, word

MODEL = """\
dv/dt = v - v**3/3 - w + I
dw/dt = (v + a - b*w) / tau
input I = 0 in [-1, 2] step 0.002
a = 0.7
b = 0.8 in [0.5, 2.5]
tau = 12.5 in [2, 100] log
init v = 2, w = 0.5
spike when v > 1
"""
a, b, tau = 0.7, 0.8, 12.5  # a test holds them to MODEL
DT = 0.05
RUNS = {"dt": DT, "progress": False, "wait": True}


def equilibrium(I: float) -> tuple[float, float]:
    """(v, w) at which nothing changes; b < 1, so there is one."""
    roots = np.roots([-1 / 3, 0, 1 - 1 / b, I - a / b])
    v = float(roots[np.abs(roots.imag) < 1e-9].real[0])
    return v, (v + a) / b


def from_starts(v, w, **constant):
    """A sweep's results for runs that begin at values of v and of w, one by one, and keep everything else."""
    from .. import neuron, sweep

    text = MODEL.replace("init v = 2, w = 0.5", "v_0 = 0; w_0 = 0\ninit v = v_0, w = w_0")
    measure, duration = constant.pop("measure"), constant.pop("duration")
    return sweep(
        neuron(text, "FHN"), v_0=v, w_0=w, **{name: [value] for name, value in constant.items()},
        duration=duration, measure=measure, **RUNS,
    )  # fmt: skip


@question(
    "plane.rest",
    "At I = 0, what is v at the equilibrium?",
    absolute=0.03,
    because="read from the plane",
    right="It is where the nullclines cross: v - v**3/3 + I = (v + a)/b.",
    mistakes=[
        gives(lambda truth: equilibrium(0.0)[1], "That is w there. v is the horizontal axis."),
        gives(lambda truth: -1.0, "That is the left knee of the v-nullcline. The line crosses it further left."),
    ],
)
def rest():
    return equilibrium(0.0)[0]


def middle() -> float:
    """v on the middle branch of the v-nullcline, at the w of rest."""
    roots = np.roots([-1 / 3, 0, 1, -equilibrium(0.0)[1]]).real
    return float(np.sort(roots)[1])


@question(
    "plane.threshold",
    "From rest, to which v must a kick bring the neuron, so that it fires (v goes above 1)?",
    absolute=0.03,
    because="placed by hand",
    right="A little right of the middle branch: w rises on the way, and the slower w is, the less that matters.",
    mistakes=[
        gives(
            lambda truth: middle(),
            "That is the middle branch of the v-nullcline. Right of it v rises, but w rises, too, and catches it.",
        ),
        gives(lambda truth: 1.0, "At 1 the lab counts a spike. The neuron goes there by itself from further left."),
        gives(lambda truth: truth - rest(), "That is how far the kick goes. The question is where it ends."),
        gives(lambda truth: rest(), "That is where it rests."),
    ],
)
def threshold():
    v = np.linspace(-1.1, 0.0, 441)
    peak = from_starts(v, [equilibrium(0.0)[1]], duration=60.0, measure="max v")["max v"].ravel()
    return v[np.argmax(peak > 1)]


@question(
    "plane.sharp",
    "With tau = 2, is there a sharp border between kicks that make a spike and kicks that do not, or is the height of "
    "the answer gradual?",
    words=("sharp", "gradual"),
    right="FitzHugh called it a quasi-threshold: two variables that nothing separates give every height in between.",
    mistakes=[word("sharp", "Try kicks to -0.4, -0.2, 0 and 0.2, and look at how high v goes after each.")],
)
def sharp():
    v = np.linspace(-1.0, 1.0, 401)
    peak = from_starts(v, [equilibrium(0.0)[1]], tau=2.0, duration=60.0, measure="max v")["max v"].ravel()
    return "sharp" if np.diff(peak).max() > 0.5 else "gradual"


def onset() -> float:
    """The current of the first Hopf point: trace of the Jacobian, 1 - v**2 - b/tau, is 0."""
    v = -np.sqrt(1 - b / tau)
    return v**3 / 3 - v + (v + a) / b


@question(
    "plane.period",
    "What is the period of the small oscillation that is born at the first Hopf point?",
    unit="ms",
    relative=0.03,
    because="rounded by hand",
    right="2*pi/sqrt(det J). It is no coincidence that the diagram says the same: it computes the eigenvalues.",
    mistakes=[
        gives(lambda truth: truth / (2 * np.pi), "That is 1/omega. One turn is 2*pi."),
        gives(lambda truth: 2 * np.pi / truth, "That is omega, in radians per ms. The period is 2*pi over it."),
        gives(lambda truth: 2 * np.pi * tau, "That is 2*pi*tau. The fast time scale has a say, too: see det J."),
        gives(
            lambda truth: truth**2 / (2 * np.pi),
            "You used det J where its square root belongs: eigenvalues are +-i*sqrt(det J).",
        ),
    ],
)
def period():
    det = (1 - b * (b / tau)) / tau  # with 1 - v**2 = b/tau
    return 2 * np.pi / np.sqrt(det)


@question(
    "plane.stops",
    "The neuron fires. I is moved down slowly. At which I does it stop?",
    absolute=0.003,
    because="the slider's steps are 0.002, and close to the border it needs long to stop",
    right="Below the onset: in between, rest and rhythm both last, and history decides.",
    mistakes=[
        gives(
            lambda truth: onset(),
            "That is where rest becomes unstable on the way up. Go down from there: does it stop?",
        ),
        gives(lambda truth: 0.0, "At 0 it stopped long ago. Move I down in small steps, and wait at each."),
    ],
)
def stops():
    I = np.arange(0.316, 0.3361, 0.001)
    from .. import neuron, sweep

    rate = sweep(neuron(MODEL, "FHN"), I=I, duration=2500.0, discard=2000.0, measure="rate", **RUNS)["rate"]
    return I[np.argmax(rate > 0)]


@question(
    "plane.rebound",
    "I goes from 0 to -0.5 for 60 ms and back. When does the neuron fire: during the step, after it, or never?",
    words=("during", "after", "never"),
    right="During the step w sinks with the new equilibrium. When I comes back, the neuron lies below the knee.",
    mistakes=[
        word("during", "A negative I pulls v down. Which way is up from there?"),
        word("never", "Look at where the step leaves w, and at where the v-nullcline jumps back to."),
    ],
)
def rebound():
    v, w = equilibrium(0.0)
    runs = from_starts([v], [w], I=-0.5, duration=60.0, measure=["max v", "last v", "last w"])
    if runs["max v"].item() > 1:
        return "during"
    then = from_starts([runs["last v"].item()], [runs["last w"].item()], duration=60.0, measure="max v")["max v"]
    return "after" if then.item() > 1 else "never"


def knee() -> float:
    """The step whose equilibrium is as low as the knee of the v-nullcline of I = 0, w = -2/3."""
    w = -2 / 3
    v = b * w - a
    return v**3 / 3 - v + w


@question(
    "plane.least",
    "Which I has the weakest long negative step after which the neuron fires?",
    absolute=0.015,
    because="found by trying some amplitudes",
    right="Much more than to the knee: v crawls along the knee, and w has time to recover. Slow w down and see.",
    mistakes=[
        gives(lambda truth: -truth, "Mind the sign: the step is negative."),
        gives(
            lambda truth: knee(),
            "That brings w as low as the knee. It would do if w stood still; here w recovers before v is past it.",
        ),
    ],
)
def least():
    I = np.arange(-0.4, -0.1, 0.005)
    starts = [equilibrium(one) for one in I]
    peaks = [from_starts([v], [w], duration=80.0, measure="max v")["max v"].item() for v, w in starts]
    return I[np.flatnonzero(np.array(peaks) > 1)[-1]]


def fold(side: float, b: float = 2.0) -> float:
    """The current at which two equilibria meet: the slopes of the nullclines agree, 1 - v**2 = 1/b."""
    v = side * np.sqrt(1 - 1 / b)
    return v**3 / 3 - v + (v + a) / b


@question(
    "plane.fold",
    "With b = 2, what is the lowest I at which there are three equilibria?",
    absolute=0.01,
    because="the slider's steps, and b = 2 set by hand",
    right="There two equilibria meet, a saddle and a node: 1 - v**2 = 1/b.",
    mistakes=[
        gives(lambda truth: fold(-1.0), "That is the highest. Go down from there."),
        gives(lambda truth: 0.0, "At 0 there is one: count the crossings."),
    ],
)
def lowest_fold():
    return fold(1.0)


@question(
    "plane.slow",
    "At which current does the Morris-Lecar neuron begin to fire?",
    unit="uA/cm2",
    absolute=0.3,
    because="the slider's steps are 0.2, and the first spikes are seconds apart",
    right="There the saddle meets the resting state, and a loop through both remains: it fires as slowly as you like.",
    mistakes=[
        gives(lambda truth: truth / 1000, "That is in mA/cm2."),
        gives(lambda truth: truth + 5, "There it fires at 10 Hz already. Go down and wait longer."),
    ],
)
def slow():
    V = np.linspace(-60.0, 20.0, 200001)
    m, w = (1 + np.tanh((V + 1.2) / 18)) / 2, (1 + np.tanh((V - 12) / 17.4)) / 2
    I = 4 * m * (V - 120) + 8 * w * (V + 84) + 2 * (V + 60)  # what keeps V at rest
    peaks = np.flatnonzero((I[1:-1] > I[:-2]) & (I[1:-1] > I[2:])) + 1
    return float(I[peaks[0]])
