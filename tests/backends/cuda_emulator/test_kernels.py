"""Kernels that are right give the numbers of NumPy, in the natural and in shuffled orders."""

from __future__ import annotations

import numpy as np
import pytest

from brainpy_lab.backends.cuda.emulator import EmulatedDevice

u4 = np.uint32
FULL = 0xFFFFFFFF


def lanes(block: int) -> np.ndarray:
    return np.arange(block) % 32


# ---- barriers and shared memory

REVERSE = """
template <class T, int n> __device__ __forceinline__ void reverse(T* x) {
  __shared__ T s[n];
  s[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = s[n - 1 - threadIdx.x];
}
extern "C" __global__ void floats(float* x) { reverse<float, 256>(x + 256 * blockIdx.x); }
extern "C" __global__ void doubles(double* x) { reverse<double, 256>(x + 256 * blockIdx.x); }
extern "C" __global__ void both(float* x, float* y) { reverse<float, 64>(x); reverse<float, 32 + 32>(y); }
extern "C" __global__ void dynamic(float* x, int n) {
  extern __shared__ __align__(16) float s[];
  s[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = s[n - 1 - threadIdx.x];
}
extern "C" __global__ void tile(float* x) {
  __shared__ volatile float s[16][17], *unused; __shared__ __align__(8) int one, two;
  int i = threadIdx.x / 16, j = threadIdx.x % 16;
  if (threadIdx.x == 0) { one = 1; two = sizeof(s); }
  s[i][j] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = s[j][i] + (one == 1 && two == 16 * 17 * 4 ? 0 : 1000);
}
"""


@pytest.mark.parametrize("name, dtype", [("floats", np.float32), ("doubles", np.float64)])
def test_a_block_reverses_its_part(device, call, name, dtype):
    x = np.arange(256 * 5, dtype=dtype)
    call(device, REVERSE, name, 5, 256, x)
    assert np.array_equal(x.reshape(5, 256), np.arange(256 * 5).reshape(5, 256)[:, ::-1])


def test_shared_memory_of_one_function_may_be_used_twice(device, call):
    x, y = np.arange(64, dtype=np.float32), np.arange(64, dtype=np.float32)
    call(
        device,
        REVERSE.replace("reverse<float, 64>(x);", "reverse<float, 64>(x); __syncthreads();"),
        "both",
        1,
        64,
        x,
        y,
    )
    assert np.array_equal(x, np.arange(64)[::-1]) and np.array_equal(y, x)


@pytest.mark.parametrize("block", [1, 2, 33, 1024])
def test_dynamic_shared_memory(device, call, block):
    x = np.arange(block, dtype=np.float32)
    call(device, REVERSE, "dynamic", 1, block, x, np.int32(block), shared=4 * block)
    assert np.array_equal(x, np.arange(block)[::-1])


def test_shared_arrays_of_two_dimensions_and_several_names(device, call):
    x = np.arange(256, dtype=np.float32)
    call(device, REVERSE, "tile", 1, 256, x)
    assert np.array_equal(x, np.arange(256).reshape(16, 16).T.ravel())


COUNTS = """
extern "C" __global__ void counts(const int* v, int* out) {
  int p = v[threadIdx.x];
  int n = __syncthreads_count(p), a = __syncthreads_and(p), o = __syncthreads_or(p);
  out[threadIdx.x] = n * 4 + a * 2 + o;
}"""


@pytest.mark.parametrize("values", [[0] * 40, [3] * 40, [0] * 39 + [2], [1]])
def test_barriers_that_count(device, call, values):
    v = np.array(values, np.int32)
    out = np.zeros_like(v)
    call(device, COUNTS, "counts", 1, v.size, v, out)
    assert (out == 4 * np.count_nonzero(v) + 2 * v.all() + v.any()).all()


# ---- warps

VOTES = """
extern "C" __global__ void votes(const int* v, unsigned* ballot, int* any, int* all, unsigned* any_match) {
  int i = threadIdx.x;
  ballot[i] = __ballot_sync(0xffffffffu, v[i] > 3);
  any[i] = __any_sync(0xffffffffu, v[i] == 9);
  all[i] = __all_sync(0xffffffffu, v[i] > 0);
  any_match[i] = __match_any_sync(0xffffffffu, v[i]);
}
extern "C" __global__ void halves(const int* v, unsigned* out) {
  int lane = threadIdx.x & 31;
  if (lane < 16) out[threadIdx.x] = __ballot_sync(0x0000ffffu, v[threadIdx.x]);
  else out[threadIdx.x] = __ballot_sync(0xffff0000u, v[threadIdx.x] == 0);
  __syncwarp();
}"""


@pytest.mark.parametrize("block", [1, 31, 32, 33, 96])
def test_votes(device, call, block):
    v = np.random.default_rng(block).integers(0, 10, block).astype(np.int32)
    ballot, same = np.zeros(block, u4), np.zeros(block, u4)
    some, every = np.zeros(block, np.int32), np.zeros(block, np.int32)
    call(device, VOTES, "votes", 1, block, v, ballot, some, every, same)
    for first in range(0, block, 32):
        part = slice(first, min(first + 32, block))
        bits = 1 << np.arange(part.stop - first, dtype=np.uint64)
        assert (ballot[part] == bits[v[part] > 3].sum()).all()
        assert (some[part] == (v[part] == 9).any()).all()
        assert (every[part] == (v[part] > 0).all()).all()
        assert same[part].tolist() == [bits[v[part] == value].sum() for value in v[part]]


def test_parts_of_a_warp_vote_apart(device, call):
    v = np.arange(64, dtype=np.int32) % 3 % 2
    out = np.zeros(64, u4)
    call(device, VOTES, "halves", 1, 64, v, out)
    bits = 1 << np.arange(64, dtype=np.uint64) % np.uint64(32)
    for first in range(0, 64, 16):
        part = slice(first, first + 16)
        wanted = v[part] if first % 32 == 0 else v[part] == 0
        assert (out[part] == bits[part][wanted != 0].sum()).all()


SHUFFLES = """
extern "C" __global__ void shuffles(const TYPE* v, TYPE* from, TYPE* up, TYPE* down, TYPE* flip, int k, int width) {
  int i = threadIdx.x;
  from[i] = __shfl_sync(0xffffffffu, v[i], k, width);
  up[i] = __shfl_up_sync(0xffffffffu, v[i], k, width);
  down[i] = __shfl_down_sync(0xffffffffu, v[i], k, width);
  flip[i] = __shfl_xor_sync(0xffffffffu, v[i], k, width);
}"""


@pytest.mark.parametrize("k, width", [(0, 32), (1, 32), (5, 32), (16, 32), (31, 32), (3, 8), (9, 16), (1, 2), (0, 1)])
@pytest.mark.parametrize("dtype, name", [(np.int32, "int"), (np.float64, "double"), (np.uint64, "unsigned long long")])
def test_shuffles(device, call, dtype, name, k, width):
    v = (np.arange(64) * 3 + 1).astype(dtype)
    out = [np.zeros(64, dtype) for _ in range(4)]
    call(device, SHUFFLES.replace("TYPE", name), "shuffles", 1, 64, v, *out, np.int32(k), np.int32(width))
    here = np.arange(64)
    first = here // width * width  # of the part of the warp
    sources = [first + k % width, here - k, here + k, here ^ k]
    sources[1] = np.where(sources[1] < first, here, sources[1])
    sources[2] = np.where(sources[2] >= first + width, here, sources[2])
    sources[3] = np.where(sources[3] >= first + width, here, sources[3])
    for found, source in zip(out, sources):
        assert np.array_equal(found, v[source])


def test_reductions_of_a_warp(device, call):
    source = """
    extern "C" __global__ void reduce(const int* v, int* out) {
      int x = v[threadIdx.x];
      int all; unsigned found = __match_all_sync(0xffffffffu, x >= -100, &all);
      int results[] = {__reduce_add_sync(~0u, x), __reduce_min_sync(~0u, x), __reduce_max_sync(~0u, x),
        (int)__reduce_min_sync(~0u, (unsigned)x), (int)__reduce_max_sync(~0u, (unsigned)x),
        (int)__reduce_and_sync(~0u, x), (int)__reduce_or_sync(~0u, x), (int)__reduce_xor_sync(~0u, x), all, (int)found};
      for (int k = 0; k < 10; k++) out[threadIdx.x * 10 + k] = results[k];
    }"""
    v = np.random.default_rng(0).integers(-99, 99, 32).astype(np.int32)
    out = np.zeros((32, 10), np.int32)
    call(device, source, "reduce", 1, 32, v, out)
    u = v.view(u4)
    wanted = [v.sum(), v.min(), v.max(), u.min(), u.max()]
    wanted += [np.bitwise_and.reduce(v), np.bitwise_or.reduce(v), np.bitwise_xor.reduce(v), 1, FULL]
    assert (out.view(u4) == np.array([int(w) & FULL for w in wanted], u4)).all()


def test_a_lane_that_takes_no_part_has_no_value(device, call):
    source = """
    extern "C" __global__ void f(float* x) {
      if (threadIdx.x < 8) x[threadIdx.x] = __shfl_sync(0xffu, 1.f, threadIdx.x + 4);
    }"""
    x = np.zeros(8, np.float32)
    call(device, source, "f", 1, 32, x)
    assert np.array_equal(x, [1, 1, 1, 1, np.nan, np.nan, np.nan, np.nan], equal_nan=True)


def test_the_active_mask_names_the_lane_itself(device, call):
    source = 'extern "C" __global__ void f(unsigned* x) { x[threadIdx.x] = __activemask(); }'
    x = np.zeros(40, u4)
    call(device, source, "f", 1, 40, x)
    assert np.array_equal(x, 1 << lanes(40))


# ---- atomics

ATOMICS = """
extern "C" __global__ void atomics(int* i, unsigned* u, unsigned long long* l, float* f, double* d, long long* s) {
  int t = blockIdx.x * blockDim.x + threadIdx.x, v = (t * 37) % 101 - 50;
  atomicAdd(&i[0], v); atomicMax(&i[1], v); atomicMin(&i[2], v); atomicSub(&i[3], v); atomicExch(&i[4], 7);
  atomicAnd(&i[5], ~(1 << t % 32)); atomicOr(&i[6], 1 << t % 31); atomicXor(&i[7], t);
  atomicAdd(&u[0], t); atomicMax(&u[1], t); atomicMin(&u[2], t); atomicInc(&u[3], 9); atomicDec(&u[4], 9);
  atomicAdd(&l[0], (unsigned long long)t << 40); atomicMax(&l[1], 1ull << t % 60); atomicOr(&l[2], 1ull << t % 64);
  atomicAdd(&f[0], 0.5f); atomicAdd(&d[0], (double)v); atomicMax(&s[0], (long long)v << 33);
  int old = d[1];  // an addition of its own, from compare and swap
  unsigned long long seen = l[3], before;
  do { before = seen; seen = atomicCAS(&l[3], before, before + t); } while (seen != before);
}"""


def test_atomics(device, call):
    grid, block = 7, 33
    t = np.arange(grid * block)
    v = t * 37 % 101 - 50
    i = np.array([0, -1000, 1000, 0, 0, -1, 0, 0], np.int32)
    u = np.array([0, 0, 1000, 0, 0], u4)
    l, s = np.zeros(4, np.uint64), np.array([-(2**60)])
    f, d = np.zeros(1, np.float32), np.zeros(2)
    call(device, ATOMICS, "atomics", grid, block, i, u, l, f, d, s)
    assert i.tolist() == [v.sum(), v.max(), v.min(), -v.sum(), 7, 0, 2**31 - 1, np.bitwise_xor.reduce(t)]
    assert u.tolist() == [t.sum(), t.max(), 0, t.size % 10, (10 - t.size % 10) % 10]
    assert l.tolist() == [int(t.sum()) << 40, 1 << 59, 2**64 - 1, t.sum()]
    assert (f[0], d[0], s[0]) == (t.size / 2, v.sum(), v.max() << 33)


def test_every_ticket_is_given_once(device, call):
    source = """
    extern "C" __global__ void tickets(int* next, int* mine) {
      mine[blockIdx.x * blockDim.x + threadIdx.x] = atomicAdd(next, 1);
    }"""
    next_ticket, mine = np.zeros(1, np.int32), np.zeros(5 * 100, np.int32)
    call(device, source, "tickets", 5, 100, next_ticket, mine)
    assert sorted(mine) == list(range(500))


def test_a_thread_may_wait_for_another_of_its_block_by_atomics(device, call):
    source = """
    extern "C" __global__ void relay(int* turn, int* order) {  // the last thread goes first
      int rank = blockDim.x - 1 - threadIdx.x;
      while (atomicAdd(turn, 0) != rank) ;
      order[rank] = threadIdx.x;
      __threadfence();
      atomicAdd(turn, 1);
    }"""
    turn, order = np.zeros(1, np.int32), np.zeros(40, np.int32)
    call(device, source, "relay", 1, 40, turn, order)
    assert np.array_equal(order, np.arange(40)[::-1])


# ---- parts of simulations

PREFIX = """
// The spikes of a block in ascending order, appended behind one counter.
extern "C" __global__ void compact(int n, const float* v, float th, int* count, int* starts, int* spikes) {
  __shared__ int per_warp[32], total, start;
  int i = blockIdx.x * blockDim.x + threadIdx.x, lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
  bool fires = i < n && v[i] > th;
  unsigned m = __ballot_sync(0xffffffffu, fires);
  if (lane == 0) per_warp[warp] = __popc(m);
  __syncthreads();
  if (warp == 0) {
    int n_warps = (blockDim.x + 31) / 32, mine = lane < n_warps ? per_warp[lane] : 0, sum = mine;
    for (int d = 1; d < 32; d *= 2) {
      int below = __shfl_up_sync(0xffffffffu, sum, d);
      if (lane >= d) sum += below;
    }
    if (lane < n_warps) per_warp[lane] = sum - mine;
    if (lane == 31) total = sum;
    __syncwarp();
    if (lane == 0) { start = atomicAdd(count, total); starts[blockIdx.x] = start; }
  }
  __syncthreads();
  if (fires) spikes[start + per_warp[warp] + __popc(m & ((1u << lane) - 1u))] = i;
}
// One block per row; the block that comes last closes the step.
extern "C" __global__ void propagate(const int* count, const int* spikes, const int* indptr, const int* post,
                                     const float* w, unsigned long long* sums, unsigned* arrived, int* step) {
  for (int b = blockIdx.x; b < *count; b += gridDim.x) {
    int pre = spikes[b];
    for (int k = indptr[pre] + threadIdx.x; k < indptr[pre + 1]; k += blockDim.x)
      atomicAdd(&sums[post[k]], (unsigned long long)__double2ll_rn(ldexp((double)w[k], 30)));
  }
  __shared__ bool is_last;
  __syncthreads();
  if (threadIdx.x == 0) {
    __threadfence();
    is_last = atomicAdd(arrived, 1u) == gridDim.x - 1;
  }
  __syncthreads();
  if (is_last && threadIdx.x == 0) { *arrived = 0; *step += 1; }
}
"""


@pytest.mark.parametrize("block", [32, 128, 1024])
def test_spikes_are_compacted_in_order_within_blocks(device, call, block):
    n = 3 * 1024 + 5
    grid = -(-n // block)
    v = np.random.default_rng(3).random(n).astype(np.float32)
    count, starts, spikes = np.zeros(1, np.int32), np.zeros(grid, np.int32), np.full(n, -1, np.int32)
    call(device, PREFIX, "compact", grid, block, np.int32(n), v, np.float32(0.9), count, starts, spikes)
    wanted = np.flatnonzero(v > np.float32(0.9))
    assert count[0] == wanted.size and np.array_equal(np.sort(spikes[: count[0]]), wanted)
    for b in range(grid):
        mine = wanted[wanted // block == b]
        assert np.array_equal(spikes[starts[b] : starts[b] + mine.size], mine)
    if device.schedule is None:
        assert np.array_equal(spikes[: count[0]], wanted)


def test_sums_of_integers_do_not_depend_on_the_order(device, call):
    rng = np.random.default_rng(5)
    n_pre, n_post, per_row = 60, 50, 20
    indptr = np.arange(n_pre + 1, dtype=np.int32) * per_row
    post = rng.integers(0, n_post, n_pre * per_row).astype(np.int32)
    w = rng.normal(size=n_pre * per_row).astype(np.float32)
    spikes = np.flatnonzero(rng.random(n_pre) < 0.5).astype(np.int32)
    count, sums = np.array([spikes.size], np.int32), np.zeros(n_post, np.int64)
    arrived, step = np.zeros(1, u4), np.zeros(1, np.int32)
    call(device, PREFIX, "propagate", 8, 32, count, spikes, indptr, post, w, sums, arrived, step)
    wanted = np.zeros(n_post, np.int64)
    quanta = np.rint(np.ldexp(w.astype(float), 30)).astype(np.int64).reshape(n_pre, per_row)
    np.add.at(wanted, post.reshape(n_pre, per_row)[spikes], quanta[spikes])
    assert np.array_equal(sums, wanted)
    assert (arrived[0], step[0]) == (0, 1)


def test_a_kernel_that_stays_on_the_device_runs_as_one_block(device, call):
    source = """
    extern "C" __global__ void steps(int n, int n_steps, float* v, int* arrivals) {
      for (int step = 0; step < n_steps; step++) {
        for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
          v[i] = 0.5f * v[i] + 1.f;
        __threadfence();
        __syncthreads();
        if (threadIdx.x == 0) {  // a barrier of the whole grid
          atomicAdd(arrivals, 1);
          while (atomicAdd(arrivals, 0) < (step + 1) * (int)gridDim.x) ;
        }
        __syncthreads();
      }
    }"""
    v = np.arange(100, dtype=np.float32)
    call(device, source, "steps", 1, 64, np.int32(100), np.int32(6), v, np.zeros(1, np.int32))
    wanted = np.arange(100, dtype=np.float32)
    for _ in range(6):
        wanted = np.float32(0.5) * wanted + np.float32(1)
    assert np.array_equal(v, wanted)


# ---- places, and the portable fibres


def test_every_thread_knows_its_place(device, call):
    source = """
    extern "C" __global__ void place(uint4* out) {
      int i = blockIdx.x * blockDim.x + threadIdx.x;
      uint3 t = threadIdx; dim3 g = gridDim;
      unsigned block = blockIdx.x + 1000 * blockIdx.z;
      out[i] = make_uint4(t.x + 1000 * t.y, block, blockDim.x * blockDim.y, g.x * g.y * warpSize);
    }"""
    out = np.zeros((6 * 50, 4), u4)
    call(device, source, "place", 6, 50, out)
    i = np.arange(300)
    assert np.array_equal(out, np.stack([i % 50, i // 50, np.full(300, 50), np.full(300, 6 * 32)], axis=1))


def test_the_portable_fibres_do_the_same(call):
    device = EmulatedDevice(fibres="ucontext")
    n = 500
    v = np.random.default_rng(3).random(n).astype(np.float32)
    count, starts, spikes = np.zeros(1, np.int32), np.zeros(4, np.int32), np.full(n, -1, np.int32)
    call(device, PREFIX, "compact", 4, 128, np.int32(n), v, np.float32(0.9), count, starts, spikes)
    assert np.array_equal(spikes[: count[0]], np.flatnonzero(v > np.float32(0.9)))
