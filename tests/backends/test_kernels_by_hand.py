"""Kernels written by hand, printed for Numba: what stands in them holds for every part of the arrays they are given."""

import numpy as np
import pytest

from brainpy_lab.backends.numba.kernel_text import Signature, edge_types, kernel_text, lists_active
from brainpy_lab.ir.expr import Binary, Cast, Compare, Const, Element, Field, Logic, Param
from brainpy_lab.ir.kernel import Accumulate, Kernel
from brainpy_lab.ir.plan import EDGE_ARRAYS
from tests.backends.callable_kernel import callable_kernel

INDPTR = np.array([0, 2, 5, 5, 9, 10])
"""Where the edges of each of five sources begin."""
PRE = np.repeat(np.arange(5), np.diff(INDPTR)).astype(np.int64)
POST = np.array([4, 5, 0, 1, 2, 0, 3, 4, 5, 2], np.int32)
RUNS = {"edges": [0, 2, 5, 6, 9], "sizes": [2, 3, 1, 3, 1], "posts": [4, 0, 0, 3, 2], "indptr": [0, 1, 2, 2, 4, 5]}
LEVEL, GAIN = np.nextafter(0.5, 0.0), 0.5


def _whole(op, a, b):
    return Binary(op, a, b, dtype="int")


def _int(value):
    return Const(value, dtype="int")


def _element(which):
    return Element(which, dtype="int")


NUMBER = _whole("+", _whole("*", _element("pre"), _int(10_000)),
                _whole("+", _whole("*", _element("self"), _int(100)), _element("post")))  # fmt: skip
GUARD = Logic("and", Compare("!=", _element("pre"), _int(1), dtype="bool"),
              Compare("<", Field("one", "level", dtype="real"), Param("gain", dtype="real"), dtype="bool"),
              dtype="bool")  # fmt: skip


def part(layout, first, stop):
    """The arrays of a layout, of the sources (of 'list': of the edges) from `first` to `stop`."""
    runs = {key: np.array(value, np.int64) for key, value in RUNS.items()}
    indptr = runs["indptr"] if layout == "runs" else INDPTR.astype(np.int64)
    arrays = {
        "row_starts": indptr[:-1][first:stop], "row_stops": indptr[1:][first:stop], "run_edges": runs["edges"],
        "run_sizes": runs["sizes"], "run_posts": runs["posts"],
        "pre_ids": PRE[first:stop] if layout == "list" else PRE,
        "post_ids": POST[first:stop] if layout == "list" else POST,
    }  # fmt: skip
    return [arrays[name] for name in EDGE_ARRAYS[layout]]


@pytest.mark.parametrize("layout", ["rows", "list"])
def test_picked_edges_are_those_of_a_list_of_places(layout):
    kernel = Kernel("carry", "edges", layout, (), (Accumulate("g", "+", Cast(NUMBER, "real", dtype="real")),))
    kinds = {"post_g": "float64[::1]", **edge_types(layout), "edge_ids": "int64[::1]"}
    signature = Signature(tuple(kinds), tuple(kinds.values()))
    text = kernel_text(kernel, (), frozenset(), "float64", signature, picked=True)
    places = np.array([7, 3, 9, 0, 4, 8])
    arrays = {"row_starts": np.array([0, 1, 4]), "row_stops": np.array([1, 4, 6]), "pre_ids": PRE, "post_ids": POST}
    pre = np.array([0, 1, 1, 1, 2, 2]) if layout == "rows" else PRE[places]
    expected, found = np.zeros(6), np.zeros(6)
    np.add.at(expected, POST[places], 10_000.0 * pre + 100.0 * places + POST[places])
    given = [arrays[name] for name in EDGE_ARRAYS[layout]]
    callable_kernel(text)(0, 3, 0, 0, 0.0, 0.1, 0, 0, np.zeros(0), found, *given, places)
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("layout", ["rows", "runs", "list"])
def test_parts_know_the_numbers_of_their_elements(layout):
    kernel = Kernel("carry", "edges", layout, (), (Accumulate("g", "+", Cast(NUMBER, "real", dtype="real")),), GUARD)
    kinds = {"post_g": "float64[::1]", "one_level": "float64[::1]", **edge_types(layout)}
    text = kernel_text(kernel, ("gain",), frozenset(), "float64", Signature(tuple(kinds), tuple(kinds.values())))
    run = callable_kernel(text)
    n = len(PRE) if layout == "list" else 5
    edges = np.flatnonzero(PRE != 1)
    expected = np.zeros(6)
    np.add.at(expected, POST[edges], 10_000.0 * PRE[edges] + 100.0 * edges + POST[edges])
    for bounds in ((0, n), (0, 2, n), (0, 1, 3, n)):
        found = np.zeros(6)
        for first, stop in zip(bounds, bounds[1:]):
            more = [np.empty(stop - first, np.int32)] if lists_active(kernel) else []
            arrays = [found, np.array([LEVEL]), *part(layout, first, stop), *more]
            run(first, stop - first, 0, 0, 0.0, 0.1, 0, 0, np.array([GAIN]), *arrays)
        assert np.array_equal(found, expected), bounds
