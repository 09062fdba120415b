"""The Brian2 side of the manual's page "Gap junction model between LIF neurons", and the statistics both sides share.

It needs NumPy and Brian2 only, so that it runs in an environment of its own::

    python tests/science/brian2_gap_grid.py 160

prints the mean of each statistic over the seeds 0 to 159 and its standard error, which `test_gap_grid.py` quotes.
"""

from __future__ import annotations

import json
import sys

import numpy as np

SIDE, DURATION, SKIPPED, DT = 10, 500.0, 100.0, 0.1  # neurons, ms, ms, ms


def grid_edges():
    """Pairs of neighbours up, down, left and right in the grid, in both directions."""
    rows, columns = np.divmod(np.arange(SIDE * SIDE), SIDE)
    apart = np.abs(rows[:, None] - rows) + np.abs(columns[:, None] - columns)
    return np.nonzero(apart == 1)


def statistics(times, ids, V):
    """What is compared: of the time after the first 100 ms.

    Parameters
    ----------
    times, ids : ndarray, shape (n_spikes,), ms and index
    V : ndarray, shape (n_steps, n_neurons)

    Returns
    -------
    dict of float
        "rate" in Hz and neuron; "variation", the mean over neurons of standard deviation over mean of intervals;
        "synchrony", the variance over time of the mean potential over the mean variance of the potentials;
        "same step", the share of a neuron's spikes that come in the same step as one of a neighbour; "V", the mean
        potential.
    """
    late = times >= SKIPPED - DT / 2
    steps, ids = np.rint(times[late] / DT).astype(int), ids[late]
    V = V[round(SKIPPED / DT) :]
    raster = np.zeros((round(DURATION / DT) + 1, SIDE * SIDE), dtype=bool)
    raster[steps, ids] = True
    gaps = [np.diff(np.sort(steps[ids == k])) for k in range(SIDE * SIDE)]
    pre, post = grid_edges()
    beside = np.zeros_like(raster)
    for i, j in zip(pre, post):
        beside[:, j] |= raster[:, i]
    return {
        "rate": raster.sum() / (SIDE * SIDE) / (DURATION - SKIPPED) * 1000.0,
        "variation": float(np.mean([gap.std() / gap.mean() for gap in gaps if len(gap) > 2])),
        "synchrony": V.mean(axis=1).var() / V.var(axis=0).mean(),
        "same step": (beside & raster).sum() / raster.sum(),
        "V": V.mean(),
    }


def mean_and_error(runs):
    """Mean over the runs and its standard error, for each statistic."""
    found = {name: np.array([run[name] for run in runs]) for name in runs[0]}
    return {name: (x.mean(), x.std(ddof=1) / np.sqrt(len(x))) for name, x in found.items()}


def run_brian2(seed, k_spikelet=0.5):
    """One run of the page's program."""
    import brian2 as b2

    b2.start_scope()
    b2.seed(seed)
    # xi has the unit 1/sqrt(s); sqrt(ms) makes the noise a number.
    neurons = b2.NeuronGroup(
        SIDE * SIDE,
        """dV/dt = (-V + Igap + 12 + sqrt(1*ms)*xi) / (10*ms) : 1
           Igap : 1""",
        threshold="V > 10",
        reset="V = 0",
        method="euler",
    )
    neurons.V = "10*rand()"
    gap = b2.Synapses(neurons, neurons, "Igap_post = V_pre - V_post : 1 (summed)", on_pre=f"V_post += {k_spikelet}")
    pre, post = grid_edges()
    gap.connect(i=pre, j=post)
    spikes = b2.SpikeMonitor(neurons)
    states = b2.StateMonitor(neurons, "V", record=True)
    network = b2.Network(neurons, gap, spikes, states)
    network.run(DURATION * b2.ms)
    return statistics(np.array(spikes.t / b2.ms), np.array(spikes.i), np.array(states.V).T)


def measure(n_seeds):
    """Mean and standard error of each statistic over the seeds 0 to `n_seeds` - 1."""
    return mean_and_error([run_brian2(seed) for seed in range(n_seeds)])


if __name__ == "__main__":
    import brian2

    found = {name: list(pair) for name, pair in measure(int(sys.argv[1])).items()}
    print(json.dumps({"brian2": brian2.__version__, "numpy": np.__version__, **found}, indent=1))
