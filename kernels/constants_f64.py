"""Constants of the hand-written mathematics in double precision.

Every value is derived in 60 digits by ``tests/kernels/derive_constants.py`` and a test compares them: nothing here was
copied from another library. Polynomials are interpolants at the Chebyshev nodes, highest power first. The bit layout is
IEEE 754 binary64. HEAD parts have 21 significant bits, so that HEAD_MASK'd factors multiply exactly.
"""

import numpy as np

F = np.float64
U = np.uint64

MANTISSA_WIDTH = U(52)
SIGN_MASK = U(0x8000000000000000)
MANTISSA_MASK = U(0xFFFFFFFFFFFFF)
HEAD_MASK = U(0xFFFFFFFF00000000)
SQRT_HALF_BITS = U(0x3FE6A09E667F3BCD)  # bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt(2))
LOG_SHIFT = U(0x95F619980C433)  # bits of 1 less those of sqrt(1/2)
COUNT_BITS = U(0x4330000000000000)  # bits of 2**52: or-ing an integer i below makes 2**52 + i
COUNT_BIAS = F(4503599627371519.0)  # 2**52 + exponent bias
ONE = U(1)
TWO = U(2)
QUADRANT_SHIFT = U(62)  # moves bit 1 of a quadrant to the sign
TWICE_BIAS = U(2046)  # two biased exponents that sum to k, from k
QUARTER_BIAS = U(1021)  # biased exponent of 2**(k - 2), from k
MAGIC = F(6755399441055744.0)  # 1.5 * 2**52: x + MAGIC holds rint(x) in its low bits (|x| < 2**50)
MIN_NORMAL = F(2.2250738585072014e-308)
SUBNORMAL_SCALE = F(1.8014398509481984e16)
SUBNORMAL_SHIFT = F(54.0)
TINY = F(5.551115123125783e-17)  # below it expm1(x) is x and exprel(x) is 1 to the last bit
EXP_MIN = F(-746.0)  # e**x rounds to 0 below
EXP_MAX = F(710.0)  # e**x is inf above
EXPM1_MIN = F(-40.0)  # expm1 is -1 below
EXPM1_MAX = F(710.8)  # e**x/2 is inf above
EXPREL_MAX = F(709.782712893384)  # the last x with a finite expm1(x)
TANH_MAX = F(20.0)  # tanh is 1 above
TANH_SLOPE = F(0.4)  # about 1/(2 + e) for 0 <= e < 1, enough to take back most of one rounding
TRIG_MAX = F(281474976710656.0)  # no digit of the phase is left above: NaN
POW_MAX_Y = F(1.1805916207174113e21)  # x**y over- or underflows for every x != 1 at such an exponent
POW_LIMIT = F(1100.0)  # 2**z is inf above, 0 below its negative
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
LOG2E = F(1.4426950408889634)
# ln 2
LN2 = F(0.6931471805599453)
# ln 2 = HI + LO; k*HI is exact for every exponent k
LN2_HI = F(0.6931471806019545)
LN2_LO = F(-4.2009150726810846e-11)
# ln 2 = HEAD + TAIL; the product of two heads is exact
LN2_HEAD = F(0.6931471824645996)
LN2_TAIL = F(-1.904654299957768e-09)
# 1/ln 10 = HEAD + TAIL
INV_LN10_HEAD = F(0.4342944622039795)
INV_LN10_TAIL = F(1.9699272335463627e-08)
# log10(2) = HI + LO; k*HI is exact
LOG10_2_HI = F(0.3010299956658855)
LOG10_2_LO = F(-1.9043128467164274e-12)
# 2/(3 ln 2), and as HEAD + TAIL
POW_CP = F(0.9617966939259756)
POW_CP_HEAD = F(0.961796760559082)
POW_CP_TAIL = F(-6.663310642634338e-08)
# 2/pi
TWO_OVER_PI = F(0.6366197723675814)
# 2 pi
TWO_PI = F(6.283185307179586)
# pi/2 in parts; k*part is exact for |k| < 2**20 (all parts but the last)
HALF_PI_PARTS = (
    F(1.5707963267341256),
    F(6.077100506303966e-11),
    F(2.0222662487959506e-21),
)
# (e**r - 1 - r)/r**2 for |r| <= ln(2)/2
EXP_Q = (
    F(2.0914686968086876e-09),
    F(2.5105217004720745e-08),
    F(2.75572736431103e-07),
    F(2.7557255400206422e-06),
    F(2.4801587325547743e-05),
    F(0.00019841269874820627),
    F(0.0013888888888883748),
    F(0.008333333333326136),
    F(0.04166666666666667),
    F(0.1666666666666667),
    F(0.5),
)
# (log((1+s)/(1-s)) - 2s)/s**3 in z = s*s
LOG_P = (
    F(0.14616585424888623),
    F(0.15331710618210773),
    F(0.18182889455674947),
    F(0.22222211130259878),
    F(0.2857142862600327),
    F(0.39999999999899444),
    F(0.666666666666667),
)
# 3 (1/5 + z/7 + z**2/9 + ...), the tail of atanh
POW_L = (
    F(0.17584767935814777),
    F(0.1755935450923681),
    F(0.20002207040770967),
    F(0.23076892443777647),
    F(0.272727275030892),
    F(0.3333333333248383),
    F(0.4285714285714405),
    F(0.6),
)
# (sin(r) - r)/r**3 in z = r*r
SIN_S = (
    F(1.5918115263265974e-10),
    F(-2.505113165023518e-08),
    F(2.7557316101617874e-06),
    F(-0.00019841269836756774),
    F(0.008333333333330948),
    F(-0.16666666666666666),
)
# (cos(r) - 1 + z/2)/z**2 in z = r*r
COS_C = (
    F(-1.1382623647474604e-11),
    F(2.087614614655861e-09),
    F(-2.7557317271145144e-07),
    F(2.480158729876456e-05),
    F(-0.0013888888888887398),
    F(0.041666666666666664),
)
