"""The functions of `kernels/cuda` over arrays: on the CPU by the C++ compiler of this machine, and on a card.

A loop is written once, as ``(name, expression, types of inputs, types of outputs)``, where the expression names its
inputs x0[i], x1[i]... and its outputs y0[i]...
"""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
from brainpy_lab.kernels.cuda.prelude import prelude

from brainpy_lab.backends.cuda.compile import compile_cubin

HEADER = Path(__file__).parent / "cuda_on_cpu.h"
FLAGS = ["-std=c++17", "-O2", "-ffp-contract=off", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror"]
# The text is written for cards: it has pragmas of their compiler, and functions of which a test uses a few.
FLAGS += ["-Wno-unknown-pragmas", "-Wno-unused-parameter"]
TYPES = {np.float64: "double", np.float32: "float", np.int64: "long long", np.int32: "int", np.bool_: "bool"}
THREADS = 128

compiler = shutil.which("g++") or shutil.which("clang++")


def declared(inputs, outputs):
    listed = [f"const {TYPES[kind]}* x{k}" for k, kind in enumerate(inputs)]
    listed += [f"{TYPES[kind]}* y{k}" for k, kind in enumerate(outputs)]
    return ", ".join(["long long n", *listed])


class Loops:
    """``call(name, inputs)`` runs a loop over arrays and gives the arrays of its outputs."""

    def __init__(self, loops):
        self.types = {name: types for name, _, *types in loops}

    def __call__(self, name, inputs):
        kinds, results = self.types[name]
        inputs = [np.ascontiguousarray(x, kind) for x, kind in zip(np.broadcast_arrays(*inputs), kinds, strict=True)]
        return self.run(name, inputs, [np.empty(inputs[0].shape, kind) for kind in results])


class OnCpu(Loops):
    """Loops in a library that the C++ compiler makes in `folder`."""

    def __init__(self, loops, folder):
        super().__init__(loops)
        source, library = folder / "loops.cpp", folder / "loops.so"
        text = [HEADER.read_text(), prelude()]
        for name, expression, inputs, outputs in loops:
            head = f'extern "C" void loop_{name}({declared(inputs, outputs)})'
            text.append(f"{head} {{\n  for (long long i = 0; i < n; ++i) {{ {expression} }}\n}}\n")
        source.write_text("".join(text))
        ended = subprocess.run([compiler, *FLAGS, str(source), "-o", str(library)], capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr[-3000:]
        self.library = ctypes.CDLL(str(library))

    def run(self, name, inputs, outputs):
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in [*inputs, *outputs]]
        getattr(self.library, f"loop_{name}")(ctypes.c_longlong(inputs[0].size), *pointers)
        return outputs


class OnCard(Loops):
    """Loops in a module that NVRTC makes for the card, one thread for each element."""

    def __init__(self, loops):
        import cupy

        super().__init__(loops)
        text = [prelude()]
        for name, expression, inputs, outputs in loops:
            head = f'extern "C" __global__ void loop_{name}({declared(inputs, outputs)})'
            index = "const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;"
            text.append(f"{head} {{\n  {index}\n  if (i < n) {{ {expression} }}\n}}\n")
        capability = cupy.cuda.Device().compute_capability
        self.cupy, self.module = cupy, cupy.cuda.function.Module()
        self.module.load(compile_cubin("".join(text), f"sm_{capability}").image)

    def run(self, name, inputs, outputs):
        arrays = [self.cupy.asarray(array) for array in [*inputs, *outputs]]
        n = inputs[0].size
        self.module.get_function(f"loop_{name}")((-(-n // THREADS),), (THREADS,), (np.int64(n), *arrays))
        return [array.get() for array in arrays[len(inputs) :]]


def no_card():
    """Why nothing can run on a card here; None when it can."""
    try:
        import cupy
    except ImportError:
        return 'CuPy is not installed (pip install "brainpy-lab[gpu]")'
    return None if cupy.cuda.is_available() else "no NVIDIA GPU here"
