"""The primitives have these bits on every machine: digests of what the reference gives on fixed arguments.

They are copied from our own output on purpose. That the values are right within their bounds, and the same on other
back ends, is tested elsewhere; here it is that no bit of them changes unseen. After a change that is meant run

    BRAINPY_LAB_UPDATE_GOLDEN=1 pytest tests/kernels/test_bits_everywhere.py

Arguments are made of whole numbers, sums and products, which round alike everywhere.
"""

from __future__ import annotations

import functools
import hashlib
import os
from pathlib import Path

import brainpy_lab.kernels.reference.arrays as arrays
import brainpy_lab.kernels.reference.math as math
import brainpy_lab.kernels.reference.random as random
import brainpy_lab.kernels.reference.random_edges as edges
import numpy as np
import pytest

from tests.kernels.samples import EXACT, FLOATS, UNARY, every_magnitude, near_quarter_turns, special_values
from tests.kernels.test_arrays import ARGUMENTS, AT, AXES, REAL, TABLE, WHOLE

GOLDEN = Path(__file__).with_name("bits.txt")
N = 6000


def digest(*found) -> str:
    """Of the bits of numbers and arrays; the sign and payload of NaN are not promised."""
    parts = []
    for one in found:
        one = np.ascontiguousarray(one)
        if one.dtype.kind == "f":
            one = np.where(np.isnan(one), one.dtype.type(np.nan), one)
        parts += [f"{one.dtype.str[1:]}{one.shape}".encode(), one.astype(one.dtype.newbyteorder("<")).tobytes()]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


@functools.cache
def points(name, seed=0):
    """Arguments of an elementary function: every magnitude, the usual ranges, thresholds and special values."""
    float_type, rng = FLOATS[name], np.random.default_rng(seed)
    largest = 750 if name == "f64" else 105
    parts = [
        every_magnitude(rng, N, float_type),
        rng.uniform(-largest, largest, N),
        rng.uniform(-2, 2, N),
        np.ldexp(rng.uniform(-1, 1, N), rng.integers(-50, 10, N)),
        1 + np.ldexp(rng.uniform(-1, 1, N), rng.integers(-27, 0, N)),
        near_quarter_turns(rng, N // 3, float_type),
        special_values(float_type),
    ]
    return np.concatenate([np.asarray(part).astype(float_type) for part in parts])


@functools.cache
def powers(name):
    """Bases and exponents, whose results lie within range more often than not; all pairs of special values."""
    float_type, rng = FLOATS[name], np.random.default_rng(1)
    special = special_values(float_type)
    base, exponent = np.meshgrid(special, special)
    wide = 900 if name == "f64" else 110
    spread = np.ldexp(1 + rng.uniform(0, 1, N), rng.integers(-wide, wide, N))
    bases = [every_magnitude(rng, N, float_type), rng.uniform(0, 30, N), 1 + rng.uniform(-1e-3, 1e-3, N), spread,
             rng.uniform(-30, 30, N), base.ravel()]  # fmt: skip
    exponents = [every_magnitude(rng, N, float_type), rng.uniform(-20, 20, N), rng.uniform(-1e5, 1e5, N),
                 rng.uniform(-2, 2, N), rng.integers(-30, 30, N), exponent.ravel()]  # fmt: skip
    return tuple(np.concatenate([np.asarray(part).astype(float_type) for part in both]) for both in (bases, exponents))


def _elementary(function, name):
    return digest(getattr(math, f"{function}_{name}")(points(name)))


def _of_two(function, name):
    return digest(getattr(math, f"{function}_{name}")(*powers(name)))


def _clip(name):
    x, y = powers(name)
    return digest(getattr(math, f"clip_{name}")(x, y, y[::-1].copy()))


def _ipow(name):
    x = powers(name)[0]
    return digest(*(getattr(math, f"ipow_{name}")(x, n) for n in range(65)))


def _coordinates():
    rng = np.random.default_rng(3)
    seed, stream, element, count = rng.integers(0, 2**32, (4, N))
    element[:1000] -= 2**31
    return seed, stream, element.astype(np.int32), rng.integers(0, 2**63, N) >> rng.integers(0, 63, N), count


def _draws(function):
    found = getattr(random, function)(*_coordinates())
    return digest(*(found if isinstance(found, tuple) else [found]))


def _philox():
    rng = np.random.default_rng(4)
    return digest(*random.philox4x32(*rng.integers(0, 2**32, (6, N))))


def _edges():
    found = []
    for seed, rows, n_post, prob in ((7, np.arange(0, 300, 3), 4000, 0.02), (3, np.arange(50), 33, 0.97),
                                     (5, np.arange(9), 50, 1.0), (2, np.arange(4000), 2000, 0.1)):  # fmt: skip
        for block in edges.row_blocks(seed, rows, n_post, edges.skip_scale(prob)):
            found += block
    return digest(*found)


def _edge_numbers(name):
    pre, place = np.arange(N) // 7, np.arange(N) % 7
    kinds = ("normal", "uniform")
    return digest(*(edges.edge_number(kind, name, 11, site, pre, place) for kind in kinds for site in (0, 2)))


def _array_function(name):
    found = []
    with np.errstate(all="ignore"):
        for given in ARGUMENTS[name]:
            given = [np.array(x) if x is AT else x for x in given]
            found += [getattr(arrays, name)(*given), *(x for x in given if isinstance(x, np.ndarray))]
    return digest(*found)


def _along(name):
    axes = [(x, AXES[axis]) for axis in AXES for x in (TABLE, TABLE.T, WHOLE.reshape(3, 4))]
    with np.errstate(all="ignore"):
        return digest(*(getattr(arrays, name)(x, axis) for x, axis in [*axes, (REAL, 0)]))


def _further_array_functions():
    whole = WHOLE.copy()
    found = [arrays.ipow(REAL, n) for n in range(7)] + [arrays.ipow(whole, n) for n in range(7)]
    with np.errstate(all="ignore"):
        found += [arrays.divide(REAL, WHOLE), arrays.divide(1, 0), arrays.divide_into(REAL.copy(), 3.0),
                  arrays.divide_into(7, 2)]  # fmt: skip
    backwards, values = REAL[::-1].copy(), [3.0, 1.0, 2.0]
    arrays.sort_in_place(backwards)
    arrays.sort_in_place(values)
    return digest(*found, backwards, values)


DRAWS = ("uniform_f64", "uniform_pair_f64", "uniform_f32", "normal_f64", "normal_f32")
ALONG = ("sum", "mean", "prod", "amax", "amin")
CASES = {
    **{f"{f} {name}": functools.partial(_elementary, f, name) for name in FLOATS for f in (*UNARY, *EXACT)},
    **{f"{f} {name}": functools.partial(_of_two, f, name) for name in FLOATS for f in ("pow", "min", "max")},
    **{f"clip {name}": functools.partial(_clip, name) for name in FLOATS},
    **{f"ipow {name}": functools.partial(_ipow, name) for name in FLOATS},
    **{f: functools.partial(_draws, f) for f in DRAWS},
    "philox4x32": _philox,
    "random edges": _edges,
    **{f"numbers of edges {name}": functools.partial(_edge_numbers, name) for name in FLOATS},
    **{f"arrays.{name}": functools.partial(_array_function, name) for name in ARGUMENTS},
    **{f"arrays.{name} along an axis": functools.partial(_along, name) for name in ALONG},
    "arrays in place": _further_array_functions,
}  # fmt: skip


@functools.cache
def golden() -> dict[str, str]:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines() if GOLDEN.exists() else []
    return dict(line.rsplit(": ", 1) for line in lines)


@pytest.mark.parametrize("case", CASES)
def test_a_primitive_has_these_bits(case):
    if os.environ.get("BRAINPY_LAB_UPDATE_GOLDEN"):
        kept = {name: value for name, value in (golden() | {case: CASES[case]()}).items() if name in CASES}
        GOLDEN.write_text("".join(f"{name}: {kept[name]}\n" for name in CASES if name in kept), encoding="utf-8")
        golden.cache_clear()
    assert CASES[case]() == golden()[case]
