"""Arithmetic of CUDA C++ without headers: against NumPy, and the words of the PTX manual where NumPy differs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from brainpy_lab.backends.cuda.emulator import EmulatedDevice

u4, u8 = np.uint32, np.uint64
RNG = np.random.default_rng(11)
DOUBLES = np.concatenate(
    [
        [0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.4999999999999999, 5e-324, -3e-310, 1e308, np.inf, -np.inf, np.nan],
        RNG.normal(size=200) * 10.0 ** RNG.integers(-300, 300, 200),
        RNG.normal(size=200) * 100,
    ]
)
FLOATS = np.concatenate(
    [
        np.array([0.0, -0.0, 0.5, -0.5, 2.5, 1e-45, -1e-40, 3e38, np.inf, -np.inf, np.nan], np.float32),
        (RNG.normal(size=200) * 10.0 ** RNG.integers(-40, 37, 200)).astype(np.float32),
        (RNG.normal(size=200) * 100).astype(np.float32),
    ]
)
INTS = np.concatenate([[0, 1, -1, 2**31 - 1, -(2**31), 255], RNG.integers(-(2**31), 2**31, 200)]).astype(np.int32)
LONGS = np.concatenate([[0, 1, -1, 2**63 - 1, -(2**63)], RNG.integers(-(2**63), 2**63 - 1, 200)]).astype(np.int64)

C_TYPES = {np.float64: "double", np.float32: "float", np.int32: "int", np.int64: "long long", u4: "unsigned"}
C_TYPES |= {u8: "unsigned long long", np.bool_: "bool"}


@pytest.fixture(scope="module")
def device():
    return EmulatedDevice()


@pytest.fixture
def each(device, call):
    """``each(x, y, z, name=(dtype, expression), ...)``: the expressions of x (y, z) for each element, in one module."""

    def each(*arrays, **wanted):
        names = "xyz"[: len(arrays)]
        parameters = ", ".join(f"const {C_TYPES[a.dtype.type]}* {n}_" for n, a in zip(names, arrays))
        loads = " ".join(f"auto {n} = {n}_[i];" for n in names)
        source = "\n".join(
            f"""extern "C" __global__ void {name}(int n, {C_TYPES[dtype]}* out, {parameters}) {{
              int i = blockIdx.x * blockDim.x + threadIdx.x;
              if (i < n) {{ {loads} out[i] = {expression}; }} }}"""
            for name, (dtype, expression) in wanted.items()
        )
        n = arrays[0].size
        found = {name: np.zeros(n, dtype) for name, (dtype, _) in wanted.items()}
        for name, out in found.items():
            call(device, source, name, -(-n // 64), 64, np.int32(n), out, *map(np.ascontiguousarray, arrays))
        return found

    return each


def same(found, wanted):
    """Equal to the last bit, where any NaN equals any other."""
    wanted = np.asarray(wanted, found.dtype)
    if found.dtype.kind == "f":
        both = np.isnan(found) & np.isnan(wanted)
        found, wanted = (np.where(both, found.dtype.type(0), a) for a in (found, wanted))
        bits = {4: u4, 8: u8}[found.dtype.itemsize]
        found, wanted = found.view(bits), wanted.view(bits)
    np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("x", [DOUBLES, FLOATS], ids=["double", "float"])
def test_functions_that_round_correctly(each, x):
    names = ["fabs", "sqrt", "floor", "ceil", "trunc", "rint"]
    suffix = "f" if x.dtype == np.float32 else ""
    calls = {f"do_{name}": (x.dtype.type, f"{name}(x)") for name in names}
    calls |= {f"do_{name}_f": (x.dtype.type, f"{name}{suffix}(x)") for name in names}
    found = each(x, **calls)
    for name in names:
        with np.errstate(invalid="ignore"):
            wanted = getattr(np, name)(x)
        same(found[f"do_{name}"], wanted)
        same(found[f"do_{name}_f"], wanted)


@pytest.mark.parametrize("x", [DOUBLES, FLOATS], ids=["double", "float"])
def test_functions_of_two_numbers(each, x):
    y, t, truth = np.roll(x, 7), x.dtype.type, np.bool_
    found = each(
        x, y, least=(t, "fmin(x, y)"), most=(t, "max(x, y)"), rest=(t, "fmod(x, y)"), sign=(t, "copysign(x, y)"),
        is_nan=(truth, "isnan(x)"), is_inf=(truth, "isinf(x)"), minus=(truth, "signbit(x)"), ratio=(t, "x / y"),
    )  # fmt: skip
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(found["least"], np.fmin(x, y))  # which of two zeros is not said
        np.testing.assert_array_equal(found["most"], np.fmax(x, y))
        same(found["rest"], np.fmod(x, y))
        same(found["sign"], np.copysign(x, y))
        same(found["is_nan"], np.isnan(x))
        same(found["is_inf"], np.isinf(x))
        same(found["minus"], np.signbit(x))
        same(found["ratio"], x / y)


def test_products_and_sums_are_not_fused_unless_fma_says_so(each):
    x, y, z = np.array([1 + 2.0**-30]), np.array([1 - 2.0**-30]), np.array([-1.0])
    t = np.float64
    found = each(x, y, z, apart=(t, "x * y + z"), fused=(t, "fma(x, y, z)"), named=(t, "__fma_rn(x, y, z)"))
    assert [found[k][0] for k in ("apart", "fused", "named")] == [0, -(2.0**-60), -(2.0**-60)]
    x, y, z = (np.array([v], np.float32) for v in (1 + 2.0**-13, 1 - 2.0**-13, -1))
    found = each(x, y, z, apart=(np.float32, "x * y + z"), fused=(np.float32, "fmaf(x, y, z)"))
    assert [found[k][0] for k in ("apart", "fused")] == [0, np.float32(-(2.0**-26))]


def test_small_numbers_are_not_flushed(each):
    assert each(np.array([3e-45], np.float32), half=(np.float32, "x * 0.5f"))["half"][0] == np.float32(1e-45)
    assert each(np.array([1e-323]), half=(np.float64, "x * 0.5"))["half"][0] == 5e-324


def test_bits_of_numbers(each):
    t, words = np.float64, "__hiloint2double(__double2hiint(x), __double2loint(x))"
    found = each(DOUBLES, bits=(np.int64, "__double_as_longlong(x)"), words=(t, words))
    same(found["bits"], DOUBLES.view(np.int64))
    same(found["words"], DOUBLES)
    same(each(LONGS, back=(np.int64, "__double_as_longlong(__longlong_as_double(x))"))["back"], LONGS)
    same(each(FLOATS, bits=(np.int32, "__float_as_int(x)"))["bits"], FLOATS.view(np.int32))
    same(each(INTS.view(u4), back=(u4, "__float_as_uint(__uint_as_float(x))"))["back"], INTS.view(u4))


def test_counting_bits(each):
    narrow = [int(v) & (2**32 - 1) for v in INTS]
    wide = [int(v) & (2**64 - 1) for v in LONGS]
    i = np.int32
    found = each(INTS, pop=(i, "__popc(x)"), clz=(i, "__clz(x)"), first=(i, "__ffs(x)"), brev=(u4, "__brev(x)"))
    same(found["pop"], [v.bit_count() for v in narrow])
    same(found["clz"], [32 - v.bit_length() for v in narrow])
    same(found["first"], [(v & -v).bit_length() for v in narrow])
    same(found["brev"], np.array([int(f"{v:032b}"[::-1], 2) for v in narrow], u4))
    found = each(
        LONGS, pop=(i, "__popcll(x)"), clz=(i, "__clzll(x)"), first=(i, "__ffsll(x)"), brev=(u8, "__brevll(x)")
    )
    same(found["pop"], [v.bit_count() for v in wide])
    same(found["clz"], [64 - v.bit_length() for v in wide])
    same(found["first"], [(v & -v).bit_length() for v in wide])
    same(found["brev"], np.array([int(f"{v:064b}"[::-1], 2) for v in wide], u8))


def test_high_halves_of_products(each):
    a, b = INTS, np.roll(INTS, 5)
    pairs = list(zip(a.tolist(), b.tolist()))
    shift = "__funnelshift_l((unsigned)x, (unsigned)y, 5)"
    found = each(
        a,
        b,
        signed_=(np.int32, "__mulhi(x, y)"),
        unsigned_=(u4, "__umulhi((unsigned)x, (unsigned)y)"),
        shift=(u4, shift),
    )
    same(found["signed_"], [x * y >> 32 for x, y in pairs])
    same(found["unsigned_"], [(x % 2**32) * (y % 2**32) >> 32 for x, y in pairs])
    same(found["shift"], [((y % 2**32) << 32 | x % 2**32) >> 27 & (2**32 - 1) for x, y in pairs])
    a, b = LONGS, np.roll(LONGS, 5)
    pairs = list(zip(a.tolist(), b.tolist()))
    found = each(
        a, b, signed_=(np.int64, "__mul64hi(x, y)"),
        unsigned_=(u8, "__umul64hi((unsigned long long)x, (unsigned long long)y)"),
    )  # fmt: skip
    same(found["signed_"], [x * y >> 64 for x, y in pairs])
    same(found["unsigned_"], np.array([(x % 2**64) * (y % 2**64) >> 64 for x, y in pairs], u8))


TO_INTEGER = {"int": np.int32, "uint": u4, "ll": np.int64, "ull": u8}
ROUND = {"rn": round, "rz": math.trunc, "rd": math.floor, "ru": math.ceil}


@pytest.mark.parametrize("name, x", [("double", DOUBLES), ("float", FLOATS)], ids=["double", "float"])
def test_conversions_hold_at_the_ends_of_the_integer(each, name, x):
    ends = [v for t in TO_INTEGER.values() for v in (np.iinfo(t).min, np.iinfo(t).max)]
    more = [f(float(v)) for v in ends for f in (float, lambda v: v * 1.01, lambda v: v - 1.5, lambda v: v - 0.5)]
    x = np.concatenate([x, np.array(more, x.dtype)])
    calls = {
        f"to_{to}_{mode}": (dtype, f"__{name}2{to}_{mode}(x)") for to, dtype in TO_INTEGER.items() for mode in ROUND
    }
    found = each(x, **calls)
    for to, dtype in TO_INTEGER.items():
        info = np.iinfo(dtype)
        # PTX manual, cvt: 0, unless the source is a double or the integer has 64 bits; then the highest bit alone.
        highest = 2 ** (info.bits - 1) * (1 if info.min == 0 else -1)
        for_nan = 0 if name == "float" and info.bits == 32 else highest
        for mode, rounded in ROUND.items():
            wanted = [
                for_nan
                if math.isnan(value)
                else int(min(max(value if math.isinf(value) else rounded(value), info.min), info.max))
                for value in x.tolist()
            ]
            assert found[f"to_{to}_{mode}"].tolist() == wanted, (to, mode)


def test_conversions_of_integers_round_to_nearest(each):
    t, f = np.float64, np.float32
    found = each(
        LONGS, a=(t, "__ll2double_rn(x)"), b=(t, "__ull2double_rn((unsigned long long)x)"), c=(f, "__ll2float_rn(x)")
    )
    same(found["a"], LONGS.astype(t))
    same(found["b"], LONGS.view(u8).astype(t))
    same(found["c"], LONGS.astype(f))
    same(each(INTS, a=(f, "__int2float_rn(x)"))["a"], INTS.astype(f))


def test_other_functions_are_those_of_the_c_library(each):
    x = np.linspace(0.1, 3, 50)
    names = ("exp", "log", "sin", "tanh", "expm1")
    found = each(x, x[::-1], power=(np.float64, "pow(x, y)"), **{f"do_{n}": (np.float64, f"{n}(x)") for n in names})
    # 1e-15: both are within an ulp or two of the truth
    np.testing.assert_allclose(found["power"], x ** x[::-1], rtol=1e-15)
    for name in names:
        np.testing.assert_allclose(found[f"do_{name}"], getattr(np, name)(x), rtol=1e-15)
    x = x.astype(np.float32)
    found = each(x, **{f"do_{n}": (np.float32, f"{n}f(x)") for n in names})
    for name in names:
        np.testing.assert_allclose(found[f"do_{name}"], getattr(np, name)(x), rtol=5e-7)
