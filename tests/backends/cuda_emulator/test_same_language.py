"""What the emulated device compiles NVRTC compiles too, and what one refuses the other refuses."""

from __future__ import annotations

import pytest

from brainpy_lab.backends.cuda import nvrtc
from brainpy_lab.backends.cuda.compile import compile_cubin
from brainpy_lab.backends.cuda.emulator import EmulatedDevice, KernelError
from brainpy_lab.errors import ModelUseError
from tests.backends.cuda_emulator import test_kernels, test_planted_bugs, test_sanitizers


@pytest.fixture(scope="module")
def compiler(require):
    try:
        nvrtc.load()
    except ModelUseError as error:
        require("nvrtc", False, str(error))


@pytest.mark.parametrize("module", [test_kernels, test_planted_bugs, test_sanitizers])
def test_the_kernels_of_these_tests_are_cuda(compiler, module):
    sources = {
        name: text
        for name, text in vars(module).items()
        if isinstance(text, str) and "__global__" in text and name.isupper()
    }
    assert len(sources) > 3
    for text in sources.values():
        for word, meant in [("TYPE", "double"), ("BARRIER", "__syncthreads();")]:
            text = text.replace(word, meant) if f"{word}\n" in text or f"{word}*" in text else text
        compile_cubin(text, "sm_90")


FLOATS = "fabs sqrt floor ceil trunc round rint nearbyint logb exp exp2 expm1 log log2 log10 log1p sin cos tan asin"
FLOATS += " acos atan sinh cosh tanh asinh acosh atanh cbrt erf erfc lgamma tgamma"
PAIRS = "fmin fmax fmod remainder copysign nextafter atan2 pow hypot"
MODES = ("rn", "rz", "rd", "ru")
INTEGERS = {"int": "int", "uint": "unsigned", "ll": "long long", "ull": "unsigned long long"}


def expressions():
    """Pairs of a type and an expression of it, of variables whose names begin as their types."""
    for name in FLOATS.split():
        yield from [("float", f"{name}(f)"), ("float", f"{name}f(f)"), ("double", f"{name}(d)")]
    for name in PAIRS.split():
        yield from [("float", f"{name}(f, f2)"), ("float", f"{name}f(f, f2)"), ("double", f"{name}(d, d2)")]
    for real, letter in [("float", "f"), ("double", "d")]:
        for to, kind in INTEGERS.items():
            yield from [(kind, f"__{real}2{to}_{mode}({letter})") for mode in MODES]
        for operation in ("add", "sub", "mul", "div"):
            yield real, f"__{letter}{operation}_rn({letter}, {letter}2)"
        yield real, f"__{letter}sqrt_rn({letter})"
        yield real, f"__{'fmaf' if real == 'float' else 'fma'}_rn({letter}, {letter}2, {letter})"
        yield from [("int", f"{name}({letter})") for name in ("isnan", "isinf", "isfinite", "signbit")]
        yield from [(real, f"{name}({letter}, {letter}2)") for name in ("min", "max")]
        yield from [(real, f"{call}") for call in (f"ldexp({letter}, i)", f"frexp({letter}, &i)", f"abs({letter})")]
        yield "long long", f"llrint({letter})"
        for name, letter_from in [("int", "i"), ("uint", "u"), ("ll", "l"), ("ull", "w")]:
            yield real, f"__{name}2{real}_rn({letter_from})"
    for kind, letter in [("int", "i"), ("unsigned", "u"), ("long long", "l"), ("unsigned long long", "w")]:
        yield from [(kind, f"{name}({letter}, {letter}2)") for name in ("min", "max")]
    yield from [("int", f"__{name}(i)") for name in ("popc", "ffs", "clz")]
    yield from [("int", f"__{name}ll(l)") for name in ("popc", "ffs", "clz")]
    yield from [("unsigned", "__brev(u)"), ("unsigned long long", "__brevll(w)"), ("int", "__mulhi(i, i2)")]
    yield from [("unsigned", f"__funnelshift_{side}(u, u2, 3u)") for side in "lr"]
    yield from [("unsigned", "__umulhi(u, u2)"), ("unsigned long long", "__umul64hi(w, w2)")]
    yield from [("long long", "__mul64hi(l, l2)"), ("long long", "__double_as_longlong(d)")]
    yield from [("double", "__longlong_as_double(l)"), ("double", "__hiloint2double(i, i2)")]
    yield from [("int", "__double2hiint(d)"), ("int", "__double2loint(d)"), ("float", "__double2float_rn(d)")]
    yield from [("int", "__float_as_int(f)"), ("unsigned", "__float_as_uint(f)")]
    yield from [("float", "__int_as_float(i)"), ("float", "__uint_as_float(u)"), ("float", "fmaf(f, f2, f)")]
    yield from [("int", "abs(i)"), ("long long", "llabs(l)")]
    for kind, letter in [("int", "i"), ("unsigned", "u"), ("unsigned long long", "w")]:
        names = (
            "Exch Min Max And Or Xor Add" + (" Inc Dec" if letter == "u" else "") + (" Sub" if letter != "w" else "")
        )
        yield from [(kind, f"atomic{name}(&{letter}, {letter}2)") for name in names.split()]
        yield kind, f"atomicCAS(&{letter}, {letter}2, {letter}2)"
    yield from [("long long", f"atomic{name}(&l, l2)") for name in ("Min", "Max")]
    yield from [("float", "atomicAdd(&f, f2)"), ("float", "atomicExch(&f, f2)"), ("double", "atomicAdd(&d, d2)")]
    for kind, letter in [("int", "i"), ("unsigned", "u"), ("long long", "l"), ("unsigned long long", "w")] + [
        ("float", "f"), ("double", "d")
    ]:  # fmt: skip
        yield from [(kind, f"__shfl{way}_sync(~0u, {letter}, 3)") for way in ("", "_up", "_down", "_xor")]
        yield from [(kind, f"__shfl_sync(~0u, {letter}, 3, 8)"), ("unsigned", f"__match_any_sync(~0u, {letter})")]
        yield "unsigned", f"__match_all_sync(~0u, {letter}, &i)"
        hints = ("__ldg", "__ldca", "__ldcg", "__ldcs", "__ldlu", "__ldcv")
        yield from [(kind, f"{name}(&{letter})") for name in hints]
    yield from [("int", f"__reduce_{name}_sync(~0u, i)") for name in ("add", "min", "max")]
    yield from [("unsigned", f"__reduce_{name}_sync(~0u, u)") for name in ("add", "min", "max", "and", "or", "xor")]
    yield from [("unsigned", "__ballot_sync(~0u, i)"), ("int", "__any_sync(~0u, i)"), ("int", "__all_sync(~0u, i)")]
    yield from [("int", f"__syncthreads_{name}(i)") for name in ("count", "and", "or")]
    yield "unsigned", "__activemask()"


def test_every_function_is_one_of_cuda_with_the_same_types(compiler):
    lines = [
        "template <class A, class B> struct Same { static constexpr bool value = false; };",
        "template <class A> struct Same<A, A> { static constexpr bool value = true; };",
        'extern "C" __global__ void all(int* all_i, unsigned* all_u, long long* all_l, unsigned long long* all_w,',
        "                               float* all_f, double* all_d) {",
        "  int &i = all_i[0], &i2 = all_i[1]; unsigned &u = all_u[0], &u2 = all_u[1]; long long &l = all_l[0];",
        "  long long &l2 = all_l[1]; unsigned long long &w = all_w[0], &w2 = all_w[1]; float &f = all_f[0];",
        "  float& f2 = all_f[1]; double &d = all_d[0], &d2 = all_d[1];",
    ]
    results = {"int": "i", "unsigned": "u", "long long": "l", "unsigned long long": "w", "float": "f", "double": "d"}
    for kind, expression in expressions():
        lines.append(f'  static_assert(Same<decltype({expression}), {kind}>::value, "{expression}");')
        lines.append(f"  all_{results[kind]}[2] = {expression};")
    lines += ["  __syncwarp(); __syncwarp(~0u); __threadfence(); __threadfence_block(); __threadfence_system();"]
    lines += [f"  {name}(&f, f2);" for name in ("__stwb", "__stcg", "__stcs", "__stwt")]
    lines += ["  __nanosleep(10u); if (i == warpSize) __trap();"]
    lines += [
        "  __builtin_assume(i > 0);",
        '  printf("%d", i);',
        "  #pragma unroll",
        "  for (int k = 0; k < 4; k++) i++;",
        "}",
    ]
    source = "\n".join(lines)
    EmulatedDevice().module(source)
    compile_cubin(source, "sm_90")


@pytest.mark.parametrize(
    "source",
    [
        "__device__ void f(long long* x) { atomicAdd(x, 1ll); }",
        "__device__ void f(bool* x) { atomicExch(x, true); }",
        "__device__ void f(double* x) { atomicMax(x, 1.0); }",
        "__device__ int f(int* x) { return __shfl_sync(~0u, x, 1); }",
        "#include <cmath>",
        "struct S { int x; }; __device__ S f(S s) { return __shfl_sync(~0u, s, 1); }",
        "__device__ float f() { return std::sqrt(2.f); }",
        "__device__ int32_t f() { return 1; }",
        "__device__ float f() { return INFINITY; }",
    ],
)
def test_what_is_no_cuda_is_refused_by_both(compiler, source):
    source += '\nextern "C" __global__ void kernel() {}'
    with pytest.raises(KernelError):
        EmulatedDevice().module(source)
    with pytest.raises(nvrtc.CudaTextError):
        compile_cubin(source, "sm_90")
