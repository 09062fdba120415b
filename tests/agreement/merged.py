"""Networks whose synapses can be merged: spikes at random into neurons that only note what reaches them."""

from __future__ import annotations

import numpy as np

import brainpy_lab as bp

DT = 0.1
METHODS = [name for name in bp.profile.METHODS if name != "milstein"]  # an alias


def listener():
    """`seen` is what came in this step; V stands still."""

    def update(ST):
        ST["seen"] = ST["input"]
        ST["input"] = 0.0

    return bp.NeuType("listener", ST=bp.NeuState({"V": -60.0, "input": 0.0, "seen": 0.0}), steps=update, mode="scalar")


def random_edges(n_pre=30, n_post=7, n_edges=120, seed=4):
    """Edges sorted by source, several between two neurons allowed; neuron 2 of the targets has none."""
    rng = np.random.default_rng(seed)
    targets = np.delete(np.arange(n_post), 2)
    return {"i": np.sort(rng.integers(0, n_pre, n_edges)), "j": rng.choice(targets, n_edges)}


def network(synapse, edges=None, n_pre=30, n_post=7, rate=200.0, **options):
    """Poisson spikes, `synapse` (a SynType), listeners; ``net.ear.mon.seen`` is what reached them."""
    source = bp.inputs.PoissonInput(n_pre, rate, name="source")
    ear = bp.NeuGroup(listener(), n_post, monitors=["seen"], name="ear")
    edges = random_edges(n_pre, n_post) if edges is None else edges
    syn = bp.SynConn(synapse, source, ear, conn=edges, name="syn", **options)
    return bp.Network(source, syn, ear)


def run(merge, make, steps=300, jit=False, **options):
    """A network after its run."""
    bp.profile.set(merge_synapses=merge, jit=jit, dt=DT, seed=3)
    net = make(**options)
    net.run(steps * DT)
    return net


def synapse(method="exponential", mode="scalar", extra=(), weighted=False):
    """Two coupled states with a jump in each, in one step with its delivery and a delayed output."""
    tau_s, tau_x, g, w, E = 5.0, 2.0, 0.3, 1.0, 10.0

    @bp.integrate(method=method)
    def int_s(s, t, x):
        return -s / tau_s + x

    @bp.integrate(method=method)
    def int_x(x, t):
        return -x / tau_x

    def update(ST, _t, pre):
        s = int_s(ST["s"], _t, ST["x"])
        x = int_x(ST["x"], _t)
        if pre["spike"] > 0.0:
            x += w
            s -= 0.25 * w
        ST["s"] = s
        ST["x"] = x

    @bp.delayed
    def output(ST, post):
        post["input"] -= g * ST["s"] * (post["V"] - E)

    return bp.SynType("two", ST=bp.SynState("s", "x"), steps=(update, output), mode="scalar")
