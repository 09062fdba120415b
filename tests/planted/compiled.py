"""Changes on the side of Numba, compiled: in what is printed for it, and in the constants that its kernels freeze."""

from __future__ import annotations

import functools
import importlib
import types
from typing import Any

import numba
import numpy as np

from tests.kernels.test_bits_everywhere import digest, golden, points
from tests.planted import corpus
from tests.planted.checks import Check
from tests.planted.live import module_of
from tests.planted.plants import ROOT, Plant, plants

Case = tuple[Plant, Check, dict[str, Any]]
PROGRAMS = (*(f"random step {seed} float64" for seed in (1, 3, 5)), *(
    f"{name} {float_type}" for name in ("over zero", "whole powers", "clock") for float_type in ("float64", "float32")
))  # fmt: skip
FROZEN = {"exp f64": ("EXP_Q", 10), "sin f32": ("SIN_S", 2), "log f64": ("LOG_P", 6)}
"""Functions, and an entry of a table that each of them reads."""


def nudged_text(text: str, node: Any, module: str, side: str) -> str:
    """The text of the next number; of a truth, of the other one."""
    if side != "both" and ("numba" in module) != (side == "numba"):
        return text
    turned = {"bool": f"np.logical_not({text})", "int": f"({text} + 1)"}
    return turned.get(node.dtype, f"np.nextafter({text}, np.inf)")


def of_constants() -> list[Case]:
    """Entries of tables, and the function that is compiled anew with each."""
    found: list[Case] = []
    for case, (table, place) in FROZEN.items():
        function, name = case.split()
        file = f"kernels/constants_{name}.py"
        importlib.import_module(module_of(file))
        line = 1 + (ROOT / file).read_text().splitlines().index(f"{table} = (") + 1 + place
        (plant,) = (plant for plant in plants(file, ("numbers",)) if plant.line == line)
        found.append((plant, functools.partial(has_golden_bits, function, name), {}))
    return found


def has_golden_bits(function: str, name: str) -> None:
    """A function of the Numba kernels, compiled from the constants as they are now, has the bits of the reference."""
    file = ROOT / "kernels/numba/math.py"
    module = types.ModuleType("brainpy_lab.kernels.numba.math")
    module.__dict__.update(__file__=str(file), __package__="brainpy_lab.kernels.numba")
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), module.__dict__)
    call = getattr(module, f"{function}_{name}")

    @numba.njit(error_model="numpy")
    def run(x, out):
        for i in range(x.size):
            out[i] = call(x[i])

    x = points(name)
    out = np.empty_like(x)
    run(x, out)
    assert digest(out) == golden()[f"{function} {name}"]


def of_printer() -> list[Case]:
    """Every kind of node, printed one unit off for Numba alone, and what is printed for the compiler only."""
    file = "brainpy_lab/backends/python_text.py"
    importlib.import_module(module_of(file))
    for name in PROGRAMS:
        corpus.expected(name)
    return [
        (plant, agrees, {"_nudged_text": nudged_text})
        for plant in plants(file, ("printed",))
        if plant.what.endswith("on numba")
    ] + [(plant, agrees, {}) for plant in plants(file, ("operators",)) if plant.what == "if decorator is turned"]


def agrees() -> None:
    """Some programs, which have every kind of node between them, have the same bits compiled as on the reference."""
    for name in PROGRAMS:
        corpus.compiled(name)
