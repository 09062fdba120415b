"""Memory, modules and launches of the emulated device: what its interface promises and refuses."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from brainpy_lab.backends.cuda.emulator import EmulatedDevice, KernelError, build
from brainpy_lab.errors import ModelUseError

ROOT = Path(__file__).resolve().parents[3]

SCALE = """
extern "C" __global__ void scale(float* __restrict__ x, const float* y, long long n, double factor, bool twice) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] = (float)(factor * y[i] * (twice ? 2 : 1));
}
extern "C" __global__ void __launch_bounds__(64) bounded(int* x) { x[threadIdx.x] = 1; }
extern "C" __global__ void nothing() {}
"""


@pytest.fixture(scope="module")
def plain():
    return EmulatedDevice()


@pytest.fixture
def scale(plain):
    return plain.module(SCALE).function("scale")


def test_what_it_says_about_itself(plain):
    assert (plain.name, plain.warp, plain.processors) == ("emulator", 32, 4)


# ---- memory


@pytest.mark.parametrize("n_bytes", [0, 1, 255, 4096])
def test_new_memory_is_aligned_and_poisoned(plain, n_bytes):
    address = plain.allocate(n_bytes)
    found = np.zeros(n_bytes, np.uint8)
    plain.download(address, found)
    plain.free(address)
    assert address > 0 and address % 256 == 0
    assert (found == 255).all()


def test_two_empty_allocations_have_two_addresses(plain):
    assert plain.allocate(0) != plain.allocate(0)


def test_memory_comes_back_as_it_went(plain):
    sent = np.arange(24.0).reshape(4, 6)
    address = plain.allocate(sent.nbytes)
    plain.upload(address, sent.T)  # not contiguous: the bytes go in C order of what is seen
    found = np.empty((6, 4))
    plain.download(address, found)
    assert np.array_equal(found, sent.T)


def test_a_part_of_an_allocation_can_be_copied(plain):
    address = plain.allocate(40)
    plain.upload(address, np.arange(10, dtype=np.int32))
    plain.upload(address + 8, np.array([-1, -2], np.int32))
    found = np.empty(3, np.int32)
    plain.download(address + 4, found)
    assert found.tolist() == [1, -1, -2]


@pytest.mark.parametrize("offset, n", [(0, 11), (40, 1), (-4, 1), (36, 2)])
def test_copies_stay_inside_of_an_allocation(plain, offset, n):
    address = plain.allocate(40)
    with pytest.raises(KernelError, match=rf"of {4 * n} bytes at 0x{address + offset:x} is outside of device memory"):
        plain.upload(address + offset, np.zeros(n, np.int32))
    with pytest.raises(KernelError, match="outside of device memory"):
        plain.download(address + offset, np.zeros(n, np.int32))


def test_memory_is_freed_once(plain):
    address = plain.allocate(8)
    plain.free(address)
    with pytest.raises(KernelError, match="was freed before"):
        plain.free(address)
    with pytest.raises(KernelError, match="outside of device memory"):
        plain.upload(address, np.zeros(1))


def test_download_needs_an_array_it_can_fill(plain):
    address = plain.allocate(64)
    with pytest.raises(TypeError, match="contiguous in C order"):
        plain.download(address, np.zeros((4, 4), np.float32).T[1:])


def test_impossible_sizes(plain):
    with pytest.raises(ValueError, match="-1 bytes"):
        plain.allocate(-1)
    with pytest.raises(MemoryError, match=f"{2**60} bytes"):
        plain.allocate(2**60)


def test_a_closed_device_has_no_memory_left():
    device = EmulatedDevice()
    address = device.allocate(8)
    device.close()
    with pytest.raises(KernelError, match="outside of device memory"):
        device.upload(address, np.zeros(1))


# ---- launches


def test_arguments_arrive_by_their_types(plain, scale):
    y = np.linspace(0, 1, 100, dtype=np.float32)
    x, at_y = plain.allocate(y.nbytes), plain.allocate(y.nbytes)
    plain.upload(at_y, y)
    arguments = (np.uint64(x), np.uint64(at_y), np.int64(100), np.float64(1.5), np.bool_(True))
    plain.launch(scale, 2, 64, arguments)
    found = np.empty_like(y)
    plain.download(x, found)
    assert np.array_equal(found, (1.5 * y.astype(float) * 2).astype(np.float32))


GOOD = (np.uint64(1), np.uint64(1), np.int64(0), np.float64(1), np.bool_(False))


@pytest.mark.parametrize(
    "place, wrong, message",
    [
        (0, np.float64(1), r"argument 0 \(float\* x\): got float64, expected the address as np.uint64"),
        (0, np.int64(1), "got int64, expected the address"),
        (0, np.zeros(3), "Arrays lie on the host"),
        (2, 3, r"argument 2 \(long long n\): got int, expected np.int64.*not guessed"),
        (2, np.int32(3), "got int32, expected np.int64"),
        (2, np.float64(3), "got float64, expected np.int64"),
        (3, 1.5, r"argument 3 \(double factor\): got float, expected np.float64.*not guessed"),
        (3, np.float32(1.5), "got float32, expected np.float64"),
        (3, np.int64(1), "got int64, expected np.float64"),
        (4, True, r"argument 4 \(bool twice\): got bool, expected np.bool_"),
        (4, b"1", "got bytes of 1 bytes, expected np.bool_"),
    ],
)
def test_an_argument_of_another_type_is_refused(plain, scale, place, wrong, message):
    arguments = [*GOOD]
    arguments[place] = wrong
    with pytest.raises(TypeError, match=f"kernel 'scale', .*{message}"):
        plain.launch(scale, 1, 1, tuple(arguments))


@pytest.mark.parametrize("n", [0, 4, 6])
def test_another_number_of_arguments_is_refused(plain, scale, n):
    with pytest.raises(TypeError, match=rf"takes 5 arguments \(float\* x, const float\* y, .*, but got {n}"):
        plain.launch(scale, 1, 1, (GOOD * 2)[:n])


@pytest.mark.parametrize(
    "grid, block, shared, message",
    [
        (0, 1, 0, "0 blocks, expected 1 to 2147483647"),
        (1, 0, 0, "0 threads in a block, expected 1 to 1024"),
        (1, 1025, 0, "1025 threads in a block, expected 1 to 1024"),
        (1, 1, 300_000, "300000 bytes of dynamic shared memory, expected 0 to 232448"),
    ],
)
def test_sizes_that_no_device_has_are_refused(plain, grid, block, shared, message):
    with pytest.raises(KernelError, match=f"kernel 'nothing': {message}"):
        plain.launch(plain.module(SCALE).function("nothing"), grid, block, (), shared)


def test_launch_bounds_hold(plain):
    address = np.uint64(plain.allocate(4 * 64))
    plain.launch(plain.module(SCALE).function("bounded"), 1, 64, (address,))
    with pytest.raises(KernelError, match=r"65 threads in a block, expected 1 to 64 \(__launch_bounds__\)"):
        plain.launch(plain.module(SCALE).function("bounded"), 1, 65, (address,))


def test_a_kernel_runs_on_its_own_device_only(plain, scale):
    with pytest.raises(KernelError, match="module of another device"):
        EmulatedDevice().launch(scale, 1, 1, GOOD)


def test_structs_arrive_by_value(plain):
    source = """
    struct Inner { short a; double b; };
    struct All { float* x; Inner inner[2]; char c; };
    extern "C" __global__ void unpack(const __grid_constant__ All all, const Inner one, float f) {
      all.x[0] = all.inner[1].a; all.x[1] = all.inner[1].b; all.x[2] = all.c; all.x[3] = one.b; all.x[4] = f;
    }"""
    inner = np.dtype([("a", np.int16), ("b", np.float64)], align=True)
    whole = np.dtype([("x", np.uint64), ("inner", inner, 2), ("c", np.int8)], align=True)
    kernel = plain.module(source).function("unpack")
    address = plain.allocate(20)
    all_values = np.array((address, [(1, 2.0), (3, 4.0)], 5), whole)
    one = np.array((6, 7.0), inner)
    for by_bytes in (False, True):
        plain.upload(address, np.zeros(5, np.float32))
        values = (all_values.tobytes(), one.tobytes()) if by_bytes else (all_values[()], one[()])
        plain.launch(kernel, 1, 1, (*values, np.float32(8)))
        found = np.empty(5, np.float32)
        plain.download(address, found)
        assert found.tolist() == [3, 4, 5, 7, 8]
    packed = np.zeros((), np.dtype([("a", np.int16), ("b", np.float64)]))[()]
    message = r"argument 1 \(const Inner one\): got void of 10 bytes, expected .* of 16 bytes.*align=True"
    with pytest.raises(TypeError, match=message):
        plain.launch(kernel, 1, 1, (all_values[()], packed, np.float32(8)))


def test_more_arguments_than_a_device_takes_are_refused(plain):
    source = 'struct Big { char all[5000]; }; extern "C" __global__ void f(Big big) {}'
    with pytest.raises(KernelError, match="kernel 'f' takes 5000 bytes of arguments, more than the 4096"):
        plain.module(source)


@pytest.mark.parametrize("options", [{"schedule": 1.5}, {"schedule": True}, {"sanitizer": "memory"}])
def test_wrong_options_are_named(options):
    (name,) = options
    with pytest.raises(ModelUseError, match=f'"{name}" must be'):
        EmulatedDevice(**options)


def test_a_recording_repeats_its_launches(plain):
    source = """
    extern "C" __global__ void twice(int* x) { x[0] *= 2; }
    extern "C" __global__ void add(int* x, const int n) { x[0] += n; }"""
    module = plain.module(source)
    x = plain.allocate(4)
    n = np.full((), 3, np.int32)
    launches = [
        (module.function("add"), 1, 1, (np.uint64(x), n[()])),
        (module.function("twice"), 1, 1, (np.uint64(x),), 16),
    ]
    recording = plain.recorded(launches, 2)
    n[()] = 100  # what was recorded stays
    for start, wanted in [(0, 18), (1, 22)]:
        plain.upload(x, np.array([start], np.int32))
        plain.replay(recording)
        found = np.zeros(1, np.int32)
        plain.download(x, found)
        assert found[0] == wanted
    with pytest.raises(TypeError, match="takes 1 arguments"):
        plain.recorded([(module.function("twice"), 1, 1, ())], 1)


def test_threads_of_the_host_take_turns():
    """Two devices at once, in two threads: kernels run one at a time, and each sees its own memory."""
    source = """
    extern "C" __global__ void steps(int* x) {
      __shared__ int s[64];
      for (int k = 0; k < 50; k++) {
        s[threadIdx.x] = x[threadIdx.x];
        __syncthreads();
        x[threadIdx.x] = s[(threadIdx.x + 1) % 64];
        __syncthreads();
      }
    }"""
    found = {}

    def work(number):
        device = EmulatedDevice(schedule=number)
        x = device.allocate(256)
        device.upload(x, np.arange(64, dtype=np.int32) + 100 * number)
        kernel = device.module(source).function("steps")
        for _ in range(20):
            device.launch(kernel, 1, 64, (np.uint64(x),))
        found[number] = np.zeros(64, np.int32)
        device.download(x, found[number])

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for number in (1, 2):
        assert np.array_equal(found[number], np.roll(np.arange(64), -1000 % 64) + 100 * number)


# ---- modules


def test_a_kernel_that_is_not_there_is_named_with_those_that_are(plain):
    with pytest.raises(KernelError, match=r"no kernel .* missing\(...\). It has: scale, bounded, nothing"):
        plain.module(SCALE).function("missing")


def test_kernels_that_the_host_cannot_name_are_no_kernels(plain):
    module = plain.module(
        "__global__ void mangled() {}\n"
        'extern "C" { __global__ void inside() {} }\n'
        'const char* text = "__global__ void written()"; // extern "C" __global__ void remarked() {}\n'
        "template <int n> __global__ void pattern() {}\n"
        "static __constant__ const double table[2] = {1, 2}; __device__ __constant__ int other = 3;\n"
    )
    module.function("inside")
    for name in ("mangled", "written", "remarked", "pattern"):
        with pytest.raises(KernelError, match="It has: inside"):
            module.function(name)


def test_a_compile_error_shows_the_line(plain):
    source = 'extern "C" __global__ void f(float* x) {\n  x[0] = 1;\n  x[1] = undeclared + 1;\n}\n'
    with pytest.raises(KernelError) as caught:
        plain.module(source)
    assert "kernel.cu:3: 'undeclared' was not declared in this scope\n    x[1] = undeclared + 1;" in str(caught.value)


def test_lines_are_right_behind_rewritten_text(plain):
    source = (
        'extern "C" __global__ void f(const __grid_constant__ int n, float* x) {\n'
        "  __shared__ float a[4],\n    b[4]; /* two\n  lines */ extern __shared__ float c[];\n"
        "  x[0] = undeclared;\n}\n"
    )
    with pytest.raises(KernelError, match="kernel.cu:5: 'undeclared'"):
        plain.module(source)


@pytest.mark.parametrize(
    "source, message",
    [
        ("#include <cmath>\n", "kernel.cu:1: the source includes a file"),
        ("\n__shared__ float s[3];\n", "kernel.cu:2: a shared variable outside of functions"),
        ("#define S __shared__ float s[3];\n", "kernel.cu:1: __shared__ in a macro"),
        ("void f() {\n  __shared__ float s = 3;\n}", "kernel.cu:2: cannot read the shared variable"),
        (
            "__device__ void f(long long* x) {\n  atomicAdd(x, 1ll);\n}",
            "kernel.cu:2: invalid conversion from 'long long int\\*'",
        ),
    ],
)
def test_what_nvrtc_refuses_is_refused(plain, source, message):
    with pytest.raises(KernelError, match=message):
        plain.module(source)


def test_two_modules_work_at_once(plain):
    text = 'extern "C" __global__ void set(int* x) {{ __shared__ int s; s = {}; x[0] = s; }}'
    modules = [plain.module(text.format(value)) for value in (1, 2)]
    address = plain.allocate(4)
    for module, value in [*zip(modules, (1, 2)), *zip(modules, (1, 2))]:
        plain.launch(module.function("set"), 1, 1, (np.uint64(address),))
        found = np.zeros(1, np.int32)
        plain.download(address, found)
        assert found[0] == value


@pytest.mark.parametrize("sanitizer", [None, "address"])
def test_a_module_has_device_variables_of_its_own(sanitizer):
    device = EmulatedDevice(sanitizer=sanitizer)
    source = '__device__ int counter = 5; extern "C" __global__ void count(int* x) { x[0] = ++counter; }'
    address = device.allocate(4)
    seen = []
    first, second = device.module(source), device.module(source)
    for module in (first, first, second):
        device.launch(module.function("count"), 1, 1, (np.uint64(address),))
        found = np.zeros(1, np.int32)
        device.download(address, found)
        seen.append(int(found[0]))
    assert seen == [6, 7, 6]


def test_a_kernel_may_have_the_name_of_a_function_of_the_system(plain):
    source = 'extern "C" __global__ void read(int* x) { x[0] = 3; } extern "C" __global__ void malloc_(int* x) {}'
    address = plain.allocate(4)
    plain.launch(plain.module(source).function("read"), 1, 1, (np.uint64(address),))
    found = np.zeros(1, np.int32)
    plain.download(address, found)
    assert found[0] == 3


# ---- the cache


def test_what_was_compiled_is_not_compiled_again(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(tmp_path))
    EmulatedDevice().module(SCALE)
    kept = sorted((tmp_path / "emulator").iterdir())
    assert [path.suffix for path in kept] == [".so", ".so"]  # the module and the runtime, nothing half made

    def no_compiler(*arguments, **options):
        raise AssertionError(f"compiled again: {arguments}")

    build._version(build.compiler())
    monkeypatch.setattr(build.subprocess, "run", no_compiler)
    EmulatedDevice(schedule=4).module(SCALE)


def test_flags_and_text_are_part_of_the_name(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(tmp_path))
    first, _ = build.module(SCALE, None)
    second, _ = build.module(SCALE + " ", None)
    monkeypatch.setattr(build, "_KERNEL_FLAGS", [*build._KERNEL_FLAGS, "-DSOMETHING"])
    third, _ = build.module(SCALE, None)
    assert len({first, second, third}) == 3


RACE = """
import numpy as np
from brainpy_lab.backends.cuda.emulator import EmulatedDevice
device = EmulatedDevice()
address = device.allocate(4)
for value in range(3):
    module = device.module('extern "C" __global__ void set(int* x) { x[0] = %d; }' % value)
    device.launch(module.function("set"), 1, 1, (np.uint64(address),))
    found = np.zeros(1, np.int32)
    device.download(address, found)
    assert found[0] == value
"""


def test_two_processes_may_fill_the_cache_at_once(tmp_path):
    environment = os.environ | {"BRAINPY_LAB_CACHE": str(tmp_path)}
    processes = [
        subprocess.Popen([sys.executable, "-c", RACE], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert len(list((tmp_path / "emulator").iterdir())) == 4  # three modules, one runtime, nothing half made


def test_a_cache_that_cannot_be_written_is_done_without(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRAINPY_LAB_CACHE", str(tmp_path / "file" / "folder"))
    EmulatedDevice().module(SCALE).function("scale")


def test_without_a_compiler_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ModelUseError, match=r"device 'emulator' .*g\+\+, which is not on PATH. Install it .*apt"):
        EmulatedDevice()


def test_the_package_is_light():
    shown = "import sys, brainpy_lab.backends.cuda.emulator; print('numba' in sys.modules, 'subprocess' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", shown], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "False"]
