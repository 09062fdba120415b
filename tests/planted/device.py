"""Changes in what is printed for a GPU, in expressions and tables of the kernels, run by the emulated device."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import brainpy_lab.kernels.cuda.prelude as tables
import numpy as np

from tests.kernels import test_cuda_bits
from tests.kernels.cuda_text import OnCpu
from tests.planted import corpus
from tests.planted.checks import Check, Ordered, cases, own_profile


def nudged_text(text: str, node: Any, module: str, side: str) -> str:
    """The C++ text of the next number further from 0; of a truth, of the other one."""
    turned = {"bool": f"(!{text})", "int": f"wrap_add({text}, 1LL)"}
    return turned.get(node.dtype, f"from_bits(to_bits({text}) + 1)")


@functools.cache
def _on_reference(float_type: str) -> corpus.Numbers:
    with own_profile():
        return corpus.together(float_type, "reference")


def emulated(float_type: str) -> None:
    """All kinds of expressions have the numbers of the reference on the emulated device."""
    with own_profile():
        corpus.compare(corpus.together(float_type, "emulator"), _on_reference(float_type))


@functools.cache
def of_expressions() -> Ordered:
    for float_type in ("float64", "float32"):
        _on_reference(float_type)
    run = {f"emulated {real}": functools.partial(emulated, real) for real in ("float64", "float32")}
    return Ordered(run | cases("tests.cuda.test_expression_text"))


# -- tables ------------------------------------------------------------------------------------------------------------


def _printed_anew(check: Check) -> None:
    tables.prelude.cache_clear()
    try:
        check()
    finally:
        tables.prelude.cache_clear()


def compiled() -> None:
    """All functions of the kernels, compiled by the C++ compiler with the tables as they are now."""
    with tempfile.TemporaryDirectory() as folder:
        run = OnCpu(test_cuda_bits.loops(), Path(folder))
        for test in cases("tests.kernels.test_cuda_bits", fixtures={"run": run}).values():
            test()


@functools.cache
def of_tables() -> Ordered:
    exact = cases("tests.kernels.test_cuda_bits")
    checks = {**exact, "tests.kernels.test_cuda_bits, compiled": compiled}
    return Ordered({name: functools.partial(_printed_anew, check) for name, check in checks.items()})


def count_of_entries() -> int:
    """How many numbers the printed tables have."""
    with moved_entry(-1) as seen:
        tables.prelude.__wrapped__()
    return seen[0]


@contextlib.contextmanager
def moved_entry(place: int) -> Iterator[list[int]]:
    """One number of the printed tables is the next one; yields how many were printed."""
    literal, seen = tables.literal, [0]

    def changed(value):
        seen[0] += 1
        if seen[0] != place + 1:
            return literal(value)
        nested = isinstance(value, np.floating)
        return literal(np.nextafter(value, value.dtype.type(np.inf)) if nested else value + value.dtype.type(1))

    with mock.patch.object(tables, "literal", changed):
        yield seen
