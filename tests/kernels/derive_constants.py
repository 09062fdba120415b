"""Derivation of every table constant of the kernels, in 60 digits (mpmath)."""

import mpmath as mp
import numpy as np

mp.mp.dps = 60


def near_minimax(function, low, high, degree):
    """Coefficients, highest power first, of the interpolant at the Chebyshev nodes of [low, high]."""
    n = degree + 1
    nodes = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (2 * i + 1) / (2 * n)) for i in range(n)]
    matrix = mp.matrix(n, n)
    for i, node in enumerate(nodes):
        for j in range(n):
            matrix[i, j] = node ** (degree - j)
    return list(mp.lu_solve(matrix, mp.matrix([function(node) for node in nodes])))


def leading_bits(value, bits):
    """`value` rounded to `bits` significant bits."""
    scale = mp.mpf(2) ** (bits - 1 - mp.floor(mp.log(abs(value), 2)))
    return mp.nint(value * scale) / scale


def split(value, widths, float_type):
    """`value` as a sum of parts of the given widths and one full-width remainder."""
    parts = []
    for bits in widths:
        parts.append(leading_bits(value, bits))
        value -= parts[-1]
    return tuple(float_type(float(p)) for p in parts) + (rounded(value, float_type),)


def rounded(value, float_type):
    """Nearest float_type, without double rounding."""
    bits = 53 if float_type is np.float64 else 24
    return float_type(float(leading_bits(mp.mpf(value), bits)))


def derive(float_type):
    double = float_type is np.float64
    half_ln2 = mp.log(2) / 2 * mp.mpf("1.0001")
    z_log = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * mp.mpf("1.0001")
    z_trig = (mp.pi / 4) ** 2 * mp.mpf("1.0001")

    def exp_tail(r):
        return mp.nsum(lambda i: r**i / mp.factorial(i + 2), [0, 40]) if abs(r) < 1e-3 else (mp.exp(r) - 1 - r) / r**2

    def series(first, factor):
        return lambda z: mp.fsum(factor * z**i / (first + 2 * i) for i in range(60))

    def sin_tail(z):
        return mp.fsum((-1) ** (i + 1) * z**i / mp.factorial(2 * i + 3) for i in range(30))

    def cos_tail(z):
        return mp.fsum((-1) ** i * z**i / mp.factorial(2 * i + 4) for i in range(30))

    def table(function, low, high, degree):
        return tuple(rounded(c, float_type) for c in near_minimax(function, low, high, degree))

    ln2, inv_ln10, log10_2 = mp.log(2), 1 / mp.log(10), mp.log10(2)
    cp = 2 / (3 * ln2)
    head = 21 if double else 12
    out = {}
    out["LOG2E"] = rounded(1 / ln2, float_type)
    out["LN2"] = rounded(ln2, float_type)
    out["LN2_HI"], out["LN2_LO"] = split(ln2, [32 if double else 15], float_type)
    out["LN2_HEAD"], out["LN2_TAIL"] = split(ln2, [head], float_type)
    out["INV_LN10_HEAD"], out["INV_LN10_TAIL"] = split(inv_ln10, [head], float_type)
    out["LOG10_2_HI"], out["LOG10_2_LO"] = split(log10_2, [32 if double else 15], float_type)
    out["POW_CP"] = rounded(cp, float_type)
    out["POW_CP_HEAD"], out["POW_CP_TAIL"] = split(cp, [head], float_type)
    out["TWO_OVER_PI"] = rounded(2 / mp.pi, float_type)
    out["TWO_PI"] = rounded(2 * mp.pi, float_type)
    out["HALF_PI_PARTS"] = split(mp.pi / 2, [33, 33] if double else [8, 8, 8, 8], float_type)
    out["EXP_Q"] = table(exp_tail, -half_ln2, half_ln2, 10 if double else 5)
    out["LOG_P"] = table(series(3, 2), mp.mpf(0), z_log, 6 if double else 2)
    out["POW_L"] = table(series(5, 3), mp.mpf(0), z_log, 7 if double else 3)
    out["SIN_S"] = table(sin_tail, mp.mpf(0), z_trig, 5 if double else 2)
    out["COS_C"] = table(cos_tail, mp.mpf(0), z_trig, 5 if double else 2)
    return out
