"""What the address and thread sanitizers find, with the line of the kernel, and that they are silent otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading

import numpy as np
import pytest

from brainpy_lab.backends.cuda.emulator import EmulatedDevice, KernelError
from brainpy_lab.errors import ModelUseError


@pytest.fixture(scope="module")
def sanitizer_libraries():
    """Names of the sanitizers that g++ of this machine has."""
    found = []
    for name, library in [("address", "libasan.so"), ("thread", "libtsan.so")]:
        told = subprocess.run(["g++", f"-print-file-name={library}"], capture_output=True, text=True).stdout.strip()
        if os.path.isabs(told):
            found.append(name)
    return found


@pytest.fixture(params=["address", "thread"])
def sanitizer(request, require, sanitizer_libraries):
    require("g++", request.param in sanitizer_libraries, f"g++ has no library of the {request.param} sanitizer")
    return request.param


@pytest.fixture
def address(require, sanitizer_libraries):
    require("g++", "address" in sanitizer_libraries, "g++ has no library of the address sanitizer")


@pytest.fixture
def thread(require, sanitizer_libraries):
    require("g++", "thread" in sanitizer_libraries, "g++ has no library of the thread sanitizer")


RIGHT = """
struct Arrays { const float* v; int* count; int* spikes; unsigned long long* sums; int n; };
extern "C" __global__ void compact(const __grid_constant__ Arrays A, float th, int* last, int* arrived) {
  __shared__ int per_warp[2], start;
  extern __shared__ float copy[];
  int i = blockIdx.x * blockDim.x + threadIdx.x, lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
  copy[threadIdx.x] = i < A.n ? A.v[i] : 0.f;
  __syncthreads();
  bool fires = i < A.n && copy[blockDim.x - 1 - threadIdx.x] > th;
  unsigned m = __ballot_sync(0xffffffffu, fires);
  if (lane == 0) per_warp[warp] = __popc(m);
  __syncthreads();
  if (threadIdx.x == 0) start = atomicAdd(A.count, per_warp[0] + per_warp[1]);
  __syncthreads();
  if (fires) A.spikes[start + (warp ? per_warp[0] : 0) + __popc(m & ((1u << lane) - 1u))] = i;
  atomicAdd(&A.sums[i % 3], 1ull);
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) {  // the block that comes last reads what the others wrote
    __threadfence();
    if (atomicAdd(arrived, 1) == gridDim.x - 1) { __threadfence(); last[0] = A.spikes[0] + A.spikes[A.n / 2]; }
  }
}"""


@pytest.mark.parametrize("schedule", [None, 5])
def test_a_right_kernel_passes(sanitizer, schedule):
    device = EmulatedDevice(schedule, sanitizer)
    n, block, grid = 150, 64, 3
    v = np.random.default_rng(1).random(n).astype(np.float32)
    empty = {"v": v, "count": np.zeros(1, np.int32), "spikes": np.zeros(n, np.int32), "sums": np.zeros(3, np.int64)}
    arrays = {name: device.allocate(array.nbytes) for name, array in empty.items()}
    last, arrived = device.allocate(4), device.allocate(4)
    device.upload(arrived, np.zeros(1, np.int32))
    packed = np.array((*arrays.values(), n), np.dtype([(k, np.uint64) for k in arrays] + [("n", np.int32)], align=True))
    kernel = device.module(RIGHT).function("compact")
    for _ in range(2):  # what one launch wrote the next may write
        for name, array in empty.items():
            device.upload(arrays[name], array)
        device.upload(arrived, np.zeros(1, np.int32))
        arguments = (packed[()], np.float32(0.5), np.uint64(last), np.uint64(arrived))
        device.launch(kernel, grid, block, arguments, 4 * block)
    found = {name: np.empty_like(array) for name, array in empty.items()}
    for name, array in found.items():
        device.download(arrays[name], array)
    padded = np.concatenate([v, np.zeros(grid * block - n, np.float32)]).reshape(grid, block)[:, ::-1].ravel()[:n]
    wanted = np.flatnonzero(padded > np.float32(0.5))
    assert np.array_equal(np.sort(found["spikes"][: found["count"][0]]), wanted)
    assert found["sums"].tolist() == [64, 64, 64]
    device.close()


OUTSIDE = """
extern "C" __global__ void device_memory(int* x, int i) {
  x[i] = 1;
}
extern "C" __global__ void reading(int* x, int i) {
  x[0] = x[i];
}
extern "C" __global__ void static_shared(int* x, int i) {
  __shared__ int s[10];
  int* p = s; p[i] = 1;
  x[0] = p[i];
}
extern "C" __global__ void dynamic_shared(int* x, int i) {
  extern __shared__ int s[];
  s[i] = 1;
}
extern "C" __global__ void adding(int* x, int i) {
  __syncthreads();
  atomicAdd(&x[i], 1);
}
struct Ten { int v[10]; };
extern "C" __global__ void arguments(const __grid_constant__ Ten ten, int* x, int i) {
  const int* v = ten.v; x[0] = v[i];
}
extern "C" __global__ void own(int* x, int i) {
  int mine[10];
  for (int k = 0; k < 10; k++) mine[k] = x[k];
  int* p = mine; __syncwarp(); x[0] = p[i];
}
"""


@pytest.mark.parametrize(
    "name, line", [("device_memory", 3), ("reading", 6), ("static_shared", 10), ("dynamic_shared", 15), ("adding", 19),
                   ("arguments", 23), ("own", 28)]
)  # fmt: skip
def test_an_access_outside_is_reported_with_the_line(address, name, line):
    device = EmulatedDevice(sanitizer="address")
    kernel = device.module(OUTSIDE).function(name)
    x = device.allocate(40)
    first = (bytes(40),) if name == "arguments" else ()
    device.upload(x, np.zeros(10, np.int32))
    device.launch(kernel, 1, 2, (*first, np.uint64(x), np.int32(9)), 40)
    with pytest.raises(KernelError, match=rf"address sanitizer: [\w-]+ at {name} \(line {line}\)"):
        device.launch(kernel, 1, 2, (*first, np.uint64(x), np.int32(10)), 40)


UNDEFINED = """
extern "C" __global__ void index(int* x, int i) {
  __shared__ int s[10]; s[i] = 1; x[0] = s[i];
}
extern "C" __global__ void shift(int* x, int i) {
  x[0] = 1 << (22 + i);
}
extern "C" __global__ void cast(int* x, int i) {
  x[0] = (int)(2147483638.0 + i);
}
extern "C" __global__ void divide(int* x, int i) {
  x[0] = 1 / (10 - i);
}
extern "C" __global__ void vector(int* x, int i) {
  int2 v = *(int2*)(x + 1 - i % 3 % 2); x[0] = v.x;
}
extern "C" __global__ void wrap(int* x, int i) {
  x[0] = 2147483638 + i;
}
"""


@pytest.mark.parametrize(
    "name, message",
    [
        ("index", r"index 10 out of bounds for type 'int \[10\]' \(line 3\)"),
        ("shift", r"shift exponent 32 is too large for 32-bit type 'int' \(line 6\)"),
        ("cast", r"2.14748e\+09 is outside the range of representable values of type 'int' \(line 9\)"),
        ("divide", r"division by zero \(line 12\)"),
        ("wrap", None),
    ],
)
def test_operations_that_a_device_does_otherwise_are_reported(address, name, message):
    device = EmulatedDevice(sanitizer="address")
    kernel = device.module(UNDEFINED).function(name)
    x = np.uint64(device.allocate(40))
    device.launch(kernel, 1, 1, (x, np.int32(9)))
    if message:
        with pytest.raises(KernelError, match=f"address sanitizer: {message}"):
            device.launch(kernel, 1, 1, (x, np.int32(10)))
    else:
        device.launch(kernel, 1, 1, (x, np.int32(10)))  # whole numbers wrap


def test_a_vector_at_a_place_for_numbers_is_reported(address):
    device = EmulatedDevice(sanitizer="address")
    kernel = device.module(UNDEFINED).function("vector")
    x = np.uint64(device.allocate(40))
    device.launch(kernel, 1, 1, (x, np.int32(1)))
    with pytest.raises(KernelError, match=r"misaligned address .* 'const struct int2', .* 8 byte.* \(line 15\)"):
        device.launch(kernel, 1, 1, (x, np.int32(0)))


def test_memory_of_no_bytes_and_freed_memory_are_outside(address):
    for freed in (False, True):
        device = EmulatedDevice(sanitizer="address")
        kernel = device.module(OUTSIDE).function("device_memory")
        x = device.allocate(40 if freed else 0)
        if freed:
            device.free(x)
        with pytest.raises(KernelError, match=r"at device_memory \(line 3\)"):
            device.launch(kernel, 1, 1, (np.uint64(x), np.int32(0)))


def test_threads_of_the_host_may_share_a_device(address):
    device = EmulatedDevice(sanitizer="address")
    kernel = device.module(OUTSIDE).function("adding")
    found = {}

    def work(number):
        for _ in range(20):
            x = device.allocate(40)
            device.upload(x, np.full(10, number, np.int32))
            device.launch(kernel, 1, 5, (np.uint64(x), np.int32(number)))
            found[number] = np.zeros(10, np.int32)
            device.download(x, found[number])
            device.free(x)

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    for number in (1, 2):
        wanted = np.full(10, number)
        wanted[number] += 5
        assert np.array_equal(found[number], wanted)


def test_after_a_report_the_device_is_lost(address):
    device = EmulatedDevice(sanitizer="address")
    x = device.allocate(40)
    kernel = device.module(OUTSIDE).function("device_memory")
    with pytest.raises(KernelError, match="heap-buffer-overflow"):
        device.launch(kernel, 1, 1, (np.uint64(x), np.int32(10)))
    with pytest.raises(KernelError, match="the emulated device is lost: address sanitizer: heap-buffer-overflow"):
        device.launch(kernel, 1, 1, (np.uint64(x), np.int32(0)))
    with pytest.raises(KernelError, match="is lost"):
        device.upload(x, np.zeros(1))
    device.free(x)
    device.close()


RACES = """
extern "C" __global__ void between_threads(int* x) {
  x[0] += 1;
}
extern "C" __global__ void between_blocks(int* x) {
  __shared__ int s;
  if (threadIdx.x == 0)
    s = blockIdx.x;
  __syncthreads();
  if (threadIdx.x == s)
    x[0] = s;
}
extern "C" __global__ void no_barrier(int* x) {
  __shared__ int s[64];
  s[threadIdx.x] = 1;
  x[threadIdx.x] = s[63 - threadIdx.x];
}
extern "C" __global__ void barrier_too_late(int* x) {
  __shared__ int s[64];
  for (int k = 0; k < 3; k++) {
    s[threadIdx.x] = k;
    __syncthreads();
    x[threadIdx.x] = s[63 - threadIdx.x];
  }
}
extern "C" __global__ void dynamic(int* x) {
  extern __shared__ int s[];
  s[threadIdx.x % 32] = 1;
}
extern "C" __global__ void vote_is_no_barrier(int* x) {
  __shared__ int s[64];
  s[threadIdx.x] = 1;
  __any_sync(0xffffffffu, 1);
  x[threadIdx.x] = s[threadIdx.x ^ 1];
}
extern "C" __global__ void atomic_and_plain(int* x) {
  if (threadIdx.x == 0) atomicAdd(x, 1);
  else x[threadIdx.x] = x[0];
}
extern "C" __global__ void warp_barrier(int* x) {
  __shared__ int s[64];
  for (int k = 0; k < 3; k++) {
    s[threadIdx.x] = k;
    __syncwarp();
    x[threadIdx.x] = s[threadIdx.x ^ 1];
    __syncwarp();
  }
}
extern "C" __global__ void barrier(int* x) {
  __shared__ int s[64];
  for (int k = 0; k < 3; k++) {
    s[threadIdx.x] = k;
    __syncthreads();
    x[threadIdx.x] = s[63 - threadIdx.x];
    __syncthreads();
  }
}
"""


def race(name, grid, block, schedule=None):
    device = EmulatedDevice(schedule, "thread")
    x = device.allocate(4 * 64)
    device.upload(x, np.zeros(64, np.int32))
    device.launch(device.module(RACES).function(name), grid, block, (np.uint64(x),), 4 * 32)
    device.close()


@pytest.mark.parametrize(
    "name, grid, block, lines", [("between_threads", 1, 2, (3, 3)), ("between_threads", 2, 1, (3, 3)),
        ("between_blocks", 2, 2, (11, 11)), ("no_barrier", 1, 64, (15, 16)), ("barrier_too_late", 1, 64, (21, 23)),
        ("dynamic", 1, 64, (28, 28)), ("vote_is_no_barrier", 1, 64, (32, 34)), ("atomic_and_plain", 1, 2, (37, 38))]
)  # fmt: skip
def test_a_race_is_reported_with_its_lines(thread, name, grid, block, lines):
    with pytest.raises(KernelError, match=rf"thread sanitizer: data race at {name} \(line ({lines[0]}|{lines[1]})\)"):
        race(name, grid, block)


@pytest.mark.parametrize("name", ["warp_barrier", "barrier"])
@pytest.mark.parametrize("schedule", [None, 1])
def test_barriers_are_order(thread, name, schedule):
    race(name, 1, 64, schedule)


def test_threads_that_wait_in_vain_are_named_here_too(sanitizer):
    device = EmulatedDevice(sanitizer=sanitizer)
    source = 'extern "C" __global__ void half(int* x) { if (threadIdx.x < 7) __syncthreads(); }'
    with pytest.raises(KernelError, match=r"kernel 'half', block 0: .*1 thread \(7\) returned"):
        device.launch(device.module(source).function("half"), 1, 8, (np.uint64(0),))


def test_a_kernel_that_ends_the_process_is_reported(address):
    device = EmulatedDevice(sanitizer="address")
    source = 'extern "C" __global__ void far(int* x) { *x = 1; }'
    with pytest.raises(KernelError, match=r"address sanitizer: SEGV at far \(line 1\)"):
        device.launch(device.module(source).function("far"), 1, 1, (np.uint64(8),))


def test_without_the_library_it_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(tmp_path / "cache"))
    script = tmp_path / "g++"
    script.write_text(
        '#!/bin/sh\ncase "$*" in *-fsanitize=*) echo "cannot find -lasan" >&2; exit 1;; esac\nexec "$REAL" "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("REAL", shutil.which("g++"))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(ModelUseError, match=r"sanitizer='address' needs libasan.*cannot find -lasan"):
        EmulatedDevice(sanitizer="address")
