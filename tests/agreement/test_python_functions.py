"""Every function that a step in Python may call has the same bits on the reference and on Numba, on nasty numbers."""

from __future__ import annotations

import ast
import builtins
import importlib.util
import math

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.errors import CodeError
from brainpy_lab.frontends.pystep_table import DRAWS, EXACT, METHODS, OURS
from tests.agreement.python_functions import GIVEN, REFUSED, SAMPLE, groups, split

HEAD = """
import math
import numpy as np
import brainpy_lab as bp

FOUND = {}

def keep(j, value):
    FOUND[j] = np.array(value)

"""
SILENT = {print, breakpoint, next, iter, map, filter, repr, getattr, hasattr, type, dict, set, np.errstate}
"""Functions whose results are no numbers."""
TOGETHER = {np.add.at, np.subtract.at, np.multiply.at, np.ndindex, np.ndenumerate, np.fill_diagonal, np.triu_indices,
            np.tril_indices, slice}  # fmt: skip
"""Functions that change arrays or make indices: `test_what_changes_arrays_agrees`."""


class Steps:
    """Makes and runs steps of many expressions, in files under `folder`."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0

    def module(self, lines, outputs=()):
        self.count += 1
        path = self.folder / f"functions_{self.count}.py"
        arguments = ", ".join(["ST", "_i", *GIVEN, *outputs])
        path.write_text(f"{HEAD}def update({arguments}):\n" + "".join(f"    {line}\n" for line in lines))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def run(self, module, jit, outputs=None):
        bp.profile.set(jit=jit, seed=3, dt=0.1)
        given = {name: value.copy() for name, value in GIVEN.items()}
        group = bp.NeuGroup(
            bp.NeuType("F", bp.NeuState("s"), module.update, hand_overs={**given, **(outputs or {})}), 1
        )
        group.run(0.1)
        return group

    def both(self, expressions):
        """The values on the reference and on Numba, as float64 arrays.

        The reference runs twice: first to learn the shapes, then as Numba does.
        """
        module = self.module([f"keep({j}, {text})" for j, text in enumerate(expressions)])
        self.run(module, False)
        shapes = [module.FOUND[j].shape for j in range(len(expressions))]
        places = ["[0]" if shape == () else "[:]" if len(shape) == 1 else "[:, :]" for shape in shapes]
        names = [f"out_{j}" for j in range(len(expressions))]
        module = self.module(
            [f"{name}{place} = {text}" for name, place, text in zip(names, places, expressions)], names
        )
        groups = [
            self.run(module, jit, {name: np.full(shape or (1,), 7e7) for name, shape in zip(names, shapes)})
            for jit in (False, True)
        ]
        return [[getattr(group, name) for name in names] for group in groups]


@pytest.fixture
def steps(tmp_path):
    return Steps(tmp_path)


def assert_same(expressions, values):
    for text, reference, compiled in zip(expressions, *values):
        same = (reference.view(np.int64) == compiled.view(np.int64)) | (np.isnan(reference) & np.isnan(compiled))
        assert same.all(), f"{text}: {reference} on the reference, {compiled} compiled"


@pytest.mark.filterwarnings("ignore:.*bits not promised")
def test_a_sample_of_functions_agrees(steps):
    assert_same(split(SAMPLE), steps.both(split(SAMPLE)))


@pytest.mark.soak
@pytest.mark.parametrize("name, expressions", groups(), ids=[name for name, _ in groups()])
@pytest.mark.filterwarnings("ignore:.*bits not promised")
def test_every_function_agrees(name, expressions, steps):
    assert_same(expressions, steps.both(expressions))


def changes():
    return (
        """
np.add.at(y, np.abs(k) % 3, 0.1)
np.subtract.at(x, k % 2, y)
np.multiply.at(y, k % 2, x)
""".strip().splitlines(),
        """
for i, j in np.ndindex(2, 3):
    A[i, j] += i - 0.5 * j
for place, value in np.ndenumerate(A):
    A[place] = value * 0.9
np.fill_diagonal(A[:, :3].copy(), 2.0)
x[slice(1, 3)] = y[slice(2, 4)]
""".strip().splitlines(),
    )


def test_what_changes_arrays_agrees(steps):
    uncompiled, both = changes()
    module = steps.module(uncompiled)
    group = steps.run(module, False)
    expected = GIVEN["y"].copy()
    np.add.at(expected, np.abs(GIVEN["k"]) % 3, 0.1)
    assert np.array_equal(group.y[3:], expected[3:]) and not np.array_equal(group.y, GIVEN["y"])
    reference, compiled = (steps.run(steps.module(both), jit) for jit in (False, True))
    for name in ("x", "y", "A"):
        assert np.array_equal(getattr(reference, name), getattr(compiled, name), equal_nan=True), name
    assert not np.array_equal(reference.A, GIVEN["A"])


@pytest.mark.soak
@pytest.mark.parametrize("text", split(REFUSED))
def test_what_numba_does_not_know_runs_uncompiled(text, steps):
    module = steps.module([f"keep(0, {text})"])
    steps.run(module, False)
    with pytest.raises(CodeError, match="cannot be compiled because of"):
        steps.run(steps.module([f"value = {text}", "x[0] = len(y)"]), True)


def called(expressions):
    """The functions and methods that expressions call."""
    scope = {"np": np, "math": math, "bp": bp, **vars(builtins)}
    functions, methods = set(), set()
    for text in expressions:
        for node in ast.walk(ast.parse(text, mode="eval")):
            if isinstance(node, ast.Call):
                try:
                    functions.add(eval(ast.unparse(node.func), scope))
                except NameError:
                    methods.add(node.func.attr)
    return functions, methods


def test_every_function_of_the_tables_is_called_here():
    everything = [text for _, expressions in groups() for text in expressions]
    functions, methods = called([*everything, *split(REFUSED)])
    old = {np.float16, np.int16, np.int8}  # narrow types are one entry each
    assert {*EXACT, *OURS, *DRAWS} - functions - SILENT - TOGETHER - old == set()
    assert set(METHODS) - methods - {"sort"} == set()


def test_every_function_that_is_ours_is_in_the_sample():
    functions, methods = called(split(SAMPLE))
    ours = {OURS[function] for function in functions if function in OURS} | {METHODS[name] for name in methods}
    written = {"power", "floor_divide", "remainder"}  # as operators
    elementwise = {
        "exp",
        "expm1",
        "exprel",
        "log",
        "log10",
        "log1p",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "sqrt",
    }
    assert set(OURS.values()) - ours - written - elementwise <= {"heaviside", "real", "whole"}
