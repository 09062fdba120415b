// Elementary functions with the bits of kernels/reference/math.py; branch-free, in the same order, each operation
// rounding once. Methods and error bounds are in kernels/README.md.
//
// `C` is one of the printed structs of constants, F64 or F32: its float type F, its unsigned type U of the same width,
// every constant by name, and every table as a function (a polynomial of its argument; pi/2 as what is subtracted).
template <class C>
struct Math {
  typedef typename C::F F;
  typedef typename C::U U;

  static BPL_INLINE F infinity() { return from_bits(C::INF_BITS); }
  static BPL_INLINE F nan() { return from_bits(C::NAN_BITS); }

  static BPL_INLINE F sign(F x) {
    return select(x > C::ZERO, C::UNIT, select(x < C::ZERO, -C::UNIT, select(x == C::ZERO, C::ZERO, x)));
  }

  static BPL_INLINE F minimum(F a, F b) { return select((a < b) | (a != a), a, b); }

  static BPL_INLINE F maximum(F a, F b) { return select((a > b) | (a != a), a, b); }

  static BPL_INLINE F clip(F x, F low, F high) {
    const F y = select(x < low, low, x);
    return select(y > high, high, y);
  }

  static BPL_INLINE F heaviside(F x) { return select(x >= C::ZERO, C::UNIT, select(x < C::ZERO, C::ZERO, x)); }

  // Magnitude x (sign bit clear) with the sign of y.
  static BPL_INLINE F copy_sign(F x, F y) { return from_bits(to_bits(x) | (to_bits(y) & C::SIGN_MASK)); }

  // The leading bits of x: products of two heads are exact.
  static BPL_INLINE F head(F x) { return from_bits(to_bits(x) & C::HEAD_MASK); }

  // p * 2**k from t = k + MAGIC, in two steps so that the result underflows gradually.
  static BPL_INLINE F times_power_of_two(F p, F t) {
    const U n = to_bits(t) + C::TWICE_BIAS;
    const U half = n >> C::ONE;
    const F scaled = p * from_bits(half << C::MANTISSA_WIDTH);
    return scaled * from_bits((n - half) << C::MANTISSA_WIDTH);
  }

  static BPL_INLINE F exp(F x) {
    x = clip(x, C::EXP_MIN, C::EXP_MAX);
    const F t = x * C::LOG2E + C::MAGIC;
    const F k = t - C::MAGIC;
    const F r = (x - k * C::LN2_HI) - k * C::LN2_LO;
    const F p = C::UNIT + (r + (r * r) * C::EXP_Q(r));
    return times_power_of_two(p, t);
  }

  // (e**x - 1)/4; the quarter keeps 2**k finite up to the overflow of sinh.
  static BPL_INLINE F quarter_expm1(F x) {
    x = clip(x, C::EXPM1_MIN, C::EXPM1_MAX);
    const F t = x * C::LOG2E + C::MAGIC;
    const F k = t - C::MAGIC;
    const F high = x - k * C::LN2_HI;
    const F low = k * C::LN2_LO;
    const F r = high - low;
    const F lost = (high - r) - low;
    const F q = r + ((r * r) * C::EXP_Q(r) + lost);
    const F s = from_bits((to_bits(t) + C::QUARTER_BIAS) << C::MANTISSA_WIDTH);
    return s * q + (s - C::QUARTER);
  }

  static BPL_INLINE F expm1(F x) { return select(fabs_of(x) < C::TINY, x, C::FOUR * quarter_expm1(x)); }

  static BPL_INLINE F exprel(F x) {
    F y = (C::FOUR * quarter_expm1(x)) / x;
    y = select(fabs_of(x) < C::TINY, C::UNIT, y);
    return select(x > C::EXPREL_MAX, infinity(), y);
  }

  // x = 2**k * (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), for finite x > 0.
  struct Exponent {
    F k, f;
  };
  static BPL_INLINE Exponent split_exponent(F x) {
    const bool small = x < C::MIN_NORMAL;
    const U bits = to_bits(select(small, x * C::SUBNORMAL_SCALE, x)) + C::LOG_SHIFT;
    const F count = from_bits((bits >> C::MANTISSA_WIDTH) | C::COUNT_BITS);
    const F k = (count - C::COUNT_BIAS) - select(small, C::SUBNORMAL_SHIFT, C::ZERO);
    const F m = from_bits((bits & C::MANTISSA_MASK) + C::SQRT_HALF_BITS);
    return {k, m - C::UNIT};
  }

  // log(1 + f) - f + h for h = f*f/2.
  static BPL_INLINE F log_tail(F f, F h) {
    const F s = f / (C::DOUBLE + f);
    const F z = s * s;
    return s * (h + z * C::LOG_P(z));
  }

  // y, or the limit of a logarithm where x is not a positive finite number.
  static BPL_INLINE F log_limits(F x, F y) {
    const F at_most_zero = select(x == C::ZERO, -infinity(), nan());
    return select(x > C::ZERO, select(x == infinity(), x, y), at_most_zero);
  }

  static BPL_INLINE F log(F x) {
    const Exponent e = split_exponent(x);
    const F h = C::HALF * e.f * e.f;
    const F y = e.k * C::LN2_HI - ((h - (log_tail(e.f, h) + e.k * C::LN2_LO)) - e.f);
    return log_limits(x, y);
  }

  static BPL_INLINE F log1p(F x) {
    const F u = C::UNIT + x;
    const Exponent e = split_exponent(u);
    F lost = select(x > C::UNIT, C::UNIT - (u - x), x - (u - C::UNIT)) / u;
    const bool near = e.k == C::ZERO;
    const F f = select(near, x, e.f);
    lost = select(near, C::ZERO, lost);
    const F h = C::HALF * f * f;
    const F y = e.k * C::LN2_HI - ((h - (log_tail(f, h) + (e.k * C::LN2_LO + lost))) - f);
    return select(x == C::ZERO, x, log_limits(u, y));
  }

  static BPL_INLINE F log10(F x) {
    const Exponent e = split_exponent(x);
    const F h = C::HALF * e.f * e.f;
    const F high = head(e.f - h);
    const F low = ((e.f - high) - h) + log_tail(e.f, h);
    const F main = high * C::INV_LN10_HEAD;
    const F rest = e.k * C::LOG10_2_LO + (low + high) * C::INV_LN10_TAIL + low * C::INV_LN10_HEAD;
    const F whole = e.k * C::LOG10_2_HI;
    const F y = whole + main;
    return log_limits(x, y + (rest + ((whole - y) + main)));
  }

  // x = r + lost + quadrant*pi/2; the last two bits of the quadrant count.
  struct Reduced {
    F r, lost;
    U quadrant;
  };
  static BPL_INLINE Reduced reduce_quadrant(F x) {
    x = select(fabs_of(x) <= C::TRIG_MAX, x, nan());
    const F t = x * C::TWO_OVER_PI + C::MAGIC;
    const Parts<F> r = C::HALF_PI_PARTS(x, t - C::MAGIC);
    return {r.value, r.lost, to_bits(t)};
  }

  static BPL_INLINE F sin_near(F r, F lost, F z) { return r + (r * (z * C::SIN_S(z)) + lost); }

  static BPL_INLINE F cos_near(F r, F lost, F z) {
    const F h = C::HALF * z;
    const F w = C::UNIT - h;
    return w + (((C::UNIT - w) - h) + ((z * z) * C::COS_C(z) - r * lost));
  }

  // sin(r + lost + quadrant*pi/2).
  static BPL_INLINE F in_quadrant(F r, F lost, U quadrant) {
    const F z = r * r;
    const bool odd = (quadrant & C::ONE) == C::ONE;
    const F y = select(odd, cos_near(r, lost, z), sin_near(r, lost, z));
    return from_bits(to_bits(y) ^ ((quadrant & C::TWO) << C::QUADRANT_SHIFT));
  }

  static BPL_INLINE F sin(F x) {
    const Reduced e = reduce_quadrant(x);
    return select(x == C::ZERO, x, in_quadrant(e.r, e.lost, e.quadrant));
  }

  static BPL_INLINE F cos(F x) {
    const Reduced e = reduce_quadrant(x);
    return in_quadrant(e.r, e.lost, e.quadrant + C::ONE);
  }

  static BPL_INLINE F tan(F x) {
    const Reduced e = reduce_quadrant(x);
    const F z = e.r * e.r;
    const F s = sin_near(e.r, e.lost, z);
    const F c = cos_near(e.r, e.lost, z);
    const bool odd = (e.quadrant & C::ONE) == C::ONE;
    const F y = select(odd, -c, s) / select(odd, s, c);
    return select(x == C::ZERO, x, y);
  }

  static BPL_INLINE F sinh(F x) {
    const F magnitude = fabs_of(x);
    const F q = quarter_expm1(magnitude);
    const F y = C::DOUBLE * (q + q / (C::FOUR * q + C::UNIT));
    return select(magnitude < C::TINY, x, copy_sign(y, x));
  }

  static BPL_INLINE F cosh(F x) {
    const F q = quarter_expm1(fabs_of(x));
    return C::DOUBLE * q + (C::HALF + C::HALF / (C::FOUR * q + C::UNIT));
  }

  static BPL_INLINE F tanh(F x) {
    const F magnitude = fabs_of(x);
    const F e = expm1(C::DOUBLE * select(magnitude > C::TANH_MAX, C::TANH_MAX, magnitude));
    const F total = e + C::DOUBLE;
    const F y = e / total;
    const F lost = select(e < C::UNIT, e - (total - C::DOUBLE), C::ZERO);
    return copy_sign(y - y * (lost * C::TANH_SLOPE), x);
  }

  // log2(x) in two parts for finite x > 0: log2(1 + f) = CP*s*(3 + s**2 + ...), s = f/(2 + f).
  static BPL_INLINE Parts<F> log2_two_parts(F x) {
    const Exponent e = split_exponent(x);
    const F sum_head = head(C::DOUBLE + e.f);
    const F sum_tail = e.f - (sum_head - C::DOUBLE);
    const F inverse = C::UNIT / (C::DOUBLE + e.f);
    const F s = e.f * inverse;
    const F s_head = head(s);
    const F s_tail = inverse * ((e.f - s_head * sum_head) - s_head * sum_tail);
    const F z = s * s;
    const F rest = (z * z) * C::POW_L(z) + s_tail * (s_head + s);
    const F square = s_head * s_head;
    const F t_head = head((C::TRIPLE + square) + rest);
    const F t_tail = rest - ((t_head - C::TRIPLE) - square);
    const F u = s_head * t_head;
    const F v = s_tail * t_head + t_tail * s;
    const F p_head = head(u + v);
    const F p_tail = v - (p_head - u);
    const F z_head = C::POW_CP_HEAD * p_head;
    const F z_tail = C::POW_CP_TAIL * p_head + p_tail * C::POW_CP;
    const F log_head = head((z_head + z_tail) + e.k);
    return {log_head, z_tail - ((log_head - e.k) - z_head)};
  }

  // 2**(high + low) for |low| much below 1.
  static BPL_INLINE F exp2_two_parts(F high, F low) {
    const F total = high + low;
    const bool beyond = fabs_of(total) > C::POW_LIMIT;
    high = select(beyond, clip(total, -C::POW_LIMIT, C::POW_LIMIT), high);
    low = select(beyond, C::ZERO, low);
    const F t = (high + low) + C::MAGIC;
    const F d = high - (t - C::MAGIC);
    const F d_head = head(low + d);
    const F u = d_head * C::LN2_HEAD;
    const F v = (low - (d_head - d)) * C::LN2 + d_head * C::LN2_TAIL;
    const F r = u + v;
    const F lost = v - (r - u);
    const F p = C::UNIT + (r + ((r * r) * C::EXP_Q(r) + lost));
    return times_power_of_two(p, t);
  }

  // z = magnitude**y with sign and special cases of C99 pow(x, y).
  static BPL_INLINE F pow_limits(F x, F y, F magnitude, F z) {
    const bool whole = floor_of(y) == y;
    const F half = y * C::HALF;
    const bool odd = whole & (floor_of(half) != half);
    z = select((x < C::ZERO) & (floor_of(y) != y), nan(), z);
    z = select(magnitude == C::ZERO, select(y < C::ZERO, infinity(), C::ZERO), z);
    z = select(magnitude == infinity(), select(y < C::ZERO, C::ZERO, infinity()), z);
    z = select(odd, copy_sign(fabs_of(z), x), z);
    z = select((x != x) | (y != y), nan(), z);
    return select((x == C::UNIT) | (y == C::ZERO), C::UNIT, z);
  }

  static BPL_INLINE F pow(F x, F y) {
    const F magnitude = fabs_of(x);
    const Parts<F> log2 = log2_two_parts(magnitude);
    const F exponent = clip(y, -C::POW_MAX_Y, C::POW_MAX_Y);
    const F y_head = head(exponent);
    const F low = (exponent - y_head) * log2.value + exponent * log2.lost;
    return pow_limits(x, y, magnitude, exp2_two_parts(y_head * log2.value, low));
  }
};

BPL_INLINE double exp_f64(double x) { return Math<F64>::exp(x); }
BPL_INLINE float exp_f32(float x) { return Math<F32>::exp(x); }
BPL_INLINE double expm1_f64(double x) { return Math<F64>::expm1(x); }
BPL_INLINE float expm1_f32(float x) { return Math<F32>::expm1(x); }
BPL_INLINE double exprel_f64(double x) { return Math<F64>::exprel(x); }
BPL_INLINE float exprel_f32(float x) { return Math<F32>::exprel(x); }
BPL_INLINE double log_f64(double x) { return Math<F64>::log(x); }
BPL_INLINE float log_f32(float x) { return Math<F32>::log(x); }
BPL_INLINE double log10_f64(double x) { return Math<F64>::log10(x); }
BPL_INLINE float log10_f32(float x) { return Math<F32>::log10(x); }
BPL_INLINE double log1p_f64(double x) { return Math<F64>::log1p(x); }
BPL_INLINE float log1p_f32(float x) { return Math<F32>::log1p(x); }
BPL_INLINE double sin_f64(double x) { return Math<F64>::sin(x); }
BPL_INLINE float sin_f32(float x) { return Math<F32>::sin(x); }
BPL_INLINE double cos_f64(double x) { return Math<F64>::cos(x); }
BPL_INLINE float cos_f32(float x) { return Math<F32>::cos(x); }
BPL_INLINE double tan_f64(double x) { return Math<F64>::tan(x); }
BPL_INLINE float tan_f32(float x) { return Math<F32>::tan(x); }
BPL_INLINE double sinh_f64(double x) { return Math<F64>::sinh(x); }
BPL_INLINE float sinh_f32(float x) { return Math<F32>::sinh(x); }
BPL_INLINE double cosh_f64(double x) { return Math<F64>::cosh(x); }
BPL_INLINE float cosh_f32(float x) { return Math<F32>::cosh(x); }
BPL_INLINE double tanh_f64(double x) { return Math<F64>::tanh(x); }
BPL_INLINE float tanh_f32(float x) { return Math<F32>::tanh(x); }
BPL_INLINE double sign_f64(double x) { return Math<F64>::sign(x); }
BPL_INLINE float sign_f32(float x) { return Math<F32>::sign(x); }
BPL_INLINE double heaviside_f64(double x) { return Math<F64>::heaviside(x); }
BPL_INLINE float heaviside_f32(float x) { return Math<F32>::heaviside(x); }
BPL_INLINE double pow_f64(double x, double y) { return Math<F64>::pow(x, y); }
BPL_INLINE float pow_f32(float x, float y) { return Math<F32>::pow(x, y); }
BPL_INLINE double min_f64(double a, double b) { return Math<F64>::minimum(a, b); }
BPL_INLINE float min_f32(float a, float b) { return Math<F32>::minimum(a, b); }
BPL_INLINE double max_f64(double a, double b) { return Math<F64>::maximum(a, b); }
BPL_INLINE float max_f32(float a, float b) { return Math<F32>::maximum(a, b); }
BPL_INLINE double clip_f64(double x, double low, double high) { return Math<F64>::clip(x, low, high); }
BPL_INLINE float clip_f32(float x, float low, float high) { return Math<F32>::clip(x, low, high); }
BPL_INLINE double sqrt_f64(double x) { return sqrt_of(x); }
BPL_INLINE float sqrt_f32(float x) { return sqrt_of(x); }
BPL_INLINE double abs_f64(double x) { return fabs_of(x); }
BPL_INLINE float abs_f32(float x) { return fabs_of(x); }
BPL_INLINE double floor_f64(double x) { return floor_of(x); }
BPL_INLINE float floor_f32(float x) { return floor_of(x); }
