"""The functions of `kernels/cuda` over arrays, compiled by the C++ compiler of this machine."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
from brainpy_lab.kernels.cuda.prelude import prelude

HEADER = Path(__file__).parent / "cuda_on_cpu.h"
FLAGS = ["-std=c++17", "-O2", "-ffp-contract=off", "-fwrapv", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror"]
# The text is compiled for cards: it has pragmas of their compiler, and functions of which a test uses a few.
FLAGS += ["-Wno-unknown-pragmas", "-Wno-unused-parameter"]
TYPES = {np.dtype(np.float64): "double", np.dtype(np.float32): "float", np.dtype(np.int64): "long long"}
TYPES |= {np.dtype(np.uint32): "unsigned", np.dtype(np.bool_): "bool", np.dtype(np.int32): "int"}

compiler = shutil.which("g++") or shutil.which("clang++")


def loop(name, expression, inputs, outputs):
    """The C++ text of a loop that computes `expression`, which names its inputs x0[i], x1[i]... and outputs y0[i]..."""
    arguments = [f"const {TYPES[np.dtype(kind)]}* x{k}" for k, kind in enumerate(inputs)]
    arguments += [f"{TYPES[np.dtype(kind)]}* y{k}" for k, kind in enumerate(outputs)]
    head = f'extern "C" void {name}(long n, {", ".join(arguments)})'
    return f"{head} {{\n  for (long i = 0; i < n; ++i) {{ {expression} }}\n}}\n"


def build(loops, folder):
    """The library of the printed `loops`; where there is no `compiler`, the tests are skipped."""
    source, library = folder / "loops.cpp", folder / "loops.so"
    source.write_text(HEADER.read_text() + prelude() + loops)
    ended = subprocess.run([compiler, *FLAGS, str(source), "-o", str(library)], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ctypes.CDLL(str(library))


def call(library, name, inputs, outputs):
    """Run a loop: arrays of inputs, types of outputs; returns the output arrays."""
    inputs = [np.ascontiguousarray(x) for x in np.broadcast_arrays(*inputs)]
    results = [np.empty(inputs[0].shape, kind) for kind in outputs]
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in [*inputs, *results]]
    getattr(library, name)(ctypes.c_long(inputs[0].size), *pointers)
    return results
