"""Changes in what is printed for a GPU, in expressions and tables of the kernels, run by the emulated device."""

from __future__ import annotations

import contextlib
import functools
import itertools
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
    with mock.patch.object(tables, "literal", mock.Mock(wraps=tables.literal)) as literal:
        tables.prelude.__wrapped__()
    return literal.call_count


@contextlib.contextmanager
def moved_entry(place: int, count: int) -> Iterator[None]:
    """One of the `count` numbers of the tables is the next one, each time that they are printed."""
    literal, calls = tables.literal, itertools.count()

    def changed(value):
        if next(calls) % count != place:
            return literal(value)
        one = value.dtype.type(1)
        return literal(np.nextafter(value, np.inf * one) if isinstance(value, np.floating) else value + one)

    with mock.patch.object(tables, "literal", changed):
        yield
