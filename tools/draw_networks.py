"""Draw docs/images/networks.png, the picture of docs/models.md: ``python tools/draw_networks.py``."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import brainpy_lab as bp
from brainpy_lab import models

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "networks.png"


def tracking(ax):
    """The rates of the continuous attractor, and its stimulus."""
    net = models.cann_network(start=-0.5, method="exponential")
    t = np.arange(8000) * 0.1
    centre = np.where(t < 300.0, 1.0, 1.0 - 0.004 * (t - 300.0))
    net.run(800.0, inputs=(net.ring, "ST.input", 1.5 * models.ring_bump(net.ring.x, centre, 0.7)))
    ax.imshow(net.ring.mon.r.T, aspect="auto", origin="lower", extent=(0.0, 0.8, -np.pi, np.pi), cmap="viridis")
    ax.plot(t / 1000.0, centre, color="white", ls="--", lw=1.5)
    ax.set(title="cann_network", xlabel="time (s)", ylabel="position (rad)")


def deciding(ax):
    """The mean rates of the two groups."""
    net = models.decision_network(seed=3)
    rates = models.decision_stimulus(25.6, 2500.0, seed=3)
    net.run(2500.0, inputs=(net.stimulus, "ST.input", rates))
    times, ids = net.neurons.spikes()
    edges = np.arange(0.0, 2501.0, 25.0)
    ax.axvspan(0.5, 1.5, color="0.93")
    for part, name, color in ((net.neurons.A, "A", "tab:red"), (net.neurons.B, "B", "tab:blue")):
        own = (ids >= part.start) & (ids < part.stop)
        rate = np.histogram(times[own], edges)[0] / (part.stop - part.start) / 0.025
        ax.plot((edges[:-1] + 12.5) / 1000.0, np.convolve(rate, np.ones(3) / 3, "same"), color=color, label=name)
    ax.legend(frameon=False, loc="upper left")
    ax.set(title="decision_network", xlabel="time (s)", ylabel="rate (Hz)", xlim=(0.0, 2.5), ylim=(0.0, None))


def remembering(ax):
    """The spikes of the pyramidal cells."""
    net = models.working_memory_network(seed=1)
    cue = 0.375 * models.ring_bump(net.stimulus.x, 0.5, 0.1)
    ax.axvspan(0.5, 0.75, color="0.88")
    for start, end in ((0.0, 500.0), (500.0, 750.0), (750.0, 2500.0)):
        net.run((start, end), inputs=(net.stimulus, "ST.input", cue if start == 500.0 else 0.0 * cue))
        times, ids = net.neurons.spikes()
        exc = ids < net.stimulus.num
        ax.plot(times[exc] / 1000.0, net.stimulus.x[ids[exc]], ",", color="black")
    ax.set(title="working_memory_network", xlabel="time (s)", ylabel="direction (rad)", xlim=(0.0, 2.5))
    ax.set_ylim(-np.pi, np.pi)


def main():
    """Draw the three networks beside each other."""
    bp.profile.set(jit=True, dt=0.1, seed=1)
    figure, axes = plt.subplots(1, 3, figsize=(13.0, 3.6), constrained_layout=True)
    for ax, draw in zip(axes, (tracking, deciding, remembering)):
        draw(ax)
    figure.savefig(TARGET, dpi=90)


if __name__ == "__main__":
    main()
