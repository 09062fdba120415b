"""Small models that the tests of the 0.3 front end share."""

import pytest

import brainpy_lab as bp

tau, weight = 10.0, 2.0


@pytest.fixture(autouse=True)
def _reference():
    """Compiling costs seconds and these tests ask about the front end: the reference runs."""
    bp.profile.set(jit=False)


@pytest.fixture
def leak():
    """dV/dt = (-V + input)/tau, V observed to cross 1."""

    @bp.integrate(method="euler")
    def int_V(V, t, I):
        return (-V + I) / tau

    def update(ST, _t):
        V = int_V(ST["V"], _t, ST["input"])
        ST["spike"] = V >= 1.0
        ST["V"] = V
        ST["input"] = 0.0

    return bp.NeuType("leak", ST=bp.NeuState(V=0.0, spike=0.0, input=0.0), steps=update, mode="scalar")


@pytest.fixture
def counter():
    """x counts the steps, and every input is added to y."""

    def count(ST):
        ST["x"] = ST["x"] + 1.0

    def take(ST):
        ST["y"] = ST["y"] + ST["input"]
        ST["input"] = 0.0

    return bp.NeuType("counter", ST=bp.NeuState("x", "y", "input"), steps=(count, take), mode="scalar")


@pytest.fixture
def copier():
    """Each edge holds the presynaptic x and adds it, delayed, to the input."""

    def copy(ST, pre):
        ST["s"] = pre["x"]

    @bp.delayed
    def output(ST, post):
        post["input"] += weight * ST["s"]

    return bp.SynType("copier", ST=bp.SynState("s"), steps=(copy, output), mode="scalar")
