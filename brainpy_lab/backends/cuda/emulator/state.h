// What compiled kernels and the runtime share: where the running thread is, and the services it may ask for.
#pragma once

struct uint3 { unsigned x, y, z; };

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

namespace emulator {

constexpr int MAX_THREADS = 1024;            // of a block
constexpr unsigned MAX_STATIC_SHARED = 48 * 1024;    // bytes a kernel may declare
constexpr unsigned MAX_SHARED = 227 * 1024;          // bytes a block may have on compute capability 9.0

constexpr unsigned SHARED_GUARD = 64;                // bytes behind a shared variable, for the address sanitizer

// Calls at which a thread waits for others. CALL_NAMES in runtime.cpp has the same order.
enum Call : int {
  BARRIER, BARRIER_COUNT, BARRIER_AND, BARRIER_OR,  // of the block
  SYNCWARP, BALLOT, ANY, ALL, SHUFFLE, SHUFFLE_UP, SHUFFLE_DOWN, SHUFFLE_XOR, MATCH_ANY, MATCH_ALL,
  REDUCE_ADD, REDUCE_MIN, REDUCE_MAX, REDUCE_MIN_SIGNED, REDUCE_MAX_SIGNED, REDUCE_AND, REDUCE_OR, REDUCE_XOR,
};

// One for all modules of a process, because only one kernel runs at a time.
struct State {
  uint3 thread, block;
  dim3 block_dim, grid_dim;
  unsigned char* dynamic_shared;
  unsigned char* static_shared;    // thread sanitizer only: the copy that belongs to this block
  unsigned long long block_count;  // blocks started so far; static shared memory is poisoned when first used in a block
  long long atomics_left;          // atomic operations until another thread gets its turn
  // Wait until the others of the block, or of `mask`, make the same call; `lane` is the one whose value is wanted.
  unsigned long long (*wait)(int call, unsigned mask, unsigned long long value, int lane, int line);
  void (*poison_shared)(void* start, unsigned long bytes);
  void (*yield)(int line);
  void (*fence)();
  void (*trap)(int line);
};

// What a module tells about a kernel. One letter per parameter: p pointer, b bool, i signed, u unsigned, f floating,
// s struct.
struct Kernel {
  const char* name;
  void (*run)(void* const* arguments);  // the kernel, once, for the thread of the state
  int n_parameters;
  const unsigned* sizes;
  const char* kinds;
  unsigned max_threads;                 // of __launch_bounds__, or MAX_THREADS
};

struct Module {
  const Kernel* kernels;
  int n_kernels;
  const unsigned* static_shared_bytes;  // thread sanitizer only: of all kernels together
};

}  // namespace emulator
