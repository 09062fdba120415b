"""Answers to the questions of the course: one that is right for each, and wrong ones with what is told then."""

from __future__ import annotations

import numpy as np

# Right answers are computed here in another way than the course does, or are what a person reads in the lab.
RIGHT = {
    "first.onset": 0.33,
    "first.apart": "stays",
    "first.frequency": 44.0,
    "first.drive": "faster",
    "lif.settles": -53.0,
    "lif.tau": 19.0,
    "lif.rheobase": 0.15,
    "lif.size": "doubled",
    "lif.rate": lambda I: 1000 / (2 + 20 * np.log(100 * I / (100 * I - 15))) if I > 0.15 else 0.0,
    "lif.fastest": 500.0,
    "lif.noise": "irregularly",
    "lif.adapted": 49.0,  # a count in the second second
    "hh.peak": 40.0,
    "hh.potassium": "never",
    "hh.pulse": 6.9,
    "hh.onset": 6.3,
    "hh.slowest": 52.0,
    "hh.hopf": 9.78,
    "hh.stop": "yes",
    "hh.release": "once",
    "hh.warm": 0.48,
    "plane.rest": -1.2,
    "plane.threshold": -0.65,
    "plane.sharp": "gradual",
    "plane.period": 12.5 * 2 * np.pi / np.sqrt(12.5 - 0.64),
    "plane.stops": 0.324,
    "plane.rebound": "after",
    "plane.least": -0.285,
    "plane.fold": 0.114,
    "plane.slow": 40.0,  # Rinzel and Ermentrout 1998: close to 40
    "synapse.peak": 8.3,
    "synapse.sign": "out",
    "synapse.inhibit": "in turn",
    "synapse.basin": 5.0,
    "synapse.excite": "in turn",
    "synapse.late": 0.114,
    "synapse.rate": "same",
}
WRONG = {
    "first.onset": [(1.42, "where it stops"), (0.0, "rests"), (0.6, "too large")],
    "first.apart": [("fades", "alike")],
    "first.frequency": [
        (23.0, "period"),
        (0.0435, "per ms"),
        (88.0, "twice"),
        (4350.0, "all spikes"),
        (60.0, "too large"),
    ],  # fmt: skip
    "first.drive": [("slower", "how soon"), ("same", "Try it")],
    "lif.settles": [(12.0, "lifted"), (-77.0, "sign"), (-50.0, "threshold"), (-60.0, "too small")],
    "lif.tau": [(0.02, "seconds"), (0.05, "inverse"), (60.0, "95 %"), (13.9, "half"), (30.0, "too large")],
    "lif.rheobase": [(150.0, "pA"), (-0.15, "sign"), (15.0, "Ohm"), (3.0, "charge"), (0.1, "too small")],
    "lif.size": [("same", "twice as large"), ("halved", "half as far")],
    "lif.rate": [
        (lambda I: RIGHT["lif.rate"](I) / 1000, "spikes per ms"),
        (lambda I: 50 / np.log(100 * I / (100 * I - 15)) if I > 0.15 else 0.0, "refractory"),
        (lambda I: 1000 / (2 + 20 * np.log(np.float64(100 * I / (100 * I - 15)))), "Below the rheobase"),
        (lambda I: 40.0, "stays below threshold"),
        (lambda I: 1000 / RIGHT["lif.rate"](I) if I > 0.15 else np.inf, "interval"),
        (lambda I: 2 * RIGHT["lif.rate"](I), "At 0.151 it gives too large"),
    ],
    "lif.fastest": [(0.5, "spikes per ms"), (129.0, "end of the slider"), (50.0, "1/tau"), (700.0, "too large")],
    "lif.noise": [("silent", "mean"), ("regularly", "fluctuation")],
    "lif.adapted": [
        (63.0, "built up"),
        (0.049, "spikes per ms"),
        (20.4, "interval"),
        (45.4, "first rate"),
        (30.0, "small"),
    ],
    "hh.peak": [(50.0, "E_Na"), (105.0, "above rest"), (31.0, "Later spikes"), (-75.0, "too small")],
    "hh.potassium": [("quickly", "leak alone"), ("slowly", "does not win")],
    "hh.pulse": [(6.3, "lasting"), (-6.9, "sign"), (6900.0, "nA/cm2"), (9.0, "too large")],
    "hh.onset": [(9.78, "weaker"), (3.0, "Find where"), (7.5, "too large")],
    "hh.slowest": [(1.0, "leaky"), (19.0, "interval"), (0.0526, "spikes per ms"), (80.0, "too large")],
    "hh.hopf": [(6.26, "begins to be possible"), (-9.78, "sign"), (12.0, "too large")],
    "hh.stop": [("no", "phases")],
    "hh.release": [("rest", "only V"), ("train", "used up")],
    "hh.warm": [(1.44, "phi = 3"), (4.3, "shorter"), (0.2, "too small")],
    "plane.rest": [(-0.62, "That is w"), (-1.0, "knee"), (0.0, "too large")],
    "plane.threshold": [
        (-0.79, "middle branch"),
        (1.0, "counts a spike"),
        (0.55, "how far"),
        (-1.2, "rests"),
        (0.1, "too large"),
    ],  # fmt: skip
    "plane.sharp": [("sharp", "Try kicks")],
    "plane.period": [
        (3.63, "1/omega"),
        (0.275, "radians"),
        (78.5, "2*pi*tau"),
        (82.8, "square root"),
        (36.0, "too large"),
    ],  # fmt: skip
    "plane.stops": [(0.331, "on the way up"), (0.0, "long ago"), (0.2, "too small")],
    "plane.rebound": [("during", "pulls v down"), ("never", "leaves w")],
    "plane.least": [(0.285, "sign"), (-0.06, "stood still"), (-1.0, "too small")],
    "plane.fold": [(0.586, "highest"), (0.0, "there is one"), (0.3, "too large")],
    "plane.slow": [(0.04, "mA"), (45.0, "10 Hz"), (30.0, "too small")],
    "synapse.peak": [
        (6.93, "from the arrival"),
        (0.0084, "seconds"),
        (5.0, "of the conductance"),
        (10.0, "of the membrane"),
        (15.0, "too large"),
    ],  # fmt: skip
    "synapse.sign": [("in", "Which sign"), ("none", "V is above E")],
    "synapse.inhibit": [("together", "closer")],
    "synapse.basin": [(14.0, "half a cycle"), (0.0, "Try 2 ms"), (9.0, "too large")],
    "synapse.excite": [("together", "later in the cycle")],
    "synapse.late": [
        (0.057, "one spike spends"),
        (0.5, "second of two"),
        (11.4, "percent"),
        (0.3, "too large"),
    ],  # fmt: skip
    "synapse.rate": [("doubles", "how large"), ("halves", "twice as many")],
}
