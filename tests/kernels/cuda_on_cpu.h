// What the text of kernels/cuda needs from CUDA, for a C++ compiler: enough to call its functions over arrays.
#include <cmath>
#include <cstring>

#define __device__
#define __forceinline__ inline

template <class To, class From>
inline To same_bytes(From x) {
  static_assert(sizeof(To) == sizeof(From));
  To y;
  std::memcpy(&y, &x, sizeof y);
  return y;
}
inline long long __double_as_longlong(double x) { return same_bytes<long long>(x); }
inline double __longlong_as_double(long long x) { return same_bytes<double>(x); }
inline unsigned int __float_as_uint(float x) { return same_bytes<unsigned int>(x); }
inline float __uint_as_float(unsigned int x) { return same_bytes<float>(x); }

// What blocks do together is declared, so that it compiles; there is one thread, and no test calls it here.
#define __shared__ static
struct OneThread {
  unsigned int x;
};
static const OneThread threadIdx = {0}, blockDim = {1};
static inline void __syncthreads() {}
