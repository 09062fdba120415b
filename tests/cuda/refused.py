"""Steps that a GPU cannot run, each with a marked line."""

import numpy as np

import brainpy_lab as bp


def looks_up(ST):
    order = np.argsort(ST["x"])  # here
    ST["x"][order] = np.arange(len(order))


def loops(ST):
    for k in range(3):  # here
        while ST["x"] > k:
            ST["x"] -= 1.0


def counts(ST, hits):
    ST["x"] = ST["x"] + 1.0
    hits[0] += 1.0  # here


def prints(ST):
    ST["x"] = ST["x"] * 0.5
    print("x", ST["x"])  # here


def adds_up(ST):
    ST["x"] = ST["x"] / np.sum(ST["x"])  # here


def halves(ST):
    ST["x"] = ST["x"] * 0.5


def multiplies(ST, pre, post):  # here
    post["x"] += np.dot(pre["x"], ST["w"])


MODELS = {
    "looks_up": lambda: bp.NeuType("A", ST=bp.NeuState(x=1.0), steps=looks_up, mode="vector"),
    "loops": lambda: bp.NeuType("B", ST=bp.NeuState(x=1.0), steps=loops, mode="scalar"),
    "counts": lambda: bp.NeuType("C", ST=bp.NeuState(x=1.0), steps=counts, hand_overs={"hits": np.zeros(1)}),
    "prints": lambda: bp.NeuType("D", ST=bp.NeuState(x=1.0), steps=prints, mode="scalar"),
    "adds_up": lambda: bp.NeuType("E", ST=bp.NeuState(x=1.0), steps=adds_up, mode="vector"),
}
REASONS = {
    "looks_up": "",
    "loops": "a for loop; .*write what happens to one element, with if/else",
    "counts": "argument 'hits' is an attribute of the group",
    "prints": "",
    "adds_up": "np.sum joins the values of several elements",
}


def matrix_network():
    group = bp.NeuGroup(bp.NeuType("F", ST=bp.NeuState(x=1.0), steps=halves, mode="scalar"), 4)
    synapse = bp.SynType("G", ST=bp.SynState(["w"]), steps=multiplies, mode="matrix")
    return bp.Network(group, bp.SynConn(synapse, group, group, conn=bp.connect.All2All()))
