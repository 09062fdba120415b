"""The manual's page "Gap junction model between LIF neurons", a program for Brian2: the same statistics here."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab import models

SCRIPT = Path(__file__).with_name("brian2_gap_grid.py")
_spec = importlib.util.spec_from_file_location("brian2_gap_grid", SCRIPT)
assert _spec is not None and _spec.loader is not None
grid = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(grid)

# Mean and standard error over the seeds 0 to 159: Brian2 2.9.0, NumPy 1.26.4, Python 3.11, its Cython target.
BRIAN2 = {
    "rate": (57.398, 0.17),
    "variation": (0.33932, 0.0096),
    "synchrony": (0.27389, 0.018),
    "same step": (0.12822, 0.0041),
    "V": (7.0612, 0.018),
}


def ours(n_grids, seed, k_spikelet=0.5):
    """The page's grid with `get_gap_junction`, many times side by side in one network."""
    bp.profile.set(jit=True, dt=grid.DT, seed=seed)

    @bp.integrate(method="euler")
    def int_V(V, t, I):
        return (-V + 12.0 + I) / 10.0, 0.1  # sqrt(1 ms) / tau, per sqrt(ms)

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["input"])
        ST["spike"] = V > 10.0
        ST["V"] = np.where(V > 10.0, 0.0, V)
        ST["input"] = 0.0

    n = grid.SIDE**2
    model = bp.NeuType("LIF", ST=bp.NeuState("V", "input", "spike"), steps=update, mode="scalar")
    neurons = bp.NeuGroup(model, n_grids * n, monitors=["V", "spike"])
    neurons.set_schedule(["monitor", "input", "update"])  # Brian2 records at the start of a step
    neurons.ST["V"] = np.random.default_rng(seed).uniform(0.0, 10.0, n_grids * n)
    pre, post = grid.grid_edges()
    first = n * np.repeat(np.arange(n_grids), len(pre))
    edges = {"i": np.tile(pre, n_grids) + first, "j": np.tile(post, n_grids) + first}
    gap = bp.SynConn(models.get_gap_junction(1.0, k_spikelet), neurons, neurons, conn=edges)
    bp.Network(neurons, gap).run(grid.DURATION)
    runs = []
    for k in range(n_grids):
        own = slice(k * n, (k + 1) * n)
        steps, ids = np.nonzero(neurons.mon.spike[:, own])
        runs.append(grid.statistics(steps * grid.DT, ids, neurons.mon.V[:, own]))
    return runs


def apart(found, expected):
    """Distance of each pair of means in standard errors of both."""
    return {
        name: abs(found[name][0] - mean) / np.hypot(found[name][1], error) for name, (mean, error) in expected.items()
    }


def test_the_grid_agrees_with_brian2():
    found = grid.mean_and_error(ours(24, 1) + ours(24, 2))
    # Five statistics of one state of the grid: 3.5 standard errors are less than one false alarm in four hundred.
    assert max(apart(found, BRIAN2).values()) < 3.5, found


def test_the_comparison_notices_missing_spikelets():
    found = grid.mean_and_error(ours(12, 1, k_spikelet=0.4))
    assert max(apart(found, BRIAN2).values()) > 5.0, found


@pytest.mark.soak
def test_brian2_still_gives_the_numbers_quoted_here():
    """Needs Brian2 in this environment, or BRAINPY_LAB_BRIAN2_PYTHON, the path of a Python that has it."""
    python = os.environ.get("BRAINPY_LAB_BRIAN2_PYTHON")
    if python is None:
        if importlib.util.find_spec("brian2") is None:
            pytest.skip("Brian2 is not installed here, and BRAINPY_LAB_BRIAN2_PYTHON names no Python that has it")
        python = sys.executable
    printed = subprocess.run([python, str(SCRIPT), "30"], capture_output=True, text=True, timeout=1500)
    assert printed.returncode == 0, printed.stderr[-2000:]
    found = json.loads(printed.stdout)
    # The 30 seeds are among the 160, which makes the distance smaller than that of independent numbers.
    assert max(apart(found, BRIAN2).values()) < 3.5, found
