"""What is missing for a GPU is told with its cause and its cure; a stand-in for CuPy plays every way to be broken."""

import concurrent.futures
import ctypes
import importlib
import sys
import threading
import time
import types

import numpy as np
import pytest

import brainpy_lab as bp
from brainpy_lab.backends.cuda import advance, devices, nvrtc
from brainpy_lab.backends.cuda.readable import Paper
from brainpy_lab.errors import ModelUseError
from brainpy_lab.runtime import simulation

USE_CPU = r'or run on the CPU: profile\.set\(device="cpu"\)\.$'


class CUDARuntimeError(RuntimeError):
    """As CuPy's, whose text begins with the name of the error."""


class OutOfMemoryError(MemoryError):
    pass


def card(driver=13000, built_for=13000, count=1, error=None, capability="90", free=10**9, pool=0):
    """A module as much like CuPy as these tests need, with a card that has `free` bytes."""

    def device_count():
        if error:
            raise CUDARuntimeError(error)
        return count

    held = []

    def alloc(n_bytes):
        if n_bytes > free - sum(held):
            raise OutOfMemoryError(f"Out of memory allocating {n_bytes:,} bytes")
        held.append(n_bytes)
        return types.SimpleNamespace(ptr=256 * len(held))

    runtime = types.SimpleNamespace(
        driverGetVersion=lambda: driver,
        runtimeGetVersion=lambda: built_for,
        getDeviceCount=device_count,
        getDeviceProperties=lambda number: {"name": b"A Card", "multiProcessorCount": 7},
        memGetInfo=lambda: (free - sum(held), 2 * free),
    )
    cuda = types.SimpleNamespace(
        runtime=runtime,
        Device=lambda: types.SimpleNamespace(id=0, compute_capability=capability),
        Stream=lambda non_blocking: types.SimpleNamespace(ptr=1),
        alloc=alloc,
        alloc_pinned_memory=lambda n_bytes: types.SimpleNamespace(ptr=0),
        memory=types.SimpleNamespace(OutOfMemoryError=OutOfMemoryError),
    )
    return types.SimpleNamespace(
        cuda=cuda, get_default_memory_pool=lambda: types.SimpleNamespace(free_bytes=lambda: pool)
    )


@pytest.fixture
def cupy(monkeypatch):
    """``cupy(module)``: what ``import cupy`` gives, or the error that it raises."""
    real = importlib.import_module
    devices.open_device.cache_clear()

    def install(found):
        def import_module(name, package=None):
            if name != "cupy":
                return real(name, package)
            if isinstance(found, Exception):
                raise found
            return found

        monkeypatch.setattr(importlib, "import_module", import_module)
        driver = types.ModuleType("cupy_backends.cuda.api")
        driver.driver = types.SimpleNamespace()
        for name in ("cupy_backends", "cupy_backends.cuda"):
            monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
        monkeypatch.setitem(sys.modules, "cupy_backends.cuda.api", driver)

    yield install
    devices.open_device.cache_clear()


MISSING = ModuleNotFoundError("No module named 'cupy'", name="cupy")


@pytest.mark.parametrize(
    "found, words",
    [
        (MISSING, r'CuPy is not installed\. Install it: pip install "brainpy-lab\[gpu\]" \(for a driver of CUDA 12: '),
        (
            ModuleNotFoundError("No module named 'fastrlock'", name="fastrlock"),
            r"CuPy cannot be imported \(No module named 'fastrlock'\)\. Install it anew: pip install",
        ),
        (
            ImportError("libcudart.so.13: cannot open shared object file"),
            r"installed but cannot be imported \(libcudart.so.13: .*\)\. Install it anew: .*, with --force-reinstall",
        ),
        (card(driver=0), r"no NVIDIA driver on this machine\. .*install its driver \(`nvidia-smi`.*--gpus all"),
        (
            card(driver=12040),
            r"the driver knows CUDA 12\.4, and CuPy was made for CUDA 13\.0\. Update the driver, or take the packages "
            r'for CUDA 12: pip uninstall cupy-cuda13x, pip install "brainpy-lab\[gpu-cu12\]"',
        ),
        (card(driver=11080, built_for=12090), r"knows CUDA 11\.8, .*CUDA 12\.9\. Update the driver: CUDA 12"),
        (
            card(error="cudaErrorInsufficientDriver: CUDA driver version is insufficient for CUDA runtime version"),
            r"refuses to work \(cudaErrorInsufficientDriver.*\)\. Update it, or take .*brainpy-lab\[gpu-cu12\]",
        ),
        (card(error="cudaErrorNoDevice: no CUDA-capable device is detected"), r"but no NVIDIA card\. See whether"),
        (card(count=0), r"but no NVIDIA card\. See whether `nvidia-smi` lists one"),
        (card(error="cudaErrorSystemNotReady: not yet"), r"gives no card \(cudaErrorSystemNotReady: not yet\)\. See"),
    ],
)
def test_what_is_missing_is_told_with_its_cure(found, words, cupy, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    cupy(found)
    with pytest.raises(ModelUseError, match=rf'^device "gpu" cannot be used: .*{words}.*; {USE_CPU}'):
        bp.profile.set(device="gpu")
    assert bp.profile.get_device() == "cpu" and not bp.profile.run_on_gpu()
    with pytest.raises(ModelUseError, match=words):
        bp.Network(bp.NeuGroup(bp.models.get_LIF(), 3)).simulation("cuda")


@pytest.mark.skipif(not nvrtc.candidates()[0].startswith("/"), reason="NVRTC is not installed")
def test_a_card_that_cannot_be_opened_is_told(cupy):
    def no_stream(non_blocking):
        raise CUDARuntimeError("cudaErrorECCUncorrectable: uncorrectable ECC error encountered")

    broken = card()
    broken.cuda.Stream = no_stream
    cupy(broken)
    with pytest.raises(ModelUseError, match=r"the card cannot be opened \(cudaErrorECCUncorrectable.*\)\. See what"):
        bp.profile.set(device="gpu")


def test_a_card_that_is_hidden_is_told(cupy, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    cupy(card(count=0))
    with pytest.raises(ModelUseError, match="no NVIDIA card, CUDA_VISIBLE_DEVICES='' hides them. Unset that variable"):
        bp.profile.set(device="gpu")


def test_without_nvrtc_it_is_told(cupy, monkeypatch):
    nvrtc.load.cache_clear()
    monkeypatch.setattr(nvrtc, "candidates", lambda driver=None: ["no/such/libnvrtc.so"])
    cupy(card())
    try:
        words = r"needs NVIDIA's compiler NVRTC .*Install it: pip install \"brainpy-lab\[gpu"
        with pytest.raises(ModelUseError, match=words):
            bp.profile.set(device="gpu")
    finally:
        nvrtc.load.cache_clear()


needs_nvrtc = pytest.mark.skipif(not nvrtc.candidates()[0].startswith("/"), reason="NVRTC is not installed")


@needs_nvrtc
def test_a_card_that_nvrtc_does_not_know_is_told(cupy):
    cupy(card(capability="35"))
    with pytest.raises(ModelUseError, match=r"compiles for cards from sm_\d+ to sm_\d+, and this one is sm_35"):
        bp.profile.set(device="gpu")


@needs_nvrtc
def test_a_card_that_is_there_is_opened_once(cupy):
    cupy(card())
    bp.profile.set(device="gpu")
    assert bp.profile.get_device() == "gpu" and bp.profile.run_on_gpu() and not bp.profile.run_on_cpu()
    assert bp.profile.runtime_backend() == "cuda" and bp.profile.get_num_thread_gpu() == 256
    device = devices.open_device("cuda")
    assert (device.name, device.processors, device.architecture) == ("A Card", 7, "sm_90")
    assert devices.open_device("cuda") is device


@needs_nvrtc
def test_auto_takes_the_card_that_is_there_and_says_so(cupy):
    cupy(card())
    with pytest.warns(UserWarning, match="device 'auto' is 'gpu': A Card") as caught:
        bp.profile.set(device="auto")
    assert bp.profile.get_device() == "gpu" and caught[0].filename == __file__ and len(caught) == 1


def test_auto_takes_the_cpu_otherwise_and_says_why(cupy):
    cupy(MISSING)
    with pytest.warns(UserWarning, match="device 'auto' is 'cpu': CuPy is not installed$") as caught:
        bp.profile.set(device="auto")
    assert bp.profile.get_device() == "cpu" and len(caught) == 1


# ---- memory


@needs_nvrtc
def test_a_program_that_does_not_fit_is_refused_before_it_takes_memory(cupy, monkeypatch):
    cupy(card(free=40_000, pool=2_000))
    device = devices.open_device("cuda")
    taken = []
    monkeypatch.setattr(type(device), "allocate", lambda self, n_bytes: taken.append(n_bytes))
    monkeypatch.setattr(type(device), "module", lambda self, source: None)
    words = r"this program needs (\S+) MiB \(([\d,]+) bytes\) of memory, and 42,000 bytes are free on A Card\. Make it"
    with pytest.raises(ModelUseError, match=words) as caught:
        bp.Network(bp.NeuGroup(bp.models.get_LIF(), 100_000)).simulation("cuda")
    assert not taken
    # The states of LIF: V, input, spike, refractory, t_last_spike of 8 bytes each; its parameters are a few more.
    needed = int(str(caught.value).partition("(")[2].partition(" bytes")[0].replace(",", ""))
    assert 5 * 8 * 100_000 <= needed < 5 * 8 * 100_000 + 200


@needs_nvrtc
def test_memory_that_is_gone_all_the_same_is_told(cupy):
    cupy(card(free=5000))
    device = devices.open_device("cuda")
    device.allocate(3000)
    with pytest.raises(ModelUseError, match="this program needs 2,500 bytes of memory, and 2,000 bytes are free on A"):
        device.allocate(2500)


def test_memory_that_is_held_already_is_not_asked_for_again(monkeypatch):
    asked = []
    monkeypatch.setattr(advance, "check_room", lambda device, n_bytes: asked.append(n_bytes))
    paper = Paper()
    monkeypatch.setattr(simulation, "compile_plan", lambda plan, buffers, *_: advance.CudaAdvance(plan, buffers, paper))
    monkeypatch.setattr("brainpy_lab.runtime.build.check_device", lambda *_: None)
    sim = bp.Network(bp.NeuGroup(bp.models.get_LIF(), 1000)).simulation("cuda")
    first = asked[0]
    sim.begin(0.0, 5)
    assert first > 5 * 8 * 1000 and asked[-1] == 0


# ---- order on a card


class Stream:
    """Tells in `log` what is asked of it."""

    def __init__(self, log, number):
        self.log, self.ptr = log, number

    def synchronize(self):
        self.log.append(("wait for", self.ptr))

    def wait_event(self, event):
        self.log.append(("after", self.ptr, event.behind))

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass

    def begin_capture(self):
        self.log.append(("record", self.ptr))

    def end_capture(self):
        return types.SimpleNamespace(launch=lambda stream: self.log.append(("replay", stream.ptr)))


def streamed(log):
    """A card as above whose streams, 1 for launches and 2 for copies, tell what they are given; copies are made."""
    found, numbers = card(), iter((1, 2))
    pinned = np.zeros(64, np.uint8)

    def record(event, stream):
        event.behind = len([entry for entry in log if entry[0] in ("launch", "replay")])
        log.append(("mark", stream.ptr))

    def event(disable_timing):
        made = types.SimpleNamespace()
        made.record = lambda stream: record(made, stream)
        return made

    def copy(to, place, n_bytes, kind, stream):
        log.append(("copy", stream, n_bytes))
        ctypes.memmove(to, place, n_bytes)

    found.cuda.Stream = lambda non_blocking: Stream(log, next(numbers))
    found.cuda.Event = event
    found.cuda.alloc_pinned_memory = lambda n_bytes: types.SimpleNamespace(ptr=pinned.ctypes.data, kept=pinned)
    runtime = found.cuda.runtime
    runtime.memcpyAsync, runtime.memcpyDeviceToHost, runtime.memcpyHostToDevice = copy, 2, 1
    return found


@needs_nvrtc
def test_a_copy_to_the_host_waits_for_its_mark_and_for_nothing_launched_later(cupy, monkeypatch):
    log = []
    cupy(streamed(log))
    sys.modules["cupy_backends.cuda.api"].driver.launchKernel = lambda *args: log.append(("launch", args[8]))
    monkeypatch.setattr("brainpy_lab.backends.cuda.cupy_device.BOUNCE", 64)
    device, kernel = devices.open_device("cuda"), types.SimpleNamespace(ptr=0)
    there, here = np.arange(20.0), np.zeros(20)

    device.launch(kernel, 1, 32, (np.int64(1),))
    mark = device.mark()
    device.replay(device.recorded([(kernel, 1, 32, ())], 2))
    assert log == [("launch", 1), ("mark", 1), ("record", 1), ("launch", 1), ("launch", 1), ("replay", 1)]
    log.clear()
    device.download(there.ctypes.data, here, mark)
    # 160 bytes through 64: behind the one launch before the mark, and the stream of launches is never waited for.
    parts = [entry for n_bytes in (64, 64, 32) for entry in (("copy", 2, n_bytes), ("wait for", 2))]
    assert log == [("after", 2, 1), *parts] and np.array_equal(here, there)

    log.clear()
    device.launch(kernel, 1, 32, ())
    device.download(there.ctypes.data, here[:1])
    assert log == [("launch", 1), ("mark", 1), ("after", 2, 1), ("copy", 2, 8), ("wait for", 2)]
    log.clear()
    device.upload(here.ctypes.data, there)
    assert log == [("copy", 1, 160), ("wait for", 1)]


@needs_nvrtc
def test_threads_that_share_a_card_copy_one_after_the_other(cupy):
    """The buffer through which numbers come to the host is one for all."""
    log = []
    cupy(streamed(log))
    device = devices.open_device("cuda")
    copies = device._copies
    synchronize, begun = copies.synchronize, threading.Barrier(4)
    copies.synchronize = lambda: (time.sleep(0.001), synchronize())
    there = [np.full(3, float(k)) for k in range(4)]
    here = [np.zeros(3) for _ in there]

    def copy(k):
        begun.wait()
        for _ in range(5):
            device.download(there[k].ctypes.data, here[k])
            assert np.array_equal(here[k], there[k])

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for job in [pool.submit(copy, k) for k in range(4)]:
            job.result(30)


@needs_nvrtc
def test_other_threads_wait_while_one_records(cupy, monkeypatch):
    """CUDA takes launches of others into the recording, and forbids to wait for its stream or for the card."""
    log = []
    found = streamed(log)
    cupy(found)
    found.cuda.runtime.setDevice = lambda number: None
    found.cuda.runtime.deviceSynchronize = lambda: log.append(("wait for all",))
    found.cuda.function = types.SimpleNamespace(Module=lambda: types.SimpleNamespace(load=lambda image: None))
    monkeypatch.setattr(
        "brainpy_lab.backends.cuda.cupy_device.compile_unspilled", lambda *_, **__: types.SimpleNamespace(image=b"")
    )
    device, kernel = devices.open_device("cuda"), types.SimpleNamespace(ptr=0)
    driver = sys.modules["cupy_backends.cuda.api"].driver
    calls = (lambda: device.launch(kernel, 1, 32, ()), device.synchronize, lambda: device.module(""), device.mark)

    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        jobs = []

        def first_launch(*args):
            driver.launchKernel = lambda *args: log.append(("launch", args[8]))
            jobs.extend(pool.submit(call) for call in calls)
            done, _ = concurrent.futures.wait(jobs, timeout=0.05)
            assert not done
            log.append("recorded")

        driver.launchKernel = first_launch
        device.recorded([(kernel, 1, 32, ())], 1)
        for job in jobs:
            job.result(30)
    assert log[:2] == [("record", 1), "recorded"]
    assert set(log[2:]) == {("launch", 1), ("wait for", 1), ("wait for all",), ("mark", 1)}


# ---- the emulated device, and what does not go together


def test_without_a_compiler_the_emulated_device_is_refused(monkeypatch):
    devices.open_device.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ModelUseError, match="compiles CUDA kernels for the processor with g.., which is not on PATH"):
        bp.profile.set(device="emulator")
    assert bp.profile.get_device() == "cpu"
    monkeypatch.undo()
    devices.open_device.cache_clear()


@pytest.mark.parametrize("device, named", [("gpu1", "1"), ("gpu:2", "2")])
def test_a_number_of_a_card_is_refused_with_the_variable_that_chooses(device, named):
    with pytest.raises(ModelUseError, match=f'"device" must be "gpu".*CUDA_VISIBLE_DEVICES={named} before'):
        bp.profile.set(device=device)


def test_uncompiled_code_and_a_device_do_not_go_together():
    words = 'jit=False never compiles, and device="emulator" runs nothing but compiled code. Write .*jit="auto", device'
    for settings in ({"jit": False, "device": "emulator"}, {"device": "emulator", "jit": False}):
        with pytest.raises(ModelUseError, match=words):
            bp.profile.set(**settings)
        assert (bp.profile.get_device(), bp.profile._jit) == ("cpu", None)
    bp.profile.set(device="emulator")
    with pytest.raises(ModelUseError, match=words):
        bp.profile.set(jit=False)
    assert bp.profile.get_device() == "emulator" and bp.profile._jit is None
    bp.profile.set(jit=False, device="cpu")
    with pytest.raises(ModelUseError, match=words):
        bp.profile.set(device="emulator")
    with pytest.warns(UserWarning, match="'auto' is 'cpu': with jit=False nothing is compiled"):
        bp.profile.set(device="auto")


def test_runs_that_ask_for_no_compilation_are_refused_on_a_device():
    bp.profile.set(device="emulator")
    model = bp.dyn.Lif(3)
    with pytest.raises(ModelUseError, match='DSRunner: jit=False .* the device is "emulator"'):
        bp.DSRunner(model, jit=False, progress_bar=False).run(1.0)
    with pytest.raises(ModelUseError, match="for_loop: jit=False"):
        bp.math.for_loop(lambda i: i, np.arange(3), jit=False)


def test_models_as_classes_choose_the_device_of_all_runs():
    model = bp.dyn.Lif(3)
    assert model.to("emulator") is model and bp.profile.get_device() == "emulator"
    assert model.cpu() is model and bp.profile.get_device() == "cpu"
    bp.profile.set(device="multi-cpu")
    assert model.cpu() is model and bp.profile.get_device() == "multi-cpu"
    with pytest.raises(ModelUseError, match="tpu"):
        model.to("tpu")
