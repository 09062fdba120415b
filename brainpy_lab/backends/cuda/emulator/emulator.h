// CUDA C++ for g++: the words, types and functions that NVRTC gives a source that includes nothing.
//
// Names are defined with the argument types that CUDA defines them for, so that what compiles here compiles there.
// Calls at which a thread waits, and atomics, take the line they stand in as a default argument, for messages.
#pragma once
#include "state.h"

#define BRAINPY_LAB_EMULATOR 1
#define __global__
#define __device__
#define __host__
#define __constant__
#define __CUDACC__ 1
#define __CUDACC_RTC__ 1
#define __CUDA_ARCH__ 800
#define __managed__
#define __grid_constant__
#define __launch_bounds__(...)
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __inline__ inline
#define __align__(n) __attribute__((aligned(n)))
#define __restrict __restrict__

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;

static emulator::State* emulator_state;
#define threadIdx (emulator_state->thread)
#define blockIdx (emulator_state->block)
#define blockDim (emulator_state->block_dim)
#define gridDim (emulator_state->grid_dim)
static constexpr int warpSize = 32;

// ---- shared memory: `__shared__ float x[32];` is printed as `auto& x = emulator::shared<float[32], tag>();`

namespace emulator {

static unsigned shared_bytes;  // reserved so far
inline unsigned reserve_shared(unsigned bytes) {
  unsigned start = shared_bytes;
  shared_bytes += (bytes + 127) / 128 * 128;
  return start;
}

#ifdef __SANITIZE_THREAD__
// Every block has a copy of its own: blocks are not ordered, and one copy would look like a race.
template <class T, class Tag> struct Shared {
  static inline unsigned start = reserve_shared(sizeof(T));
};
template <class T, class Tag> inline T& shared() {
  return *reinterpret_cast<T*>(emulator_state->static_shared + Shared<T, Tag>::start);
}
#else
#ifdef __SANITIZE_ADDRESS__
constexpr unsigned shared_guard = SHARED_GUARD;
#else
constexpr unsigned shared_guard = 0;
#endif
template <class T, class Tag> struct Shared {
  alignas(128) static inline unsigned char bytes[sizeof(T) + shared_guard];
  static inline unsigned long long block_count;
};
template <class T, class Tag> inline T& shared() {
  using Here = Shared<T, Tag>;
  if (__builtin_expect(Here::block_count != emulator_state->block_count, 0)) {
    Here::block_count = emulator_state->block_count;
    emulator_state->poison_shared(Here::bytes, sizeof(T));
  }
  return *reinterpret_cast<T*>(Here::bytes);
}
#endif

template <class To, class From> inline To bits(From from) {
  static_assert(sizeof(To) == sizeof(From), "as many bits");
  To to;
  __builtin_memcpy(&to, &from, sizeof to);
  return to;
}

template <class T> inline unsigned long long widen(T value) {
  unsigned long long wide = 0;
  __builtin_memcpy(&wide, &value, sizeof value);
  return wide;
}

template <class T> inline T narrow(unsigned long long wide) {
  T value;
  __builtin_memcpy(&value, &wide, sizeof value);
  return value;
}

}  // namespace emulator

#define EMULATOR_LINE int line = __builtin_LINE()

// ---- barriers

inline void __syncthreads(EMULATOR_LINE) { emulator_state->wait(emulator::BARRIER, 0, 0, 0, line); }
inline int __syncthreads_count(int p, EMULATOR_LINE) {
  return (int)emulator_state->wait(emulator::BARRIER_COUNT, 0, p != 0, 0, line);
}
inline int __syncthreads_and(int p, EMULATOR_LINE) {
  return (int)emulator_state->wait(emulator::BARRIER_AND, 0, p != 0, 0, line);
}
inline int __syncthreads_or(int p, EMULATOR_LINE) {
  return (int)emulator_state->wait(emulator::BARRIER_OR, 0, p != 0, 0, line);
}
inline void __syncwarp(unsigned mask = 0xffffffffu, EMULATOR_LINE) {
  emulator_state->wait(emulator::SYNCWARP, mask, 0, 0, line);
}
inline void __nanosleep(unsigned, EMULATOR_LINE) { emulator_state->yield(line); }
inline void __trap(EMULATOR_LINE) { emulator_state->trap(line); }
#define __builtin_assume(condition) ((condition) ? (void)0 : __trap())  // what is assumed is checked
extern "C" int printf(const char* format, ...);

// ---- warps

inline int emulator_lane() {
  const emulator::State& s = *emulator_state;
  return (int)((s.thread.x + s.block_dim.x * (s.thread.y + s.block_dim.y * s.thread.z)) & 31u);
}

// A legal answer that assumes least: every other lane of the warp may be elsewhere.
inline unsigned __activemask() { return 1u << emulator_lane(); }

inline unsigned __ballot_sync(unsigned mask, int p, EMULATOR_LINE) {
  return (unsigned)emulator_state->wait(emulator::BALLOT, mask, p != 0, 0, line);
}
inline int __any_sync(unsigned mask, int p, EMULATOR_LINE) {
  return (int)emulator_state->wait(emulator::ANY, mask, p != 0, 0, line);
}
inline int __all_sync(unsigned mask, int p, EMULATOR_LINE) {
  return (int)emulator_state->wait(emulator::ALL, mask, p != 0, 0, line);
}

#define EMULATOR_SHUFFLES(T)                                                                                       \
  inline T __shfl_sync(unsigned mask, T value, int source, int width = 32, EMULATOR_LINE) {                        \
    int lane = (emulator_lane() & ~(width - 1)) | (source & (width - 1));                                          \
    return emulator::narrow<T>(                                                                                    \
        emulator_state->wait(emulator::SHUFFLE, mask, emulator::widen(value), lane, line));                        \
  }                                                                                                                \
  inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, EMULATOR_LINE) {                 \
    int here = emulator_lane(), lane = here - (int)delta;                                                          \
    if (lane < (here & ~(width - 1))) lane = here;                                                                 \
    return emulator::narrow<T>(                                                                                    \
        emulator_state->wait(emulator::SHUFFLE_UP, mask, emulator::widen(value), lane, line));                     \
  }                                                                                                                \
  inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, EMULATOR_LINE) {               \
    int here = emulator_lane(), lane = here + (int)delta;                                                          \
    if (lane > (here | (width - 1))) lane = here;                                                                  \
    return emulator::narrow<T>(                                                                                    \
        emulator_state->wait(emulator::SHUFFLE_DOWN, mask, emulator::widen(value), lane, line));                   \
  }                                                                                                                \
  inline T __shfl_xor_sync(unsigned mask, T value, int flip, int width = 32, EMULATOR_LINE) {                      \
    int here = emulator_lane(), lane = here ^ flip;                                                                \
    if (lane > (here | (width - 1))) lane = here;                                                                  \
    return emulator::narrow<T>(                                                                                    \
        emulator_state->wait(emulator::SHUFFLE_XOR, mask, emulator::widen(value), lane, line));                    \
  }
EMULATOR_SHUFFLES(int)
EMULATOR_SHUFFLES(unsigned)
EMULATOR_SHUFFLES(long)
EMULATOR_SHUFFLES(unsigned long)
EMULATOR_SHUFFLES(long long)
EMULATOR_SHUFFLES(unsigned long long)
EMULATOR_SHUFFLES(float)
EMULATOR_SHUFFLES(double)
#undef EMULATOR_SHUFFLES

#define EMULATOR_MATCHES(T)                                                                                        \
  inline unsigned __match_any_sync(unsigned mask, T value, EMULATOR_LINE) {                                        \
    return (unsigned)emulator_state->wait(emulator::MATCH_ANY, mask, emulator::widen(value), 0, line);             \
  }                                                                                                                \
  inline unsigned __match_all_sync(unsigned mask, T value, int* all, EMULATOR_LINE) {                              \
    unsigned found = (unsigned)emulator_state->wait(emulator::MATCH_ALL, mask, emulator::widen(value), 0, line);   \
    *all = found != 0;                                                                                             \
    return found;                                                                                                  \
  }
EMULATOR_MATCHES(int)
EMULATOR_MATCHES(unsigned)
EMULATOR_MATCHES(long)
EMULATOR_MATCHES(unsigned long)
EMULATOR_MATCHES(long long)
EMULATOR_MATCHES(unsigned long long)
EMULATOR_MATCHES(float)
EMULATOR_MATCHES(double)
#undef EMULATOR_MATCHES

#define EMULATOR_REDUCE(name, T, call)                                                                             \
  inline T name(unsigned mask, T value, EMULATOR_LINE) {                                                           \
    return (T)emulator_state->wait(emulator::call, mask, emulator::widen(value), 0, line);                         \
  }
EMULATOR_REDUCE(__reduce_add_sync, unsigned, REDUCE_ADD)
EMULATOR_REDUCE(__reduce_add_sync, int, REDUCE_ADD)
EMULATOR_REDUCE(__reduce_min_sync, unsigned, REDUCE_MIN)
EMULATOR_REDUCE(__reduce_min_sync, int, REDUCE_MIN_SIGNED)
EMULATOR_REDUCE(__reduce_max_sync, unsigned, REDUCE_MAX)
EMULATOR_REDUCE(__reduce_max_sync, int, REDUCE_MAX_SIGNED)
EMULATOR_REDUCE(__reduce_and_sync, unsigned, REDUCE_AND)
EMULATOR_REDUCE(__reduce_or_sync, unsigned, REDUCE_OR)
EMULATOR_REDUCE(__reduce_xor_sync, unsigned, REDUCE_XOR)
#undef EMULATOR_REDUCE

// ---- atomics. Relaxed, as on the device: they order nothing else. Fences, beside which a thread may wait too.

namespace emulator {

#ifdef __SANITIZE_THREAD__
__attribute__((no_sanitize("thread")))
#endif
inline void count_atomic(int line) {
  if (__builtin_expect(--emulator_state->atomics_left < 0, 0)) emulator_state->yield(line);
}

inline void fence(int line) {
  count_atomic(line);
  emulator_state->fence();
}

template <class T> struct Word { using type = T; };
template <> struct Word<float> { using type = unsigned; };
template <> struct Word<double> { using type = unsigned long long; };

// What `*address` was before it became change(*address).
template <class T, class Change> inline T atomic(T* address, int line, Change change) {
  using W = typename Word<T>::type;
  count_atomic(line);
  W* word = reinterpret_cast<W*>(address);
  W before = __atomic_load_n(word, __ATOMIC_RELAXED);
  for (;;) {
    W after = bits<W>(change(bits<T>(before)));
    if (__atomic_compare_exchange_n(word, &before, after, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
      return bits<T>(before);
    }
  }
}

}  // namespace emulator

inline void __threadfence(EMULATOR_LINE) { emulator::fence(line); }
inline void __threadfence_block(EMULATOR_LINE) { emulator::fence(line); }
inline void __threadfence_system(EMULATOR_LINE) { emulator::fence(line); }

#define EMULATOR_ATOMIC(name, T, expression)                                                                       \
  inline T name(T* address, T value, EMULATOR_LINE) {                                                              \
    return emulator::atomic(address, line, [value](T old) -> T { return expression; });                            \
  }
#define EMULATOR_ATOMIC_FETCH(name, T, builtin)                                                                    \
  inline T name(T* address, T value, EMULATOR_LINE) {                                                              \
    emulator::count_atomic(line);                                                                                  \
    return builtin(address, value, __ATOMIC_RELAXED);                                                              \
  }
EMULATOR_ATOMIC_FETCH(atomicAdd, int, __atomic_fetch_add)
EMULATOR_ATOMIC_FETCH(atomicAdd, unsigned, __atomic_fetch_add)
EMULATOR_ATOMIC_FETCH(atomicAdd, unsigned long long, __atomic_fetch_add)
EMULATOR_ATOMIC(atomicAdd, float, old + value)
EMULATOR_ATOMIC(atomicAdd, double, old + value)
EMULATOR_ATOMIC_FETCH(atomicSub, int, __atomic_fetch_sub)
EMULATOR_ATOMIC_FETCH(atomicSub, unsigned, __atomic_fetch_sub)
EMULATOR_ATOMIC(atomicExch, int, value)
EMULATOR_ATOMIC(atomicExch, unsigned, value)
EMULATOR_ATOMIC(atomicExch, unsigned long long, value)
EMULATOR_ATOMIC(atomicExch, float, value)
EMULATOR_ATOMIC(atomicMin, int, value < old ? value : old)
EMULATOR_ATOMIC(atomicMin, unsigned, value < old ? value : old)
EMULATOR_ATOMIC(atomicMin, long long, value < old ? value : old)
EMULATOR_ATOMIC(atomicMin, unsigned long long, value < old ? value : old)
EMULATOR_ATOMIC(atomicMax, int, value > old ? value : old)
EMULATOR_ATOMIC(atomicMax, unsigned, value > old ? value : old)
EMULATOR_ATOMIC(atomicMax, long long, value > old ? value : old)
EMULATOR_ATOMIC(atomicMax, unsigned long long, value > old ? value : old)
EMULATOR_ATOMIC(atomicInc, unsigned, old >= value ? 0u : old + 1u)
EMULATOR_ATOMIC(atomicDec, unsigned, old == 0u || old > value ? value : old - 1u)
EMULATOR_ATOMIC_FETCH(atomicAnd, int, __atomic_fetch_and)
EMULATOR_ATOMIC_FETCH(atomicAnd, unsigned, __atomic_fetch_and)
EMULATOR_ATOMIC_FETCH(atomicAnd, unsigned long long, __atomic_fetch_and)
EMULATOR_ATOMIC_FETCH(atomicOr, int, __atomic_fetch_or)
EMULATOR_ATOMIC_FETCH(atomicOr, unsigned, __atomic_fetch_or)
EMULATOR_ATOMIC_FETCH(atomicOr, unsigned long long, __atomic_fetch_or)
EMULATOR_ATOMIC_FETCH(atomicXor, int, __atomic_fetch_xor)
EMULATOR_ATOMIC_FETCH(atomicXor, unsigned, __atomic_fetch_xor)
EMULATOR_ATOMIC_FETCH(atomicXor, unsigned long long, __atomic_fetch_xor)
#undef EMULATOR_ATOMIC
#undef EMULATOR_ATOMIC_FETCH

#define EMULATOR_ATOMIC_CAS(T)                                                                                     \
  inline T atomicCAS(T* address, T compare, T value, EMULATOR_LINE) {                                              \
    emulator::count_atomic(line);                                                                                  \
    __atomic_compare_exchange_n(address, &compare, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);              \
    return compare;                                                                                                \
  }
EMULATOR_ATOMIC_CAS(int)
EMULATOR_ATOMIC_CAS(unsigned)
EMULATOR_ATOMIC_CAS(unsigned long long)
EMULATOR_ATOMIC_CAS(unsigned short)
#undef EMULATOR_ATOMIC_CAS

#include "arithmetic.h"
#include "launch.h"
