"""Programs with random edges: the back ends agree, and deliver what the rule says."""

import numpy as np
import pytest
from brainpy_lab.kernels.reference import random_edges

from brainpy_lab.ir.expr import Binary, Const, Field, Local, Param
from brainpy_lab.ir.program import Monitor, Population, Program, Projection, Slot, State, Step
from brainpy_lab.ir.statements import Assign, Draw, Fold, If
from brainpy_lab.runtime.bindings import Bindings, RandomEdges
from brainpy_lab.runtime.build import build

N_PRE, N_POST, STEPS, SEED = 60, 45, 5, 12
PROBS = {"P0": 0.2, "P1": 0.05, "P2": 0.5, "P3": 1.0, "P4": 0.0}


def program(float_type):
    source = Population(
        "A",
        "a",
        (State("x"), State("spike", dtype="bool")),
        (),
        (Step("update", (Assign(Field("self", "x"), Binary("*", Field("self", "x"), Const(-0.7))),)),),
    )
    target = Population("B", "b", tuple(State(f"y{k}") for k in range(5)), (), ())
    x, spike, number = Field("pre", "x"), Field("pre", "spike"), Local("number")
    weight = Binary("+", Param("w"), Binary("*", Param("s"), number))

    def drawn(kind):
        return Draw(number, kind, 0, fixed=True)

    bodies = {
        "P0": (If(spike, (Fold("y0", "+", Param("w")),)),),
        "P1": (Fold("y1", "+", Binary("*", x, Param("w"))),),
        "P2": (If(spike, (drawn("normal"), Fold("y2", "+", weight))),),
        "P3": (drawn("uniform"), Fold("y3", "-", Binary("*", x, weight))),
        "P4": (If(spike, (Fold("y4", "+", Param("w")),)),),
    }
    edges = tuple(
        Projection(name, "carry", "A", "B", (), ("w", "s"), (Step("carry", body),), layout="random")
        for name, body in bodies.items()
    )
    schedule = (
        Slot("A", "step", "update"),
        *(Slot(item.name, "step", "carry") for item in edges),
        *(Slot("B", "monitor", str(k)) for k in range(5)),
    )
    monitors = tuple(Monitor("B", f"y{k}") for k in range(5))
    return Program((source, target, *edges), schedule, (), monitors, float_type)


def run(backend, float_type):
    rng = np.random.default_rng(1)
    arrays = {
        ("A", "x"): np.where(rng.random(N_PRE) < 0.3, 0.0, rng.normal(size=N_PRE)).astype(float_type),
        ("A", "spike"): rng.random(N_PRE) < 0.4,
        **{("B", f"y{k}"): np.zeros(N_POST, float_type) for k in range(5)},
    }
    first = {key: array.copy() for key, array in arrays.items()}
    links = {name: RandomEdges(N_PRE, N_POST, prob, SEED + k) for k, (name, prob) in enumerate(PROBS.items())}
    sizes = {"A": N_PRE, "B": N_POST, **dict.fromkeys(PROBS, 0)}
    params = {(name, key): value for name in PROBS for key, value in (("w", 0.3), ("s", 1.7))}
    bindings = Bindings(0.1, sizes, arrays, params, links, [], [None] * 5)
    simulation = build(program(float_type), bindings, backend)
    simulation.begin(0.0, STEPS)
    simulation.advance(STEPS)
    return [simulation.monitor(k).copy() for k in range(5)], first, links


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_the_back_ends_agree(float_type):
    (reference, _, _), (compiled, _, _) = run("reference", float_type), run("numba", float_type)
    for expected, found in zip(reference, compiled):
        assert expected.dtype == found.dtype and expected.tobytes() == found.tobytes()


@pytest.mark.parametrize("backend", ["reference", "numba"])
def test_the_same_edges_carry_in_every_step(backend):
    found, first, links = run(backend, "float64")
    x, spike = first["A", "x"], first["A", "spike"]
    for k, (name, link) in enumerate(links.items()):
        matrix, number = np.zeros((N_PRE, N_POST)), np.zeros((N_PRE, N_POST))
        rows = np.arange(N_PRE)
        for pre, post, place in random_edges.row_blocks(link.seed, rows, link.possible, link.scale):
            matrix[pre, post] = 1.0
            if name in ("P2", "P3"):
                kind = "normal" if name == "P2" else "uniform"
                number[pre, post] = random_edges.edge_number(kind, "f64", link.seed, 0, pre, place)
        weight = matrix * (0.3 + (1.7 * number if name in ("P2", "P3") else 0.0))
        total = np.zeros(N_POST)
        for step in range(STEPS):
            now = x * (-0.7) ** (step + 1)
            total = total + {"P1": now, "P3": -now}.get(name, spike.astype(float)) @ weight
            assert np.allclose(found[k][step], total, rtol=1e-12, atol=1e-12), name  # sums of 60 in another order


def test_the_pattern_does_not_depend_on_the_float_type():
    (double, _, _), (single, _, _) = run("reference", "float64"), run("reference", "float32")
    assert np.array_equal(np.round(double[0] / 0.3), np.round(single[0] / np.float32(0.3)))


def unconditional(backend):
    """What edges that carry a weight whatever their source does add up to, in populations of one state."""
    source, target = (Population(name, "plain", (State("y"),), (), ()) for name in "AB")
    body = (Fold("y", "+", Param("w")),)
    edges = Projection("P", "carry", "A", "B", (), ("w",), (Step("carry", body),), layout="random")
    program = Program((source, target, edges), (Slot("P", "step", "carry"),))
    arrays = {("A", "y"): np.zeros(N_PRE), ("B", "y"): np.zeros(N_POST)}
    links = {"P": RandomEdges(N_PRE, N_POST, 0.2, SEED)}
    sizes = {"A": N_PRE, "B": N_POST, "P": 0}
    simulation = build(program, Bindings(0.1, sizes, arrays, {("P", "w"): 0.25}, links), backend)
    simulation.begin(0.0, 1)
    simulation.advance(1)
    return simulation.field("B", "y").copy()


@pytest.mark.parametrize("backend", ["reference", "numba"])
def test_edges_without_a_condition_carry_all(backend):
    scale = random_edges.skip_scale(0.2)
    blocks = list(random_edges.row_blocks(SEED, np.arange(N_PRE), N_POST, scale))
    targets = np.concatenate([post for _, post, _ in blocks])
    assert np.array_equal(unconditional(backend), 0.25 * np.bincount(targets, minlength=N_POST))
