"""Constants of the hand-written mathematics in single precision.

Every value is derived in 60 digits by ``tests/kernels/derive_constants.py`` and a test compares them: nothing here was
copied from another library. Polynomials are interpolants at the Chebyshev nodes, highest power first. The bit layout is
IEEE 754 binary32. HEAD parts have 12 significant bits, so that HEAD_MASK'd factors multiply exactly.
"""

import numpy as np

F = np.float32
U = np.uint32

MANTISSA_WIDTH = U(23)
SIGN_MASK = U(0x80000000)
MANTISSA_MASK = U(0x7FFFFF)
HEAD_MASK = U(0xFFFFF000)
SQRT_HALF_BITS = U(0x3F3504F3)  # bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt(2))
LOG_SHIFT = U(0x4AFB0D)  # bits of 1 less those of sqrt(1/2)
COUNT_BITS = U(0x4B000000)  # bits of 2**23: or-ing an integer i below makes 2**23 + i
COUNT_BIAS = F(8388735.0)  # 2**23 + exponent bias
ONE = U(1)
TWO = U(2)
QUADRANT_SHIFT = U(30)  # moves bit 1 of a quadrant to the sign
TWICE_BIAS = U(254)  # two biased exponents that sum to k, from k
QUARTER_BIAS = U(125)  # biased exponent of 2**(k - 2), from k
MAGIC = F(12582912.0)  # 1.5 * 2**23: x + MAGIC holds rint(x) in its low bits (|x| < 2**21)
MIN_NORMAL = F(1.1754943508222875e-38)
SUBNORMAL_SCALE = F(33554432.0)
SUBNORMAL_SHIFT = F(25.0)
TINY = F(2.9802322387695312e-08)  # below it expm1(x) is x and exprel(x) is 1 to the last bit
EXP_MIN = F(-104.0)  # e**x rounds to 0 below
EXP_MAX = F(89.0)  # e**x is inf above
EXPM1_MIN = F(-20.0)  # expm1 is -1 below
EXPM1_MAX = F(89.6)  # e**x/2 is inf above
EXPREL_MAX = F(88.72283)  # the last x with a finite expm1(x)
TANH_MAX = F(10.0)  # tanh is 1 above
TANH_SLOPE = F(0.4)  # about 1/(2 + e) for 0 <= e < 1, enough to take back most of one rounding
TRIG_MAX = F(524288.0)  # no digit of the phase is left above: NaN
POW_MAX_Y = F(1099511627776.0)  # x**y over- or underflows for every x != 1 at such an exponent
POW_LIMIT = F(160.0)  # 2**z is inf above, 0 below its negative
ZERO = F(0.0)
QUARTER = F(0.25)
HALF = F(0.5)
UNIT = F(1.0)
DOUBLE = F(2.0)
TRIPLE = F(3.0)
FOUR = F(4.0)
INF = F(np.inf)
NAN = F(np.nan)

# 1/ln 2
LOG2E = F(1.442695)
# ln 2
LN2 = F(0.6931472)
# ln 2 = HI + LO; k*HI is exact for every exponent k
LN2_HI = F(0.69314575)
LN2_LO = F(1.4286068e-06)
# ln 2 = HEAD + TAIL; the product of two heads is exact
LN2_HEAD = F(0.69311523)
LN2_TAIL = F(3.1946183e-05)
# 1/ln 10 = HEAD + TAIL
INV_LN10_HEAD = F(0.43432617)
INV_LN10_TAIL = F(-3.168997e-05)
# log10(2) = HI + LO; k*HI is exact
LOG10_2_HI = F(0.3010254)
LOG10_2_LO = F(4.605039e-06)
# 2/(3 ln 2), and as HEAD + TAIL
POW_CP = F(0.9617967)
POW_CP_HEAD = F(0.96191406)
POW_CP_TAIL = F(-0.000117368574)
# 2/pi
TWO_OVER_PI = F(0.63661975)
# 2 pi
TWO_PI = F(6.2831855)
# pi/2 in parts; k*part is exact for |k| < 2**16 (all parts but the last)
HALF_PI_PARTS = (
    F(1.5703125),
    F(0.00048446655),
    F(-6.4074993e-07),
    F(9.895302e-10),
    F(2.563344e-12),
)
# (e**r - 1 - r)/r**2 for |r| <= ln(2)/2
EXP_Q = (
    F(0.00019890991),
    F(0.001393365),
    F(0.0083333105),
    F(0.041666467),
    F(0.16666667),
    F(0.5),
)
# (log((1+s)/(1-s)) - 2s)/s**3 in z = s*s
LOG_P = (
    F(0.29580054),
    F(0.39988777),
    F(0.66666687),
)
# 3 (1/5 + z/7 + z**2/9 + ...), the tail of atanh
POW_L = (
    F(0.28680682),
    F(0.33307144),
    F(0.42857298),
    F(0.6),
)
# (sin(r) - r)/r**3 in z = r*r
SIN_S = (
    F(-0.00019587866),
    F(0.008332748),
    F(-0.16666664),
)
# (cos(r) - 1 + z/2)/z**2 in z = r*r
COS_C = (
    F(2.4547917e-05),
    F(-0.0013888302),
    F(0.041666664),
)
