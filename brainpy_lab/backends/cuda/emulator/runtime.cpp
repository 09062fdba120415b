// The runtime of the emulated device: blocks one after another, their threads in turns, device memory.
//
// A thread runs until it waits or returns; then the next thread that can run gets its turn. A thread that has not
// begun needs no fibre of its own yet: it begins on the fibre of one that returned. So a kernel in which nobody waits
// is a plain loop over its threads, and a fibre is switched only where a thread waits.
//
// Compiled without instrumentation also where a sanitizer looks at the kernels; it tells the sanitizer who runs.
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <vector>

#include "fibre.h"
#include "state.h"

#ifdef EMULATOR_ADDRESS
#include <sanitizer/asan_interface.h>
#endif
#ifdef EMULATOR_THREAD
extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void* fibre);
void __tsan_switch_to_fiber(void* fibre, unsigned flags);
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}
#endif

namespace emulator {
namespace {

constexpr int WARP = 32;
constexpr unsigned FULL = 0xffffffffu;
constexpr unsigned char POISON = 0xff;  // NaN in floats and doubles, -1 in integers
constexpr long long TURN = 4096;        // atomic operations before others get their turn
#ifdef EMULATOR_THREAD
constexpr long long PATIENCE = 1ll << 22;  // atomic operations without any progress, after which a thread is stuck
constexpr bool BEGIN_ON_THE_SAME_FIBRE = false;
#else
constexpr bool BEGIN_ON_THE_SAME_FIBRE = true;
constexpr long long PATIENCE = 1ll << 28;
#endif

const char* const CALL_NAMES[] = {
    "__syncthreads", "__syncthreads_count", "__syncthreads_and", "__syncthreads_or", "__syncwarp", "__ballot_sync",
    "__any_sync", "__all_sync", "__shfl_sync", "__shfl_up_sync", "__shfl_down_sync", "__shfl_xor_sync",
    "__match_any_sync", "__match_all_sync", "__reduce_add_sync", "__reduce_min_sync", "__reduce_max_sync",
    "__reduce_min_sync", "__reduce_max_sync", "__reduce_and_sync", "__reduce_or_sync", "__reduce_xor_sync",
};

enum Status : unsigned char { ABLE, WAITS, RETURNED };

struct Thread {
  Fibre* fibre;  // null until it begins
  Status status;
  int call, line, lane;
  unsigned mask;
  unsigned long long value, result;
#ifdef EMULATOR_THREAD
  void* identity;
#endif
};

// A call that lanes of a warp have made and others of its mask have not.
struct Pending {
  int call;
  unsigned mask, arrived;
  unsigned number;
};

struct Warp {
  Pending pending[WARP];
  int n_pending;
  unsigned n_calls;
};

State state;
const Kernel* kernel;
void* const* arguments;
Thread threads[MAX_THREADS];
Warp warps[MAX_THREADS / WARP];
int n_threads, n_returned, n_at_barrier;
int order[MAX_THREADS], rank_of[MAX_THREADS];  // thread at a place of the schedule, and back
unsigned able[MAX_THREADS / WARP];             // bit: the thread at that place can run
int cursor;                                    // place of the thread that runs
int current;
long long turn_length, atomics_without_progress;
unsigned n_barriers;
Fibre main_fibre;
Fibre fibres[MAX_THREADS + 1];
int n_fibres;
Fibre* free_fibres;
bool failed, in_block;
char message[2048];
unsigned long long randomness;  // 0: the natural order
alignas(256) unsigned char dynamic_shared[MAX_SHARED + 256];
unsigned dynamic_bytes;
unsigned used_static_bytes;

// ---- messages

#ifdef EMULATOR_THREAD
void* main_identity;
char kernel_begins, kernel_ends, kernel_fails;  // addresses that order main and the threads
#endif

// The first failure of a launch counts.
void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));
void fail(const char* format, ...) {
  if (failed) return;
  failed = true;
  int n = snprintf(message, sizeof message, "kernel '%s'", kernel->name);
  if (in_block) n += snprintf(message + n, sizeof message - (size_t)n, ", block %u", state.block.x);
  va_list values;
  va_start(values, format);
  vsnprintf(message + n, sizeof message - (size_t)n, format, values);
  va_end(values);
#ifdef EMULATOR_THREAD
  __tsan_release(&kernel_fails);
#endif
}

// ---- random order (xorshift; Marsaglia, 2003)

unsigned long long random_bits() {
  randomness ^= randomness << 13;
  randomness ^= randomness >> 7;
  randomness ^= randomness << 17;
  return randomness;
}

template <class I> void shuffle(I* items, size_t n) {
  for (size_t i = n; i > 1; i--) std::swap(items[i - 1], items[random_bits() % i]);
}

void begin_turn() {
  turn_length = randomness ? (long long)(random_bits() % 32) : TURN;
  state.atomics_left = turn_length;
}

// ---- whose turn it is

void set_able(int thread) {
  threads[thread].status = ABLE;
  able[rank_of[thread] / WARP] |= 1u << rank_of[thread] % WARP;
}

void all_able() {
  if (randomness) {
    shuffle(order, (size_t)n_threads);
    for (int i = 0; i < n_threads; i++) rank_of[order[i]] = i;
  }
  for (int t = 0; t < n_threads; t++) set_able(t);
  cursor = n_threads - 1;
}

// The next place after the cursor, around the end, whose thread can run; -1 when there is none.
int next_place() {
  const int n_words = (n_threads + WARP - 1) / WARP;
  int word = cursor / WARP;
  unsigned bits = cursor % WARP == WARP - 1 ? 0 : able[word] & (FULL << (cursor % WARP + 1));
  for (int i = 0; i <= n_words; i++) {
    if (bits) return word * WARP + __builtin_ctz(bits);
    word = word + 1 == n_words ? 0 : word + 1;
    bits = able[word];
  }
  return -1;
}

void give_turn(int place) {
  able[place / WARP] &= ~(1u << place % WARP);
  cursor = place;
  current = order[place];
  const unsigned t = (unsigned)current, nx = state.block_dim.x, ny = state.block_dim.y;
  state.thread = ny * state.block_dim.z == 1 ? uint3{t, 0, 0} : uint3{t % nx, t / nx % ny, t / (nx * ny)};
  begin_turn();
#ifdef EMULATOR_THREAD
  __tsan_switch_to_fiber(threads[current].identity, 1);
#endif
}

void describe_stall();

void release_barrier() {
  const int call = threads[0].call;
  unsigned long long count = 0;
  for (int t = 0; t < n_threads; t++) count += threads[t].value;
  for (int t = 0; t < n_threads; t++) {
    threads[t].result = call == BARRIER_COUNT ? count : call == BARRIER_AND ? count == (unsigned long long)n_threads : count != 0;
  }
  n_at_barrier = 0;
  n_barriers++;
  atomics_without_progress = 0;
  all_able();
}

bool all_at_one_barrier() {
  if (n_at_barrier < n_threads) return false;
  for (int t = 1; t < n_threads; t++) {
    if (threads[t].call != threads[0].call || threads[t].line != threads[0].line) return false;
  }
  return true;
}

// The thread that runs next, now the current one; -1: the block is done or has failed, and main goes on.
int next_thread() {
  int place = failed ? -1 : next_place();
  if (place < 0 && !failed && n_returned < n_threads) {
    if (all_at_one_barrier()) {
      release_barrier();
      place = next_place();
    } else {
      describe_stall();
    }
  }
  if (place >= 0) {
    give_turn(place);
    return current;
  }
#ifdef EMULATOR_THREAD
  __tsan_switch_to_fiber(main_identity, 1);
#endif
  return -1;
}

// ---- fibres of threads

void run_threads();

Fibre* fibre_for(int thread) {
  Thread& t = threads[thread];
  if (t.fibre) return t.fibre;
  if (free_fibres) {
    t.fibre = free_fibres;
    free_fibres = t.fibre->next_free;
#ifdef EMULATOR_THREAD
    renew(t.fibre, run_threads);  // what another thread kept on this stack is no race
#endif
  } else {
    t.fibre = &fibres[n_fibres];
    make(t.fibre, n_fibres++, run_threads);
  }
  t.fibre->thread = thread;
  return t.fibre;
}

// What a fibre does: the thread it was given, then others that have not begun, until it must wait for work itself.
void run_threads() {
  arrived(&main_fibre);
  Fibre* self = fibre_for(current);
  for (;;) {
    const int here = self->thread;
#ifdef EMULATOR_THREAD
    __tsan_acquire(&kernel_begins);
#endif
    kernel->run(arguments);
#ifdef EMULATOR_THREAD
    __tsan_release(&kernel_ends);
#endif
    threads[here].status = RETURNED;
    threads[here].fibre = nullptr;
    n_returned++;
    atomics_without_progress = 0;
    const int next = next_thread();
    if (BEGIN_ON_THE_SAME_FIBRE && next >= 0 && !threads[next].fibre) {
      threads[next].fibre = self;
      self->thread = next;
      continue;
    }
    Fibre* target = next < 0 ? &main_fibre : fibre_for(next);
    self->next_free = free_fibres;
    free_fibres = self;
    switch_fibre(self, target);
  }
}

// The current thread stops here; returns when its turn comes again.
void stop_here(int here) {
  const int next = next_thread();
  if (next == here) return;
  switch_fibre(threads[here].fibre, next < 0 ? &main_fibre : fibre_for(next));
}

// After a failure threads are left where they wait: their fibres start afresh.
void reset_fibres() {
  free_fibres = nullptr;
  for (int i = 0; i < n_fibres; i++) {
    Fibre* fibre = &fibres[i];
#ifdef EMULATOR_ADDRESS
    __asan_unpoison_memory_region(fibre->stack, STACK_BYTES);
#endif
    prepare(fibre, run_threads);
    fibre->next_free = free_fibres;
    free_fibres = fibre;
  }
}

// ---- warps

void resolve(int first, const Pending& p) {
  const int n = std::min(WARP, n_threads - first);
  unsigned yes = 0;
  bool all = true;
  unsigned long long total = 0;
  bool begun = false;
  for (int l = 0; l < n; l++) {
    if (!(p.arrived >> l & 1)) continue;
    const unsigned long long v = threads[first + l].value;
    if (v) yes |= 1u << l;
    all &= v != 0;
    const unsigned u = (unsigned)v, sum = (unsigned)total;
    if (!begun) total = v;
    else switch (p.call) {
      case REDUCE_ADD: total = sum + u; break;
      case REDUCE_MIN: total = std::min(sum, u); break;
      case REDUCE_MAX: total = std::max(sum, u); break;
      case REDUCE_MIN_SIGNED: total = (unsigned)std::min((int)sum, (int)u); break;
      case REDUCE_MAX_SIGNED: total = (unsigned)std::max((int)sum, (int)u); break;
      case REDUCE_AND: total = sum & u; break;
      case REDUCE_OR: total = sum | u; break;
      case REDUCE_XOR: total = sum ^ u; break;
    }
    begun = true;
  }
  for (int l = 0; l < n; l++) {
    if (!(p.arrived >> l & 1)) continue;
    Thread& t = threads[first + l];
    switch (p.call) {
      case SYNCWARP: t.result = 0; break;
      case BALLOT: t.result = yes; break;
      case ANY: t.result = yes != 0; break;
      case ALL: t.result = all; break;
      case SHUFFLE: case SHUFFLE_UP: case SHUFFLE_DOWN: case SHUFFLE_XOR:
        // The value of a lane that takes no part is undefined on the device.
        t.result = t.lane >= 0 && t.lane < n && (p.arrived >> t.lane & 1) ? threads[first + t.lane].value : ~0ull;
        break;
      case MATCH_ANY: case MATCH_ALL: {
        unsigned same = 0;
        for (int k = 0; k < n; k++) {
          if ((p.arrived >> k & 1) && threads[first + k].value == t.value) same |= 1u << k;
        }
        t.result = p.call == MATCH_ANY || same == p.arrived ? same : 0;
        break;
      }
      default: t.result = total;
    }
  }
  for (int l = 0; l < n; l++) {
    if (p.arrived >> l & 1) set_able(first + l);
  }
}

// The current thread has made a call of its warp. Returns the number of the call within the warp.
unsigned arrive(int here) {
  const Thread& t = threads[here];
  const int lane = here % WARP, first = here - lane;
  if (!(t.mask >> lane & 1)) {
    fail(", thread %d (line %d): %s with the mask 0x%08x, which leaves out the thread itself (lane %d).", here, t.line,
         CALL_NAMES[t.call], t.mask, lane);
    return 0;
  }
  Warp& warp = warps[here / WARP];
  int i = 0;
  while (i < warp.n_pending && (warp.pending[i].call != t.call || warp.pending[i].mask != t.mask)) i++;
  if (i == warp.n_pending) warp.pending[warp.n_pending++] = {t.call, t.mask, 0, warp.n_calls++};
  Pending& p = warp.pending[i];
  p.arrived |= 1u << lane;
  const unsigned number = p.number;
  const int n = std::min(WARP, n_threads - first);  // lanes beyond the block do not exist, whatever the mask says
  if (p.arrived == (p.mask & (n == WARP ? FULL : (1u << n) - 1))) {
    atomics_without_progress = 0;
    resolve(first, p);
    // The warp goes on before others catch up, so that what only a barrier of the block may order is not ordered by it.
    cursor = randomness ? (int)(random_bits() % (unsigned)n_threads) : (first + n_threads - 1) % n_threads;
    p = warp.pending[--warp.n_pending];
  }
  return number;
}

// ---- services

#ifdef EMULATOR_THREAD
// Addresses in the copy of shared memory of this block, by which its barriers order its threads. Two for the barrier,
// in turns: a thread may arrive at the next one before another has left this one. As many as fit for each warp.
constexpr unsigned SYNC_BYTES = 64 + MAX_THREADS / WARP * 64;
unsigned char* sync_place;
#endif

unsigned long long wait(int call, unsigned mask, unsigned long long value, int lane, int line) {
  const int here = current;
  Thread& t = threads[here];
  t.status = WAITS;
  t.call = call;
  t.mask = mask;
  t.value = value;
  t.lane = lane;
  t.line = line;
  unsigned number = n_barriers;
  if (call < SYNCWARP) n_at_barrier++;
  else number = arrive(here);
#ifdef EMULATOR_THREAD
  // Votes and shuffles order no memory.
  unsigned char* place = call < SYNCWARP ? sync_place + number % 2 * 8
                         : call == SYNCWARP ? sync_place + 64 + here / WARP * 64 + number % 8 * 8 : nullptr;
  if (place) __tsan_release(place);
#else
  (void)number;
#endif
  stop_here(here);
#ifdef EMULATOR_THREAD
  if (place) __tsan_acquire(place);
#endif
  return t.result;
}

void poison_shared(void* start, unsigned long bytes) {
  used_static_bytes += (unsigned)bytes;
  if (used_static_bytes > MAX_STATIC_SHARED) {
    fail(": %u bytes of static shared memory, more than the %u that a kernel may declare.", used_static_bytes,
         MAX_STATIC_SHARED);
  }
  memset(start, POISON, bytes);
#ifdef EMULATOR_ADDRESS
  __asan_poison_memory_region(static_cast<char*>(start) + bytes, SHARED_GUARD);
#endif
}

// Called after a turn of atomic operations: a thread that waits for another by asking again and again must not keep
// that other from running.
void yield(int line) {
  const int here = current;
  threads[here].line = line;
  atomics_without_progress += turn_length + 1;
  if (atomics_without_progress > PATIENCE) {
    fail(", thread %d (line %d): %lld atomic operations while no thread of the block returned or passed a barrier. It "
         "seems to wait for another block. Blocks run one after another here: launch one block, or let no block wait "
         "for one that comes later.", here, line, atomics_without_progress);
  } else if (next_place() < 0) {
    begin_turn();
    return;
  } else {
    set_able(here);
  }
  stop_here(here);
}

void fence() {
#ifdef EMULATOR_THREAD
  // Together with what the fences of others come before or after; more than the device promises, in favour of silence.
  static char place;
  __tsan_acquire(&place);
  __tsan_release(&place);
#endif
}

void trap(int line) {
  fail(", thread %d (line %d): __trap().", current, line);
  stop_here(current);
}

// ---- faults: a wild pointer ends the launch and not the process

#if !defined(EMULATOR_ADDRESS) && !defined(EMULATOR_THREAD)
const int FAULTS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
struct sigaction before_launch[4];
pthread_t launching;

void faulted(int number, siginfo_t* info, void*) {
  if (!in_block || !pthread_equal(pthread_self(), launching)) {
    // Not ours: it happens again, and those who were there before see it.
    for (int i = 0; i < 4; i++) {
      if (FAULTS[i] == number) sigaction(number, &before_launch[i], nullptr);
    }
    return;
  }
  const Fibre* fibre = threads[current].fibre;
  auto at = static_cast<const char*>(info->si_addr);
  if (number == SIGFPE) {
    fail(", thread %d: an integer was divided by zero.", current);
  } else if (number == SIGILL) {
    fail(", thread %d: it reached a place that cannot be reached.", current);
  } else if (at < fibre->stack && at >= fibre->stack - 65536) {
    fail(", thread %d: more than %zu bytes of local variables, or a recursion without end.", current, STACK_BYTES);
  } else {
    fail(", thread %d: an access to the address 0x%zx, which is no memory. sanitizer='address' shows the line.", current,
         reinterpret_cast<size_t>(at));
  }
  switch_fibre(threads[current].fibre, &main_fibre);
}

// Handlers for the time of a launch, on a stack of their own: that of the thread may be full.
class Faults {
 public:
  Faults() {
    launching = pthread_self();
    stack_t stack = {};
    stack.ss_sp = place;
    stack.ss_size = sizeof place;
    sigaltstack(&stack, &stack_before);
    struct sigaction action = {};
    action.sa_sigaction = faulted;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (int i = 0; i < 4; i++) sigaction(FAULTS[i], &action, &before_launch[i]);
  }
  ~Faults() {
    for (int i = 0; i < 4; i++) sigaction(FAULTS[i], &before_launch[i], nullptr);
    sigaltstack(&stack_before, nullptr);
  }
  Faults(const Faults&) = delete;

 private:
  stack_t stack_before;
  static inline char place[65536];
};
#else
struct Faults {};  // the sanitizer reports them
#endif

// Threads that wait, grouped by where, then those that returned.
void describe_stall() {
  char text[1500];
  int n = 0;
  auto add = [&](const char* format, auto... values) {
    if (n < (int)sizeof text - 1) n += snprintf(text + n, sizeof text - (size_t)n, format, values...);
  };
  bool told[MAX_THREADS] = {};
  int n_groups = 0;
  for (int t = 0; t < n_threads && n_groups < 4; t++) {
    const Thread& a = threads[t];
    if (told[t] || a.status == ABLE) continue;
    int count = 0;
    for (int k = t; k < n_threads; k++) {
      const Thread& b = threads[k];
      const bool same = b.status == a.status && (a.status == RETURNED || (b.call == a.call && b.line == a.line && b.mask == a.mask));
      if (same) told[k] = true, count++;
    }
    add("%s%d thread%s (%d%s) ", n_groups++ ? "; " : "", count, count == 1 ? "" : "s", t, count == 1 ? "" : ", ...");
    if (a.status == RETURNED) add("returned");
    else if (a.call < SYNCWARP) add("wait%s at %s (line %d)", count == 1 ? "s" : "", CALL_NAMES[a.call], a.line);
    else add("wait%s in %s (line %d, mask 0x%08x)", count == 1 ? "s" : "", CALL_NAMES[a.call], a.line, a.mask);
  }
  fail(": threads wait for others that do not come: %s. All threads of a block must reach the same barrier, and all "
       "threads named in a mask the same call.", text);
}

// ---- device memory

#ifndef EMULATOR_ADDRESS
constexpr size_t GUARD = 256;  // in front and behind; in front it keeps the alignment
constexpr unsigned char GUARD_BYTE = 0xa5;
#endif

struct Allocation {
  unsigned char* start;
  size_t bytes;
};
std::vector<Allocation> allocations;

#ifndef EMULATOR_ADDRESS
// A kernel that wrote just outside an allocation; the guard is made whole again.
void check_guards() {
  static unsigned char whole[GUARD];
  if (!whole[0]) memset(whole, GUARD_BYTE, GUARD);
  for (const Allocation& a : allocations) {
    unsigned char* before = a.start - GUARD;
    unsigned char* behind = a.start + a.bytes;
    if (memcmp(behind, whole, GUARD)) {
      size_t i = 0;
      while (behind[i] == GUARD_BYTE) i++;
      fail(": something wrote at byte %zu of the %zu bytes at 0x%zx of device memory.", a.bytes + i, a.bytes,
           reinterpret_cast<size_t>(a.start));
      memset(behind, GUARD_BYTE, GUARD);
    }
    if (memcmp(before, whole, GUARD)) {
      size_t i = GUARD;
      while (before[i - 1] == GUARD_BYTE) i--;
      fail(": something wrote at byte -%zu of the %zu bytes at 0x%zx of device memory.", GUARD - i + 1,
           a.bytes, reinterpret_cast<size_t>(a.start));
      memset(before, GUARD_BYTE, GUARD);
    }
  }
}
#endif

// ---- blocks

void run_block() {
  state.block_count++;
  n_returned = n_at_barrier = 0;
  n_barriers = 0;
  used_static_bytes = 0;
  atomics_without_progress = 0;
  for (int t = 0; t < n_threads; t++) {
    threads[t].fibre = nullptr;
#ifdef EMULATOR_THREAD
    threads[t].identity = __tsan_create_fiber(0);
#endif
  }
  memset(warps, 0, sizeof warps);
  memset(able, 0, sizeof able);
  all_able();
  in_block = true;
  const int first = next_thread();
  switch_fibre(&main_fibre, fibre_for(first));
  in_block = false;
#ifdef EMULATOR_THREAD
  for (int t = 0; t < n_threads; t++) __tsan_destroy_fiber(threads[t].identity);
#endif
}

void run_blocks(unsigned n_blocks, unsigned static_bytes) {
  std::vector<unsigned> sequence;
  if (randomness) {
    sequence.resize(n_blocks);
    for (unsigned i = 0; i < n_blocks; i++) sequence[i] = i;
    shuffle(sequence.data(), n_blocks);
  }
#ifdef EMULATOR_THREAD
  const size_t copy = (SYNC_BYTES + static_bytes + dynamic_bytes + 511) / 256 * 256;
  auto copies = static_cast<unsigned char*>(malloc(copy * n_blocks + 256));
  auto base = reinterpret_cast<unsigned char*>((reinterpret_cast<uintptr_t>(copies) + 255) / 256 * 256);
  memset(base, POISON, copy * n_blocks);
  main_identity = __tsan_get_current_fiber();
  __tsan_release(&kernel_begins);
#else
  (void)static_bytes;
#endif
  for (unsigned i = 0; i < n_blocks && !failed; i++) {
    const unsigned b = randomness ? sequence[i] : i;
    const dim3& grid = state.grid_dim;
    state.block = {b % grid.x, b / grid.x % grid.y, b / (grid.x * grid.y)};
#ifdef EMULATOR_THREAD
    sync_place = base + copy * b;
    state.static_shared = sync_place + SYNC_BYTES;
    state.dynamic_shared = state.static_shared + (static_bytes + 127) / 128 * 128;
    run_block();
#else
    state.dynamic_shared = dynamic_shared;
    memset(dynamic_shared, POISON, dynamic_bytes);
    run_block();
#ifndef EMULATOR_ADDRESS
    for (unsigned k = 0; k < 128; k++) {
      if (dynamic_shared[dynamic_bytes + k] != GUARD_BYTE) {
        fail(": something wrote at byte %u of the %u bytes of dynamic shared memory.", dynamic_bytes + k,
             dynamic_bytes);
      }
    }
#endif
#endif
  }
#ifdef EMULATOR_THREAD
  __tsan_acquire(&kernel_ends);
  __tsan_acquire(&kernel_fails);
  free(copies);
#endif
}

}  // namespace
}  // namespace emulator

// ---- what the host calls

using namespace emulator;
#define EXPORT extern "C" __attribute__((visibility("default")))

EXPORT State* emulator_start() {
  state.wait = wait;
  state.poison_shared = poison_shared;
  state.yield = yield;
  state.fence = fence;
  state.trap = trap;
  return &state;
}

EXPORT const char* emulator_message() { return message; }

// 0: done; otherwise the kernel failed and the message says how. `order_seed` 0 is the natural order.
EXPORT int emulator_launch(const Module* module, int kernel_id, const unsigned* grid, const unsigned* block,
                           unsigned shared, unsigned long long order_seed, void* const* packed) {
  kernel = &module->kernels[kernel_id];
  arguments = packed;
  state.grid_dim = dim3(grid[0], grid[1], grid[2]);
  state.block_dim = dim3(block[0], block[1], block[2]);
  n_threads = (int)(block[0] * block[1] * block[2]);
  dynamic_bytes = shared;
  randomness = order_seed;
  failed = false;
  message[0] = 0;
  for (int t = 0; t < n_threads; t++) order[t] = rank_of[t] = t;
#if defined(EMULATOR_ADDRESS)
  __asan_unpoison_memory_region(dynamic_shared, sizeof dynamic_shared);
  __asan_poison_memory_region(dynamic_shared + shared, sizeof dynamic_shared - shared);
#elif !defined(EMULATOR_THREAD)
  memset(dynamic_shared + shared, GUARD_BYTE, 128);
#endif
  Faults faults;
  run_blocks(grid[0] * grid[1] * grid[2], module->static_shared_bytes ? *module->static_shared_bytes : 0);
  const bool stuck = failed;
#ifndef EMULATOR_ADDRESS
  if (!failed) check_guards();
#endif
  if (stuck) reset_fibres();
  return failed;
}

EXPORT void* emulator_allocate(size_t bytes) {
  void* start;
#ifdef EMULATOR_ADDRESS
  if (posix_memalign(&start, 256, bytes ? bytes : 8)) return nullptr;
  memset(start, POISON, bytes);
  if (!bytes) __asan_poison_memory_region(start, 8);
#else
  if (posix_memalign(&start, 256, bytes + 2 * GUARD)) return nullptr;
  memset(start, GUARD_BYTE, GUARD);
  start = static_cast<unsigned char*>(start) + GUARD;
  memset(start, POISON, bytes);
  memset(static_cast<unsigned char*>(start) + bytes, GUARD_BYTE, GUARD);
#endif
  allocations.push_back({static_cast<unsigned char*>(start), bytes});
  return start;
}

EXPORT void emulator_free(void* start) {
  for (size_t i = 0; i < allocations.size(); i++) {
    if (allocations[i].start != start) continue;
    allocations[i] = allocations.back();
    allocations.pop_back();
#ifdef EMULATOR_ADDRESS
    free(start);
#else
    free(static_cast<unsigned char*>(start) - GUARD);
#endif
    return;
  }
}
