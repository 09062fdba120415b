"""Splitting edges into rows and edges changes nothing that a synapse computes."""

from dataclasses import replace

import numpy as np
import pytest
from brainpy_lab.kernels.reference import random as draws

from brainpy_lab.ir.expr import Binary, Call, Compare, Const, Element, Field, Local, Negative, Not, Param, Select
from brainpy_lab.ir.kernel import Accumulate, Push, RingLet, Store
from brainpy_lab.ir.plan import RunKernel
from brainpy_lab.ir.program import Population, Program, Projection, Slot, State, Step
from brainpy_lab.ir.statements import Assign, Draw, Fold, If, RingPush, RingRead
from brainpy_lab.passes.plan import plan
from brainpy_lab.passes.rows import shareable
from brainpy_lab.runtime.bindings import Bindings, Edges
from brainpy_lab.runtime.build import build
from tests.agreement.oracle import World, run

PAIRS = [(0, 1), (0, 2), (0, 3), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2), (3, 1)]
PRE, POST = (np.array(ids) for ids in zip(*PAIRS))
N, SEED, DT = 4, 3, 0.1
PARAMS = {"g": 0.7, "w": 0.3}
FIELDS = ("x", "y", "spike")
STREAM = 256  # the second object


def pre(name):
    return Field("pre", name)


def post(name):
    return Field("post", name)


def own(name):
    return Field("self", name)


def times(a, b):
    return Binary("*", a, b)


def plus(a, b):
    return Binary("+", a, b)


S, R, X = own("s"), own("r"), Local("x")
G, W, ONE = Param("g"), Param("w"), Const(1.0)
DECAY = times(Const(0.9), S)

STEPS = {
    "nothing of the edge": [Assign(S, plus(DECAY, pre("x"))), Fold("y", "+", times(G, S))],
    "post": [Assign(S, plus(DECAY, post("x"))), Fold("y", "-", times(Call("exp", (pre("x"),)), S))],
    "spread": [Assign(S, times(W, pre("x"))), Fold("y", "+", times(W, Call("tanh", (pre("x"),))))],
    "guard": [If(Compare(">", pre("spike"), Const(0.0)), (Assign(S, plus(S, ONE)), Fold("y", "+", times(W, S))))],
    "guard of shared states": [If(pre("spike"), (Assign(S, plus(S, ONE)), Assign(R, plus(R, S))))],
    "guard of a parameter": [If(Compare(">", G, pre("x")), (Assign(S, plus(S, ONE)), Fold("y", "+", S)))],
    "guard moved by the step": [If(Compare(">", pre("y"), Const(0.5)), (Fold("y", "+", ONE),))],
    "guard moved, state kept": [If(Compare(">", pre("y"), Const(0.5)), (Assign(S, plus(S, W)), Fold("y", "+", S)))],
    "if and else": [
        Assign(X, times(pre("x"), ONE)),
        If(Compare(">", post("x"), X), (Fold("y", "+", times(X, W)),), (Fold("y", "-", times(X, Const(0.123))),)),
    ],
    "condition moved by the step": [Assign(X, W), If(Compare(">", pre("y"), Const(0.5)), (Fold("y", "+", X),))],
    "two sums": [Fold("y", "+", times(W, Const(1 / 3))), Fold("y", "-", times(pre("x"), Const(0.1234)))],
    "two sums apart": [Fold("y", "+", W), Fold("x", "-", times(pre("spike"), W))],
    "zero test": [Fold("y", "+", times(pre("spike"), W))],
    "zero test moved": [Fold("y", "+", times(pre("y"), W))],
    "serial": [Assign(S, post("y")), Fold("y", "+", times(W, S))],
    "pre moved": [Assign(S, pre("y")), Fold("y", "+", times(Const(0.25), S))],
    "pre moved, shared looks": [Assign(S, pre("y")), Fold("y", "+", Const(0.25))],
    "delay": [Assign(S, plus(DECAY, pre("x"))), RingPush("s"), RingRead(X, "s"), Fold("y", "+", times(G, X))],
    "delay of an edge state": [Assign(S, plus(DECAY, W)), RingPush("s"), RingRead(X, "s"), Assign(R, X)],
    "guard at its edge": [If(Compare("<=", Binary("-", G, pre("x")), Const(0.7 - 0.65)), (Fold("y", "+", W),))],
    "guard of an index": [If(Compare("<", Element("pre"), Const(1)), (Fold("y", "+", W),))],
    "guard that holds for all": [If(Compare("<=", G, Const(0.7)), (Fold("y", "+", W),))],
    "guard that holds for none": [Assign(R, times(S, W)), If(Compare("<", G, Const(0.5)), (Fold("y", "+", W),))],
    "groups": [
        Assign(X, plus(plus(times(Const(0.9), pre("x")), G), times(times(G, pre("x")), Const(1.7)))),
        Assign(S, plus(plus(S, times(times(W, pre("x")), post("x"))), X)),
        Fold("y", "+", times(times(G, S), post("x"))),
    ],
    "index": [Assign(S, plus(Element("pre"), Const(0.5))), Assign(R, plus(Element("self"), Element("post"))),
              Fold("y", "+", times(S, R))],
    "draw": [Draw(X, "normal", 0), Assign(S, times(pre("x"), X)), Fold("y", "+", S)],
    "select": [Assign(S, Select(Compare(">", pre("spike"), Const(0.5)), plus(DECAY, W), DECAY)),
               Fold("y", "+", times(S, plus(post("x"), G)))],
    "not": [If(Not(pre("spike")), (Assign(S, plus(S, pre("x"))),), (Assign(R, S),)), Fold("x", "+", times(R, S))],
}


def program(body, delay=1, layout="rows", float_type="float64"):
    neurons = Population("N", "n", tuple(State(name) for name in FIELDS), (), ())
    synapses = Projection("S", "s", "N", "N", (State("s"), State("r")), tuple(PARAMS), (Step("update", tuple(body)),),
                          frozenset({"w"}), delay, layout)
    return Program((neurons, synapses), (Slot("S", "step", "update"),), float_type=float_type)


def start(float_type="float64"):
    x = np.array([0.9, -0.4, 0.65, 1.2])
    arrays = {("N", "x"): x, ("N", "y"): np.array([0.6, 0.3, -0.1, 0.45]), ("N", "spike"): np.array([0.0, 1.0, 1.0, 0]),
              ("S", "s"): np.full(len(PAIRS), 0.3), ("S", "r"): np.full(len(PAIRS), 0.2)}
    return {key: array.astype(float_type) for key, array in arrays.items()}


def simulate(body, steps=3, delay=1, layout="rows", backend="reference", float_type="float64"):
    arrays = start(float_type)
    weights = np.linspace(0.1, 0.9, len(PAIRS))
    simulation = build(program(body, delay, layout, float_type),
                       Bindings(DT, {"N": N, "S": len(PAIRS)}, arrays, {("S", "g"): 0.7, ("S", "w"): weights},
                                {"S": Edges(PRE, POST)}, seed=SEED), backend)
    simulation.begin(0.0, steps)
    simulation.advance(steps)
    simulation.sync()
    return arrays


def edge_by_edge(body, steps=3, delay=1):
    """The same steps, one edge after the other."""
    arrays = start()
    weights = np.linspace(0.1, 0.9, len(PAIRS))
    rings = [{} for _ in range(steps)]
    for k in range(steps):
        for e, (i, j) in enumerate(PAIRS):
            fields = {("self", name): arrays["S", name][e] for name in ("s", "r")}
            fields |= {("pre", name): arrays["N", name][i] for name in FIELDS}
            fields |= {("post", name): arrays["N", name][j] for name in FIELDS}

            def draw(distribution, site, e=e, k=k):
                return getattr(draws, f"{distribution}_f64")(SEED, STREAM + site, e, k, 0)

            world = World(fields, {"g": 0.7, "w": weights[e]}, t=k * DT, dt=DT, step_index=k,
                          element={"self": e, "pre": i, "post": j}, draw=draw,
                          rings=_Late(rings, k - delay + 1, e, fields))
            run(body, world)
            rings[k][e] = world.pushed
            for name in ("s", "r"):
                arrays["S", name][e] = world.fields["self", name]
            for name in FIELDS:
                arrays["N", name][j] = world.fields["post", name]
    return arrays


class _Late(dict):
    """What an edge pushed some steps ago; 0 before the first, the present value without a delay."""

    def __init__(self, rings, step, edge, fields):
        super().__init__()
        self.rings, self.step, self.edge = rings, step, edge

    def __missing__(self, key):
        return self.rings[self.step][self.edge][key[1]] if self.step >= 0 else np.float64(0.0)


@pytest.mark.parametrize("layout", ["rows", "list"])
@pytest.mark.parametrize("name", STEPS)
def test_a_synapse_computes_what_its_statements_say_edge_by_edge(name, layout):
    delay = 3 if "delay" in name else 1
    found, expected = simulate(STEPS[name], delay=delay, layout=layout), edge_by_edge(STEPS[name], delay=delay)
    for key in expected:
        assert np.array_equal(found[key], expected[key]), (key, found[key], expected[key])
    assert any(not np.array_equal(found[key], start()[key]) for key in found)


@pytest.mark.parametrize("name", [
    "guard of shared states", "guard moved by the step", "condition moved by the step", "two sums", "if and else",
])
def test_the_compiled_kernel_keeps_the_order_too(name):
    for float_type in ("float64", "float32"):
        found, expected = (simulate(STEPS[name], layout="runs", backend=backend, float_type=float_type)
                           for backend in ("numba", "reference"))
        for key in expected:
            assert np.array_equal(found[key], expected[key]), (key, found[key], expected[key])


@pytest.mark.parametrize("layout", ["rows", "list", "runs"])
@pytest.mark.parametrize("op", ["min", "max"])
def test_of_zeros_that_compare_equal_the_first_stays(op, layout):
    first = Select(Compare(">", pre("spike"), Const(0.5)), Const(0.0), Const(-0.0))
    body = [Fold("y", "=", first), Fold("y", op, Negative(first))]
    for backend in ("reference", "numba"):
        found = simulate(body, steps=1, layout=layout, backend=backend)["N", "y"]
        last = {j: i for i, j in PAIRS}
        is_minus = {j: start()["N", "spike"][i] < 0.5 for j, i in last.items()}
        assert {j: np.signbit(found[j]) for j in last} == is_minus


# -- what is shared, and what the parts look like


@pytest.mark.parametrize("body, shared", [
    ([Assign(S, plus(DECAY, pre("x"))), Assign(R, times(S, G))], {"s", "r"}),
    ([Assign(S, plus(DECAY, post("x")))], {"r"}),
    ([Assign(S, R), Assign(R, W)], set()),
    ([Assign(X, post("x")), Assign(S, X)], {"r"}),
    ([Draw(X, "normal", 0), Assign(S, X)], {"r"}),
    ([If(Compare(">", post("x"), ONE), (Assign(S, ONE),))], {"r"}),
    ([If(Compare(">", pre("x"), ONE), (Assign(S, ONE),))], {"s", "r"}),
    ([Assign(S, Element("self"))], {"r"}),
    ([Assign(S, Element("pre"))], {"s", "r"}),
    ([Assign(S, W), RingPush("s"), RingRead(X, "s"), Assign(R, X)], set()),
    ([Assign(S, ONE), RingPush("s"), RingRead(X, "s"), Assign(R, X)], {"s", "r"}),
    ([Assign(S, pre("y")), Fold("y", "+", ONE)], {"r"}),
    ([Assign(S, pre("y")), Fold("x", "+", ONE)], {"s", "r"}),
])
def test_a_state_is_shared_when_nothing_of_an_edge_but_its_source_enters(body, shared):
    assert shareable(program(body).objects[1]) == shared


def parts(body, shared=frozenset(), delay=1):
    found = program(body, delay)
    found = replace(found, objects=(found.objects[0], replace(found.objects[1], shared=frozenset(shared))))
    return [action.kernel for action in plan(found).actions if isinstance(action, RunKernel)]


def test_a_value_of_the_source_is_computed_once_a_row():
    rows, edges = parts([Fold("y", "+", times(Call("exp", (pre("x"),)), post("x")))])
    assert rows.space == "rows" and edges.space == "edges"
    assert [effect.owner for effect in rows.effects] == ["row"]
    assert not any(isinstance(let.value, Call) for let in edges.lets)


def test_a_step_of_shared_states_alone_has_no_edge_loop():
    (rows,) = parts([Assign(S, plus(DECAY, pre("x")))], shared={"s"})
    assert rows.space == "rows" and [type(effect) for effect in rows.effects] == [Store]


def test_a_shared_state_has_its_ring_on_the_row():
    rows, edges = parts(STEPS["delay"], shared={"s"}, delay=3)
    assert [effect.owner for effect in rows.effects if isinstance(effect, Push)] == ["row"]
    assert [let.owner for let in rows.lets if isinstance(let, RingLet)] == ["row"]
    assert [type(effect) for effect in edges.effects] == [Accumulate]


def test_a_condition_on_the_source_skips_whole_rows():
    (edges,) = parts([If(Compare(">", pre("spike"), Const(0.0)), (Fold("y", "+", W),))])[-1:]
    assert edges.guard is not None and edges.effects[0].when is None and not edges.serial


def test_a_product_with_a_spike_skips_rows_without_one():
    rows, edges = parts(STEPS["zero test"])
    stored = {effect.field: effect.value for effect in rows.effects}
    assert stored[edges.guard.name] == Compare("!=", pre("spike"), Const(0.0))
    assert edges.effects[0].when is None and not edges.serial


@pytest.mark.parametrize("name, serial", [
    ("serial", True), ("pre moved", True), ("two sums", True), ("if and else", True), ("guard moved by the step", True),
    ("condition moved by the step", True), ("two sums apart", False), ("nothing of the edge", False), ("guard", False),
])
def test_edges_run_one_after_the_other_only_where_the_order_shows(name, serial):
    assert parts(STEPS[name])[-1].serial is serial


def test_a_guard_that_the_step_itself_moves_is_looked_at_edge_by_edge():
    (edges,) = parts(STEPS["guard moved by the step"])
    assert edges.guard is None and edges.effects[0].when is not None
