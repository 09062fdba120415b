"""Answers to the questions of the course: one that is right for each, and wrong ones with what is told then."""

from __future__ import annotations

import numpy as np

# Right answers are computed here in another way than the course does, or are what a person reads in the lab.
RIGHT = {
    "first.onset": 0.33,
    "first.frequency": 44.0,
    "first.drive": "faster",
    "lif.settles": -53.0,
    "lif.tau": 19.0,
    "lif.rheobase": 0.15,
    "lif.rate": lambda I: 1000 / (2 + 20 * np.log(100 * I / (100 * I - 15))) if I > 0.15 else 0.0,
    "lif.fastest": 500.0,
    "lif.size": "doubled",
    "lif.noise": "irregularly",
}
WRONG = {
    "first.onset": [(1.42, "where it stops"), (0.0, "rests"), (0.6, "too large")],
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
    "lif.rate": [
        (lambda I: RIGHT["lif.rate"](I) / 1000, "spikes per ms"),
        (lambda I: 50 / np.log(100 * I / (100 * I - 15)) if I > 0.15 else 0.0, "refractory"),
        (lambda I: 1000 / (2 + 20 * np.log(np.float64(100 * I / (100 * I - 15)))), "Below the rheobase"),
        (lambda I: 40.0, "stays below threshold"),
        (lambda I: 1000 / RIGHT["lif.rate"](I) if I > 0.15 else np.inf, "interval"),
        (lambda I: 2 * RIGHT["lif.rate"](I), "At 0.151 it gives too large"),
    ],
    "lif.fastest": [(0.5, "spikes per ms"), (129.0, "end of the slider"), (50.0, "1/tau"), (700.0, "too large")],
    "lif.size": [("same", "twice as large"), ("halved", "half as far")],
    "lif.noise": [("silent", "mean"), ("regularly", "fluctuation")],
}
