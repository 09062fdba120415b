"""What is printed and compiled: text without sizes, values or names, vectors, no fast-math, no GIL."""

import gc
import re
import sys
import threading
import time
import weakref
from dataclasses import replace

import numpy as np
import pytest
from brainpy_lab.kernels.numba.apart import apart

import brainpy_lab as bp
from brainpy_lab import models
from brainpy_lab.backends.numba import cache
from brainpy_lab.backends.numba.kernel_text import Signature, kernel_text
from brainpy_lab.ir.expr import Binary, Call, Compare, Const, Field, Local, Param, StepSize
from brainpy_lab.ir.kernel import Accumulate, Kernel
from brainpy_lab.ir.program import Population, Program, Slot, State, Step
from brainpy_lab.ir.statements import Assign
from brainpy_lab.runtime.bindings import Bindings
from brainpy_lab.runtime.build import build
from tests.agreement.networks import DENSE, EVENTS, connected, counters, simulate, synapse
from tests.backends.callable_kernel import callable_kernel
from tests.kernels.test_printed_llvm import FEATURES, FLAGS, FUSED

needs_vectors = pytest.mark.skipif("+avx2" not in FEATURES, reason="the machine has no vectors of 4 doubles")
ARITHMETIC = re.compile(r"= (f(mul|add|sub|div|neg|cmp)|select|call|phi)\b")


def inspected(text, function):
    """LLVM and assembly of a printed text, compiled anew: code from the cache cannot be looked into."""
    module = cache._execute(f"inspected_{cache.module_name(text)}", None, "CACHE = False\n" + text)
    compiled = getattr(module, function)
    del sys.modules[module.__name__]
    (signature,) = compiled.signatures
    return compiled.inspect_llvm(signature), compiled.inspect_asm(signature)


def population(model, n=9, dt=0.02, **options):
    group = bp.NeuGroup(model, n, monitors=["V", "spike"], **options)
    return simulate(bp.Network(group), "numba", (group, "ST.input", 10.0), dt=dt, run=False)


def texts(sim):
    """All printed texts of a simulation, without the comments that show whose they are."""
    return [*sim.code.kernel_sources.values(), sim.code.driver_source]


def noisy():
    @bp.integrate(method="euler")
    def int_V(V, t, I):
        return -V / 10.0 + I, 1.5

    def update(ST, _t):
        ST["V"] = int_V(ST["V"], _t, ST["input"]) + np.random.uniform(-1.0, 1.0)
        ST["spike"] = ST["V"] > 5.0
        ST["input"] = 0.0

    return bp.NeuType("noisy", ST=bp.types.NeuState(["V", "spike", "input"]), steps=update, mode="scalar")


# ---- what LLVM makes of it


@pytest.mark.parametrize("float_type", ["float64", "float32"])
@pytest.mark.parametrize("model", [models.get_HH, models.get_AdExIF, noisy])
def test_kernels_and_driver_carry_no_fast_math_flag_and_no_fused_operation(model, float_type):
    bp.profile.set(float_type=float_type)
    sim = population(model())
    lines = []
    for text, function in [(text, "kernel") for text in sim.code.kernel_sources.values()] + [
        (sim.code.driver_source, "advance")
    ]:
        llvm, assembly = inspected(text, function)
        assert not FUSED.search(llvm) and not FUSED.search(assembly)
        lines += [line for line in llvm.splitlines() if ARITHMETIC.search(line)]
    assert len(lines) > 50
    assert not [line for line in lines if FLAGS.search(line.split("@")[0])]


@pytest.mark.parametrize("kind", ["jump", "graded"])
def test_kernels_of_edges_carry_no_fast_math_flag_and_no_fused_operation(kind):
    sim = simulate(connected(lambda: synapse(kind), [0, 1, 2], [1, 2, 0], n=3, delay=1.0), "numba", run=False)
    assert {name.split(".")[2] for name in sim.code.kernel_sources} == {"neurons", "rows", "edges"}
    for text in sim.code.kernel_sources.values():
        llvm, assembly = inspected(text, "kernel")
        assert not FUSED.search(llvm) and not FUSED.search(assembly)
        arithmetic = [line for line in llvm.splitlines() if ARITHMETIC.search(line)]
        assert arithmetic and not [line for line in arithmetic if FLAGS.search(line.split("@")[0])]


def test_the_driver_and_the_edges_of_several_threads_carry_no_fast_math_flag_and_no_fused_operation(monkeypatch):
    monkeypatch.setattr("brainpy_lab.backends.numba.team_backend.worth", lambda times, meetings: (max(times), ""))
    network = connected(lambda: synapse("graded"), [0, 1, 1, 2], [1, 2, 0, 0], n=3)
    program, bindings = network.build_program()
    sim = build(program, bindings, "numba", threads=2)
    (edges,) = (text for text in sim.code.kernel_sources.values() if "edge_ids" in text)
    for text, function in [(edges, "kernel"), (sim.code.driver_source, "advance")]:
        llvm, assembly = inspected(text, function)
        assert not FUSED.search(llvm) and not FUSED.search(assembly)
        arithmetic = [line for line in llvm.splitlines() if ARITHMETIC.search(line)]
        assert arithmetic and not [line for line in arithmetic if FLAGS.search(line.split("@")[0])]
    assert re.search(r"atomicrmw add .* acq_rel", llvm) and re.search(r"load atomic .* acquire", llvm)


@needs_vectors
@pytest.mark.parametrize("float_type, vector", [("float64", r"<([48]) x double>"), ("float32", r"<(8|16) x float>")])
@pytest.mark.parametrize("model", [models.get_HH, models.get_WangBuzsaki, models.get_Izhikevich, models.get_LIF, noisy])
def test_the_loop_over_neurons_is_vectorised(model, float_type, vector):
    bp.profile.set(float_type=float_type)
    if float_type == "float32" and model is models.get_LIF:
        vector = r"<([48]|16) x float>"  # its times of spikes are float64, which halves the width
    (text,) = population(model()).code.kernel_sources.values()
    llvm, _ = inspected(text, "kernel")
    assert re.search(rf"f(mul|add|sub|div) {vector}", llvm)


@needs_vectors
def test_the_loop_of_a_model_of_many_states_is_vectorised():
    # 20 arrays make 190 pairs that might overlap; by itself LLVM gives up at 128.
    names = [f"x{k}" for k in range(20)]
    new = [
        Assign(
            Local(f"n{k}"),
            Binary("+", Field("self", name), Binary("*", StepSize(), Call("tanh", (Field("self", names[k - 1]),)))),
        )
        for k, name in enumerate(names)
    ]
    stores = [Assign(Field("self", name), Local(f"n{k}")) for k, name in enumerate(names)]
    wide = Population("N", "wide", tuple(State(name) for name in names), (), (Step("update", (*new, *stores)),))
    arrays = {("N", name): np.zeros(16) for name in names}
    sim = build(Program((wide,), (Slot("N", "step", "update"),)), Bindings(0.1, {"N": 16}, arrays, {}), "numba")
    (text,) = sim.code.kernel_sources.values()
    assert re.search(r"fmul <[48] x double>", inspected(text, "kernel")[0])


# ---- the text


def test_text_does_not_depend_on_sizes_and_values():
    one = population(models.get_HH(), 9)
    other = population(models.get_HH(), 1234, pars_update={"g_Na": 123.456789, "C": 7.654321})
    assert other.param("N0", "g_Na") == 123.456789
    assert texts(one) == texts(other)
    assert not any("123.4" in text or "1234" in text for text in texts(other))


def test_text_does_not_depend_on_names_of_groups():
    one = counters("numba", monitors=[DENSE, EVENTS], inputs=[("+", "number")], values=[1.0])
    program = one.program
    renamed = Program(
        tuple(replace(item, name="Pyramidal") for item in program.objects),
        tuple(replace(slot, target="Pyramidal") for slot in program.schedule),
        tuple(replace(spec, target="Pyramidal") for spec in program.inputs),
        tuple(replace(spec, target="Pyramidal") for spec in program.monitors),
    )
    bound = one.bindings
    other = build(
        renamed,
        Bindings(
            0.1,
            {"Pyramidal": 5},
            {("Pyramidal", key): a for (_, key), a in bound.arrays.items()},
            {("Pyramidal", "k"): 1.0},
            inputs=[1.0],
            indices=[None, None],
        ),
        "numba",
    )
    assert texts(one) == texts(other)
    assert not any("Pyramidal" in text for text in texts(other))


def test_thirty_populations_of_one_model_share_one_kernel():
    groups = [bp.NeuGroup(models.get_LIF(), 3 + k, pars_update={"tau": 5.0 + k}, name=f"group_{k}") for k in range(30)]
    sim = simulate(bp.Network(*groups), "numba", [(group, "ST.input", 30.0) for group in groups], steps=50)
    assert len(sim.code.kernel_sources) == 30 and len(set(sim.code.kernel_sources.values())) == 1
    assert len(re.findall(r"from bpl_\w+ import kernel", sim.code.driver_source)) == 1
    for k in (0, 29):
        group = bp.NeuGroup(models.get_LIF(), 1, pars_update={"tau": 5.0 + k})
        simulate(bp.Network(group), "reference", (group, "ST.input", 30.0), steps=50)
        assert np.all(groups[k].ST["V"] == group.ST["V"][0])


def test_a_spread_parameter_makes_another_kernel_of_the_same_bits():
    one = population(models.get_LIF(), 4)
    spread = population(models.get_LIF(), 4, pars_update={"tau": np.full(4, 10.0)})
    assert texts(one) != texts(spread)
    for sim in (one, spread):
        sim.begin(0.0, 300)
        sim.advance(300)
    assert np.array_equal(one.monitor(0), spread.monitor(0))


# ---- threads


def test_other_threads_run_while_compiled_code_does():
    sim = counters("numba", n=1000)
    sim.begin(0.0, None, 10)
    n = 1000
    while True:  # until a call takes a good while on this machine
        began = time.perf_counter()
        sim.advance(n)
        if time.perf_counter() - began > 0.1:
            break
        n *= 2
    n *= 4
    worker, seen = threading.Thread(target=sim.advance, args=(n,)), []
    began = time.perf_counter()
    worker.start()
    while worker.is_alive():
        seen.append(time.perf_counter() - began)
    whole = time.perf_counter() - began
    # With the GIL held this thread would see the time before the call and after it, and nothing in the middle.
    assert sum(0.25 * whole < moment < 0.75 * whole for moment in seen) > 100


# ---- edges


X = Field("pre", "x", dtype="real")
GUARDS = {
    "on": Field("row", "on", dtype="bool"),
    "not zero": Compare("!=", X, Const(0.0, dtype="real"), dtype="bool"),
    "large": Compare(">", X, Const(0.5, dtype="real"), dtype="bool"),
}


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("n", [0, 1, 63, 64, 65, 200])
def test_rows_whose_guard_holds_are_added_in_order(guard, n):
    kernel = Kernel("carry", "edges", "rows", (), (Accumulate("g", "+", Param("w", dtype="real")),), GUARDS[guard])
    names = ("row_on" if guard == "on" else "pre_x", "post_g", "each_w", "row_starts", "row_stops", "post_ids")
    kinds = ("boolean" if guard == "on" else "float64", "float64", "float64", "int64", "int64", "int32")
    signature = Signature(names, tuple(f"{kind}[::1]" for kind in kinds))
    text = kernel_text(kernel, ("w",), frozenset({"w"}), "float64", signature)
    assert ("active_bits" in text) == (guard != "large")
    random = np.random.default_rng(n)
    x = np.where(random.random(n) < 0.3, random.random(n), 0.0)
    sources = x > 0 if guard == "on" else x
    holds = x > 0.5 if guard == "large" else x != 0
    indptr = np.concatenate(([0], np.cumsum(random.integers(0, 100, n)))).astype(np.int64)
    targets = random.integers(0, 7, indptr[-1]).astype(np.int32)
    weights = random.normal(size=indptr[-1])
    found, expected = np.zeros(7), np.zeros(7)
    edges = (sources, found, weights, indptr[:-1], indptr[1:], targets, np.empty(n, np.int32))
    callable_kernel(text)(0, n, 0, 0, 0.0, 0.1, 0, 0, np.zeros(1), *edges)
    for j in np.flatnonzero(holds):
        for e in range(indptr[j], indptr[j + 1]):
            expected[targets[e]] += weights[e]
    assert np.array_equal(found, expected)


def test_no_edge_asks_whether_a_place_counts_from_the_end():
    net = connected(lambda: synapse("jump"), [0, 1, 2], [1, 2, 0], n=3)
    (text,) = (
        text for name, text in simulate(net, "numba", run=False).code.kernel_sources.items() if name.endswith("edges")
    )
    llvm, _ = inspected(text, "kernel")
    # Of a place that may be negative Numba makes `i + (n if i < 0 else 0)`, from a signed 32-bit number.
    assert re.search(r"zext (nneg )?i32 %\S+ to i64", llvm) and not re.search(r"sext i32 %\S+ to i64", llvm)


def words(ST, pre, post):
    at = 0.25 * pre["spike"]
    active = post["V"] * 2.0
    bits = active + ST["w"]
    later = bits * 0.1
    j = later + at
    e = j * 2.0
    q = e + 1.0
    n_active = q * 0.1
    if pre["spike"] > 0.5:
        post["I"] += ST["w"] * j + n_active


def test_locals_may_be_called_like_words_of_the_loop_over_edges():
    def update(ST, _t):
        ST["V"] = ST["V"] * 0.9 + ST["I"]
        ST["I"] = 0.0
        ST["spike"] = ST["V"] > 0.5

    found = {}
    for backend in ("reference", "numba"):
        neurons = bp.NeuType("N", ST=bp.types.NeuState({"V": 1.0, "I": 0.0, "spike": 0.0}), steps=update, mode="scalar")
        synapses = bp.SynType("S", ST=bp.types.SynState({"w": 0.01}), steps=words, mode="scalar")
        group = bp.NeuGroup(neurons, 100)
        group.ST["V"] = np.linspace(0.0, 1.0, 100)
        edges = bp.SynConn(synapses, group, group, conn=bp.connect.FixedProb(0.1, seed=1))
        sim = simulate(bp.Network(group, edges), backend, steps=50)
        found[backend] = np.array(group.ST["V"])
    (text,) = (text for name, text in sim.code.kernel_sources.items() if name.endswith("edges"))
    assert "active[np.uint64(n_active)] = j" in text and "n_active_local" in text
    assert np.array_equal(found["reference"], found["numba"])


@pytest.mark.parametrize("n", [1, 2])
def test_a_driver_calls_kernels_where_they_lie_and_holds_that_of_a_single_neuron(n):
    driver = population(models.get_LIF(), n).code.driver_source
    llvm, _ = inspected(driver, "advance")
    assert ("fdiv" in llvm) == (n == 1)  # by tau, in the kernel only
    assert bool(re.search(r'declare .*@"?bpl_\w+\.kernel', llvm)) == ("apart(" in driver) == (n > 1)


def test_the_code_of_a_kernel_lives_as_long_as_a_driver_may_call_it():
    group = population(models.get_LIF(), 3)
    (name,) = re.findall(r"from (bpl_\w+) import kernel", group.code.driver_source)
    kernel = sys.modules[name].kernel
    assert apart(kernel) is apart(kernel)  # one for all drivers
    alive, module = weakref.ref(kernel), sys.modules.pop(name)
    try:
        driver = sys.modules[cache.module_name(group.code.driver_source)]
        assert driver.kernel_0 is apart(kernel)
        module.__dict__.pop("kernel")
        del kernel
        gc.collect()
        assert alive() is not None
    finally:
        module.kernel = alive()
        sys.modules[name] = module
