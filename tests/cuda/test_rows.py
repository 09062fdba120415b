"""Rows of sources that fire, gone through by a lane, by a warp or by several warps: every edge once, whatever is bound.

Each edge counts how often it was visited, and weights are whole eighths: what has to come out is known in closed form.
"""

from dataclasses import replace

import numpy as np
import pytest

from brainpy_lab.backends.cuda import delivery
from brainpy_lab.backends.cuda.delivery import MIDDLE, THICK, THIN, Delivery, mean_row, strategy
from brainpy_lab.ir.expr import Binary, Compare, Const, Field, Param
from brainpy_lab.ir.program import Input, Population, Program, Projection, Slot, State, Step
from brainpy_lab.ir.statements import Assign, Fold, If
from brainpy_lab.runtime.bindings import Bindings, Edges
from brainpy_lab.runtime.build import build
from tests.cuda.places import DEVICES, at, places

STEPS = 4
WIDTH = 5003
"""Targets."""

LAYOUTS = ("rows", "runs")
LENGTHS = {
    "no edges": [0],
    "a row of none, and one": [0, 1],
    "33 sources": [*range(30, -1, -1), 65, 31],
    "one long row among none": [0, 5000, 0],
    "35 sources, one of them long": [3, 0, 33, *[1] * 31, 5000],
}


def edges_of(lengths):
    """Rows of so many edges; the targets of a row are two unbroken runs, the second one at the lowest targets."""
    pre = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(len(pre)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return Edges(pre, (place + 7 * pre + WIDTH - 20) % WIDTH)


def deliver(backend, layout, lengths):
    """Sources fire as a table says; a spike adds an edge's weight to its target and 1 to the count of the edge."""
    count = Field("self", "visits")
    visit = (Assign(count, Binary("+", count, Const(1.0))), Fold("x", "+", Param("weight")))
    step = Step("deliver", (If(Compare(">", Field("pre", "f"), Const(0.0)), visit),))
    program = Program(
        (
            Population("S", "source", (State("f"),), (), ()),
            Population("T", "target", (State("x"),), (), ()),
            Projection(
                "P", "edges", "S", "T", (State("visits"),), ("weight",), (step,), frozenset(["weight"]), layout=layout
            ),
        ),
        (Slot("S", "input", "0"), Slot("P", "step", "deliver")),
        (Input("S", "f", "=", "table"),),
        sums="quanta",
    )
    edges = edges_of(lengths)
    n = {"S": len(lengths), "T": WIDTH, "P": len(edges.pre_ids)}
    start = np.arange(n["P"], dtype=float)  # not the same for all edges of a source, so each has its own
    weights = (np.arange(n["P"]) % 37 - 18) / 8.0
    fires = (np.random.default_rng(3).random((STEPS, n["S"])) < 0.6).astype(float)
    fires[0], fires[-1] = 1.0, 0.0
    arrays = {("S", "f"): np.zeros(n["S"]), ("T", "x"): np.zeros(WIDTH), ("P", "visits"): start}
    bindings = Bindings(0.1, n, arrays, {("P", "weight"): weights}, edges={"P": edges}, inputs=[fires])
    return build(program, bindings, backend)


def run(backend, layout, lengths):
    """(visits, sums, code) after the run."""
    sim = deliver(backend, layout, lengths)
    sim.begin(0.0, STEPS)
    sim.advance(STEPS)
    sim.sync()
    return sim.field("P", "visits").copy(), sim.field("T", "x").copy(), sim.code


def expected(layout, lengths):
    """The same in closed form."""
    sim = deliver("reference", layout, lengths)
    edges, bound = sim.bindings.stored("P"), sim.bindings
    times = bound.inputs[0].sum(0)[edges.pre_ids]
    sums = np.bincount(edges.post_ids, times * bound.params["P", "weight"], WIDTH)
    return bound.arrays["P", "visits"] + times, sums


def check(device, layout, lengths):
    visits, sums = expected(layout, lengths)
    found = run("reference", layout, lengths)
    assert np.array_equal(found[0], visits) and np.array_equal(found[1], sums)
    for place in places(device):
        with at(place):
            found = run(place.backend, layout, lengths)
        assert np.array_equal(found[0], visits), place
        assert np.array_equal(found[1], sums), place
    return found[2]


@pytest.fixture
def always(monkeypatch):
    """Let the text be printed by one strategy, whatever the edges."""
    return lambda chosen: monkeypatch.setattr(delivery, "strategy", lambda mean: chosen)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("chosen", [THIN, MIDDLE, THICK], ids=lambda one: one.name)
def test_every_edge_of_a_source_that_fires_is_visited_once(chosen, layout, device, always):
    always(chosen)
    for lengths in LENGTHS.values():
        code = check(device, layout, lengths)
        assert f"in any order; {chosen.name} rows: {chosen.threads} for each" in code.text.source


@pytest.mark.parametrize(
    "chosen, mistake",
    [
        (THIN, replace(THIN, first="1")),
        (MIDDLE, replace(MIDDLE, stride="33")),
        (THICK, replace(THICK, first="32 + lane + 32 * slice")),
        (THICK, replace(THICK, first="lane")),
        (THICK, replace(THICK, stride="32 * (slices + 1)")),
    ],
    ids=["thin skips its first", "middle skips one", "thick skips a head", "thick repeats", "thick skips a slice"],
)
def test_an_edge_that_is_left_out_or_visited_twice_is_noticed(chosen, mistake, monkeypatch, always):
    monkeypatch.setattr(delivery, chosen.name.upper(), mistake)
    always(mistake)
    with pytest.raises(AssertionError):
        check("emulator", "rows", LENGTHS["35 sources, one of them long"])


# ---- which one


@pytest.mark.parametrize(
    "mean, chosen",
    [
        (0.0, THIN),
        (1.0, THIN),
        (15.9, THIN),
        (16.0, MIDDLE),
        (80.0, MIDDLE),
        (512.0, MIDDLE),
        (512.1, THICK),
        (5000.0, THICK),
    ],
)
def test_the_mean_row_decides(mean, chosen):
    assert strategy(mean) is chosen


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "lengths, mean, chosen, threads",
    [
        ([0, 0, 0], 0.0, THIN, 3),
        ([0, 5, 10, 0], 7.5, THIN, 4),
        ([0, 80, 100], 90.0, MIDDLE, 3),
        ([0] * 40 + [5000], 5000.0, THICK, 2 * 32 * 20),  # 41 sources are looked at in twos of 32; 20 pieces of 256
    ],
)
def test_rows_without_edges_do_not_count_and_thick_ones_get_more_threads(lengths, mean, chosen, threads, layout):
    code = run("emulator", layout, lengths)[2]
    assert mean_row(code.buffers, "P") == mean
    (one,) = [loop.alone for sweep in code.text.sweeps for loop in sweep.loops if isinstance(loop.alone, Delivery)]
    assert one.strategy is chosen and one.threads(code.buffers) == threads
    assert chosen.threads + " for each" in one.title


def test_other_edges_of_the_same_projection_keep_the_text_and_are_right():
    """A strategy belongs to the text; what is bound later may suit another one."""
    long = deliver("emulator", "rows", [5000, 0, 7])
    text = long.code.text
    for lengths in ([4999, 1, 7], [3, 3, 5001]):
        edges = edges_of(lengths)
        other = deliver("reference", "rows", lengths)
        assert len(edges.pre_ids) == long.bindings.sizes["P"]
        for key, array in other.buffers.items():
            if key[1] in ("edges", "state", "spread"):
                long.buffers[key] = array.copy()
        long.begin(0.0, STEPS)
        long.code.advance(0, 0, STEPS, 0.0, 0.1, 0)
        long.code.fetch()
        visits, sums = expected("rows", lengths)
        assert long.code.text is text
        assert np.array_equal(long.buffers["P", "state", "visits"], visits)
        assert np.array_equal(long.buffers["T", "state", "x"], sums)
