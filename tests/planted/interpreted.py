"""What the Numba back end prints, run by Python instead of a compiler: the same text, the same numbers, no waiting.

Kernels and drivers are plain Python but for three things: what they import, which here is the reference, or where the
reference has nothing like it, the compiled function itself; arrays from addresses, which here are the arrays; and
literals, which are doubles also beside a number in single precision. Steps that stay Python are left to the compiler,
and called by a driver that is not compiled.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import hashlib
import importlib
import types
from collections.abc import Iterator
from unittest import mock

import brainpy_lab.kernels.reference.math as reference_math
import brainpy_lab.kernels.reference.random as reference_random
import numba
import numpy as np
from numba.core.dispatcher import Dispatcher
from numba.core.extending import _Intrinsic
from numba.np.numpy_support import as_dtype

from brainpy_lab.backends.numba import backend, cache

OF_PYTHON = "from brainpy_lab.kernels.numba.arrays import "
"""What only the text of a step that stays Python holds."""


def _njit(*args, **options):
    return args[0] if args and callable(args[0]) else lambda function: function


def _flat(arrays, sizes, place):
    array, n = arrays[place], sizes[2 * place]
    assert array.ndim == 1 and 0 <= n <= len(array), "a driver reads beyond an array"
    return array[:n]


def _table(arrays, sizes, place):
    array, rows, n = arrays[place], sizes[2 * place], sizes[2 * place + 1]
    assert array.ndim == 2 and 0 <= rows <= array.shape[0] and n == array.shape[1], "a driver reads beyond a table"
    return array[:rows]


def _record_events(steps, ids, count, i_run, source):
    found = np.flatnonzero(source)
    first, last = count[0], count[0] + len(found)
    assert last <= len(steps), "a driver records more events than a list has room for"
    steps[first:last], ids[first:last], count[0] = i_run, found, last


def _memory() -> types.SimpleNamespace:
    """The primitives of drivers, as the Python functions that they are compiled from."""
    from brainpy_lab.kernels.numba import memory

    found = {name: getattr(value, "py_func", value) for name, value in vars(memory).items()}
    for suffix, kind in (("f64", np.float64), ("f32", np.float32), ("i64", np.int64), ("i32", np.int32),
                         ("b1", np.bool_)):  # fmt: skip
        found |= {f"flat_{suffix}": _typed(_flat, kind), f"table_{suffix}": _typed(_table, kind)}
    return types.SimpleNamespace(**found | {"record_events": _record_events})


def _typed(take, kind):
    def of(arrays, sizes, place):
        array = take(arrays, sizes, place)
        assert array.dtype == kind, f"a driver takes {array.dtype} for {np.dtype(kind)}"
        return array

    return of


@functools.cache
def _compiled(name: str) -> types.SimpleNamespace:
    """A module of kernels; also what only compiled code can call becomes what Python can call."""
    found, kinds = vars(importlib.import_module(name)), (Dispatcher, _Intrinsic)
    return types.SimpleNamespace(
        **{key: _callable(value) if isinstance(value, kinds) else value for key, value in found.items()}
    )


def _callable(function):
    @numba.njit
    def call(args):
        return function(*args)

    def typed(*args):
        """Python has one kind of whole number; what comes next may ask which it was."""
        found = call(args)
        kind = call.overloads[(numba.typeof(args),)].signature.return_type
        return None if found is None else as_dtype(kind).type(found)

    return typed


def _apart(kernel):
    """What a driver calls: text as it is, and machine code, which only machine code can call, by way of some."""
    return _callable(kernel) if isinstance(kernel, Dispatcher) else kernel


def _modules() -> dict[str, object]:
    from brainpy_lab.kernels import philox

    return {
        "numpy": np,
        "numba": types.SimpleNamespace(njit=_njit),
        "brainpy_lab.kernels.numba.math": reference_math,
        "brainpy_lab.kernels.numba.random": reference_random,
        "brainpy_lab.kernels.numba.memory": _memory(),
        "brainpy_lab.kernels.numba.apart": types.SimpleNamespace(apart=_apart),
        "brainpy_lab.kernels.numba.intrinsics": types.SimpleNamespace(select=lambda c, a, b: a if c else b),
        "brainpy_lab.kernels.philox": philox,
    }


class _Typed(ast.NodeTransformer):
    """Gives literals the type that they have in compiled code; Python's own would take that of their neighbours."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if type(node.value) is not float:
            return node
        return ast.Call(ast.Name("typed", ast.Load()), [node], [])


class Interpreter:
    """Stands for the cache of compiled texts.

    Attributes
    ----------
    texts : list of str
        What was loaded.
    """

    def __init__(self) -> None:
        self.modules = _modules()
        self.texts: list[str] = []
        self._compile = cache.load

    def load(self, text: str) -> types.ModuleType:
        name = "bpl_" + hashlib.sha256(text.encode()).hexdigest()[:24]
        self.texts.append(text)
        if name not in self.modules and OF_PYTHON in text:
            module = self._compile(text)
            self.modules[name] = self.modules[module.__name__] = module
        if name not in self.modules:
            module = types.ModuleType(name)
            module.__dict__["__builtins__"] = {**vars(builtins), "__import__": self._import}
            module.__dict__["CACHE"] = False
            module.__dict__["typed"] = np.float64
            tree = ast.fix_missing_locations(_Typed().visit(ast.parse(text)))
            exec(compile(tree, f"<{name}>", "exec"), module.__dict__)
            self.modules[name] = module
        return self.modules[name]  # type: ignore[return-value]

    def _import(self, name, globals=None, locals=None, fromlist=(), level=0):
        if name not in self.modules and name.startswith("brainpy_lab.kernels.numba."):
            self.modules[name] = _compiled(name)
        return self.modules[name]


@contextlib.contextmanager
def interpreting() -> Iterator[Interpreter]:
    """The Numba back end, without Numba."""
    interpreter = Interpreter()

    def rebind(self) -> None:
        self.addresses = [self.buffers[key] for key in self.keys]
        self.sizes = np.zeros(2 * len(self.keys), np.int64)
        for place, array in enumerate(self.addresses):
            if array.ndim <= 2:
                self.sizes[2 * place : 2 * place + array.ndim] = array.shape

    def run(self, step, i_run, n_steps, t0, dt, seed) -> int:
        with np.errstate(all="ignore"):
            times = np.float64(t0), np.float64(dt)
            found = self._advance(self.addresses, self.sizes, step, i_run, n_steps, *times, seed)
        return int(found)

    with (
        mock.patch.object(cache, "load", interpreter.load),
        mock.patch.object(backend.NumbaAdvance, "rebind", rebind),
        mock.patch.object(backend.NumbaAdvance, "_run", run),
    ):
        yield interpreter
