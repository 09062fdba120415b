// Arithmetic that CUDA C++ has without any header: vector types, bits, conversions, functions of numbers.
#pragma once

// ---- vector types

#define EMULATOR_VECTORS(T, name, align2, align4)                                                                  \
  struct alignas(align2) name##2 { T x, y; };                                                                      \
  struct alignas(align4) name##4 { T x, y, z, w; };                                                                \
  inline name##2 make_##name##2(T x, T y) { return {x, y}; }                                                       \
  inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }
EMULATOR_VECTORS(signed char, char, 2, 4)
EMULATOR_VECTORS(unsigned char, uchar, 2, 4)
EMULATOR_VECTORS(short, short, 4, 8)
EMULATOR_VECTORS(unsigned short, ushort, 4, 8)
EMULATOR_VECTORS(int, int, 8, 16)
EMULATOR_VECTORS(unsigned, uint, 8, 16)
EMULATOR_VECTORS(long long, longlong, 16, 16)
EMULATOR_VECTORS(unsigned long long, ulonglong, 16, 16)
EMULATOR_VECTORS(float, float, 8, 16)
EMULATOR_VECTORS(double, double, 16, 16)
#undef EMULATOR_VECTORS

#define EMULATOR_VECTOR3(T, name)                                                                                  \
  struct name##3 { T x, y, z; };                                                                                   \
  inline name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; }
EMULATOR_VECTOR3(int, int)
EMULATOR_VECTOR3(float, float)
EMULATOR_VECTOR3(double, double)
#undef EMULATOR_VECTOR3
inline uint3 make_uint3(unsigned x, unsigned y, unsigned z) { return {x, y, z}; }

// ---- bits

inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline int __clz(int x) { return x ? __builtin_clz((unsigned)x) : 32; }
inline int __clzll(long long x) { return x ? __builtin_clzll((unsigned long long)x) : 64; }
inline unsigned long long __brevll(unsigned long long x) {
  unsigned long long y = 0;
  for (int i = 0; i < 64; i++) y |= (x >> i & 1ull) << (63 - i);
  return y;
}
inline unsigned __brev(unsigned x) { return (unsigned)(__brevll(x) >> 32); }
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  return (unsigned)(((unsigned long long)high << 32 | low) << (shift & 31u) >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  return (unsigned)(((unsigned long long)high << 32 | low) >> (shift & 31u));
}
inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)((unsigned long long)a * b >> 32); }
inline int __mulhi(int a, int b) { return (int)((long long)a * b >> 32); }
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return (unsigned long long)((unsigned __int128)a * b >> 64);
}
inline long long __mul64hi(long long a, long long b) { return (long long)((__int128)a * b >> 64); }

inline long long __double_as_longlong(double x) { return emulator::bits<long long>(x); }
inline double __longlong_as_double(long long x) { return emulator::bits<double>(x); }
inline int __double2hiint(double x) { return (int)(emulator::bits<unsigned long long>(x) >> 32); }
inline int __double2loint(double x) { return (int)emulator::bits<unsigned long long>(x); }
inline double __hiloint2double(int high, int low) {
  return emulator::bits<double>((unsigned long long)(unsigned)high << 32 | (unsigned)low);
}
inline int __float_as_int(float x) { return emulator::bits<int>(x); }
inline float __int_as_float(int x) { return emulator::bits<float>(x); }
inline unsigned __float_as_uint(float x) { return emulator::bits<unsigned>(x); }
inline float __uint_as_float(unsigned x) { return emulator::bits<float>(x); }

// ---- loads and stores with a hint about caches

template <class T> inline T __ldg(const T* address) { return *address; }
template <class T> inline T __ldca(const T* address) { return *address; }
template <class T> inline T __ldcg(const T* address) { return *address; }
template <class T> inline T __ldcs(const T* address) { return *address; }
template <class T> inline T __ldlu(const T* address) { return *address; }
template <class T> inline T __ldcv(const T* address) { return *address; }
template <class T> inline void __stwb(T* address, T value) { *address = value; }
template <class T> inline void __stcg(T* address, T value) { *address = value; }
template <class T> inline void __stcs(T* address, T value) { *address = value; }
template <class T> inline void __stwt(T* address, T value) { *address = value; }

// ---- functions of numbers, for float and double. Those that round correctly have the bits of the device; the rest
// (second list) are those of this machine's C library, which differ from the device's in the last bits.

#define EMULATOR_FUNCTION_1(name)                                                                                  \
  inline float name(float x) { return __builtin_##name##f(x); }                                                    \
  inline double name(double x) { return __builtin_##name(x); }                                                     \
  inline float name##f(float x) { return __builtin_##name##f(x); }
#define EMULATOR_FUNCTION_2(name)                                                                                  \
  inline float name(float x, float y) { return __builtin_##name##f(x, y); }                                        \
  inline double name(double x, double y) { return __builtin_##name(x, y); }                                        \
  inline float name##f(float x, float y) { return __builtin_##name##f(x, y); }
EMULATOR_FUNCTION_1(fabs)
EMULATOR_FUNCTION_1(sqrt)
EMULATOR_FUNCTION_1(floor)
EMULATOR_FUNCTION_1(ceil)
EMULATOR_FUNCTION_1(trunc)
EMULATOR_FUNCTION_1(round)
EMULATOR_FUNCTION_1(rint)
EMULATOR_FUNCTION_1(nearbyint)
EMULATOR_FUNCTION_1(logb)
EMULATOR_FUNCTION_2(fmin)
EMULATOR_FUNCTION_2(fmax)
EMULATOR_FUNCTION_2(fmod)
EMULATOR_FUNCTION_2(remainder)
EMULATOR_FUNCTION_2(copysign)
EMULATOR_FUNCTION_2(nextafter)

EMULATOR_FUNCTION_1(exp)
EMULATOR_FUNCTION_1(exp2)
EMULATOR_FUNCTION_1(expm1)
EMULATOR_FUNCTION_1(log)
EMULATOR_FUNCTION_1(log2)
EMULATOR_FUNCTION_1(log10)
EMULATOR_FUNCTION_1(log1p)
EMULATOR_FUNCTION_1(sin)
EMULATOR_FUNCTION_1(cos)
EMULATOR_FUNCTION_1(tan)
EMULATOR_FUNCTION_1(asin)
EMULATOR_FUNCTION_1(acos)
EMULATOR_FUNCTION_1(atan)
EMULATOR_FUNCTION_1(sinh)
EMULATOR_FUNCTION_1(cosh)
EMULATOR_FUNCTION_1(tanh)
EMULATOR_FUNCTION_1(asinh)
EMULATOR_FUNCTION_1(acosh)
EMULATOR_FUNCTION_1(atanh)
EMULATOR_FUNCTION_1(cbrt)
EMULATOR_FUNCTION_1(erf)
EMULATOR_FUNCTION_1(erfc)
EMULATOR_FUNCTION_1(lgamma)
EMULATOR_FUNCTION_1(tgamma)
EMULATOR_FUNCTION_2(atan2)
EMULATOR_FUNCTION_2(pow)
EMULATOR_FUNCTION_2(hypot)
#undef EMULATOR_FUNCTION_1
#undef EMULATOR_FUNCTION_2

inline float fma(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
inline double fma(double x, double y, double z) { return __builtin_fma(x, y, z); }
inline float fmaf(float x, float y, float z) { return __builtin_fmaf(x, y, z); }
inline float ldexp(float x, int n) { return __builtin_ldexpf(x, n); }
inline double ldexp(double x, int n) { return __builtin_ldexp(x, n); }
inline float ldexpf(float x, int n) { return __builtin_ldexpf(x, n); }
inline float frexp(float x, int* n) { return __builtin_frexpf(x, n); }
inline double frexp(double x, int* n) { return __builtin_frexp(x, n); }
inline long long llrint(double x) { return __builtin_llrint(x); }
inline long long llrint(float x) { return __builtin_llrintf(x); }
inline int isnan(float x) { return __builtin_isnan(x); }
inline int isnan(double x) { return __builtin_isnan(x); }
inline int isinf(float x) { return __builtin_isinf_sign(x) != 0; }
inline int isinf(double x) { return __builtin_isinf_sign(x) != 0; }
inline int isfinite(float x) { return __builtin_isfinite(x); }
inline int isfinite(double x) { return __builtin_isfinite(x); }
inline int signbit(float x) { return __builtin_signbit(x) != 0; }
inline int signbit(double x) { return __builtin_signbit(x) != 0; }
inline int abs(int x) { return x < 0 ? -x : x; }
inline long long abs(long long x) { return x < 0 ? -x : x; }
inline float abs(float x) { return __builtin_fabsf(x); }
inline double abs(double x) { return __builtin_fabs(x); }
inline long long llabs(long long x) { return x < 0 ? -x : x; }

#define EMULATOR_MIN_MAX(T)                                                                                        \
  inline T min(T x, T y) { return y < x ? y : x; }                                                                 \
  inline T max(T x, T y) { return x < y ? y : x; }
EMULATOR_MIN_MAX(int)
EMULATOR_MIN_MAX(unsigned)
EMULATOR_MIN_MAX(long)
EMULATOR_MIN_MAX(unsigned long)
EMULATOR_MIN_MAX(long long)
EMULATOR_MIN_MAX(unsigned long long)
#undef EMULATOR_MIN_MAX
inline float min(float x, float y) { return __builtin_fminf(x, y); }
inline float max(float x, float y) { return __builtin_fmaxf(x, y); }
inline double min(double x, double y) { return __builtin_fmin(x, y); }
inline double max(double x, double y) { return __builtin_fmax(x, y); }

#define EMULATOR_ROUNDED(T, letter, root, fused)                                                                   \
  inline T __##letter##add_rn(T x, T y) { return x + y; }                                                          \
  inline T __##letter##sub_rn(T x, T y) { return x - y; }                                                          \
  inline T __##letter##mul_rn(T x, T y) { return x * y; }                                                          \
  inline T __##letter##div_rn(T x, T y) { return x / y; }                                                          \
  inline T __##letter##sqrt_rn(T x) { return root(x); }                                                            \
  inline T fused(T x, T y, T z) { return fma(x, y, z); }
EMULATOR_ROUNDED(float, f, __builtin_sqrtf, __fmaf_rn)
EMULATOR_ROUNDED(double, d, __builtin_sqrt, __fma_rn)
#undef EMULATOR_ROUNDED

// ---- conversions. On the device a number that the integer cannot hold becomes the nearest that it can, and NaN
// becomes 0, or the number of the highest bit alone where one of the two types has 64 bits (PTX manual, cvt).

namespace emulator {

template <class I, class F> inline I to_integer(F whole) {
  constexpr bool is_signed = I(-1) < I(0);
  constexpr int n_bits = 8 * sizeof(I) - (is_signed ? 1 : 0);
  constexpr I top = I(I(1) << (8 * sizeof(I) - 1));
  constexpr I low = is_signed ? top : I(0), high = I(~low);
  if (whole != whole) return sizeof(I) == 8 || sizeof(F) == 8 ? top : I(0);
  const F limit = (F)__builtin_ldexp(1.0, n_bits);
  if (whole >= limit) return high;
  if (whole < (is_signed ? -limit : F(0))) return low;
  return (I)whole;
}

}  // namespace emulator

#define EMULATOR_TO_INTEGER(F, from, I, to)                                                                        \
  inline I __##from##2##to##_rn(F x) { return emulator::to_integer<I>(rint(x)); }                                  \
  inline I __##from##2##to##_rz(F x) { return emulator::to_integer<I>(trunc(x)); }                                 \
  inline I __##from##2##to##_rd(F x) { return emulator::to_integer<I>(floor(x)); }                                 \
  inline I __##from##2##to##_ru(F x) { return emulator::to_integer<I>(ceil(x)); }
EMULATOR_TO_INTEGER(double, double, int, int)
EMULATOR_TO_INTEGER(double, double, unsigned, uint)
EMULATOR_TO_INTEGER(double, double, long long, ll)
EMULATOR_TO_INTEGER(double, double, unsigned long long, ull)
EMULATOR_TO_INTEGER(float, float, int, int)
EMULATOR_TO_INTEGER(float, float, unsigned, uint)
EMULATOR_TO_INTEGER(float, float, long long, ll)
EMULATOR_TO_INTEGER(float, float, unsigned long long, ull)
#undef EMULATOR_TO_INTEGER

inline float __double2float_rn(double x) { return (float)x; }
inline double __int2double_rn(int x) { return x; }
inline double __uint2double_rn(unsigned x) { return x; }
inline double __ll2double_rn(long long x) { return (double)x; }
inline double __ull2double_rn(unsigned long long x) { return (double)x; }
inline float __int2float_rn(int x) { return (float)x; }
inline float __uint2float_rn(unsigned x) { return (float)x; }
inline float __ll2float_rn(long long x) { return (float)x; }
inline float __ull2float_rn(unsigned long long x) { return (float)x; }
