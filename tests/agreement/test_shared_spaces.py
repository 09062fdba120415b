"""Programs with conditions, whole numbers, one value for all, delays of neurons, and every way to change a target."""

import numpy as np
import pytest

from brainpy_lab.ir.expr import (
    Binary,
    Cast,
    Compare,
    Const,
    Element,
    Field,
    Local,
    Logic,
    Not,
    Param,
    Select,
    StepIndex,
)
from brainpy_lab.ir.program import Input, Monitor, Population, Program, Projection, Slot, State, Step
from brainpy_lab.ir.statements import Assign, Draw, Fold, If, RingPush, RingRead
from brainpy_lab.runtime.bindings import Bindings, Edges
from brainpy_lab.runtime.build import build

N, STEPS = 7, 30
BACK = np.array([1, 1, 1, 3, 3, 3, 3])
"""How many steps back each element of `A` looks by its own measure."""
X, FLAG, COUNT = Field("self", "x"), Field("self", "flag"), Field("self", "count")
CARRIES = Logic("and", Field("pre", "flag"), Not(Field("one", "any")))
"""When edges carry; `any` is false by then, and true only after them."""
SPREADS = Compare(">", Field("one", "level"), Const(2.0))
OPS = ("+", "-", "*", "min", "max", "=")


def program(float_type):
    """`ONE.level` rises; `A` adds noise to it, counts in whole numbers, and looks at itself three steps ago.

    Edges carry its values to `B` in every way there is, and `any` of its flags to `ONE`.
    """
    a = Population(
        "A",
        "a",
        (State("x"), State("flag", dtype="bool"), State("count", dtype="int"), State("late"), State("own_late")),
        ("gain",),
        (
            Step(
                "update",
                (
                    RingRead(Local("old"), "x"),
                    RingRead(
                        Local("own_old"), "x", Select(Compare("<", Element("self"), Const(3)), Const(1), Const(3))
                    ),
                    Draw(Local("xi"), "normal", 3),
                    Assign(X, Binary("+", Binary("*", Param("gain"), Field("one", "level")), Local("xi"))),
                    Assign(FLAG, Compare(">", X, Local("old"))),
                    Assign(COUNT, Binary("+", COUNT, Select(FLAG, Element("self"), Const(2)))),
                    Assign(Field("self", "late"), Local("old")),
                    Assign(Field("self", "own_late"), Local("own_old")),
                    RingPush("x"),
                ),
            ),
        ),
        rings=(("x", 4),),
    )
    b = Population(
        "B",
        "b",
        tuple(State(f"y{k}") for k in range(len(OPS))),
        ("gain",),
        (
            Step(
                "clear",
                tuple(Assign(Field("self", f"y{k}"), Const(1.0 if op == "*" else 0.0)) for k, op in enumerate(OPS)),
            ),
        ),
    )
    one = Population(
        "ONE",
        "one",
        (State("level"), State("any", dtype="bool"), State("fed")),
        (),
        (
            Step(
                "rise",
                (
                    Assign(Field("self", "level"), Binary("+", Field("self", "fed"), Cast(StepIndex(), "real"))),
                    Assign(Field("self", "any"), Not(Const(True))),
                ),
            ),
        ),
    )
    carry = tuple(
        Projection(
            f"P{k}",
            "carry",
            "A",
            "B",
            (),
            ("w",),
            (
                Step(
                    "carry",
                    (If(CARRIES, (Fold(f"y{k}", op, Binary("*", Field("pre", "x"), Param("w"))),)),),
                ),
            ),
            layout=layout,
        )
        for k, (op, layout) in enumerate(zip(OPS, ("rows", "runs", "list", "rows", "list", "runs")))
    )
    spreads = If(SPREADS, (Fold("y0", "+", Field("pre", "any")),))
    spread = Projection("SPREAD", "spread", "ONE", "B", (), (), (Step("spread", (spreads,)),))
    reduce = Projection(
        "REDUCE", "reduce", "A", "ONE", (), (), (Step("any", (Fold("any", "max", Field("pre", "flag")),)),)
    )
    schedule = (
        Slot("ONE", "input", "0"),
        Slot("ONE", "step", "rise"),
        Slot("A", "step", "update"),
        Slot("B", "step", "clear"),
        *(Slot(item.name, "step", "carry") for item in carry),
        Slot("REDUCE", "step", "any"),
        Slot("SPREAD", "step", "spread"),
        *(Slot("A", "monitor", str(k)) for k in range(5)),
        Slot("ONE", "monitor", "5"),
        *(Slot("B", "monitor", str(6 + k)) for k in range(len(OPS))),
    )
    monitors = (
        Monitor("A", "x"),
        Monitor("A", "flag"),
        Monitor("A", "count"),
        Monitor("A", "late"),
        Monitor("A", "own_late"),
        Monitor("ONE", "any"),
        *(Monitor("B", f"y{k}") for k in range(len(OPS))),
    )
    return Program(
        (a, b, one, *carry, spread, reduce),
        schedule,
        (Input("ONE", "fed", "=", "series"),),
        monitors,
        float_type,
        one="ONE",
        joint_sites=True,
    )


def edges(k):
    numbers = np.random.default_rng(k)
    pre, post = np.nonzero(numbers.random((N, N)) < 0.5)
    if OPS[k] in ("*", "max"):
        order = numbers.permutation(len(pre))
        pre, post = pre[order], post[order]
    return Edges(pre, post)


def run(backend, float_type):
    whole = program(float_type)
    sizes = {"A": N, "B": N, "ONE": 1, "SPREAD": N, "REDUCE": N}
    links = {f"P{k}": edges(k) for k in range(len(OPS))}
    links["SPREAD"] = Edges(np.zeros(N, int), np.arange(N))
    links["REDUCE"] = Edges(np.arange(N), np.zeros(N, int))
    sizes |= {name: len(found.pre_ids) for name, found in links.items()}
    kinds = {"real": float_type, "bool": bool, "int": np.int64}
    arrays = {
        (item.name, state.name): np.zeros(sizes[item.name], kinds[state.dtype])
        for item in whole.objects
        for state in item.states
    }
    params = {("A", "gain"): 0.3, ("B", "gain"): 1.0, **{(f"P{k}", "w"): 0.7 for k in range(len(OPS))}}
    series = np.random.default_rng(9).normal(size=STEPS)
    simulation = build(
        whole, Bindings(0.1, sizes, arrays, params, links, [series], [None] * len(whole.monitors), seed=4), backend
    )
    simulation.begin(0.0, STEPS)
    simulation.advance(11)
    simulation.advance(STEPS - 11)
    return [simulation.monitor(k).copy() for k in range(len(whole.monitors))], links, series


@pytest.mark.parametrize("float_type", ["float64", "float32"])
def test_the_back_ends_agree(float_type):
    (reference, _, _), (compiled, _, _) = run("reference", float_type), run("numba", float_type)
    for expected, found in zip(reference, compiled):
        assert expected.dtype == found.dtype
        assert expected.tobytes() == found.tobytes()


@pytest.mark.parametrize("backend", ["reference", "numba"])
def test_the_numbers_are_what_the_program_says(backend):
    (x, flag, count, late, own_late, any_flag, *sums), links, series = run(backend, "float64")
    level = series + np.arange(STEPS)
    assert flag.dtype == bool and count.dtype == np.int64
    assert np.array_equal(late[3:], x[:-3]) and not late[:3].any()
    steps = np.arange(3, STEPS)[:, None]
    assert np.array_equal(own_late[3:], x[steps - BACK, np.arange(N)]) and not own_late[0].any()
    assert np.array_equal(flag, x > late)
    assert np.array_equal(count, np.cumsum(np.where(flag, np.arange(N), 2), axis=0))
    noise = x - 0.3 * level[:, None]
    assert abs(noise.mean()) < 4 / np.sqrt(noise.size) and 0.8 < noise.std() < 1.2
    assert np.array_equal(any_flag[:, 0], flag.any(axis=1))
    for k, op in enumerate(OPS):
        pre, post = links[f"P{k}"].pre_ids, links[f"P{k}"].post_ids
        for step in range(STEPS):
            expected = np.full(N, 1.0 if op == "*" else 0.0)
            for j, q in zip(pre, post):
                if not flag[step, j]:
                    continue
                value = x[step, j] * 0.7
                expected[q] = {
                    "+": expected[q] + value,
                    "-": expected[q] - value,
                    "*": expected[q] * value,
                    "min": min(expected[q], value),
                    "max": max(expected[q], value),
                    "=": value,
                }[op]
            if op == "+":
                expected = expected + (flag[step].any() and level[step] > 2.0)
            assert np.array_equal(sums[k][step], expected), op
