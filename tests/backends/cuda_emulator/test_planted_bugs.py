"""Wrong kernels are caught without a sanitizer: by an error, by NaN, or by numbers that depend on the order."""

from __future__ import annotations

import signal
import threading

import numpy as np
import pytest

from brainpy_lab.backends.cuda.emulator import EmulatedDevice, KernelError

NEIGHBOURS = """
extern "C" __global__ void neighbours(float* x) {
  __shared__ float s[256];
  int i = threadIdx.x;
  s[i] = x[i];
  BARRIER
  x[i] = s[255 - i];
}"""


def reversed_by(call, schedule, barrier):
    x = np.arange(256, dtype=np.float32)
    call(EmulatedDevice(schedule), NEIGHBOURS.replace("BARRIER", barrier), "neighbours", 1, 256, x)
    return x


@pytest.mark.parametrize("schedule", [None, 1, 2, 3])
def test_a_missing_barrier_shows_as_nan(call, schedule):
    right = np.arange(256)[::-1]
    assert np.array_equal(reversed_by(call, schedule, "__syncthreads();"), right)
    assert np.isnan(reversed_by(call, schedule, "")).any()


def test_a_warp_barrier_where_a_block_barrier_is_needed_shows(call):
    assert np.isnan(reversed_by(call, None, "__syncwarp();")).any()


LOCKSTEP = """
extern "C" __global__ void sum(const float* x, float* out) {  // as if the lanes of a warp ran in lock step
  __shared__ float s[32];
  int lane = threadIdx.x;
  s[lane] = x[lane];
  for (int d = 16; d; d /= 2) {
    BARRIER
    if (lane < d) s[lane] += s[lane + d];
  }
  if (lane == 0) out[0] = s[0];
}"""


@pytest.mark.parametrize("schedule", [None, 1, 2])
def test_lock_step_is_not_assumed(call, schedule):
    x = np.arange(32, dtype=np.float32)
    sums = []
    for barrier in ("__syncwarp();", ""):
        out = np.zeros(1, np.float32)
        call(EmulatedDevice(schedule), LOCKSTEP.replace("BARRIER", barrier), "sum", 1, 32, x, out)
        sums.append(out[0])
    assert sums[0] == x.sum() and np.isnan(sums[1])


def test_shared_memory_keeps_nothing_from_block_to_block(call, device):
    source = """
    extern "C" __global__ void leave(double* x, double* y) {
      __shared__ double s;
      extern __shared__ double d[];
      x[blockIdx.x] = s; y[blockIdx.x] = d[3];
      s = 1; d[3] = 1;
    }"""
    x, y = np.zeros(4), np.zeros(4)
    for _ in range(2):
        call(device, source, "leave", 4, 1, x, y, shared=32)
        assert np.isnan(x).all() and np.isnan(y).all()


def test_an_order_that_matters_gives_other_numbers(call):
    source = 'extern "C" __global__ void last(int* x) { x[0] = blockIdx.x * blockDim.x + threadIdx.x; }'
    found = []
    for schedule in (None, 1, 2, 3, 4):
        x = np.zeros(1, np.int32)
        call(EmulatedDevice(schedule), source, "last", 10, 100, x)
        found.append(int(x[0]))
    assert found[0] == 999 and len(set(found)) == 5


def test_a_lost_update_shows_in_some_shuffled_order(call):
    source = """
    extern "C" __global__ void lose(int* x, int* turns) {
      int before = x[0];
      atomicAdd(turns, 1);  // where another thread may get its turn
      x[0] = before + 1;
    }"""
    counted = []
    for schedule in (1, 2, 3):
        x = np.zeros(1, np.int32)
        call(EmulatedDevice(schedule), source, "lose", 1, 1024, x, np.zeros(1, np.int32))
        counted.append(int(x[0]))
    assert min(counted) < 1024


STUCK = """
extern "C" __global__ void early(float* x) {
  if (threadIdx.x > 100) return;
  __syncthreads();
  x[threadIdx.x] = 1;
}
extern "C" __global__ void half(float* x) {
  if (threadIdx.x < 7) __syncthreads();
  x[threadIdx.x] = 1;
}
extern "C" __global__ void mixed(int* x) {
  if (threadIdx.x == 0)
    __syncthreads();
  else
    x[threadIdx.x] = __ballot_sync(0xffffffffu, 1);
}
extern "C" __global__ void two_lines(int* x) {
  if (threadIdx.x % 2)
    __syncthreads();
  else
    __syncthreads();
}
extern "C" __global__ void absent(int* x) {
  if (threadIdx.x != 5) x[threadIdx.x] = __shfl_sync(0xffffffffu, 1, 5);
}
extern "C" __global__ void masks(int* x) {
  x[threadIdx.x] = __ballot_sync(threadIdx.x < 3 ? 0xffffffffu : 0xfffffff8u, 1);
}
extern "C" __global__ void not_me(int* x) {
  __syncwarp(0xffffu);
}
extern "C" __global__ void traps(int* x) {
  if (threadIdx.x == 3) __trap();
}
extern "C" __global__ void assumes(int* x) {
  __builtin_assume(threadIdx.x < 9);
}
extern "C" __global__ void fine(int* x) { __syncthreads(); atomicAdd(x, 1); }
"""


@pytest.mark.parametrize(
    "name, grid, block, message",
    [
        ("early", 1, 128, r"101 threads \(0, ...\) wait at __syncthreads \(line 4\); 27 threads \(101, ...\) returned"),
        ("half", 1, 8, r"7 threads \(0, ...\) wait at __syncthreads \(line 8\); 1 thread \(7\) returned"),
        (
            "mixed",
            1,
            32,
            r"1 thread \(0\) waits at __syncthreads \(line 13\); 31 threads \(1, ...\) wait in __ballot_sync",
        ),
        (
            "two_lines",
            1,
            4,
            r"2 threads \(0, ...\) wait at __syncthreads \(line 21\); 2 threads \(1, ...\).*\(line 19\)",
        ),
        ("absent", 1, 32, r"in __shfl_sync \(line 24, mask 0xffffffff\); 1 thread \(5\) returned"),
        ("masks", 1, 32, r"3 threads \(0, ...\) wait in __ballot_sync \(line 27, mask 0xffffffff\)"),
        ("not_me", 2, 32, r"thread \d+ \(line 30\): __syncwarp with the mask 0x0000ffff, which leaves out the thread"),
        ("assumes", 1, 10, r"thread 9 \(line 36\): __trap\(\)"),
        ("traps", 1, 32, r"thread 3 \(line 33\): __trap\(\)"),
    ],
)
def test_threads_that_wait_for_others_in_vain_are_named(call, device, name, grid, block, message):
    x = np.zeros(256, np.int32)
    with pytest.raises(KernelError, match=rf"kernel '{name}', block \d+.*{message}"):
        call(device, STUCK, name, grid, block, x)
    call(device, STUCK, "fine", 3, 64, x)  # the device goes on
    assert x[0] == 192


FAULTS = """
extern "C" __global__ void wild(int* x, int n) { if (n < 0) x += 1000000000000ll; __syncthreads(); x[0] = n; }
extern "C" __global__ void divide(int* x, int n) { x[0] = 7 / n; }
__device__ __noinline__ int deep(int n, int* x) {
  int a[100];
  for (int i = 0; i < 100; i++) a[i] = x[i % 2] + n;
  return n ? deep(n - 1, a) + a[n % 100] : 0;
}
extern "C" __global__ void recurse(int* x, int n) { x[0] = deep(n, x); }
"""


@pytest.mark.parametrize(
    "name, right, wrong, message",
    [
        ("wild", 3, -1, r"thread 0: an access to the address 0x[0-9a-f]+, which is no memory"),
        ("divide", 3, 0, "thread 0: an integer was divided by zero"),
        ("recurse", 30, 3000, "thread 0: more than 262144 bytes of local variables"),
    ],
)
def test_a_fault_ends_the_launch_and_not_the_process(call, name, right, wrong, message):
    device = EmulatedDevice()
    for _ in range(2):
        with pytest.raises(KernelError, match=f"kernel '{name}', block 0, {message}"):
            call(device, FAULTS, name, 2, 40, np.zeros(2, np.int32), np.int32(wrong))
        call(device, FAULTS, name, 2, 40, np.zeros(2, np.int32), np.int32(right))


def test_faults_are_told_in_any_thread_of_the_host(call):
    found = []

    def work():
        try:
            call(EmulatedDevice(), FAULTS, "wild", 1, 40, np.zeros(2, np.int32), np.int32(-1))
        except KernelError as error:
            found.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 3 and all("which is no memory" in text for text in found)


@pytest.mark.parametrize("waits", ["atomicAdd(arrived, 0) < gridDim.x", "*(volatile int*)arrived < gridDim.x"])
def test_a_barrier_of_the_grid_is_an_error_above_one_block(call, waits):
    source = """
    extern "C" __global__ void all_blocks(int* arrived) {
      atomicAdd(arrived, 1);
      while (WAITS) __threadfence();
    }""".replace("WAITS", waits)
    call(EmulatedDevice(), source, "all_blocks", 1, 1, np.zeros(1, np.int32))
    with pytest.raises(
        KernelError, match=r"'all_blocks', block 0, thread 0 \(line 4\).*seems to wait for another block"
    ):
        call(EmulatedDevice(), source, "all_blocks", 2, 1, np.zeros(1, np.int32))


class Rang(Exception):
    """What the alarm of the next test raises."""


@pytest.mark.parametrize("sanitizer", [None, "address"])
def test_a_kernel_that_never_ends_can_be_interrupted(call, sanitizer):
    source = """
    extern "C" __global__ void forever(volatile int* x) { while (x[0] == 0) ; __syncthreads(); x[1] = 1; }"""
    device = EmulatedDevice(sanitizer=sanitizer)
    call(device, source, "forever", 2, 40, np.ones(2, np.int32))

    def ring(signal_number, frame):
        raise Rang

    before = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0.3)  # that of pytest-timeout
    try:
        with pytest.raises(Rang):
            call(device, source, "forever", 2, 40, np.zeros(2, np.int32))
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left, interval)
    if sanitizer:
        with pytest.raises(KernelError, match="is lost: it was interrupted"):
            device.allocate(4)
    else:
        call(device, source, "forever", 2, 40, np.ones(2, np.int32))


@pytest.mark.parametrize("place, byte", [(10, 40), (12, 48), (-1, -1), (-3, -9)])
def test_a_write_just_outside_of_an_allocation_is_noticed(call, place, byte):
    device = EmulatedDevice()
    source = 'extern "C" __global__ void put(int* x, int place) { x[place] = 1; }'
    with pytest.raises(KernelError, match=rf"kernel 'put': something wrote at byte {byte} of the 40 bytes at 0x"):
        call(device, source, "put", 1, 1, np.zeros(10, np.int32), np.int32(place))
    call(device, source, "put", 1, 1, np.zeros(10, np.int32), np.int32(9))  # noticed once


def test_a_write_behind_dynamic_shared_memory_is_noticed(call, device):
    source = 'extern "C" __global__ void put(int i) { extern __shared__ int s[]; s[i] = 1; }'
    call(device, source, "put", 2, 1, np.int32(9), shared=40)
    with pytest.raises(KernelError, match="wrote at byte 44 of the 40 bytes of dynamic shared memory"):
        call(device, source, "put", 2, 1, np.int32(11), shared=40)


def test_more_static_shared_memory_than_a_device_has_is_noticed(call, device):
    source = """
    extern "C" __global__ void large(int* x) { __shared__ int a[6000], b[N]; a[0] = x[0]; b[0] = a[0]; x[0] = b[0]; }"""
    call(device, source.replace("N", "6000"), "large", 1, 1, np.zeros(1, np.int32))
    with pytest.raises(KernelError, match="'large', block 0: 49408 bytes of static shared memory"):
        call(device, source.replace("N", "6352"), "large", 1, 1, np.zeros(1, np.int32))
