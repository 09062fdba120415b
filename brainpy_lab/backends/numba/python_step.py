"""A Python step as the text of a compiled kernel.

The functions of the step are printed as they are, but for what Numba cannot take: states become arrays, parameters
and the time become arguments, a list of arrays becomes two arrays. The kernel itself unpacks its arguments and calls
the step once, or once for each element.

NumPy and Numba disagree about the type of ``x * 0.5`` where x is float32, so a step never sees such an x: arrays in
float32 are widened before it and rounded after it, numbers where they are read and written.
"""

from __future__ import annotations

import ast
import types

import numpy as np

from ...errors import ModelError
from ...ir.plan import Key, RunPython
from ...ir.program import Program
from ...ir.python_step import Piece
from ...kernels.reference.arrays import AT_HEAD
from ..equation_text import numba_text
from ..python_text import power_source
from . import cache
from .driver_text import NUMBA, SUFFIX
from .kernel_text import ARGUMENTS, INNER, OPTIONS, SCALAR_TYPES
from .python_arguments import SYSTEM, Arguments
from .python_function import Flat, flat_function
from .python_refusal import NotCompiledError, refused_by_numba


class PythonText:
    """The text of a step, and the buffers that its kernel takes.

    Attributes
    ----------
    text : str
    keys : list of Key
        In the order of the kernel's arguments.
    lines : dict
        Line of `text` -> (file, line) of the user.
    """

    def __init__(self, action: RunPython, program: Program, buffers: dict[Key, np.ndarray]):
        self.step = action.step
        if self.step.obstacles:
            raise NotCompiledError(self.step.name, self.step.obstacles[0])
        arguments = Arguments(action, program, buffers)
        self.keys = arguments.keys
        head, equations, powers = _equations(action)
        functions = [flat_function(arguments, number, piece) for number, piece in enumerate(self.step.pieces)]
        head += _imports(functions, program.float_type)
        for function in functions:
            powers |= function.powers
        head += ["\n\n" + power_source(power, "@njit(forceinline=True)") for power in sorted(powers)]
        lines = "\n".join([*head, *equations]).split("\n")
        self.lines: dict[int, tuple[str, int]] = {}
        for piece, function in zip(reversed(self.step.pieces), reversed(functions)):  # helpers first
            lines += ["", "", "@inner"]
            printed = ast.unparse(function.tree)
            self.lines |= _user_lines(function.tree, printed, len(lines), piece)
            lines += printed.split("\n")
        lines += ["", "", *_kernel(arguments)]
        self.text = "\n".join(lines) + "\n"


def _equations(action: RunPython) -> tuple[list[str], list[str], set[int]]:
    """The head of the text, what prints the integrators that the step calls, and the whole powers that they take."""
    math: set[str] = set()
    powers: set[int] = set()
    body: list[str] = ["", "", f"inner = njit({INNER})"]
    for call, kernel in zip(action.step.equations, action.kernels):
        text, functions = numba_text(call, kernel)
        math |= {name for name in functions if name.endswith(("_f64", "_f32")) and not name.startswith("to_")}
        powers |= {int(name[5:]) for name in functions if name.startswith("ipow_")}
        body += text
    head = [
        "import math",
        "import numpy as np",
        "from numba import njit, vectorize",
        "from brainpy_lab.kernels.numba.intrinsics import select",
        *(f"from brainpy_lab.kernels.numba.math import {name}" for name in sorted(math)),
    ]
    return head, body, powers


def _imports(functions: list[Flat], float_type: str) -> list[str]:
    """What the functions of a step call, and equations with noise (`draw_like`)."""
    used = {"draw_like"}.union(*(function.functions for function in functions))
    single = "_f32" if float_type == "float32" else ""
    found = [
        f"from brainpy_lab.kernels.numba.arrays import {name}{single if name.startswith('draw_') else ''} as bpl_{name}"
        for name in sorted(used)
    ]
    found += ["draw_like = bpl_draw_like", "to_f64 = np.float64", "to_int64 = np.int64"]
    return [*found, "\n\n@njit(forceinline=True)\ndef logical_not(x):\n    return x == False"]


def _user_lines(tree: ast.FunctionDef, printed: str, before: int, piece: Piece) -> dict[int, tuple[str, int]]:
    """Which line of the user each printed line of a function is; `before` lines stand before it."""
    found: dict[int, tuple[str, int]] = {}
    for old, new in zip(ast.walk(tree), ast.walk(ast.parse(printed).body[0])):
        if hasattr(old, "lineno") and hasattr(new, "lineno"):
            found.setdefault(new.lineno + before, (piece.file, old.lineno))
    return found


def _kernel(arguments: Arguments) -> list[str]:
    """The function that a driver calls."""
    step = arguments.step
    types_ = [SCALAR_TYPES.format(real=arguments.program.float_type)]
    for key in arguments.keys:
        array = arguments.buffers[key]
        types_.append(f"{NUMBA[SUFFIX[array.dtype]]}[{'::1' if array.ndim == 1 else ':, ::1'}]")
    names = [f"a{number}" for number in range(len(arguments.keys))]
    given = [SYSTEM.get(part, part) for arg in step.arguments for part in arguments.flat(arg)]
    call = f"bpl_f_{step.pieces[0].name}({', '.join([*given, *arguments.states.values(), *arguments.hidden])})"
    body = [
        f"bpl_at = np.zeros({AT_HEAD + step.n_sites}, np.int64)",
        "bpl_at[0] = seed",
        "bpl_at[1] = stream",
        "bpl_at[2] = step",
        "bpl_t = t",
        "bpl_i = i_run",
        "bpl_dt = dt",
        *arguments.setup,
    ]
    if arguments.element:
        inner = ["bpl_at[3] = bpl_obj_i", f"bpl_at[{AT_HEAD}:] = 0"]
        for name, ids in zip(("bpl_pre_i", "bpl_post_i"), arguments.ends or ("", "")):
            inner.append(f"{name} = np.int64({ids}[bpl_obj_i])" if ids else f"{name} = bpl_obj_i")
        body.append("for bpl_obj_i in range(n):")
        body += [f"    {line}" for line in [*inner, *arguments.inner_setup, call]]
    else:
        body.append(call)
    body += [f"{name}[:] = wide_{name}" for name, changes in arguments.widened.items() if changes]
    return [
        f'@njit("void({", ".join(types_)})", {OPTIONS})',
        f"def kernel({', '.join([*ARGUMENTS, *names])}):",
        *(f"    {line}" for line in body),
    ]


_failed: dict[str, ModelError] = {}


def load_step(step: PythonText) -> types.ModuleType:
    """Compile a step, or get it from the cache.

    Raises
    ------
    NotCompiledError
        When Numba refuses it, with the user's line.
    """
    if step.text in _failed:
        raise _failed[step.text]
    try:
        return cache.load(step.text)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # Numba says no in many ways: it has errors of its own, and lets others through
        _failed[step.text] = refused_by_numba(step.step, step.lines, error)
        raise _failed[step.text] from error
