"""Small networks and raw programs that several tests share, and the comparison of two simulations, bit for bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.frontends.delayed import delayed
from brainpy_lab.ir.expr import Binary, Const, Field
from brainpy_lab.ir.program import Input, Monitor, Population, Program, Projection, Slot, State, Step
from brainpy_lab.ir.statements import Assign
from brainpy_lab.runtime import plain_run
from brainpy_lab.runtime.bindings import Bindings
from brainpy_lab.runtime.build import build

BACKENDS = ("reference", "numba")


def simulate(network, backend, inputs=(), monitors=(), steps=None, dt=0.1, change=None, run=True, start=0.0, seed=7):
    """Build a network on a back end and run it for `steps` steps.

    `change` is called with the projections of the program, each of which it may replace (another layout, for instance).
    """
    bp.profile.set(dt=dt, seed=seed)
    program, bindings = network.build_program(inputs, monitors, steps)
    if change is not None:
        objects = [change(item) if isinstance(item, Projection) else item for item in program.objects]
        program = replace(program, objects=tuple(objects))
    sim = build(program, bindings, backend)
    if run:
        plain_run.run(sim, start, start + steps * dt)
    return sim


def bits(array):
    """The bits of an array, so that -0.0 differs from 0.0 and NaN equals itself."""
    array = np.ascontiguousarray(array)
    return array.view({8: np.uint64, 4: np.uint32, 1: np.uint8}[array.itemsize])


def same(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and np.array_equal(bits(a), bits(b))


def assert_same_bits(one, other):
    """Two simulations hold the same states, rings and recordings, and all of them are finite."""
    assert (one.step, one.run_step, one.t) == (other.step, other.run_step, other.t)
    one.sync()
    other.sync()
    for key, array in one.bindings.arrays.items():
        assert np.isfinite(array).all(), key
        assert same(array, other.bindings.arrays[key]), key
    rings = [key for key in one.buffers if key[1] == "ring"]
    assert rings == [key for key in other.buffers if key[1] == "ring"]
    for key in rings:
        assert same(one.buffers[key], other.buffers[key]), key
    for index, spec in enumerate(one.program.monitors):
        a, b = one.monitor(index), other.monitor(index)
        if spec.kind == "events":
            assert same(a[0], b[0]) and same(a[1], b[1]), spec
        else:
            assert same(a, b), spec


def on_both(make, inputs=None, **options):
    """The simulations of two copies of a network, reference first; `inputs` is called with each copy."""
    sims = []
    for backend in BACKENDS:
        network = make()
        sims.append(simulate(network, backend, inputs(network) if inputs else (), **options))
    return sims


# ---- networks


def synapse(kind, tau=4.0, E=-70.0):
    """'jump' adds at spikes and decays (guarded by the spike), 'graded' follows the membrane potential."""

    @bp.integrate
    def int_s(s, t, T):
        return -s / tau + T * (1 - s)

    if kind == "jump":

        def update(ST, _t, pre):
            s = int_s(ST["s"], _t, 0.0)
            s += pre["spike"]
            ST["s"] = s
    else:

        def update(ST, _t, pre):
            ST["s"] = int_s(ST["s"], _t, 1 / (1 + np.exp(-(pre["V"] + 20.0) / 5.0)))

    weight = 0.05

    @delayed
    def output(ST, post):
        post["input"] -= weight * ST["s"] * (post["V"] - E)

    requires = dict(pre=bp.types.NeuState(["V", "spike"]), post=bp.types.NeuState(["V", "input"]))
    return bp.SynType(kind, ST=bp.types.SynState(["s"]), steps=(update, output), requires=requires, mode="scalar")


def guarded_synapse():
    """A weight that jumps into the target when the source spikes: nothing happens without a spike."""
    weight = 1.5

    def update(pre, post):
        if pre["spike"] > 0:
            post["input"] += weight

    requires = dict(pre=bp.types.NeuState(["spike"]), post=bp.types.NeuState(["input"]))
    return bp.SynType("guarded", ST=bp.types.SynState(["s"]), steps=update, requires=requires, mode="scalar")


def connected(model, pre_ids, post_ids, n=20, **options):
    """Morris-Lecar neurons with given edges; inputs make them fire at different times."""
    group = bp.NeuGroup(models.get_MorrisLecar(), n, monitors=["V", "spike"])
    edges = bp.SynConn(model(), group, group, conn={"i": np.array(pre_ids), "j": np.array(post_ids)}, **options)
    return bp.Network(group=group, edges=edges)


# ---- a raw program: numbers that can be checked by hand


def counters(
    backend, *, inputs=(), values=(), monitors=(), indices=None, n=5, float_type="float64", dt=0.1, k=1.0, threads=None
):
    """A population 'N' of `n` elements with states x, which grows by k each step, and f, which is 1 at every third."""
    x, f = Field("self", "x"), Field("self", "f")
    from brainpy_lab.ir.expr import Compare, Param, StepIndex

    body = (
        Assign(x, Binary("+", x, Param("k"))),
        Assign(f, Compare("==", Binary("-", StepIndex(), Binary("*", Const(3), _thirds())), Const(0))),
    )
    population = Population("N", "counter", (State("x"), State("f")), ("k",), (Step("update", body),))
    slots = [Slot("N", "input", str(i)) for i in range(len(inputs))]
    slots += [Slot("N", "step", "update")] + [Slot("N", "monitor", str(i)) for i in range(len(monitors))]
    program = Program(
        (population,),
        tuple(slots),
        tuple(Input("N", "x", op, source) for op, source in inputs),
        tuple(monitors),
        float_type=float_type,
    )
    arrays = {("N", "x"): np.zeros(n, float_type), ("N", "f"): np.zeros(n, float_type)}
    bindings = Bindings(
        dt, {"N": n}, arrays, {("N", "k"): k}, inputs=list(values), indices=list(indices or [None] * len(monitors))
    )
    return build(program, bindings, backend, threads)


def _thirds():
    from brainpy_lab.ir.expr import Call, StepIndex

    return Call("floor", (Binary("/", StepIndex(), Const(3.0)),))


EVENTS = Monitor("N", "f", "events")
DENSE = Monitor("N", "x")
