// The runtime of the emulated device: blocks one after another, their threads in turns, device memory.
//
// A thread runs until it waits or returns; then the next thread that can run gets its turn. A thread that has not
// begun needs no fibre of its own yet: it begins on the fibre of one that returned. So a kernel in which nobody waits
// is a plain loop over its threads, and a fibre is switched only where a thread waits.
//
// Compiled without instrumentation also where a sanitizer looks at the kernels; it tells the sanitizer who runs.
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <vector>

#include "faults.h"
#include "fibre.h"
#include "memory.h"
#include "state.h"
#include "warp.h"

namespace emulator {
namespace {

constexpr unsigned FULL = 0xffffffffu;
constexpr long long TURN = 4096;  // atomic operations before others get their turn
// Atomic operations without any progress, after which a thread is stuck; some seconds.
constexpr long long PATIENCE = WATCHES_THREADS ? 1ll << 22 : 1ll << 28;
// To the thread sanitizer a fibre is a thread, so each thread of a launch needs its own, and blocks are not ordered by
// the use of one stack. With more threads than fibres some are taken for one, and races between them are not found.
constexpr int MAX_FIBRES = WATCHES_THREADS ? 4096 : MAX_THREADS + 1;

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
Fibre fibres[MAX_FIBRES];
int n_fibres;
Fibre* free_fibres;
bool failed, in_block;
char message[2048];
unsigned long long randomness;  // 0: the natural order
alignas(256) unsigned char dynamic_shared[MAX_SHARED + 256];
unsigned dynamic_bytes;
unsigned used_static_bytes;

// ---- messages

char kernel_begins, kernel_ends;  // places that order main and the threads

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
  happens_before(&kernel_ends);
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
  if (WATCHES_THREADS) become(threads[current].fibre->identity);
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
  become(main_fibre.identity);
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
  } else {
    t.fibre = &fibres[n_fibres];
    make(t.fibre, n_fibres++, run_threads);
  }
  t.fibre->thread = thread;
  return t.fibre;
}

// For the thread sanitizer: the fibre of a thread of a launch, `number` counted over all blocks.
void fix_fibre(int thread, unsigned number) {
  Fibre* fibre = &fibres[number % MAX_FIBRES];
  if (!fibre->stack) make(fibre, (int)(number % MAX_FIBRES), run_threads);
  fibre->thread = thread;
  threads[thread].fibre = fibre;
}

// What a fibre does: the thread it was given, then others that have not begun, until it must wait for work itself.
void run_threads() {
  arrived(&main_fibre);
  Fibre* self = threads[current].fibre;
  for (;;) {
    const int here = self->thread;
    happens_after(&kernel_begins);
    kernel->run(arguments);
    happens_before(&kernel_ends);
    threads[here].status = RETURNED;
    threads[here].fibre = nullptr;
    n_returned++;
    atomics_without_progress = 0;
    const int next = next_thread();
    if (next >= 0 && !threads[next].fibre) {
      threads[next].fibre = self;
      self->thread = next;
      continue;
    }
    if (!WATCHES_THREADS) {
      self->next_free = free_fibres;
      free_fibres = self;
    }
    switch_fibre(self, next < 0 ? &main_fibre : threads[next].fibre);
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
    allow(fibre->stack, STACK_BYTES);
    prepare(fibre, run_threads);
    fibre->next_free = free_fibres;
    free_fibres = fibre;
  }
}

// ---- warps

void resolve(int first, const Pending& p) {
  const int n = std::min(WARP, n_threads - first);
  unsigned long long values[WARP] = {}, answers[WARP];
  int lanes[WARP] = {};
  for (int l = 0; l < n; l++) {
    values[l] = threads[first + l].value;
    lanes[l] = threads[first + l].lane;
  }
  answer_call(p.call, p.arrived, n, values, lanes, answers);
  for (int l = 0; l < n; l++) {
    if (!(p.arrived >> l & 1)) continue;
    threads[first + l].result = answers[l];
    set_able(first + l);
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

// For the thread sanitizer: places in the copy of shared memory of this block, by which its barriers order its threads.
// Two for the barrier, in turns: a thread may arrive at the next one before another has left this one. Eight for each
// warp, whose parts may be at different barriers.
constexpr unsigned SYNC_BYTES = WATCHES_THREADS ? 64 + MAX_THREADS / WARP * 64 : 0;
unsigned char* sync_places;

unsigned long long wait(int call, unsigned mask, unsigned long long value, int lane, int line) {
  const int here = current;
  Thread& t = threads[here];
  t.status = WAITS;
  t.call = call;
  t.mask = mask;
  t.value = value;
  t.lane = lane;
  t.line = line;
  unsigned char* place = nullptr;  // votes and shuffles order no memory
  if (call < SYNCWARP) {
    n_at_barrier++;
    place = sync_places + n_barriers % 2 * 8;
  } else {
    const unsigned number = arrive(here);
    if (call == SYNCWARP) place = sync_places + 64 + here / WARP * 64 + number % 8 * 8;
  }
  if (place) happens_before(place);
  stop_here(here);
  if (place) happens_after(place);
  return t.result;
}

void poison_shared(void* start, unsigned long bytes) {
  used_static_bytes += (unsigned)bytes;
  if (used_static_bytes > MAX_STATIC_SHARED) {
    fail(": %u bytes of static shared memory, more than the %u that a kernel may declare.", used_static_bytes,
         MAX_STATIC_SHARED);
  }
  memset(start, POISON, bytes);
  forbid(static_cast<char*>(start) + bytes, SHARED_GUARD);
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
  // Together with what the fences of others come before or after; more than the device promises, in favour of silence.
  static char place;
  happens_after(&place);
  happens_before(&place);
}

void trap(int line) {
  fail(", thread %d (line %d): __trap().", current, line);
  stop_here(current);
}

// A fault of a kernel, or an interrupt while it runs. Returns only when it is none.
void signalled(int signal, const char* address) {
  if (!in_block) return;
  const Fibre* fibre = threads[current].fibre;
  if (signal == SIGINT || signal == SIGALRM) {
    if (!fibre || address < fibre->stack || address >= fibre->stack + STACK_BYTES) return;  // on the way from or to main
    fail(", thread %d: interrupted by signal %d.", current, signal);
  } else if (signal == SIGFPE) {
    fail(", thread %d: an integer was divided by zero.", current);
  } else if (signal == SIGILL) {
    fail(", thread %d: it reached a place that cannot be reached.", current);
  } else if (address < fibre->stack && address >= fibre->stack - 65536) {
    fail(", thread %d: more than %zu bytes of local variables, or a recursion without end.", current, STACK_BYTES);
  } else {
    fail(", thread %d: an access to the address 0x%zx, which is no memory. sanitizer='address' shows the line.", current,
         reinterpret_cast<size_t>(address));
  }
  switch_fibre(threads[current].fibre, &main_fibre);
}

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

// ---- blocks

void run_block(unsigned number) {
  state.block_count++;
  n_returned = n_at_barrier = 0;
  n_barriers = 0;
  used_static_bytes = 0;
  atomics_without_progress = 0;
  for (int t = 0; t < n_threads; t++) {
    threads[t].fibre = nullptr;
    if (WATCHES_THREADS) fix_fibre(t, number * (unsigned)n_threads + (unsigned)t);
  }
  memset(warps, 0, sizeof warps);
  memset(able, 0, sizeof able);
  all_able();
  in_block = true;
  const int first = next_thread();
  switch_fibre(&main_fibre, fibre_for(first));
  in_block = false;
}

void check_dynamic_shared() {
  for (unsigned k = 0; k < SHARED_GUARD; k++) {
    if (dynamic_shared[dynamic_bytes + k] == GUARD_BYTE) continue;
    fail(": something wrote at byte %u of the %u bytes of dynamic shared memory.", dynamic_bytes + k, dynamic_bytes);
    memset(dynamic_shared + dynamic_bytes, GUARD_BYTE, SHARED_GUARD);
  }
}

void run_blocks(unsigned n_blocks, unsigned static_bytes) {
  std::vector<unsigned> sequence;
  if (randomness) {
    sequence.resize(n_blocks);
    for (unsigned i = 0; i < n_blocks; i++) sequence[i] = i;
    shuffle(sequence.data(), n_blocks);
  }
  // For the thread sanitizer each block has shared memory of its own: using one after the other would be a race.
  const size_t rounded_static = (static_bytes + 127) / 128 * 128;
  const size_t copy = (SYNC_BYTES + rounded_static + dynamic_bytes + 255) / 256 * 256;
  unsigned char* copies = nullptr;
  if (WATCHES_THREADS) {
    copies = static_cast<unsigned char*>(aligned_alloc(256, copy * n_blocks));
    memset(copies, POISON, copy * n_blocks);
  } else {
    state.dynamic_shared = dynamic_shared;
    allow(dynamic_shared, sizeof dynamic_shared);
    memset(dynamic_shared + dynamic_bytes, GUARD_BYTE, SHARED_GUARD);
    forbid(dynamic_shared + dynamic_bytes, sizeof dynamic_shared - dynamic_bytes);
  }
  main_fibre.identity = identity_of_this_thread();
  happens_before(&kernel_begins);
  for (unsigned i = 0; i < n_blocks && !failed; i++) {
    const unsigned b = randomness ? sequence[i] : i;
    const dim3& grid = state.grid_dim;
    state.block = {b % grid.x, b / grid.x % grid.y, b / (grid.x * grid.y)};
    if (WATCHES_THREADS) {
      sync_places = copies + copy * b;
      state.static_shared = sync_places + SYNC_BYTES;
      state.dynamic_shared = state.static_shared + rounded_static;
    } else {
      memset(dynamic_shared, POISON, dynamic_bytes);
    }
    run_block(b);
    if (!WATCHES_THREADS && !WATCHES_ADDRESSES) check_dynamic_shared();
  }
  happens_after(&kernel_ends);
  free(copies);
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
  {
    Signals signals(signalled);
    run_blocks(grid[0] * grid[1] * grid[2], *module->static_shared_bytes);
  }
  if (failed) {
    reset_fibres();
  } else {
    check_guards([](long long byte, const Allocation& a) {
      fail(": something wrote at byte %lld of the %zu bytes at 0x%zx of device memory.", byte, a.bytes,
           reinterpret_cast<size_t>(a.start));
    });
  }
  return failed;
}

EXPORT void* emulator_allocate(size_t bytes) { return allocate(bytes); }

EXPORT void emulator_free(void* start) { release(start); }
