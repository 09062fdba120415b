"""Elementary functions on NumPy arrays: the definition of the bits that every compiled back end must give.

Each function comes as ``name_f64`` and ``name_f32``, takes arrays or numbers (converted to its type, broadcast
together) and returns an array or NumPy scalar of that type. Every operation rounds once, in the order written; neither
NumPy's nor the C library's own exp, log, ... is called. NaN results are equal as NaN only: their sign and payload are
not promised.
Methods and error bounds are in ``kernels/README.md``.
"""

import functools

import numpy as np
from brainpy_lab.kernels import constants_f32, constants_f64
from brainpy_lab.kernels.power_chain import ipow_chain

select = np.where
fabs, floor, sqrt = np.abs, np.floor, np.sqrt


def horner(z, coefficients):
    """Polynomial in `z`, highest power first: p = p*z + c, one rounding each."""
    p = coefficients[0]
    for c in coefficients[1:]:
        p = p * z + c
    return p


def subtract_multiples(x, k, parts):
    """``(r, lost)`` with ``r + lost = x - k*parts[0] - k*parts[1] - ...``; the first difference is exact."""
    x = x - k * parts[0]
    lost = parts[0] * 0
    for part in parts[1:]:
        multiple = k * part
        y = x - multiple
        lost = ((x - y) - multiple) + lost
        x = y
    r = x + lost
    return r, (x - r) + lost


def ipow(x, n):
    """``x**n`` for an integer constant 0 <= n <= 64, in the order of `ipow_chain`."""
    chain = ipow_chain(n)
    if n == 0:
        return np.ones_like(x)
    values = [x]
    for left, right in chain:
        values.append(values[left] * values[right])
    return values[-1]


def _public(function, float_type, n_values=None):
    """`function` on anything array-like; over- and underflow inside are part of the method and stay silent."""

    @functools.wraps(function)
    def call(*arguments):
        floats = [np.asarray(x, float_type) for x in arguments[:n_values]]
        with np.errstate(all="ignore"):
            return np.asarray(function(*floats, *arguments[len(floats) :]))[()]

    return call


def _define(C):
    """The functions for the float type whose constants module is `C` (operands must have that type)."""

    def to_bits(x):
        return x.view(C.U)

    def from_bits(bits):
        return bits.view(C.F)

    def sign(x):
        return select(x > C.ZERO, C.UNIT, select(x < C.ZERO, -C.UNIT, select(x == C.ZERO, C.ZERO, x)))

    def minimum(a, b):
        return select((a < b) | (a != a), a, b)

    def maximum(a, b):
        return select((a > b) | (a != a), a, b)

    def clip(x, low, high):
        y = select(x < low, low, x)
        return select(y > high, high, y)

    def heaviside(x):
        return select(x >= C.ZERO, C.UNIT, select(x < C.ZERO, C.ZERO, x))

    def copy_sign(x, y):
        """Magnitude `x` (sign bit clear) with the sign of `y`."""
        return from_bits(to_bits(x) | (to_bits(y) & C.SIGN_MASK))

    def head(x):
        """The leading bits of `x`: products of two heads are exact."""
        return from_bits(to_bits(x) & C.HEAD_MASK)

    def times_power_of_two(p, t):
        """``p * 2**k`` from ``t = k + MAGIC``, in two steps so that the result underflows gradually."""
        n = to_bits(t) + C.TWICE_BIAS
        half = n >> C.ONE
        scaled = p * from_bits(half << C.MANTISSA_WIDTH)
        return scaled * from_bits((n - half) << C.MANTISSA_WIDTH)

    def exp(x):
        x = clip(x, C.EXP_MIN, C.EXP_MAX)
        t = x * C.LOG2E + C.MAGIC
        k = t - C.MAGIC
        r = (x - k * C.LN2_HI) - k * C.LN2_LO
        p = C.UNIT + (r + (r * r) * horner(r, C.EXP_Q))
        return times_power_of_two(p, t)

    def quarter_expm1(x):
        """``(e**x - 1)/4``; the quarter keeps 2**k finite up to the overflow of sinh."""
        x = clip(x, C.EXPM1_MIN, C.EXPM1_MAX)
        t = x * C.LOG2E + C.MAGIC
        k = t - C.MAGIC
        high = x - k * C.LN2_HI
        low = k * C.LN2_LO
        r = high - low
        lost = (high - r) - low
        q = r + ((r * r) * horner(r, C.EXP_Q) + lost)
        s = from_bits((to_bits(t) + C.QUARTER_BIAS) << C.MANTISSA_WIDTH)
        return s * q + (s - C.QUARTER)

    def expm1(x):
        return select(fabs(x) < C.TINY, x, C.FOUR * quarter_expm1(x))

    def exprel(x):
        y = (C.FOUR * quarter_expm1(x)) / x
        y = select(fabs(x) < C.TINY, C.UNIT, y)
        return select(x > C.EXPREL_MAX, C.INF, y)

    def split_exponent(x):
        """``(k, f)`` with ``x = 2**k * (1 + f)`` and 1 + f in [sqrt(1/2), sqrt(2)), for finite x > 0."""
        small = x < C.MIN_NORMAL
        bits = to_bits(select(small, x * C.SUBNORMAL_SCALE, x)) + C.LOG_SHIFT
        count = from_bits((bits >> C.MANTISSA_WIDTH) | C.COUNT_BITS)
        k = (count - C.COUNT_BIAS) - select(small, C.SUBNORMAL_SHIFT, C.ZERO)
        m = from_bits((bits & C.MANTISSA_MASK) + C.SQRT_HALF_BITS)
        return k, m - C.UNIT

    def log_tail(f, h):
        """``log(1 + f) - f + h`` for h = f*f/2."""
        s = f / (C.DOUBLE + f)
        z = s * s
        return s * (h + z * horner(z, C.LOG_P))

    def log_limits(x, y):
        """`y`, or the limit of a logarithm where `x` is not a positive finite number."""
        at_most_zero = select(x == C.ZERO, -C.INF, C.NAN)
        return select(x > C.ZERO, select(x == C.INF, x, y), at_most_zero)

    def log(x):
        k, f = split_exponent(x)
        h = C.HALF * f * f
        y = k * C.LN2_HI - ((h - (log_tail(f, h) + k * C.LN2_LO)) - f)
        return log_limits(x, y)

    def log1p(x):
        u = C.UNIT + x
        k, f = split_exponent(u)
        lost = select(x > C.UNIT, C.UNIT - (u - x), x - (u - C.UNIT)) / u
        near = k == C.ZERO
        f = select(near, x, f)
        lost = select(near, C.ZERO, lost)
        h = C.HALF * f * f
        y = k * C.LN2_HI - ((h - (log_tail(f, h) + (k * C.LN2_LO + lost))) - f)
        return select(x == C.ZERO, x, log_limits(u, y))

    def log10(x):
        k, f = split_exponent(x)
        h = C.HALF * f * f
        high = head(f - h)
        low = ((f - high) - h) + log_tail(f, h)
        main = high * C.INV_LN10_HEAD
        rest = k * C.LOG10_2_LO + (low + high) * C.INV_LN10_TAIL + low * C.INV_LN10_HEAD
        whole = k * C.LOG10_2_HI
        y = whole + main
        return log_limits(x, y + (rest + ((whole - y) + main)))

    def reduce_quadrant(x):
        """``(r, lost, quadrant)``: ``x = r + lost + quadrant*pi/2``; the last two bits of `quadrant` count."""
        x = select(fabs(x) <= C.TRIG_MAX, x, C.NAN)
        t = x * C.TWO_OVER_PI + C.MAGIC
        r, lost = subtract_multiples(x, t - C.MAGIC, C.HALF_PI_PARTS)
        return r, lost, to_bits(t)

    def sin_near(r, lost, z):
        return r + (r * (z * horner(z, C.SIN_S)) + lost)

    def cos_near(r, lost, z):
        h = C.HALF * z
        w = C.UNIT - h
        return w + (((C.UNIT - w) - h) + ((z * z) * horner(z, C.COS_C) - r * lost))

    def in_quadrant(r, lost, quadrant):
        """sin(r + lost + quadrant*pi/2)."""
        z = r * r
        odd = (quadrant & C.ONE) == C.ONE
        y = select(odd, cos_near(r, lost, z), sin_near(r, lost, z))
        return from_bits(to_bits(y) ^ ((quadrant & C.TWO) << C.QUADRANT_SHIFT))

    def sin(x):
        r, lost, quadrant = reduce_quadrant(x)
        return select(x == C.ZERO, x, in_quadrant(r, lost, quadrant))

    def cos(x):
        r, lost, quadrant = reduce_quadrant(x)
        return in_quadrant(r, lost, quadrant + C.ONE)

    def tan(x):
        r, lost, quadrant = reduce_quadrant(x)
        z = r * r
        s = sin_near(r, lost, z)
        c = cos_near(r, lost, z)
        odd = (quadrant & C.ONE) == C.ONE
        y = select(odd, -c, s) / select(odd, s, c)
        return select(x == C.ZERO, x, y)

    def sinh(x):
        magnitude = fabs(x)
        q = quarter_expm1(magnitude)
        y = C.DOUBLE * (q + q / (C.FOUR * q + C.UNIT))
        return select(magnitude < C.TINY, x, copy_sign(y, x))

    def cosh(x):
        q = quarter_expm1(fabs(x))
        return C.DOUBLE * q + (C.HALF + C.HALF / (C.FOUR * q + C.UNIT))

    def tanh(x):
        magnitude = fabs(x)
        e = expm1(C.DOUBLE * select(magnitude > C.TANH_MAX, C.TANH_MAX, magnitude))
        total = e + C.DOUBLE
        y = e / total
        lost = select(e < C.UNIT, e - (total - C.DOUBLE), C.ZERO)
        return copy_sign(y - y * (lost * C.TANH_SLOPE), x)

    def log2_two_parts(x):
        """``(head, tail)`` of log2(x) for finite x > 0: log2(1 + f) = CP*s*(3 + s**2 + ...), s = f/(2 + f)."""
        k, f = split_exponent(x)
        sum_head = head(C.DOUBLE + f)
        sum_tail = f - (sum_head - C.DOUBLE)
        inverse = C.UNIT / (C.DOUBLE + f)
        s = f * inverse
        s_head = head(s)
        s_tail = inverse * ((f - s_head * sum_head) - s_head * sum_tail)
        z = s * s
        rest = (z * z) * horner(z, C.POW_L) + s_tail * (s_head + s)
        square = s_head * s_head
        t_head = head((C.TRIPLE + square) + rest)
        t_tail = rest - ((t_head - C.TRIPLE) - square)
        u = s_head * t_head
        v = s_tail * t_head + t_tail * s
        p_head = head(u + v)
        p_tail = v - (p_head - u)
        z_head = C.POW_CP_HEAD * p_head
        z_tail = C.POW_CP_TAIL * p_head + p_tail * C.POW_CP
        log_head = head((z_head + z_tail) + k)
        return log_head, z_tail - ((log_head - k) - z_head)

    def exp2_two_parts(high, low):
        """``2**(high + low)`` for |low| much below 1."""
        total = high + low
        beyond = fabs(total) > C.POW_LIMIT
        high = select(beyond, clip(total, -C.POW_LIMIT, C.POW_LIMIT), high)
        low = select(beyond, C.ZERO, low)
        t = (high + low) + C.MAGIC
        d = high - (t - C.MAGIC)
        d_head = head(low + d)
        u = d_head * C.LN2_HEAD
        v = (low - (d_head - d)) * C.LN2 + d_head * C.LN2_TAIL
        r = u + v
        lost = v - (r - u)
        p = C.UNIT + (r + ((r * r) * horner(r, C.EXP_Q) + lost))
        return times_power_of_two(p, t)

    def pow_limits(x, y, magnitude, z):
        """`z` = magnitude**y with sign and special cases of C99 pow(x, y)."""
        whole = floor(y) == y
        half = y * C.HALF
        odd = whole & (floor(half) != half)
        z = select((x < C.ZERO) & (floor(y) != y), C.NAN, z)
        z = select(magnitude == C.ZERO, select(y < C.ZERO, C.INF, C.ZERO), z)
        z = select(magnitude == C.INF, select(y < C.ZERO, C.ZERO, C.INF), z)
        z = select(odd, copy_sign(fabs(z), x), z)
        z = select((x != x) | (y != y), C.NAN, z)
        return select((x == C.UNIT) | (y == C.ZERO), C.UNIT, z)

    def pow(x, y):
        magnitude = fabs(x)
        log_head, log_tail = log2_two_parts(magnitude)
        exponent = clip(y, -C.POW_MAX_Y, C.POW_MAX_Y)
        y_head = head(exponent)
        low = (exponent - y_head) * log_head + exponent * log_tail
        return pow_limits(x, y, magnitude, exp2_two_parts(y_head * log_head, low))

    return {name: _public(function, C.F) for name, function in locals().items() if name != "C"}


_f64 = _define(constants_f64)
_f32 = _define(constants_f32)

exp_f64, exp_f32 = _f64["exp"], _f32["exp"]
expm1_f64, expm1_f32 = _f64["expm1"], _f32["expm1"]
exprel_f64, exprel_f32 = _f64["exprel"], _f32["exprel"]
log_f64, log_f32 = _f64["log"], _f32["log"]
log10_f64, log10_f32 = _f64["log10"], _f32["log10"]
log1p_f64, log1p_f32 = _f64["log1p"], _f32["log1p"]
sin_f64, sin_f32 = _f64["sin"], _f32["sin"]
cos_f64, cos_f32 = _f64["cos"], _f32["cos"]
tan_f64, tan_f32 = _f64["tan"], _f32["tan"]
sinh_f64, sinh_f32 = _f64["sinh"], _f32["sinh"]
cosh_f64, cosh_f32 = _f64["cosh"], _f32["cosh"]
tanh_f64, tanh_f32 = _f64["tanh"], _f32["tanh"]
pow_f64, pow_f32 = _f64["pow"], _f32["pow"]
sign_f64, sign_f32 = _f64["sign"], _f32["sign"]
min_f64, min_f32 = _f64["minimum"], _f32["minimum"]
max_f64, max_f32 = _f64["maximum"], _f32["maximum"]
clip_f64, clip_f32 = _f64["clip"], _f32["clip"]
heaviside_f64, heaviside_f32 = _f64["heaviside"], _f32["heaviside"]
sqrt_f64, sqrt_f32 = _public(sqrt, np.float64), _public(sqrt, np.float32)
abs_f64, abs_f32 = _public(fabs, np.float64), _public(fabs, np.float32)
floor_f64, floor_f32 = _public(floor, np.float64), _public(floor, np.float32)
ipow_f64, ipow_f32 = _public(ipow, np.float64, 1), _public(ipow, np.float32, 1)
