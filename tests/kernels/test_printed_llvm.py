"""What LLVM makes of a loop over the kernels: vectors, one rounding per operation, no calls."""

import re

import brainpy_lab.kernels.numba.math as compiled
import brainpy_lab.kernels.numba.random as draws
import llvmlite.binding
import numba
import pytest

from tests.kernels.samples import FLOATS

FLAGS = re.compile(r"\b(fast|reassoc|nnan|ninf|nsz|arcp|contract|afn)\b")
FUSED = re.compile(r"\bv?fn?m(add|sub)\d*[sp][sd]\b|\bfmadd\b|\bllvm\.fma|llvm\.fmuladd")
# On narrower machines LLVM finds some of the loops (exprel in double precision) not worth two elements at a time.
FEATURES = numba.config.CPU_FEATURES or llvmlite.binding.get_host_cpu_features().flatten()
needs_wide_vectors = pytest.mark.skipif("+avx2" not in FEATURES, reason="the machine has no vectors of 4 doubles")
SCALAR = {"f64": "double", "f32": "float"}


def printed(name, body):
    """LLVM text and assembly of the loop `body`, compiled for `name`."""
    loop = numba.njit(error_model="numpy")(body)
    signature = (numba.types.Array(getattr(numba, FLOATS[name].__name__), 1, "C"),) * 2
    loop.compile(signature)
    return loop.inspect_llvm(loop.signatures[0]), loop.inspect_asm(loop.signatures[0])


@needs_wide_vectors
@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("function", ["exp", "expm1", "exprel", "log", "tanh", "sin", "pow"])
def test_a_loop_over_one_function_is_vectorised_without_a_branch_per_element(function, name):
    kernel = getattr(compiled, f"{function}_{name}")
    if function == "pow":

        def body(x, out):
            for i in range(x.size):
                out[i] = kernel(x[i], out[i])
    else:

        def body(x, out):
            for i in range(x.size):
                out[i] = kernel(x[i])

    text, _ = printed(name, body)
    assert re.search(rf"fmul <\d+ x {SCALAR[name]}>", text)


@pytest.mark.parametrize("name", FLOATS)
def test_a_kernel_of_all_functions_carries_no_fast_math_flag_and_no_fused_operation(name):
    names = "exp expm1 exprel log log10 log1p sin cos tan sinh cosh tanh".split()
    exp, expm1, exprel, log, log10, log1p, sin, cos, tan, sinh, cosh, tanh = (
        getattr(compiled, f"{each}_{name}") for each in names
    )
    power, ipow, sqrt = getattr(compiled, f"pow_{name}"), getattr(compiled, f"ipow_{name}"), compiled.sqrt_f64
    normal = getattr(draws, f"normal_{name}")

    def body(x, out):
        for i in range(x.size):
            v = x[i]
            y = exp(v) * expm1(v) + exprel(v) * log(v) + log10(v) * log1p(v) + sin(v) * cos(v) + tan(v) * sinh(v)
            out[i] = y + cosh(v) * tanh(v) + power(v, y) * ipow(v, 5) + sqrt(v) * normal(1, 2, i, 3, 4)

    text, assembly = printed(name, body)
    arithmetic = [
        line for line in text.splitlines() if re.search(r"= (f(mul|add|sub|div|neg|cmp)|select|call)\b", line)
    ]
    assert len(arithmetic) > 100
    assert not [line for line in arithmetic if FLAGS.search(line.split("@")[0])]
    assert not FUSED.search(text) and not FUSED.search(assembly)


def test_the_test_for_flags_sees_them():
    loop = numba.njit(fastmath=True)(lambda x, y: x * y + y)
    loop.compile((numba.float64, numba.float64))
    assert FLAGS.search(loop.inspect_llvm(loop.signatures[0]))


def test_single_precision_kernels_hold_no_double():
    names = "exp expm1 exprel log log10 log1p sin cos tan sinh cosh tanh sign heaviside".split()
    for each in names:
        kernel = getattr(compiled, f"{each}_f32")
        kernel.compile((numba.float32,))
        assert kernel.signatures == [(numba.float32,)]
        assert kernel.overloads[(numba.float32,)].signature.return_type == numba.float32
        assert not re.search(r"= f(mul|add|sub|div) double", kernel.inspect_llvm((numba.float32,)))
