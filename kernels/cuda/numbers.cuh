// Types, conversions and bit moves. Nothing here depends on a header: NVRTC and a C++ compiler read the same text.
//
// Compile with -fmad=false -ftz=false -prec-div=true -prec-sqrt=true (NVRTC) or -ffp-contract=off (g++): then every
// operation rounds once, as written.

typedef long long int64;
typedef unsigned long long uint64;
typedef unsigned int uint32;

#define BPL_INLINE __device__ __forceinline__

// `a` where `condition` holds, else `b`; both are evaluated.
template <class T>
BPL_INLINE T select(bool condition, T a, T b) {
  return condition ? a : b;
}

BPL_INLINE bool logical_not(bool x) { return !x; }

BPL_INLINE uint64 to_bits(double x) { return (uint64)__double_as_longlong(x); }
BPL_INLINE uint32 to_bits(float x) { return (uint32)__float_as_uint(x); }
BPL_INLINE double from_bits(uint64 bits) { return __longlong_as_double((int64)bits); }
BPL_INLINE float from_bits(uint32 bits) { return __uint_as_float(bits); }

// One instruction each. The C names with f, because C++ names may turn a float into a double where headers differ.
BPL_INLINE double fabs_of(double x) { return fabs(x); }
BPL_INLINE float fabs_of(float x) { return fabsf(x); }
BPL_INLINE double floor_of(double x) { return floor(x); }
BPL_INLINE float floor_of(float x) { return floorf(x); }
BPL_INLINE double sqrt_of(double x) { return sqrt(x); }
BPL_INLINE float sqrt_of(float x) { return sqrtf(x); }

// Whether two numbers have different bits.
BPL_INLINE bool differ(double x, double y) { return to_bits(x) != to_bits(y); }
BPL_INLINE bool differ(float x, float y) { return to_bits(x) != to_bits(y); }
BPL_INLINE bool differ(int64 x, int64 y) { return x != y; }
BPL_INLINE bool differ(int x, int y) { return x != y; }
BPL_INLINE bool differ(bool x, bool y) { return x != y; }

// From any number or truth value, rounded once to the nearest.
template <class T>
BPL_INLINE double to_f64(T x) {
  return (double)x;
}
template <class T>
BPL_INLINE float to_f32(T x) {
  return (float)x;
}

// Towards zero. What no int64 holds (NaN, infinities, 2**63 and beyond) becomes -2**63, as NumPy and Numba have it on
// x86-64; by itself a card would give other numbers, and a C++ compiler any.
BPL_INLINE int64 to_int64(double x) {
  const bool fits = x >= -0x1p+63 && x < 0x1p+63;
  const int64 y = (int64)(fits ? x : 0.0);
  return fits ? y : (int64)(1ULL << 63);
}
BPL_INLINE int64 to_int64(float x) { return to_int64((double)x); }
BPL_INLINE int64 to_int64(int64 x) { return x; }
BPL_INLINE int64 to_int64(int x) { return x; }
BPL_INLINE int64 to_int64(bool x) { return x; }

// Sums and products of whole numbers that wrap as NumPy's do: C++ itself leaves open what becomes of an overflow.
BPL_INLINE int64 wrap_add(int64 a, int64 b) { return (int64)((uint64)a + (uint64)b); }
BPL_INLINE int64 wrap_sub(int64 a, int64 b) { return (int64)((uint64)a - (uint64)b); }
BPL_INLINE int64 wrap_mul(int64 a, int64 b) { return (int64)((uint64)a * (uint64)b); }

// x - n*floor(x/n) for n > 0: in [0, n) also where x is negative, as Python's %.
BPL_INLINE int64 floor_mod(int64 x, int64 n) {
  const int64 rest = x % n;
  return rest < 0 ? rest + n : rest;
}

BPL_INLINE double product(double a, double b) { return a * b; }
BPL_INLINE float product(float a, float b) { return a * b; }
BPL_INLINE int64 product(int64 a, int64 b) { return wrap_mul(a, b); }

// x**n for an integer constant 0 <= n <= 64, in the order of `ipow_chain`: from the left, square, then times x on a set
// bit of n. Whole numbers wrap.
template <int n, class T>
BPL_INLINE T ipow(T x) {
  static_assert(0 <= n && n <= 64, "an integer power is a whole number from 0 to 64");
  if constexpr (n == 0) {
    return T(1);
  } else if constexpr (n == 1) {
    return x;
  } else {
    const T half = ipow<n / 2>(x);
    if constexpr (n % 2 == 0) {
      return product(half, half);
    } else {
      return product(product(half, half), x);
    }
  }
}

// Polynomial in z, highest power first: p = p*z + c, one rounding each.
template <class F>
BPL_INLINE F horner_from(F z, F p) {
  return p;
}
template <class F, class... Rest>
BPL_INLINE F horner_from(F z, F p, F c, Rest... rest) {
  return horner_from(z, p * z + c, rest...);
}

// A number in two parts, `value + lost`.
template <class F>
struct Parts {
  F value, lost;
};

// x - k*part - k*(next part) - ... in two parts; `lost` sums what the differences lost.
template <class F>
BPL_INLINE Parts<F> subtract_rest(F x, F k, F lost) {
  const F r = x + lost;
  return {r, (x - r) + lost};
}
template <class F, class... Rest>
BPL_INLINE Parts<F> subtract_rest(F x, F k, F lost, F part, Rest... rest) {
  const F multiple = k * part;
  const F y = x - multiple;
  return subtract_rest(y, k, ((x - y) - multiple) + lost, rest...);
}
// The difference with the first part is exact.
template <class F, class... Rest>
BPL_INLINE Parts<F> subtract_multiples(F x, F k, F part, Rest... rest) {
  return subtract_rest(x - k * part, k, F(0), rest...);
}
