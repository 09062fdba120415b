"""Arguments on which the kernels' tests compare back ends and measure errors."""

import numpy as np

FLOATS = {"f64": np.float64, "f32": np.float32}
UNSIGNED = {"f64": np.uint64, "f32": np.uint32}
UNARY = ("exp", "expm1", "exprel", "log", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh")
EXACT = ("sqrt", "abs", "sign", "floor", "heaviside")


def special_values(float_type):
    """Zeros, infinities, NaN, the ends of the range, subnormal numbers, small integers and halves, both signs."""
    info = np.finfo(float_type)
    positive = [0, info.smallest_subnormal, 7 * info.smallest_subnormal, info.tiny, info.eps, info.eps / 4, 0.5, 1, 1.5]
    positive += [2, 3, 9, 10, 1e3, 2.0**20 + 1, 1 / info.eps, 4 / info.eps, info.max, np.inf]
    one = float_type(1)
    positive += [np.nextafter(one, float_type(0)), np.nextafter(one, float_type(2))]
    positive = np.array(positive, float_type)
    return np.concatenate([positive, -positive, [float_type(np.nan)]])


def every_magnitude(rng, n, float_type):
    """`n` random bit patterns: all exponents and signs alike, some NaN."""
    width = np.dtype(float_type).itemsize
    unsigned = np.uint64 if width == 8 else np.uint32
    return rng.integers(0, 2 ** (8 * width), n, dtype=unsigned).view(float_type)


def near_quarter_turns(rng, n, float_type, largest=1e5):
    """The numbers nearest to multiples of pi/2, where the reduced argument cancels most."""
    k = rng.integers(1, int(largest / (np.pi / 2)), n)
    x = (k * (np.pi / 2)).astype(float_type)
    return np.concatenate([x, np.nextafter(x, float_type(0)), -np.nextafter(x, float_type(np.inf))])


def arguments(n, name, seed=0):
    """About 6 n values of type `name`: every magnitude, the usual ranges of a model, thresholds and special values."""
    float_type = FLOATS[name]
    rng = np.random.default_rng(seed)
    largest = 750 if name == "f64" else 105
    parts = [
        every_magnitude(rng, n, float_type),
        rng.uniform(-largest, largest, n),
        rng.uniform(-2, 2, n),
        rng.choice([-1, 1], n) * 10.0 ** rng.uniform(-15, 3, n),
        1 + rng.normal(0, 0.1, n) * 10.0 ** rng.uniform(-8, 0, n),
        near_quarter_turns(rng, n // 3, float_type),
        special_values(float_type),
    ]
    return np.concatenate([np.asarray(part).astype(float_type) for part in parts])


def power_arguments(n, name, seed=1):
    """Bases and exponents: every magnitude, moderate results, bases near 1, integer exponents, special pairs."""
    float_type = FLOATS[name]
    rng = np.random.default_rng(seed)
    special = special_values(float_type)
    base, exponent = np.meshgrid(special, special)
    widest = 300 if name == "f64" else 37
    bases = [
        every_magnitude(rng, n, float_type),
        10.0 ** rng.uniform(-3, 3, n),
        10.0 ** rng.uniform(-widest, widest, n),
        1 + rng.normal(0, 1e-3, n),
        rng.normal(0, 10, n),
        base.ravel(),
    ]
    exponents = [
        every_magnitude(rng, n, float_type),
        rng.uniform(-20, 20, n),
        rng.uniform(-2, 2, n),
        rng.uniform(-1e5, 1e5, n),
        rng.integers(-30, 30, n),
        exponent.ravel(),
    ]
    join = lambda parts: np.concatenate([np.asarray(part).astype(float_type) for part in parts])  # noqa: E731
    return join(bases), join(exponents)


def assert_same_bits(found, expected):
    """Equal bit for bit, NaN equal to NaN whatever its sign and payload."""
    assert found.dtype == expected.dtype
    unsigned = np.uint64 if found.dtype.itemsize == 8 else np.uint32
    same = (found.view(unsigned) == expected.view(unsigned)) | (np.isnan(found) & np.isnan(expected))
    first = np.flatnonzero(~same)[:3]
    assert same.all(), f"{(~same).sum()} of {same.size} differ, first at {first}: {found[first]} != {expected[first]}"
